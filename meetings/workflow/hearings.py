"""간담회·공청회: the office records where stakeholders were heard, and who came."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Invalid
from records.locking import lock
from records.models import Receipt
from records.receipts import once
from records.rows import name_of, tell

from ..models import Hearing, Participant
from ..opinions.contents import HEARING
from ..opinions.drafting import HearingDraft, hearing_problems
from ..opinions.transitions import permit
from .common import receipt_of, refuse


def record_hearing(draft: HearingDraft, *, by: User, at: datetime, key: UUID) -> Receipt:
    """A hearing under the next number. Raises Invalid with messages by field. The receipt's event is about it."""
    draft = draft.tidy
    with once("record_hearing", by=by, at=at, key=key, target="hearings", body=draft.body) as attempt:
        if not attempt.repeated:
            holder = permit(attempt.verb, None, by=by)
            lock("hearings")  # numbers are given out once
            refuse(hearing_problems(draft, at=at))
            last: int = Hearing.objects.aggregate(last=Max("no"))["last"] or 0
            row = Hearing(no=last + 1, by=by, acting_for=holder, at=at)
            _write(row, draft)
            tell(attempt, HEARING, row, row, rows=[row, *_seat(row, draft)], acting_for=holder)
    return receipt_of(attempt)


def change_hearing(hearing_id: int, draft: HearingDraft, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The hearing becomes what the draft says. Conflict, with both, where somebody changed it meanwhile."""
    draft = draft.tidy
    body = [draft.body, version]
    with once("change_hearing", by=by, at=at, key=key, target=f"hearing/{hearing_id}", body=body) as attempt:
        if not attempt.repeated:
            lock(f"hearing:{hearing_id}")
            row = Hearing.objects.get(pk=hearing_id)
            holder = permit(attempt.verb, None, by=by)
            stood = HearingDraft.of(row)
            if row.version != version:
                text = _("Somebody else changed this hearing meanwhile. Both are shown below.")
                raise Conflict(text, mine=draft, theirs=stood, obj=row)
            refuse(hearing_problems(draft, at=at))
            if draft.as_it_stands == stood.as_it_stands:
                raise Invalid({"__all__": [_("Nothing is another one than before.")]})
            row.version = version + 1
            _write(row, draft)
            there = list(row.participants.all())
            same = [one.plain for one in draft.came] == [one.plain for one in stood.came]
            gone = [] if same else [name_of(one) for one in there]
            came = [] if same else _reseat(row, draft)
            tell(attempt, HEARING, row, row, rows=[row, *came], gone=gone, acting_for=holder)
    return receipt_of(attempt)


def _write(row: Hearing, draft: HearingDraft) -> None:
    for name in draft.COLUMNS:
        setattr(row, name, getattr(draft, name))
    row.save()


def _seat(row: Hearing, draft: HearingDraft) -> list[Participant]:
    return [
        Participant.objects.create(
            hearing=row, order=order, group=one.group, organisation=one.organisation, number=one.number or 1
        )
        for order, one in enumerate(draft.came, 1)
    ]


def _reseat(row: Hearing, draft: HearingDraft) -> list[Participant]:
    """The list anew: who came has no life of its own beside the hearing."""
    row.participants.all().delete()
    return _seat(row, draft)
