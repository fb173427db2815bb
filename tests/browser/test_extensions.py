"""More time, asked for, granted and seen: by keyboard alone, and without any script."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Extension

from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

ASK, OFFICE = "/rounds/2/extensions/ask/", "/rounds/2/extensions/"
REASON = "위원회 심의가 미루어짐"


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus, as someone without a mouse does."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no Tab leads to {selector}")


def shown_due(page: Page) -> str:
    page.goto("/my-tasks/")
    return page.locator("dl.deadline").inner_text()


def test_by_keyboard_alone(demo_portal: LiveServer, visit: Visit) -> None:
    """Withdrawn once, asked for again, and granted."""
    ministry, office = visit().sign_in("me-officer"), visit().sign_in("coordinator")
    page = ministry.page
    for time in ("first", "second"):
        page.goto(ASK)
        tab_to(page, "#reason")  # the time that is proposed stays
        page.keyboard.type(REASON)
        tab_to(page, "#extension button")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/my-tasks/"))
        if time == "first":
            page.goto(ASK)
            assert ministry.look("asked for") == []
            tab_to(page, "#withdraw button")
            page.keyboard.press("Enter")
            page.wait_for_url(re.compile("/my-tasks/"))
    asked = Extension.objects.waiting().get(ministry__code="ME")
    assert asked.reason == REASON
    page = office.page
    page.goto(OFFICE)
    tab_to(page, f"#decide-{asked.pk} button[value=granted]")
    page.keyboard.press("Enter")
    expect(page.locator("table.extensions")).to_contain_text(REASON)
    assert "3. 22.(월) 12:00" in shown_due(ministry.page)


def test_without_scripts(demo_portal: LiveServer, visit: Visit) -> None:
    """Asked for, granted, and revoked with a reason that the ministry reads."""
    ministry, office = (visit(js=False).sign_in(name).page for name in ("me-officer", "coordinator"))
    ministry.goto(ASK)
    ministry.fill("#until", "2021-03-23T12:00")
    ministry.fill("#reason", REASON)
    ministry.click("#extension button")
    ministry.wait_for_url(re.compile("/my-tasks/"))
    asked = Extension.objects.waiting().get(ministry__code="ME")
    office.goto(OFFICE)
    office.click(f"#decide-{asked.pk} button[value=granted]")
    expect(office.locator("table.extensions")).to_contain_text(REASON)
    assert "3. 23.(화) 12:00" in shown_due(ministry)
    office.goto(f"/extensions/{asked.pk}/revoke/")
    office.fill("#reason", "회의가 앞당겨짐")
    office.click("#revoke button")
    office.wait_for_url(re.compile(OFFICE))
    assert "3. 23." not in shown_due(ministry)
    ministry.goto(ASK)
    expect(ministry.locator("table.extensions")).to_contain_text("회의가 앞당겨짐")
