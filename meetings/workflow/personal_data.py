"""What the public sent of itself goes: on request, or because its purpose has ended. The record stays whole: it never
held any of it, and keeps that it was removed."""

from datetime import datetime
from uuid import UUID

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from ministries import public
from ministries.models import User
from outbox import outsiders
from records.errors import WrongState
from records.models import Receipt
from records.receipts import once
from records.rows import tell

from ..models import Opinion, OpinionSender, OpinionState, OpinionText
from ..opinions.contents import OPINION
from ..opinions.transitions import permit
from .common import receipt_of, refuse
from .opinions import locked_opinion


def remove_personal_data(
    opinion_id: int, *, words: bool, organisation: bool, by: User, at: datetime, key: UUID
) -> Receipt:
    """Delete who sent the opinion and what was mailed to them; with `words` also what was said, with its salt, so that
    its digest tells nothing any more, and with `organisation` the organisation that was named."""
    target, body = f"opinion/{opinion_id}", [words, organisation]
    with once("remove_personal_data", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            opinion = locked_opinion(opinion_id)
            holder = permit(attempt.verb, opinion, by=by)
            gone = [*_sender_gone(opinion), *_said_gone(opinion, at, words=words, organisation=organisation)]
            refuse({} if gone else {"__all__": [_("Nothing of this is kept any more.")]})
            _changed(opinion)
            tell(attempt, OPINION, opinion, opinion, rows=[opinion], acting_for=holder, removed=gone)
    return receipt_of(attempt)


def end_personal_data(opinion_id: int, *, at: datetime, words: bool = False) -> Receipt:
    """Delete the sender of an opinion who was kept for long enough; with `words` instead what was said in one that was
    not admitted, and the organisation. Nobody has asked for it. Each goes once, and so under one key: of the portal's
    own making, for the public's forms bring keys under the same account."""
    target, what = f"opinion/{opinion_id}", "/words" if words else ""
    made = salted_hmac("end_personal_data", target + what, algorithm="sha256")
    key = UUID(bytes=made.digest()[:16])
    with once("end_personal_data", by=public.account(), at=at, key=key, target=target, body=[]) as attempt:
        if not attempt.repeated:
            opinion = locked_opinion(opinion_id)
            if not words:
                tell(attempt, OPINION, opinion, opinion, removed=_sender_gone(opinion))
            elif opinion.state == OpinionState.REJECTED:
                gone = _said_gone(opinion, at, words=True, organisation=True)
                _changed(opinion)
                tell(attempt, OPINION, opinion, opinion, rows=[opinion], removed=gone)
            else:
                raise WrongState(_("This opinion was decided on meanwhile. Look at it again."))
    return receipt_of(attempt)


def _said_gone(opinion: Opinion, at: datetime, *, words: bool, organisation: bool) -> list[str]:
    """Takes away what is named of what was said and for whom; says what there was of it."""
    gone = ["words"] if words and _words_gone(opinion, at) else []
    if organisation and opinion.organisation:
        opinion.organisation = ""
        gone.append("organisation")
    return gone


def _changed(opinion: Opinion) -> None:
    opinion.version += 1
    opinion.save(update_fields=("organisation", "version"))


def _sender_gone(opinion: Opinion) -> list[str]:
    """Deletes the sender, and the mails that hold their address; says so if there was any."""
    mails = outsiders.forget(opinion.number)
    number, _rows = OpinionSender.objects.filter(opinion=opinion).delete()
    return ["sender"] if number or mails else []


def _words_gone(opinion: Opinion, at: datetime) -> bool:
    kept = OpinionText.objects.filter(opinion=opinion, removed_at__isnull=True)
    return bool(kept.update(text="", salt="", removed_at=at))
