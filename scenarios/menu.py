"""What the menu's item *Strategy* leads to here; registered with `tasks.providers`: tasks may not look upwards."""

from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import MenuItem

from . import permissions

# The names of all addresses that stand under each of them.
SCENARIOS = (
    *("show_scenario", "compare_scenarios", "draft_version", "change_figures", "comment_on_version"),
    *("circulate_version", "publish_version", "withdraw_version", "recall_version", "sign_off_version"),
    *("answer_scenario_comment", "check_sums"),
    *("show_version", "show_sector_pathway"),
)
GROUP = (
    *("show_division", "list_experts", "register_expert", "change_expert", "end_expert", "forget_expert"),
    *("record_division_meeting", "change_division_meeting", "import_working_group"),
    *("upload_working_group", "download_working_group", "export_working_group"),
)


def sections(user: User) -> list[MenuItem]:
    """Two pages, for whoever may see the scenarios."""
    if not permissions.can_see_scenarios(user):
        return []
    return [
        MenuItem(_("Scenarios"), "list_scenarios", SCENARIOS),
        MenuItem(_("Working group"), "show_working_group", GROUP),
    ]
