"""Indicators through the verbs and on the pages: owed, sent, kept, drawn; and milestones that were moved before."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from records import triggers
from records.errors import Invalid
from tasks import charts, content, numbers
from tasks.measures import measures_of, schedules_of
from tasks.models import Draft, Field, Indicator, IndicatorValue, Report, Revision
from tests import builders
from tests.builders import kst
from tests.pages import HTMX, filled, page, visitor

LIST = "/my-tasks/?ministry=ME"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def indicator(reports) -> Indicator:
    """Of ME-01, once a year, with this year's target."""
    return builders.indicator(reports["ME-01"].task, targets={2021: "15", 2022: "20"})


def answer(indicator: Indicator, value: str = "", note: str = "") -> dict[str, dict[str, str]]:
    return {str(indicator.pk): {"value": value, "note": note}}


def read(report: Report) -> Report:
    """The report as pages read it."""
    return Report.objects.with_texts().get(pk=report.pk)


def told_before(indicator: Indicator, report: Report, value: str | None, note: str = "") -> IndicatorValue:
    """What the frozen round 1 said, or an earlier one: written past the verbs, since that round is closed."""
    triggers.drop_all(connection)
    assert report.current is not None
    return IndicatorValue.objects.create(
        revision=report.current, indicator=indicator, value=None if value is None else Decimal(value), note=note
    )


# Owed


@pytest.mark.parametrize(
    ("every", "as_of", "value", "note", "owed"),
    [
        ("round", date(2021, 1, 29), "3", "", True),
        ("year", date(2021, 1, 29), "3", "", False),
        ("year", date(2021, 1, 29), "0", "", False),
        ("year", date(2021, 1, 29), None, "집계 중", True),  # said why, so that it is asked again
        ("year", date(2020, 12, 31), "3", "", True),  # of the year before
        ("year", None, None, "", True),  # never said
    ],
)
def test_what_is_owed(task_force, indicator, every, as_of, value, note, owed):
    Indicator.objects.update(every=every)
    first, second = task_force.first["ME-01"], task_force.reports["ME-01"]
    if as_of:
        told_before(indicator, first, value, note)
        type(first.round).objects.filter(no=1).update(as_of=as_of)
    found = read(second)
    assert [row.pk for row in content.owed_indicators(found)] == ([indicator.pk] if owed else [])
    with translation.override("en"):
        assert ("indicator owed" in content.unchanged_refusal(found)) is owed


def test_a_text_that_was_replaced_or_withdrawn_says_nothing(task_force, indicator, me_officer, coordinator, at):
    """Only the text that counts is asked; and the round's own is not an earlier one."""
    report = task_force.reports["ME-01"]
    builders.write(report, by=me_officer, at=at, indicators=answer(indicator, "3"))
    builders.submit(report, by=me_officer, at=at)
    assert [row.pk for row in content.owed_indicators(read(report))] == [indicator.pk]
    builders.withdraw(report, by=me_officer, at=at)
    assert IndicatorValue.objects.count() == 1
    assert Draft.objects.get(report=report).content["indicators"] == answer(indicator, "3"), "it is a draft again"


def test_an_indicator_that_has_ended_is_not_asked_for(task_force, indicator):
    Indicator.objects.update(ended_on=date(2021, 3, 12))  # the round's as-of date
    assert content.open_indicators(read(task_force.reports["ME-01"])) == []
    Indicator.objects.update(ended_on=date(2021, 3, 13))
    assert content.open_indicators(read(task_force.reports["ME-01"])) == [indicator]


def test_no_change_is_refused_by_name_on_the_page_and_by_the_verb(task_force, indicator, me_officer, at):
    report = task_force.reports["ME-01"]
    shown = page(visitor(me_officer).get(LIST))
    assert "indicator owed: Vehicles" in shown.one("span", id=f"todo-{report.pk}").text
    with pytest.raises(Invalid) as refused:
        builders.submit(report, by=me_officer, at=at, unchanged=True)
    assert list(refused.value.problems) == ["ME-01"]


# Sent and kept


def test_a_value_goes_from_the_form_to_the_record(task_force, indicator, me_officer, coordinator, at):
    """Typed with a comma on the page; one number in the draft, the row, the hash, the words of every page."""
    report, browser = task_force.reports["ME-01"], visitor(me_officer)
    name = f"r{report.pk}-i{indicator.pk}-"
    fields = filled(page(browser.get(LIST)), "/my-tasks/")
    own = {key: value for key, value in fields.items() if key.startswith(f"r{report.pk}-")}
    saved = browser.post(
        f"/reports/{report.pk}/draft/", own | {f"{name}value": "1,250.5", f"{name}note": "잠정"}, headers=HTMX
    )
    assert saved.status_code == 200
    assert Draft.objects.get(report=report).content["indicators"] == answer(indicator, "1250.5", "잠정")
    builders.submit(report, by=me_officer, at=at)
    row = IndicatorValue.objects.get()
    assert (row.value, row.note) == (Decimal("1250.5"), "잠정")
    current = Revision.objects.get(report=report)
    assert content.hashed_of(current)["indicators"] == [{"indicator": 1, "value": "1250.5", "note": "잠정"}]
    for person, address in ((coordinator, f"/review/{report.pk}/"), (me_officer, f"/reports/{report.pk}/")):
        shown = page(visitor(person).get(address))
        assert "Vehicles: 1,250.5 thousand (잠정)" in shown.text
        assert "round 2: 1,250.5; target of 2021: 15" in shown.one("desc").text


@pytest.mark.parametrize("typed", ["많음", "1,5"])
def test_a_wrong_value_is_refused_at_its_field_and_stays_there(task_force, indicator, me_officer, typed):
    report, browser = task_force.reports["ME-01"], visitor(me_officer)
    fields = filled(page(browser.get(LIST)), "/my-tasks/")
    fields |= {f"r{report.pk}-i{indicator.pk}-value": [typed], "do": ["open:ME-01"]}
    shown = page(browser.post("/my-tasks/", fields, follow=True))
    box = shown.one("input", id=f"r{report.pk}-i{indicator.pk}-value")
    assert box["value"] == typed
    assert "Enter a number" in shown.one("p", id=box["aria-describedby"]).text


def test_it_can_be_returned_alone(task_force, indicator, me_officer, coordinator, at):
    report = task_force.reports["ME-01"]
    builders.write(report, by=me_officer, at=at, indicators=answer(indicator, "3"))
    builders.submit(report, by=me_officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
    builders.return_for_changes(report, by=coordinator, at=at, fields=[Field.INDICATORS])
    builders.write(report, by=me_officer, at=at, indicators=answer(indicator, "4"))
    builders.submit(report, by=me_officer, at=at)
    shown = page(visitor(coordinator).get(f"/review/{report.pk}/?against=return"))
    changed = [row.text for row in shown.all("ins")] + [row.text for row in shown.all("del")]
    assert any("4" in text for text in changed)
    assert any("3" in text for text in changed)
    history = page(visitor(me_officer).get(f"/reports/{report.pk}/history/")).text
    assert "Vehicles: " in history


def test_those_who_may_not_read_the_text_do_not_see_its_value(
    task_force, indicator, me_officer, motie_officer, reader, at
):
    """A reader sees the state of a submitted report, and the values of frozen rounds."""
    report = task_force.reports["ME-01"]
    told_before(indicator, task_force.first["ME-01"], "11")
    builders.write(report, by=me_officer, at=at, indicators=answer(indicator, "777"))
    assert "777" not in visitor(reader).get(f"/reports/{report.pk}/").content.decode()
    builders.submit(report, by=me_officer, at=at)
    shown = visitor(reader).get(f"/reports/{report.pk}/").content.decode()
    assert "777" not in shown
    assert "round 1: 11" in shown
    first = visitor(me_officer).get(f"/reports/{task_force.first['ME-01'].pk}/").content.decode()
    assert "777" not in first, "a report shows what was said up to its own round"


def test_the_panel_shows_last_value_target_and_line(task_force, indicator, me_officer):
    told_before(indicator, task_force.first["ME-01"], "11.5")
    shown = page(visitor(me_officer).get(LIST + "&open=ME-01"))
    row = next(row for row in shown.all("details", class_="row") if row.all("summary")[0]["id"] == "ME-01")
    assert "11.5 thousand round 1" in row.text
    assert "Target 2021: 15 thousand" in row.text
    assert row.one("svg", role="img")["aria-labelledby"]
    assert [cell.text for cell in row.one("table").all("td")][:2] == ["11.5", "–"], (
        "a table for those who do not see it"
    )


def test_queries_stay_when_indicators_and_moves_become_more(task_force, me_officer, coordinator):
    counts, browser = [], visitor(me_officer)
    builders.indicator(task_force.reports["ME-01"].task, targets={2021: "1"})
    told_before(Indicator.objects.get(), task_force.first["ME-01"], "1")
    for codes in ((), ("ME-01", "ME-02", "ME-03", "ME-04")):
        for code in codes:
            more = builders.indicator(task_force.reports[code].task, targets={2021: "1", 2022: "2"})
            told_before(more, task_force.first[code], "5")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(LIST).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# Numbers and lines


@pytest.mark.parametrize(
    ("value", "plain", "shown"),
    [
        ("1234.5000", "1234.5", "1,234.5"),
        ("-1234567", "-1234567", "-1,234,567"),
        ("-0.5", "-0.5", "-0.5"),
        ("100", "100", "100"),
        ("0.0000", "0", "0"),
    ],
)
def test_numbers_in_words(value, plain, shown):
    assert (numbers.plain(Decimal(value)), numbers.shown(Decimal(value))) == (plain, shown)


def test_a_line_without_values_is_none():
    assert charts.line([], Decimal(3)) is None


@pytest.mark.parametrize(
    ("values", "target"),
    [
        ([1], None),
        ([1], 1),
        ([5, 5, 5], 5),
        ([0, 10], 6),
        ([-5, 3, -7], 100),
        ([10**12, 1], None),
        (list(range(40)), 12),
    ],
)
def test_a_line_stays_in_its_picture_and_its_labels_apart(values, target):
    made = charts.line(
        [(no, Decimal(value)) for no, value in enumerate(values, 1)], None if target is None else Decimal(target)
    )
    assert made is not None
    assert [point.no for point in made.points] == list(range(1, len(values) + 1))
    for point in made.points:
        assert 0 < point.x < charts.WIDTH
        assert 0 < point.y < made.axis_y
    assert made.points[0].is_named
    assert sum(point.is_named for point in made.points) <= charts.NAMED
    if target is not None:
        assert abs(made.value_label_y - made.target_label_y) >= charts.LINE
        assert min(made.value_label_y, made.target_label_y) > 4


def test_higher_values_stand_higher():
    made = charts.line([(1, Decimal(1)), (2, Decimal(9))], Decimal(5))
    assert made is not None
    assert made.target_y is not None
    assert made.points[1].y < made.target_y < made.points[0].y


def test_the_target_is_this_years_else_the_next_ones(task_force, indicator):
    report = read(task_force.reports["ME-01"])
    (measure,) = measures_of(report)
    assert (measure.aim_text, measure.line) == ("15", None)
    indicator.targets.filter(year=2021).delete()
    (measure,) = measures_of(read(task_force.reports["ME-01"]))
    assert [measure.aim and measure.aim.year] == [2022]


# Milestones that were moved


def test_a_milestone_says_how_often_it_moved_and_why(task_force, me_officer, coordinator, reader, at):
    """Accepted moves of earlier rounds, by number and cause; not what is only asked for, nor this round's own."""
    report = task_force.reports["ME-01"]
    milestone = report.task.milestones.get()
    for on in ("2021-07-31", "2021-08-31"):  # one text replaced by another: it moved once
        builders.write(
            report, by=me_officer, at=at, milestones=builders.moved(milestone, on=on, reason="예산 협의 지연")
        )
        builders.submit(report, by=me_officer, at=at)
        if on == "2021-07-31":
            builders.withdraw(report, by=me_officer, at=at)
    builders.open_for_review(report, by=coordinator, at=at)
    builders.accept(report, by=coordinator, at=at)
    assert schedules_of(read(report))[milestone.pk].moves == (), "this round's own stands in its text"
    builders.freeze(report.round, by=coordinator, at=kst(2021, 3, 22, 10))
    third = builders.round_(3, as_of=date(2021, 3, 13), opens_at=kst(2021, 3, 15, 9))
    following = builders.prepare(third, by=coordinator)["ME-01"]
    (move,) = schedules_of(read(following))[milestone.pk].moves
    assert (move.old_on, move.new_on, move.cause) == (date(2021, 6, 30), date(2021, 8, 31), "budget")
    builders.write(following, by=me_officer, at=at, results="ㅇ 고시안을 협의함")
    for person, address in ((me_officer, LIST), (me_officer, f"/reports/{following.pk}/")):
        shown = page(visitor(person).get(address)).text
        assert "moved 1 time" in shown
        assert "Budget: 예산 협의 지연" in shown
    builders.submit(following, by=me_officer, at=at)
    assert "moved 1 time" in page(visitor(coordinator).get(f"/review/{following.pk}/")).text
    assert schedules_of(read(task_force.reports["ME-01"]))[milestone.pk].moves == ()
