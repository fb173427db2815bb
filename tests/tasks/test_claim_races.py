"""Two reviewers at the same instant, in threads on the real engine (quality.md 3); with its control."""

import threading
from functools import partial
from typing import Any

import pytest

from ministries.models import User
from records.errors import WrongState
from records.models import Event
from tasks import workflow
from tasks.models import Report
from tasks.transitions import permit
from tasks.workflow import claims, common
from tests import builders
from tests.builders import fresh, key
from tests.tasks.test_races import PATIENCE, at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


def open_at_once(report: Report, people: list[User], at: Any) -> list[Any]:
    version = fresh(report).version
    call = partial(workflow.open_for_review, report.pk, at=at, version=version)
    return at_once(*(lambda by=by: call(by=by, key=key()) for by in people))


def test_of_two_who_open_one_report_at_once_one_has_it(task_force, reports, me_officer, coordinator, coordinator_2, at):
    """The other one is told who; there is one event, and the verdict is the winner's alone."""
    report, people = reports["ME-01"], [coordinator, coordinator_2]
    builders.report_in("submitted", report, officer=me_officer, coordinator=coordinator, at=at)
    results = open_at_once(report, people, at)
    assert kinds(results) == ["Receipt", "WrongState"]
    winner = next(by for by, result in zip(people, results, strict=True) if not isinstance(result, WrongState))
    told = next(result for result in results if isinstance(result, WrongState))
    assert str(winner) in str(told)
    assert fresh(report).opened_by == winner
    assert Event.objects.filter(verb="open_for_review", object_id=str(report.pk)).count() == 1


@pytest.mark.postgres
def test_without_the_lock_both_have_it(task_force, reports, me_officer, coordinator, coordinator_2, at, monkeypatch):
    """The control: both read an unopened report before either writes, and each believes that it is theirs."""
    report, meet, real = reports["ME-01"], threading.Barrier(2), permit
    builders.report_in("submitted", report, officer=me_officer, coordinator=coordinator, at=at)

    def together(*args: Any, **more: Any) -> Any:
        meet.wait(PATIENCE)
        return real(*args, **more)

    monkeypatch.setattr(common, "lock_rows", lambda _rows: [])
    monkeypatch.setattr(claims, "permit", together)
    assert kinds(open_at_once(report, [coordinator, coordinator_2], at)) == ["Receipt", "Receipt"]
