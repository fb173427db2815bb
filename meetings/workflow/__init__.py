"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

from .agenda import add_item, add_paper, change_item, order_items, remove_item, show_agenda
from .documents import keep_document
from .loading import load_meeting
from .planning import cancel_meeting, change_meeting, invite, name_delegate, plan_meeting
from .recording import Decided, change_decision, record_decision, withdraw_decision
from .session import Mark, Said, finish_item, mark_attendance, mark_of, remarks_of, save_note, set_remarks

__all__ = [
    "Decided",
    "Mark",
    "Said",
    "add_item",
    "add_paper",
    "cancel_meeting",
    "change_decision",
    "change_item",
    "change_meeting",
    "finish_item",
    "invite",
    "keep_document",
    "load_meeting",
    "mark_attendance",
    "mark_of",
    "name_delegate",
    "order_items",
    "plan_meeting",
    "record_decision",
    "remarks_of",
    "remove_item",
    "save_note",
    "set_remarks",
    "show_agenda",
    "withdraw_decision",
]
