"""Stakeholders' opinions in documents: counted in one place for all of them, as they stood at one moment; no title says
another number."""

import re
from collections import Counter
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from records.rows import rows_at
from scenarios.models import Uptake

from ..models import AgendaItem, OpinionState
from ..opinions.contents import OPINION
from ..reasons import of_plain

OF_OPINIONS = ("opinions", "opinions_overdue")  # what an item is suggested for
NUMBER = re.compile(r"(?: \d+건|: \d+)$")  # as titles of such items were stored once


def counted(at: datetime) -> Counter[tuple[str, str]]:
    """How many were admitted, by the group that said them and by what had come of them (empty: no answer yet)."""
    found: Counter[tuple[str, str]] = Counter()
    for rows in rows_at(OPINION, at).values():
        opinion = next(row for name, row in rows.items() if name.startswith("opinion/"))
        if opinion["state"] == OpinionState.ADMITTED:
            of = ((int(name.partition("/")[2]), row) for name, row in rows.items() if name.startswith("disposition/"))
            last = max(of, key=lambda pair: pair[0], default=None)
            found[opinion["group"], last[1]["kind"] if last else ""] += 1
    return found


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


def title_of(item: AgendaItem) -> str:
    """How a document names the item."""
    return NUMBER.sub("", item.title) if is_of_opinions(item) else item.title
