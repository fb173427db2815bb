"""The slides: the frozen board's own numbers and lists, nothing cut without a word."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tasks import board, briefing
from tasks.models import Light
from tests import builders
from tests.cast import TaskForce
from tests.pages import page, visitor

pytestmark = pytest.mark.either


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def frozen(task_force: TaskForce, at) -> TaskForce:
    """Round 2 with one task at *review needed*, one at *attention* that asks two ministries, of which one answered, an
    approved correction, and a draft that was never sent."""
    people, reports, office = task_force.people, task_force.reports, task_force.people["coordinator"]
    officer = people["me_officer"]
    builders.report_in("opened", reports["ME-03"], officer=officer, coordinator=office, at=at)
    builders.accept(reports["ME-03"], by=office, at=at, light="review_needed", reason="국조실만 아는 까닭")
    asking = {"light": "attention", "issues": "ㅇ 실증 부지\nㅇ 협의 필요", "addressed_to": ["MSIT", "MOTIE"]}
    builders.write(reports["ME-06"], by=officer, at=at, **asking)
    builders.submit(reports["ME-06"], by=officer, at=at)
    builders.answer(builders.request_to("MSIT", reports["ME-06"]), by=people["msit_officer"], at=at)
    builders.write(reports["ME-04"], by=officer, at=at, light="attention", issues="ㅇ 보내지 않은 글")
    builders.freeze(task_force.round_2, by=office, at=at)
    builders.decide_correction(
        builders.ask_correction(reports["ME-06"], by=officer, at=at), by=people["coordinator_2"], at=at
    )
    return task_force


def build(scene: TaskForce, at: Any) -> briefing.Briefing:
    return briefing.build(scene.round_2, user=scene.people["reader"], at=at)


def test_every_number_is_the_frozen_boards(frozen, at):
    """Each number links to the list on the board that has as many rows; the sums are the board's own."""
    shown = build(frozen, at)
    for row in [*shown.rows, shown.total]:
        for number in [row.all, row.unlit, *row.lights]:
            again = board.build(frozen.round_2, number.filters.asked, user=frozen.people["reader"], at=at)
            assert len(again.found) == number.count, (row.label, number.label)
        assert [number.count - number.change for number in row.lights] == [row.last[light] for light in Light]
    assert [(n.count, n.change) for n in shown.total.lights] == [(n.count, n.change) for n in shown.board.lights]
    found = page(visitor(frozen.people["reader"]).get("/rounds/2/briefing/"))
    links = {a["href"]: a.text for a in found.one("table").all("a")}
    assert links["/rounds/2/?ministry=ME&light=review_needed"] == "1"
    assert links["/rounds/2/?"] == str(len(frozen.reports))


def test_the_second_page_tells_what_is_in_trouble_and_whom_it_asks(frozen, at):
    people, reports = frozen.people, frozen.reports
    answer = visitor(people["reader"]).get("/rounds/2/briefing/?page=2")
    found = page(answer)
    cases = [row.text for row in found.one("ol", class_="cases").all("li")]
    assert ["ME-03" in cases[0], "ME-06" in cases[1]] == [True, True], "review needed comes before attention"
    assert "ㅇ 실증 부지 ㅇ 협의 필요" in " ".join(cases[1].split())
    assert "→ Industry Not answered" in " ".join(cases[1].split())
    assert "→ Science and ICT Answered ㅇ 4월 중 협의하겠음" in " ".join(cases[1].split())
    assert "Correction 1" in cases[1]
    html = answer.content.decode()
    assert "국조실만 아는 까닭" not in html
    assert "보내지 않은 글" not in html
    footer = found.one("footer").text
    assert build(frozen, at).root[:8] in footer
    assert "Corrections 1" in footer
    assert f"/reports/{reports['ME-06'].pk}/" in html


def test_what_has_no_room_goes_on_the_next_slide(frozen, at):
    """Sixty ministries and a hundred tasks: every one of them is on some slide, and the slides say how many they are."""
    shown = build(frozen, at)
    case = replace(shown.cases[0], issue="글" * 92, answers=[("Industry", "ㅇ 답")])
    many = replace(shown, rows=[replace(shown.rows[0], label=str(n)) for n in range(60)], cases=[case] * 100)
    lights = [slide for slide in many.slides if not slide.is_trouble]
    assert [row.label for slide in lights for row in slide.rows] == [str(n) for n in range(60)]
    assert all(len(slide.rows) <= briefing.ROWS_ON_A_SLIDE for slide in lights)
    assert [(slide.part, slide.parts) for slide in lights] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    trouble = [slide for slide in many.slides if slide.is_trouble]
    assert sum(len(slide.cases) for slide in trouble) == 100
    assert all(sum(one.lines for one in slide.cases) <= briefing.LINES_ON_A_SLIDE for slide in trouble)
    assert [many.page(asked) for asked in ("", "0", "2", "999", "x", "²")] == [1, 1, 2, len(many.slides), 1, 1]
    long = briefing._gist("가" * 500, briefing.ISSUE_LINES)
    assert long.endswith("…")
    assert briefing._width(long) <= briefing.ISSUE_LINES * briefing.LINE


def test_it_reads_as_often_for_many_as_for_few(frozen, at):
    with CaptureQueriesContext(connection) as caught:
        build(frozen, at)
    assert len(caught) <= 26, [query["sql"][:80] for query in caught]
