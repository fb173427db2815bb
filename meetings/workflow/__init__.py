"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

# the outcome and what becomes of it
from .follow_ups import close_decision, follow_up, reopen_decision
from .outcome import (
    Written,
    answer_comment,
    answer_notification,
    circulate_outcome,
    comment_on_outcome,
    confirm_outcome,
    head_seq,
    notify_outcome,
    write_outcome,
)

__all__ = [
    "Written",
    "answer_comment",
    "answer_notification",
    "circulate_outcome",
    "close_decision",
    "comment_on_outcome",
    "confirm_outcome",
    "follow_up",
    "head_seq",
    "notify_outcome",
    "reopen_decision",
    "write_outcome",
]
