"""Verification of meetings: whatever is altered, taken away or added in one of their tables is named."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from meetings import contents
from meetings.models import Meeting, Remark
from meetings.workflow.common import locked_meeting, tell
from records import triggers
from records.chain import sha256
from records.models import Seal
from records.receipts import once
from records.rows import LEFT_OUT
from records.verify import Run
from tests.builders import key
from tests.cast import TaskForce
from tests.meetings import rows
from tests.tasks.test_verification import altered, others

# A key, and what an administrator or the reference file writes: that stands in the chain of the reference data.
UNPROVEN = LEFT_OUT
ROWS = sorted(model._meta.label for model in contents.TOLD.paths)


def found(meeting: Meeting) -> list[str]:
    run = Run(only=meeting.stream_key, every=True)
    for _progress in run.walk():
        pass
    return [finding.line() for finding in run.findings if finding.is_difference]


@pytest.fixture
def told(task_force: TaskForce, at) -> rows.Whole:
    """A meeting with a row in each table, told of by one event, sealed; and another one to be pointed at."""
    who: dict[str, Any] = {"by": task_force.people["coordinator"]}
    whole = rows.whole(
        8, ministry=task_force.ministries["ME"], task=task_force.reports["ME-01"].task, confirmed=True, **who
    )
    rows.whole(9, ministry=task_force.ministries["MSIT"], task=task_force.reports["ME-02"].task, **who)
    rows.lay_files(whole)
    body = {"at": at, "key": key(), "target": "meeting", "body": []}
    with once("confirm_outcome", **who, **body) as attempt:
        meeting = locked_meeting(whole.meeting.pk)
        Meeting.objects.filter(no=9).update(version=0)
        manifest = {"format": 1, "meeting": meeting.no, "rows": contents.sealed_rows(meeting)}
        root = sha256(manifest)
        of = [row for label, row in whole.rows.items() if label in ROWS]
        for row in of:
            row.refresh_from_db()
        tell(attempt, meeting, meeting, rows=of, root=root)
        assert attempt.stream is not None
        Seal.objects.create(stream=attempt.stream, manifest=manifest, root=root, format=1, at=at, by=who["by"])
    return whole


def names(row: models.Model) -> str:
    return f"{row._meta.model_name} {row.pk} of meeting/"


def test_the_meeting_holds(told):
    assert found(told.meeting) == []


@pytest.mark.either
@pytest.mark.parametrize("label", ROWS)
def test_any_column_of_any_row(told, label):
    """Column by column, past every method: verification names the row."""
    row = told.rows[label]
    connection.check_constraints()
    triggers.drop_all(connection)
    unseen = []
    left_out = UNPROVEN - ({"source", "verified"} if label in ("meetings.Figure", "meetings.Remark") else set())
    if isinstance(row, Meeting):
        left_out = left_out | contents.OF_ADMINISTRATORS
    for field in row._meta.concrete_fields:
        if field.name in left_out:
            continue
        with altered():
            value = first_that_fits(row, field)
            if value is NONE_FITS:
                continue
            if not any(names(row) in line for line in found(told.meeting)):
                unseen.append((field.name, value))
    assert unseen == []


NONE_FITS = object()


def first_that_fits(row: models.Model, field: Any) -> Any:
    for value in others(row, field):
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: value})
        except IntegrityError:
            continue
        return value
    return NONE_FITS


@pytest.mark.parametrize("label", [label for label in ROWS if label != "meetings.Meeting"])
def test_a_row_that_is_gone(told, label):
    row = told.rows[label]
    connection.check_constraints()
    triggers.drop_all(connection)
    with altered():
        type(row)._base_manager.filter(pk=row.pk)._raw_delete(using="default")
        assert any(names(row) in line and "missing" in line for line in found(told.meeting))


def test_a_row_that_no_event_tells_of(told):
    triggers.drop_all(connection)
    stray = Remark.objects.create(meeting=told.meeting, order=2, text_ko="덧붙인 말")
    assert any(names(stray) in line and "No event" in line for line in found(told.meeting))


def test_a_seal_that_says_something_else(told):
    """With its root made anew, the seal agrees with itself; it does not agree with the events before it."""
    triggers.drop_all(connection)
    seal = Seal.objects.get(stream__key=told.meeting.stream_key)
    name = contents.name_of(told.rows["meetings.Decision"])
    seal.manifest["rows"][name]["text_ko"] = "없던 일로"
    Seal.objects.filter(pk=seal.pk).update(manifest=seal.manifest, root=sha256(seal.manifest))
    assert len(found(told.meeting)) >= 2
