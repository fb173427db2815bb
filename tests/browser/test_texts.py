"""Writing with earlier texts at hand: phrases copied to the caret, the length while typing, the guide, the paper."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Draft, Report

from .conftest import Visit

# What a browser shows is the same on either engine; the journey and the counted actions run on both.
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

ROW = "details.row[open]"
RESULTS, PLANS = (f"{ROW} textarea[name$='-{name}']" for name in ("results", "plans"))


def saved(page: Page) -> None:
    expect(page.locator(f"{ROW} .saved")).to_contain_text(re.compile(r"\d\d:\d\d"))


def draft_of(code: str) -> dict[str, str]:
    found: dict[str, str] = Draft.objects.get(report__task__code=code, report__round__no=2).content
    return found


def caret(page: Page, selector: str, at: int) -> None:
    page.locator(selector).evaluate("(area, at) => { area.focus(); area.setSelectionRange(at, at); }", at)


def test_a_phrase_goes_to_the_caret_of_the_field_being_written_and_is_saved(
    demo_portal: LiveServer, visit: Visit
) -> None:
    """Into the text that was written in last; without one at the end of the results. It is saved like what is typed."""
    visitor = visit().sign_in("me-officer")
    page = visitor.page
    page.goto("/my-tasks/?open=ME-02")
    before = page.locator(RESULTS).input_value()
    page.locator(f"{ROW} .earlier > summary").press("Enter")
    copy = page.locator(f"{ROW} .phrase button")
    expect(copy.first).to_be_visible()
    copy.first.press("Enter")
    expect(page.locator(RESULTS)).to_have_value(f"{before}\n{before}")
    expect(page.locator(f"{ROW} .copied")).to_contain_text("추진실적")
    page.fill(PLANS, "ㅇ 처음 ㅇ 끝")
    caret(page, PLANS, 5)
    copy.first.click()
    expect(page.locator(PLANS)).to_have_value(f"ㅇ 처음 {before}ㅇ 끝")
    caret(page, PLANS, 0)
    copy.first.click()
    expect(page.locator(PLANS)).to_have_value(f"{before}\nㅇ 처음 {before}ㅇ 끝")
    saved(page)
    page.wait_for_function("!document.querySelector('.panel[data-unsaved]')")
    assert draft_of("ME-02")["results"] == f"{before}\n{before}"
    assert draft_of("ME-02")["plans"] == f"{before}\nㅇ 처음 {before}ㅇ 끝"
    assert visitor.look("earlier reports in the panel") == []


@pytest.mark.parametrize("address", ["/reports/{pk}/earlier/", "/my-tasks/history/"])
def test_a_phrase_goes_onto_the_clipboard(demo_portal: LiveServer, visit: Visit, address: str) -> None:
    """Where nothing is written: by the keyboard, said beside the button and aloud."""
    visitor = visit(permissions=["clipboard-read", "clipboard-write"]).sign_in("me-officer")
    page, report = visitor.page, Report.objects.get(task__code="ME-01", round__no=2)
    page.goto(address.format(pk=report.pk))
    if "history" in address:
        page.locator("tr.texts summary").first.press("Enter")
    button = page.locator(".phrase button").first
    button.press("Enter")
    expect(button).to_have_class(re.compile("done"))
    expect(page.locator("[data-clipped]")).to_contain_text("이행계획 초안 마련")
    assert page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-clip")
    assert visitor.look("copied") == []


def test_the_length_follows_what_is_typed(demo_portal: LiveServer, visit: Visit) -> None:
    page = visit().sign_in("me-officer").page
    page.goto("/my-tasks/?open=ME-02")
    hint = page.locator(f"{ROW} [id$='-results-length']")
    unit = re.sub(r"^1/5", "", hint.inner_text())
    for text, shown in (("ㅇ 하나\nㅇ 둘", f"2/5{unit}"), ("1\n2\n3\n4\n5\n6", f"6/5{unit}"), ("", "")):
        page.fill(RESULTS, text)
        expect(hint).to_have_text(shown)
    page.fill(RESULTS, "가" * 2999)
    expect(hint).to_contain_text("2999/3000")
    page.fill(RESULTS, "가" * 3001)
    expect(hint).to_have_class(re.compile("over"))
    page.fill(RESULTS, "ㅇ 이 기기에 남은 글\nㅇ 둘째 줄")
    saved(page)
    page.reload()
    expect(hint).to_have_text(f"2/5{unit}")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_guide_opens_by_the_keyboard(demo_portal: LiveServer, visit: Visit, js: bool) -> None:
    visitor = visit(js=js).sign_in("me-officer")
    page = visitor.page
    page.goto("/my-tasks/")
    menu = page.locator("details.menu", has=page.locator("[hx-get$='/guide/']"))
    menu.locator("summary").press("Enter")
    if not js:
        menu.locator("a").click()
        expect(page.locator(".guide section").first).to_be_visible()
        return
    expect(menu.locator(".guide section").first).to_be_visible()
    assert visitor.look("my tasks with the guide") == []
    page.keyboard.press("Escape")
    expect(menu.locator(".guide")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def test_an_indicator_is_saved_while_it_is_typed(demo_portal: LiveServer, visit: Visit) -> None:
    visitor = visit().sign_in("me-officer")
    page = visitor.page
    page.goto("/my-tasks/?open=ME-03")
    value = page.locator(f"{ROW} input[name$='-value']")
    value.fill("많음")
    error = page.locator(f"{ROW} [id*='-indicator-']:not(:empty)")
    expect(error).to_be_visible()
    value.fill("1,234.5")
    expect(error).to_have_count(0)
    page.wait_for_function("!document.querySelector('.panel[data-unsaved]')")
    assert [row["value"] for row in draft_of("ME-03")["indicators"].values()] == ["1234.5"]  # type: ignore[attr-defined]
    page.locator(f"{ROW} .values > summary").click()
    assert visitor.look("an indicator") == []


@pytest.mark.parametrize(("locale", "width"), [("ko-KR", 1280), ("en-GB", 390)])
def test_the_pages_beside_my_tasks(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    visitor = visit(locale=locale, width=width).sign_in("me-officer")
    pk = Report.objects.get(task__code="ME-03", round__no=2).pk
    wrong = []
    for address in (
        "/my-tasks/history/",
        "/my-tasks/guide/",
        "/my-tasks/print/",
        f"/reports/{pk}/earlier/",
        f"/reports/{pk}/",
    ):
        visitor.page.goto(address)
        wrong += visitor.look(address)
    visitor.page.goto("/my-tasks/print/")
    visitor.page.emulate_media(media="print")
    assert not visitor.page.locator("header.top, .acts, .demo").filter(visible=True).count()
    assert wrong == []
    office = visit(locale=locale, width=width).sign_in("coordinator")
    office.page.goto(f"/review/{pk}/")
    office.page.locator(".rail details", has=office.page.locator("svg[role=img]")).locator("summary").first.click()
    assert office.look("review with indicators") == []
