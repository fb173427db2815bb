"""엑셀 in a browser: from the menu to the file, back through the dry run, and on to the drafts."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import User
from records import clock
from tasks.models import Draft, Report
from tests import builders, sheets

from .conftest import Visit, tab_to
from .test_pages import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("locale", "width"), SIZES)
def test_a_workbook_goes_out_and_comes_back(
    demo_portal: LiveServer, visit: Visit, tmp_path: Path, locale: str, width: int
) -> None:
    visitor = visit(locale=locale, width=width).sign_in("me-officer")
    page = visitor.page
    page.locator("details.menu.excel summary").click()
    wrong = visitor.look("the menu")
    with page.expect_download() as download:
        page.locator(".menu-box a").click()
    book = Path(download.value.path()).read_bytes()
    broken, filled = tmp_path / "broken.xlsx", tmp_path / "filled.xlsx"
    broken.write_bytes(sheets.typed(book, "ME-02", {sheets.LIGHT: "?", sheets.COMPLETED: "?"}))
    filled.write_bytes(sheets.typed(book, "ME-02", {sheets.LIGHT: "attention", sheets.RESULTS: "ㅇ 엑셀에서 씀"}))
    page.locator("input[name=file]").set_input_files(broken)
    page.locator(".menu-box button").click()
    expect(page.locator(".note-box.error")).to_be_visible()
    wrong += visitor.look("refused")
    page.locator("input[name=file]").set_input_files(filled)
    page.locator(".upload button").click()
    expect(page.locator("ins")).to_have_count(1)
    wrong += visitor.look("the dry run")
    page.locator(".dock button").click()
    expect(page.locator("#messages")).to_contain_text("filled.xlsx")
    wrong += visitor.look("my tasks after it")
    assert wrong == []


def test_the_menu_closes_by_escape_and_by_a_click_elsewhere(demo_portal: LiveServer, visit: Visit) -> None:
    page = visit().sign_in("me-officer").page
    menu, summary = page.locator("details.menu.excel"), page.locator("details.menu.excel summary")
    summary.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.locator(".menu-box a").focus()
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_which_text_is_to_stay_is_chosen_by_the_keyboard(
    demo_portal: LiveServer, visit: Visit, tmp_path: Path, js: bool
) -> None:
    """Both wrote on one task. The file, the choice and the button are reached and used without a mouse."""
    page = visit(js=js).sign_in("me-officer").page
    filled, officer = tmp_path / "filled.xlsx", User.objects.get(username="me-officer")
    book = page.request.get("/my-tasks/workbook/?ministry=ME").body()
    filled.write_bytes(sheets.typed(book, "ME-02", {sheets.RESULTS: "ㅇ 파일의 실적"}))
    report = Report.objects.get(task__code="ME-02", round__no=2)
    builders.write(report, by=officer, at=clock.now(), results="ㅇ 포털의 실적")
    page.goto("/my-tasks/workbook/upload/?ministry=ME")
    tab_to(page, "input[name=file]")
    page.locator("input[name=file]").set_input_files(filled)
    if js:
        expect(page.locator("#workbook-chosen")).to_have_text("filled.xlsx")
    tab_to(page, ".upload button")
    page.keyboard.press("Enter")
    expect(page.locator(".picks")).to_have_count(1)
    tab_to(page, ".picks input")
    page.keyboard.press("Space")
    expect(page.locator(".picks input[value=mine]")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".picks input[value=theirs]")).to_be_checked()
    page.keyboard.press("ArrowUp")
    tab_to(page, ".dock button")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("filled.xlsx")
    assert Draft.objects.get(report=report).content["results"] == "ㅇ 파일의 실적"
