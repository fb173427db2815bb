"""The pages before a meeting, as each of their readers sees and sends them."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.models import AgendaItem, Attendance, Decision, Meeting
from tests import builders
from tests.builders import kst
from tests.cast import AT, DUE
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import CLOSES, DAY, LATER, REASON
from tests.pages import filled, page, visitor

pytestmark = [pytest.mark.usefixtures("domain_time"), pytest.mark.either]

LINK = "https://meet.example/2"
CHANGE, PLAN = "/meetings/2/change/", "/meetings/plan/"


@pytest.fixture
def meeting(task_force, coordinator) -> Meeting:
    return scene.planned(
        coordinator, AT, round_id=task_force.round_2.pk, video_link=LINK, agenda_closes_at=CLOSES, papers_due_at=DUE
    )


def get(user: Any, address: str, language: str = "en") -> Any:
    answer = visitor(user, language=language).get(address)
    assert answer.status_code == 200, answer.status_code
    return page(answer)


def send(user: Any, address: str, **more: Any) -> Any:
    """The form of the page as it is filled, with some fields changed."""
    browser = visitor(user)
    sent = filled(page(browser.get(address)), address.partition("?")[0])
    return browser.post(address.partition("?")[0], sent | more)


# The list


def test_the_list_tells_what_lies_ahead_and_what_is_over(meeting, task_force, coordinator):
    scene.planned(coordinator, AT, 1, date=date(2021, 1, 13), round_id=task_force.round_1.pk)
    cancelled = scene.cancel(scene.planned(coordinator, AT, 3, date=LATER), coordinator, AT)
    ahead, over = get(coordinator, "/meetings/").all("table")
    assert [row.one("th").text for row in ahead.one("tbody").all("tr")] == [meeting.name_en, cancelled.name_en]
    assert [row.one("span", class_="state st-none").text for row in ahead.one("tbody").all("tr")[1:]] == ["Cancelled"]
    assert [row.one("th").text[:5] for row in over.one("tbody").all("tr")] == ["First"]
    assert "Held" in over.text


def test_what_waits_for_whom(meeting, task_force, coordinator, me, me_officer, reader):
    """The office: delegates that are missing, dates that have not followed. A ministry: its own delegate and papers."""
    item = AgendaItem.objects.create(meeting=meeting, order=1, kind="report", title_ko="안건", presenter=me)
    task_force.round_2.planned_for = DAY
    task_force.round_2.save()
    scene.change(meeting, coordinator, AT, date=LATER)
    jobs = {row.text: row["href"] for row in get(coordinator, "/meetings/").all("a", class_="link job")}
    named = f" {meeting.name_en}"
    assert jobs == {
        f"Move the dates of round 2 along{named}": "/rounds/2/dates/",
        f"4 delegates not named{named}": "/meetings/2/#people",
    }
    jobs = {row.text: row["href"] for row in get(me_officer, "/meetings/").all("a", class_="link job")}
    assert jobs == {
        f"Name your delegate{named}": "/meetings/2/delegate/?ministry=ME",
        f"Hand in the paper for item 1{named}": f"/meetings/2/items/{item.pk}/#papers",
    }
    scene.delegate(meeting, me, me_officer, AT)
    assert len(get(me_officer, "/meetings/").all("a", class_="link job")) == 1
    assert get(reader, "/meetings/").all("a", class_="link job") == []


def test_numbers_are_what_the_reader_may_see(meeting, task_force, coordinator, me, me_officer, fsc_officer):
    """An agenda that was not shown counts for its presenter alone; a decision once it was circulated."""
    AgendaItem.objects.create(meeting=meeting, order=1, kind="report", title_ko="안건", presenter=me)
    Decision.objects.create(meeting=meeting, no=1, kind="exhortation", text_ko="결정", by=coordinator, at=AT)

    def numbers(user: Any) -> list[str]:
        (row,) = get(user, "/meetings/").one("tbody").all("tr")
        return [cell.text for cell in row.all("td") if cell["data-l"] in ("Items", "Decisions")]

    assert [numbers(one) for one in (coordinator, me_officer, fsc_officer)] == [["1", "1"], ["1", "0"], ["0", "0"]]


def test_empty_lists_say_what_comes_next(task_force, coordinator, me_officer, reader):
    assert get(coordinator, "/meetings/").all("a", href=PLAN)
    assert "not invited to a meeting yet" in get(me_officer, "/meetings/").one("main").text
    for user in (me_officer, reader):
        assert get(user, "/meetings/").all("a", href=PLAN) == []


def test_who_is_not_invited_knows_nothing_of_it(meeting, task_force, coordinator, me, fsc_officer):
    scene.invite(meeting, [me], coordinator, AT)
    assert meeting.name_en not in get(fsc_officer, "/meetings/").text
    for path in ("", "delegate/", "meeting.ics"):
        assert visitor(fsc_officer).get(f"/meetings/2/{path}").status_code == 404
    assert visitor().get("/meetings/2/").status_code == 302


@pytest.mark.parametrize("name", ["coordinator", "me_officer", "reader"])
def test_queries_do_not_grow_with_meetings(meeting, task_force, coordinator, name):
    browser = visitor(task_force.people[name])

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    addresses = ("/meetings/", "/meetings/calendar/", "/meetings/2/")
    before = [queries(address) for address in addresses]
    for no in range(3, 8):
        scene.planned(coordinator, AT, no, date=date(2021, 3, 20 + no))
        scene.change(meeting, coordinator, AT, place_ko=f"{no}동")
    assert [queries(address) for address in addresses] == before


# The first page


def test_the_office_sees_what_is_missing(task_force, coordinator):
    scene.loaded()
    jobs = {row.text: row["href"] for row in get(coordinator, "/meetings/2/").one("ul", class_="jobs").all("a")}
    assert jobs == {
        "Fix the day": "/meetings/2/change/#date",
        "Choose the round that is collected for it": "/meetings/2/change/#round",
        "Invite the ministries": "/meetings/2/invite/",
        "No agenda yet": "#agenda",
    }


def test_who_was_there_needs_no_naming(meeting, task_force, coordinator):
    """Once the office has marked a ministry, its delegate is missing no more."""
    meeting.attendances.filter(ministry__code__in=("ME", "FSC")).update(is_present=True)
    assert "2 delegates not named" in get(coordinator, "/meetings/2/").one("section", aria_labelledby="missing").text
    meeting.attendances.update(is_present=False)
    assert "not named" not in get(coordinator, "/meetings/2/").one("section", aria_labelledby="missing").text


def test_a_round_that_is_not_frozen_is_missing_too(meeting, task_force, coordinator):
    found = get(coordinator, "/meetings/2/")
    assert found.one("ul", class_="jobs").all("a", href="/rounds/2/freeze/")
    assert found.one("main").all("a", href="/rounds/2/dates/")
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 16, 14))
    found = get(coordinator, "/meetings/2/")
    assert found.one("main").all("a", href="/rounds/2/freeze/") == []
    assert found.one("main").all("a", href="/rounds/2/record/")


def test_a_ministry_sees_its_own_part_first(meeting, me, me_officer):
    found = get(me_officer, "/meetings/2/")
    own = found.one("section", aria_label="Ministry of Environment")
    assert "not named yet" in own.text
    assert [row["href"] for row in own.all("a")] == [
        "/meetings/2/delegate/?ministry=ME",
        "/meetings/2/meeting.ics",
        LINK,
    ]
    scene.delegate(meeting, me, me_officer, AT, position_ko="실장", position_en="Deputy minister")
    own = get(me_officer, "/meetings/2/").one("section", aria_label="Ministry of Environment")
    assert "Deputy minister deputising for the member" in own.text


def test_the_link_is_for_the_invited_and_the_office(meeting, coordinator, me_officer, reader):
    for user, there in ((coordinator, True), (me_officer, True), (reader, False)):
        answer = visitor(user).get("/meetings/2/")
        assert ("meet.example" in answer.content.decode()) is there
    scene.change(meeting, coordinator, AT, video_link="https://meet.example/3", reason="")
    assert "meet.example" not in visitor(reader).get("/meetings/2/").content.decode(), "nor the one before"


def test_the_attendance_by_ministry(meeting, me, me_officer, msit):
    scene.delegate(meeting, me, me_officer, AT, position_ko="실장")
    Attendance.objects.filter(meeting=meeting, ministry=msit).update(is_present=False)
    rows = (
        get(me_officer, "/meetings/2/", "ko").one("table", class_="tb stack named runin people").one("tbody").all("tr")
    )
    assert [row.one("th").text for row in rows] == [
        "환경부",
        "산업통상자원부",
        "과학기술정보통신부",
        "금융위원회",
    ] or len(rows) == 4
    (own,) = [row for row in rows if row["class"] == "own"]
    assert own.all("td")[0].text == "실장"


def test_what_was_changed_with_its_reason_and_for_the_office_by_whom(meeting, coordinator, me_officer, reader):
    scene.change(meeting, coordinator, AT, date=LATER)
    for user, named in ((coordinator, True), (reader, True), (me_officer, False)):
        history = get(user, "/meetings/2/").one("section", aria_labelledby="changes")
        assert REASON in history.text
        assert "Date: Tue 23 Mar 2021 → Tue 30 Mar 2021" in history.text
        assert ("Cho Ara" in history.text) is named
    scene.cancel(meeting, coordinator, AT, "행사 취소")
    assert "행사 취소" in get(me_officer, "/meetings/2/").one("div", class_="note-box error").text


def test_a_day_off_is_noticed(task_force, coordinator):
    scene.planned(coordinator, AT, date=date(2021, 5, 5))
    assert "no working day: Children's Day" in get(coordinator, "/meetings/2/").one("main").text


# Planning and changing


def test_planning_from_the_page(task_force, coordinator):
    """As proposed: the next number, the open round; and a double click is one."""
    browser = visitor(coordinator)
    sent = filled(page(browser.get(PLAN)), PLAN)
    assert (sent["no"], sent["round"], sent["rank_ko"]) == (["1"], ["2"], ["차관급"])
    sent |= {"date": ["2021-03-23"], "starts_at": ["14:00"], "state": ["confirmed"], "version": ["9"]}
    for _click in range(2):
        answer = browser.post(PLAN, sent)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/meetings/1/")
    meeting = Meeting.objects.get()
    assert (meeting.date, meeting.round, meeting.version) == (DAY, task_force.round_2, 1)
    assert meeting.agenda_closes_at is None


TYPED = {
    "date": "23 March",
    "starts_at": "noon",
    "papers_due_at": "tomorrow",
    "agenda_closes_at": "9999-12-31T23:59",
    "round": "77",
    "no": "two",
    "video_link": "<script>alert(1)</script>",
    "name_ko": "가" * 101,
}


@pytest.mark.parametrize("field", TYPED)
def test_a_refused_plan_keeps_what_was_typed_and_its_key(task_force, coordinator, field):
    browser = visitor(coordinator)
    sent = filled(page(browser.get(PLAN)), PLAN) | {"place_ko": ["세종청사"], field: [TYPED[field]]}
    answer = browser.post(PLAN, sent)
    assert answer.status_code == 422
    found = page(answer)
    again = filled(found, PLAN)
    assert (again["place_ko"], again["key"]) == (["세종청사"], sent["key"])
    control = found.one("input", "select", id=field)
    assert control["aria-invalid"] == "true"
    assert found.one("p", id=control["aria-describedby"]).text
    if field != "round":
        assert control["value"] == TYPED[field]
    assert b"<script>alert" not in answer.content
    assert not Meeting.objects.exists()


def test_changing_from_the_page(meeting, coordinator):
    answer = send(coordinator, CHANGE, date="2021-03-30", reason=REASON)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/meetings/2/")
    assert scene.now(meeting.pk).date == LATER


def test_a_page_that_nobody_touched_changes_nothing(meeting, coordinator):
    """Seconds of a moment, that an input does not know, are the only thing it could lose: there are none."""
    assert send(coordinator, CHANGE).status_code == 422
    assert scene.now(meeting.pk).version == 1


def test_moving_proposes_the_dates_of_the_round(meeting, task_force, coordinator):
    """Nothing moves by itself: the page says so, and leads to what is proposed there."""
    task_force.round_2.planned_for = DAY
    task_force.round_2.save()
    assert get(coordinator, CHANGE).one("main").all("a", href="/rounds/2/dates/")
    browser = visitor(coordinator)
    sent = filled(page(browser.get(CHANGE)), CHANGE) | {"date": ["2021-03-30"], "reason": [REASON]}
    found = page(browser.post(CHANGE, sent, follow=True))
    assert found.one("ul", class_="jobs").all("a", href="/rounds/2/dates/")
    assert "do not follow by themselves" in found.text
    proposed = page(browser.get("/rounds/2/dates/"))
    assert "The meeting moved from Tue 23 Mar 2021 to Tue 30 Mar 2021." in proposed.text
    assert proposed.one("main").all("a", href="/meetings/2/")


def test_what_somebody_else_changed_stands_beside_what_was_typed(meeting, coordinator, coordinator_2):
    browser = visitor(coordinator)
    sent = filled(page(browser.get(CHANGE)), CHANGE) | {"place_ko": ["세종청사"]}
    scene.change(meeting, coordinator_2, AT, chair="국무총리", place_ko="서울역")
    answer = browser.post(CHANGE, sent)
    assert answer.status_code == 409
    found = page(answer)
    assert "서울역" in " ".join(row.text for row in found.all("div", class_="note-box"))
    assert "국무총리" in " ".join(row.text for row in found.all("div", class_="note-box"))
    again = filled(found, CHANGE)
    assert (again["place_ko"], again["version"], again["key"]) == (["세종청사"], ["2"], sent["key"])
    assert browser.post(CHANGE, again).status_code == 302
    assert scene.now(meeting.pk).place_ko == "세종청사"


def test_a_refusal_does_not_take_over_what_somebody_else_changed(meeting, coordinator, coordinator_2):
    """A wrong field first, another's change meanwhile: the version that was seen stays, so that it is noticed."""
    browser = visitor(coordinator)
    sent = filled(page(browser.get(CHANGE)), CHANGE) | {"date": ["soon"]}
    scene.change(meeting, coordinator_2, AT, chair="국무총리")
    again = filled(page(browser.post(CHANGE, sent)), CHANGE)
    assert again["version"] == ["1"]
    assert browser.post(CHANGE, again | {"date": ["2021-03-30"], "reason": [REASON]}).status_code == 409


def test_with_a_frozen_round_number_and_round_stand_still(meeting, task_force, coordinator):
    builders.freeze(task_force.round_2, by=coordinator, at=AT)
    found = get(coordinator, CHANGE)
    assert "readonly" in found.one("input", id="no")
    assert found.all("select") == []
    for field, value in (("no", "3"), ("round", "")):
        answer = send(coordinator, CHANGE, **{field: value, "reason": REASON})
        assert answer.status_code == 422
        assert "frozen" in page(answer).one("p", class_="err").text
    assert send(coordinator, CHANGE, date="2021-03-30", reason=REASON).status_code == 302
    found = get(coordinator, "/meetings/2/cancel/")
    assert found.all("form", action="/meetings/2/cancel/") == []
    assert "cannot be cancelled" in found.one("main").text
    answer = visitor(coordinator).post("/meetings/2/cancel/", {"version": "2", "reason": REASON})
    assert answer.status_code == 409
    assert scene.now(meeting.pk).cancelled_at is None


def test_cancelling_from_the_page(meeting, coordinator):
    assert send(coordinator, "/meetings/2/cancel/").status_code == 422
    assert send(coordinator, "/meetings/2/cancel/", reason=REASON).status_code == 302
    for path in ("change/", "cancel/", "invite/"):
        found = get(coordinator, f"/meetings/2/{path}")
        assert found.all("form", action=f"/meetings/2/{path}") == []
        assert "was cancelled" in found.one("main").text
    assert get(coordinator, "/rounds/2/dates/").one("main").all("a", href="/meetings/2/") == []


def test_inviting_from_the_page(meeting, task_force, coordinator, me, me_officer):
    scene.delegate(meeting, me, me_officer, AT)
    found = get(coordinator, "/meetings/2/invite/")
    fixed = [row for row in found.all("input", type="checkbox") if "disabled" in row]
    assert len(fixed) == 1
    assert send(coordinator, "/meetings/2/invite/", ministries=["ME", "MSIT"]).status_code == 302
    assert scene.invited(meeting) == {"ME", "MSIT"}
    answer = send(coordinator, "/meetings/2/invite/", ministries=["MSIT"])
    assert answer.status_code == 422
    assert "Ministry of Environment" in page(answer).one("div", class_="note-box error").text
    for code in ("NOWHERE", "\x00", "가" * 10_000):
        assert send(coordinator, "/meetings/2/invite/", ministries=["ME", code]).status_code == 422
    assert scene.invited(meeting) == {"ME", "MSIT"}


def test_naming_a_delegate_from_the_page(meeting, me, me_officer, me_officer_2):
    address = "/meetings/2/delegate/"
    answer = send(me_officer, address, position_ko="", is_deputy="on")
    assert answer.status_code == 422
    found = page(answer)
    assert "checked" in found.one("input", name="is_deputy")
    assert found.one("input", id="position_ko")["aria-invalid"] == "true"
    assert send(me_officer, address, position_ko="기후탄소정책실장", is_present="on").status_code == 302
    row = Attendance.objects.get(meeting=meeting, ministry=me)
    assert (row.position_ko, row.is_deputy, row.is_present) == ("기후탄소정책실장", False, None)
    browser = visitor(me_officer)
    sent = filled(page(browser.get(address)), address) | {"position_ko": ["차관"]}
    scene.delegate(meeting, me, me_officer_2, AT, position_ko="국장")
    answer = browser.post(address, sent)
    assert answer.status_code == 409
    assert "국장" in " ".join(box.text for box in page(answer).all("div", class_="note-box"))
    assert browser.post(address, filled(page(answer), address)).status_code == 302


def test_nobody_names_anothers_delegate(meeting, task_force, coordinator, reader, me_officer):
    address = "/meetings/2/delegate/"
    assert visitor(me_officer).get(f"{address}?ministry=FSC").status_code == 404
    given = {"ministry": "FSC", "position_ko": "국장", "version": "0"}
    assert visitor(me_officer).post(address, given).status_code == 404
    for user in (coordinator, reader):
        assert visitor(user).get(address).status_code == 403
        assert visitor(user).post(address, given).status_code == 403
    assert not Attendance.objects.exclude(position_ko="").exists()


def test_who_works_for_two_ministries_names_both(meeting, me_officer, msit):
    builders.posting(me_officer, "officer", msit)
    me = builders.forget(me_officer)
    found = get(me, "/meetings/2/delegate/")
    assert [row["href"] for row in found.one("h2", id="delegate").all("a")] == ["/meetings/2/delegate/?ministry=MSIT"]
    assert send(me, "/meetings/2/delegate/?ministry=MSIT", position_ko="실장").status_code == 302
    assert Attendance.objects.get(meeting=meeting, ministry=msit).position_ko == "실장"
    assert len(get(me, "/meetings/2/").all("section", class_="receipt own-part")) == 2
