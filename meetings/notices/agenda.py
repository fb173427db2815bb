"""The mails that showing an agenda owes, and changing it afterwards. Called in the verb's transaction, after its event
was written.

What is added while the mail about another item of the same agenda has not left yet is told by that mail: its people get
one that says how many items came, and not one for each. Whoever presents an item gets a mail of their own."""

from collections.abc import Container, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from ministries.models import Role, User
from outbox.models import Delivery, Notice, Purpose
from outbox.owing import owe
from records.locking import lock_rows
from records.models import Event
from tasks import recipients

from ..models import AgendaItem, Meeting

TOGETHER = timedelta(hours=12)  # what is added later is a mail of its own, however long the first one waits


def shown(meeting: Meeting, *, by: User, event: Event) -> None:
    """To the officers and approvers of each invited ministry; to its fall-back contact where it has none. Names the
    meeting and its times, never what is on the agenda: that stands in the portal."""
    _owe(Purpose.AGENDA_SHOWN, meeting, _invited(meeting), within="agenda", by=by, event=event)


def added(meeting: Meeting, item: AgendaItem, *, by: User, event: Event) -> None:
    """To the same people, where they have read the agenda already: there is one more item on it. What is added at the
    meeting itself they hear there."""
    if not is_awaited(meeting, event.at):
        return
    others = [pk for pk in _invited(meeting) if pk != item.presenter_id]
    facts, waiting = _facts(meeting, by, event), _unsent(meeting, others, event.at)
    for notice in waiting.values():
        notice.facts |= facts | {"added": notice.facts.get("added", 1) + 1}
        notice.save(update_fields=("facts",))
    _owe(
        Purpose.AGENDA_CHANGED,
        meeting,
        _invited(meeting),
        within=_deed(event),
        by=by,
        event=event,
        presenter=item.presenter_id,
        but=waiting,
    )


def _unsent(meeting: Meeting, ministries: Iterable[int], at: datetime) -> dict[tuple[int, int | None], Notice]:
    """By ministry and person: the mails of the last hours about what was added to this agenda that `run_due` has not
    made an e-mail of, held until the end of the verb. Not those that tell their reader of an item to present."""
    rows = Notice.objects.filter(
        purpose=Purpose.AGENDA_CHANGED,
        ministry__in=list(ministries),
        about__startswith=f"{meeting.stream_key}/agenda/event/",
        owed_at__gt=at - TOGETHER,
    )
    found = [row for row in lock_rows(rows.in_state(Delivery.OWED)) if not row.facts.keys() & {"presents", "given"}]
    return {(row.ministry_id, row.to_id): row for row in found if row.ministry_id is not None}


def given(meeting: Meeting, item: AgendaItem, *, by: User, event: Event) -> None:
    """To the ministry that presents an item from now on, and did not before."""
    if not is_awaited(meeting, event.at) or item.presenter_id not in _invited(meeting):
        return
    _owe(
        Purpose.AGENDA_CHANGED,
        meeting,
        [item.presenter_id],
        within=_deed(event),
        by=by,
        event=event,
        presenter=item.presenter_id,
        given=True,
    )


def is_awaited(meeting: Meeting, at: datetime) -> bool:
    """Whether the agenda was shown, and the meeting has not begun: then ministries hear of what is added."""
    if meeting.shown_at is None or meeting.date is None:
        return meeting.shown_at is not None
    begins = datetime.combine(meeting.date, meeting.starts_at or time.max)
    return at < timezone.make_aware(begins)


def _deed(event: Event) -> str:
    return f"agenda/event/{event.seq}"


def _invited(meeting: Meeting) -> list[int]:
    return list(meeting.attendances.values_list("ministry", flat=True))


def _owe(
    purpose: Purpose,
    meeting: Meeting,
    ministries: Iterable[int],
    *,
    within: str,
    by: User,
    event: Event,
    presenter: int | None = None,
    but: Container[tuple[int, int | None]] = (),
    **more: Any,
) -> None:
    """`but`: who is told otherwise, by ministry and person."""
    facts = _facts(meeting, by, event) | more
    for ministry, people in recipients.posted([Role.OFFICER, Role.APPROVER], ministries, at=event.at).items():
        about = f"{meeting.stream_key}/{within}/ministry/{ministry}"  # who works for two of them hears of both
        own = {"presents": True} if presenter == ministry else {}
        left = [person for person in people or [None] if (ministry, person) not in but]
        if not left:
            continue
        to = [person for person in left if person is not None]
        owe(purpose, to, about=about, facts=facts | own, at=event.at, ministry=ministry)


def _facts(meeting: Meeting, by: User, event: Event) -> dict[str, Any]:
    holder = event.acting_for
    facts: dict[str, Any] = {
        "no": meeting.no,
        "meeting": {"ko": meeting.name_ko, "en": meeting.name_en},
        "items": meeting.items.count(),
        "by": _named(by),
        "holder": _named(holder) if holder else None,
        "happened_at": event.at.isoformat(),
    }
    return facts | {name: _moment(getattr(meeting, name)) for name in ("papers_due_at", "agenda_closes_at")}


def _named(person: User) -> dict[str, str]:
    return {"ko": person.name_ko or person.username, "en": person.name_en or person.username}


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""
