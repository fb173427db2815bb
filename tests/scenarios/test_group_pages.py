"""The working group's pages as each reader sees them, and its forms as the office sends them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ministries.models import User
from scenarios.models import DivisionMeeting, Expert, ExpertPerson
from scenarios.workflow import Who
from tests.cast import TaskForce
from tests.pages import filled, page, visitor
from tests.scenarios import group_scene as scene
from tests.scenarios.group_scene import HONG, expert, meeting

pytestmark = [pytest.mark.django_db, pytest.mark.either]
ROOT = "/working-group/"


@pytest.fixture
def office(task_force: TaskForce, domain_time: object) -> User:
    scene.group()
    return task_force.people["coordinator"]


@pytest.fixture
def people(task_force: TaskForce) -> dict[str, User]:
    return task_force.people


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
    assert "The register is incomplete as of Tue 16 Mar 2021: 81 fewer than published." in text
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
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


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


@pytest.mark.parametrize("address", ["", "divisions/TWG-IND/", "experts/", "export/meetings.csv"])
def test_queries_do_not_grow_with_the_register(office, address):
    def queries() -> int:
        browser = visitor(office)
        text_of(browser.get(f"{ROOT}{address}"))  # what is remembered between pages is read now
        with CaptureQueriesContext(connection) as seen:
            text_of(browser.get(f"{ROOT}{address}"))
        return len(seen)

    meeting(office, expert(office))
    few = queries()
    meeting(office, *(expert(office, Who(f"전문가 {number}")) for number in range(4)))
    meeting(office, code="TRA")
    assert queries() == few


def test_missing_rows_are_404(office):
    browser = visitor(office)
    for address in ("divisions/NONE/", "experts/9/", f"experts/{2**70}/", "meetings/9/", "experts/9/forget/"):
        assert browser.get(f"{ROOT}{address}").status_code == 404, address
