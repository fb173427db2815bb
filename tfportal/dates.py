"""Dates, times and spans in the reader's language: `2021. 3. 19.(금) 18:00`, `Fri 19 Mar 2021, 18:00`."""

import re
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import ngettext

from .language import is_korean

WEEKDAYS_KO = "월화수목금토일"
# Written out: the standard library's names follow the process's locale.
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

YEARS = range(2000, 2101)  # beyond these, some days cannot even be written in UTC
PLAIN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def asked(text: str) -> date | None:
    """The day that an address or a form names (`2021-03-16`); None for all else, and for one beyond YEARS."""
    try:
        found = date.fromisoformat(text) if PLAIN_DAY.fullmatch(text) else None
    except ValueError:
        return None
    return found if found and found.year in YEARS else None


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def day(value: date | datetime, *, year: bool = True) -> str:
    """A day with its weekday: `2021. 3. 19.(금)`, `Fri 19 Mar 2021`; without the year where it is plain."""
    local = _local(value)
    if is_korean():
        return (f"{local.year}. " if year else "") + f"{local.month}. {local.day}.({WEEKDAYS_KO[local.weekday()]})"
    text = f"{WEEKDAYS_EN[local.weekday()]} {local.day} {MONTHS_EN[local.month - 1]}"
    return f"{text} {local.year}" if year else text


def month(value: date, *, year: bool = False) -> str:
    """A month on an axis: `3월`, `Mar`; with its year `2021. 3.`, `Mar 2021`."""
    if is_korean():
        return f"{value.year}. {value.month}." if year else f"{value.month}월"
    return f"{MONTHS_EN[value.month - 1]} {value.year}" if year else MONTHS_EN[value.month - 1]


def moment(value: datetime, *, year: bool = True, seconds: bool = False) -> str:
    """A day and a time of day in Seoul."""
    local = timezone.localtime(value)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    return f"{day(local, year=year)} {clock}" if is_korean() else f"{day(local, year=year)}, {clock}"


def stamp(value: datetime) -> str:
    """The shortest: `3. 16. 13:57`, `16 Mar 13:57`."""
    local = timezone.localtime(value)
    text = f"{local.month}. {local.day}." if is_korean() else f"{local.day} {MONTHS_EN[local.month - 1]}"
    return f"{text} {local:%H:%M}"


def period(value: date, precision: str) -> str:
    """A date no more exact than it is known: `2021년 1분기`, `Q1 2021`; a plain day where it is exact."""
    half, quarter = (value.month - 1) // 6 + 1, (value.month - 1) // 3 + 1
    korean = {
        "month": f"{value.year}. {value.month}.",
        "quarter": f"{value.year}년 {quarter}분기",
        "half": f"{value.year}년 {'상반기' if half == 1 else '하반기'}",
        "year": f"{value.year}년",
    }
    english = {
        "month": f"{MONTHS_EN[value.month - 1]} {value.year}",
        "quarter": f"Q{quarter} {value.year}",
        "half": f"H{half} {value.year}",
        "year": f"{value.year}",
    }
    return (korean if is_korean() else english).get(precision) or day(value)


def span(length: timedelta) -> str:
    """The two largest units of a span, the second one rounded: `3일 4시간`, `3 days 4 hours`; at least a minute."""
    minutes = max(int(abs(length).total_seconds()) // 60, 1)
    if minutes >= 1440:
        minutes = round(minutes / 60) * 60
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        (days, ngettext("%(n)d day", "%(n)d days", days)),
        (hours, ngettext("%(n)d hour", "%(n)d hours", hours)),
        (minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes)),
    ]
    named = [text % {"n": number} for number, text in parts if number]
    return " ".join(named[:2])
