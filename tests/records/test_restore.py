"""Restoring with the real command, on the engine of the run, into an empty place (quality.md 11): what comes back is
what was backed up; whatever is damaged, foreign or in the way is refused by name, and nothing is written."""

import json
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from records import backup
from records.engines import BackupError, engine_of
from tests.places import emptied, manage, run
from tests.records.attached import SMALL

DATABASE = engine_of(connection).file
KEPT_BY_VERIFYING = {"records_verification"}  # the last step of a restore writes down what it found


@dataclass(frozen=True)
class Source:
    """A portal of its own, beside the run's, and one backup of it."""

    url: str
    files: Path
    backup: Path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """The T/F with attachments, filled and backed up once, in processes of their own. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("source")
    files, kept = folder / "files", folder / "kept"
    kept.mkdir()
    with emptied(folder, "source") as url:
        fill = "import sys; from pathlib import Path; from tests.records.attached import fill; fill(Path(sys.argv[1]))"
        outcome = run("-c", f"import django; django.setup(); {fill}", files, url=url, files=files)
        assert outcome.returncode == 0, outcome.stderr
        outcome = manage("backup", kept, url=url, files=files)
        assert outcome.returncode == 0, outcome.stderr
        yield Source(url, files, only(kept))


@pytest.fixture
def made(source: Source, tmp_path: Path) -> Path:
    """The backup, in a copy to do with as one likes."""
    return Path(shutil.copytree(source.backup, tmp_path / source.backup.name))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    with emptied(tmp_path, "restored") as url:
        yield url


@pytest.fixture
def other_place(tmp_path: Path) -> Iterator[str]:
    """And that of a second one."""
    with emptied(tmp_path, "other") as url:
        yield url


def only(kept: Path) -> Path:
    (folder,) = kept.iterdir()
    return folder


def about(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "backup.json").read_text())
    return content


def stand_in(url: str, files: Path, scratch: Path) -> dict[str, Any]:
    """What a database holds: read off a backup of it, made by the real command."""
    scratch.mkdir()
    outcome = manage("backup", scratch, url=url, files=files)
    assert outcome.returncode == 0, outcome.stderr
    content = about(only(scratch))
    return {part: content[part] for part in ("rows", "heads", "roots", "migrations")}


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def nothing_restored(url: str, files: Path) -> bool:
    """Whether the place is as empty as before."""
    if connection.vendor == "sqlite":
        return not files.exists() and not list(files.parent.glob("restored.sqlite3*"))
    count = "from django.db import connection as c; print(len(c.introspection.table_names()))"
    outcome = run("-c", f"import django; django.setup(); {count}", url=url)
    return not files.exists() and outcome.stdout.strip() == "0"


# There and back


def test_a_restored_backup_holds_the_same(source: Source, place: str, tmp_path: Path):
    """Both commands, into an empty place: each table's rows, the heads, the roots and each byte of the files."""
    restored = tmp_path / "restored-files"
    outcome = manage("restore", source.backup, url=place, files=restored)
    assert outcome.returncode == 0, outcome.stderr
    before, after = (
        stand_in(*at) for at in ((source.url, source.files, tmp_path / "1"), (place, restored, tmp_path / "2"))
    )
    after["rows"] |= {table: before["rows"][table] for table in after["rows"].keys() & KEPT_BY_VERIFYING}
    assert before == after
    assert before.items() <= about(source.backup).items()
    assert before["roots"].keys() == {"round/1"}
    assert before["rows"]["tasks_attachment"] == 2
    assert len(contents(source.files)) == 3
    assert contents(restored) == contents(source.files)


@pytest.mark.either
def test_only_the_owner_can_read_what_was_restored(source: Source, place: str, tmp_path: Path):
    """It holds personal data and unsent drafts."""
    restored = tmp_path / "restored-files"
    assert manage("restore", source.backup, url=place, files=restored).returncode == 0
    for path in (restored, *restored.rglob("*"), *tmp_path.glob("restored.sqlite3")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_restored_record_is_guarded(made: Path, place: str, tmp_path: Path):
    """The triggers are there again, also where the dump had lost them."""
    assert manage("restore", made, url=place, files=tmp_path / "f").returncode == 0
    alter = "from records.models import Event; Event.objects.update(verb='x')"
    outcome = manage("shell", "-c", alter, url=place)
    assert "is append-only" in outcome.stderr


# What is not restored


@pytest.mark.parametrize("name", [DATABASE, "backup.json", "SHA256SUMS", f"files/{SMALL}"])
def test_one_altered_byte_is_told(made: Path, name: str):
    alter(made / name)
    with pytest.raises(BackupError, match=r"damaged.*Nothing was restored") as refusal:
        backup.check(made)
    assert name == "SHA256SUMS" or f"{name} was altered" in str(refusal.value)


@pytest.mark.parametrize("change", ["missing", "added"])
def test_a_file_too_few_or_too_many_is_told(made: Path, change: str):
    name = f"files/{SMALL}"
    if change == "missing":
        (made / name).unlink()
    else:
        shutil.copyfile(made / name, made / "files" / "more")
    told = f"{name} is missing" if change == "missing" else "files/more does not belong to it"
    with pytest.raises(BackupError, match=told):
        backup.check(made)


@pytest.mark.either
def test_a_damaged_backup_is_not_restored(made: Path, place: str, tmp_path: Path):
    """Not even what of it is good."""
    alter(made / "files" / SMALL)
    outcome = manage("restore", made, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert f"This backup is damaged: files/{SMALL} was altered. Nothing was restored." in outcome.stderr
    assert nothing_restored(place, tmp_path / "f")


def alter(path: Path) -> None:
    """One bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.either
def test_a_folder_that_is_no_backup(tmp_path: Path, place: str):
    outcome = manage("restore", tmp_path, url=place)
    assert outcome.returncode == 1
    assert f"{tmp_path} is no backup" in outcome.stderr


def test_the_other_engines_backup_is_refused(made: Path, place: str, tmp_path: Path):
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[connection.vendor]
    rewrite(made, engine=other)
    outcome = manage("restore", made, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert "A backup is restored on its own engine" in outcome.stderr


@pytest.mark.either
def test_a_newer_portals_backup_is_refused(made: Path, place: str, tmp_path: Path):
    migrations = about(made)["migrations"]
    migrations["tasks"].append("0999_from_the_future")
    rewrite(made, release="9.0.0", migrations=migrations)
    outcome = manage("restore", made, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert "newer portal (9.0.0" in outcome.stderr
    assert "tasks.0999_from_the_future" in outcome.stderr


def test_what_differs_after_the_restore_is_named(made: Path, place: str, tmp_path: Path):
    """The comparison can fail: a root, a head and a count that the database does not have."""
    content = about(made)
    content["heads"]["round/2"][0] += 1
    rewrite(made, roots={"round/1": "0" * 64}, heads=content["heads"], rows=content["rows"] | {"tasks_report": 1})
    outcome = manage("restore", made, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    for words in ("seals (round/1)", "streams (round/2)", "rows (tasks_report)", "Do not use this database"):
        assert words in outcome.stderr


def test_a_record_that_does_not_hold_is_told(made: Path, place: str, other_place: str, tmp_path: Path):
    """Altered before it was backed up, so that rows, heads and roots agree: only recomputing it can tell."""
    assert manage("restore", made, url=place, files=tmp_path / "f").returncode == 0
    alter = "from records import triggers as t; from records.models import Event; from django.db import connection as c"
    alter += "; t.drop_all(c); Event.objects.filter(stream__key='round/1', seq=2).update(actor_name='x')"
    assert run("-c", f"import django; django.setup(); {alter}", url=place).returncode == 0
    (tmp_path / "kept").mkdir()
    assert manage("backup", tmp_path / "kept", url=place, files=tmp_path / "f").returncode == 0
    outcome = manage("restore", only(tmp_path / "kept"), url=other_place, files=tmp_path / "g")
    assert outcome.returncode == 1
    assert "The restored record does not verify" in outcome.stderr


def rewrite(folder: Path, **changes: Any) -> None:
    """Alter backup.json as its writer would have: with its checksum."""
    path = folder / "backup.json"
    old = backup.sha256_of(path)
    path.write_text(json.dumps(about(folder) | changes))
    sums = folder / "SHA256SUMS"
    sums.write_text(sums.read_text().replace(old, backup.sha256_of(path)))


def test_a_full_database_is_not_overwritten(source: Source, made: Path, tmp_path: Path):
    """The database it came from: refused by name, and left as it is."""
    before = stand_in(source.url, source.files, tmp_path / "before")
    outcome = manage("restore", made, url=source.url, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert "overwrites nothing" in outcome.stderr
    assert source.url.rsplit("/", 1)[1] in outcome.stderr
    if connection.vendor == "postgresql":
        assert "ministries_ministry (4)" in outcome.stderr
    assert stand_in(source.url, source.files, tmp_path / "after") == before


@pytest.mark.postgres
def test_a_database_in_which_migrate_ran(made: Path, place: str, tmp_path: Path):
    assert manage("migrate", "--verbosity=0", url=place).returncode == 0
    outcome = manage("restore", made, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert "migrate ran in it" in outcome.stderr
    assert "Drop this database, create it anew" in outcome.stderr


@pytest.mark.sqlite
def test_a_log_without_its_database(made: Path, place: str, tmp_path: Path):
    """SQLite would play it into the restored file."""
    log = tmp_path / "restored.sqlite3-wal"
    log.write_bytes(b"old")
    outcome = manage("restore", made, url=place, files=tmp_path / "f")
    assert outcome.returncode == 1
    assert f"{log} is there already" in outcome.stderr


@pytest.mark.either
def test_files_that_stand_there_are_not_overwritten(made: Path, place: str, tmp_path: Path):
    files = tmp_path / "f"
    files.mkdir()
    (files / "mine").write_bytes(b"!")
    outcome = manage("restore", made, url=place, files=files)
    assert outcome.returncode == 1
    assert f"FILES_ROOT ({files}) is not empty: mine is in it" in outcome.stderr
    assert contents(files) == {"mine": b"!"}


@pytest.mark.either
def test_files_without_a_place(made: Path, place: str):
    outcome = manage("restore", made, url=place)
    assert outcome.returncode == 1
    assert "no FILES_ROOT" in outcome.stderr


@pytest.mark.either
def test_a_full_disk_restores_nothing(made: Path, place: str, tmp_path: Path):
    """SQLite's file comes whole or not at all; PostgreSQL writes in its own process, so the files are what is too big."""
    outcome = manage("restore", made, url=place, files=tmp_path / "f", limit=40_000)
    assert outcome.returncode == 1
    assert "Traceback" not in outcome.stderr
    assert "File too large" in outcome.stderr
    if connection.vendor == "sqlite":
        assert list(tmp_path.glob("restored.sqlite3*")) == []
