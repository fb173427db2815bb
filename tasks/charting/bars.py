"""Stacked bars: where the parts of a row stand, and what there is room to write into each."""

from collections.abc import Sequence
from dataclasses import dataclass

NEVER, ALWAYS, WHEN_WIDE, WHEN_FULL = "never", "always", "when-wide", "when-full"  # classes of what is written
# How many pixels the longest bar has: on a phone; on paper or a wider screen; on one that is wide enough for all.
HALF = {ALWAYS: 300, WHEN_WIDE: 360}  # two charts side by side
WHOLE = {ALWAYS: 300, WHEN_WIDE: 460, WHEN_FULL: 960}
SHAPE = 16  # pixels that a light's shape needs, with air around it
DIGIT = 9  # that a digit needs beside it
# Percent of the longest bar that a part takes at least: on a phone its shape has room in it, whatever it counts.
LEAST_OF_HALF, LEAST_OF_WHOLE = 5, 4


@dataclass(frozen=True)
class Span:
    """One part of a bar, in percent of the longest one; whether its number has room beside its shape."""

    x: float
    width: float
    number: str


def stack(counts: Sequence[int], longest: int, *, upright: bool = False) -> list[Span]:
    """The parts of one bar, side by side; an empty one has no width. `longest`: the sum of the longest bar of the
    chart. `upright`: it has the whole width, and the number stands below the shape, not beside it."""
    room = WHOLE if upright else HALF
    widths = [100 * count / longest if longest else 0.0 for count in counts]
    spans, start = [], 0.0
    for count, width in zip(counts, _widened(widths, LEAST_OF_WHOLE if upright else LEAST_OF_HALF), strict=True):
        digits = len(f"{count:,}") * DIGIT
        both = max(SHAPE, digits + 5) if upright else SHAPE + digits
        x, end = round(start, 3), round(start + width, 3)
        spans.append(Span(x, round(end - x, 3), _fits(width / 100, both, room)))
        start += width
    return spans


def _widened(widths: Sequence[float], least: float) -> list[float]:
    """Each part that is not empty with the least width; what that takes, the widest parts of the bar give. Where they
    are too narrow for it, the bar becomes longer."""
    made = [max(width, least) if width else 0.0 for width in widths]
    owed = sum(made) - sum(widths)
    for place in sorted(range(len(made)), key=lambda place: -made[place]):
        given = min(owed, max(made[place] - least, 0))
        made[place] -= given
        owed -= given
    return made


def _fits(share: float, pixels: int, room: dict[str, int]) -> str:
    """From which width on so many pixels have room in that share of the longest bar."""
    return next((when for when, width in room.items() if share * width >= pixels), NEVER)
