"""Rows that were made once and are written again for each test: the verbs take their time, copies of rows do not."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction

OWN_APPS = ("records", "ministries", "outbox", "tasks", "meetings", "scenarios")


class Snapshot:
    """`make` writes rows through the ORM. The first call of `restore` runs it, every later one only copies its rows."""

    def __init__(self, make: Callable[[], object]) -> None:
        self.make = make
        self.rows: dict[str, tuple[list[str], list[Any]]] | None = None

    def restore(self) -> None:
        """Bring the rows into a database without any, in the test's own transaction or in one of their own."""
        with transaction.atomic():
            if self.rows is None:
                self.make()
                self.rows = _rows()
            else:
                _write(self.rows)


def _models() -> list[type[models.Model]]:
    """All own tables. Rounds come last: while a round is not there, it is not frozen, and takes its rows in."""
    own = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OWN_APPS]
    return sorted(own, key=lambda model: model._meta.label == "tasks.Round")


def _rows() -> dict[str, tuple[list[str], list[Any]]]:
    found = {}
    with connection.cursor() as cursor:
        for model in _models():
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            if rows := cursor.fetchall():
                found[model._meta.db_table] = ([column[0] for column in cursor.description], rows)
    return found


def _write(found: dict[str, tuple[list[str], list[Any]]]) -> None:
    with connection.cursor() as cursor:
        for table, (columns, rows) in found.items():
            names = ", ".join(f'"{name}"' for name in columns)
            places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES {places}", [value for row in rows for value in row])
        # PostgreSQL does not count rows that bring their own key. One way to the server for all tables.
        if resets := connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(" ".join(resets))
