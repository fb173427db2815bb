"""When: the T/F's meetings, from the first plan to the last decision that is carried out.

`planning` holds the meeting and who is invited, `agenda` what it speaks of, `decisions` what it decides and what became
of that, `outcomes` how its outcome is agreed on, `documents` the files that were given out, `opinions` what
stakeholders said between meetings.
"""

from .agenda import AgendaCandidate, AgendaItem, AgendaTask, Figure, ItemKind, Note, Paper
from .decisions import Closing, Decision, DecisionKind, DecisionTask, FollowUp, Progress, Supporting
from .documents import DocumentKind, KeptDocument
from .opinions import (
    Channel,
    Disposition,
    Group,
    Hearing,
    Opinion,
    OpinionSender,
    OpinionState,
    OpinionTask,
    OpinionText,
    Participant,
    Transfer,
    TransferKind,
)
from .outcomes import Comment, CommentAnswer, Notification, NotificationAnswer, ObjectionAnswer, Remark
from .planning import Attendance, Meeting, Stage

__all__ = [
    "AgendaCandidate",
    "AgendaItem",
    "AgendaTask",
    "Attendance",
    "Channel",
    "Closing",
    "Comment",
    "CommentAnswer",
    "Decision",
    "DecisionKind",
    "DecisionTask",
    "Disposition",
    "DocumentKind",
    "Figure",
    "FollowUp",
    "Group",
    "Hearing",
    "ItemKind",
    "KeptDocument",
    "Meeting",
    "Note",
    "Notification",
    "NotificationAnswer",
    "ObjectionAnswer",
    "Opinion",
    "OpinionSender",
    "OpinionState",
    "OpinionTask",
    "OpinionText",
    "Paper",
    "Participant",
    "Progress",
    "Remark",
    "Stage",
    "Supporting",
    "Transfer",
    "TransferKind",
]
