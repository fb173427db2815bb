"""A workbook that came back: refused with every reason at once, or read into what was changed in it. Writes nothing.

What was changed is told by the signature: a field whose value is the exported one is no change, whatever happened on
the portal meanwhile. Asked is in this order: is it a workbook, is it ours, are its rows ours, are its cells sound.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from ministries.models import Ministry

from .. import content
from ..content import STORED_LIMIT
from ..models import Round
from ..rows import Row
from ..worklist import Worklist
from . import values
from .columns import (
    FORMAT,
    INDICATOR,
    INDICATORS,
    MILESTONE,
    MILESTONES,
    SHEETS,
    TASKS,
    fields_of,
    place_of,
    signature,
    with_fields,
)
from .opening import (
    BROKEN,
    SIZE_LIMIT,
    Problem,
    Signed,
    Unusable,
    head_of,
    json_in,
    no_value,
    number_in,
    opened,
    refuse,
    sound,
)
from .package import Cell, Rows, Workbook
from .sheets import Column, Kind, Sheet

OTHERS_LIMIT = 2_000  # characters of what is no long text

Changed = dict[str, Any]  # one row of `WorkbookUpload.rows`: report, code, version, cells, places


def read(file: BinaryIO, work: Worklist) -> list[Changed]:
    """What each row of the workbook changes; raises Unusable. Bounded in time and memory, whatever the file is."""
    with opened(file, too_big) as book:
        signed = _Signed.of_book(book, work.round, work.ministry, [name.ministry for name in work.names.by_id.values()])
        sheets = {what.key: signed.rows(book, what) for what in SHEETS}
    reader = _Reader(work, signed)
    reader.tasks(sheets[TASKS.key])
    reader.milestones(sheets[MILESTONES.key])
    reader.indicators(sheets[INDICATORS.key])
    if reader.problems:
        raise Unusable(*reader.problems, *reader.hints())
    return reader.changed()


def problem_of(problem: str) -> str:
    """Words for what went wrong while the file arrived (`uploads.Upload.problem`)."""
    return too_big() if problem == "too big" else _("There is no room for the file on the server at this moment.")


def too_big() -> str:
    said = _("The file is larger than %(limit)s MB. A workbook of tasks is not: upload the one that you downloaded.")
    return said % {"limit": SIZE_LIMIT // 1024**2}


@dataclass(frozen=True)
class _Signed(Signed):
    """What the hidden sheet says. `fields`: report -> its version, and the signature of each field, as exported."""

    fields: dict[int, tuple[int, dict[str, str]]]

    @classmethod
    def of_book(cls, book: Workbook, round_: Round, ministry: Ministry, ministries: list[Ministry]) -> "_Signed":
        foreign = _("This workbook was not downloaded here. Download the one of this round, and fill that one in.")
        head, rows = head_of(book, FORMAT, foreign)
        if head.get("round") != round_.no:
            no = str(head.get("round"))[:10]
            said = _(
                "This is the workbook of reporting round %(no)s. Now round %(now)s is collected: download its own."
            )
            raise refuse(said % {"no": no, "now": round_.no})
        if head.get("ministry") != ministry.code:
            code = next((row.code for row in ministries if row.code == head.get("ministry")), "?")
            said = _("This is the workbook of another ministry (%(other)s). Here only that of %(own)s can be uploaded.")
            raise refuse(said % {"other": code, "own": ministry.code})
        plain = Signed.of(head)
        fields = {}
        for number, cells in rows.items():
            if number > 1:
                report, version = number_in(cells.get(1)), number_in(cells.get(2))
                fields[report] = (version, {str(name): str(value) for name, value in json_in(cells.get(3)).items()})
        return cls(plain.titles, plain.headers, fields)


@dataclass
class _Reader:
    """Reads the rows of the sheets, and collects what is wrong with them."""

    work: Worklist
    signed: _Signed
    problems: list[Problem] = field(default_factory=list)
    found: dict[int, Changed] = field(default_factory=dict)
    broken: set[tuple[int, str]] = field(default_factory=set)  # report and field

    def __post_init__(self) -> None:
        self.rows = {row.code: row for row in self.work.rows}
        self.words = values.Words(self.work.names, self.work.round.as_of)
        self.kinds: dict[Kind, Callable[[Cell | None], values.Read]] = {
            Kind.TEXT: self.words.text,
            Kind.LIGHT: self.words.light,
            Kind.MINISTRIES: self.words.addressed_to,
            Kind.PERCENT: self.words.percent,
            Kind.DATE: self.words.day,
            Kind.CHOICE: self.words.answer,
            Kind.CAUSE: self.words.cause,
            Kind.NUMBER: self.words.number,
        }

    def changed(self) -> list[Changed]:
        return [self.found[pk] for pk in sorted(self.found)]

    def hints(self) -> list[Problem]:
        """What could not be sent yet of the rows that were changed, beside what is refused: one look is enough."""
        found = []
        for entry in self.found.values():
            row = self.rows[entry["code"]]
            if not entry["cells"] or not row.editable:
                continue
            empty = fields_of(content.blank(), row.milestones, row.rules.indicators)
            fields = {
                name: empty[name] if (row.report.pk, name) in self.broken else cell["value"]
                for name, cell in entry["cells"].items()
                if name in empty
            }
            for name, texts in content.problems_of(with_fields(row.raw, fields), row.rules).items():
                if name in entry["places"] and (row.report.pk, name) not in self.broken:
                    cells = {text: place_of(entry["places"], name, getattr(text, "part", "")) for text in texts}
                    found += [Problem(text, at, hint=True) for text, at in cells.items()]
        return found

    def wrong(self, what: Sheet, at: str, text: str) -> None:
        self.problems.append(Problem(text, f"{self.signed.titles[what.key]} {at}"))

    def tasks(self, rows: Rows) -> None:
        seen: dict[str, str] = {}
        for number, cells, row in self.own_rows(TASKS, rows):
            at = f"A{number}"
            if row.code in seen:
                said = _("%(code)s stands twice, in %(first)s as well. Delete the row that was copied.")
                self.wrong(TASKS, at, said % {"code": row.code, "first": seen[row.code]})
                continue
            seen[row.code] = at
            self.found.setdefault(row.report.pk, self.unchanged(row))
            for place, column in TASKS.filled:
                here = f"{get_column_letter(place)}{number}"
                value, wrong = self.value(column, cells.get(place))
                self.take(TASKS, row, column.key, {"": here}, value, [(here, wrong)] if wrong else [])

    def milestones(self, rows: Rows) -> None:
        said = _("Which milestone this row is about cannot be told. Put the row back as it was.")
        for key, number, cells, row in self.keyed_rows(MILESTONES, rows, "choice", said):
            value, wrongs = self.answer(number, cells)
            self.take(MILESTONES, row, f"{MILESTONE}{key}", self.cells_of(MILESTONES, number), value, wrongs)

    def indicators(self, rows: Rows) -> None:
        said = _("Which indicator this row is about cannot be told. Put the row back as it was.")
        for key, number, cells, row in self.keyed_rows(INDICATORS, rows, "value", said):
            answer: dict[str, Any] = {}
            wrongs: list[tuple[str, str]] = []
            for place, column in INDICATORS.filled:
                answer[column.key], wrong = self.value(column, cells.get(place))
                wrongs += [(f"{get_column_letter(place)}{number}", wrong)] if wrong else []
            value = answer if any(answer.values()) else None
            self.take(INDICATORS, row, f"{INDICATOR}{key}", self.cells_of(INDICATORS, number), value, wrongs)

    def cells_of(self, what: Sheet, number: int) -> dict[str, str]:
        """Where each part of a row's answer stands; without a name, its first."""
        cells = {column.key: f"{get_column_letter(place)}{number}" for place, column in what.filled}
        return {"": next(iter(cells.values()))} | cells

    def keyed_rows(
        self, what: Sheet, rows: Rows, first: str, said: str
    ) -> Iterator[tuple[int, int, dict[int, Cell], Row]]:
        """The rows of a sheet that has several for one task, each with the key of what it is about; `said` at the
        column `first` of those that cannot be told."""
        seen: set[int] = set()
        for number, cells, row in self.own_rows(what, rows):
            key = number_in(cells.get(what.number("key")))
            known = row.all_milestones if what is MILESTONES else row.indicators
            if key in seen or not any(one.pk == key for one in known):
                self.wrong(what, f"{get_column_letter(what.number(first))}{number}", said)
                continue
            seen.add(key)
            yield key, number, cells, row

    def answer(self, number: int, cells: dict[int, Cell]) -> tuple[Any, list[tuple[str, str]]]:
        """What a row says of its milestone: None where it is kept."""
        answer: dict[str, Any] = {}
        wrongs: list[tuple[str, str]] = []
        places: list[str] = []  # of what only a milestone that is done or moved has
        for place, column in MILESTONES.filled:
            here = f"{get_column_letter(place)}{number}"
            answer[column.key], wrong = self.value(column, cells.get(place))
            wrongs += [(here, wrong)] if wrong else []
            if column.key != "choice" and answer[column.key] and not wrong:
                places.append(here)
        if answer["choice"] != "keep":
            return {name: answer[name] for name in content.MILESTONE_STRINGS}, wrongs
        if places:
            words = dict(values.answers())
            said = _("Choose “%(done)s” or “%(moved)s” in this row, or empty this cell.")
            wrongs.append((places[0], said % {"done": words["done"], "moved": words["move"]}))
        return (BROKEN, wrongs) if wrongs else (None, [])

    def own_rows(self, what: Sheet, rows: Rows) -> Iterator[tuple[int, dict[int, Cell], Row]]:
        """The rows that are about a task of this ministry; of the others it is noted what is wrong with them."""
        for number, cells in sorted(rows.items()):
            code = values.text_in(cells.get(1))
            if not code and not any(cells.get(place) for place, _column in what.filled):
                continue  # a note beside the table, or nothing that counts
            row, at = self.rows.get(code), f"A{number}"
            if row is None:
                said = _("“%(code)s” is no task of this ministry in this round. Delete the row.")
                self.wrong(what, at, said % {"code": code[:20]} if code else _("The task code is missing in this row."))
            elif not self.is_signed(what, cells, row):
                said = _(
                    "The row of %(code)s was added or moved by hand. Use the row that was there when it was downloaded."
                )
                self.wrong(what, at, said % {"code": code})
            else:
                yield number, cells, row

    def is_signed(self, what: Sheet, cells: dict[int, Cell], row: Row) -> bool:
        """Whether the row is the one that was downloaded."""
        return number_in(cells.get(what.number("report"))) == row.report.pk and row.report.pk in self.signed.fields

    def value(self, column: Column, cell: Cell | None) -> values.Read:
        """What a cell says, and what is wrong with it."""
        if said := no_value(cell):
            return BROKEN, said
        value, wrong = self.kinds[column.kind](cell)
        return sound(value, wrong, STORED_LIMIT if column.key in content.TEXTS else OTHERS_LIMIT)

    def take(
        self, what: Sheet, row: Row, name: str, at: dict[str, str], value: Any, wrongs: list[tuple[str, str]]
    ) -> None:
        """Note one field, if it is not as it was exported. One that is may hold what could not be typed now. `at`: its
        cell, and those of the parts of its answer."""
        was = self.signed.fields[row.report.pk][1].get(name, "")
        found = self.found.setdefault(row.report.pk, self.unchanged(row))
        title = self.signed.titles[what.key]
        found["places"] |= {f"{name}.{part}" if part else name: f"{title} {cell}" for part, cell in at.items()}
        if signature(row.report.pk, name, value) == was:
            return
        for place, text in wrongs:
            self.wrong(what, place, text)
            self.broken.add((row.report.pk, name))
        found["cells"][name] = {"at": f"{title} {at['']}", "was": was, "value": value}

    def unchanged(self, row: Row) -> Changed:
        version = self.signed.fields[row.report.pk][0]
        return {"report": row.report.pk, "code": row.code, "version": version, "cells": {}, "places": {}}
