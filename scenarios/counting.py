"""How many there are of the working group, as of any day: one function for each number, for pages, exports and
documents alike. Rows are counted, never totals kept; an expert counts from the first day to the last, both included.

What was published of the group stands beside what is counted, and is never mended by it: no row is invented to reach a
number.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import Count
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import MinistryName
from tfportal import dates

from . import groups
from .models import Division, DivisionMeeting, Expert, ExpertPerson, PublishedFigure

WEEKS = (4, 8, 12, 26)  # without a meeting, from which to choose
USUAL_WEEKS = 8


# One number each


def experts(as_of: date) -> int:
    """Who is in a division on that day."""
    return Expert.objects.serving(as_of).count()


def meetings(as_of: date, since: date | None = None) -> int:
    """Division meetings held until that day, it included; from `since` on, where a number speaks of a time."""
    held = DivisionMeeting.objects.filter(held_on__lte=as_of)
    return (held.filter(held_on__gte=since) if since else held).count()


def divisions(as_of: date) -> int:
    """Divisions of the group: they come with the reference data, and of no other day than the present one is known."""
    return groups.divisions().count()


def ministries(as_of: date) -> int:
    """Ministries that recommended somebody who is in a division on that day."""
    return Expert.objects.serving(as_of).order_by().values("ministry").distinct().count()


def institutes(as_of: date) -> int:
    """Affiliations of those who are in a division on that day. Of whom the personal data were removed, none counts."""
    found = ExpertPerson.objects.filter(expert__in=Expert.objects.serving(as_of)).exclude(affiliation="")
    return found.order_by().values("affiliation").distinct().count()


Metric = Callable[[date, date | None], int | None]  # None: it cannot be counted
METRICS: Mapping[str, Metric] = {
    PublishedFigure.Counts.EXPERTS: lambda as_of, since: experts(as_of),
    PublishedFigure.Counts.MEETINGS: meetings,
    PublishedFigure.Counts.DIVISIONS: lambda as_of, since: divisions(as_of),
    PublishedFigure.Counts.INSTITUTES: lambda as_of, since: institutes(as_of),
    PublishedFigure.Counts.MINISTRIES: lambda as_of, since: ministries(as_of),
}


# The same by division and by ministry


def experts_by_division(as_of: date) -> Counter[int]:
    """Primary key of the division -> who is in it on that day."""
    found = Expert.objects.serving(as_of).order_by().values("division").annotate(n=Count("pk"))
    return Counter({row["division"]: row["n"] for row in found})


def experts_by_ministry(as_of: date, division: Division | None = None) -> Counter[int]:
    """Primary key of the ministry -> whom it recommended and who serves on that day; in one division, or in all."""
    found = Expert.objects.serving(as_of).order_by()
    found = found.filter(division=division) if division else found
    return Counter({row["ministry"]: row["n"] for row in found.values("ministry").annotate(n=Count("pk"))})


def meetings_by_division(as_of: date, since: date | None = None) -> Counter[int]:
    """Primary key of the division -> its meetings until that day."""
    held = DivisionMeeting.objects.filter(held_on__lte=as_of).order_by()
    held = held.filter(held_on__gte=since) if since else held
    return Counter({row["division"]: row["n"] for row in held.values("division").annotate(n=Count("pk"))})


def last_meetings(as_of: date) -> dict[int, DivisionMeeting]:
    """Primary key of the division -> its last meeting until that day."""
    held = DivisionMeeting.objects.filter(held_on__lte=as_of).order_by("held_on", "pk")
    return {row.division_id: row for row in held}


# Published beside counted


@dataclass(frozen=True)
class Compared:
    """A published figure with how many rows are registered as of its own day, or as of today where that has not come
    yet (`is_ahead`): nobody can count a day that is still to come."""

    figure: PublishedFigure
    counted: int | None
    as_of: date
    is_ahead: bool

    @property
    def missing(self) -> int:
        """How many fewer are registered than were published; none where as many are, or more."""
        return 0 if self.counted is None else max(self.figure.number - self.counted, 0)

    @property
    def sources(self) -> list[str]:
        """Where the figure was read, one address or title each."""
        return [line for line in self.figure.source.splitlines() if line.strip()]

    @property
    def when(self) -> str:
        """The published day, no more exact than it is known."""
        return dates.period(self.figure.as_of, self.figure.precision) if self.figure.as_of else ""

    @property
    def since(self) -> str:
        """From when on it was counted, as it was published; empty where it is of one day."""
        return dates.period(self.figure.since, "month") if self.figure.since else ""

    @property
    def period(self) -> str:
        """The time that the number speaks of, as pages and papers say it: a number of meetings is of a span."""
        if not self.when:
            return _("no day given")
        is_span = self.since and self.figure.counts == PublishedFigure.Counts.MEETINGS
        return f"{self.since} – {self.when}" if is_span else self.when


def published(today: date, metrics: Mapping[str, Metric] = METRICS) -> list[Compared]:
    """Everything that was published of the group, in its order, each beside the rows of its own day. One that says no
    day is compared with today's. `metrics`: how rows are counted, where it is not by the tables."""
    found = []
    for figure in PublishedFigure.objects.select_related("group").order_by("order"):
        as_of = min(figure.as_of or today, today)
        # A meeting is counted from the month's beginning on which the number speaks of; serving is of one day.
        found.append(
            Compared(figure, metrics[figure.counts](as_of, figure.since), as_of, as_of != (figure.as_of or as_of))
        )
    return found


# The divisions, and where the group is thin


@dataclass(frozen=True)
class DivisionCount:
    """One division as of a day: who is in it, recommended by whom, and its meetings until then."""

    division: Division
    experts: int
    recommending: list[tuple[MinistryName, int]]
    meetings: int
    last: DivisionMeeting | None


def by_division(as_of: date) -> list[DivisionCount]:
    """Every division, in its order. The sums of a column are the group's numbers."""
    names, serving, held = Directory(as_of), experts_by_division(as_of), meetings_by_division(as_of)
    last = last_meetings(as_of)
    recommending: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for division, ministry in Expert.objects.serving(as_of).order_by().values_list("division", "ministry"):
        recommending[division][ministry] += 1
    return [
        DivisionCount(
            division,
            serving[division.pk],
            named(recommending[division.pk], names),
            held[division.pk],
            last.get(division.pk),
        )
        for division in groups.divisions().select_related("sector")
    ]


def named(numbers: Counter[int], names: Directory) -> list[tuple[MinistryName, int]]:
    """The ministries with their numbers, the most first; one that was abolished since as well."""
    found = [(names[pk], number) for pk, number in numbers.items() if number]
    return sorted(found, key=lambda one: (-one[1], one[0].ministry.order, one[0].ministry.code))


@dataclass(frozen=True)
class Thin:
    """Where wider participation is wanted. `few`: divisions with nobody, or fewer than the median of all; `silent`:
    ministries of the T/F that recommend nobody; `still`: divisions without a meeting in `weeks` weeks."""

    few: list[DivisionCount]
    median: float
    silent: list[MinistryName]
    still: list[DivisionCount]
    weeks: int
    since: date  # the first day of these weeks

    @property
    def is_any(self) -> bool:
        return bool(self.few or self.silent or self.still)


def thin(as_of: date, weeks: int = USUAL_WEEKS, rows: list[DivisionCount] | None = None) -> Thin:
    """What is thin as of that day. `rows`: the divisions, where they are counted already."""
    rows = by_division(as_of) if rows is None else rows
    middle = float(median(row.experts for row in rows)) if rows else 0.0
    since = as_of - timedelta(weeks=weeks) + timedelta(days=1)
    recommending = {name.ministry_id for row in rows for name, _number in row.recommending}
    return Thin(
        few=[row for row in rows if row.experts < middle or not row.experts],
        median=middle,
        silent=[
            name
            for name in Directory(as_of).in_order()
            if name.ministry.tf_member and name.ministry_id not in recommending
        ],
        still=[row for row in rows if row.last is None or row.last.held_on < since],
        weeks=weeks,
        since=since,
    )
