"""Corrections against their events. They stand beside the seal, so the chain is all that proves them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, words
from records.models import Event

from .replay import Replay
from .rows import Row
from .told import differences, without_row

TOLD = ("field", "text", "reason")  # what the events of both verbs hold of the correction's row
DECIDED = ("decision", "no", "comment")


def ask_correction(replay: Replay, event: Event) -> Iterator[Finding]:
    code, rows = event.data["report"], replay.rows
    name = words(_("the correction of %(code)s (event %(seq)s)"), code=code, seq=event.seq)
    row = next((row for row in rows.corrections if _is_asked_by(row, event)), None)
    if row is None:
        yield without_row(replay.key, "tasks.Correction", name, event.seq)
        return
    rows.corrections.remove(row)
    rows.asked[row["pk"]] = row
    text = replay.stories[code].current
    pairs: list[tuple[str, Any, Any]] = [
        ("asked_by", event.actor_id, row["asked_by_id"]),
        ("asked_for", event.acting_for_id, row["asked_for_id"]),
        ("revision", text and text.pk, row["revision_id"]),
        *_told(replay, event, row),
    ]
    yield from differences(replay.key, "tasks.Correction", name, pairs)


def decide_correction(replay: Replay, event: Event) -> Iterator[Finding]:
    code, data, rows = event.data["report"], event.data, replay.rows
    name = words(_("the decision on a correction of %(code)s (event %(seq)s)"), code=code, seq=event.seq)
    asked = next((row for row in rows.asked.values() if _is_decided_by(row, event)), None)
    row = rows.decisions.pop(asked["pk"], None) if asked else None
    if asked is None or row is None:
        yield without_row(replay.key, "tasks.CorrectionDecision", name, event.seq)
        return
    del rows.asked[asked["pk"]]
    pairs: list[tuple[str, Any, Any]] = [
        ("by", event.actor_id, row["by_id"]),
        ("acting_for", event.acting_for_id, row["acting_for_id"]),
        ("at", event.at, row["at"]),
        ("asked_by", asked["asked_by_id"], row["asked_by_id"]),
        ("round", replay.round.pk, row["round_id"]),
    ]
    pairs += [(column, data[column], row[column]) for column in DECIDED]
    pairs += _told(replay, event, asked)
    yield from differences(replay.key, "tasks.CorrectionDecision", name, pairs)


def _told(replay: Replay, event: Event, row: Row) -> list[tuple[str, Any, Any]]:
    """What an event says of the correction, against its row and against the sealed text that the row points at."""
    data, text = event.data, replay.texts.get(row["revision_id"])
    return [
        *((column, data[column], row[column]) for column in TOLD),
        ("asked_at", datetime.fromisoformat(data["asked_at"]), row["asked_at"]),
        ("revision", data["revision"], text and text.no),
        ("sha256", data["sha256"], text and text.stored),
    ]


def _is_asked_by(row: Row, event: Event) -> bool:
    """Whether the row is the one that the event tells of, by report, field and moment."""
    return _is_of(row, event) and bool(row["asked_at"] == event.at)


def _is_decided_by(row: Row, event: Event) -> bool:
    return _is_of(row, event) and bool(row["asked_at"] == datetime.fromisoformat(event.data["asked_at"]))


def _is_of(row: Row, event: Event) -> bool:
    data = event.data
    return bool(row["report__task__code"] == data["report"] and row["field"] == data["field"])


def correction_target(replay: Replay, event: Event) -> str:
    """What the receipt of a decision is about."""
    found = next((row for row in replay.rows.asked.values() if _is_decided_by(row, event)), None)
    return f"correction/{found['pk']}" if found else ""


VERBS = {"ask_correction": ask_correction, "decide_correction": decide_correction}
TARGETS = {"decide_correction": correction_target}
