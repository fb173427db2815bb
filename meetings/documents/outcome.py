"""회의결과: what a meeting came to. A draft until the outcome is confirmed; then with the root of what was sealed."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ministries.directory import Directory
from tfportal import dates
from tfportal.language import pick

from ..decisions import day_of
from ..figures import figure_in_words
from ..models import AgendaItem, Attendance, Decision, Meeting
from . import words
from .blocks import Block, Boxed, Cell, Document, Heading, Inline, Level, Title
from .book import ROMAN, verify
from .words import note, topic


def compose(meeting: Meeting, *, language: str, at: datetime) -> Document:
    """The outcome as it stands. A constant number of queries."""
    with translation.override(language):
        draft = "" if meeting.frozen_at else words.draft()
        return Document(
            title=words.name_of_outcome(meeting),
            language=language,
            author=words.office(),
            made_at=at,
            blocks=tuple(_blocks(meeting, at)),
            subject=_("Outcome of the meeting"),
            draft=draft,
            handling=words.handling(),
            header=words.running_head(meeting, draft),
        )


def decisions_of(meeting: Meeting) -> list[Decision]:
    """Those that stand, in the order of their numbers, with whom and what they name. Four queries."""
    rows = Decision.objects.standing().filter(meeting=meeting).select_related("meeting")
    return list(rows.prefetch_related("supporting", "of_tasks__task").order_by("no"))


def _blocks(meeting: Meeting, at: datetime) -> Iterator[Block]:
    names = Directory(day_of(meeting))
    attendances = list(meeting.attendances.all())
    items = list(meeting.items.prefetch_related("figures").order_by("order", "pk"))
    decisions = decisions_of(meeting)
    yield Title(words.quoted(words.name_of_outcome(meeting)), under=words.when(meeting))
    yield Boxed((words.centred(words.handling(), is_bold=True),))
    yield from _overview(meeting, attendances)
    yield Heading(f"{ROMAN[0]}. " + _("Items and what came of them"))
    if not items:
        yield from words.none_here(_("No agenda item was entered."))
    for no, item in enumerate(items, 1):
        yield from _item(no, item, names)
    yield Heading(f"{ROMAN[1]}. " + pgettext("meeting", "Decisions"))
    yield from _decisions(decisions, names)
    yield from _remarks(meeting)
    yield Heading(_("Attendance"))
    yield from _attendance(attendances, names)
    yield from _last_page(meeting, at)


def _overview(meeting: Meeting, attendances: list[Attendance]) -> Iterator[Block]:
    present = [row for row in attendances if row.is_present]
    told = {
        "present": len(present),
        "invited": len(attendances),
        "deputies": sum(row.is_deputy for row in present),
    }
    unmarked = sum(row.is_present is None for row in attendances)
    chair = pick(meeting.chair, meeting.chair_en or meeting.chair) or words.NOTHING
    who = _("%(present)s of %(invited)s ministries, %(deputies)s in the member’s place") % told
    if unmarked:
        who += " · " + ngettext("not marked for %(n)d ministry", "not marked for %(n)d ministries", unmarked) % {
            "n": unmarked
        }
    yield words.pairs(
        _("Overview"),
        [
            [(_("When"), words.when(meeting)), (_("Place"), meeting.place or words.NOTHING)],
            [(_("Chair"), chair), (pgettext("attendance", "Present"), who)],
        ],
    )


def _item(no: int, item: AgendaItem, names: Directory) -> Iterator[Block]:
    by = f" ({names[item.presenter_id].abbr})" if item.presenter_id else ""
    yield topic(f"{no}. {item.title}{by}")
    if item.outcome:
        yield from words.ministry_text(item.outcome, Level.ITEM)
    else:
        yield words.item(_("No outcome was noted."))
    for figure in item.figures.all():
        yield note(figure_in_words(figure))


def _decisions(decisions: list[Decision], names: Directory) -> Iterator[Block]:
    if not decisions:
        yield from words.none_here(_("Nothing was decided."))
        return
    labels = [_("No."), _("Kind"), pgettext("meeting", "Decision"), _("Lead"), _("Supporting"), _("Until"), _("Tasks")]
    rows: list[list[Cell | Inline]] = [
        [
            words.number_of(row),
            str(row.get_kind_display()),
            words.sentence_of(row),
            names[row.lead_id].abbr if row.lead_id else words.NOTHING,
            words.supporters_of(row, names) or words.NOTHING,
            words.day(row.due_on),
            ", ".join(one.task.code for one in row.of_tasks.all()) or words.NOTHING,
        ]
        for row in decisions
    ]
    yield words.table("", labels, rows, (8, 10, 31, 13, 13, 15, 10))


def _remarks(meeting: Meeting) -> Iterator[Block]:
    remarks = list(meeting.remarks.order_by("order", "pk"))
    if remarks:
        yield Heading(f"{ROMAN[2]}. " + _("What the chair said"))
        yield from (line for row in remarks for line in words.ministry_text(row.text, Level.ITEM))


def _attendance(attendances: list[Attendance], names: Directory) -> Iterator[Block]:
    if not attendances:
        yield from words.none_here(_("No ministry was invited."))
        return
    labels = [_("Ministry"), _("Position"), _("Attendance")]
    rows: list[list[Cell | Inline]] = [
        [names[row.ministry_id].name, row.position or words.NOTHING, _presence(row)] for row in attendances
    ]
    yield words.table("", labels, rows, (40, 36, 24))


def _presence(row: Attendance) -> str:
    if row.is_present is None:
        return words.NOTHING
    if not row.is_present:
        return pgettext("attendance", "Absent")
    return (
        pgettext("attendance", "Present, in the member’s place") if row.is_deputy else pgettext("attendance", "Present")
    )


def _last_page(meeting: Meeting, at: datetime) -> Iterator[Block]:
    yield Heading(_("The sealed record"))
    if meeting.frozen_at is None:
        yield words.item(_("The outcome is not confirmed yet: there is no root that could be compared."))
    else:
        root = words.root_of(meeting.stream_key)[:8]
        yield Boxed((words.centred(root, is_bold=True),))
        yield words.item(_("Root of the meeting’s outcome, its first eight characters"))
        yield words.item(_("Confirmed %(when)s") % {"when": dates.moment(meeting.frozen_at)})
        yield from verify(root)
    yield words.item(_("Made %(when)s") % {"when": dates.moment(at)})
