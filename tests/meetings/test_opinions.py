"""Hearings and opinions: what their verbs allow, what they leave in the tables, and what never stands in the record."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from meetings import workflow
from meetings.models import Disposition, Hearing, Opinion, OpinionText, Participant
from meetings.opinions.drafting import About, Came
from meetings.opinions.numbers import tidy
from records.errors import Conflict, Forbidden, Invalid, KeyReused, WrongState
from records.models import Event, Receipt
from tests.builders import key
from tests.cast import AT

from . import opinion_scene as scene
from .opinion_scene import DUE, HEARING, LOOSE, OWED, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def stand(task_force: Any, coordinator: Any) -> Any:
    return scene.stand(coordinator, AT)


def problems(call: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        call()
    return refused.value.problems


# hearings


def test_a_hearing_gets_the_next_number_and_who_came(task_force, coordinator):
    first, second = scene.hearing(coordinator, AT), scene.hearing(coordinator, AT)
    assert (first.no, second.no) == (1, 2)
    came = [(row.group, row.organisation, row.number) for row in first.participants.all()]
    assert came == [("industry", "한 협회", 3), ("civic", "한 모임", 2)]
    assert scene.differences() == []


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title_ko": " "}, "title_ko"),
        ({"title_ko": "가" * 201}, "title_ko"),
        ({"title_ko": "두\n줄"}, "title_ko"),
        ({"held_on": None}, "held_on"),
        ({"held_on": AT.date() + timedelta(days=1)}, "held_on"),
        ({"held_on": date(1999, 1, 1)}, "held_on"),
        ({"summary": "가" * 3001}, "summary"),
        ({"came": (Came("nobody", "한 협회"),)}, "p0-group"),
        ({"came": (Came("civic", ""),)}, "p0-organisation"),
        ({"came": (Came("civic", "한 모임"), Came("civic", "한 모임", 2, "p1"))}, "p1-organisation"),
        ({"came": (Came("civic", "한 모임", 0),)}, "p0-number"),
        ({"came": (Came("civic", "한 모임", None),)}, "p0-number"),
        ({"came": tuple(Came("civic", f"모임 {n}", 1, f"p{n}") for n in range(201))}, "came"),
    ],
)
def test_what_a_hearing_may_not_be(task_force, coordinator, more, field):
    draft = replace(HEARING, **more)
    found = problems(lambda: workflow.record_hearing(draft, by=coordinator, at=AT, key=key()))
    assert list(found) == [field]
    assert not Hearing.objects.exists()


def test_a_hearing_changes_and_its_record_follows(stand, coordinator):
    held = stand[0]
    draft = replace(HEARING, title_en="Hearing", came=(Came("experts", "한 연구원", 1),))
    workflow.change_hearing(held.pk, draft, by=coordinator, at=AT, key=key(), version=0)
    assert [row.organisation for row in Participant.objects.all()] == ["한 연구원"]
    assert scene.differences() == []


def test_who_came_keeps_its_rows_where_only_the_place_changes(stand, coordinator):
    before = list(Participant.objects.values_list("pk", flat=True))
    draft = replace(HEARING, place_ko="세종청사")
    workflow.change_hearing(stand[0].pk, draft, by=coordinator, at=AT, key=key(), version=0)
    assert list(Participant.objects.values_list("pk", flat=True)) == before
    assert scene.differences() == []


def test_two_who_change_a_hearing(stand, coordinator, coordinator_2):
    held = stand[0]
    theirs, mine = replace(HEARING, place_ko="세종청사"), replace(HEARING, place_ko="서울청사")
    workflow.change_hearing(held.pk, theirs, by=coordinator_2, at=AT, key=key(), version=0)
    with pytest.raises(Conflict) as refused:
        workflow.change_hearing(held.pk, mine, by=coordinator, at=AT, key=key(), version=0)
    assert (refused.value.mine.place_ko, refused.value.theirs.place_ko) == ("서울청사", "세종청사")
    assert Hearing.objects.get().place_ko == "세종청사"


def test_a_change_that_is_none_is_refused(stand, coordinator):
    held = stand[0]
    again: dict[str, Any] = {"by": coordinator, "at": AT, "version": 0}
    assert problems(lambda: workflow.change_hearing(held.pk, HEARING, **again, key=key()))


# entering


def test_an_opinion_stands_admitted_under_a_number_of_its_own(stand, me):
    _held, owed, loose = stand
    assert (owed.state, owed.ministry, owed.due_on, owed.said_on) == ("admitted", me, DUE, scene.HELD)
    assert [row.task.code for row in owed.of_tasks.all()] == ["ME-06"]
    assert loose.ministry is None
    assert tidy(owed.number) == owed.number != loose.number


def test_the_record_never_holds_the_words(stand, me_officer, coordinator):
    """Nor does a receipt: what it keeps of them cannot be tried out, because the server's secret is in it."""
    _held, owed, _loose = stand
    scene.change(owed, by=coordinator, at=AT, codes=("ME-01",))
    scene.dispose(owed, by=me_officer, at=AT)
    told = json.dumps(list(Event.objects.values_list("data", flat=True)), ensure_ascii=False)
    assert OWED not in told
    assert LOOSE not in told
    assert OpinionText.objects.get(opinion=owed).text == OWED
    assert scene.differences() == []


def test_the_same_words_have_another_digest_each_time(stand, coordinator):
    again = scene.enter(said(LOOSE), by=coordinator, at=AT)
    assert again.digest != stand[2].digest
    bodies = Receipt.objects.filter(verb="enter_opinion").values_list("body_sha256", flat=True)
    assert len(set(bodies)) == 3


def test_words_that_were_altered_are_named(stand):
    OpinionText.objects.filter(opinion=stand[1]).update(text="다른 말")
    assert len(scene.differences()) == 1


def test_the_same_form_twice_is_one_opinion_and_with_other_words_none(task_force, coordinator):
    once: dict[str, Any] = {"by": coordinator, "at": AT, "key": key()}
    first = workflow.enter_opinion(said(), **once)
    assert workflow.enter_opinion(said(), **once) == first
    with pytest.raises(KeyReused):
        workflow.enter_opinion(said("다른 말"), **once)
    assert Opinion.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"group": ""}, "group"),
        ({"channel": ""}, "channel"),
        ({"channel": "portal"}, "channel"),
        ({"channel": "hearing"}, "hearing"),
        ({"channel": "hearing", "hearing": 999}, "hearing"),
        ({"channel": "hearing", "said_on": None}, "hearing"),
        ({"said_on": None}, "said_on"),
        ({"said_on": AT.date() + timedelta(days=1)}, "said_on"),
        ({"text": " \n"}, "text"),
        ({"text": "가" * 3001}, "text"),
        ({"organisation": "두\n줄"}, "organisation"),
        ({"about": About(codes=("ME-99",))}, "codes"),
        ({"about": About(codes=("ME\0",))}, "codes"),
        ({"about": About(scenario="none")}, "scenario"),
        ({"about": About(decision=999)}, "decision"),
        ({"about": About(ministry=999, due_on=DUE)}, "ministry"),
        ({"about": About(due_on=DUE)}, "ministry"),
    ],
)
def test_what_an_opinion_may_not_be(task_force, coordinator, more, field):
    given = replace(said(), **more)
    found = problems(lambda: workflow.enter_opinion(given, by=coordinator, at=AT, key=key()))
    assert list(found) == [field]
    assert not Opinion.objects.exists()
    assert not Event.objects.filter(verb="enter_opinion").exists()


@pytest.mark.parametrize("due_on", [None, AT.date() - timedelta(days=1), date(2101, 1, 1)])
def test_who_answers_has_until_a_day(task_force, coordinator, me, due_on):
    given = said(about=About(ministry=me.pk, due_on=due_on))
    found = problems(lambda: workflow.enter_opinion(given, by=coordinator, at=AT, key=key()))
    assert list(found) == ["due_on"]


def test_what_was_said_at_a_hearing_has_its_day_and_a_letter_none_of_its_hearing(stand, coordinator):
    held = stand[0]
    at_it = scene.enter(said(channel="hearing", hearing=held.pk, said_on=None), by=coordinator, at=AT)
    letter = scene.enter(said(hearing=held.pk), by=coordinator, at=AT)
    assert (at_it.said_on, letter.hearing) == (scene.HELD, None)


@pytest.mark.parametrize(("days", "field"), [(-1, "said_on"), (-7740, "said_on"), (0, ""), (1, "")])
def test_what_was_heard_at_a_hearing_was_not_said_before_it(stand, coordinator, days, field):
    """Later it may have been handed in."""
    day = scene.HELD + timedelta(days=days)
    given = said(channel="hearing", hearing=stand[0].pk, said_on=day)
    if field:
        told = problems(lambda: workflow.enter_opinion(given, by=coordinator, at=AT, key=key()))
        assert list(told) == [field]
    else:
        assert scene.enter(given, by=coordinator, at=AT).said_on == day


@pytest.mark.parametrize("filler", ["\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\u200b\u3164"], ids=ascii)
def test_a_reason_that_nobody_sees_is_no_reason(stand, me_officer, filler):
    assert list(problems(lambda: scene.dispose(stand[1], by=me_officer, at=AT, kind="not", reason=filler))) == [
        "reason"
    ]


# what it is about


def test_it_is_about_another_task_until_another_day(stand, coordinator, me):
    owed = scene.change(stand[1], by=coordinator, at=AT, due_on=date(2021, 3, 25), codes=("ME-01",))
    assert (owed.ministry, owed.due_on) == (me, date(2021, 3, 25))
    assert [row.task.code for row in owed.of_tasks.all()] == ["ME-01"]
    assert scene.differences() == []


def test_who_was_given_it_is_another_one_only_with_a_reason(stand, coordinator, motie):
    """That is `pass_on_opinion`; to nobody it does not go either."""
    for about in ({"ministry": motie.pk}, {"ministry": None, "due_on": None}):
        assert list(problems(lambda more=about: scene.change(stand[1], by=coordinator, at=AT, **more))) == ["ministry"]
    given = scene.change(stand[2], by=coordinator, at=AT, ministry=motie.pk, due_on=DUE)
    assert given.ministry == motie


def test_its_day_may_be_past_when_something_else_changes(stand, coordinator):
    changed = scene.change(stand[1], by=coordinator, at=scene.LATER, codes=())
    assert changed.due_on == DUE


def test_two_who_change_an_opinion(stand, coordinator, coordinator_2):
    owed = stand[1]
    theirs = replace(About.of(owed), codes=("ME-01",))
    workflow.change_opinion(owed.pk, theirs, by=coordinator_2, at=AT, key=key(), version=0)
    with pytest.raises(Conflict):
        workflow.change_opinion(owed.pk, About(), by=coordinator, at=AT, key=key(), version=0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"ministry": None},
        {"due_on": None},
        {"channel": "letter"},
    ],
    ids=str,
)
def test_no_row_says_half_of_who_answers_or_where_it_was_heard(stand, wrong):
    """Whatever wrote it: the table itself refuses."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.filter(pk=stand[1].pk).update(**wrong)


@pytest.mark.parametrize("kept", [{"text": "남은 말", "salt": ""}, {"text": "", "salt": "a"}], ids=["text", "salt"])
def test_words_that_were_removed_leave_nothing(stand, kept):
    words = OpinionText.objects.filter(opinion=stand[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        words.update(removed_at=AT, **kept)
    words.update(removed_at=AT, text="", salt="")


def test_what_was_answered_is_not_given_to_another(stand, coordinator, me_officer, motie):
    owed = scene.dispose(stand[1], by=me_officer, at=AT)
    found = problems(lambda: scene.change(owed, by=coordinator, at=AT, ministry=motie.pk))
    assert list(found) == ["ministry"]
    assert scene.change(owed, by=coordinator, at=AT, codes=("ME-01",)).ministry_id == owed.ministry_id


@pytest.mark.parametrize("state", ["waiting", "rejected"])
def test_only_what_is_admitted_is_given_out_or_answered(task_force, coordinator, me, state):
    row = scene.sent(coordinator, AT, state)
    more: dict[str, Any] = {"by": coordinator, "at": AT, "key": key(), "version": 0}
    with pytest.raises(WrongState):
        workflow.change_opinion(row.pk, About(ministry=me.pk, due_on=DUE), **more)
    with pytest.raises(WrongState):
        workflow.dispose_of_opinion(row.pk, kind="not", reason="중복", **more)


# what comes of it


def test_a_disposition_is_the_ministrys_that_owes_it(stand, me_officer, me):
    owed = scene.dispose(stand[1], by=me_officer, at=AT, kind="partly")
    last = owed.dispositions.get()
    assert (last.kind, last.ministry, last.by, last.at) == ("partly", me, me_officer, AT)
    assert not Opinion.objects.owed().exists()
    assert scene.differences() == []


def test_the_last_disposition_counts_and_the_first_stays(stand, me_officer):
    owed = scene.dispose(stand[1], by=me_officer, at=AT, kind="later")
    scene.dispose(owed, by=me_officer, at=AT, kind="taken_up")
    assert list(Disposition.objects.values_list("kind", flat=True)) == ["later", "taken_up"]


@pytest.mark.parametrize("who", ["motie_officer", "msit_officer", "reader", "stranger", "administrator"])
def test_nobody_else_answers(stand, task_force, who):
    owed, person = stand[1], task_force.people[who]
    own = [*person.standing.ministries, owed.ministry_id, None]
    for ministry in own:
        with pytest.raises(Forbidden):
            scene.dispose(owed, by=person, at=AT, ministry=ministry)
    assert not Disposition.objects.exists()


def test_the_office_answers_for_itself_and_never_for_a_ministry(stand, coordinator):
    _held, owed, loose = stand
    assert scene.dispose(loose, by=coordinator, at=AT).dispositions.get().ministry is None
    with pytest.raises(Forbidden):
        scene.dispose(owed, by=coordinator, at=AT)
    with pytest.raises(WrongState):
        scene.dispose(owed, by=coordinator, at=AT, ministry=None)
    scene.pass_on(owed, None, by=coordinator, at=AT, due_on=None)
    assert scene.dispose(owed, by=coordinator, at=AT, ministry=None).dispositions.get().ministry is None


def test_the_office_changes_no_ministrys_answer(stand, coordinator, me_officer):
    owed = scene.dispose(stand[1], by=me_officer, at=AT)
    with pytest.raises(WrongState):
        scene.dispose(owed, by=coordinator, at=AT, ministry=None, kind="not")
    assert owed.dispositions.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "later "}, "kind"),
        ({"reason": " "}, "reason"),
        ({"reason": "가" * 3001}, "reason"),
    ],
)
def test_what_a_disposition_may_not_be(stand, me_officer, more, field):
    assert list(problems(lambda: scene.dispose(stand[1], by=me_officer, at=AT, **more))) == [field]


def test_the_same_disposition_again_is_refused(stand, me_officer):
    owed = scene.dispose(stand[1], by=me_officer, at=AT)
    assert problems(lambda: scene.dispose(owed, by=me_officer, at=AT))


def test_who_answers_sees_what_the_office_changed_before(stand, coordinator, me_officer, me):
    owed = stand[1]
    scene.change(owed, by=coordinator, at=AT, codes=("ME-01",))
    given: dict[str, Any] = {"kind": "not", "reason": "중복", "ministry": me.pk, "version": 0}
    with pytest.raises(Conflict):
        workflow.dispose_of_opinion(owed.pk, **given, by=me_officer, at=AT, key=key())


@pytest.mark.parametrize("who", ["me_officer", "reader", "administrator", "stranger"])
def test_only_the_office_enters_and_gives_out(stand, task_force, who):
    held, owed, _loose = stand
    more: dict[str, Any] = {"by": task_force.people[who], "at": AT, "key": key()}
    with pytest.raises(Forbidden):
        workflow.record_hearing(HEARING, **more)
    with pytest.raises(Forbidden):
        workflow.change_hearing(held.pk, HEARING, version=0, **more)
    with pytest.raises(Forbidden):
        workflow.enter_opinion(said(), **more)
    with pytest.raises(Forbidden):
        workflow.change_opinion(owed.pk, About(), version=0, **more)
