"""The strategy and its tasks, with leads, supports and milestones."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from ministries import admin as ministries_admin
from ministries.admin import MinistryFilter, PlainNames, Touched, short
from ministries.models import Ministry
from records import clock
from records.admin import KeptRows, RecordedAdmin
from tfportal import dates
from tfportal.admin import PlainTabular, day_column

from ..models import (
    Direction,
    Lead,
    Milestone,
    Report,
    Round,
    Sector,
    Strategy,
    StrategyItem,
    Support,
    Task,
)

SOURCE: Any = (gettext_lazy("Source"), {"fields": ("source", "verified"), "classes": ("collapse",)})


# What ministries' admin cannot know by itself


def last_frozen_day() -> date | None:
    last = Round.objects.frozen().aggregate(day=Max("as_of"))
    day: date | None = last["day"]
    return day


def tasks_and_reports(ministry: Ministry, day: date) -> list[Touched]:
    """A round that is not frozen shows the name of its as-of date; a frozen one has copied the name of then."""
    led = Lead.objects.in_force(day).filter(ministry=ministry, task__completed_on__isnull=True)
    supported = Support.objects.filter(ministry=ministry, task__completed_on__isnull=True)
    supporting = [row.task_id for row in supported if row.holds_on(day)]
    open_reports = Report.objects.filter(lead=ministry, round__frozen_at__isnull=True, round__as_of__gte=day)
    return [
        Touched(gettext_lazy("Tasks led"), led.count()),
        Touched(gettext_lazy("Tasks supported"), len(set(supporting))),
        Touched(gettext_lazy("Reports of the open round"), open_reports.count()),
    ]


def waiting_for_sign_off(ministry: Ministry) -> int:
    """How many reports of the ministry wait for its approver in the open round."""
    round_ = Round.objects.current()
    return Report.objects.in_round(round_).led_by([ministry.pk]).awaiting_sign_off().count() if round_ else 0


ministries_admin.last_frozen_days.append(last_frozen_day)
ministries_admin.touched_by_a_name.insert(0, tasks_and_reports)
ministries_admin.waiting_for_sign_off.append(waiting_for_sign_off)


@admin.register(Sector)
class SectorAdmin(RecordedAdmin):
    list_display = ("code", "order", "name_ko", "name_en")
    list_editable = ("order",)
    search_fields = ("code", "name_ko", "name_en")
    fieldsets = ((None, {"fields": ("code", "order", ("name_ko", "name_en"))}), SOURCE)


class DirectionInline(PlainTabular):
    model = Direction
    fields = ("code", "order", "tag_ko", "title_ko", "title_en")
    extra = 0
    show_change_link = True


class StrategyItemInline(PlainTabular):
    model = StrategyItem
    fields = ("code", "order", "title_ko", "title_en")
    extra = 0


@admin.register(Strategy)
class StrategyAdmin(RecordedAdmin):
    list_display = ("code", "title_ko", "title_en", day_column("decided_on", gettext_lazy("decided on")))
    search_fields = ("code", "title_ko", "title_en")
    fieldsets = ((None, {"fields": ("code", "title_ko", "title_en", "decided_on")}), SOURCE)
    inlines = (DirectionInline,)


@admin.register(Direction)
class DirectionAdmin(RecordedAdmin):
    list_display = ("code", "order", "title_ko", "title_en")
    list_filter = ("strategy",)
    search_fields = ("code", "tag_ko", "title_ko", "title_en")
    ordering = ("strategy", "order")
    fieldsets = ((None, {"fields": ("strategy", ("code", "order"), "tag_ko", "title_ko", "title_en")}), SOURCE)
    inlines = (StrategyItemInline,)


@admin.register(StrategyItem)
class StrategyItemAdmin(RecordedAdmin):
    list_display = ("code", "direction", "order", "title_ko", "title_en")
    list_select_related = ("direction",)
    list_filter = ("direction",)
    search_fields = ("code", "title_ko", "title_en")
    ordering = ("direction__strategy", "direction__order", "order")
    fieldsets = ((None, {"fields": ("direction", ("code", "order"), "title_ko", "title_en")}), SOURCE)


class OfTask(KeptRows):
    """Rows of a task. What a frozen round of this very task shows is history."""

    def last_frozen_day(self) -> date | None:
        last = Round.objects.frozen().filter(reports__task=self.instance).aggregate(day=Max("as_of"))
        day: date | None = last["day"]
        return day


class LeadRows(OfTask):
    kept_fields = ("ministry", "valid_from")


class SupportRows(OfTask):
    kept_fields = ("ministry", "valid_from")


class MilestoneRows(OfTask):
    """Once a frozen round has shown a milestone its words stay, and its dates move by accepted reports alone."""

    kept_fields = ("order", "title_ko", "title_en", "baseline_on", "current_on", "precision", "done_on")

    def is_kept(self, row: Milestone) -> bool:
        return bool(row.pk and self.kept_until)

    def clean(self) -> None:
        """New milestones may lie before the last frozen round: only the known ones are history."""
        super(KeptRows, self).clean()


class LeadInline(PlainNames, PlainTabular):
    model = Lead
    formset = LeadRows
    fields = ("ministry", "valid_from")
    extra = 0
    verbose_name_plural = gettext_lazy("lead: the next row ends the one before")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A task is led by somebody from its first day on."""
        return super().get_formset(request, obj, min_num=1, validate_min=True, **kwargs)


class SupportInline(PlainNames, PlainTabular):
    model = Support
    formset = SupportRows
    fields = ("ministry", "valid_from", "valid_until")
    extra = 0


class MilestoneInline(PlainTabular):
    model = Milestone
    formset = MilestoneRows
    fields = ("order", "title_ko", "title_en", "baseline_on", "current_on", "precision", "done_on")
    extra = 0
    verbose_name_plural = gettext_lazy(
        "milestones: after the first frozen round, words stay and dates move by accepted reports"
    )


class LeadFilter(MinistryFilter):
    title = gettext_lazy("lead today")
    parameter_name = "lead"

    def narrow(self, queryset: Any, value: str) -> Any:
        return queryset.filter(
            pk__in=Lead.objects.in_force(clock.today()).filter(ministry_id=int(value)).values("task")
        )


@admin.register(Task)
class TaskAdmin(RecordedAdmin):
    list_display = ("code", "title_in_words", "kind", "sector", "lead_today", "planned")
    list_filter = (LeadFilter, "kind", "sector", "verified")
    list_select_related = ("sector",)
    search_fields = ("code", "title_ko", "title_en")
    search_help_text = gettext_lazy("Code or title, Korean or English")
    ordering = ("code",)
    inlines = (LeadInline, SupportInline, MilestoneInline)
    set_once = ("code",)  # the manifests of frozen rounds name the task by it
    fieldsets = (
        (None, {"fields": ("code", "title_ko", "title_en", ("kind", "sector"), "direction", "item")}),
        (
            gettext_lazy("Dates"),
            {"fields": (("planned_from", "planned_until", "planned_precision"), "completed_on", "first_round_no")},
        ),
        (gettext_lazy("Notes"), {"fields": ("origin", "note_ko", "note_en"), "classes": ("collapse",)}),
        SOURCE,
    )
    instead_of_deleting = gettext_lazy(
        "Its reports stay. To keep it out of the next roster, enter the day of its completion, or ask the coordination "
        "office to take it from the roster."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("leads__ministry__names")

    @admin.display(description=gettext_lazy("title"), ordering="title_ko")
    def title_in_words(self, task: Task) -> str:
        return task.title

    @admin.display(description=gettext_lazy("lead today"))
    def lead_today(self, task: Task) -> str:
        today = clock.today()
        begun = [row for row in task.leads.all() if row.valid_from <= today]
        return short(max(begun, key=lambda row: row.valid_from).ministry) if begun else "–"

    @admin.display(description=gettext_lazy("planned"), ordering="planned_until")
    def planned(self, task: Task) -> str:
        ends = (task.planned_from, task.planned_until)
        words = [dates.period(day, task.planned_precision) if day else "" for day in ends]
        return " ~ ".join(words).strip() if any(words) else "–"
