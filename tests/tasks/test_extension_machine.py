"""Due times against a plain model of them, with the clock going on: whoever asks, grants, revokes or sends in whatever
order, both have the same due time, the same lateness and the same refusals, and the record verifies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from records.errors import Refused
from tasks import due_times, workflow
from tasks.models import Extension
from tests import builders, record
from tests.builders import fresh, key
from tests.cast import AT, DUE, TaskForce

HOURS = st.sampled_from([1, 20, 30, 50])
LATER = st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=61)])
SIDES = st.sampled_from(["me_officer", "coordinator", "coordinator_2"])
OFFICE = ("coordinator", "coordinator_2")


@dataclass
class Asked:
    """More time: asked for, or given unasked."""

    state: str
    wished: datetime | None
    until: datetime | None = None
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.until is not None and (self.revoked_at is None or at < self.revoked_at)


class Machine(RuleBasedStateMachine):
    task_force: TaskForce

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.at, self.all = AT, list[Asked]()
        self.late: timedelta | None = None
        self.is_sent = False
        self.me = self.task_force.ministries["ME"]

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            damage = record.damage()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            assert damage == []

    # The model

    def due(self) -> datetime:
        return max([DUE, *(row.until for row in self.all if row.until and row.holds(self.at))])

    def is_wrong(self, until: datetime) -> bool:
        """A due time that is none: past, no later than what holds, or beyond sixty days."""
        return until <= max(self.at, self.due()) or until > DUE + timedelta(days=60)

    def waiting(self) -> Asked | None:
        return next((row for row in self.all if row.state == ""), None)

    # Both at once

    def both(self, expected: str, verb: Any, *arguments: Any, by: str, **more: Any) -> bool:
        """Whether it was done; `expected` names the refusal, or is empty."""
        person, came = builders.forget(self.task_force.people[by]), ""
        try:
            verb(*arguments, by=person, at=self.at, key=key(), **more)
        except Refused as refused:
            came = type(refused).__name__
        assert came == expected, f"{verb.__name__} by {by}: {came or 'done'}, not {expected or 'done'}"
        return not came

    def row(self, which: int) -> tuple[Asked, int]:
        """One of the extensions in the model, and its key in the database."""
        keys = Extension.objects.filter(ministry=self.me).order_by("pk").values_list("pk", flat=True)
        place = which % len(self.all)
        return self.all[place], keys[place]

    def decided(self, row: Asked, by: str, *, office: bool) -> str:
        if (by in OFFICE) != office:
            return "Forbidden"
        return "WrongState" if row.state else ""

    # The verbs, and the clock

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(by=SIDES, later=LATER)
    def ask(self, by: str, later: timedelta) -> None:
        until = DUE + later
        first = "Forbidden" if by in OFFICE else "WrongState" if self.waiting() else ""
        expected = first or ("Invalid" if self.is_wrong(until) else "")
        arguments = (self.task_force.round_2.pk, self.me)
        if self.both(expected, workflow.ask_extension, *arguments, by=by, until=until, reason="자료 취합"):
            self.all.append(Asked("", until))

    @rule(by=SIDES, later=LATER)
    def extend(self, by: str, later: timedelta) -> None:
        until = DUE + later
        first = "" if by in OFFICE else "Forbidden"
        first = first or ("WrongState" if self.waiting() else "")
        expected = first or ("Invalid" if self.is_wrong(until) else "")
        arguments = (self.task_force.round_2.pk, self.me)
        if self.both(expected, workflow.extend_unasked, *arguments, by=by, until=until, reason="국회 일정"):
            self.all.append(Asked("granted", None, until))

    @rule(which=st.integers(0, 9), by=SIDES, yes=st.booleans())
    def decide(self, which: int, by: str, yes: bool) -> None:
        if not self.all:
            return
        row, pk = self.row(which)
        expected = self.decided(row, by, office=True)
        if not yes:
            if self.both(expected, workflow.decline_extension, pk, by=by, comment="회의 임박"):
                row.state = "declined"
            return
        until = row.wished or DUE
        expected = expected or ("Invalid" if self.is_wrong(until) else "")
        if self.both(expected, workflow.grant_extension, pk, by=by, until=until):
            row.state, row.until = "granted", until

    @rule(which=st.integers(0, 9), by=SIDES)
    def withdraw_what_was_asked(self, which: int, by: str) -> None:
        if not self.all:
            return
        row, pk = self.row(which)
        if self.both(self.decided(row, by, office=False), workflow.withdraw_extension, pk, by=by):
            row.state = "withdrawn"

    @rule(which=st.integers(0, 9), by=SIDES)
    def revoke(self, which: int, by: str) -> None:
        if not self.all:
            return
        row, pk = self.row(which)
        done = row.until is None or row.revoked_at is not None or row.until < self.at
        expected = "Forbidden" if by not in OFFICE else "WrongState" if done else ""
        if self.both(expected, workflow.revoke_extension, pk, by=by, reason="회의 앞당김"):
            row.revoked_at = self.at

    @rule()
    def send_or_take_back(self) -> None:
        report, officer = self.task_force.reports["ME-01"], self.task_force.people["me_officer"]
        if self.is_sent:
            builders.withdraw(report, by=officer, at=self.at)
            self.late = None
        else:
            builders.write(report, by=officer, at=self.at, results=f"ㅇ {self.at}까지의 실적")
            builders.submit(report, by=officer, at=self.at)
            self.late = max(self.at - self.due(), timedelta()) or None
        self.is_sent = not self.is_sent

    @invariant()
    def both_stand_alike(self) -> None:
        if not hasattr(self, "all"):
            return
        deadline = due_times.deadline(self.task_force.round_2, self.me.pk, at=self.at)
        assert deadline.due_at == self.due()
        assert due_times.due_of(self.task_force.round_2, self.me.pk, at=self.at) == self.due()
        assert (deadline.waiting is not None) == (self.waiting() is not None)
        assert [row.decision for row in deadline.extensions] == [row.state for row in self.all]
        assert fresh(self.task_force.reports["ME-01"]).late_by == self.late


def test_due_times_are_the_models(task_force, domain_time):
    bound = type("DueTimes", (Machine,), {"task_force": task_force})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
