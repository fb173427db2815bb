"""A backup: one folder with the database, the files, what both must hold (backup.json) and the checksums of all of it
(SHA256SUMS, which `sha256sum --check` reads as well). Made whole or not at all; restored into an empty place only."""

import hashlib
import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from . import triggers
from .engines import BackupError, Say, Stand, engine_of, fsync, read_stand
from .stored import files_root, stored

FORMAT = 1
ABOUT, SUMS, FILES = "backup.json", "SHA256SUMS", "files"
SUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True)
class Made:
    """A backup that was written. `problems`: files that the database names and that are missing, or not what their
    rows say; the rest of the backup is good."""

    folder: Path
    problems: list[str]
    size: int  # in bytes


# Making


def make(parent: Path, say: Say) -> Made:
    """Write `parent/tfportal-<moment in UTC>`, for its owner's eyes only; people may go on writing meanwhile.

    BackupError where something stands in the way; then nothing is left behind.
    """
    if not parent.is_dir():
        raise BackupError(f"There is no folder {parent}. Make it first, or mount its disk.")
    moment = timezone.now()
    final = parent / f"tfportal-{moment:%Y%m%dT%H%M%SZ}"
    part = final.with_name(f"{final.name}.part")
    with _private(), _in_words("Nothing was kept"):
        if final.exists():
            raise BackupError(f"{final} is there already. Backups overwrite nothing: try again.")
        part.mkdir()
        try:
            problems = _fill(part, moment.isoformat(), say)
            for path in part.rglob("*"):
                fsync(path)
            fsync(part)
            part.rename(final)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        fsync(parent)
    return Made(final, problems, sum(path.stat().st_size for path in final.rglob("*") if path.is_file()))


def _fill(part: Path, moment: str, say: Say) -> list[str]:
    engine, root = engine_of(connection), files_root()
    named: dict[str, str] = {}

    def read_names(cursor: Any) -> None:
        tables = engine.tables(cursor)
        for declared in stored():
            named.update(declared.rows(cursor, tables))

    # Before the database, for what is removed meanwhile, and after it, for what comes meanwhile.
    sums = _copy_files(root, part / FILES, {}, say)
    stand = engine.dump(part / engine.file, say, read_names)
    sums = _copy_files(root, part / FILES, sums, say)
    about = {
        "format": FORMAT,
        "release": release(),
        "engine": connection.vendor,
        "made_at": moment,
        **stand.plain(),
        "missing_files": sorted(name for name in named if name not in sums),
        "altered_files": sorted(name for name, sha256 in named.items() if sums.get(name, sha256) != sha256),
    }
    (part / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    say("  checksums")
    sums = {f"{FILES}/{name}": sha256 for name, sha256 in sums.items()}
    sums |= {name: sha256_of(part / name) for name in (engine.file, ABOUT)}
    (part / SUMS).write_text("".join(f"{sums[name]}  {name}\n" for name in sorted(sums)), encoding="utf-8")
    return problems_of(about)


def problems_of(about: dict[str, Any]) -> list[str]:
    """What a backup says of files that the database names, as sentences."""
    missing = [f"{name} is named by the database and is not there." for name in about["missing_files"]]
    return missing + [f"{name} is not what its row says: its SHA-256 differs." for name in about["altered_files"]]


def _copy_files(root: Path | None, target: Path, known: dict[str, str], say: Say) -> dict[str, str]:
    """Copy each file that is not `known` yet; returns the SHA-256 of each by its path. Files never change."""
    sums = dict(known)
    if root is None or not root.is_dir():
        return sums
    for path in sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink()):
        name = path.relative_to(root).as_posix()
        if name in sums or "\n" in name or path.name.startswith(".") or path.suffix == ".part":  # not finished
            continue
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, copy)
        except FileNotFoundError:  # removed since it was listed; if a row still names it, that is told
            continue
        sums[name] = sha256_of(copy)
        if len(sums) % 1000 == 0:
            say(f"  files: {len(sums)}")
    return sums


def release() -> str:
    """The version of the portal that this is."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def sha256_of(path: Path) -> str:
    """The hexadecimal SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Restoring


def check(folder: Path) -> dict[str, Any]:
    """What backup.json says, once every file of the backup is known to be as it was written; else BackupError."""
    sums_file = folder / SUMS
    if not sums_file.is_file():
        raise BackupError(f"{folder} is no backup: it has no {SUMS}.")
    lines = [SUM_LINE.fullmatch(line) for line in sums_file.read_text(encoding="utf-8", errors="replace").splitlines()]
    sums = {line[2]: line[1] for line in lines if line}
    if None in lines or ABOUT not in sums:
        raise BackupError(f"{SUMS} of this backup is damaged. Nothing was restored: take another copy of it.")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {SUMS}
    wrong = [f"{name} is missing" for name in sorted(sums.keys() - present)]
    wrong += [f"{name} does not belong to it" for name in sorted(present - sums.keys())]
    wrong += [f"{name} was altered" for name in sorted(sums.keys() & present) if sha256_of(folder / name) != sums[name]]
    if wrong:
        more = f", and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise BackupError(f"This backup is damaged: {', '.join(wrong[:5])}{more}. Nothing was restored.")
    about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    if about["format"] != FORMAT:
        raise BackupError(f"This backup has format {about['format']} and this release reads format {FORMAT}.")
    return about


def restore(folder: Path, say: Say, verify: Callable[[], None]) -> list[str]:
    """Restore into an empty database and an empty FILES_ROOT, compare, bring the tables up to this release, guard them,
    and `verify` the record; returns the problems that the backup itself told.

    BackupError: before anything was written it says so; afterwards it says what differs.
    """
    with _private(), _in_words("The restore did not finish"):
        say("Checking the backup")
        about = check(folder)
        engine = engine_of(connection)
        if about["engine"] != connection.vendor:
            other = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(about["engine"], about["engine"])
            raise BackupError(
                f"This is a backup of {other}, and DATABASE_URL names {engine.name}. "
                "A backup is restored on its own engine."
            )
        _refuse_newer(about)
        root = _empty_files_root(folder)
        engine.refuse_what_stands()
        say("Restoring the database")
        engine.load(folder / engine.file)
        if root is not None and (folder / FILES).is_dir():
            say("Restoring the files")
            shutil.copytree(folder / FILES, root, dirs_exist_ok=True, copy_function=shutil.copyfile)
            for path in (*root.rglob("*"), root):
                fsync(path)
        say("Comparing with what the backup says")
        _compare(about, _stand())
        _bring_up_to_date(about, say)
        problems = problems_of(about)
        for problem in problems:
            say(f"  {problem}")
        say("Verifying the record")
        verify()
    return problems


def _refuse_newer(about: dict[str, Any]) -> None:
    known = MigrationLoader(None).disk_migrations
    unknown = [
        f"{app}.{name}" for app, names in about["migrations"].items() for name in names if (app, name) not in known
    ]
    if unknown:
        raise BackupError(
            f"This backup was made by a newer portal ({about['release']}; this is {release()}, which lacks "
            f"{', '.join(unknown[:3])}). Install that release, then restore."
        )


def _empty_files_root(folder: Path) -> Path | None:
    root = files_root()
    if root is None:
        if (folder / FILES).is_dir():
            raise BackupError("This backup has files, and this installation has no FILES_ROOT to put them: set it.")
        return None
    if root.is_dir() and (found := next(root.iterdir(), None)):
        raise BackupError(f"FILES_ROOT ({root}) is not empty: {found.name} is in it. Restore overwrites nothing.")
    root.mkdir(parents=True, exist_ok=True)
    return root


def _stand() -> Stand:
    with connection.cursor() as cursor:
        return read_stand(cursor, engine_of(connection).tables(cursor))


def _compare(about: dict[str, Any], stand: Stand, parts: tuple[str, ...] = ("roots", "heads", "rows")) -> None:
    found = json.loads(json.dumps(stand.plain()))
    words = {"roots": "the roots of the seals", "heads": "the heads of the streams", "rows": "the number of rows"}
    wrong = []
    for part in parts:
        before, now = about[part], found[part]
        if differing := sorted(key for key in before.keys() | now.keys() if before.get(key) != now.get(key)):
            wrong.append(f"{words[part]} ({', '.join(differing[:5])})")
    if wrong:
        raise BackupError(
            f"What was restored differs from what was backed up: {'; '.join(wrong)}. Do not use this database."
        )


def _bring_up_to_date(about: dict[str, Any], say: Say) -> None:
    """A restored database has its triggers only as far as its dump had them; an older one lacks tables as well."""
    loader = MigrationLoader(connection)
    if any(leaf not in loader.applied_migrations for leaf in loader.graph.leaf_nodes()):
        say(f"The backup is of release {about['release']}: migrating it to {release()}")
        call_command("migrate", verbosity=0, interactive=False)
        _compare(about, _stand(), ("roots", "heads"))
    triggers.install(connection)


# What making and restoring share


@contextmanager
def _private() -> Iterator[None]:
    """Files and folders made meanwhile are for their owner only: they hold personal data and unsent drafts."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _in_words(beginning: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        raise BackupError(f"{beginning}: {error.strerror or error}{where}.") from error
    except DatabaseError as error:
        raise BackupError(f"{beginning}: the database says: {str(error).strip()}") from error
