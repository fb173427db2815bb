"""제출 독려 of calls: the ladder of the reports' reminders, in working days towards the call's due time, for each
ministry that is silent. It stops by itself: whoever has answered is not silent.

Whoever runs this, and however often: of the steps whose time has come the latest is carried out, once. That a mail
about the ministry, the step and the due time is owed already decides it, under the call's lock.
"""

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from ministries import working_days
from ministries.working_days import Calendar
from outbox.models import Notice, Purpose
from records.errors import Busy
from records.locking import waiting
from records.models import Event

from .. import reminders
from ..models import Call
from ..reminders import Step
from ..workflow.calls import locked_call
from . import answers, notices

logger = logging.getLogger(__name__)
TOLD = ("make_call", "change_call", "call_on", "reopen_call")  # each told of the due time itself


def remind(at: datetime) -> str:
    """Owe what is due to be owed; says to how many ministries, or nothing. May be called at any time, and by two
    at once."""
    reminded, failed = 0, []
    days = working_days.calendar()
    for call in Call.objects.open().order_by("no"):
        try:
            reminded += _remind(call, days, at)
        except (OperationalError, InterfaceError, Busy):
            raise  # the others would fare no better, and the next run goes on from here
        except Exception:  # one call must not stand in the way of the others
            logger.exception("Reminding of call %d failed", call.no)
            failed.append(str(call.no))
    said = [f"{reminded} ministries"] if reminded else []
    said += [f"failed for {', '.join(failed)}, see the log"] if failed else []
    return f"reminders of calls: {'; '.join(said)}" if said else ""


def _remind(seen: Call, days: Calendar, at: datetime) -> int:
    """How many ministries of the call were reminded."""
    if latest_step(seen, days, at) is None:
        return 0
    with waiting(), transaction.atomic():
        call = locked_call(seen.pk)
        step = latest_step(call, days, at) if call.closed_at is None else None
        if step is None:
            return 0
        begins = f"call/{call.pk}/{call.due_at.timestamp():.0f}/{step}"
        owed = Notice.objects.filter(purpose=Purpose.CALL_REMINDER, about__startswith=f"{begins}/")
        done = set(owed.values_list("ministry", flat=True))
        left = answers.silent(call) - done
        for ministry in sorted(left):
            notices.reminder(call, ministry, step, about=begins, at=at)
        return len(left)


def latest_step(call: Call, days: Calendar, at: datetime) -> Step | None:
    """The last step whose time has come; None where none has, or where it came before the ministries were told of the
    due time anyway."""
    came = [(moment, step) for step, moment in reminders.towards(call.due_at, days) if moment <= at]
    if not came:
        return None
    moment, step = max(came, key=lambda row: row[0])
    events = Event.objects.filter(stream__key=f"call/{call.pk}", verb__in=TOLD)
    told_at = events.order_by("-seq").values_list("at", flat=True).first()
    return step if told_at is None or moment > told_at else None
