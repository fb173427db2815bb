"""정정 in a real browser: asked for and decided on with and without JavaScript, looked at on both sizes, printed on A4."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import User
from records import clock
from tasks.models import Correction, CorrectionDecision, Report
from tests import builders

from .conftest import Visit, tab_to
from .test_pages import SIZES, pk

# What a browser shows is the same on either engine; the journey and the counted actions run on both.
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

TABLE = "/rounds/1/corrections/"


def ask(page: Page, report: int, field: str, text: str, reason: str) -> None:
    page.goto(f"/reports/{report}/")
    page.click("section:has(#corrections) a[href$='/correction/']")
    page.click(f"nav.seg a[href='?field={field}']")
    page.fill("#text", text)
    page.fill("#reason", reason)
    page.click("form .send button")


@pytest.mark.parametrize("js", [True, False], ids=["with a script", "without"])
def test_a_correction_from_question_to_table(demo_portal: LiveServer, visit: Visit, js: bool) -> None:
    """Refused once at the field with everything kept, then asked for, then approved with the next number."""
    report = pk("ME-03", 1)
    page = visit(js=js).sign_in("me-officer").page
    ask(page, report, "plans", "ㅇ 4월 초 초안 마련 (예시)", "")
    expect(page.locator("#reason-error")).to_be_visible()
    expect(page.locator("#text")).to_have_value("ㅇ 4월 초 초안 마련 (예시)")
    page.fill("#reason", "시기를 잘못 적음 (예시)")
    page.click("form .send button")
    page.wait_for_url(f"**/reports/{report}/")
    expect(page.locator("article", has_text="시기를 잘못 적음")).to_be_visible()
    office = visit(js=js).sign_in("coordinator").page
    office.goto("/rounds/")
    office.click(f"a[href='{TABLE}']")
    office.click("article.correction button[value='declined']")
    expect(office.locator("#comment-error")).to_be_visible()
    office.click("article.correction button[value='approved']")
    office.wait_for_url(f"**{TABLE}")
    expect(office.locator("#no-2")).to_contain_text("시기를 잘못 적음")
    assert list(CorrectionDecision.objects.order_by("no").values_list("no", flat=True)) == [1, 2]


def test_pressed_twice_it_is_asked_once(demo_portal: LiveServer, visit: Visit) -> None:
    page = visit().sign_in("me-officer").page
    page.goto(f"/reports/{pk('ME-03', 1)}/correction/?field=plans")
    page.fill("#text", "ㅇ 다른 계획 (예시)")
    page.fill("#reason", "오기 (예시)")
    page.locator("form .send button").dblclick()
    page.wait_for_url("**/reports/*/")
    expect(page.locator("h1")).to_be_visible()
    assert Correction.objects.filter(field="plans").count() == 1


def test_what_was_typed_for_one_field_waits_while_another_is_looked_at(demo_portal: LiveServer, visit: Visit) -> None:
    page = visit().sign_in("me-officer").page
    page.goto(f"/reports/{pk('ME-03', 1)}/correction/?field=plans")
    page.fill("#reason", "시기를 잘못 적음 (예시)")
    page.click("nav.seg a[href='?field=issues']")
    expect(page.locator("#reason")).to_have_value("")
    page.click("nav.seg a[href='?field=plans']")
    expect(page.locator("#reason")).to_have_value("시기를 잘못 적음 (예시)")
    expect(page.locator(".kept-note").first).to_be_visible()


def test_by_keyboard_alone(demo_portal: LiveServer, visit: Visit) -> None:
    page = visit().sign_in("me-officer").page
    page.goto(f"/reports/{pk('ME-03', 1)}/correction/?field=light")
    tab_to(page, "input[name='text']")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#reason")
    page.keyboard.type("잘못 켠 신호등 (예시)")
    tab_to(page, "form .send button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/*/")
    assert Correction.objects.get(field="light").text == "attention"


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_before_a_demanding_eye(demo_portal: LiveServer, visit: Visit, locale: str, width: int) -> None:
    """Every state of the pages: with corrections, waiting, refused, empty fields, a field that waits."""
    report = pk("ME-03", 1)
    officer = visit(locale=locale, width=width).sign_in("me-officer")
    page, wrong = officer.page, []
    for field in ("light", "results", "plans", "issues", "progress"):
        page.goto(f"/reports/{report}/correction/?field={field}")
        wrong += officer.look(f"asking for {field}")
    ask(page, report, "plans", "가" * 3001, "")
    expect(page.locator("#text-error")).to_be_visible()
    wrong += officer.look("refused")
    ask(page, report, "plans", "가나다 " * 700, "까닭 " * 300)
    expect(page.locator("article.correction")).to_have_count(2)
    wrong += officer.look("the report")
    page.goto(f"/reports/{report}/correction/?field=plans")
    wrong += officer.look("a field that waits")
    office = visit(locale=locale, width=width).sign_in("coordinator")
    for address in (TABLE, "/rounds/", "/rounds/1/record/", "/rounds/1/", f"/reports/{report}/"):
        office.page.goto(address)
        wrong += office.look(address)
    office.page.goto(TABLE)
    office.page.click("button[value='declined']")
    expect(office.page.locator("#comment-error")).to_be_visible()
    wrong += office.look("decision refused")
    assert wrong == []


def test_the_table_fits_on_paper(demo_portal: LiveServer, visit: Visit) -> None:
    """On A4 (718 px between the margins) it stays a table, without what is only for the screen."""
    visitor = visit()
    page = visitor.sign_in("coordinator").page
    other = builders.fresh(Report.objects.get(pk=pk("ME-03", 1)))
    builders.ask_correction(other, by=User.objects.get(username="me-officer"), at=clock.now())  # waits
    page.set_viewport_size({"width": 718, "height": 1000})
    page.emulate_media(media="print")
    page.goto(TABLE)
    expect(page.locator("#no-1")).to_be_visible()
    expect(page.locator(".waits")).to_be_hidden()
    expect(page.locator("thead")).to_be_visible()
    wide = "[...document.querySelectorAll('main *')].filter(row => row.getBoundingClientRect().right > 718)"
    assert page.evaluate(f"{wide}.map(row => row.outerHTML.slice(0, 200))") == []
    assert (
        page.locator("#no-1 > *").evaluate_all(
            "cells => new Set(cells.map(cell => cell.getBoundingClientRect().top)).size"
        )
        == 1
    )
