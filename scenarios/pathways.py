"""경로: versions side by side, sector by sector, as pages, charts, exports and the book read them. Read-only.

A sector's figures stand in one row whatever version they are of: by the sector, or by the Korean name where the row is
no sector (fugitive emissions, direct air capture, reductions abroad).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.db.models import Prefetch

from ministries.models import Sourced, User
from tfportal.language import Bilingual

from . import sums
from .models import Scenario, ScenarioKind, ScenarioVersion, SectorFigure, Stage
from .querysets import ScenarioVersionQuerySet

FIRST_OF_ALL = 32768  # after every order that a row can have


@dataclass(frozen=True)
class Column:
    """One version with its figures. `today`: the domain's day, by which it may be published later."""

    version: ScenarioVersion
    figures: tuple[SectorFigure, ...]
    today: date

    @property
    def scenario(self) -> Scenario:
        return self.version.scenario

    @property
    def stage(self) -> Stage:
        return self.version.stage

    @property
    def is_later(self) -> bool:
        """Published on a day that has not come yet on the domain's clock, as in the demo."""
        return self.version.published_on is not None and self.version.published_on > self.today

    @cached_property
    def sums(self) -> sums.Sums:
        return sums.of(self.version, self.figures)

    @cached_property
    def by_key(self) -> dict[str, SectorFigure]:
        return {key_of(figure): figure for figure in self.figures}

    def value(self, key: str) -> Decimal | None:
        figure = self.by_key.get(key)
        return figure.value if figure else None

    @property
    def has_background(self) -> bool:
        """Whether any of its numbers is background knowledge, not seen in a stored page."""
        return any(is_background(row) for row in (self.version, *self.figures))

    @property
    def sources(self) -> list[str]:
        """Where the version and its figures come from, each source once."""
        rows = (self.version, *self.figures)
        lines = (line.strip() for row in rows for line in row.source.splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    @property
    def vintages(self) -> list[str]:
        """From which inventories its figures are, each once."""
        return list(dict.fromkeys(figure.vintage for figure in self.figures if figure.vintage))


@dataclass(frozen=True)
class Category:
    """A row across versions. `no`: its number in the key of a chart; `removes`: below zero wherever it is stated."""

    key: str
    code: str  # of the sector; empty for what is none
    name_ko: str
    name_en: str
    no: int
    removes: bool

    name = Bilingual()

    @property
    def css(self) -> str:
        """How charts draw it: one of eight fills above zero, one of four below."""
        return f"r{(self.no - 1) % 4 + 1}" if self.removes else f"e{(self.no - 1) % 8 + 1}"


@dataclass(frozen=True)
class Table:
    """Versions side by side: what a chart draws and the table behind it says."""

    columns: tuple[Column, ...]
    categories: tuple[Category, ...]

    @property
    def rows(self) -> list[tuple[Category, list[SectorFigure | None]]]:
        return [
            (category, [column.by_key.get(category.key) for column in self.columns]) for category in self.categories
        ]

    @property
    def is_of_one_scenario(self) -> bool:
        """Whether two of its columns are of one scenario, so that its name does not tell them apart."""
        return len({column.version.scenario_id for column in self.columns}) < len(self.columns)

    @property
    def misses(self) -> list[Column]:
        """Those whose figures do not sum to what their authors published."""
        return [column for column in self.columns if not column.sums.closes]

    @property
    def later(self) -> list[Column]:
        return [column for column in self.columns if column.is_later]

    @property
    def has_background(self) -> bool:
        return any(column.has_background for column in self.columns)

    @property
    def is_published(self) -> bool:
        """Whether everything in it is: what a draft states its figures sum to, nobody has published."""
        return all(column.version.is_published for column in self.columns)


def is_background(row: Sourced) -> bool:
    """Whether it was not seen in a stored page."""
    return row.verified == row.Verified.BACKGROUND


def key_of(figure: SectorFigure) -> str:
    """By what a figure finds its row."""
    return figure.sector.code if figure.sector else f"·{figure.name_ko}"


def with_all(versions: ScenarioVersionQuerySet) -> ScenarioVersionQuerySet:
    """With their scenario and figures: three queries, however many there are."""
    figures = SectorFigure.objects.select_related("sector").order_by("order")
    return versions.select_related("scenario").prefetch_related(Prefetch("figures", figures))


def columns(versions: ScenarioVersionQuerySet, today: date) -> list[Column]:
    """In the order of the scenarios, their first version first."""
    return [column(version, today) for version in with_all(versions).order_by("scenario__order", "no")]


def column(version: ScenarioVersion, today: date) -> Column:
    return Column(version, tuple(version.figures.all()), today)


def table(chosen: Iterable[Column]) -> Table:
    """The rows of these versions: emissions first, then what is below zero, each in their own order. Their numbers and
    fills are those of every other table. One query."""
    stand, known = tuple(chosen), _known()
    places: dict[str, int] = {}
    firsts: dict[str, SectorFigure] = {}
    removes: dict[str, bool] = {}
    for one in stand:
        for figure in one.figures:
            key = key_of(figure)
            firsts.setdefault(key, figure)
            places[key] = min(places.get(key, FIRST_OF_ALL), figure.order)
            removes[key] = known[key].removes
    ordered = sorted(firsts, key=lambda key: (removes[key], places[key], key))
    numbers = {key: known[key].no for key in ordered}
    found = []
    for key in ordered:
        figure = firsts[key]
        code = figure.sector.code if figure.sector else ""
        found.append(Category(key, code, figure.name_ko, figure.name_en, numbers[key], removes[key]))
    return Table(stand, tuple(found))


@dataclass(frozen=True)
class _Known:
    """What a row is in every table: its number, and whether it is below zero wherever it is stated."""

    no: int
    removes: bool


def _known() -> dict[str, _Known]:
    """Every row that any version has, by its key. Published versions count first, so that no draft gives what they
    state another number. One query."""
    seen: dict[str, tuple[bool, list[bool], list[int]]] = {}
    rows = SectorFigure.objects.order_by("-of__is_published", "of__scenario__order", "of__no", "order")
    for code, name, value, order, is_published in rows.values_list(
        "sector__code", "name_ko", "value", "order", "of__is_published"
    ):
        key = code or f"·{name}"
        first, signs, orders = seen.setdefault(key, (is_published, [], []))
        if is_published == first:  # where published versions state it, drafts are not asked
            orders.append(order)
            signs += [value < 0] if value else []
    removes = {key: bool(signs) and all(signs) for key, (_first, signs, _orders) in seen.items()}
    ranked = sorted(seen, key=lambda key: (not seen[key][0], removes[key], min(seen[key][2]), key))
    return {key: _Known(no, removes[key]) for no, key in enumerate(ranked, 1)}


@dataclass(frozen=True)
class Choice:
    """One scenario with the versions among which one may choose, and the one that is shown."""

    scenario: Scenario
    versions: tuple[Column, ...]
    shown: Column


def choices(user: User, today: date, asked: Mapping[str, str]) -> list[Choice]:
    """A choice for each scenario of which the person may see anything. `asked`: version codes by scenario codes; what
    is not asked is the version in force."""
    found: dict[int, list[Column]] = {}
    for one in columns(ScenarioVersion.objects.visible_to(user), today):
        found.setdefault(one.version.scenario_id, []).append(one)
    made = []
    for versions in found.values():
        scenario = versions[0].scenario
        wanted = asked.get(scenario.code)
        shown = next((one for one in versions if one.version.code == wanted), None) or in_force(versions)
        made.append(Choice(scenario, tuple(versions), shown))
    return made


def in_force(versions: Sequence[Column]) -> Column:
    """The last one that was published by the day; before any was, the first one to be published; without one, the last
    that was not withdrawn. So the demo, which stands before all of them, shows figures of one inventory."""
    published = [one for one in versions if one.version.is_published]
    now = [one for one in published if not one.is_later]
    if now:
        return now[-1]
    if published:
        return published[0]
    return next((one for one in reversed(versions) if one.stage != Stage.WITHDRAWN), versions[-1])


def compared(table_: Table) -> tuple[Column, Column] | None:
    """The two scenarios of the same year that stand beside each other: A and B of 2050."""
    drawn = [one for one in table_.columns if one.scenario.kind == ScenarioKind.SCENARIO]
    return (drawn[0], drawn[1]) if len(drawn) > 1 else None


def headline(table_: Table) -> list[list[tuple[str, Decimal]]]:
    """The published net totals, year by year: one step for each year, in it each version by its name; where a step has
    one alone, the year says enough. Where no total is stated, the sum of the figures stands for it."""
    steps: dict[int, list[Column]] = {}
    for one in sorted(table_.columns, key=lambda column: column.scenario.year):
        steps.setdefault(one.scenario.year, []).append(one)
    return [
        [(str(year) if len(step) == 1 else one.scenario.name, one.sums.net.published) for one in step]
        for year, step in steps.items()
    ]


def base(table_: Table) -> Column | None:
    """The inventory that changes are counted from."""
    return next((one for one in table_.columns if one.scenario.kind == ScenarioKind.INVENTORY), None)


@dataclass(frozen=True)
class Difference:
    """One row of a comparison: what the second version states beside the first."""

    category: Category
    first: SectorFigure | None
    second: SectorFigure | None

    @property
    def difference(self) -> Decimal | None:
        """The second less the first; None where either states nothing."""
        return sums.difference(self.first.value if self.first else None, self.second.value if self.second else None)


def sum_differences(first: Column, second: Column) -> dict[str, Decimal]:
    """How much the second version's sums are above the first one's."""
    one, other = first.sums, second.sums
    return {
        "gross": other.gross.computed - one.gross.computed,
        "sinks": other.sinks - one.sinks,
        "net": other.net.computed - one.net.computed,
    }


def differences(table_: Table) -> list[Difference]:
    """The rows of two versions, in the order of the table."""
    return [Difference(category, first, second) for category, (first, second) in table_.rows]
