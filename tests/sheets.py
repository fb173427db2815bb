"""Workbooks as people download, fill in and save them."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ministries.models import User
from tasks import content, workbooks, workflow, worklist
from tasks.models import Report, WorkbookUpload
from tasks.workbooks.columns import signature
from tests.builders import fresh

UPLOAD = "/my-tasks/workbook/upload/"
CODE, LIGHT, RESULTS, PLANS, ISSUES = "A", "E", "G", "I", "K"
MINISTRIES, PROGRESS, COMPLETED = "L", "M", "N"


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

    def change(opened: openpyxl.Workbook) -> None:
        page = sheet(opened, number)
        for letter, value in cells.items():
            cell = page[f"{letter}{row_of(page, code)}"]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"

    return changed(book, change)


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
