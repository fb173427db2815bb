"""Where one report stands by its events, and whether its row stands there too."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop as _

from records.chain import sha256
from records.findings import Finding, words

from ..models import State
from .rows import Row, Rows, Text
from .told import column, differences, of_report, of_return, of_text, plain


@dataclass
class Returned:
    """One return: of which text (its primary key), until when, and which text answers it."""

    of: int
    no: int
    due_at: datetime
    resolved_by: int | None = None


@dataclass
class Story:
    """One report as its events leave it. Drafts leave no events: `state` is None while the office holds no text."""

    code: str
    state: State | None = None
    current: Text | None = None
    accepted: Text | None = None
    office_light: str = ""
    office_reason: str = ""
    book: str = ""  # the hash of the book's wording
    opened_at: datetime | None = None
    opened_by: int | None = None
    opened_for: int | None = None
    first_received_at: datetime | None = None
    late_by: timedelta | None = None
    asked_at: datetime | None = None  # the sign-off that is asked for and not given
    asked_by: int | None = None
    asked_for: int | None = None
    texts: list[Text] = field(default_factory=list)
    returns: list[Returned] = field(default_factory=list)
    applied: dict[int, int] = field(default_factory=dict)  # text -> the event that its dates took effect with
    copied: Row | None = None  # the columns copied when the roster was fixed, where the event tells

    @property
    def open_return(self) -> Returned | None:
        return next((row for row in self.returns if row.resolved_by is None), None)

    def receive(self, text: Text, at: datetime, due_at: datetime) -> None:
        """A text was sent, when the ministry was due at `due_at`."""
        if returned := self.open_return:
            returned.resolved_by = text.pk
        self.state, self.current = State.SUBMITTED, text
        self.opened_at = self.opened_by = self.opened_for = None
        self.forget_asking()
        self.texts.append(text)
        if self.first_received_at is None:
            late = at - due_at
            self.first_received_at, self.late_by = at, late if late > timedelta(0) else None

    def forget_asking(self) -> None:
        """The sign-off that was asked for is given, or the draft went back."""
        self.asked_by = self.asked_for = self.asked_at = None

    def take_back(self, by_pk: dict[int, Text]) -> None:
        """The text sent last was withdrawn: what stood before it stands again."""
        answered = next((row for row in self.returns if self.current and row.resolved_by == self.current.pk), None)
        if answered is None:
            self.state = self.current = self.first_received_at = self.late_by = None
        else:
            answered.resolved_by = None
            self.state, self.current = State.RETURNED, by_pk[answered.of]


def final_differences(key: str, story: Story, row: Row, rows: Rows) -> Iterator[Finding]:
    """What differs between a report's row, with what hangs on it, and its events."""
    name, kind = of_report(story.code), "tasks.Report"
    if (wrong := _state_is_wrong(story, row)) is not None:
        problem = words(_("%(what)s is not what the events say."), what=column("state"))
        yield Finding(key, kind, name, problem, wrong, str(row["state"]))
    book = [row["book_text_ko"], row["book_text_en"]]
    pairs: list[tuple[str, Any, Any]] = [
        ("current", story.current and story.current.pk, row["current_id"]),
        ("accepted", story.accepted and story.accepted.pk, row["accepted_id"]),
        ("office_light", story.office_light, row["office_light"]),
        ("office_reason", story.office_reason, row["office_reason"]),
        ("book", story.book, sha256(book) if any(book) else ""),
        ("opened_by_office_at", story.opened_at, row["opened_by_office_at"]),
        ("opened_by", story.opened_by, row["opened_by_id"]),
        ("opened_for", story.opened_for, row["opened_for_id"]),
        ("first_received_at", story.first_received_at, row["first_received_at"]),
        ("late_by", story.late_by, row["late_by"]),
    ]
    if rows.round.frozen_at is None:  # copied by the freeze; from then on the seal knows them
        names = ("lead_name_ko", "lead_name_en", "title_copied_ko", "title_copied_en")
        pairs += [(of.replace("_copied", ""), "", row[of]) for of in names]
    pairs += [(of, value, row[COPIED[of]]) for of, value in (story.copied or {}).items()]
    yield from differences(key, kind, name, pairs)
    for text in story.texts:
        expected = {story.applied.get(text.pk)} if text.applied else set()
        pairs = [("applied", expected, set(text.applied))]
        yield from differences(key, "tasks.MilestoneChange", of_text(text.code, text.no), pairs, quotes=False)
    for returned in story.returns:
        pairs = [("resolved_by", returned.resolved_by, rows.resolved.get(returned.of))]
        yield from differences(key, "tasks.Return", of_return(story.code, returned.no), pairs)


COPIED = {
    "lead": "lead__code",
    "kind": "kind",
    "sector": "sector_id",
    "item": "item_id",
    "baseline": "baseline_id",
    "baseline_light": "baseline_light",
}


def _state_is_wrong(story: Story, row: Row) -> str | None:
    """The states that the events allow, in a word, where the row's is none of them; None where it is.

    Writing leaves no events: what nobody sent is missing without a draft, draft with one, and awaits sign-off only
    where that was asked for by the person and in the moment that the draft names.
    """
    asked = (story.asked_by, story.asked_for, story.asked_at)
    found = (row["draft__asked_by_id"], row["draft__asked_for_id"], row["draft__asked_at"])
    awaits = story.asked_at is not None and found == asked
    has_draft = row["draft__pk"] is not None
    allowed: tuple[State, ...]
    if story.state in (State.SUBMITTED, State.ACCEPTED):
        allowed = () if has_draft else (story.state,)
    elif has_draft and row["draft__asked_at"] is not None:
        allowed = (State.AWAITING,) if awaits else ()
    elif story.state is State.RETURNED:
        allowed = (State.RETURNED,)
    else:
        allowed = (State.DRAFT,) if has_draft else (State.MISSING,)
    if row["state"] in allowed:
        return None
    return ", ".join(allowed) or plain(story.state)
