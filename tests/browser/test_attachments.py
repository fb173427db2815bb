"""Attaching with a real browser: chosen, removed, sent, downloaded; with the script and without it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tasks.models import Attachment, Draft, Report
from tests import documents

from .conftest import Visit

# What a browser shows is the same on either engine; the journey and the counted actions run on both.
pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

ROW = "details.row[open]"
RESULTS = f"{ROW} textarea[name$='-results']"
INPUT = f"{ROW} input[type='file']"


def payload(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose(page: Page, *files: FilePayload, js: bool) -> None:
    page.set_input_files(INPUT, list(files))
    if not js:
        page.click(f"{ROW} button[formaction$='/attachments/']")


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_attach_remove_send_and_download(demo_portal: LiveServer, visit: Visit, js: bool) -> None:
    """What is being typed meanwhile is kept, and the bytes come back as they went."""
    visitor = visit(js=js).sign_in("me-officer")
    page, files = visitor.page, page_files(visitor.page)
    page.goto("/my-tasks/?open=ME-02")
    page.fill(RESULTS, "ㅇ 파일과 함께 쓴 글")
    choose(page, payload("계획.pdf", documents.PDF), payload("표.xlsx", documents.xlsx()), js=js)
    expect(files).to_have_count(2)
    expect(page.locator(RESULTS)).to_have_value("ㅇ 파일과 함께 쓴 글")
    choose(page, payload("프로그램.pdf", documents.EXE), js=js)
    expect(page.locator(f"{ROW} [id$='-attachments-error']")).to_contain_text("프로그램.pdf")
    expect(files).to_have_count(2)
    assert not js or visitor.look("a refused file") == []
    files.filter(has_text="표.xlsx").locator("button").click()
    expect(files).to_have_count(1)
    if js:
        expect(page.locator(INPUT)).to_be_focused()
    page.fill(RESULTS, "ㅇ 파일을 지운 뒤에 쓴 글")
    if js:
        expect(page.locator(f"{ROW} .saved")).to_contain_text(re.compile(r"\d\d:\d\d"))
    page.locator(f"{ROW} .milestone input[value='done']").first.check()
    page.locator(f"{ROW} .milestone input[name$='-on']").first.fill("2021-03-02")
    page.click(f"{ROW} button[formaction$='/submit/']")
    expect(page.locator(".receipt .id")).to_be_visible()
    report = Report.objects.get(task__code="ME-02", round__no=2)
    assert report.current is not None
    assert report.current.results == "ㅇ 파일을 지운 뒤에 쓴 글"
    assert [row.attachment.name for row in report.current.attached.all()] == ["계획.pdf"]
    page.goto(f"/reports/{report.pk}/")
    with page.expect_download() as download:
        page.click(".files a")
    assert download.value.suggested_filename == "계획.pdf"
    assert Path(download.value.path()).read_bytes() == documents.PDF
    office = visit(js=js).sign_in("coordinator").page
    office.goto(f"/review/{report.pk}/")
    expect(office.locator("ins", has_text="계획.pdf")).to_be_visible()


def page_files(page: Page) -> Locator:
    return page.locator(f"{ROW} .files li")


def test_typing_while_a_file_goes_up_loses_neither(demo_portal: LiveServer, visit: Visit) -> None:
    """The upload and the saving of the text never meet: each waits for the other, over one version."""
    page = visit().sign_in("me-officer").page
    page.goto("/my-tasks/?open=ME-02")
    held: list[Route] = []
    page.route("**/attachments/", lambda route: route.continue_() if held else held.append(route))
    page.fill(RESULTS, "ㅇ 먼저 쓴 글")
    choose(page, payload("계획.pdf", documents.PDF), js=True)
    expect(page.locator(f"{ROW} [data-sending]")).not_to_be_empty()
    choose(page, payload("그림.png", documents.png()), js=True)  # and another one, before the first has arrived
    page.locator(RESULTS).press_sequentially(" 이어서 쓴 글")
    expect(page.locator(f"{ROW} .saved")).to_have_class(re.compile("unsaved"))
    held[0].continue_()
    expect(page_files(page)).to_have_count(2)
    expect(page.locator(f"{ROW} .saved")).to_contain_text(re.compile(r"\d\d:\d\d"))
    expect(page.locator(f"{ROW} .conflict")).to_have_count(0)
    expect(page.locator(RESULTS)).to_have_value("ㅇ 먼저 쓴 글 이어서 쓴 글")
    last = "쓴 글!".encode()  # an earlier save may still be under way
    with page.expect_response(lambda answer: last in (answer.request.post_data_buffer or b"")):
        page.locator(RESULTS).press("!")
    draft = Draft.objects.get(report__task__code="ME-02", report__round__no=2)
    assert draft.content["results"] == "ㅇ 먼저 쓴 글 이어서 쓴 글!"
    assert draft.content["attachments"] == [str(row.pk) for row in Attachment.objects.order_by("pk")]
