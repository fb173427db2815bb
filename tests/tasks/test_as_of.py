"""As of a frozen round one sees what was seen before its freeze, whatever was renamed, moved or given to others since."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from ministries.models import User
from tasks import schedules
from tasks.across import moves
from tasks.models import Milestone, Round
from tests import builders
from tests.pages import Element, page, visitor
from tests.tasks import across_scene
from tests.tasks.across_scene import CODES

pytestmark = pytest.mark.either

# What has to differ: what is missing is called otherwise once the round is frozen; nobody's draft is counted any more.
OPEN_WORDS = {"미제출": "미회신"}


@pytest.fixture(autouse=True)
def _in_korean(domain_time: object) -> Iterator[None]:
    """The record keeps the Korean names of then; the English one of a person is always that of today."""
    with translation.override("ko"):
        yield


@pytest.fixture
def told(db: None) -> dict[str, User]:
    """Round 2, the moment before its freeze; who is there."""
    across_scene.TOLD.restore()
    return across_scene.people()


def words(found: Element) -> list[str]:
    """Its words row by row, as a frozen round says them."""
    lines = [" ".join(cell.text for cell in row.all("th", "td")) for row in found.all("tr")]
    lines += [row.text for row in found.all("dt", "dd", "h2", "svg")]
    told = [OPEN_WORDS.get(line, line) for line in lines]
    for before, after in OPEN_WORDS.items():
        told = [line.replace(before, after) for line in told]
    return told


def task_page(browser, code: str, query: str = "") -> list[str]:
    found = page(browser.get(f"/tasks/{code}/{query}"))
    return [found.one("h1").text, *words(found.one("div", id="as-seen"))]


def ministry_page(browser, code: str, query: str = "") -> list[str]:
    """Names, the tasks of the round and the lights; of its record what lay before the round."""
    found = page(browser.get(f"/ministries/{code}/{query}"))
    seen = found.one("div", id="as-seen")
    tables = seen.all("table", class_="tb stack named own-tasks")
    record = [row.text for table in seen.all("table", class_="tb stack named chapters") for row in table.all("tr")]
    lights = [line for row in seen.all("dl", class_="tally lights-tally") for line in words(row)]
    return [found.one("h1").text, *lights, *(line for one in tables for line in words(one)), *record[-1:]]


def board(browser, address: str) -> list[str]:
    """Every tile by its accessible name, the names of the rows, and the sums of the lights."""
    found = page(browser.get(address))
    tiles = [row["aria-label"] for row in found.all("a", "span") if (row["id"] or "").startswith("t-")]
    tiles += [row["aria-label"] for row in found.all("span", class_="tile") if row["role"] == "img"]
    rows = [row.all("a")[0].text + (row.all("a")[0]["title"] or "") for row in found.one("tbody").all("th")]
    lights = [row["aria-label"] for row in found.all("a") if (row["id"] or "").startswith("n-light-")]
    return sorted([word for line in tiles for word in [_frozen_words(line)]]) + rows + lights


def _frozen_words(line: str) -> str:
    for before, after in OPEN_WORDS.items():
        line = line.replace(before, after)
    return line


def lists(browser, address: str) -> list[list[str]]:
    """The rows of every table of a page."""
    return [words(table) for table in page(browser.get(address)).all("table")]


def seen(browser, query: str, board_address: str) -> dict[str, object]:
    mark = query or "?"
    return {
        **{code: task_page(browser, code, query) for code in CODES},
        **{code: ministry_page(browser, code, query) for code in ("ME", "MSIT", "MOTIE")},
        "board": board(browser, board_address),
        "slippage": lists(browser, f"/slippage/{query}"),
        "slippage of one": lists(browser, f"/slippage/{mark}&ministry=ME&cause=budget"),
        "lights": lists(browser, f"/lights/{query}"),
        "compared": lists(browser, "/rounds/compare/?from=1&to=2"),
    }


def test_a_frozen_round_shows_for_ever_what_was_seen_before_its_freeze(told):
    """The office looked at it the moment before; whatever comes later does not show."""
    browser, bodies = visitor(told["coordinator"], language="ko"), across_scene.ministries()
    before = seen(browser, "", "/board/")
    builders.freeze(Round.objects.get(no=2), by=told["coordinator"], at=across_scene.FROZEN)
    at_once = seen(browser, "?round=2", "/rounds/2/")
    for name, wanted in before.items():
        assert at_once[name] == wanted, name
    across_scene.everything_changes(told, bodies)
    later = seen(browser, "?round=2", "/rounds/2/")
    for name, wanted in before.items():
        assert later[name] == wanted, name
    now = seen(browser, "", "/board/")
    assert [name for name in now if now[name] == before[name]] == ["compared"], "what does not show now shows nothing"


def test_as_of_the_first_round_nothing_of_the_second_shows(told):
    """Neither its report nor its moved date, although both are known by now."""
    browser = visitor(told["coordinator"], language="ko")
    found = page(browser.get("/tasks/ME-01/?round=1")).one("div", id="as-seen")
    rows = found.one("table", class_="tb stack named timeline").one("tbody").all("tr")
    assert [row.one("th").one("a").text for row in rows] == ["제1차"]
    assert "7. 31." not in found.text
    assert browser.get("/tasks/MSIT-02/?round=1").status_code == 404, "it joined the roster in round 2"
    for bad in ("2", "9", "x", "-1", "99999999999", "%00"):
        assert browser.get(f"/tasks/ME-01/?round={bad}").status_code == 404, bad


def test_both_ways_of_putting_dates_back_agree(told):
    """That of the pages across rounds and the board's own, for each round and milestone."""
    across_scene.go_on()
    changes = moves.applied()
    for round_ in Round.objects.frozen():
        for pk, wanted in schedules.dates_as_of(round_).items():
            dates = moves.dates_of(Milestone.objects.get(pk=pk), changes.get(pk, ()), round_.no)
            assert (dates.current_on, dates.done_on) == (wanted.current_on, wanted.done_on)
