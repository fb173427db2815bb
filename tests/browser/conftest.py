"""A real browser before a real server with the demo's data, or with the cast's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import testcases
from playwright.sync_api import Browser, BrowserContext, Page, Request
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from meetings import demo, reference
from records import clock
from tests.snapshot import Snapshot

PASSWORD = "demo-2050"

# pytest-django knows the staticfiles app by its plain name only, and would serve what was last collected into var/.
testcases._StaticFilesHandler = StaticFilesHandler  # type: ignore[misc,assignment]


def _load_demo() -> None:
    reference.load()
    demo.load()


DEMO = Snapshot(_load_demo)


@pytest.fixture
def demo_portal(live_server: LiveServer, settings: Settings) -> Iterator[LiveServer]:
    """The portal with the demo's data, on the demo's clock and with its accounts."""
    settings.DEMO = True
    DEMO.restore()
    clock.start_at(demo.NOW)
    yield live_server
    clock.shift.cache_clear()


class Visitor:
    """One person before one browser window. Remembers what must not happen: script errors, calls to other hosts."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.actions = 0
        self.deaf = False  # while a tool of ours works in the page
        self.base = base
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("request", self._watch)

    def _hear(self, kind: str, text: str) -> None:
        # A refusal is an answer, which the browser and htmx each write down, and the tests look at it.
        refused = "status of 4" in text or "Status Error Code 4" in text
        if kind == "error" and not self.deaf and not refused:
            self.errors.append(text)

    def _watch(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.foreign.append(request.url)

    def sign_in(self, username: str, password: str = PASSWORD) -> "Visitor":
        self.page.goto("/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/accounts/login" not in url)
        return self

    def look(self, name: str) -> list[str]:
        """What is wrong with the page as it stands: accessibility, width, headings."""
        page, was_deaf = self.page, self.deaf
        self.deaf = True  # axe tries styles of its own, which the policy refuses
        violations = Axe().run(page).response["violations"]
        self.deaf = was_deaf
        found = [f"{name}: {row['id']} {[node['target'] for node in row['nodes']][:3]}" for row in violations]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{name}: wider than the window")
        if page.locator("h1").count() != 1:
            found.append(f"{name}: {page.locator('h1').count()} main headings")
        return found

    # What a person does by hand, counted.

    def click(self, selector: str) -> None:
        self.actions += 1
        self.page.click(selector)

    def fill(self, selector: str, text: str) -> None:
        self.actions += 1
        self.page.fill(selector, text)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; a page that hides it from the keyboard fails here."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by the keyboard")


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A factory of visitors: `visit(js=False, width=390, locale="en-GB")`. In the end nobody may have seen a script
    error or called another host."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def open_window(
        *, js: bool = True, width: int = 1280, height: int = 800, locale: str = "ko-KR", **more: Any
    ) -> Visitor:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=js,
            viewport={"width": width, "height": height},
            locale=locale,
            **more,
        )
        contexts.append(context)
        visitors.append(Visitor(context, live_server.url))
        return visitors[-1]

    yield open_window
    for context in contexts:
        context.close()
    assert [error for visitor in visitors for error in visitor.errors] == []
    assert [address for visitor in visitors for address in visitor.foreign] == []
