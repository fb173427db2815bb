"""The files that sent texts carry: on the disk, and still what their rows say. What a text's hash covers of them (name
and SHA-256) is judged with the text."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from records.findings import Finding, words

from .. import files
from ..models import Attached, Attachment, Round
from .told import of_text

CHUNK = 500  # rows held in memory at once


def against_files(key: str, round_: Round) -> Iterator[Finding]:
    """What differs between the round's attachments and the files below FILES_ROOT; reads every one of them."""
    kind = "tasks.Attachment"
    rows = Attached.objects.filter(revision__report__round=round_).select_related(
        "revision__report__task", "attachment"
    )
    for row in rows.order_by("pk").iterator(chunk_size=CHUNK):
        attachment, revision = row.attachment, row.revision
        of = of_text(revision.report.task.code, revision.no)
        name = words(_("the file “%(name)s” of %(of)s"), name=attachment.name, of=of)
        if attachment.report_id != revision.report_id:
            yield Finding(key, kind, name, words(_("It belongs to another report.")))
        found = _on_disk(attachment)
        if found is None:
            yield Finding(key, kind, name, words(_("It is not below FILES_ROOT.")))
            continue
        size, sha256 = found
        if sha256 != attachment.sha256:
            text = words(_("Its content is not what was sent: the SHA-256 differs."))
            yield Finding(key, kind, name, text, attachment.sha256, sha256)
        elif size != attachment.size:
            yield Finding(
                key, kind, name, words(_("Its size is not what its row says.")), str(size), str(attachment.size)
            )


def _on_disk(attachment: Attachment) -> tuple[int, str] | None:
    """Size in bytes and SHA-256 of the file; None where it cannot be read."""
    try:
        with files.path_of(attachment.token).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError:
        return None
