"""The mails that verbs owe: why, to whom, and the names that the text needs. Called in the verb's transaction, after
its event was written. Accepting owes none: a ministry reads that on its pages, thirty times a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from ministries.models import Delegation, Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event

from . import recipients
from .models import Assignment, CorrectionDecision, Report, Return, Round, Submission


def receipt(submission: Submission, reports: Sequence[Report], *, asked: Iterable[int | None] = ()) -> None:
    """The receipt: to whoever sent the answer and whom they stood in for, and to those who had asked for its
    sign-off."""
    at = submission.received_at
    number, holder = submission.number, submission.acting_for
    facts = _facts(submission.by, reports, holder=holder, number=number, received_at=at.isoformat())
    people = {submission.by_id, *([holder.pk] if holder else [])}
    people |= recipients.still_there(asked, submission.ministry_id, at=at)
    owe(
        Purpose.RECEIPT,
        people,
        about=f"submission/{submission.number}",
        facts=facts,
        at=at,
        ministry=submission.ministry_id,
    )


def sign_off_asked(reports: Sequence[Report], *, by: User, event: Event) -> None:
    """To the ministry's approvers, but not to one who asked, or for whom it was asked: neither may give it."""
    lead = reports[0].lead_id
    people = recipients.approvers(lead, at=event.at) - {by.pk, event.acting_for_id}
    _of_event(Purpose.SIGN_OFF_ASKED, people, reports, by=by, event=event)


def sent_back(report: Report, *, asked: int | None, by: User, event: Event) -> None:
    """To who asked for the sign-off, else to the ministry's officers."""
    people = recipients.still_there([asked], report.lead_id, at=event.at)
    people = people or recipients.officers(report.lead_id, at=event.at)
    _of_event(Purpose.SENT_BACK, people, [report], by=by, event=event)


def returned(row: Return, *, by: User) -> None:
    """To the officers of the ministry that leads the task."""
    report, office = row.report, by.acts_for((Role.COORDINATOR, None))
    owe(
        Purpose.RETURNED,
        recipients.officers(report.lead_id, at=row.at),
        about=f"return/{row.pk}",
        facts=_facts(by, [report], holder=office, happened_at=row.at.isoformat(), due_at=row.due_at.isoformat()),
        at=row.at,
        ministry=report.lead_id,
    )


def withdrawn(submission: Submission, reports: Sequence[Report], *, by: User, event: Event) -> None:
    """To whoever had sent it, where someone else took it back."""
    people = recipients.still_there([submission.by_id], submission.ministry_id, at=event.at) - {by.pk}
    if people:
        _of_event(Purpose.WITHDRAWN, people, reports, by=by, event=event, number=submission.number)


def reopened(report: Report, *, by: User, event: Event) -> None:
    """To the officers of the ministry that leads the task."""
    people = recipients.officers(report.lead_id, at=event.at)
    _of_event(Purpose.REOPENED, people, [report], by=by, event=event)


def frozen(round_: Round, root: str, *, by: User, at: datetime) -> None:
    """To everyone who reported or signed off in the round, and to the office. Eight characters of the root, in many
    mailboxes, help to notice another record; only the whole one proves, on paper, from the record page."""
    leads = sorted(set(Report.objects.in_round(round_).values_list("lead_id", flat=True)))
    told = recipients.coordinators(at=at)
    office = by.acts_for((Role.COORDINATOR, None))
    facts = _facts(by, [], holder=office, round_=round_, root=root[:8], frozen_at=at.isoformat())
    owe(Purpose.FROZEN, told, about=round_.stream_key, facts=facts, at=at)
    for ministry, people in recipients.posted([Role.OFFICER, Role.APPROVER], leads, at=at).items():
        if people - told or not people:
            owe(Purpose.FROZEN, people - told, about=round_.stream_key, facts=facts, at=at, ministry=ministry)
        told |= people


def correction_asked(report: Report, *, by: User, event: Event) -> None:
    """To those of the office who may decide on it."""
    people = recipients.coordinators(at=event.at) - {by.pk}
    if people:
        _of_event(Purpose.CORRECTION_ASKED, people, [report], by=by, event=event)


def correction_decided(report: Report, row: CorrectionDecision, *, by: User, event: Event) -> None:
    """To whoever asked, and to the officers of the ministry whose text it is."""
    asked = recipients.still_there([row.asked_by_id], report.lead_id, at=event.at)
    asked |= recipients.coordinators(at=event.at) & {row.asked_by_id}
    people = (asked | recipients.officers(report.lead_id, at=event.at)) - {by.pk}
    _of_event(Purpose.CORRECTION_DECIDED, people, [report], by=by, event=event, correction_no=row.no)


def _of_event(
    purpose: Purpose, people: set[int], reports: Sequence[Report], *, by: User, event: Event, **more: Any
) -> None:
    """About one event of a round: the same thing may happen to the same report again, and is told again."""
    about = f"{reports[0].round.stream_key}/event/{event.seq}"
    facts = _facts(by, reports, holder=event.acting_for, happened_at=event.at.isoformat(), **more)
    owe(purpose, people, about=about, facts=facts, at=event.at, ministry=reports[0].lead_id)


def deputy_named(row: Delegation, *, by: User, event: Event) -> None:
    """To the deputy; and to whose posting it is, where somebody else named them."""
    facts = {
        "by": _names(by),
        "holder_name": _names(row.posting.user),
        "deputy_name": _names(row.to_user),
        "starts_at": _midnight(row.starts_on),
        "ends_at": _midnight(row.ends_on),
    }
    people = {row.to_user_id, row.posting.user_id} - {by.pk}
    about = f"duties/event/{event.seq}"
    owe(Purpose.DEPUTY_NAMED, people, about=about, facts=facts, at=event.at, ministry=row.posting.ministry_id)


def assigned(rows: Iterable[Assignment], *, by: User, event: Event) -> None:
    """To each person who got tasks, and to who stands in for them: what they got, but not to oneself."""
    given: dict[int, list[Assignment]] = {}
    for row in rows:
        given.setdefault(row.posting_id, []).append(row)
    told: dict[frozenset[int], list[Assignment]] = {}
    for got in given.values():
        people = frozenset(recipients.of_posting(got[0].posting, at=event.at) - {by.pk})
        told.setdefault(people, []).extend(got)
    for people, got in told.items():
        facts = _done_by(by, event.acting_for) | {"happened_at": event.at.isoformat(), "reports": _tasks(got)}
        if people:
            about = f"duties/event/{event.seq}"
            owe(Purpose.ASSIGNED, people, about=about, facts=facts, at=event.at, ministry=got[0].ministry_id)


def _tasks(rows: Iterable[Assignment]) -> list[dict[str, Any]]:
    tasks = sorted((row.task for row in rows), key=lambda task: task.code)
    return [{"code": task.code, "title": {"ko": task.title_ko, "en": task.title_en}} for task in tasks]


def _midnight(day: date) -> str:
    """A day as mails keep moments."""
    return datetime.combine(day, time.min, timezone.get_current_timezone()).isoformat()


def _names(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}


def _done_by(by: User, holder: User | None) -> dict[str, Any]:
    """Who did it, and whom they stood in for."""
    return {"by": _names(by), **({"holder": _names(holder)} if holder else {})}


def _facts(
    by: User, reports: Sequence[Report], *, holder: User | None = None, round_: Round | None = None, **more: Any
) -> dict[str, Any]:
    """Who, for whom, which round, which reports by code and title; and what else the purpose needs."""
    return {
        **_done_by(by, holder),
        "round": (round_ or reports[0].round).no,
        "reports": [
            {"pk": row.pk, "code": row.task.code, "title": {"ko": row.task.title_ko, "en": row.task.title_en}}
            for row in sorted(reports, key=lambda row: row.task.code)
        ],
        **more,
    }
