"""What the menu's item *Strategy* leads to here: the calls and their candidates."""

from django.utils.translation import gettext as _

from ministries.models import User

from ..models import Candidate
from ..providers import MenuItem

# The names of all addresses that stand under the item.
PAGES = (
    *("show_call", "make_call", "change_call", "call_on", "close_call", "reopen_call"),
    "remind_of_call",
    *("answer_call", "answer_none", "propose_candidate", "show_candidate", "revise_candidate", "withdraw_candidate"),
    *("judge_candidate", "adopt_candidate", "merge_candidate", "ask_back_candidate", "decline_candidate"),
    "give_english_title",
    "check_adoption",
    "export_candidates",
    "export_call",
)


def sections(user: User) -> list[MenuItem]:
    """One page, for the office, its readers, and whoever works for a ministry."""
    standing = user.standing
    if not (standing.is_coordinator or standing.is_reader or standing.ministries):
        return []
    waiting = Candidate.objects.to_judge().count if standing.is_coordinator else None
    return [MenuItem(_("Candidate tasks"), "list_calls", PAGES, waiting)]
