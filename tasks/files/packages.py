"""XLSX and HWPX, which are ZIP archives: judged by their directory, and by two small members read with a limit.

Nothing is unpacked. The directory is measured before a library reads it, because one of 20 MB takes minutes and
hundreds of megabytes. XLSX: ECMA-376 part 2 (packages). HWPX: KS X 6101 (OWPML), whose container is OCF's.
"""

import os
import struct
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from ..models import FileKind

MOST_ENTRIES = 2_000  # a workbook has some dozens of members, each picture being one
DIRECTORY_LIMIT = 400_000  # bytes: 200 for each of them
UNPACKED_LIMIT = 300_000_000  # bytes of all members: what still opens on an office computer
RATIO_LIMIT = 100  # times: spreadsheets reach 20 or 30; a bomb lives on thousands …
RATIO_FROM = 5_000_000  # … of many bytes: a small empty table shrinks as well as any bomb
MEMBER_LIMIT = 1_000_000  # bytes read of one member
END_RECORD = struct.Struct("<4s4H2LH")
END_LOCATOR = 20  # bytes before it: where ZIP64 would say that another record holds
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
WORKBOOK = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACROS = ("vbaproject.bin", "xl/macrosheets/", "xl/dialogsheets/", "activex/")

# What the library raises on archives that lie about themselves.
LIES = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, RuntimeError, OverflowError)

Members = dict[str, zipfile.ZipInfo]


class BadPackage(Exception):
    """`str()` says why, in the reader's language."""


class Damaged(BadPackage):
    """No program could open it."""


class OtherKind(BadPackage):
    """An archive of something else."""


def kind_of(file: BinaryIO, size: int) -> FileKind:
    """XLSX or HWPX; raises BadPackage for every other archive, and for one that is no document's."""
    _measure(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            members = _judged(archive.infolist(), size)
            if _read(archive, members, "mimetype").strip() == b"application/hwp+zip":
                return _hwpx(members)
            return _xlsx(archive, members)
    except LIES as error:
        raise Damaged(_("The file is damaged. Save it again, then attach it.")) from error


def _measure(file: BinaryIO, size: int) -> None:
    """Refuse a directory that is too long to be read, judged by the record at the end that the library goes by too."""
    length = min(size, END_LOCATOR + END_RECORD.size + 65_535)
    file.seek(size - length)
    tail = file.read(length)
    plain = len(tail) - END_RECORD.size
    start = plain if tail[plain:].startswith(b"PK\5\6") and tail.endswith(b"\0\0") else tail.rfind(b"PK\5\6")
    if start < 0 or start + END_RECORD.size > len(tail):
        raise Damaged(_("The file is damaged. Save it again, then attach it."))
    _mark, _disk, _first, _here, entries, directory, _offset, _comment = END_RECORD.unpack_from(tail, start)
    # ZIP64 is for archives beyond 4 GB, and its own record would speak instead of this one.
    if entries > MOST_ENTRIES or directory > DIRECTORY_LIMIT or b"PK\6\7" in tail[max(start - END_LOCATOR, 0) : start]:
        raise BadPackage(_too_much())


def _too_much() -> str:
    return _("Unpacked it would be far larger than a document. Save it again without what it does not need.")


def _judged(entries: list[zipfile.ZipInfo], size: int) -> Members:
    """The members by name, if together they look like a document."""
    unpacked, packed = sum(row.file_size for row in entries), sum(row.compress_size for row in entries)
    bomb = unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * max(packed, 1)
    # More packed bytes than the file has: members that share them.
    if len(entries) > MOST_ENTRIES or unpacked > UNPACKED_LIMIT or packed > size or bomb:
        raise BadPackage(_too_much())
    if any(row.flag_bits & 0x1 for row in entries):
        raise BadPackage(_("It is protected with a password. Save it without."))
    members = {row.filename: row for row in entries}
    if len(members) != len(entries) or any(row.compress_type not in PLAIN for row in entries):
        raise Damaged(_("The file is damaged. Save it again, then attach it."))
    return members


def _read(archive: zipfile.ZipFile, members: Members, name: str) -> bytes:
    """One small member; empty where it is missing or not small."""
    if name not in members or members[name].file_size > MEMBER_LIMIT:
        return b""
    with archive.open(members[name]) as member:
        return member.read(MEMBER_LIMIT)


def _hwpx(members: Members) -> FileKind:
    if not {"version.xml", "Contents/content.hpf"} <= set(members):
        raise Damaged(_("The file is damaged. Save it again, then attach it."))
    return FileKind.HWPX


def _xlsx(archive: zipfile.ZipFile, members: Members) -> FileKind:
    types = _read(archive, members, "[Content_Types].xml")
    if any(mark in name.lower() for name in members for mark in MACROS) or b"macroEnabled" in types:
        raise BadPackage(_("It holds macros. Save it as .xlsx, without them."))
    if WORKBOOK not in types or not {"_rels/.rels", "xl/workbook.xml"} <= set(members):
        raise OtherKind(_("Of ZIP files, only XLSX and HWPX documents can be attached."))
    return FileKind.XLSX


def size_of(file: BinaryIO) -> int:
    """How many bytes the file has."""
    return file.seek(0, os.SEEK_END)
