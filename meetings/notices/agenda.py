"""The mail that showing an agenda owes. Called in the verb's transaction, after its event was written."""

from datetime import datetime
from typing import Any

from ministries.models import Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event
from tasks import recipients

from ..models import Meeting


def shown(meeting: Meeting, *, by: User, event: Event) -> None:
    """To the officers and approvers of each invited ministry; to its fall-back contact where it has none. Names the
    meeting and its times, never what is on the agenda: that stands in the portal."""
    holder = event.acting_for
    facts: dict[str, Any] = {
        "no": meeting.no,
        "meeting": {"ko": meeting.name_ko, "en": meeting.name_en},
        "items": meeting.items.count(),
        "by": _named(by),
        "holder": _named(holder) if holder else None,
        "happened_at": event.at.isoformat(),
    }
    facts |= {name: _moment(getattr(meeting, name)) for name in ("papers_due_at", "agenda_closes_at")}
    invited = meeting.attendances.values_list("ministry", flat=True)
    for ministry, people in recipients.posted([Role.OFFICER, Role.APPROVER], invited, at=event.at).items():
        about = f"{meeting.stream_key}/agenda/ministry/{ministry}"  # who works for two of them hears of both
        owe(Purpose.AGENDA_SHOWN, people, about=about, facts=facts, at=event.at, ministry=ministry)


def _named(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""
