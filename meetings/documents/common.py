"""What the writers share: text that every format can hold, the shapes and colours of lights, where a table's cells
lie."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

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


def split_cover(blocks: Sequence[Block]) -> tuple[Sequence[Block], Sequence[Block]]:
    """The cover, whose pages have no number, and what follows it; without a cover everything follows."""
    for at, block in enumerate(blocks):
        if isinstance(block, PageBreak) and block.is_first:
            return blocks[:at], blocks[at + 1 :]
    return (), blocks


def caption_of(table: Table, *, knows_pages: bool) -> str:
    """The table's caption; where an index cannot give pages it says that the chapters' numbers stand in for them."""
    if not table.pages or knows_pages:
        return clean(table.caption)
    return clean(" · ".join(filter(None, (table.caption, _("by chapter; the PDF gives the pages too")))))


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


@dataclass(frozen=True)
class Grid:
    """The cells of a table, row by row, and the shares of its columns."""

    lines: list[list[Placed]]
    widths: list[int]


def place(table: Table) -> Grid:
    """The cells with their places. Each place is taken once: where a row is short an empty cell stands, a cell of the
    head ends with the head, a row that lies all under merged cells is none. No text is lost: where a row holds more
    cells than there are columns, there are more."""
    columns = len(table.widths)
    while True:
        head, beyond = _place(table.head, columns, 0, in_head=True)
        body, beyond_too = _place(table.body, columns, len(head), in_head=False)
        if not (beyond or beyond_too):
            break
        columns += max(beyond, beyond_too)
    usual = max(1, sum(table.widths) // max(1, len(table.widths)))
    return Grid(head + body, [*table.widths, *[usual] * (columns - len(table.widths))])


def _place(
    rows: Sequence[Sequence[Cell]], columns: int, first: int, *, in_head: bool
) -> tuple[list[list[Placed]], int]:
    """The placed cells of a head or a body, whose first row is `first`, and how many cells at most found no column."""
    lines: list[list[Placed]] = []
    covered = [0] * columns  # by how many rows of the cell above, from here on
    beyond = 0
    for number, cells in enumerate(rows):
        row, left = first + len(lines), list(reversed(cells))
        line: list[Placed] = []
        for column in range(columns):
            if covered[column]:
                continue
            cell, wide = (left.pop() if left else Cell()), 1
            while wide < cell.columns and column + wide < columns and not covered[column + wide]:
                wide += 1
            high = max(1, min(cell.rows, len(rows) - number))
            covered[column : column + wide] = [high] * wide
            line.append(Placed(cell, row, column, high, wide, cell.is_head or in_head, in_head))
        beyond = max(beyond, len(left))
        covered = [max(0, count - 1) for count in covered]
        if line:
            lines.append(line)
        else:
            lines = [[_shorter(cell) if cell.row + cell.rows > row else cell for cell in above] for above in lines]
    return lines, beyond


def _shorter(cell: Placed) -> Placed:
    return replace(cell, rows=cell.rows - 1)
