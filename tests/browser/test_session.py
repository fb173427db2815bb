"""Two note-takers at one meeting: each sees what the other records, and neither loses what they are typing."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from meetings.models import Decision, Meeting, Note
from records import clock
from tests.cast import AT, TaskForce
from tests.meetings.session_scene import attendance, begin, differences, item

from .conftest import PASSWORD, Visit, tab_to

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

SESSION = "/meetings/2/session/"
scripts = pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
WRITING = """() => ({
  focus: document.activeElement.id,
  caret: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
  same: window.field === document.activeElement,
  sentence: document.getElementById("text_ko").value,
  lead: document.getElementById("lead").value,
  note: document.getElementById("note-text").value,
})"""


@pytest.fixture
def meeting(live_server: LiveServer, task_force: TaskForce, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """The second meeting, on the cast's day; the two of the office can sign in."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    for name in ("coordinator", "coordinator_2"):
        person = task_force.people[name]
        person.set_password(PASSWORD)
        person.save()
    office = task_force.people["coordinator"]
    return begin(by=office, at=AT, round_=task_force.round_2, codes=("ME-01", "ME-06"))


def poll(page: Page) -> int:
    """One poll, now; returns its status."""
    with page.expect_response(lambda answer: "/session/poll/" in answer.url) as got:
        page.evaluate("htmx.trigger('#session-poll', 'again')")
    return got.value.status


def add(page: Page, sentence: str) -> None:
    page.fill("#text_ko", sentence)
    page.select_option("#lead", "ME")
    page.fill("#due_on", "2021-04-09")
    page.press("#text_ko", "Enter")


def test_one_records_and_the_other_sees_it_and_loses_nothing(meeting: Meeting, visit: Visit) -> None:
    mine, theirs = (visit(locale="en-GB").sign_in(name).page for name in ("coordinator", "coordinator_2"))
    mine.goto(SESSION)
    theirs.goto(SESSION)
    theirs.select_option("#lead", "MSIT")
    theirs.click("#text_ko")
    theirs.keyboard.type("두 부처가 함께")
    theirs.keyboard.press("ArrowLeft")
    theirs.evaluate("window.field = document.activeElement")
    before = theirs.evaluate(WRITING)
    assert (before["focus"], before["same"], before["lead"]) == ("text_ko", True, "MSIT")

    add(mine, "충전 기반 협의 일정을 정해 보고")
    expect(mine.locator("#decisions tbody th")).to_have_text(["2-01"])
    expect(mine.locator("#text_ko")).to_have_value("")
    expect(mine.locator("#text_ko")).to_be_focused()
    expect(mine.locator("#lead")).to_have_value("ME")
    expect(mine.locator("#due_on")).to_have_value("2021-04-09")
    expect(mine.locator("#session-news")).to_have_text("2-01 was recorded.")
    mine.keyboard.type("바로 이어서 다음 것도")
    mine.keyboard.press("Enter")
    expect(mine.locator("#decisions tbody th")).to_have_text(["2-02", "2-01"])

    expect(theirs.locator("#decisions tbody th")).to_have_text(["2-02", "2-01"])
    expect(theirs.locator("#count-decisions")).to_have_text("2")
    assert theirs.evaluate(WRITING) == before
    theirs.keyboard.press("End")
    theirs.keyboard.type(" 정함")
    theirs.fill("#due_on", "2021-04-10")
    theirs.press("#text_ko", "Enter")
    expect(theirs.locator("#decisions tbody th")).to_have_text(["2-03", "2-02", "2-01"])
    row = Decision.objects.get(no=3)
    assert (row.text_ko, row.lead and row.lead.code, row.by.username) == (
        "두 부처가 함께 정함",
        "MSIT",
        "coordinator_2",
    )
    assert poll(theirs) in (200, 204)
    assert differences(meeting) == []


def test_what_is_refused_stays_in_the_form_with_its_reason(meeting: Meeting, visit: Visit) -> None:
    page = visit(locale="en-GB").sign_in("coordinator").page
    page.goto(SESSION)
    page.fill("#text_ko", "주관이 없는 문장")
    page.press("#text_ko", "Enter")
    expect(page.locator("#decision-problems .note-box")).to_be_focused()
    expect(page.locator("#lead-error")).to_have_text("An action needs a lead and a due date.")
    expect(page.locator("#text_ko")).to_have_value("주관이 없는 문장")
    page.check("[name=kind][value=exhortation]")
    expect(page.locator("#lead")).not_to_be_visible()
    page.press("#text_ko", "Enter")
    expect(page.locator("#decisions tbody td").nth(1)).to_have_text("All ministries")
    expect(page.locator("#decision-problems .note-box")).to_have_count(0)
    page.reload()
    expect(page.locator("#text_ko")).to_have_value("")
    page.locator("#text_ko").press_sequentially("아직 보내지 않은 문장")
    page.reload()
    expect(page.locator("#text_ko")).to_have_value("아직 보내지 않은 문장")


def test_of_two_who_write_one_note_neither_loses_theirs(meeting: Meeting, visit: Visit) -> None:
    one, two = (visit(locale="en-GB").sign_in(name).page for name in ("coordinator", "coordinator_2"))
    one.goto(SESSION)
    two.goto(SESSION)
    one.locator("#note-text").press_sequentially("하늘")
    expect(one.locator("#note-saved")).to_have_text("Saved 14:00")
    expect(two.locator("#note-news")).to_contain_text("Cho Ara changed the note at 14:00.")
    two.locator("#note-text").press_sequentially("바다")
    conflict = two.locator("#note-trouble")
    expect(conflict.locator("blockquote")).to_have_text("하늘")
    expect(two.locator("#note-text")).to_have_value("바다")
    assert Note.objects.get().text == "하늘"
    conflict.locator("[name=over]").click()
    expect(two.locator("#note-text")).to_have_value("바다")
    expect(two.locator("#note-trouble .note-box")).to_have_count(0)
    assert Note.objects.get().text == "바다"

    one.locator("#note-text").press_sequentially(" 둘")
    expect(one.locator("#note-trouble blockquote")).to_have_text("바다")
    one.locator("#note-trouble [data-take]").click()
    expect(one.locator("#note-text")).to_have_value("바다")
    one.locator("#note-text").press("End")
    one.locator("#note-text").press_sequentially("와 하늘")
    expect(one.locator("#note-saved")).to_have_text("Saved 14:00")
    one.reload()
    expect(one.locator("#note-text")).to_have_value("바다와 하늘")
    assert Note.objects.get().text == "바다와 하늘"


def test_ticks_of_others_arrive_and_a_tick_saves_itself(meeting: Meeting, visit: Visit) -> None:
    one, two = (visit(locale="en-GB").sign_in(name).page for name in ("coordinator", "coordinator_2"))
    one.goto(SESSION)
    two.goto(SESSION)
    me, msit = (attendance(meeting, code).ministry_id for code in ("ME", "MSIT"))
    one.check(f"#p{me}-present")
    expect(one.locator("#people-count")).to_have_text("1/4")
    one.click(f"#p{msit}-row summary")
    one.check(f"#p{msit}-deputy")
    one.fill(f"#p{msit}-position", "국장")
    one.press(f"#p{msit}-position", "Tab")
    expect(one.locator(f"#p{msit}-sent")).to_have_text("deputy · 국장")
    expect(two.locator(f"#p{me}-present")).to_be_checked()
    expect(two.locator(f"#p{msit}-sent")).to_have_text("deputy · 국장")
    two.check(f"#p{msit}-present")
    expect(two.locator("#people-count")).to_have_text("2/4")
    assert attendance(meeting, "MSIT").is_present
    assert differences(meeting) == []


@scripts
def test_the_meeting_is_written_by_keyboard(meeting: Meeting, visit: Visit, js: bool) -> None:
    page = visit(js=js, locale="en-GB").sign_in("coordinator").page
    page.goto(SESSION)
    me = attendance(meeting, "ME").ministry_id
    tab_to(page, "#note-text")
    page.keyboard.type("by hand")
    tab_to(page, "#text_ko")
    page.keyboard.type("함께 정해 보고")
    tab_to(page, "#lead")
    page.keyboard.type("Env")
    tab_to(page, ".chooser summary")
    page.keyboard.press("Enter")
    tab_to(page, "[name=supporting][value=MOTIE]")
    page.keyboard.press("Space")
    if js:
        expect(page.locator(".chosen .chip")).to_have_text(["Industry"])
        page.keyboard.press("Escape")
        expect(page.locator(".chooser summary")).to_be_focused()
    tab_to(page, "#due_on")
    page.keyboard.type("09042021")
    tab_to(page, "#codes")
    page.keyboard.type("ME-01")
    tab_to(page, "#decide button")
    page.keyboard.press("Enter")
    expect(page.locator("#decisions tbody th")).to_have_text(["2-01"])
    expect(page.locator("#decisions tbody")).to_contain_text(re.compile("Environment·Industry"))
    if not js:
        page.goto(SESSION)
    tab_to(page, f"#p{me}-present")
    page.keyboard.press("Space")
    if not js:
        tab_to(page, "#people-form button")
        page.keyboard.press("Enter")
    expect(page.locator("#people-count")).to_have_text("1/4")
    page.goto(SESSION)
    if not js:
        tab_to(page, "#note-text")
        page.keyboard.type("by hand")
    tab_to(page, "#note [name=done]")
    page.keyboard.press("Enter")
    expect(page.locator("#now-title")).to_have_text("2. Progress by task")
    assert item(meeting, 1).finished_at == AT
    assert Note.objects.get().text == "by hand"
    assert differences(meeting) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_well_made(meeting: Meeting, visit: Visit, width: int) -> None:
    """quality.md 25: axe, one heading, nothing wider than the window; filled, refused, in conflict."""
    window = visit(locale="ko-KR", width=width).sign_in("coordinator")
    page, wrong = window.page, []
    page.goto(SESSION)
    wrong += window.look("the meeting")
    add(page, "충전 기반 협의 일정을 두 부처가 함께 정해 보고" * 4)
    expect(page.locator("#decisions tbody th")).to_have_text(["2-01"])
    page.click(".chooser summary")
    page.locator(".people .sent summary").first.click()
    wrong += window.look("with one decision")
    page.press("#text_ko", "Enter")
    expect(page.locator("#text_ko-error")).to_be_visible()
    wrong += window.look("refused")
    page.goto(f"/meetings/2/decisions/{Decision.objects.get().pk}/")
    page.click(".withdraw summary")
    wrong += window.look("one decision")
    page.goto("/meetings/2/remarks/")
    wrong += window.look("remarks")
    for number in (1, 2, 3, 5):
        page.goto(f"/meetings/2/projector/?page={number}")
        wrong += window.look(f"slide {number}")
    assert wrong == []


def test_the_hall_sees_a_decision_appear(meeting: Meeting, visit: Visit) -> None:
    office, hall = (visit(locale="en-GB").sign_in("coordinator").page for _ in range(2))
    office.goto(SESSION)
    hall.goto("/meetings/2/projector/?page=99")
    expect(hall.locator(".all-well")).to_be_visible()
    add(office, "함께 정해 보고")
    expect(hall.locator(".slide-decisions .no")).to_have_text(["2-01"])
    hall.keyboard.press("Home")
    expect(hall.locator(".slide-list li")).to_have_count(3)
    hall.keyboard.press("ArrowRight")
    expect(hall.locator("h1")).to_have_text("1. Progress of the scenarios")
