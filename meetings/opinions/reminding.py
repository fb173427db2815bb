"""의견 답변 독려: who owes an answer to opinions is reminded two working days before the day, in its morning, and the
working day after. Carried out by `run_due`; an answer, or another day, ends it by itself.

Of the steps whose time has come the last one is carried out, once: its mails say that it was. A step whose time came
before the opinion was given out is none: the ministry was told of it a moment ago.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from ministries import working_days
from ministries.working_days import Calendar
from outbox.models import Notice, Purpose
from records.errors import Busy
from records.locking import lock_rows, waiting
from records.models import Event
from tasks.reminders import MORNING_AT

from ..models import Opinion
from . import notices
from .contents import OPINION

logger = logging.getLogger(__name__)

AHEAD = 2  # working days
Key = tuple[int, str, date]  # ministry, its code, due day


def remind(at: datetime) -> str:
    """Owe what is due to be owed; says to how many ministries and for which it failed, or nothing. May be called at any
    time, and by two at once."""
    days, mails, failed = working_days.calendar(), 0, []
    for ministry, code, due_on in _owed():
        found = latest_step(due_on, days, at)
        if found is None or _is_done(ministry, due_on, found[0]):
            continue
        try:
            mails += _carry_out(ministry, code, due_on, found, at)
        except (OperationalError, InterfaceError, Busy):
            raise  # the others would fare no better, and the next run goes on from here
        except Exception:  # one ministry must not stand in the way of the others
            logger.exception("Reminding %s of opinions failed", code)
            failed.append(code)
    said = [f"{mails} ministries"] if mails else []
    said += [f"failed for {', '.join(failed)}, see the log"] if failed else []
    return f"opinions: {'; '.join(said)}" if said else ""


def _carry_out(ministry: int, code: str, due_on: date, found: tuple[str, datetime], at: datetime) -> int:
    """Owe one step of one ministry; how many were reminded. None where another run did it meanwhile, or where by now
    everything is answered, moved, or was given out after the step: what is owed is read behind the rows' lock."""
    step, moment = found
    with waiting(), transaction.atomic():
        lock_rows(Opinion.objects.filter(ministry=ministry, due_on=due_on))
        if _is_done(ministry, due_on, step):
            return 0
        opinions = Opinion.objects.owed().filter(ministry=ministry, due_on=due_on).values_list("pk", flat=True)
        given = _given(list(opinions))
        due = [pk for pk, when in given.items() if when is None or when < moment]
        if due:
            notices.due(ministry, code, due_on, len(due), step=step, at=at)
    return 1 if due else 0


def latest_step(due_on: date, days: Calendar, at: datetime) -> tuple[str, datetime] | None:
    """The last step whose time has come, with that time; None where none has."""
    came = [(step, moment) for step, moment in ladder(due_on, days) if moment <= at]
    return came[-1] if came else None


def ladder(due_on: date, days: Calendar) -> Iterator[tuple[str, datetime]]:
    """The steps in their order."""
    yield "ahead", _morning(days.working_days_before(due_on, AHEAD))
    yield "today", _morning(days.on_or_before(due_on))
    yield "overdue", _morning(days.next_working_day(due_on))


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING_AT))


def _owed() -> list[Key]:
    """To whom reminders could go: each ministry that owes an answer, with each day until which it does."""
    rows = Opinion.objects.owed().filter(due_on__isnull=False).order_by("due_on", "ministry__order", "ministry")
    found: list[Key] = []
    for ministry, code, due_on in rows.values_list("ministry", "ministry__code", "due_on").distinct():
        assert ministry is not None  # noqa: S101 (owed() asks for one)
        assert due_on is not None  # noqa: S101 (asked for above)
        found.append((ministry, str(code), due_on))
    return found


def _is_done(ministry: int, due_on: date, step: str) -> bool:
    about = notices.about_due(ministry, due_on, step)
    return Notice.objects.filter(purpose=Purpose.OPINION_DUE, about=about).exists()


def _given(opinions: list[int]) -> dict[int, datetime | None]:
    """Since when each of them is with who has to answer, until that day, as its events tell; None where none does. One
    query."""
    found: dict[int, datetime | None] = dict.fromkeys(opinions)
    streams, stood = {f"{OPINION.prefix}{pk}": pk for pk in opinions}, dict[int, tuple[object, object]]()
    events = Event.objects.filter(stream__key__in=streams).order_by("stream", "seq")
    for key, at, data in events.values_list("stream__key", "at", "data"):
        pk = streams[key]
        row = data["rows"].get(f"opinion/{pk}")
        if row is not None and stood.get(pk) != (now := (row["ministry_id"], row["due_on"])):
            stood[pk], found[pk] = now, at
    return found
