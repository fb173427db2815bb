"""The scenarios in a real browser: every page fits and can be read by everybody, and a version's life needs no script."""

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from scenarios.models import ScenarioVersion

from .conftest import Visit
from .test_pages import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

SAVE = ".sums-dock button:not([formaction])"


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_pages_of_the_scenarios(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    visitor = visit(locale=locale, width=width).sign_in("coordinator")
    page, wrong = visitor.page, []
    page.goto("/scenarios/2050-B/draft/")
    wrong += visitor.look("draft a version")
    page.click("main form p.send button")
    page.wait_for_url("**/figures/")
    wrong += visitor.look("figures")
    page.fill("[name=f0-value]", "x")
    page.click(SAVE)
    expect(page.locator("#f0-value-error")).to_be_visible()
    wrong += visitor.look("figures refused")
    version = ScenarioVersion.objects.get(scenario__code="2050-B", no=2)
    for address in (
        "/scenarios/",
        "/scenarios/2018/",
        "/scenarios/2050-A/",
        "/scenarios/2050-B/2/",
        "/scenarios/compare/?a=2030-1&b=2030-2",
        "/scenarios/sectors/IND/",
        "/scenarios/sectors/SNK/",
        f"/scenarios/versions/{version.pk}/publish/",
    ):
        page.goto(address)
        wrong += visitor.look(address)
    assert wrong == []


def test_the_sums_move_while_one_types_and_enter_only_checks(demo_portal: LiveServer, visit: Visit) -> None:
    visitor = visit(locale="en-GB").sign_in("coordinator")
    page = visitor.page
    page.goto("/scenarios/2050-B/draft/")
    page.click("main form p.send button")
    page.wait_for_url("**/figures/")
    sums = page.locator("#sums-now")
    expect(sums).to_contain_text("closes")
    page.locator("#f0-value").press_sequentially("5")
    expect(sums).to_contain_text("Difference")
    page.fill("#f0-value", "21.7")
    page.press("#f0-value", "Enter")
    expect(sums).to_contain_text("+1.0")
    assert page.url.endswith("/figures/")
    expect(page.locator("#f0-value")).to_have_value("21.7")
    page.reload()
    expect(page.locator("#f0-value")).to_have_value("21.7")  # kept on the device, and summed as it stands
    expect(sums).to_contain_text("+1.0")
    page.click(SAVE)
    page.wait_for_url("**/scenarios/2050-B/2/")


def test_a_versions_life_without_javascript(demo_portal: LiveServer, visit: Visit) -> None:
    office = visit(js=False, locale="en-GB").sign_in("coordinator").page
    office.goto("/scenarios/2050-B/draft/")
    office.fill("[name=note_ko]", "의견조회용 (예시)")
    office.click("main form p.send button")
    office.fill("[name=f0-value]", "20.8")
    office.click(".sums-dock button[formaction]")
    expect(office.locator("#sums-now")).to_contain_text("+0.1")
    expect(office.locator("[name=f0-value]")).to_have_value("20.8")
    office.click(SAVE)
    here = "/scenarios/2050-B/2/"
    office.wait_for_url(f"**{here}")
    expect(office.locator("dl.sums")).to_contain_text("0.1 more than the stated 0.0")
    office.fill("#until", "2021-03-26T18:00")
    office.click("#circulate form button >> nth=0")
    officer = visit(js=False, locale="en-GB", width=390).sign_in("me-officer").page
    officer.goto(here)
    officer.select_option("#sector", "TRN")
    officer.fill("#comment-text", "전환부문 수치 재확인 필요 (예시)")
    officer.click("#comment form button")
    officer.wait_for_url(f"**{here}#comments")
    office.goto(here)
    office.check("#comments input[value=partly]")
    office.fill("#comments textarea[name=reason]", "다음 판에 반영 (예시)")
    office.click("#comments article form button")
    officer.reload()
    expect(officer.locator("#comments article")).to_contain_text("Partly taken up")
    office.goto(f"/scenarios/versions/{ScenarioVersion.objects.get(scenario__code='2050-B', no=2).pk}/publish/")
    office.check("#sure")
    office.click("main form button")
    expect(office.locator("#reason-error")).to_be_visible()  # the sum is out by 0.1, and no division signed it off
    office.fill("#reason", "표본이므로 그대로 공표 (예시)")
    office.check("#sure")
    office.click("main form button")
    office.wait_for_url(f"**{here}")
    assert ScenarioVersion.objects.get(scenario__code="2050-B", no=2).frozen_at is not None
