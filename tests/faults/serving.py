"""The portal as the tests of faults serve it: real gunicorn workers before the database of the test, and the browsers of
many people."""

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote

from django.db import connection

from bench import serving
from bench.serving import BROKEN, PATIENCE, ROOT, Answer, others_at_work, share
from bench.sessions import session_of
from ministries.models import User

__all__ = ["BROKEN", "PATIENCE", "ROOT", "Answer", "Browser", "Portal", "others_at_work", "share", "until"]


def address_of_database() -> str:
    """DATABASE_URL of the very database that this test works in; what it has committed, the server sees."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    user, password = quote(config["USER"]), quote(config["PASSWORD"])
    return f"postgres://{user}:{password}@{config['HOST']}:{config['PORT']}/{config['NAME']}"


class Portal(serving.Server):
    """gunicorn before the database of the test. `moment`: what the domain's clock shows when it starts; it runs on."""

    def __init__(
        self, moment: datetime, *, database: str = "", workers: int = 1, threads: int = 1, env: Mapping[str, str] = {}
    ) -> None:
        # Loaded once, before the workers: one that was killed is back in a moment.
        options = ["--preload", f"--workers={workers}", "--keep-alive=60"]
        if threads > 1:
            options += ["--worker-class=gthread", f"--threads={threads}"]
        settled = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tfportal.settings.test",
            "DATABASE_URL": database or address_of_database(),
            "TFPORTAL_TEST_MOMENT": moment.isoformat(),
            **env,
        }
        super().__init__("tests.faults.wsgi", env=settled, options=options)


class Browser(serving.Browser):
    """One window of one person. With a user it has been signed in from the start, by a session that was written into
    the database directly."""

    def __init__(self, portal: Portal, user: User | None = None) -> None:
        super().__init__(portal, session_of(user) if user else "")


def until(is_so: Callable[[], object]) -> None:
    """Look again and again until it is so; what never comes fails the test instead of hanging it."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
