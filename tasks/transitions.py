"""THE table of transitions: from which state a verb leads to which, who may do it, and while the round stands where.

Once a round is frozen no state moves any more. What may still be added beside the sealed texts stands in `ADDITIONS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ministries.models import Role, User
from records.errors import Forbidden, Frozen, WrongState

from . import permissions
from .models import Phase, Report, State

COLLECTING = frozenset({Phase.OPEN, Phase.PAST_DUE})


@dataclass(frozen=True)
class Transition:
    """`moves`: state before -> state after. Where a return is open, a report that would fall back to *draft* falls back
    to *returned*: a half-mended return counts as returned. `office`: the one it is done in, be it as a deputy."""

    moves: Mapping[State, State]
    who: Callable[[User, Report], bool]
    office: Role
    phases: frozenset[Phase] = COLLECTING


TRANSITIONS: dict[str, Transition] = {
    "save_draft": Transition(
        {
            State.MISSING: State.DRAFT,
            State.DRAFT: State.DRAFT,
            State.AWAITING: State.DRAFT,  # editing voids the request for sign-off
            State.RETURNED: State.RETURNED,
        },
        permissions.can_edit,
        Role.OFFICER,
    ),
    # From a workbook: as save_draft, but what waits for the approver is left to them.
    "fill_drafts": Transition(
        {State.MISSING: State.DRAFT, State.DRAFT: State.DRAFT, State.RETURNED: State.RETURNED},
        permissions.can_edit,
        Role.OFFICER,
    ),
    "ask_sign_off": Transition(
        {State.MISSING: State.AWAITING, State.DRAFT: State.AWAITING, State.RETURNED: State.AWAITING},
        permissions.can_edit,
        Role.OFFICER,
    ),
    "submit": Transition(
        {State.MISSING: State.SUBMITTED, State.DRAFT: State.SUBMITTED, State.RETURNED: State.SUBMITTED},
        permissions.can_edit,
        Role.OFFICER,
    ),
    "sign_off": Transition({State.AWAITING: State.SUBMITTED}, permissions.can_sign_off, Role.APPROVER),
    "send_back": Transition({State.AWAITING: State.DRAFT}, permissions.can_sign_off, Role.APPROVER),
    "withdraw": Transition({State.SUBMITTED: State.DRAFT}, permissions.can_edit, Role.OFFICER),
    "open_for_review": Transition({State.SUBMITTED: State.SUBMITTED}, permissions.can_review, Role.COORDINATOR),
    "return_for_changes": Transition({State.SUBMITTED: State.RETURNED}, permissions.can_review, Role.COORDINATOR),
    "accept": Transition({State.SUBMITTED: State.ACCEPTED}, permissions.can_review, Role.COORDINATOR),
    "reopen": Transition({State.ACCEPTED: State.SUBMITTED}, permissions.can_review, Role.COORDINATOR),
}

# The verbs of a frozen round, and who may do them: they leave the report, its state and its version as sealed.
ADDITIONS: dict[str, Callable[[User, Report], bool]] = {
    "ask_correction": permissions.can_ask_correction,
    "decide_correction": permissions.can_decide_correction,
}


def acting_for(verb: str, report: Report, *, by: User) -> User | None:
    """Whom the person is the deputy of when they do this to the report; None where they hold the office themselves."""
    if verb == "ask_correction":
        return by.acts_for((Role.OFFICER, report.lead_id), (Role.APPROVER, report.lead_id), (Role.COORDINATOR, None))
    office = TRANSITIONS[verb].office if verb in TRANSITIONS else Role.COORDINATOR
    return by.acts_for((office, None if office is Role.COORDINATOR else report.lead_id))


def permit(verb: str, report: Report, *, by: User, at: datetime, has_open_return: bool) -> State:
    """The state that the verb leads to; raises Forbidden (who), Frozen or WrongState (when, from where)."""
    transition = TRANSITIONS[verb]
    if not transition.who(by, report):
        raise Forbidden(_("You may not do this to %(code)s.") % {"code": report.task.code})
    phase = report.round.phase(at)
    if phase is Phase.FROZEN:
        raise Frozen
    if phase not in transition.phases:
        raise WrongState(_("This round is not open yet."))
    state = State(report.state)
    if state not in transition.moves:
        raise WrongState(
            _("%(code)s is “%(state)s” by now; this is not possible any more.")
            % {"code": report.task.code, "state": state.label}
        )
    target = transition.moves[state]
    return State.RETURNED if target is State.DRAFT and has_open_return else target


def possible(verb: str, report: Report, *, by: User, at: datetime) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    transition = TRANSITIONS[verb]
    return (
        report.state in transition.moves and transition.who(by, report) and report.round.phase(at) in transition.phases
    )


def permit_addition(verb: str, report: Report, *, by: User, at: datetime) -> None:
    """Raises Forbidden (who) or WrongState (the round is not frozen, or nothing of this report was sealed)."""
    if not ADDITIONS[verb](by, report):
        raise Forbidden(_("You may not do this to %(code)s.") % {"code": report.task.code})
    if report.round.phase(at) is not Phase.FROZEN:
        raise WrongState(_("This round is not frozen yet: the report itself can still be changed."))
    if report.current_id is None:
        raise WrongState(_("No text of %(code)s was sealed, so there is none to correct.") % {"code": report.task.code})


def can_be_added(verb: str, report: Report, *, by: User, at: datetime) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    frozen = report.round.phase(at) is Phase.FROZEN
    return frozen and report.current_id is not None and ADDITIONS[verb](by, report)
