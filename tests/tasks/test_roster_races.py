"""The roster and the dates change while others write: each is whole before the other begins. With a control."""

from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from records.errors import Refused
from records.models import Receipt, Seal
from records.verify import Run
from tasks import freezing, moving, rosters, workflow
from tasks.models import Report
from tasks.workflow import common
from tests import builders
from tests.builders import key
from tests.cast import AT, DUE

from .test_races import PATIENCE, at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)


def differences() -> list[str]:
    run = Run(only="round/2")
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


def test_a_task_that_joins_while_the_round_is_frozen(task_force, round_2, coordinator, coordinator_2):
    """It is in the seal, or it is refused: the freeze asks for the head that its page showed, so that one of the two
    is."""
    task = builders.task("ME-90", task_force.ministries["ME"])
    results = at_once(
        partial(workflow.add_to_roster, round_2.pk, task.pk, by=coordinator, at=AT, key=key(), reason="신규"),
        partial(freezing.freeze, round_2.pk, by=coordinator_2, at=AT, key=key(), head_seq=freezing.head_seq(round_2)),
    )
    assert sorted(isinstance(one, Receipt) for one in results) == [False, True]
    on_roster = Report.objects.filter(round=round_2, task=task).exists()
    sealed = Seal.objects.filter(stream__key="round/2").exists()
    assert on_roster is not sealed
    assert differences() == []


def test_a_task_that_is_taken_off_while_somebody_writes(reports, round_2, coordinator, me_officer):
    """Nobody's text is deleted: either it is saved and the task stays, or who writes it is told."""
    for code in ("ME-01", "ME-02", "ME-04", "ME-05"):
        report = reports[code]
        seen: dict[str, Any] = {"version": 0, "reason": "중복"}
        saved, removed = at_once(
            partial(workflow.save_draft, report.pk, by=me_officer, at=AT, version=0, raw=builders.raw()),
            partial(workflow.remove_from_roster, round_2.pk, report.task_id, by=coordinator, at=AT, key=key(), **seen),
        )
        assert isinstance(saved, Refused) is not isinstance(removed, Refused)
        assert Report.objects.filter(pk=report.pk).exists() is not isinstance(saved, Refused)
    assert differences() == []


@pytest.mark.postgres
def test_without_the_rounds_lock_a_text_and_a_removal_both_go_on(
    reports, round_2, coordinator, me_officer, monkeypatch
):
    """The control: both have looked before either writes; only the database's own keys still refuse."""
    report, meet = reports["ME-05"], Barrier(2)
    real = rosters.written_about

    def together(ids: Any) -> Any:
        found = real(ids)
        meet.wait(PATIENCE)
        meet.wait(PATIENCE)
        return found

    monkeypatch.setattr(common, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(rosters, "written_about", together)

    def save() -> Any:
        meet.wait(PATIENCE)
        try:
            return workflow.save_draft(report.pk, by=me_officer, at=AT, version=0, raw=builders.raw())
        finally:
            meet.wait(PATIENCE)

    def remove() -> Any:
        seen: dict[str, Any] = {"version": 0, "reason": "중복"}
        try:
            return workflow.remove_from_roster(round_2.pk, report.task_id, by=coordinator, at=AT, key=key(), **seen)
        except (ProtectedError, IntegrityError) as error:
            return error

    saved, removed = at_once(save, remove)
    assert isinstance(saved, Report)
    assert not isinstance(removed, Refused), "it was not refused by the rule"
    assert not isinstance(removed, Receipt), "and the database did not let it through"


def test_an_answer_and_a_moved_due_time_are_in_one_order(reports, round_2, coordinator, me_officer):
    """Whichever came first: the chain, the lateness and the due time then in force agree."""
    late = DUE + timedelta(minutes=5)
    for days, code in enumerate(("ME-01", "ME-03", "ME-04"), 1):
        report = builders.write(reports[code], by=me_officer, at=late)
        stand = moving.Dates.of(type(round_2).objects.get(pk=round_2.pk))
        dates = moving.Dates(stand.as_of, stand.opens_at, DUE + timedelta(days=days))
        more: dict[str, Any] = {"reason": "회의 연기", "seen": stand.mark, "meeting": None}
        results = at_once(
            partial(workflow.submit, [builders.item(report)], by=me_officer, at=late, key=key()),
            partial(workflow.move_dates, round_2.pk, dates, by=coordinator, at=late, key=key(), **more),
        )
        assert all(isinstance(one, Receipt) for one in results), results
        assert differences() == []


def test_two_of_the_office_who_remind_at_one_instant(reports, round_2, coordinator, coordinator_2):
    """A reminder by hand is known by its moment: one of the two goes out, the other one is told so."""
    call = partial(workflow.remind, round_2.pk, ["ME", "FSC"], at=AT)
    results = at_once(partial(call, by=coordinator, key=key()), partial(call, by=coordinator_2, key=key()))
    assert kinds(results) == ["Receipt", "WrongState"]
    assert differences() == []
