"""인계: what somebody finds who goes on with another's posting. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import OF_A_MINISTRY, Delegation, MinistryName, Posting, User

from . import due_times, reading
from .due_times import Deadline
from .models import Assignment, Draft, Lead, Light, Report, Return, Round, State, Submission, Task

ROUNDS_BACK = 3
NEAR = timedelta(days=365)  # whoever left longer ago than that before a posting began is no predecessor of it


def predecessor(posting: Posting, day: date) -> Posting | None:
    """Whose work the posting goes on with: the last one of the same ministry and role that ended before the day, within
    a year before this one began or since, and whose holder is gone from there. One whose tasks still wait for somebody
    comes first."""
    if posting.role not in OF_A_MINISTRY:
        return None
    alike = Posting.objects.filter(ministry=posting.ministry_id, role=posting.role)
    there = alike.in_force(day).values("user")
    ended = alike.filter(ends_on__lt=day, ends_on__gte=posting.starts_on - NEAR).exclude(user__in=there)
    waiting = Exists(Assignment.objects.not_taken_away().filter(posting=OuterRef("pk")))
    ordered = ended.annotate(waits=waiting).order_by("-waits", "-ends_on", "-pk")
    return ordered.select_related("user", "ministry").first()


def waiting(user: User, day: date) -> Posting | None:
    """The person's own posting whose hand-over they have not read, where somebody held it before them. No query for
    whoever has read theirs; one for whoever follows nobody, since a predecessor's posting may be ended later."""
    unread = [row for row in user.current_postings if row.role in OF_A_MINISTRY and row.introduced_at is None]
    return next((row for row in unread if predecessor(row, day)), None)


def posting_of(user: User, day: date) -> Posting | None:
    """The posting that the page is about: the one whose hand-over waits, else one whose hand-over was read."""
    own = sorted(user.current_postings, key=lambda row: row.introduced_at is not None)
    return next((row for row in own if row.role in OF_A_MINISTRY and predecessor(row, day)), None)


@dataclass(frozen=True)
class Past:
    """How one task stood in one of the last rounds. `returned`: how often the office gave it back."""

    round: Round
    light: Light | None
    state_word: str
    report: int
    returned: int


@dataclass(frozen=True)
class Line:
    """One task that the ministry leads: where it stands now, and how it stood. `left`: it was the predecessor's, and
    is nobody's now."""

    task: Task
    report: Report | None
    past: list[Past | None]
    left: bool
    assigned_to: str
    is_led: bool
    ministry: int

    @property
    def state(self) -> State | None:
        return State(self.report.state) if self.report else None

    @property
    def state_word(self) -> str:
        return reading.state_word(self.report) if self.report else ""

    @property
    def draft(self) -> Draft | None:
        """What was written and not sent, where it is the ministry's own."""
        own = self.report is not None and self.report.lead_id == self.ministry
        return getattr(self.report, "draft", None) if own else None


@dataclass(frozen=True)
class HandOver:
    """The page of one posting. `before`: who held it."""

    posting: Posting
    before: Posting
    name: MinistryName
    day: date
    round: Round | None
    deadline: Deadline | None  # of the ministry in it
    rounds: list[Round]
    lines: list[Line]
    receipts: list[Submission]
    returns: list[Return]
    deputies: list[Delegation]

    @property
    def left(self) -> list[Line]:
        return [line for line in self.lines if line.left]

    @property
    def open_work(self) -> int:
        """How many tasks of the open round were not sent, or came back."""
        waits = (State.MISSING, State.DRAFT, State.RETURNED, State.AWAITING)
        return sum(line.is_led and line.state in waits for line in self.lines)

    @property
    def gone(self) -> int:
        """Who held the posting before: drafts that they wrote last are marked as such."""
        return self.before.user_id


def read(posting: Posting, before: Posting, *, at: datetime) -> HandOver:
    """What the page of a posting shows, in a number of queries that does not grow."""
    day, ministry = timezone.localdate(at), posting.ministry_id
    assert ministry is not None  # noqa: S101 (officers and approvers have one)
    current = Round.objects.current()
    rounds = list(Round.objects.frozen().order_by("-no")[:ROUNDS_BACK])[::-1]
    tasks = list(Task.objects.of_ministry(ministry, day).order_by("code"))
    reports = _reports([*rounds, *([current] if current else [])], tasks)
    returns = Return.objects.filter(report__round__in=[*rounds, *([current] if current else [])], report__lead=ministry)
    listed = list(returns.select_related("report__task", "report__round", "by").order_by("-at", "-pk"))
    led = set(Lead.objects.in_force(day).filter(ministry=ministry).values_list("task", flat=True))
    left = {row.task_id for row in Assignment.objects.left_by(before, day)}
    standing = {row.task_id: row for row in Assignment.objects.in_force(day).of_ministry(ministry)}
    lines = []
    for task in tasks:
        past = [_past(reports.get((round_.pk, task.pk)), round_, listed) for round_ in rounds]
        now = reports.get((current.pk, task.pk)) if current else None
        holder = str(standing[task.pk].posting.user) if task.pk in standing else ""
        is_led = task.pk in led
        lines.append(Line(task, now, past, task.pk in left, holder, is_led, ministry))
    lines.sort(key=lambda line: (not line.is_led, line.task.code))
    receipts = Submission.objects.filter(ministry=ministry, round__in=rounds).with_names().order_by("-received_at")
    deputies = Delegation.objects.effective(day).filter(posting__ministry=ministry, posting__role__in=OF_A_MINISTRY)
    return HandOver(
        posting,
        before,
        Directory(day)[ministry],
        day,
        current,
        due_times.deadline(current, ministry, at=at) if current else None,
        rounds,
        lines,
        list(receipts),
        listed,
        list(deputies.select_related("posting__user", "to_user")),
    )


def _reports(rounds: Iterable[Round], tasks: Iterable[Task]) -> dict[tuple[int, int], Report]:
    found = Report.objects.filter(round__in=list(rounds), task__in=list(tasks))
    found = found.select_related("round", "task", "current", "draft__edited_by", "draft__edited_for")
    found = found.prefetch_related("current__resolves")
    return {(report.round_id, report.task_id): report for report in found}


def _past(report: Report | None, round_: Round, returns: Iterable[Return]) -> Past | None:
    if report is None:
        return None
    shown = report.office_light or (report.current.light if report.current else "")
    times = sum(row.report_id == report.pk for row in returns)
    return Past(round_, reading.light_of(shown), reading.state_word(report), report.pk, times)
