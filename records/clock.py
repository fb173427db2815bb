"""The domain's clock. Due times, lateness and as-of dates come from `clock.now()`; sessions and security do not.

In the demo it stands at a fixed moment of 2021 when the demo data are loaded, and runs on from there.
"""

import functools
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


@functools.cache
def shift() -> timedelta:
    """How far the demo's time is from the real one; zero outside the demo."""
    if not settings.DEMO:
        return timedelta(0)
    from .models import ClockShift

    row = ClockShift.objects.first()
    return row.shift if row else timedelta(0)


def now() -> datetime:
    """The present moment of the domain, aware."""
    return timezone.now() + shift()


def today() -> date:
    """The present day in Seoul."""
    return timezone.localdate(now())


def start_at(moment: datetime) -> None:
    """Demo only: let the clock stand at `moment` now, and run on from there."""
    from .models import ClockShift

    ClockShift.objects.update_or_create(pk=1, defaults={"shift": moment - timezone.now()})
    shift.cache_clear()
