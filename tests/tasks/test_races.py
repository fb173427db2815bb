"""People at the same time, in threads on the real engine (quality.md 1, 2, 3). Each race is shown with its control."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from ministries.models import User
from records import locking, receipts, triggers
from records.errors import Busy, Conflict, Frozen, Refused, WrongState
from records.models import Seal
from tasks import freezing, workflow
from tasks.models import Attachment, Draft, Report, Round, Submission
from tasks.transitions import permit
from tasks.workflow import common, ministry, sending
from tests import builders
from tests.builders import fresh, key, raw
from tests.cast import TaskForce

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 15  # seconds after which a thread counts as stuck; nothing waits that long when all is well


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; each one's result, or the refusal that it raised."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(PATIENCE)
            return call()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(run, call) for call in calls]]


def kinds(results: list[Any]) -> list[str]:
    return sorted(type(result).__name__ for result in results)


# Two officers, one draft


def test_of_two_who_save_one_draft_at_once_one_wins(task_force, reports, me_officer, me_officer_2, at):
    """The other one gets a conflict with both texts; what stands there is the winner's."""
    report = reports["ME-01"]
    for turn in range(5):
        version, texts = fresh(report).version, [f"ㅇ 하늘 {turn}", f"ㅇ 바다 {turn}"]

        def save(by: User, text: str, version: int = version) -> Report:
            return workflow.save_draft(report.pk, by=by, at=at, version=version, raw=raw(results=text))

        results = at_once(partial(save, me_officer, texts[0]), partial(save, me_officer_2, texts[1]))
        assert kinds(results) == ["Conflict", "Report"]
        lost = next(result for result in results if isinstance(result, Conflict))
        stands = Draft.objects.get(report=report).content["results"]
        assert [lost.theirs["results"], lost.mine["results"]] == [stands, next(t for t in texts if t != stands)]
        assert fresh(report).version == version + 1


@pytest.mark.postgres
def test_without_the_reports_lock_a_text_is_overwritten_silently(
    task_force, reports, me_officer, me_officer_2, at, monkeypatch
):
    """The control: both read the same version before either writes, and nobody is told."""
    report, meet, real = builders.write(reports["ME-01"], by=me_officer, at=at), threading.Barrier(2), permit

    def together(*args: Any, **more: Any) -> Any:
        meet.wait(PATIENCE)
        return real(*args, **more)

    monkeypatch.setattr(common, "lock_rows", lambda _rows: [])
    monkeypatch.setattr(ministry, "permit", together)

    def save(by: User, text: str) -> Report:
        return workflow.save_draft(report.pk, by=by, at=at, version=report.version, raw=raw(results=text))

    results = at_once(partial(save, me_officer, "ㅇ 하늘"), partial(save, me_officer_2, "ㅇ 바다"))
    assert kinds(results) == ["Report", "Report"]
    assert fresh(report).version == report.version + 1, "two texts were acknowledged, and one version was counted"


# One form, many clicks


def clicks(report: Report, officer: User, at: Any, number: int) -> list[Any]:
    item, sent = builders.item(report), key()
    return at_once(*[lambda: workflow.submit([item], by=officer, at=at, key=sent)] * number)


def test_eight_clicks_are_one_submission(task_force, reports, me_officer, at):
    """All eight get the one receipt."""
    builders.write(reports["ME-01"], by=me_officer, at=at)
    results = clicks(reports["ME-01"], me_officer, at, 8)
    assert kinds(results) == ["Receipt"] * 8
    assert {result.number for result in results} == {"2-ME-0001"}
    assert Submission.objects.filter(round=task_force.round_2).count() == 1


@pytest.mark.postgres
def test_without_the_keys_lock_a_click_is_refused(task_force, reports, me_officer, at, monkeypatch):
    """The control: two clicks that both find no receipt yet. The second is told that its report is gone already."""
    builders.write(reports["ME-01"], by=me_officer, at=at)
    meet = threading.Barrier(2)
    real = sending.answer_reports

    def together(items: Any) -> Any:
        meet.wait(PATIENCE)
        return real(items)

    monkeypatch.setattr(receipts, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(ministry, "answer_reports", together)
    assert kinds(clicks(reports["ME-01"], me_officer, at, 2)) == ["Receipt", "WrongState"]


# Submissions against the freeze


def sealed(round_: Round) -> set[str]:
    """The numbers of the submissions that the seal holds."""
    rows = Seal.objects.get(stream__key=round_.stream_key).manifest["reports"]
    return {row["revision"]["submission"] for row in rows if row["revision"]}


def freeze_until_done(round_: Round, office: User, at: Any) -> Any:
    """Freeze as a person would who looks at the page again after each "the round changed"."""
    while True:
        try:
            return freezing.freeze(round_.pk, by=office, at=at, key=key(), head_seq=freezing.head_seq(round_))
        except Conflict:
            continue


def crowded(task_force: TaskForce, number: int, at: Any) -> dict[str, Report]:
    """A third round with that many further tasks of ME, each with a draft that is ready to go."""
    office, officer = task_force.people["coordinator"], task_force.people["me_officer"]
    builders.freeze(task_force.round_2, by=office, at=at)
    codes = [f"ME-{no}" for no in range(50, 50 + number)]
    for code in codes:
        builders.task(code, task_force.ministries["ME"], first_round_no=3)
    third = builders.prepare(builders.round_(3), by=office)
    chosen = {code: third[code] for code in codes}
    for report in chosen.values():
        builders.write(report, by=officer, at=at)
    return chosen


def test_every_acknowledged_submission_is_sealed(task_force, me_officer, coordinator, at):
    """Eleven officers press Submit while the office freezes: whoever got a receipt is in the manifest, whoever is not
    was told that the round is frozen. Nothing comes after the seal."""
    reports = crowded(task_force, 11, at)
    round_ = Round.objects.get(no=3)
    items = {code: builders.item(report) for code, report in reports.items()}
    *answers, frozen = at_once(
        *(lambda item=item: workflow.submit([item], by=me_officer, at=at, key=key()) for item in items.values()),
        lambda: freeze_until_done(round_, coordinator, at),
    )
    acknowledged = {answer.number for answer in answers if not isinstance(answer, Refused)}
    assert not isinstance(frozen, Refused)
    assert all(isinstance(answer, Frozen) for answer in answers if isinstance(answer, Refused))
    assert sealed(round_) == acknowledged == set(round_.submissions.values_list("number", flat=True))
    assert freezing.manifest(Round.objects.get(no=3)) == Seal.objects.get(stream__key="round/3").manifest


class Pause:
    """Holds a submission between its reading of the open round and its first write, until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        real = sending.contents_to_send

        def paused(*args: Any, **more: Any) -> Any:
            made = real(*args, **more)
            self.reached.set()
            assert self.go.wait(PATIENCE)
            return made

        monkeypatch.setattr(ministry, "contents_to_send", paused)


@contextmanager
def with_nothing_but_the_lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without the triggers, and without the copying of names, whose row locks would get in a submission's way too."""
    monkeypatch.setattr(freezing, "_copy_names", lambda _round: None)
    triggers.drop_all(connection)
    try:
        yield
    finally:
        triggers.install(connection)


def until(is_so: Callable[[], bool]) -> None:
    """Look again and again until it is so; a thread that waits in vain fails the test instead of hanging it."""
    give_up = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < give_up, "waited in vain"


def waits_for_a_lock() -> bool:
    """Whether some connection to this database stands in line for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])


def race(task_force: TaskForce, monkeypatch: pytest.MonkeyPatch, at: Any) -> tuple[Any, set[str]]:
    """A submission is judged while the round is open; then the office freezes, or has to wait; then the submission
    writes. Returns its answer, and the numbers in the seal."""
    round_, office, officer = task_force.round_2, task_force.people["coordinator"], task_force.people["me_officer"]
    item, pause = builders.item(task_force.reports["ME-01"], unchanged=True), Pause(monkeypatch)
    frozen = threading.Event()

    def freeze() -> None:
        assert pause.reached.wait(PATIENCE)
        freeze_until_done(round_, office, at)
        frozen.set()

    def let_go() -> None:
        assert pause.reached.wait(PATIENCE)
        until(lambda: frozen.wait(0.01) or waits_for_a_lock())
        pause.go.set()

    answer, *_rest = at_once(lambda: workflow.submit([item], by=officer, at=at, key=key()), freeze, let_go)
    return answer, sealed(round_)


@pytest.mark.postgres
def test_the_freeze_waits_for_whoever_has_read_the_round(task_force, at, monkeypatch):
    """The lock alone: even without the triggers nothing slips past the seal."""
    with with_nothing_but_the_lock(monkeypatch):
        answer, in_seal = race(task_force, monkeypatch, at)
    assert answer.number in in_seal


@pytest.mark.postgres
def test_without_the_lock_an_acknowledged_submission_slips_past_the_seal(task_force, at, monkeypatch):
    """The control of the test above: the same race with the round's lock switched off loses a text."""
    monkeypatch.setattr(common, "lock", lambda *_args, **_more: None)
    with with_nothing_but_the_lock(monkeypatch):
        answer, in_seal = race(task_force, monkeypatch, at)
    assert answer.number not in in_seal
    assert fresh(task_force.reports["ME-01"]).state == "submitted"


@pytest.mark.postgres
def test_without_the_lock_the_triggers_still_hold(task_force, at, monkeypatch):
    """The second net: the submission is refused by the database. It gets no receipt, and nothing slips."""
    monkeypatch.setattr(freezing, "_copy_names", lambda _round: None)
    monkeypatch.setattr(common, "lock", lambda *_args, **_more: None)
    with pytest.raises(Exception, match="the round is frozen"):
        race(task_force, monkeypatch, at)
    assert fresh(task_force.reports["ME-01"]).state == "missing"
    assert not Submission.objects.filter(round=task_force.round_2).exists()


@pytest.mark.postgres
def test_whoever_comes_during_the_freeze_waits_and_is_told(
    task_force, reports, me_officer, coordinator, at, monkeypatch
):
    """The other order: a submission that arrives while the freeze writes learns that the round is frozen."""
    reached, go = threading.Event(), threading.Event()
    real = freezing.manifest

    def paused(round_: Round) -> Any:
        reached.set()
        assert go.wait(PATIENCE)
        return real(round_)

    def let_go() -> None:
        assert reached.wait(PATIENCE)
        until(waits_for_a_lock)
        go.set()

    def submit() -> Any:
        assert reached.wait(PATIENCE)
        return workflow.submit([item], by=me_officer, at=at, key=key())

    item = builders.item(reports["ME-01"], unchanged=True)
    monkeypatch.setattr(freezing, "manifest", paused)
    answer, frozen, _ = at_once(submit, lambda: freeze_until_done(task_force.round_2, coordinator, at), let_go)
    assert isinstance(answer, Frozen)
    assert not isinstance(frozen, WrongState)


@pytest.mark.sqlite
def test_on_sqlite_too_nobody_waits_for_ever(task_force, reports, me_officer, at, monkeypatch):
    """Another program holds the file: the verb gives up after the connection's time, in words. The control: without the
    lock it goes through."""
    version = fresh(reports["ME-01"]).version
    save = partial(workflow.save_draft, reports["ME-01"].pk, by=me_officer, at=at, version=version, raw=raw())
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.2)
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy):
            save()
        other.execute("ROLLBACK")
    assert save().state == "draft"


def test_files_that_race_the_freeze(task_force, reports, me_officer, coordinator, at, settings, tmp_path):
    """Each file is attached before the freeze, or refused by it: afterwards no row came, and none is without its file."""
    settings.FILES_ROOT = tmp_path
    codes = ("ME-01", "ME-02", "ME-03", "ME-04")

    def attach(code: str) -> Any:
        return builders.attach(reports[code], by=me_officer, at=at)

    results = at_once(
        partial(builders.freeze, task_force.round_2, by=coordinator, at=at), *[partial(attach, code) for code in codes]
    )
    rows = {row.token.hex for row in Attachment.objects.all()}
    assert {type(result).__name__ for result in results} <= {"Receipt", "Attachment", "Frozen", "Conflict"}
    assert len(rows) == sum(isinstance(result, Attachment) for result in results)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == rows
    assert Round.objects.get(pk=task_force.round_2.pk).frozen_at is not None
    with pytest.raises(Frozen):
        attach("ME-05")


@pytest.mark.postgres
def test_whoever_waits_too_long_is_asked_to_come_again(task_force, reports, me_officer, at, monkeypatch):
    """Five seconds at most, then 503 and nothing is lost (here a moment, or the test would take as long)."""
    monkeypatch.setattr(locking, "LOCK_TIMEOUT", "50ms")
    item, pause = builders.item(reports["ME-01"], unchanged=True), Pause(monkeypatch)
    round_, office = task_force.round_2, task_force.people["coordinator"]

    def freeze() -> Any:
        assert pause.reached.wait(PATIENCE)
        try:
            return freeze_until_done(round_, office, at)
        finally:
            pause.go.set()

    answer, busy = at_once(lambda: workflow.submit([item], by=me_officer, at=at, key=key()), freeze)
    assert (type(busy).__name__, busy.status) == ("Busy", 503)
    assert answer.number == "2-ME-0001"
    assert Round.objects.get(no=2).frozen_at is None
