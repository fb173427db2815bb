"""OLE compound files, as far as telling HWP 5 from the rest: [MS-CFB] for the container, and Hancom's published
"HWP Document File Formats 5.0" for the stream `FileHeader` with its signature. Every walk is bounded."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HWP_SIGNATURE = b"HWP Document File"
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
MOST_DIRECTORY = 2000  # sectors: more entries than any document has
ENTRY = 128  # bytes
MINI = 64  # bytes of a sector of the stream that holds the short streams


class _Broken(Exception):
    pass


def is_hwp(file: BinaryIO, size: int) -> bool:
    """Whether it is an HWP 5 document: a compound file whose stream `FileHeader` begins with the signature."""
    try:
        return _Container(file, size).beginning_of("FileHeader").startswith(HWP_SIGNATURE)
    except (_Broken, struct.error, UnicodeDecodeError):
        return False


class _Container:
    """Reads the sectors that are needed, and no others."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.file, self.size = file, size
        head = self._at(0, 512)
        self.shift: int = struct.unpack_from("<H", head, 30)[0]
        if self.shift not in (9, 12):
            raise _Broken
        self.sector_size = 1 << self.shift
        self.most = size // self.sector_size + 1
        self.first_directory, self.short = struct.unpack_from("<I4xI", head, 48)
        self.tables = [*struct.unpack_from("<109I", head, 76)]
        following: int = struct.unpack_from("<I", head, 68)[0]
        per_sector = self.sector_size // 4
        while following < END and len(self.tables) < self.most + 109:
            more = struct.unpack(f"<{per_sector}I", self._sector(following))
            self.tables += more[:-1]
            following = more[-1]

    def _at(self, offset: int, length: int) -> bytes:
        if offset + length > self.size:
            raise _Broken
        self.file.seek(offset)
        return self.file.read(length)

    def _sector(self, number: int) -> bytes:
        return self._at((number + 1) << self.shift, self.sector_size)

    def _next(self, number: int) -> int:
        table, place = divmod(number, self.sector_size // 4)
        if table >= len(self.tables) or self.tables[table] >= END:
            raise _Broken
        found: int = struct.unpack("<I", self._at(((self.tables[table] + 1) << self.shift) + 4 * place, 4))[0]
        return found

    def _chain(self, number: int, most: int) -> Iterator[int]:
        for _step in range(most):
            if number >= END:
                return
            yield number
            number = self._next(number)
        raise _Broken

    def _entries(self) -> Iterator[tuple[str, int, int, int]]:
        """(name, type, first sector, bytes) of each entry: type 5 is the root, 2 a stream."""
        for number in self._chain(self.first_directory, MOST_DIRECTORY):
            sector = self._sector(number)
            for start in range(0, len(sector), ENTRY):
                length, kind = struct.unpack_from("<HB", sector, start + 64)
                first, size = struct.unpack_from("<II", sector, start + 116)
                if kind in (2, 5) and 2 <= length <= 64:
                    yield sector[start : start + length - 2].decode("utf-16-le"), kind, first, size

    def beginning_of(self, name: str) -> bytes:
        """The first bytes of a stream, at least 17 of them; raises _Broken where there is none."""
        root = stream = None
        for entry in self._entries():
            if entry[1] == 5:
                root = entry
            elif entry[0] == name:
                stream = entry
            if root and stream:
                break
        if not (root and stream) or stream[3] < len(HWP_SIGNATURE):
            raise _Broken
        if stream[3] >= self.short:
            return self._sector(stream[2])[:MINI]
        place, within = divmod(stream[2] * MINI, self.sector_size)
        for index, number in enumerate(self._chain(root[2], self.most)):
            if index == place:
                return self._sector(number)[within : within + MINI]
        raise _Broken
