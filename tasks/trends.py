"""The lights of one round after another, as each round's own board shows them. Read-only.

The frozen rounds come as bare rows in one query, with the attributes of a `Tile` that the filters below ask for, so that
`selecting.select` counts them as it counts tiles. The round that is shown is counted by its tiles themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from ministries.directory import Directory, dated_names
from tfportal.language import normalise

from .board import Board
from .models import Light, Report, Round
from .selecting import Filters, Number, count
from .tiles import Tile

FROM = 3  # rounds: two are the comparison with the last round, which the board has already
DRAWN = 12  # the last ones
APPLIED = ("ministry", "sector", "kind", "direction", "light", "q")  # the others ask for one round's own workings
UNLIT = "none"


@dataclass(frozen=True, slots=True)
class PastTile:
    """A task in a frozen round, as far as `APPLIED` asks."""

    ministry: str
    sector: str
    kind: str
    direction: str
    light: Light | None
    haystack: str


@dataclass(frozen=True)
class Turn:
    """One round of the trend: how many of its tasks carry which light. `numbers` is in the order of `lights_of`."""

    round: Round
    total: Number
    numbers: list[Number]

    @property
    def is_frozen(self) -> bool:
        return self.round.frozen_at is not None


@dataclass(frozen=True)
class Trend:
    """The rounds up to the one shown, the oldest first; none of them before there are enough."""

    turns: list[Turn]
    filters: Filters
    left_out: list[str]  # the filters that do not hold for it

    first_round = FROM


def lights_of(tiles: list[Tile], filters: Filters) -> list[Number]:
    """How many there are of each light, and without one; zeros included."""
    numbers = [
        replace(count(tiles, replace(filters, light=light), str(light.label)), light=light) for light in Light
    ]
    return [*numbers, count(tiles, replace(filters, light=UNLIT), _("No light yet"))]


def applied(filters: Filters) -> Filters:
    """The filters that hold for every round alike."""
    return Filters(**{name: value for name, value in filters.asked.items() if name in APPLIED})


def trend_up_to(board: Board) -> Trend:
    """The trend towards the board's round: three queries, however many rounds."""
    filters = applied(board.filters)
    left_out = [name for name in board.filters.asked if name not in APPLIED]
    past = Round.objects.frozen().filter(no__lt=board.round.no).order_by("-no")[: DRAWN - 1]
    rounds = sorted(past, key=lambda row: row.no)
    if len(rounds) + 1 < FROM:
        return Trend([], filters, left_out)
    tiles = past_tiles(rounds, with_words=bool(filters.q)) | {board.round.pk: board.tiles}
    return Trend([_turn(row, tiles[row.pk], filters) for row in (*rounds, board.round)], filters, left_out)


def _turn(round_: Round, tiles: list[Tile], filters: Filters) -> Turn:
    return Turn(round_, count(tiles, filters, _("Total")), lights_of(tiles, filters))


def past_tiles(rounds: Sequence[Round], *, with_words: bool) -> dict[int, list[Tile]]:
    """The tasks of each frozen round by its primary key; `with_words` where a text is searched for."""
    names = _names({round_.pk: round_.as_of for round_ in rounds}) if with_words else {}
    found: dict[int, list[Any]] = {round_.pk: [] for round_ in rounds}
    lights: dict[str, Light | None] = {light.value: light for light in Light} | {"": None}
    for round_id, lead, sector, kind, direction, office, sent, before, lead_id, *words in _rows(rounds):
        said = _haystack(words, names[round_id], lead_id) if with_words else ""
        # As in a tile: what was sent, with the office's word before the ministry's; else the light of the round before.
        light = lights[(office or sent or before) if sent else before]
        found[round_id].append(PastTile(lead, sector, kind, direction or "", light, said))
    return cast(dict[int, list[Tile]], found)


def _rows(rounds: Iterable[Round]) -> Iterable[tuple[Any, ...]]:
    return (
        Report.objects.filter(round__in=list(rounds))
        .order_by()
        .values_list(
            "round_id", "lead__code", "sector__code", "kind", "task__direction__code", "office_light",
            "current__light", "baseline_light", "lead_id", "task__code", "task__title_ko", "task__title_en",
            "title_copied_ko", "title_copied_en",
        )
    )  # fmt: skip


def _names(days: dict[int, date]) -> dict[int, Directory]:
    """The names in force on each round's day, in one query."""
    every = list(dated_names())
    return {pk: Directory(day, every) for pk, day in days.items()}


def _haystack(words: list[str], names: Directory, lead_id: int) -> str:
    name = names[lead_id]
    code, title_ko, title_en, _copied_ko, _copied_en = words
    called = (name.name_ko, name.name_en, name.abbr_ko, name.abbr_en)
    return normalise("\n".join((code, title_ko, title_en, *called))).casefold()
