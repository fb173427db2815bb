"""The working group's register: what is counted on a day, who may be known, what the record keeps, and what is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import translation

from ministries.models import Ministry
from records.chain import sha256
from records.errors import Conflict, Forbidden, Invalid, KeyReused, WrongState
from records.models import Event, Receipt
from scenarios import counting, facts, workflow
from scenarios.models import Expert, ExpertPerson, Seat
from scenarios.workflow import Who
from tests.scenarios import group_scene as scene
from tests.scenarios.group_scene import AT, DAY, HONG, SINCE, deed, expert, findings, held, meeting, serving

ROOT = "/working-group/"


@pytest.fixture
def office(task_force, domain_time):
    scene.group()
    return task_force.people["coordinator"]


@pytest.fixture
def people(task_force):
    return task_force.people


def refused(call: Callable[..., object], *args: Any, **more: Any) -> dict[str, list[str]]:
    before = Event.objects.count()
    with pytest.raises(Invalid) as caught:
        call(*args, **more)
    assert Event.objects.count() == before
    return caught.value.problems


# Counting


def test_the_first_and_the_last_day_count(office):
    expert(office, starts_on=date(2021, 2, 1), ends_on=date(2021, 2, 28))
    days = [date(2021, 1, 31), date(2021, 2, 1), date(2021, 2, 28), date(2021, 3, 1)]
    assert [counting.experts(day) for day in days] == [0, 1, 1, 0]
    meeting(office, on=date(2021, 2, 18))
    assert [counting.meetings(day) for day in (date(2021, 2, 17), date(2021, 2, 18), DAY)] == [0, 1, 1]
    assert counting.meetings(DAY, since=date(2021, 2, 18)) == 1
    assert counting.meetings(DAY, since=date(2021, 2, 19)) == 0


def test_any_day_counts_who_serves_on_it(office):
    """Every way in which a few days can begin and end, against counting by hand."""
    first = date(2021, 2, 1)
    spans = list(product(range(4), (*range(4), None)))
    seats = [
        (first + timedelta(a), None if b is None else first + timedelta(b)) for a, b in spans if b is None or b >= a
    ]
    for number, (starts_on, ends_on) in enumerate(seats):
        expert(office, Who(f"전문가 {number}"), starts_on=starts_on, ends_on=ends_on)
    for day in (first + timedelta(offset) for offset in range(-1, 6)):
        by_hand = sum(a <= day and (b is None or day <= b) for a, b in seats)
        rows = counting.by_division(day)
        assert counting.experts(day) == by_hand == sum(row.experts for row in rows)
        assert sum(counting.experts_by_ministry(day).values()) == by_hand
        assert sum(number for row in rows for _name, number in row.recommending) == by_hand


def test_ministries_and_institutes_are_counted_once(office):
    for name, seat in (("가", {}), ("나", {"ministry": "MOTIE"}), ("다", {"code": "TRA"}), ("라", {"ends_on": SINCE})):
        expert(office, Who(name, "같은 연구원"), **seat)
    assert (counting.experts(DAY), counting.ministries(DAY), counting.institutes(DAY)) == (3, 2, 1)


def test_published_figures_stand_beside_the_rows_of_their_own_day(office):
    expert(office, starts_on=date(2021, 4, 1))  # after the day of which 82 were published
    expert(office, Who("임꺽정"))
    meeting(office, on=date(2021, 3, 9))  # after the month until which 36 were published
    meeting(office, on=date(2020, 12, 1), no=7)
    found = {one.figure.code: one for one in counting.published(DAY)}
    assert {code: one.counted for code, one in found.items()} == {
        "TF2-EXPERTS": 1,
        "TF2-MEETINGS": 1,
        "FINAL-EXPERTS": 1,  # its day has not come: whoever is there by now
    }
    assert found["TF2-EXPERTS"].missing == 81
    with translation.override("en"):
        assert found["TF2-EXPERTS"].when == "Q1 2021"
    assert found["FINAL-EXPERTS"].is_ahead
    assert Expert.objects.count() == 2, "no row is made up"


def test_what_is_thin(office, task_force):
    Ministry.objects.filter(code="FSC").update(tf_member=False)
    expert(office)
    expert(office, Who("임꺽정"), ministry="MOTIE")
    meeting(office, on=DAY - timedelta(weeks=8))
    thin = counting.thin(DAY)
    assert [row.division.code for row in thin.few] == ["TWG-TRA"]
    assert thin.median == 1.0
    assert [name.ministry.code for name in thin.silent] == ["MSIT"]
    assert [row.division.code for row in thin.still] == ["TWG-IND", "TWG-TRA"]
    meeting(office, on=DAY - timedelta(weeks=8) + timedelta(days=1))
    assert [row.division.code for row in counting.thin(DAY).still] == ["TWG-TRA"]
    assert [row.division.code for row in counting.thin(DAY, 4).still] == ["TWG-IND", "TWG-TRA"]


def test_the_facts_for_a_meetings_papers(office):
    expert(office)
    with translation.override("en"):
        found = facts.working_group_facts(DAY, AT)
    assert [fact.code for fact in found] == ["TF2-EXPERTS", "TF2-MEETINGS", "experts", "meetings", "ministries"]
    assert found[0].words == ("Experts: 82 published (Second meeting, Q1 2021); 1 registered as of Tue 16 Mar 2021")
    assert (found[0].number, found[0].counted, found[0].sources) == (82, 1, ("https://a.example", "https://b.example"))
    assert found[2].words == "Experts: 1 registered as of Tue 16 Mar 2021"
    assert "FINAL-EXPERTS" in {fact.code for fact in facts.working_group_facts(date(2021, 6, 30), AT)}


# The verbs, what they keep and what they refuse


def test_registering_tells_no_name(office):
    made = expert(office)
    assert counting.experts(DAY) == 1
    event = Event.objects.get(verb="register_expert")
    told = json.dumps(event.data, ensure_ascii=False)
    assert made.digest in told
    assert not any(word in told for word in (HONG.name, HONG.affiliation, HONG.position, HONG.email))
    assert findings() == []


def test_two_seats_of_one_person_have_two_digests(office):
    assert expert(office).digest != expert(office, code="TRA").digest


def test_a_receipt_does_not_tell_who_it_was(office, settings):
    """Of a receipt, which is kept for ever, nobody can tell a person who was removed by trying names out."""
    was = HONG.mark()
    settings.SECRET_KEY = "somebody else's"
    assert HONG.mark() != was

    expert(office)
    body = Receipt.objects.get(verb="register_expert").body_sha256
    guesses = ([*vars(HONG).values(), *serving().body()], [HONG.name, *serving().body()])
    assert body not in {sha256(guess) for guess in guesses}


@pytest.mark.parametrize("verb", scene.VERBS)
def test_a_second_click_is_one_deed(task_force, domain_time, verb):
    office = task_force.people["coordinator"]
    scene.stand(office)
    who, before = deed(office), Event.objects.count()
    scene.call(verb, **who)
    assert Event.objects.count() == before + 1
    if verb in ("register_expert", "record_division_meeting", "import_working_group"):
        scene.call(verb, **who)  # the others carry the version that was seen
        assert Event.objects.count() == before + 1
    assert findings() == []


@pytest.mark.parametrize("verb", scene.VERBS)
@pytest.mark.parametrize("who", ["me_officer", "fsc_approver", "reader", "administrator", "stranger"])
def test_only_the_office_keeps_the_register(task_force, domain_time, verb, who):
    scene.stand(task_force.people["coordinator"])
    before = Event.objects.count()
    with pytest.raises(Forbidden):
        scene.call(verb, **deed(task_force.people[who]))
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("who", "seat", "field"),
    [
        (Who(""), {}, "name"),
        (Who("  \u200b"), {}, "name"),
        (Who("가" * 81), {}, "name"),
        (Who("두\n줄"), {}, "name"),
        (Who("가", email="no address"), {}, "email"),
        (HONG, {"ends_on": SINCE - timedelta(days=1)}, "ends_on"),
        (HONG, {"starts_on": date(1021, 1, 1)}, "starts_on"),
    ],
)
def test_a_seat_that_is_refused(office, who, seat, field):
    assert list(refused(workflow.register_expert, who, serving(**seat), **deed(office))) == [field]
    assert not ExpertPerson.objects.exists()


def test_a_division_or_ministry_that_is_not_there(office):
    seat = replace(serving(), division_id=0, ministry_id=0)
    assert set(refused(workflow.register_expert, HONG, seat, **deed(office))) == {"division", "ministry"}


def test_an_expert_who_changes(office):
    made = expert(office)
    was = made.digest
    workflow.change_expert(
        made.pk, replace(HONG, affiliation="라마바연구원"), serving(ministry="MOTIE"), **deed(office), version=0
    )
    made.refresh_from_db()
    assert (made.version, made.ministry.code, made.person.affiliation) == (1, "MOTIE", "라마바연구원")
    assert made.digest != was
    assert findings() == []
    with pytest.raises(Conflict):
        workflow.change_expert(made.pk, HONG, serving(), **deed(office), version=0)
    same = replace(HONG, affiliation="라마바연구원")
    problems = refused(workflow.change_expert, made.pk, same, serving(ministry="MOTIE"), **deed(office), version=1)
    assert list(problems) == ["__all__"]


def test_an_end_and_its_taking_back(office):
    made = expert(office)
    workflow.end_expert(made.pk, ends_on=DAY, **deed(office), version=0)
    assert (counting.experts(DAY), counting.experts(DAY + timedelta(days=1))) == (1, 0)
    workflow.end_expert(made.pk, ends_on=None, **deed(office), version=1)
    assert counting.experts(DAY + timedelta(days=1)) == 1
    assert list(refused(workflow.end_expert, made.pk, ends_on=None, **deed(office), version=2)) == ["ends_on"]
    assert findings() == []


def test_who_was_at_a_meeting_was_in_the_division_on_that_day(office):
    there, gone = expert(office), expert(office, Who("임꺽정"), ends_on=date(2021, 3, 8))
    other = expert(office, Who("장길산"), code="TRA")
    meeting(office, there)
    for out in (gone, other):
        problems = refused(workflow.record_division_meeting, held(attended=frozenset({out.pk})), **deed(office))
        assert list(problems) == ["attended"]
    end = {"ends_on": date(2021, 3, 8), **deed(office), "version": 0}
    assert list(refused(workflow.end_expert, there.pk, **end)) == ["ends_on"]
    later = serving(starts_on=date(2021, 3, 10))
    assert list(refused(workflow.change_expert, there.pk, HONG, later, **deed(office), version=0)) == ["starts_on"]
    moved = serving(code="TRA")
    assert list(refused(workflow.change_expert, there.pk, HONG, moved, **deed(office), version=0)) == ["division"]
    workflow.end_expert(there.pk, ends_on=date(2021, 3, 9), **deed(office), version=0)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"on": DAY + timedelta(days=1)}, "held_on"),
        ({"on": date(1021, 3, 1)}, "held_on"),
        ({"topic": ""}, "topic_ko"),
        ({"topic": "가" * 201}, "topic_ko"),
        ({"outcome": "가" * 3001}, "outcome"),
        ({"others": -1}, "others"),
        ({"no": 0}, "no"),
    ],
)
def test_a_meeting_that_is_refused(office, more, field):
    assert list(refused(workflow.record_division_meeting, held(**more), **deed(office))) == [field]


def test_meetings_are_numbered_in_their_division(office):
    numbers = [meeting(office, **more).no for more in ({}, {}, {"code": "TRA"}, {"no": 9}, {})]
    assert numbers == [1, 2, 1, 9, 10]
    assert list(refused(workflow.record_division_meeting, held(no=9), **deed(office))) == ["no"]


def test_a_meeting_that_is_put_right(office):
    a, b = expert(office), expert(office, Who("임꺽정"))
    made = meeting(office, a)
    put_right = held(attended=frozenset({b.pk}), no=1, outcome="결과", others=3)
    workflow.change_division_meeting(made.pk, put_right, **deed(office), version=0)
    assert list(Seat.objects.values_list("expert", flat=True)) == [b.pk]
    assert findings() == []
    with pytest.raises(Conflict):
        workflow.change_division_meeting(made.pk, held(no=1), **deed(office), version=0)
    assert list(refused(workflow.change_division_meeting, made.pk, put_right, **deed(office), version=1)) == ["__all__"]


def test_the_same_key_with_another_name(office):
    who = deed(office)
    workflow.register_expert(HONG, serving(), **who)
    with pytest.raises(KeyReused):
        workflow.register_expert(Who("임꺽정"), serving(), **who)


# Forgetting


def test_forgetting_leaves_the_seat_and_the_record_whole(office):
    made = expert(office)
    meeting(office, made)
    workflow.forget_expert(made.pk, **deed(office), version=0)
    assert not ExpertPerson.objects.exists()
    assert counting.experts(DAY) == 1
    assert counting.meetings(DAY) == 1
    assert findings() == []
    with pytest.raises(WrongState):
        workflow.forget_expert(made.pk, **deed(office), version=1)
    with pytest.raises(Conflict):
        workflow.change_expert(made.pk, HONG, serving(), **deed(office), version=1)
    workflow.change_expert(made.pk, None, serving(ministry="MOTIE"), **deed(office), version=1)
    workflow.end_expert(made.pk, ends_on=DAY, **deed(office), version=2)
    assert findings() == []


def test_personal_data_that_were_altered_are_found(office):
    made = expert(office)
    ExpertPerson.objects.filter(expert=made).update(affiliation="다른 연구원")
    (line,) = findings()
    assert f"expert {made.pk}" in line
    assert "다른 연구원" not in line
