"""The data of each earlier release, brought up to today's tables: the record stays what it was (quality.md 12)."""

import gzip
import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.places import ROOT, emptied, manage, run

RELEASES = sorted(path.parent for path in (ROOT / "tests" / "releases").glob("*/expected.json"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database on the engine of this run."""
    with emptied(tmp_path, "release") as url:
        yield url


@pytest.fixture
def other_place(tmp_path: Path) -> Iterator[str]:
    """And that of a second one."""
    with emptied(tmp_path, "other") as url:
        yield url


def load(release: Path, url: str) -> None:
    """Bring the release's rows into the empty database, as its own code left them."""
    if connection.vendor == "sqlite":
        text = gzip.decompress((release / "sqlite.sql.gz").read_bytes()).decode()
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
            database.executescript(text)
        return
    text = gzip.decompress((release / "postgres.sql.gz").read_bytes()).decode()
    command = ["psql", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output", os.devnull, url]
    subprocess.run(command, input=text, text=True, check=True)


def check(url: str) -> dict[str, Any]:
    """What tests.releases.check finds there."""
    outcome = run("-m", "tests.releases.check", url=url)
    assert outcome.returncode == 0, outcome.stderr
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def migrate(url: str) -> None:
    outcome = manage("migrate", "--verbosity=0", url=url)
    assert outcome.returncode == 0, outcome.stderr


def test_there_is_a_release_to_read():
    assert "0.1" in [release.name for release in RELEASES]


@pytest.mark.either
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_an_earlier_releases_record_is_unchanged(release: Path, place: str):
    """Loaded, migrated, recomputed: the same heads and roots, no broken event or seal, all triggers, working pages."""
    expected = json.loads((release / "expected.json").read_text())
    assert expected["roots"]
    load(release, place)
    migrate(place)
    found = check(place)
    assert found == expected | {
        "broken": [],
        "findings": [],
        "triggers": found["triggers"],
        "missing_triggers": 0,
        "pages": [],
    }
    assert found["triggers"] > 30


@pytest.mark.either
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_the_check_names_what_was_altered(release: Path, place: str):
    """The control: an event and a sealed report, altered behind the triggers' back, are named."""
    load(release, place)
    migrate(place)
    alter = (
        "import django; django.setup()\n"
        "from django.db import connection; from records import triggers; from records.models import Event\n"
        "from tasks.models import Report\n"
        "triggers.drop_all(connection)\n"
        "Event.objects.filter(stream__key='round/2', seq=2).update(actor_name='x')\n"
        "Report.objects.filter(round__no=1, task__code='ME-01').update(office_reason='x')"
    )
    assert run("-c", alter, url=place).returncode == 0
    found = check(place)
    assert [words.split()[0] for words in found["broken"]] == ["2/2", "round/1"]
    assert (found["triggers"], found["missing_triggers"] > 30) == (0, True)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
def test_an_earlier_releases_backup_is_brought_up_to_date(release: Path, place: str, other_place: str, tmp_path: Path):
    """Backed up before the upgrade's migrate, restored by today's code: the tables are today's, the record is the same."""
    load(release, place)
    (tmp_path / "kept").mkdir()
    outcome = manage("backup", tmp_path / "kept", url=place)
    assert outcome.returncode == 0, outcome.stderr
    outcome = manage("restore", *(tmp_path / "kept").iterdir(), url=other_place, files=tmp_path / "files")
    assert outcome.returncode == 0, outcome.stderr
    assert "migrating it to" in outcome.stdout
    found = check(other_place)
    assert {part: found[part] for part in ("heads", "roots")} == json.loads((release / "expected.json").read_text())
    assert (found["broken"], found["missing_triggers"], found["pages"]) == ([], 0, [])
