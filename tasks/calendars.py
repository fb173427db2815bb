"""The due time for a ministry's own calendar: one entry in iCalendar form (RFC 5545), which an extension moves."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from ministries.models import MinistryName

from .due_times import Deadline

MADE_BY = "-//tfportal//due times//EN"


def due_calendar(deadline: Deadline, name: MinistryName, *, at: datetime) -> bytes:
    """The entry in the reader's language, with an alarm a day before. Its UID stays, and SEQUENCE counts the changes: a
    calendar that has the entry already moves it."""
    no, code = deadline.round.no, name.ministry.code
    host = urlsplit(settings.PORTAL_URL).hostname or "localhost"
    page = f"{settings.PORTAL_URL}{reverse('list_my_tasks')}?ministry={code}"
    summary = _("Due: reporting round %(no)d, %(ministry)s") % {"no": no, "ministry": name.abbr}
    entry = Event()
    entry.add("uid", f"due-{no}-{code}@{host}")
    entry.add("sequence", deadline.changes)
    entry.add("dtstamp", at)
    entry.add("dtstart", deadline.due_at)
    entry.add("summary", summary)
    in_time = _("The due instant itself is still in time.")  # xgettext reads no text inside an f-string
    entry.add("description", f"{in_time}\n{page}")
    entry.add("url", page)
    entry.add("transp", "TRANSPARENT")  # nobody is busy at that time
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -timedelta(days=1))
    alarm.add("description", summary)
    entry.add_component(alarm)
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", MADE_BY)
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
