"""Which stakeholders' opinions an agenda item takes up: by group and by what came of them, with their words in short
and never with their sender. Only those that were admitted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import pgettext

from ministries.models import User
from scenarios.models import Uptake

from .models import AgendaItem, Disposition, Group, Opinion, OpinionState
from .reasons import of_plain


@dataclass(frozen=True)
class ItemOpinion:
    """One opinion as the meeting reads it. `may_open`: whether the person may see its own page; `text` is empty where
    its words were removed."""

    row: Opinion
    kind: Uptake | None
    text: str
    may_open: bool

    @property
    def outcome(self) -> str:
        return outcome_label(self.kind)


@dataclass(frozen=True)
class OfGroup:
    """What one group said. `counted`: by what came of it."""

    group: Group
    rows: list[ItemOpinion]

    @property
    def counted(self) -> list[tuple[str, int]]:
        return by_outcome(self.rows)


@dataclass(frozen=True)
class ItemOpinions:
    """All that an item takes up; false where it takes up none."""

    rows: tuple[ItemOpinion, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def counted(self) -> list[tuple[str, int]]:
        return by_outcome(self.rows)

    @cached_property
    def groups(self) -> list[OfGroup]:
        found = [OfGroup(group, [one for one in self.rows if one.row.group == group]) for group in Group]
        return [one for one in found if one.rows]

    @property
    def in_order(self) -> list[ItemOpinion]:
        return [one for group in self.groups for one in group.rows]


NO_OPINIONS = ItemOpinions()


def outcome_label(kind: Uptake | None) -> str:
    return str(kind.label) if kind else pgettext("opinion", "Not answered yet")


def by_outcome(rows: Iterable[ItemOpinion]) -> list[tuple[str, int]]:
    """How many, by what came of them; what nobody answered stands last."""
    counted = Counter(one.kind for one in rows)
    return [(outcome_label(kind), counted[kind]) for kind in (*Uptake, None) if counted[kind]]


def of_items(items: Iterable[AgendaItem], user: User) -> dict[int, ItemOpinions]:
    """By item (primary key), for those that take up any. One query, however many items; none where no item is about
    opinions."""
    taken = {item.pk: reason.opinions for item in items if (reason := of_plain(item.reason)) and reason.opinions}
    if not taken:
        return {}
    last = Disposition.objects.standing().filter(opinion=OuterRef("pk")).order_by("-pk").values("kind")[:1]
    rows = Opinion.objects.filter(pk__in={pk for pks in taken.values() for pk in pks}, state=OpinionState.ADMITTED)
    rows = rows.annotate(
        last_kind=Subquery(last), may_open=Exists(Opinion.objects.visible_to(user).order_by().filter(pk=OuterRef("pk")))
    )
    read = {row.pk: _read(row) for row in rows.select_related("words")}
    return {item: ItemOpinions(tuple(read[pk] for pk in sorted(pks) if pk in read)) for item, pks in taken.items()}


def _read(row: Opinion) -> ItemOpinion:
    words = getattr(row, "words", None)
    text = words.text if words is not None and words.removed_at is None else ""
    kind = getattr(row, "last_kind", None)
    return ItemOpinion(row, Uptake(kind) if kind else None, text, bool(getattr(row, "may_open", False)))
