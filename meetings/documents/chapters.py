"""The book's chapter of one ministry: its tasks by kind, each with what was reported on it and its dates."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks import reading
from tasks.grouping import Group
from tasks.models import Cause, Field, IndicatorValue, Milestone, MilestoneChange, Report, Revision
from tasks.numbers import plain
from tasks.tiles import Also, Tile
from tfportal import dates
from tfportal.language import pick

from . import words
from .blocks import Block, Cell, Heading, Inline, Span
from .sources import Sources, by_kind, name_of
from .words import note, topic

BODIES = (Field.RESULTS, Field.PLANS, Field.ISSUES)


def name_of_chapter(no: int) -> str:
    return f"chapter-{no}"


def chapter(read: Sources, group: Group, no: int) -> Iterator[Block]:
    """`1. 환경부`, then each kind of task with its tasks."""
    yield Heading(f"{no}. {name_of(group)}", name=name_of_chapter(no))
    for kind, tiles in by_kind(tile for tile in group.tiles if tile.pk in read.reports):
        yield Heading(_("%(kind)s (%(n)s)") % {"kind": kind.label, "n": len(tiles)}, level=2)
        for tile in tiles:
            yield from _task(read, tile, read.reports[tile.pk])


def _task(read: Sources, tile: Tile, report: Report) -> Iterator[Block]:
    yield _head(read, tile)
    revision = report.current
    if revision is None:
        yield topic(_("No reply"))
    else:
        yield from _texts(read, report, revision)
        yield from _measures(revision)
    yield from _milestones(read, report, revision)
    if numbers := [entry.no for entry in read.corrected.get(report.pk, [])]:
        listed = ", ".join(map(str, numbers))
        yield note(_("Corrected: no. %(numbers)s of the table of corrections") % {"numbers": listed})


def _head(read: Sources, tile: Tile) -> Block:
    supporting = ", ".join(name.abbr for name in read.supports.get(tile.task_id, ())) or words.NOTHING
    answered = tile.word + (f" · {Also.UNCHANGED.label}" if Also.UNCHANGED in tile.also else "")
    return words.pairs(
        f"{tile.code} {tile.title}",
        [
            [(_("Lead"), tile.lead_name), (_("Supporting"), supporting)],
            [(_("Sector"), read.sectors.get(tile.sector, tile.sector)), (_("State"), answered)],
            [
                (_("Ministry's light"), words.light_words(tile.ministry_light)),
                (_("Office's light"), words.light_words(tile.office_light)),
            ],
        ],
    )


def wording_of(report: Report) -> str:
    """회의자료 문구: the office's wording of the report, where there is one."""
    return pick(report.book_text_ko, report.book_text_en)


def _texts(read: Sources, report: Report, revision: Revision) -> Iterator[Block]:
    """The ministry's texts; the book wording in place of results and next steps where there is one. What is asked of
    others stays in the words in which they were asked."""
    corrected = {entry.field: entry.no for entry in read.corrected.get(report.pk, []) if not entry.replaced_by}
    wording = wording_of(report)
    if wording:
        yield topic(pgettext("chapter of the book", "Progress made"), Span(" (" + _("Book wording") + ")"))
        yield from words.ministry_text(wording)
    for field in BODIES[2:] if wording else BODIES:
        text = getattr(revision, field.value)
        if not text:
            continue
        marked = corrected.get(field)
        mark = [Span(" [" + _("Correction %(no)s") % {"no": marked} + "]")] if marked else []
        yield topic(str(field.label), *mark)
        yield from words.ministry_text(text)


def _measures(revision: Revision) -> Iterator[Block]:
    rows: list[IndicatorValue] = list(revision.indicator_values.all())
    if not rows:
        return
    yield topic(str(Field.INDICATORS.label))
    for row in sorted(rows, key=lambda row: row.indicator.order):
        told = {"value": "" if row.value is None else plain(row.value), "note": row.note}
        yield words.item(f"{row.indicator.title}: {reading.measured(row.indicator, told)}")


def _milestones(read: Sources, report: Report, revision: Revision | None) -> Iterator[Block]:
    rows = read.milestones.get(report.task_id, [])
    if not rows:
        return
    changes = {row.milestone_id: row for row in revision.milestone_changes.all()} if revision else {}
    labels = [_("Milestone"), pgettext("milestone", "Baseline"), pgettext("milestone", "Current"), _("Remarks")]
    listed: list[list[Cell | Inline]] = []
    for row in rows:
        baseline, current = dates_of(read, row)
        listed.append([row.title, baseline, current, _remark(read, row, changes.get(row.pk))])
    yield words.table(str(Field.MILESTONES.label), labels, listed, (34, 20, 20, 26))


def dates_of(read: Sources, milestone: Milestone) -> tuple[str, str]:
    """Baseline and current date, no more exact than they are known, as the round saw them."""
    then = read.dates[milestone.pk]
    exact = milestone.precision if then.current_on == milestone.baseline_on else "day"
    return dates.period(milestone.baseline_on, milestone.precision), dates.period(then.current_on, exact)


def _remark(read: Sources, milestone: Milestone, change: MilestoneChange | None) -> str:
    """What was done, what this report moved and why, or that the day has passed."""
    then = read.dates[milestone.pk]
    if then.done_on is not None:
        return _("done %(day)s") % {"day": dates.day(then.done_on)}
    said = _said(change) if change else ""
    if not said and then.current_on < read.round.as_of:
        return _("past its date, not done")
    return said or words.NOTHING


def _said(change: MilestoneChange) -> str:
    waits = "" if change.applied_event_id else " " + _("(not accepted by the office)")
    if change.done_on is not None:
        return _("done %(day)s") % {"day": dates.day(change.done_on)} + waits
    why = f"{Cause(change.cause).label}: {change.reason}"
    moved = f"{dates.day(change.old_on)} → {dates.day(change.new_on)}" if change.new_on else ""
    return f"{moved} ({why}){waits}"
