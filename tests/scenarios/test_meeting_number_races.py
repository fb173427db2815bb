"""Two of the office enter a division's meeting at once: each number is given out once. With a control."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from records.errors import Invalid
from records.models import Receipt
from scenarios import workflow
from scenarios.models import DivisionMeeting
from scenarios.workflow import seats, working_group
from tests.builders import key
from tests.scenarios.group_scene import AT, findings, group, held
from tests.tasks.test_races import PATIENCE, at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


def entered(*numbers: int | None, coordinator: Any, coordinator_2: Any) -> list[Any]:
    """Each of the two enters a meeting under the number (None: the next one), both at once."""
    calls = [
        partial(workflow.record_division_meeting, held(no=no, topic=f"회의 {place}"), by=by, at=AT, key=key())
        for place, (no, by) in enumerate(zip(numbers, (coordinator, coordinator_2), strict=True))
    ]
    return at_once(*calls)


def given_out() -> list[int]:
    return sorted(DivisionMeeting.objects.values_list("no", flat=True))


def test_of_two_new_meetings_each_gets_a_number_of_its_own(task_force, coordinator, coordinator_2):
    group()
    for turn in range(3):
        results = entered(None, None, coordinator=coordinator, coordinator_2=coordinator_2)
        assert kinds(results) == ["Receipt", "Receipt"], results
        assert given_out() == list(range(1, 2 * turn + 3))
    assert findings() == []


def test_of_two_who_give_one_number_the_later_is_told(task_force, coordinator, coordinator_2):
    group()
    for turn in range(1, 4):
        results = entered(turn, turn, coordinator=coordinator, coordinator_2=coordinator_2)
        assert kinds(results) == ["Invalid", "Receipt"], results
        [refused] = [one for one in results if isinstance(one, Invalid)]
        assert list(refused.problems) == ["no"]
        assert given_out() == list(range(1, turn + 1))
    assert findings() == []


@pytest.mark.postgres
def test_without_the_registers_lock_a_number_is_given_out_twice(task_force, coordinator, coordinator_2, monkeypatch):
    """The control: both have counted before either writes, and only the database stops the second one."""
    group()
    meet, real = Barrier(2), seats._columns

    def together(*given: Any) -> dict[str, Any]:
        columns = real(*given)
        meet.wait(PATIENCE)
        return columns

    monkeypatch.setattr(working_group, "_locked", lambda: None)
    monkeypatch.setattr(seats, "_columns", together)
    with pytest.raises(IntegrityError, match="one_division_meeting_of_a_number"):
        entered(None, None, coordinator=coordinator, coordinator_2=coordinator_2)
    assert Receipt.objects.filter(verb="record_division_meeting").count() == 1
    assert given_out() == [1]
