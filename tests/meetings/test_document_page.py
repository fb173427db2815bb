"""Documents as a part of a page: what a reader, a screen reader and the content security policy get."""

from typing import Any

import pytest

from meetings.documents import page
from meetings.documents.blocks import Boxed, Cell, Heading, Level, PageBreak, Paragraph, Span, Table, Title
from tasks.models import Light
from tests.meetings.documents_scene import document, table
from tests.pages import Element, parse

pytestmark = pytest.mark.either


def shown(*blocks: Any, **changes: Any) -> Element:
    return parse(page.render(document(**({"blocks": blocks} if blocks else {}), **changes)))


def test_headings_go_on_from_the_pages_own():
    found = [(one.tag, one.raw_text) for one in shown().all("h1", "h2", "h3", "h4", "h5")]
    assert found == [
        ("h2", "제2차 범부처 T/F 회의 결과(안)"),
        ("h3", "1. 회의 개요"),
        ("h4", "1-1. 참석"),
        ("h3", "2. 지시·결정"),
    ]


def test_no_style_and_no_script_stands_in_it():
    """The portal's content security policy would not show them; widths are attributes."""
    whole = shown()
    assert not whole.all("style", "script", "link")
    assert not [one for one in whole.walk() if "style" in one or any(name.startswith("on") for name in one.attrs)]
    assert [one["width"] for one in whole.all("col")] == ["25.0%", "20.0%", "18.0%", "22.0%", "15.0%"]


def test_the_marks_stand_once():
    marks = shown().one("p", class_="doc-marks")
    assert [one.raw_text for one in marks.all("span", "b")] == [
        "제2차 범부처 T/F 회의 2021. 3. 23.",
        "초안",
        "대외주의",
    ]
    assert not shown(draft="", handling="", header="").all("p", class_="doc-marks")


def test_tables_say_what_heads_what():
    whole = shown(table()).one("table")
    assert whole.one("caption").raw_text == "표 1. 과제별 이행 현황"
    heads = {one.raw_text: (one["scope"], one["rowspan"], one["colspan"]) for one in whole.all("th")}
    assert heads["과제"] == ("col", "2", "")
    assert heads["신호등"] == ("colgroup", "", "2")
    assert heads["ME-03"] == ("rowgroup", "2", "")
    assert heads["FSC-01"] == ("row", "", "")
    assert [len(row.all("th", "td")) for row in whole.all("tr")] == [4, 2, 5, 3, 5]


def test_lights_have_shape_and_words():
    found = shown(Paragraph([Span("", light=Light.ATTENTION), Span("3회", is_struck=True)])).one(
        "p", class_="doc-p text"
    )
    assert found.raw_text == f"▲ {Light.ATTENTION.label}3회"
    assert found.one("span", class_="doc-light at")["aria-hidden"] == "true"
    assert found.one("del").raw_text == "3회"


def test_marks_of_the_levels():
    found = shown(*[Paragraph("글", level) for level in Level]).all("p")[1:]
    assert [one.raw_text for one in found] == ["□ 글", "ㅇ 글", "- 글", "* 글", "글"]


def test_breaks_stand_between_two_parts_only():
    whole = shown(PageBreak(), Heading("가"), PageBreak(), PageBreak(), Heading("나"), PageBreak())
    assert [one.tag for one in whole.all("h3", "hr")] == ["h3", "hr", "h3"]


def test_korean_in_an_english_document_says_so():
    whole = shown(Title("Outcome"), Paragraph("회의 결과"), Paragraph([Span("고침", is_struck=True)]), language="en")
    assert whole.one("div", class_="document")["lang"] == "en"
    assert [one.raw_text for one in whole.all(lang="ko")][-2:] == ["회의 결과", "고침"]
    assert not shown(language="ko").one("div", class_="document").all(lang="ko")


def test_a_document_is_in_its_own_language_whoever_looks(settings: Any):
    settings.LANGUAGE_CODE = "en"
    light = Paragraph([Span("", light=Light.ATTENTION)])
    assert shown(light, language="ko").one("p", class_="doc-p text").raw_text == "▲ 관심필요"
    assert shown(light, language="en").one("p", class_="doc-p text").raw_text == "▲ Attention"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\"><img src=x onerror='x'>", "{{ 7 }}{% load x %}"])
def test_what_was_typed_is_text_wherever_it_stands(text: str):
    blocks = [
        Title(text, text),
        Heading(text),
        Paragraph([Span(text, is_bold=True, is_struck=True, light=Light.ON_TRACK)]),
        Boxed([Paragraph(text)]),
        Table(text, [[Cell(text)]], [[Cell(text)]], [1]),
    ]
    whole = shown(*blocks, draft=text, handling=text, header=text)
    assert not whole.all("script", "img")
    assert whole.raw_text.count(text) == 11
