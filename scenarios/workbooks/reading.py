"""A workbook of the working group that came back: refused as a whole, or read into what each row says. Writes nothing.

Unlike a ministry's, it brings rows that are new. A cell that cannot be read does not refuse the file: it is told in the
dry run beside the rows that can, and nothing is taken over before it is mended.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from tasks.workbooks.opening import (
    BROKEN,
    SIZE_LIMIT,
    Problem,
    Signed,
    head_of,
    json_in,
    no_value,
    number_in,
    opened,
    refuse,
    sound,
)
from tasks.workbooks.package import Cell, Damaged, Rows, Workbook
from tasks.workbooks.sheets import Column, Kind, Sheet, signature
from tasks.workbooks.values import SEPARATORS, Read, fold, text_in

from ..workflow.working_group import IMPORT_LIMIT
from .columns import ABOUT, FORMAT, KEY, SHEETS, Register

Entry = dict[str, Any]  # one row: sheet, at, row (key, or none), version, cells (field -> at, was, value), places


def too_big() -> str:
    said = _("The file is larger than %(limit)s MB. Upload the workbook that you downloaded and filled in.")
    return said % {"limit": SIZE_LIMIT // 1024**2}


def read(file: BinaryIO, register: Register) -> tuple[list[Entry], list[Problem]]:
    """What each row says that is not as it was, and what is wrong in which cell; raises Unusable for a file that is no
    workbook of the working group. Bounded in time and memory, whatever the file is."""
    with opened(file, too_big) as book:
        signed = _Signatures.of_book(book)
        sheets = [(what, signed.rows(book, what)) for what in SHEETS]
    reader = _Reader(register, signed)
    for what, rows in sheets:
        reader.sheet(what, rows)
    if sum(bool(entry["cells"]) for entry in reader.entries) > IMPORT_LIMIT:
        raise refuse(_("A workbook brings at most %(n)s rows.") % {"n": IMPORT_LIMIT})
    return reader.entries, reader.problems


@dataclass(frozen=True)
class _Signatures(Signed):
    """What the hidden sheet says. `fields`: sheet and key -> its version, and the signature of each field."""

    fields: dict[tuple[str, int], tuple[int, dict[str, str]]]

    @classmethod
    def of_book(cls, book: Workbook) -> "_Signatures":
        foreign = _(
            "This workbook was not downloaded here. Download the one of the working group, and fill that one in."
        )
        head, rows = head_of(book, FORMAT, foreign)
        if head.get("about") != ABOUT:
            raise refuse(foreign)
        fields = {}
        for number, cells in rows.items():
            if number > 1:
                sheet, key, version = text_in(cells.get(1)), number_in(cells.get(2)), number_in(cells.get(3))
                if version < 0:
                    raise Damaged
                fields[sheet, key] = (version, {name: str(value) for name, value in json_in(cells.get(4)).items()})
        plain = Signed.of(head)
        return cls(plain.titles, plain.headers, fields)


@dataclass
class _Reader:
    """Reads the rows of the sheets, and collects what is wrong with them."""

    register: Register
    signed: _Signatures
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def sheet(self, what: Sheet, rows: Rows) -> None:
        seen: set[int] = set()
        for number, cells, key in self.rows(what, rows):
            title = self.signed.titles[what.key]
            if key is not None and (key in seen or key not in self.register.known(what.key)):
                said = _("Which row this is cannot be told: it was copied. Write what is new into an empty row.")
                self.problems.append(Problem(said, f"{title} A{number}"))
                continue
            seen |= {key} if key is not None else set()
            self.entries.append(self.entry(what, title, number, cells, key))

    def rows(self, what: Sheet, rows: Rows) -> Iterator[tuple[int, dict[int, Cell], int | None]]:
        """The rows in which anything stands, each with its key; none for a new one."""
        for number, cells in sorted(rows.items()):
            if not any(text_in(cells.get(place)) or _trouble(cells.get(place)) for place, _column in what.filled):
                continue
            cell = cells.get(what.number(KEY))
            yield number, cells, number_in(cell) if text_in(cell) else None

    def entry(self, what: Sheet, title: str, number: int, cells: dict[int, Cell], key: int | None) -> Entry:
        version, was = self.signed.fields.get((what.key, key or 0), (0, {}))
        found: dict[str, Any] = {}
        places: dict[str, str] = {}
        is_broken = False
        for place, column in what.filled:
            at = places[column.key] = f"{title} {get_column_letter(place)}{number}"
            value, wrong = self.value(column, cells.get(place))
            if key is not None and signature(key, column.key, value) == was.get(column.key):
                continue  # as it was: it may hold what could not be typed now
            if wrong:
                self.problems.append(Problem(wrong, at))
                is_broken = True
            found[column.key] = {"at": at, "was": was.get(column.key, ""), "value": value}
        shown = {"sheet": what.key, "at": f"{title} {number}", "row": key, "version": version}
        return shown | {"cells": found, "places": places, "broken": is_broken}

    def value(self, column: Column, cell: Cell | None) -> Read:
        """What a cell says, and what is wrong with it."""
        if said := no_value(cell):
            return BROKEN, said
        value, wrong = self.plain(column, cell)
        return sound(value, wrong, column.limit)

    def plain(self, column: Column, cell: Cell | None) -> Read:
        text = text_in(cell)
        if column.kind is Kind.DATE:
            return self.register.words.day(cell)
        if column.kind is Kind.WHOLE:
            is_whole = not text or (text.isascii() and text.isdigit() and len(text) <= 3)
            plain = str(int(text)) if is_whole and text else text
            return ("" if column.key == "others" and plain == "0" else plain), "" if is_whole else _(
                "Enter a whole number."
            )
        if column.kind is Kind.NAMES:
            return sorted({part.strip() for part in SEPARATORS.split(text) if part.strip()}), ""
        if column.kind is not Kind.LISTED:
            return self.register.words.text(cell)
        is_division = column.key == "division"
        known = self.register.division_codes if is_division else self.register.words.ministries
        if not text or fold(text) in known:
            return known.get(fold(text), ""), ""
        said = (
            _("“%(value)s” is no division. Choose from the list.")
            if is_division
            else _("No ministry is called “%(value)s”. Choose from the list.")
        )
        return text, said % {"value": text[:40]}


def _trouble(cell: Cell | None) -> str:
    return cell.trouble if cell else ""
