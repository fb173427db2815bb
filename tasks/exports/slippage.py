"""일정변경 이력 as a list: a row for each milestone that was moved, as the page shows them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tfportal.dates import period

from ..across.slippage import Ledger, Row
from ..models import Precision
from .writing import Column, Kind, Value


def columns() -> list[Column]:
    """The columns, in the reader's language."""
    return [
        Column("ministry", _("Ministry"), width=14),
        Column("code", _("Task"), width=10),
        Column("title", pgettext("column", "Title"), width=36),
        Column("sector", _("Sector")),
        Column("kind", _("Kind")),
        Column("milestone", _("Milestone"), width=30),
        Column("baseline", pgettext("column", "Baseline"), Kind.DATE, width=14),
        Column("current", pgettext("date", "Current"), Kind.DATE, width=14),
        Column("days", _("Days moved"), Kind.NUMBER, width=10),
        Column("times", _("Times moved"), Kind.NUMBER, width=10),
        Column("done", pgettext("milestone", "Done"), Kind.DATE, width=14),
        Column("causes", _("Causes"), width=28),
        Column("round", _("Last moved in round"), Kind.NUMBER, width=12),
        Column("reason", _("Last reason"), width=40),
        Column("history", _("Every move"), width=60),
    ]


def rows(ledger: Ledger) -> Iterator[dict[str, Value]]:
    """The moved milestones that the filters leave, in the order of the page."""
    for row in ledger.found:
        yield _row(row)


def _row(row: Row) -> dict[str, Value]:
    dates, last = row.dates, row.last
    exact = row.milestone.precision == Precision.DAY
    baseline: Value = row.milestone.baseline_on if exact else period(row.milestone.baseline_on, row.milestone.precision)
    return {
        "ministry": row.lead.abbr,
        "code": row.code,
        "title": row.title,
        "sector": row.report.sector.name,
        "kind": str(row.report.get_kind_display()),
        "milestone": row.milestone.title,
        "baseline": baseline,
        "current": dates.current_on,
        "days": row.days,
        "times": row.times,
        "done": dates.done_on,
        "causes": ", ".join(f"{label} {n}" for label, n in dates.causes),
        "round": last.revision.report.round.no,
        "reason": last.reason,
        "history": "\n".join(
            f"{move.revision.report.round.no}: {move.old_on} → {move.new_on} {move.get_cause_display()}: {move.reason}"
            for move in dates.moves
        ),
    }
