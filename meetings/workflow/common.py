"""What a meeting's verbs share: the lock, the one event with the rows that were written, versions."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict
from records.locking import lock
from records.models import Event, Receipt
from records.receipts import Attempt
from tasks.problems import refuse as refuse
from tasks.problems import text_problem

from ..contents import content_of, name_of
from ..models import AgendaItem, Meeting

problem_of = text_problem  # what the verbs of meetings call it
ROW_LIMIT = 200  # rows of one kind that one form may bring


def locked_meeting(meeting_id: int) -> Meeting:
    """The meeting, read after its lock: whoever writes into it waits for the one before. Note-takers of one meeting are
    few, and a number is given out here."""
    lock(f"meeting:{meeting_id}")
    return Meeting.objects.select_related("round").get(pk=meeting_id)


def locked_item(item_id: int) -> tuple[Meeting, AgendaItem]:
    """The item and its meeting, read after the meeting's lock; Conflict where the item left the agenda meanwhile."""
    found = AgendaItem.objects.filter(pk=item_id).values_list("meeting", flat=True).first()
    meeting = locked_meeting(found) if found is not None else None
    item = AgendaItem.objects.filter(pk=item_id).first()
    if meeting is None or item is None:
        raise Conflict(_("This item is not on the agenda any more."))
    item.meeting = meeting
    return meeting, item


def tell(
    attempt: Attempt,
    meeting: Meeting,
    about: models.Model,
    *,
    rows: Iterable[models.Model] = (),
    gone: Iterable[str] = (),
    acting_for: User | None = None,
    **data: Any,
) -> Event:
    """The verb's one event, with the rows that it wrote as they now stand, and the names (`contents.name_of`) of those
    that it took away. The first one of a meeting that was loaded tells of the meeting itself as well: from then on it
    is the portal's."""
    written: dict[str, Any] = {name_of(row): content_of(row) for row in rows}
    written |= dict.fromkeys(gone)
    stream = attempt.lock_head(meeting.stream_key)
    if not stream.head_seq and name_of(meeting) not in written:
        meeting.version += 1
        meeting.save(update_fields=("version",))
        written[name_of(meeting)] = content_of(meeting)
    return attempt.record(about, data | {"no": meeting.no, "rows": written}, acting_for=acting_for)


def require_version(row: Any, version: int) -> None:
    """Conflict where somebody changed the row since the page was opened. `obj` is the row as it stands now."""
    if row.version != version:
        raise Conflict(_("This was changed meanwhile. Look at it again."), obj=row)


def receipt_of(attempt: Attempt) -> Receipt:
    assert attempt.receipt is not None  # noqa: S101 (once() leaves a receipt or raises)
    return attempt.receipt
