"""What the record keeps of each row of a meeting (see `records/rows.py`), and what of it is sealed with the outcome."""

from records.rows import LEFT_OUT, Content, Told, name_of

from .models import (
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
    Notification,
    NotificationAnswer,
    ObjectionAnswer,
    Paper,
    Remark,
    Supporting,
)

__all__ = ["AFTER", "OF_ADMINISTRATORS", "TOLD", "content_of", "name_of", "rows_of", "sealed_rows"]

# Of these the seal does not speak: they are written after it.
AFTER = (Notification, NotificationAnswer, ObjectionAnswer, FollowUp, Closing, KeptDocument)
OF_ADMINISTRATORS = frozenset(
    {"name_ko", "name_en", "date_note_ko", "date_note_en", "not_before", "not_after", "agenda_ko"}
)
SOURCED = LEFT_OUT - {"source", "verified"}  # of what the office enters with its source


def _keys() -> list[str]:
    """Those of meetings that were planned or changed here."""
    return [row.stream_key for row in Meeting.objects.filter(version__gt=0)]


TOLD = Told(
    prefix="meeting/",
    root=Meeting,
    paths={
        Meeting: "pk",
        Attendance: "meeting",
        AgendaItem: "meeting",
        AgendaTask: "item__meeting",
        AgendaCandidate: "item__meeting",
        Figure: "item__meeting",
        Paper: "item__meeting",
        Decision: "meeting",
        Supporting: "decision__meeting",
        DecisionTask: "decision__meeting",
        Remark: "meeting",
        Comment: "meeting",
        CommentAnswer: "comment__meeting",
        Notification: "meeting",
        NotificationAnswer: "notification__meeting",
        ObjectionAnswer: "objection__notification__meeting",
        FollowUp: "decision__meeting",
        Closing: "decision__meeting",
        KeptDocument: "meeting",
    },
    keys=_keys,
    left_out={Meeting: LEFT_OUT | OF_ADMINISTRATORS, Figure: SOURCED, Remark: SOURCED},
)
content_of = TOLD.content_of


def rows_of(meeting: Meeting) -> dict[str, Content]:
    """Everything that stands in the tables of one meeting. One query for each kind of row."""
    return {name: content_of(row) for name, row in TOLD.rows_of(meeting).items()}


def sealed_rows(meeting: Meeting) -> dict[str, Content]:
    """Those of them that are sealed with the outcome."""
    after = {model._meta.model_name for model in AFTER}
    return {name: content for name, content in rows_of(meeting).items() if name.partition("/")[0] not in after}
