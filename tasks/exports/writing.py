"""Rows of a list, written as .csv or .xlsx. Rows are taken one after another and never held together, so that a file of
120,000 of them takes no more memory than one of fifty.

No cell is a formula. In .xlsx a text is stored as a text, whatever it begins with. A .csv has no types: there a
text that a spreadsheet would compute gets an apostrophe before it.
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from typing import IO, Any, NamedTuple

from django.utils import timezone, translation
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from ..files.names import clean_name
from ..models import Light
from ..workbooks.package import escape

BOM = "\ufeff"  # without it Excel reads Korean as Latin
LINES_IN_A_PIECE = 200  # of a .csv: as many go out at once
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # OWASP, "CSV injection", with the wide ones
LONGEST_TEXT = 32_767  # characters in a cell, Excel's own limit
MOST_LINKS = (
    5_000  # a workbook lists its links in memory, and Excel takes some 65,000 of a sheet; beyond, addresses are text
)
PRINTED_WIDTH = 220  # characters side by side on a sheet of A3 that can still be read
FONT = "맑은 고딕"  # on every office computer; others show their own
NAVY, INK, LINE, RED = "052B57", "1E2124", "D6DADE", "BD2C0F"
SHAPES = {"on": "●", "at": "▲", "re": "■", "do": "✓", "no": "○"}  # a light's, by its class
FILLS = {"on": "E4F3E8", "at": "FFF3D6", "re": "FDE9E7", "do": "E7EEF7", "no": "F4F5F6"}


class Kind(StrEnum):
    """What the cells of a column hold, and so how they are written."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"  # a text where a day is known no more exactly than its month or quarter
    MOMENT = "moment"  # in Seoul
    LIGHT = "light"
    LINK = "link"


class Link(NamedTuple):
    """A cell that opens a page: `address` is absolute, since a file lies anywhere. A .csv shows its text alone."""

    text: str
    address: str


Value = str | int | float | Decimal | date | datetime | Light | Link | None
Row = Mapping[str, Value]
Sheet = Any  # a write-only one, which comes with hardly any types

FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm", Kind.TEXT: "@"}


@dataclass(frozen=True)
class Column:
    """One column: the key of its value in a row, its heading, what it holds, and its width in characters."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 14


def file_name(*words: str, ending: str, day: date | None = None) -> str:
    """`제2차 이행점검 현황 2021-03-16.xlsx`: safe on any machine; its header is the view's."""
    stem = " ".join([*words, *([day.isoformat()] if day else [])])
    return f"{clean_name(stem) or 'export'}.{ending}"


# .csv


def stream_csv(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces: UTF-8 with its mark, quoted as RFC 4180 says, lines that end in CRLF.

    The rows are made when the pieces are taken, in the language of whoever asked: by then the request is over.
    """
    language, left = get_language(), iter(rows)
    kept = io.StringIO(newline="")
    writer = csv.writer(kept, lineterminator="\r\n")
    kept.write(BOM)
    writer.writerow([_safe(column.label) for column in columns])

    def pieces() -> Iterator[bytes]:
        going = True
        while going:
            with translation.override(language):
                lines = [[_plain(row.get(column.key)) for column in columns] for row in islice(left, LINES_IN_A_PIECE)]
            writer.writerows(lines)
            going = bool(lines)
            text = kept.getvalue()
            kept.seek(0)
            kept.truncate()
            yield text.encode("utf-8", "replace")

    return pieces()


def _plain(value: Value) -> str:
    """A value as a text that no spreadsheet computes. Numbers and dates are ours, and stay what they are."""
    if value is None:
        return ""
    if isinstance(value, Light):
        return str(value.label)
    if isinstance(value, Link):
        return _safe(value.text)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, str):
        return _safe(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _safe(text: str) -> str:
    bare = text.replace("\0", "")
    return f"'{bare}" if bare.startswith(FORMULAS) else bare


# .xlsx


@dataclass(frozen=True)
class Listed:
    """One sheet of a workbook with several: `note` stands above its heads, as on one that is a draft."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    note: str = ""


def write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Row],
    title: str,
    *,
    about: Sequence[tuple[str, Value]] = (),
    at: datetime | None = None,
) -> IO[bytes]:
    """The workbook as a temporary file that vanishes when it is closed, open at its beginning: one sheet with the rows,
    and with `about` a second one that says where they come from. `at`: when it was made."""
    return write_sheets([Listed(title, columns, rows)], title, about=about, at=at)


def write_sheets(
    sheets: Iterable[Listed],
    title: str,
    *,
    about: Sequence[tuple[str, Value]] = (),
    at: datetime | None = None,
) -> IO[bytes]:
    """The same with as many lists as there are, a sheet for each."""
    book = Workbook(write_only=True)
    try:
        for sheet in sheets:
            _list_sheet(book, sheet.columns, sheet.rows, sheet.title, sheet.note)
        if about:
            _about_sheet(book, title, about)
        book.properties.title = title
        book.properties.creator = book.properties.lastModifiedBy = _("Carbon Neutrality T/F Portal")
        if at is not None:
            book.properties.created = at.astimezone(UTC).replace(tzinfo=None)
        made = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
        book.save(made)
    except BaseException:
        _forget(book)
        raise
    made.seek(0)
    return made


def _forget(book: Workbook) -> None:
    """Away with the half-written sheets: the library would keep their files until the process ends."""
    for sheet in book.worksheets:
        writer = getattr(sheet, "_writer", None)
        if writer is not None:
            try:
                writer.cleanup()
            except (OSError, ValueError):  # it is gone already
                continue


class _Looks:
    """The styles of a sheet's cells, each made once: to style every cell anew takes many times as long."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.made: dict[tuple[str, str, bool], StyleArray] = {}

    def cell(self, value: Value, kind: Kind) -> Cell:
        cell = WriteOnlyCell(self.sheet)
        text, number, light = _typed(value)
        is_quoted = bool(text) and text.startswith(FORMULAS)
        cell._style = self._look(kind, light, is_quoted=is_quoted)  # type: ignore[attr-defined]
        if text:
            cell._value, cell.data_type = escape(text), "s"  # type: ignore[attr-defined]
        elif number is not None:
            cell._value = number  # type: ignore[attr-defined]
            cell.data_type = "d" if isinstance(number, date) else "n"
        if isinstance(value, Link) and len(self.sheet._hyperlinks) < MOST_LINKS:
            cell._hyperlink = Hyperlink(ref="", target=value.address)  # type: ignore[attr-defined]
        return cell

    def _look(self, kind: Kind, light: Light | None, *, is_quoted: bool) -> StyleArray:
        key = (kind.value, light.css if light else "", is_quoted)
        if key not in self.made:
            cell = WriteOnlyCell(self.sheet)
            side = Side("thin", LINE)
            cell.font = Font(
                FONT, 10, color="0B57A4" if kind is Kind.LINK else INK, u="single" if kind is Kind.LINK else None
            )
            cell.alignment = Alignment(vertical="top", wrap_text=kind is Kind.TEXT)
            cell.border = Border(side, side, side, side)
            cell.number_format = FORMATS.get(kind, "General")
            if light:
                cell.fill = PatternFill("solid", FILLS[light.css])
            if is_quoted:
                cell.quotePrefix = True
            self.made[key] = cell._style  # type: ignore[attr-defined]
        return self.made[key]


def _typed(value: Value) -> tuple[str, int | float | date | None, Light | None]:
    """What a cell holds: a text, or a number or day, and the light whose colour it has."""
    if isinstance(value, Light):
        return f"{SHAPES[value.css]} {value.label}", None, value
    if isinstance(value, Link):
        return value.text, None, None
    if isinstance(value, str):
        return (value if len(value) <= LONGEST_TEXT else f"{value[: LONGEST_TEXT - 1]}…"), None, None
    if isinstance(value, datetime):
        return "", timezone.localtime(value).replace(tzinfo=None, microsecond=0), None
    return "", float(value) if isinstance(value, Decimal) else value, None


def _list_sheet(book: Workbook, columns: Sequence[Column], rows: Iterable[Row], title: str, note: str = "") -> None:
    sheet, first = _new_sheet(book, title), 2 if note else 1
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[first].height = 30
    sheet.freeze_panes = f"B{first + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "8"  # A3
    sheet.page_setup.fitToWidth = max(1, round(sum(column.width for column in columns) / PRINTED_WIDTH))
    sheet.print_title_cols = "A:A"
    sheet.print_title_rows = f"1:{first}"
    looks, last = _Looks(sheet), first
    if note:
        sheet.append([_noted(sheet, note)])
    sheet.append([_head(sheet, column.label) for column in columns])
    for last, row in enumerate(rows, first + 1):  # noqa: B007 (the last row's number is the length of the filter)
        sheet.append([looks.cell(row.get(column.key), column.kind) for column in columns])
    sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(columns))}{last}"
    sheet.close()


def _about_sheet(book: Workbook, title: str, about: Sequence[tuple[str, Value]]) -> None:
    """Where the rows come from, in two columns."""
    sheet = _new_sheet(book, pgettext("sheet of a workbook", "About"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90
    looks = _Looks(sheet)
    sheet.append([_head(sheet, title), _head(sheet, "")])
    for label, value in about:
        kind = Kind.MOMENT if isinstance(value, datetime) else Kind.DATE if isinstance(value, date) else Kind.TEXT
        cells = [looks.cell(label, Kind.TEXT), looks.cell(value, kind)]
        cells[1].alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
        sheet.append(cells)
    sheet.close()


def _new_sheet(book: Workbook, title: str) -> Sheet:
    """A sheet under a name that Excel takes."""
    bare = "".join(" " if char in "[]:*?/\\'" else char for char in title)
    sheet: Sheet = book.create_sheet(" ".join(bare.split())[:31] or "1")
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0  # as many pages as its rows need
    return sheet


def _noted(sheet: Sheet, note: str) -> Cell:
    """What is to be known before the rows are read, in red."""
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = escape(note), "s"  # type: ignore[attr-defined]
    cell.font = Font(FONT, 10, bold=True, color=RED)
    return cell


def _head(sheet: Sheet, label: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = escape(label), "s"  # type: ignore[attr-defined]
    cell.font = Font(FONT, 10, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", NAVY)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell
