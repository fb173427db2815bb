"""The scenarios in the meeting's book: sectors by 2018, 2030 and 2050 A and B, in either language, with sums and marks.

The book goes to everybody in the T/F, so that only published versions stand in it, the one in force on the day.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from . import pathways, sums
from .models import ScenarioVersion, SectorFigure

MARK = "*"


@dataclass(frozen=True)
class PathwayTable:
    """As the book prints it. Each row: its name, then a cell for each head. `notes`: what stands below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    sums: tuple[tuple[str, tuple[str, ...]], ...]
    notes: tuple[str, ...]


def pathway_table(day: date) -> PathwayTable | None:
    """The table in the language that is active, by the versions in force on that day; None where none was published by
    then: a paper of a day knows nothing that came later. Four queries."""
    found: dict[int, list[pathways.Column]] = {}
    for column in pathways.columns(ScenarioVersion.objects.published(), day):
        if not column.is_later:
            found.setdefault(column.version.scenario_id, []).append(column)
    if not found:
        return None
    table = pathways.table(pathways.in_force(versions) for versions in found.values())
    rows = tuple((category.name, tuple(_cell(figure) for figure in figures)) for category, figures in table.rows)
    totals = (
        (_("Gross"), tuple(sums.written(one.sums.gross.computed) for one in table.columns)),
        (_("Below zero"), tuple(sums.written(one.sums.sinks) for one in table.columns)),
        (_("Net"), tuple(sums.written(one.sums.net.computed) for one in table.columns)),
        (pgettext("published", "Stated total, net"), tuple(sums.written(one.sums.net.stated) for one in table.columns)),
    )
    heads = tuple(one.scenario.name for one in table.columns)
    return PathwayTable(_("Emissions by sector, MtCO₂eq"), heads, rows, totals, tuple(_notes(table)))


def _cell(figure: SectorFigure | None) -> str:
    if figure is None or figure.value is None:
        return "–"
    return sums.written(figure.value) + (MARK if pathways.is_background(figure) else "")


def _notes(table: pathways.Table) -> list[str]:
    notes = []
    if table.has_background:
        notes.append(_("* Background knowledge, not seen in a stored page."))
    for one in table.columns:
        name = one.scenario.name
        notes += [f"{name}, {text}" for text in one.sums.open]
    vintages = list(dict.fromkeys(vintage for one in table.columns for vintage in one.vintages))
    notes += [_("Inventory vintage: %(vintage)s.") % {"vintage": vintage} for vintage in vintages]
    return notes
