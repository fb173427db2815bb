"""The seal of an outcome: what it holds, what the triggers refuse after it, what verification finds without them."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from meetings import workflow
from meetings.models import Decision
from records import triggers
from records.models import Event, Seal
from records.verify import Run
from tests.builders import key

from . import outcome_scene as scene
from .outcome_scene import CONFIRMED, TOLD
from .test_outcome import DURING, PLACES


def test_the_seal_holds_what_the_meeting_held(task_force):
    """Items, decisions, comments and the meeting itself as confirmed; its root in the event, and the record clean."""
    meeting = PLACES["answered"](task_force)
    scene.confirm(meeting, by=task_force.people["coordinator"])
    seal, event = Seal.objects.get(stream__key=meeting.stream_key), Event.objects.latest("pk")
    assert (seal.root, seal.at, seal.by) == (event.data["root"], CONFIRMED, event.actor)
    rows = seal.manifest["rows"]
    kinds = {name.partition("/")[0] for name in rows}
    assert kinds == {
        *("meeting", "attendance", "agendaitem", "decision", "supporting", "decisiontask"),
        *("comment", "commentanswer"),
    }
    assert rows[f"meeting/{meeting.pk}"]["frozen_at"] == CONFIRMED.timestamp()
    assert seal.manifest["format"] == 1
    assert scene.differences(meeting) == []
    run = Run(roots=[seal.root])
    assert [step.ok for step in run.walk() if step.ok is False] == []
    assert run.ok


def test_why_nobody_waited_stands_in_the_record(task_force, coordinator):
    meeting = PLACES["circulated"](task_force)
    scene.confirm(meeting, by=coordinator, at=DURING, is_early=True, reason="보도 일정")
    assert Event.objects.latest("pk").data["early"] == "보도 일정"


AFTER_THE_SEAL = {
    "a decision": "UPDATE meetings_decision SET text_ko = 'x'",
    "a decision's day": "UPDATE meetings_decision SET due_on = '2030-01-01' WHERE due_on IS NOT NULL",
    "a decision away": "DELETE FROM meetings_decision WHERE no = 3",
    "whom it names": "DELETE FROM meetings_supporting",
    "an item": "UPDATE meetings_agendaitem SET outcome_ko = 'x'",
    "the attendance": "UPDATE meetings_attendance SET is_deputy = NOT is_deputy",
    "a comment": "UPDATE meetings_comment SET text = 'x'",
    "the meeting": "UPDATE meetings_meeting SET frozen_at = NULL",
    "a notification": "DELETE FROM meetings_notification",
    "an answer": "UPDATE meetings_notificationanswer SET agrees = NOT agrees",
}


@pytest.mark.parametrize("what", AFTER_THE_SEAL)
def test_the_database_refuses_to_change(task_force, what):
    """Whatever was confirmed, and what was said to it since: also from raw SQL."""
    it = task_force
    meeting = PLACES["answered"](it)
    scene.notify(scene.confirm(meeting, by=it.people["coordinator"]), by=it.people["coordinator"])
    who: dict[str, Any] = {"by": it.people["me_officer"], "at": TOLD, "key": key()}
    workflow.answer_notification(meeting.pk, ministry=it.ministries["ME"].pk, agrees=True, **who)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(AFTER_THE_SEAL[what])
    with pytest.raises(DatabaseError), transaction.atomic():
        scene.record(meeting, "나중에", by=it.people["coordinator"], at=TOLD)


TAMPERED = [
    ("UPDATE meetings_decision SET text_ko = 'x' WHERE no = 1", "decision"),
    ("UPDATE meetings_decision SET due_on = '2030-01-01' WHERE no = 1", "decision"),
    ("DELETE FROM meetings_decisiontask", "decisiontask"),
    ("UPDATE meetings_agendaitem SET outcome_ko = 'x' WHERE \"order\" = 1", "agendaitem"),
    (
        "UPDATE meetings_notification SET at = '2020-01-01 00:00:00+00:00' WHERE id = (SELECT MIN(id) FROM meetings_notification)",
        "notification",
    ),
]


@pytest.mark.parametrize(("sql", "kind"), TAMPERED)
def test_verification_names_the_row_that_was_changed_without_triggers(task_force, sql, kind):
    meeting = PLACES["notified"](task_force)
    assert scene.differences(meeting) == []
    triggers.drop_all(connection)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        found = scene.differences(meeting)
        assert found
        assert all(line.startswith(f"{kind} ") for line in found)
    finally:
        triggers.install(connection)


def test_a_manifest_that_was_rewritten_is_noticed(task_force):
    """Together with its row and its root: the event still tells of the other one."""
    meeting = PLACES["confirmed"](task_force)
    triggers.drop_all(connection)
    try:
        seal = Seal.objects.get(stream__key=meeting.stream_key)
        decision = Decision.objects.get(no=1)
        seal.manifest["rows"][f"decision/{decision.pk}"]["text_ko"] = "x"
        Seal.objects.filter(pk=seal.pk).update(manifest=seal.manifest)
        assert any("the seal of" in line for line in scene.differences(meeting))
    finally:
        triggers.install(connection)
