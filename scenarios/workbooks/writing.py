"""The register as a workbook: what stands in it, and empty rows for what is new. For the coordination office alone."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.utils.datetime import WINDOWS_EPOCH
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tasks.files.names import clean_name
from tasks.workbooks.painting import Line, Value, cell_of, close, fill, guide, protect, put, sign
from tasks.workbooks.sheets import Column, Kind, Sheet, signature
from tasks.workbooks.values import FIRST_DAY, LAST_DAY, as_day
from tfportal import dates

from .columns import ABOUT, EMPTY_ROWS, EXPERTS, FORMAT, KEY, MEETINGS, PERSONAL, SHEETS, Fields, Register, person_of


def file_name(register: Register) -> str:
    """Such as `기술작업반 명부 2021-03-16.xlsx`."""
    return clean_name(f"{_('Register of the working group')} {register.day}") + ".xlsx"


def write(register: Register) -> bytes:
    """The workbook in the reader's language, as the register stands now."""
    book = Workbook()
    assert book.active is not None  # noqa: S101 (a new workbook has one sheet)
    first: Worksheet = book.active
    lists = _("Lists")
    choices = _Choices(register, lists)
    experts = [
        Line(_cells(EXPERTS, register, register.of_expert(row), pk), closed=frozenset() if person_of(row) else PERSONAL)
        for pk, row in register.experts.items()
    ]
    fill(first, EXPERTS, [*experts, *_empty(EXPERTS)], choices.of)
    meetings = [Line(_cells(MEETINGS, register, register.of_meeting(row), pk)) for pk, row in register.meetings.items()]
    fill(book.create_sheet(), MEETINGS, [*meetings, *_empty(MEETINGS)], choices.of)
    choices.write(book.create_sheet())
    guide(book.create_sheet(), _("How to fill it in"), _guide(register))
    sign(book.create_sheet(), FORMAT, SHEETS, {"about": ABOUT}, _signed(register))
    return close(book)


def _cells(sheet: Sheet, register: Register, fields: Fields, pk: int) -> dict[str, Value]:
    cells: dict[str, Value] = {KEY: pk}
    for column in sheet.columns[:-1]:
        value = fields[column.key]
        if column.kind is Kind.DATE:
            cells[column.key] = as_day(value)
        elif column.kind is Kind.WHOLE:
            cells[column.key] = int(value) if value else None
        else:
            cells[column.key] = register.shown(column.key, value)
    return cells


def _empty(sheet: Sheet) -> list[Line]:
    return [Line(dict.fromkeys(column.key for column in sheet.columns))] * EMPTY_ROWS


def _signed(register: Register) -> Iterator[tuple[Value, ...]]:
    """Of each row its sheet, its key, its version, and what tells for each field whether it was changed."""
    rows = [(EXPERTS.key, pk, row.version) for pk, row in register.experts.items()]
    rows += [(MEETINGS.key, pk, row.version) for pk, row in register.meetings.items()]
    for sheet, pk, version in rows:
        fields = register.standing(sheet, pk)
        yield sheet, pk, version, json.dumps({name: signature(pk, name, value) for name, value in fields.items()})


class _Choices:
    """The lists from which a cell is chosen: longer than what a cell's own list may hold, so they stand in a sheet."""

    def __init__(self, register: Register, title: str) -> None:
        self.register, self.title = register, title
        codes = [name.ministry.code for name in register.names.in_order()]
        self.columns = {
            "division": [row.name for row in register.divisions],
            "ministry": [register.words.word_of_ministry(code) for code in codes],
        }
        self.codes = {"division": [row.code for row in register.divisions], "ministry": codes}

    def write(self, sheet: Worksheet) -> None:
        sheet.title = self.title
        labels = {"division": _("Division"), "ministry": _("Recommending ministry")}
        for number, (key, words) in enumerate(self.columns.items()):
            for column, lines in (
                (2 * number + 1, [labels[key], *words]),
                (2 * number + 2, [_("Code"), *self.codes[key]]),
            ):
                sheet.column_dimensions[cell_of(sheet, 1, column).column_letter].width = 24 if column % 2 else 12
                for row, text in enumerate(lines, 1):
                    put(cell_of(sheet, row, column), text)
        protect(sheet)

    def of(self, column: Column) -> DataValidation | None:
        """What a cell of the column lets type."""
        if column.kind is Kind.LISTED:
            letter, number = ("A", len(self.columns["division"])) if column.key == "division" else ("C", 0)
            last = 1 + (number or len(self.columns["ministry"]))
            listed = f"'{self.title}'!${letter}$2:${letter}${last}"
            return DataValidation("list", formula1=listed, allow_blank=True, error=_("Choose from the list."))
        if column.kind is Kind.DATE:
            first, final = (str((day - WINDOWS_EPOCH.date()).days) for day in (FIRST_DAY, LAST_DAY))
            error = _("Enter a date such as %(example)s.") % {"example": "2021-03-12"}
            return DataValidation("date", first, final, operator="between", allow_blank=True, error=error)
        if column.kind is Kind.WHOLE:
            error = _("Enter a whole number.")
            return DataValidation("whole", "0", "999", operator="between", allow_blank=True, error=error)
        error = _("At most %(limit)s characters.") % {"limit": f"{column.limit:,}"}
        made = DataValidation(
            "textLength", str(column.limit), operator="lessThanOrEqual", allow_blank=True, error=error
        )
        if column.kind is Kind.NAMES:
            made.promptTitle, made.showInputMessage = column.header[:32], True
            made.prompt = _("Names as in the sheet of the experts, with commas between.")
        return made


def _guide(register: Register) -> list[tuple[str, str]]:
    return [
        (_("Register of the working group"), _("As it stood on %(day)s.") % {"day": dates.day(register.day)}),
        ("", ""),
        (_("What to do"), _("Fill in the white cells, save the file, and upload it under “Import from Excel”.")),
        ("", _("You see each row before it is taken over: new, changed, unchanged, or what is wrong in which cell.")),
        (pgettext("workbook", "New"), _("Write an expert or a meeting into an empty row.")),
        (
            pgettext("workbook", "Changed"),
            _("Change the cells of a row that is there. A cell that you leave alone changes nothing."),
        ),
        (_("Not here any more"), _("A row that you delete from the file stays in the register: end the seat instead.")),
        (EXPERTS.title, _("The last day stays empty while nobody knows it. Both days count.")),
        (MEETINGS.title, _("Without a number, the division’s next one is taken.")),
        (_("Experts present"), _("Names as in the sheet of the experts, with commas between.")),
        (
            "",
            _("Where two of a division share a name, add the seat's number, such as “%(word)s”.")
            % {"word": "홍길동 #12"},
        ),
        (_("Date"), _("Such as %(example)s.") % {"example": register.day}),
        (
            _("Personal data"),
            _("This file holds personal data: keep it where only the office reads it, then delete it."),
        ),
    ]
