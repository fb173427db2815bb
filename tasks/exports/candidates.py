"""후보과제 as a list; and a call by ministry, with those that have none and those that are silent."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..candidates.reading import CallBoard, Entry
from .writing import Column, Kind, Value


def columns(*, of_call: bool = False) -> list[Column]:
    """The columns, in the reader's language. `of_call`: with how each ministry has answered."""
    answer = [
        Column("answer", pgettext("call", "Answer"), width=16),
        Column("answered", pgettext("call", "Answered"), Kind.MOMENT, width=18),
        Column("late", _("Late"), width=8),
        Column("why", _("Why there is none"), width=40),
    ]
    return [
        Column("ministry", _("Ministry"), width=14),
        *(answer if of_call else []),
        Column("number", _("No."), width=8),
        Column("kind", _("Kind"), width=14),
        Column("title", _("Task title"), width=36),
        Column("title_en", _("Task title (English)"), width=36),
        Column("sector", _("Sector")),
        Column("supplements", _("Supplements"), width=12),
        Column("text", _("What is to be done"), width=60),
        Column("until", _("Planned until"), Kind.DATE, width=14),
        Column("state", _("State"), width=14),
        Column("reason", _("Reason"), width=40),
        Column("task", _("Task"), width=12),
        Column("meeting", _("Meeting"), Kind.NUMBER, width=10),
        Column("at", pgettext("candidate", "Proposed"), Kind.MOMENT, width=18),
    ]


def rows(found: Iterable[Entry]) -> Iterator[dict[str, Value]]:
    """The candidates in the order of the page."""
    for entry in found:
        yield _row(entry)


def rows_of_call(board: CallBoard) -> Iterator[dict[str, Value]]:
    """Each ministry that the filter leaves: a row for each of its candidates, or one that says why there is none, or
    that it is silent."""
    for row in board.found:
        told: dict[str, Value] = {
            "ministry": row.name.abbr,
            "answer": str(row.answer.label),
            "answered": row.answered_at,
            "late": _("Late") if row.late_by else pgettext("call", "Overdue") if row.is_overdue else "",
            "why": row.none.reason if row.none and not row.proposed else "",
        }
        for entry in row.shown:
            yield _row(entry) | told
        if not row.shown:
            yield told


def _row(entry: Entry) -> dict[str, Value]:
    row, last = entry.row, entry.last
    return {
        "ministry": entry.name.abbr,
        "number": entry.number,
        "kind": str(row.get_kind_display()),
        "title": row.title_ko,
        "title_en": row.title_en,
        "sector": row.sector.name,
        "supplements": row.supplements.code if row.supplements else "",
        "text": row.text,
        "until": row.planned_until,
        "state": str(entry.state.label),
        "reason": last.reason if last else "",
        "task": last.task.code if last and last.task else "",
        "meeting": last.meeting_no if last else None,
        "at": row.at,
    }
