"""As of a frozen round one sees what was seen before its freeze, whatever was renamed, moved or given to others since."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from ministries.models import MinistryName
from tasks import schedules
from tasks.across import moves
from tasks.models import Lead, Milestone, Report, Support, Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import Element, page, visitor

pytestmark = pytest.mark.either

BEFORE, FROZEN, LATER = kst(2021, 3, 18, 10), kst(2021, 3, 22, 10), kst(2021, 4, 14, 10)
CODES = ("ME-01", "ME-02", "ME-03", "ME-04", "ME-06", "MSIT-01")
# What has to differ: what is missing is called otherwise once the round is frozen; nobody's draft is counted any more.
OPEN_WORDS = {"미제출": "미회신"}


@pytest.fixture(autouse=True)
def _in_korean(domain_time: object) -> Iterator[None]:
    """The record keeps the Korean names of then; the English one of a person is always that of today."""
    with translation.override("ko"):
        yield


@pytest.fixture
def told(task_force: TaskForce) -> TaskForce:
    """Round 2, with a moved date, another light of the office, an indicator and a text that nobody reviewed."""
    people, reports = task_force.people, task_force.reports
    officer, office = people["me_officer"], people["coordinator"]
    first = builders.indicator(reports["ME-03"].task, targets={2021: "10"}, every="round")
    milestone = reports["ME-01"].task.milestones.get()
    texts = {
        "ME-01": {"milestones": builders.moved(milestone)},
        "ME-02": {"milestones": builders.done(reports["ME-02"].task.milestones.get())},
        "ME-03": {"indicators": {str(first.pk): {"value": "4", "note": ""}}},
        "ME-04": {},
        "ME-06": builders.troubled(addressed_to=["MSIT"], results="ㅇ 공청회를 마침"),
    }
    for code, more in texts.items():
        builders.write(reports[code], by=officer, at=BEFORE, **more)
        builders.submit(reports[code], by=officer, at=BEFORE)
    for code in ("ME-01", "ME-02", "ME-03", "ME-06"):
        builders.open_for_review(reports[code], by=office, at=BEFORE)
        worse = {"light": "attention", "reason": "관계부처 이견"} if code == "ME-03" else {}
        builders.accept(reports[code], by=office, at=BEFORE, **worse)
    builders.report_in("accepted", reports["MSIT-01"], officer=people["msit_officer"], coordinator=office, at=BEFORE)
    return task_force


def everything_changes(told: TaskForce) -> None:
    """Ministries and people are called otherwise, tasks as well; one has another lead, one another kind; round 3 moves
    dates, completes a task and gives another value."""
    people, office = told.people, told.people["coordinator"]
    for code, name in {"ME": "기후에너지환경부", "MOTIE": "산업통상부", "MSIT": "과학부"}.items():
        MinistryName.objects.create(
            ministry=told.ministries[code], valid_from=date(2021, 4, 1), name_ko=name, name_en=f"New {code}",
            abbr_ko=f"{name}(약)", abbr_en=f"N-{code}",
        )  # fmt: skip
    type(people["me_officer"]).objects.filter(pk=people["me_officer"].pk).update(name_ko="새이름", name_en="New Name")
    Task.objects.filter(code__in=CODES).update(title_ko="고친 과제명", title_en="Retitled", kind="new")
    Task.objects.filter(code__in=CODES).update(sector=builders.sector("CCU", ko="CCUS", en="CCUS"))
    Lead.objects.create(
        task=Task.objects.get(code="ME-06"), ministry=told.ministries["MOTIE"], valid_from=date(2021, 4, 1)
    )
    Support.objects.filter(task__code="MSIT-01").update(valid_until=date(2021, 4, 1))
    third = builders.round_(3, as_of=date(2021, 4, 9), opens_at=kst(2021, 4, 5, 9), due_at=kst(2021, 4, 16, 18))
    reports = builders.prepare(third, by=office)
    me = people["me_officer"]
    builders.write(
        reports["ME-01"],
        by=me,
        at=LATER,
        milestones=builders.moved(Milestone.objects.get(task__code="ME-01"), "2021-09-30"),
    )
    builders.write(reports["ME-04"], by=me, at=LATER, light="completed", completed_on="2021-04-08")
    value = {str(reports["ME-03"].task.indicators.get().pk): {"value": "9", "note": ""}}
    builders.write(reports["ME-03"], by=me, at=LATER, indicators=value)
    for code in ("ME-01", "ME-03", "ME-04"):
        builders.submit(reports[code], by=me, at=LATER)
        builders.open_for_review(reports[code], by=office, at=LATER)
        builders.accept(reports[code], by=office, at=LATER)


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
    browser = visitor(told.people["coordinator"], language="ko")
    before = seen(browser, "", "/board/")
    builders.freeze(told.round_2, by=told.people["coordinator"], at=FROZEN)
    at_once = seen(browser, "?round=2", "/rounds/2/")
    for name, wanted in before.items():
        assert at_once[name] == wanted, name
    everything_changes(told)
    later = seen(browser, "?round=2", "/rounds/2/")
    for name, wanted in before.items():
        assert later[name] == wanted, name
    now = seen(browser, "", "/board/")
    differing = [name for name, shown in now.items() if shown != before[name]]
    assert differing == [name for name in before if name != "compared"], (
        "the later changes show nowhere: nothing was tested"
    )


def test_as_of_the_first_round_nothing_of_the_second_shows(told):
    """Neither its report nor its moved date, although both are known by now."""
    browser = visitor(told.people["coordinator"], language="ko")
    found = page(browser.get("/tasks/ME-01/?round=1")).one("div", id="as-seen")
    assert [
        row.text for row in found.one("table", class_="tb stack named timeline").one("tbody").all("a", class_="link")
    ] == ["제1차"]
    assert "7. 31." not in found.text
    assert browser.get("/tasks/MSIT-02/?round=1").status_code == 404, "it joined the roster in round 2"
    for bad in ("2", "9", "x", "-1", "99999999999", "%00"):
        assert browser.get(f"/tasks/ME-01/?round={bad}").status_code == 404, bad


def test_both_ways_of_putting_dates_back_agree(told):
    """The pages across rounds and the board's own reading, for each round and milestone."""
    builders.freeze(told.round_2, by=told.people["coordinator"], at=FROZEN)
    everything_changes(told)
    changes = moves.applied()
    for round_ in (told.round_1, told.round_2):
        for pk, wanted in schedules.dates_as_of(round_).items():
            dates = moves.dates_of(Milestone.objects.get(pk=pk), changes.get(pk, ()), round_.no)
            assert (dates.current_on, dates.done_on) == (wanted.current_on, wanted.done_on)
    assert Report.objects.filter(round__no=3, state="accepted").count() == 3
