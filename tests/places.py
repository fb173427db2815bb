"""Empty databases on the engine of the run, for commands that run in processes of their own."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def url_of(name: object) -> str:
    """The address of a database beside the run's own, as DATABASE_URL takes it."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    own = connection.settings_dict
    return f"postgres://{own['USER']}:{quote(own['PASSWORD'])}@{own['HOST']}:{own['PORT']}/{name}"


def own_url() -> str:
    """The address of the run's own database."""
    return url_of(connection.settings_dict["NAME"])


@contextmanager
def emptied(folder: Path, name: str) -> Iterator[str]:
    """The address of an empty database: a file in `folder`, or a database of the run's server, dropped at the end."""
    if connection.vendor == "sqlite":
        yield url_of(folder / f"{name}.sqlite3")
        return
    name = f"{connection.settings_dict['NAME']}_{name}"
    _on_server(f'DROP DATABASE IF EXISTS "{name}"')
    _on_server(f'CREATE DATABASE "{name}"')
    try:
        yield url_of(name)
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    """Past Django, which lets only tests that ask for the run's own database touch any."""
    command = ["psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--command={statement}", url_of("postgres")]
    subprocess.run(command, check=True)


def environment(url: str, *, files: Path | None = None, **more: str) -> dict[str, str]:
    """For a command on this database, under the settings of the tests and with this FILES_ROOT."""
    settled = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.place_settings", "PYTHONDONTWRITEBYTECODE": "1"}
    return os.environ | settled | {"FILES_ROOT": str(files or "")} | more


def run(
    *arguments: object, url: str, files: Path | None = None, limit: int = 0, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run Python on this database. `limit`: no file may grow beyond so many bytes, as on a disk that is full."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=environment(url, files=files, **more),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))) if limit else None,
    )


def manage(*arguments: object, url: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run manage.py on this database; the rest as in run()."""
    return run("manage.py", *arguments, url=url, **more)
