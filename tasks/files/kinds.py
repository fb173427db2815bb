"""What a file is, by its content. The name says nothing about it, but it may not contradict it either."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from records.errors import Invalid

from ..models import FileKind
from . import compound, packages
from .names import clean_name, split_name

PDF_WITHIN = 1024  # bytes: readers accept "%PDF-" after a little of something else
ENDINGS = {
    FileKind.PDF: (".pdf",),
    FileKind.HWP: (".hwp",),
    FileKind.HWPX: (".hwpx",),
    FileKind.XLSX: (".xlsx",),
    FileKind.PNG: (".png",),
    FileKind.JPG: (".jpg", ".jpeg"),
}


def refuse(name: str, message: str) -> Invalid:
    """A refusal of one file, by its name, at the field of the attachments."""
    return Invalid({"attachments": [f"{name}: {message}" if name else message]})


def kind_of(file: BinaryIO, size: int, name: str) -> FileKind:
    """The kind of a file of that many bytes; raises Invalid for anything that may not be attached."""
    file.seek(0)
    head = file.read(PDF_WITHIN)
    if head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"):
        return FileKind.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return FileKind.JPG
    if head.startswith(compound.SIGNATURE):
        if compound.is_hwp(file, size):
            return FileKind.HWP
        raise refuse(name, _("An old Office file, or one with a password. Save it as PDF, or as XLSX without it."))
    if head.startswith(b"PK\x03\x04"):
        try:
            return packages.kind_of(file, size)
        except packages.BadPackage as error:
            raise refuse(name, str(error)) from error
    if b"%PDF-" in head:
        return FileKind.PDF
    raise refuse(name, _("Only PDF, HWP, HWPX, XLSX, PNG and JPG can be attached, and this is none of them."))


def name_for(kind: FileKind, given: str) -> str:
    """The name to keep; without an ending it gets its kind's. Raises Invalid where its ending says something else.

    A program can carry a PDF's mark, and would run under its own ending.
    """
    name = clean_name(given)
    stem, ending = split_name(name)
    endings = ENDINGS[kind]
    if ending.lower() in endings:
        return name
    if ending:
        raise refuse(
            name,
            _("The name ends in %(ending)s, but the content is %(kind)s. Rename the file, then attach it again.")
            % {"ending": ending, "kind": kind.label},
        )
    return clean_name((stem or _("Attachment")) + endings[0])
