"""조건 저장: a person's own filters of the board, read and written. No part of the record: no event tells of it.

A query is kept as `Filters` writes it, never as it was sent: what names nothing known is dropped, and the link that is
made of it leads to the board and nowhere else.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from django.db import transaction
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Invalid

from .board import known
from .filter_words import in_words
from .grouping import Heads
from .models import SavedFilter
from .selecting import Filters

MOST = 30  # of one person: a menu, not an archive
LONGEST = 2000  # characters of a query
NOTHING = Filters().query


@dataclass(frozen=True)
class Asked:
    """Filters as they are read now, and in words."""

    filters: Filters
    heads: Heads

    @property
    def words(self) -> list[str]:
        return in_words(self.filters, self.heads, closed=False)

    @property
    def is_nothing(self) -> bool:
        return self.filters.query == NOTHING


@dataclass(frozen=True)
class Saved(Asked):
    """One that a person has kept."""

    row: SavedFilter


def of(user: User) -> list[SavedFilter]:
    """The person's own, by their names. One query."""
    return list(SavedFilter.objects.filter(user=user).order_by("name", "pk"))


def with_words(user: User, heads: Heads) -> list[Saved]:
    """The same, each with what it asks for by now: what names nothing known any more is left out."""
    asked, takes = of(user), known(heads)
    return [Saved(read(row.query, takes), heads, row) for row in asked]


def read(query: str, takes: Mapping[str, Collection[str]]) -> Filters:
    """The filters of a query as it was sent, or kept: of what is known, and no longer than a kept one."""
    return Filters.of(MultiValueDict(parse_qs(query[:LONGEST].lstrip("?"))), takes)


def save(user: User, name: str, filters: Filters, *, at: datetime) -> bool:
    """Keep the filters under the name, in place of what was kept under it; returns whether there was something.
    Raises Invalid where nothing is asked, or where the person has as many as there may be."""
    if filters.query == NOTHING:
        raise Invalid({"query": [_("Nothing is filtered: choose something on the board first.")]})
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two windows at once would both find room
        others = SavedFilter.objects.filter(user=user).exclude(name=name)
        if others.count() >= MOST:
            raise Invalid({"name": [_("You have %(n)d saved filters. Delete one first.") % {"n": MOST}]})
        kept = {"query": filters.query, "at": at}
        _row, is_new = SavedFilter.objects.update_or_create(user=user, name=name, defaults=kept)
    return not is_new


def delete(row: SavedFilter) -> None:
    row.delete()
