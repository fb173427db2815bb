"""The due instant, to the microsecond and wherever the process stands (quality.md 8). The rule itself, through the verbs:
test_workflow_rules.py."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from records import clock, locking
from tests import builders
from tests.builders import fresh, kst
from tests.cast import DUE
from tests.pages import filled, page, visitor
from tests.tasks.test_races import PATIENCE, until, waits_for_a_lock

MICROSECOND = timedelta(microseconds=1)
CHECK, SEND = "/my-tasks/check/", "/my-tasks/submit/"


@pytest.fixture(params=["Asia/Seoul", "America/New_York", "UTC", "Pacific/Kiritimati"])
def process_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The process itself stands in another time zone: the C library's, which naive times fall back to."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.mark.parametrize(("arrives", "late"), [(DUE, None), (DUE + MICROSECOND, MICROSECOND)])
def test_the_due_instant_through_the_page(process_zone, reports, me_officer, monkeypatch, arrives, late):
    """At 18:00:00 in Seoul it is in time, a microsecond later it is late; the page says so, in Seoul's time."""
    browser = visitor(me_officer)
    monkeypatch.setattr(clock, "now", lambda: arrives.astimezone(UTC))
    answer = browser.post(SEND, filled(page(browser.get(CHECK)), SEND))
    report = fresh(reports["ME-01"])
    assert (report.first_received_at, report.late_by) == (arrives, late)
    receipt = page(browser.get(answer.headers["Location"]))
    assert "Fri 19 Mar 2021, 18:00:00" in receipt.text
    assert bool(receipt.all("span", class_="flag")) == (late is not None)


def test_a_due_time_that_is_typed_is_seouls(process_zone, reports, me_officer, coordinator, at, domain_time):
    """`datetime-local` names no zone: it is Seoul's, wherever the process stands. So is the day of today."""
    report = builders.report_in("opened", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    office, address = visitor(coordinator), f"/review/{reports['ME-01'].pk}/return/"
    form = {"version": report.version, "comment": "근거를 보완 바람", "due_at": "2021-03-18T00:30"}
    assert office.post(address, form).status_code == 302
    assert fresh(report).returns.get().due_at == kst(2021, 3, 18, 0, 30)
    assert clock.today() == at.date()


class Clock:
    """The domain's clock, set by hand; it remembers that somebody looked at it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
        self.moment, self.looked = moment, threading.Event()
        monkeypatch.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        self.looked.set()
        return self.moment


@pytest.mark.django_db(transaction=True)
def test_the_moment_of_arrival_counts_not_that_of_writing(reports, me_officer, monkeypatch):
    """The request arrived with the due instant and then stood in line until the due time had passed: it is in time."""
    report, browser = reports["ME-01"], visitor(me_officer)
    now = Clock(monkeypatch, DUE - timedelta(minutes=5))
    form = filled(page(browser.get(CHECK)), SEND)
    now.moment = DUE
    now.looked.clear()

    def press() -> Any:
        try:
            return browser.post(SEND, form)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locking.lock(f"round:{report.round_id}")
            pressed = pool.submit(press)
            assert now.looked.wait(PATIENCE)
            # SQLite cannot say who waits; there whoever arrived cannot have written before the lock is given back.
            if connection.vendor == "postgresql":
                until(waits_for_a_lock)
            now.moment = DUE + timedelta(hours=1)
            assert fresh(report).state == "missing"
        assert pressed.result(PATIENCE).status_code == 302
    assert (fresh(report).first_received_at, fresh(report).late_by) == (DUE, None)
    assert builders.submission_of(report).received_at == DUE
