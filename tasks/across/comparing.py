"""Two rounds side by side: what got better and worse between them, what moved, what came and what went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import MinistryName

from .. import board
from ..grouping import Heads
from ..models import Kind, MilestoneChange, Round, State
from ..selecting import Filters, select
from ..tiles import Since, Tile, read_tiles, state_label
from . import moves
from .standpoint import Standpoint

SHOWN = 10  # rows of a list among the others; by itself it is shown in pages
SILENT = (State.MISSING, State.DRAFT, State.AWAITING)  # nothing was sent: what it would say is unknown
KEPT = ("ministry", "sector", "kind", "direction", "q")  # filters that mean the same in both rounds


@dataclass(frozen=True)
class Entry:
    """One task of a list, and the dates that were moved between the two rounds."""

    tile: Tile
    lead: MinistryName
    moves: list[MilestoneChange]

    @property
    def was_silent(self) -> bool:
        """Whether nothing was sent in the earlier round."""
        return Since.NO_REPLY in self.tile.since


@dataclass(frozen=True)
class Listed:
    """One list: its number is its length. `key` names it in the address."""

    key: str
    label: str
    tiles: list[Tile]
    query: str

    @property
    def count(self) -> int:
        return len(self.tiles)


@dataclass(frozen=True)
class Comparison:
    """`earlier`: what stood on the roster then; `tiles`: what stands on the later one, against the earlier."""

    earlier: Round
    later: Round
    heads: Heads
    filters: Filters
    only: str
    before: list[Tile]
    tiles: list[Tile]
    moved: dict[int, list[MilestoneChange]]
    closed: bool

    @cached_property
    def lists(self) -> list[Listed]:
        """Every list, in the order of worry."""
        return [
            self._listed(Since.WORSE, _("Worse"), self._since(Since.WORSE)),
            self._listed(Since.BETTER, _("Better"), self._since(Since.BETTER)),
            self._listed(Since.MOVED, _("Dates moved"), self._moved),
            self._listed(Since.NEW, pgettext("since last round", "New"), self._since(Since.NEW)),
            self._listed(Since.COMPLETED, pgettext("since last round", "Completed"), self._since(Since.COMPLETED)),
            self._listed("left", _("Off the roster"), self._gone),
            self._listed("silent", self._silent_label, [tile for tile in self._found if tile.state in SILENT]),
            self._listed(
                Since.NO_REPLY, _("No reply in round %(no)d") % {"no": self.earlier.no}, self._since(Since.NO_REPLY)
            ),
            self._listed("same", _("No difference"), self._same),
        ]

    @property
    def chosen(self) -> Listed | None:
        """The one list that the address asks for."""
        return next((one for one in self.lists if one.key == self.only), None)

    @property
    def found(self) -> int:
        """How many tasks of the later round the filters leave."""
        return len(self._found)

    @cached_property
    def _found(self) -> list[Tile]:
        return select(self.tiles, self.filters)

    @property
    def _silent_label(self) -> str:
        word = state_label(State.MISSING, closed=self.closed)
        return _("%(state)s in round %(no)d") % {"state": word, "no": self.later.no}

    @cached_property
    def _gone(self) -> list[Tile]:
        """On the earlier roster and not on the later one: completed, or taken off."""
        there = {tile.task_id for tile in self.tiles}
        return select([tile for tile in self.before if tile.task_id not in there], self.filters)

    @property
    def _moved(self) -> list[Tile]:
        """Also those that have not answered in the later round: what the office accepted in between stands."""
        return [tile for tile in self._found if tile.task_id in self.moved]

    @property
    def _same(self) -> list[Tile]:
        """Who has not answered in the later round may still differ: they are among the silent."""
        told = [tile for tile in self._found if tile.state not in SILENT]
        return [tile for tile in told if not tile.since and tile.task_id not in self.moved]

    def _since(self, since: Since) -> list[Tile]:
        return select(self.tiles, replace(self.filters, since=since))

    def _listed(self, key: str, label: str, tiles: list[Tile]) -> Listed:
        asked = {"from": self.earlier.no, "to": self.later.no} | self.filters.asked | {"only": key}
        return Listed(str(key), label, tiles, "?" + urlencode(asked))

    def entries(self, tiles: Iterable[Tile]) -> list[Entry]:
        """The tasks with their moved dates."""
        names = self.heads.names
        return [Entry(tile, names[tile.ministry_id], self.moved.get(tile.task_id, [])) for tile in tiles]

    @property
    def query(self) -> str:
        """All lists, under the same filters."""
        return "?" + urlencode({"from": self.earlier.no, "to": self.later.no} | self.filters.asked)

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        return {
            "ministry": [(name.ministry.code, name.abbr) for name in self.heads.members([*self.tiles, *self.before])],
            "sector": [(sector.code, sector.name) for sector in self.heads.sectors],
            "kind": [(kind.value, str(kind.label)) for kind in Kind],
        }


def rounds_for(standpoint: Standpoint) -> list[Round]:
    """What can be compared, the last one first: the frozen rounds, and the one that is collected for whoever sees its
    board."""
    frozen = list(Round.objects.frozen().select_related("previous").order_by("-no"))
    shown = standpoint.round
    return [shown, *frozen] if shown and shown.frozen_at is None else frozen


def read(earlier: Round, later: Round, query: Mapping[str, str], standpoint: Standpoint) -> Comparison:
    """The two rounds as the person may see them. Constant in queries."""
    heads, viewer = board.heads_of(later), standpoint.viewer(later)
    known = {name: values for name, values in board.known(heads).items() if name in KEPT}
    then = replace(viewer, closed=True)
    tiles = read_tiles(later, viewer, heads.names, against=earlier)
    before = read_tiles(earlier, then, Directory(earlier.as_of))
    places = {name.ministry_id: place for place, name in enumerate(heads.members([*tiles, *before]))}
    for rows in (tiles, before):
        rows.sort(key=lambda tile: places[tile.ministry_id])  # as the board's rows stand; by code within
    return Comparison(
        earlier,
        later,
        heads,
        Filters.of(query, known),
        query.get("only", ""),
        before,
        tiles,
        _moved(earlier, later, tiles),
        viewer.closed,
    )


def _moved(earlier: Round, later: Round, tiles: list[Tile]) -> dict[int, list[MilestoneChange]]:
    """By task the dates that were moved after the one round and up to the other, the first first: those that the office
    accepted, and those of the later round's text where the person may know of it."""
    told = {tile.pk for tile in tiles if Since.MOVED in tile.since}
    found: dict[int, list[MilestoneChange]] = {}
    for row in moves.between(earlier.no, later.no):
        report = row.revision.report
        is_standing = report.round_id == later.pk and report.pk in told and report.current_id == row.revision_id
        if row.applied_event_id or is_standing:
            found.setdefault(row.milestone.task_id, []).append(row)
    return found
