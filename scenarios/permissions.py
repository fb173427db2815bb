"""Who may do what with the working group and the scenarios: pure predicates."""

from ministries.models import User


def can_edit_scenarios(user: User) -> bool:
    """The coordination office keeps the working group's register and the scenarios' versions."""
    return user.standing.is_coordinator


def can_see_scenarios(user: User) -> bool:
    """The office, its readers, and whoever works for a ministry."""
    standing = user.standing
    return standing.is_coordinator or standing.is_reader or bool(standing.ministries)


def can_see_people(user: User) -> bool:
    """Names and affiliations of experts are for the office only."""
    return user.standing.is_coordinator


def can_comment_for(user: User, ministry_id: int | None) -> bool:
    """Officers and approvers speak for their ministry."""
    return ministry_id is not None and ministry_id in user.standing.ministries
