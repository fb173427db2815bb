"""The whole life of a decision in a real browser: recorded, circulated, confirmed, notified, carried out, closed."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from meetings.models import Decision, FollowUp, Meeting
from tests import documents_hwpx
from tests.meetings import outcome_scene

from .conftest import Visit
from .test_pages import SIZES, pk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENTENCE = "순환경제 이행계획의 재정 소요를 관계부처와 협의 (예시)"
DONE = "ㅇ 관계부처 협의를 마침 (예시)"
OUTCOME = "/meetings/2/outcome/"
WRITTEN = re.compile(r"1(/| of )3")  # of three items, in either language
TEXT = "ㅇ 29개 과제의 이행 현황을 점검함 (예시)"
ALL = re.compile(r"1(/| of )1")


def record_live(page: Page) -> str:
    """On the session's page, during the second item, as one types; returns its number."""
    page.goto("/meetings/2/session/")
    page.locator("#session-agenda a").nth(1).click()
    page.fill("#text_ko", SENTENCE)
    page.select_option("#lead", "ME")
    page.fill("#due_on", "2021-04-09")
    page.fill("#codes", "ME-04")
    page.press("#text_ko", "Enter")
    number = page.locator("#decisions tbody th").first
    expect(number).to_have_text("2-01")
    return number.inner_text()


def stands_in_the_next_book(page: Page) -> None:
    """The third meeting is planned, and its book tells of the decision as closed; read by another reader than the one
    that wrote it."""
    page.goto("/meetings/plan/")
    page.click("main form button.krds-btn.small")
    page.wait_for_url("**/meetings/3/")
    book = documents_hwpx.read(page.request.get("/meetings/3/book.hwpx?language=ko").body())
    row = next(table for table in book.tables if any(SENTENCE in cell.text for cell in table.cells))
    told = [cell.text for cell in row.cells]
    assert any(text.startswith("2-01") for text in told), told
    assert any("종결" in text for text in told), told
    assert any(DONE in text for text in told), told


def hold_today(page: Page) -> None:
    """The demo's meeting is a week ahead: it is moved to the demo's day, for what was not held is not confirmed."""
    page.goto("/meetings/2/change/")
    page.fill("#date", "2021-03-16")
    page.fill("#reason", "일정 앞당김 (예시)")
    page.click("main form p.send button")
    page.wait_for_url("**/meetings/2/")


def circulate(page: Page) -> None:
    """One press keeps the text and circulates it; since two items are empty, it asks first."""
    page.goto(OUTCOME)
    page.locator("textarea[name^='ko-']").first.fill(TEXT)
    page.fill("#comments_until", "2021-03-25T18:00")
    page.click("button[formaction$='/circulate/']")
    expect(page.locator("#has_empty-error")).to_be_visible()
    expect(page.locator("textarea[name^='ko-']").first).to_have_value(TEXT)
    page.check("#has_empty")
    page.click("button[formaction$='/circulate/']")
    expect(page.locator("#comments")).to_be_visible()
    expect(page.locator(".way")).to_contain_text(WRITTEN)


def confirm_and_notify(page: Page) -> None:
    page.goto(OUTCOME)
    page.click(f"a[href='{OUTCOME}confirm/']")
    expect(page.locator("article", has_text=SENTENCE)).to_be_visible()
    page.check("#is_early")
    page.check("#sure")
    page.click("#confirm button")
    expect(page.locator("#reason-error")).to_be_visible()
    page.fill("#reason", "보도 일정 (예시)")
    page.click("#confirm button")
    expect(page.locator("#notice")).to_be_visible()
    page.click("form[action$='/notify/'] button")
    expect(page.locator("section:has(#notice) tbody tr")).to_have_count(1)


def report_on_it(page: Page, number: str) -> None:
    """In the owner's list, in the row of its task, and in the way of "no change" until something is said."""
    page.goto("/my-tasks/")
    row = page.locator("details.row:has(#ME-04)").first
    expect(row.locator(".todo").first).to_contain_text(number)
    decided = page.locator(f"#decision-{number}")
    expect(decided).to_contain_text(SENTENCE)
    decided.locator("input[value='done']").check()
    decided.locator("textarea").fill(DONE)
    decided.locator("form button").click()
    page.wait_for_url("**/my-tasks/")
    expect(page.locator(f"#decision-{number}")).to_contain_text(DONE)
    expect(page.locator("details.row:has(#ME-04)").first.locator(".todo").first).not_to_contain_text(number)


def send_its_report(page: Page) -> None:
    page.goto("/my-tasks/?open=ME-04#ME-04")
    page.locator("details.row:has(#ME-04)").locator("button[formaction$='/submit/']").click()
    expect(page.locator(".receipt .id")).to_be_visible()


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_decisions_whole_life(demo_portal: LiveServer, visit: Visit, js: bool) -> None:
    office, me = (visit(js=js).sign_in(name).page for name in ("coordinator", "me-officer"))
    hold_today(office)
    number = record_live(office)
    circulate(office)

    me.goto(OUTCOME)
    expect(me.locator("article", has_text=SENTENCE)).to_be_visible()
    me.click("button[value='none']")
    expect(me.locator("section:has(#comments) article")).to_have_count(1)

    confirm_and_notify(office)
    me.goto(OUTCOME)
    me.click("button[name='agrees'][value='yes']")
    expect(me.locator("section:has(h2[id^='notice-']) .st-ok")).to_be_visible()
    office.goto(OUTCOME)
    expect(office.locator(".way a[href='#notice'] ~ .note")).to_contain_text(ALL)

    report_on_it(me, number)
    send_its_report(me)
    office.goto(f"/review/{pk('ME-04')}/")
    expect(office.locator("aside.rail details", has_text=number)).to_contain_text(DONE)

    office.goto("/decisions/?state=open")
    office.click(f"table a:text-is('{number}')")
    expect(office.locator("ol.wrote").first).to_contain_text(DONE)
    office.click("#close button")
    expect(office.locator(".head .st-ok")).to_be_visible()

    me.goto("/my-tasks/")
    expect(me.locator("#decided")).to_have_count(0)
    me.goto("/decisions/?state=closed")
    expect(me.locator("tbody th")).to_have_text([number])
    stands_in_the_next_book(office)
    assert FollowUp.objects.get().text == DONE
    assert not Decision.objects.open().exists()
    assert outcome_scene.differences(Meeting.objects.get(no=2)) == []


@pytest.mark.either
@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_before_a_demanding_eye(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    """Every state of the pages: a draft, circulated, refused, notified, objected to, empty, one decision, closed."""
    office, me = (visit(locale=locale, width=width).sign_in(name) for name in ("coordinator", "me-officer"))
    page, wrong = office.page, []
    page.goto("/decisions/")
    wrong += office.look("no decision yet")
    me.page.goto("/decisions/")
    wrong += me.look("none that one may see")
    hold_today(page)
    number = record_live(page)
    page.goto(OUTCOME)
    wrong += office.look("the draft")
    page.fill("#comments_until", "")  # a time is proposed
    page.click("button[formaction$='/circulate/']")
    expect(page.locator("#comments_until-error")).to_be_visible()
    wrong += office.look("no time given")
    circulate(page)
    me.page.goto(OUTCOME)
    wrong += me.look("circulated, as a ministry sees it")
    me.page.click("button[value='comment']")
    expect(me.page.locator("#text-error")).to_be_visible()
    wrong += me.look("a comment refused")
    me.page.fill("textarea[name='text']", "기한을 4. 30.로 (예시)")
    me.page.click("button[value='comment']")
    expect(me.page.locator("section:has(#comments) article")).to_have_count(1)
    page.goto(OUTCOME)
    wrong += office.look("a comment to answer")
    page.check("input[name='is_taken_up'][value='yes']")
    page.click("form[action*='/comments/'] button")
    expect(page.locator("form[action*='/comments/']")).to_have_count(0)
    page.goto(f"{OUTCOME}confirm/")
    wrong += office.look("before it is sealed")
    confirm_and_notify(page)
    wrong += office.look("notified")
    me.page.goto(OUTCOME)
    wrong += me.look("a notice to answer")
    me.page.click("details:has([value='no']) summary")
    me.page.fill("textarea[name='text']", "기한이 다름 (예시)")
    me.page.click("button[name='agrees'][value='no']")
    expect(me.page.locator(".st-back")).to_be_visible()
    wrong += me.look("objected to")
    for address in (
        "/my-tasks/",
        "/decisions/",
        "/decisions/?state=closed",
        f"/decisions/{Decision.objects.get().pk}/",
    ):
        me.page.goto(address)
        wrong += me.look(address)
    page.goto(f"/decisions/{Decision.objects.get().pk}/")
    page.click("#close button")
    expect(page.locator("#reason-error")).to_be_visible()
    wrong += office.look("closing refused")
    page.fill("#reason", "회의에서 확인 (예시)")
    page.click("#close button")
    expect(page.locator(".head .st-ok")).to_be_visible()
    wrong += office.look("closed")
    page.goto(f"{OUTCOME}confirm/")
    wrong += office.look("sealed already")
    assert number == "2-01"
    assert wrong == []
