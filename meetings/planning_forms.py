"""From the posted fields of a meeting to its verbs' arguments: reading only, the rules stand in `planning`."""

from dataclasses import replace
from datetime import date as Day  # noqa: N812 (a field is called `date`)
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tasks.forms import LocalDateTimeField, TextField, problems_of_forms
from tasks.models import Round
from tfportal.language import normalise

from .days import DayField
from .models import Meeting
from .planning import MOMENTS, TEXTS, WHEN, YEARS, Plan, doubts, needs_reason, problems

READ = (*TEXTS, "no", *WHEN, *MOMENTS)  # the columns that the form calls by their names
NO_NUMBER = gettext_lazy("Give a number.")
NO_MOMENT = {"invalid": gettext_lazy("Give a date and a time.")}


class PlanForm(forms.Form):
    """What is planned of a meeting. The round comes by its number; whether it is free, the verb says. A day off or a
    day that has passed has to be meant: `sure` says which day is. `stood`: the day that the meeting has."""

    no = forms.IntegerField(
        min_value=0, max_value=32767, error_messages=dict.fromkeys(("required", "invalid", "max_value"), NO_NUMBER)
    )
    name_ko = TextField(required=False)
    name_en = TextField(required=False)
    date = DayField(required=False)
    starts_at = forms.TimeField(
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"invalid": gettext_lazy("Give a time of day.")},
    )
    place_ko = TextField(required=False)
    place_en = TextField(required=False)
    video_link = TextField(required=False)
    chair = TextField(required=False)
    chair_en = TextField(required=False)
    rank_ko = TextField(required=False)
    rank_en = TextField(required=False)
    round = forms.CharField(required=False, max_length=10)
    papers_due_at = LocalDateTimeField(required=False, error_messages=NO_MOMENT)
    agenda_closes_at = LocalDateTimeField(required=False, error_messages=NO_MOMENT)
    reason = TextField(required=False)
    sure = forms.CharField(required=False, max_length=10)

    def __init__(self, data: QueryDict, *, today: Day, stood: Day | None = None) -> None:
        super().__init__(data)
        self.today, self.stood = today, stood
        self.doubtful: Day | None = None  # the day that is asked about

    def clean_round(self) -> int | None:
        text: str = self.cleaned_data["round"]
        if not text:
            return None
        found = (
            Round.objects.filter(no=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 5 else None
        )
        if found is None:
            raise forms.ValidationError(_("Choose a round."))
        return found.pk

    def clean_date(self) -> Day | None:
        value: Day | None = self.cleaned_data["date"]
        _check_year(value)
        return value

    def clean_sure(self) -> str:
        day: Day | None = self.cleaned_data.get("date")
        if day != self.stood and self.cleaned_data["sure"] != str(day) and (found := doubts(day, today=self.today)):
            self.doubtful = day
            self.add_error("date", " ".join([*found, _("If it is meant, say so below and send again.")]))
        return str(self.cleaned_data["sure"])

    def clean_papers_due_at(self) -> datetime | None:
        return _moment(self.cleaned_data["papers_due_at"])

    def clean_agenda_closes_at(self) -> datetime | None:
        return _moment(self.cleaned_data["agenda_closes_at"])

    def problems(self, meeting: Meeting | None = None) -> dict[str, list[str]]:
        """What cannot be read, or has to be meant, and beside it what else would be refused: all is told at once.
        `meeting`: the one that is to be changed. What could not be read stands there as before."""
        found = problems_of_forms(self)
        before = Plan.of(meeting) if meeting else Plan(no=0)
        read = self.cleaned_data | ({"date": self.doubtful} if self.doubtful else {})
        given = {name: read[name] for name in READ if name in read}
        given |= {"round_id": read["round"]} if "round" in read else {}
        plan = replace(before, **given).stored(before if meeting else None)
        more = problems(plan, meeting)
        if plan.date is None and "date" in found:
            more["starts_at"] = []  # it has a day, which could not be read
        if meeting and needs_reason(before, plan) and not normalise(read.get("reason", "")):
            more["reason"] = [_("Give the reason.")]
        return found | {name: texts for name, texts in more.items() if texts and name not in found}

    def plan(self) -> Plan:
        given = self.cleaned_data
        return Plan(**{name: given[name] for name in READ}, round_id=given["round"])


def _check_year(value: Day | None) -> None:
    if value is not None and value.year not in YEARS:
        raise forms.ValidationError(_("Check the year."))


def _moment(value: datetime | None) -> datetime | None:
    _check_year(value)
    return value if value is None or timezone.is_aware(value) else timezone.make_aware(value)


class DelegateForm(forms.Form):
    """Whom a ministry sends."""

    position_ko = TextField(required=False)
    position_en = TextField(required=False)
    is_deputy = forms.BooleanField(required=False)


def shown(plan: Plan) -> dict[str, Any]:
    """The plan as inputs show it, under the names of their fields."""

    def written(value: Any) -> str:
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
        if isinstance(value, time):
            return value.strftime("%H:%M")
        return "" if value is None else str(value)

    round_ = Round.objects.filter(pk=plan.round_id).first() if plan.round_id else None
    return {name: written(getattr(plan, name)) for name in READ} | {"round": str(round_.no) if round_ else ""}
