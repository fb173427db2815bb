"""Workbooks as people download, fill in and save them."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from xml.etree import ElementTree

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.utils.datetime import WINDOWS_EPOCH

from ministries.models import User
from tasks import content, workbooks, workflow, worklist
from tasks.models import Draft, Indicator, Milestone, Report, WorkbookUpload
from tasks.workbooks.columns import signature
from tests.builders import fresh

UPLOAD = "/my-tasks/workbook/upload/"
CODE, LIGHT, RESULTS, PLANS, ISSUES = "A", "E", "G", "I", "K"
MINISTRIES, PROGRESS, COMPLETED = "L", "M", "N"
VALUE, NOTE = "H", "I"  # of an indicator
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def work_of(report: Report, *, by: User, at: datetime) -> worklist.Worklist:
    """My tasks of the report's ministry, as they stand now."""
    return worklist.build(report.lead, report.round, user=by, at=at, codes=workflow.ministry_codes())


def of(report: Report, *, by: User | None = None, at: datetime | None = None) -> bytes:
    """The workbook of the report's ministry."""
    person = by or User.objects.get(username="me_officer")
    return workbooks.write(work_of(report, by=person, at=at or report.round.opens_at))


def uploaded(report: Report, *, by: User, at: datetime, results: str = "ㅇ 엑셀에서 씀") -> WorkbookUpload:
    """A workbook that changes the results of one report, read and waiting for its dry run."""
    report = fresh(report)
    standing = content.start_of(report) if not hasattr(report, "draft") else report.draft.content
    was = signature(report.pk, "results", standing["results"])
    cells = {"results": {"at": "Tasks G2", "was": was, "value": results}}
    rows = [{"report": report.pk, "code": report.task.code, "version": report.version, "cells": cells}]
    return WorkbookUpload.objects.create(
        round=report.round, ministry=report.lead, by=by, at=at, name="과제.xlsx", rows=rows
    )


def download(browser: Client, ministry: str = "ME") -> bytes:
    answer = browser.get(f"/my-tasks/workbook/?ministry={ministry}")
    assert answer.status_code == 200
    return answer.content


_untouched: dict[tuple[Any, ...], bytes] = {}


def untouched(browser: Client) -> bytes:
    """The Ministry of Environment's workbook, English, while nothing is written: made once for each scene."""
    assert not Draft.objects.exists()
    rows = Report.objects.order_by("pk").values_list("pk", "version", "state", "task__code")
    scene = (*rows, *(tuple(kind.objects.order_by("pk").values_list("pk")) for kind in (Milestone, Indicator)))
    if scene not in _untouched:
        _untouched[scene] = download(browser)
    return _untouched[scene]


def upload(browser: Client, book: bytes, *, name: str = "과제.xlsx", ministry: str = "ME") -> Any:
    return browser.post(UPLOAD, {"ministry": ministry, "file": SimpleUploadedFile(name, book)})


def changed(book: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    """The workbook after somebody did something to it."""
    opened = openpyxl.load_workbook(io.BytesIO(book))
    change(opened)
    made = io.BytesIO()
    opened.save(made)
    return made.getvalue()


def sheet(book: openpyxl.Workbook, number: int = 0) -> Any:
    """One of its pages, whose cells hold whatever they hold. 0: the tasks, 1: the milestones, 2: the indicators, 4: the hidden one."""
    return book.worksheets[number]


def row_of(page: Any, code: str) -> int:
    return next(number for number in range(2, page.max_row + 1) if page.cell(number, 1).value == code)


def typed(book: bytes, code: str, cells: Mapping[str, Any], *, number: int = 0) -> bytes:
    """The workbook with something typed into the row of one task, by the letters of its columns. As in Excel a text is a
    text in cells of texts, whatever it begins with."""
    return typed_in(book, {code: cells}, number=number)


def typed_in(book: bytes, codes: Mapping[str, Mapping[str, Any]], *, number: int = 0) -> bytes:
    """The same for many tasks at once."""
    name = f"xl/worksheets/sheet{number + 1}.xml"
    page = ElementTree.fromstring(member(book, name))
    rows = {_text_of(row[0]): row for row in reversed(page.findall(f".//{NS}row")) if len(row)}
    for code, cells in codes.items():
        for letter, value in cells.items():
            _set(next(one for one in rows[code] if one.get("r", "").rstrip("0123456789") == letter), value)
    return with_member(book, name, ElementTree.tostring(page))


def put(book: bytes, cells: Mapping[str, Any], *, number: int = 0) -> bytes:
    """The workbook with these cells changed, by their places; what begins with "=" is a formula, with "#" an error."""
    name = f"xl/worksheets/sheet{number + 1}.xml"
    page = ElementTree.fromstring(member(book, name))
    data = page.find(f"{NS}sheetData")
    assert data is not None
    found = {cell.get("r"): cell for cell in data.iter(f"{NS}c")}
    for at, value in cells.items():
        if at not in found:
            row = ElementTree.SubElement(data, f"{NS}row", r=at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            found[at] = ElementTree.SubElement(row, f"{NS}c", r=at)
        _set(found[at], value, may_count=True)
    return with_member(book, name, ElementTree.tostring(page))


def _set(cell: ElementTree.Element, value: Any, *, may_count: bool = False) -> None:
    """What stands in a cell, as a spreadsheet writes it; its look stays."""
    cell.attrib.pop("t", None)
    for part in list(cell):
        cell.remove(part)
    if isinstance(value, str) and may_count and value.startswith("="):
        ElementTree.SubElement(cell, f"{NS}f").text = value[1:]
    elif isinstance(value, str) and may_count and value.startswith("#"):
        cell.set("t", "e")
        ElementTree.SubElement(cell, f"{NS}v").text = value
    elif isinstance(value, str):
        cell.set("t", "inlineStr")
        ElementTree.SubElement(ElementTree.SubElement(cell, f"{NS}is"), f"{NS}t").text = value
    elif value is not None:
        ElementTree.SubElement(cell, f"{NS}v").text = str(
            (value - WINDOWS_EPOCH.date()).days if isinstance(value, date) else value
        )


def _text_of(cell: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in cell.iter(f"{NS}t"))


def member(book: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name)


def with_member(book: bytes, name: str, new: bytes) -> bytes:
    """The package with one member replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in old.namelist():
            if entry != name:
                target.writestr(entry, old.read(entry))
        target.writestr(name, new)
    return made.getvalue()
