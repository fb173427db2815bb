"""Where numbers and lists have to agree: a decision that waits for its closing is late nowhere, the items of a circulated
outcome are counted for whoever comments on it, and a ministry is asked to name its delegate."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from meetings import carrying_out, reading, registers, suggesting, waiting
from meetings.documents import followed
from meetings.models import AgendaItem, Attendance, Decision, Meeting
from ministries.models import User
from tests.cast import TaskForce
from tests.pages import page, visitor

from . import outcome_scene as scene
from .test_follow_ups import close, numbered, reopen, say

OVERDUE = 2  # 1-02, which MSIT carries out, was due on 12 March


@pytest.fixture
def meeting(task_force: TaskForce, domain_time: Any) -> Meeting:
    return scene.notify(scene.confirmed(task_force), by=task_force.people["coordinator"])


def late(at: Any, by: User) -> dict[str, int]:
    """How many decisions are late, as each place counts them."""
    day = timezone.localdate(at)
    register = registers.read({"state": "overdue"}, user=by, at=at)
    next_one, _ = Meeting.objects.get_or_create(no=2, defaults={"name_ko": "회의", "date": day})
    with translation.override("en"):
        suggested = suggesting.read(next_one, user=by, at=at).all
        (suggestion,) = [row for row in suggested if row.kind == "decisions"]
        told = [row.state for row in followed.standing_on(next_one, at=at)]
    counted = {one.what: one.number for one in suggestion.reason.counted}
    return {
        "query": Decision.objects.overdue(day).count(),
        "register": len(register.found),
        "office": carrying_out.jobs(by, at)[0].number,
        "suggestion": counted.get("overdue_decisions", 0),
        "document": told.count("Open, past its day"),
        "ministries": sum(
            row.is_overdue
            for row in carrying_out.PROVIDER.of_ministries([numbered(2).lead_id or 0], round_=None, at=at)
        ),
    }


def test_what_was_carried_out_waits_for_its_closing_and_is_late_nowhere(meeting, task_force, coordinator, at):
    officer = task_force.people["msit_officer"]
    assert set(late(at, coordinator).values()) == {1}
    say(OVERDUE, "done", by=officer, at=at)
    assert set(late(at, coordinator).values()) == {0}
    assert [row.pk for row in waiting.carried_out()] == [numbered(OVERDUE).pk]
    assert len(registers.read({"state": "to_close"}, user=coordinator, at=at).found) == 1
    say(OVERDUE, "difficult", by=officer, at=at + timedelta(minutes=1))
    assert set(late(at + timedelta(minutes=1), coordinator).values()) == {1}


def test_opening_it_again_takes_the_word_back(meeting, task_force, coordinator, at):
    say(OVERDUE, "done", by=task_force.people["msit_officer"], at=at)
    close(OVERDUE, by=coordinator, at=at + timedelta(minutes=1))
    reopen(OVERDUE, by=coordinator, at=at + timedelta(minutes=2))
    assert set(late(at + timedelta(minutes=3), coordinator).values()) == {1}
    assert not waiting.carried_out().exists()
    assert registers.read({"state": "to_close"}, user=coordinator, at=at).found == []
    say(OVERDUE, "done", by=task_force.people["msit_officer"], at=at + timedelta(minutes=3))
    assert set(late(at + timedelta(minutes=4), coordinator).values()) == {0}


@pytest.mark.parametrize(("step", "officer", "reader"), [("writing", 0, 0), ("circulated", 2, 0), ("confirmed", 2, 2)])
def test_the_items_of_an_outcome_are_counted_for_whoever_reads_it(task_force, domain_time, at, step, officer, reader):
    """The agenda was never shown: the outcome lists its items all the same."""
    row, people = scene.bring(step, task_force, at=at), task_force.people
    for name, number in (("me_officer", officer), ("reader", reader), ("fsc_officer", 0)):
        assert reading.head(row, user=people[name]).items == number, name
    if officer:
        found = page(visitor(people["me_officer"]).get("/meetings/1/outcome/"))
        titles = [item.title_en for item in AgendaItem.objects.visible_to(people["me_officer"])]
        assert len(titles) == officer
        assert all(title in found.text for title in titles)


# Whom a ministry sends


def asked(user: User, at: Any) -> list[waiting.Waiting]:
    return [row for row in waiting.of_user(user, at=at) if row.kind is waiting.Kind.DELEGATE]


def test_a_ministry_is_asked_whom_it_sends_until_the_day_of_the_meeting(task_force, domain_time, at):
    row, officer = scene.planned(task_force), task_force.people["me_officer"]
    today = timezone.localdate(at)
    for day, number in ((today - timedelta(days=1), 0), (today, 1), (today + timedelta(days=9), 1), (None, 0)):
        Meeting.objects.filter(pk=row.pk).update(date=day)
        assert len(asked(officer, at)) == number, day
    assert asked(task_force.people["fsc_officer"], at) == []
    Meeting.objects.filter(pk=row.pk).update(date=date(2021, 6, 1))
    (one,) = asked(officer, at)
    assert one.until is not None
    assert timezone.localdate(one.until) == date(2021, 6, 1)
    assert one.url == "/meetings/1/delegate/?ministry=ME"
    assert visitor(officer).get(one.url).status_code == 200
    assert page(visitor(officer).get("/meetings/")).text.count("Name your delegate") == 1
    assert "Name your delegate" in page(visitor(officer).get("/my-tasks/")).text
    Attendance.objects.filter(meeting=row).update(position_ko="국장")
    assert asked(officer, at) == []


def test_what_is_late_is_said_in_red_above_the_list_of_a_ministry(meeting, task_force, at):
    browser = visitor(task_force.people["msit_officer"])
    demands = page(browser.get("/my-tasks/")).one("p", class_="demands")
    assert demands.one("b", class_="over").text == "1 overdue"
    say(OVERDUE, "done", by=task_force.people["msit_officer"], at=at)
    assert not page(browser.get("/my-tasks/")).one("p", class_="demands").all("b", class_="over")
