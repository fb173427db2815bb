"""담당 배정 as pages show it: each task of a ministry with whoever does it. Read-only."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.functional import cached_property

from ministries.directory import Directory
from ministries.models import OF_A_MINISTRY, Ministry, MinistryName, Posting, User

from . import hand_over, permissions
from .models import Assignment, Draft, Lead, Task


@dataclass(frozen=True)
class Doer:
    """Who does a task, or did it: their posting has ended on `until`, and the task is nobody's."""

    posting: Posting
    until: date | None

    @property
    def is_there(self) -> bool:
        return self.until is None

    @property
    def name(self) -> str:
        return str(self.posting.user)

    @property
    def unit(self) -> str:
        return self.posting.unit


@dataclass(frozen=True)
class Duties:
    """Who in a ministry does what on a day. Made from two queries."""

    day: date
    by_task: dict[int, Doer]
    last_days: dict[int, date | None]  # person -> last day in the ministry; None for who is there

    @property
    def is_used(self) -> bool:
        """Whether the ministry hands its tasks out at all."""
        return any(doer.is_there for doer in self.by_task.values())

    def is_mine(self, task: int, user: User) -> bool:
        """Whether the task is the person's own to do, or that of whom they stand in for today."""
        doer = self.by_task.get(task)
        return doer is not None and doer.is_there and doer.posting.pk in {row.pk for row in user.offices}

    def left_on(self, draft: Draft | None) -> date | None:
        """The last day in the ministry of whoever wrote last on a draft; None while they are there."""
        return self.last_days.get(draft.edited_by_id) if draft else None


def of_ministry(ministry: int, day: date) -> Duties:
    """Two queries, whatever the number of tasks and people."""
    rows = Assignment.objects.not_taken_away().of_ministry(ministry)
    postings = Posting.objects.filter(ministry=ministry, role__in=OF_A_MINISTRY)
    there = set(postings.in_force(day).values_list("user", flat=True))
    ended = postings.order_by().values_list("user").annotate(Max("ends_on"))
    last = {user: None if user in there else ends_on for user, ends_on in ended}
    return Duties(day, {row.task_id: _doer(row, day) for row in rows}, last)


def _doer(row: Assignment, day: date) -> Doer:
    posting = row.posting
    there = posting.is_in_force(day) and posting.user.is_active
    return Doer(posting, None if there else min(posting.ends_on or day, day))


@dataclass(frozen=True)
class Line:
    """One task of the page. `chosen`: the posting that the form names, as the page or the person who was refused has
    it; `seen`: whose it was when the page was shown."""

    task: Task
    is_led: bool
    doer: Doer | None
    chosen: str
    seen: str
    problems: list[str]

    @property
    def standing(self) -> str:
        """Whose it is now, as the form names it; empty for nobody's."""
        return str(self.doer.posting.pk) if self.doer and self.doer.is_there else ""


@dataclass(frozen=True)
class Page:
    ministry: Ministry
    name: MinistryName
    lines: list[Line]
    officers: list[Posting]
    has_approver: bool
    may_assign: bool
    has_hand_over: bool  # whether somebody held the person's posting before them

    @cached_property
    def led(self) -> list[Line]:
        return [line for line in self.lines if line.is_led]

    @cached_property
    def supported(self) -> list[Line]:
        return [line for line in self.lines if not line.is_led]

    @property
    def nobodys(self) -> int:
        return sum(not line.standing for line in self.lines)


def read(
    ministry: Ministry,
    *,
    user: User,
    at: datetime,
    chosen: dict[str, str] | None = None,
    problems: dict[str, list[str]] | None = None,
) -> Page:
    """The page; after a refusal with what was `chosen`, by task code. A constant number of queries."""
    day = timezone.localdate(at)
    duties = of_ministry(ministry.pk, day)
    led = set(Lead.objects.in_force(day).filter(ministry=ministry).values_list("task", flat=True))
    lines = []
    for task in Task.objects.of_ministry(ministry.pk, day).order_by("code"):
        doer = duties.by_task.get(task.pk)
        standing = str(doer.posting.pk) if doer and doer.is_there else ""
        picked = (chosen or {}).get(task.code, standing)
        lines.append(Line(task, task.pk in led, doer, picked, standing, (problems or {}).get(task.code, [])))
    officers = list(Posting.objects.reporting(ministry.pk, day).select_related("user").order_by("unit_ko", "pk"))
    has_approver = Posting.objects.approving([ministry.pk], day).exists()
    may = permissions.can_assign(user, ministry.pk, has_approver=has_approver)
    before = hand_over.posting_of(user, day) is not None
    return Page(ministry, Directory(day)[ministry.pk], lines, officers, has_approver, may, before)
