"""지시·결정사항 as a file: the rows of the register, as its page shows them."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.exports.writing import Column, Kind, Value

from .registers import Entry, Register


def columns() -> list[Column]:
    """The columns, in the reader's language."""
    return [
        Column("number", _("No."), width=8),
        Column("meeting", _("Meeting"), width=22),
        Column("kind", _("Kind"), width=10),
        Column("text", _("Decision"), width=60),
        Column("lead", _("Lead"), width=14),
        Column("supporting", _("Supporting"), width=24),
        Column("due", pgettext("decision", "Due"), Kind.DATE, width=12),
        Column("tasks", _("Tasks"), width=18),
        Column("state", _("State"), width=12),
        Column("over", _("Days overdue"), Kind.NUMBER, width=10),
        Column("progress", _("Last follow-up"), width=14),
        Column("told", _("What was said"), width=60),
        Column("told_at", pgettext("follow-up", "Said at"), Kind.MOMENT, width=18),
        Column("closed_at", pgettext("decision", "Closed at"), Kind.MOMENT, width=18),
        Column("reason", _("Reason"), width=40),
    ]


def rows(register: Register) -> Iterator[dict[str, Value]]:
    """The decisions that the filters leave, in the order of the page."""
    for entry in register.found:
        yield _row(entry)


def _row(entry: Entry) -> dict[str, Value]:
    decision, last = entry.decision, entry.last
    closing = list(decision.closings.all())[-1] if entry.is_closed else None
    return {
        "number": entry.number,
        "meeting": decision.meeting.name,
        "kind": str(decision.get_kind_display()),
        "text": decision.text,
        "lead": entry.lead.abbr if entry.lead else "",
        "supporting": ", ".join(name.abbr for name in entry.supporters) or ("" if entry.lead else entry.owners),
        "due": decision.due_on,
        "tasks": ", ".join(entry.codes),
        "state": str(entry.standing.label),
        "over": entry.days_over or None,
        "progress": str(last.get_progress_display()) if last else "",
        "told": last.text if last else "",
        "told_at": last.at if last else None,
        "closed_at": closing.at if closing else None,
        "reason": closing.reason if closing else "",
    }
