"""Words of documents: how a ministry's text, a light, a number and a day stand in blocks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext

from ministries.directory import Directory
from tasks.models import Light
from tfportal import dates
from tfportal.language import pick

from .. import decisions
from ..models import Decision, Meeting
from .blocks import Align, Block, Cell, Inline, Level, Paragraph, Span, Table

MARKS = {level.value: level for level in Level if level is not Level.TEXT}
NOTHING = "-"  # what a government table shows where there is none


def language() -> str:
    """The language that a document is being composed in: "ko" or "en"."""
    return "ko" if (get_language() or "ko").startswith("ko") else "en"


def handling() -> str:
    """The mark on how a paper is to be handled, of this installation."""
    return str(settings.DOCUMENT_HANDLING[language()])


def office() -> str:
    """Who gives the documents out: the coordination office by its name."""
    return pgettext("sender of a document", "Office for Government Policy Coordination")


def draft() -> str:
    """What stands on every page of a document that is not final."""
    return pgettext("mark on a document", "Draft")


def authors() -> str:
    """Whose paper the book is: the ministries', put together by the office."""
    return gettext("The ministries concerned, jointly")


def when(meeting: Meeting) -> str:
    """The meeting's day, and where a shown day comes from; never an invented one."""
    if meeting.date is None:
        return gettext("Date not known")
    hour = f" {meeting.starts_at:%H:%M}" if meeting.starts_at else ""
    return dates.day(meeting.date) + hour + (f" ({meeting.date_note})" if meeting.date_note else "")


def number_of(decision: Decision) -> str:
    """`2-01`, of a decision that was read with its meeting."""
    return decisions.number_of(decision.meeting, decision.no)


def sentence_of(decision: Decision) -> str:
    return pick(decision.text_ko, decision.text_en)


def supporters_of(decision: Decision, names: Directory) -> str:
    """Who supports it, by their short names; of an exhortation that names nobody: all ministries."""
    named = [names[row.ministry_id].abbr for row in decision.supporting.all()]
    if not named and decision.lead_id is None:
        return gettext("all ministries")
    return ", ".join(named)


# Blocks


def ministry_text(text: str) -> Iterator[Paragraph]:
    """A ministry's text with its own marks: each line in the level that its mark says. A line without one that is ours
    stays as it was written."""
    for line in text.splitlines():
        bare = line.strip()
        mark, blank, rest = bare[:1], bare[1:2], bare[2:].strip()
        if mark in MARKS and blank.isspace() and rest:
            yield Paragraph(rest, MARKS[mark])
        elif bare:
            yield Paragraph(bare)


def topic(text: str, *more: Span) -> Paragraph:
    """`□ 추진실적`."""
    return Paragraph([Span(text, is_bold=True), *more], Level.TOPIC)


def item(text: Inline) -> Paragraph:
    return Paragraph(text, Level.ITEM)


def note(text: str) -> Paragraph:
    return Paragraph(text, Level.NOTE)


def centred(text: str, *, is_bold: bool = False) -> Paragraph:
    return Paragraph([Span(text, is_bold=is_bold)], align=Align.CENTER)


def light_words(light: Light | None) -> Inline:
    """The light with its word; nothing where none was given."""
    return [Span(str(light.label), light=light)] if light else NOTHING


def head(text: Inline = "", *, columns: int = 1, rows: int = 1) -> Cell:
    return Cell(text, columns=columns, rows=rows, align=Align.CENTER, is_head=True)


def light_head(light: Light) -> Cell:
    """The head of a column of numbers: the light's shape, and below it its word, for there is no room beside it."""
    return head([Span("\n" + str(light.label), light=light)])


def number(value: int, *, is_bold: bool = False) -> Cell:
    text = f"{value:,}" if value else NOTHING
    return Cell([Span(text, is_bold=is_bold)] if is_bold else text, align=Align.RIGHT)


def day(value: date | None) -> str:
    return dates.day(value) if value else NOTHING


def table(caption: str, labels: Sequence[str], rows: Iterable[Sequence[Cell | Inline]], widths: Sequence[int]) -> Table:
    """A plain list: one row of heads, and cells that are texts where nothing else is said."""
    body = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    return Table(caption, [[head(label) for label in labels]], body, widths)


def pairs(caption: str, rows: Iterable[Sequence[tuple[str, Inline]]]) -> Table:
    """Names with their values, two beside each other; one alone takes the whole width."""
    body = []
    for row in rows:
        cells: list[Cell] = []
        for label, value in row:
            cells += [head(label), Cell(value, columns=1 if len(row) > 1 else 3)]
        body.append(cells)
    return Table(caption, (), body, (16, 34, 16, 34))


def none_here(text: str) -> Iterator[Block]:
    """Said where a list would stand: an empty chapter looks like a forgotten one."""
    yield item(text)
