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
from .models import Phase, Report, Round, State

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
    "recall": Transition({State.AWAITING: State.DRAFT}, permissions.can_edit, Role.OFFICER),
    "withdraw": Transition({State.SUBMITTED: State.DRAFT}, permissions.can_edit, Role.OFFICER),
    "open_for_review": Transition({State.SUBMITTED: State.SUBMITTED}, permissions.can_review, Role.COORDINATOR),
    # Whose review it is: beside the state, and known to all of the office. A verdict is the one's who has it open.
    "take_over_review": Transition({State.SUBMITTED: State.SUBMITTED}, permissions.can_review, Role.COORDINATOR),
    "release_review": Transition({State.SUBMITTED: State.SUBMITTED}, permissions.can_review, Role.COORDINATOR),
    "return_for_changes": Transition({State.SUBMITTED: State.RETURNED}, permissions.can_review, Role.COORDINATOR),
    "accept": Transition({State.SUBMITTED: State.ACCEPTED}, permissions.can_review, Role.COORDINATOR),
    # Of many at once, and only of what came as "no change": `workflow/unchanged.py` says which.
    "accept_unchanged": Transition({State.SUBMITTED: State.ACCEPTED}, permissions.can_review, Role.COORDINATOR),
    "reopen": Transition({State.ACCEPTED: State.SUBMITTED}, permissions.can_review, Role.COORDINATOR),
    # A word beside the report, whatever its state: it moves nothing.
    "write_message": Transition({state: state for state in State}, permissions.can_converse, Role.OFFICER),
}

# The verbs of a frozen round, and who may do them: they leave the report, its state and its version as sealed.
ADDITIONS: dict[str, Callable[[User, Report], bool]] = {
    "ask_correction": permissions.can_ask_correction,
    "decide_correction": permissions.can_decide_correction,
}

# What moves the due time of one ministry, while its round is collected: who may do it, for the ministry (primary key).
EXTENSIONS: dict[str, Callable[[User, int], bool]] = {
    "ask_extension": permissions.can_ask_extension,
    "withdraw_extension": permissions.can_ask_extension,
    "grant_extension": permissions.can_decide_extension,
    "decline_extension": permissions.can_decide_extension,
    "revoke_extension": permissions.can_decide_extension,
}


# What the office does towards ministries while their round is collected; no report moves by it.
BY_THE_OFFICE: dict[str, Callable[[User], bool]] = {"remind": permissions.can_coordinate}
# What the office does to a round itself, and while it stands where. Preparing and freezing have rules of their own.
ROUNDS: dict[str, frozenset[Phase]] = {
    "move_dates": frozenset({Phase.PLANNED, Phase.PREPARED}) | COLLECTING,
    "open_early": frozenset({Phase.PREPARED}),
    "add_to_roster": frozenset({Phase.PREPARED}) | COLLECTING,
    "remove_from_roster": frozenset({Phase.PREPARED}) | COLLECTING,
}


@dataclass(frozen=True)
class Beside:
    """What ministries tell each other about a report: its text, state and version stay as they are. `who` judges for
    the ministry in whose name it is done; `states`: while the report stands there."""

    who: Callable[[User, Report, int], bool]
    states: frozenset[State]
    phases: frozenset[Phase] = COLLECTING


BESIDE: dict[str, Beside] = {
    "call_contributions": Beside(
        lambda user, report, ministry: ministry == report.lead_id and permissions.can_edit(user, report),
        frozenset({State.MISSING, State.DRAFT, State.AWAITING, State.RETURNED}),  # it can still take them over
    ),
    "contribute": Beside(permissions.can_contribute, frozenset(State) - {State.ACCEPTED}),
    "answer_request": Beside(
        lambda user, _report, ministry: permissions.can_answer(user, ministry),
        frozenset(State),
        COLLECTING | {Phase.FROZEN},
    ),
}


def acting_for(verb: str, report: Report, *, by: User, ministry: int | None = None) -> User | None:
    """Whom the person is the deputy of when they do this to the report; None where they hold the office themselves.
    `ministry`: in whose name, where it is another than the leading one."""
    if ministry is not None:
        return by.acts_for((Role.OFFICER, ministry))
    if verb == "ask_correction":
        return by.acts_for((Role.OFFICER, report.lead_id), (Role.APPROVER, report.lead_id), (Role.COORDINATOR, None))
    if verb == "write_message":
        mine = (Role.OFFICER, report.lead_id), (Role.APPROVER, report.lead_id)
        return by.acts_for(*([(Role.COORDINATOR, None)] if permissions.speaks_for_office(by, report) else mine))
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


def permit_extension(verb: str, round_: Round, ministry_id: int, *, by: User, at: datetime) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who), Frozen or WrongState (when)."""
    if not EXTENSIONS[verb](by, ministry_id):
        if by.standing.is_coordinator and EXTENSIONS[verb] is permissions.can_decide_extension:
            raise Forbidden(_("You work for this ministry yourself: someone else of the office has to do this."))
        raise Forbidden(_("You may not do this for this ministry."))
    phase = round_.phase(at)
    if phase is Phase.FROZEN:
        raise Frozen
    if phase not in COLLECTING:
        raise WrongState(_("This round is not open yet."))
    if EXTENSIONS[verb] is permissions.can_ask_extension:
        return by.acts_for((Role.OFFICER, ministry_id), (Role.APPROVER, ministry_id))
    return by.acts_for((Role.COORDINATOR, None))


def permit_by_the_office(verb: str, round_: Round, *, by: User, at: datetime) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who), Frozen or WrongState (when)."""
    if not BY_THE_OFFICE[verb](by):
        raise Forbidden(_("The coordination office does this."))
    phase = round_.phase(at)
    if phase not in COLLECTING:
        raise Frozen if phase is Phase.FROZEN else WrongState(_("This round is not open yet."))
    return by.acts_for((Role.COORDINATOR, None))


def permit_round(verb: str, round_: Round, *, by: User, at: datetime) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who), Frozen or WrongState (when)."""
    if not permissions.can_coordinate(by):
        raise Forbidden(_("The coordination office does this."))
    phase = round_.phase(at)
    if phase is Phase.FROZEN:
        raise Frozen
    if phase is Phase.PLANNED and phase not in ROUNDS[verb]:
        raise WrongState(_("The roster of this round is not fixed yet."))
    if phase not in ROUNDS[verb]:
        raise WrongState(_("This round is open already."))
    return by.acts_for((Role.COORDINATOR, None))


def possible_round(verb: str, round_: Round, *, by: User, at: datetime) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    return permissions.can_coordinate(by) and round_.phase(at) in ROUNDS[verb]


def permit_beside(verb: str, report: Report, *, by: User, at: datetime, ministry: int) -> None:
    """Raises Forbidden (who), Frozen or WrongState (when, in which state)."""
    beside = BESIDE[verb]
    if not beside.who(by, report, ministry):
        raise Forbidden(_("You may not do this to %(code)s.") % {"code": report.task.code})
    phase = report.round.phase(at)
    if phase not in beside.phases:
        raise Frozen if phase is Phase.FROZEN else WrongState(_("This round is not open yet."))
    if report.state == State.ACCEPTED and State.ACCEPTED not in beside.states:
        raise WrongState(
            _("The office has accepted %(code)s: nothing can be added any more.") % {"code": report.task.code}
        )
    if report.state not in beside.states:
        raise WrongState(
            _("%(code)s is “%(state)s” by now; this is not possible any more.")
            % {"code": report.task.code, "state": State(report.state).label}
        )


def possible_beside(verb: str, report: Report, *, by: User, at: datetime, ministry: int) -> bool:
    """Whether a form for the verb makes sense; the verb itself judges again."""
    beside = BESIDE[verb]
    return (
        report.state in beside.states and beside.who(by, report, ministry) and report.round.phase(at) in beside.phases
    )
