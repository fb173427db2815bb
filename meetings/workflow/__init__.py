"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

from .agenda import add_item, add_paper, change_item, extend_item, order_items, remove_item, show_agenda
from .documents import keep_document
from .follow_ups import close_decision, follow_up, reopen_decision
from .hearings import change_hearing, record_hearing
from .loading import load_meeting
from .moderation import admit_opinion, reject_opinion
from .opinions import change_opinion, dispose_of_opinion, enter_opinion, give_out_opinions
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
    recall_outcome,
    write_outcome,
)
from .personal_data import end_personal_data, remove_personal_data
from .planning import cancel_meeting, change_meeting, invite, name_delegate, plan_meeting
from .receiving import LONGEST, Sent, check_opinion, opinion_of, send_opinion
from .recording import Decided, change_decision, record_decision, withdraw_decision
from .session import Mark, Said, finish_item, mark_attendance, mark_of, remarks_of, save_note, set_remarks
from .transfers import hand_back_opinion, pass_on_opinion, reopen_opinion

__all__ = [
    "LONGEST",
    "Decided",
    "Mark",
    "Said",
    "Sent",
    "Written",
    "add_item",
    "add_paper",
    "admit_opinion",
    "answer_comment",
    "answer_notification",
    "answer_objection",
    "cancel_meeting",
    "change_decision",
    "change_hearing",
    "change_item",
    "change_meeting",
    "change_opinion",
    "check_opinion",
    "circulate_outcome",
    "close_decision",
    "comment_on_outcome",
    "confirm_outcome",
    "dispose_of_opinion",
    "end_personal_data",
    "enter_opinion",
    "extend_item",
    "finish_item",
    "follow_up",
    "give_out_opinions",
    "hand_back_opinion",
    "head_seq",
    "invite",
    "keep_document",
    "load_meeting",
    "mark_attendance",
    "mark_of",
    "name_delegate",
    "notify_outcome",
    "opinion_of",
    "order_items",
    "pass_on_opinion",
    "plan_meeting",
    "recall_outcome",
    "record_decision",
    "record_hearing",
    "reject_opinion",
    "remarks_of",
    "remove_item",
    "remove_personal_data",
    "reopen_decision",
    "reopen_opinion",
    "save_note",
    "send_opinion",
    "set_remarks",
    "show_agenda",
    "withdraw_decision",
    "write_outcome",
]
