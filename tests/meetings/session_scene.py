"""A meeting that is going on: the second one, with its ministries invited and three items on its agenda."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.urls import reverse

from meetings import workflow
from meetings.models import AgendaItem, AgendaTask, Attendance, Decision, Figure, Meeting
from meetings.workflow.common import tell
from ministries.models import Ministry, User
from records.receipts import once
from records.verify import Run
from tasks.models import Round, Task
from tests.builders import key

TITLES = (
    ("시나리오 추진 현황", "Progress of the scenarios"),
    ("과제별 이행 현황", "Progress by task"),
    ("신규과제 발굴", "New tasks"),
)
SENTENCE = "충전 기반 협의 일정을 두 부처가 함께 정해 보고"
DUE = date(2021, 4, 9)
NOTE = "장관급 격상은 비공개로 검토"


def begin(
    *, by: User, at: datetime, round_: Round | None = None, codes: tuple[str, ...] = (), no: int = 2, **more: Any
) -> Meeting:
    """The meeting, planned in one event; its second item is about the tasks with these codes."""
    values = {"date": date(2021, 3, 23), "starts_at": time(14), "name_ko": f"제{no}차 범부처 T/F 회의"} | more
    meeting, _made = Meeting.objects.update_or_create(
        no=no, defaults={"name_en": f"T/F meeting {no}", "round": round_, "version": 1, **values}
    )
    rows: list[Any] = [meeting]
    rows += [
        Attendance.objects.create(meeting=meeting, ministry=row) for row in Ministry.objects.filter(tf_member=True)
    ]
    kinds = ("report", "review", "discussion")
    for order, (kind, (ko, en)) in enumerate(zip(kinds, TITLES, strict=True), 1):
        minutes = 10 * order
        rows.append(
            AgendaItem.objects.create(
                meeting=meeting, order=order, kind=kind, title_ko=ko, title_en=en, minutes=minutes
            )
        )
    second = item(meeting, 2)
    rows += [AgendaTask.objects.create(item=second, task=task) for task in Task.objects.filter(code__in=codes)]
    rows.append(
        Figure.objects.create(
            item=item(meeting, 1), number=Decimal(82), text_ko="전문가 #명", text_en="experts", until=at.date()
        )
    )
    with once("plan_meeting", by=by, at=at, key=key(), target="meetings", body=[]) as attempt:
        tell(attempt, meeting, meeting, rows=rows)
    return meeting


def item(meeting: Meeting, order: int) -> AgendaItem:
    return AgendaItem.objects.get(meeting=meeting, order=order)


def attendance(meeting: Meeting, code: str) -> Attendance:
    return Attendance.objects.get(meeting=meeting, ministry__code=code)


def action(**more: Any) -> workflow.Decided:
    """추진, led by ME and supported by MOTIE."""
    ministries = {row.code: row.pk for row in Ministry.objects.all()}
    values: dict[str, Any] = {
        "kind": "action",
        "text_ko": SENTENCE,
        "lead": ministries["ME"],
        "due_on": DUE,
        "supporting": (ministries["MOTIE"],),
    }
    return workflow.Decided(**(values | more))


def exhortation(**more: Any) -> workflow.Decided:
    """당부, to all ministries."""
    return workflow.Decided(**({"kind": "exhortation", "text_ko": "추진할 과제를 발굴"} | more))


def record(meeting: Meeting, decided: workflow.Decided, *, by: User, at: datetime) -> Decision:
    """The decision that was recorded."""
    receipt = workflow.record_decision(meeting.pk, decided, by=by, at=at, key=key())
    return Decision.objects.get(pk=receipt.event.object_id)


def note(meeting: Meeting, by: User, at: datetime, order: int = 1) -> None:
    """The first note of an item."""
    workflow.save_note(item(meeting, order).pk, by=by, at=at, version=0, text=NOTE)


def typed(**more: Any) -> dict[str, Any]:
    """What the form of a decision sends."""
    values = {"kind": "action", "text_ko": SENTENCE, "lead": "ME", "due_on": "2021-04-09", "supporting": ["MOTIE"]}
    return values | {"codes": "ME-01, me-06", "key": str(key())} | more


def differences(meeting: Meeting) -> list[str]:
    """What the meeting's chain and its tables do not agree on."""
    run = Run(only=meeting.stream_key)
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings]


# For the table of permissions: the second meeting with one decision.


def hold(*, by: User, at: datetime, shown: bool) -> None:
    meeting = begin(by=by, at=at, round_=Round.objects.get(no=2))
    record(meeting, exhortation(), by=by, at=at)
    if shown:
        Meeting.objects.filter(pk=meeting.pk).update(shown_at=at)


def address(name: str) -> str:
    if name in ("save_note", "finish_item"):
        return reverse(name, args=[2, AgendaItem.objects.get(meeting__no=2, order=1).pk])
    if name in ("change_decision", "withdraw_decision"):
        return reverse(name, args=[2, Decision.objects.get(meeting__no=2).pk])
    return reverse(name, args=[2])


BODIES: dict[str, dict[str, str]] = {
    "record_decision": {"kind": "exhortation", "text_ko": "과제 발굴"},
    "change_decision": {"kind": "exhortation", "text_ko": "과제 발굴", "version": "0"},
    "withdraw_decision": {"version": "0"},
    "mark_attendance": {},
    "save_note": {"text": "메모", "version": "0"},
    "finish_item": {"item_version": "0", "done": "1"},
    "edit_remarks": {"remark-1-ko": "함께 갑시다", "seen": workflow.mark_of([])},
}


def body(name: str) -> dict[str, str]:
    """What the page's form would send."""
    if name != "mark_attendance":
        return BODIES[name]
    row = Attendance.objects.filter(meeting__no=2).first()
    assert row is not None
    p = f"p{row.ministry_id}-"
    return {f"{p}version": "0", f"{p}was": "00", f"{p}present": "on"}
