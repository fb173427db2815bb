"""What the menu's item *Strategy* leads to here: hearings and stakeholders' opinions."""

from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import MenuItem

from .. import permissions
from ..models import Opinion

# The names of all addresses that stand under the item.
PAGES = (
    *("show_opinion", "enter_opinion", "change_opinion", "admit_opinion", "reject_opinion", "dispose_of_opinion"),
    *("remove_personal_data", "list_hearings", "show_hearing", "record_hearing", "change_hearing", "export_opinions"),
    *("hand_back_opinion", "pass_on_opinion", "reopen_opinion", "give_out_opinions"),
)


def sections(user: User) -> list[MenuItem]:
    """One page, for whoever may see a meeting."""
    if not permissions.can_see_meetings(user):
        return []
    waiting = Opinion.objects.waiting().count if permissions.can_run_meetings(user) else None
    return [MenuItem(_("Stakeholder opinions"), "list_opinions", PAGES, waiting)]
