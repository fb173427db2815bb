"""Backing up with the real command, on the engine of the run, while people work (quality.md 11): what a backup holds is
what the database held in one moment; what goes wrong is told, and leaves nothing behind."""

import json
import os
import shutil
import sqlite3
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from records import backup
from records.engines import BackupError, Stand, engine_of, read_stand
from tests import builders
from tests.cast import TaskForce
from tests.places import emptied, manage, own_url
from tests.records.attached import LARGE, LEFT_OVER, SMALL, attach

pytestmark = pytest.mark.django_db(transaction=True)
DATABASE = engine_of(connection).file


@pytest.fixture
def files(tmp_path: Path, settings: Any, task_force: TaskForce) -> Path:
    """FILES_ROOT with the attachments."""
    settings.FILES_ROOT = tmp_path / "files"
    attach(settings.FILES_ROOT)
    return tmp_path / "files"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the backups go."""
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    with emptied(tmp_path, "restored") as url:
        yield url


@pytest.fixture
def made(files: Path, kept: Path) -> Path:
    """A backup of the T/F with its files."""
    return backup.make(kept, quiet).folder


def quiet(line: str) -> None:
    """Nobody listens."""


def stand() -> Stand:
    """What the run's own database holds."""
    with connection.cursor() as cursor:
        return read_stand(cursor, engine_of(connection).tables(cursor))


def about(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "backup.json").read_text())
    return content


def only(kept: Path) -> Path:
    (folder,) = kept.iterdir()
    return folder


def test_every_model_is_counted(made: Path):
    """Whatever an app brings along is in the comparison, many-to-many tables included."""
    rows = about(made)["rows"]
    models = apps.get_models(include_auto_created=True)
    assert {model._meta.db_table for model in models} - rows.keys() == set()
    counted = {model._meta.db_table: model._base_manager.count() for model in models}
    assert {table: rows[table] for table in counted} == counted


def test_a_backup_tells_how_it_was_made(made: Path):
    content = about(made)
    assert (content["format"], content["release"], content["engine"]) == (1, backup.release(), connection.vendor)
    assert "0001_initial" in content["migrations"]["records"]
    assert (content["missing_files"], content["altered_files"]) == ([], [])
    assert {path.name for path in made.iterdir()} == {DATABASE, "backup.json", "SHA256SUMS", "files"}


def test_only_the_owner_can_read_a_backup(made: Path):
    """It holds personal data and unsent drafts."""
    for path in (made, *made.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_backup_is_a_cut_through_one_moment(
    files: Path, kept: Path, place: str, task_force: TaskForce, tmp_path: Path
):
    """Verbs and files that come while the database is being copied are not in it, and break nothing in it."""
    before = stand()
    during = 0

    def work(line: str) -> None:
        nonlocal during
        if "database" in line and during < 3:
            during += 1
            on_a_thread(lambda: submit_and_withdraw(task_force))

    folder = backup.make(kept, work).folder
    assert during
    assert stand().heads["round/2"][0] == before.heads["round/2"][0] + 2 * during
    assert {part: about(folder)[part] for part in ("heads", "roots", "rows")} == {
        "heads": before.heads,
        "roots": before.roots,
        "rows": before.rows,
    }
    outcome = manage("restore", folder, url=place, files=tmp_path / "f")
    assert outcome.returncode == 0, outcome.stderr


def test_people_go_on_writing(files: Path, kept: Path, place: str, task_force: TaskForce, tmp_path: Path):
    """A writer submits and withdraws all along; what the commands bring back is some moment in between."""
    first, done, failures = stand().heads["round/2"][0], threading.Event(), []

    def work() -> None:
        try:
            while not done.is_set():
                submit_and_withdraw(task_force)
        except BaseException as error:  # noqa: BLE001 (told by the test)
            failures.append(error)
        finally:
            connection.close()

    writer = threading.Thread(target=work)
    writer.start()
    try:
        outcome = manage("backup", kept, url=own_url(), files=files)
    finally:
        done.set()
        writer.join()
    assert (outcome.returncode, failures) == (0, []), outcome.stderr
    folder = only(kept)
    assert first < about(folder)["heads"]["round/2"][0] < stand().heads["round/2"][0]
    outcome = manage("restore", folder, url=place, files=tmp_path / "f")
    assert outcome.returncode == 0, outcome.stderr


def submit_and_withdraw(task_force: TaskForce) -> None:
    report, officer = task_force.reports["ME-04"], task_force.people["me_officer"]
    at = builders.kst(2021, 3, 16, 14)
    builders.write(report, by=officer, at=at)
    builders.submit(report, by=officer, at=at)
    builders.withdraw(report, by=officer, at=at)


def on_a_thread(work: Callable[[], None]) -> None:
    """Run it on a connection of its own, to its end."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


# What goes wrong while backing up


@pytest.mark.either
def test_missing_and_altered_attachments_are_told(files: Path, kept: Path, place: str, tmp_path: Path):
    """The rest is kept: it may be all there is. Both commands say which files are wrong, and exit with 1."""
    missing, altered = SMALL, LARGE
    (files / missing).unlink()
    with (files / altered).open("r+b") as file:
        file.write(b"x")
    outcome = manage("backup", kept, url=own_url(), files=files)
    assert outcome.returncode == 1
    assert f"{missing} is named by the database and is not there" in outcome.stderr
    assert f"{altered} is not what its row says" in outcome.stderr
    folder = only(kept)
    assert (about(folder)["missing_files"], about(folder)["altered_files"]) == ([missing], [altered])
    outcome = manage("restore", folder, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert missing in outcome.stderr


@pytest.mark.either
@pytest.mark.parametrize("what", ["database", "files"])
def test_a_full_disk_leaves_nothing_behind(files: Path, kept: Path, what: str):
    """For real: no file may grow beyond 40 kB, which the database does; or beyond two megabytes, which a file does."""
    if what == "files":
        (files / LEFT_OVER).write_bytes(b"?" * 3_000_000)
    outcome = manage("backup", kept, url=own_url(), files=files, limit=40_000 if what == "database" else 2_000_000)
    assert outcome.returncode == 1
    assert "Traceback" not in outcome.stderr
    assert any(words in outcome.stderr for words in ("Is the disk full?", "File too large"))
    assert list(kept.iterdir()) == []


@pytest.mark.either
def test_interrupted_backups_leave_nothing(files: Path, kept: Path):
    def interrupt(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.make(kept, interrupt)
    assert list(kept.iterdir()) == []


@pytest.mark.either
def test_a_missing_folder_is_not_made(tmp_path: Path, files: Path):
    """An unmounted disk looks like this."""
    outcome = manage("backup", tmp_path / "nowhere", url=own_url(), files=files)
    assert outcome.returncode == 1
    assert "Make it first, or mount its disk" in outcome.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.either
def test_backups_overwrite_nothing(files: Path, kept: Path, monkeypatch: pytest.MonkeyPatch):
    """Two in one second: the second is refused, whether the first is finished or not."""
    moment = builders.kst(2021, 3, 16, 14)
    monkeypatch.setattr("records.backup.timezone.now", lambda: moment)
    folder = backup.make(kept, quiet).folder
    sums = (folder / "SHA256SUMS").read_bytes()
    with pytest.raises(BackupError, match="is there already"):
        backup.make(kept, quiet)
    folder.rename(folder.with_name(f"{folder.name}.part"))
    with pytest.raises(BackupError, match="File exists"):
        backup.make(kept, quiet)
    assert (only(kept) / "SHA256SUMS").read_bytes() == sums


def test_an_empty_database_is_no_portal(kept: Path, place: str):
    outcome = manage("backup", kept, url=place)
    assert outcome.returncode == 1
    assert "check DATABASE_URL" in outcome.stderr
    assert list(kept.iterdir()) == []


@pytest.mark.sqlite
def test_a_damaged_database_file_is_not_backed_up(files: Path, kept: Path, tmp_path: Path):
    """A backup that nobody can read is worse than none: it would push the good ones out."""
    path = tmp_path / "damaged.sqlite3"
    source = Path(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(source)) as good, closing(sqlite3.connect(path)) as copy:
        good.backup(copy)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 4096 * 4096)
        file.write(b"\xff" * 40_960)
    outcome = manage("backup", kept, url=f"sqlite:///{path}", files=files)
    assert outcome.returncode == 1
    assert "damaged" in outcome.stderr or "malformed" in outcome.stderr
    assert list(kept.iterdir()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_missing_programs_are_told(made: Path, kept: Path, place: str, tmp_path: Path, command: str):
    folder = tmp_path / "elsewhere" if command == "backup" else made
    (tmp_path / "elsewhere").mkdir()
    outcome = manage(command, folder, url=place, files=tmp_path / "f", PATH="/nonexistent")
    assert outcome.returncode == 1
    program = {"backup": "pg_dump", "restore": "pg_restore"}[command]
    assert f"{program} is not on PATH: install PostgreSQL's client programs" in outcome.stderr
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.postgres
def test_programs_older_than_the_server_are_told(files: Path, kept: Path, tmp_path: Path):
    """pg_dump refuses a newer server, in words that do not say what to do."""
    old = tmp_path / "bin" / "pg_dump"
    old.parent.mkdir()
    old.write_text(f"#!{sys.executable}\nprint('pg_dump (PostgreSQL) 9.6.24')\n")
    old.chmod(0o755)
    outcome = manage("backup", kept, url=own_url(), files=files, PATH=f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    assert outcome.returncode == 1
    assert "pg_dump is of version 9 and the server of version" in outcome.stderr
    assert "apt install postgresql-client-" in outcome.stderr


@pytest.mark.postgres
def test_the_password_is_not_on_the_command_line(files: Path, kept: Path, tmp_path: Path):
    """Other users of the machine see a program's arguments."""
    spy, seen = tmp_path / "bin" / "pg_dump", tmp_path / "seen"
    spy.parent.mkdir()
    real = shutil.which("pg_dump")
    spy.write_text(f'#!/bin/sh\necho "$@" >> {seen}\nexec {real} "$@"\n')
    spy.chmod(0o755)
    outcome = manage("backup", kept, url=own_url(), files=files, PATH=f"{spy.parent}{os.pathsep}{os.environ['PATH']}")
    assert outcome.returncode == 0, outcome.stderr
    assert "--snapshot=" in seen.read_text()
    assert connection.settings_dict["PASSWORD"] not in seen.read_text()


def test_every_row_that_names_a_file_is_declared():
    """A model with a token and a checksum names files: unless its app declares it, a backup would not miss them."""
    from records.stored import stored

    naming = {
        model._meta.label
        for model in apps.get_models()
        if {"token", "sha256"} <= {field.name for field in model._meta.concrete_fields}
    }
    files = {"tasks.Attachment", "meetings.Paper", "meetings.KeptDocument"}
    assert naming == {declared.model for declared in stored()} == files
