"""Reminders by hand against their events. Those of the ladder are nobody's deed: no event tells of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, Words, words
from records.models import Event

from ..models import Reminder, Round
from .told import differences, without_event, without_row

if TYPE_CHECKING:
    from .replay import Replay

KIND = "tasks.Reminder"
COLUMNS = ("ministry__code", "at", "due_at", "mails", "by_id", "acting_for_id", "sentence")


class Reminders:
    """Those of one round that somebody sent, by ministry and moment."""

    def __init__(self, round_: Round) -> None:
        rows = Reminder.objects.filter(round=round_, step=Reminder.Step.BY_HAND).values(*COLUMNS)
        self.rows: dict[tuple[str, datetime], dict[str, Any]] = {
            (row["ministry__code"], row["at"]): row for row in rows.order_by("pk")
        }

    def left_over(self, key: str) -> Iterator[Finding]:
        for ministry, _at in self.rows:
            yield without_event(key, KIND, _of_reminder(ministry))


def remind(replay: "Replay", event: Event) -> Iterator[Finding]:
    for told in event.data["reminded"]:
        name, row = _of_reminder(told["ministry"]), replay.reminders.rows.pop((told["ministry"], event.at), None)
        if row is None:
            yield without_row(replay.key, KIND, name, event.seq)
            continue
        pairs: list[tuple[str, Any, Any]] = [
            ("due_at", replay.extensions.due_of(told["ministry"], event.at), row["due_at"]),
            ("mails", told["mails"], row["mails"]),
            ("by", event.actor_id, row["by_id"]),
            ("acting_for", event.acting_for_id, row["acting_for_id"]),
            ("said", event.data["sentence"], row["sentence"]),
        ]
        yield from differences(replay.key, KIND, name, pairs)


def _of_reminder(ministry: str) -> Words:
    return words(_("the reminder of %(ministry)s"), ministry=ministry)


VERBS = {"remind": remind}
TARGETS = {"remind": lambda replay, event: f"round/{replay.round.pk}"}
