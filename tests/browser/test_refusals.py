"""Refusals as a person meets them while typing: told at once, and the text is still there. With a real browser, which
alone knows what it sends of itself and where an answer is put."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import User
from records import clock
from tasks.models import Draft, Round
from tests import builders

from .conftest import Visit

# What a browser shows is the same on either engine; the journey and the counted actions run on both.
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

ROW = "details.row[open] textarea[name$='-results']"
ALERT = "#alerts .note-box"


def typing(page: Page) -> None:
    page.goto("/my-tasks/?open=ME-02")
    page.fill(ROW, "ㅇ 먼저 쓴 글")
    expect(page.locator("details.row[open] .saved")).to_contain_text(re.compile(r"\d\d:\d\d"))


def test_the_freeze_came_while_typing(demo_portal: LiveServer, visit: Visit) -> None:
    """The row swaps nothing of its own: the refusal is read out where alerts stand, and the text stays in its field."""
    visitor = visit().sign_in("me-officer")
    page = visitor.page
    typing(page)
    office = User.objects.filter(postings__role="coordinator").first()
    round_ = Round.objects.current()
    assert office is not None
    assert round_ is not None
    builders.freeze(round_, by=office, at=clock.now())
    page.fill(ROW, "ㅇ 동결 뒤에 쓴 글")
    expect(page.locator(ALERT)).to_be_visible()
    expect(page.locator(ROW)).to_have_value("ㅇ 동결 뒤에 쓴 글")
    expect(page.locator("details.row[open] .saved")).not_to_contain_text(re.compile(r"\d\d:\d\d"))
    assert visitor.look("frozen while typing") == []


@pytest.mark.parametrize("plain", [True, False])
def test_the_session_ended_while_typing(demo_portal: LiveServer, visit: Visit, plain: bool) -> None:
    """quality.md 7, to its end: 401 while typing, a sign-in in another tab (which changes the token), one press, and the
    text is saved. A plain form meets the page that gives the text back, and needs one more press: "Send again"."""
    visitor = visit().sign_in("me-officer")
    page = visitor.page
    if plain:
        visitor.deaf = True  # the script that is missing stands in the console
        page.context.route("**/js/send*.js", lambda route: route.abort())
    typing(page)
    page.context.clear_cookies(name="sessionid")
    visitor.deaf = True  # htmx writes each 401 into the console
    page.fill(ROW, "ㅇ 세션이 끝난 뒤에 쓴 글")
    link = page.locator(f"{ALERT} a[target=_blank]")
    expect(link).to_be_visible()
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.fill("[name=login]", "me-officer")
    other.fill("[name=password]", "demo-2050")
    other.press("[name=password]", "Enter")
    other.wait_for_url(lambda url: "/accounts/login" not in url)
    expect(page.locator(ROW)).to_have_value("ㅇ 세션이 끝난 뒤에 쓴 글")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#dock button[value=check]")
    if plain:
        expect(page.locator("blockquote", has_text="ㅇ 세션이 끝난 뒤에 쓴 글")).to_be_visible()
        expect(page.locator("figcaption", has_text="ME-02 추진실적")).to_be_visible()
        assert visitor.look("an old token") == []
        page.click("form.kept button")
    page.wait_for_url("**/check/**")
    assert "ㅇ 세션이 끝난 뒤에 쓴 글" in {draft.content["results"] for draft in Draft.objects.all()}


def test_a_strangers_page_sends_a_form(demo_portal: LiveServer, visit: Visit) -> None:
    """A form from elsewhere, sent by a signed-in person's own browser: refused, and nothing of it is offered back."""
    page = visit().sign_in("me-officer").page
    before = Draft.objects.count()
    page.goto("about:blank")
    page.set_content(
        f"<form method='post' action='{demo_portal.url}/my-tasks/'><textarea name='r1-results'>ㅇ 남이 쓴 글"
        "</textarea><input name='r1-version' value='0'><button>x</button></form>"
    )
    page.click("button")
    page.wait_for_url("**/my-tasks/")
    expect(page.locator("h1")).to_be_visible()
    assert "남이 쓴 글" not in page.content()
    assert page.locator("form.kept").count() == 0
    page.goto("/my-tasks/")  # still signed in, nothing changed
    expect(page.locator("#rows")).to_be_visible()
    assert Draft.objects.count() == before
