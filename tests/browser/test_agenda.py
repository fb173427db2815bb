"""The agenda is put in order by keys, by buttons, and without scripts; an item is on it in a few steps."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from meetings import workflow
from meetings.models import Meeting
from records import clock
from tests import documents
from tests.builders import key
from tests.cast import AT, TaskForce
from tests.meetings import agenda_scene as scene

from .conftest import PASSWORD, Visit, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

EDIT = "/meetings/2/agenda/"


@pytest.fixture
def meeting(live_server: LiveServer, task_force: TaskForce, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """The cast's second meeting with three items; whoever is needed can sign in."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    office = task_force.people["coordinator"]
    for name in ("coordinator", "me_officer"):
        task_force.people[name].set_password(PASSWORD)
        task_force.people[name].save()
    made = scene.meeting(task_force.round_2, task_force.ministries["ME"], by=office, at=AT)
    for title in ("하나", "둘", "셋"):
        scene.add(made, title, by=office, at=AT, presenter="ME")
    return made


@pytest.fixture
def at() -> datetime:
    return AT


def titles(page: Page) -> list[str]:
    return [text.split()[-1] for text in page.locator("#order .name").all_inner_texts()]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_items_move_by_keys_and_keep_the_focus(visit: Visit, meeting: Meeting) -> None:
    """Also when the next key comes before the answer to the one before; the new place is said, and the page not made
    anew."""
    visitor = visit(locale="en-GB").sign_in("coordinator")
    page = visitor.page
    page.goto(EDIT)
    assert visitor.look("agenda") == []
    page.evaluate("window.stays = true")
    first = meeting.items.get(order=1)
    tab_to(page, f"#title-{first.pk}")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#order-said")).to_have_text("하나: number 3 of 3")
    assert titles(page) == ["둘", "셋", "하나"]
    assert focused(page) == "하나"
    page.keyboard.press("Alt+ArrowDown")  # it is the last: nothing happens
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#order-said")).to_have_text("하나: number 2 of 3")
    assert scene.order(meeting) == ["둘", "하나", "셋"]
    assert page.evaluate("window.stays")
    # By its button: the focus stays on it as long as it is there, then on the item.
    tab_to(page, f"#up-{first.pk}")
    page.keyboard.press("Enter")
    expect(page.locator("#order-said")).to_have_text("하나: number 1 of 3")
    assert focused(page) == "하나"


def test_another_ones_order_is_met_by_a_word(visit: Visit, meeting: Meeting, task_force: TaskForce) -> None:
    page = visit(locale="en-GB").sign_in("coordinator").page
    page.goto(EDIT)
    one, two, three = (row.pk for row in meeting.items.order_by("order"))
    office = task_force.people["coordinator_2"]
    workflow.order_items(meeting.pk, [three, two, one], by=office, at=AT, key=key(), seen=[one, two, three])
    page.focus(f"#title-{one}")
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#order .note-box.error")).to_be_focused()
    assert titles(page) == ["셋", "둘", "하나"], "it is shown as it stands now"
    page.focus(f"#title-{one}")
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#order-said")).to_have_text("하나: number 2 of 3")


def test_items_move_without_scripts(visit: Visit, meeting: Meeting) -> None:
    page = visit(js=False, width=390, locale="en-GB").sign_in("coordinator").page
    page.goto(EDIT)
    first = meeting.items.get(order=1)
    assert not page.locator(".keys-note").is_visible()
    for wanted in (["둘", "하나", "셋"], ["둘", "셋", "하나"]):
        tab_to(page, f"#down-{first.pk}")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert titles(page) == wanted
    assert page.locator(f"#down-{first.pk}").count() == 0


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_an_item_is_changed_by_keyboard(visit: Visit, meeting: Meeting, js: bool) -> None:
    visitor = visit(js=js, locale="en-GB").sign_in("coordinator")
    page, item = visitor.page, meeting.items.get(order=2)
    page.goto(f"{EDIT}{item.pk}/")
    if js:
        assert visitor.look("item") == []
    page.fill("#add_tasks", "ME-01, ME-02")
    page.locator(".more-figures summary").press("Enter")
    page.fill("[name=f0-number]", "82")
    page.fill("[name=f0-text_ko]", "전문가 #명")
    page.fill("[name=f0-until]", "2021-02-28")
    page.locator("#item-form .acts.send button").press("Enter")
    page.wait_for_url(f"**{EDIT}#item-{item.pk}")
    assert [row.task.code for row in item.of_tasks.all()] == ["ME-01", "ME-02"]
    assert item.figures.get().number == 82


def test_a_ministry_sees_its_item_and_adds_a_paper(visit: Visit, meeting: Meeting) -> None:
    visitor = visit(locale="en-GB", width=390).sign_in("me_officer")
    page, item = visitor.page, meeting.items.get(order=1)
    page.goto(f"/meetings/2/items/{item.pk}/")
    assert visitor.look("item of a ministry") == []
    page.set_input_files("#paper-file", {"name": "자료.pdf", "mimeType": "application/pdf", "buffer": documents.PDF})
    expect(page.locator("#paper-chosen")).to_have_text("자료.pdf")
    page.click(".upload button")
    expect(page.locator("#messages")).to_contain_text("The paper has arrived.")
    with page.expect_download() as download:
        page.click("text=자료.pdf")
    assert download.value.suggested_filename == "자료.pdf"
