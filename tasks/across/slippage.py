"""일정변경 이력: every milestone whose date was ever moved and accepted so, by how much, how often and why.

A row belongs to the ministry that led the task when the date was moved last; each move names the lead of its own day.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db import models
from django.utils.translation import gettext_lazy, pgettext_lazy

from ministries.models import MinistryName
from tfportal.language import normalise, pick

from ..models import Cause, Kind, Milestone, MilestoneChange, Report, Sector
from ..selecting import LONGEST_QUERY
from . import moves
from .moves import Dates
from .standpoint import Standpoint


class Sort(models.TextChoices):
    TIMES = "times", gettext_lazy("Most often moved")
    DAYS = "days", gettext_lazy("Moved furthest")
    MINISTRY = "ministry", gettext_lazy("By ministry")
    DATE = "date", pgettext_lazy("sorting", "By the date in force")


@dataclass(frozen=True)
class Asked:
    """What the ledger is narrowed to, and its order; as it stands in the address."""

    ministry: str = ""
    sector: str = ""
    kind: str = ""
    cause: str = ""
    q: str = ""
    sort: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], known: Mapping[str, Iterable[str]]) -> "Asked":
        """From an address. A value that names nothing known is left out, as if it had not been asked."""
        asked = {name: query.get(name, "") for name in known if query.get(name, "") in known[name]}
        return cls(**asked, q=normalise(query.get("q", "").replace("\0", ""))[:LONGEST_QUERY].strip())

    @property
    def told(self) -> dict[str, str]:
        return {entry.name: value for entry in fields(self) if (value := getattr(self, entry.name))}

    @property
    def is_filtered(self) -> bool:
        return bool(replace(self, sort="").told)


@dataclass(frozen=True)
class Row:
    """One milestone that was moved."""

    dates: Dates
    lead: MinistryName
    lead_name: str
    title: str
    haystack: str

    @property
    def milestone(self) -> Milestone:
        return self.dates.milestone

    @property
    def code(self) -> str:
        return self.milestone.task.code

    @property
    def last(self) -> MilestoneChange:
        return self.dates.moves[-1]

    @property
    def report(self) -> Report:
        """The report that moved it last."""
        return self.last.revision.report

    @property
    def times(self) -> int:
        return len(self.dates.moves)

    @property
    def days(self) -> int:
        return self.dates.slipped


TESTS: dict[str, Callable[[Row, str], bool]] = {
    "ministry": lambda row, code: row.lead.ministry.code == code,
    "sector": lambda row, code: row.report.sector.code == code,
    "kind": lambda row, kind: row.report.kind == kind,
    "cause": lambda row, cause: any(move.cause == cause for move in row.dates.moves),
    "q": lambda row, words: words.casefold() in row.haystack,
}
ORDERS: dict[str, Callable[[Row], tuple[int, ...]]] = {
    Sort.TIMES: lambda row: (-row.times, -row.days),
    Sort.DAYS: lambda row: (-row.days, -row.times),
    Sort.MINISTRY: lambda row: (row.lead.ministry.order, -row.times, -row.days),
    Sort.DATE: lambda row: (row.dates.current_on.toordinal(),),
}


def select(rows: Iterable[Row], asked: Asked) -> list[Row]:
    """The moved milestones that the filters leave, in the order asked for: the list behind every number."""
    left = [row for row in rows if all(TESTS[name](row, value) for name, value in asked.told.items() if name in TESTS)]
    return sorted(left, key=lambda row: (*ORDERS[asked.sort or Sort.TIMES](row), row.code, row.milestone.order))


@dataclass(frozen=True)
class Sum:
    """Some of the moved milestones, with the filters that leave just them."""

    label: str
    asked: Asked
    rows: list[Row]
    moves: int
    until: int | None
    is_chosen: bool  # the list is narrowed to just these

    @property
    def milestones(self) -> int:
        return len(self.rows)

    @property
    def days(self) -> int:
        return sum(row.days for row in self.rows)

    @property
    def query(self) -> str:
        asked = self.asked.told | ({"round": str(self.until)} if self.until else {})
        return "?" + urlencode(asked)


@dataclass(frozen=True)
class Ledger:
    """Every moved milestone from one standpoint, and those that the filters leave."""

    standpoint: Standpoint
    asked: Asked
    rows: list[Row]
    sectors: list[Sector]

    @cached_property
    def found(self) -> list[Row]:
        return select(self.rows, self.asked)

    @property
    def total(self) -> Sum:
        return self._sum("", self.asked)

    def _sum(self, label: str, asked: Asked, cause: str = "") -> Sum:
        rows = select(self.rows, asked)
        told = [move for row in rows for move in row.dates.moves if not cause or move.cause == cause]
        return Sum(label, asked, rows, len(told), self.standpoint.until, asked == self.asked)

    @cached_property
    def by_ministry(self) -> list[Sum]:
        """Who moved dates, the most often first; under the other filters as they stand."""
        leads = {row.lead.ministry.code: row.lead for row in select(self.rows, replace(self.asked, ministry=""))}
        sums = [self._sum(lead.abbr, replace(self.asked, ministry=code)) for code, lead in leads.items()]
        return sorted(sums, key=lambda one: (-one.moves, -one.days, leads[one.asked.ministry].ministry.order))

    @cached_property
    def by_cause(self) -> list[Sum]:
        sums = [self._sum(str(cause.label), replace(self.asked, cause=cause), cause) for cause in Cause]
        return sorted((one for one in sums if one.rows), key=lambda one: -one.moves)

    @property
    def query(self) -> str:
        return self.total.query

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What can be chosen in the filters, by field."""
        leads = {row.lead.ministry.code: row.lead for row in self.rows}
        ordered = sorted(leads.values(), key=lambda name: (name.ministry.order, name.ministry.code))
        return {
            "ministry": [(name.ministry.code, name.abbr) for name in ordered],
            "sector": [(sector.code, sector.name) for sector in self.sectors],
            "kind": [(kind.value, str(kind.label)) for kind in Kind],
            "cause": [(cause.value, str(cause.label)) for cause in Cause],
            "sort": [(sort.value, str(sort.label)) for sort in Sort],
        }


def read(query: Mapping[str, str], standpoint: Standpoint) -> Ledger:
    """The ledger. Constant in queries."""
    changes, sectors = moves.applied(), list(Sector.objects.all())
    moved = Milestone.objects.filter(changes__applied_event__isnull=False, changes__new_on__isnull=False)
    dates = moves.read(standpoint, moved.distinct().select_related("task").order_by("task__code", "order"), changes)
    titles = _titles(standpoint)
    rows = [_row(row, standpoint, titles) for row in dates if row.moves]
    known: dict[str, Iterable[str]] = {
        "ministry": standpoint.names.by_code().keys(),
        "sector": {sector.code for sector in sectors},
        "kind": Kind.values,
        "cause": Cause.values,
        "sort": Sort.values,
    }
    return Ledger(standpoint, Asked.of(query, known), rows, sectors)


def _titles(standpoint: Standpoint) -> dict[int, tuple[str, str]]:
    """The titles of then, as the freeze copied them, by task; none where they are those of today."""
    if standpoint.asked is None:
        return {}
    rows = Report.objects.filter(round=standpoint.asked).values_list("task", "title_copied_ko", "title_copied_en")
    return {task: (korean, english) for task, korean, english in rows}


def _row(dates: Dates, standpoint: Standpoint, titles: Mapping[int, tuple[str, str]]) -> Row:
    task, report = dates.milestone.task, dates.moves[-1].revision.report
    lead = standpoint.names[report.lead_id]
    copied = (report.title_copied_ko, report.title_copied_en) if standpoint.is_as_of else ("", "")
    korean, english = titles.get(task.pk, copied)
    both = (korean or task.title_ko, english or task.title_en)
    words = (task.code, *both, dates.milestone.title_ko, dates.milestone.title_en, lead.name_ko, lead.name_en)
    reasons = (move.reason for move in dates.moves)
    haystack = normalise("\n".join((*words, lead.abbr_ko, lead.abbr_en, *reasons))).casefold()
    return Row(dates, lead, report.lead_name or lead.name, pick(*both), haystack)
