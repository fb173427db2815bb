"""My tasks in a browser: what the bar leaves free, and what a milestone's answer says when."""

import re

import pytest
from playwright.sync_api import Locator, expect
from pytest_django.live_server_helper import LiveServer

from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

# The page scrolls smoothly, so that it may take a while.
FREE = """async (element) => {
  const bottom = () => element.getBoundingClientRect().bottom - document.getElementById("dock").getBoundingClientRect().top;
  for (let frame = 0; frame < 120 && bottom() > 0; frame++) await new Promise(requestAnimationFrame);
  return bottom() <= 0 || element.closest("#dock") !== null;
}"""


def is_free(element: Locator) -> bool:
    """Whether the bar at the bottom leaves the element to be seen, once the page has scrolled."""
    return bool(element.evaluate(FREE))


def test_the_bar_hides_nothing_that_has_the_focus(demo_portal: LiveServer, visit: Visit) -> None:
    page = visit().sign_in("me-officer").page
    page.locator("#ME-05").focus()
    passed: list[str] = []
    while not passed or not passed[-1].startswith("request-"):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        passed.append(focused.get_attribute("id") or "")
        assert is_free(focused), passed[-1]
    assert len([name for name in passed if name.startswith("support-")]) == 5


def test_a_message_leaves_its_button_free(demo_portal: LiveServer, visit: Visit) -> None:
    """The list above it has grown."""
    page = visit(height=700).sign_in("me-officer").page
    page.click("a.reply")
    button = page.locator(".conversation[open] button")
    for number in range(4):
        page.locator(".conversation[open] textarea").fill(f"ㅇ {number}\n\n(예시)")
        button.click()
        expect(page.locator(".conversation[open] .said li")).to_have_count(3 + number)
        assert is_free(button)


def test_a_milestones_answer_is_quiet_until_one_leaves_it(demo_portal: LiveServer, visit: Visit) -> None:
    """The day of completion is offered; emptied and left, the field says what is missing, and both places count."""
    page = visit().sign_in("me-officer").page
    page.goto("/my-tasks/?open=ME-01#ME-01")
    row = page.locator("details.row:has(#ME-01)")
    field, said = row.locator(".field.milestone"), row.locator(".field.milestone .err")
    day, mend, saved = field.locator("[type=date]"), row.locator(".mend"), row.locator(".saved")
    expect(said).not_to_be_empty()  # the date has come
    with page.expect_response("**/draft/"):
        field.locator("[value=done]").check()
    assert day.input_value() == row.locator("[name$=-completed_on]").input_value() != ""
    expect(said).to_be_empty()
    with page.expect_response("**/draft/"):
        day.fill("")
    expect(saved).to_contain_text(re.compile(r"14:\d\d"))
    expect(said).to_be_empty()
    expect(field).not_to_have_class(re.compile("is-error"))
    expect(mend).to_be_empty()
    row.locator("[name$=-progress]").fill("150")
    expect(said).not_to_be_empty()
    expect(field).to_have_class(re.compile("is-error"))
    expect(mend).to_have_text("2곳을 고쳐 주세요")
    field.locator("[value=move]").check()
    expect(day).to_have_value("")
