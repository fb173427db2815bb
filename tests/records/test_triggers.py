"""Triggers keep what is frozen and what is append-only, on both engines and against every way in (quality.md 13).

Every refusal has its control: the same statement with the triggers taken away succeeds.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.migrations import Migration

from ministries.models import Delegation
from records import triggers
from records.models import Event, Receipt, Seal, Verification
from records.triggers import Guard
from tasks.models import (
    Answer,
    Assignment,
    Attached,
    Attachment,
    Contribution,
    ContributionCall,
    Correction,
    CorrectionDecision,
    Draft,
    Extension,
    IndicatorValue,
    Message,
    MilestoneChange,
    Report,
    Request,
    Return,
    ReturnedField,
    Revision,
    Round,
    SignOff,
    Submission,
    Taken,
    Task,
)
from tests import builders, grown
from tests.builders import kst
from tests.cast import TaskForce
from tests.meetings import rows as meeting_rows
from tests.meetings.rows import Whole

# Those of what the strategy grows by are tried in test_grown.py.
GUARDS = {guard.model: guard for guard in triggers.guards() if guard.model not in grown.LABELS}
FROZEN = [guard for guard in GUARDS.values() if guard.path is not None]
OF_ROUNDS = [guard for guard in FROZEN if not guard.model.startswith("meetings.")]
APPEND_ONLY = [guard for guard in GUARDS.values() if guard.append_only]
KEPT = [guard for guard in GUARDS.values() if guard.kept]


def named(guard: Guard) -> str:
    return guard.model


@pytest.fixture
def frozen(task_force: TaskForce, at) -> TaskForce:
    """Round 2 with a row in every guarded table, and then frozen."""
    people, reports = task_force.people, task_force.reports
    officer, office = people["me_officer"], people["coordinator"]
    milestone, indicator = reports["ME-01"].task.milestones.get(), builders.indicator(reports["ME-01"].task)
    answers = {"milestones": builders.moved(milestone), "indicators": {str(indicator.pk): {"value": "7"}}}
    builders.write(reports["ME-01"], by=officer, at=at, **builders.troubled(addressed_to=["MSIT"], **answers))
    builders.attach(reports["ME-01"], by=officer, at=at)
    builders.submit(reports["ME-01"], by=officer, at=at)
    builders.open_for_review(reports["ME-01"], by=office, at=at)
    builders.return_for_changes(reports["ME-01"], by=office, at=at, fields=["results"])
    builders.write(reports["ME-03"], by=officer, at=at)
    builders.call_contributions(reports["ME-06"], by=officer, at=at)
    written = builders.contribute(reports["ME-06"], by=people["motie_officer"], at=at)
    builders.take(written, by=officer, at=at, into="issues")
    builders.submit(reports["ME-06"], by=officer, at=at)
    builders.answer(builders.request_to("MSIT", reports["ME-01"]), by=people["msit_officer"], at=at)
    builders.report_in(
        "submitted", reports["FSC-01"], officer=people["fsc_officer"], approver=people["fsc_approver"],
        coordinator=office, at=at,
    )  # fmt: skip
    builders.say(reports["ME-01"], "기준일을 알려 주기 바람", by=office, at=at)
    builders.ask_extension(task_force.round_2, task_force.ministries["ME"], by=officer, at=at)
    builders.freeze(task_force.round_2, by=office, at=kst(2021, 3, 22, 10))
    asked = builders.ask_correction(reports["ME-01"], by=officer, at=kst(2021, 3, 22, 11))
    builders.decide_correction(asked, by=office, at=kst(2021, 3, 22, 12))
    builders.deputise(officer, people["me_officer_2"], at=at)
    builders.assign({"ME-01": officer.postings.get()}, task_force.ministries["ME"], by=officer, at=at)
    return task_force


@pytest.fixture
def meetings(frozen: TaskForce) -> list[Whole]:
    """One whose outcome is confirmed, and one whose is not, each with a row in every table. They have no ministry and no
    task in common, so that a row of the one has its place in the other."""
    of = [(8, "ME", "ME-01"), (9, "MSIT", "ME-02")]
    return [
        meeting_rows.whole(
            no,
            by=frozen.people["coordinator"],
            ministry=frozen.ministries[code],
            task=frozen.reports[task].task,
            confirmed=no == 8,
        )
        for no, code, task in of
    ]


@dataclass(frozen=True)
class Rows:
    """For one guarded table: a row of round 2, one column to alter, and a row that could be added to that round."""

    row: models.Model
    change: dict[str, Any]
    new: models.Model | None


def rows(frozen: TaskForce) -> dict[str, Rows]:
    people, reports = frozen.people, frozen.reports
    me, msit = frozen.ministries["ME"], frozen.ministries["MSIT"]
    report, at = reports["ME-01"], kst(2021, 3, 23, 9)
    event = Event.objects.filter(verb="prepare").first()
    assert event is not None
    revision = Revision.objects.get(report=report)
    change, returned = MilestoneChange.objects.get(revision=revision), Return.objects.get(report=report)
    fsc = Revision.objects.get(report=reports["FSC-01"])
    task = Task.objects.create(code="ME-99", title_ko="새 과제", title_en="New", sector=builders.sector())
    text = {"light": "on_track", "results": "ㅇ", "plans": "ㅇ", "due_then": at, "sha256": "0" * 64}
    return {
        "tasks.Round": Rows(frozen.round_2, {"frozen_at": None}, None),
        "tasks.Report": Rows(
            report,
            {"office_light": "completed"},
            Report(round=frozen.round_2, task=task, lead=me, kind="new", sector=task.sector),
        ),
        "tasks.Attachment": Rows(
            report.attachments.get(),
            {"name": "다른 이름.pdf"},
            Attachment(
                report=report, name="늦은 파일.pdf", kind="pdf", size=1, sha256="0" * 64, added_by=people["me_officer"],
                added_at=at,
            ),
        ),
        "tasks.Attached": Rows(
            revision.attached.get(),
            {"revision": fsc.pk},
            Attached(revision=fsc, attachment=report.attachments.get()),
        ),
        "tasks.IndicatorValue": Rows(
            revision.indicator_values.get(),
            {"value": "9"},
            IndicatorValue(revision=fsc, indicator=revision.indicator_values.get().indicator, value="9"),
        ),
        "tasks.Submission": Rows(
            revision.submission,
            {"letter_no": "기후-1"},
            Submission(
                round=frozen.round_2, ministry=me, number="2-ME-9999", by=people["me_officer"], received_at=at, event=event
            ),
        ),
        "tasks.Draft": Rows(
            Draft.objects.get(report=reports["ME-03"]),
            {"unchanged": True},
            Draft(report=reports["ME-04"], content={}, edited_by=people["me_officer"], edited_at=at),
        ),
        "tasks.Revision": Rows(
            revision, {"light": "completed"}, Revision(report=report, no=99, submission=revision.submission, **text)
        ),
        "tasks.Request": Rows(
            revision.requests.get(), {"addressed_to": me.pk}, Request(revision=fsc, addressed_to=msit)
        ),
        "tasks.MilestoneChange": Rows(
            change,
            {"reason": "다른 사유"},
            MilestoneChange(revision=fsc, milestone=change.milestone, old_on=at.date(), done_on=at.date()),
        ),
        "tasks.SignOff": Rows(
            SignOff.objects.get(report=reports["FSC-01"]),
            {"comment": "확인"},
            SignOff(
                report=report, draft_sha256="0" * 64, asked_by=people["me_officer"], asked_at=at, by=people["me_officer_2"],
                decision="approved", at=at,
            ),
        ),
        "tasks.Return": Rows(
            returned,
            {"comment": "없던 일로"},
            Return(report=reports["FSC-01"], revision=fsc, by=people["coordinator"], at=at, comment="왜", due_at=at),
        ),
        "tasks.ReturnedField": Rows(
            returned.fields.get(), {"field": "plans"}, ReturnedField(of=returned, field="light")
        ),
        "tasks.Message": Rows(
            report.messages.get(),
            {"text": "다른 말"},
            Message(report=report, from_office=True, text="늦은 말", by=people["coordinator"], at=at),
        ),
        "tasks.Extension": Rows(
            Extension.objects.get(round=frozen.round_2),
            {"reason": "다른 사유"},
            Extension(
                round=frozen.round_2, ministry=msit, reason="늦음", decision="granted", until=at, decided_at=at,
                decided_by=people["coordinator"],
            ),
        ),
        "tasks.ContributionCall": Rows(
            ContributionCall.objects.get(),
            {"ministry": msit.pk},
            ContributionCall(report=report, ministry=msit, by=people["me_officer"], at=at),
        ),
        "tasks.Contribution": Rows(
            Contribution.objects.get(),
            {"text": "ㅇ 다른 글"},
            Contribution(report=report, ministry=msit, no=1, text="ㅇ", by=people["msit_officer"], at=at),
        ),
        "tasks.Taken": Rows(
            Taken.objects.get(), {"revision": fsc.pk}, Taken(revision=fsc, contribution=Contribution.objects.get())
        ),
        "tasks.Answer": Rows(Answer.objects.get(), {"text": "ㅇ 다른 답"}, None),
        "tasks.Correction": Rows(Correction.objects.get(), {"text": "ㅇ 다른 글"}, None),
        "tasks.CorrectionDecision": Rows(CorrectionDecision.objects.get(), {"no": 99}, None),
        "tasks.Assignment": Rows(Assignment.objects.get(), {"ends_on": at.date()}, None),
        "ministries.Delegation": Rows(Delegation.objects.get(), {"cancelled_at": at}, None),
        "records.Event": Rows(event, {"actor_name": "누군가"}, None),
        "records.Receipt": Rows(Receipt.objects.latest("pk"), {"number": None}, None),
        "records.Verification": Rows(
            Verification.objects.create(at=at, ok=True, streams=2, events=9, seconds=0.1), {"ok": False}, None
        ),
        "records.Seal": Rows(Seal.objects.latest("pk"), {"root": "0" * 64}, None),
    }  # fmt: skip


def rows_of_meetings(frozen: TaskForce, sealed: Whole, other: Whole) -> dict[str, Rows]:
    """The same for a confirmed meeting. What is always written after it may be added to it."""
    me, msit, task = frozen.ministries["ME"], frozen.ministries["MSIT"], frozen.reports["ME-02"].task
    candidate = other.rows["meetings.AgendaCandidate"].candidate
    others: dict[type[models.Model], models.Model] = {type(row): row for row in (msit, task, candidate)}
    new: dict[str, dict[str, Any]] = {
        "meetings.Attendance": {"ministry": msit},
        "meetings.AgendaItem": {"order": 2},
        "meetings.AgendaTask": {"task": task},
        "meetings.AgendaCandidate": {"candidate": candidate},
        "meetings.Figure": {"order": 2},
        "meetings.Paper": {"no": 2, "token": uuid4()},
        "meetings.Decision": {"no": 2},
        "meetings.Supporting": {"ministry": msit},
        "meetings.DecisionTask": {"task": task},
        "meetings.Remark": {"order": 2},
        "meetings.Comment": {"ministry": me},
    }
    return {
        label: Rows(
            sealed.rows[label],
            meeting_rows.change(label, others),
            meeting_rows.added(sealed.rows[label], **new[label]) if label in new else None,
        )
        for label in meeting_rows.CHANGES
    }


def all_rows(frozen: TaskForce, meetings: list[Whole]) -> dict[str, Rows]:
    return rows(frozen) | rows_of_meetings(frozen, *meetings)


def columns(row: models.Model) -> dict[str, Any]:
    """Column -> value as the database takes it; with a key of its own where the row is new."""
    highest = type(row)._default_manager.order_by("pk").last()
    values = {
        field.column: field.get_db_prep_save(field.pre_save(row, row.pk is None), connection)
        for field in row._meta.concrete_fields
    }
    return values | ({} if row.pk else {"id": (highest.pk if highest else 0) + 1000})


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1, "the statement met no row: it proves nothing"


def statements(of: Rows) -> dict[str, Callable[[], object]]:
    """What must be refused, by name: raw SQL, update(), delete(), save(), bulk_update(), bulk_create()."""
    manager, table = type(of.row)._base_manager, of.row._meta.db_table
    altered = manager.get(pk=of.row.pk)
    ((name, value),) = of.change.items()
    field = of.row._meta.get_field(name)
    setattr(altered, field.attname, value)  # type: ignore[union-attr]
    column = field.column  # type: ignore[union-attr]
    found: dict[str, Callable[[], object]] = {
        "raw UPDATE": lambda: execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", value, of.row.pk),
        "raw UPDATE of nothing": lambda: execute(f"UPDATE {table} SET id = id WHERE id = %s", of.row.pk),
        "raw DELETE": lambda: execute(f"DELETE FROM {table} WHERE id = %s", of.row.pk),
        "update()": lambda: manager.filter(pk=of.row.pk).update(**of.change),
        "save()": lambda: altered.save(),
        "bulk_update()": lambda: manager.bulk_update([altered], [name]),
        "delete()": lambda: manager.filter(pk=of.row.pk)._raw_delete(using="default"),  # past Django's own protection
    }
    if (new := of.new) is not None:
        values = columns(new)
        names, places = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
        found |= {
            "raw INSERT": lambda: execute(f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values()),
            "bulk_create()": lambda: manager.bulk_create([new]),
        }
    return found


def refused(statement: Callable[[], object]) -> bool:
    """Whether the engine refuses the statement; whatever it did is taken back."""
    try:
        with transaction.atomic():
            statement()
            transaction.set_rollback(True)
    except IntegrityError as error:
        closed = {guard.closed for guard in triggers.guards()}
        if any(words in str(error) for words in (*closed, "append-only", "never emptied", "never deleted")):
            return True
        raise
    return False


def without_triggers() -> None:
    connection.check_constraints()  # PostgreSQL alters no table while checks of its rows are still owed
    triggers.drop_all(connection)


@pytest.mark.parametrize("guard", KEPT, ids=named)
def test_what_is_kept_may_end_and_is_never_deleted(frozen, guard):
    of = statements(rows(frozen)[guard.model])
    deleting = {"raw DELETE", "delete()"}
    assert {name for name, statement in of.items() if refused(statement)} == deleting
    without_triggers()
    assert [name for name, statement in of.items() if refused(statement)] == []


@pytest.mark.parametrize("guard", [guard for guard in GUARDS.values() if not guard.kept], ids=named)
def test_what_is_frozen_or_append_only_refuses_every_statement(frozen, meetings, guard):
    """Each of them on each guarded table; and each of them goes through where the triggers are gone."""
    of = statements(all_rows(frozen, meetings)[guard.model])
    assert [name for name, statement in of.items() if not refused(statement)] == []
    without_triggers()
    assert [name for name, statement in of.items() if refused(statement)] == []


Move = tuple[models.Model, dict[str, Any]]


def moves(frozen: TaskForce) -> dict[str, tuple[Move, Move]]:
    """For each guarded table whose rows can change: a row that leaves round 2 for round 3, and one that comes in."""
    officer, office = frozen.people["me_officer"], frozen.people["coordinator"]
    open_round = builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    later, earlier, at = builders.prepare(open_round, by=office), frozen.reports, kst(2021, 6, 2)
    milestone = later["ME-02"].task.milestones.get()
    builders.write(later["ME-02"], by=officer, at=at, milestones=builders.moved(milestone))
    builders.submit(later["ME-02"], by=officer, at=at)
    builders.open_for_review(later["ME-02"], by=office, at=at)
    builders.return_for_changes(later["ME-02"], by=office, at=at)
    builders.write(later["ME-02"], by=officer, at=at, results="ㅇ 보완함")
    new = Revision.objects.get(report=later["ME-02"])
    fsc = Revision.objects.get(report=earlier["FSC-01"])
    task = Task.objects.create(code="ME-98", title_ko="새 과제", title_en="New", sector=builders.sector())
    later["ME-01"].delete()
    builders.ask_extension(open_round, frozen.ministries["MSIT"], by=frozen.people["msit_officer"], at=at)
    return {
        "tasks.Extension": (
            (Extension.objects.get(round=frozen.round_2), {"round": open_round}),
            (Extension.objects.get(round=open_round), {"round": frozen.round_2}),
        ),
        "tasks.Report": (
            (earlier["ME-01"], {"round": open_round}),
            (later["ME-03"], {"round": frozen.round_2, "task": task}),
        ),
        "tasks.Draft": (
            (Draft.objects.get(report=earlier["ME-03"]), {"report": later["ME-04"]}),
            (Draft.objects.get(report=later["ME-02"]), {"report": earlier["ME-04"]}),
        ),
        "tasks.MilestoneChange": (
            (MilestoneChange.objects.get(revision__report=earlier["ME-01"]), {"revision": new}),
            (MilestoneChange.objects.get(revision=new), {"revision": fsc}),
        ),
        "tasks.Return": (
            (Return.objects.get(report=earlier["ME-01"]), {"report": later["ME-04"]}),
            (Return.objects.get(report=later["ME-02"]), {"report": earlier["FSC-01"]}),
        ),
    }


@pytest.mark.parametrize("guard", [guard for guard in OF_ROUNDS if guard.path and not guard.append_only], ids=named)
def test_nothing_moves_out_of_a_frozen_round_nor_into_it(frozen, guard):
    """Judged on the old and on the new row: a frozen row cannot be pointed at an open round, nor the reverse."""
    statements = [
        lambda row=row, to=to: type(row)._base_manager.filter(pk=row.pk).update(**to)
        for row, to in moves(frozen)[guard.model]
    ]
    assert [refused(statement) for statement in statements] == [True, True]
    without_triggers()
    assert [refused(statement) for statement in statements] == [False, False]


@pytest.mark.parametrize("guard", sorted(meeting_rows.BINDING))
def test_nothing_moves_out_of_a_confirmed_meeting_nor_into_it(meetings, guard):
    sealed, other = meetings
    column = meeting_rows.BINDING[guard]
    ends = [(sealed.rows[guard], other.rows[guard]), (other.rows[guard], sealed.rows[guard])]
    statements = []
    for row, to in ends:
        bound = getattr(to, f"{column}_id")
        statements.append(
            lambda row=row, bound=bound: type(row)._base_manager.filter(pk=row.pk).update(**{column: bound})
        )
    assert [refused(statement) for statement in statements] == [True, True]
    without_triggers()
    assert [refused(statement) for statement in statements] == [False, False]


@pytest.mark.parametrize(
    "label", [guard.model for guard in APPEND_ONLY if guard.model.startswith("meetings.")], ids=str
)
def test_what_was_said_of_a_meeting_is_kept_before_it_is_confirmed(meetings, label):
    row = meetings[1].rows[label]
    table = row._meta.db_table
    assert refused(lambda: execute(f"UPDATE {table} SET id = id WHERE id = %s", row.pk))
    assert refused(lambda: execute(f"DELETE FROM {table} WHERE id = %s", row.pk))


@pytest.mark.parametrize("guard", [guard for guard in APPEND_ONLY if guard.path and guard in OF_ROUNDS], ids=named)
def test_append_only_rows_are_kept_while_the_round_is_open(task_force, at, guard):
    """What was sent stands before the freeze too: neither altered nor deleted. Adding to it is what the verbs do."""
    frozen_at = Round.objects.filter(no=2, frozen_at=None)
    assert frozen_at.exists()
    people, reports = task_force.people, task_force.reports
    builders.attach(reports["FSC-01"], by=people["fsc_officer"], at=at)
    builders.report_in(
        "returned", reports["FSC-01"], officer=people["fsc_officer"], approver=people["fsc_approver"],
        coordinator=people["coordinator"], at=at,
    )  # fmt: skip
    ReturnedField.objects.create(of=Return.objects.get(report=reports["FSC-01"]), field="plans")
    revision = Revision.objects.get(report=reports["FSC-01"])
    Request.objects.create(revision=revision, addressed_to=task_force.ministries["ME"])
    IndicatorValue.objects.create(revision=revision, indicator=builders.indicator(revision.report.task), value=7)
    builders.say(reports["FSC-01"], "기준일을 알려 주기 바람", by=people["coordinator"], at=at)
    act = {"report": reports["FSC-01"], "ministry": task_force.ministries["ME"], "by": people["fsc_officer"], "at": at}
    ContributionCall.objects.create(**act)
    Taken.objects.create(revision=revision, contribution=Contribution.objects.create(no=1, text="ㅇ", **act))
    table, pk = apps.get_model(guard.model)._meta.db_table, apps.get_model(guard.model)._default_manager.latest("pk").pk
    assert refused(lambda: execute(f"UPDATE {table} SET id = id WHERE id = %s", pk))
    if not guard.removable:
        assert refused(lambda: execute(f"DELETE FROM {table} WHERE id = %s", pk))


def test_a_file_leaves_an_open_round_only_while_no_text_carries_it(task_force, reports, me_officer, at):
    """`removable`: its row may be deleted, but never from under a revision."""
    carried = builders.attach(reports["ME-01"], by=me_officer, at=at)
    builders.submit(reports["ME-01"], by=me_officer, at=at)
    loose = builders.attach(reports["ME-04"], by=me_officer, at=at)
    sql = f"DELETE FROM {Attachment._meta.db_table} WHERE id = %s"
    execute(sql, loose.pk)

    def delete_carried() -> None:
        with transaction.atomic():
            execute(sql, carried.pk)
            connection.check_constraints()

    with pytest.raises(IntegrityError):
        delete_carried()


@pytest.mark.sqlite
@pytest.mark.parametrize("guard", GUARDS.values(), ids=named)
def test_sqlite_replaces_no_row_in_passing(frozen, meetings, guard):
    """INSERT OR REPLACE deletes the row in its way, and SQLite asks the triggers only if told to."""
    row = all_rows(frozen, meetings)[guard.model].row
    values = columns(row)
    if guard.model == "tasks.Report":  # a row of an open round takes the place of a frozen one
        values["round_id"] = builders.round_(3, opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10)).pk
    names, places = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
    sql = f"INSERT OR REPLACE INTO {row._meta.db_table} ({names}) VALUES ({places})"
    assert refused(lambda: execute(sql, *values.values()))
    without_triggers()
    assert not refused(lambda: execute(sql, *values.values()))


@pytest.mark.postgres
@pytest.mark.parametrize("guard", GUARDS.values(), ids=named)
def test_guarded_tables_are_never_emptied(frozen, guard):
    """TRUNCATE fires no row's trigger: it has its own."""
    table = apps.get_model(guard.model)._meta.db_table
    connection.check_constraints()
    assert refused(lambda: _truncate(table))
    without_triggers()
    assert not refused(lambda: _truncate(table))


def _truncate(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


# Where the triggers are


def installed() -> set[str]:
    """The names of the record's triggers that the database has now."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        return {name for (name,) in cursor.fetchall() if name.startswith(triggers.PREFIX)}


def test_migrate_installs_the_triggers_again(db):
    """They may have gone with a table that SQLite rebuilt, or with a restored dump."""
    before = installed()
    assert len(before) >= 3 * (len(GUARDS) - len(KEPT)) - 2 + len(KEPT)
    triggers.drop_all(connection)
    assert installed() == set()
    call_command("migrate", verbosity=0, interactive=False)
    assert installed() == before


def test_installing_twice_is_installing_once(db):
    before = installed()
    assert triggers.install(connection) == triggers.install(connection) == len(before)
    assert installed() == before


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_sqlite_can_rebuild_a_guarded_table():
    """A migration that alters a guarded table goes through, and the table is guarded again afterwards.

    Both go wrong with triggers left in place: the rebuilt table's own are lost in silence, and those of other tables
    that read it stop the migration.
    """
    narrow = Revision._meta.get_field("also_reason")
    wide: Any = models.TextField(blank=True, null=True)
    wide.set_attributes_from_name("also_reason")
    wide.model = Revision
    before = installed()

    def rebuild(old: Any, new: Any) -> None:
        with connection.schema_editor() as editor:
            editor.alter_field(Revision, old, new)

    with pytest.raises(OperationalError, match="error in trigger"):
        rebuild(narrow, wide)
    assert installed() == before
    emit_pre_migrate_signal(0, False, "default", plan=[(Migration("0002_wider", "tasks"), False)])
    rebuild(narrow, wide)
    rebuild(wide, narrow)
    call_command("migrate", verbosity=0, interactive=False)
    assert installed() == before


# Which tables are guarded

# model -> why its rows may be added after the freeze, though they hang on a round
NOT_GUARDED: dict[str, str] = {
    "meetings.Note": "what the office notes for itself while an item is spoken of: no record, and given to nobody",
    "meetings.Notification": "that a confirmed outcome was sent out: beside what it sealed; append-only",
    "meetings.NotificationAnswer": "what a ministry says to it; append-only",
    "meetings.ObjectionAnswer": "what the office answers to its objection; append-only",
    "meetings.FollowUp": "what became of a decision, for as long as it takes; append-only",
    "meetings.Closing": "that the office closed a decision, or opened it again; append-only",
    "meetings.Opinion": "what stakeholders said, maybe of a decision: a chain of its own; kept",
    "meetings.OpinionTask": "what it is about: told by that chain",
    "meetings.OpinionText": "its words, which can be removed on request: proven by a digest",
    "meetings.OpinionSender": "who sent it, personal data: no record, and removed on request",
    "meetings.Disposition": "what came of it, at any time; append-only",
    "meetings.Transfer": "that it went to another ministry, before anything came of it; append-only",
    "meetings.KeptDocument": "what was given out of a frozen round or a confirmed outcome; append-only",
    "tasks.Reminder": "what was owed to whom, and when; no event tells of the ladder, verification proves what was sent by hand",
    "tasks.Answer": "what a ministry answers to an issue, after the freeze too, beside the sealed text; append-only",
    "tasks.Correction": "asked for after the freeze, beside the sealed text; append-only",
    "tasks.CorrectionDecision": "decided after the freeze, by a second person; append-only",
    "tasks.WorkbookUpload": "a file that was read and waits to be confirmed; no record, and gone after two days",
}


def own_models() -> list[type[models.Model]]:
    """Those of the apps that lie in the project's folder."""
    own = [app for app in apps.get_app_configs() if Path(app.path).parent == settings.BASE_DIR]
    return [model for app in own for model in app.get_models(include_auto_created=True)]


def hanging_on_a_round() -> set[str]:
    """Every own model with a row that leads to a round through foreign keys: also through what hangs on it."""
    found, own = {"tasks.Round"}, own_models()
    for model in itertools.chain(*itertools.repeat(own, len(own))):
        targets: set[Any] = {field.related_model for field in model._meta.concrete_fields if field.related_model}
        if found & {target._meta.label for target in targets}:
            found.add(model._meta.label)
    return found


def test_everything_that_hangs_on_a_round_is_guarded_when_it_is_frozen():
    """A new table of any app has to be guarded, or to stand in NOT_GUARDED with its reason."""
    guarded = {guard.model for guard in FROZEN}
    assert {model._meta.app_label for model in own_models()} >= {
        "records", "ministries", "outbox", "tasks", "scenarios", "meetings",
    }  # fmt: skip
    assert hanging_on_a_round() - guarded == set(NOT_GUARDED)
    assert guarded <= hanging_on_a_round(), "guarded as frozen, but it leads to no round"
    assert {"tasks.ReturnedField", "tasks.MilestoneChange"} <= hanging_on_a_round()


def test_the_records_own_tables_are_append_only():
    """Events, receipts and seals are never altered. A stream's head moves, and the demo's clock is set."""
    own = {model._meta.label for model in apps.get_app_config("records").get_models()}
    assert own - {guard.model for guard in APPEND_ONLY} == {"records.Stream", "records.ClockShift"}
