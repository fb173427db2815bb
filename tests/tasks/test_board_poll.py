"""The board's poll says whether anything changed; neither it nor the page asks the database more for a larger round."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from records import clock
from tasks.models import Report
from tests import builders
from tests.pages import HTMX, page, visitor
from tests.tasks import candidates_scene


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> None:
    """Postings are in force in March 2021."""


def seen(answer) -> str:
    return str(page(answer).one("input", id="board-seen")["value"])


def poll(browser, position: str, **query: str):
    return browser.get("/board/poll/", {"seen": position, **query}, headers=HTMX)


def test_a_poll_answers_204_until_something_changes(task_force, coordinator, at):
    """architecture.md, "Polling". A saved draft is no event and yet changes the board."""
    browser = visitor(coordinator)
    position = seen(browser.get("/board/"))
    answer = poll(browser, position)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["X-Checked-At"] == "14:00"
    builders.write(task_force.reports["ME-01"], by=task_force.people["me_officer"], at=at)
    answer = poll(browser, position)
    assert answer.status_code == 200
    assert page(answer).one("a", id="t-ME-01")["aria-label"].endswith("Draft")
    assert poll(browser, seen(answer)).status_code == 204


def test_a_poll_brings_the_parts_alone_and_names_what_changed(task_force, coordinator, at):
    browser, reports = visitor(coordinator), task_force.reports
    position = seen(browser.get("/board/"))
    builders.write(reports["ME-01"], by=task_force.people["me_officer"], at=at)
    builders.submit(reports["ME-01"], by=task_force.people["me_officer"], at=at)
    answer = page(poll(browser, position))
    assert answer.one("p", id="board-news").text == "ME-01 Submitted"
    assert not answer.all("form", "main", "html")
    for part in ("board-ledger", "board-table", "board-jobs", "board-due", "board-review", "board-seen"):
        assert [row["hx-swap-oob"] for row in answer.walk() if row["id"] == part] == ["true"], part


def test_an_answer_to_a_call_is_told_to_the_office(task_force, coordinator, reader, at):
    """By name, with what now waits to be judged; much is counted. A verdict changes the number and is not read out."""
    me, motie, people = task_force.ministries["ME"], task_force.ministries["MOTIE"], task_force.people
    call = candidates_scene.call(me, motie, by=coordinator)
    office, other = visitor(coordinator), visitor(reader)
    position, others = seen(office.get("/board/")), seen(other.get("/board/"))
    row = candidates_scene.propose(call, me, by=people["me_officer"])
    candidates_scene.none(call, motie, by=people["motie_officer"])
    answer = page(poll(office, position))
    told = answer.one("p", id="board-news").text
    assert told == "Environment: answer to call 1, Industry: answer to call 1"
    assert (
        answer.one("section", id="board-jobs")
        .one("a", href="/candidates/?state=submitted#candidates")
        .text.endswith("1")
    )
    position = seen(office.get("/board/"))
    assert poll(office, position).status_code == 204
    assert poll(other, others).status_code == 204, "a reader learns of candidates once they are judged"
    candidates_scene.decline(row, by=coordinator)
    judged = page(poll(office, position))
    assert judged.one("p", id="board-news").text == ""
    for title in ("둘", "셋", "넷", "다섯"):
        candidates_scene.propose(call, me, by=people["me_officer"], title=title)
    assert page(poll(office, position)).one("p", id="board-news").text == "4 answers to calls"


def test_much_that_changed_is_counted(task_force, coordinator, at):
    browser, officer = visitor(coordinator), task_force.people["me_officer"]
    position = seen(browser.get("/board/"))
    mine = [task_force.reports[f"ME-0{n}"] for n in (1, 3, 4, 5)]
    for report in mine:
        builders.write(report, by=officer, at=at)
    builders.submit(*mine, by=officer, at=at)
    assert page(poll(browser, position)).one("p", id="board-news").text == "4 tasks changed"


def test_a_reader_hears_nothing_of_what_stays_in_the_ministry(task_force, reader, at):
    browser = visitor(reader)
    position = seen(browser.get("/board/"))
    fsc = task_force.reports["FSC-01"]
    builders.write(fsc, by=task_force.people["fsc_officer"], at=at)
    assert poll(browser, position).status_code == 204
    builders.ask_sign_off(fsc, by=task_force.people["fsc_officer"], at=at)
    answer = poll(browser, position)
    assert "FSC-01" not in page(answer).one("p", id="board-news").text


def test_a_poll_brings_the_clock_alone_where_nothing_else_changed(task_force, coordinator, at, monkeypatch):
    browser = visitor(coordinator)
    position = seen(browser.get("/board/"))
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=1))
    assert poll(browser, position).headers["X-Checked-At"] == "14:01"
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(hours=1))
    answer = poll(browser, position)
    assert "3 days 3 hours left" in page(answer).one("dd", id="board-due").text
    assert not page(answer).all("table")
    assert poll(browser, seen(answer)).status_code == 204
    monkeypatch.setattr(clock, "now", lambda: task_force.round_2.due_at + timedelta(minutes=5))
    assert "past due" in page(poll(browser, position)).one("dd", id="board-due").text


def test_a_poll_keeps_the_filters(task_force, coordinator):
    answer = page(poll(visitor(coordinator), "2-0-open", ministry="FSC"))
    assert {row["id"] for row in answer.all("a", class_="tile")} == {"t-FSC-01", "t-FSC-02"}


def test_the_end_of_the_round_is_told_and_ends_the_polling(task_force, coordinator, at):
    """With htmx's status for it, and nothing but a word: what is being read stays. A page that shows no round is made
    anew."""
    browser = visitor(coordinator)
    position = seen(browser.get("/board/"))
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    answer = poll(browser, position)
    assert answer.status_code == 286
    over = page(answer).one("p", id="board-fresh")
    assert "Round 2 was frozen: 16 Mar 14:00" in over.text
    assert over.one("a")["href"] == "/rounds/2/"
    assert not page(answer).all("table")
    assert poll(browser, "9-0-open").headers["HX-Refresh"] == "true"


def test_a_poll_does_not_renew_the_session(task_force, coordinator):
    answer = poll(visitor(coordinator), "2-0-open")
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize(
    "position",
    ["", "%00", "2", "2-x", "2-" + "9" * 400, "2--1-open", "nonsense", "2-0-open." + "1" * 99, "2-0-open-0-0-x-0.9"],
)
def test_a_damaged_position_does_no_harm(task_force, coordinator, position):
    assert poll(visitor(coordinator), position).status_code == 200


# Cost


def counted(browser, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path, headers=HTMX if "poll" in path else {}).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["coordinator", "reader"])
def test_the_number_of_queries_does_not_grow_with_the_round(task_force, at, name):
    """quality.md 28. The second size has more ministries, more tasks, and texts in every place."""
    browser = visitor(task_force.people[name])
    paths = (
        "/board/",
        "/board/poll/?seen=2-0-open",
        "/board/?ministry=ME&q=me",
        "/rounds/1/",
        "/rounds/",
        "/rounds/1/record/",
    )
    few = [counted(browser, path) for path in paths]
    office = task_force.people["coordinator"]
    for number in range(6):
        ministry = builders.ministry(f"X{number}")
        officer = builders.person(f"x{number}", "officer", ministry)
        for task in range(5):
            made = builders.task(f"X{number}-{task:02}", ministry, first_round_no=2)
            report = Report.objects.create(
                round=task_force.round_2, task=made, lead=ministry, kind=made.kind, sector=made.sector
            )
            builders.report_in(
                ("missing", "draft", "submitted", "returned", "accepted")[task],
                report,
                officer=officer,
                coordinator=office,
                at=at,
            )
    assert [counted(browser, path) for path in paths] == few
