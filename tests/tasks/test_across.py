"""The pages across rounds: their numbers are their lists, and they tell each person what they may know."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from ministries.models import User
from records import clock
from tasks.across import both_lights, comparing, moves, slippage
from tasks.across.standpoint import stand
from tasks.models import MilestoneChange, Report, Round, Support
from tests import builders
from tests.builders import kst
from tests.pages import Element, page, visitor
from tests.tasks import across_scene
from tests.tasks.test_visibility import ACTORS, FROZEN, OPEN, table

pytestmark = pytest.mark.either
NOW = kst(2021, 4, 14, 14)


@pytest.fixture
def at() -> datetime:
    return NOW


@pytest.fixture
def who(db: None, domain_time: datetime) -> Iterator[dict[str, User]]:
    """Three rounds, the third one open; words are English."""
    across_scene.THREE.restore()
    with translation.override("en"):
        yield across_scene.people()


def a_fourth() -> Round:
    """A round after the third one, whose completed tasks are not on its roster."""
    days = {"as_of": date(2021, 5, 1), "observes_from": date(2021, 4, 10)}
    return builders.round_(4, opens_at=kst(2021, 4, 26), due_at=kst(2021, 5, 7), **days)


def look(user: User, address: str) -> Element:
    answer = visitor(user).get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return page(answer)


# A task


TEXT, DRAFT, REASON = "ㅇ 이행계획 초안을 마련함", "근거를 덧붙임", "관계부처 이견"


@pytest.mark.parametrize("phase", ["open", "frozen"])
def test_the_time_line_of_a_task_shows_no_text_that_is_not_open_to_the_person(
    task_force, domain_time, monkeypatch, phase
):
    """model.md, "Who sees what of a report", for every place a report can be in; drafts and comments never show."""
    monkeypatch.setattr(clock, "now", lambda: kst(2021, 3, 16, 14))
    people, report, at = task_force.people, task_force.reports["FSC-01"], kst(2021, 3, 16, 14)
    Support.objects.create(task=report.task, ministry=task_force.ministries["MOTIE"], valid_from=builders.SINCE)
    browsers = {actor: visitor(people[name]) for actor, name in ACTORS.items()}
    office = people["coordinator"]
    own = {"officer": people["fsc_officer"], "approver": people["fsc_approver"], "coordinator": office}
    wrong = []
    for place, wanted in table(OPEN if phase == "open" else FROZEN).items():
        with transaction.atomic():
            builders.report_in(place, report, **own, at=at)
            if place == "accepted":
                builders.reopen(report, by=office, at=at)
                builders.accept(report, by=office, at=at, light="attention", reason=REASON)
            if phase == "frozen":
                builders.freeze(task_force.round_2, by=office, at=kst(2021, 3, 22, 10))
            for actor, sees in wanted.items():
                came = _shown(browsers[actor].get("/tasks/FSC-01/"))
                # Round 2 stands there where at least the state is open; nobody reads a draft here.
                row, text = sees != "–", sees.startswith("text") or (sees.startswith("own") and _was_sent(report))
                reason = place == "accepted" and sees.endswith("+")
                expected = "403" if actor in ("administrator", "stranger") else (row, text, reason)
                if came != expected:
                    wrong.append((place, actor, came, expected))
            transaction.set_rollback(True)
    assert wrong == []


def _was_sent(report: Report) -> bool:
    return builders.fresh(report).current_id is not None


def _shown(answer: object) -> object:
    if answer.status_code == 403:  # type: ignore[attr-defined]
        return "403"
    html, found = answer.content.decode(), page(answer)  # type: ignore[attr-defined]
    assert DRAFT not in html
    assert "근거를 보완 바람" not in html
    heads = [row.one("a").text for row in found.one("table", class_="tb stack named timeline").all("th", scope="row")]
    return "Round 2" in heads, TEXT in html, REASON in html


def test_whom_to_call_is_told_to_the_office_and_to_those_who_share_the_task(who):
    """Never as of an earlier round: the people are those of today."""
    who["me_officer"].postings.update(telephone="044-201-0001")
    told = [
        name for name in ("coordinator", "me_officer", "motie_officer", "reader") if _calls(who[name], "/tasks/ME-01/")
    ]
    assert told == ["coordinator", "me_officer"]
    who["motie_officer"].postings.update(telephone="044-201-0002")
    assert [name for name in ("me_officer", "motie_officer") if _calls(who[name], "/tasks/ME-06/")] == [
        "motie_officer"
    ], "it leads it now"
    assert not _calls(who["coordinator"], "/tasks/ME-01/?round=2")
    for name, query, tells in (
        ("coordinator", "", True),
        ("coordinator", "?round=2", False),
        ("me_officer", "", False),
    ):
        assert _calls(who[name], f"/ministries/ME/{query}") is tells


def _calls(user: User, address: str) -> bool:
    return "044-201" in look(user, address).text


# A ministry


@pytest.mark.parametrize("query", ["", "?round=2", "?round=1"])
def test_each_number_of_a_ministry_is_its_list_on_the_board(who, query):
    browser = visitor(who["coordinator"])
    found = page(browser.get(f"/ministries/ME/{query}"))
    links = [row for one in found.all("dl") if "tally" in one["class"] for row in one.all("a")]
    links += [row for row in found.one("table", class_="tb stack named chapters").all("a") if "/rounds/" in row["href"]]
    assert len(links) > 15
    for link in links:
        listed = page(browser.get(link["href"]))
        tiles = {row["id"] for row in listed.all() if row["id"].startswith("t-")}
        number = link.text.split(" of ")[-1]
        assert len(tiles) == int(number), link["href"]


def test_a_ministry_of_another_name_has_had_that_one_since(who):
    assert "Ministry of Environment until Wed 31 Mar 2021" in look(who["coordinator"], "/ministries/ME/").text
    assert look(who["coordinator"], "/ministries/ME/?round=2").one("h1").text.startswith("Ministry of Environment")
    assert visitor(who["coordinator"]).get("/ministries/NO/").status_code == 404


# Two rounds


def test_comparing_lists_what_happened_in_between(who):
    """What round 2 moved counts between 1 and 3 as well, and a number is the length of its list. Whoever has not answered
    in the later round is not among those without a difference: that is unknown."""
    found = look(who["coordinator"], "/rounds/compare/?from=1&to=3")
    numbers = {
        row.one("dt").text: int(row.one("dd").text) for row in found.one("dl", class_="tally compare-tally").all("div")
    }
    assert numbers == {
        "Worse": 0, "Better": 1, "Dates moved": 1, "New": 1, "Completed": 1, "Off the roster": 0,
        "Missing in round 3": 7, "No reply in round 1": 1, "No difference": 0,
    }  # fmt: skip
    for section in found.all("section", class_="what"):
        assert int(section.one("span", class_="num").text) == len(section.one("tbody").all("tr"))
    moved = found.one("section", **{"aria-labelledby": "list-moved"}).one("tbody").one("tr")
    assert [row.text.partition(" Round")[0] for row in moved.all("li")] == [
        "Milestone 1: Wed 30 Jun 2021 → Sat 31 Jul 2021",
        "Milestone 1: Sat 31 Jul 2021 → Thu 30 Sep 2021",
    ]
    assert "Attention → On track" in found.one("section", **{"aria-labelledby": "list-better"}).text
    assert "No reply → " in found.one("section", **{"aria-labelledby": "list-no_reply"}).text
    only = look(who["coordinator"], "/rounds/compare/?from=3&to=1&only=silent&ministry=FSC")
    assert [row.text for row in only.all("h2")] == ["Missing in round 3 2"], "the earlier one comes first"


def test_a_date_moved_in_between_counts_without_an_answer_since(who):
    """The text that moved it was accepted, whatever the later round says."""
    builders.freeze(Round.objects.get(no=3), by=who["coordinator"], at=kst(2021, 4, 19, 10))
    builders.prepare(fourth := a_fourth(), by=who["coordinator"])
    at = stand(who["coordinator"], NOW, None)
    found = comparing.read(Round.objects.get(no=1), fourth, {}, at)
    lists = {one.key: [tile.code for tile in one.tiles] for one in found.lists}
    assert lists["moved"] == ["ME-01"]
    assert lists["left"] == ["ME-04"], "completed in round 3"


def test_the_open_round_is_compared_by_whoever_sees_its_board(who):
    for name, status in {"coordinator": 200, "reader": 200, "me_officer": 404}.items():
        assert visitor(who[name]).get("/rounds/compare/?from=2&to=3").status_code == status
    assert "Choose two different rounds" in look(who["coordinator"], "/rounds/compare/?from=2&to=2").text
    # What nobody but the office may know of it does not show: ME-05 awaits its review.
    report = across_scene.roster(3)["MSIT-01"]
    builders.write(report, by=who["msit_officer"], at=NOW, results="ㅇ 추진전략을 확정함")
    builders.submit(report, by=who["msit_officer"], at=NOW)
    same = {
        name: look(who[name], "/rounds/compare/?from=2&to=3&only=same&q=MSIT-01").one("table").text
        for name in ("coordinator", "reader")
    }
    assert "→ Submitted" in same["reader"]
    assert "→ On track" in same["coordinator"]


# Moved dates


def test_the_ledger_names_baseline_current_causes_and_the_lead_of_then(who):
    row = look(who["me_officer"], "/slippage/").one("table", class_="tb stack named slippage").one("tbody").one("tr")
    assert [cell.text for cell in row.all("td")[1:4]] == ["Wed 30 Jun 2021", "Thu 30 Sep 2021", "+92"]
    assert "moved 2 times" in row.text
    assert [one.text for one in row.all("span", class_="cause")] == ["Legislation", "Budget"]
    then = (
        look(who["me_officer"], "/slippage/?round=2")
        .one("table", class_="tb stack named slippage")
        .one("tbody")
        .one("tr")
    )
    assert [cell.text for cell in then.all("td")[1:4]] == ["Wed 30 Jun 2021", "Sat 31 Jul 2021", "+31"]
    assert "2021 plan" in then.text
    assert look(who["me_officer"], "/slippage/?round=1").all("tbody") == []


@pytest.mark.parametrize(
    ("query", "n"),
    [("", 1), ("cause=budget", 1), ("cause=contract", 0), ("ministry=ME", 1), ("ministry=FSC", 0), ("q=예산", 1),
     ("q=nowhere", 0), ("sector=CCU", 1), ("sector=GEN&round=2", 1), ("kind=new", 1), ("kind=x&cause=%00&sort=", 1)],
)  # fmt: skip
def test_filters_sums_and_files_of_the_ledger_agree(who, query, n):
    browser = visitor(who["reader"])
    found = page(browser.get(f"/slippage/?{query}"))
    rows = found.all("table", class_="tb stack named slippage")
    assert sum(len(one.one("tbody").all("tr")) for one in rows) == n
    lines = list(csv.reader(io.StringIO(b"".join(browser.get(f"/slippage/export.csv?{query}")).decode("utf-8-sig"))))
    assert len(lines) == n + 1
    for link in [row for one in found.all("table", class_="tb small sums-table") for row in one.all("a")]:
        listed = page(browser.get(f"/slippage/{link['href']}"))
        assert len(listed.one("table", class_="tb stack named slippage").one("tbody").all("tr")) == int(link.text)


def test_no_cell_of_the_ledger_computes(who):
    """A reason that looks like a formula is a text in both files; dates are dates."""
    change = MilestoneChange.objects.filter(applied_event__isnull=False, revision__report__round__no=3)
    change.update(reason='=HYPERLINK("http://x")')
    browser = visitor(who["coordinator"])
    answer = browser.get("/slippage/export.csv")
    data = b"".join(answer)
    assert data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer["Content-Disposition"]
    assert "'=HYPERLINK" in data.decode()
    sheet: Any = load_workbook(io.BytesIO(b"".join(browser.get("/slippage/export.xlsx")))).worksheets[0]
    head = {cell.value: cell.column for cell in sheet[1]}
    reason, current = sheet.cell(2, head["Last reason"]), sheet.cell(2, head["Current"])
    assert (reason.data_type, reason.value[0]) == ("s", "=")
    assert current.value.date() == date(2021, 9, 30)
    assert sheet.freeze_panes == "B2"
    assert browser.get("/slippage/export.pdf").status_code == 404


# Both lights


def test_each_cell_of_the_cross_table_is_its_list_and_readers_do_not_learn_why(who):
    browser = visitor(who["reader"])
    found = page(browser.get("/lights/?round=2"))
    cells = found.one("table", class_="tb cross").one("tbody").all("a")
    assert sum(int(cell.text) for cell in cells) == 5
    for cell in cells:
        rows = page(browser.get(f"/lights/{cell['href']}")).all("table", class_="tb stack named both")
        assert sum(len(one.one("tbody").all("tr")) for one in rows) == int(cell.text)
    differing = {
        name: look(who[name], "/lights/?round=2").one("table", class_="tb stack named both").text
        for name in ("reader", "coordinator")
    }
    assert all("ME-03" in text for text in differing.values())
    assert REASON in differing["coordinator"]
    assert REASON not in differing["reader"]
    board = page(browser.get("/rounds/2/?also=differs"))
    assert [row["id"] for row in board.all() if row["id"].startswith("t-")] == ["t-ME-03"], "the board's own list"


def test_who_never_leaves_green_and_what_speaks_against_it(who):
    """ME-01 was on track in three rounds, while its date moved in two; ME-03 as well, and the office said otherwise
    twice. Those of two rounds are not judged."""
    lights = both_lights.read({}, stand(who["coordinator"], NOW, None))
    found = {one.code: (one.rounds, one.office, one.dates) for one in lights.green_tasks}
    assert found == {"ME-01": (3, 0, 2), "ME-03": (3, 2, 0), "ME-04": (3, 0, 0)}
    assert lights.green_ministries == [], "ME-06 of the same ministry was not"
    assert lights.habits[0].lead.ministry.code == "ME"
    assert (lights.habits[0].differing, lights.habits[0].harsher) == (2, 2)
    before = both_lights.read({}, stand(who["coordinator"], NOW, Round.objects.get(no=2)))
    assert before.green_tasks == []


# Queries


def test_no_more_queries_for_more_tasks_and_rounds(who):
    """quality.md 28."""
    addresses = ("/tasks/ME-01/", "/ministries/ME/", "/rounds/compare/?from=1", "/slippage/", "/lights/?scope=all")
    browser = visitor(who["coordinator"])
    me, officer, office = across_scene.ministries()["ME"], who["me_officer"], who["coordinator"]
    builders.freeze(Round.objects.get(no=3), by=office, at=kst(2021, 4, 19, 10))
    small = {address: _queries(browser, address) for address in addresses}
    for number in range(11, 17):
        builders.task(f"ME-{number}", me, milestones=[date(2021, 8, 1)], first_round_no=4)
    reports = builders.prepare(fourth := a_fourth(), by=office)
    sent = [report for code, report in reports.items() if code.startswith("ME-1") or code == "ME-01"]
    for report in sent:
        again = builders.moved(report.task.milestones.get(), "2021-12-01")
        builders.write(report, by=officer, at=kst(2021, 4, 28, 10), milestones=again)
    builders.submit(*sent, by=officer, at=kst(2021, 4, 28, 10))
    for report in sent:
        builders.open_for_review(report, by=office, at=kst(2021, 4, 28, 10))
        builders.accept(report, by=office, at=kst(2021, 4, 28, 10), light="attention", reason="지연")
    builders.freeze(fourth, by=office, at=kst(2021, 5, 10, 10))
    assert len(moves.applied()) > 6
    assert {address: _queries(browser, address) for address in addresses} == small


def _queries(browser: object, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200  # type: ignore[attr-defined]
    return len(queries)


def test_the_ledger_sorts(who):
    asked = slippage.Asked(sort=slippage.Sort.DAYS)
    ledger = slippage.read({"sort": "days"}, stand(who["reader"], NOW, None))
    assert ledger.asked == asked
    assert [row.code for row in ledger.found] == ["ME-01"]
