"""THE table of the verbs on calls and candidates: who may do each, and while what stands where."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ministries.models import Role, User
from records.errors import Forbidden, WrongState

from ..models import Call, Candidate, CandidateState

Who = Callable[[User, int | None], bool]
JUDGED = frozenset({CandidateState.SUBMITTED, CandidateState.ASKED_BACK, CandidateState.DECLINED})


def _office(user: User, ministry: int | None) -> bool:
    return user.standing.is_coordinator


def _ministry(user: User, ministry: int | None) -> bool:
    """Officers and approvers speak for their ministry, in the strategy or not."""
    return ministry is not None and ministry in user.standing.ministries


@dataclass(frozen=True)
class Rule:
    """Who; `while_open`: only until the call is closed; `states`: of the candidate, where the verb is about one."""

    who: Who
    while_open: bool = True
    states: frozenset[CandidateState] = frozenset()


RULES: dict[str, Rule] = {
    "make_call": Rule(_office),
    "change_call": Rule(_office),
    "call_on": Rule(_office),  # one ministry more
    "remind_of_call": Rule(_office),
    "close_call": Rule(_office),
    "reopen_call": Rule(_office, while_open=False),
    "answer_none": Rule(_ministry),
    "propose_candidate": Rule(_ministry),
    "revise_candidate": Rule(
        _ministry, while_open=False, states=frozenset({CandidateState.SUBMITTED, CandidateState.ASKED_BACK})
    ),
    "withdraw_candidate": Rule(
        _ministry, while_open=False, states=frozenset({CandidateState.SUBMITTED, CandidateState.ASKED_BACK})
    ),
    "give_english_title": Rule(_office, while_open=False, states=JUDGED),
    "adopt_candidate": Rule(_office, while_open=False, states=JUDGED),
    "merge_candidate": Rule(_office, while_open=False, states=JUDGED),
    "ask_back_candidate": Rule(_office, while_open=False, states=frozenset({CandidateState.SUBMITTED})),
    "decline_candidate": Rule(_office, while_open=False, states=JUDGED - {CandidateState.DECLINED}),
}


def permit(
    verb: str, call: Call | None, *, by: User, ministry: int | None = None, candidate: Candidate | None = None
) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who) or WrongState (when). `ministry`: in whose name,
    where it is not the office's."""
    rule = RULES[verb]
    if not rule.who(by, ministry):
        raise Forbidden(_("This is not yours to do."))
    if rule.while_open and call is not None and call.closed_at is not None:
        raise WrongState(_("This call is closed. Ask the coordination office."))
    if rule.states and (candidate is None or candidate.state not in rule.states):
        raise WrongState(_("This candidate was decided on, or taken back, meanwhile."))
    return acting_for(by, ministry)


def possible(
    verb: str, call: Call | None, *, by: User, ministry: int | None = None, candidate: Candidate | None = None
) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    rule = RULES[verb]
    is_open = not rule.while_open or call is None or call.closed_at is None
    stands = not rule.states or (candidate is not None and candidate.state in rule.states)
    return rule.who(by, ministry) and is_open and stands


def acting_for(by: User, ministry: int | None) -> User | None:
    """Whom the person is the deputy of: in an office of the ministry, or in the coordination office."""
    if ministry is None:
        return by.acts_for((Role.COORDINATOR, None))
    return by.acts_for((Role.OFFICER, ministry), (Role.APPROVER, ministry))
