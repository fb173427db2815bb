"""What somebody who sees these pages for the first time stumbles over: marks that outlive what they were given for, names
where everybody reads, numbers without their difference, days that have not come."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from records.errors import Invalid
from scenarios import charting, counting, facts, pathways, workflow
from scenarios.models import DivisionMeeting, ScenarioVersion
from scenarios.naming import is_named
from scenarios.workflow import ExpertEntry, MeetingEntry, Who
from tests.builders import key
from tests.pages import page, visitor
from tests.scenarios import group_scene
from tests.scenarios import pathway_scene as scene
from tests.scenarios.group_scene import AT, DAY, HONG
from tests.scenarios.test_scenario_pages import numbers, send

pytestmark = pytest.mark.usefixtures("domain_time")


@pytest.fixture
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def marks(version: ScenarioVersion) -> dict[str, str]:
    return dict(version.figures.values_list("name_ko", "verified"))


# A figure that was seen in its source


@pytest.fixture
def draft(task_force, coordinator, at) -> ScenarioVersion:
    version = scene.bring("draft", task_force, at=at)
    assert marks(version) == {"전환": "V", "CCUS": "B", "흡수원": "B"}
    return version


def changed(version: ScenarioVersion, **more: Any) -> Any:
    now = scene.stands(version)
    return replace(now, figures=tuple(replace(one, **more) if one.sector == "TRN" else one for one in now.figures))


def test_another_value_of_the_same_source_is_background_knowledge(draft, coordinator, at):
    receipt = scene.change(draft, changed(draft, value=Decimal("21.0")), by=coordinator, at=at)
    assert marks(draft)["전환"] == "B"
    assert draft.figures.get(name_ko="전환").source == "https://example.org/a"
    assert receipt.event.data["unchecked"] == ["전환"]
    assert scene.differences(draft) == []
    scene.change(draft, changed(draft, verified="V"), by=coordinator, at=at)
    assert marks(draft)["전환"] == "V", "checked anew, by a deed of its own"


@pytest.mark.parametrize(
    "more",
    [
        {"value": Decimal("21.0"), "source": "https://example.org/b"},
        {"vintage_ko": "2021년 인벤토리"},
        {"value": Decimal("20.70"), "name_en": "Power"},
    ],
)
def test_a_check_holds_where_the_source_is_another_or_the_value_the_same(draft, coordinator, at, more):
    receipt = scene.change(draft, changed(draft, **more), by=coordinator, at=at)
    assert marks(draft)["전환"] == "V"
    assert "unchecked" not in receipt.event.data


def test_the_form_says_what_becomes_of_the_check(draft, coordinator):
    browser = visitor(coordinator)
    address = f"/scenarios/versions/{draft.pk}/figures/"
    shown = page(browser.get(address))
    assert "counts as background knowledge again" in shown.one("p", id="recheck").text
    answer = browser.post(address, scene.body("change_figures") | {"key": str(key())}, follow=True)
    assert marks(draft)["전환"] == "B", answer.status_code
    assert "Background knowledge until they are checked anew: Energy transition." in page(answer).text


# Two versions of one scenario


@pytest.fixture
def two(task_force) -> None:
    first, second = scene.loaded("2050-B"), scene.loaded("2050-B", no=2, stated_total="5.0")
    assert first.scenario == second.scenario
    second.figures.filter(sector__code="TRN").update(value="30.7")
    second.figures.filter(sector__code="SNK").update(value="-75.8")


def test_sums_have_their_difference_as_well(two, reader):
    shown = page(visitor(reader).get("/scenarios/compare/?a=2050-B-1&b=2050-B-2"))
    sums = numbers(shown.one("table", class_="tb pathways many"))
    assert sums["Gross"][-1] == "+10.0"
    assert sums["Below zero"][-1] == "−4.0"
    assert sums["Net"][-1] == "+6.0"


def test_versions_of_one_scenario_are_told_apart(two, reader):
    shown = page(visitor(reader, language="ko").get("/scenarios/compare/?a=2050-B-1&b=2050-B-2"))
    heads = [cell.text for cell in shown.one("figure", class_="drawn").one("thead").all("th")]
    assert heads[1:] == ["2050-B안 제1판", "2050-B안 제2판"]
    key_ = [row.text for row in shown.one("figure", class_="drawn").one("ul", class_="mark-key").all("li")]
    assert ["제1판" in key_[0], "제2판" in key_[1]] == [True, True]


def test_a_version_leads_to_the_one_before_it(two, reader):
    browser = visitor(reader)
    links = [row["href"] for row in page(browser.get("/scenarios/2050-B/2/")).all("a") if "before" in row.text]
    assert links == ["/scenarios/compare/?a=2050-B-1&b=2050-B-2"]
    assert not [row for row in page(browser.get("/scenarios/2050-B/1/")).all("a") if "before" in row.text]


# Charts


def test_labels_stand_on_the_side_of_their_values(task_force):
    version = scene.loaded("2050-A")
    version.figures.filter(sector__code="TRN").update(value="0.1")
    version.figures.filter(sector__code="CCU").update(value="0.1")
    drawn = charting.columns(pathways.table(pathways.columns(ScenarioVersion.objects.all(), DAY)))
    assert drawn is not None
    half = charting.LABEL / 2
    for part in drawn.stacks[0].parts:
        if part.value > 0:
            assert part.label_y <= drawn.zero_y - half + 0.1
        else:
            assert part.label_y >= drawn.zero_y + half - 0.1
        assert half - 0.1 <= part.label_y <= drawn.height - half + 0.1


def test_the_chart_is_headed_by_the_published_totals_and_says_what_it_draws(task_force, reader):
    first = scene.loaded("2018", stated_total="0.1")
    type(first.scenario).objects.filter(code="2018").update(kind="inventory", year=2018)
    scene.loaded("2050-A")
    scene.loaded("2050-B")
    chart = page(visitor(reader).get("/scenarios/")).one("figure", id="chart-pathway")
    said = chart.one("p", class_="headline").text
    assert " ".join(said.split()).startswith("Net 2018 0.1 → Scenario 2050-A 0.0 · Scenario 2050-B 0.0")
    [note] = [row.text for row in chart.one("ul", class_="note pathway-notes").all("li")]
    assert "Net 0.0 (published 0.1, rounding)" in note


# What waits for whom


def test_a_ministry_owes_nothing_once_it_has_commented(task_force, me_officer, coordinator, at):
    scene.bring("commented", task_force, at=at)
    tags = {
        person: page(visitor(person).get("/scenarios/2050-A/2/"))
        .one("section", id="comments")
        .one("span", class_="state st-wait")
        .text
        for person in (me_officer, coordinator)
    }
    assert tags == {me_officer: "With the office", coordinator: "To answer"}


def test_circulating_warns_of_sums_that_do_not_close(task_force, coordinator, at):
    version = scene.bring("draft", task_force, at=at)
    browser = visitor(coordinator)
    assert not page(browser.get("/scenarios/2050-A/2/")).all("div", id="open-sums")
    scene.change(version, scene.with_value(version, "30.7"), by=coordinator, at=at)
    shown = page(browser.get("/scenarios/2050-A/2/"))
    assert "10.0 more than the stated 0.0" in shown.one("section", id="circulate").one("div", id="open-sums").text


# Names of experts


@pytest.fixture
def office(task_force):
    group_scene.group()
    return task_force.people["coordinator"]


@pytest.mark.usefixtures("_in_english")
@pytest.mark.parametrize("field", ["topic", "topic_en", "outcome"])
def test_no_text_that_ministries_read_names_an_expert(office, field):
    group_scene.expert(office, code="TRA")  # of another division than the meeting's
    with pytest.raises(Invalid) as refused:
        group_scene.meeting(office, **{field: "홍길동 위원은 반대함"})
    assert refused.value.problems == {
        {"topic": "topic_ko"}.get(field, field): ["It names an expert (홍길동): only the office may read names."]
    }
    group_scene.meeting(office, **{field: "위원 1명은 반대함"})
    made = DivisionMeeting.objects.get()
    texts: dict[str, Any] = {field: "홍길동"}
    held = group_scene.held(no=1, **texts)
    with pytest.raises(Invalid):
        workflow.change_division_meeting(made.pk, held, **group_scene.deed(office), version=0)


def test_a_workbook_names_none_either(office):
    new = ExpertEntry("Experts 2", group_scene.serving(), HONG)
    met = MeetingEntry("Meetings 2", group_scene.held(outcome="홍길동 발제"), places={"outcome": "F2"})
    with pytest.raises(Invalid) as refused:
        workflow.import_working_group([new, met], **group_scene.deed(office))
    assert list(refused.value.problems) == ["F2"]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("홍길동", "홍길동은 반대함", True),
        ("홍길동", "전문가 홍 길동 발제", True),
        ("홍길동", "홍길순 발제", False),
        ("홍 길동", "홍길동은 반대함", True),
        ("이수", "이수 위원", True),
        ("이수", "감축률은 위원이 제시", False),
        ("정수", "전력정수 공정", False),
        ("Kim Lee", "as kim  lee said", True),
        ("Lee", "sleep", False),
        ("Ann", "annual", False),
    ],
)
def test_which_words_are_a_name(name, text, found):
    assert is_named(name, text) is found


def test_a_name_of_one_letter_is_in_every_text(office):
    group_scene.expert(office, Who("위"))
    assert group_scene.meeting(office, outcome="위 원안대로").outcome == "위 원안대로"


def test_the_form_keeps_what_was_typed_and_says_it_before(office):
    group_scene.expert(office)
    browser, address = visitor(office), "/working-group/divisions/TWG-IND/meetings/new/"
    shown = browser.get(address)
    assert "with the name of a registered expert is not saved" in page(shown).one("p", id="outcome-note").text
    answer = send(browser, address, address, topic_ko="전제", outcome="홍길동 반대")
    assert answer.status_code == 422
    typed = page(answer)
    assert "홍길동 반대" in typed.one("textarea", id="outcome").text
    assert "names an expert" in typed.one("p", id="outcome-error").text


# Counts of days that have not come


def test_a_count_is_of_no_day_to_come(office):
    group_scene.expert(office)
    group_scene.expert(office, Who("임꺽정"), starts_on=date(2021, 3, 25))
    with translation.override("ko"):
        quarter, months = facts.working_group_facts(DAY, AT)[:2]
        register = counting.published(DAY)
    assert (quarter.counted, quarter.as_of) == (1, DAY), "whoever begins on 25 March is not there on 16 March"
    assert "2021년 1분기" in quarter.words
    assert "2021. 3. 31." not in quarter.words
    assert "2021. 3. 16." in quarter.words
    assert months.as_of == date(2021, 2, 28), "a day that has come is its own"
    for fact, one in zip((quarter, months), register, strict=False):
        assert one.period in fact.words
    shown = page(visitor(office, language="ko").get("/working-group/")).one(
        "table", class_="tb stack named group-published"
    )
    assert "2020. 12. – 2021. 2." in shown.text
    with translation.override("ko"):
        assert facts.working_group_facts(date(2021, 4, 1), AT)[0].as_of == date(2021, 3, 31)


def test_where_the_median_is_nobody_it_is_no_measure(office):
    browser = visitor(office)
    shown = page(browser.get("/working-group/")).text
    assert "median" not in shown
    assert "With no expert." in shown
    for code in ("IND", "TRA"):
        group_scene.expert(office, code=code)
    assert "fewer than the median of all divisions (1)" in page(browser.get("/working-group/")).text
