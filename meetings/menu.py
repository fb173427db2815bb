"""What the main menu shows of meetings; registered with `tasks.providers`, because tasks may not look upwards."""

from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import MenuItem

from . import permissions

# The names of all addresses that stand under the item of the menu.
PAGES = (
    "show_meeting",
    # documents
    "show_documents",
    "preview_book",
)


def items(user: User) -> list[MenuItem]:
    """One item, for whoever may see a meeting."""
    if not permissions.can_see_meetings(user):
        return []
    return [MenuItem(_("Meetings"), "list_meetings", PAGES)]
