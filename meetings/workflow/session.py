"""What the office writes at the meeting: who is there, what is finished, the note of each item, what the chair said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from ministries.models import User
from records.chain import sha256
from records.errors import Conflict, Invalid
from records.locking import waiting
from records.models import Receipt
from records.receipts import once
from tfportal.fields import UNSEEMLY
from tfportal.language import normalise

from ..contents import name_of
from ..models import Attendance, Meeting, Note, Remark
from ..transitions import permit
from .common import ROW_LIMIT, locked_item, locked_meeting, problem_of, receipt_of, refuse, require_version, tell

POSITION_LIMIT = 100  # characters, as the column has them
NOTE_LIMIT = 20_000  # what is typed while people speak, in full sentences or not


def with_the_meeting(meeting: Meeting, *rows: models.Model) -> list[models.Model]:
    """The rows, and the meeting itself where its chain begins with them: of a meeting that came with the reference data
    no event told yet, and from now on the office's pages alone change it."""
    if meeting.version:
        return [*rows]
    meeting.version = 1
    meeting.save(update_fields=("version",))
    return [meeting, *rows]


# Who is there


@dataclass(frozen=True)
class Mark:
    """What is marked of one invited ministry, over the version that was seen. `is_present`: None: nobody looked yet."""

    ministry: int
    version: int
    is_present: bool | None
    is_deputy: bool = False
    position_ko: str = ""
    position_en: str = ""

    @property
    def values(self) -> dict[str, Any]:
        return {
            "is_present": self.is_present,
            "is_deputy": self.is_deputy,
            "position_ko": normalise(self.position_ko),
            "position_en": normalise(self.position_en),
        }


def mark_attendance(meeting_id: int, marks: Sequence[Mark], *, by: User, at: datetime, key: UUID) -> Receipt:
    """Who is there, for one ministry or several. All or nothing: Conflict, with the row, where somebody else marked one
    of them meanwhile; Invalid under `position_<ministry>` where a position is no name."""
    body = [[mark.ministry, mark.version, *mark.values.values()] for mark in marks]
    with once("mark_attendance", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            rows = {row.ministry_id: row for row in Attendance.objects.filter(meeting=meeting)}
            if not marks or len(marks) > ROW_LIMIT or {mark.ministry for mark in marks} - rows.keys():
                raise Invalid({"__all__": [_("This ministry is not invited.")]})
            refuse({f"position_{mark.ministry}": _position_problem(mark) for mark in marks})
            for mark in marks:
                _mark(rows[mark.ministry], mark)
            ministries = sorted({mark.ministry for mark in marks})
            changed = [rows[pk] for pk in ministries]
            told = with_the_meeting(meeting, *changed)
            tell(attempt, meeting, changed[0], rows=told, acting_for=holder, ministries=ministries)
    return receipt_of(attempt)


def _mark(row: Attendance, mark: Mark) -> None:
    require_version(row, mark.version)
    for name, value in mark.values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=(*mark.values, "version"))


def _position_problem(mark: Mark) -> list[str]:
    texts = [mark.values["position_ko"], mark.values["position_en"]]
    if any(UNSEEMLY.search(text) for text in texts):
        return [_("Write it in one line: without line breaks, control characters and marks that turn the direction.")]
    return next((found for text in texts if (found := problem_of(text, limit=POSITION_LIMIT))), [])


# The items


def finish_item(item_id: int, *, by: User, at: datetime, key: UUID, version: int, done: bool = True) -> Receipt:
    """안건 마침, or that it is taken up again."""
    with once("finish_item", by=by, at=at, key=key, target=f"item/{item_id}", body=[version, done]) as attempt:
        if not attempt.repeated:
            meeting, item = locked_item(item_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(item, version)
            item.finished_at, item.version = at if done else None, version + 1
            item.save(update_fields=("finished_at", "version"))
            rows = with_the_meeting(meeting, item)
            tell(attempt, meeting, item, rows=rows, acting_for=holder, item=item.order, done=done)
    return receipt_of(attempt)


# 메모


def save_note(item_id: int, *, by: User, at: datetime, version: int, text: str) -> Note:
    """Keep the note of an item; returns it with its new version. It leaves neither event nor receipt, as a draft.

    A text equal to what stands there changes nothing, in whatever version it was seen. Another version raises Conflict
    with both texts.
    """
    text = normalise(text)
    refuse({"text": problem_of(text, limit=NOTE_LIMIT)})
    with waiting(), transaction.atomic():
        meeting, item = locked_item(item_id)
        holder = permit("save_note", meeting, by=by, at=at)
        note = Note.objects.select_related("edited_by", "edited_for").filter(item=item).first()
        stands, seen = (note.text, note.version) if note else ("", 0)
        if text == stands:
            return note or Note(item=item, edited_by=by, edited_for=holder, edited_at=at)
        if seen != version:
            text_of_refusal = _("Somebody else changed the note meanwhile. Yours stays here and is not saved yet.")
            raise Conflict(text_of_refusal, mine=text, theirs=stands, obj=note)
        note = note or Note(item=item)
        note.text, note.version = text, seen + 1
        note.edited_by, note.edited_for, note.edited_at = by, holder, at
        note.save()
        return note


# 의장 말씀


@dataclass(frozen=True)
class Said:
    """One remark of the chair, in the portal's own words, with what it was taken from."""

    text_ko: str
    text_en: str = ""
    source: str = ""
    verified: str = Remark.Verified.BACKGROUND

    @property
    def tidy(self) -> "Said":
        return Said(normalise(self.text_ko), normalise(self.text_en), normalise(self.source), self.verified)

    @property
    def plain(self) -> list[str]:
        return [self.text_ko, self.text_en, self.source, str(self.verified)]


def remarks_of(meeting: Meeting) -> list[Said]:
    """What stands there now, in its order."""
    rows = Remark.objects.filter(meeting=meeting)
    return [Said(row.text_ko, row.text_en, row.source, row.verified) for row in rows]


def mark_of(remarks: Sequence[Said]) -> str:
    """What a page sends back to say which list it showed."""
    return sha256([one.plain for one in remarks])[:16]


def set_remarks(meeting_id: int, remarks: Sequence[Said], *, by: User, at: datetime, key: UUID, seen: str) -> Receipt:
    """The chair's remarks, the whole list at once; those that are empty altogether are left out. `seen`: the mark
    of the list that the page showed. Raises Invalid under `remark_<number>`, Conflict with both lists."""
    kept = [one for one in (said.tidy for said in remarks) if one.text_ko or one.text_en or one.source]
    body: list[Any] = [seen, *[one.plain for one in kept]]
    with once("set_remarks", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            stands = remarks_of(meeting)
            if seen != mark_of(stands):
                text = _("Somebody else changed the remarks meanwhile. Both lists are shown below.")
                raise Conflict(text, mine=kept, theirs=stands)
            refuse(_remark_problems(kept))
            old = list(Remark.objects.filter(meeting=meeting))
            gone = [name_of(row) for row in old]
            for row in old:
                row.delete()
            rows = [_remark(meeting, no, said) for no, said in enumerate(kept, 1)]
            told = with_the_meeting(meeting, *rows)
            tell(attempt, meeting, meeting, rows=told, gone=gone, acting_for=holder)
    return receipt_of(attempt)


def _remark(meeting: Meeting, no: int, said: Said) -> Remark:
    values: dict[str, Any] = {"source": said.source, "verified": said.verified}
    return Remark.objects.create(meeting=meeting, order=no, text_ko=said.text_ko, text_en=said.text_en, **values)


def _remark_problems(remarks: Sequence[Said]) -> dict[str, list[str]]:
    if len(remarks) > ROW_LIMIT:
        return {"__all__": [_("At most %(n)s remarks.") % {"n": ROW_LIMIT}]}
    empty = _("Write down what was said.")
    return {
        f"remark_{no}": [*problem_of(said.text_ko, empty=empty), *problem_of(said.text_en), *problem_of(said.source)]
        for no, said in enumerate(remarks, 1)
    }
