"""THE table of the verbs on the working group and on versions of scenarios: who, and while a version stands where."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ministries.models import Role, User
from records.errors import Forbidden, WrongState

from . import permissions
from .models import ScenarioVersion, Stage

Who = Callable[[User, int | None], bool]
WRITTEN = frozenset({Stage.DRAFT, Stage.CIRCULATED})


def _office(user: User, ministry: int | None) -> bool:
    return permissions.can_edit_scenarios(user)


def _ministry(user: User, ministry: int | None) -> bool:
    return permissions.can_comment_for(user, ministry)


@dataclass(frozen=True)
class Rule:
    """Who, and in which stages of the version; none where the verb is not about one."""

    who: Who
    stages: frozenset[Stage] = frozenset()


RULES: dict[str, Rule] = {
    # the working group
    "register_expert": Rule(_office),
    "change_expert": Rule(_office),
    "end_expert": Rule(_office),
    "forget_expert": Rule(_office),  # removes the personal data, and leaves the seat
    "record_division_meeting": Rule(_office),
    "change_division_meeting": Rule(_office),
    "import_working_group": Rule(_office),
    # scenarios
    "draft_version": Rule(_office),
    "change_figures": Rule(_office, frozenset({Stage.DRAFT})),
    "sign_off_version": Rule(_office, WRITTEN),  # in the name of a division, which has nobody at the portal
    "circulate_version": Rule(_office, WRITTEN),
    "recall_version": Rule(_office, frozenset({Stage.CIRCULATED})),  # a draft again, to be changed
    "comment_on_version": Rule(_ministry, frozenset({Stage.CIRCULATED})),
    "answer_scenario_comment": Rule(_office, WRITTEN),
    "publish_version": Rule(_office, frozenset({Stage.CIRCULATED})),
    "withdraw_version": Rule(_office, WRITTEN),
}


def permit(verb: str, version: ScenarioVersion | None = None, *, by: User, ministry: int | None = None) -> User | None:
    """Whom the person is the deputy of in this; raises Forbidden (who) or WrongState (when)."""
    rule = RULES[verb]
    if not rule.who(by, ministry):
        raise Forbidden(_("This is not yours to do."))
    if rule.stages and (version is None or version.stage not in rule.stages):
        raise WrongState(_refusal(version))
    return acting_for(by, ministry)


def possible(verb: str, version: ScenarioVersion | None = None, *, by: User, ministry: int | None = None) -> bool:
    """Whether a button for the verb makes sense; the verb itself judges again."""
    rule = RULES[verb]
    stands = not rule.stages or (version is not None and version.stage in rule.stages)
    return rule.who(by, ministry) and stands


def acting_for(by: User, ministry: int | None) -> User | None:
    """Whom the person is the deputy of: in an office of the ministry, or in the coordination office."""
    if ministry is None:
        return by.acts_for((Role.COORDINATOR, None))
    return by.acts_for((Role.OFFICER, ministry), (Role.APPROVER, ministry))


def _refusal(version: ScenarioVersion | None) -> str:
    texts = {
        Stage.DRAFT: _("This version was not circulated yet."),
        Stage.CIRCULATED: _("This version was circulated: take it back first to change it."),
        Stage.PUBLISHED: _("This version is published: it cannot be changed any more."),
        Stage.WITHDRAWN: _("This version was withdrawn."),
    }
    return texts[version.stage] if version is not None else _("There is no such version.")
