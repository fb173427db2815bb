"""An answer and a due time that moves at the same moment: the record judges lateness as it was judged. With its control."""

from datetime import timedelta
from functools import partial
from threading import Event
from typing import Any

import pytest

from records.receipts import Attempt
from records.verify import Run
from tasks import workflow
from tasks.due_times import due_of
from tasks.models import Extension
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import DUE

from .test_races import PATIENCE, at_once, kinds

pytestmark = pytest.mark.django_db(transaction=True)

LATE, UNTIL = DUE + timedelta(minutes=5), kst(2021, 3, 22, 12)


def differences() -> list[str]:
    run = Run(only="round/2")
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


def test_an_answer_and_a_grant_at_once_are_in_one_order(task_force, round_2, me, reports, me_officer, coordinator):
    """Whichever came first: the chain, the lateness and the due time then in force agree."""
    for code in ("ME-01", "ME-03", "ME-04", "ME-05"):
        report = builders.write(reports[code], by=me_officer, at=LATE)
        item, until = builders.item(report), UNTIL + timedelta(minutes=int(code[-1]))
        results = at_once(
            partial(workflow.submit, [item], by=me_officer, at=LATE, key=key()),
            partial(
                workflow.extend_unasked, round_2.pk, me, by=coordinator, at=LATE, key=key(), until=until, reason="국회"
            ),
        )
        assert kinds(results) == ["Receipt", "Receipt"]
        report = fresh(report)
        assert (report.late_by is None) == (builders.sent(report).due_then > DUE)
        assert differences() == []


@pytest.mark.postgres
def test_a_due_time_that_is_read_before_the_head_is_held_is_stale(
    task_force, round_2, me, reports, me_officer, coordinator, monkeypatch
):
    """The control: the answer reads its due time, then the grant is written, and then the answer's own event."""
    report = builders.write(reports["ME-01"], by=me_officer, at=LATE)
    item, has_read, granted, known = builders.item(report), Event(), Event(), {}
    real_due, real_head = due_of, Attempt.lock_head

    def too_late(self: Attempt, stream_key: str) -> Any:
        if self.verb == "submit":
            known["due"] = real_due(round_2, me.pk, at=LATE)
            has_read.set()
            assert granted.wait(PATIENCE)
        return real_head(self, stream_key)

    def grant() -> Any:
        assert has_read.wait(PATIENCE)
        given = {"by": coordinator, "at": LATE, "key": key(), "until": UNTIL, "reason": "국회"}
        try:
            return workflow.extend_unasked(round_2.pk, me, **given)
        finally:
            granted.set()

    monkeypatch.setattr(Attempt, "lock_head", too_late)
    monkeypatch.setattr("tasks.workflow.sending.due_of", lambda *_args, **_named: known["due"])
    results = at_once(partial(workflow.submit, [item], by=me_officer, at=LATE, key=key()), grant)
    assert kinds(results) == ["Receipt", "Receipt"]
    assert any("the due time then in force is not what the events say" in line for line in differences())


def test_of_two_who_ask_at_once_one_is_told(task_force, round_2, me, me_officer, me_officer_2):
    def ask(by: Any) -> Any:
        return workflow.ask_extension(round_2.pk, me, by=by, at=LATE, key=key(), until=UNTIL, reason="자료")

    assert kinds(at_once(partial(ask, me_officer), partial(ask, me_officer_2))) == ["Receipt", "WrongState"]
    assert Extension.objects.count() == 1


def test_of_two_decisions_at_once_one_wins(task_force, round_2, me, me_officer, coordinator, coordinator_2):
    asked = builders.ask_extension(round_2, me, by=me_officer, at=LATE, until=UNTIL)
    results = at_once(
        partial(workflow.grant_extension, asked.pk, by=coordinator, at=LATE, key=key(), until=UNTIL),
        partial(workflow.decline_extension, asked.pk, by=coordinator_2, at=LATE, key=key(), comment="곤란"),
    )
    assert kinds(results) == ["Receipt", "WrongState"]


def test_one_form_sent_eight_times_is_one_extension(task_force, round_2, me, coordinator):
    given = {"by": coordinator, "at": LATE, "key": key(), "until": UNTIL, "reason": "국회"}
    results = at_once(*[partial(workflow.extend_unasked, round_2.pk, me, **given)] * 8)
    assert kinds(results) == ["Receipt"] * 8
    assert (len({result.pk for result in results}), Extension.objects.count()) == (1, 1)
