"""Simulated portals of any size: believable, labelled, and the same for the same seed.

`plan.py` who and what there is · `script.py` what happens, as plain deeds (`deeds.py`), from the seed alone ·
`world.py` the reference data as rows · `by_verbs.py` carries the deeds out through the workflow · `in_bulk.py` writes
what the verbs would leave, a round at a time (docs/adr/0020-simulated-data.md).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction

from meetings.demo import NotADemo, is_loaded
from ministries.models import Ministry, User
from records import clock

from . import world
from .by_verbs import ByVerbs
from .in_bulk import InBulk
from .plan import Size, bodies, calendar
from .script import Script

__all__ = ["Built", "NotADemo", "Occupied", "Size", "simulate"]


class Occupied(Exception):
    """The database holds a portal already: simulated bodies do not go beside real ones."""


@dataclass(frozen=True)
class Built:
    """One round that stands now."""

    no: int
    reports: int
    deeds: int
    is_frozen: bool
    seconds: float


def simulate(size: Size, *, through_verbs: bool = False, at_clock: bool = True) -> Iterator[Built]:
    """Build the portal, a round after the other; each is whole in the database when it is yielded.

    Raises NotADemo under other settings than the demo's, Occupied where the database is not empty. `at_clock`: let the
    domain's clock stand inside the last round, which is open.
    """
    if not settings.DEMO:
        raise NotADemo
    if is_loaded() or Ministry.objects.exists() or User.objects.exists():
        raise Occupied
    if at_clock:
        clock.start_at(calendar(size)[-1].until)
    listed = bodies(size)
    with transaction.atomic():
        world.build(listed)
    writer = ByVerbs(size) if through_verbs else InBulk(size)
    started = time.monotonic()
    for scene in Script(size, listed).scenes():
        reports = writer.play(scene)
        now = time.monotonic()
        yield Built(scene.dates.no, reports, len(scene.deeds), not scene.dates.is_last, now - started)
        started = now
    if connection.vendor == "postgresql":  # what its planner knows of the tables; the server would look by itself later
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
