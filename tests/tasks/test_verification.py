"""Whatever is altered in a row that a guard protects, verification names it (quality.md 13); and what it cannot prove."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from ministries.models import Delegation, Ministry, Posting
from records import triggers
from records.chain import sha256
from records.findings import Finding
from records.models import Event, Receipt, Seal, Stream
from records.verify import Run
from tasks import freezing
from tasks.content import hashed_of
from tasks.models import (
    Answer,
    Assignment,
    Attached,
    Attachment,
    Contribution,
    ContributionCall,
    Direction,
    Extension,
    IndicatorValue,
    MilestoneChange,
    Report,
    Request,
    Return,
    ReturnedField,
    Revision,
    Round,
    SignOff,
    Strategy,
    StrategyItem,
    Submission,
    Taken,
)
from tests import builders, grown
from tests.cast import AT
from tests.tasks import record_scene
from tests.tasks.record_scene import chain_anew, rewrite

# Chains told by their rows are proven for themselves: tests/meetings/test_verification.py, tests/records/test_grown.py.
TOLD = {*grown.LABELS, *(guard.model for guard in triggers.guards() if guard.model.startswith("meetings."))}
GUARDED = sorted({guard.model for guard in triggers.guards()} - TOLD)

# Columns that may be altered without any other row telling, each with its reason. `*`: the whole table.
UNPROVEN = {
    ("tasks.Draft", "*"): "a draft is no record: it changes without an event, and is never sealed",
    ("tasks.Attachment", "kind"): "what pages call a file; its content is proven by its SHA-256",
    ("tasks.Attachment", "added_by"): "who added a file to a draft leaves no event; who sent it does",
    ("tasks.Attachment", "added_at"): "when a file was added to a draft leaves no event; when it was sent does",
    ("records.Verification", "*"): "what verification says of itself proves nothing",
    (
        "records.Receipt",
        "key",
    ): "a form's own number, which nothing else keeps: it only keeps a form from counting twice",
    ("records.Receipt", "body_sha256"): "of what a form held, which nothing else keeps: it only tells two forms apart",
    ("tasks.Round", "guide_ko"): "advice to those who write; sealed with nothing, and nobody's statement",
    ("tasks.Round", "guide_en"): "the same in English",
    ("tasks.Report", "version"): "counts every save of a draft, and these leave no event",
    ("tasks.SignOff", "draft_sha256"): "of what was typed; the draft is gone, and the sent text has its own hash",
}
# Columns that a constraint ties to another one: altered alone, they are refused without any trigger.
TIED = {
    ("tasks.CorrectionDecision", "decision"),
    ("tasks.Extension", "decision"),  # to what it says, and to when it was revoked
    ("tasks.Extension", "until"),
    ("tasks.Extension", "revoked_at"),
    ("tasks.Extension", "revoked_because"),
    ("tasks.MilestoneChange", "done_on"),
    ("tasks.MilestoneChange", "new_on"),
    ("tasks.Report", "current"),  # of an accepted report, to the accepted text
    ("tasks.Report", "accepted"),
}
# The keys of rows are how rows find each other. Nothing is said by them, and changing one breaks what points at it.
KEYS = ("id",)


@pytest.fixture
def scene(db: None) -> None:
    record_scene.OPEN.restore()
    triggers.drop_all(connection)


@pytest.fixture
def frozen_scene(db: None) -> None:
    record_scene.OPEN.restore()
    record_scene.freeze()
    connection.check_constraints()
    triggers.drop_all(connection)


def differences(**options: Any) -> list[Finding]:
    run = Run(**options)
    for _progress in run.walk():
        pass
    assert run.ok == (not [row for row in run.findings if row.is_difference])
    return [row for row in run.findings if row.is_difference]


def lines(**options: Any) -> list[str]:
    return [row.line() for row in differences(**options)]


@contextmanager
def altered() -> Iterator[None]:
    """What is done within is undone at the end: broken references, too, which the engines look at when all is done."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def name_of(row: Any) -> tuple[str, ...]:
    """What a finding about the row calls it, in one of these ways."""
    if isinstance(row, Event):
        last = (f"the end of {row.stream.key}",) if row.seq == row.stream.head_seq else ()  # it leaves no hole behind
        return (f"event {row.seq} of {row.stream.key}", *last)
    if isinstance(row, Receipt):
        event = row.event
        return (f"(event {event.seq})", f"the receipt of event {event.seq}", f"event {event.seq} of {event.stream.key}")
    if isinstance(row, Seal):
        return (f"the seal of {row.stream.key}",)
    if isinstance(row, Round):
        return (f"round {row.no}:",)
    if isinstance(row, Submission):
        return (f"submission {row.number}",)
    if isinstance(row, Request | MilestoneChange | IndicatorValue):
        return (f"text {row.revision.no} of {row.revision.report.task.code}",)
    if isinstance(row, Revision):
        return (f"text {row.no} of {row.report.task.code}",)
    if isinstance(row, Return):
        return (f"the return of text {row.revision.no} of {row.report.task.code}",)
    if isinstance(row, ReturnedField):
        return name_of(row.of)
    if isinstance(row, Report):
        return (f"the report {row.task.code}", f"round {row.round.no}, {row.task.code}")
    if isinstance(row, SignOff):
        return (f"the approver's decision on {row.report.task.code}", f"the report {row.report.task.code}")
    if isinstance(row, Attachment):
        return (f"the file “{row.name}” of", *(name for one in row.attached.all() for name in name_of(one)))
    if isinstance(row, Attached):
        return (f"text {row.revision.no} of {row.revision.report.task.code}",)
    if row._meta.label == "tasks.Message":
        return (f"the message about {row.report.task.code}", f"the report {row.report.task.code}")
    if isinstance(row, Extension):
        return (f"the extension of {row.ministry.code} (event",)
    if isinstance(row, Taken):
        return (f"text {row.revision.no} of {row.revision.report.task.code}",)
    if isinstance(row, Contribution):
        return (f"contribution {row.no} of {row.ministry.code} to {row.report.task.code}",)
    if isinstance(row, ContributionCall):
        return (f"the call to {row.ministry.code} for a contribution to {row.report.task.code}",)
    if isinstance(row, Answer):
        text = row.request.revision
        return (f"the answer of {row.request.addressed_to.code} to text {text.no} of {text.report.task.code}",)
    if row._meta.label == "tasks.Correction":
        return (f"the correction of {row.report.task.code}", f"the report {row.report.task.code}")
    if isinstance(row, Delegation):
        return (f"deputy no. {row.pk}:",)
    if isinstance(row, Assignment):
        return (f"the assignment of {row.task.code}:",)
    assert row._meta.label == "tasks.CorrectionDecision"
    return (f"the decision on a correction of {row.correction.report.task.code}", f"round {row.round.no}")


def others(row: models.Model, field: Any) -> Iterator[Any]:
    """Other values for one column of a row, the smallest difference first."""
    value = getattr(row, field.attname)
    if field.is_relation:
        keys = field.related_model._base_manager.order_by("pk").values_list("pk", flat=True)
        yield from (key for key in keys if key != value)
    elif field.choices:
        yield from (choice for choice, _label in field.flatchoices if choice != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value + 1000)
    elif isinstance(value, datetime):
        yield value + timedelta(microseconds=1)
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, timedelta):
        yield value + timedelta(microseconds=1)
    elif isinstance(value, dict):
        yield value | {"more": 1}
    elif isinstance(value, UUID):
        yield uuid4()
    elif isinstance(value, str):
        if value:
            yield value[:-1] + chr(ord(value[-1]) ^ 1)  # one bit
        yield value + "x"
    else:
        empty: dict[str, Any] = {
            "DateTimeField": AT,
            "DateField": AT.date() + timedelta(days=9),
            "DurationField": timedelta(seconds=1),
            "PositiveSmallIntegerField": 7,
            "CharField": "x",
            "DecimalField": Decimal("9.5"),
            "TimeField": AT.time(),
            "BooleanField": True,
        }
        yield empty[field.get_internal_type()]
    if field.null and value is not None:
        yield None


def alter(row: models.Model, field: Any, value: Any) -> bool:
    """Write another value into one column, past every method; False where a constraint of the table refuses it."""
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: value})
    except IntegrityError:
        return False
    return True


def proven(model: type[models.Model]) -> list[Any]:
    label = model._meta.label
    if (label, "*") in UNPROVEN:
        return []
    fields = model._meta.concrete_fields
    return [field for field in fields if field.name not in KEYS and (label, field.name) not in UNPROVEN]


def elsewhere(label: str) -> None:
    """Somewhere for an event and for a report to be moved to."""
    if label == "records.Event":
        Stream.objects.create(key="spare")
    if label == "tasks.Report":
        builders.round_(3)
        builders.task("ME-99", Ministry.objects.get(code="ME"))
        strategy = Strategy.objects.create(code="S", title_ko="전략", title_en="S", decided_on=date(2020, 12, 7))
        direction = Direction.objects.create(strategy=strategy, code="1", order=1, title_ko="방향", title_en="D")
        StrategyItem.objects.create(direction=direction, code="1", order=1, title_ko="과제", title_en="I")


def test_the_untouched_record_holds(scene):
    assert differences() == []


def test_the_untouched_record_holds_when_it_is_frozen(frozen_scene):
    assert differences() == []


def test_the_cast_holds(task_force):
    assert differences() == []


@pytest.mark.either
@pytest.mark.parametrize(
    ("label", "state"),
    [
        *((label, "open") for label in GUARDED if (label, "*") not in UNPROVEN),
        *((label, "frozen") for label in ("tasks.Round", "tasks.Report", "records.Seal")),  # what a freeze writes
    ],
)
def test_any_column_of_any_guarded_row(db, label, state):
    """The first and the last row of each table, column by column: verification names the row that was altered."""
    record_scene.OPEN.restore()
    if state == "frozen":
        record_scene.freeze()
        connection.check_constraints()
    triggers.drop_all(connection)
    elsewhere(label)
    model = apps.get_model(label)
    rows = list(model._base_manager.order_by("pk"))
    assert rows, "the scene has no such row: nothing is proven"
    unseen = []
    for row, field in itertools.product({rows[0].pk: rows[0], rows[-1].pk: rows[-1]}.values(), proven(model)):
        names = name_of(row)
        with altered():
            value = next((value for value in others(row, field) if alter(row, field, value)), others)
            if value is others:
                assert (label, field.name) in TIED, f"no other value fits into {label}.{field.name}"
                continue
            found = lines(every=True)
            if not any(name in line for name in names for line in found):
                unseen.append((field.name, value, names, found[:3]))
    assert unseen == []


def test_the_list_of_what_is_not_proven_is_no_longer_than_it_has_to_be(scene):
    """Each named column is there, and altering it goes unseen: else it does not belong into the list."""
    for label, name in UNPROVEN:
        model = apps.get_model(label)
        row = model._base_manager.order_by("pk").last()
        if name == "*" or row is None:
            continue
        field: Any = model._meta.get_field(name)
        with altered():
            assert any(alter(row, field, value) for value in others(row, field))
            assert differences() == [], (label, name)


@pytest.mark.parametrize("label", [label for label in GUARDED if (label, "*") not in UNPROVEN])
def test_a_deleted_row(scene, label):
    model = apps.get_model(label)
    for row in (model._base_manager.order_by("pk")[0], model._base_manager.order_by("-pk")[0]):
        with altered():
            names = name_of(row)
            model._base_manager.filter(pk=row.pk)._raw_delete(using="default")
            found = lines(every=True)
            assert any(name in line for name in names for line in found), (names, found)


def test_one_bit_of_one_text(frozen_scene):
    """A single character of a sealed text: one finding, on that text, in words."""
    text = Revision.objects.get(report__task__code="ME-03", report__round__no=1)
    Revision.objects.filter(pk=text.pk).update(results=text.results[:-1] + chr(ord(text.results[-1]) ^ 1))
    (line,) = lines()
    assert line.startswith("text 1 of ME-03: Its content is not the one its hash was computed from.")


def test_a_verdict_that_was_altered_after_the_freeze_is_told_in_words(frozen_scene):
    Report.objects.filter(round__no=1, task__code="ME-03").update(office_light="completed")
    (line,) = lines(only="round/1")
    told = "round 1, ME-03: the office's light is not what was sealed. Expected: attention. Found: completed."
    assert line == told


def test_two_texts_swapped(frozen_scene):
    """Of two reports, whole, with their hashes: each hash is right for its text, and the events tell the difference."""
    one = Revision.objects.get(report__task__code="ME-03", report__round__no=1)
    other = Revision.objects.get(report__task__code="ME-06", report__round__no=1)
    for row, text in ((one, other), (other, one)):
        fields = ("light", "progress", "results", "plans", "issues", "sha256")
        Revision.objects.filter(pk=row.pk).update(**{name: getattr(text, name) for name in fields})
    Request.objects.filter(revision=other).update(revision=one)
    assert lines(only="round/1")[0].startswith("text 1 of ME-03: the text's hash is not what the events say.")


def test_a_text_that_nobody_sent(scene):
    """A further text of a report, with a right hash, in a submission that there is."""
    text = Revision.objects.get(report__task__code="ME-04", report__round__no=2)
    text.pk, text.no = None, 2
    text.sha256 = sha256(hashed_of(text) if text.pk else {})
    text.save(force_insert=True)
    assert lines() == ["text 2 of ME-04: It stands here, but no event tells of it."]


def test_a_submission_that_nobody_sent(scene):
    event = Event.objects.get(verb="reopen")
    row = Submission.objects.filter(round__no=2).latest("pk")
    row.pk, row.number, row.event = None, "2-ME-0099", event
    row.save(force_insert=True)
    assert lines() == ["submission 2-ME-0099: It stands here, but no event tells of it."]


@pytest.mark.parametrize("verb", ["ask_correction", "decide_correction"])
@pytest.mark.parametrize(
    ("told", "other", "words"),
    [
        ("sha256", "0" * 64, "the text's hash"),
        ("revision", 9, "the sealed text"),
        ("text", "ㅇ 다른 글", "the corrected text"),
        ("reason", "다른 사유", "the reason"),
    ],
)
def test_what_the_events_of_a_correction_say_is_compared(scene, verb, told, other, words):
    """Each verb names the sealed text, and repeats what was asked for: in a chain made to fit, the row tells."""
    stream = Stream.objects.get(key="round/1")
    event = stream.events.filter(verb=verb).first()
    assert event is not None
    assert event.data[told] != other
    chain_anew(stream, lambda row: row.data.update({told: other}) if row.pk == event.pk else None)
    (line,) = lines()
    name = "the correction of" if verb == "ask_correction" else "the decision on a correction of"
    assert line.startswith(f"{name} ME-01 (event {event.seq}): {words} is not what the events say.")


@pytest.mark.parametrize("verb", ["name_deputy", "end_deputy", "assign", "take_over"])
def test_what_the_events_of_duties_say_is_compared(scene, verb):
    """In a chain made to fit, another posting in the event is another one than the row's."""
    stream = Stream.objects.get(key="duties")
    event = stream.events.filter(verb=verb).first()
    assert event is not None
    others: dict[str, dict[str, Any]] = {
        "assign": {"tasks": [{"code": "ME-05", "posting": 1}]},
        "take_over": {"tasks": ["ME-05"]},
    }
    other = others.get(verb, {"posting": 999})
    chain_anew(stream, lambda row: row.data.update(other) if row.pk == event.pk else None)
    assert differences(only="duties") != []


def test_a_hand_over_that_nobody_read_is_told(scene):
    Posting.objects.filter(user__username="coordinator").update(introduced_at=AT)
    (line,) = lines(only="duties")
    assert line.startswith("the hand-over of posting no.")


def test_findings_on_duties_quote_nothing(scene):
    """Why somebody is away, and who does what, is the ministry's own."""
    Delegation.objects.update(reason="다른 사유")
    assert [(row.expected, row.found) for row in differences(only="duties", every=True)] == [("", "")] * 2


def test_a_seal_is_made_again_in_its_own_form(frozen_scene, monkeypatch):
    """Verification asks for the manifest in the form that the seal bears."""
    asked = []
    manifest = freezing.manifest

    def spy(round_: Round, form: int) -> dict[str, Any]:
        asked.append(form)
        return manifest(round_, form)

    monkeypatch.setattr(freezing, "manifest", spy)
    assert differences() == []
    assert asked == [freezing.MANIFEST_FORMAT] * 2


# The limit: an owner of the database who rewrites everything


def test_a_record_rewritten_whole_holds_together_and_only_the_root_kept_outside_tells(scene):
    """Everything within the database was made to fit: texts, hashes, chain, head and seal. Nothing that stands in the
    database can prove itself against the one who owns it all. The root on paper can: it is of the texts that were
    sealed, and no other texts have it."""
    kept_outside = Seal.objects.get(stream__key="round/1").root
    assert differences(roots=[kept_outside]) == []
    rewritten = rewrite("round/1")
    assert rewritten != kept_outside
    assert differences() == []
    (finding,) = differences(roots=[kept_outside])
    assert (finding.kind, finding.stream, finding.expected) == ("records.Seal", "round/1", kept_outside)
    (finding,) = differences(roots=[kept_outside[:8].upper()], only="round/1")
    assert rewritten in finding.found


def test_the_root_of_one_round_proves_nothing_of_another(frozen_scene):
    """Round 1 is rewritten whole. The root of round 2 alone leaves it untold, but says that it was not compared."""
    first, second = Seal.objects.order_by("pk").values_list("root", flat=True)
    rewrite("round/1")
    run = Run(roots=[second])
    list(run.walk())
    assert (run.ok, run.compared) == (True, {"round/1": "", "round/2": second})
    (finding,) = differences(roots=[first, second])
    assert finding.line().startswith("the seal of round/1: The root that was kept outside is another one.")
    assert finding.stream == "round/1"


def test_a_root_that_several_seals_begin_with_is_of_none_of_them(frozen_scene):
    """A beginning can be met by trial: then it does not say which round it is of."""
    first, second = Seal.objects.order_by("pk")
    Seal.objects.filter(pk=second.pk).update(root=first.root[:8] + second.root[8:])
    run = Run(roots=[first.root[:8]])
    list(run.walk())
    assert run.compared == {"round/1": "", "round/2": ""}
    (line,) = (row.line() for row in run.findings if row.stream == "" and row.is_difference)
    assert line.startswith("the seals of round/1, round/2: They begin with the same root that was kept outside")


# Speed


def test_queries_do_not_grow_with_the_events(scene):
    who, report = record_scene.people(), record_scene.roster(2)["ME-03"]
    before = queries()
    for _ in range(5):
        builders.submit(report, by=who["me_officer"], at=AT)
        builders.withdraw(report, by=who["me_officer"], at=AT)
    assert queries() == before <= 34


def queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        assert differences(only="round/2") == []
    return len(captured)
