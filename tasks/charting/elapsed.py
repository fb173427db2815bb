"""Progress against the time elapsed at the as-of date, task by task."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

BEHIND = 10  # points: progress may lie so far below the time elapsed
SHOWN = 12  # tasks are drawn unless all are asked for
INSET = 2  # percent left free at both edges


@dataclass(frozen=True)
class Plan:
    """A task's plan, and the progress that was reported: a percentage."""

    key: int
    starts_on: date
    ends_on: date
    progress: int


@dataclass(frozen=True)
class Gap:
    """One row: both shares in percent, and their places."""

    plan: Plan
    elapsed: int

    @property
    def progress(self) -> int:
        return self.plan.progress

    @property
    def points(self) -> int:
        """How far progress lies before the time elapsed; negative when it lies behind."""
        return self.progress - self.elapsed

    @property
    def points_text(self) -> str:
        """`+5`, `−12`."""
        return f"{self.points:+d}".replace("-", "−")

    @property
    def is_behind(self) -> bool:
        return self.points < -BEHIND

    @property
    def progress_x(self) -> float:
        return place(self.progress)

    @property
    def elapsed_x(self) -> float:
        return place(self.elapsed)


def place(percent: float) -> float:
    """Where a percentage stands in the row."""
    return round(INSET + (100 - 2 * INSET) * percent / 100, 2)


def elapsed(starts_on: date, ends_on: date, as_of: date) -> int:
    """The share of the planned days that have passed at the end of the as-of date, in whole percent."""
    days = (ends_on - starts_on).days + 1
    return round(100 * min(max((as_of - starts_on).days + 1, 0), days) / days)


def gaps(plans: Iterable[Plan], as_of: date) -> list[Gap]:
    """Whoever lies furthest behind stands first; among equals the order stays."""
    rows = [Gap(plan, elapsed(plan.starts_on, plan.ends_on, as_of)) for plan in plans]
    return sorted(rows, key=lambda row: row.points)
