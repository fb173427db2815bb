"""Milestones as a round saw them, and which tasks stand behind their dates."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.utils import translation

from tasks import board, schedules
from tasks.models import Milestone
from tasks.tiles import Also, Since, Viewer, read_tiles
from tests import builders
from tests.cast import TaskForce

pytestmark = pytest.mark.either


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    with translation.override("en"):
        yield


def accepted_with(task_force: TaskForce, code: str, at, **content) -> None:
    people = task_force.people
    report = task_force.reports[code]
    builders.write(report, by=people["me_officer"], at=at, **content)
    builders.submit(report, by=people["me_officer"], at=at)
    builders.open_for_review(report, by=people["coordinator"], at=at)
    builders.accept(report, by=people["coordinator"], at=at)


def test_a_later_round_moves_no_date_of_an_earlier_one(task_force, at):
    """ME-01's milestone is moved in round 2, ME-02's is done there: round 1 goes on showing what it showed."""
    ahead = Milestone.objects.get(task__code="ME-01")
    due = Milestone.objects.get(task__code="ME-02")
    before = schedules.dates_as_of(task_force.round_1)
    accepted_with(task_force, "ME-01", at, milestones=builders.moved(ahead), light="attention", issues="ㅇ 지연")
    accepted_with(task_force, "ME-02", at, milestones=builders.done(due))
    now = schedules.dates_as_of(task_force.round_2)
    assert (now[ahead.pk].current_on, now[due.pk].done_on) == (date(2021, 7, 31), date(2021, 3, 10))
    assert schedules.dates_as_of(task_force.round_1) == before
    assert before[due.pk].done_on is None


def test_behind_are_those_whose_date_passed_by_the_as_of_date(task_force, coordinator, at):
    """ME-02's milestone fell due on 26 February: after round 1's as-of date, before round 2's. Done, it is not behind."""
    due = Milestone.objects.get(task__code="ME-02")

    def behind(round_) -> set[str]:
        found = board.build(round_, {"also": "behind"}, user=coordinator, at=at).found
        return {tile.code for tile in found}

    assert "ME-02" in behind(task_force.round_2)
    assert "ME-02" not in behind(task_force.round_1)
    accepted_with(task_force, "ME-02", at, milestones=builders.done(due))
    assert "ME-02" not in behind(task_force.round_2)


def test_a_planned_end_counts_unless_the_shown_light_is_completed(task_force, coordinator, at):
    task = task_force.reports["ME-01"].task
    task.planned_until = task_force.round_2.as_of - timedelta(days=1)
    task.save()

    def is_behind() -> bool:
        found = board.build(task_force.round_2, {}, user=coordinator, at=at).tiles
        return Also.BEHIND in next(tile for tile in found if tile.code == "ME-01").also

    assert is_behind()
    accepted_with(task_force, "ME-01", at, light="completed", completed_on="2021-03-10")
    assert not is_behind()


def test_a_round_is_read_against_any_earlier_one(task_force, coordinator, at):
    """Against round 1 read from round 3, with round 2 between them: what moved in round 2 is told, and lights are
    compared with those of round 1."""
    ahead = Milestone.objects.get(task__code="ME-01")
    accepted_with(task_force, "ME-01", at, milestones=builders.moved(ahead), light="attention", issues="ㅇ 지연")
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    third = builders.round_(
        3, as_of=date(2021, 4, 9), opens_at=builders.kst(2021, 4, 5, 9), due_at=builders.kst(2021, 4, 16, 18)
    )
    reports = builders.prepare(third, by=coordinator)
    later = builders.kst(2021, 4, 6, 10)
    officer = task_force.people["me_officer"]
    builders.write(reports["ME-01"], by=officer, at=later)
    builders.submit(reports["ME-01"], by=officer, at=later)
    viewer = Viewer(coordinator, later, closed=False)
    names = board.heads_of(third).names

    def since(against) -> tuple[set[Since], str]:
        tile = next(row for row in read_tiles(third, viewer, names, against) if row.code == "ME-01")
        return set(tile.since), str(tile.before)

    assert since(None) == ({Since.BETTER}, "attention")
    assert since(task_force.round_2) == since(None)
    assert since(task_force.round_1) == ({Since.MOVED}, "on_track")
