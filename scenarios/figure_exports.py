"""시나리오 as a file: the figures of every version that the person may see, and after them its sums."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.exports.writing import Column as Head
from tasks.exports.writing import Kind, Value
from tfportal.dates import period

from .pathways import Column


def heads() -> list[Head]:
    """The columns, in the reader's language."""
    return [
        Head("scenario", _("Scenario"), width=24),
        Head("year", _("Year"), Kind.NUMBER, width=8),
        Head("version", pgettext("scenario", "Version"), Kind.NUMBER, width=8),
        Head("stage", _("State"), width=12),
        Head("published", _("Published on"), width=16),
        Head("row", pgettext("scenario", "Row"), width=12),
        Head("sector", pgettext("column", "Sector code"), width=10),
        Head("name", _("Sector"), width=28),
        Head("value", _("MtCO₂eq"), Kind.NUMBER, width=12),
        Head("verified", _("Verified"), width=24),
        Head("vintage", _("Inventory vintage"), width=40),
        Head("source", _("Source"), width=60),
        Head("note", pgettext("column", "Note"), width=60),
    ]


def rows(columns: Iterable[Column]) -> Iterator[dict[str, Value]]:
    """A row for each figure, then one for each sum, version by version."""
    for column in columns:
        version = column.version
        known: dict[str, Value] = {
            "scenario": column.scenario.name,
            "year": column.scenario.year,
            "version": version.no,
            "stage": str(column.stage.label),
            "published": period(version.published_on, version.precision) if version.published_on else "",
        }
        for figure in column.figures:
            yield known | {
                "row": _("Figure"),
                "sector": figure.sector.code if figure.sector else "",
                "name": figure.name,
                "value": figure.value,
                "verified": str(figure.get_verified_display()),
                "vintage": figure.vintage,
                "source": figure.source,
            }
        for label, value, note in _sums(column):
            yield known | {"row": _("Sum"), "name": label, "value": value, "note": note}


def _sums(column: Column) -> list[tuple[str, Value, str]]:
    found = column.sums
    return [
        (_("Gross"), found.gross.computed, found.gross.text if found.gross.stated is not None else ""),
        (_("Below zero"), found.sinks, ""),
        (_("Net"), found.net.computed, found.net.text),
        (_("Stated gross total"), found.gross.stated, ""),
        (_("Stated total, net"), found.net.stated, ""),
    ]
