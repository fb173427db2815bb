"""A meeting as a file for calendars, read back with the library; and the month as a page."""

from datetime import date, time, timedelta
from typing import Any

import icalendar
import pytest

from meetings import months
from meetings.models import AgendaItem, Meeting
from ministries.models import SpecialDay
from tests import builders
from tests.builders import kst
from tests.cast import AT, DUE
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import CLOSES, DAY, LATER
from tests.pages import page, visitor

LINK = "https://meet.example/2"


def fetch(user: Any, no: int = 2, language: str = "en") -> bytes:
    answer = visitor(user, language=language).get(f"/meetings/{no}/meeting.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="meeting-{no}.ics"'
    return bytes(answer.content)


def entry(file: bytes) -> Any:
    calendar = icalendar.Calendar.from_ical(file)
    assert str(calendar["method"]) == "PUBLISH"
    (found,) = calendar.walk("VEVENT")
    return found


@pytest.fixture
def meeting(task_force, coordinator, domain_time) -> Meeting:
    return scene.planned(
        coordinator, AT, round_id=task_force.round_2.pk, video_link=LINK, agenda_closes_at=CLOSES, papers_due_at=DUE
    )


def test_the_entry(meeting, me_officer):
    made = entry(fetch(me_officer))
    assert made.decoded("dtstart") == kst(2021, 3, 23, 14)
    assert made.decoded("dtend") == kst(2021, 3, 23, 15), "an entry without an end takes no time at all"
    assert made.decoded("dtstamp") == AT
    assert (str(made["uid"]), int(made["sequence"])) == (f"meeting-{meeting.pk}@portal.example", 0)
    assert str(made["summary"]) == meeting.name_en
    assert str(made["location"]) == meeting.place_ko
    assert str(made["status"]) == "CONFIRMED"
    assert str(made["url"]).endswith("/meetings/2/")
    assert LINK in str(made["description"])
    (alarm,) = made.walk("VALARM")
    assert alarm.decoded("trigger") == -timedelta(days=1)


def test_only_those_who_are_invited_get_the_link(meeting, coordinator, reader):
    assert LINK.encode() in fetch(coordinator)
    assert b"meet.example" not in fetch(reader)


def test_without_a_time_it_takes_the_day(meeting, me_officer, coordinator):
    scene.change(meeting, coordinator, AT, starts_at=None)
    made = entry(fetch(me_officer))
    assert (made.decoded("dtstart"), made.decoded("dtend")) == (DAY, DAY + timedelta(days=1))
    assert str(made["transp"]) == "TRANSPARENT"


def test_a_move_a_new_number_and_a_cancelling_bring_the_same_entry_up_to_date(meeting, me_officer, coordinator):
    """The UID stays, SEQUENCE rises: a calendar moves what it has."""
    made = [entry(fetch(me_officer))]
    scene.change(meeting, coordinator, AT, date=LATER)
    made.append(entry(fetch(me_officer)))
    scene.change(meeting, coordinator, AT, no=5)
    made.append(entry(fetch(me_officer, 5)))
    scene.cancel(meeting, coordinator, AT)
    made.append(entry(fetch(me_officer, 5)))
    assert len({str(one["uid"]) for one in made}) == 1
    assert [int(one["sequence"]) for one in made] == [0, 1, 1, 2]
    assert [one.decoded("dtstart").date().day for one in made] == [23, 30, 30, 30]
    assert [str(one["status"]) for one in made] == ["CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert made[-1].walk("VALARM") == []


@pytest.mark.parametrize(
    ("lengths", "takes"), [([], 60), ([20, None], 60), ([50, 40, None], 90), ([20, 10], 30), ([None], 60)]
)
def test_it_takes_as_long_as_its_agenda(meeting, me_officer, lengths, takes):
    """The usual hour, unless every item has its length or those that have one take longer."""
    for no, minutes in enumerate(lengths, 1):
        AgendaItem.objects.create(meeting=meeting, order=no, kind="report", title_ko="안건", minutes=minutes)
    made = entry(fetch(me_officer))
    assert made.decoded("dtend") - made.decoded("dtstart") == timedelta(minutes=takes)


def test_no_day_no_file(meeting, me_officer, coordinator):
    scene.change(meeting, coordinator, AT, date=None, starts_at=None)
    assert visitor(me_officer).get("/meetings/2/meeting.ics").status_code == 404


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_lines_as_a_calendar_wants_them(meeting, me_officer, language):
    """CRLF, no line beyond 75 octets, no character torn apart, whatever a place is called."""
    Meeting.objects.filter(pk=meeting.pk).update(place_ko="정부세종청사, 1동; 대회의실\\" * 6)
    file = fetch(me_officer, language=language)
    lines = file.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    assert lines.index(b"DTSTART:20210323T050000Z") > 0


# The month


def cells(user: Any, address: str = "/meetings/calendar/?month=2021-03", language: str = "en") -> dict[str, list[str]]:
    """What stands on each day of the month that has anything, by its date."""
    answer = visitor(user, language=language).get(address)
    assert answer.status_code == 200
    found = page(answer)
    days = {row.one("time")["datetime"]: row for row in found.all("td") if row.all("time")}
    return {day: [link.text for link in row.all("a")] for day, row in days.items() if row.all("a")}


def test_the_month_shows_meetings_rounds_and_what_has_to_be_kept(meeting, me_officer):
    name = meeting.name_en
    assert cells(me_officer) == {
        "2021-03-08": ["09:00 Round 2 opens"],
        "2021-03-19": [f"18:00 Papers due: {name}", "18:00 Round 2 due"],
        "2021-03-22": [f"12:00 Agenda closes: {name}"],
        "2021-03-23": [f"14:00 {name}"],
    }
    assert cells(me_officer, "/meetings/calendar/") == cells(me_officer), "this month, unless told otherwise"


def test_who_is_not_invited_sees_the_rounds_alone(meeting, task_force, coordinator, fsc_officer):
    scene.invite(meeting, [task_force.ministries["ME"]], coordinator, AT)
    assert set(cells(fsc_officer)) == {"2021-03-08", "2021-03-19"}


def test_an_extension_stands_on_its_own_ministrys_calendar(meeting, round_2, me, me_officer, fsc_officer, coordinator):
    builders.extend(round_2, me, by=coordinator, at=AT, until=kst(2021, 3, 24, 12))
    assert cells(me_officer)["2021-03-24"] == ["12:00 Round 2 due, extended for you"]
    assert "2021-03-24" not in cells(fsc_officer)


def test_a_cancelled_meeting_is_struck_out_and_keeps_nothing(meeting, me_officer, coordinator):
    scene.cancel(meeting, coordinator, AT)
    found = cells(me_officer)
    assert found["2021-03-23"] == [f"14:00 {meeting.name_en} Cancelled"]
    assert "2021-03-22" not in found


def test_every_link_of_the_month_leads_somewhere(meeting, task_force):
    for name in ("me_officer", "coordinator", "reader", "fsc_approver"):
        browser = visitor(task_force.people[name])
        found = page(browser.get("/meetings/calendar/?month=2021-03")).one("table")
        for link in found.all("a"):
            assert browser.get(link["href"].partition("#")[0]).status_code == 200, (name, link["href"])


def test_days_off_are_named_and_week_ends_only_marked(task_force, me_officer, domain_time):
    SpecialDay.objects.create(
        day=date(2021, 3, 17), name_ko="임시공휴일", name_en="Extra holiday", is_working_day=False
    )
    found = page(visitor(me_officer).get("/meetings/calendar/?month=2021-03"))
    by_day = {row.one("time")["datetime"]: row for row in found.all("td") if row.all("time")}
    assert "Independence Movement Day" in by_day["2021-03-01"].text
    assert "Extra holiday" in by_day["2021-03-17"].text
    assert "rests" in by_day["2021-03-20"]["class"]
    assert by_day["2021-03-20"].all("span", class_="off") == []
    assert "rests" not in by_day["2021-03-18"]["class"]
    assert len(by_day) == 31


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2021-05", date(2021, 5, 1)),
        ("2024-02", date(2024, 2, 1)),
        ("", date(2021, 3, 1)),
        ("2021-13", date(2021, 3, 1)),
        ("1999-12", date(2021, 3, 1)),
        ("9999-12", date(2021, 3, 1)),
        ("0000-00", date(2021, 3, 1)),
        ("<script>", date(2021, 3, 1)),
        ("2021-03-08", date(2021, 3, 1)),
        ("٢٠٢١-٠٣\x00", date(2021, 3, 1)),
    ],
)
def test_which_month_an_address_means(text, wanted):
    assert months.first_of(text, date(2021, 3, 16)) == wanted


@pytest.mark.parametrize("month", ["2021-07", "2000-01", "2100-12", "nonsense", "1" * 500])
def test_months_at_the_edges(task_force, me_officer, domain_time, month):
    found = page(visitor(me_officer).get("/meetings/calendar/", {"month": month}))
    links = [row["href"] for row in found.all("a") if row["href"].startswith("?month=")]
    assert links == {
        "2021-07": ["?month=2021-06", "?month=2021-08"],
        "2000-01": ["?month=2000-02"],
        "2100-12": ["?month=2100-11"],
    }.get(month, ["?month=2021-02", "?month=2021-04"])
    if month.startswith("2"):
        assert "Nothing is planned in this month." in found.one("main").text


def test_a_day_far_off_in_time_zones_stands_on_its_own_day(task_force, coordinator, me_officer, domain_time):
    """Midnight in Seoul is the day before in UTC."""
    scene.planned(
        coordinator, AT, date=date(2021, 4, 1), starts_at=time(0, 30), agenda_closes_at=kst(2021, 4, 1, 0, 15)
    )
    assert cells(me_officer, "/meetings/calendar/?month=2021-04")["2021-04-01"][0].startswith("00:15")
    assert "2021-03-31" not in cells(me_officer)
