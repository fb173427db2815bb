"""조치상황 and 종결: what the owner says became of a decision, and when the office closes it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, WrongState
from records.models import Receipt
from records.receipts import Attempt, once
from tasks.models import Round
from tfportal.language import normalise

from ..models import Closing, Decision, DecisionKind, FollowUp, Meeting, Progress
from ..notices import outcome as notices
from ..transitions import permit
from .common import locked_meeting, problem_of, receipt_of, refuse, tell


def follow_up(decision_id: int, *, by: User, at: datetime, key: UUID, progress: str, text: str) -> Receipt:
    """The ministry in charge says how far it is, in the round that is being collected at that moment."""
    text = normalise(text)
    body = [progress, text]
    with once("follow_up", by=by, at=at, key=key, target=f"decision/{decision_id}", body=body) as attempt:
        if not attempt.repeated:
            decision, meeting = _locked(decision_id)
            holder = permit(attempt.verb, meeting, by=by, at=at, ministry=decision.lead_id or 0)
            _require_standing(decision)
            if _is_closed(decision):
                raise WrongState(_("The office closed this decision: there is nothing left to report."))
            choice = [] if progress in Progress.values else [_("Choose how far it is.")]
            refuse({"progress": choice, "text": problem_of(text, empty=_("Say what was done."))})
            row = FollowUp.objects.create(
                decision=decision,
                ministry_id=decision.lead_id or 0,  # an action has one
                round=Round.objects.current(),
                progress=progress,
                text=text,
                by=by,
                acting_for=holder,
                at=at,
            )
            tell(attempt, meeting, row, rows=[row], acting_for=holder)
    return receipt_of(attempt)


def close_decision(decision_id: int, *, by: User, at: datetime, key: UUID, seen: int, reason: str = "") -> Receipt:
    """종결. The reason may be left out where the owner's last word is that it was carried out. `seen`: the last
    follow-up (its primary key, 0 for none) that the page showed; Conflict where another one came since."""
    reason = normalise(reason)
    with once(
        "close_decision", by=by, at=at, key=key, target=f"decision/{decision_id}", body=[seen, reason]
    ) as attempt:
        if not attempt.repeated:
            decision, meeting = _locked(decision_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            _require_standing(decision)
            if _is_closed(decision):
                raise WrongState(_("This decision is closed already."))
            last = decision.follow_ups.order_by("-pk").first()
            if (last.pk if last else 0) != seen:
                raise Conflict(_("Another follow-up came since you opened this page. Read it, then close."), obj=last)
            is_done = last is not None and last.progress == Progress.DONE
            why = "" if is_done else _("The owner has not said that it was carried out: say why it is closed.")
            refuse({"reason": problem_of(reason, empty=why)})
            event_of = _close(attempt, decision, meeting, closes=True, reason=reason, holder=holder)
            notices.closed(decision, meeting, by=by, event=event_of)
    return receipt_of(attempt)


def reopen_decision(decision_id: int, *, by: User, at: datetime, key: UUID, reason: str) -> Receipt:
    """종결 취소: the decision stands open again, with the reason."""
    reason = normalise(reason)
    with once("reopen_decision", by=by, at=at, key=key, target=f"decision/{decision_id}", body=[reason]) as attempt:
        if not attempt.repeated:
            decision, meeting = _locked(decision_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            _require_standing(decision)
            if not _is_closed(decision):
                raise WrongState(_("This decision is open."))
            refuse({"reason": problem_of(reason, empty=_("Say why it is opened again."))})
            _close(attempt, decision, meeting, closes=False, reason=reason, holder=holder)
    return receipt_of(attempt)


def _locked(decision_id: int) -> tuple[Decision, Meeting]:
    """The decision, read behind its meeting's lock."""
    meeting = locked_meeting(Decision.objects.values_list("meeting", flat=True).get(pk=decision_id))
    return Decision.objects.get(pk=decision_id), meeting


def _require_standing(decision: Decision) -> None:
    if decision.withdrawn_at is not None:
        raise WrongState(_("This decision was withdrawn."))
    if decision.kind != DecisionKind.ACTION:
        raise WrongState(_("An exhortation is neither followed up nor closed."))


def _is_closed(decision: Decision) -> bool:
    last = decision.closings.order_by("-pk").first()
    return last is not None and last.closes


def _close(
    attempt: Attempt, decision: Decision, meeting: Meeting, *, closes: bool, reason: str, holder: User | None
) -> Any:
    by: Any = attempt.by
    row = Closing.objects.create(
        decision=decision, closes=closes, reason=reason, by=by, acting_for=holder, at=attempt.at
    )
    return tell(attempt, meeting, row, rows=[row], acting_for=holder)
