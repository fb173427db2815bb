"""Writing into the working group and the scenarios: one function for each verb, each leaves one event."""

# the working group
from .seats import Held, Serving, Who
from .working_group import (
    ExpertEntry,
    MeetingEntry,
    change_division_meeting,
    change_expert,
    end_expert,
    forget_expert,
    import_working_group,
    is_imported,
    record_division_meeting,
    register_expert,
)

__all__ = [
    # the working group
    "ExpertEntry",
    "Held",
    "MeetingEntry",
    "Serving",
    "Who",
    "change_division_meeting",
    "change_expert",
    "end_expert",
    "forget_expert",
    "import_working_group",
    "is_imported",
    "record_division_meeting",
    "register_expert",
]
