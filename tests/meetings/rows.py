"""For what must hold of every table of meetings: two of them with a row of each kind, one confirmed and one not.

The rows are written as they are, without verbs: what is tested with them is the database.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models

from meetings.models import (
    AgendaCandidate,
    AgendaItem,
    AgendaTask,
    Attendance,
    Closing,
    Comment,
    CommentAnswer,
    Decision,
    DecisionTask,
    Figure,
    FollowUp,
    KeptDocument,
    Meeting,
    Note,
    Notification,
    NotificationAnswer,
    ObjectionAnswer,
    Paper,
    Remark,
    Supporting,
)
from ministries.models import Ministry, User
from tasks import files
from tasks.models import Call, Candidate, Task
from tests.builders import kst

AT = kst(2021, 3, 23, 15)
BYTES = b"%PDF-1.7"


@dataclass(frozen=True)
class Whole:
    """A meeting with a row of each kind, by the kind's label."""

    meeting: Meeting
    rows: dict[str, Any]


def whole(no: int, *, by: User, ministry: Ministry, task: Task, confirmed: bool = False) -> Whole:
    """A meeting of that number with a row in each table."""
    meeting = Meeting.objects.create(no=no, name_ko=f"제{no}차 회의", name_en=f"Meeting {no}", date=AT.date())
    deed: dict[str, Any] = {"by": by, "at": AT}
    file = {"name": "자료.pdf", "size": len(BYTES), "sha256": hashlib.sha256(BYTES).hexdigest()}
    item = AgendaItem.objects.create(meeting=meeting, order=1, kind="review", title_ko="이행 현황")
    decision = Decision.objects.create(
        meeting=meeting, no=no, kind="action", text_ko="보고할 것", lead=ministry, due_on=AT.date(), **deed
    )
    comment = Comment.objects.create(meeting=meeting, ministry=ministry, text="의견", **deed)
    notification = Notification.objects.create(meeting=meeting, ministry=ministry, **deed)
    said = NotificationAnswer.objects.create(notification=notification, agrees=True, **deed)
    made: list[models.Model] = [
        meeting,
        item,
        decision,
        comment,
        notification,
        Attendance.objects.create(meeting=meeting, ministry=ministry),
        AgendaTask.objects.create(item=item, task=task),
        AgendaCandidate.objects.create(item=item, candidate=_candidate(no, ministry, task, deed)),
        Figure.objects.create(item=item, number=82, text_ko="전문가"),
        Note.objects.create(item=item, edited_by=by, edited_at=AT),
        Paper.objects.create(item=item, no=1, kind="pdf", **file, **deed),
        Supporting.objects.create(decision=decision, ministry=ministry),
        DecisionTask.objects.create(decision=decision, task=task),
        FollowUp.objects.create(decision=decision, ministry=ministry, progress="done", text="마침", **deed),
        Closing.objects.create(decision=decision, closes=True, **deed),
        CommentAnswer.objects.create(comment=comment, is_taken_up=True, **deed),
        said,
        ObjectionAnswer.objects.create(objection=said, text="답변", **deed),
        Remark.objects.create(meeting=meeting, order=1, text_ko="당부"),
        KeptDocument.objects.create(
            meeting=meeting, kind="book", format="hwpx", language="ko", root="0" * 64, **file, **deed
        ),
    ]
    if confirmed:
        Meeting.objects.filter(pk=meeting.pk).update(
            circulated_at=AT - timedelta(hours=1), comments_until=AT, frozen_at=AT
        )
        meeting.refresh_from_db()
    return Whole(meeting, {row._meta.label: row for row in made})


def _candidate(no: int, ministry: Ministry, task: Task, deed: dict[str, Any]) -> Candidate:
    call = Call.objects.create(no=no, title_ko="발굴 요청", due_at=AT, **deed)
    of = {"call": call, "ministry": ministry, "no": 1, "kind": "new", "sector": task.sector}
    return Candidate.objects.create(title_ko="후보", text="내용", **of, **deed)


def lay_files(of: Whole) -> None:
    """The files that its rows name, where they name them."""
    for row in of.rows.values():
        if hasattr(row, "token"):
            path = files.path_of(row.token)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(BYTES)


CHANGES: dict[str, dict[str, Any]] = {
    "meetings.Meeting": {"chair": "다른 의장"},
    "meetings.Attendance": {"is_present": True},
    "meetings.AgendaItem": {"outcome_ko": "다른 결과"},
    "meetings.AgendaTask": {"task": None},
    "meetings.AgendaCandidate": {"candidate": None},
    "meetings.Figure": {"number": 83},
    "meetings.Paper": {"name": "다른 이름.pdf"},
    "meetings.Decision": {"text_ko": "없던 일로"},
    "meetings.Supporting": {"ministry": None},
    "meetings.DecisionTask": {"task": None},
    "meetings.Remark": {"text_ko": "다른 말"},
    "meetings.Comment": {"text": "다른 의견"},
    "meetings.CommentAnswer": {"is_taken_up": False},
    "meetings.Notification": {"ministry": None},
    "meetings.NotificationAnswer": {"agrees": False},
    "meetings.ObjectionAnswer": {"text": "다른 답변"},
    "meetings.FollowUp": {"text": "다른 상황"},
    "meetings.Closing": {"closes": False},
    "meetings.KeptDocument": {"sha256": "1" * 64},
}
# The column that binds a row to its meeting.
BINDING = {
    "meetings.Attendance": "meeting",
    "meetings.AgendaItem": "meeting",
    "meetings.AgendaTask": "item",
    "meetings.AgendaCandidate": "item",
    "meetings.Figure": "item",
    "meetings.Decision": "meeting",
    "meetings.Supporting": "decision",
    "meetings.DecisionTask": "decision",
    "meetings.Remark": "meeting",
}


def change(label: str, others: dict[type[models.Model], models.Model]) -> dict[str, Any]:
    """One column of a row with another value; `others`: what a foreign key is pointed at instead."""
    ((name, value),) = CHANGES[label].items()
    if value is not None:
        return {name: value}
    return {name: next(other.pk for model, other in others.items() if model._meta.model_name == name)}


def added(row: models.Model, **values: Any) -> models.Model:
    """A row like that one, which is not stored yet, with these columns."""
    kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.name != "id"}
    made = type(row)(**kept)
    for name, value in values.items():
        setattr(made, name, value)
    return made
