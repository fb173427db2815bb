"""The workbook of one ministry, written: its tasks with last round's text beside, its milestones and indicators, a
guide, a signature.

Sheets are protected against slips and not against anybody: there is no password, and what comes back is judged.
"""

import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ministries.models import MinistryName
from tfportal import dates

from .. import content, numbers
from ..files.names import clean_name
from ..measures import Measure
from ..models import Field, Milestone, Precision
from ..models.reporting import TEXT_LIMIT
from ..rows import Row
from ..worklist import Worklist
from . import values
from .columns import (
    FORMAT,
    HEAD_ROW,
    HIDDEN,
    INDICATORS,
    MILESTONES,
    SHEETS,
    TASKS,
    Column,
    Kind,
    Sheet,
    fields_of,
    signature,
)
from .package import escape

FONT = "맑은 고딕"  # on every office computer; others show their own
SPECIAL = ("=", "+", "-", "@")  # what a spreadsheet takes for a formula when it is typed
DATE, TEXT = "yyyy-mm-dd", "@"  # formats; in cells of text "- 항목" stays what it is, however it is typed
NAVY, PALE, GREY, INK, MUTE = "052B57", "EEF2F7", "F4F5F6", "1E2124", "6D7882"
SIDE = Side("thin", "D6DADE")
LINE = Border(SIDE, SIDE, SIDE, SIDE)

Value = str | int | float | date | None


def file_name(work: Worklist) -> str:
    """Such as `제2차 이행점검 환경부.xlsx`."""
    return clean_name(_heading(work)) + ".xlsx"


def _heading(work: Worklist) -> str:
    return _("Reporting round %(no)s %(ministry)s") % {"no": work.round.no, "ministry": work.name.name}


def write(work: Worklist) -> bytes:
    """The workbook in the reader's language, of the ministry's tasks as they stand now."""
    book = Workbook()
    words = values.Words(work.names, work.round.as_of)
    assert book.active is not None  # noqa: S101 (a new workbook has one sheet)
    first: Worksheet = book.active
    rows = sorted(work.rows, key=lambda row: row.code)
    _fill(first, TASKS, [(row.editable, _task(row, words)) for row in rows], rows)
    answered = [(row, milestone) for row in rows for milestone in row.milestones]
    _fill(
        book.create_sheet(),
        MILESTONES,
        [(row.editable, _milestone(row, milestone)) for row, milestone in answered],
        [row for row, _milestone in answered],
    )
    measured = [(row, measure) for row in rows for measure in row.measures]
    _fill(
        book.create_sheet(),
        INDICATORS,
        [(row.editable, _indicator(row, measure)) for row, measure in measured],
        [row for row, _measure in measured],
    )
    _guide(book.create_sheet(), work)
    _sign(book.create_sheet(), work, rows)
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator = book.properties.lastModifiedBy = _("Carbon Neutrality T/F Portal")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _task(row: Row, words: values.Words) -> dict[str, Value]:
    raw, before = row.raw, content.raw_of(row.report.baseline, with_dates=False)
    return {
        "code": row.code,
        "title": row.report.title,
        "state": row.state_word,
        "was-light": values.word_of_light(row.report.baseline_light),
        **{f"was-{name}": before[name] for name in content.TEXTS},
        "light": values.word_of_light(raw["light"]),
        **{name: raw[name] for name in content.TEXTS},
        "addressed_to": ", ".join(words.word_of_ministry(code) for code in raw["addressed_to"]),
        "progress": values.as_percent(raw["progress"]),
        "completed_on": values.as_day(raw["completed_on"]),
        "also_reason": raw["also_reason"],
        "report": row.report.pk,
        "version": row.report.version,
    }


def _milestone(row: Row, milestone: Milestone) -> dict[str, Value]:
    answer = row.raw["milestones"].get(milestone.answer_key, {})
    exact = milestone.precision == Precision.DAY
    return {
        "code": row.code,
        "title": row.report.title,
        "milestone": milestone.title,
        "current": milestone.current_on if exact else dates.period(milestone.current_on, milestone.precision),
        "choice": values.word_of_answer(answer.get("choice", "keep")),
        "on": values.as_day(answer.get("on", "")),
        "cause": values.word_of_cause(answer.get("cause", "")),
        "reason": answer.get("reason", ""),
        "report": row.report.pk,
        "key": milestone.pk,
    }


def _indicator(row: Row, measure: Measure) -> dict[str, Value]:
    answer, last, aim = row.raw["indicators"].get(measure.key, {}), measure.last, measure.aim
    aimed = _("target of %(year)s: %(value)s") % {"year": aim.year, "value": measure.aim_text} if aim else ""
    told = _("round %(no)s: %(value)s") % {"no": last.no, "value": last.text} if last else ""
    return {
        "code": row.code,
        "title": row.report.title,
        "indicator": measure.indicator.title,
        "unit": measure.indicator.unit,
        "target": aimed,
        "last": told,
        "owed": _("required") if measure.is_owed else _("optional"),
        "value": values.as_number(answer.get("value", "")),
        "note": answer.get("note", ""),
        "report": row.report.pk,
        "key": measure.indicator.pk,
    }


# One sheet


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", sheet.cell(row, column))  # none of ours are merged


def _fill(sheet: Worksheet, what: Sheet, lines: list[tuple[bool, dict[str, Value]]], rows: list[Row]) -> None:
    sheet.title = what.title
    for number, column in enumerate(what.columns, 1):
        head = _cell(sheet, HEAD_ROW, number)
        put(head, column.header)
        is_ours = column.kind.is_filled
        head.font = Font(FONT, 10, bold=True, color="FFFFFF" if is_ours else INK)
        head.fill = PatternFill("solid", NAVY if is_ours else PALE)
        head.alignment = Alignment(vertical="center", wrap_text=True)
        head.border = LINE
        size = sheet.column_dimensions[get_column_letter(number)]
        size.width = column.width
        size.hidden = column.kind is Kind.HIDDEN or (column.key == "also_reason" and not any(r.returned for r in rows))
    sheet.row_dimensions[HEAD_ROW].height = 30
    styled: dict[tuple[str, bool], Cell] = {}
    for index, (line, row) in enumerate(zip(lines, rows, strict=True), HEAD_ROW + 1):
        is_open, cells = line
        for number, column in enumerate(what.columns, 1):
            cell = _cell(sheet, index, number)
            is_free = is_open and column.kind.is_filled and (column.key != "also_reason" or row.returned is not None)
            _style(cell, column, styled, is_free=is_free)
            put(cell, cells[column.key])
    last = HEAD_ROW + max(len(lines), 1)
    for validation in _validations(what, last):
        sheet.add_data_validation(validation)
    sheet.freeze_panes = f"{get_column_letter(what.frozen + 1)}{HEAD_ROW + 1}"
    sheet.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(what.columns))}{last}"
    _protect(sheet)
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
    elif column.kind not in (Kind.PERCENT, Kind.NUMBER) and column.kind.is_filled:
        cell.number_format = TEXT
    styled[column.key, is_free] = cell


def _validations(what: Sheet, last: int) -> Iterable[DataValidation]:
    for number, column in what.filled:
        if made := _validation(column):
            letter = get_column_letter(number)
            made.add(f"{letter}{HEAD_ROW + 1}:{letter}{last}")
            made.errorTitle = column.header[:32]
            yield made


def _validation(column: Column) -> DataValidation | None:
    lists = {
        Kind.LIGHT: values.lights_in_words,
        Kind.CHOICE: values.answers_in_words,
        Kind.CAUSE: values.causes_in_words,
    }
    if choices := lists.get(column.kind):
        listed = ",".join(choices())  # at most 255 characters, or it has to stand in cells
        return DataValidation("list", formula1=f'"{listed}"', allow_blank=True, error=_("Choose from the list."))
    if column.kind is Kind.PERCENT:
        return DataValidation("whole", "0", "100", operator="between", allow_blank=True, error=content.no_percent())
    if column.kind is Kind.NUMBER:
        most = "9" * numbers.WHOLE + "." + "9" * numbers.AFTER
        return DataValidation(
            "decimal", f"-{most}", most, operator="between", allow_blank=True, error=content.no_number()
        )
    if column.kind is Kind.DATE:
        first, final = (str((day - WINDOWS_EPOCH.date()).days) for day in (values.FIRST_DAY, values.LAST_DAY))
        error = _("Enter a date such as %(example)s.") % {"example": "2021-03-12"}
        return DataValidation("date", first, final, operator="between", allow_blank=True, error=error)
    if column.kind is Kind.MINISTRIES:
        tip = _("Short names or codes of ministries, with commas between them. They are listed in the guide.")
        made = DataValidation("textLength", "500", operator="lessThanOrEqual", allow_blank=True, error=tip)
        made.promptTitle, made.prompt, made.showInputMessage = column.header[:32], tip, True
        return made
    error = _("At most %(limit)s characters.") % {"limit": f"{column.limit:,}"}
    return DataValidation("textLength", str(column.limit), operator="lessThanOrEqual", allow_blank=True, error=error)


def _protect(sheet: Worksheet) -> None:
    """Locked cells stay as they are; widths, heights and filters may be changed all the same."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = sheet.protection.autoFilter = False


# What stands beside


def _guide(sheet: Worksheet, work: Worklist) -> None:
    """How to fill it in, in words, and what the ministries are called."""
    sheet.title = _("How to fill it in")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 96
    day, due = dates.day(work.round.as_of), dates.moment(work.round.due_at)
    if work.deadline.is_extended:
        due = _("%(due)s, extended until %(until)s") % {"due": due, "until": dates.moment(work.deadline.due_at)}
    limit = {"limit": f"{TEXT_LIMIT:,}"}
    lines: list[tuple[str, str]] = [
        (_heading(work), _("As of %(day)s. Due %(due)s.") % {"day": day, "due": due}),
        ("", ""),
        (_("What to do"), _("Fill in the white cells, save the file, and upload it under “Excel” on “My tasks”.")),
        ("", _("You see each change before it is taken over. Uploading fills drafts; it does not submit them.")),
        (_("White cells"), _("What stands in them becomes the draft; an empty cell becomes an empty text.")),
        ("", _("A cell that you leave alone changes nothing, even if a colleague writes on the portal meanwhile.")),
        (_("Grey cells"), _("They are locked: last round's text, and tasks that cannot be written at this moment.")),
        (str(Field.LIGHT.label), ", ".join(values.lights_in_words())),
        ("", _("With “Attention” and “Review needed”, write what the issue is. With “Completed”, enter the day.")),
        (_("Texts"), _("At most %(limit)s characters. Alt+Enter begins a new line.") % limit),
        ("", _("Type values and texts, no formulas. Attachments are added on the portal.")),
        (_("Date"), _("Such as %(example)s.") % {"example": work.round.as_of}),
        (MILESTONES.title, ", ".join(values.answers_in_words())),
        ("", _("A date that has come is done or moved; a moved one needs its new date, the cause and the reason.")),
        (INDICATORS.title, _("The number alone, without its unit. Where there is none yet, write why into the note.")),
        ("", ""),
        (_("Code"), _("Ministry")),
        *((name.ministry.code, _called(name)) for name in work.names.in_order()),
    ]
    for number, line in enumerate(lines, 1):
        for column, text in enumerate(line, 1):
            cell = _cell(sheet, number, column)
            cell.font = Font(FONT, 14 if number == 1 and column == 1 else 10, bold=column == 1, color=INK)
            cell.alignment = Alignment(vertical="top", wrap_text=column == 2)
            put(cell, text)
    sheet.sheet_view.showGridLines = False
    _protect(sheet)


def _called(name: MinistryName) -> str:
    """`금융위 (금융위원회)`; once where the two are one."""
    return name.name if name.abbr == name.name else f"{name.abbr} ({name.name})"


def _sign(sheet: Worksheet, work: Worklist, rows: list[Row]) -> None:
    """What the upload goes by: whose workbook it is, and for each field what tells whether it was changed."""
    sheet.title, sheet.sheet_state = HIDDEN, "veryHidden"
    head: dict[str, Any] = {
        "format": FORMAT,
        "round": work.round.no,
        "ministry": work.ministry.code,
        "language": get_language(),
        "sheets": {what.key: what.title for what in SHEETS},
        "headers": {what.key: {column.key: column.header for column in what.columns} for what in SHEETS},
    }
    put(_cell(sheet, 1, 1), json.dumps(head, ensure_ascii=False))
    for index, row in enumerate(rows, 2):
        report = row.report
        fields = fields_of(row.raw, row.milestones, row.rules.indicators)
        signed = {name: signature(report.pk, name, value) for name, value in fields.items()}
        put(_cell(sheet, index, 1), report.pk)
        put(_cell(sheet, index, 2), report.version)
        put(_cell(sheet, index, 3), json.dumps(signed))
    _protect(sheet)
