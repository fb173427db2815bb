"""From the posted fields of a round's dates and roster to its verbs' arguments: reading only, the rules stand in the
workflow."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .forms import LocalDateTimeField, TextField
from .moving import Dates

NO_MOMENT = {"required": gettext_lazy("Give a date and a time."), "invalid": gettext_lazy("Give a date and a time.")}


class DatesForm(forms.Form):
    """The four dates, with the reason; and what the page showed: their mark, and the meeting's day."""

    as_of = forms.DateField(
        input_formats=["%Y-%m-%d"],
        error_messages={"required": gettext_lazy("Give a date."), "invalid": gettext_lazy("Give a date.")},
    )
    opens_at = LocalDateTimeField(error_messages=NO_MOMENT)
    due_at = LocalDateTimeField(error_messages=NO_MOMENT)
    freeze_at = LocalDateTimeField(required=False, error_messages=NO_MOMENT)
    first_freeze = LocalDateTimeField(required=False, error_messages=NO_MOMENT)  # the proposed one, where it is ticked
    reason = TextField(required=False)
    seen = forms.CharField(required=False, max_length=200)
    meeting = forms.DateField(input_formats=["%Y-%m-%d"], required=False)

    def clean_as_of(self) -> date:
        value: date = self.cleaned_data["as_of"]
        _check_year(value)
        return value

    def clean_opens_at(self) -> datetime:
        return _moment(self.cleaned_data["opens_at"])

    def clean_due_at(self) -> datetime:
        return _moment(self.cleaned_data["due_at"])

    def clean_freeze_at(self) -> datetime | None:
        value: datetime | None = self.cleaned_data["freeze_at"]
        return _moment(value) if value else None

    def clean_first_freeze(self) -> datetime | None:
        value: datetime | None = self.cleaned_data["first_freeze"]
        return _moment(value) if value else None

    def clean(self) -> dict[str, Any]:
        """The ticked proposal is the planned freeze. Both given is a question, not an answer."""
        given = self.cleaned_data
        typed, ticked = given.get("freeze_at"), given.get("first_freeze")
        if typed and ticked and typed != ticked:
            self.add_error("freeze_at", _("Either tick the proposed time or give another one, not both."))
        elif ticked:
            given["freeze_at"] = ticked
        return given

    def dates(self, stand: Dates) -> Dates:
        """The four as they were given. An input knows no seconds: what stands and was not touched stays as it is."""
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in ("as_of", "opens_at", "due_at", "freeze_at")}
        for name in ("opens_at", "due_at", "freeze_at"):
            now: datetime | None = getattr(stand, name)
            if now and given[name] and _minute(now) == _minute(given[name]):
                given[name] = now
        return Dates(**given)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _check_year(value: date) -> None:
    if not 2000 <= value.year <= 2100:  # beyond these, some cannot even be written in UTC
        raise forms.ValidationError(_("Check the year."))


def _moment(value: datetime) -> datetime:
    _check_year(value)
    return value if timezone.is_aware(value) else timezone.make_aware(value)


class AddForm(forms.Form):
    """A task (its code) that joins a fixed roster, and why."""

    task = forms.CharField(
        max_length=40,
        error_messages={"required": gettext_lazy("Choose a task."), "max_length": gettext_lazy("Choose a task.")},
    )
    reason = TextField(required=False)


class RemoveForm(AddForm):
    """A task that leaves a fixed roster: `code:version` of its report, as the page showed it."""
