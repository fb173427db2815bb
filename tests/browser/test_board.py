"""The board refreshes itself before the eye of whoever reads it: it moves nothing, repeats nothing, and stops when it
is told to, when nobody looks, and when its round is over."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import User
from records import clock
from tasks.models import Report, Round
from tests import builders

from .conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]

READING = """() => ({
  scroll: scrollY,
  focus: document.activeElement.id,
  selected: String(getSelection()),
  rows: [...document.querySelectorAll("#board-table tbody tr")].map((row) => row.querySelector("[id]")?.id),
})"""
# What the eye rests on: the focus on a tile, a selection in another row, scrolled down.
BEGIN_TO_READ = """() => {
  scrollTo({top: 150, behavior: "instant"});
  document.getElementById("t-ME-03").focus({preventScroll: true});
  getSelection().selectAllChildren(document.getElementById("m-MOE"));
  window.same = document.getElementById("t-ME-03");
  window.changes = [];
  const seen = new MutationObserver((records) => window.changes.push(...records.map((row) => row.target.nodeName)));
  for (const id of ["board-ledger", "board-table", "board-jobs"]) {
    seen.observe(document.getElementById(id), {subtree: true, childList: true, attributes: true, characterData: true});
  }
}"""


def poll(page: Page) -> int:
    """One poll, now; returns its status."""
    with page.expect_response(lambda answer: "/board/poll/" in answer.url) as got:
        page.evaluate("htmx.trigger('#board-poll', 'again')")
    return got.value.status


def submit(code: str) -> None:
    report, officer = Report.objects.get(task__code=code, round__no=2), User.objects.get(username="me-officer")
    builders.write(report, by=officer, at=clock.now())
    builders.submit(report, by=officer, at=clock.now())


def test_a_poll_moves_nothing_that_is_being_read(demo_portal: LiveServer, visit: Visit) -> None:
    """Numbers and tiles change in their place; when nothing changed, nothing is touched but the time."""
    page = visit(height=500).sign_in("coordinator").page
    page.goto("/board/")
    page.evaluate("sessionStorage.setItem('board-paused', '1')")  # only the polls of this test
    poll(page)
    page.evaluate(BEGIN_TO_READ)
    before = page.evaluate(READING)
    assert (before["scroll"], before["focus"], bool(before["selected"])) == (150, "t-ME-03", True)
    assert poll(page) == 204
    assert page.evaluate("window.changes") == []
    submit("ME-02")
    assert poll(page) == 200
    expect(page.locator("#t-ME-02")).to_have_attribute("aria-label", re.compile("제출완료"))
    expect(page.locator("#board-news")).to_have_text("ME-02 제출완료")
    assert page.evaluate(READING) == before
    assert page.evaluate("window.same === document.activeElement"), "the tile with the focus is another one now"
    assert poll(page) == 204
    assert page.evaluate("window.changes.filter((name) => name === 'TBODY' || name === 'TABLE')") == []


def test_it_asks_only_while_somebody_looks_and_something_can_change(demo_portal: LiveServer, visit: Visit) -> None:
    """Paused, hidden, failed and frozen, on the page's own clock."""
    visitor = visit().sign_in("coordinator")
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/board/poll/" in request.url else None)
    page.clock.install()
    page.goto("/board/")
    fresh, pause = page.locator("#board-fresh"), page.locator("[data-board='pause']")

    def asks(beats: int) -> bool:
        """Whether so many beats of the page's clock bring a request; one that is on its way holds up the next."""
        asked.clear()
        for _ in range(beats):
            page.clock.run_for(1100)
            if asked:
                break
        return bool(asked)

    assert asks(100)
    pause.click()
    expect(fresh).to_contain_text("일시정지")
    assert not asks(3)
    pause.click()
    assert asks(100)
    page.evaluate("Object.defineProperty(document, 'hidden', {get: () => window.isHidden, configurable: true})")
    page.evaluate("window.isHidden = true")
    assert not asks(3)
    page.evaluate("window.isHidden = false")

    def fail(route: Route) -> None:
        route.abort()

    visitor.deaf = True  # the browser writes down that it reached nobody
    page.route("**/board/poll/**", fail)
    page.clock.run_for(1100)
    expect(fresh).to_have_class(re.compile("stale"))
    expect(fresh).to_contain_text(re.compile(r"갱신 실패, 마지막 갱신\s*\d\d:\d\d"))
    page.unroute("**/board/poll/**")
    visitor.deaf = False
    page.locator("[data-board='again']").click()
    expect(fresh).not_to_have_class(re.compile("stale"))

    page.evaluate("window.same = true")
    office = User.objects.get(username="coordinator")
    builders.freeze(Round.objects.get(no=2), by=office, at=clock.now())
    page.clock.run_for(1100)
    expect(fresh.locator("a")).to_have_attribute("href", "/rounds/2/")
    expect(page.locator("#board-news")).to_contain_text("최종확정")
    assert not asks(3)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert not asks(3)
    assert page.evaluate("window.same"), "the page was made anew"
    assert page.locator("#t-ME-02").is_visible()
