"""The workbook in the hands of another program: opened and saved by LibreOffice it still uploads, text by text."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tasks.models import WorkbookUpload
from tests import builders, sheets
from tests.conftest import LIBREOFFICE
from tests.pages import visitor
from tests.tasks.test_workbooks import HARD, PLACES, confirm, hard_texts, preview, standing
from tfportal.language import normalise

pytestmark = [
    pytest.mark.usefixtures("domain_time"),
    pytest.mark.either,
    pytest.mark.skipif(LIBREOFFICE is None, reason="LibreOffice is not on this machine"),
]


# Numbers, one of more digits than a spreadsheet keeps, and a text that is none.
VALUES = {"ME-01": "1250.5", "ME-02": "-0.0001", "ME-03": "999999999999.9999", "ME-04": "많음", "ME-05": "0"}


def saved_by_libreoffice(book: bytes, folder: Path) -> bytes:
    """The workbook after LibreOffice opened it and saved it as its own."""
    (folder / "in").mkdir()
    (folder / "in/book.xlsx").write_bytes(book)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(LIBREOFFICE), "--headless", profile, "--convert-to", "xlsx", "--outdir", str(folder), "in/book.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    made = (folder / "book.xlsx").read_bytes()
    shutil.rmtree(folder / "in")
    assert b"inlineStr" not in sheets.member(made, "xl/worksheets/sheet1.xml")  # its own way, not ours
    return made


def test_opened_and_saved_by_libreoffice_it_is_no_change(task_force, me_officer, reports, at, tmp_path):
    texts: dict[str, dict[str, str]] = {}
    for (code, field), text in zip(PLACES, HARD.values(), strict=False):
        texts.setdefault(code, {})[field] = text
    more = {"light": "completed", "completed_on": "2021-03-05", "progress": "45", "addressed_to": ["MOTIE", "MSIT"]}
    for code, fields in texts.items():
        moved = {"milestones": builders.moved(reports[code].task.milestones.get())} if code == "ME-02" else {}
        if code in VALUES:
            indicator = builders.indicator(reports[code].task, unit_en="%")
            moved["indicators"] = {str(indicator.pk): {"value": VALUES[code], "note": texts[code]["results"][:200]}}
        builders.write(reports[code], by=me_officer, at=at, **more, **fields, **moved)
    officer = visitor(me_officer)
    preview(officer, saved_by_libreoffice(sheets.download(officer), tmp_path))
    assert {row["code"]: row["cells"] for row in WorkbookUpload.objects.get().rows} == {code: {} for code in texts}


def test_what_was_typed_before_libreoffice_saved_it_arrives(task_force, me_officer, reports, tmp_path):
    builders.indicator(reports["ME-01"].task)
    officer = visitor(me_officer)
    book = sheets.download(officer)
    book = sheets.typed_in(book, hard_texts())
    book = sheets.typed(book, "ME-01", {sheets.VALUE: 0.1 + 0.2, sheets.NOTE: "- 잠정"}, number=2)
    assert confirm(officer, preview(officer, saved_by_libreoffice(book, tmp_path))).status_code == 302
    assert list(standing(reports["ME-01"])["indicators"].values()) == [{"value": "0.3", "note": "- 잠정"}]
    kept = {what: standing(reports[code])[field] for (code, field), what in zip(PLACES, HARD, strict=False)}
    assert kept == {what: normalise(text) for what, text in HARD.items()}
