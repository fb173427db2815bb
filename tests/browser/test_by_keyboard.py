"""Jobs without a mouse, with the portal's scripts and without them: the approver's, the conversation, the reviewer's."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from records import clock
from tasks.models import Report
from tests import builders
from tests.builders import fresh
from tests.cast import AT, TaskForce

from .conftest import PASSWORD, Visit, Visitor, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

scripts = pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])


@pytest.fixture(autouse=True)
def _portal(live_server: LiveServer, task_force: TaskForce, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast on Tuesday 16 March 2021, 14:00; whoever is needed can sign in."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    for name in ("fsc_approver", "me_officer", "coordinator"):
        person = task_force.people[name]
        person.set_password(PASSWORD)
        person.save()


@pytest.fixture
def at() -> datetime:
    return AT


def press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def write(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def box(report: Report) -> str:
    return f"input[name='changed'][value^='{report.pk}:']"


@scripts
def test_the_approver_signs_some_sends_one_back_and_signs_all(
    visit: Visit, reports: dict[str, Report], fsc_officer, at: datetime, js: bool
) -> None:
    one, two = reports["FSC-01"], reports["FSC-02"]
    builders.write(one, by=fsc_officer, at=at, results="ㅇ 감독 추진계획 확정")
    builders.ask_sign_off(one, by=fsc_officer, at=at)
    builders.ask_sign_off(two, by=fsc_officer, at=at, unchanged=True)
    page = visit(js=js, locale="en-GB").sign_in("fsc_approver").page
    for report in (one, two):
        press(page, box(report), "Space")
    if js:
        expect(page.locator("#give button")).to_be_disabled()
    else:
        press(page, "#give button")
        expect(page.locator(".note-box.error")).to_contain_text("Tick at least one report")
    press(page, box(two), "Space")
    if js:
        expect(page.locator("#give button")).to_have_text("Sign off and submit 1 unchanged", use_inner_text=True)
    press(page, "#give button")
    expect(page.locator(".receipt .id")).to_have_text("2-FSC-0001")
    assert (fresh(one).state, fresh(two).state) == ("awaiting", "submitted")

    page.goto("/sign-off/")
    press(page, "details.back summary")
    write(page, f"#why-{one.pk}", "수치를 확인 바람")
    press(page, f"button[form='back-{one.pk}']")
    expect(page.locator(".empty-page")).to_be_visible()
    assert (fresh(one).state, one.sign_offs.get().comment) == ("draft", "수치를 확인 바람")

    builders.write(one, by=fsc_officer, at=at, results="ㅇ 감독 추진계획 확정(3. 12.)")
    builders.ask_sign_off(one, by=fsc_officer, at=at)
    page.goto("/sign-off/")
    press(page, "#give button")
    expect(page.locator(".receipt .id")).to_have_text("2-FSC-0002")


@scripts
def test_the_ministry_writes_and_the_office_answers(
    visit: Visit, reports: dict[str, Report], me_officer, coordinator, at: datetime, js: bool
) -> None:
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)

    def say(visitor: Visitor, address: str, text: str) -> None:
        visitor.page.goto(address)
        write(visitor.page, f"#say-{report.pk}", text)
        press(visitor.page, f"button[form='talking-{report.pk}']")
        expect(visitor.page.locator(f"#said-{report.pk} li").last).to_contain_text(text)

    ministry, office = (visit(js=js).sign_in(name) for name in ("me_officer", "coordinator"))
    say(ministry, f"/reports/{report.pk}/", "기준일은 3월 12일입니다")
    say(office, f"/review/{report.pk}/", "확인했습니다")
    say(ministry, f"/reports/{report.pk}/", "감사합니다")
    assert [row.from_office for row in report.messages.order_by("pk")] == [False, True, False]


def test_a_stray_key_decides_nothing_while_something_is_written(
    visit: Visit, reports: dict[str, Report], me_officer, coordinator, at: datetime
) -> None:
    """The bare key A stops at a comment, a reason, or new book wording, restored or typed; R only leads to the comment,
    at its end; the button is refused beside a comment; the switch of the keys stays. With the texts gone A accepts."""
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    page = visit(locale="en-GB").sign_in("coordinator").page
    page.goto(f"/review/{report.pk}/")
    for selector in ("#say", "#why", "[name='book_text_ko']"):
        if "book" in selector:
            press(page, "details.book summary")
        write(page, selector, "쓰는 중")
        page.goto(f"/review/{report.pk}/")  # kept on this device
        page.locator("h1").focus()
        page.keyboard.press("r")
        expect(page.locator("#say")).to_be_focused()
        expect(page.locator("#stopped")).to_be_hidden()
        if selector == "#say":
            page.keyboard.press("!")
            expect(page.locator("#say")).to_have_value("쓰는 중!")
        page.locator("h1").focus()
        page.keyboard.press("a")
        expect(page.locator("#stopped")).to_be_visible()
        expect(page.locator(selector)).to_be_focused()
        if selector == "#say":
            press(page, "button[data-key='a']")
            expect(page.locator("#comment-error")).to_contain_text("return the report with it")
            expect(page.locator("[data-keys]")).to_be_visible()
        page.fill(selector, "")
        expect(page.locator("#stopped")).to_be_hidden()
    assert fresh(report).state == "submitted"
    page.locator("h1").focus()
    page.keyboard.press("a")
    page.wait_for_url("**/review/")
    assert fresh(report).state == "accepted"


def test_the_reviewer_goes_through_the_queue(
    visit: Visit, reports: dict[str, Report], me_officer, coordinator, at: datetime
) -> None:
    """In the order that was chosen: start, accept, the next one is opened and said where it stands; the legend; one key
    takes the acceptance back; switched off, keys stay off."""
    for code in ("ME-05", "ME-03"):
        builders.report_in("submitted", reports[code], officer=me_officer, coordinator=coordinator, at=at)
    page = visit(locale="en-GB").sign_in("coordinator").page
    page.goto("/review/?order=code")
    press(page, "tbody a.link")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("s")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("dd.claim")).to_contain_text("You have it open")
    page.keyboard.press("a")
    expect(page.locator("#done")).to_have_text("ME-03 was accepted. Now 1 of 1.")
    expect(page.locator("h1")).to_contain_text("ME-05")
    expect(page.locator("h1")).to_be_focused()
    assert page.url.endswith("?order=code")
    assert fresh(reports["ME-05"]).opened_by == coordinator
    page.keyboard.press("?")
    expect(page.locator(".legend")).to_be_visible()
    press(page, "[data-keys] summary", "Escape")
    expect(page.locator(".legend")).to_be_hidden()
    page.keyboard.press("u")
    expect(page.locator("h1")).to_contain_text("ME-03")
    assert fresh(reports["ME-03"]).state == "submitted"
    page.keyboard.press("?")
    press(page, "[data-keys] input", "Space")
    page.reload()
    page.keyboard.press("a")
    press(page, "button[formaction$='/accept/?order=code']")
    expect(page.locator("#done")).to_contain_text("ME-03 was accepted")
