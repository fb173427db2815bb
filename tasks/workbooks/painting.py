"""How a workbook looks and is closed: white cells to be filled, grey ones locked, every text nothing but text. What is
in its sheets is said elsewhere."""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .package import escape
from .sheets import HEAD_ROW, HIDDEN, Column, Kind, Sheet

FONT = "맑은 고딕"  # on every office computer; others show their own
SPECIAL = ("=", "+", "-", "@")  # what a spreadsheet takes for a formula when it is typed
DATE, TEXT = "yyyy-mm-dd", "@"  # formats; in cells of text "- 항목" stays what it is, however it is typed
NAVY, PALE, GREY, INK, MUTE = "052B57", "EEF2F7", "F4F5F6", "1E2124", "6D7882"
SIDE = Side("thin", "D6DADE")
LINE = Border(SIDE, SIDE, SIDE, SIDE)

Value = str | int | float | date | None
Validation = Callable[[Column], DataValidation | None]


@dataclass(frozen=True)
class Line:
    """One row of a sheet. `is_open`: its white cells may be filled; `closed`: but for these columns."""

    cells: Mapping[str, Value]
    is_open: bool = True
    closed: frozenset[str] = frozenset()


def cell_of(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", sheet.cell(row, column))  # none of ours are merged


def fill(
    sheet: Worksheet,
    what: Sheet,
    lines: Sequence[Line],
    validation: Validation,
    *,
    unseen: frozenset[str] = frozenset(),
) -> None:
    """One sheet with its rows. `validation`: what a column's cells let type; `unseen`: columns nobody needs now."""
    sheet.title = what.title
    for number, column in enumerate(what.columns, 1):
        head = cell_of(sheet, HEAD_ROW, number)
        put(head, column.header)
        is_ours = column.kind.is_filled
        head.font = Font(FONT, 10, bold=True, color="FFFFFF" if is_ours else INK)
        head.fill = PatternFill("solid", NAVY if is_ours else PALE)
        head.alignment = Alignment(vertical="center", wrap_text=True)
        head.border = LINE
        size = sheet.column_dimensions[get_column_letter(number)]
        size.width = column.width
        size.hidden = column.kind is Kind.HIDDEN or column.key in unseen
    sheet.row_dimensions[HEAD_ROW].height = 30
    styled: dict[tuple[str, bool], Cell] = {}
    for index, line in enumerate(lines, HEAD_ROW + 1):
        for number, column in enumerate(what.columns, 1):
            cell = cell_of(sheet, index, number)
            is_free = line.is_open and column.kind.is_filled and column.key not in line.closed
            _style(cell, column, styled, is_free=is_free)
            put(cell, line.cells[column.key])
    last = HEAD_ROW + max(len(lines), 1)
    for made in _validations(what, last, validation):
        sheet.add_data_validation(made)
    sheet.freeze_panes = f"{get_column_letter(what.frozen + 1)}{HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(what.columns))}{last}"
    protect(sheet)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"


def put(cell: Cell, value: Value) -> None:
    """Let a value stand in a cell, a text as nothing but text. The library would make a formula of "=…" and an error of
    "#REF!", cut long texts off, and refuse what has to be escaped: so it is handed the text as it is to be written."""
    if isinstance(value, str):
        if value:
            cell._value, cell.data_type = escape(value), "s"  # type: ignore[attr-defined]
            if value.startswith(SPECIAL):
                cell.quotePrefix = True
    elif value is not None:
        form = cell.number_format
        cell.value = value
        cell.number_format = DATE if isinstance(value, date) else form


def _style(cell: Cell, column: Column, styled: dict[tuple[str, bool], Cell], *, is_free: bool) -> None:
    """The look of a cell; the first of its kind is copied for all others, which is many times faster."""
    if twin := styled.get((column.key, is_free)):
        cell._style = twin._style  # type: ignore[attr-defined]
        return
    cell.font = Font(FONT, 10, color=INK if is_free or column.key in ("code", "title") else MUTE)
    cell.fill = PatternFill() if is_free else PatternFill("solid", GREY)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    cell.border = LINE
    cell.protection = Protection(locked=not is_free)
    if column.kind is Kind.DATE:
        cell.number_format = DATE
    elif column.kind not in (Kind.PERCENT, Kind.NUMBER, Kind.WHOLE) and column.kind.is_filled:
        cell.number_format = TEXT
    styled[column.key, is_free] = cell


def _validations(what: Sheet, last: int, validation: Validation) -> Iterable[DataValidation]:
    for number, column in what.filled:
        if made := validation(column):
            letter = get_column_letter(number)
            made.add(f"{letter}{HEAD_ROW + 1}:{letter}{last}")
            made.errorTitle = column.header[:32]
            yield made


def protect(sheet: Worksheet) -> None:
    """Locked cells stay as they are; widths, heights and filters may be changed all the same."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.autoFilter = False


def guide(sheet: Worksheet, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """How to fill it in, in words: two columns, the first line large."""
    sheet.title = title
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 96
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            cell = cell_of(sheet, number, column)
            cell.font = Font(FONT, 14 if number == 1 and column == 1 else 10, bold=column == 1, color=INK)
            cell.alignment = Alignment(vertical="top", wrap_text=column == 2)
            put(cell, text)
    sheet.sheet_view.showGridLines = False
    protect(sheet)


def sign(
    sheet: Worksheet, format_: int, sheets: Iterable[Sheet], head: Mapping[str, Any], rows: Iterable[Sequence[Value]]
) -> None:
    """What the upload goes by: whose workbook it is, and for each row what tells whether it was changed."""
    sheet.title, sheet.sheet_state = HIDDEN, "veryHidden"
    said: dict[str, Any] = {
        "format": format_,
        **head,
        "language": get_language(),
        "sheets": {what.key: what.title for what in sheets},
        "headers": {what.key: {column.key: column.header for column in what.columns} for what in sheets},
    }
    put(cell_of(sheet, 1, 1), json.dumps(said, ensure_ascii=False))
    for index, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            put(cell_of(sheet, index, column), value)
    protect(sheet)


def close(book: Workbook) -> bytes:
    """The workbook as it goes out: nobody adds or takes away a sheet."""
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator = book.properties.lastModifiedBy = _("Carbon Neutrality T/F Portal")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
