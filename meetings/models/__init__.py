"""When: the T/F's meetings, from the first plan to the last decision that is carried out.

`planning` holds the meeting and who is invited, `agenda` what it speaks of, `decisions` what it decides and what became
of that, `outcomes` how its outcome is agreed on, `documents` the files that were given out.
"""

from .agenda import AgendaItem, AgendaTask, Figure, ItemKind, Note, Paper
from .decisions import Closing, Decision, DecisionKind, DecisionTask, FollowUp, Progress, Supporting
from .documents import DocumentKind, KeptDocument
from .outcomes import Comment, CommentAnswer, Notification, NotificationAnswer, ObjectionAnswer, Remark
from .planning import Attendance, Meeting, Stage

__all__ = [
    "AgendaItem",
    "AgendaTask",
    "Attendance",
    "Closing",
    "Comment",
    "CommentAnswer",
    "Decision",
    "DecisionKind",
    "DecisionTask",
    "DocumentKind",
    "Figure",
    "FollowUp",
    "ItemKind",
    "KeptDocument",
    "Meeting",
    "Note",
    "Notification",
    "NotificationAnswer",
    "ObjectionAnswer",
    "Paper",
    "Progress",
    "Remark",
    "Stage",
    "Supporting",
]
