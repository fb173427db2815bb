"""What ministries told each other, against its events: contributions, calls for them, and answers to requests. That a
text took a contribution over is proven with the text, whose hash covers it."""

from collections.abc import Iterator
from typing import Any

from records.findings import Finding
from records.models import Event

from .exchanged import of_answer, of_call, of_contribution
from .replay import Replay
from .rows import Row
from .told import differences, without_row


def _act(event: Event, row: Row) -> list[tuple[str, Any, Any]]:
    return [("by", event.actor_id, row["by_id"]), ("acting_for", event.acting_for_id, row["acting_for_id"])]


def contribute(replay: Replay, event: Event) -> Iterator[Finding]:
    data = event.data
    at = (data["report"], data["ministry"], data["no"])
    row = replay.exchanged.contributions.pop(at, None)
    if row is None:
        yield without_row(replay.key, "tasks.Contribution", of_contribution(*at), event.seq)
        return
    pairs = [*_act(event, row), ("at", event.at, row["at"]), ("sha256", data["sha256"], row["sha256"])]
    yield from differences(replay.key, "tasks.Contribution", of_contribution(*at), pairs)


def call_contributions(replay: Replay, event: Event) -> Iterator[Finding]:
    code = event.data["report"]
    for ministry in event.data["ministries"]:
        name, row = of_call(code, ministry), replay.exchanged.calls.pop((code, ministry, event.at), None)
        if row is None:
            yield without_row(replay.key, "tasks.ContributionCall", name, event.seq)
        else:
            yield from differences(replay.key, "tasks.ContributionCall", name, _act(event, row))


def answer_request(replay: Replay, event: Event) -> Iterator[Finding]:
    data = event.data
    name = of_answer(data["report"], data["revision"], data["ministry"])
    at = (data["report"], data["revision"], data["ministry"], event.at)
    row = replay.exchanged.answers.pop(at, None)
    if row is None:
        yield without_row(replay.key, "tasks.Answer", name, event.seq)
        return
    pairs = [*_act(event, row), ("sha256", data["sha256"], row["sha256"])]
    yield from differences(replay.key, "tasks.Answer", name, pairs)


VERBS = {"contribute": contribute, "call_contributions": call_contributions, "answer_request": answer_request}
TARGETS: dict[str, Any] = {}  # their receipts are about the report
