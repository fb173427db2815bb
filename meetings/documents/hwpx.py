"""HWPX: a placeholder until the writer is there."""

import io
import zipfile

from .blocks import Document


def write_hwpx(document: Document) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/hwp+zip")
        archive.writestr(zipfile.ZipInfo("Contents/section0.xml"), repr(document))
    return made.getvalue()
