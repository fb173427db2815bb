"""The board's charts: what each one shows of the tasks that the board's filters leave. Read-only.

Where things stand in a picture is reckoned in `charting/`; every number is a `selecting.Number`, as on the board.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tfportal import dates

from .board import Board
from .charting import bars, elapsed, timeline
from .charting.axis import Axis, Tick
from .models import Cause, Milestone, MilestoneChange, Report
from .selecting import Number, count
from .tiles import Also, Since, Tile
from .trends import Trend, Turn, lights_of, trend_up_to

SHOW_ALL = ("timeline", "progress")  # `?all=`: the charts that are shortened, unless all of it is asked for


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
    """The milestones of the tasks, by ministry. `total`: of all that the filters leave."""

    axis: Axis
    as_of_x: float
    groups: list[tuple[str, list[CourseRow]]]
    total: int
    shown: int
    is_whole: bool

    @property
    def ticks(self) -> list[tuple[Tick, str]]:
        """The months along the axis in words, with the year where it begins."""
        return [(tick, dates.month(tick.day, year=tick.starts_year)) for tick in self.axis.ticks]

    @property
    def hidden(self) -> int:
        return self.total - self.shown

    @property
    def moved(self) -> int:
        return sum(row.course.promise.has_moved for _name, rows in self.groups for row in rows)

    @property
    def late(self) -> int:
        return sum(row.course.is_late for _name, rows in self.groups for row in rows)


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
        return [self._word(name, value) for name, value in self.board.filters.asked.items()]

    @property
    def trend_left_out(self) -> list[str]:
        """Those of them that do not hold for the trend."""
        return [self._word(name, self.board.filters.asked[name]) for name in self.trend.left_out]

    def _word(self, name: str, value: str) -> str:
        choices = dict(self.board.choices.get(name, ()))
        choices |= {"since": dict(Since.choices), "also": dict(Also.choices)}.get(name, {})
        choices |= {"any": _("Lights"), "none": _("No light yet")} if name == "light" else {}
        return str(choices.get(value, value))

    @cached_property
    def by(self) -> list[Bars]:
        """The lights by ministry, by sector, by kind."""
        board = self.board
        headings = {
            "ministry": (_("Lights by ministry"), _("Ministry")),
            "sector": (_("Lights by sector"), _("Sector")),
            "kind": (_("Lights by kind"), _("Kind")),
        }
        return [self._bars(key, *words, board.choices[key]) for key, words in headings.items()]

    def _bars(self, key: str, heading: str, head: str, groups: Iterable[tuple[str, str]]) -> Bars:
        mine: dict[str, list[Tile]] = {}
        for tile in self.board.found:
            mine.setdefault(getattr(tile, key), []).append(tile)
        longest = max(map(len, mine.values()), default=0)
        made, left_out = [], []
        for code, label in groups:
            if code not in mine:
                left_out.append(label)
                continue
            filters = replace(self.board.filters, **{key: code})
            title = mine[code][0].lead_name if key == "ministry" else label
            total = count(mine[code], filters, label)
            made.append(_bar(label, title, total, lights_of(mine[code], filters), longest))
        return Bars(key, heading, head, made, [] if getattr(self.board.filters, key) else left_out)

    @cached_property
    def trend(self) -> Trend:
        return trend_up_to(self.board)

    @cached_property
    def trend_bars(self) -> Bars:
        longest = max((turn.total.count for turn in self.trend.turns), default=0)
        made = []
        for turn in self.trend.turns:
            label = _("Round %(no)d") % {"no": turn.round.no}
            made.append(_bar(label, label, turn.total, turn.numbers, longest, turn))
        return Bars("trend", _("Trend of the lights"), _("Round"), made)

    @cached_property
    def timeline(self) -> Timeline:
        """Two queries."""
        as_of, tiles = self.board.round.as_of, {tile.code: tile for tile in self.board.found}
        milestones = {
            row.pk: row for row in _milestones(self.board) if row.task.code in tiles
        }
        moves = _moves(self.board)
        promises = [
            timeline.Promise(pk, row.baseline_on, row.current_on, row.done_on, len(moves.get(pk, [])))
            for pk, row in milestones.items()
        ]
        drawn = timeline.chosen(promises, as_of, show_all=self.whole == "timeline")
        axis, courses = timeline.courses(drawn, as_of)
        rows: dict[str, list[CourseRow]] = {}
        for course in courses:
            milestone = milestones[course.promise.key]
            tile = tiles[milestone.task.code]
            row = CourseRow(tile, milestone.title, milestone.precision, course, moves.get(milestone.pk, []))
            rows.setdefault(tile.ministry, []).append(row)
        groups = [(label, rows[code]) for code, label in self.board.choices["ministry"] if code in rows]
        return Timeline(axis, axis.place(as_of), groups, len(promises), len(drawn), self.whole == "timeline")

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
    rows = Milestone.objects.filter(task__reports__round=board.round).select_related("task")
    return rows.only("order", "title_ko", "title_en", "precision", "baseline_on", "current_on", "done_on", "task__code")


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


def _plans(board: Board) -> Iterable[dict[str, Any]]:
    return Report.objects.in_round(board.round).values(
        "pk", "state", "current_id", "current__progress", "task__planned_from", "task__planned_until"
    )


def build(board: Board, query: Mapping[str, str]) -> Figures:
    """The charts of a board; `?all=` names one that is to be shown in full."""
    return Figures(board, query.get("all", "") if query.get("all") in SHOW_ALL else "")
