"""A meeting of the cast with an outcome, brought by its verbs to where a test needs it.

Meeting 1 was held on 16 February 2021 for the first round. It invites ME, MOTIE and MSIT; its two items led to three
decisions: 1-01 for ME (with MOTIE) about ME-01, due on 9 April; 1-02 for MSIT, due on 12 March; 1-03 exhorts all.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse

from meetings import workflow
from meetings.models import (
    AgendaItem,
    Attendance,
    Comment,
    Decision,
    DecisionKind,
    DecisionTask,
    ItemKind,
    Meeting,
    NotificationAnswer,
    Supporting,
)
from meetings.workflow.common import tell
from ministries.models import Ministry, User
from records.receipts import once
from records.verify import Run
from tasks.models import Task
from tests.builders import key, kst
from tests.cast import TaskForce

HELD, CIRCULATED = kst(2021, 2, 16, 14), kst(2021, 2, 17, 10)
UNTIL, CONFIRMED = kst(2021, 2, 19, 18), kst(2021, 2, 22, 10)
TOLD = kst(2021, 2, 22, 11)
DECIDED = "충전 기반 협의 일정을 두 부처가 함께 정해 보고"


def planned(task_force: TaskForce, *, no: int = 1, at: datetime = HELD, invited: str = "ME MOTIE MSIT") -> Meeting:
    """A meeting with two items, told in its chain."""
    office = task_force.people["coordinator"]
    round_ = task_force.round_1 if no == 1 else None
    with once("plan_meeting", by=office, at=at, key=key(), target="meetings", body=[no]) as attempt:
        meeting = Meeting.objects.create(
            no=no, name_ko=f"제{no}차 T/F 회의", name_en=f"Meeting {no}", date=HELD.date(), round=round_, version=1
        )
        rows: list[Any] = [meeting]
        rows += [Attendance(meeting=meeting, ministry=task_force.ministries[code]) for code in invited.split()]
        rows += [
            AgendaItem(
                meeting=meeting, order=1, kind=ItemKind.REVIEW, title_ko="과제별 이행 현황", title_en="Progress"
            ),
            AgendaItem(meeting=meeting, order=2, kind=ItemKind.REPORT, title_ko="신규과제 발굴", title_en="New tasks"),
        ]
        for row in rows[1:]:
            row.save()
        tell(attempt, meeting, meeting, rows=rows)
    return meeting


def record(
    meeting: Meeting,
    text: str,
    *,
    by: User,
    at: datetime = HELD,
    lead: Ministry | None = None,
    due_on: date | None = None,
    supporting: Iterable[Ministry] = (),
    tasks: Iterable[str] = (),
    item: AgendaItem | None = None,
) -> Decision:
    """One decision with the next number: an action where it has a day, else an exhortation."""
    with once("record_decision", by=by, at=at, key=key(), target=meeting.stream_key, body=[text]) as attempt:
        decision = Decision.objects.create(
            meeting=meeting,
            no=meeting.decisions.count() + 1,
            item=item,
            kind=DecisionKind.ACTION if due_on else DecisionKind.EXHORTATION,
            text_ko=text,
            lead=lead,
            due_on=due_on,
            by=by,
            at=at,
        )
        rows: list[Any] = [decision]
        rows += [Supporting.objects.create(decision=decision, ministry=row) for row in supporting]
        found = Task.objects.filter(code__in=list(tasks))
        rows += [DecisionTask.objects.create(decision=decision, task=task) for task in found]
        tell(attempt, meeting, decision, rows=rows)
    return decision


def decided(task_force: TaskForce, *, invited: str = "ME MOTIE MSIT") -> Meeting:
    """The meeting with its three decisions; nothing is circulated yet."""
    meeting, office, they = (
        planned(task_force, invited=invited),
        task_force.people["coordinator"],
        task_force.ministries,
    )
    first, second = meeting.items.order_by("order")
    shared: dict[str, Any] = {"supporting": [they["MOTIE"]], "tasks": ["ME-01"], "item": first}
    record(meeting, DECIDED, by=office, lead=they["ME"], due_on=date(2021, 4, 9), **shared)
    record(meeting, "기술혁신 전략을 보완", by=office, lead=they["MSIT"], due_on=date(2021, 3, 12), item=first)
    record(meeting, "전략 수립에 참여하지 않은 부처도 추진할 과제를 발굴", by=office, item=second)
    return meeting


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def circulate(
    meeting: Meeting, *, by: User, at: datetime = CIRCULATED, until: datetime = UNTIL, **more: Any
) -> Meeting:
    version = fresh(meeting).version
    workflow.circulate_outcome(meeting.pk, by=by, at=at, key=key(), version=version, comments_until=until, **more)
    return fresh(meeting)


def recall(
    meeting: Meeting, *, by: User, at: datetime = CIRCULATED, reason: str = "다른 회의의 결과안이었음"
) -> Meeting:
    version = fresh(meeting).version
    workflow.recall_outcome(meeting.pk, by=by, at=at, key=key(), version=version, reason=reason)
    return fresh(meeting)


def comment(meeting: Meeting, ministry: Ministry, text: str, *, by: User, at: datetime = CIRCULATED) -> Comment:
    who: dict[str, Any] = {"by": by, "at": at, "key": key()}
    workflow.comment_on_outcome(meeting.pk, ministry=ministry.pk, text=text, has_none=not text, **who)
    return Comment.objects.latest("pk")


def confirm(meeting: Meeting, *, by: User, at: datetime = CONFIRMED, **more: Any) -> Meeting:
    workflow.confirm_outcome(meeting.pk, by=by, at=at, key=key(), head_seq=workflow.head_seq(meeting), **more)
    return fresh(meeting)


def notify(meeting: Meeting, *, by: User, at: datetime = TOLD) -> Meeting:
    workflow.notify_outcome(meeting.pk, by=by, at=at, key=key())
    return fresh(meeting)


def object_to(
    meeting: Meeting, ministry: Ministry, *, by: User, at: datetime, text: str = "기한이 다름"
) -> NotificationAnswer:
    who: dict[str, Any] = {"by": by, "at": at, "key": key()}
    workflow.answer_notification(meeting.pk, ministry=ministry.pk, agrees=False, text=text, **who)
    return NotificationAnswer.objects.latest("pk")


def confirmed(task_force: TaskForce) -> Meeting:
    """The meeting with its outcome confirmed, nobody notified yet."""
    office = task_force.people["coordinator"]
    return confirm(circulate(decided(task_force), by=office), by=office)


def differences(meeting: Meeting) -> list[str]:
    """What verifying the meeting's stream finds."""
    run = Run(only=meeting.stream_key, every=True)
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


# For the table of who may go where


ADDRESSES = frozenset(
    """show_outcome write_outcome circulate_outcome recall_outcome comment_on_outcome answer_comment confirm_outcome
    notify_outcome answer_notification answer_objection export_decisions show_decision follow_up close_decision reopen_decision""".split()
)
OF_DECISIONS = ("show_decision", "follow_up", "close_decision", "reopen_decision")
STEPS = ("writing", "circulated", "commented", "confirmed", "notified", "objected", "closed")


def bring(place: str, task_force: TaskForce, *, at: datetime, again: bool = False) -> Meeting:
    """The meeting in one of STEPS; comments can still be made at that moment while it is circulated. `foreign`: none of
    those who ask is invited. `again`: circulated once before, and taken back."""
    office, until = task_force.people["coordinator"], at + timedelta(days=1)
    meeting = decided(task_force, **({"invited": "FSC"} if place == "foreign" else {}))
    steps = STEPS.index(place) if place in STEPS else 0
    if again:
        recall(circulate(meeting, by=office), by=office)
    if steps >= STEPS.index("circulated"):
        circulate(meeting, by=office, until=UNTIL if steps >= STEPS.index("confirmed") else until)
    if place == "commented":
        comment(meeting, task_force.ministries["ME"], "기한을 4. 30.로", by=task_force.people["me_officer"])
    if steps >= STEPS.index("confirmed"):
        confirm(meeting, by=office)
    if steps >= STEPS.index("notified"):
        notify(meeting, by=office)
    if place == "objected":
        object_to(meeting, task_force.ministries["ME"], by=task_force.people["me_officer"], at=at)
    if place == "closed":
        who: dict[str, Any] = {"by": office, "at": at, "key": key()}
        workflow.close_decision(Decision.objects.get(no=1).pk, seen=0, reason="회의에서 확인", **who)
    return fresh(meeting)


def whole(task_force: TaskForce, *, at: datetime) -> Meeting:
    """The meeting over its whole life: circulated twice, notified, objected to and answered, one decision closed."""
    meeting, me = bring("closed", task_force, at=at, again=True), task_force.ministries["ME"]
    objection = object_to(meeting, me, by=task_force.people["me_officer"], at=at)
    who: dict[str, Any] = {"by": task_force.people["coordinator"], "at": at, "key": key()}
    workflow.answer_objection(objection.pk, text="회의에서 정한 기한임", **who)
    return meeting


def address(name: str) -> str:
    if name in OF_DECISIONS:
        return reverse(name, args=[Decision.objects.get(no=1).pk])
    if name == "export_decisions":
        return reverse(name, args=["csv"])
    if name == "answer_objection":
        return reverse(name, args=[1, NotificationAnswer.objects.get().pk])
    return reverse(name, args=[1, Comment.objects.get().pk] if name == "answer_comment" else [1])


def body(name: str) -> dict[str, Any]:
    """What each form sends, so that whoever may do it succeeds."""
    meeting = Meeting.objects.get(no=1)
    item = meeting.items.order_by("order")[0]
    forms: dict[str, dict[str, Any]] = {
        "write_outcome": {f"version-{item.pk}": item.version, f"ko-{item.pk}": "ㅇ 논의함"},
        "circulate_outcome": {"version": meeting.version, "comments_until": "2021-04-01T18:00"},
        "recall_outcome": {"version": meeting.version, "reason": "다른 회의의 결과안이었음"},
        "comment_on_outcome": {"ministry": "ME", "text": "기한을 4. 30.로", "do": "comment"},
        "answer_comment": {"is_taken_up": "yes"},
        "confirm_outcome": {
            "head_seq": workflow.head_seq(meeting),
            "sure": "yes",
            "is_early": "yes",
            "reason": "보도 일정",
        },
        "answer_notification": {"ministry": "ME", "agrees": "yes"},
        "answer_objection": {"text": "회의에서 정한 기한임"},
        "follow_up": {"progress": "under_way", "text": "ㅇ 협의 중"},
        "close_decision": {"seen": 0, "reason": "회의에서 확인"},
        "reopen_decision": {"reason": "실적 확인 필요"},
    }
    return forms.get(name, {})


# For what holds of every verb: in which of STEPS each begins, and who carries it out.

VERBS: dict[str, tuple[str, str]] = {
    "write_outcome": ("writing", "coordinator"),
    "circulate_outcome": ("writing", "coordinator"),
    "recall_outcome": ("circulated", "coordinator"),
    "comment_on_outcome": ("circulated", "me_officer"),
    "answer_comment": ("commented", "coordinator"),
    "confirm_outcome": ("circulated", "coordinator"),
    "notify_outcome": ("confirmed", "coordinator"),
    "answer_notification": ("notified", "me_officer"),
    "answer_objection": ("objected", "coordinator"),
    "follow_up": ("notified", "me_officer"),
    "close_decision": ("notified", "coordinator"),
    "reopen_decision": ("closed", "coordinator"),
}


def do(verb: str, it: Any) -> object:
    """The verb, once. `it`: who does it, when, and the key (`verbs.Scene`)."""
    meeting, who = Meeting.objects.get(no=1), it.who()
    decision, item = Decision.objects.get(no=1).pk, meeting.items.order_by("order")[0]
    me = Ministry.objects.get(code="ME").pk
    calls: dict[str, Any] = {
        "write_outcome": lambda: workflow.write_outcome(
            meeting.pk, [workflow.Written(item.pk, item.version, "ㅇ 논의함", "")], **who
        ),
        "circulate_outcome": lambda: workflow.circulate_outcome(
            meeting.pk, version=meeting.version, comments_until=it.at + timedelta(days=2), **who
        ),
        "recall_outcome": lambda: workflow.recall_outcome(
            meeting.pk, version=meeting.version, reason="다른 회의의 결과안이었음", **who
        ),
        "comment_on_outcome": lambda: workflow.comment_on_outcome(meeting.pk, ministry=me, text="기한 조정", **who),
        "answer_comment": lambda: workflow.answer_comment(Comment.objects.get().pk, is_taken_up=True, **who),
        "confirm_outcome": lambda: workflow.confirm_outcome(
            meeting.pk, head_seq=workflow.head_seq(meeting), is_early=True, reason="보도 일정", **who
        ),
        "notify_outcome": lambda: workflow.notify_outcome(meeting.pk, **who),
        "answer_notification": lambda: workflow.answer_notification(meeting.pk, ministry=me, agrees=True, **who),
        "answer_objection": lambda: workflow.answer_objection(
            NotificationAnswer.objects.get().pk, text="회의에서 정한 기한임", **who
        ),
        "follow_up": lambda: workflow.follow_up(decision, progress="done", text="ㅇ 협의를 마침", **who),
        "close_decision": lambda: workflow.close_decision(decision, seen=0, reason="회의에서 확인", **who),
        "reopen_decision": lambda: workflow.reopen_decision(decision, reason="실적 확인 필요", **who),
    }
    return calls[verb]()
