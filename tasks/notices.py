"""The mails that verbs owe: why, to whom, and the names that the text needs. Called in the verb's transaction, after
its event was written. Accepting owes none: a ministry reads that on its pages, thirty times a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ministries.models import Role, User
from outbox.models import Notice, Purpose
from outbox.owing import owe
from records.models import Event

from . import recipients
from .models import CorrectionDecision, Draft, Message, Report, Return, Round, Submission


def receipt(
    submission: Submission,
    reports: Sequence[Report],
    *,
    asked: Iterable[int | None] = (),
    moments: Mapping[int, datetime] | None = None,
) -> None:
    """The receipt: to whoever sent the answer, and to those who had asked for its sign-off. `moments`: when that was,
    by the report's primary key."""
    at = submission.received_at
    late = [row for row in reports if row.current and at > row.current.due_then]
    in_time = [row for row in late if row.current and _asked(row, moments) <= row.current.due_then]
    more: dict[str, Any] = {"late": len(late), "asked_in_time": len(in_time)}
    if submission.approval_asked_at:
        more["asked_at"] = submission.approval_asked_at.isoformat()
    facts = _facts(submission.by, reports, number=submission.number, received_at=at.isoformat(), **more)
    people = {submission.by_id} | recipients.still_there(asked, submission.ministry_id, at=at)
    owe(
        Purpose.RECEIPT,
        people,
        about=f"submission/{submission.number}",
        facts=facts,
        at=at,
        ministry=submission.ministry_id,
    )


def _asked(report: Report, moments: Mapping[int, datetime] | None) -> datetime:
    """When its sign-off was asked for; never, where nobody had to be asked."""
    return (moments or {}).get(report.pk, datetime.max.replace(tzinfo=UTC))


def sign_off_asked(reports: Sequence[Report], drafts: Sequence[Draft], *, by: User, event: Event) -> None:
    """To the approvers and deputies who may sign it off; where there is none of them, to the fall-back contact."""
    people = recipients.signers(reports[0].lead_id, drafts, at=event.at)
    _of_event(Purpose.SIGN_OFF_ASKED, people, reports, by=by, event=event)


def told_of_asking(drafts: Sequence[Draft]) -> set[int | None]:
    """Who was, or will be, written to about the requests that these drafts wait with; None for the fall-back contact.
    Those whom no mail can reach were not told."""
    asked = {(draft.asked_by_id, draft.asked_at) for draft in drafts}
    streams = {draft.report.round.stream_key for draft in drafts}
    moments = {at for _by, at in asked}
    events = Event.objects.filter(stream__key__in=streams, verb="ask_sign_off", at__in=moments).select_related("stream")
    about = [f"{event.stream.key}/event/{event.seq}" for event in events if (event.actor_id, event.at) in asked]
    notices = Notice.objects.filter(purpose=Purpose.SIGN_OFF_ASKED, about__in=about, problem="")
    return set(notices.values_list("to", flat=True))


def recalled(reports: Sequence[Report], *, told: set[int | None], by: User, event: Event) -> None:
    """To those who were told of the request and could still give it."""
    present = recipients.signers(reports[0].lead_id, [None], at=event.at)
    people = (present & {person for person in told if person is not None}) - {by.pk}
    if people or None in told:
        _of_event(Purpose.RECALLED, people, reports, by=by, event=event)


def message(row: Message, *, event: Event) -> None:
    """To the other side: the lead's officers, or the office. Never what was said."""
    lead = row.report.lead_id
    people = recipients.officers(lead, at=row.at) if row.from_office else recipients.coordinators(at=row.at)
    if people - {row.by_id} or row.from_office:
        facts = {"from_office": row.from_office}
        _of_event(Purpose.MESSAGE, people - {row.by_id}, [row.report], by=row.by, event=event, **facts)


def sent_back(report: Report, *, asked: int | None, by: User, event: Event) -> None:
    """To who asked for the sign-off, else to the ministry's officers."""
    people = recipients.still_there([asked], report.lead_id, at=event.at)
    people = people or recipients.officers(report.lead_id, at=event.at)
    _of_event(Purpose.SENT_BACK, people, [report], by=by, event=event)


def returned(row: Return, *, by: User) -> None:
    """To the officers of the ministry that leads the task."""
    report = row.report
    owe(
        Purpose.RETURNED,
        recipients.officers(report.lead_id, at=row.at),
        about=f"return/{row.pk}",
        facts=_facts(by, [report], happened_at=row.at.isoformat(), due_at=row.due_at.isoformat()),
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
    facts = _facts(by, [], round_=round_, root=root[:8], frozen_at=at.isoformat())
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
    facts = _facts(by, reports, happened_at=event.at.isoformat(), **more)
    owe(purpose, people, about=about, facts=facts, at=event.at, ministry=reports[0].lead_id)


def _facts(by: User, reports: Sequence[Report], *, round_: Round | None = None, **more: Any) -> dict[str, Any]:
    """Who, which round, which reports by code and title; and what else the purpose needs."""
    return {
        "by": {"ko": by.name_ko or by.username, "en": by.name_en or by.username},
        "round": (round_ or reports[0].round).no,
        "reports": [
            {"pk": row.pk, "code": row.task.code, "title": {"ko": row.task.title_ko, "en": row.task.title_en}}
            for row in sorted(reports, key=lambda row: row.task.code)
        ],
        **more,
    }
