"""Planning a meeting: what becomes of it, what is refused, and that its record tells all of it."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
from django.db import transaction

from meetings import planning, workflow
from meetings.models import AgendaItem, Attendance, Meeting, Stage
from meetings.planning import Plan
from ministries.models import Ministry
from records.errors import Conflict, Forbidden, Invalid, KeyReused, WrongState
from records.models import Event
from tests import builders
from tests.builders import key, kst
from tests.cast import AT
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import CLOSES, DAY, LATER, REASON, plan


def problems(refused: Any) -> dict[str, list[str]]:
    return refused.value.problems  # type: ignore[no-any-return]


@pytest.fixture
def meeting(task_force, coordinator) -> Meeting:
    """The second meeting, bound to the open round."""
    return scene.planned(coordinator, AT, round_id=task_force.round_2.pk, agenda_closes_at=CLOSES)


@pytest.fixture
def frozen(meeting, task_force, coordinator) -> Meeting:
    """The same, its round frozen."""
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    return scene.now(meeting.pk)


# Planning


def test_a_planned_meeting_invites_the_members_of_its_day(task_force, coordinator):
    Ministry.objects.filter(code="MSIT").update(abolished_on=DAY)
    Ministry.objects.filter(code="FSC").update(tf_member=False)
    meeting = scene.planned(coordinator, AT, round_id=task_force.round_2.pk)
    assert scene.invited(meeting) == {"ME", "MOTIE"}
    assert (meeting.name_ko, meeting.name_en) == ("제2차 범부처 T/F 회의", "Second pan-ministerial T/F meeting")
    assert (meeting.version, meeting.moves, meeting.stage) == (1, 0, Stage.PREPARING)
    assert meeting.round == task_force.round_2
    assert scene.differences(meeting) == []


@pytest.mark.parametrize(
    ("no", "name"),
    [(1, "First"), (10, "Tenth"), (11, "11th"), (12, "12th"), (21, "21st"), (22, "22nd"), (111, "111th")],
)
def test_how_it_is_called_by_its_number(no, name):
    assert planning.named(no).name_en == f"{name} pan-ministerial T/F meeting"


def test_a_double_click_plans_one(task_force, coordinator):
    sent = key()
    receipts = [workflow.plan_meeting(plan(), by=coordinator, at=AT, key=sent) for _click in range(2)]
    assert receipts[0] == receipts[1]
    assert Meeting.objects.count() == 1
    with pytest.raises(KeyReused):
        workflow.plan_meeting(plan(3), by=coordinator, at=AT, key=sent)


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "no number": ("no", {"no": 0}),
    "a number too high": ("no", {"no": 1000}),
    "a number that is taken": ("no", {"no": 1}),
    "two lines": ("name_ko", {"name_ko": "제2차\n회의"}),
    "a place too long": ("place_ko", {"place_ko": "가" * 201}),
    "no address": ("video_link", {"video_link": "meet me"}),
    "a script": ("video_link", {"video_link": "javascript:alert(1)"}),
    "another kind of address": ("video_link", {"video_link": "ftp://meet.example/a"}),
    "a time without a day": ("starts_at", {"date": None}),
    "a year out of this world": ("date", {"date": date(9999, 12, 31)}),
    "a round that is another's": ("round", {"round_id": "first"}),
    "no such round": ("round", {"round_id": 2**40}),
    "papers after it began": ("papers_due_at", {"papers_due_at": kst(2021, 3, 23, 14, 1)}),
    "an agenda that closes after it": ("agenda_closes_at", {"agenda_closes_at": kst(2021, 3, 24, 9)}),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_planned(task_force, coordinator, what):
    """Refused at its field, and nothing is left."""
    scene.planned(coordinator, AT, 1, date=date(2021, 1, 13), round_id=task_force.round_1.pk)
    field, values = WRONG[what]
    if values.get("round_id") == "first":
        values = {"round_id": task_force.round_1.pk}
    count = Event.objects.count()
    with pytest.raises(Invalid) as refused:
        workflow.plan_meeting(replace(plan(), **values), by=coordinator, at=AT, key=key())
    assert list(problems(refused)) == [field]
    assert (Meeting.objects.count(), Event.objects.count()) == (1, count)


WHO = ("reader", "me_officer", "fsc_approver", "administrator")


def test_only_the_office_plans(meeting, task_force):
    before = Event.objects.count()
    calls: list[Any] = [
        lambda by: scene.planned(by, AT, 3),
        lambda by: scene.change(meeting, by, AT, date=LATER),
        lambda by: scene.cancel(meeting, by, AT),
        lambda by: scene.invite(meeting, [task_force.ministries["ME"]], by, AT),
    ]
    for name in WHO:
        for call in calls:
            with pytest.raises(Forbidden), transaction.atomic():
                call(task_force.people[name])
    assert Event.objects.count() == before


# Changing


def test_a_move_needs_its_reason_and_counts(meeting, coordinator):
    for reason in ("", " \u200b"):
        with pytest.raises(Invalid) as refused:
            scene.change(meeting, coordinator, AT, date=LATER, reason=reason)
        assert list(problems(refused)) == ["reason"]
    moved = scene.change(meeting, coordinator, AT, date=LATER)
    assert (moved.date, moved.moves, moved.version) == (LATER, 1, 2)
    event = Event.objects.latest("pk")
    assert event.verb == "change_meeting"
    assert event.data["changed"] == {"date": ["2021-03-23", "2021-03-30"]}
    assert event.data["reason"] == REASON
    assert scene.differences(moved) == []


NEEDS = """
what        moves  reason
date        1      yes
no_date     1      yes
time        1      yes
place       1      no
link        1      no
number      0      yes
chair       0      no
round       0      no
closes      0      no
"""
CHANGED: dict[str, dict[str, Any]] = {
    "date": {"date": LATER},
    "no_date": {"date": None, "starts_at": None},
    "time": {"starts_at": time(10), "agenda_closes_at": None},
    "place": {"place_ko": "세종청사"},
    "link": {"video_link": "https://meet.example/2"},
    "number": {"no": 3},
    "chair": {"chair": "국무조정실장"},
    "round": {"round_id": None},
    "closes": {"agenda_closes_at": kst(2021, 3, 22, 18)},
}


@pytest.mark.parametrize("line", NEEDS.strip().splitlines()[1:], ids=lambda line: line.split()[0])
def test_what_moves_it_and_what_needs_a_reason(meeting, coordinator, line):
    what, moves, reason = line.split()
    if reason == "yes":
        with pytest.raises(Invalid) as refused:
            scene.change(meeting, coordinator, AT, reason="", **CHANGED[what])
        assert list(problems(refused)) == ["reason"]
    changed = scene.change(meeting, coordinator, AT, reason=REASON if reason == "yes" else "", **CHANGED[what])
    assert changed.moves == int(moves)
    assert scene.differences(changed) == []


def test_a_day_that_nobody_knew_is_no_move(task_force, coordinator):
    meeting = scene.planned(coordinator, AT, date=None, starts_at=None)
    fixed = scene.change(meeting, coordinator, AT, date=DAY, reason="")
    assert (fixed.date, fixed.moves) == (DAY, 0)


def test_nothing_changed_is_refused(meeting, coordinator):
    with pytest.raises(Invalid) as refused:
        scene.change(meeting, coordinator, AT)
    assert list(problems(refused)) == ["__all__"]


def test_what_somebody_else_changed_is_looked_at_again(meeting, coordinator, coordinator_2):
    after = replace(Plan.of(meeting), place_ko="세종청사")
    scene.change(meeting, coordinator_2, AT, chair="국무조정실장")
    with pytest.raises(Conflict):
        workflow.change_meeting(meeting.pk, after, by=coordinator, at=AT, key=key(), version=1, reason="")
    assert scene.now(meeting.pk).place_ko == meeting.place_ko


def test_the_usual_name_follows_the_number_and_its_own_stays(meeting, coordinator):
    third = scene.change(meeting, coordinator, AT, no=3)
    assert (third.name_ko, third.name_en) == ("제3차 범부처 T/F 회의", "Third pan-ministerial T/F meeting")
    scene.change(third, coordinator, AT, name_ko="탄소중립 점검회의", reason="")
    fourth = scene.change(third, coordinator, AT, no=4)
    assert (fourth.name_ko, fourth.name_en) == ("탄소중립 점검회의", "Fourth pan-ministerial T/F meeting")
    assert fourth.stream_key == meeting.stream_key
    assert scene.differences(fourth) == []


def test_a_meeting_of_the_reference_file_becomes_the_portals(task_force, coordinator):
    """With the first deed, whichever it is: from then on its own chain tells of it."""
    meeting = scene.loaded(date=DAY, date_note_ko="시연", round=task_force.round_2)
    moved = scene.change(meeting, coordinator, AT, date=LATER)
    assert (moved.version, moved.date_note_ko) == (1, ""), "the note spoke of the day that stood"
    assert scene.differences(moved) == []
    other = scene.loaded(no=1)
    scene.invite(other, [task_force.ministries["ME"]], coordinator, AT)
    assert scene.differences(other) == []


def test_the_first_deed_tells_of_the_meeting_whoever_does_it(task_force, me_officer, me):
    """A ministry's as well: no row of it is left that no event tells of."""
    meeting = scene.loaded(date=DAY)
    Attendance.objects.create(meeting=meeting, ministry=me)
    scene.delegate(meeting, me, me_officer, AT)
    assert scene.now(meeting.pk).version == 1
    assert scene.differences(meeting) == []


# A frozen round


def test_a_frozen_round_keeps_number_and_round(frozen, coordinator):
    """Refused, with the reason in words; nothing is rewritten."""
    count = Event.objects.count()
    for field, values in (("no", {"no": 3}), ("round", {"round_id": None})):
        with pytest.raises(Invalid) as refused:
            scene.change(frozen, coordinator, AT, **values)
        ((name, (text,)),) = problems(refused).items()
        assert name == field
        assert "frozen" in text.lower() or "확정" in text
    with pytest.raises(WrongState) as refused_too:
        scene.cancel(frozen, coordinator, AT)
    assert "frozen" in str(refused_too.value) or "확정" in str(refused_too.value)
    assert Event.objects.count() == count
    stands = scene.now(frozen.pk)
    assert (stands.no, stands.round_id, stands.cancelled_at) == (2, frozen.round_id, None)


def test_a_frozen_rounds_meeting_still_moves_with_its_reason(frozen, coordinator):
    moved = scene.change(frozen, coordinator, kst(2021, 3, 22, 11), date=LATER)
    assert (moved.date, moved.moves) == (LATER, 1)
    assert Event.objects.latest("pk").data["reason"] == REASON
    assert scene.differences(moved) == []


def test_a_frozen_round_of_no_meeting_may_be_collected_for_one(task_force, coordinator):
    meeting = scene.planned(coordinator, AT, 1, date=date(2021, 1, 13), round_id=task_force.round_1.pk)
    assert meeting.round == task_force.round_1
    with pytest.raises(Invalid):
        scene.change(meeting, coordinator, AT, round_id=None)


def test_once_the_outcome_is_out_nothing_moves(meeting, task_force, coordinator, me_officer, me):
    Meeting.objects.filter(pk=meeting.pk).update(circulated_at=AT, comments_until=kst(2021, 3, 30))
    calls: list[Any] = [
        lambda: scene.change(meeting, coordinator, AT, date=LATER),
        lambda: scene.cancel(meeting, coordinator, AT),
        lambda: scene.invite(meeting, [me], coordinator, AT),
        lambda: scene.delegate(meeting, me, me_officer, AT),
    ]
    for call in calls:
        with pytest.raises(WrongState), transaction.atomic():
            call()


# Cancelling


def test_a_cancelled_meeting_lets_go_of_its_round(meeting, task_force, coordinator):
    cancelled = scene.cancel(meeting, coordinator, AT)
    assert (cancelled.stage, cancelled.cancelled_reason, cancelled.round) == (Stage.CANCELLED, REASON, None)
    assert Event.objects.latest("pk").data["round"] == 2
    assert scene.differences(cancelled) == []
    assert [row.no for row in planning.free_rounds()] == [2, 1]
    assert planning.next_plan().no == 3
    third = scene.planned(coordinator, AT, 3, round_id=task_force.round_2.pk)
    assert third.round == task_force.round_2


def test_a_cancelled_meeting_keeps_its_number_and_stays_cancelled(meeting, coordinator):
    scene.cancel(meeting, coordinator, AT)
    with pytest.raises(Invalid) as refused:
        scene.planned(coordinator, AT)
    assert list(problems(refused)) == ["no"]
    calls: list[Any] = [
        lambda: scene.change(meeting, coordinator, AT, date=LATER),
        lambda: scene.cancel(meeting, coordinator, AT),
    ]
    for call in calls:
        with pytest.raises(WrongState), transaction.atomic():
            call()


@pytest.mark.parametrize("reason", ["", " ", "가" * 1001])
def test_cancelling_needs_its_reason(meeting, coordinator, reason):
    with pytest.raises(Invalid) as refused:
        scene.cancel(meeting, coordinator, AT, reason)
    assert list(problems(refused)) == ["reason"]
    assert scene.now(meeting.pk).cancelled_at is None


# Inviting


def test_inviting_adds_and_takes_off(meeting, task_force, coordinator):
    me, msit = task_force.ministries["ME"], task_force.ministries["MSIT"]
    scene.invite(meeting, [me, msit], coordinator, AT)
    assert scene.invited(meeting) == {"ME", "MSIT"}
    scene.invite(meeting, [me, task_force.ministries["FSC"]], coordinator, AT)
    assert scene.invited(meeting) == {"ME", "FSC"}
    assert scene.differences(meeting) == []


def test_who_prepared_for_it_is_not_taken_off(meeting, task_force, coordinator, me_officer):
    """Named with its name: a delegate, a paper's item, a mark."""
    ministries = task_force.ministries
    scene.delegate(meeting, ministries["ME"], me_officer, AT)
    AgendaItem.objects.create(meeting=meeting, order=1, kind="report", title_ko="안건", presenter=ministries["FSC"])
    with pytest.raises(Invalid) as refused:
        scene.invite(meeting, [ministries["MSIT"]], coordinator, AT)
    ((name, (text,)),) = problems(refused).items()
    assert name == "ministries"
    assert ("환경부" in text and "금융위원회" in text) or ("Environment" in text and "Financial" in text)
    assert "산업통상자원부" not in text
    assert "Trade" not in text
    assert len(scene.invited(meeting)) == 4


def test_invitations_that_make_no_sense(meeting, task_force, coordinator):
    gone = builders.ministry("OLD", ko="옛 부처", en="Old", abbr_ko="옛", abbr_en="Old")
    Ministry.objects.filter(pk=gone.pk).update(abolished_on=date(2021, 1, 1))
    for wanted in ([], [task_force.ministries["ME"], gone], list(task_force.ministries.values())):
        with pytest.raises(Invalid) as refused:
            scene.invite(meeting, wanted, coordinator, AT)
        assert list(problems(refused)) == ["ministries"]


def test_two_lists_at_once_do_not_undo_each_other(meeting, task_force, coordinator, coordinator_2):
    seen = scene.now(meeting.pk).version
    ministries = task_force.ministries
    scene.invite(meeting, [ministries["ME"]], coordinator_2, AT)
    with pytest.raises(Conflict):
        workflow.invite(meeting.pk, [ministries["FSC"].pk], by=coordinator, at=AT, key=key(), version=seen)
    assert scene.invited(meeting) == {"ME"}


# Delegates


def test_a_ministry_names_its_delegate_and_another_one(meeting, me, me_officer, me_officer_2):
    row = scene.delegate(meeting, me, me_officer, AT)
    assert (row.position, row.is_deputy, row.version) == ("기후탄소정책실장", True, 1)
    row = scene.delegate(meeting, me, me_officer_2, AT, position_ko=" 차관 ", is_deputy=False)
    assert (row.position_ko, row.is_deputy, row.version) == ("차관", False, 2)
    assert scene.differences(meeting) == []


def test_who_may_name_it(meeting, task_force, me, fsc):
    people = task_force.people
    for name in ("coordinator", "reader", "fsc_officer", "administrator", "stranger"):
        with pytest.raises(Forbidden), transaction.atomic():
            scene.delegate(meeting, me, people[name], AT)
    scene.delegate(meeting, fsc, people["fsc_approver"], AT)
    Attendance.objects.filter(meeting=meeting, ministry=me).delete()
    with pytest.raises(WrongState):
        scene.delegate(meeting, me, people["me_officer"], AT)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("position_ko", {"position_ko": " "}),
        ("position_ko", {"position_ko": "가" * 101}),
        ("position_en", {"position_en": "a\u202eb"}),
    ],
)
def test_delegates_that_cannot_be(meeting, me, me_officer, field, given):
    with pytest.raises(Invalid) as refused:
        scene.delegate(meeting, me, me_officer, AT, **given)
    assert list(problems(refused)) == [field]


def test_a_delegate_named_meanwhile_is_looked_at_again(meeting, me, me_officer, me_officer_2):
    scene.delegate(meeting, me, me_officer_2, AT)
    given: dict[str, Any] = {"position_ko": "차관", "position_en": "", "is_deputy": False}
    with pytest.raises(Conflict):
        workflow.name_delegate(meeting.pk, me.pk, by=me_officer, at=AT, key=key(), version=0, **given)


def test_what_the_office_marked_is_the_offices(meeting, me, me_officer):
    Attendance.objects.filter(meeting=meeting, ministry=me).update(is_present=True)
    with pytest.raises(WrongState):
        scene.delegate(meeting, me, me_officer, AT)
