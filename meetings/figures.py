"""An item's figures in words: what was counted, and the day or the time that it speaks of; in the reader's language."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tfportal import dates
from tfportal.language import is_korean

from .models import Figure

PLACE = "#"  # where the number stands within the text: "전문가 #명"


def figure_in_words(figure: Figure) -> str:
    """`82명(2021. 2.)`, `36 meetings (Dec 2020–Feb 2021)`. Without a number the text alone; where nobody knows what day
    it speaks of, it says so: a figure without its day is taken for today's."""
    return _("%(what)s (%(when)s)") % {"what": counted(figure), "when": when(figure)}


def counted(figure: Figure) -> str:
    """What was counted: `전문가 82명`, `82 experts`."""
    if figure.number is None:
        return figure.text
    number = number_in_words(figure.number)
    if PLACE in figure.text:
        return figure.text.replace(PLACE, number, 1)
    return f"{number}{figure.text}" if is_korean() and not figure.text.startswith("(") else f"{number} {figure.text}"


def number_in_words(number: Decimal) -> str:
    """With its thousands apart, and no more places than it has: `1,163`, `10.4`."""
    return f"{number.normalize():,f}"


def when(figure: Figure) -> str:
    """The day that it is as of, or the time in which it was counted, no more exact than it is known."""
    since, until = figure.since, figure.until
    if figure.precision == "unknown" or not (since or until):
        return _("as-of day not known")
    if since is None or until is None:
        known = since or until
        assert known is not None  # noqa: S101 (one of the two is there)
        said = _said(known, figure.precision)
        return _("since %(day)s") % {"day": said} if since else said
    start, end = _said(since, figure.precision), _said(until, figure.precision)
    if start == end:
        return start
    return f"{start}~{end}" if is_korean() else f"{start}–{end}"


def _said(day: date, precision: str) -> str:
    return dates.month(day, year=True) if precision == "month" else dates.day(day)


def sources(figure: Figure) -> list[str]:
    """Where it comes from, one a line."""
    return [line.strip() for line in figure.source.splitlines() if line.strip()]
