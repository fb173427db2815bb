"""Sixteen writers against the freeze, round after round (quality.md 1). Each race by itself: tests/tasks/test_races.py."""

import random
import threading
from functools import partial
from typing import Any

import pytest
from django.db import connection

from records import triggers
from records.errors import Conflict, Frozen, Refused
from records.models import Seal
from tasks import freezing, workflow
from tasks.models import Report, Round
from tasks.workflow import common
from tests import builders, record
from tests.builders import key
from tests.cast import TaskForce
from tests.tasks.test_races import PATIENCE, at_once, freeze_until_done, sealed

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 16
ROUNDS = 50 if connection.vendor == "postgresql" else 10  # SQLite has one writer at a time: there is less to find


def next_round(task_force: TaskForce, at: Any) -> tuple[Round, list[workflow.Item]]:
    """One more round, open, and sixteen reports of it that may each go as "no change"."""
    last = Round.objects.latest("no")
    office = task_force.people["coordinator"]
    roster = builders.prepare(builders.round_(last.no + 1), by=office, at=at)
    reports = [report for code, report in sorted(roster.items()) if code.startswith("W-")]
    return Round.objects.get(no=last.no + 1), [workflow.Item(row.pk, row.version, unchanged=True) for row in reports]


def first_round(task_force: TaskForce, at: Any) -> None:
    """Sixteen tasks that were reported once, which is what "no change" stands on."""
    office, officer = task_force.people["coordinator"], task_force.people["me_officer"]
    for number in range(WRITERS):
        builders.task(f"W-{number:02d}", task_force.ministries["ME"], first_round_no=3)
    builders.freeze(task_force.round_2, by=office, at=at)
    third = builders.prepare(builders.round_(3), by=office, at=at)
    reports = [report for code, report in third.items() if code.startswith("W-")]
    for report in reports:
        builders.write(report, by=officer, at=at)
    builders.submit(*reports, by=officer, at=at)
    builders.freeze(Round.objects.get(no=3), by=office, at=at)


def surge(task_force: TaskForce, at: Any, chance: random.Random) -> tuple[Round, set[str], list[Any]]:
    """Sixteen press Submit: some, now few, now many, before the office looks at the round to freeze it, the others in
    the moment in which it freezes. Returns the round, the acknowledged numbers, and what the rest was told."""
    round_, items = next_round(task_force, at)
    office, officer = task_force.people["coordinator"], task_force.people["me_officer"]
    early, looks_first = chance.randrange(WRITERS), chance.random() < 0.7
    done, now = threading.Semaphore(0), threading.Event()

    def submit(number: int, item: workflow.Item) -> Any:
        if number >= early:
            assert now.wait(PATIENCE)
        try:
            return workflow.submit([item], by=officer, at=at, key=key())
        finally:
            done.release()

    def freeze() -> Any:
        for _ in range(early):
            assert done.acquire(timeout=PATIENCE)
        if not looks_first:
            now.set()
        head = freezing.head_seq(round_)
        now.set()
        try:
            return freezing.freeze(round_.pk, by=office, at=at, key=key(), head_seq=head)
        except Conflict:  # somebody was faster: look again, like the person before the page
            return freeze_until_done(round_, office, at)

    *answers, frozen = at_once(*(partial(submit, number, item) for number, item in enumerate(items)), freeze)
    assert not isinstance(frozen, Refused)
    told = [answer for answer in answers if isinstance(answer, Refused)]
    return round_, {answer.number for answer in answers if not isinstance(answer, Refused)}, told


def test_sixteen_writers_against_the_freeze(task_force, at):
    """Every round anew: whoever got a receipt is in the manifest, everyone else was told that the round is frozen, and
    nothing comes after the seal."""
    first_round(task_force, at)
    chance, cut = random.Random(2050), 0
    for _ in range(ROUNDS):
        round_, acknowledged, told = surge(task_force, at, chance)
        assert all(isinstance(answer, Frozen) for answer in told), told
        assert len(acknowledged) + len(told) == WRITERS
        assert sealed(round_) == acknowledged == set(round_.submissions.values_list("number", flat=True))
        assert (
            freezing.manifest(Round.objects.get(pk=round_.pk))
            == Seal.objects.get(stream__key=round_.stream_key).manifest
        )
        cut += bool(told) and bool(acknowledged)
    assert cut > ROUNDS // 5, "the freeze came first or last: hardly anything raced"
    assert record.damage() == []


@pytest.mark.postgres
def test_without_the_rounds_lock_a_writer_slips_past_the_seal(task_force, at, monkeypatch):
    """The control: the same surge with the round's advisory lock switched off, and without the second net, the triggers.
    Sooner or later somebody has a receipt for what the seal does not hold."""
    first_round(task_force, at)
    monkeypatch.setattr(common, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(freezing, "_copy_names", lambda _round: None)  # its row locks would get in the way as well
    chance = random.Random(2050)
    triggers.drop_all(connection)
    try:
        for _ in range(ROUNDS):
            round_, acknowledged, _told = surge(task_force, at, chance)
            if acknowledged - sealed(round_):
                assert Report.objects.filter(round=round_, state="submitted").count() > len(sealed(round_))
                return
    finally:
        triggers.install(connection)
    pytest.fail("nothing slipped past the freeze: this race tests no lock")
