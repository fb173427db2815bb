"""Stacked bars: where the parts of a row stand, and what there is room to write into each."""

from collections.abc import Sequence
from dataclasses import dataclass

NEVER, ALWAYS, WHEN_WIDE, WHEN_FULL = "never", "always", "when-wide", "when-full"  # classes of what is written
# How many pixels the longest bar has: on a phone; on paper or a wider screen; on one that is wide enough for all.
HALF = {ALWAYS: 300, WHEN_WIDE: 360}  # two charts side by side
WHOLE = {ALWAYS: 300, WHEN_WIDE: 460, WHEN_FULL: 960}
SHAPE = 16  # pixels that a light's shape needs, with air around it
DIGIT = 9  # that a digit needs beside it


@dataclass(frozen=True)
class Span:
    """One part of a bar, in percent of the longest one; whether its shape and its number have room in it."""

    x: float
    width: float
    shape: str
    number: str


def stack(counts: Sequence[int], longest: int, *, upright: bool = False) -> list[Span]:
    """The parts of one bar, side by side; an empty one has no width. `longest`: the sum of the longest bar of the
    chart. `upright`: it has the whole width, and the number stands below the shape, not beside it."""
    room = WHOLE if upright else HALF
    spans, start = [], 0
    for count in counts:
        share = count / longest if longest else 0
        digits = len(str(count)) * DIGIT
        both = max(SHAPE, digits + 5) if upright else SHAPE + digits
        x, end = (round(100 * place / longest, 3) if longest else 0.0 for place in (start, start + count))
        spans.append(Span(x, round(end - x, 3), _fits(share, SHAPE, room), _fits(share, both, room)))
        start += count
    return spans


def _fits(share: float, pixels: int, room: dict[str, int]) -> str:
    """From which width on so many pixels have room in that share of the longest bar."""
    return next((when for when, width in room.items() if share * width >= pixels), NEVER)
