"""Stakeholders' opinions in documents: counted in one place for all of them, as they stood at one moment."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from records.rows import Content, rows_at
from scenarios.models import Uptake

from ..models import AgendaItem, OpinionState, TransferKind
from ..opinions.contents import OPINION
from ..reasons import of_plain

OF_OPINIONS = ("opinions", "opinions_overdue")  # what an item is suggested for


def counted(at: datetime) -> Counter[tuple[str, str]]:
    """How many were admitted, by the group that said them and by what had come of them (empty: no answer yet, or none
    that counts since the office opened the opinion again)."""
    found: Counter[tuple[str, str]] = Counter()
    for rows in rows_at(OPINION, at).values():
        (opinion,) = (row for _pk, row in _of_kind(rows, "opinion"))
        if opinion["state"] == OpinionState.ADMITTED:
            moved = (row for _pk, row in _of_kind(rows, "transfer") if row["kind"] == TransferKind.REOPENED)
            opened = max((row["at"] for row in moved), default=0)
            answers = [row for _pk, row in _of_kind(rows, "disposition") if row["at"] >= opened]
            found[opinion["group"], answers[-1]["kind"] if answers else ""] += 1
    return found


def _of_kind(rows: Mapping[str, Content], kind: str) -> list[tuple[int, Content]]:
    """The rows of one table with their keys, in the order in which they were written."""
    named = ((name.partition("/"), row) for name, row in rows.items())
    return sorted(((int(pk), row) for (table, _slash, pk), row in named if table == kind), key=itemgetter(0))


def outcome_heads() -> dict[str, str]:
    """What can have come of an opinion, in words; what nobody answered last."""
    return {kind.value: str(kind.label) for kind in Uptake} | {"": pgettext("opinion", "Not answered yet")}


def in_short(at: datetime) -> str:
    """`Stakeholder opinions 8: Taken up 1, Not answered yet 7`; empty where there is none."""
    found = counted(at)
    if not found:
        return ""
    by_outcome: Counter[str] = Counter()
    for (_group, kind), number in found.items():
        by_outcome[kind] += number
    told = ", ".join(f"{label} {by_outcome[kind]}" for kind, label in outcome_heads().items() if by_outcome[kind])
    return _("Stakeholder opinions %(n)s: %(told)s") % {"n": found.total(), "told": told}


def is_of_opinions(item: AgendaItem) -> bool:
    """Whether the item takes up stakeholders' opinions."""
    reason = of_plain(item.reason)
    return reason is not None and reason.kind in OF_OPINIONS
