"""Whose review it is: opened, taken over, given back; what was accepted undone; many unchanged ones accepted at once."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from records.errors import Forbidden, Invalid, WrongState
from records.models import Event
from tasks import workflow
from tasks.models import Report
from tests import builders
from tests.builders import fresh, key
from tests.pages import Element, dead_links, fields, page, visitor
from tests.tasks.test_deputies import with_office
from tests.tasks.test_verification import differences

pytestmark = pytest.mark.either

COMMENT = "추진실적의 기준일을 밝혀 주시기 바람"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def first(coordinator) -> Client:
    return visitor(coordinator)


@pytest.fixture
def second(coordinator_2) -> Client:
    return visitor(coordinator_2)


@pytest.fixture
def opened(reports, me_officer, coordinator, at) -> Report:
    return builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)


def look(browser: Client, report: Report, query: str = "") -> Element:
    return page(browser.get(f"/review/{report.pk}/{query}"))


def last() -> Event:
    return Event.objects.latest("pk")


# Claims


def test_a_colleague_sees_whose_it_is_takes_it_over_and_then_decides(first, second, opened, coordinator_2):
    """In the queue and on the page stands who has it and since when; the verdict of anyone else is refused with it."""
    assert "Cho Ara has it open since 16 Mar 14:00" in page(second.get("/review/")).text
    found = look(second, opened)
    assert "Cho Ara has it open since" in found.one("dd", class_="claim others").text
    assert not found.all("form", id="verdict")
    sent = {"version": str(opened.version), "light": "on_track", "comment": COMMENT, "due_at": "2021-03-18T12:00"}
    for verb in ("accept", "return", "release"):
        before, answer = Event.objects.count(), second.post(f"/review/{opened.pk}/{verb}/", sent)
        assert (answer.status_code, Event.objects.count()) == (409, before), verb
        assert "Cho Ara has ME-01 open for review" in page(answer).one("div", class_="note-box error").text
        assert verb == "release" or COMMENT in [row.text for row in page(answer).all("blockquote")]
    (take,) = found.all("form", action=f"/review/{opened.pk}/take-over/")
    for _ in range(2):  # a double click
        assert second.post(f"/review/{opened.pk}/take-over/", fields(found, take)).status_code == 302
    assert (fresh(opened).opened_by, last().verb, last().data["from"]) == (coordinator_2, "take_over_review", "조아라")
    assert "You have it open since" in look(second, opened).text
    refused = first.post(f"/review/{opened.pk}/accept/", sent)
    assert "Yoon Seul has ME-01 open" in page(refused).one("div", class_="note-box error").text
    assert dead_links(first, refused) == []
    form = look(second, opened)
    accepted = second.post(f"/review/{opened.pk}/accept/", fields(form, form.one("form", id="verdict")))
    assert (accepted.status_code, fresh(opened).state) == (302, "accepted")
    assert "taken over from 조아라" in look(second, opened).text
    assert differences() == []


def test_given_back_it_is_anyones_and_can_be_withdrawn_again(first, opened, me_officer, at):
    found = look(first, opened, "?order=code")
    (form,) = found.all("form", action=f"/review/{opened.pk}/release/?order=code")
    answer = first.post(form["action"], fields(found, form))
    assert answer.headers["Location"] == "/review/?order=code"
    now = fresh(opened)
    assert (now.opened_by, now.opened_by_office_at, now.state) == (None, None, "submitted")
    assert "ME-01 waits for anyone" in page(first.get("/review/?order=code")).text
    builders.withdraw(opened, by=me_officer, at=at)
    assert fresh(opened).state == "draft"
    assert differences() == []


def test_the_claim_is_the_offices_whoever_sits_there(opened, coordinator, at):
    """A deputy goes on with what the holder has open, and the other way round; who submitted never takes over."""
    deputy = with_office(coordinator.postings.get(), builders.person("opc_deputy"))
    with pytest.raises(WrongState, match=str(opened)[:5]):
        builders.take_over_review(opened, by=deputy, at=at)
    builders.release_review(opened, by=deputy, at=at)
    builders.open_for_review(opened, by=deputy, at=at)
    assert (fresh(opened).opened_by, fresh(opened).opened_for) == (deputy, coordinator)
    builders.accept(opened, by=coordinator, at=at)
    assert [event.verb for event in Event.objects.order_by("-pk")[:3]] == [
        "accept",
        "open_for_review",
        "release_review",
    ]
    assert differences() == []


def test_who_sent_it_takes_nothing_over(reports, me, coordinator, coordinator_2, at):
    builders.posting(coordinator, "officer", me)
    both, report = builders.forget(coordinator), reports["ME-05"]
    builders.write(report, by=both, at=at)
    builders.submit(report, by=both, at=at)
    builders.open_for_review(report, by=coordinator_2, at=at)
    with pytest.raises(Forbidden):
        builders.take_over_review(report, by=both, at=at)


# Undo


def test_an_acceptance_is_undone_on_the_next_page_in_one_click(first, opened, reports, me_officer, at):
    """The next page says where one is, and takes the acceptance back; the record says that it was that, and who."""
    builders.report_in("submitted", reports["ME-05"], officer=me_officer, coordinator=opened.opened_by, at=at)
    found = look(first, opened)
    answer = first.post(f"/review/{opened.pk}/accept/", fields(found, found.one("form", id="verdict")))
    following = page(first.get(answer.headers["Location"]))
    assert following.one("span", id="done").text == "ME-01 was accepted. Now 1 of 1."
    assert following.one("h1")["aria-describedby"] == "done"
    (undo,) = following.all("form", action=f"/review/{opened.pk}/reopen/")
    answer = first.post(undo["action"], fields(following, undo) | {"undo": "1"})
    assert answer.headers["Location"] == f"/review/{opened.pk}/"
    again = look(first, opened)
    assert again.all("form", id="verdict"), "the review stands where it was"
    assert (last().verb, last().data["undo"], last().data["reason"]) == ("reopen", True, "")
    assert "undone by whoever had accepted it" in again.text
    assert "Undo" not in again.text, "said once"
    assert differences() == []


def test_after_an_undo_the_verdict_stands_in_its_form_again(first, opened, coordinator, at):
    """The light, the reason and the wording for the book, until another text comes."""
    given = {"light": "attention", "reason": "협의가 늦어짐", "book_text_ko": "협의 지연"}
    builders.accept(opened, by=coordinator, at=at, **given)
    builders.reopen(opened, by=coordinator, at=at)
    found = look(first, opened)
    form = fields(found, found.one("form", id="verdict"))
    assert {name: form[name][0] for name in given} == given


def test_an_undo_is_of_ones_own_and_of_what_stands_alone(first, opened, coordinator, coordinator_2, round_2, at):
    """Not by a colleague without a reason, not of a later acceptance, and not after the freeze."""
    builders.accept(opened, by=coordinator, at=at)
    accepted = fresh(opened).version
    with pytest.raises(Invalid) as refused:
        workflow.reopen(opened.pk, by=coordinator_2, at=at, key=key(), version=accepted, undo=True)
    assert list(refused.value.problems) == ["reason"]
    builders.reopen(opened, by=coordinator, at=at)
    builders.accept(opened, by=coordinator, at=at)
    stale = first.post(f"/review/{opened.pk}/reopen/", {"version": accepted, "undo": "1"})
    assert (stale.status_code, fresh(opened).state) == (409, "accepted")
    builders.freeze(round_2, by=coordinator, at=at)
    answer = first.post(f"/review/{opened.pk}/reopen/", {"version": fresh(opened).version, "undo": "1"})
    assert (answer.status_code, fresh(opened).state) == (409, "accepted")


def test_an_undo_ends_with_what_comes_after_the_acceptance(first, opened, coordinator, me_officer, at):
    """The reasoned way remains, and its refusal says why."""
    builders.accept(opened, by=coordinator, at=at)
    builders.say(opened, "검토 결과를 확인하였습니다.", by=me_officer, at=at)
    sent = {"version": str(fresh(opened).version), "undo": "1", "key": str(key())}
    answer = first.post(f"/review/{opened.pk}/reopen/", sent)
    assert (answer.status_code, fresh(opened).state) == (422, "accepted")
    assert "Something came after the acceptance" in page(answer).text
    workflow.reopen(
        opened.pk, by=coordinator, at=at, key=key(), version=fresh(opened).version, reason="재검토", undo=True
    )
    assert (last().data["reason"], "undo" in last().data) == ("재검토", False)
    assert differences() == []


# Unchanged ones


@pytest.fixture
def unchanged(reports, me_officer, msit_officer, at) -> list[Report]:
    """ME-01 and MSIT-01, each submitted as "no change"."""
    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    builders.submit(reports["MSIT-01"], by=msit_officer, at=at, unchanged=True)
    return [fresh(reports["ME-01"]), fresh(reports["MSIT-01"])]


def listed(found: Element) -> list[str]:
    return [row.text for row in found.all("span", class_="code")]


def test_unchanged_ones_are_looked_over_and_accepted_at_once(first, unchanged, coordinator, at):
    """Each line can be left out; the button says how many go; one event names them, and each keeps its own light."""
    found = page(first.get("/review/unchanged/?leave=MSIT-01"))
    assert "Accept 1 unchanged" in found.text
    found = page(first.get("/review/unchanged/"))
    assert listed(found) == ["ME-01", "MSIT-01"]
    assert "Accept 2 unchanged" in found.text
    assert "ㅇ 추진계획을 세우고 착수함" in found.text
    sent, before = fields(found, found.one("form", action="/review/unchanged/accept/")), Event.objects.count()
    for _ in range(2):
        assert first.post("/review/unchanged/accept/", sent).headers["Location"] == "/review/"
    assert (Event.objects.count(), last().verb, last().object_type) == (before + 1, "accept_unchanged", "tasks.round")
    assert [row["code"] for row in last().data["reports"]] == ["ME-01", "MSIT-01"]
    for report in map(fresh, unchanged):
        assert (report.state, report.office_light, report.opened_by) == ("accepted", "on_track", coordinator)
    said = page(first.get("/review/")).one("form", action="/review/unchanged/undo/")
    assert "2 unchanged reports were accepted" in said.text
    assert "Accepted from the list of unchanged ones" in look(first, unchanged[0]).text
    builders.reopen(unchanged[0], by=coordinator, at=at)
    assert differences() == []


def test_an_acceptance_from_the_list_is_undone_in_one_press(first, unchanged, coordinator, coordinator_2, at):
    """By whoever gave it, from the message and from the list; what something happened to since stays as it is."""
    builders.accept_unchanged(*unchanged, by=coordinator, at=at)
    builders.reopen(unchanged[1], by=coordinator_2, at=at)
    builders.accept(unchanged[1], by=coordinator_2, at=at)
    undo = "/review/unchanged/undo/"
    assert not page(visitor(coordinator_2).get("/review/unchanged/")).all("form", action=undo), "none of their own"
    found = page(first.get("/review/unchanged/"))
    sent, before = fields(found, found.one("form", action=undo)), Event.objects.count()
    for _ in range(2):
        assert first.post(undo, sent).status_code == 302
    assert (Event.objects.count(), last().verb, last().data["undo"]) == (before + 1, "reopen", True)
    assert [fresh(report).state for report in unchanged] == ["submitted", "accepted"]
    assert not page(first.get("/review/unchanged/")).all("form", action=undo)
    assert differences() == []


@pytest.mark.parametrize("meanwhile", ["withdrawn", "taken", "contributed", "accepted"])
def test_what_changed_meanwhile_is_named_and_nothing_is_accepted(
    first, unchanged, me_officer, msit_officer, motie_officer, coordinator_2, at, meanwhile
):
    """All or none, and never silently: the page says which one and why, and goes on with the rest."""
    found = page(first.get("/review/unchanged/"))
    sent = fields(found, found.one("form", action="/review/unchanged/accept/"))
    one = unchanged[1]
    if meanwhile == "withdrawn":
        builders.withdraw(one, by=msit_officer, at=at)
    if meanwhile in ("taken", "accepted"):
        builders.open_for_review(one, by=coordinator_2, at=at)
    if meanwhile == "accepted":
        builders.accept(one, by=coordinator_2, at=at)
    if meanwhile == "contributed":
        builders.contribute(one, by=motie_officer, at=at + timedelta(minutes=1))
    before, answer = Event.objects.count(), first.post("/review/unchanged/accept/", sent)
    assert (answer.status_code, Event.objects.count()) == (409, before)
    problem = page(answer).one("div", class_="note-box error").text
    assert "MSIT-01" in problem
    assert "ME-01" not in problem
    assert ("Yoon Seul" in problem) == (meanwhile == "taken")
    assert fresh(unchanged[0]).state == "submitted"
    found = page(answer)
    rest = fields(found, found.one("form", action="/review/unchanged/accept/"))
    assert rest["unchanged"] == [f"{unchanged[0].pk}:{unchanged[0].version}"]
    assert first.post("/review/unchanged/accept/", rest).status_code == 302
    assert fresh(unchanged[0]).state == "accepted"
    assert dead_links(first, answer) == []


def test_what_has_to_be_read_is_not_accepted_from_a_list(reports, unchanged, me_officer, coordinator, at):
    """A changed text, one's own, another light than the board showed: named with the reason, whoever asks for it."""
    builders.write(reports["ME-05"], by=me_officer, at=at)
    builders.submit(reports["ME-05"], by=me_officer, at=at)
    with pytest.raises(workflow.Overtaken) as refused:
        builders.accept_unchanged(unchanged[0], reports["ME-05"], by=coordinator, at=at)
    assert list(refused.value.problems) == ["ME-05"]
    Report.objects.filter(pk=unchanged[0].pk).update(baseline_light="completed")
    with pytest.raises(workflow.Overtaken):
        builders.accept_unchanged(unchanged[0], by=coordinator, at=at)
    found = page(visitor(coordinator).get("/review/unchanged/"))
    assert "another light than last round's" in found.text
    assert "Accept 1 unchanged" in found.text
    builders.posting(me_officer, "coordinator")
    both = builders.forget(me_officer)
    with pytest.raises(Forbidden):
        builders.accept_unchanged(unchanged[0], by=both, at=at)
    assert "you submitted it yourself" in page(visitor(both).get("/review/unchanged/")).text
    with pytest.raises(Invalid):
        workflow.accept_unchanged([], by=coordinator, at=at, key=key())


# The order of the queue


@pytest.fixture
def waiting(reports, me_officer, msit_officer, coordinator, at) -> None:
    """In the order of arrival: MSIT-01 on track, ME-05 attention, ME-03 unopened, ME-04 resubmitted."""
    builders.submit(reports["MSIT-01"], by=msit_officer, at=at - timedelta(minutes=40), unchanged=True)
    builders.write(reports["ME-05"], by=me_officer, at=at, **builders.troubled())
    builders.submit(reports["ME-05"], by=me_officer, at=at - timedelta(minutes=30))
    builders.write(reports["ME-03"], by=me_officer, at=at)
    builders.submit(reports["ME-03"], by=me_officer, at=at - timedelta(minutes=20))
    builders.report_in("returned", reports["ME-04"], officer=me_officer, coordinator=coordinator, at=at)
    builders.write(reports["ME-04"], by=me_officer, at=at, results="ㅇ 고쳐 씀")
    builders.submit(reports["ME-04"], by=me_officer, at=at)


ARRIVAL = ["MSIT-01", "ME-05", "ME-03", "ME-04"]
WANTED = {
    "": ARRIVAL,
    "?order=ministry": ["ME-05", "ME-03", "ME-04", "MSIT-01"],
    "?order=light": ["ME-05", "MSIT-01", "ME-03", "ME-04"],
    "?order=resubmitted": ["ME-04", "MSIT-01", "ME-05", "ME-03"],
    "?order=code": ["ME-03", "ME-04", "ME-05", "MSIT-01"],
    "?order=%00&light=green&only=x&ministry=%00": ARRIVAL,
    "?ministry=ME": ["ME-05", "ME-03", "ME-04"],
    "?light=attention": ["ME-05"],
    "?only=unchanged": ["MSIT-01"],
    "?order=code&only=resubmitted": ["ME-04"],
    "?only=mine": ["ME-03"],
    "?ministry=ME&only=free": ["ME-05", "ME-04"],
    "?only=late": [],
}


def test_the_queue_has_an_order_and_filters_that_go_along(first, waiting, reports, coordinator, at):
    """Each number is the count of its list; previous, next and the place follow the address, and so does a verdict."""
    builders.open_for_review(reports["ME-03"], by=coordinator, at=at)
    for query, codes in WANTED.items():
        found = page(first.get(f"/review/{query}"))
        assert listed(found) == codes, query
        for link in found.one("nav", class_="seg queue-numbers").all("a"):
            assert len(listed(page(first.get(link["href"])))) == int(link.text.split()[-1]), link["href"]
    for query, codes in WANTED.items():
        for place, code in enumerate(codes):
            found = look(first, reports[code], query)
            assert found.one("p", class_="seg").one("b").text == f"{place + 1}/{len(codes)}", query
            steps = {row["data-key"]: row["href"] for row in found.all("a") if "data-key" in row}
            kept = "" if "%00" in query else query
            around = {"k": codes[place - 1] if place else None, "j": [*codes, None][place + 1]}
            assert steps == {name: f"/review/{reports[code].pk}/{kept}" for name, code in around.items() if code}, query
    found = look(first, reports["ME-03"], "?ministry=ME&order=light")
    (accept,) = [row for row in found.all("button") if row["data-key"] == "a"]
    answer = first.post(accept["formaction"], fields(found, found.one("form", id="verdict")))
    assert answer.headers["Location"] == f"/review/{reports['ME-04'].pk}/?order=light&ministry=ME"
    assert fresh(reports["ME-04"]).opened_by == coordinator, "the next one of the order is opened"


def test_the_next_one_is_none_that_a_colleague_has(first, waiting, reports, coordinator, coordinator_2, at):
    builders.open_for_review(reports["MSIT-01"], by=coordinator, at=at)
    builders.open_for_review(reports["ME-05"], by=coordinator_2, at=at)
    found = look(first, reports["MSIT-01"])
    answer = first.post(f"/review/{reports['MSIT-01'].pk}/accept/", fields(found, found.one("form", id="verdict")))
    assert answer.headers["Location"] == f"/review/{reports['ME-03'].pk}/"


def test_the_queries_do_not_grow(first, waiting, reports, fsc_officer, fsc_approver, at):
    """quality.md 28: the queue in an order that looks at texts, and the list of unchanged ones."""
    counts: dict[str, list[int]] = {"/review/?order=resubmitted": [], "/review/unchanged/": []}
    for _ in range(2):
        for path, told in counts.items():
            with CaptureQueriesContext(connection) as queries:
                assert first.get(path).status_code == 200
            told.append(len(queries))
        both = [reports["FSC-01"], reports["FSC-02"]]
        if not told[1:]:
            builders.ask_sign_off(*both, by=fsc_officer, at=at, unchanged=True)
            builders.sign_off(*both, by=fsc_approver, at=at)
    for path, (few, many) in counts.items():
        assert few == many < 20, path


def test_the_last_three_rounds_stand_beside_it(first, opened):
    """With what the ministry and the office said then; what it is compared with is one of them."""
    rail = look(first, opened).one("aside", class_="rail")
    (one,) = [row for row in rail.all("details") if row["class"] == "round"]
    assert "Round 1, frozen" in one.text
    assert "ㅇ 추진계획을 세우고 착수함" in one.text
    assert "Office: On track" in one.text
