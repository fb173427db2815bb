"""A meeting of the cast with an agenda: through the verbs of the agenda, as its pages would."""

import io
from datetime import date, datetime, time
from typing import Any

from meetings import workflow
from meetings.drafting import ItemDraft
from meetings.models import AgendaItem, Attendance, Meeting, Paper
from ministries.models import Ministry, User
from records.receipts import once
from records.verify import Run
from tasks.models import Round
from tests import documents
from tests.builders import key, kst

DUE, CLOSES = kst(2021, 3, 18, 18), kst(2021, 3, 22, 18)


def meeting(round_: Round | None, *invited: Ministry, by: User, at: datetime, **more: Any) -> Meeting:
    """A planned meeting with its invited ministries, told in its chain like any."""
    from meetings.workflow.common import locked_meeting, tell

    columns: dict[str, Any] = {"no": 2, "name_ko": "제2차 범부처 T/F 회의", "name_en": "Second T/F meeting"}
    columns |= {"date": date(2021, 3, 23), "starts_at": time(14), "papers_due_at": DUE, "agenda_closes_at": CLOSES}
    made = Meeting.objects.create(round=round_, version=1, **(columns | more))
    rows = [Attendance.objects.create(meeting=made, ministry=ministry) for ministry in invited]
    with once("plan_meeting", by=by, at=at, key=key(), target="meetings", body=[made.no]) as attempt:
        tell(attempt, locked_meeting(made.pk), made, rows=[made, *rows])
    return made


def draft(title: str = "시나리오 추진 현황", **more: Any) -> ItemDraft:
    return ItemDraft(**({"kind": "report", "title_ko": title} | more))


def add(of: Meeting, title: str = "시나리오 추진 현황", *, by: User, at: datetime, **more: Any) -> AgendaItem:
    receipt = workflow.add_item(of.pk, draft(title, **more), by=by, at=at, key=key())
    return AgendaItem.objects.get(pk=receipt.event.object_id)


def show(of: Meeting, *, by: User, at: datetime) -> Meeting:
    of.refresh_from_db()
    workflow.show_agenda(of.pk, by=by, at=at, key=key(), version=of.version)
    of.refresh_from_db()
    return of


def paper(
    item: AgendaItem,
    ministry: Ministry | None = None,
    *,
    by: User,
    at: datetime,
    content: bytes = documents.PDF,
    name: str = "발표자료.pdf",
) -> Paper:
    whose = ministry.pk if ministry else None
    receipt = workflow.add_paper(item.pk, ministry=whose, by=by, at=at, key=key(), file=io.BytesIO(content), name=name)
    return Paper.objects.get(pk=receipt.event.object_id)


def order(of: Meeting) -> list[str]:
    """The titles in their order."""
    return [item.title_ko for item in of.items.order_by("order")]


def differences(of: Meeting) -> list[str]:
    """What the verification of the record finds in the meeting's chain."""
    run = Run(only=of.stream_key)
    for _progress in run.walk():
        pass
    assert run.checked[of.stream_key]["events"], "nothing was verified"
    return [row.line() for row in run.findings if row.is_difference]
