"""Documents as PDF, read back by poppler: an independent program that shows and searches PDF every day."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic, process_time
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.test import Client
from PIL import Image

from meetings.documents import pdf
from meetings.documents.blocks import Boxed, Cell, Heading, Level, PageBreak, Paragraph, Table, Title
from meetings.documents.common import clean
from meetings.documents.pdf import Unavailable, is_available, why_not, write_pdf
from ministries.models import User
from tests.admin.common import address, words
from tests.conftest import POPPLER
from tests.meetings.documents_scene import LONG, book, document, table

pytestmark = pytest.mark.either
drawn = pytest.mark.skipif(not (is_available() and POPPLER), reason="pango or poppler is not on this machine")


class Printed:
    """A PDF in a file, and what poppler says of it."""

    def __init__(self, folder: Path, data: bytes) -> None:
        self.path = folder / "document.pdf"
        self.path.write_bytes(data)

    def ask(self, program: str, *options: str) -> str:
        done = subprocess.run(
            [program, *options, str(self.path), *(["-"] * (program == "pdftotext"))], capture_output=True, check=True
        )
        return done.stdout.decode()

    @property
    def facts(self) -> dict[str, str]:
        lines = self.ask("pdfinfo", "-isodates").splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def pages(self) -> list[str]:
        return self.ask("pdftotext", "-layout").split("\f")[:-1]

    @property
    def text(self) -> str:
        """All of it, without blanks: a line may end anywhere."""
        return "".join(self.ask("pdftotext", "-raw").split())

    @property
    def structure(self) -> str:
        return self.ask("pdfinfo", "-struct-text")

    def picture(self, page: int) -> Image.Image:
        out = self.path.with_suffix("")
        subprocess.run(
            ["pdftoppm", "-png", "-r", "40", "-f", str(page), "-l", str(page), "-singlefile", str(self.path), str(out)],
            check=True,
        )
        return Image.open(out.with_suffix(".png")).convert("RGB")


@pytest.fixture
def printed(tmp_path: Path) -> Any:
    return lambda *blocks, **changes: Printed(
        tmp_path, write_pdf(document(**({"blocks": blocks} if blocks else {}), **changes))
    )


def pink(picture: Image.Image) -> int:
    """How many points in the middle of the sheet have the pale red of the draft's mark."""
    width, height = picture.size
    middle = picture.crop((width // 4, height // 3, 3 * width // 4, 2 * height // 3))
    colours: Any = middle.getcolors(middle.width * middle.height)
    return sum(count for count, (red, green, blue) in colours if red > 245 and 215 < green < 240 and 210 < blue < 240)


@drawn
def test_all_text_in_its_order(printed: Any):
    text = printed().text
    places = [
        text.find("".join(line.split()))
        for line in (
            "제2차 범부처 T/F 회의 결과(안)",
            "회의 종료 후 공개",
            "1. 회의 개요",
            "□ 일시·장소",
            f"ㅇ {LONG}",
            "- 첫 줄 둘째 줄",
            "* 참고할 것",
            "1-1. 참석",
            "표 1. 과제별 이행 현황",
            "ME-03",
            "보완필요",
            "2. 지시·결정",
        )
    ]
    assert -1 not in places
    assert places == sorted(places)


@drawn
def test_it_says_what_it_is(printed: Any):
    facts = printed().facts
    assert facts["Title"] == "제2차 범부처 T/F 회의 결과(안)"
    assert facts["Author"] == "국무조정실 탄소중립 T/F"
    assert facts["Subject"] == "회의결과"
    assert facts["CreationDate"] == facts["ModDate"] == "2021-03-23T17:30:00+09"
    assert facts["Page size"].startswith("595.276 x 841.89")  # A4
    assert facts["Pages"] == "2"


@drawn
def test_it_is_tagged_as_pdf_ua_asks(printed: Any):
    """What a screen reader needs: its kind said, headings, heads of tables, and the marks of each page no part of it."""
    one = printed()
    assert one.facts["Tagged"] == "yes"
    assert re.search(r'pdfuaid:part(>|=")1', one.ask("pdfinfo", "-meta"))
    structure = one.structure
    for tag, count in (("H1", 1), ("H2", 2), ("H3", 1), ("Table", 1), ("TR", 5), ("TH", 8), ("TD", 11), ("Caption", 1)):
        assert len(re.findall(rf"^ *{tag}\b", structure, re.MULTILINE)) == count, tag
    assert structure.count("/Scope /Column") == 6
    assert structure.count("/Scope /Row") == 2
    assert "/Headers" not in structure
    for mark in ("대외주의", "초안", "- 1 -"):
        assert mark not in structure


@drawn
def test_the_outline_has_the_chapters(printed: Any):
    outline = printed().ask("pdftohtml", "-xml", "-i", "-stdout").partition("<outline>")[2]
    lines = [line for line in outline.splitlines() if line.startswith("<item")]
    assert lines == [
        '<item page="1">1. 회의 개요</item>',
        '<item page="1">1-1. 참석</item>',
        '<item page="2">2. 지시·결정</item>',
    ]


@drawn
def test_each_page_has_its_number_and_the_marks(printed: Any):
    pages = printed(Heading("가"), PageBreak(), Heading("나"), PageBreak(), Heading("다")).pages
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        for mark in (f"-{number}-", "제2차범부처T/F회의2021.3.23.", "초안", "대외주의"):
            assert mark in "".join(page.split()), (number, mark)


@drawn
def test_a_draft_has_its_mark_across_every_page_and_a_final_one_nowhere(printed: Any):
    three = (Heading("가"), PageBreak(), Heading("나"))
    draft = printed(*three)
    assert all(pink(draft.picture(page)) > 500 for page in (1, 2))
    final = printed(*three, draft="")
    assert all(pink(final.picture(page)) == 0 for page in (1, 2))
    assert "초안" not in final.text


@drawn
def test_breaks_make_no_empty_pages(printed: Any):
    one = printed(PageBreak(), Heading("가"), PageBreak(), PageBreak(), table(), PageBreak())
    assert one.facts["Pages"] == "2"


def number(page: str) -> str:
    """The number at a page's foot, empty where there is none."""
    found = re.search(r"-\s*(\d+)\s*-\s*$", page)
    return found[1] if found else ""


@drawn
def test_a_cover_has_no_number_and_the_page_behind_it_is_the_first(printed: Any):
    """However long the cover is."""
    long = [Paragraph(f"안건 {no}", Level.ITEM) for no in range(40)]
    one = printed(Title("표지"), *long, PageBreak(is_first=True), Heading("가"), PageBreak(), Heading("나"))
    assert [number(page) for page in one.pages] == ["", "", "1", "2"]
    assert all("대외주의" in page for page in one.pages)
    assert [number(page) for page in printed(Heading("가"), PageBreak(), Heading("나")).pages] == ["1", "2"]


@drawn
def test_an_index_gives_the_page_that_each_chapter_begins_on(printed: Any):
    """By the numbers that are printed, and as links."""
    index = Table(
        "찾아보기", [[Cell("장"), Cell("부처")]], [[Cell("1"), Cell("가부")], [Cell("2"), Cell("나부")]], [1, 3]
    )
    long = [Paragraph("글", Level.ITEM)] * 60
    blocks = [Title("표지"), PageBreak(is_first=True), Heading("1. 가부", name="one"), *long, PageBreak()]
    blocks += [Heading("2. 나부", name="two"), PageBreak(), Heading("찾기"), replace(index, pages=["one", "two"])]
    one = printed(*blocks)
    pages = [" ".join(page.split()) for page in one.pages]
    begins = {name: next(number(page) for page in pages if name in page) for name in ("1. 가부", "2. 나부")}
    assert begins == {"1. 가부": "1", "2. 나부": "3"}
    rows = re.findall(r"(\d) (가부|나부) (\d+)", pages[-1])
    assert rows == [("1", "가부", begins["1. 가부"]), ("2", "나부", begins["2. 나부"])]
    assert "장 부처 쪽" in pages[-1] or "장 부처 Page" in pages[-1]
    assert one.structure.count("Link") >= 2
    right = re.findall(r'xMax="([\d.]+)"', one.ask("pdftotext", "-bbox", "-f", str(len(pages))))
    assert max(map(float, right)) < 595 - 20 * 72 / 25.4 + 1, "the column of pages lies within the margin"


@drawn
def test_korean_words_and_dates_are_not_broken(printed: Any):
    """At any width of a column, but a word that is longer than its column is broken all the same."""
    text = "이산화탄소 포집·활용 기술혁신 로드맵 과학기술정보통신부 협의체를 2회 개최하고 2021. 3. 12. 재검토"
    for share in range(18, 40, 3):
        one = printed(Table("", [], [[Cell(text), Cell("")]], [share, 100 - share]), header="", handling="", draft="")
        lines = [line.strip() for line in one.pages[0].splitlines() if line.strip()]
        parts = [part for line in lines for part in re.split(r"[ ·]", line)]
        for word in re.split(r"[ ·]", text):
            assert word in parts, (share, word, lines)
        assert any("2021. 3. 12." in line for line in lines), (share, lines)
    one = printed(Table("", [], [[Cell("가나다라" * 20), Cell("")]], [10, 90]))
    assert "가나다라" * 20 in one.text
    assert "\u2060" not in printed(Paragraph(text, Level.ITEM), Heading(text)).ask("pdftotext")


@drawn
def test_running_text_keeps_its_words_whole(printed: Any):
    lines = " ".join(printed(Paragraph(LONG, Level.ITEM)).ask("pdftotext", "-layout").split())
    for word in LONG.split():
        assert word in lines.split(), word


@drawn
def test_tasks_follow_each_other_without_half_empty_pages(printed: Any):
    """A table of one row holds on to nothing behind it: each page is filled before the next one begins."""
    silent: list[Any] = [
        Table("과제", [], [[Cell("주관")], [Cell("부문")], [Cell("점등")]], [1]),
        Paragraph("미회신", Level.TOPIC),
    ]
    silent += [Table("세부일정", [[Cell("일정")]], [[Cell("3. 31.")]], [1])]
    talking = [*silent[:1], Paragraph("추진실적", Level.TOPIC), *[Paragraph("글", Level.ITEM)] * 3, *silent[2:]]
    lengths = [len(page.split()) for page in printed(*(talking + silent + silent) * 4, draft="").pages]
    assert len(lengths) > 2
    assert min(lengths[:-1]) > 0.75 * max(lengths), lengths


@drawn
@pytest.mark.parametrize("filler", range(18, 34))
def test_what_belongs_together_stays_on_one_page(printed: Any, filler: int):
    """A heading with what it heads, a topic with its first line, a caption with its table, wherever the page ends."""
    lines = [Paragraph("메움", Level.TEXT)] * filler
    part: list[Any] = [Heading("장제목"), Table("과제명", [], [[Cell("주관")], [Cell("협조")]], [1])]
    part += [Paragraph("주제", Level.TOPIC), Paragraph("항목", Level.ITEM)]
    short = Table("표제목", [[Cell("표머리")]], [[Cell("첫줄")], [Cell("둘째줄")], [Cell("끝줄")]], [1])
    pages = printed(*lines, *part, short, draft="").pages
    for together in (
        ("장제목", "과제명", "주관", "협조", "주제", "항목"),
        ("표제목", "표머리", "첫줄", "둘째줄", "끝줄"),
    ):
        assert sum(all(word in page for word in together) for page in pages) == 1, (together, pages)


@drawn
@pytest.mark.parametrize("filler", range(28, 36))
def test_a_frame_stays_with_what_explains_it(printed: Any, filler: int):
    """The root's characters and the lines that say what they are."""
    root = [
        Boxed([Paragraph("윗줄"), Paragraph("뿌리")]),
        Paragraph("설명", Level.ITEM),
        Paragraph("확정일", Level.ITEM),
    ]
    pages = printed(*[Paragraph("메움", Level.TEXT)] * filler, *root, draft="").pages
    assert sum(all(word in page for word in ("윗줄", "뿌리", "설명", "확정일")) for page in pages) == 1, pages


@drawn
@pytest.mark.parametrize("filler", range(27, 36))
def test_a_long_table_leaves_no_row_alone(printed: Any, filler: int):
    """Neither its caption and head nor one row stand alone at a page's end, nor its last row at the next one's top; a
    row is never cut."""
    lines = [Paragraph("메움", Level.TEXT)] * filler
    rows = [[Cell(f"처음{no}\n가운데{no}\n마침{no}")] for no in range(1, 15)]
    pages = printed(*lines, Table("표제목", [[Cell("표머리")]], rows, [1]), draft="").pages
    begins = next(page for page in pages if "표제목" in page)
    assert all(word in begins for word in ("표머리", "마침1", "마침2")), begins
    ends = next(page for page in pages if "마침14" in page)
    assert "마침13" in ends, ends
    for no in range(1, 15):
        assert any(re.search(rf"처음{no}\s+가운데{no}\s+마침{no}\b", page) for page in pages), (no, pages)


@drawn
def test_heads_are_repeated(printed: Any):
    rows = [[Cell(f"과제 {number}") for _ in range(5)] for number in range(60)]
    pages = printed(table(*rows)).pages
    assert len(pages) > 1
    assert all("지난 점검" in page for page in pages)


@drawn
def test_the_same_document_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch):
    """In another process too, and whatever the machine's clock and zone."""
    first = write_pdf(document())
    assert write_pdf(document()) == first
    program = (
        "import os, sys, django; django.setup()\n"
        "from meetings.documents.pdf import write_pdf\n"
        "from tests.meetings.documents_scene import document\n"
        "sys.stdout.buffer.write(write_pdf(document()))"
    )
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tfportal.settings.test")
    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    again = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    assert again == first


@drawn
@pytest.mark.parametrize(
    "text",
    [
        "<img src='http://elsewhere.example/x.png'> &amp; </p></body>",
        "\x00\x01가\x1b나\uffff\ud800",
        '"; } @page { content: url(http://elsewhere.example/) } \\',
        "가" * 3000,
        "W" * 3000,
    ],
)
def test_any_text_survives_wherever_it_stands(printed: Any, text: str):
    marks = {"author": text, "subject": text, "title": text}
    blocks = [Title(text), Heading(text), Paragraph(text, Level.ITEM), Boxed([Paragraph(text)])]
    blocks.append(Table(text[:200], [], [[Cell(text)]], [1]))
    one = printed(*blocks, **marks, draft=text[:40], handling=text[:40], header=text[:40])
    kept = "".join(clean(text).split())
    if len(kept) < 1000:
        assert one.text.count(kept) >= 5
    else:  # the marks of several pages stand in between
        assert one.text.count(kept[0]) >= 5 * 3000


@drawn
def test_no_address_is_ever_opened(printed: Any, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any) -> None:
        raise AssertionError("a document opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert printed().facts["Pages"] == "2"
    for url in ("http://elsewhere.example/", "file:///etc/passwd", "data:text/plain,x"):
        with pytest.raises(ValueError, match="opens no address"):
            pdf._fetcher().fetch(url)
    with pytest.raises(SuspiciousFileOperation):  # a static file is one of the project's own
        pdf._fetcher().fetch(f"{pdf.BASE}../manage.py")


@drawn
def test_korean_is_drawn_with_fonts_of_its_own(printed: Any):
    fonts = [line.split()[0] for line in printed().ask("pdffonts").splitlines()[2:]]
    assert any("Pretendard" in font for font in fonts)
    assert all("+" in font for font in fonts)  # each embedded, with what is used of it


# Where it cannot be written


@pytest.fixture
def start_page(administrator: User) -> Any:
    """What an administrator reads first, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(administrator)
    return lambda: words(client.get(address("index")))


@pytest.fixture
def without_pango(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One of the libraries cannot be loaded."""
    monkeypatch.setattr(pdf, "LIBRARIES", (*pdf.LIBRARIES, "pango-that-is-nowhere"))
    pdf._problem.cache_clear()
    yield
    pdf._problem.cache_clear()


def test_switched_off(settings: Any):
    settings.PDF_WRITER = "off"
    assert not is_available()
    assert "PDF_WRITER" in why_not()
    with pytest.raises(Unavailable):
        write_pdf(document())


@pytest.mark.usefixtures("without_pango")
def test_without_pango():
    assert not is_available()
    assert "pango" in why_not()
    with pytest.raises(Unavailable):
        write_pdf(document())


@pytest.mark.django_db
@pytest.mark.usefixtures("task_force", "domain_time", "without_pango")
def test_the_administrations_start_page_says_why(start_page: Any):
    assert "pango is missing on this server" in start_page()


@drawn
@pytest.mark.django_db
@pytest.mark.usefixtures("task_force", "domain_time")
def test_the_administrations_start_page_says_nothing_where_there_is_pdf(start_page: Any):
    assert why_not() == ""
    assert "PDF" not in start_page()


@drawn
@pytest.mark.faults
def test_a_whole_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """500 tasks: a table of six columns and two thousand paragraphs. Judged by the work it is, whatever else runs."""
    whole, began, worked = book(), monotonic(), process_time()
    written = write_pdf(whole)
    seconds, work = monotonic() - began, process_time() - worked
    one = Printed(tmp_path, written)
    with capsys.disabled():
        print(  # noqa: T201 (it is a measurement)
            f"\nPDF of 500 tasks: {seconds:.1f} s, {work:.1f} of work, {len(written) / 1024:.0f} KiB, {one.facts['Pages']} pages"
        )
    assert "과제499" in one.text
    assert work < 60
