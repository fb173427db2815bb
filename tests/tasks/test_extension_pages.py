"""제출기한 연장 on the pages: asking, deciding, withdrawing, revoking, and the due time wherever it is shown."""

import io
import re
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ministries.models import Ministry, User
from outbox.letters import write
from outbox.models import Notice
from records import clock
from tasks import due_times
from tasks.models import Extension, Round
from tests import builders, sheets
from tests.builders import key
from tests.cast import AT, DUE
from tests.pages import Element, filled, page, visitor
from tfportal import dates

from .test_extensions import LATER, MICROSECOND, in_the_office_of, last_event

pytestmark = pytest.mark.either


@pytest.fixture
def later(monkeypatch) -> Any:
    """Lets the domain's clock stand at another moment."""

    def stand(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    stand(AT)
    return stand


def head(browser: Any, path: str) -> str:
    return page(browser.get(path)).all("dl", class_="deadline")[0].text


def test_the_due_time_in_force_stands_wherever_the_ministry_looks(
    round_2, me, fsc, me_officer, fsc_approver, msit_officer, coordinator, later
):
    """For the ministry that has it, with the time that is left, and for no other one."""
    for ministry in (me, fsc):
        builders.extend(round_2, ministry, by=coordinator, at=AT, until=LATER)
    extended = "extended Mon 22 Mar, 12:00"
    for path in ("/my-tasks/", "/my-tasks/check/", "/rounds/2/extensions/ask/"):
        assert f"DueFri 19 Mar 2021, 18:00 → {extended} 5 days 22 hours left" in head(visitor(me_officer), path), path
    assert extended in head(visitor(fsc_approver), "/sign-off/")
    later(DUE + timedelta(hours=1))
    assert "2 days 17 hours left" in head(visitor(me_officer), "/my-tasks/")
    assert "past due" in head(visitor(msit_officer), "/my-tasks/")
    later(LATER + timedelta(hours=1))
    assert "1 hour past due: it is marked late" in head(visitor(me_officer), "/my-tasks/")


def pages_of(browser: Any) -> dict[str, Element]:
    """Every page that the person comes to by links, of those that repeat themselves for each report the first one."""
    found: dict[str, Element] = {}
    open_, kinds = ["/", "/my-tasks/check/", "/hand-over/"], set()
    while open_:
        path = open_.pop()
        answer = browser.get(path, follow=True)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        found[path] = page(answer)
        for link in found[path].all("a"):
            address = link["href"].partition("#")[0]
            kind = re.sub(r"(?<=/)\d+(?=/)(?<!rounds/2)|\?.*", "", address)
            if address.startswith("/") and kind not in kinds:
                kinds.add(kind)
                open_.append(address)
    return found


def test_no_page_shows_the_rounds_due_time_alone_to_who_has_more(
    round_2, me, me_officer, msit_officer, coordinator, reports, later
):
    """Wherever a link leads; and the dry run of a workbook, and what the workbook itself says."""
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    builders.posting(builders.person("me_before"), "officer", me, ends_on=date(2021, 3, 1))
    upload = sheets.uploaded(reports["ME-01"], by=me_officer, at=AT)
    browser = visitor(me_officer)
    seen = pages_of(browser) | {"dry run": page(browser.get(f"/my-tasks/workbook/{upload.token}/"))}
    with translation.override("en"):
        dues = {dates.moment(DUE), dates.moment(DUE, year=False), dates.stamp(DUE)}
    showing = {path: shown.text for path, shown in seen.items() if any(due in shown.text for due in dues)}
    assert {path for path, text in showing.items() if "22 Mar" not in text} == set()
    kinds = {re.sub(r"\?.*", "", path) for path in showing}
    assert kinds >= {"/my-tasks/", "/my-tasks/check/", "/my-tasks/print/", "/rounds/", "/hand-over/", "dry run"}
    book = openpyxl.load_workbook(io.BytesIO(sheets.download(browser)))
    assert "22 Mar 2021, 12:00" in book.worksheets[3]["B1"].value
    for path, shown in pages_of(visitor(msit_officer)).items():
        if not path.startswith("/meetings/calendar/"):  # it names every day of a month
            assert "22 Mar" not in shown.text, path


def test_the_ministry_sees_how_its_asking_stands(round_2, me, me_officer, coordinator, later):
    browser = visitor(me_officer)

    def state() -> str:
        return page(browser.get("/my-tasks/")).one("span", class_="due-tools").text

    assert state().startswith("Ask for more time")
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    assert state().startswith("Ask for more time (asked Tue 16 Mar, waiting)")
    builders.withdraw_extension(asked, by=me_officer, at=AT)
    assert state().startswith("Ask for more time (withdrawn Tue 16 Mar)")
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    builders.decline_extension(asked, by=coordinator, at=AT, comment="회의 일정상 곤란")
    assert state().startswith("Ask for more time (declined Tue 16 Mar)")
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    assert "extended" in head(browser, "/my-tasks/")
    builders.revoke_extension(given, by=coordinator, at=AT)
    assert state().startswith("Ask for more time (revoked Tue 16 Mar)")
    assert "회의가 앞당겨짐" in page(browser.get("/rounds/2/extensions/ask/")).one("table").text


def test_asking_through_the_page_and_deciding(round_2, me, me_officer, coordinator, later):
    ministry, office = visitor(me_officer), visitor(coordinator)
    form = {"until": "2021-03-22T12:00", "reason": "자료\r\n취합 지연", "ministry": "ME", "key": str(key())}
    path = "/rounds/2/extensions/ask/"
    for wrong in ({"until": ""}, {"until": "soon"}, {"until": "0001-01-01T00:00"}, {"reason": ""}):
        answer = ministry.post(path, form | wrong)
        assert answer.status_code == 422
        read = page(answer)
        assert read.one("textarea", id="reason").raw_text.strip() == (form | wrong)["reason"].replace("\r", "")
        assert read.all(id=f"{next(iter(wrong))}-error")
    answer = ministry.post(path, form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-tasks/?ministry=ME")
    assert ministry.post(path, form).status_code == 302, "the same form again is the same ask"
    conflict = ministry.post(path, form | {"key": str(key()), "reason": "또 다른 까닭"})
    assert (conflict.status_code, "또 다른 까닭" in conflict.content.decode()) == (409, True)
    row = Extension.objects.get()
    assert page(office.get("/board/")).one("a", id="j-extensions").text == "Extensions asked for 1"
    shown = page(office.get("/rounds/2/extensions/"))
    assert "자료 취합 지연" in shown.text
    assert shown.one("input", id=f"until-{row.pk}")["value"] == "2021-03-22T12:00"
    address = f"/extensions/{row.pk}/decide/"
    refused = office.post(address, {"decision": "declined", "comment": "", "until": "2021-03-22T12:00"})
    assert (refused.status_code, bool(page(refused).all(id="comment-error"))) == (422, True)
    given = office.post(address, {"decision": "granted", "until": "2021-03-22T10:00", "comment": ""})
    assert given.headers["Location"] == "/rounds/2/extensions/"
    assert office.post(address, {"decision": "declined", "comment": "늦은 글"}).status_code == 409
    asked = page(office.get(f"/extensions/{row.pk}/revoke/"))
    assert "Fri 19 Mar 2021, 18:00 again" in asked.text
    address = f"/extensions/{row.pk}/revoke/"
    for text in ("", "가" * 1001):
        refused = office.post(address, {"reason": text})
        assert (refused.status_code, page(refused).one("textarea", id="reason").text) == (422, text)
        assert page(refused).all(id="reason-error")
    assert office.post(address, {"reason": "회의가 앞당겨짐"}).status_code == 302
    again = office.post(address, {"reason": "두 번째 까닭"})
    assert (again.status_code, "두 번째 까닭" in page(again).text) == (409, True)
    assert "회의가 앞당겨짐" in page(office.get("/rounds/2/extensions/")).text


def test_withdrawing_through_the_page(round_2, me, me_officer, coordinator, later):
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    browser = visitor(me_officer)
    path = f"/extensions/{asked.pk}/withdraw/"
    fields = filled(page(browser.get("/rounds/2/extensions/ask/")), path)
    answer = browser.post(path, fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-tasks/?ministry=ME")
    assert browser.post(path, fields).status_code == 302, "the same form again is the same deed"
    refused = browser.post(path, {"key": str(key())})
    assert refused.status_code == 409
    read = page(refused)
    assert read.one("input", id="until")["value"] == "2021-03-22T12:00"
    assert "asked until Mon 22 Mar 2021, 12:00" in read.one("table").text
    assert (
        page(visitor(coordinator).get("/rounds/2/extensions/")).all("form", action=f"/extensions/{asked.pk}/decide/")
        == []
    )
    assert visitor(coordinator).post(f"/extensions/{asked.pk}/decide/", {"decision": "withdrawn"}).status_code == 422


def test_after_the_freeze_nothing_waits_and_no_text_is_lost(round_2, me, me_officer, coordinator, later):
    """A request that nobody decided on is closed with the freeze; what somebody was typing stands on the page."""
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    given = builders.extend(round_2, Ministry.objects.get(code="MSIT"), by=coordinator, at=AT, until=LATER)
    later(LATER + timedelta(hours=1))
    builders.freeze(round_2, by=coordinator, at=LATER + timedelta(hours=1))
    ministry = page(visitor(me_officer).get("/rounds/2/extensions/ask/"))
    assert "its due time cannot be moved any more" in ministry.one("p", class_="note-box").text
    assert ministry.one("table").one("span", class_="state st-none").text == "Closed with the freeze"
    office = visitor(coordinator)
    assert "Closed with the freeze" in page(office.get("/rounds/2/extensions/")).text
    assert due_times.deadlines(Round.objects.get(no=2), at=LATER).waiting == 0
    typed = "국회 일정이 바뀌어 더 드림"
    for path, fields in (
        ("/rounds/2/extensions/grant/", {"ministry": "FSC", "until": "2021-03-23T12:00", "reason": typed}),
        (f"/extensions/{asked.pk}/decide/", {"decision": "declined", "comment": typed}),
        (f"/extensions/{given.pk}/revoke/", {"reason": typed}),
    ):
        refused = office.post(path, fields)
        assert (refused.status_code, page(refused).one("blockquote").text) == (409, typed), path


def test_the_office_is_not_offered_its_peoples_own_ministries(round_2, me, msit, me_officer, coordinator_2, later):
    """Neither in the list nor at what was asked for or given; what is posted all the same is refused at its field."""
    builders.posting(me_officer, "coordinator")
    asked = builders.ask_extension(round_2, me, by=User.objects.get(username="me_officer_2"), at=AT, until=LATER)
    both = visitor(me_officer)
    shown = page(both.get("/rounds/2/extensions/"))
    assert [row["value"] for row in shown.one("select", id="ministry").all("option")] == ["", "MSIT", "FSC"]
    assert shown.all("form", id=f"decide-{asked.pk}") == []
    wanted = {"ministry": "ME", "until": "2021-03-23T12:00", "reason": "스스로"}
    assert both.post("/rounds/2/extensions/grant/", wanted).status_code == 422
    assert both.post(f"/extensions/{asked.pk}/decide/", {"decision": "declined", "comment": "아님"}).status_code == 403
    given = builders.grant_extension(asked, by=coordinator_2, at=AT)
    path = f"/extensions/{given.pk}/revoke/"
    assert [row for row in page(both.get("/rounds/2/extensions/")).all("a") if row["href"] == path] == []
    assert both.get(path).status_code == 403


def test_who_asked_is_told_why_they_do_not_revoke(round_2, me, me_officer, coordinator, later):
    """An officer who has gone to the office meanwhile: no link, no form, and a forged one changes nothing."""
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    given = builders.grant_extension(asked, by=coordinator, at=AT)
    me_officer.postings.update(role="coordinator", ministry=None)
    path, words = f"/extensions/{given.pk}/revoke/", "You asked for this extension yourself"
    browser = visitor(me_officer)
    shown = page(browser.get(path))
    assert (shown.all("form", id="revoke"), words in shown.one("main").text) == ([], True)
    assert [row for row in page(browser.get("/rounds/2/extensions/")).all("a") if row["href"] == path] == []
    refused = browser.post(path, {"reason": "스스로"})
    assert (refused.status_code, words in page(refused).text) == (403, True)
    assert page(visitor(coordinator).get(path)).all("form", id="revoke")


def test_giving_time_unasked_through_the_page(round_2, coordinator, later):
    office, path = visitor(coordinator), "/rounds/2/extensions/grant/"
    form = {"ministry": "MSIT", "until": "2021-03-23T12:00", "reason": "국회 일정"}
    for wrong in ({"ministry": ""}, {"ministry": "MOTIE"}, {"until": "2021-03-19T18:00"}, {"reason": " "}):
        answer = office.post(path, form | wrong)
        assert answer.status_code == 422
        assert page(answer).all(id=f"{next(iter(wrong))}-error")
    assert office.post(path, form).status_code == 302
    assert Extension.objects.get().ministry.code == "MSIT"


def test_the_board_counts_ministries_and_lists_their_tasks(round_2, me, fsc, coordinator, reader, later):
    for ministry in (me, fsc):
        builders.extend(round_2, ministry, by=coordinator, at=AT, until=LATER)
    read = page(visitor(coordinator).get("/board/"))
    assert read.one("a", id="n-also-extended").text == "2"
    assert "~22 Mar 12:00" in read.one("table").text
    listed = page(visitor(coordinator).get("/board/?also=extended"))
    assert "8 tasks" in listed.one("p", class_="result").text
    others = page(visitor(reader).get("/board/?also=extended"))
    assert (others.all("a", id="n-also-extended"), "22 Mar" in others.text) == ([], False)
    assert "0 tasks" in others.one("p", class_="result").text
    builders.freeze(round_2, by=coordinator, at=AT)
    assert page(visitor(reader).get("/rounds/2/")).one("a", id="n-also-extended").text == "2"


def test_the_freeze_page_names_who_still_has_time(round_2, me, coordinator, later):
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    later(DUE + timedelta(hours=1))
    note = page(visitor(coordinator).get("/rounds/2/freeze/")).one("div", class_="note-box early").text
    assert note.startswith("These ministries were given more time: Environment Mon 22 Mar, 12:00")
    later(LATER + MICROSECOND)
    assert page(visitor(coordinator).get("/rounds/2/freeze/")).all("div", class_="note-box early") == []


def test_an_event_of_an_extension_names_the_ministry_in_the_record(round_2, me, coordinator, reader, later):
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    last = page(visitor(coordinator).get("/rounds/2/record/")).one("tr", id="event-2")
    assert [cell.text for cell in last.all("td")][2:4] == ["Extension granted", "ME"]


def test_the_pages_queries_do_not_grow(task_force, round_2, coordinator, me_officer, later):
    """quality.md 28."""
    browsers = {"/rounds/2/extensions/": coordinator, "/rounds/2/extensions/ask/": me_officer, "/my-tasks/": me_officer}
    counts: list[list[int]] = []
    for _turn in range(3):
        told = []
        for path, person in browsers.items():
            browser = visitor(person)
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(path).status_code == 200
            told.append(len(queries))
        counts.append(told)
        for number in range(3 - len(counts)):  # at first three each, so that every page has a table
            for ministry in task_force.ministries.values():
                until = LATER + timedelta(days=len(counts), hours=number)
                builders.extend(round_2, ministry, by=coordinator, at=AT, until=until)
    assert counts[1] == counts[2]


# Whoever acts for somebody else


def test_row_and_event_name_the_deputy_and_the_holder(round_2, me, me_officer, coordinator, coordinator_2, later):
    """Also on both pages, and in the mail."""
    builders.person("me_approver", "approver", me)
    approver = in_the_office_of(me_officer, User.objects.get(username="me_approver"))
    deputy = in_the_office_of(coordinator, coordinator_2)
    held: list[Any] = [me_officer.pk, coordinator.pk]

    def last_for() -> Any:
        return last_event().acting_for_id

    asked = builders.ask_extension(round_2, me, by=approver, at=AT, until=LATER)
    assert (asked.asked_for_id, last_for()) == (held[0], held[0])
    gone = builders.withdraw_extension(asked, by=approver, at=AT)
    assert (gone.decided_by, gone.decided_for_id, last_for()) == (approver, held[0], held[0])
    more = AT + timedelta(minutes=1)
    asked = builders.ask_extension(round_2, me, by=me_officer, at=more, until=LATER)
    declined = builders.decline_extension(asked, by=deputy, at=more)
    assert (declined.decided_for_id, last_for()) == (held[1], held[1])
    given = builders.extend(round_2, me, by=deputy, at=more, until=LATER)
    assert (given.decided_for_id, last_for()) == (held[1], held[1])
    revoked = builders.revoke_extension(given, by=deputy, at=more)
    assert (revoked.revoked_for_id, last_for()) == (held[1], held[1])
    letter = write(Notice.objects.filter(purpose="extension_revoked").latest("pk"))
    assert "윤슬(조아라" in letter.body
    for browser, path in ((visitor(me_officer), "ask/"), (visitor(coordinator), "")):
        table = page(browser.get(f"/rounds/2/extensions/{path}")).all("table", class_="tb stack named extensions")[0]
        assert [table.text.count(words) for words in ("me_approver for Kim Haneul", "Yoon Seul for Cho Ara")] == [2, 3]
