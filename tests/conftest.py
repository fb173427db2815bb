"""What the tests need from the machine: a database engine, a browser, and the promise that nothing was skipped."""

import gc
import os
import shutil
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from tests.postgres import programs

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None
)
LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
POPPLER = all(map(shutil.which, ("pdftotext", "pdfinfo", "pdftoppm", "pdftohtml")))
NOTHING_SKIPPED = os.environ.get("TFPORTAL_NOTHING_SKIPPED") == "1"

# Playwright keeps an event loop running in the thread of the tests, where Django then suspects every query.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

pytest_plugins = ["tests.cast"]


def pytest_configure(config: pytest.Config) -> None:
    """Fail at once, not after minutes, where the tests of a whole engine or of the browser would be missing."""
    if NOTHING_SKIPPED:
        needed = (
            ("PostgreSQL", programs()),
            ("Chromium", CHROMIUM),
            ("LibreOffice", LIBREOFFICE),
            ("poppler", POPPLER),
        )
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


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


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


KEPT = {"django_content_type", "auth_permission", "django_migrations"}  # what a migration fills, and no test changes


def empty_own_tables(test_case: Any) -> None:
    """Instead of Django's flush, which the record's triggers refuse, and which fills in again what never changed.

    PostgreSQL's superuser may pass a statement by the triggers; SQLite has no such way, so they go and come back.
    """

    def fixture_teardown(self: Any) -> None:
        from records.triggers import drop_all, install

        for used in (connections[alias] for alias in self._databases_names(include_mirrors=False)):
            names = used.introspection.django_table_names(only_existing=True, include_views=False)
            statements = used.ops.sql_flush(no_style(), [name for name in names if name not in KEPT])
            if used.vendor == "postgresql":
                around = [f"SET session_replication_role = {role}" for role in ("replica", "DEFAULT")]
                used.ops.execute_sql_flush([around[0], *statements, around[1]])
                continue
            with transaction.atomic(using=used.alias):
                drop_all(used)
                used.ops.execute_sql_flush(statements)
                install(used)

    test_case._fixture_teardown = fixture_teardown


empty_own_tables(TransactionTestCase)
