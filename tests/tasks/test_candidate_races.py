"""Two of the office judge one candidate at once; a ministry answers while the call is closed; the next round gets its
roster while a task is adopted. With controls."""

from collections.abc import Callable
from datetime import date
from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest

from ministries.models import User
from records.models import Receipt
from tasks import workflow
from tasks.models import Candidate, Report, Round, Task, Verdict
from tasks.workflow import calls, candidates, verdicts
from tests import builders
from tests.builders import key, kst
from tests.cast import AT
from tests.tasks import candidates_scene as scene

from .test_races import PATIENCE, at_once, kinds, until, waits_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_coordinators_adopt_at_once_and_there_is_one_task(mois, mois_officer, coordinator, coordinator_2):
    call = scene.call(mois, by=coordinator)
    for turn in range(3):
        row = scene.propose(call, mois, by=mois_officer)
        adopt = partial(workflow.adopt_candidate, row.pk, scene.adoption(), at=AT, version=0)
        results = at_once(partial(adopt, by=coordinator, key=key()), partial(adopt, by=coordinator_2, key=key()))
        assert kinds(results)[0] in ("Conflict", "Receipt")
        assert sum(isinstance(one, Receipt) for one in results) == 1
        assert Task.objects.filter(code__startswith="MOIS-").count() == turn + 1
        assert Verdict.objects.filter(candidate=row).count() == 1
    assert scene.differences(call) == []


def test_an_answer_that_races_the_closing_is_in_or_refused(mois, mois_officer, coordinator):
    for _turn in range(3):
        call = scene.call(mois, by=coordinator)
        proposed, closed = at_once(
            partial(
                workflow.propose_candidate,
                call.pk,
                scene.candidate_draft(),
                ministry=mois.pk,
                by=mois_officer,
                at=AT,
                key=key(),
            ),
            partial(workflow.close_call, call.pk, by=coordinator, at=AT, key=key(), version=0),
        )
        assert isinstance(closed, Receipt)
        assert Candidate.objects.filter(call=call).exists() is isinstance(proposed, Receipt)
        if isinstance(proposed, Receipt):
            assert proposed.event.seq < closed.event.seq, "nothing comes in after it"
        assert scene.differences(call) == []


@pytest.mark.postgres
def test_without_the_calls_lock_two_adoptions_make_two_tasks(
    mois, mois_officer, coordinator, coordinator_2, monkeypatch
):
    """The control: both have looked before either writes."""
    call = scene.call(mois, by=coordinator)
    row = scene.propose(call, mois, by=mois_officer)
    meet, real = Barrier(2), candidates.require_version

    def together(*given: Any) -> None:
        real(*given)
        meet.wait(PATIENCE)

    monkeypatch.setattr(calls, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr("tasks.workflow.verdicts.require_version", together)
    adopt = partial(workflow.adopt_candidate, row.pk, scene.adoption(), at=AT, version=0)
    results = at_once(partial(adopt, by=coordinator, key=key()), partial(adopt, by=coordinator_2, key=key()))
    assert all(isinstance(one, Receipt) for one in results), results
    assert Task.objects.filter(code__startswith="MOIS-").count() == 2


# The round from which an adopted task is reported


@pytest.fixture
def third(task_force, coordinator) -> Round:
    """Round 3 is entered, and waits for its roster; round 2 is frozen."""
    builders.freeze(task_force.round_2, by=coordinator, at=AT)
    dates = {"opens_at": kst(2021, 6, 1), "due_at": kst(2021, 6, 10)}
    return builders.round_(3, as_of=date(2021, 3, 15), previous=task_force.round_2, **dates)


def is_told_truly(code: str) -> bool:
    """Whether the task is on the roster of round 3 just where it says that it begins with it."""
    task = Task.objects.get(code=code)
    return Report.objects.filter(round__no=3, task=task).exists() is (task.first_round_no == 3)


def preparing(third: Round, coordinator: User) -> Callable[[], Receipt]:
    return partial(workflow.prepare, third.pk, by=coordinator, at=AT, key=key())


def test_an_adopted_task_is_on_the_roster_that_it_is_told_of(third, mois, mois_officer, coordinator, coordinator_2):
    row = scene.propose(scene.call(mois, by=coordinator), mois, by=mois_officer)
    adopt = partial(workflow.adopt_candidate, row.pk, scene.adoption(), by=coordinator_2, at=AT, key=key(), version=0)
    assert kinds(at_once(adopt, preparing(third, coordinator))) == ["Receipt", "Receipt"]
    assert is_told_truly("MOIS-01")


def adopted_while_preparing(row: Candidate, third: Round, coordinator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The roster is fixed, or waits, between the reading of the next round's number and the end of the adoption."""
    real, read, done = verdicts.next_round_no, Event(), Event()

    def pausing() -> int:
        no = real()
        read.set()
        until(lambda: done.wait(0.01) or waits_for_a_lock())
        return no

    def prepare() -> Receipt:
        assert read.wait(PATIENCE)
        receipt = preparing(third, coordinator)()
        done.set()
        return receipt

    monkeypatch.setattr(verdicts, "next_round_no", pausing)
    assert kinds(at_once(lambda: scene.adopt(row, by=coordinator), prepare)) == ["Receipt", "Task"]


@pytest.mark.postgres
def test_the_roster_waits_for_whoever_has_read_which_is_the_next(third, mois, mois_officer, coordinator, monkeypatch):
    row = scene.propose(scene.call(mois, by=coordinator), mois, by=mois_officer)
    adopted_while_preparing(row, third, coordinator, monkeypatch)
    assert is_told_truly("MOIS-01")
    assert Task.objects.get(code="MOIS-01").first_round_no == 3


@pytest.mark.postgres
def test_without_the_rosters_lock_it_is_on_none(third, mois, mois_officer, coordinator, monkeypatch):
    """The control: it says that it begins with round 3, whose roster was fixed without it."""
    row = scene.propose(scene.call(mois, by=coordinator), mois, by=mois_officer)
    monkeypatch.setattr(verdicts, "lock_rosters", lambda: None)
    adopted_while_preparing(row, third, coordinator, monkeypatch)
    assert not is_told_truly("MOIS-01")
