"""Who has a report open for review, and the acceptance of many at once."""

from collections.abc import Iterator
from typing import Any

from records.findings import Finding
from records.models import Event

from ..models import State
from .replay import Replay
from .told import differences, of_text


def open_for_review(replay: Replay, event: Event) -> Iterator[Finding]:
    """Opened, or taken over: from that moment on it is this person's."""
    story = replay.stories[event.data["report"]]
    story.opened_at, story.opened_by, story.opened_for = event.at, event.actor_id, event.acting_for_id
    return iter(())


def release_review(replay: Replay, event: Event) -> Iterator[Finding]:
    story = replay.stories[event.data["report"]]
    story.opened_at = story.opened_by = story.opened_for = None
    return iter(())


def accept_unchanged(replay: Replay, event: Event) -> Iterator[Finding]:
    """The ministry's own light, no reason, the book wording as it stood; opened where nobody had opened it."""
    for told in event.data["reports"]:
        story = replay.stories[told["code"]]
        story.state, story.accepted = State.ACCEPTED, story.current
        story.office_light, story.office_reason = told["light"], ""
        if story.opened_at is None:
            story.opened_at, story.opened_by, story.opened_for = event.at, event.actor_id, event.acting_for_id
        if story.current:
            story.applied[story.current.pk] = event.pk
            pairs = [("revision", told["revision"], story.current.no), ("unchanged", True, story.current.unchanged)]
            yield from differences(replay.key, "tasks.Revision", of_text(story.code, story.current.no), pairs)


VERBS = {
    "open_for_review": open_for_review,
    "take_over_review": open_for_review,
    "release_review": release_review,
    "accept_unchanged": accept_unchanged,
}
TARGETS: dict[str, Any] = {"accept_unchanged": lambda replay, event: "review"}
