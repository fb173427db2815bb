"""What the main menu shows of meetings; registered with `tasks.providers`, because tasks may not look upwards."""

from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import MenuItem

from . import permissions

# The names of all addresses that stand under the item of the menu.
PAGES = (
    "show_meeting",
    # agenda
    "edit_agenda",
    "add_item",
    "change_item",
    "show_item",
)
PAGES: tuple[str, ...] = ("show_meeting",)
# press release
PAGES += ("show_press_release",)
PAGES: tuple[str, ...] = (
    "show_meeting",
    # planning
    "show_calendar",
    "plan_meeting",
    "change_meeting",
    "cancel_meeting",
    "invite_ministries",
    "name_delegate",
)
PAGES: tuple[str, ...] = ("show_meeting",)
# at the meeting
PAGES += ("run_meeting", "record_decision", "change_decision", "withdraw_decision", "mark_attendance", "edit_remarks")
PAGES += ("save_note", "finish_item")
    # documents
    "show_documents",
    "preview_book",
)


def items(user: User) -> list[MenuItem]:
    """One item, for whoever may see a meeting."""
    if not permissions.can_see_meetings(user):
        return []
    return [MenuItem(_("Meetings"), "list_meetings", PAGES)]
