"""What outcomes ask of ministries and of the office, and where they read it: on their homes, in the menu and in the list
of meetings."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings import menu, waiting, workflow
from meetings.errands import of_user as errands_of_meetings
from meetings.models import Attendance, Decision, Meeting
from ministries.models import User
from tasks import providers
from tests import builders
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import page, visitor

from . import outcome_scene as scene

pytestmark = pytest.mark.either

NAMES = ("coordinator", "me_officer", "motie_officer", "fsc_approver", "reader")


@pytest.fixture
def people(task_force: TaskForce, domain_time: Any) -> dict[str, User]:
    return task_force.people


def bring(place: str, task_force: TaskForce, at: Any) -> Meeting:
    """The places of the scene, and those that the office gets to by waiting or by what a ministry says."""
    if place == "held":
        meeting = scene.bring("writing", task_force, at=at)
        Attendance.objects.filter(meeting=meeting).update(is_present=True)
        return meeting
    if place in ("quiet", "silent"):
        meeting = scene.decided(task_force)
        ends = at - timedelta(seconds=1) if place == "quiet" else at
        return scene.circulate(meeting, by=task_force.people["coordinator"], until=ends)
    meeting = scene.bring("notified" if place in ("carried out", "answered", "settled") else place, task_force, at=at)
    officer: dict[str, Any] = {"by": task_force.people["me_officer"], "at": at, "key": key()}
    if place == "carried out":
        workflow.follow_up(Decision.objects.get(no=1).pk, progress="done", text="ㅇ 마침", **officer)
    if place == "settled":
        objection = scene.object_to(meeting, task_force.ministries["ME"], by=task_force.people["me_officer"], at=at)
        office: dict[str, Any] = {"by": task_force.people["coordinator"], "at": at, "key": key()}
        workflow.answer_objection(objection.pk, text="회의에서 정함", **office)
    if place == "answered":
        me = task_force.ministries["ME"].pk
        workflow.answer_notification(meeting.pk, ministry=me, agrees=True, **officer)
    return meeting


def errands(user: User, at: Any) -> str:
    with translation.override("en"):
        return ", ".join(row.text.removeprefix("Meeting 1: ") for row in providers.errands_of(user, at=at))


# What waits for whom in each place. C to comment, N the notice, W to write, A to answer, S to confirm, T to notify,
# O an objection, D one to close.
WAITS = """
             coordinator me_officer motie_officer fsc_approver reader
writing      –           –          –             –            –
held         W           –          –             –            –
circulated   –           C          C             –            –
silent       –           C          C             –            –
commented    A           –          C             –            –
quiet        S           –          –             –            –
confirmed    T           –          –             –            –
notified     –           N          N             –            –
answered     –           –          N             –            –
objected     O           –          N             –            –
settled      –           –          N             –            –
carried_out  D           N          N             –            –
"""
WORDS = {
    "C": "Comment on the outcome",
    "N": "Answer the notice of the outcome",
    "W": "Write the outcome and circulate it",
    "A": "Answer 1 comment",
    "S": "Confirm the outcome",
    "T": "Notify the ministries of the outcome",
    "O": "Answer 1 objection",
    "D": "Close 1 decision",
}


@pytest.mark.parametrize("row", WAITS.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_what_waits_for_whom(task_force, people, at, row):
    place, *cells = row.split()
    bring(place.replace("_", " "), task_force, at)
    for name, cell in zip(NAMES, cells, strict=True):
        assert errands(people[name], at) == WORDS.get(cell, ""), name


@pytest.mark.parametrize("row", WAITS.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_the_menu_and_the_list_say_the_same(task_force, people, at, row):
    """Officers also count the decisions that they carry out."""
    place, *cells = row.split()
    bring(place.replace("_", " "), task_force, at)
    for name, cell in zip(NAMES, cells, strict=True):
        led = Decision.objects.open().owed_by(people[name].standing.officer_of).count()
        items = menu.items(people[name])
        assert (items[0].number() or 0) == led + (cell in WORDS), name
        found = page(visitor(people[name]).get("/meetings/")).text
        assert all((WORDS[letter] in found) == (letter == cell) for letter in WORDS), name


def test_each_leads_to_where_it_is_done(task_force, people, at):
    """Its address answers, and has the place that it names."""
    for place, anchor in (("commented", "comments"), ("objected", "notice")):
        bring(place, task_force, at)
        (row,) = providers.errands_of(people["coordinator"], at=at)
        address, _, found = row.url.partition("#")
        assert found == anchor
        assert page(visitor(people["coordinator"]).get(address)).all("h2", id=anchor)
        if place == "commented":
            return


def test_what_is_to_be_closed_is_the_list_that_its_number_counts(task_force, people, at):
    bring("carried out", task_force, at)
    (row,) = providers.errands_of(people["coordinator"], at=at)
    found = page(visitor(people["coordinator"]).get(row.url))
    assert "1 decision" in found.text
    assert "To close" in found.one("table").text


def test_it_says_until_when(task_force, people, at):
    bring("circulated", task_force, at)
    (row,) = providers.errands_of(people["me_officer"], at=at)
    assert row.due_at == at + timedelta(days=1)
    assert not row.is_overdue


def test_of_many_the_number_is_said(task_force, people, at):
    meeting = bring("commented", task_force, at)
    scene.comment(meeting, task_force.ministries["MOTIE"], "기한 조정", by=people["motie_officer"], at=at)
    assert errands(people["coordinator"], at) == "Answer 2 comments"


def test_whose_it_is_where_somebody_works_for_two(task_force, people, at):
    builders.posting(people["motie_officer"], "officer", task_force.ministries["ME"])
    bring("notified", task_force, at)
    person = User.objects.get(pk=people["motie_officer"].pk)
    said = errands(person, at)
    assert said == f"{WORDS['N']} (Environment), {WORDS['N']} (Industry)"


def test_what_is_overdue_comes_first_then_what_is_due_soonest(monkeypatch, people, at):
    rows = [
        providers.Errand("later", "/", at + timedelta(days=2)),
        providers.Errand("never", "/"),
        providers.Errand("soon", "/", at + timedelta(hours=1)),
        providers.Errand("late", "/", at - timedelta(days=1), is_overdue=True),
    ]
    monkeypatch.setattr(providers, "_errands", [])
    providers.register_errands(lambda user, at: rows)
    assert [row.text for row in providers.errands_of(people["reader"], at=at)] == ["late", "soon", "later", "never"]


# How dear it is


@pytest.mark.parametrize(("name", "number"), [("me_officer", 1), ("coordinator", 1), ("reader", 0)])
def test_where_nothing_waits_one_query_says_so(people, at, name, number):
    assert people[name].standing
    with CaptureQueriesContext(connection) as queries:
        assert errands_of_meetings(people[name], at) == []
    assert len(queries) == number


def test_as_many_queries_for_more(task_force, people, at):
    bring("notified", task_force, at)
    assert people["me_officer"].standing
    counts = []
    for no in (2, 3):
        meeting = scene.planned(task_force, no=no)
        scene.record(meeting, "발굴할 것", by=people["coordinator"])
        scene.circulate(meeting, by=people["coordinator"], until=at, has_empty=True)
        with CaptureQueriesContext(connection) as queries:
            assert waiting.of_user(people["me_officer"], at=at)
        counts.append(len(queries))
    assert counts == [1, 1]


# Where it stands

HOMES = [
    ("notified", "me_officer", "/my-tasks/", "N"),
    ("circulated", "motie_officer", "/my-tasks/", "C"),  # leads no task
    ("objected", "coordinator", "/board/", "O"),
]


@pytest.mark.parametrize("between", [False, True], ids=["collecting", "between rounds"])
@pytest.mark.parametrize(("place", "name", "path", "word"), HOMES)
def test_it_stands_on_the_persons_home(task_force, people, at, place, name, path, word, between):
    """Also between rounds, and where the ministry has no task."""
    if between:
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    bring(place, task_force, at)
    (row,) = providers.errands_of(people[name], at=at)
    found = page(visitor(people[name]).get(path))
    links = [link for link in found.one("main").all("a") if link["href"] == row.url]
    assert [link.text for link in links] == [f"Meeting 1: {WORDS[word]}"]


@pytest.mark.parametrize("between", [False, True], ids=["collecting", "between rounds"])
def test_it_stands_on_the_approvers_home(task_force, people, at, between):
    if between:
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    meeting = scene.decided(task_force, invited="ME FSC")
    scene.circulate(meeting, by=people["coordinator"], until=at + timedelta(days=1))
    text = page(visitor(people["fsc_approver"]).get("/sign-off/")).one("section", class_="errands").text
    assert "Comment on the outcome" in text
    assert "until Wed 17 Mar, 14:00" in text


def test_where_nothing_waits_the_homes_say_nothing(people):
    for name, path in (("me_officer", "/my-tasks/"), ("fsc_approver", "/sign-off/"), ("coordinator", "/board/")):
        found = page(visitor(people[name]).get(path))
        assert not found.all("section", class_="errands")
        assert not [row for row in found.all("a") if row["href"].startswith("/meetings/1")]


def test_a_ministry_reads_what_concerns_it_and_so_why_it_was_notified(task_force, people, at):
    """An exhortation that names nobody speaks to all who were invited."""
    bring("notified", task_force, at)
    mine = page(visitor(people["motie_officer"]).get("/meetings/1/outcome/")).one(
        "section", **{"aria-labelledby": "mine"}
    )
    assert [link.text for link in mine.all("a")] == ["1-01", "1-03"]


def test_who_is_present_needs_no_name_any_more(task_force, people, at):
    """Before the meeting the office's list names whom nobody announced; not those who were there."""
    meeting = scene.planned(task_force)
    Meeting.objects.filter(pk=meeting.pk).update(date=at.date())
    browser = visitor(people["coordinator"])
    assert "3 delegates not named" in page(browser.get("/meetings/")).text
    Attendance.objects.filter(meeting=meeting).update(is_present=True)
    assert "not named" not in page(browser.get("/meetings/")).text
