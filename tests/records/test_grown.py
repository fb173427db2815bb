"""What grows the strategy is as safe as what is reported: every row is told by the record, what may not change does not
change, and who said something stands nowhere in it."""

import json
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, models, transaction

from meetings.models import OpinionText
from records import triggers
from records.models import Event
from records.verify import Run
from scenarios.models import ExpertPerson
from tests import grown
from tests.builders import kst
from tests.cast import TaskForce
from tests.grown import KINDS, LABELS, Grown
from tests.tasks.test_verification import altered, others

GUARDS = {guard.model: guard for guard in triggers.guards() if guard.model in LABELS}
CLOSED = ["scenarios.ScenarioVersion", "scenarios.SectorFigure"]
UNPROVEN = {"id", "loaded_digest", "source", "verified"}
REMOVABLE = {"meetings.Opinion": {"organisation"}}  # in no event, because it may have to be forgotten
NONE_FITS = object()


@pytest.fixture
def told(task_force: TaskForce) -> Grown:
    made = grown.whole(task_force)
    grown.whole(task_force, no=2)
    grown.told(task_force, made)  # of the working group, of which there is one, the rows of both
    return made


def found(told: Grown) -> list[str]:
    lines: list[str] = []
    for kind in KINDS:
        run = Run(only=kind.key(told.roots[kind.prefix]), every=True)
        for _progress in run.walk():
            pass
        lines += [finding.line() for finding in run.findings if finding.is_difference]
    return lines


def named(row: models.Model) -> str:
    return f"{row._meta.model_name} {row.pk} of "


def test_all_of_it_holds(told):
    assert set(told.rows) == set(LABELS)
    assert found(told) == []


@pytest.mark.either
@pytest.mark.parametrize("label", LABELS)
def test_any_column_of_any_row(told, label):
    row = told.rows[label]
    triggers.drop_all(connection)
    unseen = []
    for field in row._meta.concrete_fields:
        if field.name in UNPROVEN | REMOVABLE.get(label, set()):
            continue
        with altered():
            if _alter(row, field) is NONE_FITS:
                continue
            if not any(named(row) in line for line in found(told)):
                unseen.append(field.name)
    assert unseen == []


def _alter(row: models.Model, field: Any) -> Any:
    for value in others(row, field):
        try:
            with transaction.atomic():
                type(row)._base_manager.filter(pk=row.pk).update(**{field.attname: value})
        except IntegrityError:
            continue
        return value
    return NONE_FITS


@pytest.mark.parametrize("label", LABELS)
def test_a_row_that_is_gone(told, label):
    row = told.rows[label]
    triggers.drop_all(connection)
    with altered():
        type(row)._base_manager.filter(pk=row.pk)._raw_delete(using="default")
        assert any("missing" in line for line in found(told))


def test_a_row_that_was_not_loaded_and_that_no_event_tells_of(told):
    row = told.rows["scenarios.SectorFigure"]
    stray = type(row).objects.create(of=row.of, order=2, name_ko="수송", name_en="Transport", value="2.8")
    assert any(named(stray) in line and "No event" in line for line in found(told))


def test_words_and_people_are_those_that_were_entered(told):
    with altered():
        OpinionText.objects.filter(opinion=told.rows["meetings.Opinion"]).update(text="시작하지 말 것")
        assert any("words are not those" in line for line in found(told))
    with altered():
        ExpertPerson.objects.filter(expert=told.rows["scenarios.Expert"]).update(name="임꺽정")
        assert any("personal data are not those" in line for line in found(told))


def test_who_said_what_stands_in_no_event(told):
    kept = json.dumps([event.data for event in Event.objects.all()], ensure_ascii=False)
    assert "홍길동" not in kept
    assert "더 일찍 시작할 것" not in kept


# What may not change


def _refused(statement: Any) -> bool:
    try:
        with transaction.atomic():
            statement()
    except (IntegrityError, OperationalError):
        return True
    return False


@pytest.mark.parametrize("label", [label for label, guard in GUARDS.items() if guard.append_only])
def test_what_is_insert_only(told, label):
    row = told.rows[label]
    rows = type(row)._base_manager.filter(pk=row.pk)
    with altered():
        assert _refused(lambda: rows.update(at=kst(2022, 1, 1)))
        assert _refused(lambda: rows._raw_delete(using="default"))
        triggers.drop_all(connection)
        assert not _refused(lambda: rows.update(at=kst(2022, 1, 1)))


@pytest.mark.parametrize("label", [label for label, guard in GUARDS.items() if guard.kept])
def test_what_is_kept_is_never_deleted(told, label):
    row = told.rows[label]
    with altered():
        assert _refused(lambda: type(row)._base_manager.filter(pk=row.pk)._raw_delete(using="default"))


@pytest.mark.parametrize("label", CLOSED)
def test_a_published_version_is_closed(task_force, label):
    row = grown.whole(task_force, no=3, published=True).rows[label]
    change = {"stated_total": "1.0"} if label == "scenarios.ScenarioVersion" else {"value": "1.0"}
    rows = type(row)._base_manager.filter(pk=row.pk)
    with altered():
        assert _refused(lambda: rows.update(**change))
        assert _refused(lambda: rows._raw_delete(using="default"))
        triggers.drop_all(connection)
        assert not _refused(lambda: rows.update(**change))


def test_the_refusal_says_what_closed_it(task_force):
    row = grown.whole(task_force, no=3, published=True).rows["scenarios.SectorFigure"]
    rows = type(row)._base_manager.filter(pk=row.pk)
    with pytest.raises(DatabaseError, match="scenarios_sectorfigure: the version is published"), transaction.atomic():
        rows.update(value="1.0")


def test_nothing_is_added_to_a_published_version(task_force):
    made = grown.whole(task_force, no=3, published=True).rows
    version = made["scenarios.ScenarioVersion"]
    figure = {"of": version, "order": 9, "name_ko": "수송", "name_en": "Transport"}
    with altered():
        assert _refused(lambda: type(made["scenarios.SectorFigure"]).objects.create(**figure))
