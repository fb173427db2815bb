"""Who is told that a meeting is planned, moved or called off: officers and approvers of the invited ministries, and
the office but for whoever did it. Each person has one mail of one deed, for however many ministries they work.

Nothing is told before a day is known, and nothing of days that are past. Reasons and the video link stay on the pages.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from ministries.models import Role, User
from outbox.models import Purpose
from outbox.owing import owe
from records.models import Event
from tasks import recipients

from .. import planning
from ..models import Attendance, Meeting
from ..planning import Plan


def invited(meeting: Meeting, ministries: Iterable[int], *, by: User, event: Event, office: bool = False) -> None:
    """To these ministries (primary keys), that they are invited. `office`: and to the office."""
    if _lies_ahead(meeting.date, event):
        _owe(Purpose.MEETING_INVITED, meeting, ministries, by=by, event=event, office=office)


def uninvited(meeting: Meeting, ministries: Iterable[int], *, by: User, event: Event) -> None:
    """To these ministries, that they are not invited any more."""
    if _lies_ahead(meeting.date, event):
        _owe(Purpose.MEETING_UNINVITED, meeting, ministries, by=by, event=event)


def changed(meeting: Meeting, stood: Plan, *, by: User, event: Event) -> None:
    """To everyone concerned: an invitation where the day is known for the first time, else what of day, time, place and
    video link became another one."""
    now, ministries = Plan.of(meeting), _invited(meeting)
    if stood.date is None:
        invited(meeting, ministries, by=by, event=event, office=True)
    elif planning.moves(stood, now) and (_lies_ahead(stood.date, event) or _lies_ahead(now.date, event)):
        facts = {
            "is_moved": (stood.date, stood.starts_at) != (now.date, now.starts_at),
            "was_held_at": _held_at(stood.date, stood.starts_at),
            "was_timed": stood.starts_at is not None,
            "is_link_changed": stood.video_link != now.video_link,
            "is_place_changed": (stood.place_ko, stood.place_en) != (now.place_ko, now.place_en),
        }
        _owe(Purpose.MEETING_MOVED, meeting, ministries, by=by, event=event, office=True, **facts)


def cancelled(meeting: Meeting, *, by: User, event: Event) -> None:
    """To everyone concerned."""
    if _lies_ahead(meeting.date, event):
        _owe(Purpose.MEETING_CANCELLED, meeting, _invited(meeting), by=by, event=event, office=True)


def _lies_ahead(day: date | None, event: Event) -> bool:
    return day is not None and day >= timezone.localdate(event.at)


def _invited(meeting: Meeting) -> list[int]:
    return list(Attendance.objects.filter(meeting=meeting).values_list("ministry_id", flat=True))


def _owe(
    purpose: Purpose,
    meeting: Meeting,
    ministries: Iterable[int],
    *,
    by: User,
    event: Event,
    office: bool = False,
    **more: Any,
) -> None:
    """`about` names the deed and no ministry: so there is one mail for each person."""
    facts = _facts(meeting, by, event) | more
    about = f"{meeting.stream_key}/event/{event.seq}"
    colleagues = recipients.coordinators(at=event.at) - {by.pk} if office else set()
    if colleagues:
        owe(purpose, colleagues, about=about, facts=facts, at=event.at)
    told = colleagues | {by.pk}
    for ministry, people in recipients.posted([Role.OFFICER, Role.APPROVER], ministries, at=event.at).items():
        if people - told or not people:  # where nobody is posted, to the ministry's contact
            owe(purpose, people - told, about=about, facts=facts, at=event.at, ministry=ministry)


def _facts(meeting: Meeting, by: User, event: Event) -> dict[str, Any]:
    holder = event.acting_for
    return {
        "meeting": {"ko": meeting.name_ko, "en": meeting.name_en},
        "no": meeting.no,
        "held_at": _held_at(meeting.date, meeting.starts_at),
        "is_timed": meeting.starts_at is not None,
        "place": {"ko": meeting.place_ko, "en": meeting.place_en},
        "has_link": bool(meeting.video_link),
        "happened_at": event.at.isoformat(),
        "by": _names(by),
        **({"holder": _names(holder)} if holder else {}),
    }


def _held_at(day: date | None, starts_at: time | None) -> str:
    """The day as mails keep moments; empty where nobody knows it."""
    if day is None:
        return ""
    return datetime.combine(day, starts_at or time.min, timezone.get_current_timezone()).isoformat()


def _names(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}
