"""Rounds to be planned; reports and receipts to be looked at."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ministries.admin import MinistryFilter, short
from records import clock
from records.admin import ReadOnlyAdmin, RecordedAdmin
from tfportal import dates
from tfportal.admin import PlainModelForm, day_column, moment_column

from ..models import (
    Assignment,
    Report,
    Round,
    State,
    Submission,
)
from ..workflow.common import lock_round

GUIDE = ("guide_ko", "guide_en")


class RoundForm(PlainModelForm):
    """A round follows the last one without a gap: its baselines and its board's comparisons come from there."""

    class Meta:
        model = Round
        fields = ("no", "previous", "observes_from", "as_of", "opens_at", "due_at", "freeze_at", "guide_ko", "guide_en")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "previous" in self.fields:  # it is set once, with the number
            self.fields["previous"].queryset = Round.objects.filter(next__isnull=True)  # type: ignore[attr-defined]

    def clean_no(self) -> int:
        no: int = self.cleaned_data["no"]
        last = Round.objects.order_by("no").last()
        if last and no != last.no + 1:
            raise forms.ValidationError(_("The next round is number %(no)d.") % {"no": last.no + 1})
        if no < 1:
            raise forms.ValidationError(_("Rounds are counted from 1."))
        return no

    def clean_previous(self) -> Round | None:
        previous: Round | None = self.cleaned_data["previous"]
        if previous != Round.objects.order_by("no").last():
            raise forms.ValidationError(_("A round follows the last one."))
        return previous

    def clean_opens_at(self) -> datetime:
        return _writable(self.cleaned_data["opens_at"])

    def clean_due_at(self) -> datetime:
        return _writable(self.cleaned_data["due_at"])

    def clean_freeze_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["freeze_at"]
        return _writable(moment) if moment else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.prepared_at:  # only its guide is asked for
            return data
        previous, following = data.get("previous") or self.instance.previous, getattr(self.instance, "next", None)
        from_, as_of, opens, due = (data.get(name) for name in self.Meta.fields[2:6])
        if opens and due and opens >= due:
            self.add_error("due_at", _("It is due before it opens."))
        if due and (freeze := data.get("freeze_at")) and freeze <= due:
            self.add_error("freeze_at", _("Freeze after the round is due."))
        if from_ and as_of and from_ > as_of:
            self.add_error("observes_from", _("It lies after the as-of date."))
        if as_of and previous and as_of <= previous.as_of:
            words = _("The round before is as of %(day)s: choose a later day.")
            self.add_error("as_of", words % {"day": dates.day(previous.as_of)})
        if as_of and following and as_of >= following.as_of:
            words = _("The round after is as of %(day)s: choose an earlier day.")
            self.add_error("as_of", words % {"day": dates.day(following.as_of)})
        return data


def _writable(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 2100:  # beyond these, some cannot even be written in UTC
        raise forms.ValidationError(_("Check the year."))
    return moment


@admin.register(Round)
class RoundAdmin(RecordedAdmin):
    """Rounds are planned here. Once the office has prepared one it belongs to the record: until the freeze its guide
    can be worded, and the rest is looked at only."""

    form = RoundForm
    actions = None
    set_once = ("no", "previous")
    list_display = (
        "no",
        "phase",
        day_column("as_of", gettext_lazy("as of")),
        moment_column("opens_at", gettext_lazy("opens")),
        moment_column("due_at", gettext_lazy("due")),
        moment_column("frozen_at", gettext_lazy("frozen")),
    )
    shown = (
        *("no", "phase", "previous"),
        day_column("observes_from", gettext_lazy("observes from")),
        day_column("as_of", gettext_lazy("as of")),
        moment_column("opens_at", gettext_lazy("opens")),
        moment_column("due_at", gettext_lazy("due")),
        moment_column("freeze_at", gettext_lazy("planned freeze")),
        moment_column("prepared_at", gettext_lazy("prepared")),
        moment_column("frozen_at", gettext_lazy("frozen")),
    )
    instead_of_deleting = gettext_lazy("Delete the rounds after it first.")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Who changes a round waits for a preparation that is under way, and is then judged by what it left."""
        found = super().get_object(request, object_id, from_field)
        if found is None or not hasattr(request, "reference_notes"):  # nothing is going to be written
            return found
        with suppress(Round.DoesNotExist):
            return lock_round(found.pk, exclusive=True)
        return None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.frozen_at is None)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.prepared_at is None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.shown, *GUIDE) if obj and obj.prepared_at else RoundForm.Meta.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj and obj.prepared_at:
            return (*self.shown, *(GUIDE if obj.frozen_at else ()))
        return super().get_readonly_fields(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next round, which observes from the day of which the last one speaks."""
        last = Round.objects.order_by("no").last()
        return {"no": last.no + 1, "previous": last.pk, "observes_from": last.as_of} if last else {"no": 1}

    @admin.display(description=gettext_lazy("phase"))
    def phase(self, round_: Round) -> str:
        return str(round_.phase(clock.now()).label)


class ReportMinistryFilter(MinistryFilter):
    def narrow(self, queryset: Any, value: str) -> Any:
        return queryset.filter(lead=value)


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """Where a report stands and since when; never a light nor a word of it."""

    list_display = (
        *("task", "round", "lead_in_words", "state_in_words"),
        moment_column("first_received_at", gettext_lazy("first received")),
    )
    list_filter = ("round", "state", ReportMinistryFilter)
    list_select_related = ("task", "round", "lead")
    search_fields = ("task__code", "task__title_ko", "task__title_en")
    ordering = ("-round", "task__code")
    shown = (
        *("round", "task", "lead_in_words", "kind", "sector", "state_in_words", "late"),
        moment_column("first_received_at", gettext_lazy("first received")),
        moment_column("opened_by_office_at", gettext_lazy("opened by the office")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("lead__names")

    @admin.display(description=gettext_lazy("lead"), ordering="lead__order")
    def lead_in_words(self, report: Report) -> str:
        """The name that was copied at the freeze, else the one of today."""
        return report.lead_name or short(report.lead)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_in_words(self, report: Report) -> str:
        return str(State(report.state).label)

    @admin.display(description=gettext_lazy("late by"))
    def late(self, report: Report) -> str:
        return dates.span(report.late_by) if report.late_by else _("in time")


class SubmissionMinistryFilter(MinistryFilter):
    def narrow(self, queryset: Any, value: str) -> Any:
        return queryset.filter(ministry_id=int(value))


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = (
        *("number", "ministry_today", "round", "by"),
        moment_column("received_at", gettext_lazy("received")),
        "letter_no",
    )
    list_filter = ("round", SubmissionMinistryFilter)
    list_select_related = ("ministry", "round", "by")
    search_fields = (
        *("number", "letter_no", "by__username", "by__name_ko", "by__name_en"),
        *("ministry__code", "ministry__names__name_ko", "ministry__names__name_en"),
    )
    ordering = ("-received_at", "-pk")
    shown = (
        *("number", "round", "ministry_today", "by", "acting_for"),
        moment_column("approval_asked_at", gettext_lazy("sign-off asked for")),
        moment_column("received_at", gettext_lazy("received")),
        "letter_no",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("ministry__names")

    @admin.display(description=gettext_lazy("ministry"), ordering="ministry__order")
    def ministry_today(self, submission: Submission) -> str:
        return short(submission.ministry)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnlyAdmin):
    """Who does which task, to be looked at: ministries hand their tasks out in the portal."""

    list_display = (
        *("task", "ministry", "posting"),
        day_column("starts_on", gettext_lazy("from")),
        day_column("ends_on", gettext_lazy("until")),
    )
    list_filter = (("ministry", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("task", "ministry", "posting__user", "posting__ministry")
    search_fields = ("task__code", "posting__user__name_ko", "posting__user__name_en", "posting__user__username")
    ordering = ("task__code", "-starts_on", "-pk")
    shown = (
        *("task", "ministry", "posting", "given_by"),
        day_column("starts_on", gettext_lazy("from")),
        day_column("ends_on", gettext_lazy("until")),
        moment_column("given_at", gettext_lazy("handed out")),
    )
