"""Documents as HWPX, read back without the library that wrote them, and judged by its own validators as well."""

import zipfile
from dataclasses import replace
from io import BytesIO
from time import monotonic
from typing import Any

import pytest
from hwpx.tools.package_validator import validate_editor_open_safety, validate_package
from hwpx.tools.validator import validate_document
from hypothesis import example, given, settings
from hypothesis import strategies as st

from meetings.documents.blocks import Block, Boxed, Cell, Heading, Level, PageBreak, Paragraph, Span, Table, Title
from meetings.documents.common import COLOURS, clean
from meetings.documents.hwpx import write_hwpx
from tasks.models import Light
from tests.documents_hwpx import Reading, read
from tests.meetings.documents_scene import LONG, book, document, table

pytestmark = pytest.mark.either

MM = 7200 / 25.4


def reading(*blocks: Block, **changes: Any) -> Reading:
    return read(write_hwpx(document(**({"blocks": blocks} if blocks else {}), **changes)))


def test_all_text_in_its_order():
    lines = reading().lines
    assert lines[:12] == [
        "",  # the paragraph that holds the section's properties
        "제2차 범부처 T/F 회의 결과(안)",
        "2021. 3. 23.(화) 14:00",
        "회의 종료 후 공개",
        "ㅇ 배포: 관계부처",
        "1. 회의 개요",
        "□ 일시·장소",
        f"ㅇ {LONG}",
        "- 첫 줄\n둘째 줄",
        "* 참고할 것",
        "1-1. 참석",
        "ㅇ 2회3회 개최",
    ]
    assert lines[12:20] == ["끝.", "표 1. 과제별 이행 현황", "과제", "부처", "신호등", "기한", "지난 점검", "이번 점검"]
    assert lines[-3:] == ["3. 31. 4. 15.", "2. 지시·결정", LONG]


def test_levels_stand_further_in_and_hang():
    levels = [Level.TOPIC, Level.ITEM, Level.DETAIL, Level.NOTE]
    found = reading(*[Paragraph(LONG, level) for level in levels]).paragraphs[1:]
    assert [one.style for one in found] == ["□ 항목", "ㅇ 항목", "- 항목", "* 주석"]
    assert [one.left for one in found] == sorted({one.left for one in found})
    assert all(one.hang >= 1000 for one in found)
    texts = [one.left + one.hang for one in found]  # where the text begins, behind the mark
    assert texts == sorted(set(texts))


def test_headings_make_the_outline_and_bring_their_own_numbers():
    whole = reading()
    assert whole.numbering == [""] * 10
    found = [(one.text, one.outline, one.style) for one in whole.paragraphs if one.outline]
    assert found == [("1. 회의 개요", 1, "장 제목"), ("1-1. 참석", 2, "절 제목"), ("2. 지시·결정", 1, "장 제목")]


def test_how_pieces_look():
    spans = [
        Span("옛", is_struck=True),
        Span("새", is_bold=True),
        Span("그대로"),
        Span("관심필요", light=Light.ATTENTION),
    ]
    runs = reading(Paragraph(spans)).paragraphs[1].runs
    assert [(run.text, run.is_bold, run.is_struck, run.colour) for run in runs] == [
        ("옛", False, True, "#000000"),
        ("새", True, False, "#000000"),
        ("그대로", False, False, "#000000"),
        ("▲", False, False, COLOURS["at"]),
        (" 관심필요", False, False, "#000000"),
    ]


def test_a_light_without_words_gets_its_name():
    runs = reading(Paragraph([Span("", light=Light.COMPLETED)])).paragraphs[1].runs
    assert [run.text for run in runs] == ["✓", f" {Light.COMPLETED.label}"]


def test_lights_can_be_told_from_paper():
    """AA: four and a half to one, also on the shaded heads of a table."""

    def brightness(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for paper in ("#FFFFFF", "#E7EDF5"):
        for colour in COLOURS.values():
            assert (brightness(paper) + 0.05) / (brightness(colour) + 0.05) >= 4.5, (colour, paper)


def test_cells_merged_in_both_directions():
    found = reading(table()).tables[0]
    assert (found.rows, found.columns, found.caption) == (5, 5, "표 1. 과제별 이행 현황")
    spans = {cell.text: (cell.row, cell.column, cell.rows, cell.columns) for cell in found.cells}
    assert spans["과제"] == (0, 0, 2, 1)
    assert spans["신호등"] == (0, 2, 1, 2)
    assert spans["이번 점검"] == (1, 3, 1, 1)
    assert spans["ME-03"] == (2, 0, 2, 1)
    assert spans["■ 보완필요"] == (3, 2, 1, 2)
    assert spans["FSC-01"] == (4, 0, 1, 1)


def test_heads_are_repeated_and_shaded_and_all_cells_have_borders():
    found = reading(table()).tables[0]
    assert found.repeats_head
    assert found.goes_over_pages
    assert {cell.row for cell in found.cells if cell.is_head} == {0, 1}
    assert all(cell.fill == "#E7EDF5" for cell in found.cells if cell.is_head)
    assert all(set(cell.borders.values()) == {"SOLID"} for cell in found.cells)
    assert found.at(2, 0).paragraphs[0].runs[0].is_bold
    assert found.at(2, 4).paragraphs[0].align == "CENTER"
    assert found.at(4, 4).paragraphs[0].align == "RIGHT"


def test_widths_are_shares_of_the_text_and_rows_are_as_high_as_their_text():
    found = reading(Table("", [[Cell("가"), Cell("나")]], [[Cell("다"), Cell(LONG * 3)]], [1, 3])).tables[0]
    assert found.width == pytest.approx(170 * MM, abs=1)
    assert found.at(0, 1).width == pytest.approx(found.width * 3 / 4, abs=1)
    assert found.at(0, 0).height == 2000  # one without a height Hangul draws as a line
    assert found.at(1, 0).height > 4 * 1300


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ([[Cell("가")]], [["가", "", ""]]),  # too short
        ([[Cell("가", columns=9)]], [["가"]]),  # too wide
        ([[Cell("가"), Cell("나"), Cell("다"), Cell("라")]], [["가", "나", "다", "라"]]),  # too many
        ([[Cell("가", rows=7), Cell("나", columns=2)], [Cell("다")]], [["가", "나"], ["다", ""]]),  # too high
        ([[Cell("가"), Cell("나", rows=2)], [Cell("다", columns=3)]], [["가", "나", ""], ["다", ""]]),  # into another
        ([[Cell("가", columns=3, rows=2)], [], [Cell("나")]], [["가"], ["나", "", ""]]),  # a row all under another
        ([[Cell("가", columns=3, rows=2)], [Cell("나")]], [["가", ""], ["나"]]),  # a text with no place
    ],
)
def test_a_table_never_has_a_hole(body: list[list[Cell]], wanted: list[list[str]]):
    found = reading(Table("", [], body, [1, 1, 1])).tables[0]
    assert [[cell.text for cell in found.cells if cell.row == row] for row in range(found.rows)] == wanted


def test_a_head_cell_ends_with_the_head():
    found = reading(Table("", [[Cell("가", rows=3), Cell("나")]], [[Cell("다"), Cell("라")]], [1, 1])).tables[0]
    assert [(cell.text, cell.row, cell.rows) for cell in found.cells if cell.column == 0] == [
        ("가", 0, 1),
        ("다", 1, 1),
    ]


def test_frames():
    title, box = reading(Title("제목"), Boxed([Paragraph("하나"), Paragraph("둘", Level.ITEM)])).tables
    assert (title.at(0, 0).text, title.at(0, 0).paragraphs[0].runs[0].size) == ("제목", 2000)
    assert title.at(0, 0).paragraphs[0].align == "CENTER"
    assert set(box.at(0, 0).borders.values()) == {"SOLID"}
    assert box.at(0, 0).text == "하나\nㅇ 둘"


def test_page_breaks():
    found = reading(
        PageBreak(), Heading("가"), PageBreak(), PageBreak(), Heading("나"), PageBreak(), table(), PageBreak()
    )
    assert [one.begins_page for one in found.paragraphs] == [False, False, True, True]


def test_the_sheet_and_its_number():
    found = reading()
    assert found.sheet == {"width": 59528, "height": 84186}  # A4
    assert found.page_number == {"pos": "BOTTOM_CENTER", "formatType": "DIGIT", "sideChar": "-"}  # - 3 -
    assert found.margins["left"] == found.margins["right"] == round(20 * MM)
    assert found.margins["top"] + found.margins["header"] == pytest.approx(24 * MM, abs=2)
    assert found.margins["bottom"] + found.margins["footer"] == pytest.approx(22 * MM, abs=2)


def test_a_cover_has_no_number_and_the_page_behind_it_is_the_first():
    """Both fields stand in the first paragraph of that page: Hangul shows the number from there on."""
    cover = [Title("표지"), Paragraph("안건", Level.ITEM)]
    for first in (Heading("가"), table(), Paragraph("글", Level.TOPIC), Title("제목")):
        written = write_hwpx(document(blocks=[*cover, PageBreak(is_first=True), first, PageBreak(), Heading("나")]))
        assert validate_document(written).issues == ()
        found = read(written)
        where = [at for at, one in enumerate(found.paragraphs) if one.starts_at is not None]
        assert [found.paragraphs[at].begins_page for at in where] == [True]
        assert found.paragraphs[where[0]].starts_at == 1
        assert found.paragraphs[where[0]].has_page_number
        assert sum(one.has_page_number for one in found.paragraphs) == 1
    without = reading(Heading("가"), PageBreak(), Heading("나")).paragraphs
    assert [one.has_page_number for one in without] == [True, False, False]
    assert not any(one.starts_at for one in without)


def test_an_index_says_that_it_goes_by_chapter():
    """The file knows no pages: Hangul lays it out."""
    index = Table("찾아보기", [[Cell("장")]], [[Cell("1")]], [1], pages=["one"])
    (found,) = reading(Heading("1. 가부", name="one"), index).tables
    assert "PDF" in found.caption
    assert found.columns == 1
    assert reading(replace(index, pages=())).tables[0].caption == "찾아보기"


def test_the_marks_of_every_page():
    found = reading()
    assert found.heads == ["제2차 범부처 T/F 회의 2021. 3. 23.", "초안", "대외주의"]
    draft = next(run for run in found.head_runs if run.text == "초안")
    assert draft.is_bold
    assert draft.colour == "#BD2C0F"
    assert reading(draft="").heads == ["제2차 범부처 T/F 회의 2021. 3. 23.", "대외주의"]
    assert reading(draft="", header="", handling="").heads == []


def test_metadata_is_the_documents_own():
    found = reading()
    assert found.title == "제2차 범부처 T/F 회의 결과(안)"
    assert found.language == "ko"
    assert found.metadata["creator"] == found.metadata["lastsaveby"] == "국무조정실 탄소중립 T/F"
    assert found.metadata["subject"] == "회의결과"
    assert found.metadata["CreatedDate"] == found.metadata["ModifiedDate"] == "2021-03-23T08:30:00Z"
    assert found.metadata["date"] == "2021년 3월 23일 화요일 오후 5:30:00"
    assert found.preview.startswith("제2차 범부처 T/F 회의 결과(안)\r\n회의 종료 후 공개")


def test_nothing_of_the_librarys_placeholder_is_left():
    with zipfile.ZipFile(BytesIO(write_hwpx(document()))) as package:
        for name in package.namelist():
            assert b"synthetic" not in package.read(name), name


def test_the_same_document_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    first = write_hwpx(document())
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setenv("USER", "somebody")
    assert write_hwpx(document()) == first
    assert write_hwpx(document(author="다른 부서")) != first


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_the_library_says_of_it(language: str):
    written = write_hwpx(document(language=language))
    checked, package = validate_document(written), validate_package(written)
    assert not checked.issues, [str(issue) for issue in checked.issues]  # by the standard's own schema
    assert package.ok
    assert validate_editor_open_safety(written).ok


HOSTILE = [
    "<hp:t>&amp;</hp:t> ]]> <!-- \" ' --> &#0; <?xml?>",
    "\x00\x01\x08가\x1b나\ufffe\uffff\ud800",
    "😀👩‍👩‍👧 𠮷 ﷽",
    "가" * 3000,
    "W" * 3000,
    "한 줄\r\n두 줄\r세 줄\u2028네 줄\n",
    "  앞뒤  빈칸  ",
    "\t탭",
    "{}%s{text}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_survives_wherever_it_stands(text: str):
    blocks = [
        Title(text, text),
        Heading(text),
        Paragraph(text, Level.ITEM),
        Boxed([Paragraph([Span(text, is_bold=True)])]),
        Table(text, [[Cell(text)]], [[Cell(text)]], [1]),
    ]
    words = dict.fromkeys(("title", "author", "subject", "draft", "handling", "header"), text)
    written = write_hwpx(document(blocks=blocks, **words))
    found, kept = read(written), clean(text)
    assert found.lines == ["", kept, kept, kept, f"ㅇ {kept}", kept, kept, kept, kept]
    assert found.heads == [kept] * 3
    assert found.metadata["creator"] == found.title == kept
    assert validate_editor_open_safety(written).ok


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
@example("\x85\u2029")
def test_a_text_loses_nothing_but_what_xml_cannot_hold(text: str):
    kept = reading(Paragraph([Span("["), Span(text), Span("]")])).paragraphs[1].text[1:-1]
    seen = [char for char in text if char.isprintable()]
    assert [char for char in kept if char.isprintable() and char != " "] == [char for char in seen if char != " "]


def test_an_empty_document_is_one():
    found = read(write_hwpx(document(blocks=[])))
    assert found.lines == [""]


def test_a_table_without_rows_is_its_caption():
    assert reading(Table("표 2. 없음", [], [], [1])).lines == ["", "표 2. 없음"]


def test_a_whole_book(capsys: pytest.CaptureFixture[str]):
    """500 tasks: a table of six columns and two thousand paragraphs. Half a second on a quiet machine."""
    whole, began = book(), monotonic()
    written = write_hwpx(whole)
    seconds = monotonic() - began
    with capsys.disabled():
        print(f"\nHWPX of 500 tasks: {seconds:.2f} s, {len(written) / 1024:.0f} KiB")  # noqa: T201
    found = read(written)
    assert len(found.lines) == 1 + 1 + 1 + 501 * 6 + 63 + 2000
    assert seconds < 10
