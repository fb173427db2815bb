"""지시·결정사항: every decision that a person may see, under the filters of the address, and each alone. Read-only.

Each number is the count of the list that its link opens.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ministries.directory import Directory
from ministries.models import MinistryName, User

from . import permissions
from .models import Closing, Decision, DecisionKind, DecisionTask, FollowUp, Progress, Supporting
from .querysets import DecisionQuerySet


class Standing(models.TextChoices):
    """Where a decision stands on a day. Derived, never stored."""

    WRITTEN = "written", pgettext_lazy("decision", "Not confirmed yet")
    OPEN = "open", pgettext_lazy("decision", "Open")
    OVERDUE = "overdue", pgettext_lazy("decision", "Overdue")
    CLOSED = "closed", pgettext_lazy("decision", "Closed")
    EXHORTATION = "exhortation", pgettext_lazy("decision", "Exhortation")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "Withdrawn")

    @property
    def css(self) -> str:
        looks = {"open": "st-sent", "overdue": "st-back", "closed": "st-ok", "written": "st-draft"}
        return looks.get(self.value, "st-none")


FILTERED = {  # what can be asked for, and which standings that are: whatever is overdue is open
    "open": (Standing.OPEN, Standing.OVERDUE),
    "overdue": (Standing.OVERDUE,),
    "to_close": (Standing.OPEN,),  # of these the ones that were carried out: they are not overdue any more
    "closed": (Standing.CLOSED,),
    "exhortation": (Standing.EXHORTATION,),
    "written": (Standing.WRITTEN,),
}
LABELS = {
    "": pgettext_lazy("decisions", "All"),
    "open": pgettext_lazy("decision", "Open"),
    "overdue": gettext_lazy("of these overdue"),
    "to_close": gettext_lazy("of these to close"),
    "closed": pgettext_lazy("decision", "Closed"),
    "exhortation": pgettext_lazy("decisions", "Exhortations"),
    "written": pgettext_lazy("decision", "Not confirmed yet"),
}

RARE = ("written", "to_close")  # shown where there is one; the second always to the office, whose work it is


def number_of(decision: Decision) -> str:
    """`2-01`: the meeting's number, and the decision's within it."""
    return f"{decision.meeting.no}-{decision.no:02}"


def is_carried_out(word: FollowUp | None, closings: Sequence[Closing]) -> bool:
    """Whether the owner's last word is that it was, and nobody opened the decision again since."""
    return word is not None and word.progress == Progress.DONE and all(row.at <= word.at for row in closings)


@dataclass(frozen=True)
class Entry:
    """One decision as it stands on the day."""

    decision: Decision
    names: Directory
    day: date

    @property
    def number(self) -> str:
        return number_of(self.decision)

    @property
    def is_action(self) -> bool:
        return self.decision.kind == DecisionKind.ACTION

    @cached_property
    def standing(self) -> Standing:
        row: Any = self.decision
        if row.withdrawn_at is not None:
            return Standing.WITHDRAWN
        if row.meeting.frozen_at is None:
            return Standing.WRITTEN
        if not self.is_action:
            return Standing.EXHORTATION
        if self.is_closed:
            return Standing.CLOSED
        is_late = row.due_on < self.day and not self.is_carried_out
        return Standing.OVERDUE if is_late else Standing.OPEN

    @property
    def is_closed(self) -> bool:
        closings = list(self.decision.closings.all())
        return bool(closings) and closings[-1].closes

    @property
    def is_open(self) -> bool:
        return self.standing in FILTERED["open"]

    @property
    def waits_for_closing(self) -> bool:
        """Whether its owner says that it was carried out, and the office has not closed it."""
        return self.is_open and self.is_carried_out

    @property
    def is_carried_out(self) -> bool:
        """Whether that is its owner's last word. Opening it again takes it back, as in `DecisionQuerySet.with_word`."""
        return is_carried_out(self.last, list(self.decision.closings.all()))

    @property
    def is_overdue(self) -> bool:
        return self.standing == Standing.OVERDUE

    @property
    def lead(self) -> MinistryName | None:
        return self.names[self.decision.lead_id] if self.decision.lead_id else None

    @cached_property
    def supporters(self) -> list[MinistryName]:
        """Who supports it; of an exhortation, whom it speaks to: nobody named is everybody."""
        return self.names.named(row.ministry_id for row in self.decision.supporting.all())

    @property
    def owners(self) -> str:
        """Who it is for, in one line."""
        named = [name.abbr for name in ([self.lead] if self.lead else []) + self.supporters]
        return ", ".join(named) if named else _("all invited ministries")

    @property
    def tasks(self) -> list[Any]:
        return [row.task for row in self.decision.of_tasks.all()]

    @property
    def codes(self) -> list[str]:
        return [task.code for task in self.tasks]

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """The earliest first."""
        return list(self.decision.follow_ups.all())

    @property
    def last(self) -> FollowUp | None:
        return self.follow_ups[-1] if self.follow_ups else None

    @property
    def days_over(self) -> int:
        due = self.decision.due_on
        return (self.day - due).days if due and self.is_overdue else 0


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Of a value that nobody can choose there is no decision."""

    meeting: str = ""
    ministry: str = ""
    kind: str = ""
    state: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        chosen = {name: query.get(name, "")[:100] for name in ("meeting", "ministry", "kind", "state")}
        return cls(**chosen, q=" ".join(query.get("q", "").replace("\0", "").split())[:100])

    @property
    def asked(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    @property
    def query(self) -> str:
        return f"?{urlencode(self.asked)}" if self.asked else ""

    def takes(self, entry: Entry) -> bool:
        """Whether the entry answers to it."""
        row = entry.decision
        codes = {name.ministry.code for name in ([entry.lead] if entry.lead else []) + entry.supporters}
        words = f"{entry.number} {row.text_ko} {row.text_en} {' '.join(entry.codes)}".casefold()
        return (
            (not self.meeting or str(row.meeting.no) == self.meeting)
            and (not self.ministry or self.ministry in codes)
            and (not self.kind or row.kind == self.kind)
            and (not self.state or entry.standing in FILTERED.get(self.state, ()))
            and (self.state != "to_close" or entry.waits_for_closing)
            and all(word in words for word in self.q.casefold().split())
        )


@dataclass(frozen=True)
class Number:
    """A count, and the address of its list."""

    state: str
    label: str
    count: int
    query: str
    is_here: bool


@dataclass(frozen=True)
class Register:
    """The decisions that the person may see, and those of them that the filters leave."""

    entries: list[Entry]
    filters: Filters
    names: Directory
    runs: bool = False

    @cached_property
    def found(self) -> list[Entry]:
        return [entry for entry in self.entries if self.filters.takes(entry)]

    @property
    def numbers(self) -> list[Number]:
        """By standing, under the other filters."""
        made = []
        for state, label in LABELS.items():
            asked = replace(self.filters, state=state)
            count = sum(asked.takes(entry) for entry in self.entries)
            if count or state not in RARE or (state == "to_close" and self.runs):
                made.append(Number(state, str(label), count, asked.query or "?", state == self.filters.state))
        return made

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What can be chosen, by filter."""
        meetings = {entry.decision.meeting.no: entry.decision.meeting.name for entry in self.entries}
        named = {row.ministry_id for entry in self.entries for row in entry.decision.supporting.all()}
        named |= {entry.decision.lead_id for entry in self.entries if entry.decision.lead_id}
        return {
            "meeting": [(str(no), name) for no, name in sorted(meetings.items(), reverse=True)],
            "ministry": [(name.ministry.code, name.abbr) for name in self.names.named(named)],
            "kind": [(kind.value, str(kind.label)) for kind in DecisionKind],
        }


def read(query: Mapping[str, str], *, user: User, at: datetime) -> Register:
    """The register. A constant number of queries."""
    day = timezone.localdate(at)
    names = Directory(day)
    entries = entries_of(Decision.objects.visible_to(user).standing(), names, day)
    return Register(entries, Filters.of(query), names, permissions.can_run_meetings(user))


def entries_of(decisions: DecisionQuerySet, names: Directory, day: date) -> list[Entry]:
    """These decisions with all that a list shows of them, the latest meeting's first. Five queries; one where there are
    none."""
    rows = with_all(decisions).order_by("-meeting__no", "no")
    return [Entry(row, names, day) for row in rows]


def with_all(decisions: DecisionQuerySet) -> DecisionQuerySet:
    """With what an Entry reads."""
    return decisions.select_related("meeting").prefetch_related(
        Prefetch("supporting", Supporting.objects.order_by("pk")),
        Prefetch("of_tasks", DecisionTask.objects.select_related("task").order_by("task__code")),
        Prefetch("follow_ups", FollowUp.objects.select_related("by", "acting_for", "round").order_by("pk")),
        Prefetch("closings", Closing.objects.select_related("by", "acting_for").order_by("pk")),
    )


def by_pk(pk: int, *, user: User, at: datetime) -> Entry | None:
    """One decision that the person may see; None for all others."""
    if pk >= 2**63:
        return None
    day = timezone.localdate(at)
    decision = with_all(Decision.objects.visible_to(user).filter(pk=pk)).select_related("meeting", "item").first()
    return Entry(decision, Directory(day), day) if decision else None
