"""The whole life of a decision in a real browser: recorded, circulated, confirmed, notified, carried out, closed."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from meetings.models import AgendaItem, Attendance, Decision, FollowUp, ItemKind, Meeting
from meetings.workflow.common import tell
from ministries.models import Ministry, User
from records import clock
from records.receipts import once
from tests.builders import key
from tests.meetings import outcome_scene

from .conftest import Visit
from .test_pages import SIZES, pk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SENTENCE = "순환경제 이행계획의 재정 소요를 관계부처와 협의 (예시)"
DONE = "ㅇ 관계부처 협의를 마침 (예시)"
OUTCOME = "/meetings/2/outcome/"
ALL = re.compile(r"1(/| of )1")  # in either language


def record_live(page: Page) -> str:
    """What the session page does during the meeting: an item, the attendance, one decision. Returns its number."""
    office, meeting = User.objects.get(username="coordinator"), Meeting.objects.get(no=2)
    with once("change_meeting", by=office, at=clock.now(), key=key(), target=meeting.stream_key, body=[]) as attempt:
        meeting.version += 1
        meeting.save(update_fields=("version",))
        invited = Ministry.objects.filter(code__in=("ME", "MOTIE"))
        rows = [Attendance.objects.create(meeting=meeting, ministry=row, is_present=True) for row in invited]
        item = AgendaItem.objects.create(meeting=meeting, order=1, kind=ItemKind.REVIEW, title_ko="과제별 이행 현황")
        tell(attempt, meeting, meeting, rows=[meeting, *rows, item])
    about = {"lead": Ministry.objects.get(code="ME"), "due_on": date(2021, 4, 9), "tasks": ["ME-04"], "item": item}
    outcome_scene.record(meeting, SENTENCE, by=office, at=clock.now(), **about)  # type: ignore[arg-type]
    return "2-01"


def circulate(page: Page) -> None:
    page.goto(OUTCOME)
    page.fill("textarea[name^='ko-']", "ㅇ 29개 과제의 이행 현황을 점검함 (예시)")
    page.click("#text button")
    expect(page.locator("li[aria-current='step']")).to_contain_text(ALL)
    page.fill("#comments_until", "2021-03-25T18:00")
    page.click("form[action$='/circulate/'] button")
    expect(page.locator("#comments")).to_be_visible()


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
    number = record_live(page)
    page.goto(OUTCOME)
    wrong += office.look("the draft")
    page.click("form[action$='/circulate/'] button")
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
