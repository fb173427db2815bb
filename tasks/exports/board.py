"""The tasks that a board shows, as rows: exactly those that its filters leave, each as far as the reader may know it.

What is decided is the board's to decide: the rows are its tiles. Texts are read beside them, one report after another,
and stand only where the reader may know what was sent; drafts are never read.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.models import User
from records.models import Seal
from tfportal import dates
from tfportal.language import on_behalf

from .. import permissions
from ..board import Board
from ..filter_words import in_words
from ..models import Field, Kind, Milestone, Precision, Report, Request, Round
from ..schedules import dates_as_of
from ..tiles import Also, Since, Tile
from .writing import Column, Link, Row, Value
from .writing import Kind as Holds

READ_AT_ONCE = 200  # reports with their texts


def columns() -> list[Column]:
    """What a row holds, in the order of the file."""
    text, day, light = Holds.TEXT, Holds.DATE, Holds.LIGHT
    return [
        Column("code", _("Code"), Holds.LINK, 11),
        Column("title", _("Task"), text, 36),
        Column("ministry", _("Ministry"), text, 16),
        Column("sector", _("Sector"), text, 13),
        Column("kind", _("Kind"), text, 14),
        Column("direction", _("Direction"), text, 24),
        Column("state", _("State"), text, 13),
        Column("light", _("Light"), light, 14),
        Column("light_from", _("Light set by"), text, 12),
        Column("ministry_light", _("Ministry's light"), light, 14),
        Column("office_light", _("Office's light"), light, 14),
        Column("office_reason", _("Reason for the office's light"), text, 26),
        Column("last_light", _("Light of the last round"), light, 14),
        Column("since", _("Since the last round"), text, 18),
        Column("unchanged", str(Also.UNCHANGED.label), text, 9),
        Column("late", _("Late by (hours)"), Holds.NUMBER, 10),
        Column("received", _("Received"), Holds.MOMENT, 17),
        Column("milestone", _("Next milestone"), text, 24),
        Column("baseline", pgettext("milestone", "Baseline"), day, 12),
        Column("current", pgettext("milestone", "Current"), day, 12),
        Column("progress", _("Progress (%)"), Holds.NUMBER, 9),
        *(Column(field.value, str(field.label), text, 48) for field in (Field.RESULTS, Field.PLANS, Field.ISSUES)),
        Column("addressed_to", str(Field.ADDRESSED_TO.label), text, 18),
    ]


@dataclass(frozen=True)
class _Next:
    """The first milestone of a task that was not done, with its dates as the round saw them."""

    title: str
    baseline: Value
    current: Value


@dataclass(frozen=True)
class _Beside:
    """What stands beside a round's reports, read once for all of them."""

    board: Board
    sectors: dict[str, str]
    directions: dict[str, str]
    milestones: dict[int, _Next]
    asked: dict[int, list[str]]


def rows(board: Board) -> Iterator[Row]:
    """One row for each task that the board's filters leave, in their order. The queries are as many for fifty as for
    five thousand; nothing is read before the first row is asked for."""
    beside, found = _beside(board), {tile.pk: tile for tile in board.found}
    reports = Report.objects.in_round(board.round).select_related("current__submission").order_by("task__code")
    for report in reports.iterator(chunk_size=READ_AT_ONCE):
        if tile := found.get(report.pk):
            yield _row(tile, report, beside)


def _beside(board: Board) -> _Beside:
    asked: dict[int, list[str]] = defaultdict(list)
    requests = Request.objects.standing().filter(revision__report__round=board.round)
    for revision, ministry in requests.order_by("revision", "addressed_to__order").values_list(
        "revision", "addressed_to"
    ):
        asked[revision].append(board.names[ministry].abbr)
    return _Beside(
        board,
        {sector.code: sector.name for sector in board.heads.sectors},
        {row.code: row.title for row in board.heads.directions},
        _next_milestones(board.round),
        asked,
    )


def _next_milestones(round_: Round) -> dict[int, _Next]:
    """By the task; of two on one day the one that comes first in the plan. Three queries."""
    dates_then = dates_as_of(round_)
    first: dict[int, tuple[date, Milestone]] = {}
    for row in Milestone.objects.filter(task__reports__round=round_).order_by("order"):
        then = dates_then[row.pk]
        if then.done_on is None and (row.task_id not in first or then.current_on < first[row.task_id][0]):
            first[row.task_id] = (then.current_on, row)
    return {
        task: _Next(row.title, _day(row.baseline_on, row), _day(current_on, row))
        for task, (current_on, row) in first.items()
    }


def _row(tile: Tile, report: Report, beside: _Beside) -> Row:
    known = beside.board.viewer.may_know({"current_id": report.current_id, "state": report.state})
    text = report.current if known else None
    milestone = beside.milestones.get(report.task_id)
    sees_office = permissions.can_see_office_side(beside.board.viewer.user, report)
    made: dict[str, Value] = {
        "code": Link(tile.code, _address(tile, report)) if tile.opens else tile.code,
        "title": tile.title,
        "ministry": tile.lead_name,
        "sector": beside.sectors.get(tile.sector, tile.sector),
        "kind": str(Kind(tile.kind).label),
        "direction": beside.directions.get(tile.direction, ""),
        "state": tile.word,
        "light": tile.light,
        "light_from": _light_from(tile),
        "ministry_light": tile.ministry_light,
        "office_light": tile.office_light,
        "last_light": tile.before,
        "since": ", ".join(str(since.label) for since in Since if since in tile.since),
        "unchanged": _("Yes") if Also.UNCHANGED in tile.also else "",
        "late": round(report.late_by / timedelta(hours=1), 1) if report.late_by else None,
        "received": report.current.submission.received_at if report.current else None,
    }
    if milestone:
        made |= {
            "milestone": milestone.title,
            "baseline": milestone.baseline,
            "current": milestone.current,
        }
    if text:
        made |= {
            "office_reason": report.office_reason if sees_office else "",
            "progress": text.progress,
            "results": text.results,
            "plans": text.plans,
            "issues": text.issues,
            "addressed_to": ", ".join(beside.asked.get(text.pk, ())),
        }
    return made


def _address(tile: Tile, report: Report) -> str:
    return settings.PORTAL_URL + reverse(f"{'review' if tile.opens == 'review' else 'show'}_report", args=[report.pk])


def _light_from(tile: Tile) -> str:
    """Who set the light that counts: last round's is nobody's word on this round."""
    if tile.light is None:
        return ""
    if tile.was:
        return _("last round")
    return _("office") if tile.office_light else _("ministry")


def _day(value: date, milestone: Milestone) -> Value:
    """A real day where it is known to the day, else its period in words."""
    return value if milestone.precision == Precision.DAY else dates.period(value, milestone.precision)


# What the file is


def title(board: Board) -> str:
    return _("Reporting round %(no)s, status") % {"no": board.round.no}


def about(board: Board, *, user: User, at: datetime) -> list[tuple[str, Value]]:
    """Where the rows come from: the round, what they are narrowed to, who took them out and when. At most one query."""
    round_ = board.round
    told: list[tuple[str, Value]] = [
        (_("Round"), _("Reporting round %(no)s") % {"no": round_.no}),
        (_("As of"), round_.as_of),
    ]
    if round_.frozen_at:
        root = Seal.objects.filter(stream__key=round_.stream_key).values_list("root", flat=True).first()
        told += [(_("Frozen"), round_.frozen_at), (_("Root"), root or "")]
    else:
        told += [(_("State"), _("Being collected: it changes until it is frozen."))]
    told += [
        (
            _("Filters"),
            "\n".join(in_words(board.filters, board.heads, closed=board.is_frozen))
            or _("None: every task of the round"),
        ),
        (_("Tasks"), _("%(n)d of %(total)d") % {"n": len(board.found), "total": len(board.tiles)}),
        (_("Exported"), at),
        (_("Exported by"), on_behalf(user)),
    ]
    if settings.DEMO:
        told += [(_("Demo"), _("Tasks and ministries are real; lights, results and dates are samples."))]
    return told
