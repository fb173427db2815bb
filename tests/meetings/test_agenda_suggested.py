"""What is suggested for an agenda: its numbers are those of the board's lists, and it knows what is on the agenda."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.http import QueryDict

from meetings import suggesting, workflow
from meetings.models import Attendance, Closing, Decision, DecisionTask, Meeting
from meetings.reasons import of_plain
from ministries.models import User
from records.errors import WrongState
from tasks import board
from tasks.models import Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import fields, filled, page, visitor
from tests.tasks.test_races import at_once, kinds

from . import agenda_scene as scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(task_force: TaskForce, me_officer: User, msit_officer: User, coordinator: User, at: Any) -> TaskForce:
    """In round 2: ME-01 moved a date, ME-04 asks MSIT and is in trouble, MSIT-01 has to be reviewed; ME-03 and ME-06
    still show last round's attention."""
    reports = task_force.reports
    moving = builders.moved(reports["ME-01"].task.milestones.get())
    builders.write(reports["ME-01"], by=me_officer, at=at, milestones=moving)
    builders.write(reports["ME-04"], by=me_officer, at=at, **builders.troubled(addressed_to=["MSIT"]))
    builders.submit(reports["ME-01"], reports["ME-04"], by=me_officer, at=at)
    builders.write(reports["MSIT-01"], by=msit_officer, at=at, **builders.troubled() | {"light": "review_needed"})
    builders.submit(reports["MSIT-01"], by=msit_officer, at=at)
    return task_force


@pytest.fixture
def meeting(told: TaskForce, coordinator: User, at: Any) -> Meeting:
    return scene.meeting(told.round_2, told.ministries["ME"], told.ministries["MSIT"], by=coordinator, at=at)


def codes(suggestions: suggesting.Suggestions) -> dict[str, list[str]]:
    return {one.key: [tile.code for tile in one.tasks] for one in suggestions.all}


def test_what_is_red_moved_or_asked_is_suggested_the_dearest_first(meeting, coordinator, at):
    read = suggesting.read(meeting, user=coordinator, at=at)
    assert codes(read) == {
        "review_needed-MSIT": ["MSIT-01"],
        "attention": ["ME-03", "ME-04", "ME-06"],
        "requests": ["ME-04"],
        "moved": ["ME-01"],
    }
    assert list(codes(read)) == ["review_needed-MSIT", "attention", "requests", "moved"]
    first, second = read.all[:2]
    assert first.titles == ("과기정통부 과제 점검", "Tasks: Science and ICT"), "nobody accepted the lights yet"
    assert (first.title, first.goes_out_as) == ("과기정통부 재검토 필요 과제 점검", "과기정통부 과제 점검")
    assert second.presenter is not None
    assert second.presenter.ministry.code == "ME", "all of them are of one ministry"


def test_every_number_of_a_reason_is_that_of_the_list_behind_it(meeting, coordinator, at):
    """Counted again by the board itself, from the address that the number leads to."""
    read = suggesting.read(meeting, user=coordinator, at=at)
    numbers = [row for one in read.all for row in one.reason.counted]
    assert len(numbers) == 4
    for row in numbers:
        found = board.build(meeting.round, QueryDict(row.query[1:]), user=coordinator, at=at).found
        assert len(found) == row.number, row
    for one in read.all:
        (row,) = one.reason.counted
        found = board.build(meeting.round, QueryDict(row.query[1:]), user=coordinator, at=at).found
        assert [tile.code for tile in found] == [tile.code for tile in one.tasks]


def test_after_the_freeze_the_numbers_are_those_of_the_frozen_board(meeting, told, coordinator, at, domain_time):
    builders.freeze(told.round_2, by=coordinator, at=at)
    meeting.round.refresh_from_db()
    read = suggesting.read(meeting, user=coordinator, at=at)
    assert "no_reply" in codes(read)
    first = read.all[0]
    assert first.titles == ("과기정통부 재검토 필요 과제 점검", "Tasks that need review: Science and ICT")
    assert first.goes_out_as == ""
    answer = visitor(coordinator).get("/meetings/2/agenda/")
    links = [a["href"] for li in page(answer).all("p", class_="why") for a in li.all("a")]
    assert links
    assert all(link.startswith("/rounds/2/?") for link in links)
    for one in read.all:
        for row in one.reason.counted:
            shown = visitor(coordinator).get(f"/rounds/2/{row.query}").context["board"]
            assert len(shown.found) == row.number


def test_tasks_without_a_reply_are_suggested_once_it_is_due(meeting, coordinator, at):
    late = kst(2021, 3, 19, 18) + timedelta(microseconds=1)
    assert "no_reply" not in codes(suggesting.read(meeting, user=coordinator, at=kst(2021, 3, 19, 18)))
    read = codes(suggesting.read(meeting, user=coordinator, at=late))
    assert read["no_reply"] == ["FSC-01", "FSC-02", "ME-02", "ME-03", "ME-05", "ME-06", "MSIT-02"]


def test_what_is_on_the_agenda_is_not_suggested_again(meeting, coordinator, at):
    scene.add(meeting, by=coordinator, at=at, tasks=("ME-04", "MSIT-01"))
    read = suggesting.read(meeting, user=coordinator, at=at)
    assert codes(read) == {"attention": ["ME-03", "ME-06"], "moved": ["ME-01"]}
    attention = read.all[0]
    assert (attention.reason.counted[0].number, attention.covered) == (3, 1), "the list behind it still has three"


def test_many_ministries_in_trouble_get_one_suggestion_together(told, coordinator, at):
    for no in range(suggesting.BY_MINISTRY):
        ministry = builders.ministry(f"X{no}")
        task = builders.task(f"X{no}-01", ministry)
        officer = builders.person(f"x{no}", "officer", ministry)
        builders.add_to_roster(told.round_2, task, by=coordinator, at=at)
        report = told.round_2.reports.get(task=task)
        builders.write(report, by=officer, at=at, **builders.troubled() | {"light": "review_needed"})
        builders.submit(report, by=officer, at=at)
    meeting = scene.meeting(told.round_2, by=coordinator, at=at)
    read = suggesting.read(meeting, user=coordinator, at=at)
    assert read.all[0].key == "review_needed"
    assert len(read.all[0].tasks) == suggesting.BY_MINISTRY + 1
    assert read.all[0].presenter is None


# Decisions


@pytest.fixture
def earlier(told: TaskForce, coordinator: User, at: Any) -> Meeting:
    """The first meeting, with its outcome confirmed: two decisions open, one of them late, one closed, one exhortation,
    one withdrawn."""
    first = scene.meeting(told.round_1, told.ministries["ME"], by=coordinator, at=at, no=1)
    columns = {"meeting": first, "by": coordinator, "at": at, "lead": told.ministries["ME"]}
    for no, (due, more) in enumerate(
        (
            (date(2021, 4, 9), {}),
            (date(2021, 3, 15), {}),
            (date(2021, 3, 15), {}),
            (None, {"kind": "exhortation", "lead": None}),
            (date(2021, 3, 15), {"withdrawn_at": at}),
        ),
        1,
    ):
        row = {"kind": "action", "text_ko": f"지시 {no}", "due_on": due}
        Decision.objects.create(no=no, **(columns | row | more))
    DecisionTask.objects.create(decision=first.decisions.get(no=1), task=Task.objects.get(code="ME-05"))
    Closing.objects.create(decision=first.decisions.get(no=3), closes=True, by=coordinator, at=at)
    Meeting.objects.filter(pk=first.pk).update(circulated_at=at, comments_until=at + timedelta(days=1), frozen_at=at)
    return first


def test_what_was_left_open_last_time_is_suggested(earlier, meeting, coordinator, at):
    read = suggesting.read(meeting, user=coordinator, at=at)
    one = read.find("decisions")
    assert one is not None
    assert [row.no for row in one.decisions] == [1, 2]
    assert [(row.what, row.number) for row in one.reason.counted] == [("open_decisions", 2), ("overdue_decisions", 1)]
    assert one.draft.tasks == ("ME-05",)
    day = date(2021, 3, 16)
    assert one.reason.counted[0].number == Decision.objects.open().count()
    assert one.reason.counted[1].number == Decision.objects.overdue(day).count()


def test_a_decision_that_an_item_takes_up_is_not_suggested_again(earlier, meeting, coordinator, at):
    one = suggesting.read(meeting, user=coordinator, at=at).find("decisions")
    assert one is not None
    receipt = workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=builders.key())
    item = meeting.items.get(pk=receipt.event.object_id)
    assert of_plain(item.reason) == one.reason, "why it was suggested is kept with it"
    assert suggesting.read(meeting, user=coordinator, at=at).find("decisions") is None
    assert scene.differences(meeting) == []


# Taking one


def test_a_suggestion_is_taken_with_its_reason(meeting, coordinator, domain_time):
    browser = visitor(coordinator)
    shown = page(browser.get("/meetings/2/agenda/"))
    forms = shown.all("form", action="/meetings/2/agenda/take/")
    assert len(forms) == 4
    sent = fields(shown, forms[1])
    for _click in range(2):
        assert browser.post("/meetings/2/agenda/take/", sent).status_code == 302
    item = meeting.items.get()
    assert (item.title_ko, item.kind) == ("환경부 과제 점검", "review")
    assert [row.task.code for row in item.of_tasks.all()] == ["ME-03", "ME-04", "ME-06"]
    after = page(browser.get("/meetings/2/agenda/"))
    why = after.one("li", id=f"item-{item.pk}").all("a", aria_label="Attention: 3")
    assert [link["href"] for link in why] == ["/board/?light=attention"]
    stale = browser.post("/meetings/2/agenda/take/", sent | {"key": [str(builders.key())]})
    assert stale.status_code == 409
    assert meeting.items.count() == 1
    assert scene.differences(meeting) == []


@pytest.mark.parametrize("kind", ["review_needed-MSIT", "attention", "requests", "moved"])
def test_while_the_round_is_open_no_title_and_no_number_tells_what_is_not_accepted(
    meeting, told, coordinator, fsc_officer, reader, at, domain_time, kind
):
    Attendance.objects.create(meeting=meeting, ministry=told.ministries["FSC"])
    one = suggesting.read(meeting, user=coordinator, at=at).find(kind)
    assert one is not None
    workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=builders.key())
    item = meeting.items.get()
    scene.show(meeting, by=coordinator, at=at)
    for user in (fsc_officer, reader):
        for path in ("/meetings/2/", f"/meetings/2/items/{item.pk}/", "/meetings/2/projector/?page=all"):
            answer = visitor(user).get(path)
            assert answer.status_code == 200, path
            text = page(answer).one("main").text
            assert item.title_en in text
            for word in (*(title for _korean, title in suggesting.TITLES.values()), "Why suggested"):
                assert word not in text, (user, path)
    assert "Why suggested" in page(visitor(coordinator).get(f"/meetings/2/items/{item.pk}/")).text
    builders.freeze(told.round_2, by=coordinator, at=at)
    assert "Why suggested" in page(visitor(fsc_officer).get(f"/meetings/2/items/{item.pk}/")).text


def test_the_office_reads_under_which_title_a_suggestion_goes_out(meeting, told, coordinator, at, domain_time):
    browser = visitor(coordinator)
    said = "“Tasks: Science and ICT”"
    for path in ("/meetings/2/agenda/", "/meetings/2/agenda/add/?take=review_needed-MSIT"):
        assert said in page(browser.get(path)).text
    builders.freeze(told.round_2, by=coordinator, at=at)
    assert "“" not in page(browser.get("/meetings/2/agenda/add/?take=review_needed-MSIT")).one("main").text


@pytest.mark.django_db(transaction=True)
def test_one_suggestion_that_several_take_at_once_is_one_item(meeting, coordinator, coordinator_2, at):
    """All of them have read the suggestion before any of them takes it."""
    draft = suggesting.read(meeting, user=coordinator, at=at).all[1].draft
    people = (coordinator, coordinator_2, coordinator)
    takes = [partial(workflow.add_item, meeting.pk, draft, by=by, at=at, key=builders.key()) for by in people]
    came = at_once(*takes)
    assert kinds(came) == ["Receipt", "WrongState", "WrongState"]
    assert meeting.items.count() == 1
    assert scene.differences(meeting) == []


def test_the_open_decisions_are_taken_once(earlier, meeting, coordinator, at):
    one = suggesting.read(meeting, user=coordinator, at=at).find("decisions")
    assert one is not None
    workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=builders.key())
    with pytest.raises(WrongState):
        workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=builders.key())


def test_a_suggestion_can_be_changed_before_it_is_taken(meeting, coordinator, domain_time):
    browser = visitor(coordinator)
    form = filled(page(browser.get("/meetings/2/agenda/add/?take=attention")), "/meetings/2/agenda/add/")
    assert form["task"] == ["ME-03", "ME-04", "ME-06"]
    form |= {"task": ["ME-04"], "title_ko": ["환경부 과제"]}
    assert browser.post("/meetings/2/agenda/add/", form).status_code == 302
    item = meeting.items.get()
    assert [row.task.code for row in item.of_tasks.all()] == ["ME-04"]
    assert item.reason["kind"] == "attention"


def test_a_meeting_without_a_round_suggests_what_was_left_open_alone(earlier, told, coordinator, at, domain_time):
    meeting = scene.meeting(None, by=coordinator, at=at, no=3)
    assert list(codes(suggesting.read(meeting, user=coordinator, at=at))) == ["decisions"]
    assert visitor(coordinator).get("/meetings/3/agenda/").status_code == 200


def test_the_queries_stay_as_many(meeting, earlier, told, coordinator, at, django_assert_max_num_queries):
    suggesting.read(meeting, user=coordinator, at=at)  # who they are is looked up once
    with django_assert_max_num_queries(25) as few:
        suggesting.read(meeting, user=coordinator, at=at)
    for no in range(10):
        task = builders.task(f"ME-5{no}", told.ministries["ME"])
        builders.add_to_roster(told.round_2, task, by=coordinator, at=at)
        scene.add(meeting, f"안건 {no}", by=coordinator, at=at, tasks=(task.code,))
    with django_assert_max_num_queries(len(few)) as many:
        suggesting.read(meeting, user=coordinator, at=at)
    assert len(many) == len(few)
