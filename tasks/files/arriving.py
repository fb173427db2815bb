"""The way of a file into the portal: judged, copied, scanned; and taken away again where its row does not come."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import DatabaseError
from django.utils.translation import gettext as _

from ..models import FileKind
from . import store
from .kinds import kind_of, name_for, refuse
from .names import clean_name
from .packages import size_of
from .scanner import scan

FILE_LIMIT = 20 * 1024 * 1024  # bytes: a scanned letter of some dozens of pages; what a ministry's mail takes, too


@dataclass(frozen=True)
class Kept:
    """A file that lies on the disk. `size` in bytes."""

    token: UUID
    name: str
    kind: FileKind
    size: int
    sha256: str


@contextmanager
def arriving(file: BinaryIO, name: str) -> Iterator[Kept]:
    """Judge the file and put it onto the disk, for its row to be written inside the block; the transaction must end
    inside as well. Where no row was written the file is removed.

    Raises Invalid for what may not be attached, NotKept for what cannot be kept now. Takes no lock and may take long:
    the scanner has its time.
    """
    shown, size, token = clean_name(name), size_of(file), uuid4()
    if size == 0:
        raise refuse(shown, _("The file is empty."))
    if size > FILE_LIMIT:
        raise refuse(shown, too_big())
    kind = kind_of(file, size, shown)
    final_name = name_for(kind, name)
    with store.written(file, token) as (path, sha256):
        scan(path, final_name)
    try:
        yield Kept(token, final_name, kind, size, sha256)
    finally:
        if not _has_row(token):
            store.remove(token)


def too_big() -> str:
    return _("The file is larger than %(limit)s MB. Make it smaller, or split it.") % {"limit": FILE_LIMIT // 1024**2}


def _has_row(token: UUID) -> bool:
    """Whether the row was written all the same: a database may go away after it has committed. Where it cannot tell,
    the file stays, for the sweep."""
    try:
        return bool(store.with_row([token]))
    except DatabaseError:
        return True
