"""What people do in a simulated round, as plain data: who, when, and what; tasks and bodies by their codes.

A deed is one verb of the workflow. The script decides them (`script.py`), one of two writers carries them out.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tasks.models import Field, Light

from .plan import Dates, Job


@dataclass(frozen=True)
class Step:
    """What a text says of one milestone, by its place in the task: done or moved to a day."""

    order: int
    choice: str  # done | move
    on: date
    cause: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Measure:
    """What a text says of one indicator, by its place in the task: a value, or why there is none."""

    order: int
    value: str
    note: str = ""


@dataclass(frozen=True)
class Text:
    """What is typed into a report."""

    light: Light
    results: str
    plans: str
    issues: str = ""
    progress: int | None = None
    completed_on: date | None = None
    addressed_to: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    measures: tuple[Measure, ...] = ()

    def raw(self, milestones: dict[int, Any], indicators: dict[int, Any]) -> dict[str, Any]:
        """As a form sends it; `milestones` and `indicators` give the primary keys by their places."""
        return {
            "light": self.light.value,
            "progress": "" if self.progress is None else str(self.progress),
            "results": self.results,
            "plans": self.plans,
            "issues": self.issues,
            "completed_on": str(self.completed_on or ""),
            "also_reason": "",
            "addressed_to": list(self.addressed_to),
            "milestones": {
                str(milestones[row.order]): {
                    "choice": row.choice,
                    "on": str(row.on),
                    "cause": row.cause,
                    "reason": row.reason,
                }
                for row in self.steps
            },
            "indicators": {str(indicators[row.order]): {"value": row.value, "note": row.note} for row in self.measures},
        }


@dataclass(frozen=True)
class Deed:
    """`by`: the user name."""

    at: datetime
    by: str


@dataclass(frozen=True)
class Save(Deed):
    task: str
    text: Text


@dataclass(frozen=True)
class Send(Deed):
    """One answer: of these tasks with their drafts, of those as "no change"."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...] = ()
    letter_no: str = ""

    @property
    def tasks(self) -> list[str]:
        return sorted((*self.written, *self.unchanged))


class Submit(Send):
    pass


class AskSignOff(Send):
    pass


class SignOff(Send):
    pass


@dataclass(frozen=True)
class OfReport(Deed):
    task: str


class Open(OfReport):
    pass


class CallContributions(OfReport):
    pass


@dataclass(frozen=True)
class GiveBack(OfReport):
    """Returned for changes."""

    comment: str
    due_at: datetime
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Accept(OfReport):
    light: Light
    reason: str = ""
    book_ko: str = ""
    book_en: str = ""


@dataclass(frozen=True)
class Contribute(OfReport):
    ministry: str
    text: str


@dataclass(frozen=True)
class Answer(OfReport):
    """Of what the report's text, as it stands, asks of the ministry."""

    ministry: str
    text: str


@dataclass(frozen=True)
class Say(OfReport):
    """대화, between the office and the lead."""

    text: str


@dataclass(frozen=True)
class AskTime(Deed):
    ministry: str
    until: datetime
    reason: str


@dataclass(frozen=True)
class GrantTime(Deed):
    ministry: str
    until: datetime
    comment: str = ""


@dataclass(frozen=True)
class DeclineTime(Deed):
    ministry: str
    comment: str


@dataclass(frozen=True)
class Scene:
    """One round: its dates, the tasks that join its roster, and what is done in it, in the order of time."""

    dates: Dates
    joining: list[Job]
    deeds: list[Deed] = field(default_factory=list)
