"""일정 변경: the office moves a round's dates, as when its meeting moved. Nothing moves by itself.

It holds the whole round and the head of its chain: of an answer and a move at once one is whole before the other
begins, and each answer is judged by the due time that the chain says was in force (`verification/extensions.py`).
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Invalid
from records.models import Receipt
from records.receipts import once
from tfportal import dates as words
from tfportal.language import normalise

from .. import content, moving, notices
from ..models import Round
from ..moving import Dates, Plan
from ..transitions import permit_round
from .common import lock_round, receipt_of
from .roster import REASON_LIMIT
from .rounds import dates_of

COLUMNS = ("as_of", "opens_at", "due_at", "freeze_at", "planned_for", "due_moved_at", "due_moves")


def move_dates(
    round_id: int, dates: Dates, *, by: User, at: datetime, key: UUID, reason: str, seen: str, meeting: date | None
) -> Receipt:
    """Give the round these dates, with the reason. `seen` and `meeting`: the dates' mark and the meeting's day as the
    page showed them; Conflict where they are others by now. Raises Invalid with messages by field."""
    reason = normalise(reason)
    body = [dates.mark, reason, seen, meeting and meeting.isoformat()]
    with once("move_dates", by=by, at=at, key=key, target=f"round/{round_id}", body=body) as attempt:
        if not attempt.repeated:
            round_ = lock_round(round_id, exclusive=True)
            holder = permit_round(attempt.verb, round_, by=by, at=at)
            attempt.lock_head(round_.stream_key)
            plan = moving.plan(round_, at=at)
            if seen != Dates.of(round_).mark or meeting != plan.meeting:
                raise Conflict(_("The dates changed since you opened this page. Look at them again."))
            _check(plan, dates, reason)
            was, stood = dates_of(round_), Dates.of(round_)
            _write(round_, plan, dates, at)
            data = {"round": round_.no, "was": was, "dates": dates_of(round_), "reason": reason}
            event = attempt.record(round_, data, acting_for=holder)
            if (round_.due_at, round_.as_of) != (stood.due_at, stood.as_of):
                notices.dates_moved(round_, stood, by=by, event=event)
    return receipt_of(attempt)


def _write(round_: Round, plan: Plan, dates: Dates, at: datetime) -> None:
    if dates.due_at != round_.due_at and round_.prepared_at is not None:
        round_.due_moved_at, round_.due_moves = at, round_.due_moves + 1
    round_.as_of, round_.opens_at, round_.due_at = dates.as_of, dates.opens_at, dates.due_at
    round_.freeze_at, round_.planned_for = dates.freeze_at, plan.meeting
    round_.save(update_fields=COLUMNS)


def _check(plan: Plan, dates: Dates, reason: str) -> None:
    """Raises Invalid where the dates contradict each other, the rounds beside them, or what has happened already."""
    problems: content.Problems = {}
    if problem := content.text_problem(reason, REASON_LIMIT, empty=_("Give the reason.")):
        problems["reason"] = [problem]
    for name, problem in (
        ("as_of", _as_of_problem(plan, dates)),
        ("opens_at", _opening_problem(plan, dates)),
        ("due_at", _due_problem(plan, dates)),
        ("freeze_at", _freeze_problem(plan, dates)),
    ):
        if problem:
            problems[name] = [problem]
    if not problems and dates == Dates.of(plan.round) and plan.round.planned_for == plan.meeting:
        problems["__all__"] = [_("None of the dates is another one.")]
    if problems:
        raise Invalid(problems)


def _as_of_problem(plan: Plan, dates: Dates) -> str:
    round_, as_of = plan.round, dates.as_of
    if as_of == round_.as_of:
        return ""
    if as_of > timezone.localdate(dates.due_at):
        return _("It is due before that day: choose an earlier one.")
    if plan.keeps_as_of:
        return _("Texts that were sent speak of this day already: it stays.")
    if as_of < round_.observes_from:
        text = _("The round observes from %(day)s: choose that day or a later one.")
        return text % {"day": words.day(round_.observes_from)}
    if round_.previous and as_of <= round_.previous.as_of:
        return _("The round before is as of %(day)s: choose a later day.") % {"day": words.day(round_.previous.as_of)}
    following: Any = getattr(round_, "next", None)
    if following and as_of >= following.as_of:
        return _("The round after is as of %(day)s: choose an earlier day.") % {"day": words.day(following.as_of)}
    return ""


def _opening_problem(plan: Plan, dates: Dates) -> str:
    if dates.opens_at == plan.round.opens_at:
        return ""
    if plan.is_opened:
        return _("The round is open already: its opening stays.")
    return "" if dates.opens_at > plan.at else _("Choose a time that lies ahead.")


def _due_problem(plan: Plan, dates: Dates) -> str:
    if dates.due_at <= dates.opens_at:
        return _("It is due before it opens.")
    if dates.due_at == plan.round.due_at:
        return ""
    return "" if dates.due_at > plan.at else _("Choose a time that lies ahead.")


def _freeze_problem(plan: Plan, dates: Dates) -> str:
    if dates.freeze_at is None:
        return ""
    if dates.freeze_at <= dates.due_at:
        return _("Freeze after the round is due.")
    if dates.freeze_at == plan.round.freeze_at:
        return ""
    return "" if dates.freeze_at > plan.at else _("Choose a time that lies ahead.")
