"""Simulated portals: that what is written in bulk is what the verbs leave, row by row, and that the data are what they
claim to be."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client, override_settings
from django.urls import reverse

from meetings import simulation
from meetings.simulation import Size, in_bulk
from meetings.simulation.by_verbs import HOW
from meetings.simulation.ledger import WRITTEN
from meetings.simulation.plan import Temper, bodies
from meetings.simulation.script import Script
from meetings.simulation.world import PASSWORD
from ministries.models import Ministry, User
from records import clock, triggers
from records.models import Event, Seal
from records.verify import Run
from tasks.models import Light, Milestone, MilestoneChange, Phase, Report, Revision, Round, State, Task
from tests.snapshot import OWN_APPS

EVERY_VERB = Size(ministries=4, tasks=10, rounds=3, seed=982)  # a small script in which everything happens
OTHER = Size(ministries=3, tasks=8, rounds=2, seed=1)
PORTAL = Size(ministries=12, tasks=150, rounds=4, seed=4)

# Not compared: mail, which is not owed in bulk because nobody waits for it, and what says when the machine did it.
APART = {"outbox.Notice", "records.ClockShift", "records.Verification"}
OF_THE_MACHINE = {"ministries.User": {"password", "date_joined"}}  # the hash has a new salt each time


@pytest.fixture
def demo_settings() -> Iterator[None]:
    with override_settings(DEMO=True):
        clock.shift.cache_clear()
        yield
    clock.shift.cache_clear()


def compared() -> list[Any]:
    own = (model for model in apps.get_models() if model._meta.app_label in OWN_APPS)
    return [model for model in own if model._meta.label not in APART]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the portal, by its table and in the order of the keys."""
    found = {}
    for model in compared():
        label, apart = model._meta.label, OF_THE_MACHINE.get(model._meta.label, set())
        names = [field.attname for field in model._meta.concrete_fields if field.attname not in apart]
        found[label] = list(model._default_manager.order_by("pk").values(*names))
    return found


def left_by(size: Size, *, through_verbs: bool) -> dict[str, list[dict[str, Any]]]:
    """What building a portal leaves, from empty tables whose keys begin with 1; nothing of it stays."""
    if resets := connection.ops.sequence_reset_sql(no_style(), compared()):
        with connection.cursor() as cursor:  # PostgreSQL goes on counting where rows were rolled back
            cursor.execute(" ".join(resets))
    if connection.vendor == "sqlite":  # as does SQLite where rows were committed, and removed by another test
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence")
    with transaction.atomic():
        list(simulation.simulate(size, through_verbs=through_verbs))
        found = rows()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_in_bulk_leaves_what_the_verbs_leave(demo_settings):
    empty = {model._meta.label for model in compared()}
    for size in (EVERY_VERB, OTHER):
        by_verbs = left_by(size, through_verbs=True)
        in_bulk = left_by(size, through_verbs=False)
        for label, expected in by_verbs.items():
            assert in_bulk[label] == expected, label
        empty -= {label for label, found in by_verbs.items() if found}
        verbs = {row["verb"] for row in by_verbs["records.Event"]}
        if size is EVERY_VERB:
            assert len(verbs) == len(HOW) - 1 + 2  # a draft leaves no event; the roster and the freeze are no deeds
            assert any(row["completed_on"] for row in by_verbs["tasks.Task"])
    assert not empty & {model._meta.label for model in WRITTEN}


def test_both_writers_know_every_deed():
    assert in_bulk.HOW.keys() == HOW.keys()


@pytest.fixture(scope="class")
def portal(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """A portal of some size, built once for a class of tests: each of them runs in a transaction inside this one."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        clock.shift.cache_clear()
        list(simulation.simulate(PORTAL))
        yield
        transaction.set_rollback(True)
    clock.shift.cache_clear()


def findings() -> list[Any]:
    run = Run()
    list(run.walk())
    return run.findings


@pytest.mark.usefixtures("portal")
@pytest.mark.django_db
class TestPortal:
    # The record

    def test_the_record_holds(self):
        assert findings() == []
        assert Event.objects.count() > 1000
        assert triggers.installed(connection) == triggers.expected(connection)

    def test_a_frozen_round_cannot_be_changed(self):
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            Report.objects.filter(round__no=1).update(office_light=Light.COMPLETED)

    def test_an_altered_row_is_found(self):
        triggers.drop_all(connection)
        altered = Revision.objects.filter(report__round__no=2).order_by("pk")[5]
        Revision.objects.filter(pk=altered.pk).update(results="다른 내용")
        assert {row.stream for row in findings() if row.is_difference} == {"round/2"}

    def test_rows_that_the_portal_adds_get_keys_of_their_own(self):
        """The engine goes on counting after rows that brought their keys along."""
        last = Event.objects.order_by("pk").last()
        report = Report.objects.filter(round__no=PORTAL.rounds, state=State.SUBMITTED).first()
        assert last
        assert report
        with transaction.atomic():
            copy = Task.objects.create(code="X-1", title_ko="가", title_en="x", sector_id=report.sector_id)
            report.pk, report.task, report.state, report.current = None, copy, State.MISSING, None
            report.save(force_insert=True)
        assert report.pk > PORTAL.tasks * PORTAL.rounds

    # What it looks like

    def test_each_roster_has_as_many_tasks_as_were_asked_for(self):
        counts = Counter(Report.objects.values_list("round__no", flat=True))
        assert counts == dict.fromkeys(range(1, PORTAL.rounds + 1), PORTAL.tasks)
        assert Task.objects.filter(completed_on__isnull=False).exists()
        assert Task.objects.filter(first_round_no__gt=1).exists()

    def test_the_last_round_is_open_and_half_collected(self):
        current = Round.objects.current()
        assert current is not None
        assert (current.no, current.phase(clock.now())) == (PORTAL.rounds, Phase.OPEN)
        states = Counter(Report.objects.in_round(current).values_list("state", flat=True))
        assert set(states) == set(State)
        assert states[State.ACCEPTED] < PORTAL.tasks / 2
        opened = Report.objects.in_round(current).filter(opened_by_office_at__isnull=False)
        assert opened.filter(state=State.SUBMITTED).exists()
        assert not Event.objects.filter(at__gt=clock.now()).exists()

    def test_ministries_differ(self):
        listed = bodies(PORTAL)
        sent = Report.objects.filter(current__isnull=False)
        green = [body.code for body in listed if body.temper == Temper.GREEN]
        assert set(sent.filter(lead__code__in=green).values_list("current__light", flat=True)) <= {
            Light.ON_TRACK,
            Light.COMPLETED,
        }
        slips = MilestoneChange.objects.filter(applied_event__isnull=False, new_on__isnull=False)
        moved = Counter(slips.values_list("revision__report__lead__code", flat=True))
        often = {
            temper: sum(moved[body.code] for body in listed if body.temper == temper)
            / sum(body.temper == temper for body in listed)
            for temper in (Temper.SLIPS, Temper.STEADY, Temper.GREEN)
        }
        assert often[Temper.SLIPS] > often[Temper.STEADY] > often[Temper.GREEN]
        silent = [body.code for body in listed if not body.has_officer]
        assert len(silent) == 1
        assert not sent.filter(lead__code__in=silent).exists()
        assert Report.objects.filter(lead__code__in=silent).exists()
        assert sent.exclude(office_light="").exclude(office_light=F("current__light")).exclude(office_reason="")

    def test_one_ministry_had_another_name_before(self):
        names = Report.objects.filter(lead__code="SIM001", round__frozen_at__isnull=False)
        assert sorted(set(names.values_list("round__no", "lead_name_ko"))) == [
            (1, "모의001부"),
            (2, "모의001부"),
            (3, "모의001부(개편)"),
        ]

    def test_everything_says_that_it_is_simulated(self):
        for text in Revision.objects.values_list("results", "plans", "issues"):
            assert all(part.endswith("(모의)") for part in text if part)
        assert all("모의" in row.title_ko and "imulated" in row.title_en for row in Task.objects.all())
        assert all("모의" in row.title_ko and "imulated" in row.title_en for row in Milestone.objects.all())
        assert all(user.is_demo and "imulated" in user.name_en for user in User.objects.all())
        assert not Ministry.objects.exclude(names__name_en__startswith="Simulated").exists()

    def test_people_sign_in_and_see_the_board(self):
        user = User.objects.get(username="coordinator")
        assert user.check_password(PASSWORD)
        client = Client()
        client.force_login(user)
        assert client.get(reverse("show_board")).status_code == 200


# The seed


@pytest.mark.either
def test_the_seed_alone_decides():
    def told(size: Size) -> list[Any]:
        return list(Script(size, bodies(size)).scenes())

    assert told(OTHER) == told(OTHER)
    assert told(OTHER) != told(Size(OTHER.ministries, OTHER.tasks, OTHER.rounds, OTHER.seed + 1))


@pytest.mark.either
def test_the_order_of_sets_does_not_matter():
    program = (
        "import django; django.setup()\n"
        "from meetings.simulation.plan import Size, bodies\n"
        "from meetings.simulation.script import Script\n"
        "import hashlib\n"
        f"size = {OTHER!r}\n"
        "print(hashlib.sha256(repr(list(Script(size, bodies(size)).scenes())).encode()).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0]
    assert said[0] == said[1]


@pytest.mark.django_db
def test_the_same_numbers_give_the_same_record(demo_settings):
    roots = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            run("--ministries", "3", "--tasks", "6", "--rounds", "2", "--seed", str(seed))
            roots.append(Seal.objects.get().root)
            transaction.set_rollback(True)
    assert roots[0] == roots[1] != roots[2]


# The command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("simulate", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_command_shows_its_progress_and_the_accounts(demo_settings):
    lines = run("--ministries", "3", "--tasks", "6", "--rounds", "2").splitlines()
    assert [line.split()[:3] for line in lines[:2]] == [["round", "1", "frozen"], ["round", "2", "open"]]
    assert "imulated" in lines[2]
    text = "\n".join(lines[3:])
    assert PASSWORD in text
    assert all(name in text for name in ("coordinator", "reader", "sim001-officer"))


@pytest.mark.django_db
def test_a_database_that_holds_anything_is_left_alone(demo_settings, task_force):
    before = Event.objects.count()
    with pytest.raises(CommandError, match="not empty"):
        run()
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_other_settings_refuse_it():
    with pytest.raises(CommandError, match="demo settings only"):
        run()
    assert not Ministry.objects.exists()


@pytest.mark.either
@pytest.mark.parametrize(
    ("option", "value"), [("--ministries", "1"), ("--tasks", "5"), ("--rounds", "0"), ("--tasks", "999999")]
)
def test_sizes_that_make_no_sense_are_refused(option, value, demo_settings):
    with pytest.raises(CommandError, match=option):
        run(option, value)
