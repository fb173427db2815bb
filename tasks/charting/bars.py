"""Stacked bars: where the parts of a row stand, and what there is room to write into each."""

from collections.abc import Sequence
from dataclasses import dataclass

NARROW, WIDE = 300, 405  # pixels of the longest bar: on a phone, and where there is more room
SHAPE = 17  # pixels that a light's shape needs, with air around it
DIGIT = 9  # that a digit needs beside it
NEVER, WHEN_WIDE, ALWAYS = "never", "when-wide", "always"


@dataclass(frozen=True)
class Span:
    """One part of a bar, in percent of the longest one; whether its shape and its number have room in it."""

    x: float
    width: float
    shape: str
    number: str


def stack(counts: Sequence[int], longest: int, *, upright: bool = False) -> list[Span]:
    """The parts of one bar, side by side; an empty one has no width. `longest`: the sum of the longest bar of the
    chart. `upright`: the number stands below the shape, not beside it."""
    spans, start = [], 0
    for count in counts:
        share = count / longest if longest else 0
        digits = len(str(count)) * DIGIT
        both = max(SHAPE, digits + 6) if upright else SHAPE + digits
        x, end = round(100 * start / longest, 3) if longest else 0.0, 100 * (start + count) / longest if longest else 0
        spans.append(Span(x, round(end - x, 3), _room(share, SHAPE), _room(share, both)))
        start += count
    return spans


def _room(share: float, pixels: int) -> str:
    if share * NARROW >= pixels:
        return ALWAYS
    return WHEN_WIDE if share * WIDE >= pixels else NEVER
