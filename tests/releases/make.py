"""python -m tests.releases.make: write this release's data, as later releases have to read them (see README.md).

It builds the cast and a few verbs of round 2 on each engine, through this release's own code, and dumps what stands
there as SQL text. Nothing here needs anything newer than the first release.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def build() -> dict[str, Any]:
    """Migrate and fill this process's database; returns the heads and roots that have to stay as they are for ever."""
    from django.core.management import call_command

    from ministries.models import User
    from records.models import Seal, Stream
    from tasks.models import Report, Round
    from tests import builders, cast

    call_command("migrate", verbosity=0, interactive=False)
    cast.set_up()
    people = {user.username: user for user in User.objects.all()}
    office, at = people["coordinator"], cast.AT
    rows = Report.objects.in_round(Round.objects.get(no=2)).select_related("task")
    reports = {report.task.code: report for report in rows}
    moved = builders.moved(reports["ME-01"].task.milestones.get())
    content = builders.troubled(addressed_to=["MSIT"], milestones=moved)
    builders.write(reports["ME-01"], by=people["me_officer"], at=at, **content)
    builders.submit(reports["ME-01"], by=people["me_officer"], at=at)
    for place, code, officer, approver in (
        ("draft", "ME-05", "me_officer", None),
        ("returned", "ME-03", "me_officer", None),
        ("accepted", "MSIT-01", "msit_officer", None),
        ("submitted", "FSC-01", "fsc_officer", people["fsc_approver"]),
    ):
        builders.report_in(place, reports[code], officer=people[officer], coordinator=office, at=at, approver=approver)
    return {
        "heads": {row.key: [row.head_seq, row.head_hash] for row in Stream.objects.order_by("key")},
        "roots": {seal.stream.key: seal.root for seal in Seal.objects.select_related("stream")},
    }


def dump() -> tuple[str, str]:
    """(name of the file, SQL text) of this process's database."""
    from django.db import connection

    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        connection.close()
        with closing(sqlite3.connect(settings["NAME"])) as source:
            return "sqlite.sql.gz", "\n".join(source.iterdump()) + "\n"
    client: Any = connection.client
    arguments, environment = client.settings_to_cmd_args_env(settings, [])
    command = ["pg_dump", "--format=plain", "--no-owner", *arguments[1:]]
    env = {**os.environ, **environment}
    text = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    # Newer programs write these two lines, and older ones cannot read them.
    lines = (line for line in text.splitlines(keepends=True) if not line.startswith(("\\restrict", "\\unrestrict")))
    return "postgres.sql.gz", "".join(lines)


def make(folder: Path) -> None:
    """One engine's dump, and what is expected of it: the same on both engines."""
    import django

    django.setup()
    expected, (name, text) = build(), dump()
    (folder / name).write_bytes(gzip.compress(text.encode(), mtime=0))
    stand = folder / "expected.json"
    if stand.exists() and json.loads(stand.read_text()) != expected:
        raise SystemExit("The two engines made different records from the same verbs: that is a fault to find first.")
    stand.write_text(json.dumps(expected, indent=2) + "\n")


def main() -> None:
    """Make `tests/releases/<this release>`, each engine in a process of its own."""
    from tests.postgres import Cluster

    version = tomllib.loads((HERE.parent.parent / "pyproject.toml").read_text())["project"]["version"]
    folder = HERE / version.removesuffix(".0")
    if folder.exists():
        raise SystemExit(f"{folder} is there already: a release's data are made once.")
    folder.mkdir()
    with Cluster() as cluster, tempfile.TemporaryDirectory() as scratch:
        for url in (f"sqlite:///{scratch}/release.sqlite3", cluster.url()):
            env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tfportal.settings.test"}
            subprocess.run([sys.executable, "-m", "tests.releases.make", str(folder)], env=env, check=True)


if __name__ == "__main__":
    if sys.argv[1:]:
        make(Path(sys.argv[1]))
    else:
        main()
