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


def test_the_task_that_it_supplements_and_what_is_completed_are_left_out(task_force):
    task = Task.objects.get(code="ME-04")
    assert "ME-04" not in like("순환경제 이행계획", supplements=task)
    Task.objects.filter(pk=task.pk).update(completed_on=AT.date())
    assert "ME-04" not in like("순환경제 이행계획")
