"""이해관계자 의견 as a file: the rows of the register, as its page shows them.

A file lies where nothing can be taken out of it again. So who sent an opinion stands in none, and of what the public
sent itself not the words either: those can be removed, and are read in the portal.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tasks.exports.writing import Column, Kind, Value

from ..models import Channel, OpinionState
from .entries import Entry


def columns() -> list[Column]:
    """The columns, in the reader's language."""
    return [
        Column("number", pgettext("opinion", "Number"), width=20),
        Column("said_on", pgettext("opinion", "Said on"), Kind.DATE, width=12),
        Column("group", pgettext("opinion", "Group"), width=18),
        Column("organisation", _("Organisation"), width=24),
        Column("channel", _("How it came"), width=10),
        Column("hearing", _("Hearing"), width=30),
        Column("words", _("Opinion"), width=70),
        Column("tasks", _("Tasks"), width=18),
        Column("scenario", _("Scenario"), width=18),
        Column("decision", _("Decision"), width=12),
        Column("state", _("State"), width=14),
        Column("owner", pgettext("opinion", "Answers"), width=14),
        Column("due", _("Answer due"), Kind.DATE, width=12),
        Column("over", _("Days overdue"), Kind.NUMBER, width=10),
        Column("kind", _("Disposition"), width=14),
        Column("reason", _("Reason"), width=60),
        Column("answered_by", _("Answered by"), width=14),
        Column("answered_at", _("Answered at"), Kind.MOMENT, width=18),
        Column("late", _("Days late"), Kind.NUMBER, width=10),
    ]


def rows(entries: Iterable[Entry]) -> Iterator[dict[str, Value]]:
    """The opinions that the filters leave, in the order of the page."""
    for entry in entries:
        yield _row(entry)


def _row(entry: Entry) -> dict[str, Value]:
    row, last = entry.opinion, entry.last
    return {
        "number": row.number,
        "said_on": row.said_on,
        "group": str(row.get_group_display()),
        "organisation": row.organisation if row.channel != Channel.PORTAL else "",
        "channel": str(row.get_channel_display()),
        "hearing": row.hearing.title if row.hearing else "",
        "words": _words(entry),
        "tasks": ", ".join(entry.codes),
        "scenario": row.scenario.name if row.scenario else "",
        "decision": entry.decision_number,
        "state": str(entry.standing.label),
        "owner": entry.owner.abbr if entry.owner else "",
        "due": row.due_on,
        "over": entry.days_over or None,
        "kind": str(last.get_kind_display()) if last else "",
        "reason": last.reason if last else "",
        "answered_by": _answered_by(entry),
        "answered_at": last.at if last else None,
        "late": (entry.days_late(last) or None) if last else None,
    }


def _words(entry: Entry) -> str:
    if entry.removed_at is not None:
        return _("(removed)") if entry.opinion.state == OpinionState.REJECTED else _("(removed on request)")
    if entry.opinion.channel == Channel.PORTAL or entry.opinion.state != OpinionState.ADMITTED:
        return _("(sent by the public: read it in the portal)")
    return entry.text


def _answered_by(entry: Entry) -> str:
    if entry.last is None:
        return ""
    return entry.names[entry.last.ministry_id].abbr if entry.last.ministry_id else _("Coordination office")
