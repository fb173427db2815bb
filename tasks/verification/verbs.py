"""Each verb of reporting, seen from its event: the rows that it has left, and how the report stands after it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, words
from records.models import Event

from ..models import SignOff, State
from .replay import Replay
from .rows import Row, Text
from .story import Returned, Story
from .told import (
    differences,
    of_report,
    of_return,
    of_round,
    of_sign_off,
    of_submission,
    of_text,
    without_row,
)


def prepare(replay: Replay, event: Event) -> Iterator[Finding]:
    key, round_, data = replay.key, replay.round, event.data
    replay.is_prepared = True
    replay.tell_dates(data.get("dates", {}))
    pairs: list[tuple[str, Any, Any]] = [
        ("no", data["round"], round_.no),
        ("prepared_at", event.at, round_.prepared_at),
    ]
    yield from differences(key, "tasks.Round", of_round(round_.no), pairs)
    copied = data.get("copied", {})
    for code in data["roster"]:
        replay.put_on_roster(code, event.seq, copied.get(code))


def ask_sign_off(replay: Replay, event: Event) -> Iterator[Finding]:
    for code in event.data["reports"]:
        story = replay.stories[code]
        story.asked_by, story.asked_for, story.asked_at = event.actor_id, event.acting_for_id, event.at
    return iter(())


def send(replay: Replay, event: Event) -> Iterator[Finding]:
    """Submitted, or signed off: one submission, one text for each report, and the approver's decisions."""
    key, data = replay.key, event.data
    codes = [sent["code"] for sent in data["reports"]]
    row = replay.rows.submissions.pop(event.pk, None)
    if row is None:
        yield without_row(key, "tasks.Submission", of_submission(data["number"]), event.seq)
        return
    ministry = data["number"].partition("-")[2].rpartition("-")[0]
    due_at = replay.extensions.due_of(ministry, event.at)
    asked_at = data["approval_asked_at"] and datetime.fromisoformat(data["approval_asked_at"])
    pairs: list[tuple[str, Any, Any]] = [
        ("number", data["number"], row["number"]),
        ("by", event.actor_id, row["by_id"]),
        ("acting_for", event.acting_for_id, row["acting_for_id"]),
        ("at", event.at, row["received_at"]),
        ("approval_asked_at", asked_at, row["approval_asked_at"]),
        ("letter_no", data["letter_no"], row["letter_no"]),
        ("ministry", ministry, row["ministry__code"]),
    ]
    yield from differences(key, "tasks.Submission", of_submission(data["number"]), pairs)
    for code, sent in zip(codes, data["reports"], strict=True):
        story, row_of = replay.stories[code], replay.rows.reports.get(code)
        if row_of is not None:
            lead = [("lead", row["ministry__code"], row_of["lead__code"])]
            yield from differences(key, "tasks.Report", of_report(code), lead)
        if event.verb == "sign_off":
            yield from _decision(replay, event, story, SignOff.Decision.APPROVED)
        text = replay.rows.texts.pop((code, sent["revision"]), None)
        if text is None:
            yield without_row(key, "tasks.Revision", of_text(code, sent["revision"]), event.seq)
        else:
            yield from _text(replay, story, text, sent, row, due_at)
            story.receive(text, event.at, due_at)


def _text(replay: Replay, story: Story, text: Text, sent: Row, submission: Row, due_at: datetime) -> Iterator[Finding]:
    name, kind = of_text(text.code, text.no), "tasks.Revision"
    due = story.open_return.due_at if story.open_return else due_at
    if text.computed != text.stored:
        problem = words(_("Its content is not the one its hash was computed from."))
        yield Finding(replay.key, kind, name, problem, text.stored, text.computed)
    pairs = [
        ("sha256", sent["sha256"], text.stored),
        ("unchanged", sent["unchanged"], text.unchanged),
        ("submission", submission["pk"], text.submission),
        ("due_then", due, text.due_then),
    ]
    yield from differences(replay.key, kind, name, pairs)


def _decision(replay: Replay, event: Event, story: Story, decision: str, comment: str = "") -> Iterator[Finding]:
    """The approver's decision, the next of this report. What it says stays in the ministry, so nothing is quoted."""
    name, waiting = of_sign_off(story.code, event.seq), replay.rows.sign_offs[story.code]
    if not waiting:
        yield without_row(replay.key, "tasks.SignOff", name, event.seq)
        return
    row = waiting.pop(0)
    pairs = [
        ("asked_by", story.asked_by, row["asked_by_id"]),
        ("asked_for", story.asked_for, row["asked_for_id"]),
        ("asked_at", story.asked_at, row["asked_at"]),
        ("by", event.actor_id, row["by_id"]),
        ("acting_for", event.acting_for_id, row["acting_for_id"]),
        ("at", event.at, row["at"]),
        ("decision", str(decision), row["decision"]),
        ("comment", comment, row["comment"]),
    ]
    yield from differences(replay.key, "tasks.SignOff", name, pairs, quotes=False)
    story.forget_asking()


def send_back(replay: Replay, event: Event) -> Iterator[Finding]:
    story = replay.stories[event.data["report"]]
    return _decision(replay, event, story, SignOff.Decision.SENT_BACK, event.data["comment"])


def withdraw(replay: Replay, event: Event) -> Iterator[Finding]:
    for code in event.data["reports"]:
        replay.stories[code].take_back(replay.texts)
    return iter(())


def return_for_changes(replay: Replay, event: Event) -> Iterator[Finding]:
    key, data, story = replay.key, event.data, replay.stories[event.data["report"]]
    text = story.current
    name = of_return(story.code, text.no if text else "?")
    row = replay.rows.returns.pop((story.code, text.pk), None) if text else None
    if text is None or row is None:
        yield without_row(key, "tasks.Return", name, event.seq)
        return
    due = datetime.fromisoformat(data["due_at"])
    pairs: list[tuple[str, Any, Any]] = [
        ("by", event.actor_id, row["by_id"]),
        ("at", event.at, row["at"]),
        ("comment", data["comment"], row["comment"]),
        ("due_at", due, row["due_at"]),
        ("fields", data["fields"], row["fields"]),
    ]
    yield from differences(key, "tasks.Return", name, pairs)
    story.state = State.RETURNED
    story.returns.append(Returned(text.pk, text.no, due))


def accept(replay: Replay, event: Event) -> Iterator[Finding]:
    data, story = event.data, replay.stories[event.data["report"]]
    story.state, story.accepted = State.ACCEPTED, story.current
    story.office_light = data["light"]
    story.office_reason = data["reason"] if data["light"] != data["ministry_light"] else ""
    story.book = data["book"]
    if story.current:
        story.applied[story.current.pk] = event.pk
        pairs = [("revision", data["revision"], story.current.no)]
        yield from differences(replay.key, "tasks.Revision", of_text(story.code, story.current.no), pairs)


def reopen(replay: Replay, event: Event) -> Iterator[Finding]:
    story = replay.stories[event.data["report"]]
    if story.accepted:
        story.applied.pop(story.accepted.pk, None)
    story.state, story.accepted, story.office_light, story.office_reason = State.SUBMITTED, None, "", ""
    return iter(())


def freeze(replay: Replay, event: Event) -> Iterator[Finding]:
    """That the seal is the event's `records.verify` sees; its manifest is compared at the end."""
    replay.is_frozen = True
    round_ = replay.round
    pairs = [
        ("no", event.data["round"], round_.no),
        ("reports", event.data["reports"], len(replay.rows.reports)),
        ("frozen_at", event.at, round_.frozen_at),
    ]
    yield from differences(replay.key, "tasks.Round", of_round(round_.no), pairs)


VERBS = {
    "prepare": prepare,
    "ask_sign_off": ask_sign_off,
    "sign_off": send,
    "send_back": send_back,
    "submit": send,
    "withdraw": withdraw,
    "return_for_changes": return_for_changes,
    "accept": accept,
    "reopen": reopen,
    "freeze": freeze,
}
TARGETS = {
    "prepare": lambda replay, event: f"round/{replay.round.pk}",
    "freeze": lambda replay, event: f"round/{replay.round.pk}",
    "submit": lambda replay, event: "submission",
    "sign_off": lambda replay, event: "submission",
    "ask_sign_off": lambda replay, event: "sign-off",
    "withdraw": lambda replay, event: event.data["number"],
}
