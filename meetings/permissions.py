"""Who may do what with a meeting: pure predicates over a person and an object that is already loaded."""

from ministries.models import User

from .decisions import addressees
from .models import AgendaItem, Decision, DocumentKind, Meeting


def can_run_meetings(user: User) -> bool:
    """The coordination office: plans, leads, writes the outcome, closes decisions."""
    return user.standing.is_coordinator


def can_see_meetings(user: User) -> bool:
    """The office, its readers, and whoever works for a ministry: which meetings, `Meeting.objects.visible_to` says."""
    standing = user.standing
    return standing.is_coordinator or standing.is_reader or bool(standing.ministries)


def can_answer_for(user: User, ministry_id: int | None) -> bool:
    """Officers and approvers speak for their ministry: delegate, papers, comments, answers, follow-ups."""
    return ministry_id is not None and ministry_id in user.standing.ministries


def can_add_paper(user: User, item: AgendaItem, ministry_id: int | None) -> bool:
    """The office to every item; a ministry to those it can see, for itself."""
    return can_run_meetings(user) if ministry_id is None else can_answer_for(user, ministry_id)


def can_follow_up(user: User, decision: Decision) -> bool:
    """Who carries it out says how far it is."""
    return can_answer_for(user, decision.lead_id)


def can_enter(user: User, meeting: Meeting) -> bool:
    """The video link is for those who are invited, and for the office."""
    if can_run_meetings(user):
        return True
    return any(row.ministry_id in user.standing.ministries for row in meeting.attendances.all())


def can_read_press_release(user: User, meeting: Meeting) -> bool:
    """The office while it writes; its readers too, once the outcome is confirmed."""
    return can_run_meetings(user) or (user.standing.is_reader and meeting.frozen_at is not None)


# documents


def can_read_document(user: User, kind: str, *, is_final: bool, decision: Decision | None = None) -> bool:
    """A document of a meeting that is visible to the person. Drafts are the office's. Final ones are for all who are
    there, but a letter for those it is written to and those who get it as well, and what goes to the press for the
    office and its readers."""
    if can_run_meetings(user):
        return True
    if not is_final:
        return False
    if kind == DocumentKind.LETTER:
        return decision is not None and any(can_answer_for(user, pk) for of in addressees(decision) for pk in of)
    if kind == DocumentKind.PRESS_RELEASE:
        return user.standing.is_reader
    return can_see_meetings(user)
