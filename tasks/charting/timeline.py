"""The timeline of milestones: the date as promised, the date in force, and whether it was kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, zip_longest

from .axis import Axis, around

WINDOW_BACK, WINDOW_AHEAD = 183, 366  # days around the as-of date: a milestone that never moved is drawn within them
SHOWN = 12  # milestones are drawn unless all are asked for
ROOM_RIGHT = 70  # percent: right of here a mark's words stand on its left


@dataclass(frozen=True)
class Promise:
    """A milestone as its round saw it. `key` finds what it belongs to."""

    key: int
    baseline_on: date
    current_on: date
    done_on: date | None
    moves: int

    @property
    def ends_on(self) -> date:
        """Where it stands: the day it was done, else the date in force."""
        return self.done_on or self.current_on

    @property
    def has_moved(self) -> bool:
        return self.moves > 0 or self.current_on != self.baseline_on

    def is_late(self, as_of: date) -> bool:
        """Its date lies before the as-of date, and it is not done."""
        return self.done_on is None and self.current_on < as_of

    def concerns(self, as_of: date) -> bool:
        """Whether it is drawn without being asked for: it moved, is late, or lies in the months around the date."""
        near = -WINDOW_BACK <= (self.ends_on - as_of).days <= WINDOW_AHEAD
        return self.has_moved or self.is_late(as_of) or near


@dataclass(frozen=True)
class Course:
    """One row. The line leads from the baseline to the date in force; the mark stands where the milestone stands."""

    promise: Promise
    baseline_x: float
    current_x: float
    mark_x: float
    is_late: bool
    is_beyond: bool  # the mark stands at the edge, for its date lies outside the axis

    @property
    def shape(self) -> str:
        return "done" if self.promise.done_on else "late" if self.is_late else "ahead"

    @property
    def shows_baseline(self) -> bool:
        """Whether the baseline has a place of its own; around a date ahead that never moved it is the ring."""
        return self.baseline_x != self.mark_x or self.shape == "ahead"

    @property
    def goes_back(self) -> bool:
        """The date in force lies before the one promised first."""
        return self.current_x < self.baseline_x

    @property
    def words_x(self) -> float:
        """Where the number of moves is written: beside all marks, on the side with room."""
        places = (self.baseline_x, self.current_x, self.mark_x)
        return min(places) if self.words_left else max(places)

    @property
    def words_left(self) -> bool:
        return max(self.baseline_x, self.current_x, self.mark_x) > ROOM_RIGHT


def chosen(promises: Sequence[Promise], as_of: date, *, show_all: bool = False) -> list[Promise]:
    """Those that are drawn, in their order: all, or the ones that concern the reader most."""
    if show_all:
        return list(promises)
    near = [promise for promise in promises if promise.concerns(as_of)]
    kept = set(islice(dict.fromkeys(_in_turn(near, as_of)), SHOWN))
    return [promise for promise in near if promise.key in kept]


def _in_turn(promises: Sequence[Promise], as_of: date) -> Iterator[int]:
    """Their keys: the one moved most often, the one that is late by most, the nearest other one, and so on in turn, so
    that none of the three keeps the others out."""
    moved = sorted((row for row in promises if row.has_moved), key=lambda row: (-row.moves, row.ends_on))
    late = sorted((row for row in promises if row.is_late(as_of)), key=lambda row: row.ends_on)
    others = (row for row in promises if not row.has_moved and not row.is_late(as_of))
    nearest = sorted(others, key=lambda row: abs((row.ends_on - as_of).days))
    for rows in zip_longest(moved, late, nearest):
        yield from (row.key for row in rows if row is not None)


def courses(promises: Sequence[Promise], as_of: date) -> tuple[Axis, list[Course]]:
    """The axis that serves them all, and each one's row."""
    axis = around((day for row in promises for day in (row.baseline_on, row.current_on, row.ends_on)), as_of)
    return axis, [
        Course(
            row,
            axis.place(row.baseline_on),
            axis.place(row.current_on),
            axis.place(row.ends_on),
            row.is_late(as_of),
            axis.is_beyond(row.ends_on),
        )
        for row in promises
    ]
