"""The lights of one round after another, as each round's own board shows them. Read-only.

The frozen rounds come as bare rows in one query, with the attributes of a `Tile` that the filters below ask for:
`selecting.select` counts them as it counts tiles. The round that is shown is counted by its tiles themselves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from django.db.models import Count, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from ministries.directory import Directory, dated_names
from ministries.models import MinistryName
from tfportal.language import normalise

from .board import Board
from .models import Light, Report, Round
from .selecting import Filters, Number, count, select
from .tiles import Tile

FROM = 3  # rounds: two are the comparison with the last round, which the board has already
DRAWN = 9  # the last ones
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
    """How many there are of each light, and without one; zeros included. `tiles`: those that the filters left."""
    numbers = [replace(count(tiles, replace(filters, light=light), str(light.label)), light=light) for light in Light]
    return [*numbers, count(tiles, replace(filters, light=UNLIT), _("No light yet"))]


def applied(filters: Filters) -> Filters:
    """The filters that hold for every round alike."""
    return Filters(**{name: value for name, value in filters.asked.items() if name in APPLIED}, by=filters.by)


def trend_up_to(board: Board) -> Trend:
    """The trend towards the board's round: three queries, however many rounds."""
    filters = applied(board.filters)
    left_out = [name for name in board.filters.asked if name not in APPLIED]
    past = Round.objects.frozen().filter(no__lt=board.round.no).order_by("-no")[: DRAWN - 1]
    rounds = sorted(past, key=lambda row: row.no)
    if len(rounds) + 1 < FROM:
        return Trend([], filters, left_out)
    tiles = past_tiles(rounds, filters) | {board.round.pk: board.tiles}
    return Trend([_turn(row, tiles[row.pk], filters) for row in (*rounds, board.round)], filters, left_out)


def _turn(round_: Round, tiles: list[Tile], filters: Filters) -> Turn:
    found = select(tiles, filters)
    return Turn(round_, count(found, filters, _("Total")), lights_of(found, filters))


def past_tiles(rounds: Sequence[Round], filters: Filters) -> dict[int, list[Tile]]:
    """The tasks of each frozen round by its primary key, as far as the filters ask for them: what they do not ask is
    left empty, so that tasks alike in the rest come as one row with their number. Texts are searched task by task."""
    names = _names(rounds) if filters.q else {}
    asked = [name for name in COLUMNS if getattr(filters, name)]
    found: dict[int, list[PastTile]] = {round_.pk: [] for round_ in rounds}
    lights: dict[str, Light | None] = {light.value: light for light in Light}
    for row in _rows(rounds, [COLUMNS[name] for name in asked], with_words=bool(filters.q)):
        round_id, light, *rest, number = row
        values, words = dict(zip(asked, rest, strict=False)), rest[len(asked) :]
        said = _haystack(words[1:], names[round_id][words[0]]) if words else ""
        tile = PastTile(**{name: values.get(name, "") for name in COLUMNS}, light=lights.get(light), haystack=said)
        found[round_id] += [tile] * number
    return cast("dict[int, list[Tile]]", found)


COLUMNS = {"ministry": "lead__code", "sector": "sector__code", "kind": "kind", "direction": "direction"}
WORDS = ("lead_id", "task__code", "task__title_ko", "task__title_en", "title_copied_ko", "title_copied_en")


def _rows(rounds: Iterable[Round], columns: list[str], *, with_words: bool) -> Any:
    reports: Any = Report.objects.filter(round__in=[round_.pk for round_ in rounds]).with_shown_light()
    if "direction" in columns:
        reports = reports.annotate(direction=Coalesce("item__direction__code", "task__direction__code", Value("")))
    alike = reports.order_by().values_list("round_id", "shown_light", *columns, *(WORDS if with_words else ()))
    return alike.annotate(number=Count("pk"))


def _names(rounds: Iterable[Round]) -> dict[int, Directory]:
    """The names in force on each round's day, in one query."""
    every = list(dated_names())
    return {round_.pk: Directory(round_.as_of, every) for round_ in rounds}


def _haystack(words: list[str], name: MinistryName) -> str:
    """As that of a tile."""
    code, title_ko, title_en, copied_ko, copied_en = words
    called = (name.name_ko, name.name_en, name.abbr_ko, name.abbr_en)
    return normalise("\n".join((code, copied_ko or title_ko, copied_en or title_en, *called))).casefold()
