"""The office's review: opened first, returned by field, shown again as just what changed, accepted with a light."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from records.models import Event
from tasks.models import Report, Submission
from tests import builders
from tests.builders import fresh, kst
from tests.pages import Element, Fields, dead_links, fields, page, visitor

pytestmark = pytest.mark.either

COMMENT = "추진실적의 기준일을 밝혀 주시기 바람"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def office(coordinator) -> Client:
    return visitor(coordinator)


@pytest.fixture
def submitted(reports, me_officer, at) -> Report:
    """ME-01: two lines of results, one of plans; not opened yet."""
    builders.write(reports["ME-01"], by=me_officer, at=at, results="ㅇ 협의체 1회 개최\nㅇ 초안 작성")
    builders.submit(reports["ME-01"], by=me_officer, at=at)
    return fresh(reports["ME-01"])


@pytest.fixture
def opened(submitted, coordinator, at) -> Report:
    builders.open_for_review(submitted, by=coordinator, at=at)
    return fresh(submitted)


def look(browser: Client, report: Report, **query: str) -> Element:
    return page(browser.get(f"/review/{report.pk}/", query))


def verdict(found: Element) -> Fields:
    """The one form that both verdicts share, as the page fills it."""
    return fields(found, found.one("form", id="verdict"))


def send(browser: Client, report: Report, verb: str, data: Any) -> Any:
    return browser.post(f"/review/{report.pk}/{verb}/", data)


def alert(answer: Any) -> str:
    return page(answer).one("div", class_="note-box error").text


def events() -> int:
    return Event.objects.count()


# Before a verdict


def test_the_queue_is_in_the_order_of_arrival(office, reports, me_officer, msit_officer, at):
    """screens.md C: the earliest arrival first, whatever its code; empty, it says how many are missing."""
    assert "Nothing waits" in page(office.get("/review/")).text
    assert "10 reports are still missing" in page(office.get("/review/")).text
    for code, who, minute in (("MSIT-01", msit_officer, 5), ("ME-05", me_officer, 9), ("ME-01", me_officer, 20)):
        when = kst(2021, 3, 16, 13, minute)
        builders.write(reports[code], by=who, at=when)
        builders.submit(reports[code], by=who, at=when)
    found = page(office.get("/review/"))
    assert [row.text for row in found.all("span", class_="code")] == ["MSIT-01", "ME-05", "ME-01"]


def test_a_long_queue_comes_in_pages_and_is_one_all_the_same(office, reports, me_officer, at, monkeypatch):
    """A page has so many rows; numbers and neighbours are of all that waits, and the way back leads to the page."""
    for module in ("tasks.queueing", "tasks.views.review"):
        monkeypatch.setattr(f"{module}.ON_A_PAGE", 2)
    for code in ("ME-01", "ME-03", "ME-05"):
        builders.write(reports[code], by=me_officer, at=at)
        builders.submit(reports[code], by=me_officer, at=at)
    first, second = (page(office.get("/review/", {"order": "code", "page": number})) for number in ("1", "2"))
    codes = [[row.text for row in found.all("span", class_="code")] for found in (first, second)]
    assert codes == [["ME-01", "ME-03"], ["ME-05"]]
    for found in (first, second):
        assert found.one("nav", class_="seg queue-numbers").one("a", aria_current="true").text == "All 3"
    leads = [row["href"] for row in first.one("nav", class_="pages").all("a")]
    assert leads == ["?order=code&page=2"]
    last = look(office, reports["ME-05"], order="code")
    links = {row["href"]: row.text for row in last.one("p", class_="seg").all("a")}
    assert links[f"/review/{reports['ME-03'].pk}/?order=code"] == "‹"
    assert links["/review/?order=code&page=2"] == "Review 3/3"


def test_a_review_is_started_before_a_verdict(office, submitted):
    """model.md: opening is a POST that ends the ministry's right to withdraw. Before it there is no verdict to give, and
    a forged one changes nothing."""
    found = look(office, submitted)
    assert not found.all("form", id="verdict")
    for verb in ("return", "accept"):
        forged = {"version": submitted.version, "comment": COMMENT, "due_at": "2021-03-18T12:00", "light": "on_track"}
        before, answer = events(), send(office, submitted, verb, forged)
        assert (answer.status_code, events()) == (409, before)
        assert "Open ME-01 for review first" in alert(answer)
    (start,) = found.all("form", action=f"/review/{submitted.pk}/open/")
    for _ in range(2):  # sent twice it is opened once
        answer = send(office, submitted, "open", fields(found, start))
        assert answer.headers["Location"] == f"/review/{submitted.pk}/"
    opened_by = fresh(submitted).opened_by
    assert opened_by is not None
    assert opened_by.username == "coordinator"
    assert verdict(look(office, submitted))["light"] == ["on_track"]
    again = send(office, submitted, "open", {"version": fresh(submitted).version})
    assert (again.status_code, dead_links(office, again)) == (409, [])


def test_looking_opens_nothing(office, submitted):
    """A GET never changes a row: the ministry can still withdraw what the office only looked at."""
    look(office, submitted)
    assert fresh(submitted).opened_by_office_at is None


def test_who_submitted_does_not_review(reports, me, coordinator, at):
    """product.md: reviewer and submitter are never the same person. Somebody who is both sees why, and may not."""
    builders.posting(coordinator, "officer", me)
    both = type(coordinator).objects.get(pk=coordinator.pk)
    report = reports["ME-05"]
    builders.write(report, by=both, at=at)
    builders.submit(report, by=both, at=at)
    browser, report = visitor(both), fresh(report)
    found = look(browser, report)
    assert "You submitted this report yourself" in found.text
    assert not [row for row in found.all("form") if "review" in row["action"]]
    for verb in ("open", "return", "accept"):
        data = {"version": report.version, "comment": COMMENT, "due_at": "2021-03-18T12:00", "light": "on_track"}
        assert send(browser, report, verb, data).status_code == 403
    assert fresh(report).version == report.version


# Return


def test_a_return_by_field_and_what_changed_since(office, opened, me_officer):
    """product.md: the office returns with a comment to fields; on resubmission it sees just what changed since."""
    found = look(office, opened)
    data = verdict(found) | {"fields_returned": ["results"], "comment": [COMMENT], "due_at": ["2021-03-18T12:00"]}
    answer = send(office, opened, "return", data)
    assert answer.headers["Location"] == "/review/"
    assert send(office, opened, "return", data).status_code == 302, "sent twice it is returned once"
    (returned,) = opened.returns.all()
    assert (returned.comment, returned.due_at) == (COMMENT, kst(2021, 3, 18, 12))
    assert [row.field for row in returned.fields.all()] == ["results"]
    assert "ME-01 was returned" in page(office.get("/review/")).text

    officer, prefix = visitor(me_officer), f"r{opened.pk}-"
    mine = page(officer.get("/my-tasks/"))
    assert COMMENT in mine.text
    form = fields(mine, mine.one("form", id="rows"))
    form |= {f"{prefix}results": ["ㅇ 협의체 2회 개최(3. 12. 기준)\r\nㅇ 초안 작성"]}
    assert officer.post(f"/reports/{opened.pk}/submit/", form).status_code == 302

    builders.open_for_review(opened, by=returned.by, at=kst(2021, 3, 16, 14))
    found = look(office, opened)
    assert pieces(found, "del") == ["1"]
    assert pieces(found, "ins") == ["2", "(3. 12. 기준)"]
    assert "Since the return 1" in found.text
    assert found.text.count("Resubmitted") == 1, "the state says it"
    since_last_round = look(office, opened, against="baseline")
    assert "협의체 2회 개최(3. 12. 기준)" in " ".join(pieces(since_last_round, "ins"))
    assert pieces(look(office, opened, against="text"), "ins") == []
    assert pieces(look(office, opened, against="\0nonsense"), "ins") == ["2", "(3. 12. 기준)"]


def pieces(found: Element, tag: str) -> list[str]:
    """The words that came or went in the report's fields."""
    return [row.text.removeprefix("added:").removeprefix("removed:").strip() for row in found.one("article").all(tag)]


@pytest.mark.parametrize(
    ("wrong", "name", "words"),
    [
        ({"comment": ""}, "comment", "Say what is to be mended"),
        ({"comment": "가" * 1001}, "comment", "1000"),
        ({"comment": "가\0"}, "comment", "Null"),
        ({"due_at": "2021-03-16T13:59"}, "due_at", "lies ahead"),
        ({"due_at": ""}, "due_at", "Give a due time"),
        ({"due_at": "gestern"}, "due_at", "date and a time"),
        ({"due_at": "0001-01-01T00:00"}, "due_at", "Check the year"),
        ({"due_at": "9999-12-31T23:59"}, "due_at", "Check the year"),
    ],
    ids=str,
)
def test_an_incomplete_return_keeps_what_was_typed(office, opened, wrong, name, words):
    """422 with the message at its field; comment, due time, ticked fields, light, book wording and key stand as sent."""
    sent = verdict(look(office, opened)) | {"fields_returned": ["results", "plans"], "book_text_ko": ["다듬은 문구"]}
    sent |= {"comment": [COMMENT], "due_at": ["2021-03-18T12:30"], "light": ["attention"], "reason": ["이견"]}
    sent |= {field: [value] for field, value in wrong.items()}
    before, answer = events(), send(office, opened, "return", sent)
    assert (answer.status_code, events()) == (422, before)
    found = page(answer)
    control = found.one("textarea" if name == "comment" else "input", form="verdict", name=name)
    assert "aria-invalid" in control
    assert words in found.one("p", id=f"{name}-error").text
    assert control["aria-describedby"] == f"{name}-error"
    kept = verdict(found)
    kept.pop("csrfmiddlewaretoken"), sent.pop("csrfmiddlewaretoken")
    if wrong == {"due_at": ""}:
        sent["due_at"] = ["2021-03-18T12:00"]  # the proposal again
    assert kept == sent
    assert dead_links(office, answer) == []


# Accept


def test_accepting_leads_to_the_next_and_opens_it(office, opened, reports, me_officer, at):
    """screens.md C: "Accept, then next" goes on in the order of arrival; the last one leads to the queue."""
    builders.write(reports["ME-05"], by=me_officer, at=at)
    builders.submit(reports["ME-05"], by=me_officer, at=at)
    form = verdict(look(office, opened))
    for _ in range(2):  # a double click
        answer = send(office, opened, "accept", form)
        assert answer.headers["Location"] == f"/review/{reports['ME-05'].pk}/"
    now = fresh(opened)
    assert (now.state, now.office_light, now.office_reason) == ("accepted", "on_track", "")
    following = look(office, reports["ME-05"])
    assert "ME-01 was accepted" in following.text
    assert send(office, reports["ME-05"], "accept", verdict(following)).headers["Location"] == "/review/"
    assert Event.objects.filter(verb="accept", object_id=str(opened.pk)).count() == 1


def test_another_light_needs_a_reason_and_the_ministry_sees_it(office, opened, me_officer):
    """product.md: the office sets its own light, the same unless it says why; the ministry sees that."""
    sent = verdict(look(office, opened)) | {"light": ["attention"], "book_text_ko": ["다듬은 문구"]}
    answer = send(office, opened, "accept", sent)
    assert answer.status_code == 422
    found = page(answer)
    assert "differs from the ministry" in found.one("p", id="reason-error").text
    kept = verdict(found)
    assert (kept["light"], kept["book_text_ko"], kept["key"]) == (["attention"], ["다듬은 문구"], sent["key"])
    assert send(office, opened, "accept", kept | {"reason": ["관계부처 이견"]}).status_code == 302
    assert (fresh(opened).office_light, fresh(opened).book_text_ko) == ("attention", "다듬은 문구")
    assert "관계부처 이견" in page(visitor(me_officer).get("/my-tasks/")).text


@pytest.mark.parametrize(
    ("verb", "name", "words"),
    [
        ("accept", "comment", "return the report with it"),
        ("accept", "reason", "the light is the ministry's"),
        ("return", "reason", "accept with it"),
        ("return", "book_text_ko", "accept with it"),
        ("return", "book_text_en", "accept with it"),
    ],
)
def test_a_verdict_drops_nothing_that_was_typed(office, opened, verb, name, words):
    """422 at the field, with all that stood in the form; the page keeps its words for the state apart."""
    sent = verdict(look(office, opened)) | ({"comment": [COMMENT]} if verb == "return" else {}) | {name: ["쓰던 글"]}
    before, answer = events(), send(office, opened, verb, sent)
    assert (answer.status_code, events()) == (422, before)
    assert words in page(answer).one("p", id=f"{name}-error").text
    (control,) = [row for row in page(answer).all(form="verdict", name=name) if "aria-invalid" in row]
    assert control["aria-describedby"] == f"{name}-error"
    assert verdict(page(answer)) | {"csrfmiddlewaretoken": []} == sent | {"csrfmiddlewaretoken": []}
    assert send(office, opened, verb, sent | {name: [""]}).status_code == 302


def test_book_wording_that_was_cleared_stays_cleared(office, opened, coordinator, at):
    """What the form holds after a refusal is what was typed, an emptied field too."""
    builders.accept(opened, by=coordinator, at=at, book_text_ko="다듬은 문구")
    builders.reopen(opened, by=coordinator, at=at)
    sent = verdict(look(office, opened))
    assert sent["book_text_ko"] == ["다듬은 문구"]
    answer = send(office, opened, "accept", sent | {"book_text_ko": [""], "light": ["attention"]})
    assert verdict(page(answer))["book_text_ko"] == [""]


def test_an_acceptance_is_taken_back_with_a_reason(office, opened, coordinator, at):
    """model.md: reopen, with reason, until the freeze; the review then stands where it was."""
    builders.accept(opened, by=coordinator, at=at, light="attention", reason="이견")
    address = f"/review/{opened.pk}/reopen/"
    found = look(office, opened)
    form = fields(found, found.one("form", action=address))
    refused = office.post(address, form | {"reason": [""]})
    assert refused.status_code == 422
    assert fresh(opened).state == "accepted"
    assert dead_links(office, refused) == []
    assert office.post(address, form | {"reason": ["오기 정정"]}).headers["Location"] == f"/review/{opened.pk}/"
    assert (fresh(opened).state, fresh(opened).office_light) == ("submitted", "")
    assert verdict(look(office, opened))


# Someone else was faster


def test_another_verdict_meanwhile_keeps_the_comment(office, opened, coordinator_2, at):
    """screens.md C: 409, the comment kept, whether the report still waits for this very form or not."""
    form = verdict(look(office, opened)) | {"comment": [COMMENT]}
    builders.accept(opened, by=coordinator_2, at=at)
    builders.reopen(opened, by=coordinator_2, at=at)
    answer = send(office, opened, "return", form)
    assert answer.status_code == 409
    found = page(answer)
    assert "Yoon Seul has ME-01 open" in alert(answer), "it says whose review it is"
    assert COMMENT in [row.text for row in found.all("blockquote")]
    assert not found.all("form", id="verdict"), "and offers no verdict on it"
    (take,) = found.all("form", action=f"/review/{opened.pk}/take-over/")
    assert send(office, opened, "take-over", fields(found, take)).status_code == 302
    assert send(office, opened, "return", verdict(look(office, opened)) | {"comment": [COMMENT]}).status_code == 302


@pytest.mark.parametrize("verb", ["return", "accept"])
@pytest.mark.parametrize("meanwhile", ["returned", "resubmitted", "accepted", "frozen"])
def test_the_report_moved_on_and_the_texts_are_kept(
    office, opened, round_2, me_officer, coordinator_2, at, verb, meanwhile
):
    """A newer submission in between, another's verdict, the freeze: 409, nothing changed, and everything that was typed
    stands on the page although its form does not."""
    form = verdict(look(office, opened)) | {"comment": [COMMENT], "book_text_ko": ["다듬은 문구"], "reason": ["이견"]}
    if meanwhile in ("returned", "resubmitted"):
        builders.return_for_changes(opened, by=coordinator_2, at=at)
    if meanwhile == "resubmitted":
        builders.write(opened, by=me_officer, at=at, results="ㅇ 협의체 2회 개최\nㅇ 초안 작성")
        builders.submit(opened, by=me_officer, at=at)
    if meanwhile == "accepted":
        builders.accept(opened, by=coordinator_2, at=at)
    if meanwhile == "frozen":
        builders.freeze(round_2, by=coordinator_2, at=at)
    before, version = events(), fresh(opened).version
    answer = send(office, opened, verb, form)
    assert (answer.status_code, events(), fresh(opened).version) == (409, before, version)
    assert alert(answer)
    shown = {row.text for row in page(answer).all("blockquote")}
    assert {COMMENT, "다듬은 문구", "이견"} <= shown
    assert dead_links(office, answer) == []


@pytest.mark.parametrize("place", ["submitted", "opened", "returned", "accepted"])
def test_after_the_freeze_there_is_no_verb_left(office, reports, round_2, me_officer, coordinator, at, place):
    """product.md: frozen is closed for ever. The page offers no form, and each forged one gets 409 and changes nothing."""
    report = builders.report_in(place, reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    number = Submission.objects.latest("pk").number
    builders.freeze(round_2, by=coordinator, at=at)
    before, row = events(), Report.objects.filter(pk=report.pk).values().get()
    assert not [form for form in look(office, report).all("form") if "review" in form["action"] or form["id"]]
    data = {
        "version": report.version, "light": "on_track", "comment": COMMENT, "due_at": "2021-03-18T12:00",
        "reason": "오기", "changed": f"{report.pk}:{report.version}", f"r{report.pk}-version": report.version,
        f"r{report.pk}-results": "ㅇ 뒤늦은 글", "ministry": "ME",
    }  # fmt: skip
    for verb in ("open", "return", "accept", "reopen"):
        assert send(office, report, verb, data).status_code == 409, verb
    officer = visitor(me_officer)
    paths = [f"/reports/{report.pk}/draft/", f"/reports/{report.pk}/submit/", "/my-tasks/", "/my-tasks/submit/"]
    for path in (*paths, f"/submissions/{number}/withdraw/"):
        assert officer.post(path, data).status_code == 409, path
    assert (events(), Report.objects.filter(pk=report.pk).values().get()) == (before, row)


def test_the_number_of_queries_does_not_grow(office, reports, me_officer, coordinator, at):
    """quality.md 28: the queue with two and with four reports, a review after one return and after three."""
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    counts: dict[str, list[int]] = {"/review/": [], f"/review/{report.pk}/": []}
    for codes, returns in ((["ME-03"], 1), (["ME-04", "ME-05"], 2)):
        for code in codes:
            builders.report_in("opened", reports[code], officer=me_officer, coordinator=coordinator, at=at)
        for _ in range(returns):
            builders.return_for_changes(report, by=coordinator, at=at, fields=["results", "plans"])
            builders.write(report, by=me_officer, at=at, results=f"ㅇ 고침 {events()}")
            builders.submit(report, by=me_officer, at=at)
            builders.open_for_review(report, by=coordinator, at=at)
        for path, told in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert office.get(path).status_code == 200
            told.append(len(queries))
    for path, (few, many) in counts.items():
        assert few == many < 50, path
