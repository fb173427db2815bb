"""What reminds of decisions and of notices without an answer, in working days, by `run_due`.

Whoever runs this, and however often: of the steps whose time has come the latest is owed, once. Its mails decide that:
they are about the decision or the notice *and* the step. Steps that nobody ran are left out, not sent in a heap, and
none tells of a time before the ministry knew. It stops by itself: with a follow-up that says *carried out*, with the
closing, with the answer.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from ministries import working_days
from ministries.working_days import Calendar
from outbox.models import Notice, Purpose
from records.errors import Busy
from records.locking import waiting as in_time

from . import waiting
from .models import Decision, FollowUp, Meeting, Notification
from .notices import reminding as notices
from .querysets import DecisionQuerySet
from .workflow.common import locked_meeting

logger = logging.getLogger(__name__)

MORNING_AT = time(9)
WEEK = timedelta(days=7)
AHEAD = 5  # working days before a decision's day
UNANSWERED_AFTER = 3  # working days after the notice


@dataclass(frozen=True)
class Step:
    """One step with its time. `name` tells it from the others of the same object."""

    name: str
    moment: datetime

    @property
    def kind(self) -> str:
        """`ahead`, `today`, `overdue` or `unanswered`."""
        return self.name.partition("/")[0]


def remind(at: datetime) -> str:
    """Owe what is due to be owed; says how many steps and for what it failed, or nothing. May be called at any time,
    and by two at once."""
    days = working_days.calendar()
    done, failed = 0, []
    due: list[tuple[Decision | Notification, Step]] = [*_of_decisions(at, days), *_of_notices(at, days)]
    for row, step in due:
        try:
            done += _carry_out(row, step, at)
        except (OperationalError, InterfaceError, Busy):
            raise  # the others would fare no better, and the next run goes on from here
        except Exception:  # one of them must not stand in the way of the others
            name = about(row, step)
            logger.exception("Reminding of %s failed", name)
            failed.append(name)
    said = [f"{done} steps"] if done else []
    said += [f"failed for {', '.join(failed)}, see the log"] if failed else []
    return f"reminders of meetings: {'; '.join(said)}" if said else ""


def about(row: Decision | Notification, step: Step) -> str:
    """What the mails of a step are about: `decision/12/overdue/2`."""
    return f"{row._meta.model_name}/{row.pk}/{step.name}"


def _of_decisions(at: datetime, days: Calendar) -> Iterator[tuple[Decision, Step]]:
    """Each decision that has to be carried out, with the step whose time has come and that nobody was told of."""
    rows = list(to_carry_out().select_related("meeting").prefetch_related("closings"))
    known = _told(Purpose.DECISION_DUE)
    for row in rows:
        step = latest(ladder(row.due_on or timezone.localdate(at), days), since=_since(row), at=at)
        if step is not None and about(row, step) not in known:
            yield row, step


def to_carry_out() -> DecisionQuerySet:
    """The open ones of which nobody said that they were carried out."""
    done = waiting.carried_out().values("pk")
    return Decision.objects.open().exclude(pk__in=done).order_by("pk")


def _since(row: Decision) -> datetime:
    """When its owner had to carry it out for the first time, or once more."""
    confirmed = row.meeting.frozen_at
    assert confirmed is not None  # noqa: S101 (it is open)
    return max([confirmed, *(closing.at for closing in row.closings.all())])


def _of_notices(at: datetime, days: Calendar) -> Iterator[tuple[Notification, Step]]:
    rows = list(waiting.unanswered().select_related("meeting").order_by("pk"))
    known = _told(Purpose.OUTCOME_UNANSWERED)
    for row in rows:
        step = latest(unanswered_ladder(row.at, days), since=row.at, at=at)
        if step is not None and about(row, step) not in known:
            yield row, step


def _told(purpose: Purpose) -> set[str]:
    return set(Notice.objects.filter(purpose=purpose).values_list("about", flat=True))


def ladder(due_on: date, days: Calendar) -> Iterator[Step]:
    """The steps of a decision, the earliest first, without end: five working days before its day, on the day (or the
    last working day before it), from the first working day after it on once a week."""
    yield Step("ahead", _morning(days.working_days_before(due_on, AHEAD)))
    yield Step("today", _morning(days.on_or_before(due_on)))
    yield from _weekly("overdue", days.next_working_day(due_on), days)


def unanswered_ladder(told_at: datetime, days: Calendar) -> Iterator[Step]:
    """The steps of a notice: three working days after it, then once a week."""
    yield from _weekly("unanswered", days.shift(timezone.localdate(told_at), UNANSWERED_AFTER), days)


def _weekly(name: str, first: date, days: Calendar) -> Iterator[Step]:
    for n in count():
        yield Step(f"{name}/{n + 1}", _morning(days.on_or_after(first + n * WEEK)))


def latest(steps: Iterator[Step], *, since: datetime, at: datetime) -> Step | None:
    """The last step whose time has come; None where none has, or where it came before its ministry knew."""
    found = None
    for step in steps:
        if step.moment > at:
            break
        found = step
    return found if found is not None and found.moment > since else None


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING_AT))


def _carry_out(row: Decision | Notification, step: Step, at: datetime) -> int:
    """Owe the mails of one step. None where it was done meanwhile, or what it reminds of is not owed any more."""
    with in_time(), transaction.atomic():
        meeting: Meeting = locked_meeting(row.meeting_id)
        row.meeting = meeting
        if isinstance(row, Decision):
            if not to_carry_out().filter(pk=row.pk).exists():
                return 0
            last = FollowUp.objects.filter(decision=row).order_by("-pk").first()
            notices.decision_due(row, step.kind, about=about(row, step), last=last, at=at)
        else:
            if not waiting.unanswered().filter(pk=row.pk).exists():
                return 0
            notices.unanswered(row, about=about(row, step), at=at)
    return 1
