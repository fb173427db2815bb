"""The mails that showing an agenda owes, and changing it afterwards. Called in the verb's transaction, after its event
was written."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from ministries.models import Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event
from tasks import recipients

from ..models import AgendaItem, Meeting


def shown(meeting: Meeting, *, by: User, event: Event) -> None:
    """To the officers and approvers of each invited ministry; to its fall-back contact where it has none. Names the
    meeting and its times, never what is on the agenda: that stands in the portal."""
    _owe(Purpose.AGENDA_SHOWN, meeting, _invited(meeting), within="agenda", by=by, event=event)


def added(meeting: Meeting, item: AgendaItem, *, by: User, event: Event) -> None:
    """To the same people, where they have read the agenda already: there is one more item on it. What is added at the
    meeting itself they hear there."""
    if not is_awaited(meeting, event.at):
        return
    facts = {"presenter": item.presenter_id}
    _owe(Purpose.AGENDA_CHANGED, meeting, _invited(meeting), within=_deed(event), by=by, event=event, **facts)


def given(meeting: Meeting, item: AgendaItem, *, by: User, event: Event) -> None:
    """To the ministry that presents an item from now on, and did not before."""
    if not is_awaited(meeting, event.at) or item.presenter_id not in _invited(meeting):
        return
    facts = {"presenter": item.presenter_id, "given": True}
    _owe(Purpose.AGENDA_CHANGED, meeting, [item.presenter_id], within=_deed(event), by=by, event=event, **facts)


def is_awaited(meeting: Meeting, at: datetime) -> bool:
    """Whether the agenda was shown, and the meeting has not begun: then ministries hear of what is added."""
    if meeting.shown_at is None or meeting.date is None:
        return meeting.shown_at is not None
    begins = datetime.combine(meeting.date, meeting.starts_at or time.max)
    return at < timezone.make_aware(begins)


def _deed(event: Event) -> str:
    return f"agenda/event/{event.seq}"


def _invited(meeting: Meeting) -> list[int]:
    return list(meeting.attendances.values_list("ministry", flat=True))


def _owe(
    purpose: Purpose,
    meeting: Meeting,
    ministries: Iterable[int],
    *,
    within: str,
    by: User,
    event: Event,
    presenter: int | None = None,
    **more: Any,
) -> None:
    facts = _facts(meeting, by, event) | more
    for ministry, people in recipients.posted([Role.OFFICER, Role.APPROVER], ministries, at=event.at).items():
        about = f"{meeting.stream_key}/{within}/ministry/{ministry}"  # who works for two of them hears of both
        own = {"presents": True} if presenter == ministry else {}
        owe(purpose, people, about=about, facts=facts | own, at=event.at, ministry=ministry)


def _facts(meeting: Meeting, by: User, event: Event) -> dict[str, Any]:
    holder = event.acting_for
    facts: dict[str, Any] = {
        "no": meeting.no,
        "meeting": {"ko": meeting.name_ko, "en": meeting.name_en},
        "items": meeting.items.count(),
        "by": _named(by),
        "holder": _named(holder) if holder else None,
        "happened_at": event.at.isoformat(),
    }
    return facts | {name: _moment(getattr(meeting, name)) for name in ("papers_due_at", "agenda_closes_at")}


def _named(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""
