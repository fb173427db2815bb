"""What the scenarios' pages say first: what is asked of the reader now."""

import pytest

from tests.pages import dead_links, page, visitor
from tests.scenarios import pathway_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.either, pytest.mark.usefixtures("domain_time")]

VERSION = "/scenarios/2050-A/2/"


def asked(user, address: str) -> dict[str, str]:
    """What is asked, with where it leads."""
    answer = visitor(user).get(address)
    assert dead_links(visitor(user), answer) == []
    [*boxes] = page(answer).all("section", class_="note-box asked screen")
    return {row.one("a").text: row.one("a")["href"] for box in boxes for row in box.all("li")}


def test_a_ministry_is_asked_to_comment_until_it_did(task_force, me_officer, reader, at):
    made = scene.bring("circulated", task_force, at=at)
    assert asked(me_officer, "/scenarios/") == {
        "Comment on Scenario 2050-A, version 2, if your ministry wants to": f"{VERSION}#comment"
    }
    assert asked(me_officer, VERSION) == {"Comment on it, if your ministry wants to": "#comment"}
    scene.comment(made, task_force.ministries["ME"], by=me_officer, at=at)
    assert asked(me_officer, "/scenarios/") == {}
    assert asked(reader, "/scenarios/") == {}


def test_the_office_is_told_what_waits_for_it(task_force, coordinator, at):
    scene.bring("commented", task_force, at=at)
    assert list(asked(coordinator, "/scenarios/").values()) == [f"{VERSION}#comments"]
    found = asked(coordinator, VERSION)
    assert found["Answer 1 comment of a ministry"] == "#comments"
    assert set(found.values()) == {"#comments", "#sign-off"} & set(found.values())


def test_a_draft_is_the_offices_to_circulate(task_force, coordinator, me_officer, at):
    scene.bring("draft", task_force, at=at)
    said = "Scenario 2050-A, version 2 is a draft: no ministry sees it yet"
    assert asked(coordinator, "/scenarios/") == {said: VERSION}
    assert asked(coordinator, VERSION)["Circulate it, so that ministries can comment"] == "#circulate"
    assert asked(me_officer, "/scenarios/") == {}


def test_the_chart_comes_first_then_the_versions_then_the_table(task_force, reader):
    scene.loaded("2050-A")
    scene.loaded("2050-B")
    html = visitor(reader).get("/scenarios/").content.decode()
    places = [html.index(f'id="{name}"') for name in ("chart-pathway-h", "versions-h", "table-h", "chart-pair-h")]
    assert places == sorted(places)
