"""The book in blocks: the frozen round's own numbers and texts, nothing that was not sent, nothing of the office's."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings.documents import book, making, sources
from meetings.documents.blocks import Block, Boxed, Document, Heading, Level, PageBreak, Paragraph, Table
from meetings.models import AgendaItem, Closing, DocumentKind, Meeting
from ministries.models import MinistryName
from tasks import board
from tasks.models import Light, Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.meetings import book_scene
from tests.meetings.book_scene import (
    ISSUE,
    NOT_THEIRS,
    UNSENT,
    WORDING,
    again,
    cells,
    spans,
    tables,
    text_of,
    whole,
    words,
)
from tfportal import dates

pytestmark = pytest.mark.either


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(task_force: TaskForce, at: datetime) -> Meeting:
    """The second meeting while its round is collected."""
    book_scene.write_round(task_force, at)
    return book_scene.meeting(2, task_force.round_2)


@pytest.fixture
def final(draft: Meeting, task_force: TaskForce, at: datetime) -> Meeting:
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    draft.refresh_from_db()
    return Meeting.objects.select_related("round__previous").get(pk=draft.pk)


def compose(meeting: Meeting, scene: TaskForce, at: datetime, who: str = "coordinator", **more: Any) -> Document:
    rest: dict[str, Any] = {"language": "en", "user": scene.people[who], "at": at} | more
    return book.compose(meeting, **rest)


def chapter(document: Document, code: str) -> str:
    """What stands of one task in its chapter: from its table to the next one's."""
    texts, inside = [], False
    for block in document.blocks:
        if isinstance(block, Heading) or (isinstance(block, Table) and not block.head):
            inside = isinstance(block, Table) and block.caption.startswith(f"{code} ")
        if inside:
            texts.append(text_of(block))
    return "\n".join(texts)


def test_every_number_of_the_first_page_is_the_boards(final, task_force, at):
    (table,) = tables(compose(final, task_force, at), "Lights by ministry")
    top, under = table.head
    assert [words(cell.content).strip() for cell in under] == [
        *(short := ["On track", "Attn.", "Review", "Done", "Not begun"]),
        "No light",
        *short,
    ]
    assert [(cell.rows, cell.columns) for cell in top] == [(2, 1), (2, 1), (1, 6), (1, 5)]
    assert {book_scene.width(list(row)) for row in table.body} == {len(table.widths)} == {13}
    shown = board.build(final.round, {}, user=task_force.people["reader"], at=at)
    for name, code in (("Environment", "ME"), ("Science and ICT", "MSIT"), ("Financial Services", "FSC"), ("All", "")):
        tiles = [tile for tile in shown.tiles if not code or tile.ministry == code]
        wanted = [len(tiles), *(sum(tile.light is light for tile in tiles) for light in (*Light, None))]
        wanted += [sum(tile.before is light for tile in tiles) for light in Light]
        assert [0 if cell == "-" else int(cell) for cell in cells(table, name)[1:]] == wanted, name


def test_the_cover_names_who_presents_and_english_has_no_corner_brackets(final, task_force, at):
    """An item without a ministry is the office's own to present."""
    AgendaItem.objects.create(meeting=final, order=1, kind="report", title_ko="국조실 보고 안건")
    Meeting.objects.filter(pk=final.pk).update(shown_at=at)
    text = whole(compose(again(final), task_force, at))
    assert "「Meeting book" not in text
    (line,) = (line for line in text.splitlines() if "국조실 보고 안건" in line)
    assert "| OPC |" in line
    assert "Presented by" in text
    korean = whole(book.compose(again(final), language="ko", user=task_force.people["coordinator"], at=at))
    assert "「제2차 범부처 T/F 회의자료」" in korean


def cover(document: Document) -> list[Block]:
    """What stands before the first page that is counted."""
    (first,) = (at for at, block in enumerate(document.blocks) if isinstance(block, PageBreak) and block.is_first)
    assert isinstance(document.blocks[first + 1], Heading)
    assert text_of(document.blocks[first + 1]) == "Ⅰ. Lights by ministry", "page 1 is that of the lights"
    return list(document.blocks[:first])


def test_the_cover_says_what_it_is_whose_and_as_of_when(final, task_force, at):
    Meeting.objects.filter(pk=final.pk).update(place_ko="정부서울청사", place_en="Seoul", shown_at=at)
    AgendaItem.objects.create(meeting=final, order=1, kind="report", title_ko="국조실 보고 안건", minutes=10)
    blocks = cover(compose(again(final), task_force, at))
    texts = [text_of(block) for block in blocks]
    task_force.round_2.refresh_from_db()
    frozen_at = task_force.round_2.frozen_at
    assert frozen_at is not None
    assert texts[:7] == [
        "Meeting book, Meeting 2 of the T/F\nTue 23 Mar 2021 (demonstration)",
        "For use at the meeting only",
        "The ministries concerned, jointly",
        "Office for Government Policy Coordination",
        "ㅇ Place: Seoul",
        f"ㅇ Reporting round 2, as of {dates.day(task_force.round_2.as_of)}",
        f"ㅇ Frozen {dates.moment(frozen_at)}",
    ]
    assert isinstance(blocks[1], Boxed)
    assert texts[7] == "□ Agenda"
    assert "1 | 국조실 보고 안건 | Report | OPC | 10" in texts[8]
    assert len(texts) == 9


def test_the_cover_of_a_draft_says_so_and_names_no_freeze(draft, task_force, at):
    texts = [text_of(block) for block in cover(compose(draft, task_force, at))]
    assert "* Draft before the freeze: what was submitted by now, as it would be sealed." in texts
    assert not any("Frozen" in text for text in texts)


def test_chapters_begin_pages_and_the_index_leads_to_each(final, task_force, at):
    blocks = compose(final, task_force, at).blocks
    named = [at for at, block in enumerate(blocks) if isinstance(block, Heading) and block.name]
    assert all(isinstance(blocks[at - 1], PageBreak) for at in named)
    (index,) = tables(compose(final, task_force, at), "Index by ministry")
    assert list(index.pages) == [text_name(blocks[at]) for at in named]
    assert [words(row[1].content) for row in index.body] == [text_of(blocks[at]).partition(". ")[2] for at in named], (
        "each row names the ministry of the chapter that it leads to"
    )


def text_name(block: Block) -> str:
    assert isinstance(block, Heading)
    return block.name


def test_the_second_page_tells_what_is_in_trouble_whom_it_asks_and_what_they_said(final, task_force, at):
    book_scene.correct(task_force, at)
    (table,) = tables(compose(final, task_force, at), "Tasks in trouble, and what they ask for")
    rows = [[words(cell.content) for cell in row] for row in table.body]
    assert [(row[0], row[1].split()[0]) for row in rows] == [("Review needed", "ME-03"), ("Attention", "ME-06")]
    assert [spans(row[0].content)[0].light for row in table.body] == [Light.REVIEW_NEEDED, Light.ATTENTION]
    assert rows[1][3] == ISSUE
    assert rows[1][4].splitlines() == ["→ Industry: not answered", "→ Science and ICT: ㅇ 4월 중 협의하겠음"]
    assert "Correction 1" in rows[1][1]


def test_a_chapter_holds_what_was_sent_with_the_levels_of_its_own_marks(final, task_force, at):
    shown = compose(final, task_force, at)
    text = chapter(shown, "ME-06")
    assert "□ Results\nㅇ 이행계획 초안을 마련함" in text
    assert f"□ Issues and requests\n{ISSUE}" in text
    assert "Lead | Ministry of Environment | Supporting | Industry" in text
    assert "Ministry's light | Attention | Office's light | -" in text
    assert "□ No reply" in chapter(shown, "ME-05")
    assert "□ No reply" in chapter(shown, "ME-04"), "its draft was never sent"
    headings = [block.text for block in shown.blocks if isinstance(block, Heading)]
    assert headings[:4] == [
        "Ⅰ. Lights by ministry",
        "Ⅱ. Tasks in trouble, and what they ask for",
        "Ⅲ. Follow-up of decisions",
        "1. Ministry of Environment",
    ]
    kinds = headings[headings.index("2. Ministry of Science and ICT") :][1:3]
    assert kinds == ["New (1)", "Existing (1)"], "by kind, in the order of the kinds"


def test_marks_that_are_ours_become_levels_and_others_stay():
    from meetings.documents.words import ministry_text

    text = "□ 주제\n  ㅇ 항목\n    - 세부\n* 참고\n-3% 감소\n※ 주의\n\n그냥"
    found = [(paragraph.level, paragraph.content) for paragraph in ministry_text(text)]
    assert found == [
        (Level.TOPIC, "주제"),
        (Level.ITEM, "항목"),
        (Level.DETAIL, "세부"),
        (Level.NOTE, "참고"),
        (Level.TEXT, "-3% 감소"),
        (Level.TEXT, "※ 주의"),
        (Level.TEXT, "그냥"),
    ]


def test_the_offices_wording_stands_in_place_of_the_text_and_says_so(final, task_force, at):
    text = chapter(compose(final, task_force, at), "ME-03")
    assert "(Book wording)\n" + WORDING in text
    assert "원문 실적" not in text


def test_milestones_stand_with_baseline_and_what_moved_them(final, task_force, at):
    text = chapter(compose(final, task_force, at), "ME-01")
    assert "Wed 30 Jun 2021 | Sat 31 Jul 2021 | Wed 30 Jun 2021 → Sat 31 Jul 2021 (Budget: 예산 협의 지연)" in text
    assert "past its date, not done" in chapter(compose(final, task_force, at), "ME-02")


@pytest.mark.parametrize("who", ["coordinator", "reader", "msit_officer"])
def test_nothing_unsent_and_nothing_of_the_offices_is_in_it(final, task_force, at, who):
    text = whole(compose(final, task_force, at, who))
    assert UNSENT not in text
    assert NOT_THEIRS not in text
    assert text == whole(compose(final, task_force, at)), "the same for everybody"


def test_corrections_stand_beside_the_sealed_text(final, task_force, at):
    book_scene.correct(task_force, at)
    book_scene.correct(task_force, at, field="light", text="on_track")
    shown = compose(final, task_force, at)
    text = chapter(shown, "ME-06")
    assert "□ Results [Correction 1]\nㅇ 이행계획 초안을 마련함" in text
    assert "Corrected: no. 1, 2 of the table" in text
    (table,) = tables(shown, "Table of corrections")
    sealed, corrected = table.body[0][2].content, table.body[0][3].content
    assert words(sealed) == "ㅇ 이행계획 초안을 마련함"
    assert words(corrected) == "ㅇ 바로잡은 실적"
    assert any(span.is_struck for span in spans(sealed))
    assert any(span.is_bold for span in spans(corrected))
    assert [spans(table.body[1][column].content)[0].light for column in (2, 3)] == [Light.ATTENTION, Light.ON_TRACK]


def test_what_was_decided_before_stands_with_what_became_of_it(final, task_force, at):
    decided = book_scene.first_meeting(task_force)
    (table,) = tables(compose(final, task_force, at), "Follow-up of decisions")
    assert [words(row[0].content) for row in table.body] == ["1-01", "1-02"]
    row = cells(table, "1-01")
    assert row[1:3] == ["부지 협의를 마칠 것", "Environment (Science and ICT)"]
    assert "In difficulty" in row[4]
    assert "주민 설명회" in row[4]
    assert row[5] == "Open, past its day"
    assert cells(table, "1-02")[5] == "Closed Fri 5 Mar 2021"
    Closing.objects.create(
        decision=decided["open"], closes=True, by=task_force.people["coordinator"], at=kst(2021, 3, 17)
    )
    assert tables(compose(final, task_force, at), "Follow-up of decisions")[0] == table, "closed after the freeze"


def test_a_decision_that_was_closed_stands_in_the_next_book(final, task_force, at):
    decided = book_scene.first_meeting(task_force)
    Closing.objects.create(
        decision=decided["open"], closes=True, by=task_force.people["coordinator"], at=kst(2021, 3, 17)
    )
    third = builders.round_(3, as_of=date(2021, 6, 1), opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))
    builders.prepare(third, by=task_force.people["coordinator"])
    again = compose(book_scene.meeting(3, third), task_force, kst(2021, 6, 11))
    (table,) = tables(again, "Follow-up of decisions")
    assert [words(row[0].content) for row in table.body] == ["1-01"], "what stood closed in the last book is done with"


def test_before_the_freeze_it_is_a_draft_of_what_was_submitted(draft, task_force, at):
    shown = compose(draft, task_force, at)
    assert shown.draft == "Draft"
    assert ISSUE in whole(shown)
    assert UNSENT not in whole(shown)
    assert "there is no root that could be compared" in whole(shown)


def test_the_final_one_has_no_draft_mark_and_ends_with_the_root(final, task_force, at):
    shown = compose(final, task_force, at)
    assert shown.draft == ""
    root = making.root_of(making.Wanted(DocumentKind.BOOK, final, "en"))
    last = [text_of(block) for block in shown.blocks][-7:]
    assert root[:8] in last
    assert root not in whole(shown)
    assert any("verify_records --root " + root[:8] in text for text in last)
    assert (shown.handling, shown.author) == (
        "For use at the meeting only",
        "Office for Government Policy Coordination",
    )


def test_nothing_that_is_renamed_after_the_freeze_changes_it(final, task_force, at):
    before = making.digest(compose(final, task_force, at))
    MinistryName.objects.create(
        ministry=task_force.ministries["ME"],
        valid_from=date(2021, 3, 15),
        name_ko="기후부",
        name_en="Climate",
        abbr_ko="기후부",
        abbr_en="Climate",
    )
    Task.objects.filter(code="ME-06").update(title_ko="새 제목", title_en="Another title")
    assert making.digest(compose(final, task_force, at)) == before


def test_a_ministrys_own_pages_hold_nothing_of_others(draft, task_force, at):
    hostile = "ㅇ 남의 부처 글"
    other, officer = task_force.reports["MSIT-01"], task_force.people["msit_officer"]
    builders.write(other, by=officer, at=at, **builders.troubled(results=hostile, plans=hostile))
    builders.submit(other, by=officer, at=at)
    me = task_force.ministries["ME"].pk
    text = whole(compose(draft, task_force, at, "me_officer", ministry=me))
    assert WORDING in text, "the office's wording of their own task is theirs to see"
    assert hostile not in text
    for code in ("MSIT-01", "MSIT-02", "FSC-01"):
        assert code not in text
    assert UNSENT not in text, "what was not submitted does not go into the book"
    assert NOT_THEIRS not in text


def test_without_a_round_it_holds_the_agenda_and_says_so(task_force, at):
    shown = compose(book_scene.meeting(9, None, date=None), task_force, at)
    assert "the book holds its agenda and the decisions" in whole(shown)
    assert "Date not known" in whole(shown)
    assert shown.draft == "Draft"


def test_it_reads_as_often_for_many_as_for_few(draft, task_force, at):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            compose(Meeting.objects.select_related("round__previous").get(pk=draft.pk), task_force, at)
        return len(caught)

    book_scene.first_meeting(task_force)
    few = queries()
    ministry = builders.ministry("NEW")
    officer = builders.person("new_officer", "officer", ministry)
    for n in range(6):
        task = builders.task(
            f"NEW-{n:02}", ministry, milestones=[date(2021, 6, 30)], supports=[task_force.ministries["ME"]]
        )
        report = builders.add_to_roster(task_force.round_2, task, by=task_force.people["coordinator"], at=at)
        builders.write(report, by=officer, at=at, **builders.troubled(addressed_to=["ME", "MSIT"]))
        builders.submit(report, by=officer, at=at)
    assert queries() == few <= 45


def test_paragraphs_do_not_repeat_the_mark_that_their_level_writes(final, task_force, at):
    for block in compose(final, task_force, at).blocks:
        if isinstance(block, Paragraph) and block.level is not Level.TEXT:
            assert not words(block.content).startswith(block.level.value), block


def test_sources_know_each_chapter_by_its_number_in_the_whole_book(draft, task_force, at):
    office, me = task_force.people["coordinator"], task_force.ministries
    every = sources.read(draft, draft.round, user=office, at=at)
    one = sources.read(draft, draft.round, user=office, at=at, ministry=me["FSC"].pk)
    assert [no for no, _group in every.chapters] == [1, 2, 3]
    assert [no for no, _group in one.chapters] == [3]
