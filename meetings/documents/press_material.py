"""What a press release on a meeting is made of, read from the rows of the meeting and of what it spoke about."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, Posting, Role
from tasks.models import Kind, Strategy, Task

from ..models import AgendaItem, Attendance, Decision, Meeting, Remark
from . import heard
from .growth import Moment

# As the source document and the book order them; what merely goes on stands last.
KINDS = (Kind.FIRST_COMPLETED, Kind.SUPPLEMENTED, Kind.NEW, Kind.EXISTING)


@dataclass(frozen=True)
class TaskOnAgenda:
    """A task that the meeting spoke of, with the ministries that led and supported it on the meeting's day."""

    task: Task
    lead: MinistryName | None
    supports: list[MinistryName]

    @property
    def is_sample(self) -> bool:
        """Whether its note says that something about it is a sample."""
        return "예시" in self.task.note_ko or "sample" in self.task.note_en.lower()


@dataclass(frozen=True)
class Material:
    """`day`: the meeting's, or the latest that it may have been, or today's: names are those of that day. `bodies`:
    those that were there where attendance was marked for all, else those that were invited; `unmarked`: for how many
    it was not. `decisions`: confirmed ones."""

    meeting: Meeting
    day: date
    before: Meeting | None
    strategies: list[Strategy]
    items: list[AgendaItem]
    tasks: dict[Kind, list[TaskOnAgenda]]
    bodies: list[MinistryName]
    is_marked: bool
    unmarked: int
    is_held: bool
    remarks: list[Remark]
    decisions: list[Decision]
    undecided: int  # decisions that are written, but not confirmed
    office: list[tuple[MinistryName, Posting]]
    names: Directory
    of_opinions: int | None = None  # the item (primary key) that says how many opinions there were: one says it
    opinions: str = ""


def read(meeting: Meeting, *, at: datetime) -> Material:
    """Everything, in a number of queries that does not grow with the meeting."""
    today = timezone.localdate(at)
    day = meeting.date or meeting.not_after or today
    names = Directory(day)
    items = list(
        AgendaItem.objects.filter(meeting=meeting).prefetch_related(
            "figures",
            "of_tasks__task__direction__strategy",
            "of_tasks__task__leads",
            "of_tasks__task__supports",
            "of_candidates__candidate__verdicts",
        )
    )
    tasks = list({link.task_id: link.task for item in items for link in item.of_tasks.all()}.values())
    attendances = list(Attendance.objects.filter(meeting=meeting))
    unmarked = sum(row.is_present is None for row in attendances)
    is_marked = bool(attendances) and not unmarked
    is_begun = len(attendances) > unmarked
    there = [row.ministry_id for row in attendances if row.is_present or not is_marked]
    decisions = list(Decision.objects.standing().filter(meeting=meeting).prefetch_related("supporting"))
    of_opinions = next((item.pk for item in items if heard.is_of_opinions(item)), None)
    is_confirmed = meeting.frozen_at is not None
    return Material(
        meeting=meeting,
        day=day,
        before=Meeting.objects.standing().filter(no__lt=meeting.no).order_by("-no").first(),
        strategies=_strategies(tasks),
        items=items,
        tasks={kind: [_on_agenda(task, names, day) for task in tasks if task.kind == kind] for kind in KINDS},
        bodies=names.named(there),
        is_marked=is_marked,
        unmarked=unmarked,
        is_held=is_begun or meeting.circulated_at is not None or (meeting.date is not None and meeting.date <= today),
        remarks=list(Remark.objects.filter(meeting=meeting)),
        decisions=decisions if is_confirmed else [],
        undecided=0 if is_confirmed else len(decisions),
        office=_office(names, today),
        names=names,
        of_opinions=of_opinions,
        opinions=heard.in_short(Moment.of(meeting, at).at) if of_opinions else "",
    )


def _strategies(tasks: list[Task]) -> list[Strategy]:
    """Those that the tasks come from, the oldest first."""
    found = {task.direction.strategy_id: task.direction.strategy for task in tasks if task.direction}
    return sorted(found.values(), key=lambda row: (row.decided_on, row.pk))


def _on_agenda(task: Task, names: Directory, day: date) -> TaskOnAgenda:
    leads = [row for row in sorted(task.leads.all(), key=lambda row: row.valid_from) if row.valid_from <= day]
    supports = [row.ministry_id for row in task.supports.all() if row.holds_on(day)]
    return TaskOnAgenda(task, names[leads[-1].ministry_id] if leads else None, names.named(supports))


def _office(names: Directory, today: date) -> list[tuple[MinistryName, Posting]]:
    """Where the coordination office is to be found: one posting of each of its units."""
    rows = Posting.objects.in_force(today).filter(role=Role.COORDINATOR, ministry__isnull=False, user__is_active=True)
    units = {(row.ministry_id, row.unit_ko, row.unit_en, row.telephone): row for row in rows.order_by("-pk")}
    found = sorted(units.values(), key=lambda row: row.pk)
    return [(names[row.ministry_id], row) for row in found if row.ministry_id is not None and row.ministry_id in names]
