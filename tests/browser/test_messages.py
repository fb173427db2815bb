"""대화 and 반려 in a browser: sent in place, announced, emptied; what was typed and not sent is still there."""

import pytest
from playwright.sync_api import Route, expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import User
from tasks.models import Message, Report

from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

SAID = "기준일은 3월 12일입니다"


def report(code: str) -> Report:
    return Report.objects.get(task__code=code, round__no=2)


def test_a_message_is_sent_in_place(demo_portal: LiveServer, visit: Visit) -> None:
    """From the officer's row: the list grows, the field is empty, the live region says so, and the draft stays as it is."""
    one = report("ME-03")
    page = visit().sign_in("me-officer").page
    page.click("a.reply")
    field = page.locator(f"#say-{one.pk}")
    expect(field).to_be_focused()
    for number in (1, 2):
        field.fill(f"{SAID} {number}")
        page.click(f"button[form='talking-{one.pk}']")
        expect(page.locator(f"#said-{one.pk} li").last).to_contain_text(f"{SAID} {number}")
        expect(field).to_have_value("")
        expect(page.locator(f"#talk-{one.pk}-saved")).not_to_be_empty()
    assert [row.text for row in Message.objects.filter(report=one, text__startswith=SAID)] == [
        f"{SAID} 1",
        f"{SAID} 2",
    ]
    assert report("ME-03").version == one.version
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('keep:')).length") == 0
    field.fill(" ")
    page.click(f"button[form='talking-{one.pk}']")
    expect(page.locator(f"#say-{one.pk}-error")).not_to_be_empty()


def test_a_message_is_kept_until_it_is_sent(demo_portal: LiveServer, visit: Visit) -> None:
    """No answer came: the text stays, also on another day; pressed again it counts once."""
    one = report("ME-03")
    visitor = visit().sign_in("me-officer")
    visitor.deaf, page = True, visitor.page
    address = f"/reports/{one.pk}/"

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.goto(address)
    page.route("**/messages/", lose)
    page.fill(f"#say-{one.pk}", SAID)
    page.click(f"button[form='talking-{one.pk}']")
    expect(page.locator("#alerts .note-box")).to_be_visible()
    page.unroute("**/messages/")
    page.click(f"button[form='talking-{one.pk}']")
    expect(page.locator(f"#say-{one.pk}")).to_have_value("")
    assert Message.objects.filter(report=one, text=SAID).count() == 1
    page.fill(f"#say-{one.pk}", "나중에 이어 쓸 말")
    page.goto("/my-tasks/check/")
    page.goto(address)
    expect(page.locator(f"#say-{one.pk}")).to_have_value("나중에 이어 쓸 말")


def test_a_comment_that_was_not_sent_back_is_still_there(demo_portal: LiveServer, visit: Visit) -> None:
    """The approver leaves and comes back: the row's comment stands open where it was typed; sent, it is gone."""
    one = report("FSC-03")
    assert User.objects.filter(username="fsc-approver").exists()
    page = visit().sign_in("fsc-approver").page
    page.click("details.back summary")
    page.fill(f"#why-{one.pk}", "근거를 덧붙여 주기 바람")
    page.goto(f"/reports/{one.pk}/")
    page.goto("/sign-off/")
    expect(page.locator(f"#why-{one.pk}")).to_have_value("근거를 덧붙여 주기 바람")
    expect(page.locator(f"#why-{one.pk}")).to_be_visible()
    page.click(f"button[form='back-{one.pk}']")
    expect(page.locator(".empty-page")).to_be_visible()
    assert report("FSC-03").state == "draft"
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('keep:')).length") == 0


def test_what_was_asked_is_taken_back_from_the_list(demo_portal: LiveServer, visit: Visit) -> None:
    for js in (True, False):
        page = visit(js=js).sign_in("fsc-officer").page
        if not js:
            page.goto("/my-tasks/check/")
            page.click("#go button[type='submit']")
        page.click(".note-box.awaiting button")
        expect(page.locator(".note-box.success")).to_be_visible()
        assert report("FSC-03").state == "draft"
