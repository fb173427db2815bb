"""Numbers and rounds of meetings are given out once, and a freeze stands before a change or after it. With a control."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError

from meetings import planning as rules
from meetings import workflow
from meetings.models import Meeting
from meetings.workflow import planning
from records.errors import Refused
from records.models import Receipt
from tasks import freezing
from tests.builders import key
from tests.cast import AT
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import REASON, plan
from tests.tasks.test_races import PATIENCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcomes(*results: Any) -> list[bool]:
    """Which were carried out, of deeds that were carried out or refused in words."""
    assert all(isinstance(one, Receipt | Refused) for one in results), results
    return sorted(isinstance(one, Receipt) for one in results)


def test_one_number_is_given_out_once(task_force, coordinator, coordinator_2):
    calls = [partial(workflow.plan_meeting, plan(), by=by, at=AT, key=key()) for by in (coordinator, coordinator_2)]
    assert outcomes(*at_once(*calls)) == [False, True]
    assert Meeting.objects.count() == 1


def test_one_round_is_collected_for_one_meeting(task_force, round_2, coordinator, coordinator_2):
    plans = [(plan(no, round_id=round_2.pk), by) for no, by in ((2, coordinator), (3, coordinator_2))]
    calls = [partial(workflow.plan_meeting, one, by=by, at=AT, key=key()) for one, by in plans]
    assert outcomes(*at_once(*calls)) == [False, True]


def test_a_meeting_is_not_cancelled_while_its_round_is_frozen(task_force, round_2, coordinator, coordinator_2):
    """Either it has let go of the round first, or it has its book and stays."""
    meeting = scene.planned(coordinator, AT, round_id=round_2.pk)
    seen: dict[str, Any] = {"version": 1, "reason": REASON}
    cancelled, frozen = at_once(
        partial(workflow.cancel_meeting, meeting.pk, by=coordinator, at=AT, key=key(), **seen),
        partial(freezing.freeze, round_2.pk, by=coordinator_2, at=AT, key=key(), head_seq=freezing.head_seq(round_2)),
    )
    assert isinstance(frozen, Receipt)
    stands = scene.now(meeting.pk)
    assert (stands.cancelled_at is not None) is isinstance(cancelled, Receipt)
    assert (stands.round is None) is isinstance(cancelled, Receipt)
    assert scene.differences(meeting) == []


@pytest.mark.postgres
def test_without_the_lock_both_get_the_number_and_the_database_refuses(
    task_force, coordinator, coordinator_2, monkeypatch
):
    """The control: both have looked before either writes."""
    real, meet = rules.problems, Barrier(2)

    def together(*given: Any) -> Any:
        found = real(*given)
        meet.wait(PATIENCE)
        return found

    monkeypatch.setattr(planning, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(rules, "problems", together)
    calls = [partial(workflow.plan_meeting, plan(), by=by, at=AT, key=key()) for by in (coordinator, coordinator_2)]
    with pytest.raises(IntegrityError):
        at_once(*calls)
