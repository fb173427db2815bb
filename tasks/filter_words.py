"""Filters in words, for whoever reads a list away from its form: in a saved one's line, or in a file. Read-only."""

from django.utils.translation import gettext as _

from .grouping import By, Heads
from .models import Light, State
from .selecting import Filters
from .tiles import Also, Since, state_label


def in_words(filters: Filters, heads: Heads, *, closed: bool) -> list[str]:
    """`부처: 환경부`, a line for each filter that is set. `closed`: as a frozen round calls its states."""
    labels = {
        "ministry": _("Ministry"),
        "sector": _("Sector"),
        "kind": _("Kind"),
        "direction": _("Direction"),
        "light": _("Light"),
        "state": _("State"),
        "since": _("Since last round"),
        "also": _("Only those that are"),
        "q": _("Search"),
    }
    lines = [f"{labels[name]}: {_values(name, value, heads, closed=closed)}" for name, value in filters.asked.items()]
    return [*lines, *([f"{_('Rows by')}: {By(filters.by).label}"] if filters.by else [])]


def _values(name: str, value: str, heads: Heads, *, closed: bool) -> str:
    if name == "q":
        return value
    known = _known(name, heads, closed=closed)
    return ", ".join(known.get(one, one) for one in value.split(","))


def _known(name: str, heads: Heads, *, closed: bool) -> dict[str, str]:
    """The word of each value that the filter takes."""
    if name == "ministry":
        return {code: heads.names[row.pk].abbr for code, row in heads.names.by_code().items()}
    if name in By.values:
        return {group.code: group.label for group in heads.of(By(name), ())}
    if name == "light":
        return {"any": _("Lights"), "none": _("No light yet")} | {one.value: str(one.label) for one in Light}
    if name == "state":
        return {state.value: state_label(state, closed=closed) for state in State}
    return {one.value: str(one.label) for one in (*Since, *Also)}
