"""What the main menu shows of meetings; registered with `tasks.providers`, because tasks may not look upwards."""

from django.utils.translation import gettext as _

from ministries.models import User
from tasks.providers import MenuItem

from . import permissions
from .models import Decision

# The names of all addresses that stand under the item of the menu.
PAGES: tuple[str, ...] = ("show_meeting",)
# the outcome and its decisions
PAGES += ("show_outcome", "confirm_outcome", "list_decisions", "show_decision", "write_outcome", "circulate_outcome")
PAGES += ("comment_on_outcome", "answer_comment", "notify_outcome", "answer_notification")
PAGES += ("follow_up", "close_decision", "reopen_decision")


def items(user: User) -> list[MenuItem]:
    """One item, for whoever may see a meeting."""
    if not permissions.can_see_meetings(user):
        return []
    return [MenuItem(_("Meetings"), "list_meetings", PAGES, _to_carry_out(user))]


def _to_carry_out(user: User) -> int | None:
    """How many decisions an officer's ministries have to carry out; where there are none, the menu says nothing."""
    led = user.standing.officer_of
    return Decision.objects.open().owed_by(led).count() or None if led else None
