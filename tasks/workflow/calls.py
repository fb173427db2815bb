"""발굴 요청: the office calls on ministries, changes what it asked, closes the call and opens it again.

Everything that is done in a call holds the call: whoever answers while it is closed, or judges what another one
judges, waits for the one before.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Invalid, WrongState
from records.locking import lock
from records.models import Receipt
from records.receipts import once
from records.rows import tell

from ..candidates import answers, notices
from ..candidates.contents import TOLD
from ..candidates.drafting import CallDraft, called_on, check_call
from ..candidates.transitions import permit
from ..models import Call, CallAddressee
from ..problems import refuse
from .common import receipt_of


def locked_call(call_id: int) -> Call:
    """The call, read after its lock."""
    lock(f"call:{call_id}")
    return Call.objects.get(pk=call_id)


def make_call(draft: CallDraft, codes: Sequence[str], *, by: User, at: datetime, key: UUID) -> Receipt:
    """Call on these ministries (codes), and owe each of them a mail. Raises Invalid with messages by field."""
    draft, codes = draft.tidied(), sorted(set(codes))
    with once("make_call", by=by, at=at, key=key, target="calls", body=[*draft.body, codes]) as attempt:
        if not attempt.repeated:
            lock("calls")  # its number is given out here
            holder = permit(attempt.verb, None, by=by)
            problems = check_call(draft, at=at)
            try:
                ministries = called_on(codes, day=timezone.localdate(at))
            except Invalid as error:
                problems |= error.problems
            refuse(problems)
            assert draft.due_at is not None  # noqa: S101 (refused above)
            last = Call.objects.order_by("-no").values_list("no", flat=True).first() or 0
            call = Call(no=last + 1, by=by, acting_for=holder, at=at, due_at=draft.due_at)
            call.title_ko, call.title_en, call.text = draft.title_ko, draft.title_en, draft.text
            call.save()
            rows = [CallAddressee.objects.create(call=call, ministry=ministry) for ministry in ministries]
            event = tell(attempt, TOLD, call, call, rows=[call, *rows], acting_for=holder, no=call.no)
            notices.called(call, [row.ministry_id for row in rows], by=by, event=event)
    return receipt_of(attempt)


def change_call(call_id: int, draft: CallDraft, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Let the call say this. Who has not answered yet is told, where text or due time are other ones. Raises Invalid
    with messages by field, Conflict where somebody changed it since that version."""
    draft = draft.tidied()
    with once("change_call", by=by, at=at, key=key, target=f"call/{call_id}", body=[*draft.body, version]) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by)
            _require_version(call, version)
            refuse(check_call(draft, at=at, stood=call.due_at))
            assert draft.due_at is not None  # noqa: S101 (refused above)
            stood = (call.title_ko, call.title_en, call.text, call.due_at)
            wanted = (draft.title_ko, draft.title_en, draft.text, draft.due_at)
            if stood == wanted:
                raise Invalid({"__all__": [_("Nothing is another one.")]})
            call.title_ko, call.title_en, call.text, call.due_at = wanted
            _save(call)
            event = tell(attempt, TOLD, call, call, rows=[call], acting_for=holder, no=call.no)
            if stood[2:] != wanted[2:]:
                notices.call_changed(call, by=by, event=event, was_due_at=stood[3])
    return receipt_of(attempt)


def call_on(call_id: int, code: str, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Call on one ministry more."""
    with once("call_on", by=by, at=at, key=key, target=f"call/{call_id}", body=[code]) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by)
            (ministry,) = called_on([code], day=timezone.localdate(at))
            if CallAddressee.objects.filter(call=call, ministry=ministry).exists():
                raise WrongState(_("This ministry is called on already."))
            row = CallAddressee.objects.create(call=call, ministry=ministry)
            event = tell(attempt, TOLD, call, call, rows=[row], acting_for=holder, no=call.no)
            notices.called(call, [ministry.pk], by=by, event=event)
    return receipt_of(attempt)


def remind_of_call(call_id: int, codes: Sequence[str], *, by: User, at: datetime, key: UUID) -> Receipt:
    """제출 독려 by hand: owe a mail to each of these ministries (codes) that is still silent. Whoever answered
    meanwhile is left out, and named in the event. Raises Invalid where none is chosen, WrongState where all have
    answered."""
    codes = sorted(set(codes))
    with once("remind_of_call", by=by, at=at, key=key, target=f"call/{call_id}", body=codes) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by)
            called = dict(call.addressees.filter(ministry__code__in=codes).values_list("ministry__code", "ministry"))
            if not codes or called.keys() != set(codes):
                raise Invalid({"ministries": [_("Choose at least one ministry that is called on.")]})
            silent = answers.silent(call)
            reminded = [code for code in codes if called[code] in silent]
            if not reminded:
                raise WrongState(_("All of them have answered meanwhile: nobody was reminded."))
            data: dict[str, Any] = {"reminded": reminded, "left_out": [code for code in codes if code not in reminded]}
            event = tell(attempt, TOLD, call, call, acting_for=holder, no=call.no, **data)
            notices.reminded_by_hand(call, [called[code] for code in reminded], by=by, event=event)
    return receipt_of(attempt)


def close_call(call_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """From now on no ministry answers any more. What was proposed is still judged."""
    with once("close_call", by=by, at=at, key=key, target=f"call/{call_id}", body=[version]) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by)
            _require_version(call, version)
            call.closed_at = at
            _save(call)
            tell(attempt, TOLD, call, call, rows=[call], acting_for=holder, no=call.no)
    return receipt_of(attempt)


def reopen_call(call_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Let ministries answer again; who has not is told."""
    with once("reopen_call", by=by, at=at, key=key, target=f"call/{call_id}", body=[version]) as attempt:
        if not attempt.repeated:
            call = locked_call(call_id)
            holder = permit(attempt.verb, call, by=by)
            if call.closed_at is None:
                raise WrongState(_("This call is open already."))
            _require_version(call, version)
            call.closed_at = None
            _save(call)
            event = tell(attempt, TOLD, call, call, rows=[call], acting_for=holder, no=call.no)
            notices.call_changed(call, by=by, event=event)
    return receipt_of(attempt)


def _require_version(call: Call, version: int) -> None:
    if call.version != version:
        raise Conflict(_("This was changed meanwhile. Look at it again."), obj=call)


def _save(call: Call) -> None:
    call.version += 1
    call.save()
