"""제출기한: until when each ministry is in time. Read-only, and the only place that knows how extensions count.

An extension counts as long as it is not revoked. Its end needs no deed: it is the due time, and whoever comes later is
late by the clock. Who comes in the same moment as a grant is judged by whichever was written first, which the head of
the chain decides (`workflow/extensions.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ministries.models import User

from .models import Extension, Phase, Round
from .transitions import COLLECTING


def holds(until: datetime | None, revoked_at: datetime | None, at: datetime) -> bool:
    """Whether an extension counts at that instant: it was given, and not revoked by then."""
    return until is not None and (revoked_at is None or at < revoked_at)


def in_force(due_at: datetime, given: Iterable[tuple[datetime, datetime | None]], at: datetime) -> datetime:
    """The due time in force at that instant: the latest of what was given (until when, and when it was revoked) and was
    not revoked by then, where that lies beyond the round's own."""
    held = (until for until, revoked_at in given if holds(until, revoked_at, at))
    return max((due_at, *held))


def due_of(round_: Round, ministry_id: int, *, at: datetime) -> datetime:
    """Until when the ministry is in time in this round, as it stands at that instant. One query."""
    given = Extension.objects.filter(round=round_, ministry=ministry_id).granted().values_list("until", "revoked_at")
    return in_force(round_.due_at, [(until, revoked_at) for until, revoked_at in given if until], at)


@dataclass(frozen=True)
class Deadline:
    """The due time of one ministry in one round, as it stands at a moment, and how it came to be so."""

    round: Round
    at: datetime
    extensions: list[Extension] = field(default_factory=list)

    @property
    def due_at(self) -> datetime:
        given = [(row.until, row.revoked_at) for row in self.extensions if row.until is not None]
        return in_force(self.round.due_at, given, self.at)

    @property
    def is_extended(self) -> bool:
        return self.due_at > self.round.due_at

    @property
    def left(self) -> timedelta:
        """The time until it; negative when it has passed."""
        return self.due_at - self.at

    @property
    def phase(self) -> Phase:
        """Where the round stands for this ministry: while its extension runs, nothing is past due."""
        phase = self.round.phase(self.at)
        return Phase.OPEN if phase is Phase.PAST_DUE and self.at <= self.due_at else phase

    @property
    def since(self) -> datetime | None:
        """When it last became another one; None where it has been the round's first from the start."""
        changes = [row.decided_at for row in self.extensions if row.until] + [row.revoked_at for row in self.extensions]
        changes.append(self.round.due_moved_at)
        return max((moment for moment in changes if moment), default=None)

    @property
    def changes(self) -> int:
        """How often it became another one."""
        own = sum((row.until is not None) + (row.revoked_at is not None) for row in self.extensions)
        return own + self.round.due_moves

    @property
    def waiting(self) -> Extension | None:
        """What the ministry asked for and the office has not decided on. After the freeze nothing waits any more."""
        asked = next((row for row in self.extensions if not row.decision), None)
        return asked if self.round.phase(self.at) in COLLECTING else None

    @property
    def last(self) -> Extension | None:
        """What is asked for or was decided last: what the ministry wants to be told at its deadline."""
        return self.extensions[-1] if self.extensions else None

    @property
    def can_be_extended(self) -> bool:
        """Whether more time can be asked for now."""
        return self.waiting is None and self.round.phase(self.at) in COLLECTING


def deadline(round_: Round, ministry_id: int, *, at: datetime) -> Deadline:
    """The ministry's due time in this round. One query."""
    return Deadline(round_, at, list(Extension.objects.filter(round=round_, ministry=ministry_id).order_by("pk")))


def deadlines(round_: Round, *, at: datetime) -> "Deadlines":
    """Those of all ministries. One query."""
    mine: dict[int, list[Extension]] = {}
    for row in Extension.objects.filter(round=round_).order_by("pk"):
        mine.setdefault(row.ministry_id, []).append(row)
    return Deadlines(round_, at, mine)


@dataclass(frozen=True)
class Deadlines:
    """The due times of all ministries in one round, by their primary keys."""

    round: Round
    at: datetime
    extensions: Mapping[int, list[Extension]]

    def __getitem__(self, ministry_id: int) -> Deadline:
        return Deadline(self.round, self.at, self.extensions.get(ministry_id, []))

    @property
    def extended(self) -> dict[int, datetime]:
        """The ministries that have more time than the round gives, and until when."""
        return {pk: self[pk].due_at for pk in self.extensions if self[pk].is_extended}

    @property
    def last(self) -> datetime:
        """Until when anybody at all is in time."""
        return max((self.round.due_at, *self.extended.values()))

    @property
    def waiting(self) -> int:
        """How many ministries asked for more time and wait for the office."""
        return sum(self[pk].waiting is not None for pk in self.extensions)


def own(user: User, rounds: Iterable[Round], *, at: datetime) -> dict[int, list[datetime]]:
    """Until when the person's own ministries have more time, by the round's primary key. One query, or none."""
    ministries = user.standing.ministries
    if not ministries:
        return {}
    rows: dict[int, dict[int, list[Extension]]] = {}
    for row in Extension.objects.filter(ministry__in=ministries).granted():
        rows.setdefault(row.round_id, {}).setdefault(row.ministry_id, []).append(row)
    found = {round_.pk: Deadlines(round_, at, rows[round_.pk]).extended for round_ in rounds if round_.pk in rows}
    return {pk: sorted(set(extended.values())) for pk, extended in found.items() if extended}
