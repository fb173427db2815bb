"""Receipts can be looked up and printed: what was sent, when, by whom, in what office, with which covering letter."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import Posting
from tasks.models import Submission
from tests import builders
from tests.pages import page, visitor

pytestmark = pytest.mark.either


@pytest.fixture
def sent(task_force, reports, me_officer, at, domain_time) -> str:
    """ME-01 and ME-03 in one answer under a covering letter; the officer's unit is known."""
    Posting.objects.filter(user=me_officer).update(unit_ko="기후전략과", unit_en="Climate Strategy")
    officer = type(me_officer).objects.get(pk=me_officer.pk)
    for code in ("ME-01", "ME-03"):
        builders.write(reports[code], by=officer, at=at)
    receipt = builders.submit(reports["ME-01"], reports["ME-03"], by=officer, at=at, letter_no="기후전략과-123")
    return str(receipt.number)


@pytest.mark.parametrize("typed", ["2-ME-0001", " 2-me-0001 ", "2 – ME – 0001", "2—me—0001"])
def test_a_number_leads_to_its_receipt(sent, coordinator, typed):
    answer = visitor(coordinator).get("/submissions/", {"number": typed})
    assert answer.headers["Location"] == f"/submissions/{sent}/"


@pytest.mark.parametrize("typed", ["0001", "me", "기후전략과-123", "기후전략"])
def test_a_part_of_it_finds_all_that_hold_it(sent, me_officer, typed):
    answer = page(visitor(me_officer).get("/submissions/", {"number": typed}))
    assert sent in [link.text for link in answer.one("table").all("a")]


@pytest.mark.parametrize("typed", ["9-XX-9999", "\0", "%", "_" * 3000, "' OR 1=1"])
def test_what_is_not_there_is_said_and_nothing_breaks(sent, coordinator, typed):
    answer = visitor(coordinator).get("/submissions/", {"number": typed})
    assert answer.status_code == 200
    if typed != "\0":
        assert "No receipt with" in page(answer).text


def test_each_ministry_finds_its_own(sent, me_officer, msit_officer, coordinator):
    numbers = {
        name: {link.text for link in page(visitor(user).get("/submissions/")).one("table").all("a")}
        for name, user in {"me": me_officer, "msit": msit_officer, "office": coordinator}.items()
    }
    assert numbers["me"] == {sent, "1-ME-0001"}
    assert numbers["msit"] == {"1-MSIT-0001"}
    assert numbers["office"] == set(Submission.objects.values_list("number", flat=True))
    assert visitor(msit_officer).get("/submissions/", {"number": sent}).status_code == 200, "not a hint that it exists"


def test_the_receipt_says_what_a_director_asks(sent, me_officer):
    """One page: number, second, person and office, letter, each task with its light, and the place in the record."""
    answer = page(visitor(me_officer).get(f"/submissions/{sent}/"))
    for words in (sent, "14:00:00", "Kim Haneul", "Ministry of Environment Climate Strategy Officer", "기후전략과-123"):
        assert words in answer.text, words
    event = Submission.objects.get(number=sent).event
    assert f"event {event.seq}, {event.hash[:8]}" in answer.text
    assert [row.text for row in answer.one("table").all("span", class_="code")] == ["ME-01", "ME-03"]


def test_the_office_held_then_stands_there_though_the_person_moved(sent, me_officer):
    """It is the record's, not today's posting."""
    Posting.objects.filter(user=me_officer).update(unit_ko="다른과", unit_en="Another Unit")
    text = page(visitor(me_officer).get(f"/submissions/{sent}/")).text
    assert "Climate Strategy" in text
    assert "Another Unit" not in text


def test_fifty_receipts_take_as_many_queries_as_one(sent, coordinator):
    browser = visitor(coordinator)
    with CaptureQueriesContext(connection) as few:
        browser.get("/submissions/", {"number": "2-ME"})
    with CaptureQueriesContext(connection) as many:
        browser.get("/submissions/")
    assert len(many) <= len(few) + 1, "one more for the names of another round"
