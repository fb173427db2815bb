"""What the office sees beside a candidate: tasks that are like it by what is rare in their titles."""

from typing import Any

import pytest

from tasks.candidates import judging
from tasks.models import Candidate, Sector, Task
from tests.cast import AT

pytestmark = [pytest.mark.either, pytest.mark.django_db]


def like(title: str, **more: Any) -> list[str]:
    row = Candidate(title_ko=title, sector=Sector.objects.get(code="GEN"), **more)
    return [one.task.code for one in judging.similar(row, at=AT)]


def test_what_shares_rare_words_is_found_and_comes_first(task_force):
    assert like("순환경제 이행계획")[0] == "ME-04"
    assert like("녹색분류체계 보완")[0] == "ME-05"


def test_what_nearly_every_title_says_makes_nothing_alike(task_force):
    for no in range(12):
        sector = Sector.objects.get(code="GEN")
        Task.objects.create(
            code=f"ME-5{no}", title_ko=f"탄소중립 {chr(0xAC00 + 600 * no)}나", title_en="x", sector=sector
        )
    assert like("탄소중립") == []


def test_what_any_task_may_be_called_makes_nothing_alike(task_force):
    """Even where two titles alone say it."""
    sector = Sector.objects.get(code="GEN")
    told = {"title_ko": "지역 탄소중립 추진 이행계획", "title_en": "Plan for carbon neutrality", "sector": sector}
    Task.objects.create(code="ME-50", **told)
    assert "ME-50" not in like("공공청사 탄소중립 이행계획", title_en="Plan of carbon neutrality for halls")


def test_what_is_weakly_alike_is_shown_but_not_offered(task_force):
    sector = Sector.objects.get(code="GEN")
    Task.objects.create(code="ME-50", title_ko="공공청사 에너지 절감", title_en="x", sector=sector)
    Task.objects.create(code="ME-51", title_ko="농업용 저수지 수상 태양광 에너지", title_en="y", sector=sector)
    row = Candidate(title_ko="공공청사 에너지 관리", sector=sector)
    found = {one.task.code: one.is_near for one in judging.similar(row, at=AT)}
    assert (found["ME-50"], found.get("ME-51", False)) == (True, False)


def test_the_task_that_it_supplements_and_what_is_completed_are_left_out(task_force):
    task = Task.objects.get(code="ME-04")
    assert "ME-04" not in like("순환경제 이행계획", supplements=task)
    Task.objects.filter(pk=task.pk).update(completed_on=AT.date())
    assert "ME-04" not in like("순환경제 이행계획")
