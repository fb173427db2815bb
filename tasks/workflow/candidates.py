"""후보과제: what a ministry answers to a call, in its own name; as long as the office has not judged, it may reword or
take back what it proposed."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from records.rows import tell
from tfportal.language import normalise

from ..candidates.contents import TOLD
from ..candidates.drafting import CandidateDraft, Checked, check_candidate, require_reason
from ..candidates.transitions import permit
from ..models import Call, CallAddressee, Candidate, CandidateState, NoCandidate
from .calls import locked_call
from .common import receipt_of

CANDIDATES_LIMIT = 50  # of one ministry in one call


def answer_none(call_id: int, *, ministry: int, by: User, at: datetime, key: UUID, reason: str) -> Receipt:
    """해당 없음: the ministry has none, and says why. Refused while a candidate stands. The last reason counts."""
    reason, target = normalise(reason), f"call/{call_id}"
    with once("answer_none", by=by, at=at, key=key, target=target, body=[ministry, reason]) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by, ministry=ministry)
            _require_called(call, ministry)
            require_reason(reason, empty=_("Say why there is none."))
            if Candidate.objects.filter(call=call, ministry=ministry).standing().exists():
                raise WrongState(_("Your ministry has proposed candidates. Withdraw them first."))
            row = NoCandidate.objects.create(
                call=call, ministry_id=ministry, reason=reason, by=by, acting_for=holder, at=at
            )
            tell(attempt, TOLD, call, row, rows=[row], acting_for=holder, no=call.no)
    return receipt_of(attempt)


def propose_candidate(
    call_id: int, draft: CandidateDraft, *, ministry: int, by: User, at: datetime, key: UUID
) -> Receipt:
    """Propose a task. Its number counts within the call. Raises Invalid with messages by field."""
    draft, target = draft.tidied(), f"call/{call_id}"
    with once("propose_candidate", by=by, at=at, key=key, target=target, body=[ministry, *draft.body]) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by, ministry=ministry)
            _require_called(call, ministry)
            checked = check_candidate(draft, today=timezone.localdate(at))
            of_call = Candidate.objects.filter(call=call)
            if of_call.filter(ministry=ministry).standing().count() >= CANDIDATES_LIMIT:
                raise Invalid({"__all__": [_("At most %(most)d candidates.") % {"most": CANDIDATES_LIMIT}]})
            last = of_call.order_by("-no").values_list("no", flat=True).first() or 0
            row = Candidate(call=call, ministry_id=ministry, no=last + 1, by=by, acting_for=holder, at=at)
            _fill(row, draft, checked)
            row.save()
            tell(attempt, TOLD, call, row, rows=[row], acting_for=holder, no=call.no)
    return receipt_of(attempt)


def revise_candidate(
    candidate_id: int, draft: CandidateDraft, *, by: User, at: datetime, key: UUID, version: int
) -> Receipt:
    """Let the candidate say this, and be judged anew. Conflict where it changed since that version."""
    draft, target = draft.tidied(), f"candidate/{candidate_id}"
    with once("revise_candidate", by=by, at=at, key=key, target=target, body=[*draft.body, version]) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, ministry=row.ministry_id, candidate=row)
            require_version(row, version)
            checked = check_candidate(draft, today=timezone.localdate(at), stood=row.planned_until)
            _fill(row, draft, checked)
            move(row, CandidateState.SUBMITTED)
            tell(attempt, TOLD, row.call, row, rows=[row], acting_for=holder, no=row.call.no)
    return receipt_of(attempt)


def withdraw_candidate(candidate_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The ministry takes it back. It stays in the record, and its number is not given out again."""
    target = f"candidate/{candidate_id}"
    with once("withdraw_candidate", by=by, at=at, key=key, target=target, body=[version]) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, ministry=row.ministry_id, candidate=row)
            require_version(row, version)
            move(row, CandidateState.WITHDRAWN)
            tell(attempt, TOLD, row.call, row, rows=[row], acting_for=holder, no=row.call.no)
    return receipt_of(attempt)


def locked_candidate(candidate_id: int) -> Candidate:
    """The candidate with its call, read after the call's lock."""
    call = locked_call(Candidate.objects.values_list("call", flat=True).get(pk=candidate_id))
    row = Candidate.objects.select_related("ministry", "sector", "supplements").get(pk=candidate_id)
    row.call = call
    return row


def require_version(row: Candidate, version: int) -> None:
    """Conflict where it was reworded or judged since the page was opened. `obj` is the row as it stands now."""
    if row.version != version:
        raise Conflict(_("This was changed meanwhile. Look at it again."), obj=row)


def move(row: Candidate, state: CandidateState) -> None:
    """To that state, in a new version."""
    row.state = state
    row.version += 1
    row.save()


def _require_called(call: Call, ministry: int) -> None:
    if not CallAddressee.objects.filter(call=call, ministry=ministry).exists():
        raise Forbidden(_("This call does not ask your ministry."))


def _fill(row: Candidate, draft: CandidateDraft, checked: Checked) -> None:
    row.kind, row.sector, row.supplements = draft.kind, checked.sector, checked.supplements
    row.title_ko, row.title_en, row.text = draft.title_ko, draft.title_en, draft.text
    row.planned_until = draft.planned_until
