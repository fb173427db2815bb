"""A workbook that is not taken: each reason said clearly, nothing changed; and hostile ones in bounded time and memory."""

import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from ministries.models import User
from tasks.models import Draft, Indicator, Report, WorkbookUpload
from tests import builders, documents, sheets
from tests.pages import page, visitor

# Reading a file asks no database; that a workbook is kept and filled on both engines stands in test_workbooks.py.
pytestmark = [pytest.mark.usefixtures("domain_time"), pytest.mark.either]

ROOT = Path(__file__).resolve().parent.parent.parent
RELS = "xl/_rels/workbook.xml.rels"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Book = Callable[[bytes], bytes]  # from the workbook that was downloaded to the one that comes


@pytest.fixture
def officer(me_officer: User, reports: dict[str, Report]) -> Client:
    """Of a ministry whose first task has an indicator."""
    builders.indicator(reports["ME-01"].task, targets={2021: "15"})
    return visitor(me_officer)


def changed(change: Callable[[openpyxl.Workbook], object]) -> Book:
    return lambda book: sheets.changed(book, change)


def head(**more: object) -> Book:
    """The hidden sheet says something else."""

    def change(opened: openpyxl.Workbook) -> None:
        cell = sheets.sheet(opened, 4)["A1"]
        cell.value = json.dumps(json.loads(str(cell.value)) | more)

    return changed(change)


def setting(cells: Mapping[str, object], number: int = 0) -> Book:
    return lambda book: sheets.put(book, cells, number=number)


def copied(opened: openpyxl.Workbook) -> None:
    tasks = sheets.sheet(opened)
    for column in range(1, 18):
        tasks.cell(9, column).value = tasks.cell(2, column).value


def put(name: str, new: bytes) -> Book:
    return lambda book: sheets.with_member(book, name, new)


def strings(new: bytes) -> Book:
    """A table of shared strings, as Excel writes one."""
    link = f'<Relationship Id="s" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    linked = patched(RELS, "</Relationships>", link)
    return lambda book: sheets.with_member(linked(book), "xl/sharedStrings.xml", new)


def vast(number: int, at: str) -> Book:
    """A number that a percentage takes beyond all numbers."""

    def change(opened: openpyxl.Workbook) -> None:
        cell = sheets.sheet(opened, number)[at]
        cell.value, cell.number_format = 1e308, "0%"

    return changed(change)


def in_encoding(name: str, encoding: bytes) -> Book:
    head = b'<?xml version="1.0" encoding="%s"?>' % encoding

    def change(book: bytes) -> bytes:
        part = sheets.member(book, name)
        return sheets.with_member(book, name, head + part[part.index(b"<", 1 if part.startswith(b"<?") else 0) :])

    return change


def patched(name: str, old: str, new: str) -> Book:
    def change(book: bytes) -> bytes:
        part = sheets.member(book, name).decode()
        assert old in part
        return sheets.with_member(book, name, part.replace(old, new, 1).encode())

    return change


# What comes, and what is said of the whole file.
WHOLE: dict[str, tuple[Book, str]] = {
    "empty": (lambda _book: b"", "The file is empty"),
    "csv": (lambda _book: "코드,과제\nME-01,x\n".encode(), "This is no Excel workbook"),
    "pdf": (lambda _book: documents.PDF, "This is no Excel workbook"),
    "docx": (lambda _book: documents.docx(), "This is no Excel workbook"),
    "hwpx": (lambda _book: documents.hwpx(), "This is no Excel workbook"),
    "any archive": (lambda _book: documents.archive({"a": "b"}), "This is no Excel workbook"),
    "xls, or xlsx with a password": (lambda _book: documents.old_word(), "An old Excel file (.xls), or one with a password"),
    "encrypted members": (documents.encrypted, "It is protected with a password"),
    "cut in half": (lambda book: book[: len(book) // 2], "The file is damaged"),
    "an empty package": (lambda _book: documents.xlsx(), "The file is damaged"),
    "macros": (put("xl/vbaProject.bin", b"x"), "It holds macros"),
    "too big": (lambda book: book + bytes(5 * 1024 * 1024), "The file is larger than 5 MB"),
    "no xml": (strings(b"<sst><si>"), "The file is damaged"),
    "a document type": (
        strings(b'<!DOCTYPE sst [<!ENTITY a "b">]><sst><si><t>&a;</t></si></sst>'),
        "The file is damaged",
    ),
    "an external entity": (
        strings(b'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/passwd">]><s><t>&a;</t></s>'),
        "The file is damaged",
    ),
    "a part outside of the package": (
        patched(RELS, "/xl/worksheets/sheet1.xml", "../../../../etc/passwd"),
        "The file is damaged",
    ),
    "a string that is not there": (patched("xl/worksheets/sheet1.xml", 't="inlineStr"><is><t>Code</t></is>', 't="s"><v>9</v>'), "damaged"),
    "deep": (strings(b"<a>" * 100_000), "The file is damaged"),
    "another workbook": (lambda _book: other(), "This workbook was not downloaded here"),
    "another format": (head(format=99), "another version of the portal"),
    "another round": (head(round=1), "the workbook of reporting round 1"),
    "another ministry": (head(ministry="MSIT"), "the workbook of another ministry (MSIT)"),
    "no round": (head(round="\ud800"), "The file is damaged"),
    "no words": (head(sheets=[1]), "The file is damaged"),
    "a head that is no json": (setting({"A1": "{"}, 4), "The file is damaged"),
    "a head that is very deep": (setting({"A1": "[" * 30_000}, 4), "The file is damaged"),
    "a sheet renamed": (changed(lambda book: setattr(sheets.sheet(book), "title", "x")), "“Tasks” is missing"),
    "an encoding that nobody knows": (in_encoding("xl/worksheets/sheet1.xml", b"foo"), "The file is damaged"),
    "an encoding that is none": (in_encoding("xl/workbook.xml", b"hex"), "The file is damaged"),
    "a header beyond all numbers": (vast(0, "A1"), "the header “Code” was changed"),
    "the indicators gone": (changed(lambda book: book.remove(sheets.sheet(book, 2))), "“Indicators” is missing"),
    "a sheet gone": (changed(lambda book: book.remove(sheets.sheet(book, 1))), "“Milestones” is missing"),
    "a header changed": (setting({"G1": "실적"}), "the header “Results” was changed"),
    "a column moved": (changed(lambda book: sheets.sheet(book).delete_cols(6)), "was changed, or columns were moved"),
}  # fmt: skip


def other() -> bytes:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


# What is typed, at which cell it is said, and what.
CELLS: dict[str, tuple[Book, str, str]] = {
    "a formula": (setting({"G2": "=1+1"}), "Tasks G2", "A formula stands here"),
    "a formula for a light": (setting({"E2": '="On"&" track"'}), "Tasks E2", "A formula stands here"),
    "a formula in an empty cell": (setting({"M2": "=1"}), "Tasks M2", "A formula stands here"),
    "a formula at a milestone": (setting({"F2": "=TODAY()"}, 1), "Milestones F2", "A formula stands here"),
    "an error": (setting({"G2": "#REF!"}), "Tasks G2", "the error #REF!"),
    "a light misspelt": (setting({"E2": "Green"}), "Tasks E2", "Choose one of: On track, Attention, Review needed"),
    "a date that is none": (setting({"N2": "3/5/21"}), "Tasks N2", "Write it such as 2021-03-12"),
    "a ministry that is none": (setting({"L2": "없는부"}), "Tasks L2", "No ministry is called “없는부”"),
    "an answer that is none": (setting({"E2": "vielleicht"}, 1), "Milestones E2", "as planned, done, moved"),
    "a cause that is none": (setting({"E2": "moved", "G2": "weather"}, 1), "Milestones G2", "Choose one of: Coordination"),
    "a date without an answer": (setting({"F2": "2021-07-01"}, 1), "Milestones F2", "Choose “done” or “moved”"),
    "a progress beyond all": (setting({"M2": 150}), "Tasks M2", "a whole number from 0 to 100"),
    "half a percent": (setting({"M2": 45.5}), "Tasks M2", "a whole number from 0 to 100"),
    "a progress beyond all numbers": (vast(0, "M2"), "Tasks M2", "a whole number from 0 to 100"),
    "a code beyond all numbers": (vast(0, "A2"), "Tasks A2", "is no task of this ministry"),
    "a value that is none": (setting({"H2": "많음"}, 2), "Indicators H2", "Enter a number such as 1,234.5"),
    "a value with its unit": (setting({"H2": "15 천 대"}, 2), "Indicators H2", "without its unit"),
    "a value too long": (setting({"H2": 1e13}, 2), "Indicators H2", "at most 12 digits"),
    "a value too fine": (setting({"H2": 0.12345}, 2), "Indicators H2", "4 after it"),
    "a value beyond all numbers": (vast(2, "H2"), "Indicators H2", "Enter a number"),
    "a value that is a formula": (setting({"H2": "=1"}, 2), "Indicators H2", "A formula stands here"),
    "a note far too long": (setting({"I2": "가" * 2_001}, 2), "Indicators I2", "at most 2,000"),
    "another indicator's number": (setting({"K2": 999}, 2), "Indicators H2", "Which indicator"),
    "far too long": (setting({"G2": "가" * 20_001}), "Tasks G2", "at most 20,000"),
    "a reason far too long": (setting({"E2": "moved", "H2": "가" * 2_001}, 1), "Milestones H2", "at most 2,000"),
    "an invisible null": (setting({"G2": "a_x0000_b"}), "Tasks G2", "invisible null character"),
    "another ministry's row": (setting({"A9": "MSIT-01", "G9": "x"}), "Tasks A9", "“MSIT-01” is no task of this ministry"),
    "an unknown code": (setting({"A2": "ME-99"}), "Tasks A2", "“ME-99” is no task of this ministry"),
    "a row without its code": (setting({"A2": None}), "Tasks A2", "The task code is missing"),
    "a row twice": (changed(copied), "Tasks A9", "ME-01 stands twice, in A2 as well"),
    "codes changed about": (setting({"A2": "ME-02", "A3": "ME-01"}), "Tasks A2", "was added or moved by hand"),
    "a row typed anew": (setting({"A9": "ME-01", "G9": "x"}), "Tasks A9", "was added or moved by hand"),
    "another milestone's number": (setting({"J2": 999}, 1), "Milestones E2", "cannot be told"),
}  # fmt: skip


@pytest.mark.parametrize("what", WHOLE)
def test_a_file_is_refused_in_one_sentence(officer, reports, what):
    make, said = WHOLE[what]
    answer = sheets.upload(officer, make(sheets.untouched(officer)))
    assert answer.status_code == 422
    box = page(answer).one("div", role="alert", tabindex="-1").text
    assert said in box
    assert "과제.xlsx" in box
    assert not WorkbookUpload.objects.exists()


@pytest.mark.parametrize("what", CELLS)
def test_a_cell_is_refused_with_its_place_and_how_to_mend_it(officer, reports, what):
    make, at, said = CELLS[what]
    answer = sheets.upload(officer, make(sheets.untouched(officer)))
    assert answer.status_code == 422
    told = {row.one("th").text: row.one("td").text for row in page(answer).one("tbody").all("tr")}
    assert said in told[at]
    assert not WorkbookUpload.objects.exists()
    assert not Draft.objects.exists()


def test_all_cells_are_told_at_once(officer, reports):
    """What is refused first, beside it what could not be sent of the same tasks; of what hangs on a cell that is to be
    mended anyhow, nothing."""
    cells = {"E2": "Green", "M2": 150, "I2": None, "G3": "=A1", "N4": "soon"}
    answer = sheets.upload(officer, setting(cells)(sheets.untouched(officer)))
    told = [(row.one("th").text, row.one("td").text) for row in page(answer).one("tbody").all("tr")]
    assert [at for at, _said in told[:4]] == ["Tasks E2", "Tasks M2", "Tasks G3", "Tasks N4"]
    assert told[4:] == [
        ("Tasks I2", "Enter the next steps. before sending"),
        ("Indicators H2", "Enter the value, or say why there is none yet. before sending"),
        ("Milestones E3", "This date has come: say that it is done, or move it. before sending"),
    ]
    assert "may stay in a draft" in page(answer).one("div", role="alert", tabindex="-1").text


def test_what_stood_there_already_is_no_fault(officer, reports, me_officer, at):
    """A draft may hold what nobody could type into the workbook: left alone it is no change."""
    odd = {"light": "green", "progress": "150", "completed_on": "bald", "addressed_to": ["NIE"]}
    measured = {str(Indicator.objects.get().pk): {"value": "많음", "note": ""}}
    builders.write(reports["ME-01"], by=me_officer, at=at, **odd, indicators=measured)
    assert sheets.upload(officer, sheets.download(officer)).status_code == 302
    assert WorkbookUpload.objects.get().rows[0]["cells"] == {}


def test_notes_beside_the_table_and_other_sheets_are_nobodys_business(officer, reports):
    def change(book):
        sheets.sheet(book)["T5"] = "=1+1"
        sheets.sheet(book)["T40"] = "메모"
        book.create_sheet("메모")["A1"] = "=1+1"

    assert sheets.upload(officer, changed(change)(sheets.untouched(officer))).status_code == 302


def test_a_file_name_is_no_page_and_no_path(officer, reports):
    answer = sheets.upload(officer, sheets.untouched(officer), name='../<script>alert(1)</script>".xlsx')
    shown = officer.get(answer.headers["Location"])
    assert b"<script>alert" not in shown.content
    assert WorkbookUpload.objects.get().name.endswith(".xlsx")
    assert "/" not in WorkbookUpload.objects.get().name


# Hostile ones


def rows_bomb(rows: int = 100_000) -> bytes:
    """A workbook of 100,000 rows: small when packed."""
    cells = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>ME-01</t></is></c></row>' for row in range(1, rows + 1)
    )
    return _with_sheet(f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode())


def cells_bomb(cells: int = 1_000_000) -> bytes:
    """A million empty cells in one row."""
    return _with_sheet(b"<worksheet><sheetData><row>" + b"<c/>" * cells + b"</row></sheetData></worksheet>")


def elements_bomb(elements: int = 8_000_000) -> bytes:
    """Elements of no meaning."""
    return _with_sheet(b"<worksheet>" + b"<a/>" * elements + b"</worksheet>")


def strings_bomb(strings: int = 3_000_000) -> bytes:
    """Millions of shared strings."""
    return documents.xlsx(PARTS | {"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * strings + b"</sst>"})


def text_bomb(size: int = 39_000_000) -> bytes:
    """One shared string of 39 MB."""
    return documents.xlsx(PARTS | {"xl/sharedStrings.xml": b"<sst><si><t>" + b"a" * size + b"</t></si></sst>"})


def attribute_bomb(size: int = 39_000_000) -> bytes:
    """One attribute of 39 MB."""
    return documents.xlsx(PARTS | {"xl/sharedStrings.xml": b'<sst a="' + b"a" * size + b'"><si/></sst>'})


def formats_bomb() -> bytes:
    """Formats that take long to be judged: one beyond all measure, and very many."""
    formats = "".join(f'<numFmt numFmtId="{no}" formatCode="{"[" * 255}"/>' for no in range(1000, 100_000))
    long = f'<numFmt numFmtId="200" formatCode="{"[" * 100_000}"/>'
    used = '<xf numFmtId="200"/>' * 1000 + "".join(f'<xf numFmtId="{no}"/>' for no in range(1000, 100_000))
    styles = f"<styleSheet><numFmts>{long}{formats}</numFmts><cellXfs>{used}</cellXfs></styleSheet>"
    link = f'<Relationship Id="c" Type="{REL}/styles" Target="styles.xml"/></Relationships>'
    rels = str(PARTS[RELS]).replace("</Relationships>", link)
    return documents.xlsx(PARTS | {RELS: rels, "xl/styles.xml": styles})


def same_text_bomb() -> bytes:
    """One text of 32,767 characters in each of the cells that a workbook may have."""
    cells = "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 19 + "</row>" for row in range(1, 10_001))
    strings = "<sst><si><t>" + "가" * 32_767 + "</t></si></sst>"
    return _with_sheet(
        f"<worksheet><sheetData>{cells}</sheetData></worksheet>".encode(), {"xl/sharedStrings.xml": strings}
    )


def laughs() -> bytes:
    """A billion laughs."""
    lines = [b'<!DOCTYPE l [<!ENTITY a0 "ha">']
    lines += [b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 10)]
    return documents.xlsx(PARTS | {"xl/sharedStrings.xml": b"".join(lines) + b"]><sst><si><t>&a9;</t></si></sst>"})


PARTS: dict[str, bytes | str] = {
    "xl/workbook.xml": f'<workbook xmlns:r="{REL}"><sheets><sheet name="tfportal" r:id="a"/></sheets></workbook>',
    RELS: f'<Relationships><Relationship Id="a" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="b" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": "<sst/>",
    "xl/media/image1.png": random.Random(1).randbytes(
        900_000
    ),  # packs badly, so that the whole does not look like a bomb
}


def _with_sheet(sheet: bytes, more: dict[str, bytes | str] | None = None) -> bytes:
    return documents.xlsx(PARTS | {"xl/worksheets/sheet1.xml": sheet} | (more or {}))


MEASURED = """
import io, sys, time
import django
django.setup()
from datetime import date
from types import SimpleNamespace
from tasks import workbooks
content = sys.stdin.buffer.read()
work = SimpleNamespace(
    round=SimpleNamespace(no=2, as_of=date(2021, 3, 12)), ministry=SimpleNamespace(code="ME"), rows=[],
    names=SimpleNamespace(by_id={}),
)
def peak():
    # Not getrusage: that counts the process which started this one as well.
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
started = time.monotonic()
try:
    workbooks.read(io.BytesIO(content), work)
except workbooks.Unusable as error:
    print("refused", time.monotonic() - started, peak(), str(error))
"""
HOSTILE = [documents.bomb, documents.overlapping_bomb, rows_bomb, cells_bomb, elements_bomb, strings_bomb, text_bomb, attribute_bomb, formats_bomb, same_text_bomb, laughs]  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_workbook_costs_neither_time_nor_memory(make):
    """quality.md 14: a clear answer in less than five seconds and 300 MB, all of Python and Django included."""
    book = make()
    assert len(book) < 5 * 1024 * 1024
    result = subprocess.run(
        [sys.executable, "-c", MEASURED], input=book, cwd=ROOT, capture_output=True, check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tfportal.settings.test"},
    )  # fmt: skip
    answer, seconds, kilobytes, said = result.stdout.decode().split(maxsplit=3)
    assert answer == "refused"
    assert float(seconds) < 5, said
    assert int(kilobytes) < 300_000, said


def test_many_rows_of_a_real_workbook_are_refused(officer, reports):
    """100,000 rows below the ones that were downloaded."""
    book = sheets.untouched(officer)
    part = sheets.member(book, "xl/worksheets/sheet1.xml").decode()
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>x</t></is></c></row>' for row in range(10, 100_010)
    )
    answer = sheets.upload(
        officer,
        sheets.with_member(
            book, "xl/worksheets/sheet1.xml", re.sub("</sheetData>", rows + "</sheetData>", part).encode()
        ),
    )
    assert answer.status_code == 422
    assert "far more rows, cells or text" in page(answer).one("main").text


def test_the_packed_size_of_the_archives_members_is_what_counts(officer, reports):
    """The control: a workbook that was saved by another program, with other members in it, is taken."""
    book = sheets.with_member(sheets.untouched(officer), "customXml/item1.xml", b"<x/>")
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert "customXml/item1.xml" in archive.namelist()
    assert sheets.upload(officer, book).status_code == 302
