"""What holds of every page before a meeting, and where a round's pages lead to it."""

from typing import Any

import pytest

from meetings.models import Meeting
from records.models import Event
from tests import builders, test_site
from tests.cast import AT
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import LATER
from tests.meetings.test_planning_pages import CHANGE, LINK, PLAN, get
from tests.pages import dead_links, page, visitor

pytestmark = [pytest.mark.usefixtures("domain_time"), pytest.mark.either]


@pytest.fixture
def meeting(task_force, coordinator) -> Meeting:
    return scene.planned(coordinator, AT, round_id=task_force.round_2.pk, video_link=LINK)


# A round's pages lead to its meeting


def test_the_board_leads_to_the_meeting_for_those_who_may_open_it(meeting, task_force, coordinator, reader, me):
    scene.invite(meeting, [me], coordinator, AT)
    builders.freeze(task_force.round_2, by=coordinator, at=AT)
    for name, there in (("coordinator", True), ("reader", True), ("me_officer", True), ("fsc_officer", False)):
        found = get(task_force.people[name], "/rounds/2/").one("main")
        assert "23 Mar" in found.text
        assert bool(found.all("a", href="/meetings/2/")) is there, name


# What holds of every page

PAGES = {
    "coordinator": ["", "calendar/", "plan/", "2/", "2/change/", "2/cancel/", "2/invite/", "3/", "3/change/"],
    "me_officer": ["", "calendar/", "2/", "2/delegate/", "3/", "3/delegate/"],
    "reader": ["", "calendar/", "2/"],
}


def answers(task_force: Any, language: str) -> Any:
    people = task_force.people
    for name, paths in PAGES.items():
        browser = visitor(people[name], language=language)
        for path in paths:
            yield f"{path} as {name}", browser, browser.get(f"/meetings/{path}")
    office = visitor(people["coordinator"], language=language)
    yield "422 of a plan", office, office.post(PLAN, {"no": "x", "place_ko": "세종청사"})
    yield (
        "409 of a change",
        office,
        office.post(CHANGE, {"no": "2", "date": "2021-03-30", "reason": "ㅇ", "version": "0"}),
    )
    yield "422 of a list", office, office.post("/meetings/2/invite/", {"version": "2"})
    yield "422 of a cancelling", office, office.post("/meetings/2/cancel/", {"version": "2"})
    officer = visitor(people["me_officer"], language=language)
    yield "422 of a delegate", officer, officer.post("/meetings/2/delegate/", {"version": "1"})


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_keeps_the_rules_of_the_house(meeting, task_force, coordinator, me, me_officer, language):
    scene.delegate(meeting, me, me_officer, AT)
    scene.change(meeting, coordinator, AT, chair="국무총리", date=LATER, video_link="")  # a link leads elsewhere
    scene.cancel(scene.planned(coordinator, AT, 3, date=LATER), coordinator, AT)
    wrong, known = [], set[str]()
    for where, browser, answer in answers(task_force, language):
        found = page(answer)
        rules = (
            test_site.heading(found),
            test_site.spoken(found, answer, language),
            test_site.inline(answer),
            test_site.forms(found, answer.wsgi_request.path),
            test_site.references(found),
        )
        wrong += [f"{where}: {text}" for rule in rules for text in rule]
        wrong += [
            f"{where}: {text}" for text in dead_links(browser, answer, known=known if "coord" in where else set())
        ]
    assert wrong == []


def test_looking_changes_nothing(meeting, task_force, coordinator, me_officer):
    count = Event.objects.count()
    for name, paths in PAGES.items():
        for path in paths:
            if not path.startswith("3"):
                visitor(task_force.people[name]).get(f"/meetings/{path}")
    assert (Event.objects.count(), scene.now(meeting.pk).version) == (count, 1)
