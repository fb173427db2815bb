"""What is measured on: a database with a simulated T/F of a size, and the environment in which the portal serves it."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from .cluster import Cluster
from .serving import ROOT

HOST = "portal.example"
# What the proxy that ends TLS puts on each request (docs/operations.md).
PROXY = {"Host": HOST, "X-Forwarded-Proto": "https"}
SEED = 2050


@dataclass(frozen=True)
class Size:
    """How much is simulated (quality.md 27)."""

    name: str
    ministries: int
    tasks: int
    rounds: int

    def __str__(self) -> str:
        return f"{self.name} ({self.ministries} ministries × {self.tasks:,} tasks × {self.rounds} rounds)"


SIZES = {size.name: size for size in (Size("S", 16, 30, 3), Size("M", 60, 500, 24), Size("L", 60, 5000, 24))}
QUICK = Size("quick", 8, 40, 3)  # for trying the measurements themselves


def environment(database: str, files: Path) -> dict[str, str]:
    """All that production takes from its environment, made up, and the database."""
    made_up = {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "DATABASE_URL": database,
        "FILES_ROOT": str(files),
        "DEBUG": "",
        "PORTAL_URL": f"https://{HOST}",
        "EMAIL_HOST": "mail.example",
        "DEFAULT_FROM_EMAIL": f"portal@{HOST}",
        "PYTHONUTF8": "1",
    }
    return {**os.environ, **made_up}


@contextmanager
def databases(engine: str) -> Iterator["Databases"]:
    """Where databases can be made, and are gone afterwards. PostgreSQL syncs what it commits, as in production."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tfportal-bench-")))
        cluster = stack.enter_context(Cluster()) if engine == "postgres" else None
        yield Databases(engine, folder, cluster)


@dataclass(frozen=True)
class Databases:
    engine: str
    folder: Path
    cluster: Cluster | None

    def build(self, size: Size) -> dict[str, str]:
        """A database of its own with a T/F of that size; returns the environment that serves it."""
        name = f"bench_{size.name.lower()}"
        if self.cluster is None:
            url = f"sqlite:///{self.folder / name}.sqlite3"
        else:
            url = self.cluster.url(name)
            self.cluster.run("createdb", name)
        files = self.folder / name
        files.mkdir()
        env = environment(url, files)
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "migrate", "--run-syncdb", "--verbosity", "0")  # after it: its one table names people
        manage(env, "createcachetable")
        fill(env, size)
        if self.cluster is not None:
            self.cluster.run("vacuumdb", "--analyze", "--quiet", name)  # as a database that stands for a day has done
        return env


def fill(env: Mapping[str, str], size: Size) -> None:
    """Simulate the T/F."""
    numbers = {"ministries": size.ministries, "tasks": size.tasks, "rounds": size.rounds, "seed": SEED}
    manage(env, "simulate", *(text for name, number in numbers.items() for text in (f"--{name}", str(number))))


def manage(env: Mapping[str, str], *arguments: str) -> str:
    """One of Django's commands on that environment."""
    command = [sys.executable, "manage.py", *arguments]
    outcome = subprocess.run(command, cwd=ROOT, env=dict(env), capture_output=True, text=True, check=False)
    if outcome.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed:\n{outcome.stdout[-2000:]}{outcome.stderr[-4000:]}")
    return outcome.stdout
