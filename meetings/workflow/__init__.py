"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

# agenda
from .agenda import add_item, add_paper, change_item, order_items, remove_item, show_agenda

__all__ = [
    # agenda
    "add_item",
    "add_paper",
    "change_item",
    "order_items",
    "remove_item",
    "show_agenda",
]
# press release
from .loading import load_meeting as load_meeting

# planning
from .planning import cancel_meeting, change_meeting, invite, name_delegate, plan_meeting

__all__ = [
    # planning
    "cancel_meeting",
    "change_meeting",
    "invite",
    "name_delegate",
    "plan_meeting",
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
