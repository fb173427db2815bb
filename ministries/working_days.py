"""근무일: on which days ministries work. South Korea's calendar of the `holidays` library with its substitute
holidays, put right by `SpecialDay`: what the government declares at short notice no library knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
from django.utils.translation import gettext as _

from tfportal.language import is_korean

from .models import SpecialDay

DAY = timedelta(days=1)
SATURDAY = 5
FARTHEST = 3660  # days: nobody works on none of them, so that looking for a working day ends


@cache
def _library(year: int, language: str) -> Mapping[date, str]:
    """One year's public holidays with their names; read once by each process."""
    return dict(holidays.country_holidays("KR", years=year, language=language))


@dataclass(frozen=True)
class Calendar:
    """The working days as the table of special days stands now. Whoever asks for many days reads it once."""

    special: Mapping[date, SpecialDay]

    def is_working_day(self, day: date) -> bool:
        if day in self.special:
            return self.special[day].is_working_day
        return day.weekday() < SATURDAY and day not in _library(day.year, "ko")

    def working_days_before(self, day: date, number: int) -> date:
        """The day from which so many working days remain until `day`: the `number`-th one before it."""
        return self._step(day, number, -DAY)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._step(day, 1, DAY)

    def on_or_after(self, day: date) -> date:
        """`day` itself where it is a working day, else the next one."""
        return day if self.is_working_day(day) else self.next_working_day(day)

    def on_or_before(self, day: date) -> date:
        """`day` itself where it is a working day, else the last one before it."""
        return day if self.is_working_day(day) else self.working_days_before(day, 1)

    def nearest(self, day: date) -> date:
        """`day` itself where it is a working day, else the nearest one; of two as near, the later."""
        before, after = self.on_or_before(day), self.on_or_after(day)
        return before if day - before < after - day else after

    def distance(self, old: date, new: date) -> int:
        """How many working days lie between two days: so many steps lead from one to the other; negative backwards."""
        first, last = sorted((old, new))
        days = (first + DAY * step for step in range(1, (last - first).days + 1))
        number = sum(map(self.is_working_day, days))
        return number if new >= old else -number

    def shift(self, day: date, number: int) -> date:
        """The working day so many steps after `day`, or before it where the number is negative; `day` for none."""
        return self._step(day, abs(number), DAY if number > 0 else -DAY)

    def day_off(self, day: date) -> str:
        """Why nobody works on the day, in the reader's language: a holiday's name, or the week-end. Empty otherwise."""
        if self.is_working_day(day):
            return ""
        if day in self.special:
            return self.special[day].name
        return _library(day.year, "ko" if is_korean() else "en_US").get(day, "") or _("week-end")

    def _step(self, day: date, number: int, step: timedelta) -> date:
        for _day in range(FARTHEST):
            if number <= 0:
                return day
            day += step
            number -= self.is_working_day(day)
        raise ValueError("No working day is near")


def calendar() -> Calendar:
    """The calendar as it stands now; one query."""
    return Calendar({row.day: row for row in SpecialDay.objects.all()})
