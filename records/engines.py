"""Dumping and loading the whole database, one class for each engine. Both take a cut through one moment while people
go on writing, and both tell what that cut holds from the cut itself."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db.backends.base.base import BaseDatabaseWrapper

Say = Callable[[str], None]
PAGES_A_STEP = 64
# What `migrate` itself writes into an empty database.
WRITTEN_BY_MIGRATE = frozenset({"django_migrations", "django_content_type", "auth_permission"})


class BackupError(Exception):
    """What stands in the way of a backup or a restore, and what to do: a sentence for the administrator."""


@dataclass(frozen=True)
class Stand:
    """What a database holds: rows by table (every table there is), applied migrations by app, the head of each stream
    of the record (number and hash), the root of each seal by its stream."""

    rows: dict[str, int]
    migrations: dict[str, list[str]]
    heads: dict[str, list[Any]]
    roots: dict[str, str]

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def read_stand(cursor: Any, tables: list[str]) -> Stand:
    """The stand as this cursor's transaction sees it. Plain SQL: the database may be of another release's making."""
    if "records_stream" not in tables:
        raise BackupError("The database has no tables of the portal: check DATABASE_URL, or run migrate first.")

    def rows(sql: str) -> list[Any]:
        cursor.execute(sql)
        return list(cursor.fetchall())

    migrations: dict[str, list[str]] = {}
    for app, name in rows("SELECT app, name FROM django_migrations ORDER BY app, name"):
        migrations.setdefault(app, []).append(name)
    seals = (
        "SELECT s.key, seal.root FROM records_seal seal JOIN records_stream s ON s.id = seal.stream_id ORDER BY s.key"
    )
    heads = rows("SELECT key, head_seq, head_hash FROM records_stream ORDER BY key")
    return Stand(
        rows={table: rows(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in tables},  # noqa: S608 (our tables)
        migrations=migrations,
        heads={key: [seq, digest] for key, seq, digest in heads},
        roots=dict(rows(seals)),
    )


class SQLite:
    """One file, copied page by page through SQLite's online backup."""

    name, file = "SQLite", "database.sqlite3"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.path = Path(connection.settings_dict["NAME"])

    @staticmethod
    def tables(cursor: Any) -> list[str]:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'")
        return sorted(name for (name,) in cursor.fetchall())

    def dump(self, target: Path, say: Say, read: Callable[[Any], None]) -> Stand:
        """Copy the database to `target`; returns what the copy holds. `read` is shown a cursor of the same moment."""
        if not self.path.is_file():
            raise BackupError(f"There is no database at {self.path}: check DATABASE_URL.")
        address = f"file:{quote(str(self.path.resolve()))}?mode=rw"
        try:
            with (
                closing(sqlite3.connect(address, uri=True, timeout=20, isolation_level=None)) as source,
                closing(sqlite3.connect(target, isolation_level=None)) as copy,
            ):
                # A read transaction held all along: otherwise each write in between would start the copying anew.
                source.execute("BEGIN")
                source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
                source.backup(copy, pages=PAGES_A_STEP, progress=_tenths(say), sleep=0)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file that needs no companions to be read
                (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
                if verdict != "ok":
                    raise BackupError(f"The database file is damaged ({verdict}). Nothing was kept: restore a backup.")
                cursor = copy.cursor()
                read(cursor)
                return read_stand(cursor, self.tables(cursor))
        except sqlite3.Error as error:
            raise BackupError(f"The database could not be copied: {error}. Is the disk full?") from error

    def refuse_what_stands(self) -> None:
        """BackupError where anything stands in the place of the database; a left-over log would be played into it."""
        for path in (self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm", "-journal"))):
            if path.exists() and (path != self.path or path.stat().st_size):
                raise BackupError(f"{path} is there already. Move it away first: restore overwrites nothing.")

    def load(self, source: Path) -> None:
        """Copy the file into place: whole or not at all."""
        part = self.path.with_name(self.path.name + ".part")
        try:
            shutil.copyfile(source, part)
            part.chmod(0o600)
            fsync(part)
            part.replace(self.path)
            fsync(self.path.parent)
        finally:
            part.unlink(missing_ok=True)


def _tenths(say: Say) -> Callable[[int, int, int], None]:
    """A progress that says each tenth once."""
    said = 0

    def progress(status: int, remaining: int, total: int) -> None:
        nonlocal said
        tenth = 10 * (total - remaining) // max(total, 1)
        if tenth > said:
            said = tenth
            say(f"  database: {10 * tenth} %")

    return progress


class PostgreSQL:
    """pg_dump's own format, of the very snapshot that the stand is read from."""

    name, file = "PostgreSQL", "database.dump"

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection: Any = connection

    @staticmethod
    def tables(cursor: Any) -> list[str]:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = ANY(current_schemas(false))")
        return sorted(name for (name,) in cursor.fetchall())

    def dump(self, target: Path, say: Say, read: Callable[[Any], None]) -> Stand:
        """Dump the database to `target`; returns what the dump holds. `read` is shown a cursor of the same moment."""
        self.refuse_older("pg_dump")
        reader = self.connection.copy()
        try:
            with reader.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                (snapshot,) = cursor.fetchone()
                read(cursor)
                stand = read_stand(cursor, self.tables(cursor))
                say("  database: pg_dump has started")
                self.run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}")
                return stand
        finally:
            reader.close()

    def refuse_what_stands(self) -> None:
        """BackupError where the database has tables, with what is in them."""
        self.refuse_older("pg_restore")
        database = self.connection.settings_dict["NAME"]
        with self.connection.cursor() as cursor:
            tables = self.tables(cursor)
            filled = []
            for table in tables:
                cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608 (a name from the catalogue)
                if (count := cursor.fetchone()[0]) and table not in WRITTEN_BY_MIGRATE:
                    filled.append(f"{table} ({count})")
        if filled:
            more = f" and {len(filled) - 5} more" if len(filled) > 5 else ""
            raise BackupError(
                f"The database {database} is not empty: rows in {', '.join(filled[:5])}{more}. Restore overwrites "
                "nothing: name an empty database in DATABASE_URL."
            )
        if tables:
            raise BackupError(
                f"The database {database} holds no rows, but has {len(tables)} tables: migrate ran in it. Restore "
                "brings the tables itself. Drop this database, create it anew, and restore before anything else."
            )

    def load(self, source: Path) -> None:
        """Load the dump in one transaction: whole or not at all."""
        self.run(
            "pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", last=str(source)
        )
        with self.connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a dump brings no statistics: the first pages would be slow

    def refuse_older(self, program: str) -> None:
        """BackupError where the program is missing, or is older than the server it would talk to."""
        answer = subprocess.run([_found(program), "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        version = re.search(r"(\d+)(?:\.\d+)?", answer.stdout)
        self.connection.ensure_connection()
        server = self.connection.pg_version // 10000
        if version and int(version[1]) < server:
            raise BackupError(
                f"{program} is of version {version[1]} and the server of version {server}: install the client programs "
                f"of that version (on Debian and Ubuntu: apt install postgresql-client-{server}), or put their folder "
                "first on PATH."
            )

    def run(self, program: str, *arguments: str, last: str = "") -> None:
        """Run one of PostgreSQL's programs on this database. The password goes through the environment, where other
        users of the machine do not see it; the messages come in English, whatever the machine speaks."""
        settled, given = self.connection.client.settings_to_cmd_args_env(self.connection.settings_dict, [])
        command = [_found(program), "--no-password", *settled[1:-1], f"--dbname={settled[-1]}", *arguments]
        outcome = subprocess.run(  # noqa: S603 (our own arguments)
            [*command, last] if last else command,
            env={**os.environ, **(given or {}), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if outcome.returncode < 0:
            raise BackupError(f"{program} was ended by {signal.Signals(-outcome.returncode).name}. Is the disk full?")
        if outcome.returncode:
            raise BackupError(f"{program} failed:\n" + "\n".join(outcome.stderr.strip().splitlines()[-6:]))


def _found(program: str) -> str:
    if found := shutil.which(program):
        return found
    raise BackupError(
        f"{program} is not on PATH: install PostgreSQL's client programs (on Debian and Ubuntu: apt install "
        "postgresql-client)."
    )


def engine_of(connection: BaseDatabaseWrapper) -> SQLite | PostgreSQL:
    """The engine that this connection talks to."""
    return SQLite(connection) if connection.vendor == "sqlite" else PostgreSQL(connection)


def fsync(path: Path) -> None:
    """Return once this file's content, or this folder's list of files, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
