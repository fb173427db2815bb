"""One row of the board: what stands under one head, and the numbers that it shows. Read-only."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .candidates.answers import Told
from .grouping import Group
from .selecting import Filters, Number
from .tiles import Also, Tile

NAMED_BELOW = 3  # so few tasks leave a row room for their names


@dataclass(frozen=True)
class Row:
    """What stands under one head, such as a body of the T/F, with the tasks that the filters leave, possibly none."""

    group: Group
    own: list[Tile]  # all of its tasks, whatever the filters: what it has submitted does not depend on them
    since: list[Number]
    lights: list[Number]
    filters: Filters  # those of the list, and this row
    whole: Filters  # this row alone
    calls: list[Told]  # how it answered the calls for candidates, or that it is silent

    @property
    def code(self) -> str:
        return self.group.code

    @property
    def label(self) -> str:
        return self.group.label

    @property
    def tiles(self) -> list[Tile]:
        return self.group.tiles

    @property
    def is_outside(self) -> bool:
        """Whether it is no member of the T/F, and has its row because it is called on."""
        return bool(self.group.name and not self.own and not self.group.name.ministry.tf_member)

    @property
    def title(self) -> str:
        """The long name: a ministry's as it was copied at the freeze."""
        return self.tiles[0].lead_name if self.group.name and self.tiles else self.group.title

    @property
    def names_tasks(self) -> bool:
        """Whether so few tasks leave room for their names."""
        return len(self.tiles) < NAMED_BELOW

    @cached_property
    def arrived(self) -> int:
        return sum(tile.has_arrived for tile in self.own)

    @property
    def bar(self) -> int:
        """The share that arrived, as a width out of 48."""
        return round(48 * self.arrived / len(self.own)) if self.own else 0

    @property
    def arrived_words(self) -> str:
        """The numbers of the row's bar, for those who do not see it."""
        said = {"name": self.label, "arrived": self.arrived, "total": len(self.own)}
        return _("%(name)s: %(arrived)s of %(total)s submitted") % said

    @property
    def show_words(self) -> str:
        """What opens the row's own list."""
        return ngettext("Show %(n)s task", "Show %(n)s tasks", len(self.tiles)) % {"n": len(self.tiles)}

    @property
    def extended_until(self) -> datetime | None:
        """Until when the ministry is in time, where that is later than the round's due time."""
        return next((tile.extended_until for tile in self.own), None) if self.group.name else None

    @property
    def lacks_officer(self) -> bool:
        """Whether nobody can report for it today, as far as the reader may know."""
        return self.group.name is not None and any(Also.NO_OFFICER in tile.also for tile in self.own)

    @property
    def fallback_email(self) -> str:
        return self.group.name.ministry.fallback_email if self.group.name else ""

    @property
    def touched_at(self) -> datetime | None:
        return max((tile.touched_at for tile in self.tiles if tile.touched_at), default=None)
