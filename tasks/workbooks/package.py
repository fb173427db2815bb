"""An .xlsx as it lies there: the cells of its sheets, read within limits of size, number and depth of trust.

ECMA-376 part 1 (SpreadsheetML). openpyxl reads as much as a file claims to hold, and no longer tells a line break that
was written as `_x000D_` from somebody's text of these seven letters; so the little that is needed is read here. No
document type is let in, so that there are no entities; nothing that the file names is looked for outside of it.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, BinaryIO
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from ..files.packages import LIES

PARTS_LIMIT = 40_000_000  # bytes of XML that are read: 500 tasks full of text have some 10
CHUNK = 4_000_000  # bytes: the parser looks at a long text again with every piece of it
ELEMENTS_LIMIT = 1_500_000
CELLS_LIMIT = 200_000  # 500 tasks have some 25,000
STRINGS_LIMIT = 200_000
ROWS_LIMIT = 10_000
FORMATS_LIMIT = 1_000  # number formats that are judged: Excel keeps some 250
FORMAT_LIMIT = 255  # characters of a number format: Excel's own limit
DEPTH_LIMIT = 50  # of elements in elements: a sheet has some six
TEXT_LIMIT = 32_767  # characters of a cell: Excel's own
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
SURROGATES = frozenset(f"{high}{low}" for high in "Dd" for low in "89ABCDEFabcdef")
# What no XML can hold, and what would be taken for an escape.
TO_ESCAPE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class Damaged(Exception):
    """It cannot be read as a workbook."""


class TooMuch(Exception):
    """It holds far more than a workbook of reports."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`at`: such as `G5`. `value`: what stands there, None for nothing. `trouble`: `formula` or `error`."""

    at: str
    value: str | float | bool | date | None = None
    trouble: str = ""
    is_percent: bool = False


Rows = dict[int, dict[int, Cell]]  # row number -> column number -> cell, both from 1 on


def escape(text: str) -> str:
    """A text as a workbook's XML writes it (ST_Xstring)."""
    return TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape(text: str) -> str:
    """The text that was meant. Halves of a surrogate pair are no characters, and stay as they are written."""
    return ESCAPED.sub(lambda found: found[0] if found[1][:2] in SURROGATES else chr(int(found[1], 16)), text)


@dataclass
class _Left:
    """What may still come, over all parts together."""

    bytes: int = PARTS_LIMIT
    elements: int = ELEMENTS_LIMIT
    cells: int = CELLS_LIMIT
    strings: int = STRINGS_LIMIT
    formats: int = FORMATS_LIMIT

    def take(self, what: str, number: int = 1) -> None:
        left = getattr(self, what) - number
        if left < 0:
            raise TooMuch
        setattr(self, what, left)


Start = Callable[[str, dict[str, str]], None]


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse_doctype(*_arguments: Any) -> None:
    raise Damaged


@dataclass
class Workbook:
    """An opened workbook. The archive has been judged already (`files/packages.py`)."""

    file: BinaryIO
    _left: _Left = field(default_factory=_Left)
    _strings: list[str] = field(default_factory=list)
    _formats: list[tuple[bool, bool]] = field(default_factory=list)  # of each style: a date? a percentage?
    _sheets: dict[str, str] = field(default_factory=dict)  # title -> member
    _epoch: datetime = WINDOWS_EPOCH

    def __post_init__(self) -> None:
        try:
            self._archive = zipfile.ZipFile(self.file)
            self._members = {row.filename: row for row in self._archive.infolist()}
            self._read_contents()
        except LIES as error:
            raise Damaged from error

    def _parse(self, name: str, start: Start, end: Callable[[str], None], text: Callable[[str], None]) -> None:
        member = self._members.get(name)
        if member is None:
            raise Damaged
        self._left.take("bytes", member.file_size)
        parser = expat.ParserCreate(namespace_separator=" ")
        depth = 0

        def opened(tag: str, attrs: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            self._left.take("elements")
            if depth > DEPTH_LIMIT:
                raise Damaged
            start(_local(tag), attrs)

        def closed(tag: str) -> None:
            nonlocal depth
            depth -= 1
            end(_local(tag))

        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = opened
        parser.EndElementHandler = closed
        parser.CharacterDataHandler = text
        try:
            with self._archive.open(member) as part:
                while chunk := part.read(CHUNK):
                    parser.Parse(chunk)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError, *LIES) as error:  # LookupError: an encoding that nobody knows
            raise Damaged from error

    def _each(self, name: str, wanted: Callable[[str, dict[str, str]], None]) -> None:
        """Every element of a part that is about attributes alone."""
        self._parse(name, wanted, lambda _tag: None, lambda _text: None)

    def _read_contents(self) -> None:
        targets: dict[str, tuple[str, str]] = {}
        listed: list[tuple[str, str]] = []

        def relationship(tag: str, attrs: dict[str, str]) -> None:
            if tag == "Relationship" and attrs.get("TargetMode") != "External":
                path = posixpath.normpath(posixpath.join("/xl", attrs.get("Target", ""))).lstrip("/")
                targets[attrs.get("Id", "")] = (attrs.get("Type", "").rpartition("/")[2], path)

        def content(tag: str, attrs: dict[str, str]) -> None:
            if tag == "sheet":
                ids = [value for name, value in attrs.items() if _local(name) == "id" and " " in name]
                listed.append((unescape(attrs.get("name", "")), ids[0] if ids else ""))
            elif tag == "workbookPr" and attrs.get("date1904") in ("1", "true"):
                self._epoch = MAC_EPOCH

        self._each("xl/_rels/workbook.xml.rels", relationship)
        self._each("xl/workbook.xml", content)
        self._sheets = {title: targets[key][1] for title, key in listed if targets.get(key, ("",))[0] == "worksheet"}
        for kind, path in targets.values():
            if kind == "sharedStrings":
                self._read_strings(path)
            elif kind == "styles":
                self._read_styles(path)

    def _read_strings(self, name: str) -> None:
        pieces: list[str] = []
        stack: list[str] = []

        def start(tag: str, _attrs: dict[str, str]) -> None:
            stack.append(tag)
            if tag == "si":
                self._left.take("strings")
                pieces.clear()

        def end(tag: str) -> None:
            stack.pop()
            if tag == "si":
                self._strings.append(unescape("".join(pieces)))

        def text(data: str) -> None:
            if stack[-1] == "t" and "rPh" not in stack[-3:]:  # how a word is read stands beside it, not in it
                pieces.append(data)

        self._parse(name, start, end, text)

    def _read_styles(self, name: str) -> None:
        codes = dict(BUILTIN_FORMATS)
        judged: dict[str, tuple[bool, bool]] = {}  # openpyxl's rule takes its time: once for each format
        inside = False

        def start(tag: str, attrs: dict[str, str]) -> None:
            nonlocal inside
            if tag == "numFmt" and attrs.get("numFmtId", "").isdecimal() and len(attrs["numFmtId"]) < 10:
                codes[int(attrs["numFmtId"])] = attrs.get("formatCode", "")
            elif tag in ("cellXfs", "cellStyleXfs"):
                inside = tag == "cellXfs"
            elif tag == "xf" and inside:
                self._left.take("strings")
                number = attrs.get("numFmtId", "0")
                if number not in judged:
                    self._left.take("formats")
                    code = codes.get(int(number), "") if number.isdecimal() and len(number) < 10 else ""
                    code = code if len(code) <= FORMAT_LIMIT else ""
                    judged[number] = bool(is_date_format(code)), "%" in code
                self._formats.append(judged[number])

        self._each(name, start)

    @property
    def titles(self) -> list[str]:
        return list(self._sheets)

    def sheet(self, title: str) -> Rows:
        """All cells of a sheet that hold anything."""
        sheet = _Sheet(self._strings, self._formats, self._epoch, self._left)
        self._parse(self._sheets[title], sheet.start, sheet.end, sheet.text)
        return sheet.rows


class _Sheet:
    """Takes in the elements of one sheet."""

    def __init__(self, strings: list[str], formats: list[tuple[bool, bool]], epoch: datetime, left: _Left) -> None:
        self.strings, self.formats, self.epoch, self.left = strings, formats, epoch, left
        self.rows: Rows = {}
        self.row, self.column = 0, 0
        self.stack: list[str] = []
        self.attrs: dict[str, str] = {}
        self.value: list[str] = []
        self.has_formula = False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self.stack.append(tag)
        if tag == "row":
            number = attrs.get("r", "")
            self.row = int(number) if number.isascii() and number.isdecimal() and len(number) < 8 else self.row + 1
            self.column = 0
        elif tag == "c":
            self.left.take("cells")
            self.attrs, self.has_formula = attrs, False
            self.value.clear()
        elif tag == "f":
            self.has_formula = True

    def text(self, data: str) -> None:
        if self.stack[-1] == "v" or (self.stack[-1] == "t" and "is" in self.stack and "rPh" not in self.stack):
            self.value.append(data)

    def end(self, tag: str) -> None:
        self.stack.pop()
        if tag != "c":
            return
        self.column += 1
        if at := self.attrs.get("r", ""):
            try:
                letters, self.row = coordinate_from_string(at)
                self.column = column_index_from_string(letters)
            except ValueError as error:  # the library's own exceptions are of this kind
                raise Damaged from error
        cell = self.cell()
        if cell.value is not None or cell.trouble:
            self.rows.setdefault(self.row, {})[self.column] = cell
            if len(self.rows) > ROWS_LIMIT:
                raise TooMuch

    def cell(self) -> Cell:
        at, text = self.attrs.get("r", ""), "".join(self.value)
        kind, style = self.attrs.get("t", "n"), self.attrs.get("s", "0")
        if self.has_formula:
            return Cell(at, text or None, "formula")
        if kind == "e":
            return Cell(at, text, "error")
        if kind == "s":
            number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
            if not 0 <= number < len(self.strings):
                raise Damaged
            return Cell(at, self.strings[number] or None)
        if kind in ("str", "inlineStr"):
            return Cell(at, unescape(text) or None)
        if not text:
            return Cell(at)
        if kind == "b":
            return Cell(at, text == "1")
        if kind == "d":
            return Cell(at, _iso(text))
        index = int(style) if style.isascii() and style.isdecimal() and len(style) < 8 else 0
        is_date, is_percent = self.formats[index] if index < len(self.formats) else (False, False)
        return Cell(at, self.number(text, is_date=is_date), is_percent=is_percent)

    def number(self, text: str, *, is_date: bool) -> str | float | date:
        try:
            number = float(text)
        except ValueError:
            return text
        if not math.isfinite(number):
            return text
        return self.day(number) or number if is_date else number

    def day(self, number: float) -> date | None:
        return day_of(number, self.epoch)


def _iso(text: str) -> str | date:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return text


def day_of(number: float, epoch: datetime = WINDOWS_EPOCH) -> date | None:
    """The day that a workbook counts as this number; None where it is none, as for a time of day."""
    if not 1 <= number < 2_958_466:
        return None
    found = from_excel(number, epoch)
    return found.date() if isinstance(found, datetime) else None
