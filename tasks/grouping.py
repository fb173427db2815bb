"""Tasks put together by ministry, sector, kind or direction: for the board's rows, the charts and the exports alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ministries.directory import Directory
from ministries.models import MinistryName
from tfportal.language import is_korean

from .models import Direction, Kind, Sector
from .tiles import Tile

NONE = "none"  # in an address: without a direction


class By(models.TextChoices):
    """What the board's rows are."""

    MINISTRY = "ministry", gettext_lazy("Ministry")
    SECTOR = "sector", gettext_lazy("Sector")
    KIND = "kind", gettext_lazy("Kind")
    DIRECTION = "direction", gettext_lazy("Direction")


BY = tuple(By)


@dataclass(frozen=True)
class Group:
    """Some tasks under one head. `code` is the value that the filter of that name takes; `title` the long name."""

    code: str
    label: str
    title: str
    tiles: list[Tile] = field(repr=False)
    name: MinistryName | None = None  # where the rows are ministries


@dataclass(frozen=True)
class Heads:
    """What tasks can be put together under, in order, as of the round's day. `called`: ministries (primary keys) that
    have a row because they are called on for candidates, members of the T/F or not."""

    names: Directory
    sectors: Sequence[Sector]
    directions: Sequence[Direction]
    called: frozenset[int] = frozenset()

    def members(self, tiles: Iterable[Tile]) -> list[MinistryName]:
        """The members of the T/F on the round's day, and whoever else leads one of the tasks."""
        leads = {tile.ministry_id for tile in tiles}
        listed = [name for name in self.names.in_order() if name.ministry.tf_member or name.ministry_id in leads]
        return listed + [self.names[pk] for pk in sorted(leads - {name.ministry_id for name in listed})]

    def bodies(self, tiles: Iterable[Tile]) -> list[MinistryName]:
        """The members, and after them whoever is called on besides."""
        listed = self.members(tiles)
        there = {name.ministry_id for name in listed}
        return listed + [name for name in self.names.in_order() if name.ministry_id in self.called - there]

    def of(self, by: By, tiles: Iterable[Tile]) -> list[Group]:
        """The heads, each without its tasks. Ministries: also those that lead none of the tasks."""
        if by is By.MINISTRY:
            return [Group(name.ministry.code, name.abbr, name.name, [], name) for name in self.bodies(tiles)]
        if by is By.SECTOR:
            return [Group(sector.code, sector.name, sector.name, []) for sector in self.sectors]
        if by is By.KIND:
            return [Group(kind.value, str(kind.label), str(kind.label), []) for kind in Kind]
        found = [Group(row.code, direction_label(row), row.title, []) for row in self.directions]
        return [*found, Group(NONE, _("No direction"), _("No direction"), [])]


def direction_label(direction: Direction) -> str:
    """`1 적응`, by the keyword of the direction; in English, where it has none, its title."""
    return f"{direction.code} {direction.tag_ko if direction.tag_ko and is_korean() else direction.title}"


KEYS: dict[By, Callable[[Tile], str]] = {
    By.MINISTRY: lambda tile: tile.ministry,
    By.SECTOR: lambda tile: tile.sector,
    By.KIND: lambda tile: tile.kind,
    By.DIRECTION: lambda tile: tile.direction or NONE,
}


def groups(tiles: Sequence[Tile], by: By, heads: Heads) -> list[Group]:
    """The tasks under their heads, in the heads' order; a head without tasks is among them, empty."""
    made = heads.of(by, tiles)
    found = {group.code: group for group in made}
    key = KEYS[by]
    for tile in tiles:
        found[key(tile)].tiles.append(tile)
    return made
