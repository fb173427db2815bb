"""A supporting ministry writes, and the lead sends or saves, at the same moment. With the controls."""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection

from ministries.models import User
from records.errors import Conflict, Invalid
from records.models import Event
from tasks import workflow
from tasks.models import Contribution, Draft, Report, Support
from tasks.transitions import permit
from tasks.workflow import common, contributions, ministry
from tests import builders
from tests.builders import fresh, key, raw
from tests.cast import TaskForce

from .test_races import PATIENCE, Pause, at_once, kinds, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report(task_force: TaskForce) -> Report:
    """ME-01, of which "no change" is possible, and which MOTIE supports here."""
    report = task_force.reports["ME-01"]
    Support.objects.create(task=report.task, ministry=task_force.ministries["MOTIE"], valid_from=builders.SINCE)
    return report


def contribute(report: Report, by: User, at: Any, text: str = "ㅇ 산업부 소관 실적") -> Any:
    try:
        return builders.contribute(report, by=by, at=at, text=text)
    except IntegrityError as error:
        return error


# Against "no change"


def test_no_change_and_a_contribution_at_once(task_force, report, me_officer, motie_officer, at):
    """Either the answer went first, and the text came after it, or it was refused by name: never one over the other."""
    item = builders.item(report, unchanged=True)
    sent, written = at_once(
        lambda: workflow.submit([item], by=me_officer, at=at, key=key()),
        lambda: contribute(report, motie_officer, at),
    )
    assert isinstance(written, Contribution)
    assert (fresh(report).state == "missing") is isinstance(sent, Invalid)


def race(task_force: TaskForce, report: Report, monkeypatch: pytest.MonkeyPatch, at: Any) -> list[str]:
    """The answer is judged; then the supporting ministry writes, or has to wait; then the answer is written. Which of the
    two was first in the record."""
    people, pause, wrote = task_force.people, Pause(monkeypatch), threading.Event()
    item = builders.item(report, unchanged=True)

    def write() -> None:
        assert pause.reached.wait(PATIENCE)
        contribute(report, people["motie_officer"], at)
        wrote.set()

    def let_go() -> None:
        assert pause.reached.wait(PATIENCE)
        until(lambda: wrote.wait(0.01) or _waits_for_a_row())
        pause.go.set()

    at_once(lambda: workflow.submit([item], by=people["me_officer"], at=at, key=key()), write, let_go)
    events = Event.objects.filter(stream__key=report.round.stream_key, verb__in=("submit", "contribute"))
    return list(events.order_by("seq").values_list("verb", flat=True))


def _waits_for_a_row() -> bool:
    """Whether some connection to this database waits for a row that another one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.postgres
def test_whoever_writes_waits_for_an_answer_that_was_judged(task_force, report, at, monkeypatch):
    """The report's lock: the text comes after the answer, and blocks the next one."""
    assert race(task_force, report, monkeypatch, at) == ["submit", "contribute"]


@pytest.mark.postgres
def test_without_the_reports_lock_no_change_goes_out_over_a_text(task_force, report, at, monkeypatch):
    """The control: the answer was judged before the text came, and goes out after it all the same."""
    monkeypatch.setattr(common, "lock_rows", lambda _rows: [])
    assert race(task_force, report, monkeypatch, at) == ["contribute", "submit"]


# Two of one ministry


def test_texts_at_once_are_numbered_without_a_gap(report, motie_officer, at):
    results = at_once(*(partial(contribute, report, motie_officer, at, f"ㅇ {number}번째 글") for number in range(4)))
    assert kinds(results) == ["Contribution"] * 4
    assert sorted(Contribution.objects.values_list("no", flat=True)) == [1, 2, 3, 4]


# Taking over, against a draft's save


def _take_and_save(report: Report, officer: User, other: User, row: Contribution, at: Any, text: str) -> list[Any]:
    version = fresh(report).version
    return at_once(
        partial(workflow.take_contribution, row.pk, by=officer, at=at, version=version),
        partial(workflow.save_draft, report.pk, by=other, at=at, version=version, raw=raw(results=text)),
    )


def test_of_a_take_over_and_a_save_at_once_one_wins(report, me_officer, me_officer_2, motie_officer, at):
    """The other one gets a conflict with what stands there; neither text is lost."""
    builders.write(report, by=me_officer, at=at)
    for turn in range(4):
        row = builders.contribute(report, by=motie_officer, at=at, text=f"ㅇ {turn}번째 글")
        taken, saved = _take_and_save(report, me_officer, me_officer_2, row, at, f"ㅇ 바다 {turn}")
        standing = Draft.objects.get(report=report).content
        assert kinds([taken, saved]) == ["Conflict", "Report"]
        lost = taken if isinstance(taken, Conflict) else saved
        assert lost.theirs["results"] == standing["results"]
        assert (str(row.pk) in standing["contributions"]) is isinstance(saved, Conflict)


@pytest.mark.postgres
def test_without_the_reports_lock_one_of_the_two_is_gone(
    report, me_officer, me_officer_2, motie_officer, at, monkeypatch
):
    """The control: both read one version before either writes, and nobody is told."""
    builders.write(report, by=me_officer, at=at)
    row = builders.contribute(report, by=motie_officer, at=at)
    meet, version = threading.Barrier(2), fresh(report).version

    def together(*args: Any, **more: Any) -> Any:
        meet.wait(PATIENCE)
        return permit(*args, **more)

    monkeypatch.setattr(common, "lock_rows", lambda _rows: [])
    monkeypatch.setattr(ministry, "permit", together)
    monkeypatch.setattr(contributions, "permit", together)
    results = _take_and_save(report, me_officer, me_officer_2, row, at, "ㅇ 바다")
    assert kinds(results) == ["Report", "Report"]
    assert fresh(report).version == version + 1, "two were acknowledged, and one version was counted"
