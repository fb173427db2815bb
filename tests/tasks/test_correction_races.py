"""Two of the office at the same time: one decision on one correction, numbers without gap or double. With its controls."""

import threading
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from ministries.models import User
from records import receipts
from records.models import Stream
from tasks import workflow
from tasks.models import Correction, CorrectionDecision
from tasks.workflow import corrections as verbs
from tests import builders
from tests.builders import key, kst

from .test_races import PATIENCE, at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)

AT = kst(2021, 3, 16, 14)


def approve(row: Correction, by: User) -> Any:
    try:
        return workflow.decide_correction(row.pk, by=by, at=AT, key=key(), approve=True)
    except IntegrityError as error:
        return error


def test_of_two_decisions_on_one_correction_one_wins(task_force, me_officer, coordinator, coordinator_2):
    for turn in range(1, 4):
        row = builders.ask_correction(task_force.first["ME-01"], by=me_officer, at=AT, text=f"ㅇ {turn}번째 글")
        results = at_once(partial(approve, row, coordinator), partial(approve, row, coordinator_2))
        assert kinds(results) == ["Receipt", "WrongState"]
        assert CorrectionDecision.objects.get(correction=row).no == turn


def test_of_two_who_ask_for_one_field_one_is_told(task_force, me_officer, me_officer_2):
    report = task_force.first["ME-01"]

    def ask(by: User) -> Any:
        asked = {"field": "results", "text": f"ㅇ {by.username}", "reason": "오기"}
        return workflow.ask_correction(report.pk, by=by, at=AT, key=key(), **asked)

    results = at_once(partial(ask, me_officer), partial(ask, me_officer_2))
    assert kinds(results) == ["Receipt", "WrongState"]
    assert Correction.objects.count() == 1


def test_one_form_sent_eight_times_is_one_correction(task_force, me_officer):
    asked = {"field": "results", "text": "ㅇ 바로잡음", "reason": "오기", "key": key(), "by": me_officer, "at": AT}
    results = at_once(*[partial(workflow.ask_correction, task_force.first["ME-01"].pk, **asked)] * 8)
    assert kinds(results) == ["Receipt"] * 8
    assert (len({result.pk for result in results}), Correction.objects.count()) == (1, 1)


def test_approvals_at_once_are_numbered_without_a_gap(task_force, me_officer, coordinator, coordinator_2):
    """On two reports, so that only the head of the chain keeps them apart."""
    for turn in range(3):
        rows = [
            builders.ask_correction(task_force.first[code], by=me_officer, at=AT, text=f"ㅇ {turn}번째 글")
            for code in ("ME-01", "ME-02")
        ]
        results = at_once(partial(approve, rows[0], coordinator), partial(approve, rows[1], coordinator_2))
        assert kinds(results) == ["Receipt", "Receipt"]
        decisions = CorrectionDecision.objects.filter(correction__in=rows).order_by("no")
        assert list(decisions.values_list("no", flat=True)) == [2 * turn + 1, 2 * turn + 2]


@pytest.mark.postgres
def test_without_the_heads_lock_one_of_them_is_lost(task_force, me_officer, coordinator, coordinator_2, monkeypatch):
    """The control: both read the same last number, and the constraint refuses the second one."""
    rows = [builders.ask_correction(task_force.first[code], by=me_officer, at=AT) for code in ("ME-01", "ME-02")]
    meet, real = threading.Barrier(2), verbs._next_no

    def together(report: Any) -> int:
        number = real(report)
        meet.wait(PATIENCE)
        return number

    monkeypatch.setattr(receipts, "lock_head", lambda stream_key: Stream.objects.get(key=stream_key))
    monkeypatch.setattr(verbs, "_next_no", together)
    results = at_once(partial(approve, rows[0], coordinator), partial(approve, rows[1], coordinator_2))
    assert kinds(results) == ["IntegrityError", "Receipt"]
    assert "correction_number_once_in_a_round" in str(next(row for row in results if isinstance(row, IntegrityError)))
    assert list(CorrectionDecision.objects.values_list("no", flat=True)) == [1]
