"""Words of documents: how a ministry's text, a light, a number and a day stand in blocks."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext

from ministries.directory import Directory
from records.models import Seal
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


def office_in_short() -> str:
    """The same where there is little room."""
    return pgettext("sender of a document, in short", "OPC")


def root_of(stream_key: str) -> str:
    """The root of the seal of a chain; empty while there is none. One query."""
    root: str | None = Seal.objects.filter(stream__key=stream_key).values_list("root", flat=True).first()
    return root or ""


def name_of_book(meeting: Meeting) -> str:
    return gettext("Meeting book, %(meeting)s") % {"meeting": meeting.name}


def name_of_outcome(meeting: Meeting) -> str:
    return gettext("Outcome, %(meeting)s") % {"meeting": meeting.name}


def name_of_tables(meeting: Meeting) -> str:
    return gettext("Status tables, %(meeting)s") % {"meeting": meeting.name}


def name_of_letter(decision: Decision) -> str:
    told = {"meeting": decision.meeting.name, "no": number_of(decision)}
    return gettext("Notice of decision %(no)s, %(meeting)s") % told


def quoted(title: str) -> str:
    """A title as a Korean paper sets it apart; English has no corner brackets."""
    return f"「{title}」" if language() == "ko" else title


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


def running_head(meeting: Meeting, mark: str) -> str:
    """The meeting and its day, for the head of every page. Beside the mark of a draft there is one line's room: for the
    day alone, in English without its year, and not for one that has to be read with its note."""
    if not mark:
        return f"{meeting.name} · {when(meeting)}"
    if meeting.date is None or meeting.date_note:
        return meeting.name
    return f"{meeting.name} · {dates.day(meeting.date, year=language() == 'ko')}"


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


def ministry_text(text: str, usual: Level = Level.TEXT) -> Iterator[Paragraph]:
    """A text with its writer's own marks: each line in the level that its mark says, a line without one that is ours in
    the usual one: a ministry's stays as it was written."""
    for line in text.splitlines():
        bare = line.strip()
        mark, blank, rest = bare[:1], bare[1:2], bare[2:].strip()
        if mark in MARKS and blank.isspace() and rest:
            yield Paragraph(rest, MARKS[mark])
        elif bare:
            yield Paragraph(bare, usual)


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
    """The head of a column of numbers: the light's shape, and below it a short word, for there is no room beside it."""
    return head([Span("\n" + _in_short(light), light=light)])


def _in_short(light: Light) -> str:
    """In words that none is too long for a narrow column: they would be broken anywhere."""
    return {
        Light.ON_TRACK: pgettext("light, in short", "On track"),
        Light.ATTENTION: pgettext("light, in short", "Attn."),
        Light.REVIEW_NEEDED: pgettext("light, in short", "Review"),
        Light.COMPLETED: pgettext("light, in short", "Done"),
        Light.NOT_STARTED: pgettext("light, in short", "Not begun"),
    }[light]


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
