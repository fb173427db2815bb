"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

# at the meeting
from .recording import Decided, change_decision, record_decision, withdraw_decision
from .session import Mark, Said, finish_item, mark_attendance, mark_of, remarks_of, save_note, set_remarks

__all__ = [
    "Decided",
    "Mark",
    "Said",
    "change_decision",
    "finish_item",
    "mark_attendance",
    "mark_of",
    "record_decision",
    "remarks_of",
    "save_note",
    "set_remarks",
    "withdraw_decision",
]
