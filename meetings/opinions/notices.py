"""The mails that opinions owe. They name the opinion by its number and never say what was said, nor by whom."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from ministries.models import User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event
from tasks import recipients

from ..models import Opinion

ABOUT_GIVEN = "opinion/{pk}/given/"


def given(opinion: Opinion, *, by: User, event: Event) -> None:
    """To the officers of the ministry that has to answer, or that has until another day; nothing where none has."""
    if opinion.ministry_id is None or opinion.due_on is None:
        return
    holder = event.acting_for
    facts: dict[str, Any] = {
        "pk": opinion.pk,
        "number": opinion.number,
        "due_at": moment_of(opinion.due_on),
        "happened_at": event.at.isoformat(),
        "by": _names(by),
        **({"holder": _names(holder)} if holder else {}),
    }
    people = recipients.officers(opinion.ministry_id, at=event.at)
    about = ABOUT_GIVEN.format(pk=opinion.pk) + str(event.seq)
    owe(Purpose.OPINION_GIVEN, people, about=about, facts=facts, at=event.at, ministry=opinion.ministry_id)


def due(ministry: int, code: str, due_on: date, number: int, *, step: str, at: datetime) -> None:
    """One mail for all opinions that the ministry has to answer until the same day."""
    facts = {"code": code, "number": number, "due_at": moment_of(due_on), "step": step}
    people = recipients.officers(ministry, at=at)
    owe(Purpose.OPINION_DUE, people, about=about_due(ministry, due_on, step), facts=facts, at=at, ministry=ministry)


def about_due(ministry: int, due_on: date, step: str) -> str:
    return f"opinions/{ministry}/due/{due_on.isoformat()}/{step}"


def moment_of(day: date) -> str:
    """The day as mails keep moments."""
    return datetime.combine(day, time.min, timezone.get_current_timezone()).isoformat()


def _names(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}
