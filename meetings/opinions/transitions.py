"""THE table of the verbs on hearings and opinions: who may do each, and while the opinion stands where."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Forbidden, WrongState

from .. import permissions
from ..models import Opinion, OpinionState
from ..transitions import acting_for

Who = Callable[[User, int | None], bool]
ADMITTED = frozenset({OpinionState.ADMITTED})


def _office(user: User, ministry: int | None) -> bool:
    return permissions.can_run_meetings(user)


def _owes(user: User, ministry: int | None) -> bool:
    """An officer or approver of the ministry."""
    return permissions.can_answer_for(user, ministry)


def _either(user: User, ministry: int | None) -> bool:
    """The office, or an officer or approver of the ministry that owes the answer."""
    return permissions.can_run_meetings(user) if ministry is None else permissions.can_answer_for(user, ministry)


@dataclass(frozen=True)
class Rule:
    """Who, and in which states of the opinion; none where the verb is not about one. `unanswered`: only as long as no
    disposition stands, `answered`: only since one does; `in_hand`: by the office only as long as no ministry was given
    it."""

    who: Who
    states: frozenset[OpinionState] = frozenset()
    unanswered: bool = False
    answered: bool = False
    in_hand: bool = False

    def allows(self, opinion: Opinion | None) -> bool:
        if not self.states:
            return True
        return opinion is not None and opinion.state in self.states

    def comes_too_late(self, opinion: Opinion | None) -> bool:
        return self.unanswered and opinion is not None and opinion.answer is not None

    def comes_too_early(self, opinion: Opinion | None) -> bool:
        return self.answered and opinion is not None and opinion.answer is None

    def is_elsewhere(self, opinion: Opinion | None, ministry: int | None) -> bool:
        """Whether a ministry has it, and the office would do it in its stead."""
        return self.in_hand and ministry is None and opinion is not None and opinion.ministry_id is not None


RULES: dict[str, Rule] = {
    "record_hearing": Rule(_office),
    "change_hearing": Rule(_office),
    "enter_opinion": Rule(_office),
    "change_opinion": Rule(_office, ADMITTED),  # what it is about, who answers and until when
    "admit_opinion": Rule(_office, frozenset({OpinionState.WAITING, OpinionState.REJECTED})),
    "reject_opinion": Rule(_office, frozenset({OpinionState.WAITING})),
    "dispose_of_opinion": Rule(_either, ADMITTED, in_hand=True),
    "hand_back_opinion": Rule(_owes, ADMITTED, unanswered=True),  # not ours, because …
    "pass_on_opinion": Rule(_office, ADMITTED, unanswered=True),  # to another ministry
    "reopen_opinion": Rule(_office, ADMITTED, answered=True),  # the answer was not the right ministry's
    "remove_personal_data": Rule(_office, frozenset(OpinionState)),
}
# Sent by the public without an account: recorded in the name of the portal's own account for it, see `receiving.py`.
OF_THE_PUBLIC = ("send_opinion",)


def permit(verb: str, opinion: Opinion | None, *, by: User, ministry: int | None = None) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who) or WrongState (when)."""
    rule = RULES[verb]
    if not rule.who(by, ministry):
        raise Forbidden(_("This is not yours to do."))
    if not rule.allows(opinion):
        raise WrongState(_("This opinion was decided on meanwhile. Look at it again."))
    if rule.comes_too_late(opinion):
        raise WrongState(_("It was answered already: whoever answered it keeps it."))
    if rule.comes_too_early(opinion):
        raise WrongState(_("No answer stands: there is nothing to open again."))
    if rule.is_elsewhere(opinion, ministry):
        raise WrongState(_("A ministry has it: take it back to the office first, and the ministry is told."))
    return acting_for(by, ministry)


def possible(verb: str, opinion: Opinion | None, *, by: User, ministry: int | None = None) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    rule = RULES[verb]
    fits = rule.allows(opinion) and not rule.is_elsewhere(opinion, ministry)
    return rule.who(by, ministry) and fits and not rule.comes_too_late(opinion) and not rule.comes_too_early(opinion)
