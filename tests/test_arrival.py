"""When a request arrived (quality.md 8): middleware entry, or what a trusted proxy says of it."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from tfportal.middleware import Arrival

NOW = datetime(2021, 3, 19, 9, 0, 0, 250_000, tzinfo=UTC)  # 18:00:00.25 in Seoul
SAID = "1616144399.500000"  # 17:59:59.5 in Seoul


@pytest.fixture
def arrived(time_machine: Any, settings: Any, db: None) -> Any:
    """The arrival that a request with this header gets, where the portal trusts X-Request-Start."""
    time_machine.move_to(NOW, tick=False)
    settings.ARRIVAL_HEADER = "X-Request-Start"

    def ask(text: str | None) -> datetime:
        request = HttpRequest()
        if text is not None:
            request.META["HTTP_X_REQUEST_START"] = text
        Arrival(lambda request: HttpResponse())(request)
        return request.arrived_at  # type: ignore[attr-defined,no-any-return]

    return ask


@pytest.mark.parametrize("text", [f"t={SAID}", SAID, "t=1616144399.5", "  t=1616144399.5 "])
def test_a_trusted_proxy_says_when(arrived, text):
    """To the microsecond: half a second before the deadline stays before it, though the worker was free after it."""
    assert arrived(text) == NOW - timedelta(seconds=0.75)


@pytest.mark.parametrize(
    "text",
    ["", "t=", "yesterday", "t=1616144399500", "t=-1616144399", "t=1616144399.5; x", "t=９999999999", "t=1616144400.9"],
)
def test_what_is_not_believable_counts_as_now(arrived, text, caplog):
    """Mangled, or from the future: nobody is early or late by a broken header, and the log says so."""
    with caplog.at_level(logging.WARNING):
        assert arrived(text) == NOW
    assert bool(caplog.records) == bool(text)


def test_nobody_waits_longer_than_two_minutes(arrived):
    """A proxy with a wrong clock does not date receipts back."""
    assert arrived(f"t={NOW.timestamp() - 120:.6f}") == NOW - timedelta(seconds=120)
    assert arrived(f"t={NOW.timestamp() - 120.5:.6f}") == NOW


def test_nobody_is_trusted_unless_told(arrived, settings):
    """The control: without the setting the header is a stranger's word."""
    settings.ARRIVAL_HEADER = ""
    assert arrived(f"t={SAID}") == NOW
