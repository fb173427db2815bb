"""What the writers share: text that every format can hold, the shapes and colours of lights, where a table's cells
lie."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.models import Light

from .blocks import Block, Cell, Inline, PageBreak, Span, Table

# As in exports, but dark enough for text on white and on a shaded head: WCAG asks 4.5 of a character, 3 of a drawing.
SHAPES = {"on": "●", "at": "▲", "re": "■", "do": "✓", "no": "○"}
COLOURS = {"on": "#267337", "at": "#8A5C00", "re": "#BD2C0F", "do": "#096AB3", "no": "#464C53"}
LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# What XML 1.0 has no way to write (controls, halves of a pair, non-characters), with the marks that turn the direction.
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")


def clean(text: str) -> str:
    """The text as each format can hold it: its lines end in LF, a tab is four blanks, controls are dropped. A lazy one
    is translated here, so that each writer sets the document's language first."""
    return UNWRITABLE.sub("", LINE_ENDS.sub("\n", str(text))).replace("\t", "    ")


def spans_of(content: Inline) -> list[Span]:
    """The pieces of a line, cleaned, without empty ones; a light without words of its own gets its name."""
    pieces = [Span(content)] if isinstance(content, str) else content
    cleaned = [
        replace(piece, text=clean(piece.text or (str(piece.light.label) if piece.light else ""))) for piece in pieces
    ]
    return [piece for piece in cleaned if piece.text]


def shape_of(light: Light) -> tuple[str, str]:
    """A light's character and its colour."""
    return SHAPES[light.css], COLOURS[light.css]


def flow(blocks: Sequence[Block]) -> Iterator[tuple[Block, bool]]:
    """Each block but the page breaks, and whether it begins a page. A break with nothing before or behind it makes no
    empty page."""
    breaks, is_first = False, True
    for block in blocks:
        if isinstance(block, PageBreak):
            breaks = not is_first
        else:
            yield block, breaks
            breaks = is_first = False


@dataclass(frozen=True)
class Placed:
    """A cell where it lies: its first row and column, and how far it goes, never beyond the table."""

    cell: Cell
    row: int
    column: int
    rows: int
    columns: int
    is_head: bool
    in_head: bool


def place(table: Table) -> list[list[Placed]]:
    """The cells of each row with their places. Every place is taken: where a row is short an empty cell stands, what
    goes beyond the columns is cut, and a cell of the head ends with the head."""
    width = len(table.widths)
    placed: list[list[Placed]] = []
    for number, part in enumerate((table.head, table.body)):
        before, until = len(placed), len(placed) + len(part)
        taken: set[tuple[int, int]] = set()
        for row, cells in enumerate(part, before):
            line: list[Placed] = []
            left = list(reversed(cells))
            for column in range(width):
                if (row, column) in taken:
                    continue
                cell = left.pop() if left else Cell()
                columns, rows = _room(cell, row, column, until, width, taken)
                taken |= {(row + down, column + right) for down in range(rows) for right in range(columns)}
                line.append(Placed(cell, row, column, rows, columns, cell.is_head or not number, not number))
            placed.append(line)
    return placed


def _room(cell: Cell, row: int, column: int, until: int, width: int, taken: set[tuple[int, int]]) -> tuple[int, int]:
    """How many columns and rows of those it asks a cell can have."""
    columns = 1
    while columns < cell.columns and column + columns < width and (row, column + columns) not in taken:
        columns += 1
    return columns, max(1, min(cell.rows, until - row))
