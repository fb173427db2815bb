"""Final documents as they were given out: where their files lie, and which of them an address answers with."""

import io
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import DatabaseError

from records.models import Event
from tasks.files import FileMissing, store

from ..models import KeptDocument, Meeting
from .making import Wanted

logger = logging.getLogger(__name__)

VERB = "keep_document"


@dataclass(frozen=True)
class Filed:
    """A file that lies on the disk. `size` in bytes."""

    token: UUID
    size: int
    sha256: str


@contextmanager
def filed(data: bytes) -> Iterator[Filed]:
    """Put the bytes onto the disk, for their row to be written inside the block; the transaction must end inside as
    well. Where no row was written the file is removed. Raises NotKept where there is no room. Takes no lock."""
    token = uuid4()
    with store.written(io.BytesIO(data), token) as (_path, sha256):
        pass
    try:
        yield Filed(token, len(data), sha256)
    finally:
        if not _has_row(token):
            store.remove(token)


def _has_row(token: UUID) -> bool:
    """Where it cannot tell, the file stays, for the sweep."""
    try:
        return KeptDocument.objects.filter(token=token).exists()
    except DatabaseError:
        return True


def of_meeting(meeting: Meeting) -> list[KeptDocument]:
    """Every final document of the meeting that was kept, the latest first. Three queries."""
    rows = KeptDocument.objects.filter(meeting=meeting).select_related("by", "acting_for", "decision__meeting")
    rows = rows.prefetch_related("decision__supporting", "decision__meeting__attendances")
    return list(rows.order_by("-pk"))


def latest(wanted: Wanted, ending: str) -> KeptDocument | None:
    """What was given out last of this document in this format: what its address answers with. One query."""
    rows = KeptDocument.objects.filter(
        meeting=wanted.meeting,
        kind=wanted.kind,
        decision=wanted.decision,
        format=ending,
        language=wanted.language,
    )
    return rows.select_related("meeting").order_by("-pk").first()


def is_given_out(wanted: Wanted) -> bool:
    """Whether a file of this document was kept in this language, in any format. One query."""
    rows = KeptDocument.objects.filter(meeting=wanted.meeting, kind=wanted.kind, decision=wanted.decision)
    return rows.filter(language=wanted.language).exists()


def said_by(rows: Iterable[KeptDocument], meeting: Meeting) -> dict[int, str]:
    """The digest of what each of these says, as its event keeps it, by the row's primary key. One query."""
    keys = {str(row.pk) for row in rows}
    events = Event.objects.filter(
        stream__key=meeting.stream_key, verb=VERB, object_type=KeptDocument._meta.label_lower, object_id__in=keys
    )
    return {int(key): str(data.get("says", "")) for key, data in events.values_list("object_id", "data")}


def opened(row: KeptDocument) -> BinaryIO:
    """The file, open for reading; FileMissing, and an error in the log, where it is not there."""
    try:
        return store.path_of(row.token).open("rb")
    except OSError as error:
        logger.error("The file of document %s cannot be read: %s", row.token, error)
        raise FileMissing from error
