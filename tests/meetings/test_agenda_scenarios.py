"""An item that takes up a version of a scenario leads to it: on the agenda, at the meeting, on the screen, in the book."""

from datetime import datetime
from typing import Any

import pytest

from meetings import suggesting
from meetings.documents import book
from meetings.models import AgendaItem, Meeting
from ministries.models import User
from scenarios import workflow
from scenarios.models import ScenarioVersion
from tests.builders import key
from tests.cast import TaskForce
from tests.meetings import agenda_scene
from tests.meetings.book_scene import whole
from tests.pages import page, visitor
from tests.scenarios import pathway_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.either, pytest.mark.usefixtures("domain_time")]

HERE = "/scenarios/2050-A/2/"


@pytest.fixture
def version(task_force: TaskForce, at: datetime) -> ScenarioVersion:
    return scene.bring("commented", task_force, at=at)


@pytest.fixture
def meeting(version: ScenarioVersion, task_force: TaskForce, coordinator: User, me: Any, at: datetime) -> Meeting:
    """Its agenda has the item that the version was suggested for, and is shown."""
    made = agenda_scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    one = next(row for row in suggesting.read(made, user=coordinator, at=at).all if row.kind == "scenario")
    taken = visitor(coordinator).post("/meetings/2/agenda/take/", {"take": one.key, "seen": one.mark})
    assert taken.status_code == 302
    return agenda_scene.show(made, by=coordinator, at=at)


def item_of(meeting: Meeting) -> AgendaItem:
    return AgendaItem.objects.get(meeting=meeting)


def links(user: User, address: str) -> set[str]:
    answer = visitor(user).get(address)
    assert answer.status_code == 200, address
    return {row["href"] for row in page(answer).all("a") if row["href"].startswith("/scenarios/2050")}


def test_every_page_of_the_item_leads_to_its_version(meeting, coordinator):
    item = f"/meetings/2/items/{item_of(meeting).pk}/"
    for address in ("/meetings/2/", "/meetings/2/agenda/", item, f"/meetings/2/session/?item={item_of(meeting).pk}"):
        assert links(coordinator, address) == {HERE, f"{HERE}#comments"}, address
    table = page(visitor(coordinator).get(item)).one("section", aria_labelledby="versions")
    assert "1 comment 1 to answer" in table.text
    assert [cell.text for cell in table.all("td", class_="r")] == ["71.8 (0.0)", "−71.8 (0.0)", "0.0 (0.0)"]


def test_a_ministry_sees_how_many_comments_there_are_and_none_of_them(meeting, me_officer):
    item = f"/meetings/2/items/{item_of(meeting).pk}/"
    assert HERE in links(me_officer, item)
    shown = page(visitor(me_officer).get(item)).text
    assert "1 comment" in shown, "how many, as the book says"
    assert "to answer" not in shown
    assert "상향 검토" not in shown


def test_the_screen_shows_it(meeting, coordinator):
    shown = page(visitor(coordinator).get("/meetings/2/projector/?page=2")).text
    assert "Scenario 2050-A, version 2" in shown
    assert "Net 0.0" in shown


def test_what_was_taken_back_is_the_offices_alone(meeting, version, coordinator, me_officer, at):
    version.refresh_from_db()
    workflow.recall_version(
        version.pk, version=version.version, reason="전환 수치 재산정", by=coordinator, at=at, key=key()
    )
    item = f"/meetings/2/items/{item_of(meeting).pk}/"
    assert HERE in links(coordinator, item)
    assert links(me_officer, item) == set()
    assert "Scenario 2050-A, version 2" not in page(visitor(coordinator).get("/meetings/2/projector/?page=2")).text


def test_the_book_says_which_item_takes_it_up(meeting, coordinator, at):
    text = whole(book.compose(Meeting.objects.get(pk=meeting.pk), language="en", user=coordinator, at=at))
    assert "comments 1 (agenda item 1)" in text
