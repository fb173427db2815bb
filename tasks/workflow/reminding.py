"""제출 독려 by hand: the office reminds ministries of what they still owe, whenever it sees fit.

What each of them owes is judged while the head of the round's chain is held, which whoever submits holds as well:
nobody is reminded of what has arrived. Ministries that owe nothing any more are left out, and named in the event.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.errors import Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tfportal.fields import NOT_ONE_LINE, UNSEEMLY
from tfportal.language import normalise

from .. import content, due_times, notices, owed
from ..models import Reminder, Round
from ..transitions import permit_by_the_office
from .common import lock_round, receipt_of

SENTENCE_LIMIT = 200  # characters: one sentence, on one line


def remind(
    round_id: int, ministries: Collection[str], *, by: User, at: datetime, key: UUID, sentence: str = ""
) -> Receipt:
    """Owe a mail to everyone of the ministries (their codes) who still owes something in the round, with the office's
    sentence on top. Raises Invalid where none is chosen, WrongState where none of them owes anything any more."""
    chosen, sentence = sorted(set(ministries)), " ".join(normalise(sentence).split())
    with once("remind", by=by, at=at, key=key, target=f"round/{round_id}", body=[chosen, sentence]) as attempt:
        if not attempt.repeated:
            round_ = lock_round(round_id)
            holder = permit_by_the_office("remind", round_, by=by, at=at)
            found = _checked(chosen, sentence)
            attempt.lock_head(round_.stream_key)
            _require_not_just_now(round_, found, at)
            owing = owed.of_all(round_, [row.pk for row in found], at=at)
            reminded: list[dict[str, Any]] = []
            deadlines = due_times.deadlines(round_, at=at)
            for ministry in found:
                if demands := owing[ministry.pk].demands:
                    deadline = deadlines[ministry.pk]
                    row = Reminder.objects.create(
                        round=round_,
                        ministry=ministry,
                        step=Reminder.Step.BY_HAND,
                        due_at=deadline.due_at,
                        at=at,
                        mails=len(demands),
                        by=by,
                        acting_for=holder,
                        sentence=sentence,
                    )
                    notices.reminder(row, demands, deadline)
                    reminded.append({"ministry": ministry.code, "mails": row.mails})
            if not reminded:
                raise WrongState(_("None of these ministries owes anything any more: nobody was reminded."))
            left_out = sorted(set(chosen) - {row["ministry"] for row in reminded})
            data = {"sentence": sentence, "reminded": reminded, "left_out": left_out}
            attempt.record(round_, data, acting_for=holder)
    return receipt_of(attempt)


def _require_not_just_now(round_: Round, ministries: list[Ministry], at: datetime) -> None:
    """Raises WrongState where a colleague reminded one of them at this very instant: a reminder by hand is known by
    its moment."""
    by_hand = Reminder.objects.filter(round=round_, step=Reminder.Step.BY_HAND, at=at)
    codes = list(by_hand.filter(ministry__in=ministries).order_by().values_list("ministry__code", flat=True))
    if codes:
        raise WrongState(_("Just reminded by a colleague: %(codes)s.") % {"codes": ", ".join(sorted(codes))})


def _checked(chosen: list[str], sentence: str) -> list[Ministry]:
    """The ministries, in their order; raises Invalid with messages by field."""
    problems: content.Problems = {}
    found = list(Ministry.objects.filter(code__in=chosen))
    if not chosen or len(found) != len(chosen):
        problems["to"] = [_("Choose at least one ministry.")]
    if problem := sentence_problem(sentence):
        problems["sentence"] = [problem]
    if problems:
        raise Invalid(problems)
    return found


def sentence_problem(sentence: str) -> str:
    """Why the office's sentence, on one line, cannot stand on top of a mail; empty where it can."""
    if problem := content.text_problem(sentence, SENTENCE_LIMIT):
        return problem
    return str(NOT_ONE_LINE) if UNSEEMLY.search(sentence) else ""
