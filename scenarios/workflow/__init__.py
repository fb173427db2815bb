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

__all__ = [
    "answer_scenario_comment",
    "change_figures",
    "circulate_version",
    "comment_on_version",
    "draft_version",
    "publish_version",
    "recall_version",
    "sign_off_version",
    "withdraw_version",
]
