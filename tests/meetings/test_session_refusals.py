"""What the forms at the meeting refuse or point out: items that left, texts that turn, whoever is not invited."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.utils import translation

from meetings import workflow
from meetings.models import Attendance, Decision, Meeting, Note, Supporting
from meetings.workflow.planning import committed
from tests.builders import key
from tests.meetings.session_scene import action, begin, item, record, typed
from tests.pages import HTMX, Element, page, visitor

SESSION = "/meetings/2/session/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force, coordinator, at) -> Meeting:
    return begin(by=coordinator, at=at, round_=task_force.round_2, codes=("ME-01", "ME-06"))


@pytest.fixture
def office(meeting, coordinator):
    return visitor(coordinator)


def errors(answer: Element) -> dict[str, str]:
    return {row["id"]: row.text for row in answer.all("p", class_="err") if row.text}


@pytest.mark.parametrize("given", ["x", "-1", "999999", "1e3"])
def test_a_decision_about_no_item_that_there_is_is_refused(office, meeting, given):
    answer = office.post("/meetings/2/decisions/", typed(item=given))
    assert answer.status_code == 422
    assert errors(page(answer)) == {"item-error": "This item is not on the agenda any more."}
    assert not Decision.objects.exists()


@pytest.mark.parametrize("field", ["text_ko", "text_en"])
def test_a_decision_is_one_line_that_reads_one_way(office, meeting, field):
    answer = office.post("/meetings/2/decisions/", typed(**{field: "앞\u202e뒤"}))
    assert answer.status_code == 422
    assert errors(page(answer))[f"{field}-error"].startswith("Write it in one line")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("given", ["٢٠٢١-04-09", "２０２１-04-09"])
def test_digits_of_other_scripts_are_no_day(office, meeting, given):
    answer = page(office.post("/meetings/2/decisions/", typed(due_on=given)))
    assert errors(answer) == {"due_on-error": "Give a date."}


def test_who_is_named_and_not_invited_is_pointed_out(office, meeting, coordinator, at, motie):
    record(meeting, action(), by=coordinator, at=at)
    assert not page(office.get(SESSION)).all("p", id="uninvited")
    Attendance.objects.filter(meeting=meeting, ministry=motie).delete()
    said = page(office.get(SESSION)).one("p", id="uninvited")
    assert [row["title"] for row in said.all("abbr")] == ["Ministry of Trade, Industry and Energy"]
    assert [row["href"] for row in said.all("a")] == ["/meetings/2/invite/"]


def test_an_exhortation_that_names_nobody_says_to_whom_it_is(office, meeting):
    office.post("/meetings/2/decisions/", typed(kind="exhortation", supporting=[]))
    assert "All ministries" in page(office.get(SESSION)).one("tr", id=f"decision-{Decision.objects.get().pk}").text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_a_note_of_an_item_that_left_comes_back(office, meeting, coordinator, at, headers):
    first = item(meeting, 1)
    workflow.remove_item(first.pk, by=coordinator, at=at, key=key(), version=0)
    path = f"/meetings/2/session/items/{first.pk}/"
    answer = office.post(f"{path}note/", {"text": "나의 메모", "version": "0"}, headers=headers)
    assert answer.status_code == 409
    shown = page(answer)
    assert "This item is not on the agenda any more." in shown.text
    assert not shown.all("button", name="over")
    if not headers:
        assert shown.one("textarea", id="gone-text").raw_text.removeprefix("\n") == "나의 메모"
        assert "나의 메모" not in shown.one("textarea", id="note-text").raw_text, "that is another item's field"
    sent = {"text": "나의 메모", "version": "0", "item_version": "0", "done": "1", "key": str(key())}
    for body in (sent, {"item_version": "0", "done": "1", "key": str(key())}):
        assert office.post(f"{path}finish/", body).status_code == 409
    assert not Note.objects.exists()


def test_who_is_named_by_a_decision_that_stands_is_not_taken_off(task_force, meeting, coordinator, at):
    """The lead, and whoever supports it."""
    fsc, me = task_force.ministries["FSC"], task_force.ministries["ME"]
    assert not committed(meeting)
    row = {"kind": "action", "text_ko": "지시", "due_on": date(2021, 4, 9), "by": coordinator, "at": at}
    one = Decision.objects.create(meeting=meeting, no=1, lead=fsc, **row)
    Supporting.objects.create(decision=one, ministry=me)
    assert committed(meeting) == {fsc.pk, me.pk}
    Decision.objects.update(withdrawn_at=at)
    assert not committed(meeting)
