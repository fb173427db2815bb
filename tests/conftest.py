"""What the tests need from the machine: a database engine, a browser, and the promise that nothing was skipped."""

import os
import shutil
from typing import Any

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase

from tests.postgres import programs

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
NOTHING_SKIPPED = os.environ.get("TFPORTAL_NOTHING_SKIPPED") == "1"

# Playwright keeps an event loop running in the thread of the tests, where Django then suspects every query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytest_plugins = ["tests.cast"]


def pytest_configure(config: pytest.Config) -> None:
    """Fail at once, not after minutes, where the tests of a whole engine or of the browser would be missing."""
    if NOTHING_SKIPPED:
        needed = (("PostgreSQL", programs()), ("Chromium", CHROMIUM), ("LibreOffice", LIBREOFFICE))
        missing = [name for name, there in needed if not there]
        if missing:
            raise pytest.UsageError(f"Nothing may be skipped, and this machine lacks {' and '.join(missing)}.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the other engine, and skip the browser's tests where there is none.

    A test of the other engine is not skipped but deselected: it runs in the other engine's run, so nothing is lost.
    """
    elsewhere = ("sqlite", "either") if connection.vendor == "postgresql" else ("postgres",)
    deselected = [item for item in items if any(item.get_closest_marker(name) for name in elsewhere)]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        items[:] = [item for item in items if item not in deselected]
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="Chromium is not on this machine"))


def skipped(config: pytest.Config) -> int:
    """How many tests were skipped so far; the workers of a parallel run leave the counting to their controller."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", [])) if reporter else 0


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Skipped tests pass unnoticed; where it counts they fail the run."""
    if NOTHING_SKIPPED and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if NOTHING_SKIPPED and (count := skipped(config)):
        terminalreporter.write_line(f"Skipped: {count}. Nothing may be skipped here, so the run has failed.", red=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, so that nothing is downloaded, and kept from calling anyone but the test server."""
    quiet = ["no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"]
    machine = ["no-sandbox", "disable-gpu", "disable-quic"]  # as root, without a screen
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [f"--{switch}" for switch in (*machine, *quiet)],
    }


def let_flush_pass_triggers(test_case: Any) -> None:
    """Emptying the tables after a test is the very thing that the record's triggers refuse: take them away first.

    They come back by themselves: a flush ends with the signal that installs them.
    """
    flush = test_case._fixture_teardown

    def fixture_teardown(self: Any) -> None:
        from records.triggers import drop_all

        for alias in self._databases_names(include_mirrors=False):
            drop_all(connections[alias])
        flush(self)

    test_case._fixture_teardown = fixture_teardown


let_flush_pass_triggers(TransactionTestCase)
