"""Where things stand in the scenarios' charts: pure functions from figures to places, which templates draw as SVG.

As in the board's charts, places along the width are percentages and everything else is pixels, so that a picture
becomes narrower and its writing never smaller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from . import sums
from .pathways import Category, Column, Table

# Stacked columns
HEIGHT = 420  # pixels from the highest column's top to the lowest one's bottom
TOP, BOTTOM = 34, 14  # above and below: the sums are written there
NUMBERED = 14  # pixels that a part needs for its number
LABEL = 16  # from one label beside a column to the next
STEPS = (10, 20, 50, 100, 200, 500, 1000)
TICKS = 9
AXIS = 8  # percent of the width for the axis's numbers

# Paired bars
NAME_ROOM = 16  # percent left free at both ends, for the numbers that stand there


@dataclass(frozen=True)
class Part:
    """One part of a column. `label_y`: where its name stands beside it; `leads`: whether a line has to lead there."""

    category: Category
    value: Decimal
    y: float
    height: float
    label_y: float

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)

    @property
    def is_numbered(self) -> bool:
        return self.height >= NUMBERED

    @property
    def text(self) -> str:
        return sums.written(self.value)


@dataclass(frozen=True)
class Stack:
    """One version's column. The net mark stands at `net_y`."""

    column: Column
    parts: tuple[Part, ...]
    net_y: float
    top_y: float


@dataclass(frozen=True)
class Tick:
    value: int
    y: float

    @property
    def text(self) -> str:
        return sums.written(Decimal(self.value)).removesuffix(".0")


@dataclass(frozen=True)
class Columns:
    """The picture: columns beside each other on one scale."""

    stacks: tuple[Stack, ...]
    categories: tuple[Category, ...]  # those that any column draws
    ticks: tuple[Tick, ...]
    zero_y: float
    height: int

    @property
    def placed(self) -> list[tuple[Stack, float, float]]:
        """Each with its place and width in percent."""
        width = round((100 - AXIS) / max(len(self.stacks), 1), 3)
        return [(stack, round(AXIS + width * place, 3), width) for place, stack in enumerate(self.stacks)]


def columns(table: Table) -> Columns | None:
    """None where there is nothing to draw."""
    high = max((column.sums.gross.computed for column in table.columns), default=sums.NOTHING)
    low = min((column.sums.sinks for column in table.columns), default=sums.NOTHING)
    if high == low:
        return None
    scale = HEIGHT / float(high - low)
    above, below = _room(table)
    zero = max(TOP + float(high) * scale, above)
    height = zero + max(float(-low) * scale + BOTTOM, below)
    drawn = tuple(_stack(column, table.categories, zero, scale, height) for column in table.columns)
    step = next((step for step in STEPS if float(high - low) / step <= TICKS), STEPS[-1])
    ticks = range(-(int(-low) // step) * step, int(high) + 1, step)
    return Columns(
        drawn,
        tuple(row for row in table.categories if any(column.value(row.key) for column in table.columns)),
        tuple(Tick(value, round(zero - value * scale, 1)) for value in ticks),
        round(zero, 1),
        ceil(height),
    )


def _room(table: Table) -> tuple[float, float]:
    """What the labels of the fullest column need above the line of zero, and below it."""
    values = [[column.value(row.key) or 0 for row in table.categories] for column in table.columns]
    above = max(sum(value > 0 for value in column) for column in values)
    below = max(sum(value < 0 for value in column) for column in values)
    return above * LABEL, below * LABEL


def _stack(column: Column, categories: Sequence[Category], zero: float, scale: float, end: float) -> Stack:
    """Emissions grow upwards from zero, the first sector at the bottom; what is below zero hangs from it. So do their
    labels: none stands on the line, or on the other side of it."""
    up, down = zero, zero
    places: list[tuple[Category, Decimal, float, float]] = []
    for category in categories:
        value = column.value(category.key)
        if not value:
            continue
        height = abs(float(value)) * scale
        if value > 0:
            up -= height
            places.append((category, value, up, height))
        else:
            places.append((category, value, down, height))
            down += height
    middles = [(value > 0, y + height / 2) for _category, value, y, height in places]
    above = apart([middle for is_above, middle in middles if is_above], LABEL, zero)
    below = apart([middle - zero for is_above, middle in middles if not is_above], LABEL, end - zero)
    up_labels, down_labels = iter(above), (round(zero + label, 1) for label in below)
    labels = [next(up_labels if is_above else down_labels) for is_above, _middle in middles]
    parts = tuple(
        Part(category, value, round(y, 1), round(height, 1), label)
        for (category, value, y, height), label in zip(places, labels, strict=True)
    )
    net_y = zero - float(column.sums.net.computed) * scale
    return Stack(column, parts, round(net_y, 1), round(up, 1))


def apart(places: Sequence[float], least: float, end: float) -> list[float]:
    """The places, each at least so far from the next and none beyond the end, as near to where they were as that
    allows; the order of the answer is that of the question."""
    order = sorted(range(len(places)), key=lambda place: places[place])
    made = [places[place] for place in order]
    for place in range(1, len(made)):
        made[place] = max(made[place], made[place - 1] + least)
    # Pushed down only, they would all stand too low: the run is moved back up by half of what it was pushed.
    pushed = max((new - places[old] for new, old in zip(made, order, strict=True)), default=0.0)
    made = [max(new - pushed / 2, least / 2 + least * place) for place, new in enumerate(made)]
    for place in range(1, len(made)):
        made[place] = max(made[place], made[place - 1] + least)
    limit = end - least / 2
    for place in range(len(made) - 1, -1, -1):
        made[place] = min(made[place], limit)
        limit = made[place] - least
    found = [0.0] * len(made)
    for place, old in enumerate(order):
        found[old] = round(made[place], 1)
    return found


@dataclass(frozen=True)
class Bar:
    """One bar from zero to its value, in percent. `is_left`: its number stands left of it."""

    value: Decimal | None
    x: float
    width: float
    zero: float

    @property
    def is_left(self) -> bool:
        return self.value is not None and self.value < 0

    @property
    def end(self) -> float:
        """Where its number stands."""
        return self.x if self.is_left else round(self.x + self.width, 3)

    @property
    def text(self) -> str:
        return sums.written(self.value)


@dataclass(frozen=True)
class Pairs:
    """Bars of one scale, a row for each category (or column), and where zero stands."""

    rows: list[tuple[Category, list[Bar]]]
    zero: float


def pairs(table: Table) -> Pairs:
    """For each row of the table a bar for each of its versions; rows in which none states a value are left out."""
    categories = [row for row in table.categories if any(one.value(row.key) for one in table.columns)]
    values = {row.key: [column.value(row.key) for column in table.columns] for row in categories}
    scale = Scale.of([value for row in values.values() for value in row])
    return Pairs([(row, [scale.bar(value) for value in values[row.key]]) for row in categories], scale.zero)


@dataclass(frozen=True)
class Scale:
    """From a value to its bar."""

    zero: float
    per: float  # percent for each MtCO2eq

    @classmethod
    def of(cls, values: Sequence[Decimal | None]) -> "Scale":
        stated = [float(value) for value in values if value is not None]
        high, low = max([0.0, *stated]), min([0.0, *stated])
        left = NAME_ROOM if low < 0 else 0
        per = (100 - NAME_ROOM - left) / (high - low) if high > low else 0.0
        return cls(round(left - low * per, 3), per)

    def bar(self, value: Decimal | None) -> Bar:
        width = abs(float(value or 0)) * self.per
        x = self.zero - width if value is not None and value < 0 else self.zero
        return Bar(value, round(x, 3), round(width, 3), self.zero)
