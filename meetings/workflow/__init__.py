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
]
