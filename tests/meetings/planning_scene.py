"""Meetings as the tests of planning need them: through the verbs, with what a page would have sent."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from meetings import workflow
from meetings.models import Attendance, Meeting
from meetings.planning import Plan
from ministries.models import Ministry, User
from records.verify import Run
from tests.builders import key, kst

DAY, LATER = date(2021, 3, 23), date(2021, 3, 30)
REASON = "국회 일정"
CLOSES = kst(2021, 3, 22, 12)


def plan(no: int = 2, **more: Any) -> Plan:
    """The second meeting, on Tuesday 23 March at 14:00, unless told otherwise."""
    rest: dict[str, Any] = {"date": DAY, "starts_at": time(14), "place_ko": "정부서울청사 대회의실"} | more
    return Plan(no=no, **rest)


def planned(by: User, at: datetime, no: int = 2, **more: Any) -> Meeting:
    """A meeting as the office plans it; every member is invited."""
    receipt = workflow.plan_meeting(plan(no, **more), by=by, at=at, key=key())
    return now(receipt.event.object_id)


def loaded(**more: Any) -> Meeting:
    """A meeting as the reference file leaves it: nobody is invited, and no event tells of it."""
    rest: dict[str, Any] = {
        "no": 2,
        "name_ko": "제2차 범부처 T/F 회의",
        "name_en": "Second pan-ministerial T/F meeting",
    }
    return Meeting.objects.create(**rest | {"chair": "구윤철 국무조정실장"} | more)


def with_two(task_force: Any, at: datetime) -> Meeting:
    """The second meeting, to which ME and MOTIE are invited, and nobody else."""
    office, ministries = task_force.people["coordinator"], task_force.ministries
    meeting = planned(office, at)
    invite(meeting, [ministries["ME"], ministries["MOTIE"]], office, at)
    return now(meeting.pk)


def now(pk: Any) -> Meeting:
    return Meeting.objects.select_related("round").get(pk=pk)


def change(meeting: Meeting, by: User, at: datetime, *, reason: str = REASON, **more: Any) -> Meeting:
    """Some columns become other ones, from what stands now."""
    stands = now(meeting.pk)
    after = replace(Plan.of(stands), **more)
    workflow.change_meeting(meeting.pk, after, by=by, at=at, key=key(), version=stands.version, reason=reason)
    return now(meeting.pk)


def cancel(meeting: Meeting, by: User, at: datetime, reason: str = REASON) -> Meeting:
    version = now(meeting.pk).version
    workflow.cancel_meeting(meeting.pk, by=by, at=at, key=key(), version=version, reason=reason)
    return now(meeting.pk)


def invite(meeting: Meeting, ministries: list[Ministry], by: User, at: datetime) -> None:
    version = now(meeting.pk).version
    workflow.invite(meeting.pk, [row.pk for row in ministries], by=by, at=at, key=key(), version=version)


def delegate(meeting: Meeting, ministry: Ministry, by: User, at: datetime, **more: Any) -> Attendance:
    row = Attendance.objects.filter(meeting=meeting, ministry=ministry).first()
    given: dict[str, Any] = {"position_ko": "기후탄소정책실장", "position_en": "", "is_deputy": True} | more
    version = row.version if row else 0
    workflow.name_delegate(meeting.pk, ministry.pk, by=by, at=at, key=key(), version=version, **given)
    return Attendance.objects.get(meeting=meeting, ministry=ministry)


def invited(meeting: Meeting) -> set[str]:
    return set(Attendance.objects.filter(meeting=meeting).values_list("ministry__code", flat=True))


def differences(meeting: Meeting) -> list[str]:
    """What the record says that the tables do not, and the other way round."""
    run = Run(only=meeting.stream_key)
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


def every_mail(task_force: Any, at: datetime, no: int = 2) -> None:
    """A meeting's whole life before it, so that every mail of planning is owed."""
    office, ministries = task_force.people["coordinator"], task_force.ministries
    meeting = planned(office, at, no, video_link="https://meet.example/secret")
    invite(meeting, [ministries["ME"], ministries["FSC"]], office, at)
    for moved in MOVES.values():
        change(meeting, office, at, reason="비밀 사유", **moved)
    change(meeting, office, at, date=LATER)
    cancel(meeting, office, at, "비밀 사유")


MOVES: dict[str, dict[str, Any]] = {
    "day": {"date": LATER},
    "time": {"starts_at": time(10)},
    "place": {"place_ko": "세종청사"},
    "link": {"video_link": "https://meet.example/2"},
    "put off": {"date": None, "starts_at": None},
}


# Every verb of planning, ready to be carried out (tests/verbs.py)

VERBS = ("plan_meeting", "change_meeting", "cancel_meeting", "invite", "name_delegate")


def call(verb: str, **who: Any) -> object:
    """The verb, on the second meeting as `with_two` leaves it."""
    if verb == "plan_meeting":
        return workflow.plan_meeting(plan(9), **who)
    meeting = Meeting.objects.get(no=2)
    seen: dict[str, Any] = {"version": meeting.version, **who}
    if verb == "change_meeting":
        after = replace(Plan.of(meeting), date=LATER)
        return workflow.change_meeting(meeting.pk, after, reason=REASON, **seen)
    if verb == "cancel_meeting":
        return workflow.cancel_meeting(meeting.pk, reason=REASON, **seen)
    if verb == "invite":
        return workflow.invite(meeting.pk, [Ministry.objects.get(code="FSC").pk], **seen)
    row = Attendance.objects.get(meeting=meeting, ministry__code="ME")
    given: dict[str, Any] = {"position_ko": "실장", "position_en": "", "is_deputy": False}
    return workflow.name_delegate(meeting.pk, row.ministry_id, **who, version=row.version, **given)
