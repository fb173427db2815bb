"""The mails that calls and verdicts owe: names, numbers and times, never what was proposed or why. Called in the verb's
transaction, after its event was written."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Role, User
from outbox.letters import Letter, write
from outbox.models import Notice, Purpose
from outbox.owing import owe
from records.models import Event

from .. import recipients
from ..models import Call, Candidate, CandidateKind, CandidateState, Lead, Task, Verdict, VerdictKind
from . import answers

ROLES = (Role.OFFICER, Role.APPROVER)


def called(call: Call, ministries: Iterable[int], *, by: User, event: Event) -> None:
    """To officers and approvers of each ministry (primary key) that is called on; to its fall-back contact where it has
    none."""
    _to_ministries(Purpose.CALL_MADE, call, ministries, _done(by, event), at=event.at, about=_about(event))


def unreached(ministries: Iterable[int], *, at: datetime) -> set[int]:
    """Those of the ministries (primary keys) that no mail about a call reaches."""
    return recipients.unreached(ROLES, ministries, at=at)


def call_changed(call: Call, *, by: User, event: Event, was_due_at: datetime | None = None) -> None:
    """To those of them who have not answered. `was_due_at`: the due time before; None where it was opened again."""
    facts = _done(by, event)
    if was_due_at is None:
        facts["is_reopened"] = True
    elif was_due_at != call.due_at:
        facts["was_due_at"] = was_due_at.isoformat()
    silent = answers.silent(call)
    _to_ministries(Purpose.CALL_CHANGED, call, silent, facts, at=event.at, about=_about(event))


def reminder(call: Call, ministry: int, step: str, *, about: str, at: datetime) -> None:
    """To one ministry that has not answered."""
    facts = {"step": step, "is_overdue": at > call.due_at}
    _to_ministries(Purpose.CALL_REMINDER, call, [ministry], facts, at=at, about=about)


def reminded_by_hand(call: Call, ministries: Iterable[int], *, by: User, event: Event) -> None:
    """To ministries that have not answered, because somebody of the office reminds them."""
    facts = {**_done(by, event), "happened_at": "", "is_overdue": event.at > call.due_at}
    _to_ministries(Purpose.CALL_REMINDER, call, ministries, facts, at=event.at, about=_about(event))


def reminders_of(call: Call) -> dict[int, datetime]:
    """When each ministry (primary key) was last reminded of the call, by hand or by itself. One query."""
    owed = Notice.objects.filter(
        purpose=Purpose.CALL_REMINDER, about__startswith=f"call/{call.pk}/", ministry__isnull=False
    )
    return dict(owed.order_by().values("ministry").annotate(last=Max("owed_at")).values_list("ministry", "last"))


def preview(call: Call, *, by: User, at: datetime) -> tuple[Letter, str]:
    """The mail of a reminder in the language of whoever is about to send it, and that one. It names no ministry."""
    facts = _of_call(call) | {"by": _named(by), "is_overdue": at > call.due_at}
    notice = Notice(purpose=Purpose.CALL_REMINDER, to=by, about="", facts=facts, owed_at=at)
    return write(notice), notice.language()


def judged(row: Candidate, verdict: Verdict, *, by: User, event: Event) -> None:
    """To officers and approvers of the ministry that proposed it; where the task that takes it up is another one's, to
    theirs too, in words of their own."""
    facts: dict[str, Any] = _done(by, event) | {
        "number": row.number,
        "candidate_no": row.no,
        "candidate": {"ko": row.title_ko, "en": row.title_en or row.title_ko},
        "verdict": str(VerdictKind(verdict.kind)),
        "task": verdict.task.code if verdict.task else "",
    }
    if verdict.due_at is not None:
        facts["mend_by_at"] = verdict.due_at.isoformat()
    told: dict[str, Any] = {"at": event.at, "about": _about(event)}
    day, leads = timezone.localdate(event.at), set[int]()
    if verdict.task is not None:
        leads = set(Lead.objects.in_force(day).filter(task=verdict.task).values_list("ministry", flat=True))
        facts |= _next(row, verdict.task, leads, Directory(day))
    _to_ministries(Purpose.CANDIDATE_JUDGED, row.call, [row.ministry_id], facts, **told)
    if verdict.task is not None and (others := leads - {row.ministry_id}):
        name = Directory(day)[row.ministry_id]
        facts |= {"takes_up": True, "proposer": {"ko": name.name_ko, "en": name.name_en}}
        facts |= {"task_title": {"ko": verdict.task.title_ko, "en": verdict.task.title_en or verdict.task.title_ko}}
        _to_ministries(Purpose.CANDIDATE_JUDGED, row.call, others, facts, **told)


def _next(row: Candidate, task: Task, leads: set[int], names: Directory) -> dict[str, Any]:
    """Who reports on it, and of a task that is new from which round on."""
    facts: dict[str, Any] = {}
    if lead := next((names[pk] for pk in sorted(leads) if pk in names), None):
        facts["lead"] = {"ko": lead.name_ko, "en": lead.name_en}
    if row.state == CandidateState.ADOPTED and row.kind == CandidateKind.NEW:
        facts["first_round_no"] = task.first_round_no
    return facts


def _to_ministries(
    purpose: Purpose, call: Call, ministries: Iterable[int], facts: dict[str, Any], *, at: datetime, about: str
) -> None:
    known = _of_call(call)
    for ministry, people in recipients.posted(ROLES, ministries, at=at).items():
        # Who works for two of them hears of both.
        owe(purpose, people, about=f"{about}/ministry/{ministry}", facts=known | facts, at=at, ministry=ministry)


def _of_call(call: Call) -> dict[str, Any]:
    title = {"ko": call.title_ko, "en": call.title_en or call.title_ko}
    return {"call": call.no, "call_title": title, "due_at": call.due_at.isoformat()}


def _about(event: Event) -> str:
    return f"{event.stream.key}/event/{event.seq}"


def _done(by: User, event: Event) -> dict[str, Any]:
    holder = event.acting_for
    facts: dict[str, Any] = {"by": _named(by), "happened_at": event.at.isoformat()}
    return facts | ({"holder": _named(holder)} if holder else {})


def _named(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}
