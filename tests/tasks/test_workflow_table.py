"""Every state × verb × role × phase of the round, against a table that was written from product.md and model.md.

Nothing here is derived from `tasks/transitions.py`: two tables that agree are the point.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from ministries.models import User
from records.errors import Frozen, Refused, WrongState
from records.models import Event
from tasks import freezing, workflow
from tasks.models import Draft, Report, Round
from tests import builders, verbs
from tests.builders import key, kst
from tests.cast import TaskForce

NO = "–"  # WrongState: this verb does not start from here

# Which place a verb leads to. `opened` is submitted and opened by the office, `mended` returned with a draft,
# `again` returned, mended and awaiting sign-off. A ministry without sign-off never awaits.
WITHOUT_SIGN_OFF = """
                    missing     draft       submitted   opened      returned    mended      accepted
save_draft          draft       draft       –           –           returned    returned    –
fill_drafts         draft       draft       –           –           returned    returned    –
submit              submitted   submitted   –           –           !           submitted   –
withdraw            ?           ?           draft       –           –           –           –
open_for_review     –           –           submitted   –           –           –           –
take_over_review    –           –           –           –           –           –           –
release_review      –           –           –           submitted   –           –           –
return_for_changes  –           –           –           returned    –           –           –
accept              –           –           –           accepted    –           –           –
accept_unchanged    –           –           –           –           –           –           –
reopen              –           –           –           –           –           –           submitted
sign_off            –           –           –           –           –           –           –
send_back           –           –           –           –           –           –           –
recall              –           –           –           –           –           –           –
ask_sign_off        x           x           –           –           x           x           –
"""
WITH_SIGN_OFF = """
                    missing     draft       awaiting    submitted   opened      returned    mended      again       accepted
save_draft          draft       draft       draft       –           –           returned    returned    returned    –
fill_drafts         draft       draft       –           –           –           returned    returned    –           –
ask_sign_off        awaiting    awaiting    –           –           –           !           awaiting    –           –
sign_off            –           –           submitted   –           –           –           –           submitted   –
send_back           –           –           draft       –           –           –           –           returned    –
withdraw            ?           ?           ?           draft       –           –           –           –           –
open_for_review     –           –           –           submitted   –           –           –           –           –
take_over_review    –           –           –           –           –           –           –           –           –
release_review      –           –           –           –           submitted   –           –           –           –
return_for_changes  –           –           –           –           returned    –           –           –           –
accept              –           –           –           –           accepted    –           –           –           –
accept_unchanged    –           –           –           –           –           –           –           –           –
reopen              –           –           –           –           –           –           –           –           submitted
recall              –           –           draft       –           –           –           –           returned    –
submit              x           x           –           –           –           x           x           –           –
"""
# `?`: nothing was ever sent, so there is nothing to name. `!`: nothing was mended yet, so there is nothing to send.
# `x`: the ministry works in the other way; what was meant for this one is refused.
# Nothing here was sent as "no change", so that nothing is accepted unread.

# What the office has open is one person's: what a second one can do with it, where that differs from the above.
BY_A_COLLEAGUE = {
    ("take_over_review", "opened"): "submitted",
    ("release_review", "opened"): NO,
    ("return_for_changes", "opened"): NO,
    ("accept", "opened"): NO,
}

BY = {
    "save_draft": "officer",
    "fill_drafts": "officer",
    "submit": "officer",
    "ask_sign_off": "officer",
    "recall": "officer",
    "withdraw": "officer",
    "sign_off": "approver",
    "send_back": "approver",
    "open_for_review": "coordinator",
    "take_over_review": "coordinator",
    "release_review": "coordinator",
    "return_for_changes": "coordinator",
    "accept": "coordinator",
    "accept_unchanged": "coordinator",
    "reopen": "coordinator",
}
# Reports move while the round is collected: from its opening on, past due as well, never once it is frozen.
WHEN: dict[str, datetime] = {
    "not yet open": kst(2021, 3, 8, 9) - timedelta(microseconds=1),
    "open": kst(2021, 3, 16, 14),
    "past due": kst(2021, 3, 19, 18) + timedelta(microseconds=1),
    "frozen": kst(2021, 3, 22, 10),
}
PLACE = {"again": "awaiting_again"}
STATE = {"opened": "submitted", "mended": "returned"}  # the places of the table that are not states themselves
NAMES = {
    "officer": ("me_officer", "fsc_officer"),
    "other ministry's officer": ("fsc_officer", "me_officer"),
    "approver": ("me_approver", "fsc_approver"),
    "coordinator": ("coordinator", "coordinator"),
    "colleague": ("coordinator_2", "coordinator_2"),
    "reader": ("reader", "reader"),
    "administrator": ("administrator", "administrator"),
    "stranger": ("stranger", "stranger"),
}


NEAR_MISS = "other ministry's officer"


def worth_trying(verb: str, role: str, phase: str) -> bool:
    """Whoever may do it is tried in every phase, and so is the nearest stranger; the rest while the round is open."""
    return role in (BY[verb], NEAR_MISS) or phase == "open" or (role == "colleague" and phase == "past due")


def table(text: str) -> dict[str, dict[str, str]]:
    """Verb -> place -> outcome."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {verb: dict(zip(head, cells, strict=True)) for verb, *cells in rows}


TABLES = {"ME-01": table(WITHOUT_SIGN_OFF), "FSC-01": table(WITH_SIGN_OFF)}
CASES = [(code, place) for code, rows in TABLES.items() for place in next(iter(rows.values()))]


@dataclass(frozen=True)
class Scene:
    """One report in one place, and everything that a verb could change."""

    report: Report

    def call(self, verb: str, by: User, at: datetime) -> None:
        """The verb as the page would send it."""
        report, version = self.report, self.report.version
        item = workflow.Item(report.pk, version, unchanged=report.state == "missing")
        calls: dict[str, Callable[[], object]] = {
            "save_draft": lambda: workflow.save_draft(
                report.pk, by=by, at=at, version=version, raw=builders.raw(results="ㅇ 다시 씀")
            ),
            "fill_drafts": lambda: builders.fill(report, by=by, at=at, version=version, results="ㅇ 다시 씀"),
            "submit": lambda: workflow.submit([item], by=by, at=at, key=key()),
            "ask_sign_off": lambda: workflow.ask_sign_off([item], by=by, at=at, key=key()),
            "sign_off": lambda: workflow.sign_off([item], by=by, at=at, key=key()),
            "send_back": lambda: workflow.send_back(
                report.pk, by=by, at=at, key=key(), version=version, comment="다시 봐 주시기 바람"
            ),
            "recall": lambda: workflow.recall([item], by=by, at=at, key=key()),
            "withdraw": lambda: builders.withdraw(report, by=by, at=at),
            "open_for_review": lambda: workflow.open_for_review(report.pk, by=by, at=at, key=key(), version=version),
            "take_over_review": lambda: workflow.take_over_review(report.pk, by=by, at=at, key=key(), version=version),
            "release_review": lambda: workflow.release_review(report.pk, by=by, at=at, key=key(), version=version),
            "accept_unchanged": lambda: workflow.accept_unchanged([item], by=by, at=at, key=key()),
            "return_for_changes": lambda: workflow.return_for_changes(
                report.pk, by=by, at=at, key=key(), version=version, comment="왜?", due_at=at + timedelta(days=1)
            ),
            "accept": lambda: workflow.accept(
                report.pk, by=by, at=at, key=key(), version=version, light="on_track", book_text_ko="다듬은 문구"
            ),
            "reopen": lambda: workflow.reopen(report.pk, by=by, at=at, key=key(), version=version, reason="오기"),
        }
        calls[verb]()

    def trace(self) -> tuple[Any, ...]:
        """The rows of the report and of its draft, and the number of rows in every table that a verb writes to."""
        row = Report.objects.filter(pk=self.report.pk).values_list().get()
        draft = Draft.objects.filter(report=self.report).values_list().first()
        tables = "records_event records_receipt tasks_submission tasks_revision tasks_return tasks_signoff"
        counts = ", ".join(f"(SELECT count(*) FROM {name})" for name in tables.split())
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counts}")
            return row, draft, *cursor.fetchone()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is taken back, so that one place serves all people and verbs."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def expected(rows: dict[str, dict[str, str]], verb: str, place: str, role: str, phase: str) -> str:
    """The state that the verb leads to, or the name of the refusal."""
    cell = rows[verb][place]
    if role == "colleague" and BY[verb] == "coordinator":
        role, cell = "coordinator", BY_A_COLLEAGUE.get((verb, place), cell)
    if role != BY[verb]:
        return "Forbidden"
    if phase == "frozen":
        return "Frozen"
    if phase == "not yet open" or cell == NO:
        return "WrongState"
    return {"!": "Invalid", "x": "Switched"}.get(cell, cell)


def outcome(scene: Scene, verb: str, by: User, at: datetime, before: tuple[Any, ...]) -> str:
    """What came of the verb: the new state, or the refusal's name; a refusal that left anything behind says so."""
    try:
        with undone():
            try:
                scene.call(verb, by, at)
            except Refused as refusal:
                assert scene.trace() == before, "a refusal left something behind"
                return "WrongState" if isinstance(refusal, workflow.Overtaken) else type(refusal).__name__
            now = Report.objects.get(pk=scene.report.pk)
            assert now.version == scene.report.version + 1
            left = Event.objects.order_by("pk")[before[2] :]
            wanted = [] if verb in verbs.WITHOUT_EVENT else [(verb, by.pk)]
            assert [(event.verb, event.actor_id) for event in left] == wanted, "not one event, of this verb and person"
            assert scene.trace()[3] == before[3] + len(wanted), "not exactly one receipt"
            return now.state
    except AssertionError as error:
        return str(error)


@pytest.fixture
def people(task_force: TaskForce) -> dict[str, User]:
    """The cast, and an approver in the ministry that needs none."""
    me_approver = builders.person("me_approver", "approver", task_force.ministries["ME"])
    return task_force.people | {"me_approver": me_approver}


@pytest.mark.either
@pytest.mark.parametrize(("code", "place"), CASES, ids=[f"{code}-{place}" for code, place in CASES])
def test_every_verb_from_every_place(task_force, people, at, code, place):
    """product.md "The people" and "The cycle", model.md "Verbs": who may do what, from where, and when. A refusal
    leaves no event, no receipt and the rows as they were; a success leaves exactly one event (savings of a draft none)."""
    signing = code == "FSC-01"
    who = {role: people[names[signing]] for role, names in NAMES.items()}
    report = builders.report_in(
        PLACE.get(place, place),
        task_force.reports[code],
        officer=who["officer"],
        approver=who["approver"] if signing else None,
        coordinator=who["coordinator"],
        at=at,
    )
    assert report.state == STATE.get(place, "awaiting" if place == "again" else place)
    scene, wrong = Scene(report), []
    for phase, moment in WHEN.items():
        if phase == "frozen":
            builders.freeze(task_force.round_2, by=who["coordinator"], at=moment)
        before = scene.trace()
        for verb, cells in TABLES[code].items():
            if cells[place] == "?":
                continue
            for role, person in who.items():
                if not worth_trying(verb, role, phase):
                    continue
                wanted = expected(TABLES[code], verb, place, role, phase)
                came = outcome(scene, verb, person, moment, before)
                if came != wanted:
                    wrong.append(f"{phase}: {verb} by {role}: {came}, not {wanted}")
    assert not wrong, "\n".join(wrong)


ROUND_PHASES = ("planned", "not yet open", "open", "past due", "frozen")
ROUND_VERBS = {
    "prepare": ("prepared", NO, NO, NO, NO),
    "freeze": (NO, NO, "frozen", "frozen", "Frozen"),
    "remind": (NO, NO, "prepared", "prepared", "Frozen"),  # the round itself stays as it is
}


@pytest.mark.parametrize("phase", ROUND_PHASES)
def test_the_verbs_on_a_round(task_force, people, phase):
    """The office alone prepares a round, once; it freezes one that has opened, once."""
    office = people["coordinator"]
    round_ = task_force.round_2
    if phase == "planned":
        builders.freeze(round_, by=office, at=WHEN["frozen"])
        opens, due = kst(2021, 6, 1), kst(2021, 6, 10)
        round_ = Round.objects.create(
            no=3, previous=round_, observes_from=opens.date(), as_of=due.date(), opens_at=opens, due_at=due
        )
    if phase == "frozen":
        builders.freeze(round_, by=office, at=WHEN["frozen"])
    at = WHEN.get(phase, kst(2021, 5, 1))
    wrong = []
    for verb, cells in ROUND_VERBS.items():
        cell = cells[ROUND_PHASES.index(phase)]
        for role, names in NAMES.items():
            office_s = role in ("coordinator", "colleague")
            wanted = ("WrongState" if cell == NO else cell) if office_s else "Forbidden"
            came = _round_outcome(verb, round_, people[names[0]], at)
            if came != wanted:
                wrong.append(f"{verb} by {role}: {came}, not {wanted}")
    assert not wrong, "\n".join(wrong)


def _round_outcome(verb: str, round_: Round, by: User, at: datetime) -> str:
    before = (Event.objects.count(), Round.objects.filter(pk=round_.pk).values_list().get(), Report.objects.count())
    with undone():
        try:
            if verb == "prepare":
                workflow.prepare(round_.pk, by=by, at=at, key=key())
            elif verb == "remind":
                workflow.remind(round_.pk, ["ME", "MSIT"], by=by, at=at, key=key())
            else:
                freezing.freeze(round_.pk, by=by, at=at, key=key(), head_seq=freezing.head_seq(round_))
        except Refused as refusal:
            now = Round.objects.filter(pk=round_.pk).values_list().get()
            assert (Event.objects.count(), now, Report.objects.count()) == before, "a refusal left something behind"
            return type(refusal).__name__
        assert Event.objects.count() == before[0] + 1
        after = Round.objects.get(pk=round_.pk)
        return "frozen" if after.frozen_at else "prepared" if after.prepared_at else "planned"


def test_frozen_is_a_kind_of_wrong_state():
    """The two refusals above are told apart by class; both are answered with 409."""
    assert issubclass(Frozen, WrongState)
    assert Frozen.status == WrongState.status == 409
