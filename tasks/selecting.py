"""Which tasks are meant: filters as they stand in an address, the list that they leave, and how many that are.

A number and its list come from the same function, `select`, with the same filters: they cannot differ.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from urllib.parse import quote_plus

from django.utils.datastructures import MultiValueDict

from tfportal.language import normalise

from .models import Light
from .tiles import Tile

LONGEST_QUERY = 100  # characters of a search


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. It stands in the address as it stands here; what is empty is not asked.

    `also` may hold several values, with commas between them: a task has to be all of them. `by` narrows nothing: it is
    how the rows are put together, and stays in the address with the rest.
    """

    ministry: str = ""
    sector: str = ""
    kind: str = ""
    direction: str = ""
    light: str = ""
    state: str = ""
    since: str = ""
    also: str = ""
    q: str = ""
    by: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], known: Mapping[str, Iterable[str]]) -> "Filters":
        """From an address. A value that names nothing known is left out, as if it had not been asked."""
        asked = {name: query.get(name, "") for name in known if query.get(name, "") in known[name]}
        asked["also"] = ",".join(value for value in _listed(query, "also") if value in known.get("also", ()))
        words = normalise(query.get("q", "").replace("\0", ""))
        return cls(**asked, q=words[:LONGEST_QUERY].strip())

    @cached_property
    def asked(self) -> dict[str, str]:
        """What narrows the list, by field."""
        return {name: value for name in NARROWING if (value := getattr(self, name))}

    @property
    def also_values(self) -> list[str]:
        return self.also.split(",") if self.also else []

    @cached_property
    def query(self) -> str:
        """`?ministry=ME&since=worse`; a lone `?`, which asks for everything, where nothing is asked."""
        told = [f"{name}={_quoted(value)}" for name, value in self.asked.items()]
        return "?" + "&".join([*told, *([f"by={self.by}"] if self.by else [])])


@lru_cache(maxsize=1000)
def _quoted(value: str) -> str:
    """The value as an address has it. A page asks for the same few hundreds of times."""
    return quote_plus(value)


NARROWING = tuple(entry.name for entry in fields(Filters) if entry.name != "by")


def _listed(query: Mapping[str, str], name: str) -> list[str]:
    """The values of a field that may be given more than once, each once, in their order."""
    given = query.getlist(name) if isinstance(query, MultiValueDict) else [query.get(name, "")]
    return list(dict.fromkeys(value for text in given for value in text.split(",")))


# What a task answers to, by filter. A list and a tally read the same values: they cannot differ.
VALUES: dict[str, Callable[[Tile], Iterable[str]]] = {
    "ministry": lambda tile: (tile.ministry,),
    "sector": lambda tile: (tile.sector,),
    "kind": lambda tile: (tile.kind,),
    "direction": lambda tile: (tile.direction or "none",),
    "light": lambda tile: (tile.light, "any") if tile.light else ("none",),
    "state": lambda tile: (tile.state,),
    "since": lambda tile: tile.since,
    "also": lambda tile: tile.also,
}


def select(tiles: Iterable[Tile], filters: Filters) -> list[Tile]:
    """The tasks that the filters leave: the list behind every number."""
    left = list(tiles)
    for name, wanted in filters.asked.items():
        if name == "q":
            words = wanted.casefold()
            left = [tile for tile in left if words in tile.haystack]
            continue
        values = VALUES[name]
        for one in filters.also_values if name == "also" else (wanted,):
            left = [tile for tile in left if one in values(tile)]
    return left


Tally = Counter[tuple[str, str]]


def tally(tiles: Collection[Tile], names: Iterable[str] = tuple(VALUES)) -> Tally:
    """How many tasks answer to each value of each filter, or of the named ones: what a page with hundreds of numbers
    counts once."""
    counted: Tally = Counter()
    for name in names:
        values = VALUES[name]
        counted.update((name, value) for tile in tiles for value in values(tile))
    return counted


@dataclass(frozen=True)
class Number:
    """How many tasks the filters leave, with the address of that list."""

    label: str
    filters: Filters
    count: int
    light: Light | None = None
    change: int = 0  # against the last round, on the same tasks

    @property
    def query(self) -> str:
        return self.filters.query

    @property
    def slug(self) -> str:
        """A stable id, so that the focus finds its place again when a poll replaced the number."""
        return "-".join(f"{name}-{value.replace(',', '-')}" for name, value in self.filters.asked.items()) or "all"

    @property
    def change_text(self) -> str:
        """`+1`, `−1`."""
        return f"{self.change:+d}".replace("-", "−")


def count(tiles: list[Tile], filters: Filters, label: str, counted: Tally | None = None) -> Number:
    """How many tasks the filters leave; looked up in their tally where one is given and one value is asked."""
    asked = filters.asked
    if counted is not None and len(asked) == 1 and not filters.q and "," not in filters.also:
        ((name, value),) = asked.items()
        return Number(label, filters, counted[name, value])
    return Number(label, filters, len(select(tiles, filters)))
