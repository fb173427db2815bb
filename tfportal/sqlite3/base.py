"""Django's SQLite engine, with writers that get their turn.

SQLite lets a waiting writer look again after ever longer pauses, up to a tenth of a second, while whoever has just
written begins again at once: of eight busy processes one can be passed over until its time is up (measured: twenty
seconds). Here everyone looks again after the same few milliseconds, so that nobody is behind anybody for long.
"""

import random
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

LOOK_AGAIN = 0.004  # seconds, on average


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        """BEGIN IMMEDIATE; OperationalError ("database is locked") after the connection's own timeout."""
        patience: float = self.settings_dict["OPTIONS"].get("timeout", 5)
        deadline = time.monotonic() + patience
        self._wait_in_sqlite(0)
        try:
            while not self._begin(is_last=time.monotonic() > deadline):
                time.sleep(random.uniform(0.5, 1.5) * LOOK_AGAIN)  # noqa: S311 (no secret)
        finally:
            self._wait_in_sqlite(patience)

    def _begin(self, *, is_last: bool) -> bool:
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except OperationalError as error:
            if is_last or "database is locked" not in str(error):
                raise
            return False
        return True

    def _wait_in_sqlite(self, seconds: float) -> None:
        connection: Any = self.connection
        connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
