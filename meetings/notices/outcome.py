"""Mails about an outcome, from its circulation to the closing of what it decided."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event
from tasks import recipients

from ..models import Decision, Meeting, Notification
from ..registers import number_of


def circulated(meeting: Meeting, *, by: User, event: Event) -> None:
    """To the officers and approvers of each invited ministry, each time that the time changes."""
    assert meeting.comments_until is not None  # noqa: S101 (it was given a moment ago)
    ministries = meeting.attendances.values_list("ministry", flat=True)
    until = meeting.comments_until.isoformat()
    _to_ministries(Purpose.OUTCOME_CIRCULATED, ministries, meeting, by=by, event=event, until_at=until)


def recalled(meeting: Meeting, *, by: User, event: Event) -> None:
    """To those whom the circulation was told. The reason stands on the page."""
    ministries = meeting.attendances.values_list("ministry", flat=True)
    _to_ministries(Purpose.OUTCOME_RECALLED, ministries, meeting, by=by, event=event)


def notified(meeting: Meeting, rows: Iterable[Notification], *, by: User, event: Event) -> None:
    """To the officers and approvers of each notified ministry, with the numbers of the decisions that it leads."""
    led: dict[int | None, list[dict[str, str]]] = {}
    for decision in Decision.objects.standing().filter(meeting=meeting, due_on__isnull=False).order_by("no"):
        decision.meeting = meeting
        due = datetime.combine(decision.due_on or event.at, time.min, timezone.get_current_timezone())
        led.setdefault(decision.lead_id, []).append({"number": number_of(decision), "due_at": due.isoformat()})
    for row in rows:
        mine = led.get(row.ministry_id, [])
        _to_ministries(Purpose.OUTCOME_NOTIFIED, [row.ministry_id], meeting, by=by, event=event, decisions=mine)


def objected(meeting: Meeting, ministry: int, *, by: User, event: Event) -> None:
    """To the office. What is objected to stands on the page."""
    name = Directory(timezone.localdate(event.at))[ministry]
    facts = _facts(meeting, by, event) | {"from_ministry": {"ko": name.name_ko, "en": name.name_en}}
    about = f"{meeting.stream_key}/event/{event.seq}"
    owe(Purpose.OUTCOME_OBJECTED, recipients.coordinators(at=event.at), about=about, facts=facts, at=event.at)


def objection_answered(meeting: Meeting, ministry: int, *, by: User, event: Event) -> None:
    """To the officers and approvers of the ministry that objected. The answer stands on the page."""
    _to_ministries(Purpose.OBJECTION_ANSWERED, [ministry], meeting, by=by, event=event)


def closed(decision: Decision, meeting: Meeting, *, by: User, event: Event) -> None:
    """To the officers of the ministry that carried it out."""
    if decision.lead_id is None:
        return
    decision.meeting = meeting
    facts = _facts(meeting, by, event) | {"number": number_of(decision), "pk": decision.pk}
    people = recipients.officers(decision.lead_id, at=event.at)
    about = f"{meeting.stream_key}/event/{event.seq}"
    owe(Purpose.DECISION_CLOSED, people, about=about, facts=facts, at=event.at, ministry=decision.lead_id)


def _to_ministries(
    purpose: Purpose, ministries: Iterable[int], meeting: Meeting, *, by: User, event: Event, **more: Any
) -> None:
    facts = _facts(meeting, by, event) | more
    told: set[int] = set()
    found = recipients.posted([Role.OFFICER, Role.APPROVER], ministries, at=event.at)
    for ministry, people in sorted(found.items()):
        if people - told or not people:  # who works for two ministries is written to once
            about = f"{meeting.stream_key}/event/{event.seq}"
            owe(purpose, people - told, about=about, facts=facts, at=event.at, ministry=ministry)
        told |= people


def _facts(meeting: Meeting, by: User, event: Event) -> dict[str, Any]:
    holder = event.acting_for
    return {
        "by": _names(by),
        **({"holder": _names(holder)} if holder else {}),
        "meeting": {"ko": meeting.name_ko, "en": meeting.name_en},
        "no": meeting.no,
        "happened_at": event.at.isoformat(),
    }


def _names(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}
