"""이행지표 and 세부일정 beside a report: what was said of each indicator, how often each milestone moved. Read-only."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils.translation import gettext as _

from . import charts, content, numbers
from .models import Indicator, IndicatorValue, Milestone, MilestoneChange, Report, Target


@dataclass(frozen=True)
class Told:
    """What one round's text said of an indicator."""

    no: int
    as_of: date
    value: Decimal | None
    note: str

    @property
    def text(self) -> str:
        return "–" if self.value is None else numbers.shown(self.value)


@dataclass(frozen=True)
class Measure:
    """One indicator of a report: what was said of it up to this report, the oldest first, and what it is to reach."""

    indicator: Indicator
    year: int
    told: tuple[Told, ...]
    is_owed: bool = False

    @property
    def key(self) -> str:
        """The key of its answer in a report's raw text."""
        return str(self.indicator.pk)

    @property
    def last(self) -> Told | None:
        """The last value that was given."""
        return next((row for row in reversed(self.told) if row.value is not None), None)

    @cached_property
    def targets(self) -> list[tuple[int, str]]:
        return [(row.year, numbers.shown(row.value)) for row in self._targets]

    @property
    def _targets(self) -> list[Target]:
        return sorted(self.indicator.targets.all(), key=lambda row: row.year)

    @cached_property
    def aim(self) -> Target | None:
        """This year's target, else the next one's."""
        return next((row for row in self._targets if row.year >= self.year), None)

    @property
    def aim_text(self) -> str:
        return numbers.shown(self.aim.value) if self.aim else ""

    @cached_property
    def line(self) -> charts.Line | None:
        values = [(row.no, row.value) for row in self.told if row.value is not None]
        return charts.line(values, self.aim.value if self.aim else None)

    @property
    def in_words(self) -> str:
        """The line for those who do not see it."""
        said = [
            _("round %(no)s: %(value)s") % {"no": row.no, "value": row.text}
            for row in self.told
            if row.value is not None
        ]
        if self.aim:
            said.append(_("target of %(year)s: %(value)s") % {"year": self.aim.year, "value": self.aim_text})
        return "; ".join(said)


def measures_of(report: Report, *, with_own: bool = False) -> list[Measure]:
    """The report's indicators with the values of the rounds before it, and `with_own` the one that its own text gives:
    for those who may read that. Of ended ones, those that were spoken of."""
    owed = {row.pk for row in content.owed_indicators(report)}
    opened = {row.pk for row in content.open_indicators(report)}
    own = (
        {row.indicator_id: row for row in report.current.indicator_values.all()} if with_own and report.current else {}
    )
    measures = []
    for indicator in report.task.indicators.all():
        rows = content.values_before(report, indicator)
        told = [_told(row, row.revision.report) for row in rows]
        if mine := own.get(indicator.pk):
            told.append(_told(mine, report))
        if told or indicator.pk in opened:
            measures.append(Measure(indicator, report.round.as_of.year, tuple(told), indicator.pk in owed))
    return measures


def _told(row: IndicatorValue, report: Report) -> Told:
    return Told(report.round.no, report.round.as_of, row.value, row.note)


@dataclass(frozen=True)
class Schedule:
    """One milestone, and the times that it was moved before this report's round, the first first."""

    milestone: Milestone
    moves: tuple[MilestoneChange, ...]

    @property
    def shows(self) -> bool:
        """Whether the date is not simply the one that was promised first."""
        return bool(self.moves) or self.milestone.current_on != self.milestone.baseline_on


def schedules_of(report: Report) -> dict[int, Schedule]:
    """The task's milestones by their primary key, in order."""
    return {
        row.pk: Schedule(row, tuple(move for move in moves_of(row) if move.revision.report.round.no < report.round.no))
        for row in report.task.milestones.all()
    }


def moves_of(milestone: Milestone) -> list[MilestoneChange]:
    """Every time that its date was moved and the office accepted that, the first first."""
    rows = (row for row in milestone.changes.all() if row.applied_event_id is not None and row.new_on is not None)
    return sorted(rows, key=lambda row: (row.revision.report.round.no, row.revision.no))
