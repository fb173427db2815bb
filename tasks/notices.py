"""The mails that verbs owe: why, to whom, and the names that the text needs. Called in the verb's transaction, after
its event was written. Accepting owes none: a ministry reads that on its pages, thirty times a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Delegation, Ministry, Role, User
from outbox.models import Notice, Purpose
from outbox.owing import owe, take_back
from records.models import Event

from . import due_times, recipients
from .due_times import Deadline
from .models import (
    Assignment,
    Contribution,
    CorrectionDecision,
    Draft,
    Extension,
    Message,
    Reminder,
    Report,
    Return,
    Round,
    State,
    Submission,
)
from .moving import Dates
from .owed import Demand
from .transitions import COLLECTING

NOT_IN = (State.MISSING, State.DRAFT, State.AWAITING, State.RETURNED)  # of these the ministry still owes a text


def receipt(
    submission: Submission,
    reports: Sequence[Report],
    *,
    asked: Iterable[int | None] = (),
    moments: Mapping[int, datetime] | None = None,
) -> None:
    """The receipt: to whoever sent the answer and whom they stood in for, and to those who had asked for its sign-off.
    `moments`: when that was, by the report's primary key."""
    at, holder = submission.received_at, submission.acting_for
    late = [row for row in reports if row.current and at > row.current.due_then]
    in_time = [row for row in late if row.current and _asked(row, moments) <= row.current.due_then]
    more: dict[str, Any] = {"late": len(late), "asked_in_time": len(in_time)}
    if submission.approval_asked_at:
        more["asked_at"] = submission.approval_asked_at.isoformat()
    facts = _facts(submission.by, reports, holder=holder, number=submission.number, received_at=at.isoformat(), **more)
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


def contributions_asked(report: Report, ministries: Iterable[int], *, by: User, event: Event) -> None:
    """To the officers of each supporting ministry that is asked."""
    facts = _facts(by, [report], happened_at=event.at.isoformat(), **_from(report, report.lead_id))
    for ministry, people in recipients.posted([Role.OFFICER], ministries, at=event.at).items():
        about = f"{_about(report.round, event)}/ministry/{ministry}"  # who works for two of them hears of both
        owe(Purpose.CONTRIBUTION_ASKED, people, about=about, facts=facts, at=event.at, ministry=ministry)


def contributed(report: Report, row: Contribution, *, by: User, event: Event) -> None:
    """To the officers of the ministry that leads the task."""
    people = recipients.officers(report.lead_id, at=event.at)
    _of_event(Purpose.CONTRIBUTED, people, [report], by=by, event=event, **_from(report, row.ministry_id))


def requested(submission: Submission, news: Mapping[int, Sequence[Report]]) -> None:
    """To the officers of each ministry (primary key) that the issues of these reports ask anew."""
    if not news:
        return
    at = submission.received_at
    for ministry, people in recipients.posted([Role.OFFICER], news, at=at).items():
        reports = news[ministry]
        facts = _facts(submission.by, reports, happened_at=at.isoformat(), **_from(reports[0], submission.ministry_id))
        about = f"submission/{submission.number}/ministry/{ministry}"
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


def extension_asked(row: Extension, *, by: User, event: Event) -> None:
    """To the office."""
    people = recipients.coordinators(at=event.at) - {by.pk}
    if people:
        _of_extension(Purpose.EXTENSION_ASKED, people, row, by=by, event=event)


def extension_withdrawn(row: Extension) -> None:
    """To nobody: the office is not bothered any more with what is not asked for any more."""
    assert row.asked_at is not None  # noqa: S101 (only what was asked for is withdrawn)
    take_back(Purpose.EXTENSION_ASKED, row.ministry_id, within=row.round.stream_key, owed_at=row.asked_at)


def extension_decided(row: Extension, *, by: User, event: Event) -> None:
    """To the ministry's officers and approvers, whether it is granted, declined or given unasked."""
    _of_extension(Purpose.EXTENSION_DECIDED, _of_ministry(row.ministry_id, at=event.at), row, by=by, event=event)


def extension_revoked(row: Extension, *, by: User, event: Event) -> None:
    """To the ministry's officers and approvers, with the due time that holds from now on."""
    people = _of_ministry(row.ministry_id, at=event.at)
    due_at = due_times.due_of(row.round, row.ministry_id, at=event.at).isoformat()
    _of_extension(Purpose.EXTENSION_REVOKED, people, row, by=by, event=event, standing_at=due_at)


def reminder(row: Reminder, demands: Mapping[int | None, Demand], deadline: Deadline) -> None:
    """To each person (primary key) what they owe; what nobody can be asked for to the ministry's fall-back contact."""
    for person, demand in demands.items():
        people = [] if person is None else [person]
        facts = reminder_facts(row, demand, deadline)
        owe(Purpose.REMINDER, people, about=row.about, facts=facts, at=row.at, ministry=row.ministry_id)


def reminder_facts(row: Reminder, demand: Demand, deadline: Deadline) -> dict[str, Any]:
    """What one person's reminder says: where the round stands for the ministry, what the person owes, and who reminds
    them with which sentence where somebody of the office does."""
    facts: dict[str, Any] = {
        "round": deadline.round.no,
        "code": row.ministry.code,
        "step": row.step,
        "round_due_at": deadline.round.due_at.isoformat(),
        "standing_at": deadline.due_at.isoformat(),
        "is_extended": deadline.is_extended,
    }
    if row.by is not None:
        facts |= _done_by(row.by, row.acting_for)
        facts |= {"sentence": row.sentence, "is_overdue": deadline.due_at < row.at}
    return facts | demand.facts()


def dates_moved(round_: Round, stood: Dates, *, by: User, event: Event) -> None:
    """To the officers and approvers of each ministry that still owes a report, with the due time that holds for it now,
    and the day that its texts are to speak of where that is another one. `stood`: the dates before. Before the opening
    nobody was told of these."""
    if round_.phase(event.at) not in COLLECTING:
        return
    owing = Report.objects.in_round(round_).filter(state__in=NOT_IN).order_by().values_list("lead", flat=True)
    deadlines = due_times.deadlines(round_, at=event.at)
    codes = dict(Ministry.objects.values_list("pk", "code"))
    days: dict[str, Any] = {"is_due_moved": round_.due_at != stood.due_at}
    if round_.as_of != stood.as_of:
        days |= {"was_as_of_at": _midnight(stood.as_of), "as_of_at": _midnight(round_.as_of)}
    for ministry, people in recipients.posted([Role.OFFICER, Role.APPROVER], set(owing), at=event.at).items():
        facts = _facts(
            by,
            [],
            holder=event.acting_for,
            round_=round_,
            happened_at=event.at.isoformat(),
            was_due_at=stood.due_at.isoformat(),
            round_due_at=round_.due_at.isoformat(),
            standing_at=deadlines[ministry].due_at.isoformat(),
            code=codes[ministry],
            **days,
        )
        about = f"{_about(round_, event)}/ministry/{ministry}"  # who works for two of them hears of both
        owe(Purpose.DATES_MOVED, people, about=about, facts=facts, at=event.at, ministry=ministry)


def roster_changed(report: Report, *, is_added: bool, by: User, event: Event) -> None:
    """To the officers of the ministry that leads the task; before the opening the reminders say it all."""
    if report.round.phase(event.at) in COLLECTING:
        people = recipients.officers(report.lead_id, at=event.at)
        more = {"is_added": is_added, "code": report.lead.code}
        _of_event(Purpose.ROSTER_CHANGED, people, [report], by=by, event=event, **more)


def _of_ministry(ministry: int, *, at: datetime) -> set[int]:
    return recipients.posted([Role.OFFICER, Role.APPROVER], [ministry], at=at)[ministry]


def _of_extension(purpose: Purpose, people: set[int], row: Extension, *, by: User, event: Event, **more: Any) -> None:
    """The moments and the decision. Reasons and comments stay on the portal's pages."""
    moments: dict[str, Any] = {
        "asked_until_at": row.asked_until.isoformat() if row.asked_until else "",
        "until_at": row.until.isoformat() if row.until else "",
        "round_due_at": row.round.due_at.isoformat(),
        "happened_at": event.at.isoformat(),
    }
    moments |= {"code": row.ministry.code, "decision": row.decision}
    facts = _facts(by, [], holder=event.acting_for, round_=row.round, **moments, **more)
    about = f"{row.round.stream_key}/event/{event.seq}"
    owe(purpose, people, about=about, facts=facts, at=event.at, ministry=row.ministry_id)


def _of_event(
    purpose: Purpose, people: set[int], reports: Sequence[Report], *, by: User, event: Event, **more: Any
) -> None:
    """About one event of a round: the same thing may happen to the same report again, and is told again."""
    about = _about(reports[0].round, event)
    facts = _facts(by, reports, holder=event.acting_for, happened_at=event.at.isoformat(), **more)
    owe(purpose, people, about=about, facts=facts, at=event.at, ministry=reports[0].lead_id)


def _about(round_: Round, event: Event) -> str:
    return f"{round_.stream_key}/event/{event.seq}"


def _from(report: Report, ministry: int) -> dict[str, Any]:
    """Which ministry the mail speaks of, by the name of the round's day."""
    name = Directory(report.round.as_of)[ministry]
    return {"from_ministry": {"ko": name.name_ko, "en": name.name_en}}


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
    """To each person who got tasks, and to who stands in for them, one mail: all that is theirs now, be it in person or
    as a deputy, but not what one gave to oneself."""
    given = list(rows)
    whose = recipients.of_postings({row.posting_id for row in given}, at=event.at)
    got: dict[int, list[Assignment]] = {}
    for row in given:
        for person in whose[row.posting_id] - {by.pk}:
            got.setdefault(person, []).append(row)
    for person, theirs in sorted(got.items()):
        facts = _done_by(by, event.acting_for) | {"happened_at": event.at.isoformat(), "reports": _tasks(theirs)}
        about = f"duties/event/{event.seq}"
        owe(Purpose.ASSIGNED, [person], about=about, facts=facts, at=event.at, ministry=theirs[0].ministry_id)


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
