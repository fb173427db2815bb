"""Writing into the working group and the scenarios: one function for each verb, each leaves one event."""

from .pathways import (
    answer_scenario_comment,
    change_figures,
    circulate_version,
    comment_on_version,
    draft_version,
    publish_version,
    recall_version,
    sign_off_version,
    withdraw_version,
)
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
    "ExpertEntry",
    "Held",
    "MeetingEntry",
    "Serving",
    "Who",
    "answer_scenario_comment",
    "change_division_meeting",
    "change_expert",
    "change_figures",
    "circulate_version",
    "comment_on_version",
    "draft_version",
    "end_expert",
    "forget_expert",
    "import_working_group",
    "is_imported",
    "publish_version",
    "recall_version",
    "record_division_meeting",
    "register_expert",
    "sign_off_version",
    "withdraw_version",
]
