"""The verbs on a round itself, seen from their events: its dates, and what was added to its roster or taken off it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from records.findings import Finding
from records.models import Event

if TYPE_CHECKING:
    from .replay import Replay


def move_dates(replay: "Replay", event: Event) -> Iterator[Finding]:
    """While the round is only planned nothing is kept of it: `prepare` tells its dates anew, and no move of a due time
    is counted."""
    replay.tell_dates(event.data["dates"])
    if replay.is_prepared and event.data["dates"]["due_at"] != event.data["was"]["due_at"]:
        replay.due_moved_at = event.at
        replay.due_moves += 1
    return iter(())


def open_early(replay: "Replay", event: Event) -> Iterator[Finding]:
    replay.tell_dates({"opens_at": event.data["opens_at"]})
    return iter(())


def add_to_roster(replay: "Replay", event: Event) -> Iterator[Finding]:
    replay.put_on_roster(event.data["report"], event.seq, event.data["copied"])
    return iter(())


def remove_from_roster(replay: "Replay", event: Event) -> Iterator[Finding]:
    """Nothing hung on it: what is left of it now has no event."""
    replay.roster.pop(event.data["report"], None)
    return iter(())


def _round(replay: "Replay", event: Event) -> str:
    return f"round/{replay.round.pk}"


VERBS = {
    "move_dates": move_dates,
    "open_early": open_early,
    "add_to_roster": add_to_roster,
    "remove_from_roster": remove_from_roster,
}
TARGETS = dict.fromkeys(VERBS, _round)
