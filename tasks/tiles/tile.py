"""One task on the board, and for whom it is read."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.models import User
from tfportal.language import Bilingual, normalise

from ..models import Light, State
from .vocabulary import Also, Since


@dataclass(frozen=True)
class Tile:
    """One task of a round as one person may see it. `was`: the light is last round's, nothing was sent since.

    `before` and `since` speak of the round that it is compared with, the previous one unless told otherwise.
    `ministry_light` and `office_light`: what each said in this round, None where the person may not know. `called`: the
    names of its ministry on the round's day. `opens`: the page behind it, `review` or `report`; empty where there is
    none for this person. Words are made when they are read: a folded board shows none of them.
    """

    pk: int
    task_id: int
    code: str
    title_ko: str
    title_en: str
    ministry_id: int
    ministry: str
    called: tuple[str, ...]
    lead_name_ko: str
    lead_name_en: str
    sector: str
    kind: str
    direction: str
    state: State
    closed: bool  # read as the freeze shows it
    resubmitted: bool
    light: Light | None
    was: bool
    before: Light | None
    ministry_light: Light | None
    office_light: Light | None
    since: frozenset[Since]
    also: frozenset[Also]
    has_draft: bool
    touched_at: datetime | None
    opens: str
    extended_until: datetime | None = None  # its ministry's, where the reader may know of it

    title = Bilingual()
    lead_name = Bilingual()

    @property
    def number(self) -> str:
        """`03` of `ME-03`: the row names the ministry already."""
        return self.code.rpartition("-")[2]

    @property
    def word(self) -> str:
        """The state in a word, as it is called where the tile stands."""
        if self.state is State.SUBMITTED and self.resubmitted:
            return _("Resubmitted")
        if self.closed and self.state is State.RETURNED:
            return pgettext("frozen state", "Returned, not resubmitted")
        return state_label(self.state, closed=self.closed)

    @property
    def letter(self) -> str:
        return letter_of(self.state, closed=self.closed)

    @cached_property
    def haystack(self) -> str:
        """What a search looks through: code, titles and the ministry's names, in both languages."""
        return normalise("\n".join((self.code, self.title_ko, self.title_en, *self.called))).casefold()

    @property
    def has_arrived(self) -> bool:
        """Whether the office holds the answer and does not wait for another one."""
        return self.state in (State.SUBMITTED, State.ACCEPTED)

    @property
    def label(self) -> str:
        """The accessible name: `ME-01 2021 plan, last round On track, Draft`."""
        if self.light is None:
            light = _("no light yet")
        elif self.was:
            light = _("last round %(light)s") % {"light": self.light.label}
        else:
            light = str(self.light.label)
        return f"{self.code} {self.title}, {light}, {self.word}"


@dataclass(frozen=True)
class Viewer:
    """For whom, when, and as what the round is read. `closed`: as the freeze shows it, or will show it."""

    user: User
    at: datetime
    closed: bool

    @cached_property
    def is_office(self) -> bool:
        return self.user.standing.is_coordinator

    @cached_property
    def sees_drafts(self) -> bool:
        """Whether it may be told apart who has begun to write: the office alone, and only until the freeze."""
        return self.is_office and not self.closed

    def state_of(self, row: dict[str, Any]) -> State:
        """The state as it is shown: whoever may not know of drafts sees what was there before them."""
        state = State(row["state"])
        if state in (State.DRAFT, State.AWAITING) and not self.sees_drafts:
            return State.RETURNED if row["current_id"] else State.MISSING
        return state

    def may_know(self, row: dict[str, Any]) -> bool:
        """Whether what was sent may be known, not only that it was sent."""
        return bool(row["current_id"]) and (self.closed or self.is_office or row["state"] == State.ACCEPTED)


def letter_of(state: State, *, closed: bool) -> str:
    """The state's letter in a tile. What is missing in an open round is no reply in a frozen one."""
    return pgettext("tile letter", "NR") if closed and state is State.MISSING else state.letter


def state_label(state: State, *, closed: bool) -> str:
    """The state's word in a legend and a filter."""
    return _("No reply") if closed and state is State.MISSING else str(state.label)
