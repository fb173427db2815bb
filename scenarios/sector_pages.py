"""A sector's pathway beside the sector's tasks: its figures over the years, and what is being done. Read-only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User
from tasks import permissions as task_permissions
from tasks.models import Lead, Report, Round, Sector, Task
from tasks.selecting import Filters, Number, count, select
from tasks.tiles import Tile, Viewer, read_tiles

from . import charting, pathways, sums
from .charting import Bar
from .models import SectorFigure
from .pathways import Column


@dataclass(frozen=True)
class Step:
    """One version's figure of the sector. `change`: in percent from the inventory."""

    column: Column
    figure: SectorFigure | None
    bar: Bar
    change: Decimal | None

    @property
    def value(self) -> Decimal | None:
        return self.figure.value if self.figure else None


@dataclass(frozen=True)
class Coming:
    """A task of the sector that is entered and on no roster yet."""

    task: Task
    lead: MinistryName | None


@dataclass(frozen=True)
class SectorTasks:
    """The sector's tasks in a round, and the address of their list on its board; `coming`: those that are reported from
    a later round on, such as what was adopted since this one was prepared."""

    round: Round
    tiles: list[Tile]
    number: Number
    coming: list[Coming]

    @property
    def is_frozen(self) -> bool:
        return self.round.frozen_at is not None


@dataclass(frozen=True)
class SectorPage:
    sector: Sector
    steps: list[Step]
    zero: float
    tasks: SectorTasks | None

    @property
    def has_figures(self) -> bool:
        """Whether any version states one: what coordinates all sectors emits nothing of its own."""
        return any(step.value is not None for step in self.steps)

    @property
    def has_background(self) -> bool:
        return any(step.figure is not None and pathways.is_background(step.figure) for step in self.steps)


def read(sector: Sector, *, user: User, at: datetime, today: date, asked: dict[str, str]) -> SectorPage:
    """The sector's page; `asked`: which versions stand for their scenarios, as on the list."""
    shown = [choice.shown for choice in pathways.choices(user, today, asked)]
    base = pathways.base(pathways.table(shown))
    start = base.value(sector.code) if base else None
    scale = charting.Scale.of([column.value(sector.code) for column in shown])
    steps = []
    for column in shown:
        value = column.value(sector.code)
        change = None if column is base else sums.change(value, start)
        steps.append(Step(column, column.by_key.get(sector.code), scale.bar(value), change))
    return SectorPage(sector, steps, scale.zero, tasks_of(sector, user=user, at=at))


def tasks_of(sector: Sector, *, user: User, at: datetime) -> SectorTasks | None:
    """Of the round that is being collected for whoever has its board, of the last frozen one for everybody else; None
    where there is no round yet."""
    current = Round.objects.current() if task_permissions.can_see_board(user) else None
    round_ = current or Round.objects.last_frozen()
    if round_ is None:
        return None
    viewer = Viewer(user, at, closed=round_.frozen_at is not None)
    tiles = read_tiles(round_, viewer, Directory(round_.as_of))
    filters = Filters(sector=sector.code)
    return SectorTasks(round_, select(tiles, filters), count(tiles, filters, ""), _coming(sector, round_, at))


def _coming(sector: Sector, round_: Round, at: datetime) -> list[Coming]:
    """Two queries, and the names."""
    there = Report.objects.filter(round=round_).values("task")
    rows = Task.objects.filter(sector=sector, first_round_no__gte=round_.no, completed_on__isnull=True)
    tasks = list(rows.exclude(pk__in=there).order_by("code"))
    day = timezone.localdate(at)
    leads = dict(Lead.objects.in_force(day).filter(task__in=tasks).values_list("task", "ministry"))
    names = Directory(day)
    return [Coming(task, names[leads[task.pk]] if task.pk in leads else None) for task in tasks]
