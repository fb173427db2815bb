"""Which rows name files. Apps declare theirs in `stored.py`, as they declare their guards in `guards.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule


@dataclass(frozen=True)
class Stored:
    """A model each of whose rows names one file under FILES_ROOT, by a UUID, with its SHA-256."""

    model: str
    token: str = "token"  # noqa: S105 (a column's name)
    sha256: str = "sha256"

    def rows(self, cursor: Any, tables: list[str]) -> Iterator[tuple[str, str]]:
        """(path under FILES_ROOT, SHA-256) of each row, in plain SQL: the cursor may be a dump's."""
        table = apps.get_model(self.model)._meta.db_table
        if table in tables:
            cursor.execute(f"SELECT {self.token}, {self.sha256} FROM {table}")  # noqa: S608 (our own table)
            for token, sha256 in cursor.fetchall():
                yield path_of(UUID(str(token))), sha256


def path_of(token: UUID) -> str:
    """Where a file lies under FILES_ROOT."""
    return f"{token.hex[:2]}/{token.hex}"


def stored() -> list[Stored]:
    """Everything that an installed app declares in its `stored.py`."""
    found: list[Stored] = []
    for config in apps.get_app_configs():
        if config.module and config.name != __package__ and module_has_submodule(config.module, "stored"):
            found += import_module(f"{config.name}.stored").STORED
    return found


def files_root() -> Path | None:
    """The folder of the files, or None where this installation keeps none."""
    root = getattr(settings, "FILES_ROOT", None)
    return Path(root) if root else None
