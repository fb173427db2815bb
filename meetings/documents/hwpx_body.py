"""The text of an HWPX document: its blocks as the paragraphs and tables of one section.

Written as text and not through the library's objects: those look through the whole document for each paragraph that is
added, which takes minutes for a book of five hundred tasks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from xml.sax.saxutils import escape

from .blocks import Align, Block, Boxed, Document, Heading, Inline, Level, Paragraph, Table, Title
from .common import Placed, caption_of, flow, place, shape_of, spans_of, split_cover
from .hwpx_styles import (
    BOX,
    CAPTION,
    CELL,
    CHAPTER,
    HEAD,
    HEAD_CELL,
    HOLDER,
    LEVELS,
    MARK,
    NO_BORDER,
    PART,
    RED,
    RUNNING,
    SIDE,
    SIDE_CELL,
    TITLE,
    TITLE_BOX,
    UNDER,
    Border,
    Char,
    Looks,
    Style,
)

MM = 7200 / 25.4
TEXT_WIDTH = round(170 * MM)  # between the margins of a sheet of A4
SIDE_ROOM, ABOVE = 510, 141  # within a cell, to its borders
FRAME_SIDE, FRAME_ABOVE = 850, 567  # within a frame
LEAST_ROW = 2000  # Hangul draws a row without a height as a line
ALIGNS = {Align.LEFT: "", Align.CENTER: "CENTER", Align.RIGHT: "RIGHT"}
NUMBER = '<hp:ctrl><hp:pageNum pos="BOTTOM_CENTER" formatType="DIGIT" sideChar="-"/></hp:ctrl>'
FROM_ONE = '<hp:ctrl><hp:newNum num="1" numType="PAGE"/></hp:ctrl>'
SUB_LIST = (
    '<hp:subList id="" textDirection="HORIZONTAL" lineWrap="BREAK" vertAlign="{align}" linkListIDRef="0" '
    'linkListNextIDRef="0" textWidth="{width}" textHeight="0" hasTextRef="0" hasNumRef="0">{text}</hp:subList>'
)


@dataclass(frozen=True)
class Box:
    """A cell as it is written: where it lies, how large it is, and the paragraphs in it."""

    row: int
    column: int
    rows: int
    columns: int
    width: int
    height: int
    border: Border
    text: str
    is_head: bool = False
    side: int = SIDE_ROOM
    above: int = ABOVE


class Body:
    """Writes the section. `looks` numbers what it uses; `before`: the section's own properties, in XML."""

    def __init__(self, looks: Looks) -> None:
        self.looks = looks
        self.tables = 0

    def write(self, document: Document, before: str) -> str:
        """The section's paragraphs. The first holds its properties, the head of every page and, without a cover, the
        page's number; with one that begins, with 1, where the cover ends."""
        cover, rest = split_cover(document.blocks)
        run = f'<hp:run charPrIDRef="0">{before}{self._running_head(document)}{"" if cover else NUMBER}<hp:t/></hp:run>'
        written = [self._paragraph(HOLDER, run)]
        written += [self._block(block, breaks=breaks) for block, breaks in flow(cover)]
        for at, (block, breaks) in enumerate(flow(rest)):
            begins = bool(cover) and at == 0
            text = self._block(block, breaks=breaks or begins)
            # into its first paragraph, and no paragraph of its own: that would be an empty line
            written.append(
                text.replace(">", f'><hp:run charPrIDRef="0">{FROM_ONE}{NUMBER}</hp:run>', 1) if begins else text
            )
        return "".join(written)

    def _block(self, block: Block, *, breaks: bool) -> str:
        match block:
            case Title():
                lines = [(TITLE, block.text)] + [(UNDER, block.under)] * bool(block.under)
                text = "".join(self._text(style, words) for style, words in lines)
                height = sum(self._room(words, style, TEXT_WIDTH) for style, words in lines)
                return self._framed(text, TITLE_BOX, height, breaks=breaks)
            case Heading():
                return self._text(CHAPTER if block.level == 1 else PART, block.text, breaks=breaks)
            case Paragraph():
                return self._levelled(block, breaks=breaks)
            case Boxed():
                text = "".join(self._levelled(one) for one in block.blocks) or self._text(LEVELS[Level.TEXT], "")
                height = sum(self._room(one.content, LEVELS[one.level], TEXT_WIDTH) for one in block.blocks)
                return self._framed(text, BOX, height, breaks=breaks)
            case Table():
                return self._table(block, breaks=breaks)
            case _:
                return ""

    # paragraphs

    def _levelled(self, paragraph: Paragraph, *, breaks: bool = False) -> str:
        style = LEVELS[paragraph.level]
        mark = f"{paragraph.level.value} " if paragraph.level.value else ""
        return self._text(style, paragraph.content, mark=mark, align=paragraph.align, breaks=breaks)

    def _text(
        self, style: Style, content: Inline, *, mark: str = "", align: Align = Align.LEFT, breaks: bool = False
    ) -> str:
        runs = self._runs(content, style.char, mark)
        return self._paragraph(style, runs, align=align, breaks=breaks)

    def _paragraph(self, style: Style, runs: str, *, align: Align = Align.LEFT, breaks: bool = False) -> str:
        para = style.para
        if ALIGNS[align]:
            para = replace(para, align=ALIGNS[align], left=0, hang=0)
        return (
            f'<hp:p id="0" paraPrIDRef="{self.looks.para(para)}" styleIDRef="{self.looks.styles[style]}" '
            f'pageBreak="{int(breaks)}" columnBreak="0" merged="0">{runs}</hp:p>'
        )

    def _runs(self, content: Inline, char: Char, mark: str = "") -> str:
        runs = [self._run(mark, char)] if mark else []
        for span in spans_of(content):
            look = replace(char, is_bold=char.is_bold or span.is_bold, is_struck=span.is_struck)
            if span.light:
                shape, colour = shape_of(span.light)
                runs.append(self._run(shape, replace(look, colour=colour)))
                runs.append(self._run(f" {span.text}", look))
            else:
                runs.append(self._run(span.text, look))
        return "".join(runs) or self._run("", char)

    def _run(self, text: str, char: Char) -> str:
        lines = escape(text).replace("\n", "<hp:lineBreak/>")
        return f'<hp:run charPrIDRef="{self.looks.char(char)}"><hp:t>{lines}</hp:t></hp:run>'

    # tables

    def _table(self, table: Table, *, breaks: bool) -> str:
        grid = place(table)
        if not grid.lines:
            return self._text(CAPTION, table.caption, breaks=breaks)
        words = caption_of(table, knows_pages=False)
        whole = sum(grid.widths) or 1
        edges = [round(share * TEXT_WIDTH / whole) for share in accumulate(grid.widths, initial=0)]
        heights = self._heights(grid.lines, edges)
        rows = [[self._box(placed, edges, heights) for placed in line] for line in grid.lines]
        caption = self._text(CAPTION, words) if words else ""
        return self._paragraph(HOLDER, self._grid(rows, sum(heights), BOX, caption), breaks=breaks)

    def _box(self, placed: Placed, edges: Sequence[int], heights: Sequence[int]) -> Box:
        style = _cell_style(placed)
        border = HEAD_CELL if placed.in_head else SIDE_CELL if placed.is_head else BOX
        return Box(
            placed.row,
            placed.column,
            placed.rows,
            placed.columns,
            edges[placed.column + placed.columns] - edges[placed.column],
            sum(heights[placed.row : placed.row + placed.rows]),
            border,
            self._text(style, placed.cell.content, align=placed.cell.align),
            is_head=placed.in_head,
        )

    def _heights(self, lines: Sequence[Sequence[Placed]], edges: Sequence[int]) -> list[int]:
        """Each row's height, by how many lines its texts will take. Hangul makes rows higher when it lays them out, and
        other readers do not."""
        heights = [LEAST_ROW] * len(lines)
        for placed in sorted((cell for line in lines for cell in line), key=lambda cell: cell.rows):
            width = edges[placed.column + placed.columns] - edges[placed.column]
            last = placed.row + placed.rows - 1
            above = sum(heights[placed.row : last])
            heights[last] = max(heights[last], self._room(placed.cell.content, _cell_style(placed), width) - above)
        return heights

    def _room(self, content: Inline, style: Style, width: int) -> int:
        """About how high a text is in a cell of this width."""
        # A tenth is lost to words that go whole into the next line.
        within = max(style.char.size, (width - 2 * SIDE_ROOM - style.para.left - style.para.hang) * 9 // 10)
        text = "".join(span.text + ("■ " if span.light else "") for span in spans_of(content))
        lines = sum(-(-_measure(line, style.char.size) // within) or 1 for line in text.split("\n"))
        return lines * _height(style.char.size, style.para.line) + style.para.before + 2 * ABOVE

    def _framed(self, text: str, border: Border, height: int, *, breaks: bool) -> str:
        """Paragraphs in a frame: a table of one cell."""
        height = max(LEAST_ROW, height + 2 * FRAME_ABOVE)
        box = Box(0, 0, 1, 1, TEXT_WIDTH, height, border, text, side=FRAME_SIDE, above=FRAME_ABOVE)
        return self._paragraph(HOLDER, self._grid([[box]], box.height, border, ""), breaks=breaks)

    def _running_head(self, document: Document) -> str:
        """The head of every page: what the document is, whether it is a draft, how it is to be handled."""
        texts = (document.header, document.draft, document.handling)
        if not any(texts):
            return ""
        chars = (MARK.char, Char(1200, True, RED, is_plain=True), replace(MARK.char, is_bold=True))
        aligns, widths = (Align.LEFT, Align.CENTER, Align.RIGHT), (52, 12, 36)
        edges = [round(share * TEXT_WIDTH / 100) for share in accumulate(widths, initial=0)]
        boxes = [
            Box(
                0,
                at,
                1,
                1,
                edges[at + 1] - edges[at],
                LEAST_ROW,
                RUNNING,
                self._paragraph(MARK, runs, align=aligns[at]),
            )
            for at, runs in enumerate(self._runs(text, char) for text, char in zip(texts, chars, strict=True))
        ]
        table = self._paragraph(MARK, self._grid([boxes], LEAST_ROW, NO_BORDER, "", in_line=True))
        text = SUB_LIST.format(align="TOP", width=TEXT_WIDTH, text=table)
        return f'<hp:ctrl><hp:header id="1" applyPageType="BOTH">{text}</hp:header></hp:ctrl>'

    def _grid(
        self, rows: Sequence[Sequence[Box]], height: int, border: Border, caption: str, *, in_line: bool = False
    ) -> str:
        """A run with a table. It goes on over the next page, between rows or within a cell, with its head repeated;
        `in_line`: it stands in its line like a character, and then it never does."""
        self.tables += 1
        number = self.looks.border(border)
        columns = max(box.column + box.columns for line in rows for box in line)
        if caption:
            text = SUB_LIST.format(align="TOP", width=TEXT_WIDTH, text=caption)
            caption = (
                f'<hp:caption side="TOP" fullSz="0" width="8504" gap="425" lastWidth="{TEXT_WIDTH}">{text}</hp:caption>'
            )
        cells = "".join(f"<hp:tr>{''.join(map(self._cell, line))}</hp:tr>" for line in rows)
        flows, above, below = (1, 0, 0) if in_line else (0, 283, 567)
        return (
            f'<hp:run charPrIDRef="{self.looks.char(HOLDER.char)}"><hp:tbl id="{self.tables}" '
            f'zOrder="{self.tables - 1}" '
            'numberingType="TABLE" textWrap="TOP_AND_BOTTOM" textFlow="BOTH_SIDES" lock="0" dropcapstyle="None" '
            f'pageBreak="CELL" repeatHeader="1" rowCnt="{len(rows)}" colCnt="{columns}" cellSpacing="0" '
            f'borderFillIDRef="{number}" noAdjust="0">'
            f'<hp:sz width="{TEXT_WIDTH}" widthRelTo="ABSOLUTE" height="{height}" heightRelTo="ABSOLUTE" protect="0"/>'
            f'<hp:pos treatAsChar="{flows}" affectLSpacing="0" flowWithText="1" allowOverlap="0" holdAnchorAndSO="0" '
            'vertRelTo="PARA" horzRelTo="COLUMN" vertAlign="TOP" horzAlign="LEFT" vertOffset="0" horzOffset="0"/>'
            f'<hp:outMargin left="0" right="0" top="{above}" bottom="{below}"/>{caption}'
            f'<hp:inMargin left="{SIDE_ROOM}" right="{SIDE_ROOM}" top="{ABOVE}" bottom="{ABOVE}"/>{cells}</hp:tbl>'
            "<hp:t/></hp:run>"
        )

    def _cell(self, box: Box) -> str:
        return (
            f'<hp:tc name="" header="{int(box.is_head)}" hasMargin="{int(box.above != ABOVE)}" protect="0" '
            f'editable="0" dirty="0" borderFillIDRef="{self.looks.border(box.border)}">'
            + SUB_LIST.format(align="CENTER", width=0, text=box.text)
            + f'<hp:cellAddr colAddr="{box.column}" rowAddr="{box.row}"/>'
            f'<hp:cellSpan colSpan="{box.columns}" rowSpan="{box.rows}"/>'
            f'<hp:cellSz width="{box.width}" height="{box.height}"/>'
            f'<hp:cellMargin left="{box.side}" right="{box.side}" top="{box.above}" bottom="{box.above}"/></hp:tc>'
        )


def _cell_style(placed: Placed) -> Style:
    return HEAD if placed.in_head else SIDE if placed.is_head else CELL


def _height(size: int, line: int) -> int:
    return size * line // 100


def _measure(text: str, size: int) -> int:
    """About how wide a line is: a Korean character is as wide as it is high, a Latin one half of that."""
    wide = sum(char > "\u10ff" for char in text)
    return (len(text) + wide) * size // 2
