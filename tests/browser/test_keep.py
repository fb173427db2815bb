"""Nothing typed is lost: offline, signed out, an old token, a conflict, the freeze, a failing server, a lost answer. With a
real browser before a real server; what must not be slept through is waited for."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import Ministry, User
from records import clock
from tasks.models import Draft, Report, Round, Submission
from tests import builders

from .conftest import PASSWORD, Visit, Visitor

# What a browser shows is the same on either engine; the journey and the counted actions run on both.
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

ADDRESS = "/my-tasks/?open=ME-02"
ROW = "details.row:has(#ME-02)"
RESULTS = f"{ROW} textarea[name$='-results']"
STATE = f"{ROW} .saved"
NOTE = f"{ROW} .kept-note"
ALERT = "#alerts .note-box"
DEVICE, SAVED, PAGE = "입력한 내용을 이 기기에만 보관", re.compile(r"임시저장 \d\d:\d\d"), "이 화면에만"
TEXT = "ㅇ 터널 안에서 쓴 글"


def kept(page: Page) -> int:
    """How many texts the browser keeps."""
    count: int = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('keep:')).length")
    return count


def results(code: str = "ME-02") -> str:
    draft = Draft.objects.filter(report__task__code=code, report__round__no=2).first()
    return draft.content["results"] if draft else ""


def officer(visit: Visit, **more: Any) -> Visitor:
    visitor = visit(**more).sign_in("me-officer")
    visitor.deaf = True  # lost requests and refusals stand in the console, and the tests look at them
    return visitor


def colleague() -> User:
    """Another officer of the same ministry."""
    user = builders.person("colleague", "officer", Ministry.objects.get(code="ME"))
    user.set_password(PASSWORD)
    user.save()
    return user


def stop(page: Page, address: str, *, after: Callable[[Route], object] = lambda route: None) -> None:
    """Requests to the address get no answer, whatever the server did with them."""

    def handle(route: Route) -> None:
        after(route)
        route.abort("connectionreset")

    page.route(address, handle)


def typed_offline(visitor: Visitor, text: str = TEXT) -> None:
    page = visitor.page
    page.goto(ADDRESS)
    page.context.set_offline(True)
    page.fill(RESULTS, text)
    expect(page.locator(ALERT)).to_be_visible()
    expect(page.locator(STATE)).to_have_text(DEVICE)


def reopened(visitor: Visitor) -> Page:
    """The page was closed; another one is opened in the same browser."""
    visitor.page.close(run_before_unload=False)
    visitor.page = visitor.page.context.new_page()
    visitor.page.set_default_timeout(10_000)
    visitor.page.goto(ADDRESS)
    return visitor.page


def save_button(page: Page) -> None:
    page.click(f"{ROW} button[value='open:ME-02']")


def test_typed_offline_and_the_page_closed(demo_portal: LiveServer, visit: Visit) -> None:
    """The text comes back, says so, sends nothing by itself, and is saved by the button."""
    visitor = officer(visit)
    typed_offline(visitor)
    page = visitor.page.context.new_page()
    visitor.page.close(run_before_unload=False)  # before the browser is online again: an open page would save
    visitor.page = page
    page.context.set_offline(False)
    page.set_default_timeout(10_000)
    with_requests: list[str] = []
    page.on("request", lambda request: with_requests.append(request.method))
    page.goto(ADDRESS)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    expect(page.locator(NOTE)).to_contain_text(DEVICE)
    # By the portal's clock, less the page's way here.
    expect(page.locator(f"{NOTE} time")).to_have_text(re.compile(r"^3\. 16\. (13:59|14:\d\d)$"))
    expect(page.locator(STATE)).to_have_text(DEVICE)
    assert visitor.look("restored") == []
    assert results() == ""
    assert "POST" not in with_requests
    save_button(page)
    page.wait_for_url("**/my-tasks/**#ME-02")
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    expect(page.locator(NOTE)).to_have_count(0)
    assert results() == TEXT
    assert kept(page) == 0


def test_without_the_script_the_text_is_gone(demo_portal: LiveServer, visit: Visit) -> None:
    """The control of the test above."""
    visitor = officer(visit)
    visitor.page.context.route("**/js/keep*.js", lambda route: route.abort())
    visitor.page.goto(ADDRESS)
    visitor.page.context.set_offline(True)
    visitor.page.fill(RESULTS, TEXT)
    expect(visitor.page.locator(ALERT)).to_be_visible()
    visitor.page.context.set_offline(False)
    stop(visitor.page, "**/draft/")
    page = reopened(visitor)
    expect(page.locator(RESULTS)).not_to_have_value(TEXT)


def test_the_line_comes_back(demo_portal: LiveServer, visit: Visit) -> None:
    """Online again, the row saves itself; the alert goes with the last one that is saved; leaving asks nothing."""
    visitor = officer(visit)
    typed_offline(visitor)
    page = visitor.page
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_have_text(SAVED)
    expect(page.locator(ALERT)).to_have_count(0)
    assert results() == TEXT
    assert kept(page) == 0


def test_leaving_asks_nothing_while_the_text_is_kept(demo_portal: LiveServer, visit: Visit) -> None:
    visitor = officer(visit)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    visitor.page.on("dialog", leave)
    typed_offline(visitor)
    visitor.page.context.set_offline(False)
    stop(visitor.page, "**/draft/")
    visitor.page.goto("/my-tasks/check/?ministry=ME")
    assert asked == []
    visitor.page.goto(ADDRESS)
    expect(visitor.page.locator(RESULTS)).to_have_value(TEXT)


def test_discarded(demo_portal: LiveServer, visit: Visit) -> None:
    """The portal's text stands there again, and nothing is kept."""
    visitor = officer(visit)
    visitor.page.goto(ADDRESS)
    before = visitor.page.input_value(RESULTS)
    typed_offline(visitor)
    visitor.page.context.set_offline(False)
    stop(visitor.page, "**/draft/")
    page = reopened(visitor)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    page.click(f"{NOTE} button")
    expect(page.locator(RESULTS)).to_have_value(before)
    expect(page.locator(STATE)).not_to_have_text(DEVICE)
    assert kept(page) == 0


def test_the_session_ended_and_the_same_tab_signs_in(demo_portal: LiveServer, visit: Visit) -> None:
    visitor = officer(visit)
    page = visitor.page
    page.goto(ADDRESS)
    Session.objects.all().delete()
    page.fill(RESULTS, TEXT)
    expect(page.locator(f"{ALERT} a[target=_blank]")).to_be_visible()
    expect(page.locator(STATE)).to_have_text(DEVICE)
    visitor.sign_in("me-officer")
    page.goto(ADDRESS)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    page.locator(RESULTS).press_sequentially(".")
    expect(page.locator(STATE)).to_have_text(SAVED)
    assert results().strip(".") == TEXT
    assert kept(page) == 0


def test_an_old_token_is_renewed(demo_portal: LiveServer, visit: Visit) -> None:
    """The same person signed in anew: the row goes on by itself."""
    visitor = officer(visit)
    page = visitor.page
    page.goto(ADDRESS)
    page.context.clear_cookies(name="csrftoken")
    page.fill(RESULTS, TEXT)
    expect(page.locator(STATE)).to_have_text(SAVED)
    expect(page.locator(ALERT)).to_have_count(0)
    assert results() == TEXT


def test_somebody_else_signed_in_meanwhile(demo_portal: LiveServer, visit: Visit) -> None:
    """One's own text never goes out in another person's name, and that person sees nothing of it."""
    visitor = officer(visit)
    page = visitor.page
    page.goto(ADDRESS)
    before = results()
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("[name=login]", colleague().username)
    other.fill("[name=password]", PASSWORD)
    other.press("[name=password]", "Enter")
    other.wait_for_url(lambda url: "/accounts/login" not in url)
    page.fill(RESULTS, TEXT)
    expect(page.locator(ALERT)).to_contain_text("다른 사람")
    expect(page.locator(STATE)).to_have_text(DEVICE)
    other.goto(ADDRESS)
    expect(other.locator(RESULTS)).to_be_visible()
    expect(other.locator(RESULTS)).not_to_have_value(TEXT)
    assert kept(other) == 1
    assert results() == before


def test_another_officer_saved_meanwhile(demo_portal: LiveServer, visit: Visit) -> None:
    """What comes back is judged on the version it was typed over: 409 with both texts, nothing overwritten."""
    visitor = officer(visit)
    typed_offline(visitor)
    report = Report.objects.get(task__code="ME-02", round__no=2)
    builders.write(report, by=colleague(), at=clock.now(), results="ㅇ 동료가 쓴 글")
    visitor.page.context.set_offline(False)
    page = visitor.page
    expect(page.locator(f"{ROW} .conflict")).to_contain_text("ㅇ 동료가 쓴 글")  # by itself, as the line came back
    page = reopened(visitor)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    expect(page.locator(f"{NOTE} [data-newer]")).to_be_visible()
    save_button(page)
    expect(page.locator(f"{ROW} .conflict")).to_contain_text("ㅇ 동료가 쓴 글")
    expect(page.locator(f"{ROW} .conflict")).to_contain_text(TEXT)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    assert visitor.look("conflict after coming back") == []
    assert results() == "ㅇ 동료가 쓴 글"
    assert kept(page) == 1
    page.click(f"{ROW} button[name=over]")
    expect(page.locator(f"{ROW} .conflict")).to_have_count(0)
    assert results() == TEXT


def test_the_freeze_came_in_between(demo_portal: LiveServer, visit: Visit) -> None:
    """There is no form any more: the text is there to be read and copied."""
    visitor = officer(visit)
    typed_offline(visitor)
    office = User.objects.filter(postings__role="coordinator").first()
    round_ = Round.objects.current()
    assert office
    assert round_
    builders.freeze(round_, by=office, at=clock.now())
    stop(visitor.page, "**/draft/")
    visitor.page.context.set_offline(False)
    page = reopened(visitor)
    expect(page.locator("#kept dd", has_text=TEXT)).to_be_visible()
    expect(page.locator("#kept")).to_contain_text("ME-02")
    assert visitor.look("kept after the freeze") == []
    page.click("#kept button")
    expect(page.locator("#kept")).to_be_hidden()
    assert kept(page) == 0


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_error_while_saving(demo_portal: LiveServer, visit: Visit, status: int) -> None:
    visitor = officer(visit)
    page = visitor.page
    page.clock.install()
    page.goto(ADDRESS)
    page.route("**/draft/", lambda route: route.fulfill(status=status, body="<h1>out of order</h1>"))
    page.fill(RESULTS, TEXT)
    page.clock.run_for(2_000)
    expect(page.locator(ALERT)).to_be_visible()
    expect(page.locator(STATE)).to_have_text(DEVICE)
    assert results() != TEXT
    page.unroute("**/draft/")
    page.clock.run_for(20_000)  # the gentle retry
    expect(page.locator(STATE)).to_have_text(SAVED)
    expect(page.locator(ALERT)).to_have_count(0)
    assert results() == TEXT


def test_a_server_error_of_a_whole_form(demo_portal: LiveServer, visit: Visit) -> None:
    """The page stays as it is, with what was typed, and the button works again."""
    page = officer(visit).page
    page.goto(ADDRESS)
    stop(page, "**/draft/")
    page.fill(RESULTS, TEXT)
    expect(page.locator(ALERT)).to_be_visible()
    page.route("**/my-tasks/", lambda route: route.fulfill(status=500, body="<h1>out of order</h1>"))
    page.click("#dock button[value=check]")
    expect(page.locator(ALERT)).to_be_visible()
    expect(page.locator("#confirming")).to_be_hidden()
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    page.unroute("**/my-tasks/")
    page.click("#dock button[value=check]")
    page.wait_for_url("**/check/**")
    assert results() == TEXT


def test_an_own_save_whose_answer_was_lost_is_no_conflict(demo_portal: LiveServer, visit: Visit) -> None:
    """It arrived, the answer did not; more was typed over it. Nobody is put in conflict with themselves."""
    page = officer(visit).page
    page.goto(ADDRESS)
    stop(page, "**/draft/", after=lambda route: route.fetch())
    page.fill(RESULTS, "ㅇ 먼저")
    expect(page.locator(ALERT)).to_be_visible()
    assert results() == "ㅇ 먼저"
    page.fill(RESULTS, TEXT)
    expect(page.locator(STATE)).to_have_text(DEVICE)
    page.unroute("**/draft/")
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect(page.locator(STATE)).to_have_text(SAVED)
    expect(page.locator(f"{ROW} .conflict")).to_have_count(0)
    expect(page.locator(STATE)).not_to_have_text(DEVICE)
    expect(page.locator(f"{ROW} .panel[data-kept]")).to_have_count(0)
    assert results() == TEXT
    assert kept(page) == 0


def test_the_same_after_the_page_was_closed(demo_portal: LiveServer, visit: Visit) -> None:
    visitor = officer(visit)
    page = visitor.page
    page.goto(ADDRESS)
    stop(page, "**/draft/", after=lambda route: route.fetch())
    page.fill(RESULTS, "ㅇ 먼저")
    expect(page.locator(ALERT)).to_be_visible()
    page.context.set_offline(True)
    page.fill(RESULTS, TEXT)
    expect(page.locator(STATE)).to_have_text(DEVICE)
    page.close(run_before_unload=False)
    visitor.page = page = page.context.new_page()
    page.context.set_offline(False)
    page.goto(ADDRESS)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    expect(page.locator(f"{NOTE} [data-newer]")).to_be_hidden()
    save_button(page)
    expect(page.locator(NOTE)).to_have_count(0)
    assert results() == TEXT


def test_signing_out_clears_what_is_kept(demo_portal: LiveServer, visit: Visit) -> None:
    """Asked first, as it is the only copy; then nothing is left for the next person, nor for oneself."""
    visitor = officer(visit)
    page = visitor.page
    page.goto(ADDRESS)
    stop(page, "**/draft/")
    page.fill(RESULTS, TEXT)
    expect(page.locator(STATE)).to_have_text(DEVICE)
    leave = "header form[action$='/logout/'] button"
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.click(leave)
    assert len(asked) == 1
    assert kept(page) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(leave)
    page.wait_for_url(lambda url: "/my-tasks/" not in url)
    assert kept(page) == 0
    visitor.sign_in(colleague().username)
    page.goto(ADDRESS)
    expect(page.locator(RESULTS)).not_to_have_value(TEXT)


def test_the_server_has_the_browser_forget_as_well(demo_portal: LiveServer, visit: Visit) -> None:
    """Clear-Site-Data, without any help of the script."""
    visitor = officer(visit)
    page = visitor.page
    page.context.route("**/js/keep*.js", lambda route: route.abort())
    page.goto(ADDRESS)
    page.evaluate("localStorage.setItem('keep:1:report:1', '{}')")
    page.click("header form[action$='/logout/'] button")
    page.wait_for_url(lambda url: "/my-tasks/" not in url)
    assert kept(page) == 0


def test_two_weeks_are_enough(demo_portal: LiveServer, visit: Visit) -> None:
    visitor = officer(visit)
    typed_offline(visitor)
    visitor.page.context.set_offline(False)
    stop(visitor.page, "**/draft/")
    age = """(days) => Object.keys(localStorage).forEach((name) => {
        const entry = JSON.parse(localStorage.getItem(name));
        localStorage.setItem(name, JSON.stringify({ ...entry, at: Date.now() - days * 24 * 3600 * 1000 }));
    })"""
    visitor.page.evaluate(age, 13)
    page = reopened(visitor)
    expect(page.locator(RESULTS)).to_have_value(TEXT)
    page.evaluate(age, 15)
    page = reopened(visitor)
    expect(page.locator(RESULTS)).not_to_have_value(TEXT)
    assert kept(page) == 0


def test_a_browser_that_keeps_nothing(demo_portal: LiveServer, visit: Visit) -> None:
    """Everything works as before, and the state does not promise what is not so."""
    visitor = visit()
    page = visitor.page
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    visitor.sign_in("me-officer")
    visitor.deaf = True
    page.goto(ADDRESS)
    stop(page, "**/draft/")
    page.fill(RESULTS, TEXT)
    expect(page.locator(ALERT)).to_be_visible()
    expect(page.locator(STATE)).to_contain_text(PAGE)
    page.unroute("**/draft/")
    page.locator(RESULTS).press_sequentially(".")
    expect(page.locator(STATE)).to_have_text(SAVED)
    assert results().strip(".") == TEXT


def test_the_verdict_is_kept(demo_portal: LiveServer, visit: Visit) -> None:
    """It is saved nowhere else while it is written; a verdict that was given is not offered again."""
    visitor = visit().sign_in("coordinator")
    page = visitor.page
    report = Report.objects.filter(round__no=2, state="submitted", opened_by_office_at__isnull=False).first()
    if report is None:
        report = Report.objects.filter(round__no=2, state="submitted").first()
        assert report
        page.goto(f"/review/{report.pk}/")
        page.click("form[action$='/open/'] button")
    page.goto(f"/review/{report.pk}/")
    page.fill("#say", "기준일을 밝혀 주시기 바람")
    expect(page.locator("#verdict-saved")).to_have_text(DEVICE)
    page.goto("/review/")
    expect(page.locator("#kept")).to_contain_text("기준일을 밝혀 주시기 바람")
    page.click("#kept a")
    expect(page.locator("#say")).to_have_value("기준일을 밝혀 주시기 바람")
    expect(page.locator(".kept-note")).to_be_visible()
    page.click("button[formaction$='/return/']")
    page.wait_for_url(lambda url: f"/review/{report.pk}/" not in url)
    assert kept(page) == 0
    assert report.returns.get().comment == "기준일을 밝혀 주시기 바람"


def to_check(page: Page) -> None:
    page.goto(ADDRESS)
    page.click("#dock button[value=check]")
    page.wait_for_url("**/check/**")


def test_the_answer_was_lost_after_the_commit(demo_portal: LiveServer, visit: Visit) -> None:
    """ "Confirming receipt" until the same body under the same key is answered: one submission, its receipt."""
    visitor = officer(visit)
    page = visitor.page
    to_check(page)
    before = set(Submission.objects.values_list("pk", flat=True))
    keys: list[str] = []

    def handle(route: Route) -> None:
        keys.append(re.findall(r'name="key"\s+([0-9a-f-]{36})', route.request.post_data or "")[0])
        if len(keys) > 2:
            return route.continue_()
        route.fetch()
        return route.abort("connectionreset")

    page.route("**/my-tasks/submit/", handle)
    page.click("#go button[type=submit]")
    expect(page.locator("#confirming [role=status]")).to_have_text("접수 확인 중 — 아직 제출되지 않았습니다")
    assert visitor.look("confirming") == []
    page.wait_for_url("**/submissions/**")
    expect(page.locator(".receipt .id")).to_be_visible()
    (new,) = Submission.objects.exclude(pk__in=before)
    expect(page.locator(".receipt .id")).to_have_text(new.number)
    assert keys == [keys[0]] * 3


def test_not_confirmed_and_the_page_opened_again(demo_portal: LiveServer, visit: Visit) -> None:
    """Stopped, reloaded: the check page under its new key says that all is sent, and leads to the receipt."""
    page = officer(visit).page
    to_check(page)
    before = set(Submission.objects.values_list("pk", flat=True))
    stop(page, "**/my-tasks/submit/", after=lambda route: route.fetch())
    page.click("#go button[type=submit]")
    expect(page.locator("#confirming")).to_be_visible()
    page.click("#confirming button")
    expect(page.locator("#confirming")).to_be_hidden()
    expect(page.locator(ALERT)).to_be_visible()
    expect(page.locator("#go button[type=submit]")).to_be_visible()
    page.goto("/my-tasks/check/?ministry=ME")
    (new,) = Submission.objects.exclude(pk__in=before)
    expect(page.locator("main .note-box a")).to_have_text(new.number)
    page.unroute("**/my-tasks/submit/")


def test_one_row_whose_answer_was_lost(demo_portal: LiveServer, visit: Visit) -> None:
    page = officer(visit).page
    page.goto(ADDRESS)
    before = set(Submission.objects.values_list("pk", flat=True))
    page.check(f"{ROW} input[value=on_track]")
    page.fill(RESULTS, TEXT)
    page.fill(f"{ROW} textarea[name$='-plans']", "ㅇ 4월 중 공표")
    page.check(f"{ROW} .milestone input[value=keep]")
    expect(page.locator(STATE)).to_have_text(SAVED)
    stop(page, "**/submit/", after=lambda route: route.fetch())
    page.click(f"{ROW} button[formaction$='/submit/']")
    expect(page.locator("#confirming")).to_contain_text("아직 제출되지 않았습니다")
    page.unroute("**/submit/")
    page.wait_for_url("**/submissions/**")
    assert Submission.objects.exclude(pk__in=before).count() == 1
    assert kept(page) == 0
