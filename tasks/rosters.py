"""The roster once it is fixed: by ministry, what may still be taken off or added, and what was. Read-only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import ForeignObjectRel, Q
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import MinistryName
from records.models import Event

from .models import Lead, Phase, Report, Round, Task

VERBS = ("add_to_roster", "remove_from_roster")


@dataclass(frozen=True)
class OfMinistry:
    """The tasks of the roster that one ministry leads."""

    name: MinistryName
    reports: list[Report]


@dataclass(frozen=True)
class Addable:
    """A task that is not on the roster. `is_led`: whether somebody leads it on the round's day; else it cannot join."""

    task: Task
    is_led: bool


@dataclass(frozen=True)
class Change:
    """A task that was added or taken off, when, by whom and why."""

    event: Event

    @property
    def is_added(self) -> bool:
        return self.event.verb == "add_to_roster"

    @property
    def code(self) -> str:
        return str(self.event.data["report"])

    @property
    def reason(self) -> str:
        return str(self.event.data["reason"])


@dataclass(frozen=True)
class Kept:
    """The completed tasks that stayed on the roster when it was fixed, and why."""

    codes: list[str]
    reason: str


@dataclass(frozen=True)
class Roster:
    """A fixed roster."""

    round: Round
    phase: Phase
    reports: list[Report]
    names: Directory
    written: set[int]
    addable: list[Addable]
    changes: list[Change]
    kept: Kept | None

    @property
    def can_change(self) -> bool:
        return self.phase is not Phase.FROZEN

    @property
    def ministries(self) -> list[OfMinistry]:
        """In the ministries' order."""
        mine: dict[int, list[Report]] = {}
        for report in self.reports:
            mine.setdefault(report.lead_id, []).append(report)
        ordered = sorted(mine, key=lambda pk: (self.names[pk].ministry.order, self.names[pk].ministry.code))
        return [OfMinistry(self.names[pk], mine[pk]) for pk in ordered]

    @property
    def removable(self) -> list[Report]:
        """Those about which nobody has written anything yet."""
        return [report for report in self.reports if report.pk not in self.written]

    @property
    def completed(self) -> list[Addable]:
        return [one for one in self.addable if one.is_led and one.task.completed_on]

    @property
    def others(self) -> list[Addable]:
        return [one for one in self.addable if one.is_led and not one.task.completed_on]

    @property
    def unled(self) -> list[Addable]:
        return [one for one in self.addable if not one.is_led]


def read(round_: Round, *, at: datetime) -> Roster:
    """Everything about the roster of a round. A constant number of queries."""
    reports = list(Report.objects.in_round(round_).select_related("task").order_by("task__code"))
    events = Event.objects.filter(stream__key=round_.stream_key).select_related("actor", "acting_for").order_by("seq")
    told = list(events.filter(verb__in=(*VERBS, "prepare")))
    return Roster(
        round_,
        round_.phase(at),
        reports,
        Directory(round_.as_of),
        written_about([report.pk for report in reports]),
        _addable(round_, reports),
        [Change(event) for event in told if event.verb in VERBS],
        next((_kept(event) for event in told if event.data.get("kept")), None),
    )


def _addable(round_: Round, reports: list[Report]) -> list[Addable]:
    led = set(Lead.objects.in_force(round_.as_of).values_list("task", flat=True))
    rows = Task.objects.exclude(pk__in=[report.task_id for report in reports]).order_by("code")
    return [Addable(task, task.pk in led) for task in rows]


def _kept(event: Event) -> Kept:
    return Kept(list(event.data["kept"]), str(event.data["reason"]))


@dataclass(frozen=True)
class TakenOff:
    """A task that left the roster after somebody had seen it there: by its report's key, which is gone."""

    code: str
    lead: str
    reason: str

    def __str__(self) -> str:
        return _("%(code)s is not on the roster any more. The office’s reason: %(reason)s") % {
            "code": self.code,
            "reason": self.reason,
        }


def taken_off(report_ids: Collection[int]) -> dict[int, TakenOff]:
    """What became of reports that are not there: those that were taken off a roster, by their keys. Two queries."""
    rows = Event.objects.filter(
        verb="remove_from_roster",
        object_type=Report._meta.label_lower,
        object_id__in=[str(pk) for pk in report_ids],
        stream__key__in=[row.stream_key for row in Round.objects.prepared()],
    )
    return {
        int(row.object_id): TakenOff(row.data["report"], row.data["copied"]["lead"], row.data["reason"]) for row in rows
    }


def written_about(report_ids: Collection[int]) -> set[int]:
    """Which of the reports a row of any table points at: a draft, a text, a file, a message, a contribution, whatever
    comes to be asked of reports. These stay on the roster. A constant number of queries."""
    found: set[int] = set()
    for field in _pointing():
        rows = field.model._base_manager.filter(Q(**{f"{field.name}__in": list(report_ids)})).order_by()
        found |= set(rows.values_list(field.attname, flat=True))
    return found


def _pointing() -> list[Any]:
    """The foreign keys of all tables that lead to a report."""
    relations = Report._meta.get_fields(include_hidden=True)
    return [row.field for row in relations if isinstance(row, ForeignObjectRel)]
