"""Which versions of scenarios an agenda item takes up: those that it was suggested for, as the reader may see them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from ministries.models import User
from scenarios import groups, pathways
from scenarios.models import ScenarioVersion, SignedOff, Stage
from scenarios.pathways import Column
from scenarios.permissions import can_edit_scenarios

from .models import AgendaItem
from .reasons import of_plain


@dataclass(frozen=True)
class ItemVersion:
    """One version with its figures. `before`: the version before it that the person may see; `comments`: how many
    ministries' comments there are, of which `waiting` (told to the office alone) have no answer; `signed` of
    `divisions` signed these very figures off."""

    column: Column
    before: Column | None
    comments: int
    waiting: int
    signed: int
    divisions: int

    @property
    def version(self) -> ScenarioVersion:
        return self.column.version

    @property
    def is_out(self) -> bool:
        """Whether more than the office sees it."""
        return self.column.stage in (Stage.CIRCULATED, Stage.PUBLISHED)

    @property
    def changed(self) -> dict[str, Decimal]:
        """How much its sums are above those of the version before; empty where there is none."""
        return pathways.sum_differences(self.before, self.column) if self.before else {}


def of_items(items: Iterable[AgendaItem], user: User, today: date) -> dict[int, list[ItemVersion]]:
    """By item (primary key), for those that take up any that the person may see. Five queries, however many items;
    none where no item is about a scenario."""
    taken = {item.pk: reason.versions for item in items if (reason := of_plain(item.reason)) and reason.versions}
    if not taken:
        return {}
    wanted = {pk for pks in taken.values() for pk in pks}
    visible = ScenarioVersion.objects.visible_to(user).filter(scenario__versions__in=wanted).distinct()
    counted = visible.annotate(
        said=Count("comments", distinct=True),
        waiting=Count("comments", filter=Q(comments__answers__isnull=True), distinct=True),
    )
    columns = {column.version.pk: column for column in pathways.columns(counted, today)}
    chosen = {pk: column for pk, column in columns.items() if pk in wanted}
    signed, divisions = _signed([column.version for column in chosen.values()]), groups.divisions().count()
    sees_all = can_edit_scenarios(user)
    read = {
        pk: ItemVersion(
            column, _before(column, columns.values()), said, waiting if sees_all else 0, signed[pk], divisions
        )
        for pk, column in chosen.items()
        for said, waiting in [(column.version.said, column.version.waiting)]  # type: ignore[attr-defined]
    }
    return {item: [read[pk] for pk in pks if pk in read] for item, pks in taken.items()}


def _before(column: Column, all_of_them: Iterable[Column]) -> Column | None:
    """The last version of the same scenario before this one; withdrawn ones aside."""
    version = column.version
    earlier = [
        one
        for one in all_of_them
        if one.version.scenario_id == version.scenario_id
        and one.version.no < version.no
        and one.stage != Stage.WITHDRAWN
    ]
    return max(earlier, key=lambda one: one.version.no, default=None)


def _signed(versions: Collection[ScenarioVersion]) -> Counter[int]:
    """How many divisions signed each off, in the figures that stand now. One query."""
    rows = SignedOff.objects.filter(of__in=versions).order_by("pk")
    last = {(row.of_id, row.division_id): row for row in rows}
    now = {version.pk: version.version for version in versions}
    return Counter(row.of_id for row in last.values() if row.agrees and row.version_no == now[row.of_id])
