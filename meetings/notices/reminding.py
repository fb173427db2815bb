"""Mails that remind of a decision's day and of a notice without an answer."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from ministries.models import Role
from outbox.models import Purpose
from outbox.owing import owe
from tasks import recipients

from ..models import Decision, FollowUp, Notification
from ..registers import number_of


def decision_due(decision: Decision, step: str, *, about: str, last: FollowUp | None, at: datetime) -> None:
    """To the officers of the ministry that carries it out. `step`: `ahead`, `today` or `overdue`."""
    lead, due_on = decision.lead_id, decision.due_on
    if lead is None or due_on is None:
        return
    facts: dict[str, Any] = {
        "step": step,
        "number": number_of(decision),
        "pk": decision.pk,
        "due_at": _midnight(due_on),
        "meeting": {"ko": decision.meeting.name_ko, "en": decision.meeting.name_en},
        "days": (timezone.localdate(at) - due_on).days,
    }
    if last is not None:
        facts |= {"progress": last.progress, "said_at": last.at.isoformat()}
    people = recipients.officers(lead, at=at)
    owe(Purpose.DECISION_DUE, people, about=about, facts=facts, at=at, ministry=lead)


def unanswered(notification: Notification, *, about: str, at: datetime) -> None:
    """To the officers and approvers of the ministry that was notified."""
    meeting, ministry = notification.meeting, notification.ministry_id
    facts = {
        "meeting": {"ko": meeting.name_ko, "en": meeting.name_en},
        "no": meeting.no,
        "happened_at": notification.at.isoformat(),
    }
    people = recipients.posted([Role.OFFICER, Role.APPROVER], [ministry], at=at)[ministry]
    owe(Purpose.OUTCOME_UNANSWERED, people, about=about, facts=facts, at=at, ministry=ministry)


def _midnight(day: date) -> str:
    return datetime.combine(day, time.min, timezone.get_current_timezone()).isoformat()
