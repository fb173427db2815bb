"""The due time as a file for a calendar: read back with the library, and line by line as RFC 5545 wants it."""

from datetime import timedelta
from typing import Any

import icalendar
import pytest

from ministries.models import MinistryName
from tests import builders
from tests.builders import kst
from tests.cast import AT, DUE
from tests.pages import visitor

pytestmark = pytest.mark.either

PATH = "/rounds/2/due.ics?ministry=ME"
LATER = kst(2021, 3, 22, 12)


def fetch(user: Any, language: str = "en") -> bytes:
    answer = visitor(user, language=language).get(PATH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="due-2-ME.ics"'
    return bytes(answer.content)


def entry(file: bytes) -> Any:
    (found,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return found


def test_the_entry_and_its_alarm(task_force, me_officer, domain_time):
    made = entry(fetch(me_officer))
    assert made.decoded("dtstart") == DUE
    assert made.decoded("dtstamp") == AT
    assert (str(made["uid"]), int(made["sequence"])) == ("due-2-ME@portal.example", 0)
    assert str(made["summary"]) == "Due: reporting round 2, Environment"
    assert str(made["url"]).endswith("/my-tasks/?ministry=ME")
    (alarm,) = made.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(days=1)
    assert str(alarm["action"]) == "DISPLAY"


def test_an_extension_brings_the_same_entry_up_to_date(round_2, me, me_officer, coordinator, domain_time):
    """The same UID with a higher SEQUENCE: a calendar moves the entry that it has."""
    before = entry(fetch(me_officer))
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    extended = entry(fetch(me_officer))
    builders.revoke_extension(given, by=coordinator, at=AT)
    revoked = entry(fetch(me_officer))
    assert {str(one["uid"]) for one in (before, extended, revoked)} == {"due-2-ME@portal.example"}
    assert [int(one["sequence"]) for one in (before, extended, revoked)] == [0, 1, 2]
    assert [one.decoded("dtstart") for one in (before, extended, revoked)] == [DUE, LATER, DUE]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_lines_as_a_calendar_wants_them(task_force, me, me_officer, domain_time, language):
    """CRLF everywhere, no line beyond 75 octets, no character torn apart, whatever the ministry is called."""
    long = "국가균형발전·기후위기대응 및 에너지전환, 산업; 정책\\조정부"
    MinistryName.objects.filter(ministry=me).update(abbr_ko=long[:30], abbr_en=f"{long[:20]} and, so; on\\")
    file = fetch(me_officer, language)
    lines = file.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if b"\xef\xbf\xbd" in line] == []
    for line in lines:
        line.decode()
    needed = (b"BEGIN:VCALENDAR", b"VERSION:2.0", b"METHOD:PUBLISH", b"BEGIN:VEVENT", b"BEGIN:VALARM", b"END:VCALENDAR")
    assert [line for line in needed if line not in lines] == []
    assert lines.index(b"DTSTART:20210319T090000Z") > 0
    name = MinistryName.objects.get(ministry=me)
    assert (name.abbr_en if language == "en" else name.abbr_ko) in str(entry(file)["summary"])
