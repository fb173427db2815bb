"""The charts of the board: every number is that of its list, rounds are counted as their own boards show them, dates
stand where their round saw them, and nobody learns from a picture what the board keeps from them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ministries.directory import Directory
from ministries.models import MinistryName
from tasks import board, figures, trends
from tasks.grouping import By
from tasks.models import Direction, Light, Report, Round, Strategy, Task
from tasks.selecting import Filters, Number, select
from tasks.tiles import Viewer, read_tiles
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import Element, page, visitor


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    """Postings are in force in March 2021; words are English."""
    with translation.override("en"):
        yield


def drawn(round_: Round, user, at: datetime, **query: str) -> figures.Figures:
    return figures.build(board.build(round_, query, user=user, at=at), query)


@pytest.fixture
def third(task_force: TaskForce, at: datetime) -> Round:
    """A third round is open; in the second one lights changed, a date moved, and one task was left without an answer.
    Since then a ministry and a task have been renamed."""
    people, reports, office = task_force.people, task_force.reports, task_force.people["coordinator"]
    Task.objects.filter(code__startswith="MSIT").update(direction=_direction())
    lights = {"ME-01": "review_needed", "ME-03": "on_track", "ME-04": "attention", "MSIT-01": "attention"}
    for code, light in lights.items():
        officer = people[f"{code.partition('-')[0].lower()}_officer"]
        builders.report_in("opened", reports[code], officer=officer, coordinator=office, at=at)
        reason = {"reason": "지연 우려"} if light != "on_track" else {}
        builders.accept(reports[code], by=office, at=at, light=light, **reason)
    _move(reports["ME-02"], by=people["me_officer"], office=office, at=at)
    builders.freeze(task_force.round_2, by=office, at=at + timedelta(hours=1))
    Task.objects.filter(code="ME-04").update(title_ko="새 이름", title_en="Another name")
    names = {"name_ko": "기후부", "name_en": "Climate", "abbr_ko": "기후부", "abbr_en": "Climate"}
    MinistryName.objects.create(ministry=task_force.ministries["ME"], valid_from=date(2021, 4, 1), **names)
    dates: dict[str, Any] = {
        "as_of": date(2021, 4, 23),
        "opens_at": kst(2021, 4, 19, 9),
        "due_at": kst(2021, 4, 30, 18),
    }
    builders.prepare(builders.round_(3, **dates), by=office)
    return Round.objects.select_related("previous").get(no=3)


def _direction() -> Direction:
    titles = {"title_ko": "전략", "title_en": "Strategy", "decided_on": date(2020, 12, 7)}
    strategy = Strategy.objects.create(code="S", **titles)
    return Direction.objects.create(strategy=strategy, code="3", order=3, title_ko="방향", title_en="Way")


def _move(report: Report, *, by, office, at: datetime) -> None:
    """Its milestone was promised for 26 February; the office accepts 31 July."""
    milestone = report.task.milestones.get()
    builders.write(report, by=by, at=at, **builders.troubled(milestones=builders.moved(milestone), progress="40"))
    builders.submit(report, by=by, at=at)
    builders.open_for_review(report, by=office, at=at)
    builders.accept(report, by=office, at=at)


ASKED: list[dict[str, str]] = [
    {},
    {"ministry": "ME"},
    {"sector": "CCU"},
    {"kind": "new"},
    {"direction": "3"},
    {"direction": "none", "ministry": "MSIT"},
    {"light": "attention"},
    {"light": "any", "q": "plan"},
    {"q": "새 이름"},
    {"q": "순환경제"},
    {"q": "Climate"},
    {"q": "환경부", "kind": "existing"},
    {"state": "missing", "since": "worse", "also": "unchanged", "ministry": "FSC", "by": "sector"},
]


def test_every_number_of_the_trend_is_that_of_the_rounds_own_board(third, reader, at):
    """Under every filter that holds for the trend; the others are named, and left out of its addresses, too."""
    at += timedelta(days=40)
    boards = {}
    for round_ in Round.objects.select_related("previous"):
        viewer = Viewer(reader, at, closed=round_.frozen_at is not None)
        boards[round_.no] = read_tiles(round_, viewer, Directory(round_.as_of))
    for asked in ASKED:
        shown = drawn(third, reader, at, **asked)
        kept = Filters(**{name: value for name, value in asked.items() if name in (*trends.APPLIED, "by")})
        assert set(shown.trend.left_out) == asked.keys() - {*trends.APPLIED, "by"}
        assert [turn.round.no for turn in shown.trend.turns] == [1, 2, 3]
        for turn in shown.trend.turns:
            found = select(boards[turn.round.no], kept)
            assert (turn.total.count, turn.total.filters) == (len(found), kept), asked
            for number, light in zip(turn.numbers, [*Light, trends.UNLIT], strict=True):
                assert number.filters == replace(kept, light=light)
                # Where one light is asked for, there is nothing of any other.
                assert number.count == len(select(found, Filters(light=light))), (asked, turn.round.no, light)
    # Without differences between rounds, names and lights that comparison would prove nothing.
    counts = [[n.count for n in turn.numbers] for turn in drawn(third, reader, at).trend.turns]
    assert len({tuple(row) for row in counts}) > 1
    for words, counted in {"새 이름": [0, 0, 1], "순환경제": [1, 1, 0], "Climate": [1, 1, 7]}.items():
        turns = drawn(third, reader, at, q=words).trend.turns
        assert [turn.total.count for turn in turns] == counted, words


def test_the_trend_costs_the_same_for_any_number_of_rounds(third, reader, at):
    def queries(**query: str) -> int:
        shown = drawn(third, reader, at, **query)
        with CaptureQueriesContext(connection) as caught:
            assert shown.trend.turns
        return len(caught)

    assert queries() == 2
    assert queries(q="plan") == 3


def test_two_rounds_are_no_trend_yet(task_force, coordinator, at):
    assert drawn(task_force.round_2, coordinator, at).trend.turns == []
    found = page(visitor(coordinator).get("/board/charts/")).one("figure", id="chart-trend")
    assert "from three rounds on" in found.text
    assert not found.all("svg")


def all_numbers(shown: figures.Figures) -> list[Number]:
    """Every number of the bars, as drawn and as in the tables."""
    return [
        number
        for chart in shown.by
        for bar in chart.bars
        for number in (bar.total, *bar.numbers, *(segment.number for segment in bar.segments))
    ]


@pytest.mark.parametrize("name", ["coordinator", "reader"])
def test_every_number_of_the_bars_is_that_of_its_list(third, task_force, at, name):
    for round_, asked in ((round_, asked) for round_ in (third, task_force.round_2) for asked in ASKED):
        shown = drawn(round_, task_force.people[name], at, **asked)
        found = select(shown.board.tiles, shown.board.filters)
        assert shown.board.found == found
        for number in all_numbers(shown):
            listed = select(shown.board.tiles, number.filters)
            assert number.count == len([tile for tile in listed if tile in found])
            if not shown.board.filters.light:
                assert number.count == len(listed)
        for chart in shown.by:
            assert sum(bar.total.count for bar in chart.bars) == len(found), chart.key
            assert all(sum(segment.number.count for segment in bar.segments) == bar.total.count for bar in chart.bars)


def test_whoever_has_no_task_is_named_and_not_drawn(third, reader, at):
    ministries, sectors, *_rest = drawn(third, reader, at).by
    assert ministries.left_out == ["Industry"]
    assert "Industry" not in [bar.label for bar in ministries.bars]
    assert drawn(third, reader, at, ministry="ME").by[0].left_out == []
    assert [chart.key for chart in drawn(third, reader, at).by] == [by.value for by in By]
    assert sectors.left_out == []


def links(element: Element) -> dict[str, str]:
    """The accessible name of each number's link -> its address."""
    return {row["aria-label"]: row["href"] for row in element.all("a") if row["aria-label"]}


def test_picture_and_table_lead_to_the_same_lists(third, coordinator):
    """Each part of a bar is a link with its words; the table behind has the same numbers and the same addresses."""
    found = page(visitor(coordinator).get("/board/charts/?ministry=ME"))
    charts = [row for row in found.all("figure") if row.all("svg") or row.all("ul", class_="bars")]
    assert {row["id"] for row in charts} >= {f"chart-{by}" for by in By}
    for key in (*By, "trend"):
        chart = found.one("figure", id=f"chart-{key}")
        table = chart.one("table")
        pictured: dict[str, str] = {}
        for bars in (row for row in chart.all("ul") if "bars" in row["class"].split()):
            pictured |= links(bars)
        assert pictured, key
        assert pictured == links(table), key
        for words, address in pictured.items():
            assert "ministry=ME" in address, words
    trend = links(found.one("figure", id="chart-trend"))
    assert {address.partition("?")[0] for address in trend.values()} == {"/rounds/1/", "/rounds/2/", "/board/"}


def courses(round_: Round, user, at: datetime) -> dict[str, figures.CourseRow]:
    return {row.tile.code: row for _name, rows in drawn(round_, user, at).timeline.groups for row in rows}


def test_dates_stand_where_their_round_saw_them(third, task_force, reader, at):
    """ME-02 was promised for 26 February, and in round 2 the office accepted 31 July."""
    before = courses(Round.objects.get(no=1), reader, at)["ME-02"]
    assert (before.course.promise.current_on, before.moves) == (date(2021, 2, 26), [])
    assert before.course.shape == "ahead"  # as of 29 January
    after = courses(task_force.round_2, reader, at)["ME-02"]
    assert after.course.promise.current_on == date(2021, 7, 31)
    assert [(move.no, move.old_on, move.new_on) for move in after.moves] == [(2, date(2021, 2, 26), date(2021, 7, 31))]
    assert after.in_words == "baseline Fri 26 Feb 2021, now Sat 31 Jul 2021, moved once, ahead"
    cell = page(visitor(reader).get("/rounds/2/charts/")).one("figure", id="chart-timeline").one("table")
    assert "Round 2: Fri 26 Feb 2021 → Sat 31 Jul 2021 (Budget)" in cell.text


def test_a_shortened_chart_shows_all_when_asked(third, coordinator, at, monkeypatch):
    monkeypatch.setattr("tasks.charting.timeline.SHOWN", 1)
    browser = visitor(coordinator)
    chart = page(browser.get("/board/charts/")).one("figure", id="chart-timeline")
    assert len(chart.one("tbody").all("tr")) == 1
    address = next(row["href"] for row in chart.all("a") if row.text == "Show all 2")
    chart = page(browser.get(f"/board/charts/{address}")).one("figure", id="chart-timeline")
    assert len(chart.one("tbody").all("tr")) == 2
    monkeypatch.setattr("tasks.charting.timeline.SHOWN", 0)
    chart = page(browser.get("/board/charts/")).one("figure", id="chart-timeline")
    assert "0 of 2 milestones drawn · of all: moved 1, past its date 0" in chart.text, "not only of what is drawn"


def test_progress_is_told_to_those_who_may_know_it(task_force, at):
    """Submitted and not accepted: the office reads the percentage, the readers do not."""
    people, reports, task = task_force.people, task_force.reports, Task.objects.get(code="ME-04")
    task.planned_from, task.planned_until = date(2021, 1, 1), date(2021, 4, 10)
    task.save()
    builders.write(reports["ME-04"], by=people["me_officer"], at=at, progress="20")
    builders.submit(reports["ME-04"], by=people["me_officer"], at=at)
    office = drawn(task_force.round_2, people["coordinator"], at).progress
    ((tile, gap),) = office.rows
    assert (tile.code, gap.progress, gap.elapsed, gap.is_behind) == ("ME-04", 20, 71, True)
    assert (office.behind, len(office.without_plan), office.without_progress) == (1, 9, [])
    others = drawn(task_force.round_2, people["reader"], at).progress
    assert others.rows == []
    assert [tile.code for tile in others.without_progress] == ["ME-04"]
    chart = page(visitor(people["reader"]).get("/board/charts/")).one("figure", id="chart-progress")
    assert not chart.all("svg", class_="plot")


def test_the_open_round_has_its_own_charts_page(third, reader, me_officer):
    assert visitor(reader).get("/rounds/3/charts/").headers["Location"] == "/board/charts/"
    assert visitor(me_officer).get("/rounds/3/charts/").status_code == 404
    assert visitor(me_officer).get("/rounds/2/charts/").status_code == 200
