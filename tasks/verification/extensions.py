"""Extensions against their events, and the due time of a ministry as the events so far leave it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, Words, words
from records.models import Event

from ..due_times import in_force
from ..models import Extension, Round
from .told import differences, without_event, without_row

if TYPE_CHECKING:
    from .replay import Replay

KIND = "tasks.Extension"
COLUMNS = (
    "ministry__code", "reason", "asked_until", "asked_by_id", "asked_for_id", "asked_at", "decision", "until",
    "comment", "decided_by_id", "decided_for_id", "decided_at", "revoked_because", "revoked_by_id", "revoked_for_id",
    "revoked_at",
)  # fmt: skip

Row = dict[str, Any]


@dataclass
class Told:
    """One extension as its events leave it: the columns of its row, and the event that began it."""

    seq: int
    row: Row

    def __init__(self, event: Event, **columns: Any) -> None:
        self.seq = event.seq
        begun = {"ministry__code": event.data["ministry"], "reason": event.data["reason"]}
        self.row = dict.fromkeys(COLUMNS) | {"decision": "", "comment": "", "revoked_because": ""} | begun | columns

    @property
    def place(self) -> tuple[Any, ...]:
        return place_of(self.row)


def place_of(row: Row) -> tuple[Any, ...]:
    """What tells the extensions of a round apart: the ministry, and when it was asked for, or else granted."""
    return row["ministry__code"], row["asked_at"] is not None, row["asked_at"] or row["decided_at"]


class Extensions:
    """Those of one round, as the events so far tell of them."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.due_at = round_.due_at  # of the round, as the events so far say: `prepare` and `move_dates` set it
        self.told: list[Told] = []

    def due_of(self, ministry: str, at: datetime) -> datetime:
        """The due time then in force of a ministry (its code), as `due_times` reads it from the rows."""
        rows = [told.row for told in self.told if told.row["ministry__code"] == ministry and told.row["until"]]
        return in_force(self.due_at, [(row["until"], row["revoked_at"]) for row in rows], at)

    def of(self, event: Event) -> Told | None:
        """The one that a decision or a revocation is about."""
        data = event.data
        asked_at, decided_at = _moment(data.get("asked_at")), _moment(data.get("decided_at"))
        wanted = (data["ministry"], asked_at is not None, asked_at or decided_at)
        return next((told for told in reversed(self.told) if told.place == wanted), None)

    def differences(self, key: str) -> Iterator[Finding]:
        """After the last event: each one against its row, and rows that no event tells of."""
        found = Extension.objects.filter(round=self.round).order_by("pk")
        rows: dict[tuple[Any, ...], list[Row]] = {}
        for row in found.values(*COLUMNS):
            rows.setdefault(place_of(row), []).append(row)
        for told in self.told:
            name = _of_extension(told.row["ministry__code"], told.seq)
            if not rows.get(told.place):
                yield without_row(key, KIND, name, told.seq)
                continue
            row = rows[told.place].pop(0)
            pairs = [(column.removesuffix("_id"), told.row[column], row[column]) for column in COLUMNS]
            yield from differences(key, KIND, name, pairs)
        for row in (row for left in rows.values() for row in left):
            yield without_event(key, KIND, words(_("an extension of %(ministry)s"), ministry=row["ministry__code"]))


def ask_extension(replay: "Replay", event: Event) -> Iterator[Finding]:
    asked = {"asked_by_id": event.actor_id, "asked_for_id": event.acting_for_id, "asked_at": event.at}
    replay.extensions.told.append(Told(event, asked_until=_moment(event.data["until"]), **asked))
    return iter(())


def withdraw_extension(replay: "Replay", event: Event) -> Iterator[Finding]:
    if told := replay.extensions.of(event):
        told.row |= _decided(event) | {"decision": "withdrawn"}
    return iter(())


def grant_extension(replay: "Replay", event: Event) -> Iterator[Finding]:
    """Of what was asked for, or unasked."""
    told = replay.extensions.of(event) if event.data["asked_at"] else None
    if told is None:
        told = Told(event)
        replay.extensions.told.append(told)
    told.row |= _decided(event) | {"decision": "granted", "until": _moment(event.data["until"])}
    return iter(())


def decline_extension(replay: "Replay", event: Event) -> Iterator[Finding]:
    if told := replay.extensions.of(event):
        told.row |= _decided(event) | {"decision": "declined"}
    return iter(())


def revoke_extension(replay: "Replay", event: Event) -> Iterator[Finding]:
    if told := replay.extensions.of(event):
        told.row |= {
            "revoked_because": event.data["because"],
            "revoked_by_id": event.actor_id,
            "revoked_for_id": event.acting_for_id,
            "revoked_at": event.at,
        }
    return iter(())


def _decided(event: Event) -> Row:
    return {
        "comment": event.data.get("comment", ""),
        "decided_by_id": event.actor_id,
        "decided_for_id": event.acting_for_id,
        "decided_at": event.at,
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _of_extension(ministry: str, seq: int) -> Words:
    return words(_("the extension of %(ministry)s (event %(seq)s)"), ministry=ministry, seq=seq)


def target(replay: "Replay", event: Event) -> str:
    """What the receipt is about: one ministry's due time in one round."""
    return f"round/{replay.round.pk}/{event.data['ministry']}"


VERBS = {
    "ask_extension": ask_extension,
    "withdraw_extension": withdraw_extension,
    "grant_extension": grant_extension,
    "decline_extension": decline_extension,
    "revoke_extension": revoke_extension,
}
TARGETS = dict.fromkeys(VERBS, target)
