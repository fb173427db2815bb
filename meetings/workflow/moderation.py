"""What the office does with an opinion of the public: admit it, or not and say why. Nobody else sees it before."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.models import Receipt
from records.receipts import Attempt, once
from records.rows import tell
from tfportal.language import normalise

from ..models import OpinionState
from ..opinions.contents import OPINION
from ..opinions.transitions import permit
from .common import problem_of, receipt_of, refuse, require_version
from .opinions import locked_opinion


def admit_opinion(opinion_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """It is then among the others; whom it is given out to is said on its own page. One that was not admitted may be
    admitted after all."""
    target = f"opinion/{opinion_id}"
    with once("admit_opinion", by=by, at=at, key=key, target=target, body=[version]) as attempt:
        if not attempt.repeated:
            _decide(attempt, opinion_id, version, OpinionState.ADMITTED, "")
    return receipt_of(attempt)


def reject_opinion(opinion_id: int, *, reason: str, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Not admitted: it stays with the office, and its sender finds the reason by the number."""
    reason, target = normalise(reason), f"opinion/{opinion_id}"
    with once("reject_opinion", by=by, at=at, key=key, target=target, body=[reason, version]) as attempt:
        if not attempt.repeated:
            problem = problem_of(reason, empty=_("Say why: the sender reads it."), limit=1_000)
            _decide(attempt, opinion_id, version, OpinionState.REJECTED, reason, {"reason": problem})
    return receipt_of(attempt)


def _decide(
    attempt: Attempt,
    opinion_id: int,
    version: int,
    state: OpinionState,
    reason: str,
    problems: dict[str, list[str]] | None = None,
) -> None:
    """Put it where it belongs; problems of the form come after who may do it, and when."""
    opinion = locked_opinion(opinion_id)
    holder = permit(attempt.verb, opinion, by=cast("User", attempt.by))
    require_version(opinion, version)
    refuse(problems or {})
    opinion.state, opinion.state_reason, opinion.version = state, reason, version + 1
    opinion.save(update_fields=("state", "state_reason", "version"))
    tell(attempt, OPINION, opinion, opinion, rows=[opinion], acting_for=holder)
