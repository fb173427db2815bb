"""The small line of an indicator: its values over the rounds, its target dashed. Geometry only; a template draws it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 280, 96  # of the picture, in its own units
LEFT, RIGHT = 14, 184  # of the first and the last value; right of them stand the labels
TOP, BOTTOM = 14, 66
LINE = 15  # two labels stand at least so far apart
NAMED = 6  # up to so many rounds are all named below the line; of more, the first and the last


@dataclass(frozen=True)
class Point:
    """One value: where it stands, and its round's number where that is written below it."""

    x: float
    y: float
    no: int
    is_named: bool


@dataclass(frozen=True)
class Line:
    """The picture. `target_y` is None without a target; the `label_y` are where the words right of the line stand."""

    points: list[Point]
    target_y: float | None
    value_label_y: float
    target_label_y: float

    width, height, left, right = WIDTH, HEIGHT, LEFT - 8, RIGHT + 8
    axis_y, label_x = HEIGHT - 8, RIGHT + 16

    @property
    def path(self) -> str:
        """For `<polyline points>`."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def line(values: Sequence[tuple[int, Decimal]], target: Decimal | None) -> Line | None:
    """The line of (number of the round, value), the oldest first; None where there is no value to draw."""
    if not values:
        return None
    numbers = [value for _no, value in values] + ([] if target is None else [target])
    low, high = min(numbers), max(numbers)

    def y(value: Decimal) -> float:
        share = (high - value) / (high - low) if high > low else Decimal("0.5")
        return round(TOP + float(share) * (BOTTOM - TOP), 1)

    step = (RIGHT - LEFT) / (len(values) - 1) if len(values) > 1 else 0
    last = len(values) - 1
    points = [
        Point(round(RIGHT - (last - place) * step, 1), y(value), no, len(values) <= NAMED or place in (0, last))
        for place, (no, value) in enumerate(values)
    ]
    target_y = None if target is None else y(target)
    return Line(points, target_y, *_apart(points[-1].y, target_y))


def _apart(value_y: float, target_y: float | None) -> tuple[float, float]:
    """The heights of the two labels, pushed apart where they would stand in each other."""
    if target_y is None or abs(value_y - target_y) >= LINE:
        return value_y, target_y or 0
    middle, half = (value_y + target_y) / 2, LINE / 2
    return (middle - half, middle + half) if value_y < target_y else (middle + half, middle - half)
