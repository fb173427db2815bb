"""One stakeholder opinion as pages and files tell of it on a day. Read-only; its row comes from `register.with_all`."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ministries.directory import Directory
from ministries.models import MinistryName
from tasks.models import Task

from ..models import Disposition, Opinion, OpinionState, Transfer, TransferKind
from ..registers import number_of

FIRST = 30  # characters of the first words
LOOKS = {"taken_up": "st-ok", "partly": "st-ok", "later": "st-wait", "not": "st-none"}


class Standing(models.TextChoices):
    """Where an opinion stands on a day. Derived, never stored."""

    WAITING = "waiting", pgettext_lazy("opinion", "To be looked at")
    REJECTED = "rejected", pgettext_lazy("opinion", "Not admitted")
    LOOSE = "loose", pgettext_lazy("opinion", "To be given out")
    HANDED_BACK = "handed_back", pgettext_lazy("opinion", "Handed back")
    OWED = "owed", pgettext_lazy("opinion", "To be answered")
    OVERDUE = "overdue", pgettext_lazy("opinion", "Answer overdue")
    ANSWERED = "answered", pgettext_lazy("opinion", "Answered")

    @property
    def css(self) -> str:
        looks = {
            "waiting": "st-draft",
            "loose": "st-draft",
            "handed_back": "st-back",
            "owed": "st-sent",
            "overdue": "st-back",
            "answered": "st-ok",
        }
        return looks.get(self.value, "st-none")


@dataclass(frozen=True)
class Entry:
    """One opinion as it stands on the day."""

    opinion: Opinion
    names: Directory
    day: date

    @cached_property
    def dispositions(self) -> list[Disposition]:
        """The earliest first."""
        return list(self.opinion.dispositions.all())

    @property
    def last(self) -> Disposition | None:
        """The one that counts; None as well where the office opened the opinion again."""
        last: Any = self.dispositions[-1] if self.dispositions else None
        return last if last is not None and last.stands else None

    @property
    def standing(self) -> Standing:
        row = self.opinion
        if row.state != OpinionState.ADMITTED:
            return Standing.WAITING if row.state == OpinionState.WAITING else Standing.REJECTED
        if self.last is not None:
            return Standing.ANSWERED
        if row.ministry_id is None:
            is_back = getattr(row, "last_transfer", None) == TransferKind.HANDED_BACK
            return Standing.HANDED_BACK if is_back else Standing.LOOSE
        return Standing.OVERDUE if row.due_on is not None and row.due_on < self.day else Standing.OWED

    @property
    def outcome(self) -> str:
        """What came of it, or where it stands."""
        return str(self.last.get_kind_display() if self.last else self.standing.label)

    @property
    def css(self) -> str:
        return LOOKS.get(self.last.kind, "st-none") if self.last else self.standing.css

    @property
    def days_over(self) -> int:
        due = self.opinion.due_on
        return (self.day - due).days if due and self.standing is Standing.OVERDUE else 0

    @property
    def owner(self) -> MinistryName | None:
        return self.names[self.opinion.ministry_id] if self.opinion.ministry_id else None

    @property
    def said_by(self) -> str:
        """Who said it, in words."""
        return self.opinion.organisation or str(self.opinion.get_group_display())

    @property
    def first_words(self) -> str:
        """By which one is told from another, beside its number; empty where the words were removed."""
        return Truncator(" ".join(self.text.split())).chars(FIRST)

    @property
    def text(self) -> str:
        """Its words; empty where they were removed."""
        words = getattr(self.opinion, "words", None)
        return words.text if words is not None and words.removed_at is None else ""

    @property
    def removed_at(self) -> datetime | None:
        words = getattr(self.opinion, "words", None)
        return words.removed_at if words is not None else None

    @property
    def tasks(self) -> list[Task]:
        return [row.task for row in self.opinion.of_tasks.all()]

    @property
    def decision_number(self) -> str:
        """`2-01`: of the decision that it is about; empty where it is about none."""
        return number_of(self.opinion.decision) if self.opinion.decision else ""

    @property
    def codes(self) -> list[str]:
        return [task.code for task in self.tasks]

    @property
    def transfers(self) -> list["Passed"]:
        """Every time that it went from one to another, the last first."""
        return [Passed(row, self.names) for row in reversed(self.opinion.transfers.all())]

    def days_late(self, row: Disposition) -> int:
        """How many days after the day a ministry's answer came; 0 in time, and always for the office."""
        due = self.opinion.due_on
        if due is None or row.ministry_id is None or row.ministry_id != self.opinion.ministry_id:
            return 0
        return max((timezone.localdate(row.at) - due).days, 0)

    @property
    def history(self) -> list[tuple[Disposition, str, int]]:
        """Every disposition, the last one first, with whose it is and how many days late it came."""
        office = _("Coordination office")
        return [
            (row, self.names[row.ministry_id].name if row.ministry_id else office, self.days_late(row))
            for row in reversed(self.dispositions)
        ]


@dataclass(frozen=True)
class Passed:
    """That it went to another, or back."""

    row: Transfer
    names: Directory

    @property
    def words(self) -> str:
        """Who gave it to whom, or who might have to answer."""
        had = self.names[self.row.ministry_id].name if self.row.ministry_id else _("Coordination office")
        to = self.names[self.row.to_id].name if self.row.to_id else ""
        if self.row.kind == TransferKind.REOPENED:
            return _("The coordination office opened it again after the answer of %(had)s") % {"had": had}
        if self.row.kind == TransferKind.HANDED_BACK:
            maybe = _("%(had)s handed it back: perhaps it is for %(to)s") if to else _("%(had)s handed it back")
            return maybe % {"had": had, "to": to}
        if not to:
            return _("The coordination office took it back from %(had)s") % {"had": had}
        if self.row.to_id == self.row.ministry_id:
            return _("The coordination office left it with %(to)s") % {"to": to}
        return _("Passed on from %(had)s to %(to)s") % {"had": had, "to": to}
