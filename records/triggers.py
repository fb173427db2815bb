"""Triggers that keep the record as it is, on both engines, also against raw SQL, `update()` and the admin.

Three kinds. *append-only*: no UPDATE, no DELETE, ever. *kept*: no DELETE, ever; the row itself may end. *frozen*:
neither INSERT into, nor UPDATE, nor DELETE of a row that belongs to a frozen round, judged on the old and on the new
row, so that nothing is moved in or out either.
Apps declare theirs in `guards.py`; `install()` is idempotent and runs after every migrate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import module_has_submodule

PREFIX = "keep_"
Operation = Literal["INSERT", "UPDATE", "DELETE"]
CHANGES: tuple[Operation, ...] = ("UPDATE", "DELETE")
ROWS: dict[Operation, tuple[str, ...]] = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


@dataclass(frozen=True)
class Guard:
    """What protects one table. `path`: foreign keys from the row to the round, such as ("report", "round"); None means
    that it is not bound to one. `append_only` refuses changes even while the round is open; a `removable` row may be
    deleted until then, as long as nothing points at it. A `kept` row changes, as when it ends, and is never deleted.
    `closed` says what froze it, where that is no round but another row that bears `frozen_at`."""

    model: str
    path: tuple[str, ...] | None = None
    append_only: bool = False
    removable: bool = False
    kept: bool = False
    closed: str = "the round is frozen"

    @property
    def table(self) -> str:
        return str(apps.get_model(self.model)._meta.db_table)

    def frozen_when(self, row: str) -> str:
        """SQL that is true when `row` (OLD or NEW) belongs to a frozen round."""
        model = apps.get_model(self.model)
        if not self.path:
            return f"{row}.frozen_at IS NOT NULL"
        first, *rest = self.path
        field: Any = model._meta.get_field(first)
        value = f"{row}.{field.column}"
        target = _related(field)
        sql, alias = f"SELECT 1 FROM {target._meta.db_table} t0", "t0"  # noqa: S608 (our own table names)
        where = f"WHERE t0.id = {value}"
        for number, step in enumerate(rest, 1):
            field = target._meta.get_field(step)
            target = _related(field)
            sql += f" JOIN {target._meta.db_table} t{number} ON t{number}.id = {alias}.{field.column}"
            alias = f"t{number}"
        return f"EXISTS ({sql} {where} AND {alias}.frozen_at IS NOT NULL)"


def _related(field: Any) -> type[models.Model]:
    target: type[models.Model] = field.remote_field.model
    return target


def guards() -> list[Guard]:
    """Every guard that an installed app declares in its `guards.py`."""
    found: list[Guard] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "guards"):
            found += import_module(f"{config.name}.guards").GUARDS
    return found


def _triggers(guard: Guard) -> list[tuple[str, Operation, str, str]]:
    """(name, operation, condition or "", message) of each trigger of one guard."""
    made: list[tuple[str, Operation, str, str]] = []
    if guard.append_only:
        for change in CHANGES[:1] if guard.removable else CHANGES:
            name = f"{PREFIX}{guard.table}_append_{change.lower()}"
            made.append((name, change, "", f"{guard.table} is append-only"))
    if guard.kept:
        made.append((f"{PREFIX}{guard.table}_kept_delete", "DELETE", "", f"{guard.table}: rows are never deleted"))
    if guard.path is not None:
        for operation, rows in ROWS.items():
            # Freezing itself sets the mark: a round is closed when its *old* row bears it.
            rows = ("OLD",) if not guard.path and operation == "UPDATE" else rows
            if not guard.path and operation == "INSERT":
                continue
            condition = " OR ".join(guard.frozen_when(row) for row in rows)
            name = f"{PREFIX}{guard.table}_frozen_{operation.lower()}"
            made.append((name, operation, condition, f"{guard.table}: {guard.closed}"))
    return made


def install(connection: BaseDatabaseWrapper) -> int:
    """Install every trigger anew; returns how many. Tables that do not exist yet are left for the next migrate."""
    drop_all(connection)
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        count = 0
        for guard in guards():
            if guard.table not in tables:
                continue
            for name, operation, condition, message in _triggers(guard):
                for statement in _create(connection.vendor, guard.table, name, operation, condition, message):
                    cursor.execute(statement)
                count += 1
            if connection.vendor == "postgresql":
                for statement in _never_emptied(guard.table):
                    cursor.execute(statement)
                count += 1
    return count


def expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name -> definition of every trigger that `install()` would leave there, as `installed()` reads it back."""
    made: dict[str, str] = {}
    for guard in guards():
        for name, operation, condition, message in _triggers(guard):
            statements = _create(connection.vendor, guard.table, name, operation, condition, message)
            made[name] = _read_back(statements) if connection.vendor == "postgresql" else statements[0]
        if connection.vendor == "postgresql":
            made[f"{PREFIX}{guard.table}_all"] = _read_back(_never_emptied(guard.table))
    return made


def _read_back(statements: list[str]) -> str:
    """The trigger's own statement and the body of its function: what PostgreSQL's catalogue gives back of the two."""
    function, trigger = statements
    return f"{trigger}\n{function.split('$$')[1]}"


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name -> definition of the record's triggers that the database has and obeys; a disabled one is not there."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    if connection.vendor == "postgresql":
        sql = (
            "SELECT t.tgname, pg_get_triggerdef(t.oid, true) || chr(10) || p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgname LIKE %s"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{PREFIX}%"])
        return dict(cursor.fetchall())


def _never_emptied(table: str) -> list[str]:
    """PostgreSQL only: TRUNCATE fires no row's trigger."""
    name = f"{PREFIX}{table}_all"
    refusal = f"BEGIN RAISE EXCEPTION '{table} is never emptied' USING ERRCODE = '23000'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {refusal} $$",
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


def _create(vendor: str, table: str, name: str, operation: Operation, condition: str, message: str) -> list[str]:
    if vendor == "sqlite":
        when = f" WHEN {condition}" if condition else ""
        action = f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        return [f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW{when} {action}"]
    back = "OLD" if operation == "DELETE" else "NEW"
    refusal = f"IF {condition or 'TRUE'} THEN RAISE EXCEPTION '{message}' USING ERRCODE = '23000'; END IF;"
    body = f"RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refusal} RETURN {back}; END $$"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() {body}",
        f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def drop_all(connection: BaseDatabaseWrapper) -> None:
    """Remove every trigger of the record: before re-installing, and before a demo or a test empties its tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s", [f"{PREFIX}%"])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            return
        cursor.execute(
            "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND t.tgname LIKE %s",
            [f"{PREFIX}%"],
        )
        for name, table in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name} ON {table}")


def make_way_for_migrations(using: str = "default", plan: Sequence[Any] = (), **kwargs: Any) -> None:
    """The pre_migrate receiver: SQLite cannot rebuild a table while another table's trigger reads it. Should the
    migration fail, the next one that succeeds installs the triggers again; until then the tables are unguarded."""
    if plan and connections[using].vendor == "sqlite":
        drop_all(connections[using])


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    """The post_migrate receiver. It is called once for each app; only the last one matters."""
    app_config = kwargs.get("app_config") or kwargs.get("sender")
    if app_config is [config for config in apps.get_app_configs() if config.models_module is not None][-1]:
        install(connections[using])
