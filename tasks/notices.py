"""The mails that verbs owe: why, to whom, and the names that the text needs. Called in the verb's transaction, after
its event was written. Accepting owes none: a ministry reads that on its pages, thirty times a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ministries.directory import Directory
from ministries.models import Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event

from . import recipients
from .models import Contribution, CorrectionDecision, Report, Return, Round, Submission


def receipt(submission: Submission, reports: Sequence[Report], *, asked: Iterable[int | None] = ()) -> None:
    """The receipt: to whoever sent the answer, and to those who had asked for its sign-off."""
    at = submission.received_at
    facts = _facts(submission.by, reports, number=submission.number, received_at=at.isoformat())
    people = {submission.by_id} | recipients.still_there(asked, submission.ministry_id, at=at)
    owe(
        Purpose.RECEIPT,
        people,
        about=f"submission/{submission.number}",
        facts=facts,
        at=at,
        ministry=submission.ministry_id,
    )


def sign_off_asked(reports: Sequence[Report], *, by: User, event: Event) -> None:
    """To the ministry's approvers, but not to one who asked."""
    lead = reports[0].lead_id
    people = recipients.approvers(lead, at=event.at) - {by.pk}
    _of_event(Purpose.SIGN_OFF_ASKED, people, reports, by=by, event=event)


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


def contributions_asked(report: Report, ministries: Iterable[int], *, by: User, event: Event) -> None:
    """To the officers of each supporting ministry that is asked."""
    facts = _facts(by, [report], happened_at=event.at.isoformat(), **_from(report, report.lead_id))
    for ministry, people in recipients.posted([Role.OFFICER], ministries, at=event.at).items():
        about = _about(report.round, event)
        owe(Purpose.CONTRIBUTION_ASKED, people, about=about, facts=facts, at=event.at, ministry=ministry)


def contributed(report: Report, row: Contribution, *, by: User, event: Event) -> None:
    """To the officers of the ministry that leads the task."""
    people = recipients.officers(report.lead_id, at=event.at)
    _of_event(Purpose.CONTRIBUTED, people, [report], by=by, event=event, **_from(report, row.ministry_id))


def requested(submission: Submission, news: Mapping[int, Sequence[Report]]) -> None:
    """To the officers of each ministry (primary key) that the issues of these reports ask anew."""
    at = submission.received_at
    for ministry, people in recipients.posted([Role.OFFICER], news, at=at).items():
        reports = news[ministry]
        facts = _facts(submission.by, reports, happened_at=at.isoformat(), **_from(reports[0], submission.ministry_id))
        about = f"submission/{submission.number}"
        owe(Purpose.REQUESTED, people, about=about, facts=facts, at=at, ministry=ministry)


def answered(report: Report, ministry: int, *, by: User, event: Event) -> None:
    """To the officers of the ministry that asked."""
    people = recipients.officers(report.lead_id, at=event.at)
    _of_event(Purpose.ANSWERED, people, [report], by=by, event=event, **_from(report, ministry))


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
    about = _about(reports[0].round, event)
    facts = _facts(by, reports, happened_at=event.at.isoformat(), **more)
    owe(purpose, people, about=about, facts=facts, at=event.at, ministry=reports[0].lead_id)


def _about(round_: Round, event: Event) -> str:
    return f"{round_.stream_key}/event/{event.seq}"


def _from(report: Report, ministry: int) -> dict[str, Any]:
    """Which ministry the mail speaks of, by the name of the round's day."""
    name = Directory(report.round.as_of)[ministry]
    return {"from_ministry": {"ko": name.name_ko, "en": name.name_en}}


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
