"""What the main menu shows of meetings; registered with `tasks.providers`, because tasks may not look upwards."""

from functools import partial

from django.utils.translation import gettext as _

from ministries.models import User
from records import clock
from tasks.providers import MenuItem

from . import permissions, waiting
from .models import Decision

# The names of all addresses that stand under the item of the menu.
PLANNING = ("show_calendar", "plan_meeting", "change_meeting", "cancel_meeting", "invite_ministries", "name_delegate")
AGENDA = ("edit_agenda", "add_item", "change_item", "show_item")
SESSION = (
    *("run_meeting", "record_decision", "change_decision", "withdraw_decision"),
    *("mark_attendance", "edit_remarks", "save_note", "finish_item"),
)
OUTCOME = (
    *("show_outcome", "confirm_outcome", "write_outcome", "circulate_outcome", "comment_on_outcome"),
    *("answer_comment", "recall_outcome", "notify_outcome", "answer_notification", "answer_objection"),
)
DECISIONS = ("list_decisions", "show_decision", "follow_up", "close_decision", "reopen_decision")
DOCUMENTS = ("show_documents", "preview_book", "show_press_release")
PAGES = ("show_meeting", *PLANNING, *AGENDA, *SESSION, *OUTCOME, *DECISIONS, *DOCUMENTS)


def items(user: User) -> list[MenuItem]:
    """One item, for whoever may see a meeting."""
    if not permissions.can_see_meetings(user):
        return []
    return [MenuItem(_("Meetings"), "list_meetings", PAGES, partial(_to_carry_out, user))]


def _to_carry_out(user: User) -> int:
    """How much waits for the person: decisions that their ministries carry out (officers), outcomes to comment on and
    notices to answer; what waits for the office."""
    led = user.standing.officer_of
    number = Decision.objects.open().owed_by(led).count() if led else 0
    return number + waiting.count(user, at=clock.now())
