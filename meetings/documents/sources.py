"""What the book is made from: one frozen round, or one that would be frozen now, read in a constant number of queries.

Nothing is decided here: lights, numbers and cases are the board's and the briefing's, corrections and requests those of
their own pages. Text that was never sent is not read at all.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ministries.models import MinistryName, User
from tasks import board, briefing, corrections
from tasks.board import Board
from tasks.briefing import Briefing
from tasks.corrections import Entry
from tasks.grouping import By, Group, groups
from tasks.models import Kind, Milestone, Report, Round, Support
from tasks.querysets import ReportQuerySet
from tasks.schedules import AsOf, dates_as_of
from tasks.tiles import Tile

from ..models import AgendaItem, Meeting


@dataclass(frozen=True)
class Sources:
    """Everything of one round that documents show. `ministry`: only what this one leads was read."""

    meeting: Meeting
    round: Round
    briefing: Briefing
    reports: dict[int, Report]
    supports: dict[int, list[MinistryName]]  # by task
    milestones: dict[int, list[Milestone]]  # by task
    dates: dict[int, AsOf]
    corrections: list[Entry]

    @property
    def board(self) -> Board:
        return self.briefing.board

    @property
    def is_final(self) -> bool:
        """Whether what is shown cannot change any more."""
        return self.round.frozen_at is not None

    @cached_property
    def chapters(self) -> list[tuple[int, Group]]:
        """Every ministry that leads a task of the round, in their order, with its chapter's number and its tasks; of
        the whole book's chapters those whose texts were read."""
        leading = [group for group in groups(self.board.tiles, By.MINISTRY, self.board.heads) if group.tiles]
        numbered = list(enumerate(leading, 1))
        return [(no, group) for no, group in numbered if any(tile.pk in self.reports for tile in group.tiles)]

    @cached_property
    def sectors(self) -> dict[str, str]:
        return {sector.code: sector.name for sector in self.board.heads.sectors}

    @cached_property
    def corrected(self) -> dict[int, list[Entry]]:
        """The corrections of each report, by their numbers."""
        found: defaultdict[int, list[Entry]] = defaultdict(list)
        for entry in self.corrections:
            found[entry.correction.report_id].append(entry)
        return dict(found)


def name_of(group: Group) -> str:
    """A ministry's long name: as it was copied at the freeze."""
    return group.tiles[0].lead_name if group.tiles else group.title


def by_kind(tiles: Iterable[Tile]) -> list[tuple[Kind, list[Tile]]]:
    """The tasks by where they come from, in the order of the kinds; no kind without a task."""
    listed = list(tiles)
    found = [(kind, [tile for tile in listed if tile.kind == kind]) for kind in Kind]
    return [(kind, of) for kind, of in found if of]


def read(meeting: Meeting, round_: Round, *, user: User, at: datetime, ministry: int | None = None) -> Sources:
    """The round as sealed, or as it would be. With a ministry (primary key) only the texts of what it leads."""
    shown = briefing.of_board(board.as_sealed(round_, user=user, at=at))
    reports = Report.objects.in_round(round_)
    if ministry is not None:
        reports = reports.led_by([ministry])
    found = {report.pk: report for report in _with_texts(reports)}
    tasks = [report.task_id for report in found.values()]
    supports: defaultdict[int, list[int]] = defaultdict(list)
    for row in Support.objects.filter(task__reports__round=round_).order_by():
        if row.holds_on(round_.as_of):
            supports[row.task_id].append(row.ministry_id)
    milestones: defaultdict[int, list[Milestone]] = defaultdict(list)
    for milestone in Milestone.objects.filter(task__reports__round=round_).order_by("task", "order"):
        milestones[milestone.task_id].append(milestone)
    return Sources(
        meeting,
        round_,
        shown,
        found,
        {task: shown.board.names.named(supports[task]) for task in tasks},
        dict(milestones),
        dates_as_of(round_),
        [row for row in corrections.table(round_) if row.correction.report_id in found],
    )


def _with_texts(reports: ReportQuerySet) -> Iterable[Report]:
    """With what was sent, never with a draft."""
    said = ("current__milestone_changes", "current__indicator_values__indicator")
    return reports.select_related("task", "current").prefetch_related(*said).order_by("task__code")


def agenda(meeting: Meeting, *, for_office: bool) -> list[AgendaItem]:
    """The items in their order: what was shown to the ministries; for the office alone also before. One query."""
    if meeting.shown_at is None and not for_office:
        return []
    return list(meeting.items.select_related("presenter").order_by("order", "pk"))
