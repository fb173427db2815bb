"""What the record keeps of rows, where a chain is told by them: each event carries the rows that its verb wrote, whole,
and names those that it took away. Played from the first event to the last they give what has to stand in the tables.

An app declares a `Told` for each kind of chain of its own: one root row each, and the tables whose rows belong to it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop as _

from .chain import Actor
from .findings import Finding, words
from .models import Event, Receipt
from .receipts import Attempt
from .verify import Area

# What administrators and the reference file write stands in the stream of the reference data; keys to files, nowhere.
LEFT_OUT = frozenset({"id", "token", "loaded_digest", "source", "verified"})

Content = dict[str, Any]
Model = type[models.Model]


def name_of(row: models.Model) -> str:
    """What the events call a row: `decision/12`."""
    return f"{row._meta.model_name}/{row.pk}"


def plain(value: Any) -> Any:
    """A column's value as JSON, the same for what was given and for what is read back."""
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format((value + 0).normalize(), "f")  # + 0: a nought has no sign
    return value


@dataclass(frozen=True)
class Told:
    """One kind of chain. `paths`: from each table to the root (`pk` for its own). `left_out`: columns that no event
    speaks of, by table, instead of `LEFT_OUT`; `keys`: of the chains that have to be there; `loaded`: tables in which
    the reference file writes."""

    prefix: str
    root: Model
    paths: Mapping[Model, str]
    keys: Callable[[], Iterable[str]]
    left_out: Mapping[Model, frozenset[str]] = field(default_factory=dict)
    loaded: frozenset[Model] = frozenset()

    def key(self, root: models.Model) -> str:
        """The chain of one root: by its primary key, because numbers change."""
        return f"{self.prefix}{root.pk}"

    def content_of(self, row: models.Model) -> Content:
        """The row's columns, by their names in the database."""
        left_out = self.left_out.get(type(row), LEFT_OUT)
        fields = (column for column in row._meta.concrete_fields if column.name not in left_out)
        # Through the column's own type: a number that was given as an int is read back as a decimal.
        return {column.attname: plain(column.to_python(getattr(row, column.attname))) for column in fields}

    def rows_of(self, root: models.Model) -> dict[str, models.Model]:
        """Everything that stands in the tables of one root, by its name. One query for each table."""
        return {
            name_of(row): row
            for model, path in self.paths.items()
            for row in model._default_manager.filter(**{path: root.pk}).order_by("pk")
        }

    def area(self) -> Area:
        """For `verify.register()`."""
        return Area(self.prefix, self.keys, lambda key: RowsChecker(self, key))


def rows_at(told: Told, at: datetime) -> dict[str, dict[str, Content]]:
    """The rows of every chain of the kind as they stood at that moment, by the chain's key and their names: played from
    its events. One query. What the reference file wrote is in none of them."""
    events = Event.objects.filter(stream__key__startswith=told.prefix, at__lte=at).order_by("stream", "seq")
    found: dict[str, dict[str, Content]] = {}
    for key, data in events.values_list("stream__key", "data"):
        _play(found.setdefault(key, {}), data)
    return found


def _play(rows: dict[str, Content], data: dict[str, Any]) -> None:
    """What one event does to the rows before it."""
    for name, content in data["rows"].items():
        if content is None:
            rows.pop(name, None)
        else:
            rows[name] = content


def tell(
    attempt: Attempt,
    told: Told,
    root: models.Model,
    about: models.Model,
    *,
    rows: Iterable[models.Model] = (),
    gone: Iterable[str] = (),
    acting_for: Actor | None = None,
    **data: Any,
) -> Event:
    """The verb's one event, with the rows that it wrote as they now stand, and the names of those that it took away."""
    written: dict[str, Any] = {name_of(row): told.content_of(row) for row in rows}
    written |= dict.fromkeys(gone)
    attempt.lock_head(told.key(root))
    return attempt.record(about, data | {"rows": written}, acting_for=acting_for)


class RowsChecker:
    """One chain's rows, against the tables. A row that the reference file wrote, and no verb since, has no event: an
    administrator may change it, in the stream of the reference data."""

    def __init__(self, told: Told, key: str) -> None:
        self.told, self.key, self.counts = told, key, Counter[str]()
        self.rows: dict[str, Content] = {}

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]:
        _play(self.rows, event.data)
        yield from ()

    def end(self) -> Iterator[Finding]:
        pk = self.key.removeprefix(self.told.prefix)
        root = self.told.root._default_manager.filter(pk=pk).first() if pk.isdecimal() else None
        if root is None:
            yield self.finding(self.key, _("It is missing."))
            return
        there = self.told.rows_of(root)
        self.counts[f"rows of {self.told.prefix.rstrip('/').replace('-', ' ')}s"] += len(there)
        for name in sorted(self.rows.keys() | there.keys()):
            yield from self._compare(name, self.rows.get(name), there.get(name))

    def _compare(self, name: str, told: Content | None, row: models.Model | None) -> Iterator[Finding]:
        if row is None:
            yield self.finding(name, _("It is missing."))
        elif told is None:
            if type(row) not in self.told.loaded or not row.loaded_digest:  # type: ignore[attr-defined]
                yield self.finding(name, _("No event tells of it."))
        else:
            found = self.told.content_of(row)
            for column in sorted(told.keys() | found.keys()):
                if told.get(column) != found.get(column):
                    text = words(_("Column %(column)s is not what its events tell."), column=column)
                    yield self.finding(name, text, told.get(column), found.get(column))

    def finding(self, name: str, text: Any, expected: Any = "", found: Any = "") -> Finding:
        kind, _slash, pk = name.partition("/")
        said = text if not isinstance(text, str) else words(text)
        row = words(_("%(kind)s %(pk)s of %(stream)s"), kind=kind, pk=pk, stream=self.key)
        return Finding(self.key, f"{self.told.root._meta.app_label}.{kind}", row, said, str(expected), str(found))
