"""The chain, its end, receipts, the seal's root and the command (quality.md 13). Rows of reports: tests/tasks."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from records import triggers
from records.chain import append, event_hash, lock_head
from records.findings import Finding
from records.models import REFERENCE, Event, Receipt, Seal, Stream, Verification
from records.verify import Run
from tests.cast import AT, TaskForce
from tests.tasks import record_scene
from tests.tasks.record_scene import rewrite


@pytest.fixture
def scene(db: None) -> Stream:
    """A record with events of every kind, without triggers; the chain of round 2 is altered."""
    record_scene.OPEN.restore()
    triggers.drop_all(connection)
    return Stream.objects.get(key="round/2")


@pytest.fixture
def frozen(scene: Stream) -> None:
    """Both rounds are sealed."""
    record_scene.freeze()
    connection.check_constraints()


def run(**options: Any) -> Run:
    made = Run(**options)
    for _progress in made.walk():
        pass
    return made


def first(**options: Any) -> str:
    """The one finding of round 2: by default a stream's first bad row ends it."""
    findings = [row for row in run(**options).findings if row.is_difference and row.stream == "round/2"]
    assert len(findings) == 1
    return findings[0].line()


def test_one_byte_of_one_event(scene):
    event = scene.events.get(seq=4)
    data = event.data | {"letter_no": "x"}
    Event.objects.filter(pk=event.pk).update(data=data)
    assert first().startswith("event 4 of round/2: Its content is not the one its hash was computed from.")


def test_a_hash_that_was_made_to_fit_breaks_at_the_next_event(scene):
    event = scene.events.get(seq=4)
    event.actor_name = "아무개"
    Event.objects.filter(pk=event.pk).update(actor_name=event.actor_name, hash=event_hash(event, "round/2"))
    assert first().startswith("event 5 of round/2: It does not continue the event that stands before it.")


def test_an_event_deleted_with_its_receipt(scene):
    with transaction.atomic():
        Receipt.objects.filter(event__stream=scene, event__seq=3)._raw_delete(using="default")
        Event.objects.filter(stream=scene, seq=3)._raw_delete(using="default")
        assert first() == "event 3 of round/2: It is missing: event 4 comes next."
        transaction.set_rollback(True)


def test_two_events_swapped(scene):
    """They change places by their numbers, then by everything else: both times the first of them is named."""
    Event.objects.filter(stream=scene, seq=3).update(seq=1000)
    Event.objects.filter(stream=scene, seq=4).update(seq=3)
    Event.objects.filter(stream=scene, seq=1000).update(seq=4)
    assert first().startswith("event 3 of round/2: ")


@pytest.mark.parametrize("moves_head", [False, True])
def test_a_tail_cut_off(scene, moves_head):
    """With the stream's own row moved back the chain is whole: then the rows that the events had left are too many."""
    keep = 6
    with transaction.atomic():
        Receipt.objects.filter(event__stream=scene, event__seq__gt=keep)._raw_delete(using="default")
        Event.objects.filter(stream=scene, seq__gt=keep)._raw_delete(using="default")
        if moves_head:
            Stream.objects.filter(pk=scene.pk).update(head_seq=keep, head_hash=scene.events.get(seq=keep).hash)
        line = first()
        transaction.set_rollback(True)
    if moves_head:
        assert "ends elsewhere" not in line
        assert line.startswith(("the report ", "round 2: "))
    else:
        assert line.startswith("the end of round/2: The stream ends elsewhere than its own row says")


def test_the_tail_of_a_frozen_round(scene):
    """The freeze and what follows cut off, head and seal with it: the round itself says that it is frozen."""
    stream = Stream.objects.get(key="round/1")
    freeze = stream.events.get(verb="freeze")
    with transaction.atomic():
        Receipt.objects.filter(event__stream=stream, event__seq__gte=freeze.seq)._raw_delete(using="default")
        Event.objects.filter(stream=stream, seq__gte=freeze.seq)._raw_delete(using="default")
        Seal.objects.all()._raw_delete(using="default")
        Stream.objects.filter(pk=stream.pk).update(head_seq=freeze.seq - 1, head_hash=freeze.prev_hash)
        assert run(only="round/1").findings[0].line() == "round 1: It is marked as frozen, but has no seal."
        transaction.set_rollback(True)


def test_a_forged_event(scene):
    """Appended as the portal does it, chain and head included: nobody was given a receipt for it."""
    user = record_scene.people()["coordinator"]
    with transaction.atomic():
        report = record_scene.roster(2)["ME-04"]
        append(lock_head("round/2"), "accept", by=user, at=AT, obj=report, data={"report": "ME-04"})
    assert first().endswith("It has 0 receipts, not 1.")


def test_a_forged_event_with_a_receipt(scene):
    """Then its rows are missing."""
    user, report = record_scene.people()["coordinator"], record_scene.roster(2)["ME-03"]
    told = {
        "report": "ME-03",
        "revision": 1,
        "light": "completed",
        "ministry_light": "on_track",
        "reason": "",
        "book": "",
    }
    record_scene.leave("accept", report, f"report/{report.pk}", told, by=user, at=AT)
    assert first().startswith("the report ME-03: the state is not what the events say.")


def test_a_verb_that_there_is_not(scene):
    user, report = record_scene.people()["coordinator"], record_scene.roster(2)["ME-03"]
    record_scene.leave("bless", report, f"report/{report.pk}", {}, by=user, at=AT)
    assert "No verb of the portal leaves such an event: bless." in first()


def test_a_stream_that_is_gone(scene):
    """A round whose roster is fixed has a record."""
    with transaction.atomic():
        Receipt.objects.filter(event__stream=scene)._raw_delete(using="default")
        Event.objects.filter(stream=scene)._raw_delete(using="default")
        Stream.objects.filter(pk=scene.pk)._raw_delete(using="default")
        assert first() == "round/2: The stream is missing."
        transaction.set_rollback(True)


def test_an_event_that_cannot_be_read(scene):
    """What tampering makes unreadable is a finding, not an error of the program."""
    user, report = record_scene.people()["coordinator"], record_scene.roster(2)["ME-03"]
    record_scene.leave("open_for_review", report, f"report/{report.pk}", {"report": "ZZ-99"}, by=user, at=AT)
    assert "It cannot be read: 'ZZ-99'" in first()


def test_reference_events_leave_no_receipts(scene):
    event = Event.objects.get(stream__key=REFERENCE)
    assert event.actor_id is not None
    Receipt.objects.create(
        user_id=event.actor_id, key="1" * 32, verb=event.verb, object="x", body_sha256="", event=event
    )
    (finding,) = (row for row in run().findings if row.is_difference)
    assert finding.line() == "event 1 of reference: It has 1 receipts, not 0."


def test_missing_guards_warn_and_do_not_fail(scene):
    """The data are whole; that anyone may alter them now is told apart from it."""
    outcome = run()
    (warning,) = outcome.findings
    assert (outcome.ok, warning.is_difference) == (True, False)
    assert "`manage.py migrate` installs them" in warning.line()


def test_a_trigger_that_guards_nothing_is_missing(task_force):
    """One of the right name whose body lets everything pass."""
    assert triggers.installed(connection) == triggers.expected(connection)
    assert run().findings == []
    with transaction.atomic():
        connection.check_constraints()
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("DROP TRIGGER keep_records_event_append_update")
                cursor.execute(
                    "CREATE TRIGGER keep_records_event_append_update BEFORE UPDATE ON records_event BEGIN SELECT 1; END"
                )
            else:
                cursor.execute("ALTER TABLE records_event DISABLE TRIGGER keep_records_event_append_update")
        (warning,) = run().findings
        assert warning.found == "keep_records_event_append_update"
        transaction.set_rollback(True)


def test_a_finding_is_kept_and_read_in_either_language(scene):
    Event.objects.filter(stream=scene, seq=2).update(actor_name="x")
    (finding,) = (row for row in run().findings if row.is_difference)
    assert Finding.from_json(finding.to_json()).line() == finding.line()


# The command


def verify(*arguments: str) -> tuple[int, str, str]:
    """(exit code, what it printed, what it complained about)."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_records", *arguments, stdout=out, stderr=err)
    except SystemExit as error:
        return int(error.code or 0), out.getvalue(), err.getvalue()
    except CommandError as error:
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


def test_all_is_well(task_force: TaskForce):
    code, out, err = verify()
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("round/1: ")
    assert out.splitlines()[0].endswith("events  no difference")
    assert out.splitlines()[-1].startswith("The record holds: 2 streams, ")
    kept = Verification.objects.get()
    assert (kept.ok, kept.scope, kept.streams, kept.events) == (True, "", 2, Event.objects.count())


def test_a_difference_is_told_and_kept(scene):
    Event.objects.filter(stream=scene, seq=2).update(actor_name="x")
    code, out, err = verify()
    assert code == 1
    assert "event 2 of round/2: Its content is not the one its hash was computed from." in err
    assert f"round/2: 1 of {scene.head_seq} events  DIFFERS" in out
    assert out.splitlines()[-1].startswith("The record does not hold: 4 streams")
    kept = Verification.objects.get()
    assert (kept.ok, kept.findings[0]["stream"]) == (False, "round/2")
    assert kept.checked["round/1"]["ok"]
    assert not kept.checked["round/2"]["ok"]


def test_one_round(scene):
    Event.objects.filter(stream=scene, seq=2).update(actor_name="x")
    assert verify("--round", "1")[0] == 0
    assert verify("--round", "2", "--no-save")[0] == 1
    assert Verification.objects.get().scope == "round/1"


def test_every_difference_where_that_is_asked_for(scene):
    Event.objects.filter(stream=scene, seq__in=(2, 4)).update(actor_name="x")
    assert len(verify("--no-save")[2].splitlines()) == 2  # the first of them, and the warning
    told = verify("--all", "--no-save")[2]
    assert "event 2 of round/2" in told
    assert "event 4 of round/2" in told


def test_a_question_that_makes_no_sense(task_force):
    code, _out, err = verify("--round", "9")
    assert (code, err) == (2, "There is no record of a round 9. There is: round/1, round/2.")
    for text in ("xyz", ""):  # an empty one as well: a variable that was not set
        code, _out, err = verify("--root", text)
        assert (code, err) == (2, "A root has 64 characters of 0-9 and a-f, or at least its first 8.")
    assert not Verification.objects.exists()


def test_the_root_that_was_kept_outside(task_force):
    root = Seal.objects.get().root
    code, out, _err = verify("--root", root.upper())
    assert (code, out.splitlines()[-2]) == (0, "round/1 matches the root given.")
    code, out, _err = verify("--round", "1", "--root", f"{root[:4]} {root[4:8]}")
    assert code == 0
    assert "They prove less" in out
    code, out, err = verify("--root", "0" * 64)
    assert code == 1
    assert "round/1: the seal of round/1: The root that was kept outside is another one." in err
    assert "round/1: none of the roots given is its own, only its own consistency is shown." in out
    code, _out, err = verify("--round", "2", "--root", "0" * 64)
    assert code == 1
    assert "Nothing is sealed, so there is no root to compare." in err


def test_with_one_round_only_its_own_root(frozen):
    first, second = Seal.objects.order_by("pk").values_list("root", flat=True)
    assert verify("--round", "2", "--root", second)[0] == 0
    for roots in ([first], [second, first[:8]]):
        code, _out, err = verify("--round", "2", *(word for root in roots for word in ("--root", root)))
        told = f"The root {first[:8]} is that of round/1. With --round 2 only the root of round/2 may be given."
        assert (code, err) == (2, told)


@pytest.mark.parametrize("given", ["none", "one", "both"])
def test_each_sealed_round_with_or_without_a_root_of_its_own(frozen, given):
    """What was not compared is said, in the output and in what is kept: it could have been rewritten whole."""
    first, second = Seal.objects.order_by("pk").values_list("root", flat=True)
    rewrite("round/1")
    alone = "no root was given, only its own consistency is shown."
    roots = {"none": [], "one": ["--root", second], "both": ["--root", first, "--root", second]}[given]
    code, out, err = verify(*roots)
    told, kept = out.splitlines()[-3:-1], Verification.objects.get()
    if given == "none":
        assert (code, told) == (0, [f"round/1: {alone}", f"round/2: {alone}"])
        assert kept.roots == {}
    elif given == "one":
        assert (code, told) == (0, [f"round/1: {alone}", "round/2 matches the root given."])
        assert (kept.ok, kept.roots) == (True, {"round/1": "", "round/2": second})
    else:
        assert code == 1
        assert "round/1: the seal of round/1: The root that was kept outside is another one." in err
        assert told[0] == "round/1: none of the roots given is its own, only its own consistency is shown."
        assert (kept.ok, kept.roots) == (False, {"round/1": "", "round/2": second})


def test_what_verification_found_is_insert_only(task_force):
    verify()
    for statement in (Verification.objects.update, Verification.objects.all().delete):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            statement(**({"ok": False} if statement == Verification.objects.update else {}))


@pytest.mark.django_db(transaction=True)
def test_it_reads_one_moment_and_locks_nobody(task_force):
    """Outside any transaction, as the command runs: it reads a snapshot of its own, and can write its result after it."""
    assert not connection.in_atomic_block
    made = Run()
    walk = made.walk()
    next(walk)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)
    list(walk)
    assert made.ok
    assert verify()[0] == 0
