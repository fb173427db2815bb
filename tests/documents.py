"""Files as people attach them, byte by byte, and as others make them on purpose."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
EXE = b"MZ\x90\x00\x03" + bytes(200) + b"PE\x00\x00" + bytes(400)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" ContentType="{}"/></Types>'
)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO_SHEET = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def png() -> bytes:
    """One black pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def archive(members: Mapping[str, bytes | str], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return made.getvalue()


def xlsx(more: Mapping[str, bytes | str] | None = None, *, content_type: str = SHEET) -> bytes:
    """A workbook with `more` members."""
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES.format(content_type),
        "_rels/.rels": "<Relationships/>",
        "xl/workbook.xml": "<workbook/>",
        "xl/worksheets/sheet1.xml": "<worksheet/>",
    }
    return archive(members | dict(more or {}))


def hwpx(*, mimetype: str = "application/hwp+zip") -> bytes:
    return archive(
        {"mimetype": mimetype, "version.xml": "<v/>", "Contents/content.hpf": "<p/>", "Contents/section0.xml": "<s/>"}
    )


def docx() -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "_rels/.rels": "<r/>", "word/document.xml": "<d/>"})


def encrypted(document: bytes) -> bytes:
    """The same archive with every member marked as encrypted."""
    return _flags(_flags(document, b"PK\3\4", 6), b"PK\1\2", 8)


def _flags(document: bytes, mark: bytes, offset: int) -> bytes:
    made, at = bytearray(document), document.find(mark)
    while at >= 0:
        made[at + offset] |= 1
        at = document.find(mark, at + 4)
    return bytes(made)


def bomb() -> bytes:
    """A workbook of some 40 KB that unpacks to 40 MB."""
    return xlsx({"xl/media/image1": bytes(40_000_000)})


def overlapping_bomb(times: int = 1000) -> bytes:
    """One packed megabyte that a thousand members of the directory share."""
    document = xlsx({"xl/media/a": bytes(1_000_000)})
    end = document.rfind(b"PK\5\6")
    start = struct.unpack_from("<I", document, end + 16)[0]
    last = document.rfind(b"PK\1\2", 0, end)
    entry = document[last:end]
    name = struct.unpack_from("<H", entry, 28)[0]
    entries = document[start:last]
    copies = b"".join(entry[: 46 + name - 4] + f"{number:04d}".encode() + entry[46 + name :] for number in range(times))
    directory = entries + copies
    count = document[start:end].count(b"PK\1\2") - 1 + times
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), start, 0)
    return document[:start] + directory + tail


def lying_directory(entries: int = 400_000) -> bytes:
    """Nearly 20 MB of directory, of which the record at the end says that it holds one entry."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * entries
    return b"PK\3\4" + directory + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(directory), 4, 0)


def zip64_directory(entries: int = 400_000) -> bytes:
    """The same behind a ZIP64 record, and with the longest comment."""
    directory = lying_directory(entries)[4:-22]
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, len(directory), 4)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 4 + len(directory), 1)
    comment = b"x" * 65_535
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 46, 4, len(comment))
    return b"PK\3\4" + directory + wide + locator + end + comment


END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file of short streams: [MS-CFB] with sectors of 512 bytes. Sector 0 is the table, 1 the directory,
    2 the table of the short sectors, 3 and on the short sectors."""
    entries, short, minis = [], b"", []
    for name, content in streams.items():
        first = len(short) // 64
        padded = content + bytes(-len(content) % 64)
        count = len(padded) // 64
        minis += [first + index + 1 for index in range(count - 1)] + [END]
        short += padded
        entries.append(_entry(name, 2, first, len(content)))
    sectors = -(-len(short) // 512)
    table = [TABLE, END, END, *[4 + index for index in range(sectors - 1)], END]
    directory = b"".join([_entry("Root Entry", 5, 3, len(short)), *entries])
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<5H", head, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<I", head, 44, 1)
    struct.pack_into("<I4xI", head, 48, 1, 4096)
    struct.pack_into("<4I", head, 60, 2, 1, END, 0)
    struct.pack_into("<109I", head, 76, 0, *[FREE] * 108)
    return (
        bytes(head)
        + _numbers(table)
        + directory.ljust(512, b"\0")
        + _numbers(minis)
        + short.ljust(512 * sectors, b"\0")
    )


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    coded = name.encode("utf-16-le")
    made = bytearray(128)
    made[: len(coded)] = coded
    struct.pack_into("<HBB3I", made, 64, len(coded) + 2, kind, 1, FREE, FREE, FREE)
    struct.pack_into("<IQ", made, 116, first, size)
    return bytes(made)


def _numbers(numbers: list[int]) -> bytes:
    return struct.pack("<128I", *numbers, *[FREE] * (128 - len(numbers)))


def hwp() -> bytes:
    """HWP 5, its header after another stream."""
    return compound({"DocInfo": b"x" * 700, "FileHeader": b"HWP Document File".ljust(256, b"\0")})


def old_word() -> bytes:
    """A compound file that speaks of HWP, but in its text."""
    return compound({"WordDocument": b"HWP Document File FileHeader".ljust(600, b" ")})
