"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

from .agenda import add_item, add_paper, change_item, order_items, remove_item, show_agenda
from .documents import keep_document
from .follow_ups import close_decision, follow_up, reopen_decision
from .loading import load_meeting
from .outcome import (
    Written,
    answer_comment,
    answer_notification,
    answer_objection,
    circulate_outcome,
    comment_on_outcome,
    confirm_outcome,
    head_seq,
    notify_outcome,
    write_outcome,
)
from .planning import cancel_meeting, change_meeting, invite, name_delegate, plan_meeting
from .recording import Decided, change_decision, record_decision, withdraw_decision
from .session import Mark, Said, finish_item, mark_attendance, mark_of, remarks_of, save_note, set_remarks

__all__ = [
    "Decided",
    "Mark",
    "Said",
    "Written",
    "add_item",
    "add_paper",
    "answer_comment",
    "answer_notification",
    "answer_objection",
    "cancel_meeting",
    "change_decision",
    "change_item",
    "change_meeting",
    "circulate_outcome",
    "close_decision",
    "comment_on_outcome",
    "confirm_outcome",
    "finish_item",
    "follow_up",
    "head_seq",
    "invite",
    "keep_document",
    "load_meeting",
    "mark_attendance",
    "mark_of",
    "name_delegate",
    "notify_outcome",
    "order_items",
    "plan_meeting",
    "record_decision",
    "remarks_of",
    "remove_item",
    "reopen_decision",
    "save_note",
    "set_remarks",
    "show_agenda",
    "withdraw_decision",
    "write_outcome",
]
