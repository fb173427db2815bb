"""The working group's register: what is counted on a day, who may be known, what the record keeps, and what is refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from ministries.models import Ministry
from records.errors import Conflict, Forbidden, Invalid, KeyReused, WrongState
from records.models import Event, Receipt
from scenarios import counting, facts, workflow
from scenarios.models import DivisionMeeting, Expert, ExpertPerson, Seat
from scenarios.workflow import Serving, Who
from tests.pages import filled, page, visitor
from tests.scenarios import group_scene as scene
from tests.scenarios.group_scene import DAY, HONG, SINCE, deed, expert, findings, held, meeting, serving

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
        "FINAL-EXPERTS": 2,
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
        found = facts.working_group_facts(DAY)
    assert [fact.code for fact in found] == ["TF2-EXPERTS", "TF2-MEETINGS", "experts", "meetings", "ministries"]
    assert found[0].words == ("Experts: 82 published (Second meeting, Q1 2021); 1 registered as of Wed 31 Mar 2021")
    assert (found[0].number, found[0].counted, found[0].sources) == (82, 1, ("https://a.example", "https://b.example"))
    assert found[2].words == "Experts: 1 registered as of Tue 16 Mar 2021"
    assert "FINAL-EXPERTS" in {fact.code for fact in facts.working_group_facts(date(2021, 6, 30))}


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


def test_a_receipt_does_not_tell_who_it_was(office):
    """Of a receipt, which is kept for ever, nobody can tell a person who was removed by trying names out."""
    from records.chain import sha256

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


# Pages


def pages() -> Iterator[str]:
    yield from (ROOT, f"{ROOT}divisions/TWG-IND/", f"{ROOT}?as_of=2021-02-01&weeks=4", f"{ROOT}?as_of=gestern&weeks=x")
    yield from (f"{ROOT}export/{what}.csv" for what in ("divisions", "meetings"))


@pytest.mark.parametrize("who", ["me_officer", "fsc_approver", "motie_officer", "reader"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_nobody_but_the_office_reads_who_they_are(office, people, who, language):
    made = expert(office)
    meeting(office, made)
    reader = visitor(people[who], language=language)
    for address in pages():
        answer = reader.get(address)
        assert answer.status_code == 200, address
        text = text_of(answer)
        assert not any(word in text for word in (HONG.name, HONG.affiliation, HONG.position, HONG.email)), address
    for name, args in (
        ("list_experts", []),
        ("change_expert", [made.pk]),
        ("forget_expert", [made.pk]),
        ("export_working_group", ["experts", "csv"]),
        ("download_working_group", []),
        ("register_expert", []),
    ):
        assert reader.get(reverse(name, args=args)).status_code == 403, name


def test_the_office_reads_who_they_are(office):
    made = expert(office)
    meeting(office, made, outcome="전제 합의")
    browser = visitor(office)
    text = page(browser.get(f"{ROOT}divisions/TWG-IND/")).text
    assert all(word in text for word in (HONG.name, HONG.affiliation, "1 of 1 experts", "전제 합의"))
    assert HONG.name in page(browser.get(f"{ROOT}experts/")).text
    assert HONG.name not in page(browser.get(f"{ROOT}experts/?ministry=MOTIE")).text
    export = text_of(browser.get(f"{ROOT}export/experts.csv"))
    assert HONG.email in export
    assert browser.get(f"{ROOT}export/nothing.csv").status_code == 404
    assert browser.get(f"{ROOT}export/divisions.doc").status_code == 404


def test_the_page_says_that_the_register_is_incomplete(office):
    expert(office)
    text = page(visitor(office).get(ROOT)).text
    assert "The register is incomplete as of Wed 31 Mar 2021: 81 fewer than published." in text
    assert "Q1 2021" in text
    assert "Seen in a stored page" in text
    korean = page(visitor(office, language="ko").get(ROOT)).text
    assert "온실가스종합정보센터" in korean
    assert "2021년 1분기" in korean


def test_any_day_can_be_asked_for(office):
    expert(office, starts_on=date(2021, 2, 1), ends_on=date(2021, 2, 28))
    browser = visitor(office)
    for day, number in (("2021-01-31", "0"), ("2021-02-28", "1"), ("2021-03-01", "0")):
        totals = page(browser.get(f"{ROOT}?as_of={day}")).one("dl", class_="totals")
        assert totals.all("dd")[0].text == number, day
    assert browser.get(f"{ROOT}divisions/TWG-IND/?as_of=0001-01-01").status_code == 200


def test_an_empty_group_says_what_next(office):
    text = page(visitor(office).get(f"{ROOT}divisions/TWG-TRA/")).text
    assert "Nobody is registered in this division as of that day." in text
    assert "No meeting of this division is in the register as of that day." in text


def text_of(answer: Any) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()  # type: ignore[no-any-return]


def send(browser: Client, address: str, **changed: str) -> Any:
    fields = filled(page(browser.get(address)), address) | {name: [value] for name, value in changed.items()}
    return browser.post(address, fields)


def test_an_expert_comes_by_the_form(office):
    browser, address = visitor(office), f"{ROOT}experts/new/"
    bad = send(browser, address, name="홍길동", division="TWG-IND", ministry="ME", starts_on="")
    assert bad.status_code == 422
    assert page(bad).one("input", id="name")["value"] == "홍길동"
    assert page(bad).one("p", id="starts_on-error").text == "Give a date."
    good = send(browser, address, name="홍길동", division="TWG-IND", ministry="ME", starts_on="2021-01-11")
    assert good.status_code == 302
    made = Expert.objects.get()
    change = f"{ROOT}experts/{made.pk}/"
    assert send(browser, change, affiliation="새 연구원").status_code == 302
    assert ExpertPerson.objects.get().affiliation == "새 연구원"
    stale = browser.post(change, {**scene.body("change_expert"), "version": "0"})
    assert stale.status_code == 409
    assert "새 연구원" in page(stale).text
    assert page(stale).one("input", id="name")["value"] == "임꺽정"


def test_ending_and_forgetting_by_the_page(office):
    made, browser = expert(office), visitor(office)
    change = f"{ROOT}experts/{made.pk}/"
    end = filled(page(browser.get(change)), f"{change}end/")
    refused = browser.post(f"{change}end/", end | {"ends_on": ["2021-01-01"]})
    assert refused.status_code == 422
    assert page(refused).one("input", id="last-day")["value"] == "2021-01-01"
    assert browser.post(f"{change}end/", end | {"ends_on": ["2021-03-16"]}).status_code == 302
    forget = filled(page(browser.get(f"{change}forget/")), f"{change}forget/")
    forget.pop("sure", None)
    assert browser.post(f"{change}forget/", forget).status_code == 422
    assert browser.post(f"{change}forget/", forget | {"sure": ["on"]}).status_code == 302
    assert not ExpertPerson.objects.exists()
    assert f"#{made.pk}" in page(browser.get(f"{ROOT}divisions/TWG-IND/?as_of=2021-03-16")).text
    assert browser.get(change).status_code == 200


def test_the_ticks_of_a_meeting_are_those_of_its_day(office):
    browser, address = visitor(office), f"{ROOT}divisions/TWG-IND/meetings/new/"
    made = expert(office, starts_on=date(2021, 2, 1), ends_on=date(2021, 2, 28))
    assert not page(browser.get(address)).all("input", name="attended")
    before = DivisionMeeting.objects.count()
    looked = send(browser, address, held_on="2021-02-10", topic_ko="전망", look="1")
    assert looked.status_code == 200
    assert page(looked).one("input", name="attended")["value"] == str(made.pk)
    assert page(looked).one("input", id="topic_ko")["value"] == "전망"
    assert DivisionMeeting.objects.count() == before
    sent = send(browser, address, held_on="2021-02-10", topic_ko="전망", attended=str(made.pk))
    assert sent.status_code == 302
    met = DivisionMeeting.objects.get()
    assert met.seats.count() == 1
    change = f"{ROOT}meetings/{met.pk}/"
    out = send(browser, change, held_on="2021-03-09")
    assert out.status_code == 422
    assert page(out).one("p", id="attended-error").text.startswith("Somebody who is ticked")
    assert send(browser, change, outcome="결과").status_code == 302


def test_missing_rows_are_404(office):
    browser = visitor(office)
    for address in ("divisions/NONE/", "experts/9/", f"experts/{2**70}/", "meetings/9/", "experts/9/forget/"):
        assert browser.get(f"{ROOT}{address}").status_code == 404, address


def test_the_serving_of_a_row_and_of_the_form_agree(office):
    assert Serving.of(expert(office)) == serving()
