"""The board's charts: what each one shows of the tasks that the board's filters leave. Read-only.

Where things stand in a picture is reckoned in `charting/`; every number is a `selecting.Number`, as on the board.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tfportal import dates

from . import schedules
from .board import Board
from .charting import bars, elapsed, timeline
from .charting.axis import Axis, Tick
from .grouping import NONE, By, groups
from .models import Cause, Milestone, MilestoneChange, Report
from .selecting import Number, count
from .tiles import Also, Since, Tile
from .trends import Trend, Turn, lights_of, trend_up_to

LEDGERS = ("ministry", "sector", "kind")  # filters of the slippage ledger that mean the same there
HEADS_DRAWN = 20  # of more ministries those with the most tasks are drawn, and the others said
SHOW_ALL = ("timeline", "progress", "ministry")  # `?all=`: the charts that are shortened, unless all of it is asked for


@dataclass(frozen=True)
class Segment:
    """One part of a bar: so many tasks with this light, and where it stands."""

    number: Number
    span: bars.Span

    @property
    def css(self) -> str:
        return self.number.light.css if self.number.light else "unlit"


@dataclass(frozen=True)
class Bar:
    """One row: a group of tasks, or a round."""

    label: str
    title: str
    total: Number
    numbers: list[Number]  # by light, zeros included: the row of the table behind
    segments: list[Segment]
    turn: Turn | None = None

    @property
    def end(self) -> float:
        """Where the sum stands, right of the bar."""
        return round(sum(segment.span.width for segment in self.segments), 3)


@dataclass(frozen=True)
class Bars:
    """A chart of stacked bars. `left_out`: the groups without any task, which have no row."""

    key: str
    heading: str
    head: str
    bars: list[Bar]
    left_out: list[str] = field(default_factory=list)
    total: int = 0  # how many rows there are, drawn or not

    @property
    def has_unlit(self) -> bool:
        """Whether any of its tasks has no light yet."""
        return any(bar.numbers[-1].count for bar in self.bars)

    @property
    def columns(self) -> list[Number]:
        """The heads of the table behind."""
        return self.shown(self.bars[0].numbers) if self.bars else []

    def shown(self, numbers: list[Number]) -> list[Number]:
        return numbers if self.has_unlit else numbers[:-1]

    @property
    def rows(self) -> list[tuple[Bar, list[Number]]]:
        """The table behind."""
        return [(bar, self.shown(bar.numbers)) for bar in self.bars]


def _bar(label: str, title: str, total: Number, numbers: list[Number], longest: int, turn: Turn | None = None) -> Bar:
    spans = bars.stack([number.count for number in numbers], longest, upright=turn is not None)
    segments = [Segment(number, span) for number, span in zip(numbers, spans, strict=True) if number.count]
    return Bar(label, title, total, numbers, segments, turn)


@dataclass(frozen=True)
class Move:
    """One time that a date was moved: in which round, to which date, for which cause."""

    no: int
    old_on: Any
    new_on: Any
    cause: str


@dataclass(frozen=True)
class CourseRow:
    """A milestone in the timeline."""

    tile: Tile
    title: str
    precision: str
    course: timeline.Course
    moves: list[Move]

    @property
    def moved_text(self) -> str:
        """`2회 변경`."""
        n = len(self.moves)
        return ngettext("moved once", "moved %(n)d times", n) % {"n": n} if n else ""

    @property
    def state_text(self) -> str:
        promise = self.course.promise
        if promise.done_on:
            return _("done %(day)s") % {"day": dates.day(promise.done_on)}
        return _("past its date, not done") if self.course.is_late else _("ahead")

    @property
    def in_words(self) -> str:
        """The row for those who do not see it."""
        promise = self.course.promise
        said = [_("baseline %(day)s") % {"day": dates.period(promise.baseline_on, self.precision)}]
        if promise.has_moved:
            said.append(_("now %(day)s") % {"day": dates.period(promise.current_on, self.precision)})
        return ", ".join(filter(None, (*said, self.moved_text, self.state_text)))


@dataclass(frozen=True)
class Timeline:
    """The milestones of the tasks, by ministry. `total`, `moved`, `late`: of all that the filters leave."""

    axis: Axis
    as_of_x: float
    groups: list[tuple[str, list[CourseRow]]]
    total: int
    shown: int
    is_whole: bool
    moved: int
    late: int

    @property
    def ticks(self) -> list[tuple[Tick, str]]:
        """The months along the axis in words, with the year where it begins."""
        return [(tick, dates.month(tick.day, year=tick.starts_year)) for tick in self.axis.ticks]

    @property
    def hidden(self) -> int:
        return self.total - self.shown


@dataclass(frozen=True)
class Progress:
    """Progress against time elapsed, whoever lies furthest behind first."""

    rows: list[tuple[Tile, elapsed.Gap]]
    total: int
    behind: int
    without_plan: list[Tile]
    without_progress: list[Tile]
    is_whole: bool

    rule = elapsed.BEHIND

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)

    @property
    def marks(self) -> list[tuple[float, int]]:
        return [(elapsed.place(percent), percent) for percent in (0, 25, 50, 75, 100)]


@dataclass(frozen=True)
class Figures:
    """All charts of one board."""

    board: Board
    whole: str = ""  # the chart that is shown in full

    @property
    def filter_words(self) -> list[str]:
        """What the charts are narrowed to: on paper no form says it."""
        return [word for name in self.board.filters.asked for word in self._words(name)]

    @property
    def trend_left_out(self) -> list[str]:
        """Those of them that do not hold for the trend."""
        return [word for name in self.trend.left_out for word in self._words(name)]

    def _words(self, name: str) -> list[str]:
        """What a filter asks, as the form calls it."""
        if name == "also":
            return [str(Also(value).label) for value in self.board.filters.also_values]
        value = getattr(self.board.filters, name)
        choices = dict(self.board.choices.get(name, ())) | {"since": dict(Since.choices)}.get(name, {})
        choices |= {"any": _("Lights"), "none": _("No light yet")} if name == "light" else {}
        return [str(choices.get(value, value))]

    @cached_property
    def by(self) -> list[Bars]:
        """The lights by ministry, sector, kind and direction."""
        headings = {
            By.MINISTRY: _("Lights by ministry"),
            By.SECTOR: _("Lights by sector"),
            By.KIND: _("Lights by kind"),
            By.DIRECTION: _("Lights by direction"),
        }
        return [self._bars(by, headings[by]) for by in By]

    def _bars(self, by: By, heading: str) -> Bars:
        found = groups(self.board.found, by, self.board.heads)
        longest = max((len(group.tiles) for group in found), default=0)
        made = []
        for group in found:
            if not group.tiles:
                continue
            filters = replace(self.board.filters, **{by.value: group.code})
            title = group.tiles[0].lead_name if group.name else group.title
            total = count(group.tiles, filters, group.label)
            made.append(_bar(group.label, title, total, lights_of(group.tiles, filters), longest))
        # What the reader narrowed to is not missed; nor is "No direction" where every task has one.
        asked = getattr(self.board.filters, by)
        empty = [] if asked else [group.label for group in found if not group.tiles and group.code != NONE]
        drawn = made
        if len(made) > HEADS_DRAWN and self.whole != by.value:
            least = sorted((bar.total.count for bar in made), reverse=True)[HEADS_DRAWN - 1]
            drawn = [bar for bar in made if bar.total.count >= least][:HEADS_DRAWN]
        return Bars(by.value, heading, str(by.label), drawn, empty, len(made))

    least = bars.LEAST_OF_HALF

    @property
    def few(self) -> str:
        """How many tasks a list beside a chart names, as `slice` takes it; all where the chart is shown in full."""
        return "" if self.whole == "progress" else f":{elapsed.SHOWN}"

    @property
    def ledger_query(self) -> str:
        """The moved dates up to this round, under those filters that the ledger knows as well."""
        asked = {name: value for name, value in self.board.filters.asked.items() if name in LEDGERS}
        return "?" + urlencode(asked | ({"round": self.board.round.no} if self.board.is_frozen else {}))

    @property
    def has_unlit(self) -> bool:
        return any(chart.has_unlit for chart in (*self.by, self.trend_bars))

    @cached_property
    def trend(self) -> Trend:
        return trend_up_to(self.board)

    @cached_property
    def trend_bars(self) -> Bars:
        longest = max((turn.total.count for turn in self.trend.turns), default=0)
        made = []
        for turn in self.trend.turns:
            label = _("Round %(no)s") % {"no": turn.round.no}
            made.append(_bar(label, label, turn.total, turn.numbers, longest, turn))
        return Bars("trend", _("Trend of the lights"), _("Round"), made)

    @cached_property
    def timeline(self) -> Timeline:
        """Five queries."""
        as_of, tiles = self.board.round.as_of, {tile.task_id: tile for tile in self.board.found}
        milestones = {row.pk: row for row in _milestones(self.board) if row.task_id in tiles}
        seen, moves = schedules.dates_as_of(self.board.round), _moves(self.board)
        promises = [
            timeline.Promise(pk, row.baseline_on, seen[pk].current_on, seen[pk].done_on, len(moves.get(pk, [])))
            for pk, row in milestones.items()
        ]
        drawn = timeline.chosen(promises, as_of, show_all=self.whole == "timeline")
        axis, courses = timeline.courses(drawn, as_of)
        rows: dict[str, list[CourseRow]] = {}
        for course in courses:
            milestone = milestones[course.promise.key]
            tile = tiles[milestone.task_id]
            row = CourseRow(tile, milestone.title, milestone.precision, course, moves.get(milestone.pk, []))
            rows.setdefault(tile.ministry, []).append(row)
        named = [(label, rows[code]) for code, label in self.board.choices["ministry"] if code in rows]
        return Timeline(
            axis,
            axis.place(as_of),
            named,
            len(promises),
            len(drawn),
            self.whole == "timeline",
            sum(promise.has_moved for promise in promises),
            sum(promise.is_late(as_of) for promise in promises),
        )

    @cached_property
    def progress(self) -> Progress:
        """One query."""
        told = {row["pk"]: row for row in _plans(self.board)}
        tiles = {tile.pk: tile for tile in self.board.found}
        plans, without_plan, without_progress = [], [], []
        for pk, tile in tiles.items():
            row = told[pk]
            starts_on, ends_on = row["task__planned_from"], row["task__planned_until"]
            known = row["current__progress"] if self.board.viewer.may_know(row) else None
            if not (starts_on and ends_on):
                without_plan.append(tile)
            elif known is None:
                without_progress.append(tile)
            else:
                plans.append(elapsed.Plan(pk, starts_on, ends_on, known))
        gaps = elapsed.gaps(plans, self.board.round.as_of)
        drawn = gaps if self.whole == "progress" else gaps[: elapsed.SHOWN]
        return Progress(
            [(tiles[gap.plan.key], gap) for gap in drawn],
            len(gaps),
            sum(gap.is_behind for gap in gaps),
            without_plan,
            without_progress,
            self.whole == "progress",
        )


def _milestones(board: Board) -> Iterable[Milestone]:
    return Milestone.objects.filter(task__reports__round=board.round).order_by("task__code", "order")


def _moves(board: Board) -> dict[int, list[Move]]:
    """What was moved up to the board's round, with the office's word, the first first."""
    rows = MilestoneChange.objects.filter(
        milestone__task__reports__round=board.round,
        revision__report__round__no__lte=board.round.no,
        applied_event__isnull=False,
        new_on__isnull=False,
    ).order_by("revision__report__round__no", "revision__no")
    found: dict[int, list[Move]] = {}
    for pk, no, old_on, new_on, cause in rows.values_list(
        "milestone_id", "revision__report__round__no", "old_on", "new_on", "cause"
    ):
        found.setdefault(pk, []).append(Move(no, old_on, new_on, str(Cause(cause).label) if cause else ""))
    return found


def _plans(board: Board) -> Any:
    return Report.objects.in_round(board.round).values(
        "pk", "state", "current_id", "current__progress", "task__planned_from", "task__planned_until"
    )


def build(board: Board, query: Mapping[str, str]) -> Figures:
    """The charts of a board; `?all=` names one that is to be shown in full."""
    return Figures(board, query.get("all", "") if query.get("all") in SHOW_ALL else "")
