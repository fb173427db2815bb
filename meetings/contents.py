"""What the record keeps of each row of a meeting: its columns as plain JSON.

Every event of a meeting carries the rows that it wrote, whole, and names those that it took away. Played from the first
to the last they give what has to stand in the tables (`verification.py`), and what is sealed with the outcome.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from .models import (
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

# From each kind of row to its meeting.
PATHS: dict[type[models.Model], str] = {
    Meeting: "pk",
    Attendance: "meeting",
    AgendaItem: "meeting",
    AgendaTask: "item__meeting",
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
}
# Of these the seal does not speak: they are written after it.
AFTER = (Notification, NotificationAnswer, ObjectionAnswer, FollowUp, Closing, KeptDocument)
# What administrators and the reference file write stands in the stream of the reference data; keys to files, nowhere.
LEFT_OUT = {"id", "token", "loaded_digest", "source", "verified"}
OF_ADMINISTRATORS = {"name_ko", "name_en", "date_note_ko", "date_note_en", "not_before", "not_after", "agenda_ko"}

Content = dict[str, Any]


def name_of(row: models.Model) -> str:
    """What the events call a row: `decision/12`."""
    return f"{row._meta.model_name}/{row.pk}"


def content_of(row: models.Model) -> Content:
    """The row's columns, by their names in the database."""
    left_out = LEFT_OUT | (OF_ADMINISTRATORS if isinstance(row, Meeting) else set())
    if isinstance(row, Figure | Remark):
        left_out = left_out - {"source", "verified"}
    fields = (field for field in row._meta.concrete_fields if field.name not in left_out)
    # Through the column's own type: a number that was given as an int is read back as a decimal.
    return {field.attname: _plain(field.to_python(getattr(row, field.attname))) for field in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format((value + 0).normalize(), "f")  # + 0: a nought has no sign
    return value


def rows_of(meeting: Meeting) -> dict[str, Content]:
    """Everything that stands in the tables of one meeting. One query for each kind of row."""
    found: dict[str, Content] = {}
    for model, path in PATHS.items():
        for row in model._default_manager.filter(**{path: meeting.pk}).order_by("pk"):
            found[name_of(row)] = content_of(row)
    return found


def sealed_rows(meeting: Meeting) -> dict[str, Content]:
    """Those of them that are sealed with the outcome."""
    after = {model._meta.model_name for model in AFTER}
    return {name: content for name, content in rows_of(meeting).items() if name.partition("/")[0] not in after}
