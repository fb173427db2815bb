"""A meeting for people's own calendars: one entry in iCalendar form (RFC 5545) that follows its moves."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from .models import Meeting

MADE_BY = "-//tfportal//meetings//EN"
USUAL_LENGTH = timedelta(hours=1)  # blocked in calendars where the agenda does not say how long it takes


def meeting_calendar(meeting: Meeting, *, at: datetime, with_link: bool) -> bytes:
    """The entry in the reader's language; all day while nobody knows the time. Its UID stays, SEQUENCE counts the moves
    and the cancelling: a calendar that has the entry already moves it. The meeting has to have a day."""
    assert meeting.date is not None  # noqa: S101 (who has no day has no entry)
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    page = f"{settings.PORTAL_URL}{reverse('show_meeting', args=[meeting.no])}"
    link = meeting.video_link if with_link else ""
    is_cancelled = meeting.cancelled_at is not None
    entry = Event()
    entry.add("uid", f"meeting-{meeting.pk}@{host}")
    entry.add("sequence", meeting.moves + is_cancelled)
    entry.add("dtstamp", at)
    entry.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    entry.add("summary", meeting.name)
    if meeting.starts_at is None:
        entry.add("dtstart", meeting.date)
        entry.add("dtend", meeting.date + timedelta(days=1))
    else:
        local = timezone.make_aware(datetime.combine(meeting.date, meeting.starts_at))
        entry.add("dtstart", local.astimezone(UTC))
        entry.add("dtend", local.astimezone(UTC) + length_of(meeting))
    if meeting.place:
        entry.add("location", meeting.place)
    lines = [_("Video link: %(link)s") % {"link": link}] if link else []
    entry.add("description", "\n".join([*lines, page]))
    entry.add("url", page)
    entry.add("transp", "OPAQUE" if meeting.starts_at and not is_cancelled else "TRANSPARENT")
    if not is_cancelled:
        entry.add_component(_alarm(meeting))
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MADE_BY)
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def length_of(meeting: Meeting) -> timedelta:
    """How long it takes: the sum of its items where each of them has a length, else the usual time, or what is known
    where that is longer. One query."""
    minutes = list(meeting.items.values_list("minutes", flat=True))
    known = timedelta(minutes=sum(one or 0 for one in minutes))
    return known if minutes and all(minutes) else max(known, USUAL_LENGTH)


def _alarm(meeting: Meeting) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -timedelta(days=1))
    alarm.add("description", meeting.name)
    return alarm
