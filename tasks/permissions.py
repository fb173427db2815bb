"""Who may do what: pure predicates over a person and an object that is already loaded."""

from collections.abc import Collection

from ministries.models import OF_A_MINISTRY, Posting, Role, User

from .models import Attachment, Candidate, Report, State


def can_report(user: User) -> bool:
    """Officers have tasks to report."""
    return bool(user.standing.officer_of)


def works_for_a_ministry(user: User) -> bool:
    """Officers and approvers, and who stands in for them."""
    return bool(user.standing.ministries)


def can_see_guide(user: User) -> bool:
    """Those who write and sign off, and the office that wrote it."""
    return user.standing.is_coordinator or works_for_a_ministry(user)


def can_see_receipts(user: User) -> bool:
    """The office, and whoever works for a ministry: each sees its own."""
    return user.standing.is_coordinator or bool(user.standing.ministries)


def can_ask_extension(user: User, ministry_id: int) -> bool:
    """제출기한 연장 요청: officers and approvers of the ministry."""
    return ministry_id in user.standing.ministries


def can_decide_extension(user: User, ministry_id: int) -> bool:
    """Coordinators, but never for a ministry that they work for themselves, be it as a deputy."""
    return user.standing.is_coordinator and ministry_id not in user.standing.ministries


def can_edit(user: User, report: Report) -> bool:
    """Officers of the ministry that leads the task."""
    return report.lead_id in user.standing.officer_of


def can_sign_off(user: User, report: Report) -> bool:
    """Approvers of the leading ministry."""
    return report.lead_id in user.standing.approver_of


def can_coordinate(user: User) -> bool:
    """The coordination office: board, review, freeze."""
    return user.standing.is_coordinator


def can_review(user: User, report: Report) -> bool:
    """Coordinators, but never a person who submitted it or asked for its sign-off, in person or through a deputy."""
    if not user.standing.is_coordinator:
        return False
    holder = user.acts_for((Role.COORDINATOR, None))
    sent = {person for row in report.sign_offs.all() for person in (row.asked_by_id, row.asked_for_id)}
    if report.current is not None:
        sent |= {report.current.submission.by_id, report.current.submission.acting_for_id}
    return sent.isdisjoint({user.pk, *([holder.pk] if holder else [])})


def holds_claim(user: User, report: Report) -> bool:
    """Whether the person, or whom they stand in for, has the report open for review: an office has one review of it,
    whoever sits there today."""
    holder = user.acts_for((Role.COORDINATOR, None))
    mine = {user.pk, *([holder.pk] if holder else [])}
    return not mine.isdisjoint({report.opened_by_id, report.opened_for_id} - {None})


def can_see_board(user: User) -> bool:
    """The board of the open round is the office's and the readers'."""
    return user.standing.is_coordinator or user.standing.is_reader


def can_see_frozen(user: User) -> bool:
    """What is frozen is open to everyone with a part in the T/F, but not to administrators: they keep no records."""
    standing = user.standing
    return standing.is_coordinator or standing.is_reader or bool(standing.ministries)


def works_for_lead(user: User, report: Report) -> bool:
    return report.lead_id in user.standing.ministries


def can_see_text(user: User, report: Report) -> bool:
    """Whether the person may read the submitted text, for a report that is visible to them at all."""
    standing = user.standing
    if report.current_id is None:
        return False
    if report.round.frozen_at is not None or report.state == State.ACCEPTED:
        return can_see_frozen(user)
    if standing.is_coordinator or works_for_lead(user, report):
        return True
    return any(
        row.ministry_id in standing.ministries and row.holds_on(report.round.as_of)
        for row in report.task.supports.all()
    )


def supports(report: Report, ministry_id: int) -> bool:
    """Whether the ministry helps with the task on the round's day, and does not lead it."""
    day = report.round.as_of
    helping = {row.ministry_id for row in report.task.supports.all() if row.holds_on(day)}
    return ministry_id in helping and ministry_id != report.lead_id


def can_contribute(user: User, report: Report, ministry_id: int) -> bool:
    """Officers of a ministry that supports the task, in that ministry's name."""
    return ministry_id in user.standing.officer_of and supports(report, ministry_id)


def can_see_contribution(user: User, report: Report, ministry_id: int) -> bool:
    """What this ministry contributed: its own, the lead's and the office's; everyone's of the T/F once it is frozen."""
    if user.standing.is_coordinator or works_for_lead(user, report) or ministry_id in user.standing.ministries:
        return True
    return report.round.frozen_at is not None and can_see_frozen(user)


def can_answer(user: User, ministry_id: int) -> bool:
    """Officers of the ministry that is asked."""
    return ministry_id in user.standing.officer_of


def can_see_answer(user: User, report: Report, ministry_id: int) -> bool:
    """What this ministry answered: its own, the lead's and the office's; whoever may read the text, once the office has
    accepted it or it is frozen."""
    if user.standing.is_coordinator or works_for_lead(user, report) or ministry_id in user.standing.ministries:
        return True
    closed = report.state == State.ACCEPTED or report.round.frozen_at is not None
    return closed and can_see_text(user, report)


def can_see_file(user: User, attachment: Attachment) -> bool:
    """Whether the person may read a text that carries the file, of a report that is visible to them at all.

    The draft and what was withdrawn are the lead's own. The office compares a mended text with the returned one.
    """
    report = attachment.report
    if works_for_lead(user, report):
        return True
    carriers = {row.revision_id for row in attachment.attached.all()}
    if report.current_id in carriers:
        return can_see_text(user, report)
    returned = {row.revision_id for row in report.returns.all()}
    return user.standing.is_coordinator and not carriers.isdisjoint(returned)


def can_see_history(user: User, report: Report) -> bool:
    """How a report came to be: the office's and the lead's own; once it is frozen, everyone's, as far as texts go."""
    return can_see_office_side(user, report) or (report.round.frozen_at is not None and can_see_text(user, report))


def can_see_office_side(user: User, report: Report) -> bool:
    """Returns and the office's notes: the office's and the lead's own."""
    return user.standing.is_coordinator or works_for_lead(user, report)


def can_converse(user: User, report: Report) -> bool:
    """대화: the office and the lead's own people, and nobody else, neither before nor after the freeze."""
    return can_see_office_side(user, report)


def speaks_for_office(user: User, report: Report) -> bool:
    """On which side of the conversation the person stands: whoever works for the lead speaks for it."""
    return user.standing.is_coordinator and not works_for_lead(user, report)


def can_see_contacts(user: User, ministries: Collection[int]) -> bool:
    """Who does a task, with their telephone: the office, and those with whom they share it."""
    return user.standing.is_coordinator or not user.standing.ministries.isdisjoint(ministries)


def can_see_whole_candidate(user: User, candidate: Candidate) -> bool:
    """Of a candidate that is visible to the person: who wrote it, and everything that was decided on it. The office,
    its readers, and the ministry that proposed it; who merely carries it out does without."""
    standing = user.standing
    return standing.is_coordinator or standing.is_reader or candidate.ministry_id in standing.ministries


def can_ask_correction(user: User, report: Report) -> bool:
    """정정 요청: the lead ministry's own people, and the office."""
    return user.standing.is_coordinator or works_for_lead(user, report)


def can_decide_correction(user: User, report: Report) -> bool:
    """Coordinators; of those, never the one who asked, which the verb judges on the correction itself."""
    return user.standing.is_coordinator


# Duties: what a deputy never does is name deputies, their own or another's


def approves_in_person(user: User, ministry: int | None) -> bool:
    """Approvers of the ministry by a posting of their own."""
    return any(row.role == Role.APPROVER and row.ministry_id == ministry for row in user.current_postings)


def has_deputies(user: User) -> bool:
    """업무대행: officers, approvers and coordinators name them, and are named."""
    return user.standing.is_coordinator or bool(user.standing.ministries)


def can_name_deputy(user: User, posting: Posting) -> bool:
    """Whose posting it is, where it is one that has deputies; for those of a ministry also its approver."""
    if posting.role not in (*OF_A_MINISTRY, Role.COORDINATOR):
        return False
    if posting.user_id == user.pk:
        return True
    return posting.role in OF_A_MINISTRY and approves_in_person(user, posting.ministry_id)


def can_assign(user: User, ministry: int, *, has_approver: bool) -> bool:
    """담당 배정: the ministry's approver gives its tasks out; where none is posted today, its officers do."""
    standing = user.standing
    return ministry in (standing.approver_of if has_approver else standing.officer_of)
