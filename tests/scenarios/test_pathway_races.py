"""Two people at one version of a scenario: figures are not overwritten unseen, and what is published was seen whole.
Each with its control."""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from records import triggers
from records.models import Receipt
from scenarios import standing, workflow
from scenarios.models import ScenarioVersion
from scenarios.workflow import pathways
from tasks.problems import refuse
from tests.builders import key
from tests.tasks.test_races import PATIENCE, at_once, kinds

from . import pathway_scene as scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unlocked(monkeypatch) -> None:
    """Without the scenario's lock; both have looked before either writes."""
    meet, real = Barrier(2), refuse

    def together(problems: dict[str, list[str]]) -> None:
        real(problems)
        meet.wait(PATIENCE)

    monkeypatch.setattr(pathways, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(pathways, "refuse", together)


# Figures


def editing(version: ScenarioVersion, *people: Any, at: Any) -> list[Callable[[], Any]]:
    """Each gives the sector of power another value, in the version that stands."""
    stands = scene.fresh(version).version
    return [
        partial(scene.change, version, scene.with_value(version, f"{21 + no}.0"), by=by, at=at, seen=stands)
        for no, by in enumerate(people)
    ]


def value(version: ScenarioVersion) -> str:
    return str(version.figures.get(sector__code="TRN").value)


@pytest.fixture
def draft(task_force, at) -> ScenarioVersion:
    return scene.bring("draft", task_force, at=at)


def test_of_two_who_change_the_figures_at_once_one_has_changed_them(draft, coordinator, coordinator_2, at):
    for _turn in range(3):
        before = scene.fresh(draft).version
        first, second = at_once(*editing(draft, coordinator, coordinator_2, at=at))
        assert kinds([first, second]) == ["Conflict", "Receipt"]
        assert value(draft) == ("21.0" if isinstance(first, Receipt) else "22.0")
        assert scene.fresh(draft).version == before + 1
        scene.change(draft, scene.with_value(draft, "20.7"), by=coordinator, at=at)
    assert scene.differences(draft) == []


@pytest.mark.postgres
def test_without_the_scenarios_lock_figures_are_overwritten_silently(draft, coordinator, coordinator_2, at, unlocked):
    """The control: both are told that their figures stand."""
    assert kinds(at_once(*editing(draft, coordinator, coordinator_2, at=at))) == ["Receipt", "Receipt"]
    assert scene.fresh(draft).version == 2


# Publication


@pytest.fixture
def version(task_force, at) -> ScenarioVersion:
    return scene.bring("circulated", task_force, at=at)


def publishing_and_commenting(version: ScenarioVersion, people: dict[str, Any], at: Any) -> list[Callable[[], Any]]:
    seen = standing.read(version, at=at).mark
    publish: dict[str, Any] = {"version": version.version, "seen": seen, "reason": "앞당겨 마침"}
    comment: dict[str, Any] = {"ministry": people["me"].pk, "sector": "", "text": "상향 검토"}
    return [
        partial(workflow.publish_version, version.pk, by=people["office"], at=at, key=key(), **publish),
        partial(workflow.comment_on_version, version.pk, by=people["officer"], at=at, key=key(), **comment),
    ]


@pytest.fixture
def people(coordinator, me_officer, me) -> dict[str, Any]:
    return {"office": coordinator, "officer": me_officer, "me": me}


@pytest.mark.parametrize("turn", range(3))
def test_a_comment_is_seen_before_the_publication_or_comes_too_late(version, people, at, turn):
    """Either the office is shown it first, or its ministry is told that it is over."""
    published, said = at_once(*publishing_and_commenting(version, people, at))
    assert kinds([published, said]) in (["Conflict", "Receipt"], ["Receipt", "WrongState"])
    now = scene.fresh(version)
    assert now.is_published is isinstance(published, Receipt)
    assert now.comments.exists() is isinstance(said, Receipt)
    assert scene.differences(version) == []


@pytest.fixture
def untriggered() -> Iterator[None]:
    triggers.drop_all(connection)
    yield
    triggers.install(connection)


@pytest.mark.postgres
def test_without_the_scenarios_lock_it_is_published_over_a_comment_that_nobody_saw(
    version, people, at, untriggered, unlocked
):
    """The control. The triggers are a second net: they would refuse a comment that is written last."""
    assert kinds(at_once(*publishing_and_commenting(version, people, at))) == ["Receipt", "Receipt"]
    now = scene.fresh(version)
    assert (now.is_published, now.comments.count()) == (True, 1)
