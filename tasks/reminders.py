"""제출 독려: a ladder of reminders for each ministry, in working days towards its due time in force.

Whoever runs this, and however often: of the steps whose time has come the latest is carried out, once. A `Reminder` row
for the ministry, the step and the due time decides that, in the transaction that owes the mails. Steps that nobody ran
are left out, not sent in a heap. An extension begins the rest of the ladder anew towards the new due time. What
the office sends by hand (`workflow/reminding.py`) stands in the same table and keeps no step back.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime, time

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from ministries import working_days
from ministries.models import Ministry
from ministries.working_days import Calendar
from records.errors import Busy
from records.locking import waiting

from . import due_times, notices, owed
from .due_times import Deadline
from .models import Reminder, Round
from .workflow.common import lock_round

logger = logging.getLogger(__name__)

Step = Reminder.Step
MORNING_AT, EVENING_AT = time(9), time(18)  # office hours


def remind(at: datetime) -> str:
    """Owe what is due to be owed; says how many mails and for which ministries it failed, or nothing. May be called at
    any time, and by two at once."""
    mails, failed = 0, []
    for round_ in Round.objects.prepared().filter(frozen_at__isnull=True, opens_at__lte=at):
        for ministry, step, deadline in _due(round_, at):
            try:
                mails += _carry_out(round_, ministry, step, deadline)
            except (OperationalError, InterfaceError, Busy):
                raise  # the others would fare no better, and the next run goes on from here
            except Exception:  # one ministry must not stand in the way of the others
                logger.exception("Reminding %s failed", ministry.code)
                failed.append(ministry.code)
    said = [f"{mails} mails"] if mails else []
    said += [f"failed for {', '.join(failed)}, see the log"] if failed else []
    return f"reminders: {'; '.join(said)}" if said else ""


def _due(round_: Round, at: datetime) -> Iterator[tuple[Ministry, Step, Deadline]]:
    """Each ministry with the step whose time has come and that was not carried out."""
    days, deadlines = working_days.calendar(), due_times.deadlines(round_, at=at)
    done = set(Reminder.objects.filter(round=round_).values_list("ministry", "step", "due_at"))
    for ministry in list(Ministry.objects.filter(pk__in=owed.ministries(round_))):
        deadline = deadlines[ministry.pk]
        step = latest_step(deadline, days)
        if step is not None and (ministry.pk, step.value, deadline.due_at) not in done:
            yield ministry, step, deadline


def latest_step(deadline: Deadline, days: Calendar) -> Step | None:
    """The last step whose time has come, at the moment of the deadline; None where none has, or where it came before
    the due time was this one: then the ministry was just told of it."""
    came = [(moment, step) for step, moment in ladder(deadline.round, deadline.due_at, days) if moment <= deadline.at]
    if not came:
        return None
    moment, step = max(came, key=lambda row: row[0])
    return step if deadline.since is None or moment > deadline.since else None


def ladder(round_: Round, due_at: datetime, days: Calendar) -> Iterator[tuple[Step, datetime]]:
    """Each step with its time, from the opening on. A step before the opening is none: that one says it all."""
    opening = _in_office_hours(round_.opens_at, days)
    yield Step.OPENING, opening
    yield from ((step, moment) for step, moment in towards(due_at, days) if moment > opening)


def towards(due_at: datetime, days: Calendar) -> tuple[tuple[Step, datetime], ...]:
    """The steps towards any due time, in working days: five, two, that morning, and the morning after."""
    due_on = timezone.localdate(due_at)
    last_morning = _morning(days.on_or_before(due_on))
    if last_morning >= due_at:  # due before anybody is there
        last_morning = _morning(days.working_days_before(due_on, 1))
    return (
        (Step.FIVE_DAYS, _morning(days.working_days_before(due_on, 5))),
        (Step.TWO_DAYS, _morning(days.working_days_before(due_on, 2))),
        (Step.MORNING, last_morning),
        (Step.OVERDUE, _morning(days.next_working_day(due_on))),
    )


def _in_office_hours(moment: datetime, days: Calendar) -> datetime:
    """The moment itself, or the next morning where it lies in the night or on a day off."""
    local = timezone.localtime(moment)
    day = days.on_or_after(local.date())
    if day > local.date() or local.time() < MORNING_AT:
        return _morning(day)
    return moment if local.time() <= EVENING_AT else _morning(days.next_working_day(day))


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING_AT))


def _carry_out(round_: Round, ministry: Ministry, step: Step, deadline: Deadline) -> int:
    """Owe one step of one ministry; returns how many mails. None where it was done meanwhile, the round is frozen, or
    its due time has moved by now: the next run then knows better. The head of the chain is not taken, so an extension
    that is granted while the mails are being owed is told by its own mail alone."""
    with waiting(), transaction.atomic():
        if lock_round(round_.pk).frozen_at is not None:
            return 0
        if due_times.due_of(round_, ministry.pk, at=deadline.at) != deadline.due_at:
            return 0
        row = _claim(round_, ministry, step, deadline)
        if row is None:
            return 0
        demands = owed.read(round_, ministry, at=deadline.at)
        notices.reminder(row, demands, deadline)
        row.mails = len(demands)
        row.save(update_fields=("mails",))
        return row.mails


def _claim(round_: Round, ministry: Ministry, step: Step, deadline: Deadline) -> Reminder | None:
    """The row that makes this step ours. Of two runs at once one waits here for the other's transaction, and gets none:
    the table's constraint decides."""
    named = {"round": round_, "ministry": ministry, "step": step, "due_at": deadline.due_at}
    row, is_new = Reminder.objects.get_or_create(**named, defaults={"at": deadline.at})
    return row if is_new else None
