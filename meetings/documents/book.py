"""회의자료: the meeting book, from the frozen round; before the freeze a draft of it.

Cover with the agenda; page 1 the lights by ministry, now and last; page 2 what is in trouble and whom it asks; what
became of earlier decisions; how the strategy grows; a chapter for each ministry; the table of corrections; an index;
and on the last page the root of the frozen record. The same for everybody who may read it: nothing in it is the
office's own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import User
from tasks.briefing import Case, Row
from tasks.corrections import Entry
from tasks.models import Light, State
from tasks.selecting import Number
from tfportal import dates

from .. import permissions
from ..models import AgendaItem, Meeting, Progress
from . import chapters, followed, growth, sources, words
from .blocks import Block, Boxed, Cell, Document, Heading, Inline, Level, PageBreak, Paragraph, Span, Table, Title
from .followed import Followed
from .growth import Moment
from .sources import Sources
from .words import head, note, number, topic

ROMAN = ("Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ")


def compose(
    meeting: Meeting, *, language: str, user: User, at: datetime, ministry: int | None = None, is_front: bool = False
) -> Document:
    """The book. `ministry` (primary key): its chapter alone, as it previews its own pages; `is_front`: all but the
    chapters. Before the freeze it is marked as a draft, made of what was submitted, as it would be sealed."""
    with translation.override(language):
        round_ = meeting.round if meeting.round is not None and meeting.round.prepared_at is not None else None
        if round_ is None:
            blocks: list[Block] = list(_without_round(meeting, user=user, at=at))
        else:
            read = sources.read(meeting, round_, user=user, at=at, ministry=ministry)
            if ministry is not None:
                blocks = list(_chapters(read))
            else:
                blocks = list(_whole(read, user=user, at=at, is_front=is_front))
        draft = "" if round_ is not None and round_.frozen_at else words.draft()
        return Document(
            title=words.name_of_book(meeting),
            language=language,
            author=words.office(),
            made_at=at,
            blocks=tuple(blocks),
            subject=_("Meeting book"),
            draft=draft,
            handling=words.handling(),
            header=words.running_head(meeting, draft),
        )


def _whole(read: Sources, *, user: User, at: datetime, is_front: bool) -> Iterator[Block]:
    items = sources.agenda(read.meeting, for_office=not read.is_final and permissions.can_run_meetings(user))
    yield from _cover(read.meeting, read)
    yield from _agenda(items, read.board.names)
    yield from growth.on_agenda(items, read.board.names, Moment.of(read.meeting, at))
    for numeral, chapter in zip(ROMAN, (_lights(read), _trouble(read)), strict=False):
        yield PageBreak(is_first=numeral == ROMAN[0])
        yield from _numbered(chapter, numeral)
    # Often a line or two: it goes on below what stands before it, as the last part does.
    yield from _numbered(_follow_up(read.meeting, read.board.names, at=at), ROMAN[2])
    yield from _numbered(growth.part(read.meeting, read.board.names, at=at), ROMAN[3])
    if not is_front:
        yield from _chapters(read)
    yield from _corrections(read)
    yield from _index(read)
    yield from _last_page(read, at=at)


def _without_round(meeting: Meeting, *, user: User, at: datetime) -> Iterator[Block]:
    names = Directory(meeting.date or timezone.localdate(at))
    yield from _cover(meeting, None)
    items = sources.agenda(meeting, for_office=permissions.can_run_meetings(user))
    yield from _agenda(items, names)
    yield from growth.on_agenda(items, names, Moment.of(meeting, at))
    yield from _follow_up(meeting, names, at=at)
    yield from growth.part(meeting, names, at=at)
    yield note(
        _("No reporting round belongs to this meeting: the book holds its agenda and the decisions of earlier ones.")
    )


def _numbered(blocks: Iterator[Block], numeral: str) -> Iterator[Block]:
    for block in blocks:
        yield Heading(f"{numeral}. {block.text}") if isinstance(block, Heading) and block.level == 1 else block


# The front


def _cover(meeting: Meeting, read: Sources | None) -> Iterator[Block]:
    yield Title(words.quoted(words.name_of_book(meeting)), under=words.when(meeting))
    yield Boxed((words.centred(words.handling(), is_bold=True),))
    yield words.centred(words.authors(), is_bold=True)
    yield words.centred(words.office())
    if meeting.place:
        yield words.item(_("Place: %(place)s") % {"place": meeting.place})
    if read is None:
        return
    said = {"no": read.round.no, "day": dates.day(read.round.as_of)}
    yield words.item(_("Reporting round %(no)s, as of %(day)s") % said)
    if not read.is_final:
        yield note(_("Draft before the freeze: what was submitted by now, as it would be sealed."))
    elif read.round.frozen_at is not None:
        yield words.item(_("Frozen %(when)s") % {"when": dates.moment(read.round.frozen_at)})


def _agenda(items: list[AgendaItem], names: Directory) -> Iterator[Block]:
    if not items:
        return
    labels = [_("No."), pgettext("agenda", "Item"), _("Kind"), _("Presented by"), _("Minutes of time")]
    rows: list[list[Cell | Inline]] = [
        [
            str(no),
            item.title,
            str(item.get_kind_display()),
            names[item.presenter_id].abbr if item.presenter_id else words.office_in_short(),
            str(item.minutes) if item.minutes else words.NOTHING,
        ]
        for no, item in enumerate(items, 1)
    ]
    yield topic(pgettext("of a meeting", "Agenda"))
    yield words.table("", labels, rows, (7, 52, 13, 18, 10))


def _lights(read: Sources) -> Iterator[Block]:
    """Page 1: each ministry's lights, now and last, under one head of two rows."""
    shown = read.briefing
    yield Heading(_("Lights by ministry"))
    lights = list(Light)
    last = _("Last round") if read.round.previous_id else _("Last round (none)")
    top = [head(_("Ministry"), rows=2), head(_("Tasks"), rows=2)]
    top += [head(_("This round"), columns=len(lights) + 1), head(last, columns=len(lights))]
    under = [
        *map(words.light_head, lights),
        head(pgettext("light, in short", "No light")),
        *map(words.light_head, lights),
    ]
    rows = [_light_row(row) for row in shown.rows]
    if shown.rows:
        rows.append(_light_row(shown.total, is_bold=True))
    widths = (160, 70, *[70] * (len(lights) * 2 + 1))
    caption = _("Numbers of tasks, as of %(day)s") % {"day": dates.day(read.round.as_of)}
    yield Table(caption, (top, under), rows, widths)
    missing = shown.no_reply
    if missing.count:
        yield note(_("%(label)s: %(n)s. A light then stands from the last round.") % _told(missing))
    if shown.without_tasks:
        yield note(_("Members of the T/F without a task in this round: %(n)s") % {"n": shown.without_tasks})


def _told(said: Number) -> dict[str, object]:
    return {"label": said.label, "n": said.count}


def _light_row(row: Row, *, is_bold: bool = False) -> list[Cell]:
    cells = [head(row.label), number(row.all.count, is_bold=is_bold)]
    cells += [number(one.count, is_bold=is_bold) for one in (*row.lights, row.unlit)]
    return cells + [number(row.last.get(light, 0), is_bold=is_bold) for light in Light]


def _trouble(read: Sources) -> Iterator[Block]:
    """Page 2: *review needed* and *attention*, with what their issues ask, of whom, and what these answered."""
    yield Heading(_("Tasks in trouble, and what they ask for"))
    cases = read.briefing.cases
    if not cases:
        yield from words.none_here(_("No task is at “attention” or “review needed”."))
        return
    labels = [_("Light"), _("Task"), _("Ministry"), _("Gist of the issue"), _("Asked, and answered")]
    counts = " · ".join(f"{one.label} {one.count}" for one in read.briefing.troubled)
    yield words.table(counts, labels, map(_case, cases), (14, 21, 15, 28, 22))


def _case(case: Case) -> list[Cell | Inline]:
    tile = case.tile
    asked = [Span(f"→ {ministry}: " + _("not answered") + "\n") for ministry in case.waiting]
    for ministry, text in case.answers:
        asked += [Span(f"→ {ministry}: ", is_bold=True), Span(text + "\n")]
    marks = "".join("\n" + _("Correction %(no)s") % {"no": no} for no in case.corrected)
    return [
        words.light_words(tile.light),
        [Span(tile.code, is_bold=True), Span(f" {tile.title}{marks}")],
        case.ministry,
        case.issue or words.NOTHING,
        _trimmed(asked) or words.NOTHING,
    ]


def _trimmed(spans: list[Span]) -> list[Span]:
    """Without the line end of the last one."""
    return [*spans[:-1], Span(spans[-1].text.rstrip("\n"), spans[-1].is_bold)] if spans else []


def _follow_up(meeting: Meeting, names: Directory, *, at: datetime) -> Iterator[Block]:
    yield Heading(_("Follow-up of decisions"))
    rows = followed.standing_on(meeting, at=at)
    if not rows:
        yield from words.none_here(_("No decision of an earlier meeting is open or was closed since the last round."))
        return
    labels = [_("No."), pgettext("meeting", "Decision"), _("Lead (support)"), _("Until"), _("Follow-up"), _("State")]
    closed = sum(row.closed_on is not None for row in rows)
    counts = pgettext("follow-up", "Open %(open)s · Closed %(closed)s") % {"open": len(rows) - closed, "closed": closed}
    listed = [_followed_row(row, names) for row in rows]
    yield words.table(counts, labels, listed, (8, 26, 16, 15, 21, 14))


def _followed_row(row: Followed, names: Directory) -> list[Cell | Inline]:
    decision, last = row.decision, row.last
    lead = names[decision.lead_id].abbr if decision.lead_id else words.NOTHING
    helping = words.supporters_of(decision, names)
    said = f"{Progress(last.progress).label} ({dates.day(last.at)})\n{last.text}" if last else _("nothing said yet")
    return [
        words.number_of(decision),
        words.sentence_of(decision),
        f"{lead} ({helping})" if helping else lead,
        words.day(decision.due_on),
        said,
        row.state,
    ]


# The chapters, and what follows them


def _chapters(read: Sources) -> Iterator[Block]:
    for no, group in read.chapters:
        yield PageBreak()
        yield from chapters.chapter(read, group, no)


def _corrections(read: Sources) -> Iterator[Block]:
    """정정표: the sealed text stays as it is; what was corrected stands beside it."""
    if not read.corrections:
        return
    yield PageBreak()
    yield Heading(_("Table of corrections"))
    labels = [_("No."), _("Task"), _("As sealed"), _("Corrected"), _("Reason")]
    caption = _("Corrections %(n)s") % {"n": len(read.corrections)}
    yield words.table(caption, labels, map(_correction, read.corrections), (7, 18, 28, 28, 19))


def _correction(entry: Entry) -> list[Cell | Inline]:
    replaced = _("replaced by correction %(no)s") % {"no": entry.replaced_by} if entry.replaced_by else ""
    approved = dates.day(entry.decision.at) if entry.decision else ""
    old, new = entry.difference.old.light, entry.difference.new.light
    return [
        str(entry.no),
        [
            Span(entry.report.task.code, is_bold=True),
            Span(f" {entry.report.title}\n{entry.field.label}" + (f"\n{replaced}" if replaced else "")),
        ],
        words.light_words(old)
        if old
        else [Span(piece.text, is_struck=piece.change == "gone") for piece in entry.sealed_pieces],
        words.light_words(new)
        if new
        else [Span(piece.text, is_bold=piece.change == "new") for piece in entry.corrected_pieces],
        f"{entry.correction.reason}\n({approved})",
    ]


def _index(read: Sources) -> Iterator[Block]:
    """By ministry: its chapter's number and its tasks. Pages are for whoever lays the book out to number, and not known
    here."""
    yield PageBreak()
    yield Heading(_("Index by ministry"))
    labels = [_("Chapter"), _("Ministry"), _("Number of tasks"), _("Tasks")]
    rows: list[list[Cell | Inline]] = [
        [
            str(no),
            sources.name_of(group),
            number(len(group.tiles)),
            "\n".join(f"{tile.code} {tile.title}" for tile in group.tiles),
        ]
        for no, group in read.chapters
    ]
    listed = words.table(_("Tasks %(n)s") % {"n": len(read.board.tiles)}, labels, rows, (10, 24, 10, 56))
    yield replace(listed, pages=[chapters.name_of_chapter(no) for no, _group in read.chapters])


def _last_page(read: Sources, *, at: datetime) -> Iterator[Block]:
    yield Heading(_("The frozen record"))
    if not read.is_final or read.round.frozen_at is None:
        yield words.item(_("This round is not frozen yet: there is no root that could be compared."))
    else:
        yield Boxed((words.centred(read.briefing.short_root, is_bold=True),))
        yield words.item(_("Root of reporting round %(no)s, its first eight characters") % {"no": read.round.no})
        yield words.item(_("Frozen %(when)s") % {"when": dates.moment(read.round.frozen_at)})
        yield from verify(read.briefing.short_root)
    if missing := _number_missing(read):
        yield words.item(_("Tasks without a reply: %(n)s") % {"n": missing})
    yield words.item(_("Made %(when)s") % {"when": dates.moment(at)})


def verify(root: str) -> Iterator[Block]:
    """How anybody compares what they hold with the record."""
    yield words.item(_("To verify: these characters have to be those that the portal's page of the record shows."))
    text = _("An administrator recomputes the record: manage.py verify_records --root %(root)s")
    yield Paragraph(text % {"root": root}, Level.DETAIL)


def _number_missing(read: Sources) -> int:
    return sum(tile.state is State.MISSING for tile in read.board.tiles)
