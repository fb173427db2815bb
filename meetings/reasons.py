"""추천 사유: why an item was suggested, as it is kept with the item, and as it is read again.

Kept are codes and numbers, never words: those are in the language of whoever reads them. Each number stands with the
filters of the board's list that it counted.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tasks.models import Light
from tasks.tiles import Since

from .models import Meeting


@dataclass(frozen=True)
class Counted:
    """One number of a reason. `query`: the list behind it, of the board, of opinions or of candidates; empty for
    decisions."""

    what: str
    number: int
    query: str = ""

    @property
    def is_of_opinions(self) -> bool:
        """Whether the list behind it is that of stakeholders' opinions."""
        return self.what.startswith("opinions")

    @property
    def label(self) -> str:
        return _words().get(self.what, self.what)


@dataclass(frozen=True)
class Reason:
    """Why. `decisions`, `opinions`, `versions` of scenarios: those (primary keys) that the item takes up."""

    kind: str
    counted: tuple[Counted, ...]
    round_no: int | None = None
    decisions: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()
    opinions: tuple[int, ...] = ()

    @property
    def plain(self) -> dict[str, Any]:
        """As the item keeps it."""
        return {
            "kind": self.kind,
            "counted": [{"what": row.what, "number": row.number, "query": row.query} for row in self.counted],
            "round": self.round_no,
            "decisions": list(self.decisions),
            **({"versions": list(self.versions)} if self.versions else {}),
            **({"opinions": list(self.opinions)} if self.opinions else {}),
        }


def of_plain(kept: Any) -> Reason | None:
    """The reason as it was kept; None where there is none."""
    if not isinstance(kept, dict) or not kept.get("kind"):
        return None
    counted = tuple(Counted(row["what"], row["number"], row["query"]) for row in kept["counted"])
    # Items that were suggested before there were opinions and versions have none.
    others = (tuple(kept.get(name, ())) for name in ("versions", "opinions"))
    return Reason(kept["kind"], counted, kept["round"], tuple(kept["decisions"]), *others)


def board_is_frozen(meeting: Meeting) -> bool:
    """Whether the lists behind the numbers are those of a frozen round, which everybody in the T/F may see."""
    return meeting.round is not None and meeting.round.frozen_at is not None


def _words() -> dict[str, str]:
    return {
        "review_needed": str(Light.REVIEW_NEEDED.label),
        "attention": str(Light.ATTENTION.label),
        "moved": str(Since.MOVED.label),
        "request_open": _("Requests not answered"),
        "request_answered": _("Requests answered"),
        "no_reply": _("No reply"),
        "open_decisions": _("Decisions still open"),
        "overdue_decisions": _("of these past their day"),
        # scenarios
        "scenario_comments": _("Comments of ministries on the version"),
        "scenario_unanswered": _("of these to answer"),
        "candidates": _("Candidates to judge"),
        "opinions_overdue": _("Opinions whose answer is overdue"),
        "opinions": _("Opinions received"),
    }
