"""What leaves the portal as a file: the board's own rows, no more than the reader may know, and no cell that computes."""

import csv
import io
import itertools
import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from ministries.models import User
from tasks import board, exports
from tasks.exports import board as board_export
from tasks.exports.writing import FORMULAS, LINES_IN_A_PIECE, Value
from tests import builders
from tests.cast import TaskForce
from tests.conftest import LIBREOFFICE
from tests.pages import visitor

pytestmark = pytest.mark.either

HOSTILE = [
    "=1+1",
    "+82-2-1234",
    "- 항목",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    "_x000D_",
    "첫 줄\n=둘째 줄",
]


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def worked_on(task_force: TaskForce, at: datetime) -> TaskForce:
    """The second round with a draft, a text that was sent, one with another light of the office's, and one returned and
    mended."""
    people, reports, office = task_force.people, task_force.reports, task_force.people["coordinator"]
    officer = people["me_officer"]
    builders.write(reports["ME-01"], by=officer, at=at, results="ㅇ 임시저장한 글")
    builders.write(
        reports["ME-03"],
        by=officer,
        at=at,
        light="attention",
        results="=1+1",
        issues="ㅇ 예산 부족",
        addressed_to=["MOTIE"],
    )
    builders.submit(reports["ME-03"], by=officer, at=at)
    builders.report_in("opened", reports["ME-04"], officer=officer, coordinator=office, at=at)
    builders.accept(reports["ME-04"], by=office, at=at, light="review_needed", reason="지연 우려")
    builders.report_in("mended", reports["ME-05"], officer=officer, coordinator=office, at=at)
    return task_force


def table(user: User, path: str, language: str = "en") -> list[dict[str, str]]:
    """The rows of a .csv as another program reads them."""
    answer = visitor(user, language=language).get(path)
    assert answer.status_code == 200, path
    content = b"".join(answer)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") >= content.count(b"\r\n") > 0
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def book(user: User, path: str) -> Any:
    answer = visitor(user).get(path)
    assert answer.status_code == 200, path
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer)))


QUERIES = [
    "",
    "light=attention",
    "state=missing&ministry=ME",
    "q=ME-0",
    "q=환경",
    "since=worse",
    "also=unchanged",
    "kind=new",
    "state=draft",
    "light=none&kind=existing",
    "ministry=NOBODY",
]


def test_the_file_holds_what_the_board_shows(worked_on, at):
    """One function decides on the page and in both files; whoever reads less on the page reads less here."""
    for query, name in itertools.product(QUERIES, ("coordinator", "reader")):
        user = worked_on.people[name]
        shown = [tile.code for tile in board.build(worked_on.round_2, QueryDict(query), user=user, at=at).found]
        assert [row["Code"] for row in table(user, f"/board/export.csv?{query}")] == shown
        sheet = book(user, f"/board/export.xlsx?{query}").worksheets[0]
        assert [cell.value for cell in sheet["A"]][1:] == shown
        assert query or len(shown) == len(worked_on.reports)


def test_texts_stand_only_where_the_reader_may_know_them(worked_on, at):
    """model.md, "Who sees what of a report": never a draft; to readers nothing of what is not accepted."""
    people = worked_on.people
    office = {row["Code"]: row for row in table(people["coordinator"], "/board/export.csv")}
    reader = {row["Code"]: row for row in table(people["reader"], "/board/export.csv")}
    assert office["ME-01"]["Results"] == reader["ME-01"]["Results"] == ""
    assert (office["ME-03"]["Results"], office["ME-03"]["Addressed to"]) == ("'=1+1", "Industry")
    assert {
        reader["ME-03"][name] for name in ("Results", "Issues and requests", "Addressed to", "Ministry's light")
    } == {""}
    assert office["ME-04"]["Results"] == reader["ME-04"]["Results"] != ""
    assert (office["ME-04"]["Ministry's light"], office["ME-04"]["Office's light"]) == ("On track", "Review needed")
    assert (office["ME-04"]["Reason for the office's light"], reader["ME-04"]["Reason for the office's light"]) == (
        "지연 우려",
        "",
    )
    assert (office["ME-05"]["Results"] != "", reader["ME-05"]["Results"]) == (True, "")
    assert "임시저장" not in str(office) + str(reader)
    assert "근거를 덧붙임" not in str(office) + str(reader)


def test_a_frozen_round_tells_the_office_reasons_to_its_own_side_alone(worked_on, at):
    people = worked_on.people
    builders.freeze(worked_on.round_2, by=people["coordinator"], at=at)
    for name, wanted in {
        "coordinator": "지연 우려",
        "me_officer": "지연 우려",
        "motie_officer": "",
        "reader": "",
    }.items():
        rows = {row["Code"]: row for row in table(people[name], "/rounds/2/export.csv")}
        assert rows["ME-04"]["Reason for the office's light"] == wanted, name
        assert (rows["ME-03"]["Results"], rows["ME-01"]["State"]) == ("'=1+1", "No reply"), name
        assert "임시저장" not in str(rows), name


def test_the_workbook_is_one_to_work_with(worked_on, at):
    """A styled head that stays, real dates, lights as shape, word and colour, and a second sheet on where it is from."""
    made = book(worked_on.people["coordinator"], "/board/export.xlsx?ministry=ME")
    sheet, about = made.worksheets
    head = {cell.value: cell.column_letter for cell in sheet[1]}
    rows = {sheet.cell(number, 1).value: number for number in range(2, sheet.max_row + 1)}
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == (
        "B2",
        f"A1:{sheet.cell(1, sheet.max_column).column_letter}{len(rows) + 1}",
    )
    assert sheet["A1"].font.bold
    received = sheet[f"{head['Received']}{rows['ME-03']}"]
    milestone = sheet[f"{head['Current']}{rows['ME-01']}"]
    assert (milestone.value, milestone.is_date) == (at.replace(month=6, day=30, hour=0, tzinfo=None), True)
    assert (received.value, received.is_date) == (at.replace(tzinfo=None), True)
    light = sheet[f"{head['Light']}{rows['ME-03']}"]
    assert (light.value, light.fill.fgColor.rgb) == ("▲ Attention", "00FFF3D6")
    assert sheet[f"A{rows['ME-03']}"].hyperlink.target.endswith(f"/review/{worked_on.reports['ME-03'].pk}/")
    told = {row[0].value: row[1].value for row in about.iter_rows(min_row=2)}
    assert (told["As of"], told["Filters"], told["Tasks"]) == (
        at.replace(day=12, hour=0, tzinfo=None),
        "Ministry: Environment",
        f"6 of {len(worked_on.reports)}",
    )
    assert made.properties.created is not None


def test_no_cell_computes(worked_on, at, tmp_path):
    """quality.md 21: a text is a text, whatever it begins with; in a .csv what a program would compute is marked."""
    columns = [exports.Column("t", "Text"), exports.Column("n", "Number", exports.Kind.NUMBER)]
    rows: list[dict[str, Value]] = [{"t": text, "n": -1} for text in HOSTILE]
    lines = b"".join(exports.stream_csv(columns, rows)).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(lines, newline="")))[1:]
    assert [line[0].removeprefix("'") for line in read] == HOSTILE
    assert not [line for line in read if line[0].startswith(FORMULAS)]
    assert {line[1] for line in read} == {"-1"}
    with exports.write_xlsx(columns, rows, "Text: [1]") as file:
        content = file.read()
    cells = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]["A"][1:]
    assert [(cell.value.replace("_x005F_x000D_", "_x000D_"), cell.data_type) for cell in cells] == [
        (text, "s") for text in HOSTILE
    ]
    if LIBREOFFICE is None:
        pytest.skip("LibreOffice is not on this machine")
    (tmp_path / "made.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    convert = [
        LIBREOFFICE,
        "--headless",
        profile,
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1",
        "made.xlsx",
    ]
    subprocess.run(convert, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    seen = list(csv.reader(io.StringIO(Path(tmp_path / "made.csv").read_text(), newline="")))[1:]
    assert [line[0] for line in seen] == HOSTILE


def test_rows_are_taken_as_the_file_goes_out():
    """Nobody holds the whole of it: the first piece leaves before the last row is made."""
    made: list[int] = []

    def rows() -> Iterator[dict[str, Value]]:
        for number in range(10 * LINES_IN_A_PIECE):
            made.append(number)
            yield {"n": number}

    pieces = exports.stream_csv([exports.Column("n", "Number", exports.Kind.NUMBER)], rows())
    assert made == []
    next(pieces)
    assert len(made) == LINES_IN_A_PIECE
    assert len(list(pieces)) >= 9


def test_it_reads_the_database_as_often_for_many_as_for_few(worked_on, at):
    user = worked_on.people["coordinator"]

    def queries() -> int:
        shown = board.build(worked_on.round_2, {}, user=user, at=at)
        with CaptureQueriesContext(connection) as caught:
            assert list(board_export.rows(shown))
            board_export.about(shown, user=user, at=at)
        return len(caught)

    few = queries()
    officer, other = worked_on.people["me_officer"], worked_on.people["msit_officer"]
    builders.report_in("accepted", worked_on.reports["MSIT-01"], officer=other, coordinator=user, at=at)
    builders.report_in("submitted", worked_on.reports["ME-06"], officer=officer, coordinator=user, at=at)
    assert queries() == few <= 5


def test_names_are_safe_and_say_the_round_and_the_day(worked_on):
    answer = visitor(worked_on.people["coordinator"], language="ko").get("/board/export.csv")
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename*=utf-8''%EC%A0%9C2")
    assert header.endswith("2021-03-16.csv")
    assert exports.file_name("../a\r\nb: “2”", ending="csv", day=date(2021, 3, 16)) == "ab: “2” 2021-03-16.csv"
    assert visitor(worked_on.people["coordinator"]).get("/board/export.pdf").status_code == 404
