"""One at a time: of several processes, also on several machines, one has the turn and the others do not wait for it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection


@contextmanager
def turn(name: str) -> Iterator[bool]:
    """Whether it is this process's turn, for as long as the block runs. A process that is killed gives it back at once.

    PostgreSQL: an advisory lock of the session, not of a transaction, which would have to stay open while mail is sent.
    SQLite: an exclusive transaction on a file of its own beside the database. post_office's lock files are not used:
    one that was left behind locks for ever once another process happens to get its number.
    """
    if connection.vendor == "postgresql":
        with _turn_of_the_server(name) as mine:
            yield mine
    else:
        with _turn_of_the_file(f"{connection.settings_dict['NAME']}.{name}") as mine:
            yield mine


@contextmanager
def _turn_of_the_server(name: str) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with suppress(OperationalError, InterfaceError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def _turn_of_the_file(path: str) -> Iterator[bool]:
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as file:
        try:
            file.execute("BEGIN EXCLUSIVE")
            mine = True
        except sqlite3.OperationalError:
            mine = False
        yield mine
