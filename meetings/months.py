"""A month as one person sees it: meetings, the dates of rounds, when agendas close and papers are due, days off.
Read-only."""

import calendar as weeks_of
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries import working_days
from ministries.models import User
from tasks import due_times
from tasks.models import Round
from tasks.permissions import can_see_board
from tfportal.dates import WEEKDAYS_EN, WEEKDAYS_KO
from tfportal.language import is_korean

from .models import Meeting
from .planning import YEARS

SUNDAY_FIRST = weeks_of.Calendar(firstweekday=6)
SATURDAY = 5


@dataclass(frozen=True, order=True)
class Entry:
    """Something that happens on a day. `at`: its hour, as the page writes it; empty where it has none."""

    at: str
    text: str
    url: str = field(compare=False)
    kind: str = field(compare=False)  # meeting, round or agenda: how it looks
    is_over: bool = field(default=False, compare=False)  # the meeting was cancelled


@dataclass(frozen=True)
class Day:
    """One day of the month. `off`: the name of its holiday; `rests`: nobody works, be it only for the week-end."""

    day: date
    entries: list[Entry]
    off: str
    rests: bool
    is_today: bool

    @property
    def is_empty(self) -> bool:
        return not self.entries and not self.off


@dataclass(frozen=True)
class Month:
    """Weeks from Sunday to Saturday; None for the days of the months around it."""

    first: date
    weeks: list[list[Day | None]]
    today: date

    @property
    def names(self) -> list[str]:
        """The days of the week, from Sunday on."""
        names = list(WEEKDAYS_KO if is_korean() else WEEKDAYS_EN)
        return [names[-1], *names[:-1]]

    @property
    def previous(self) -> date | None:
        return self._within(self.first - timedelta(days=1))

    @property
    def next(self) -> date | None:
        return self._within(self.first + timedelta(days=31))

    @property
    def is_now(self) -> bool:
        return self.first == self.today.replace(day=1)

    @property
    def is_empty(self) -> bool:
        return not any(day and day.entries for week in self.weeks for day in week)

    @staticmethod
    def _within(day: date) -> date | None:
        return day.replace(day=1) if day.year in YEARS else None


def first_of(text: str, today: date) -> date:
    """The first day of the month that an address names (`2021-03`); of this month, where it names none."""
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month has no time zone)
    except ValueError:
        first = today
    return (first if first.year in YEARS else today).replace(day=1)


def read(first: date, *, user: User, at: datetime) -> Month:
    """The month that begins on that day. A constant number of queries."""
    today, working = timezone.localdate(at), working_days.calendar()
    found: dict[date, list[Entry]] = defaultdict(list)
    for day, entry in (*_meetings(first, user), *_rounds(user, at)):
        found[day].append(entry)
    weeks: list[list[Day | None]] = []
    for week in SUNDAY_FIRST.monthdatescalendar(first.year, first.month):
        days = []
        for day in week:
            rests = not working.is_working_day(day)
            off = working.day_off(day) if rests else ""
            named = "" if off == _("week-end") else off
            own = Day(day, sorted(found[day]), named, rests, day == today) if day.month == first.month else None
            days.append(own)
        weeks.append(days)
    return Month(first, weeks, today)


def _span(first: date) -> tuple[datetime, datetime]:
    """From the beginning of the month to that of the next one, in Seoul."""
    following = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, datetime.min.time()) for day in (first, following))
    return timezone.make_aware(begin), timezone.make_aware(end)


def _meetings(first: date, user: User) -> Iterator[tuple[date, Entry]]:
    """Those that the person may see, with the moments that they have to keep."""
    begin, end = _span(first)
    inside = (begin, end - timedelta(microseconds=1))
    wanted = (
        Q(date__range=(timezone.localdate(begin), timezone.localdate(inside[1])))
        | Q(agenda_closes_at__range=inside)
        | Q(papers_due_at__range=inside)
    )
    for row in Meeting.objects.visible_to(user).filter(wanted):
        url, is_over = reverse("show_meeting", args=[row.no]), row.cancelled_at is not None
        if row.date is not None:
            yield row.date, Entry(f"{row.starts_at:%H:%M}" if row.starts_at else "", row.name, url, "meeting", is_over)
        if is_over:
            continue
        name = {"meeting": row.name}
        if row.agenda_closes_at:
            text = _("Agenda closes: %(meeting)s") % name
            yield _placed(row.agenda_closes_at, text, url + "#agenda", "agenda")
        if row.papers_due_at:
            yield _placed(row.papers_due_at, _("Papers due: %(meeting)s") % name, url + "#agenda", "agenda")


def _rounds(user: User, at: datetime) -> Iterator[tuple[date, Entry]]:
    """When rounds open, are due and are frozen; and until when the person's own ministries have more time. There are
    few of them: what lies in other months is dropped by the page."""
    rounds = list(Round.objects.all())
    extended = due_times.own(user, rounds, at=at)
    for row in rounds:
        url, no = _address(row, user), {"no": row.no}
        for until in extended.get(row.pk, []):
            yield _placed(until, _("Round %(no)d due, extended for you") % no, url, "round")
        yield _placed(row.opens_at, pgettext("round", "Round %(no)d opens") % no, url, "round")
        yield _placed(row.due_at, _("Round %(no)d due") % no, url, "round")
        if row.frozen_at is not None:
            yield _placed(row.frozen_at, _("Round %(no)d frozen") % no, url, "round")
        elif row.freeze_at is not None:
            yield _placed(row.freeze_at, _("Round %(no)d: planned freeze") % no, url, "round")


def _placed(moment: datetime, text: str, url: str, kind: str) -> tuple[date, Entry]:
    local = timezone.localtime(moment)
    return local.date(), Entry(f"{local:%H:%M}", text, url, kind)


def _address(round_: Round, user: User) -> str:
    if round_.frozen_at is not None:
        return reverse("show_round", args=[round_.no])
    sees = can_see_board(user) and round_.prepared_at is not None
    return reverse("show_board") if sees else reverse("list_rounds")
