"""The working group's workbook: written, filled in, dry run row by row, taken over in one event; and what is refused."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from records.models import Event
from scenarios import workflow
from scenarios.models import DivisionMeeting, Expert, ExpertPerson
from scenarios.workflow import Who
from tests import sheets
from tests.pages import fields, form, page, visitor
from tests.scenarios import group_scene as scene
from tests.scenarios.group_scene import HONG, deed, expert, findings, meeting

pytestmark = [pytest.mark.django_db, pytest.mark.either]
UPLOAD, CONFIRM = "/working-group/import/", "/working-group/import/confirm/"
NEW = {"A": "Industry", "B": "임꺽정", "C": "새 연구원", "F": "ME", "G": date(2021, 2, 1)}
MET = {"A": "Industry", "C": date(2021, 3, 9), "D": "전망 전제", "F": "임꺽정, 홍길동", "G": 2.0, "H": "결과"}


@pytest.fixture
def office(task_force, domain_time):
    scene.group()
    return task_force.people["coordinator"]


@pytest.fixture
def desk(office):
    return visitor(office)


def downloaded(desk: Client) -> bytes:
    answer = desk.get("/working-group/import/workbook.xlsx")
    assert answer.status_code == 200
    return answer.content


def put(book: bytes, row: int, cells: dict[str, Any], number: int = 0) -> bytes:
    return sheets.put(book, {f"{letter}{row}": value for letter, value in cells.items()}, number=number)


def upload(desk: Client, book: bytes) -> Any:
    return desk.post(UPLOAD, {"file": SimpleUploadedFile("명부.xlsx", book)})


def confirm(desk: Client, answer: Any, **more: str) -> Any:
    found = page(answer)
    return desk.post(CONFIRM, fields(found, form(found, CONFIRM)) | {name: [value] for name, value in more.items()})


def cells_to_mend(answer: Any) -> dict[str, str]:
    table = next(row for row in page(answer).all("table") if row.one("caption").text == "Cells to mend")
    return {row.one("th").text: row.one("td").text for row in table.one("tbody").all("tr")}


def test_a_round_trip_changes_nothing(office, desk):
    meeting(office, expert(office), expert(office, Who("임꺽정")))
    book = downloaded(desk)
    answer = upload(desk, book)
    assert answer.status_code == 200
    text = page(answer).text
    assert "3 rows of the workbook change nothing." in text
    assert "There is nothing to take over from this workbook." in text
    assert not page(answer).one("form", action=CONFIRM).all("button")


def test_the_workbook_lists_divisions_and_ministries(office, desk):
    expert(office)
    book = openpyxl.load_workbook(io.BytesIO(downloaded(desk)))
    assert book.sheetnames == ["Experts", "Division meetings", "Lists", "How to fill it in", "tfportal"]
    assert [row[0].value for row in book["Lists"].iter_rows(max_row=3)] == ["Division", "Industry", "Transport"]
    assert "TWG-TRA" in [row[1].value for row in book["Lists"].iter_rows()]
    listed = {one.formula1 for one in book["Experts"].data_validations.dataValidation}
    assert "'Lists'!$A$2:$A$3" in listed
    assert book["tfportal"].sheet_state == "veryHidden"
    assert book["Experts"]["B2"].value == HONG.name
    assert not book["Experts"]["B3"].protection.locked


def test_new_and_changed_rows_come_in_one_event(office, desk):
    made = expert(office)
    book = put(downloaded(desk), 2, {"C": "옮긴 연구원"})
    book = put(put(book, 3, NEW), 2, MET, number=1)
    before = Event.objects.count()
    answer = upload(desk, book)
    assert answer.status_code == 200
    assert Event.objects.count() == before
    assert Expert.objects.count() == 1
    assert not DivisionMeeting.objects.exists()
    text = page(answer).text
    assert "New 2" in text
    assert "Changed 1" in text
    done = confirm(desk, answer)
    assert done.status_code == 302
    (event,) = Event.objects.all()[before:]
    assert (event.verb, event.data["experts"], event.data["meetings"]) == (
        "import_working_group",
        {"new": 1, "changed": 1},
        {"new": 1, "changed": 0},
    )
    assert "임꺽정" not in str(event.data)
    assert ExpertPerson.objects.get(expert=made).affiliation == "옮긴 연구원"
    met = DivisionMeeting.objects.get()
    assert (met.held_on, met.topic_ko, met.others, met.outcome, met.seats.count()) == (
        date(2021, 3, 9),
        "전망 전제",
        2,
        "결과",
        2,
    )
    assert findings() == []
    again = upload(desk, book)  # the very same file: nothing comes twice
    assert "3 rows of the workbook change nothing." in page(again).text


def test_a_second_click_takes_over_once(desk):
    answer = upload(desk, put(downloaded(desk), 2, NEW))
    found = page(answer)
    sent = fields(found, form(found, CONFIRM))
    assert [desk.post(CONFIRM, sent).status_code for _click in range(2)] == [302, 302]
    assert Expert.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "place", "words"),
    [
        ({**NEW, "A": "Nowhere"}, "Experts A2", "is no division"),
        ({**NEW, "F": "Nobody"}, "Experts F2", "No ministry is called"),
        ({**NEW, "G": "soon"}, "Experts G2", "no date"),
        ({**NEW, "G": None}, "Experts G2", "Give a date."),
        ({**NEW, "H": date(2021, 1, 1)}, "Experts H2", "lies before"),
        ({**NEW, "B": "=A1"}, "Experts B2", "formula"),
        ({**NEW, "B": "#REF!"}, "Experts B2", "error"),
        ({**NEW, "B": None}, "Experts B2", "Give the name."),
        ({**NEW, "E": "no address"}, "Experts E2", "email address"),
        ({**NEW, "C": "가" * 151}, "Experts C2", "at most 150"),
        ({**NEW, "I": 99.0}, "Experts A2", "copied"),
    ],
)
def test_a_fault_is_told_at_its_cell_and_nothing_is_taken(desk, cells, place, words):
    book = put(put(downloaded(desk), 2, cells), 3, {**NEW, "B": "장길산"})
    answer = upload(desk, book)
    assert answer.status_code == 422
    assert list(cells_to_mend(answer)) == [place]
    assert words in cells_to_mend(answer)[place]
    assert "장길산" in page(answer).text, "the sound rows are shown all the same"
    assert not page(answer).one("form", action=CONFIRM).all("button")
    assert confirm(desk, answer).status_code == 422
    assert not Expert.objects.exists()


@pytest.mark.parametrize(
    ("cells", "place", "words"),
    [
        ({**MET, "F": "아무개"}, "Division meetings F2", "was not in the division"),
        ({**MET, "C": date(2021, 3, 17)}, "Division meetings C2", "lies ahead"),
        ({**MET, "F": "임꺽정", "B": 1.5}, "Division meetings B2", "whole number"),
        ({**MET, "F": "같은이"}, "Division meetings F2", "Several"),
    ],
)
def test_a_fault_of_a_meeting(office, desk, cells, place, words):
    expert(office)
    for _namesake in range(2):
        expert(office, Who("같은이"))
    book = put(put(downloaded(desk), 5, NEW), 2, cells, number=1)
    answer = upload(desk, book)
    assert answer.status_code == 422
    assert words in cells_to_mend(answer)[place]


def test_a_row_that_stands_twice_is_told(desk):
    answer = upload(desk, put(put(downloaded(desk), 2, NEW), 3, NEW))
    assert answer.status_code == 422
    assert list(cells_to_mend(answer)) == ["Experts A3"]


@pytest.mark.parametrize("wrong", [{"F": "Nobody"}, {"G": None}])
def test_whose_own_row_is_wrong_is_told_once(desk, wrong):
    book = put(put(downloaded(desk), 2, NEW | wrong), 2, {**MET, "F": "임꺽정"}, number=1)
    answer = upload(desk, book)
    assert answer.status_code == 422
    assert len(cells_to_mend(answer)) == 1


def test_namesakes_are_told_apart_by_their_seats(office, desk):
    twins = [expert(office, Who("같은이")) for _namesake in range(2)]
    meeting(office, twins[1])
    book = downloaded(desk)
    assert openpyxl.load_workbook(io.BytesIO(book))["Division meetings"]["F2"].value == f"같은이 #{twins[1].pk}"
    answer = upload(desk, put(book, 2, {"F": f"같은이 #{twins[0].pk}"}, number=1))
    assert confirm(desk, answer).status_code == 302
    assert list(DivisionMeeting.objects.get().seats.values_list("expert", flat=True)) == [twins[0].pk]


def test_changed_on_both_sides_a_person_chooses(office, desk):
    made = expert(office)
    book = put(downloaded(desk), 2, {"C": "엑셀의 연구원"})
    theirs = Who(HONG.name, "포털의 연구원", HONG.position, HONG.email)
    workflow.change_expert(made.pk, theirs, scene.serving(), **deed(office), version=0)
    answer = upload(desk, book)
    assert "Changed on both sides 1" in page(answer).text
    name = f"take-experts-{made.pk}"
    assert confirm(desk, answer).status_code == 422
    assert confirm(desk, answer, **{name: "mine"}).status_code == 302
    assert ExpertPerson.objects.get().affiliation == "엑셀의 연구원"


def test_what_moved_since_the_page_was_shown_is_a_conflict(office, desk):
    made = expert(office)
    answer = upload(desk, put(downloaded(desk), 2, {"C": "엑셀의 연구원"}))
    theirs = Who(HONG.name, "포털의 연구원", HONG.position, HONG.email)
    workflow.change_expert(made.pk, theirs, scene.serving(), **deed(office), version=0)
    shown = confirm(desk, answer)
    assert shown.status_code == 409
    assert "Changed on both sides" in page(shown).text
    assert ExpertPerson.objects.get().affiliation == "포털의 연구원"


def test_forgotten_people_do_not_come_back(office, desk):
    made = expert(office)
    book = put(downloaded(desk), 2, {"D": "소장"})
    workflow.forget_expert(made.pk, **deed(office), version=0)
    answer = upload(desk, book)
    assert answer.status_code == 422
    assert "were removed" in str(cells_to_mend(answer))
    assert not ExpertPerson.objects.exists()


def test_somebody_elses_page_is_not_taken(office, task_force, desk):
    answer = upload(desk, put(downloaded(desk), 2, NEW))
    other = visitor(task_force.people["coordinator_2"])
    assert confirm(other, answer).status_code == 422
    found = page(answer)
    sent = fields(found, form(found, CONFIRM))
    assert desk.post(CONFIRM, sent | {"rows": [sent["rows"][0][:-2] + "xx"]}).status_code == 422
    assert desk.post(CONFIRM, {}).status_code == 422
    assert not Expert.objects.exists()


def test_bombs_liars_and_strangers_are_refused(office, desk):
    book = downloaded(desk)
    bomb = sheets.with_member(book, "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 60_000_000 + b"</worksheet>")
    renamed = sheets.changed(book, lambda opened: setattr(opened.worksheets[0], "title", "else"))
    moved = put(book, 1, {"B": "Vorname"})
    foreign = io.BytesIO()
    openpyxl.Workbook().save(foreign)
    for bad in (
        b"",
        b"hello",
        b"PK\3\4rest",
        b"\xd0\xcf\x11\xe0" + b"x" * 99,
        bomb,
        renamed,
        moved,
        foreign.getvalue(),
    ):
        answer = upload(desk, bad)
        assert answer.status_code == 422
        assert "The workbook was not taken." in page(answer).text
    assert desk.post(UPLOAD, {}).status_code == 422


def test_a_ministrys_workbook_is_none_of_the_group(task_force, desk):
    answer = upload(desk, sheets.of(task_force.reports["ME-01"]))
    assert answer.status_code == 422
    assert "not downloaded here" in page(answer).text


def test_a_workbook_in_korean_is_read_in_english(office, desk):
    korean = visitor(office, language="ko")
    book = put(downloaded(korean), 2, {**NEW, "A": "산업 분과", "F": "환경부"})
    assert confirm(desk, upload(desk, book)).status_code == 302
    assert Expert.objects.get().ministry.code == "ME"
    assert upload(korean, downloaded(desk)).status_code == 200
