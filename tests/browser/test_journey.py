"""The main job, played as its people would: once with JavaScript, once without."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tasks.models import Report, Round, State

from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MENDED = "ㅇ 협의체 2회 개최(3. 12. 기준) (예시)"
CCU_MENDED = "ㅇ 로드맵 작성방향에 대한 부처 협의 3회 진행 (예시)"


def report(code: str) -> Report:
    return Report.objects.select_related("task").get(round__no=2, task__code=code)


def tile(page: Page, code: str) -> str:
    """The tile's accessible name on the board as it stands before the eye."""
    return page.locator(f"#t-{code}").get_attribute("aria-label") or ""


def report_the_ministrys_tasks(page: Page, *, js: bool) -> str:
    """The officer mends what was returned, answers the date that has come, checks, submits; returns the number."""
    page.goto("/my-tasks/")
    returned = page.locator("details.row[open]")
    expect(returned).to_contain_text("ME-03")
    expect(returned).to_contain_text("추진실적의 기준일을 밝혀 주십시오")
    returned.locator("textarea[name$='-results']").fill(MENDED)
    if js:
        expect(returned.locator(".saved")).to_contain_text(re.compile(r"\d\d:\d\d"))
    else:
        returned.locator("button[value='open:ME-03']").click()
    page.goto("/my-tasks/?open=ME-01")
    due = page.locator("details.row", has_text="ME-01")
    due.locator("input[value='done']").check()
    due.locator("input[name$='-on']").fill("2021-03-02")
    page.click("button[value='check']")
    expect(page.locator("ins", has_text="(3. 12. 기준)")).to_be_visible()
    expect(page.locator("input[name='unchanged']")).to_have_count(4)
    page.click("#go button[type='submit']")
    expect(page.locator(".receipt .id")).to_have_text(re.compile(r"2-ME-\d{4}"))
    return page.locator(".receipt .id").inner_text()


@pytest.mark.parametrize("js", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_round_from_mending_to_the_freeze(demo_portal: LiveServer, visit: Visit, js: bool) -> None:
    office, me, msit = (visit(js=js).sign_in(name) for name in ("coordinator", "me-officer", "msit-officer"))
    board = office.page
    board.goto("/board/")
    before = tile(board, "ME-03")
    assert "보완요청" in before

    number = report_the_ministrys_tasks(me.page, js=js)
    assert number == "2-ME-0002"
    assert report("ME-02").state == State.SUBMITTED
    if not js:
        board.reload()
    expect(board.locator("#t-ME-03")).to_have_attribute("aria-label", re.compile("보완제출"))
    expect(board.locator("#t-ME-02")).to_have_attribute("aria-label", re.compile("제출완료"))

    # The office returns one field.
    board.goto("/review/")
    board.locator("tr", has_text="MSIT-02").locator("button").click()
    board.locator("input[value='results']").check()
    board.fill("#say", "협의 횟수를 적어 주십시오")
    board.click("button[formaction$='/return/']")
    expect(board.locator("#messages")).to_contain_text("MSIT-02")
    assert report("MSIT-02").state == State.RETURNED

    # The ministry mends just that.
    msit.page.goto("/my-tasks/")
    row = msit.page.locator("details.row[open]")
    expect(row).to_contain_text("협의 횟수를 적어 주십시오")
    row.locator("textarea[name$='-results']").fill(CCU_MENDED)
    row.locator(f"button[formaction='/reports/{report('MSIT-02').pk}/submit/']").click()
    expect(msit.page.locator(".receipt .id")).to_have_text("2-MSIT-0003")

    # The office sees just that, and accepts with another light.
    board.goto("/review/")
    board.locator("tr", has_text="MSIT-02").locator("button").click()
    expect(board.locator(".fields ins")).to_have_count(1)
    expect(board.locator(".fields ins")).to_contain_text("3회")
    board.locator("[name='light'][value='attention']").check()
    board.click("button[formaction$='/accept/']")
    expect(board.locator("[role='alert'].error")).to_be_visible()  # another light wants a reason
    board.fill("#why", "협의가 진행 중이므로 관심필요로 봄")
    board.click("button[formaction$='/accept/']")
    expect(board.locator("#done")).to_contain_text("MSIT-02")
    accepted = report("MSIT-02")
    assert (accepted.state, accepted.office_light) == (State.ACCEPTED, "attention")

    # The freeze, with its confirmation.
    board.goto("/rounds/2/freeze/")
    board.locator("main input[type='checkbox']").check()
    board.locator("main form[method='post'] button").last.click()
    expect(board).to_have_url(re.compile(r"/rounds/2/$"))
    assert Round.objects.get(no=2).frozen_at is not None
    nobody_can_change_anything(me.page, office.page)


def nobody_can_change_anything(officer: Page, office: Page) -> None:
    """Forms that were open before the freeze are refused, and the rows stay as they are."""
    seen = list(Report.objects.order_by("pk").values())
    for page, address in (
        (officer, f"/reports/{report('ME-04').pk}/draft/"),
        (officer, "/submissions/2-ME-0002/withdraw/"),
        (office, f"/review/{report('ME-04').pk}/open/"),
        (office, f"/review/{report('MSIT-02').pk}/reopen/"),
    ):
        token = page.locator("input[name='csrfmiddlewaretoken']").first.input_value()
        form: dict[str, str | float | bool] = {
            "csrfmiddlewaretoken": token,
            "version": str(report("MSIT-02").version),
            "reason": "늦은 정정",
            f"r{report('ME-04').pk}-version": str(report("ME-04").version),
            f"r{report('ME-04').pk}-results": "ㅇ 늦은 수정",
        }
        answer = page.request.post(address, form=form)
        assert answer.status == 409, (address, answer.status)
    assert list(Report.objects.order_by("pk").values()) == seen
    officer.goto("/my-tasks/")
    expect(officer.locator("h1")).to_contain_text("진행 중인 점검이 없습니다")
