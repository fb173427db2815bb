"""간담회·공청회 as pages show them. Read-only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from scenarios.naming import Text
from tfportal import dates

from ..models import Group, Hearing, Opinion, Participant
from .drafting import TEXTS
from .entries import Entry
from .register import known, with_all


@dataclass(frozen=True)
class Row:
    """A hearing in the list. `opinions`: how many of them the person may see."""

    hearing: Hearing
    participants: list[Participant]
    opinions: int

    @property
    def people(self) -> int:
        return sum(one.number for one in self.participants)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """How many organisations of each group came."""
        labels = {group.value: str(group.label) for group in Group}
        found = [one.group for one in self.participants]
        return [(label, found.count(group)) for group, label in labels.items() if group in found]


def listed(user: User) -> list[Row]:
    """All of them, the latest first. Three queries."""
    rows = Hearing.objects.prefetch_related("participants")
    seen = Opinion.objects.visible_to(user).order_by().values("pk")
    counted = Opinion.objects.filter(pk__in=seen, hearing__isnull=False).order_by().values_list("hearing")
    numbers: dict[int, int] = dict(counted.annotate(n=Count("pk")))
    return [Row(row, list(row.participants.all()), numbers.get(row.pk, 0)) for row in rows]


@dataclass(frozen=True)
class Page:
    """One hearing. `entries`: what was said at it, as far as the person may see it."""

    hearing: Hearing
    entries: list[Entry]

    @cached_property
    def row(self) -> Row:
        return Row(self.hearing, list(self.hearing.participants.all()), len(self.entries))


def read(hearing: Hearing, *, user: User, at: datetime) -> Page:
    """The hearing with its opinions, in the order in which they were entered."""
    day = timezone.localdate(at)
    names = Directory(day)
    rows = with_all(known(user).filter(hearing=hearing)).order_by("pk")
    return Page(hearing, [Entry(row, names, day) for row in rows])


def texts() -> Iterator[Text]:
    """What the office entered of hearings, to look for experts in."""
    for row in Hearing.objects.prefetch_related("participants"):
        words = [getattr(row, name) for name in TEXTS] + [one.organisation for one in row.participants.all()]
        what = _("Hearing: %(title)s, %(day)s") % {"title": row.title, "day": dates.day(row.held_on)}
        yield Text(what, reverse("change_hearing", args=[row.no]), "\n".join(words))
