"""The vocabulary of writing meetings. Each verb takes who, when, the key of the form and the version that was seen, and
leaves exactly one event in the meeting's chain; notes leave none, as drafts do."""

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
