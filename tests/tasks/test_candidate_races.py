"""Two of the office judge one candidate at once; a ministry answers while the call is closed. With a control."""

from functools import partial
from threading import Barrier
from typing import Any

import pytest

from records.models import Receipt
from tasks import workflow
from tasks.models import Candidate, Task, Verdict
from tasks.workflow import calls, candidates
from tests import builders
from tests.builders import key
from tests.cast import AT
from tests.tasks import candidates_scene as scene

from .test_races import PATIENCE, at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mois(task_force):
    return scene.outside()


@pytest.fixture
def mois_officer(mois):
    return builders.person("mois_officer", "officer", mois)


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
