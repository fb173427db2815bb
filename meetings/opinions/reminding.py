"""의견 답변 독려: who owes an answer to opinions is reminded two working days before the day, in its morning, and the
working day after. Carried out by `run_due`; an answer, or another day, ends it by itself.

Of the steps whose time has come the last one is carried out, once: its mails say that it was. A step whose time came
before the opinion was given out is none: the ministry was told of it a moment ago.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ministries import working_days
from ministries.working_days import Calendar
from outbox.models import Notice, Purpose
from records.locking import waiting
from tasks.reminders import MORNING_AT

from ..models import Opinion
from . import notices

AHEAD = 2  # working days
Key = tuple[int, str, date]  # ministry, its code, due day


def remind(at: datetime) -> str:
    """Owe what is due to be owed; says how much, or nothing. May be called at any time, and by two at once."""
    days, mails = working_days.calendar(), 0
    for (ministry, code, due_on), opinions in _owed().items():
        found = latest_step(due_on, days, at)
        if found is None or _is_done(ministry, due_on, found[0]):
            continue
        step, moment = found
        with waiting(), transaction.atomic():
            given = _given(opinions)
            due = [pk for pk in opinions if pk not in given or given[pk] < moment]
            if due:
                notices.due(ministry, code, due_on, len(due), step=step, at=at)
                mails += 1
    return f"opinions: {mails} ministries" if mails else ""


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


def _owed() -> dict[Key, list[int]]:
    """What is owed, by ministry and day."""
    found: defaultdict[Key, list[int]] = defaultdict(list)
    rows = Opinion.objects.owed().filter(due_on__isnull=False).order_by("due_on", "ministry__order", "pk")
    for pk, ministry, code, due_on in rows.values_list("pk", "ministry", "ministry__code", "due_on"):
        assert ministry is not None  # noqa: S101 (owed() asks for one)
        assert due_on is not None  # noqa: S101 (asked for above)
        found[ministry, str(code), due_on].append(pk)
    return found


def _is_done(ministry: int, due_on: date, step: str) -> bool:
    about = notices.about_due(ministry, due_on, step)
    return Notice.objects.filter(purpose=Purpose.OPINION_DUE, about=about).exists()


def _given(opinions: list[int]) -> dict[int, datetime]:
    """When each of them was given out last, as their mails say."""
    found: dict[int, datetime] = {}
    for pk in opinions:
        rows = Notice.objects.filter(purpose=Purpose.OPINION_GIVEN, about__startswith=notices.ABOUT_GIVEN.format(pk=pk))
        last = rows.order_by("-owed_at").values_list("owed_at", flat=True).first()
        if last is not None:
            found[pk] = last
    return found
