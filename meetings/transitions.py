"""THE table of a meeting's verbs: who may do each, and while the meeting stands where. There is nothing beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ministries.models import Role, User
from records.errors import Forbidden, WrongState

from . import permissions
from .models import Meeting, Stage

PREPARING = frozenset({Stage.PREPARING})
WRITING = frozenset({Stage.PREPARING, Stage.CIRCULATED})  # until the outcome is confirmed
CIRCULATED = frozenset({Stage.CIRCULATED})
CONFIRMED = frozenset({Stage.CONFIRMED})
HELD = frozenset({Stage.PREPARING, Stage.CIRCULATED, Stage.CONFIRMED})  # whatever was not cancelled

Who = Callable[[User, int | None], bool]


def _office(user: User, ministry_id: int | None) -> bool:
    return permissions.can_run_meetings(user)


def _ministry(user: User, ministry_id: int | None) -> bool:
    return permissions.can_answer_for(user, ministry_id)


def _either(user: User, ministry_id: int | None) -> bool:
    return permissions.can_run_meetings(user) if ministry_id is None else permissions.can_answer_for(user, ministry_id)


@dataclass(frozen=True)
class Rule:
    """Who, and in which stages. `until_closed`: a ministry does it while the agenda is open; the office goes on."""

    who: Who
    stages: frozenset[Stage]
    until_closed: bool = False


RULES: dict[str, Rule] = {
    # planning
    "plan_meeting": Rule(_office, PREPARING),
    "change_meeting": Rule(_office, PREPARING),
    "cancel_meeting": Rule(_office, PREPARING),
    "invite": Rule(_office, PREPARING),
    "name_delegate": Rule(_ministry, PREPARING),
    # agenda
    "add_item": Rule(_office, WRITING),
    "change_item": Rule(_office, WRITING),
    "extend_item": Rule(_office, WRITING),  # what is suggested later joins it
    "remove_item": Rule(_office, WRITING),
    "order_items": Rule(_office, WRITING),
    "show_agenda": Rule(_office, PREPARING),
    "add_paper": Rule(_either, PREPARING, until_closed=True),
    # at the meeting
    "mark_attendance": Rule(_office, WRITING),
    "finish_item": Rule(_office, WRITING),
    "save_note": Rule(_office, WRITING),
    "record_decision": Rule(_office, WRITING),
    "change_decision": Rule(_office, WRITING),
    "withdraw_decision": Rule(_office, WRITING),
    "set_remarks": Rule(_office, WRITING),
    # the outcome
    "write_outcome": Rule(_office, WRITING),
    "circulate_outcome": Rule(_office, WRITING),  # once more, with another time
    "recall_outcome": Rule(_office, CIRCULATED),
    "comment_on_outcome": Rule(_ministry, CIRCULATED),
    "answer_comment": Rule(_office, CIRCULATED),
    "confirm_outcome": Rule(_office, CIRCULATED),
    "notify_outcome": Rule(_office, CONFIRMED),
    "answer_notification": Rule(_ministry, CONFIRMED),
    "answer_objection": Rule(_office, CONFIRMED),
    # what becomes of it
    "follow_up": Rule(_ministry, CONFIRMED),
    "close_decision": Rule(_office, CONFIRMED),
    "reopen_decision": Rule(_office, CONFIRMED),
    "keep_document": Rule(_office, HELD),
    # what is known of a meeting from documents (press release)
    "load_meeting": Rule(_office, PREPARING),
}


def permit(verb: str, meeting: Meeting, *, by: User, at: datetime, ministry: int | None = None) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who) or WrongState (when)."""
    rule = RULES[verb]
    if not rule.who(by, ministry):
        raise Forbidden(_("This is not yours to do."))
    if meeting.stage not in rule.stages:
        raise WrongState(_refusal(meeting))
    if rule.until_closed and ministry is not None and meeting.agenda_is_closed(at):
        raise WrongState(_("The agenda is closed. Ask the coordination office."))
    return acting_for(by, ministry)


def acting_for(by: User, ministry: int | None) -> User | None:
    """Whom the person is the deputy of: in an office of the ministry, or in the coordination office."""
    if ministry is None:
        return by.acts_for((Role.COORDINATOR, None))
    return by.acts_for((Role.OFFICER, ministry), (Role.APPROVER, ministry))


def possible(verb: str, meeting: Meeting, *, by: User, at: datetime, ministry: int | None = None) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    rule = RULES[verb]
    closed = rule.until_closed and ministry is not None and meeting.agenda_is_closed(at)
    return rule.who(by, ministry) and meeting.stage in rule.stages and not closed


def _refusal(meeting: Meeting) -> str:
    texts = {
        Stage.PREPARING: _("The outcome of this meeting was not circulated yet."),
        Stage.CIRCULATED: _("The outcome of this meeting was circulated already."),
        Stage.CONFIRMED: _("The outcome of this meeting is confirmed: it cannot be changed any more."),
        Stage.CANCELLED: _("This meeting was cancelled."),
    }
    return texts[meeting.stage]
