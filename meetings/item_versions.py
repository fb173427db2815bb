"""Which versions of scenarios an agenda item takes up: those that it was suggested for, as the reader may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from ministries.models import User
from scenarios import pathways
from scenarios.models import ScenarioVersion, Stage
from scenarios.pathways import Column
from scenarios.permissions import can_edit_scenarios

from .models import AgendaItem
from .reasons import of_plain


@dataclass(frozen=True)
class ItemVersion:
    """One version with its figures. `comments`, and how many of them wait for an answer: for the office, which alone
    sees those of all."""

    column: Column
    comments: int | None
    waiting: int

    @property
    def version(self) -> ScenarioVersion:
        return self.column.version

    @property
    def is_out(self) -> bool:
        """Whether more than the office sees it."""
        return self.column.stage in (Stage.CIRCULATED, Stage.PUBLISHED)


def of_items(items: Iterable[AgendaItem], user: User, today: date) -> dict[int, list[ItemVersion]]:
    """By item (primary key), for those that take up any that the person may see. Three queries, however many items;
    none where no item is about a scenario."""
    taken = {item.pk: reason.versions for item in items if (reason := of_plain(item.reason)) and reason.versions}
    if not taken:
        return {}
    visible = ScenarioVersion.objects.visible_to(user).filter(pk__in={pk for pks in taken.values() for pk in pks})
    counted = visible.annotate(
        said=Count("comments", distinct=True),
        waiting=Count("comments", filter=Q(comments__answers__isnull=True), distinct=True),
    )
    sees_all = can_edit_scenarios(user)
    read = {
        column.version.pk: ItemVersion(column, said if sees_all else None, waiting)
        for column in pathways.columns(counted, today)
        for said, waiting in [(column.version.said, column.version.waiting)]  # type: ignore[attr-defined]
    }
    return {item: [read[pk] for pk in pks if pk in read] for item, pks in taken.items()}
