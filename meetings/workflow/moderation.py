"""What the office does with an opinion of the public: admit it, or not and say why. Nobody else sees it before."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.models import Receipt
from records.receipts import once
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
    return _decide("admit_opinion", opinion_id, OpinionState.ADMITTED, "", by=by, at=at, key=key, version=version)


def reject_opinion(opinion_id: int, *, reason: str, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Not admitted: it stays with the office, and its sender finds the reason by the number."""
    reason = normalise(reason)
    found = {"reason": problem_of(reason, empty=_("Say why: the sender reads it."), limit=1_000)}
    who: dict[str, Any] = {"by": by, "at": at, "key": key, "version": version}
    return _decide("reject_opinion", opinion_id, OpinionState.REJECTED, reason, problems=found, **who)


def _decide(
    verb: str,
    opinion_id: int,
    state: OpinionState,
    reason: str,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    problems: dict[str, list[str]] | None = None,
) -> Receipt:
    with once(verb, by=by, at=at, key=key, target=f"opinion/{opinion_id}", body=[reason, version]) as attempt:
        if not attempt.repeated:
            opinion = locked_opinion(opinion_id)
            holder = permit(attempt.verb, opinion, by=by)
            require_version(opinion, version)
            refuse(problems or {})
            opinion.state, opinion.state_reason, opinion.version = state, reason, opinion.version + 1
            opinion.save(update_fields=("state", "state_reason", "version"))
            tell(attempt, OPINION, opinion, opinion, rows=[opinion], acting_for=holder)
    return receipt_of(attempt)
