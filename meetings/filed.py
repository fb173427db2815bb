"""The files of a meeting, its papers and documents that were given out: on the disk, and still what their rows say."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from tasks import files

from .contents import name_of
from .models import KeptDocument, Meeting, Paper


@dataclass(frozen=True)
class Wrong:
    """One file that is not what its row says. `name`: the row, as events call it."""

    name: str
    text: str
    expected: str = ""
    found: str = ""


def differing(meeting: Meeting) -> Iterator[Wrong]:
    """Reads every file of the meeting once. Two queries."""
    rows: list[Paper | KeptDocument] = [
        *Paper.objects.filter(item__meeting=meeting).order_by("pk"),
        *KeptDocument.objects.filter(meeting=meeting).order_by("pk"),
    ]
    for row in rows:
        try:
            with files.path_of(row.token).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            yield Wrong(name_of(row), _("It is not below FILES_ROOT."))
            continue
        if digest != row.sha256:
            text = _("Its content is not what was sent: the SHA-256 differs.")
            yield Wrong(name_of(row), text, row.sha256, digest)
