"""Keeping a final document: the file that was given out, with its hash, beside the record that it was made from."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Forbidden, WrongState
from records.models import Receipt
from records.receipts import earlier, once

from ..documents import keeping, making
from ..documents.making import Wanted
from ..models import KeptDocument
from ..permissions import can_run_meetings
from ..transitions import permit
from .common import locked_meeting, receipt_of, tell


def keep_document(wanted: Wanted, ending: str, *, by: User, at: datetime, key: UUID) -> Receipt | None:
    """Make the document in this format and keep it; None where the one that was kept last says the very same.

    It is made and lies on the disk before any lock is taken: a whole book takes its time. Raises WrongState while what
    it is made from is not closed, `making.NotMade` where there is no such document, `files.NotKept` without room,
    `apart.NotWritten` where the file could not be made.
    """
    if not can_run_meetings(by):
        raise Forbidden(_("This is not yours to do."))
    about = f"meeting/{wanted.meeting.pk}"
    body = [wanted.kind, ending, wanted.language, wanted.decision.pk if wanted.decision else None]
    if before := earlier("keep_document", by=by, key=key, target=about, body=body):
        return before
    if not wanted.is_final:
        raise WrongState(_not_final(wanted))
    made, last = _made(wanted, by=by, at=at), keeping.latest(wanted, ending)
    if _is_kept(last, wanted, made, by=by):
        return None
    data = making.file_of(wanted, made, ending)
    try:
        return _keep(wanted, ending, made, data, last, by=by, at=at, key=key, about=about, body=body)
    except _KeptAlready:
        return None


class _KeptAlready(Exception):
    """Somebody else kept the very same while this one was being made: nothing may be left of the attempt."""


def _keep(
    wanted: Wanted,
    ending: str,
    made: making.Made,
    data: bytes,
    last: KeptDocument | None,
    *,
    by: User,
    at: datetime,
    key: UUID,
    about: str,
    body: Sequence[object],
) -> Receipt:
    """Keep what was made, unless the same was kept since `last` was read: judged again within the meeting's lock."""
    with (
        keeping.filed(data) as file,
        once("keep_document", by=by, at=at, key=key, target=about, body=body) as attempt,
    ):
        if not attempt.repeated:
            meeting = locked_meeting(wanted.meeting.pk)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            newest = keeping.latest(wanted, ending)
            if newest != last and _is_kept(newest, wanted, made, by=by):
                raise _KeptAlready
            row = KeptDocument.objects.create(
                meeting=meeting,
                kind=wanted.kind,
                decision=wanted.decision,
                format=ending,
                language=wanted.language,
                token=file.token,
                name=wanted.file_name(ending),
                size=file.size,
                sha256=file.sha256,
                root=making.root_of(wanted),
                by=by,
                acting_for=holder,
                at=at,
            )
            says = making.digest(made)
            tell(attempt, meeting, row, rows=[row], acting_for=holder, sha256=file.sha256, says=says)
    return receipt_of(attempt)


def _made(wanted: Wanted, *, by: User, at: datetime) -> making.Made:
    """Made as at that moment; in UTC, as the database gives it back, so that the same moment reads the same."""
    return making.compose(wanted, user=by, at=at.astimezone(UTC))


def _is_kept(last: KeptDocument | None, wanted: Wanted, made: making.Made, *, by: User) -> bool:
    """Whether the last kept one says the same: made in its moment, this one would be it."""
    if last is None:
        return False
    again = made if last.at == made.made_at else _made(wanted, by=by, at=last.at)
    said = keeping.said_by([last], wanted.meeting).get(last.pk, "")
    return making.says_the_same(said, again)


def _not_final(wanted: Wanted) -> str:
    if wanted.kind in making.OF_THE_ROUND:
        return _("The round of this meeting is not frozen yet: its documents are drafts.")
    return _("The outcome of this meeting is not confirmed yet: its documents are drafts.")
