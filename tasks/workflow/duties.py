"""The verbs of duties: deputies (업무대행), who does which task (담당 배정), the hand-over (인계).

They stand in a chain of their own, whose head is their one lock: whoever gives out duties does so one after the other,
and judges what the one before left. There are few of them, and none waits for a report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.models import OF_A_MINISTRY, Delegation, Ministry, Posting, Role, User
from records.chain import sha256
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tfportal import dates
from tfportal.language import normalise

from .. import content, hand_over, notices, permissions
from ..models import Assignment, Task
from .common import receipt_of

STREAM = "duties"
REASON_LIMIT = 200  # characters, as the column has them

Problems = dict[str, list[str]]


# Deputies


def name_deputy(
    posting_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    to_user_id: int,
    starts_on: date,
    ends_on: date,
    reason: str,
) -> Receipt:
    """Make someone of the same ministry, or of the office, the deputy of one posting for dated days."""
    reason = normalise(reason)
    target, body = f"posting/{posting_id}", [to_user_id, starts_on, ends_on, reason]
    with once("name_deputy", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            attempt.lock_head(STREAM)
            posting = Posting.objects.select_related("user", "ministry").get(pk=posting_id)
            if not permissions.can_name_deputy(by, posting):
                raise Forbidden(_("Only the holder names a deputy, or the ministry's approver."))
            today = timezone.localdate(at)
            problems = _problems_of_days(posting, starts_on, ends_on, today)
            deputy = candidates(posting, starts_on).filter(pk=to_user_id).first()
            if deputy is None and not problems:
                problems["to_user"] = [_("Choose someone who is posted in the same ministry on the first day.")]
            problems |= _problems_of_reason(reason)
            if problems or deputy is None:
                raise Invalid(problems)
            row = Delegation.objects.create(
                posting=posting, to_user=deputy, starts_on=starts_on, ends_on=ends_on, reason=reason, named_by=by
            )
            # Why somebody is away is not for everyone who may read the chain: the row has it, the event its hash.
            data = {"posting": posting.pk, "to": deputy.pk, "from": starts_on.isoformat(), "until": ends_on.isoformat()}
            event = attempt.record(row, data | {"reason": sha256(reason)})
            notices.deputy_named(row, by=by, event=event)
    return receipt_of(attempt)


def candidates(posting: Posting, day: date) -> Any:
    """Who may stand in for the posting's holder from that day on: people of the same ministry, or of the office."""
    beside = Q(role=posting.role)
    if posting.role in OF_A_MINISTRY:
        beside = Q(role__in=OF_A_MINISTRY, ministry=posting.ministry_id)
    there = Posting.objects.in_force(day).filter(beside).values("user")
    return User.objects.filter(pk__in=there, is_active=True).exclude(pk=posting.user_id)


def _problems_of_days(posting: Posting, starts_on: date, ends_on: date, today: date) -> Problems:
    if ends_on < starts_on:
        return {"ends_on": [_("The last day lies before the first.")]}
    if ends_on < today:
        return {"ends_on": [_("The last day lies in the past.")]}
    if starts_on < today:
        return {"starts_on": [_("The first day lies in the past: what was done before names no deputy.")]}
    if not posting.is_in_force(starts_on):
        return {"starts_on": [_("The posting is not in force on that day.")]}
    if other := posting.delegations.overlapping(starts_on, ends_on).select_related("to_user").first():
        days = f"{dates.day(other.starts_on)} ~ {dates.day(other.ends_on)}"
        words = _("%(name)s is the deputy already: %(days)s. End that first, or choose other days.")
        return {"starts_on": [words % {"name": other.to_user, "days": days}]}
    return {}


def _problems_of_reason(reason: str) -> Problems:
    problem = content.text_problem(reason, REASON_LIMIT, empty=_("Give the reason."))
    return {"reason": [problem]} if problem else {}


def end_deputy(delegation_id: int, *, by: User, at: datetime, key: UUID) -> Receipt:
    """End a deputy before the last day: from this moment on, also for whoever is signed in."""
    target = f"delegation/{delegation_id}"
    with once("end_deputy", by=by, at=at, key=key, target=target, body=[]) as attempt:
        if not attempt.repeated:
            attempt.lock_head(STREAM)
            row = Delegation.objects.select_related("posting").get(pk=delegation_id)
            if not permissions.can_name_deputy(by, row.posting):
                raise Forbidden(_("Only the holder ends a deputy, or the ministry's approver."))
            if row.cancelled_at is not None or row.ends_on < timezone.localdate(at):
                raise WrongState(_("This deputy has ended already."))
            row.cancelled_at = at
            row.save(update_fields=("cancelled_at",))
            attempt.record(row, {"posting": row.posting_id})
    return receipt_of(attempt)


# Who does which task


@dataclass(frozen=True)
class Given:
    """One line of the form: the task's code, whose it is to be (a posting, None for nobody's), and whose it was as the
    page showed it."""

    code: str
    posting: int | None
    seen: int | None

    def body(self) -> list[Any]:
        return [self.code, self.posting, self.seen]


def assign(ministry_id: int, given: Sequence[Given], *, by: User, at: datetime, key: UUID) -> Receipt:
    """Hand out tasks of a ministry to its officers, several at once; to nobody takes one away."""
    target, body = f"ministry/{ministry_id}", [one.body() for one in sorted(given, key=lambda one: one.code)]
    with once("assign", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            attempt.lock_head(STREAM)
            ministry, today = Ministry.objects.get(pk=ministry_id), timezone.localdate(at)
            has_approver = Posting.objects.approving([ministry_id], today).exists()
            if not permissions.can_assign(by, ministry_id, has_approver=has_approver):
                raise Forbidden(_("The ministry's approver hands out its tasks."))
            tasks = {task.code: task for task in Task.objects.of_ministry(ministry_id, today)}
            standing = dict(_standing(ministry_id, today))
            changed = [one for one in given if one.posting != standing.get(one.code)]
            _check(changed, tasks, standing, officers={row.pk for row in Posting.objects.reporting(ministry_id, today)})
            rows = _hand_out(ministry, [(tasks[one.code], one.posting) for one in changed], by=by, at=at)
            office = Role.APPROVER if has_approver else Role.OFFICER
            event = attempt.record(
                ministry,
                {"ministry": ministry.code, "tasks": [{"code": one.code, "posting": one.posting} for one in changed]},
                acting_for=by.acts_for((office, ministry_id)),
            )
            notices.assigned(rows, by=by, event=event)
    return receipt_of(attempt)


def _standing(ministry_id: int, today: date) -> Iterable[tuple[str, int]]:
    """Task code and posting of what is handed out and stands."""
    rows = Assignment.objects.in_force(today).filter(ministry=ministry_id)
    return rows.values_list("task__code", "posting")


def _check(changed: Sequence[Given], tasks: dict[str, Task], standing: dict[str, int], *, officers: set[int]) -> None:
    if not changed:
        raise Invalid({"__all__": [_("Nothing was changed.")]})
    for one in changed:
        if one.code not in tasks or len([other for other in changed if other.code == one.code]) > 1:
            raise Invalid({"__all__": [_("This page was damaged on its way. Open it again.")]})
        if one.seen != standing.get(one.code):
            raise Conflict(
                _("%(code)s was handed out by someone else meanwhile. Look at it again.") % {"code": one.code}
            )
        if one.posting is not None and one.posting not in officers:
            raise Invalid({one.code: [_("Choose an officer who is posted today.")]})


def _hand_out(
    ministry: Ministry, given: Iterable[tuple[Task, int | None]], *, by: User, at: datetime
) -> list[Assignment]:
    """End what stood of each task, and begin what stands from now on."""
    today, rows = timezone.localdate(at), []
    for task, posting in given:
        Assignment.objects.not_taken_away().filter(task=task, ministry=ministry).update(ends_on=today)
        if posting is not None:
            rows.append(
                Assignment.objects.create(
                    task=task, ministry=ministry, posting_id=posting, starts_on=today, given_by=by, given_at=at
                )
            )
    return rows


# The hand-over


def take_over(posting_id: int, *, by: User, at: datetime, key: UUID, with_tasks: bool) -> Receipt:
    """Mark the hand-over of one's own posting as read; `with_tasks`: what was the predecessor's and is nobody's now
    becomes one's own."""
    target, body = f"posting/{posting_id}", [with_tasks]
    with once("take_over", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            attempt.lock_head(STREAM)
            posting, today = Posting.objects.select_related("ministry").get(pk=posting_id), timezone.localdate(at)
            if posting.user_id != by.pk or not posting.is_in_force(today):
                raise Forbidden(_("A hand-over is read by whoever holds the posting."))
            before, ministry = hand_over.predecessor(posting, today), posting.ministry
            if before is None or ministry is None:
                raise WrongState(_("Nobody held this posting before."))
            if posting.introduced_at is not None:
                raise WrongState(_("This hand-over was read already."))
            left = Assignment.objects.left_by(before, today) if with_tasks else []
            tasks = [row.task for row in left]
            _hand_out(ministry, [(task, posting.pk) for task in tasks], by=by, at=at)
            posting.introduced_at = at
            posting.save(update_fields=("introduced_at",))
            attempt.record(posting, {"ministry": ministry.code, "tasks": [task.code for task in tasks]})
    return receipt_of(attempt)
