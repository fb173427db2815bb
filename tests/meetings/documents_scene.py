"""A document with one of everything, for the tests of those that write it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from meetings.documents.blocks import (
    Align,
    Block,
    Boxed,
    Cell,
    Document,
    Heading,
    Level,
    PageBreak,
    Paragraph,
    Span,
    Table,
    Title,
)
from tasks.models import Light

# Two lines and more of any column, so that paragraphs hang.
LONG = (
    "충전 기반 협의가 지연되어 관계부처 협의체를 2회 개최하고, 지방자치단체와 부지 확보 방안을 논의하였으며, "
    "5월 말까지 시범사업 대상지를 확정할 예정"
)
CENTRED = Align.CENTER


def table(*more: list[Cell]) -> Table:
    """A head of two rows with cells merged in both directions, and rows merged the same way below."""
    return Table(
        "표 1. 과제별 이행 현황",
        head=[
            [Cell("과제", rows=2), Cell("부처", rows=2), Cell("신호등", columns=2), Cell("기한", rows=2)],
            [Cell("지난 점검"), Cell("이번 점검")],
        ],
        body=[
            [
                Cell("ME-03", rows=2, is_head=True),
                Cell("환경부"),
                Cell([Span("관심필요", light=Light.ATTENTION)]),
                Cell([Span("정상추진", light=Light.ON_TRACK)]),
                Cell("4. 9.", align=CENTRED),
            ],
            [
                Cell("산업부"),
                Cell([Span("보완필요", light=Light.REVIEW_NEEDED)], columns=2),
                Cell("5. 31.", align=CENTRED),
            ],
            [
                Cell("FSC-01", is_head=True),
                Cell("금융위"),
                Cell([Span("완료", light=Light.COMPLETED)]),
                Cell([Span("착수 전", light=Light.NOT_STARTED)]),
                Cell([Span("3. 31.", is_struck=True), Span(" 4. 15.", is_bold=True)], align=Align.RIGHT),
            ],
            *more,
        ],
        widths=[25, 20, 18, 22, 15],
    )


def blocks() -> list[Block]:
    return [
        Title("제2차 범부처 T/F 회의 결과(안)", "2021. 3. 23.(화) 14:00"),
        Boxed([Paragraph("회의 종료 후 공개", align=CENTRED), Paragraph("배포: 관계부처", Level.ITEM)]),
        Heading("1. 회의 개요"),
        Paragraph("일시·장소", Level.TOPIC),
        Paragraph(LONG, Level.ITEM),
        Paragraph("첫 줄\n둘째 줄", Level.DETAIL),
        Paragraph("참고할 것", Level.NOTE),
        Heading("1-1. 참석", 2),
        Paragraph([Span("2회", is_struck=True), Span("3회", is_bold=True), Span(" 개최")], Level.ITEM),
        Paragraph("끝.", align=Align.RIGHT),
        table(),
        PageBreak(),
        Heading("2. 지시·결정"),
        Paragraph(LONG),
    ]


def document(**changes: Any) -> Document:
    whole = Document(
        title="제2차 범부처 T/F 회의 결과(안)",
        language="ko",
        author="국무조정실 탄소중립 T/F",
        made_at=datetime(2021, 3, 23, 8, 30, tzinfo=UTC),  # 17:30 in Seoul
        blocks=blocks(),
        subject="회의결과",
        draft="초안",
        handling="대외주의",
        header="제2차 범부처 T/F 회의 2021. 3. 23.",
    )
    return replace(whole, **changes)


def book(tasks: int = 500) -> Document:
    """As large as they come: sixty ministries, a table of all tasks, a page of each."""
    lights = list(Light)
    rows = [
        [
            Cell(f"과제 {number}", is_head=True),
            Cell("환경부"),
            Cell([Span("", light=lights[number % 5])]),
            Cell(LONG),
            Cell("4. 9.", align=CENTRED),
            Cell(LONG[:50]),
        ]
        for number in range(tasks)
    ]
    head = [[Cell(name) for name in ("과제", "부처", "신호등", "추진실적", "기한", "향후계획")]]
    parts: list[Block] = [Title("회의자료"), Table("표 1. 전체 과제", head, rows, [18, 12, 13, 32, 8, 17]), PageBreak()]
    for number in range(tasks):
        if number % 8 == 0:
            parts.append(Heading(f"{number // 8 + 1}. 부처"))
        parts += [
            Paragraph(f"과제 {number}", Level.TOPIC),
            Paragraph(LONG, Level.ITEM),
            Paragraph(LONG, Level.DETAIL),
            Paragraph(LONG, Level.NOTE),
        ]
    return document(blocks=parts)
