"""Every page before a demanding eye: no violation of accessibility, nothing wider than the window, no script error, no
call to another host; in both languages, on a desktop and on a phone, and in the states that pages can be in."""

import os
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import Ministry, User
from outbox.models import Notice
from records import clock
from tasks.models import Extension, Report
from tests import builders

from .conftest import PASSWORD, Visit, tab_to

# What a browser shows is the same on either engine; the journey and the counted actions run on both.
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

# Each language and each width; all four together with TFPORTAL_ALL_SIZES=1.
SIZES = [("ko-KR", 1280), ("en-GB", 390)]
if os.environ.get("TFPORTAL_ALL_SIZES"):
    SIZES += [("ko-KR", 390), ("en-GB", 1280)]


def pk(code: str, no: int = 2) -> int:
    return Report.objects.values_list("pk", flat=True).get(task__code=code, round__no=no)


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_pages_of_officers_and_approvers(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    visitor = visit(locale=locale, width=width)
    page = visitor.page
    page.goto("/accounts/login/")
    wrong = visitor.look("sign-in")
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    expect(page.locator(".note-box.error")).to_be_visible()
    wrong += visitor.look("sign-in refused")
    visitor.sign_in("me-officer")
    wrong += visitor.look("my tasks")
    row = page.locator("details.row[open]")
    row.locator("input[value='attention']").check()
    row.locator("textarea[name$='-issues']").fill("")
    row.locator("textarea[name$='-results']").fill("가" * 3001)
    with page.expect_event("load"):
        row.locator("button[value='open:ME-03']").click()
    expect(page.locator("details.row[open] .err:not(:empty)").first).to_be_visible()
    wrong += visitor.look("my tasks with errors")
    page.goto("/my-tasks/?state=accepted")
    wrong += visitor.look("my tasks, none in this state")
    page.goto("/my-tasks/check/?leave=ME-02")
    wrong += visitor.look("check")
    page.click("#go button[type='submit']")
    expect(page.locator(".receipt .id")).to_be_visible()
    wrong += visitor.look("receipt")
    for address in (
        f"/reports/{pk('ME-02')}/",
        f"/reports/{pk('ME-02', 1)}/",
        f"/reports/{pk('ME-03', 1)}/correction/",
        f"/reports/{pk('ME-02', 1)}/history/",
        "/rounds/",
        "/rounds/1/",
        "/assignments/",
        "/deputies/",
        "/my-tasks/?mine=1",
        "/rounds/2/extensions/ask/",
        "/none/",
        "/board/",
        "/accounts/password/",
    ):
        page.goto(address)
        wrong += visitor.look(address)
    page.goto("/my-tasks/")
    page.locator("#supported details > summary").first.click()
    page.locator("#asked details > summary").first.click()
    wrong += visitor.look("texts for other ministries")
    page.locator("#asked details[open] button").click()
    expect(page.locator("#asked .err")).to_be_focused()
    wrong += visitor.look("an answer refused")
    approver = visit(locale=locale, width=width).sign_in("fsc-approver")
    wrong += approver.look("sign-off")
    for address in ("/assignments/", "/deputies/"):
        approver.page.goto(address)
        wrong += approver.look(f"approver {address}")
    assert wrong == []


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_pages_of_duties(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    """A deputy named and refused, tasks handed out, and what whoever comes next finds on their first day."""
    at, officer = clock.now(), User.objects.get(username="fsc-officer")
    fsc = Ministry.objects.get(code="FSC")
    builders.assign({"FSC-01": officer.postings.get()}, fsc, by=User.objects.get(username="fsc-approver"), at=at)
    visitor = visit(locale=locale, width=width).sign_in("fsc-officer")
    page = visitor.page
    page.goto("/deputies/")
    page.select_option("[name=to_user]", str(User.objects.get(username="fsc-approver").pk))
    page.fill("[name=ends_on]", "2021-03-19")
    page.fill("[name=reason]", " ")
    page.click(".line-form button")
    expect(page.locator("#reason-error")).to_be_visible()
    wrong = visitor.look("a deputy refused")
    page.fill("[name=reason]", "국외 출장")
    page.click(".line-form button")
    expect(page.locator(".deputies")).to_be_visible()
    page.click(".sure summary")
    wrong += visitor.look("a deputy named")
    new = User.objects.get(username="mohw-officer")
    officer.postings.update(ends_on=at.date() - timedelta(days=1))
    new.postings.update(ministry=fsc, starts_on=at.date())
    comes = visit(locale=locale, width=width).sign_in("mohw-officer")
    expect(comes.page).to_have_url(re.compile("/hand-over/"))
    wrong += comes.look("hand-over")
    comes.page.click("button[value='take']")
    expect(comes.page).to_have_url(re.compile("/my-tasks/"))
    wrong += comes.look("my tasks, one of them mine")
    assert wrong == []


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_pages_of_the_office(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    visitor = visit(locale=locale, width=width).sign_in("coordinator")
    page = visitor.page
    wrong = visitor.look("board")
    for address in (
        "/board/?state=missing",
        "/board/?q=zzz",
        "/board/charts/?all=timeline",
        "/review/",
        "/review/unchanged/",
        f"/review/{pk('MOE-01')}/",
        f"/review/{pk('MSIT-01')}/",
        "/rounds/",
        "/rounds/1/",
        "/rounds/1/charts/",
        "/rounds/1/record/",
        "/rounds/1/briefing/",
        "/rounds/1/briefing/?page=2",
        "/board/filters/?ministry=ME&light=attention",
        "/rounds/1/corrections/",
        "/rounds/compare/",
        "/tasks/ME-03/?round=1",
        "/ministries/ME/",
        "/slippage/",
        "/lights/",
        "/rounds/2/freeze/",
        "/rounds/2/prepare/",
        "/rounds/2/roster/",
        "/rounds/2/dates/",
        "/rounds/2/extensions/",
        "/board/remind/",
        "/board/remind/mail/?tick=all&sentence=x",
        "/board/remind/mail/?chosen=1",
        "/rounds/1/reminders/",
        "/rounds/2/reminders/",
        f"/extensions/{Extension.objects.granted().latest('pk').pk}/revoke/",
        "/mail/",
        "/mail/?state=failed",
        f"/mail/{Notice.objects.filter(purpose='receipt').latest('pk').pk}/",
        "/mail/mine/",
        "/deputies/",
        # press release
        "/meetings/2/press-release/",
    ):
        page.goto(address)
        wrong += visitor.look(address)
    page.goto("/review/")
    page.locator("tr", has_text="MSIT-02").locator("button").click()
    wrong += visitor.look("review open")
    page.click("button[formaction$='/return/']")
    expect(page.locator(".note-box.error")).to_be_visible()
    wrong += visitor.look("review refused")
    reader = visit(locale=locale, width=width).sign_in("reader")
    wrong += reader.look("reader's board")
    assert wrong == []


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 390), ("en-GB", 1280)])
def test_pages_before_the_first_round(
    live_server: LiveServer, visit: Visit, monkeypatch: pytest.MonkeyPatch, locale: str, width: int
) -> None:
    """Empty pages, each of which says what comes next; and the page that prepares a round."""
    monkeypatch.setattr(clock, "now", lambda: builders.kst(2021, 3, 1, 9))
    ministry = builders.ministry("ME")
    builders.task("ME-01", ministry)
    builders.round_(1)
    for name, role in (("officer", "officer"), ("approver", "approver"), ("office", "coordinator"), ("nobody", "")):
        person = builders.person(name, role, ministry if role in ("officer", "approver") else None)
        person.set_password(PASSWORD)
        person.save()
    wrong = []
    for name, addresses in {
        "officer": ("/my-tasks/", "/rounds/"),
        "approver": ("/sign-off/",),
        "office": ("/board/", "/review/", "/rounds/", "/rounds/1/prepare/"),
        "nobody": ("/",),
    }.items():
        visitor = visit(locale=locale, width=width).sign_in(name)
        for address in addresses:
            visitor.page.goto(address)
            wrong += visitor.look(f"{name} {address}")
    assert wrong == []


def test_two_people_see_both_texts(demo_portal: LiveServer, visit: Visit) -> None:
    """A conflict while typing: the row comes back with what was typed and with what the other one saved."""
    ours, theirs = (visit().sign_in("me-officer") for _ in range(2))
    first, second = ours.page, theirs.page
    for page in (first, second):
        page.goto("/my-tasks/?open=ME-02")
    row = "details.row[open] textarea[name$='-results']"
    first.fill(row, "ㅇ 먼저 저장한 글")
    expect(first.locator("details.row[open] .saved")).not_to_have_class("saved unsaved")
    second.fill(row, "ㅇ 나중에 쓴 글")
    expect(second.locator(".conflict")).to_contain_text("ㅇ 먼저 저장한 글")
    second.locator(row).press_sequentially("!")  # someone who goes on typing loses nothing of it
    expect(second.locator(row)).to_have_value("ㅇ 나중에 쓴 글!")
    assert theirs.look("conflict") == []
    second.locator(".conflict button").click()
    expect(second.locator(row)).to_have_value("ㅇ 나중에 쓴 글!")
    expect(second.locator(".conflict")).to_have_count(0)


def test_the_officers_job_by_keyboard_alone(demo_portal: LiveServer, visit: Visit) -> None:
    """From the skip link to the receipt without a mouse: Tab, arrows, Space, Enter."""
    page = visit().sign_in("mohw-officer").page
    page.keyboard.press("Tab")
    expect(page.locator("#krds-skip-link a")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "summary#MOHW-01")
    page.keyboard.press("Enter")
    tab_to(page, "input[name$='-light']")
    page.keyboard.press("Space")
    tab_to(page, "textarea[name$='-results']")
    page.keyboard.type("ㅇ 추진계획 수립에 착수함")
    tab_to(page, "textarea[name$='-plans']")
    page.keyboard.type("ㅇ 상반기 중 방안 마련")
    tab_to(page, "button[value='check']")
    expect(page.locator("details.row[open] .saved")).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator("button[value='check']")).to_be_focused()  # saving leaves the focus where it is
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/**")
    tab_to(page, "#go button[type='submit']")
    page.keyboard.press("Enter")
    expect(page.locator(".receipt .id")).to_have_text("2-MOHW-0001")
    expect(page.locator("h1")).to_be_focused()
