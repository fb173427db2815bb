"""What waits for the office: in which order, narrowed down to what, and where one report stands in it. Read-only.

The order and the filters stand in the address. The list, its numbers, and *previous* and *next* beside one report
all come from `Queue`: they cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ministries.models import Ministry, User

from . import permissions
from .models import Light, Report, Return, Round


class Order(models.TextChoices):
    """In which order one goes through the queue; within each of them the earliest arrival first."""

    ARRIVAL = "arrival", gettext_lazy("Arrival")
    MINISTRY = "ministry", pgettext_lazy("order", "Ministry")
    LIGHT = "light", gettext_lazy("Worst light first")
    RESUBMITTED = "resubmitted", gettext_lazy("Resubmitted first")
    CODE = "code", gettext_lazy("Task code")


class Only(models.TextChoices):
    """What the queue can be narrowed down to, beside a ministry and a light."""

    RESUBMITTED = "resubmitted", gettext_lazy("Resubmitted")
    UNCHANGED = "unchanged", gettext_lazy("No change")
    LATE = "late", pgettext_lazy("sent after the due time", "Late")
    MINE = "mine", pgettext_lazy("review", "I have them open")
    FREE = "free", pgettext_lazy("review", "Not opened")


@dataclass(frozen=True)
class Wanted:
    """The order and the filters of a queue, as they stand in the address; what is empty is not asked."""

    order: str = ""
    ministry: str = ""
    light: str = ""
    only: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Wanted":
        """From an address. What names nothing known is left out, as if it had not been asked."""
        known = {"order": Order.values[1:], "light": Light.values, "only": Only.values}
        asked = {name: query.get(name, "") for name in known if query.get(name, "") in known[name]}
        ministry = query.get("ministry", "")
        return cls(**asked, ministry=ministry if ministry.isascii() and ministry.isalnum() else "")

    def but(self, **changes: str) -> "Wanted":
        return replace(self, **changes)

    @property
    def asked(self) -> dict[str, str]:
        return {entry.name: value for entry in fields(self) if (value := getattr(self, entry.name))}

    @property
    def query(self) -> str:
        """`?order=light&ministry=ME`, to hang on an address; empty where nothing is asked."""
        return "?" + urlencode(self.asked) if self.asked else ""

    def on_page(self, page: int) -> str:
        """The address of the list at that page."""
        asked = self.asked | ({"page": str(page)} if page > 1 else {})
        return "?" + urlencode(asked) if asked else ""

    @property
    def more(self) -> str:
        """The same after another parameter."""
        return "&" + urlencode(self.asked) if self.asked else ""


def _arrival(report: Report) -> tuple[datetime, str]:
    assert report.current is not None  # noqa: S101 (what was never sent stands in no queue)
    return report.current.submission.received_at, report.task.code


def _is_resubmitted(report: Report) -> bool:
    return bool(report.current and report.current.resolves.all())


def _light_of(report: Report) -> Light:
    assert report.current is not None  # noqa: S101 (as above)
    return Light(report.current.light)


ORDERS: dict[str, Callable[[Report], Any]] = {
    Order.ARRIVAL: lambda _report: 0,
    Order.MINISTRY: lambda report: (report.lead.order, report.lead.code),
    Order.LIGHT: lambda report: _light_of(report).rank,
    Order.RESUBMITTED: lambda report: not _is_resubmitted(report),
    Order.CODE: lambda report: report.task.code,
}


ON_A_PAGE = 50
RESOLVES = Prefetch("current__resolves", Return.objects.order_by("at"))
LONG = ("results", "plans", "issues", "also_reason")  # what no list shows
# What the order, the filters and a neighbour's link need, and nothing else: it is read with each report.
FOR_PLACES = (
    "version",
    "late_by",
    "opened_by_office_at",
    "opened_by_id",
    "opened_for_id",
    "task__code",
    "lead__code",
    "lead__order",
    "current__light",
    "current__unchanged",
    "current__submission__received_at",
)


@dataclass(frozen=True)
class Place:
    """Where a report stands among those that wait: the one before, the one after, and its number, from 1 (0 when it
    does not wait, or the filters leave it out)."""

    before: Report | None
    after: Report | None
    number: int
    total: int

    @property
    def page(self) -> int:
        """On which page of the list it stands, from 1; the first where it stands on none."""
        return max(self.number - 1, 0) // ON_A_PAGE + 1


@dataclass(frozen=True)
class Number:
    """How many there are of a kind, with the address of their list. `is_chosen`: the list is this one already."""

    label: str
    count: int
    query: str
    is_chosen: bool


@dataclass
class Queue:
    """What waits in a round, as one person of the office goes through it: where each stands, and how many of each kind
    there are. At most two queries, however much waits; `lines` has what a list says of those that it shows.

    `counts`: the page tells the kinds apart; else only neighbours are asked for."""

    round: Round | None
    user: User
    wanted: Wanted = Wanted()
    counts: bool = False

    @cached_property
    def everything(self) -> list[Report]:
        """All that waits, in the chosen order."""
        if self.round is None:
            return []
        reports = Report.objects.in_round(self.round).waiting_for_review()
        read = reports.select_related("task", "lead", "current__submission").only(*FOR_PLACES)
        asks = self.counts or "resubmitted" in (self.wanted.order, self.wanted.only)
        return sorted(read.prefetch_related(*([RESOLVES] if asks else [])), key=self._key)

    @cached_property
    def rows(self) -> list[Report]:
        """Those that the filters leave."""
        return [report for report in self.everything if self._fits(report, self.wanted)]

    def _key(self, report: Report) -> tuple[Any, ...]:
        return ORDERS[self.wanted.order or Order.ARRIVAL](report), *_arrival(report)

    def _fits(self, report: Report, wanted: Wanted) -> bool:
        if wanted.ministry and report.lead.code != wanted.ministry:
            return False
        if wanted.light and _light_of(report) != wanted.light:
            return False
        return not wanted.only or self._is(report, wanted.only)

    def _is(self, report: Report, only: str) -> bool:
        if only == Only.RESUBMITTED:
            return _is_resubmitted(report)
        if only == Only.UNCHANGED:
            return bool(report.current and report.current.unchanged)
        if only == Only.LATE:
            return report.late_by is not None
        return self.is_mine(report) if only == Only.MINE else report.opened_by_office_at is None

    def is_mine(self, report: Report) -> bool:
        """Whether this person has it open."""
        return permissions.holds_claim(self.user, report)

    def is_anothers(self, report: Report) -> bool:
        """Whether a colleague has it open."""
        return report.opened_by_office_at is not None and not self.is_mine(report)

    def lines(self, page: Iterable[Report]) -> list[tuple[Report, bool]]:
        """One page of the list: each report with what is said of it, and whether it is this person's. Two queries."""
        shown = [report.pk for report in page]
        named = Report.objects.select_related(
            "task", "lead", "current__submission", "baseline", "opened_by", "opened_for"
        ).defer(*(f"{of}__{name}" for of in ("current", "baseline") for name in LONG))
        read = named.prefetch_related(RESOLVES).in_bulk(shown)
        return [(read[pk], self.is_mine(read[pk])) for pk in shown if pk in read]

    @cached_property
    def numbers(self) -> list[Number]:
        """All of them, then each kind."""
        every = self._number(pgettext("queue", "All"), "")
        return [every, *(self._number(str(only.label), only) for only in Only)]

    def _number(self, label: str, only: str) -> Number:
        wanted = self.wanted.but(only=only)
        count = sum(self._fits(report, wanted) for report in self.everything)
        return Number(label, count, wanted.query, self.wanted.only == only)

    @cached_property
    def ministries(self) -> list[Ministry]:
        """Those that something waits of."""
        found = {report.lead.code: report.lead for report in self.everything}
        return sorted(found.values(), key=lambda row: (row.order, row.code))

    @property
    def lights(self) -> list[Light]:
        """Those that something waits with, the worst first."""
        return sorted({_light_of(report) for report in self.everything}, key=lambda light: light.rank)

    @property
    def unchanged(self) -> int:
        """How many came as "no change"."""
        return sum(self._is(report, Only.UNCHANGED) for report in self.everything)

    def place_of(self, report: Report) -> Place:
        """The report's place. One just accepted, which does not stand in it any more, still has neighbours."""
        if report.pk in [row.pk for row in self.rows]:
            place = [row.pk for row in self.rows].index(report.pk)
            before, after = self.rows[:place], self.rows[place + 1 :]
            number = place + 1
        else:
            before, after, number = self._before(report), self._after(report), 0
        return Place(before[-1] if before else None, after[0] if after else None, number, len(self.rows))

    def after(self, report: Report) -> Report | None:
        """The next one to review: the first after it, or else from the start, that no colleague has open."""
        others = [*self._after(report), *self._before(report)]
        return next((row for row in others if not self.is_anothers(row)), None)

    def _before(self, report: Report) -> list[Report]:
        if report.current is None:
            return []
        return [row for row in self.rows if row.pk != report.pk and self._key(row) < self._key(report)]

    def _after(self, report: Report) -> list[Report]:
        if report.current is None:
            return [row for row in self.rows if row.pk != report.pk]
        return [row for row in self.rows if row.pk != report.pk and self._key(row) > self._key(report)]
