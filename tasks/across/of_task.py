"""One task over all rounds: what it is, who carries it, its dates and measures, and a line for each report.

Who may read what of a report is decided for each one by `permissions`, as on the report's own page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Prefetch
from django.utils import timezone

from ministries.models import MinistryName, Posting

from .. import permissions
from ..measures import Measure, Told
from ..models import (
    Assignment,
    Direction,
    IndicatorValue,
    Kind,
    Lead,
    Light,
    MilestoneChange,
    Report,
    Sector,
    State,
    StrategyItem,
    Support,
    Task,
)
from ..reading import state_word
from . import moves
from .moves import Dates
from .standpoint import Standpoint

FIRST_LINE = 160  # characters of the results that the time line shows


@dataclass(frozen=True)
class Entry:
    """One round of the time line, as far as the person may know of it."""

    report: Report
    lead: MinistryName
    sees_text: bool
    sees_office: bool
    sees_history: bool
    sees_receipt: bool

    @property
    def no(self) -> int:
        return self.report.round.no

    @property
    def lead_name(self) -> str:
        return self.report.lead_name or self.lead.name

    @property
    def state(self) -> State:
        """After the freeze nobody learns that something had been begun."""
        state = State(self.report.state)
        if self.report.round.frozen_at is None or state.was_sent:
            return state
        return State.RETURNED if self.report.current_id else State.MISSING

    @property
    def state_word(self) -> str:
        return state_word(self.report)

    @property
    def light(self) -> Light | None:
        """The ministry's."""
        return Light(self.report.current.light) if self.sees_text and self.report.current else None

    @property
    def office_light(self) -> Light | None:
        return Light(self.report.office_light) if self.sees_text and self.report.office_light else None

    @property
    def office_reason(self) -> str:
        return self.report.office_reason if self.sees_office else ""

    @property
    def first_line(self) -> str:
        """The results, one line of them."""
        if not self.sees_text or self.report.current is None:
            return ""
        line = next((line.strip() for line in self.report.current.results.splitlines() if line.strip()), "")
        return line if len(line) <= FIRST_LINE else line[: FIRST_LINE - 1] + "…"

    @property
    def is_unchanged(self) -> bool:
        return bool(self.sees_text and self.report.current and self.report.current.unchanged)

    @property
    def changes(self) -> list[MilestoneChange]:
        """The dates that the report says are done or moved, accepted or not."""
        return list(self.report.current.milestone_changes.all()) if self.sees_text and self.report.current else []

    @property
    def number(self) -> str:
        return self.report.current.submission.number if self.sees_text and self.report.current else ""

    @property
    def who(self) -> str:
        """Who sent it, by the name of then."""
        if not (self.sees_history and self.report.current):
            return ""
        return str(self.report.current.submission.event.who)


@dataclass(frozen=True)
class Contact:
    """Somebody of today to call about the task."""

    posting: Posting
    is_assigned: bool


@dataclass(frozen=True)
class TaskPage:
    """A task from one standpoint. `standing`: the report whose copied title, kind and sector hold, where there is
    one."""

    standpoint: Standpoint
    task: Task
    standing: Report | None
    lead: MinistryName | None
    supporters: list[MinistryName]
    entries: list[Entry]
    dates: list[Dates]
    measures: list[Measure]
    finished: Report | None
    contacts: dict[int, list[Contact]] = field(default_factory=dict)
    sees_contacts: bool = False

    @property
    def title(self) -> str:
        return self.standing.title if self.standing else self.task.title

    @property
    def lead_name(self) -> str:
        copied = self.standing.lead_name if self.standing else ""
        return copied or (self.lead.name if self.lead else "")

    @property
    def kind(self) -> str:
        return str(Kind(self.standing.kind if self.standing else self.task.kind).label)

    @property
    def changes_kind(self) -> bool:
        """Whether the next roster will carry another kind than the one that is collected: something was adopted into
        the task since that was prepared."""
        return not self.standpoint.is_as_of and self.standing is not None and self.standing.kind != self.task.kind

    @property
    def sector(self) -> Sector:
        return self.standing.sector if self.standing else self.task.sector

    @property
    def item(self) -> StrategyItem | None:
        return self.standing.item if self.standing else self.task.item

    @property
    def direction(self) -> Direction | None:
        return self.item.direction if self.item else self.task.direction

    @cached_property
    def completed_on(self) -> date | None:
        """The day that the office accepted as the day of completion; what a later round completed is not, yet."""
        if self.finished is None:
            return None if self.standpoint.is_as_of else self.task.completed_on
        revision = self.finished.accepted
        return (revision.completed_on if revision else None) or self.finished.round.as_of

    @property
    def moved(self) -> int:
        """How often a date of the task was moved."""
        return sum(len(row.moves) for row in self.dates)

    @property
    def is_of_the_portal(self) -> bool:
        """Whether it was adopted here, so that its source is no page but its candidate."""
        return bool(self.task.origin) and self.task.origin == self.task.source

    @property
    def sources(self) -> list[str]:
        return [line.strip() for line in self.task.source.splitlines() if line.strip()]

    @property
    def current(self) -> Report | None:
        """Its report in the round that is told of last."""
        told = self.standpoint.asked or self.standpoint.current
        return self.standing if self.standing and told and self.standing.round_id == told.pk else None

    @property
    def bodies(self) -> list[tuple[MinistryName, str, list[Contact]]]:
        """The lead and those that support it: name, how it was called, whom to call."""
        rows = [(self.lead, self.lead_name)] if self.lead else []
        rows += [(name, name.name) for name in self.supporters]
        return [(name, called, self.contacts.get(name.ministry_id, [])) for name, called in rows]


def read(task: Task, standpoint: Standpoint) -> TaskPage | None:
    """The page; None where the task did not stand on any roster by the round asked for. Constant in queries."""
    user, names = standpoint.user, standpoint.names
    reports = list(_reports(task, standpoint))
    if standpoint.is_as_of and not reports:
        return None
    visible = set(Report.objects.visible_to(user).filter(task=task).values_list("pk", flat=True))
    entries = [_entry(row, standpoint) for row in reports if row.pk in visible]
    standing = _standing(reports, standpoint)
    lead_id = standing.lead_id if standing else _lead_of(task, standpoint)
    supporters = names.named(
        row.ministry_id for row in task.supports.all() if row.holds_on(standpoint.day) and row.ministry_id != lead_id
    )
    involved = {row.ministry_id for row in supporters} | ({lead_id} if lead_id else set())
    finished = [row for row in reports if row.office_light == Light.COMPLETED and row.accepted_id]
    sees_contacts = not standpoint.is_as_of and permissions.can_see_contacts(user, involved)
    return TaskPage(
        standpoint=standpoint,
        task=task,
        standing=standing,
        lead=names[lead_id] if lead_id else None,
        supporters=supporters,
        entries=entries[::-1],
        dates=moves.read(standpoint, task.milestones.all(), moves.applied(task.pk)),
        measures=_measures(task, entries, standpoint.day),
        finished=finished[-1] if finished else None,
        contacts=_contacts(task, involved, standpoint) if sees_contacts else {},
        sees_contacts=sees_contacts,
    )


def find(code: str) -> Task | None:
    """The task by its code, with what the page shows of it."""
    supports = Support.objects.order_by("ministry__order", "pk")
    tasks = Task.objects.select_related("sector", "direction", "item__direction")
    return (
        tasks.prefetch_related(Prefetch("supports", supports), "milestones", "indicators__targets")
        .filter(code=code)
        .first()
    )


def _reports(task: Task, standpoint: Standpoint) -> Iterable[Report]:
    """Its reports up to the standpoint, the first first; each knows the one task, with its supports."""
    rows = (
        Report.objects.filter(task=task, round__in=standpoint.rounds)
        .select_related(
            "round",
            "lead",
            "sector",
            "item__direction",
            "accepted",
            "current__submission__event__actor",
            "current__submission__event__acting_for",
        )
        .prefetch_related("current__resolves", "current__milestone_changes__milestone")
        .order_by("round__no")
    )
    for row in rows:
        row.task = task
        yield row


def _entry(report: Report, standpoint: Standpoint) -> Entry:
    user = standpoint.user
    sent_by = report.current.submission.ministry_id if report.current else 0
    return Entry(
        report,
        standpoint.names[report.lead_id],
        permissions.can_see_text(user, report),
        permissions.can_see_office_side(user, report),
        permissions.can_see_history(user, report),
        user.standing.is_coordinator or sent_by in user.standing.ministries,
    )


def _standing(reports: list[Report], standpoint: Standpoint) -> Report | None:
    """As of a round its last report by then; now, the one in the round that is collected."""
    if standpoint.is_as_of:
        return reports[-1]
    current = standpoint.current
    return next((row for row in reports if current and row.round_id == current.pk), None)


def _lead_of(task: Task, standpoint: Standpoint) -> int | None:
    """Who leads it on the day of the standpoint; for a task that came into the strategy after that day, who leads it
    first."""
    then = Lead.objects.in_force(standpoint.day).filter(task=task).first()
    first = then or Lead.objects.filter(task=task).order_by("valid_from").first()
    return first.ministry_id if first else None


def _measures(task: Task, entries: list[Entry], day: date) -> list[Measure]:
    """Its indicators with the values of the texts that the person may read."""
    texts = {row.report.current_id: row.report for row in entries if row.sees_text and row.report.current_id}
    told: dict[int, list[Told]] = {}
    rows = IndicatorValue.objects.filter(revision__in=texts).order_by("revision__report__round__no")
    for row in rows:
        round_ = texts[row.revision_id].round
        told.setdefault(row.indicator_id, []).append(Told(round_.no, round_.as_of, row.value, row.note))
    shown = [row for row in task.indicators.all() if row.pk in told or not row.ended_on or row.ended_on > day]
    return [Measure(row, day.year, tuple(told.get(row.pk, ()))) for row in shown]


def _contacts(task: Task, involved: set[int], standpoint: Standpoint) -> dict[int, list[Contact]]:
    """Whom to call today in each ministry: who the task was handed out to, else its officers."""
    day = timezone.localdate(standpoint.at)
    given = set(Assignment.objects.in_force(day).filter(task=task).values_list("posting", flat=True))
    officers = Posting.objects.in_force(day).filter(ministry__in=involved, role="officer", user__is_active=True)
    found: dict[int, list[Contact]] = {}
    for row in officers.select_related("user").order_by("pk"):
        found.setdefault(row.ministry_id or 0, []).append(Contact(row, row.pk in given))
    return {pk: [one for one in rows if one.is_assigned] or rows for pk, rows in found.items()}
