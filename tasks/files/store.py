"""Where the files lie: below FILES_ROOT, outside what the web server serves, under random names.

A file is on the disk before its row is in the database, so that no row is ever without its file; a file whose row did
not come is removed, or swept later.
"""

import hashlib
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from records import stored

from .errors import FileMissing, NotKept

logger = logging.getLogger(__name__)

CHUNK = 256 * 1024  # bytes
SWEEP_AFTER = timedelta(days=35)  # as long as nightly backups are kept: a database restored from one finds its files
MOST_UNNAMED, FEW = 0.5, 20  # beyond half of the old files, and more than a few: not litter, but the wrong database
UNFINISHED = ".part"


class HasFile(Protocol):
    """A row that names a file: of whatever model its app declares in `stored.py`."""

    token: UUID


def path_of(token: UUID) -> Path:
    """Where the file of a row lies: `ab/ab12…`, so that no folder holds too many."""
    return Path(settings.FILES_ROOT) / stored.path_of(token)


@contextmanager
def written(file: BinaryIO, token: UUID) -> Iterator[tuple[Path, str]]:
    """Copy the file to the disk under an unfinished name; yields that path and the SHA-256. When the block ends well,
    the file has its name for good; otherwise nothing of it is left. Raises NotKept where the disk takes no more."""
    final = path_of(token)
    unfinished = final.with_suffix(UNFINISHED)
    try:
        try:
            sha256 = _copy(file, unfinished)
        except OSError as error:
            raise _no_room(error) from error
        yield unfinished, sha256
        try:
            unfinished.rename(final)
            _sync(final.parent)
        except OSError as error:
            raise _no_room(error) from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _copy(file: BinaryIO, path: Path) -> str:
    _make_folder(path.parent)
    digest = hashlib.sha256()
    file.seek(0)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as target:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return digest.hexdigest()


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    """A new name survives a power cut only once its folder was written out too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _no_room(error: OSError) -> NotKept:
    logger.error("A file could not be written below FILES_ROOT: %s", error)
    return no_room()


def no_room() -> NotKept:
    """The refusal for want of room, here or while the file was arriving."""
    return NotKept(_("The server has no room for this file. Your text is kept. Try again later."))


def let_go(token: UUID) -> None:
    """Let the time that the sweep waits begin now: the file's row is about to go."""
    with suppress(OSError):
        os.utime(path_of(token))


def remove(token: UUID) -> None:
    """Take away a file whose row did not come. One that cannot be removed is left for the sweep."""
    with suppress(OSError):
        path_of(token).unlink(missing_ok=True)


def opened(row: HasFile) -> BinaryIO:
    """The file, open for reading; FileMissing, and an error in the log, where it is not there."""
    try:
        return path_of(row.token).open("rb")
    except OSError as error:
        logger.error("The file %s cannot be read: %s", row.token, error)
        raise FileMissing from error


def sweep_files(older_than: timedelta = SWEEP_AFTER) -> int:
    """Remove files that have no row and are older than that, by the machine's own clock; returns how many.

    Whatever is not named like one of ours is left alone. Where hardly any file has its row, the database is not the one
    that these files belong to: then nothing is removed, and the log says so.
    """
    old = dict(_old_files(time.time() - older_than.total_seconds()))
    if not old:
        return 0
    named = with_row(old.values())
    unfinished = [path for path in old if path.suffix == UNFINISHED]
    unnamed = [path for path, token in old.items() if path.suffix != UNFINISHED and token not in named]
    if len(unnamed) > MOST_UNNAMED * len(old) and len(unnamed) > FEW:
        logger.error(
            "%s of %s old files below FILES_ROOT have no row: is it another database's?", len(unnamed), len(old)
        )
        unnamed = []
    swept = 0
    for path in (*unfinished, *unnamed):
        with suppress(OSError):
            path.unlink()
            swept += 1
    return swept


def _old_files(before: float) -> Iterator[tuple[Path, UUID]]:
    for path in sorted(Path(settings.FILES_ROOT).glob("[0-9a-f][0-9a-f]/*")):
        with suppress(ValueError, OSError):  # not ours, or gone meanwhile
            token = UUID(hex=path.name.removesuffix(UNFINISHED))
            if path.stat().st_mtime < before:
                yield path, token


def with_row(tokens: Iterable[UUID]) -> set[UUID]:
    """Those that a row names, whatever app it is of: each app declares its models in `stored.py`."""
    asked, found = list(tokens), set()
    for declared in stored.stored():
        model = apps.get_model(declared.model)
        for start in range(0, len(asked), 500):
            rows = model._default_manager.filter(**{f"{declared.token}__in": asked[start : start + 500]})
            found |= set(rows.values_list(declared.token, flat=True))
    return found
