"""A meeting's documents at their addresses: who gets which, drafts and final ones, and what they hold."""

import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings.documents import apart, hwpx_body, letter, making, outcome, pdf
from meetings.documents.blocks import Document, Paragraph
from meetings.documents.hwpx_styles import MARK
from meetings.documents.making import Wanted
from meetings.documents.tables import Tables
from meetings.models import DocumentKind, KeptDocument, Meeting, Supporting
from tasks import board
from tasks.models import MilestoneChange
from tasks.tiles import Since
from tests import builders
from tests.cast import TaskForce
from tests.meetings import book_scene
from tests.meetings.book_scene import NOT_THEIRS, UNSENT, again, content, held, keep, whole
from tests.pages import page, visitor
from tests.test_permissions import all_rows

pytestmark = pytest.mark.either

BOOK, TABLES, OUTCOME, LETTER = (
    DocumentKind.BOOK,
    DocumentKind.TABLES,
    DocumentKind.OUTCOME,
    DocumentKind.LETTER,
)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(task_force: TaskForce, at: datetime) -> Meeting:
    """The second meeting, with ME and MSIT invited, while its round is collected."""
    book_scene.write_round(task_force, at)
    return book_scene.meeting(2, task_force.round_2)


@pytest.fixture
def final(draft: Meeting, task_force: TaskForce, at: datetime) -> Meeting:
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    return again(draft)


# Who gets what


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [("coordinator", 200, 200), ("reader", 404, 200), ("me_officer", 404, 200), ("fsc_officer", 404, 404)],
)
def test_what_is_given_out_is_for_all_who_are_there_and_all_else_the_offices(draft, task_force, at, who, before, after):
    """FSC is not invited: for its people there is no such meeting."""
    book_scene.invite(draft, task_force.ministries["ME"])
    browser = visitor(task_force.people[who])
    addresses = ("/meetings/2/book.hwpx", "/meetings/2/tables.xlsx")
    assert [browser.get(address).status_code for address in addresses] == [before, before]
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    assert [browser.get(address).status_code for address in addresses] == [before, before], "final, but not kept"
    give_out(draft, task_force, at)
    assert [browser.get(f"{address}?language=ko").status_code for address in addresses] == [after, after]
    assert [browser.get(f"{address}?language=en").status_code for address in addresses] == [before, before]


def give_out(meeting: Meeting, scene: TaskForce, at: datetime, *kinds: DocumentKind, language: str = "ko") -> None:
    book_scene.given_out(
        meeting, by=scene.people["coordinator"], at=at, kinds=kinds or (BOOK, TABLES), language=language
    )


def test_what_is_final_and_not_kept_is_said_to_be_so(final, task_force, at):
    """Nobody outside the office gets bytes that no record knows of; the office is told what to do about it."""
    book_scene.invite(final, task_force.ministries["ME"])
    office, reader = (visitor(task_force.people[who]) for who in ("coordinator", "reader"))
    shown = office.get("/meetings/2/documents/?language=ko").content.decode()
    assert "2 final documents are not kept yet" in shown
    assert "Once a final document is kept, the ministries concerned can read it" in shown
    assert (
        "not kept yet"
        in page(office.get("/meetings/2/documents/")).one("table", class_="tb stack named documents").text
    )
    shown = reader.get("/meetings/2/documents/?language=ko").content.decode()
    assert "not given out yet" in shown
    assert "book.hwpx" not in shown
    for address in ("book.hwpx", "book.pdf", "tables.xlsx", "book/"):
        answer = reader.get(f"/meetings/2/{address}?language=ko")
        assert (answer.status_code, "Not given out yet" in answer.content.decode()) == (404, True), address
    assert visitor(task_force.people["me_officer"]).get("/meetings/2/book/?language=ko").status_code == 200
    give_out(final, task_force, at)
    shown = reader.get("/meetings/2/documents/?language=ko").content.decode()
    assert "not given out yet" not in shown
    assert "book.hwpx" in shown
    assert "book.pdf" not in shown, "kept as HWPX alone"
    assert content(reader.get("/meetings/2/book.hwpx?language=ko")) == content(
        office.get("/meetings/2/book.hwpx?language=ko")
    )
    assert reader.get("/meetings/2/book.pdf?language=ko").status_code == 404
    assert reader.get("/meetings/2/book/?language=ko").status_code == 200
    assert "not kept yet." not in office.get("/meetings/2/documents/?language=ko").content.decode()


@pytest.mark.parametrize(
    ("who", "before", "after"),
    [
        *[("coordinator", 200, 200), ("reader", 404, 404), ("me_officer", 404, 200)],
        *[("msit_officer", 404, 200), ("fsc_officer", 404, 404)],
    ],
)
def test_a_letter_is_for_the_office_whoever_carries_it_out_and_whoever_helps(draft, task_force, at, who, before, after):
    decided = held(draft, task_force, at)["action"]
    browser, address = visitor(task_force.people[who]), f"/decisions/{decided.pk}/letter.hwpx"
    assert browser.get(address).status_code == before
    book_scene.confirmed(draft, by=task_force.people["coordinator"], at=at)
    assert browser.get(address).status_code == before, "final, but not kept"
    give_out(draft, task_force, at, LETTER)
    assert browser.get(f"{address}?language=ko").status_code == after


def test_who_helps_may_read_the_letter_also_where_they_were_not_invited(draft, task_force, at):
    """FSC is named by the decision alone: what else the meeting decided is not for it."""
    decided, fsc = held(draft, task_force, at), task_force.ministries["FSC"]
    Supporting.objects.create(decision=decided["action"], ministry=fsc)
    book_scene.confirmed(draft, by=task_force.people["coordinator"], at=at)
    give_out(draft, task_force, at, LETTER)
    browser = visitor(task_force.people["fsc_officer"])
    statuses = {
        name: browser.get(f"/decisions/{row.pk}/letter.hwpx?language=ko").status_code for name, row in decided.items()
    }
    assert statuses == {"action": 200, "withdrawn": 404, "exhortation": 404}


@pytest.mark.parametrize(
    ("named", "reads"),
    [
        ((), {"me_officer", "msit_officer"}),
        (("MSIT",), {"msit_officer"}),
        (("FSC", "ME"), {"fsc_officer", "me_officer"}),
    ],
)
def test_an_exhortation_is_written_to_all_whom_it_speaks_to(draft, task_force, at, named, reads):
    """Naming nobody it speaks to all that were invited: ME and MSIT."""
    decided = held(draft, task_force, at)["exhortation"]
    for code in named:
        Supporting.objects.create(decision=decided, ministry=task_force.ministries[code])
    book_scene.confirmed(draft, by=task_force.people["coordinator"], at=at)
    give_out(draft, task_force, at, LETTER)
    address = f"/decisions/{decided.pk}/letter.hwpx?language=ko"
    may = {
        who
        for who in ("me_officer", "msit_officer", "fsc_officer", "reader")
        if visitor(task_force.people[who]).get(address).status_code == 200
    }
    assert may == reads
    kept = KeptDocument.objects.get(decision=decided)
    for who in ("me_officer", "msit_officer"):
        browser = visitor(task_force.people[who])
        assert (browser.get(f"/documents/{kept.token}/").status_code == 200) is (who in reads), who
        shown = browser.get("/meetings/2/documents/?language=ko").content.decode()
        assert (address.partition("?")[0] in shown) is (who in reads), who


def test_nobody_is_written_to_about_what_was_withdrawn_or_where_nobody_is_named(draft, task_force, at):
    decided, browser = held(draft, task_force, at), visitor(task_force.people["coordinator"])
    draft.attendances.all().delete()
    for name in ("withdrawn", "exhortation"):
        assert browser.get(f"/decisions/{decided[name].pk}/letter.hwpx").status_code == 404
    assert browser.get(f"/decisions/{2**64}/letter.hwpx").status_code == 404
    assert browser.get(f"/decisions/{decided['action'].pk}/letter.docx").status_code == 404
    assert browser.get("/meetings/2/book.docx").status_code == 404
    assert browser.get("/meetings/77/book.hwpx").status_code == 404


def test_a_file_is_saved_under_a_korean_name_and_never_shown_by_the_browser(final, task_force):
    answer = visitor(task_force.people["coordinator"], language="ko").get("/meetings/2/book.hwpx?language=ko")
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment")
    assert "제2차" in unquote(header)
    assert answer.headers["Content-Type"] == "application/hwp+zip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_language_is_the_one_asked_for_else_the_readers(final, task_force, at):
    for language in ("ko", "en"):
        give_out(final, task_force, at, BOOK, language=language)
    browser = visitor(task_force.people["reader"], language="en")
    names = [
        unquote(browser.get(f"/meetings/2/book.hwpx{query}").headers["Content-Disposition"])
        for query in ("", "?language=en", "?language=ko", "?language=xx")
    ]
    assert ["Meeting 2" in name for name in names] == [True, True, False, True]


def test_a_get_of_any_document_changes_no_row(final, task_force, at):
    decided = held(final, task_force, at)["action"]
    browser, before = visitor(task_force.people["coordinator"]), all_rows()
    for address in (
        *("/meetings/2/book.hwpx", "/meetings/2/book.pdf", "/meetings/2/tables.xlsx", "/meetings/2/outcome.hwpx"),
        *(f"/decisions/{decided.pk}/letter.hwpx", "/meetings/2/documents/", "/meetings/2/book/"),
    ):
        assert browser.get(address).status_code == 200, address
    assert all_rows() == before


# Without pango


def test_without_pango_there_is_no_pdf_and_the_office_is_told_why(final, task_force, monkeypatch):
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    monkeypatch.setattr(pdf, "why_not", lambda: "libpango-1.0-0 is missing")
    office = visitor(task_force.people["coordinator"])
    shown = office.get("/meetings/2/documents/").content.decode()
    assert "libpango-1.0-0 is missing" in shown
    assert ".pdf" not in shown
    assert "book.hwpx" in shown
    refused = office.get("/meetings/2/book.pdf")
    assert (refused.status_code, "libpango-1.0-0 is missing" in refused.content.decode()) == (404, True)
    assert office.get("/meetings/2/book.hwpx").status_code == 200
    reader = visitor(task_force.people["reader"])
    assert "libpango" not in reader.get("/meetings/2/documents/").content.decode()
    refused = reader.get("/meetings/2/book.pdf")
    assert (refused.status_code, "libpango" in refused.content.decode()) == (404, False)


# Own pages


def test_a_ministry_reads_its_own_pages_before_they_go_out_and_no_other(draft, task_force, at):
    """Hostile: with the other's code, with no code, in either language."""
    book_scene.invite(draft, task_force.ministries["ME"], task_force.ministries["MSIT"])
    hostile = "남의 부처 글"
    other, officer = task_force.reports["MSIT-01"], task_force.people["msit_officer"]
    builders.write(other, by=officer, at=at, **builders.troubled(results=hostile, plans=hostile))
    builders.submit(other, by=officer, at=at)
    browser = visitor(task_force.people["me_officer"])
    assert browser.get("/meetings/2/book/?ministry=MSIT").status_code == 404
    for query in ("", "?ministry=ME", "?language=ko", "?ministry=&language=ko"):
        html = browser.get(f"/meetings/2/book/{query}").content.decode()
        assert "ME-03" in html
        for word in (hostile, "MSIT-01", "FSC-01", UNSENT, NOT_THEIRS):
            assert word not in html, (query, word)
    assert hostile in visitor(officer).get("/meetings/2/book/").content.decode()
    assert visitor(task_force.people["reader"]).get("/meetings/2/book/").status_code == 404


def test_the_final_book_is_read_a_chapter_at_a_time(final, task_force, at):
    give_out(final, task_force, at, BOOK, language="en")
    browser = visitor(task_force.people["reader"])
    front = page(browser.get("/meetings/2/book/"))
    assert [row["value"] for row in front.one("select", id="part").all("option")] == ["", "ME", "MSIT", "FSC"]
    assert "이행계획 초안" not in front.text
    assert "이행계획 초안" in page(browser.get("/meetings/2/book/?ministry=ME")).text


# The tables


def workbook(answer: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content(answer)))


def test_the_workbook_holds_every_list_with_real_dates(final, task_force, at):
    book_scene.first_meeting(task_force)
    book_scene.correct(task_force, at)
    give_out(final, task_force, at, TABLES, language="en")
    made = workbook(visitor(task_force.people["reader"]).get("/meetings/2/tables.xlsx"))
    assert made.sheetnames == [
        "Lights by ministry",
        "Tasks",
        "Milestones",
        "Slippage",
        "Requests",
        "Follow-up of decisions",
        "Table of corrections",
        "About",
    ]
    for name in made.sheetnames[:-1]:
        assert made[name].freeze_panes == "B2"
        assert made[name]["A1"].font.bold
    tasks = {row[0].value: row for row in made["Tasks"].iter_rows(min_row=2)}
    assert len(tasks) == len(task_force.reports)
    assert made["Milestones"]["E2"].value.date() == date(2021, 6, 30)
    assert [cell.value for cell in made["Slippage"]["B"][1:]] == ["ME-01"]
    asked = [[cell.value for cell in row] for row in made["Requests"].iter_rows(min_row=2)]
    assert [(row[0], row[3], row[6], row[7]) for row in asked] == [
        ("ME-06", "Industry", "Not answered", None),
        ("ME-06", "Science and ICT", "Answered", "ㅇ 4월 중 협의하겠음"),
    ]
    assert [cell.value for cell in made["Follow-up of decisions"]["A"][1:]] == ["1-01", "1-02"]
    assert made["Follow-up of decisions"]["F2"].value.date() == date(2021, 3, 1)
    assert made["Table of corrections"]["F2"].value == "ㅇ 바로잡은 실적"
    every = {str(cell.value) for sheet in made for row in sheet.iter_rows() for cell in row}
    assert not any(word in text for word in (UNSENT, NOT_THEIRS) for text in every)


@pytest.mark.parametrize(
    ("kind", "language"), [(kind, one) for kind in (BOOK, OUTCOME, DocumentKind.PRESS_RELEASE) for one in ("ko", "en")]
)
def test_the_running_head_of_a_draft_keeps_to_one_line(draft, task_force, at, kind, language):
    """Beside the draft's mark: in its share of the sheet, with what its cell leaves free."""
    told = {"name_en": "Seventh pan-ministerial T/F meeting", "name_ko": "제7차 범부처 T/F 회의", "starts_at": time(14)}
    Meeting.objects.filter(pk=draft.pk).update(**told, date=date(2021, 11, 24), date_note_ko="", date_note_en="")

    def head() -> str:
        made = making.compose(Wanted(kind, again(draft), language), user=task_force.people["coordinator"], at=at)
        assert isinstance(made, Document)
        return made.header

    assert head().endswith({"ko": "2021. 11. 24.(수)", "en": "· Wed 24 Nov"}[language])
    assert hwpx_body._measure(head(), MARK.char.size) < 0.49 * hwpx_body.TEXT_WIDTH
    Meeting.objects.filter(pk=draft.pk).update(date_note_ko="추정", date_note_en="assumed")
    assert head() == told[f"name_{language}"], "a day that is none without its note"


def test_the_workbook_is_the_same_whoever_makes_it(final, task_force, at):
    """The office's reasons are not in it, even where the office makes it: it goes to all."""
    made = [
        making.compose(Wanted(TABLES, final, "en"), user=task_force.people[who], at=at)
        for who in ("coordinator", "reader", "me_officer", "msit_officer")
    ]
    assert len({making.digest(one) for one in made}) == 1
    assert NOT_THEIRS not in repr(made[0])


def test_the_moved_dates_of_the_workbook_are_those_that_the_board_counts(draft, task_force, at):
    """A move that the office has not accepted is listed as such."""
    report, officer = task_force.reports["ME-02"], task_force.people["me_officer"]
    builders.write(report, by=officer, at=at, milestones=builders.moved(report.task.milestones.get()))
    builders.submit(report, by=officer, at=at)
    office = task_force.people["coordinator"]
    made = making.compose(Wanted(TABLES, again(draft), "en"), user=office, at=at)
    assert isinstance(made, Tables)
    sheet = next(one for one in made.sheets if one.title == "Slippage")
    asked = next(row for row in sheet.rows if row["code"] == "ME-02")
    move = report.task.milestones.get()
    moved = MilestoneChange.objects.get(revision__report=report, milestone=move)
    assert (asked["baseline"], asked["current"]) == (move.baseline_on, move.baseline_on), "the old one is in force"
    assert (asked["reason"], asked["causes"]) == (moved.reason, "Budget")
    assert asked["history"] == f"2: {moved.old_on} → {moved.new_on} Budget: {moved.reason}"
    assert [(row["code"], row["accepted"], row["round"]) for row in sheet.rows] == [
        ("ME-01", "accepted", 2),
        ("ME-02", "not accepted", 2),
    ]
    shown = board.as_sealed(task_force.round_2, user=office, at=at)
    assert {tile.code for tile in shown.tiles if Since.MOVED in tile.since} == {"ME-01", "ME-02"}


def test_each_sheet_of_a_draft_says_so(draft, task_force):
    made = workbook(visitor(task_force.people["coordinator"]).get("/meetings/2/tables.xlsx"))
    for name in made.sheetnames[:-1]:
        assert str(made[name]["A1"].value).startswith("Draft before the freeze")
        assert made[name].freeze_panes == "B3"
        assert made[name].auto_filter.ref.startswith("A2:")
    tasks = {row[0].value for row in made["Tasks"].iter_rows(min_row=3)}
    assert tasks == set(task_force.reports)
    assert not any(UNSENT in str(cell.value) for sheet in made for row in sheet.iter_rows() for cell in row)


def test_there_are_no_tables_without_a_round(task_force):
    book_scene.meeting(9, None)
    assert visitor(task_force.people["coordinator"]).get("/meetings/9/tables.xlsx").status_code == 404


# The outcome and the letter


def test_the_outcome_tells_items_figures_decisions_remarks_and_who_was_there(draft, task_force, at):
    held(draft, task_force, at)
    shown = outcome.compose(again(draft), language="en", at=at)
    text = whole(shown)
    assert shown.draft == "Draft"
    assert "1 of 2 ministries, 0 in the member’s place" in text
    assert "ㅇ 보고받음" in text
    assert "전문가 82명 (Tue 2 Mar 2021)" in text
    assert "2-01 | Action | 부지를 확정할 것 | Environment | Science and ICT | Wed 31 Mar 2021 | -" in text
    assert "2-03 | Exhortation | 서로 협력할 것 | - | all ministries | - | -" in text
    assert "거두어들인 일" not in text
    assert "차질 없이 이행하기 바람" in text
    assert "Ministry of Science and ICT | 차관 | Absent" in text
    confirmed = book_scene.confirmed(draft, by=task_force.people["coordinator"], at=at)
    shown = outcome.compose(again(confirmed), language="en", at=at)
    assert shown.draft == ""
    assert "c0ffeec0" in whole(shown)


def test_the_outcomes_texts_have_their_mark_and_the_unmarked_are_counted(draft, task_force, at):
    """A line without a mark stands at the level of the rest."""
    held(draft, task_force, at)
    draft.items.update(outcome_ko="표지 없는 줄\n- 아래 줄")
    book_scene.invite(draft, task_force.ministries["FSC"])
    draft.attendances.filter(ministry=task_force.ministries["FSC"]).update(is_present=None)
    shown = outcome.compose(again(draft), language="ko", at=at)
    assert {("ㅇ", "표지 없는 줄"), ("-", "아래 줄")} <= {
        (row.level.value, book_scene.words(row.content)) for row in shown.blocks if isinstance(row, Paragraph)
    }
    assert "not marked for 1 ministry" in whole(outcome.compose(again(draft), language="en", at=at))


def test_the_letter_has_the_parts_of_an_official_one(draft, task_force, at):
    decided = held(draft, task_force, at)["action"]
    decided.meeting = book_scene.confirmed(draft, by=task_force.people["coordinator"], at=at)
    shown = letter.compose(decided, language="en", at=at)
    lines = [line for line in whole(shown).splitlines() if line.strip()]
    order = [
        "To  Ministry of Environment",
        "Copy to  Ministry of Science and ICT",
        "(Via)",
        "Subject  ",
        "1. ",
        "2. ",
        "a. Number: 2-01",
        "b. Decision",
        "3. Root",
    ]
    places = [next(n for n, line in enumerate(lines) if line.strip().startswith(part.strip())) for part in order]
    assert places == sorted(places)
    assert "부지를 확정할 것" in whole(shown)
    assert lines[-2].endswith("  End."), "the mark follows the last letter, two blanks before it"
    assert shown.draft == ""
    assert "The supporting ministries are asked to help." in whole(shown)
    assert "Addressees" not in whole(shown)


def test_the_letter_on_an_exhortation_names_all_addressees_at_its_end(draft, task_force, at):
    decided = held(draft, task_force, at)["exhortation"]
    lines = [line for line in whole(letter.compose(decided, language="en", at=at)).splitlines() if line.strip()]
    assert "To  see the addressees below" in lines
    assert lines[-1] == "Addressees  Ministry of Environment, Ministry of Science and ICT"
    assert any("Speaks to: all ministries" in line for line in lines)
    assert not any(line.startswith("Copy to") for line in lines)
    Supporting.objects.create(decision=decided, ministry=task_force.ministries["MSIT"])
    decided.refresh_from_db()
    alone = whole(letter.compose(decided, language="en", at=at))
    assert "To  Ministry of Science and ICT" in alone
    assert "Addressees" not in alone


def test_the_page_of_documents_reads_as_often_for_many_as_for_few(final, task_force, at):
    browser = visitor(task_force.people["coordinator"])

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert browser.get("/meetings/2/documents/").status_code == 200
        return len(caught)

    held(final, task_force, at)
    keep(Wanted(BOOK, final, "ko"), "hwpx", task_force, at)
    few = queries()
    for no in range(4, 9):
        one = book_scene.decision(final, no, task_force.ministries["ME"], by=task_force.people["coordinator"], at=at)
        Supporting.objects.create(decision=one, ministry=task_force.ministries["MSIT"])
    keep(Wanted(BOOK, final, "en"), "hwpx", task_force, at)
    assert queries() == few


def test_every_page_of_documents_says_what_is_a_draft(draft, task_force):
    book_scene.invite(draft, task_force.ministries["ME"])
    office = page(visitor(task_force.people["coordinator"]).get("/meetings/2/documents/"))
    assert "Draft" in office.one("table", class_="tb stack named documents").text
    assert not office.all("form", action="/meetings/2/documents/keep/")
    own = page(visitor(task_force.people["me_officer"]).get("/meetings/2/documents/"))
    assert "No document is final yet" in own.text
    assert own.all("a", href="/meetings/2/book/?language=en")


def test_a_large_document_is_written_apart_and_is_the_same(draft, task_force, at):
    """Byte for byte what this process would have written."""
    made = making.compose(Wanted(DocumentKind.BOOK, draft, "ko"), user=task_force.people["coordinator"], at=at)
    assert isinstance(made, Document)
    assert apart.write(made, "hwpx") == making.write(made, "hwpx")


def test_a_book_of_many_tasks_is_written_apart(draft, task_force, settings, monkeypatch):
    settings.PDF_TASKS_AT_ONCE = 3
    written: list[str] = []

    def write(made: Document, ending: str) -> bytes:
        written.append(ending)
        return b"apart"

    monkeypatch.setattr(apart, "write", write)
    answer = visitor(task_force.people["coordinator"]).get("/meetings/2/book.hwpx")
    assert (b"".join(answer), written) == (b"apart", ["hwpx"])


def test_where_it_could_not_be_written_the_page_says_so(draft, task_force, settings, monkeypatch):
    settings.PDF_TASKS_AT_ONCE = 3
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    answer = visitor(task_force.people["coordinator"]).get("/meetings/2/book.hwpx")
    assert answer.status_code == 503
    assert "could not be written" in page(answer).text


def test_what_could_not_be_written_is_not_kept(final, task_force, settings, monkeypatch):
    settings.PDF_TASKS_AT_ONCE = 3
    monkeypatch.setattr(apart, "PATIENCE", 0.01)
    form = {"kind": DocumentKind.BOOK, "language": "ko", "key": str(uuid4())}
    answer = visitor(task_force.people["coordinator"]).post("/meetings/2/documents/keep/", form)
    assert answer.status_code == 503
    assert not KeptDocument.objects.exists()


@pytest.mark.skipif(not pdf.is_available(), reason="pango is not on this machine")
def test_a_pdf_is_written_apart(draft, task_force, settings):
    """The worker that answers never loads WeasyPrint: it alone takes a third of what a worker may hold."""
    script = (
        "import sys; from meetings.documents import pdf; assert pdf.is_available(); print('weasyprint' in sys.modules)"
    )
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", script]
    assert subprocess.check_output(command, text=True, cwd=settings.BASE_DIR).strip() == "False"
    answer = visitor(task_force.people["coordinator"]).get("/meetings/2/book.pdf")
    assert b"".join(answer)[:5] == b"%PDF-"
