"""The portal's locks, all taken here. The order is always: receipt key, round, report rows, head of the chain.
What is neither comes before the round: a call, a meeting, which rosters are fixed (`tests/tasks/test_every_verb.py`).
Mails that are owed already, and are to tell of one deed more, come last.

`outbox/turns.py` has one of another kind: of a session, for a whole run of `run_due`, and nobody ever waits for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, models, transaction

from .errors import Busy

LOCK_TIMEOUT = "5s"

M = TypeVar("M", bound=models.Model)


def lock(name: str, *, exclusive: bool = True) -> None:
    """Hold the named lock until the transaction ends; raises Busy after five seconds of waiting.

    PostgreSQL: an advisory lock. Row locks on the round would let a surge of writers starve the freeze, and a mere
    foreign key would let a write slip past it. SQLite: the immediate transaction serialises all writers already.
    """
    _limit_waiting()
    if connection.vendor != "postgresql":
        return
    function = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with waiting(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])


def lock_rows(rows: models.QuerySet[M]) -> list[M]:
    """Hold these rows until the transaction ends, taken in the order of their primary keys. Returns them as they stand
    now that nobody else can change them; what was read of them before is stale. Raises Busy after five seconds."""
    _limit_waiting()
    with waiting():
        return list(rows.select_for_update().order_by("pk"))


def _limit_waiting() -> None:
    """Nobody waits for ever: five seconds on PostgreSQL, the connection's own timeout on SQLite."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A lock needs a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


# lock_not_available, deadlock_detected: codes, because the server's messages speak the server's language.
NOT_IN_TIME = frozenset({"55P03", "40P01"})


@contextmanager
def waiting() -> Iterator[None]:
    """Turns an engine's own way of saying "not in time" into Busy."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) in NOT_IN_TIME or "database is locked" in str(error):
            raise Busy from error
        raise
