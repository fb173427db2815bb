"""Loading the reference data: ministries, sectors, the strategy, tasks, milestones, meetings.

Loading again is safe. A row that someone edited here since it was loaded (its digest no longer matches) is never
overwritten, only reported; rows that the file does not know are left alone.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from django.conf import settings
from django.db import models, transaction

from ministries.models import Sourced
from records.chain import sha256
from records.locking import lock, waiting

from . import reference_file
from .reference_file import ReferenceFileError, Row, Rows
from .reference_tables import TABLES, Table, Values

__all__ = ["REFERENCE", "Edited", "Outcome", "ReferenceFileError", "Tally", "load"]

REFERENCE = settings.BASE_DIR / "data" / "reference.json"
What = Literal["added", "changed", "left_alone", "edited_here"]


@dataclass
class Tally:
    """What happened to the rows of one table."""

    added: int = 0
    changed: int = 0
    left_alone: int = 0
    edited_here: int = 0


@dataclass(frozen=True)
class Edited:
    """A row that differs from the file because someone edited it here."""

    place: str
    fields: tuple[str, ...]


@dataclass
class Outcome:
    """What a load did: numbers by table, and the rows that it did not dare to touch."""

    tables: dict[str, Tally] = field(default_factory=dict)
    edited: list[Edited] = field(default_factory=list)


def load(path: Path = REFERENCE) -> Outcome:
    """Load the file, all of it or nothing; raises ReferenceFileError where it contradicts itself."""
    rows = reference_file.read(path)
    with waiting(), transaction.atomic():
        lock("reference")
        return _Load(rows).run()


class _Load:
    """One load. `found` holds every row of the file as it now stands in the database, by table and code."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.found: dict[tuple[str, str], Sourced] = {}
        self.outcome = Outcome()

    def run(self) -> Outcome:
        for table in TABLES:
            tally = self.outcome.tables[table.name] = Tally()
            stored = {self._key_of(table, row): row for row in table.rows()}
            for row in self.rows[table.name]:
                what = self._row(table, row, stored)
                setattr(tally, what, getattr(tally, what) + 1)
        return self.outcome

    def _row(self, table: Table, row: Row, stored: dict[tuple[Any, ...], Sourced]) -> What:
        wanted = table.wanted(row.values)
        found = stored.get(self._key(table, row))
        if found is None and stored and table.is_single:
            stands = ", ".join(str(value) for key in stored for value in key)
            raise ReferenceFileError([f"{row.place}: there can be one row alone, and '{stands}' is here already"])
        instance = found or table.model()
        what = self._judge(table, row, wanted, found)
        if what in ("added", "changed"):
            instance.loaded_digest = sha256(wanted)
            table.write(instance, row.values, self.found)
        if "code" in row.values:
            self.found[table.name, row.values["code"]] = instance
        return what

    def _judge(self, table: Table, row: Row, wanted: Values, found: Sourced | None) -> What:
        """What is to be done with the row. One that was edited to what the file now says is the file's again."""
        if found is None:
            return "added"
        current, digest = table.current(found), sha256(wanted)
        if current == wanted:
            if found.loaded_digest != digest:
                found.loaded_digest = digest
                found.save(update_fields=("loaded_digest",))
            return "left_alone"
        if sha256(current) != found.loaded_digest:
            differing = tuple(name for name in wanted if current[name] != wanted[name])
            self.outcome.edited.append(Edited(row.place, differing))
            return "edited_here"
        return "changed"

    def _key(self, table: Table, row: Row) -> tuple[Any, ...]:
        resolved = table.resolved(row.values, self.found)
        return tuple(getattr(resolved[name], "pk", resolved[name]) for name in table.key)

    @staticmethod
    def _key_of(table: Table, stored: models.Model) -> tuple[Any, ...]:
        values = (getattr(stored, name) for name in table.key)
        return tuple(getattr(value, "pk", value) for value in values)
