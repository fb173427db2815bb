"""The conversation on reports, and requests for sign-off that were taken back."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from records.chain import sha256
from records.findings import Finding, words
from records.models import Event

from .replay import Replay
from .told import differences, without_row


def write_message(replay: Replay, event: Event) -> Iterator[Finding]:
    """The event holds the text's hash. Nothing of what was said is quoted: findings are read by others, too."""
    code, data, rows = event.data["report"], event.data, replay.rows.messages
    name = words(_("the message about %(code)s (event %(seq)s)"), code=code, seq=event.seq)
    of_moment = [row for row in rows if (row["report__task__code"], row["at"]) == (code, event.at)]
    row = next((row for row in of_moment if sha256(row["text"]) == data["sha256"]), None) or next(iter(of_moment), None)
    if row is None:
        yield without_row(replay.key, "tasks.Message", name, event.seq)
        return
    rows.remove(row)
    pairs = [
        ("said", data["sha256"], sha256(row["text"])),
        ("from_office", data["from_office"], row["from_office"]),
        ("by", event.actor_id, row["by_id"]),
        ("acting_for", event.acting_for_id, row["acting_for_id"]),
    ]
    yield from differences(replay.key, "tasks.Message", name, pairs, quotes=False)


def recall(replay: Replay, event: Event) -> Iterator[Finding]:
    for code in event.data["reports"]:
        replay.stories[code].forget_asking()
    return iter(())


VERBS = {"write_message": write_message, "recall": recall}
TARGETS = {"recall": lambda replay, event: "sign-off"}
