"""An axis of months: what a day's place on it is, and which months are written below it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

STEPS = (1, 2, 3, 6, 12, 24, 60)  # months between two ticks
TICKS = 9  # at most so many are written where there is room; every second one on a phone
BACK, AHEAD = 24, 36  # months around the as-of date: what lies beyond stands at the edge
INSET = 1.5  # percent left free at both edges, so that a mark at the edge is whole


@dataclass(frozen=True)
class Tick:
    """The first of a month. `is_main`: written on a phone, too; `starts_year`: written with its year."""

    x: float
    day: date
    is_main: bool
    starts_year: bool


@dataclass(frozen=True)
class Axis:
    """From the first of a month to the first of another one."""

    start: date
    end: date

    def place(self, day: date) -> float:
        """In percent; a day beyond the axis stands at its edge."""
        share = (day - self.start).days / (self.end - self.start).days
        return round(INSET + (100 - 2 * INSET) * min(max(share, 0), 1), 2)

    def is_beyond(self, day: date) -> bool:
        return not self.start <= day <= self.end

    @property
    def ticks(self) -> list[Tick]:
        months = _months(self.end) - _months(self.start)
        step = next((step for step in STEPS if months / step <= TICKS), STEPS[-1])
        first = -(-_months(self.start) // step) * step  # quarters and years begin where people expect them to
        made: list[Tick] = []
        for place, month in enumerate(range(first, _months(self.end), step)):
            day = _first_of(month)
            made.append(Tick(self.place(day), day, place % 2 == 0, not made or day.year != made[-1].day.year))
        return made


def around(days: Iterable[date], as_of: date) -> Axis:
    """The axis on which these days and the as-of date stand, as far as it reaches."""
    here = _months(as_of)
    months = [here, *(_months(day) for day in days)]
    start = max(min(months), here - BACK)
    end = min(max(months), here + AHEAD) + 1
    return Axis(_first_of(start), _first_of(max(end, start + 2)))


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
