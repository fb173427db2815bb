"""What is written at the meeting: decisions with their numbers, notes, attendance, finished items, the chair's remarks."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from meetings import decisions, workflow
from meetings.models import Attendance, Decision, Meeting, Note, Remark
from meetings.workflow import Mark, Said, common, recording
from ministries.models import Ministry
from records.errors import Conflict, Forbidden, Invalid, KeyReused, Refused, WrongState
from records.models import Event, Receipt
from tests.builders import key, kst
from tests.meetings.session_scene import (
    DUE,
    action,
    attendance,
    begin,
    differences,
    exhortation,
    item,
    record,
)
from tests.tasks.test_races import PATIENCE, at_once, kinds

NEEDS = ["An action needs a lead and a due date."]


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    """Postings are in force in March 2021; what is refused is said in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force, coordinator, at) -> Meeting:
    return begin(by=coordinator, at=at, round_=task_force.round_2, codes=("ME-01", "ME-06"))


def problems(meeting: Meeting, decided: workflow.Decided, by: Any, at: Any) -> dict[str, list[str]]:
    """What is wrong with a decision; it leaves nothing."""
    before = Event.objects.count(), Decision.objects.count()
    with pytest.raises(Invalid) as refused:
        record(meeting, decided, by=by, at=at)
    assert (Event.objects.count(), Decision.objects.count()) == before
    return refused.value.problems


# Decisions


def test_both_kinds_are_of_one_type_and_count_on(meeting, coordinator, coordinator_2, at, me, motie):
    first = record(meeting, action(codes=("me-06", "ME-01"), item=item(meeting, 2).pk), by=coordinator, at=at)
    second = record(meeting, exhortation(), by=coordinator_2, at=at)
    rows = decisions.read(meeting, user=coordinator)
    assert [(row.number, row.kind.value) for row in rows] == [("2-02", "exhortation"), ("2-01", "action")]
    assert ([name.ministry for name in rows[1].ministries], rows[1].codes) == ([me, motie], ["ME-01", "ME-06"])
    assert (rows[1].due_on, rows[0].ministries, rows[0].due_on) == (DUE, [], None)
    assert (first.item, first.by, second.by) == (item(meeting, 2), coordinator, coordinator_2)
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor, event.data["number"]) == ("record_decision", coordinator_2, "2-02")
    assert differences(meeting) == []


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"text_ko": " \n"}, {"text_ko": ["Write down what was decided."]}),
        ({"text_ko": "가" * 1001}, {"text_ko": ["1,001 characters; at most 1,000. Shorten the text."]}),
        ({"lead": None}, {"lead": NEEDS}),
        ({"due_on": None}, {"due_on": NEEDS}),
        ({"lead": None, "due_on": None}, {"lead": NEEDS, "due_on": NEEDS}),
        (
            {"due_on": date(2021, 3, 22)},
            {"due_on": ["The meeting is on Tue 23 Mar 2021: choose that day or a later one."]},
        ),
        ({"due_on": date(2201, 1, 1)}, {"due_on": ["Check the year."]}),
        ({"lead": -1}, {"lead": ["Choose ministries from the list."]}),
        ({"supporting": (-1,)}, {"supporting": ["Choose ministries from the list."]}),
        ({"codes": ("ME-01", "XX-1\0")}, {"codes": ["No task has this code: XX-1."]}),
        ({"kind": "wish"}, {"kind": ["Choose what kind of decision it is."]}),
        ({"item": 2**40}, {"item": ["This item is not on the agenda any more."]}),
    ],
)
def test_what_an_action_needs(meeting, coordinator, at, change, wrong):
    found = problems(meeting, action(**change), coordinator, at)
    assert {name: found[name] for name in wrong} == wrong


def test_an_exhortation_has_neither_owner_nor_day(meeting, coordinator, at, me):
    wrong = ["An exhortation has neither a lead nor a due date."]
    assert problems(meeting, exhortation(lead=me.pk, due_on=DUE), coordinator, at) == {"lead": wrong, "due_on": wrong}
    row = record(meeting, exhortation(supporting=(me.pk,)), by=coordinator, at=at)
    assert [one.ministry for one in row.supporting.all()] == [me]


def test_who_leads_does_not_also_support(meeting, coordinator, at, me, motie):
    row = record(meeting, action(supporting=(me.pk, motie.pk, motie.pk)), by=coordinator, at=at)
    assert [one.ministry for one in row.supporting.all()] == [motie]


def test_a_double_click_is_one_decision(meeting, coordinator, at):
    form = key()
    first = workflow.record_decision(meeting.pk, action(), by=coordinator, at=at, key=form)
    assert workflow.record_decision(meeting.pk, action(), by=coordinator, at=at, key=form) == first
    with pytest.raises(KeyReused):
        workflow.record_decision(meeting.pk, action(text_ko="다른 문장"), by=coordinator, at=at, key=form)
    assert Decision.objects.count() == 1


def test_a_change_writes_what_differs_and_the_chain_knows_of_it(meeting, coordinator, coordinator_2, at, msit, motie):
    row = record(meeting, action(codes=("ME-01",)), by=coordinator, at=at)
    other = action(text_ko="다시 정해 보고", text_en="Report again", supporting=(msit.pk,), codes=("ME-06",))
    workflow.change_decision(row.pk, other, by=coordinator_2, at=at, key=key(), version=0)
    stands = workflow.Decided.of(Decision.objects.get(pk=row.pk))
    assert stands == replace(other, item=None)
    assert Decision.objects.get(pk=row.pk).version == 1
    assert differences(meeting) == []
    back = record(meeting, exhortation(), by=coordinator, at=at)
    assert back.no == 2


def test_of_two_who_change_one_the_second_sees_both(meeting, coordinator, coordinator_2, at):
    row = record(meeting, action(), by=coordinator, at=at)
    theirs, mine = action(text_ko="그들의 문장"), action(text_ko="나의 문장")
    workflow.change_decision(row.pk, theirs, by=coordinator_2, at=at, key=key(), version=0)
    with pytest.raises(Conflict) as lost:
        workflow.change_decision(row.pk, mine, by=coordinator, at=at, key=key(), version=0)
    assert (lost.value.mine.text_ko, lost.value.theirs.text_ko) == ("나의 문장", "그들의 문장")
    assert Decision.objects.get(pk=row.pk).text_ko == "그들의 문장"


def test_what_is_withdrawn_keeps_its_number_and_can_come_back(meeting, coordinator, at):
    row = record(meeting, action(), by=coordinator, at=at)
    workflow.withdraw_decision(row.pk, by=coordinator, at=at, key=key(), version=0)
    assert decisions.read(meeting, user=coordinator) == []
    assert [one.number for one in decisions.read(meeting, user=coordinator, withdrawn=True)] == ["2-01"]
    assert record(meeting, exhortation(), by=coordinator, at=at).no == 2
    with pytest.raises(WrongState):
        workflow.change_decision(row.pk, action(), by=coordinator, at=at, key=key(), version=1)
    with pytest.raises(Conflict):
        workflow.withdraw_decision(row.pk, by=coordinator, at=at, key=key(), version=1)
    workflow.change_decision(row.pk, action(), by=coordinator, at=at, key=key(), version=1, restore=True)
    assert [one.number for one in decisions.read(meeting, user=coordinator)] == ["2-02", "2-01"]
    assert differences(meeting) == []


def test_ministries_see_decisions_once_the_outcome_is_circulated(meeting, coordinator, me_officer, reader, at):
    record(meeting, action(), by=coordinator, at=at)
    gone = record(meeting, exhortation(), by=coordinator, at=at)
    workflow.withdraw_decision(gone.pk, by=coordinator, at=at, key=key(), version=0)
    assert decisions.read(meeting, user=me_officer) == decisions.read(meeting, user=reader) == []
    Meeting.objects.filter(pk=meeting.pk).update(circulated_at=at, comments_until=kst(2021, 4, 1))
    assert [row.number for row in decisions.read(meeting, user=me_officer, withdrawn=True)] == ["2-01"]
    assert decisions.read(meeting, user=reader) == []


def test_reading_asks_no_more_of_many(meeting, coordinator, at, django_assert_num_queries):
    for _ in range(5):
        record(meeting, action(codes=("ME-01", "ME-06")), by=coordinator, at=at)
    with django_assert_num_queries(5):  # decisions, supporting, of_tasks, tasks, names
        assert len(decisions.read(meeting, user=coordinator)) == 5


# Who and when


def calls(meeting: Meeting, by: Any, at: Any) -> dict[str, Any]:
    """Every verb at the meeting, each ready to be carried out."""
    row, first, mine = Decision.objects.filter(meeting=meeting).first(), item(meeting, 1), attendance(meeting, "ME")
    who: dict[str, Any] = {"by": by, "at": at}
    assert row is not None
    return {
        "record_decision": lambda: workflow.record_decision(meeting.pk, action(), key=key(), **who),
        "change_decision": lambda: workflow.change_decision(row.pk, exhortation(), key=key(), version=0, **who),
        "withdraw_decision": lambda: workflow.withdraw_decision(row.pk, key=key(), version=0, **who),
        "mark_attendance": lambda: workflow.mark_attendance(
            meeting.pk, [Mark(mine.ministry_id, 0, True)], key=key(), **who
        ),
        "finish_item": lambda: workflow.finish_item(first.pk, key=key(), version=0, **who),
        "set_remarks": lambda: workflow.set_remarks(
            meeting.pk, [Said("함께 갑시다")], key=key(), seen=workflow.mark_of([]), **who
        ),
        "save_note": lambda: workflow.save_note(first.pk, version=0, text="메모", **who),
    }


VERBS = ("record_decision", "change_decision", "withdraw_decision", "mark_attendance", "finish_item", "set_remarks")


@pytest.mark.parametrize("verb", [*VERBS, "save_note"])
def test_who_and_when(task_force, meeting, coordinator, at, verb):
    """The office alone, until the outcome is confirmed and while the meeting is not cancelled. Each leaves one event;
    a note leaves none."""
    record(meeting, action(), by=coordinator, at=at)
    count = Event.objects.count(), Receipt.objects.count()
    for name in ("reader", "me_officer", "fsc_approver", "administrator"):
        with pytest.raises(Forbidden):
            calls(meeting, task_force.people[name], at)[verb]()
    circulated: dict[str, Any] = {"circulated_at": at, "comments_until": kst(2021, 4, 1)}
    for moments in ({"cancelled_at": at}, circulated | {"frozen_at": kst(2021, 4, 2)}):
        with transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(**moments)
            with pytest.raises(WrongState):
                calls(meeting, coordinator, at)[verb]()
            transaction.set_rollback(True)
    assert (Event.objects.count(), Receipt.objects.count()) == count
    calls(meeting, coordinator, at)[verb]()
    more = 0 if verb == "save_note" else 1
    assert (Event.objects.count(), Receipt.objects.count()) == (count[0] + more, count[1] + more)
    assert differences(meeting) == []


def test_a_meeting_of_the_reference_data_begins_its_chain_here(task_force, coordinator, at):
    """No event told of it before: its own row goes along with the first one."""
    meeting = Meeting.objects.create(no=7, name_ko="제7차 회의", name_en="Meeting 7")
    record(meeting, exhortation(), by=coordinator, at=at)
    assert differences(meeting) == []
    assert Meeting.objects.get(pk=meeting.pk).version == 1


# Attendance


def test_attendance_is_marked_for_one_or_for_many(meeting, coordinator, at, me, msit):
    marks = [Mark(me.pk, 0, True), Mark(msit.pk, 0, True, True, " 국장 ")]
    workflow.mark_attendance(meeting.pk, marks, by=coordinator, at=at, key=key())
    row = attendance(meeting, "MSIT")
    assert (row.is_present, row.is_deputy, row.position_ko, row.version) == (True, True, "국장", 1)
    assert attendance(meeting, "FSC").is_present is None
    assert Event.objects.latest("pk").data["ministries"] == sorted([me.pk, msit.pk])
    assert differences(meeting) == []


def test_marking_over_somebody_elses_mark_is_a_conflict_and_changes_nothing(meeting, coordinator, at, me, msit):
    workflow.mark_attendance(meeting.pk, [Mark(me.pk, 0, True)], by=coordinator, at=at, key=key())
    marks = [Mark(msit.pk, 0, True), Mark(me.pk, 0, False)]
    with pytest.raises(Conflict) as lost:
        workflow.mark_attendance(meeting.pk, marks, by=coordinator, at=at, key=key())
    assert lost.value.obj == attendance(meeting, "ME")
    assert (attendance(meeting, "ME").is_present, attendance(meeting, "MSIT").is_present) == (True, None)


def test_only_the_invited_are_marked_and_a_position_is_one_line(meeting, coordinator, at, me):
    stranger = Ministry.objects.create(code="NOT", order=99)
    for marks, field in (
        ([Mark(stranger.pk, 0, True)], "__all__"),
        ([], "__all__"),
        ([Mark(me.pk, 0, True, True, "국\n장")], f"position_{me.pk}"),
    ):
        with pytest.raises(Invalid) as refused:
            workflow.mark_attendance(meeting.pk, marks, by=coordinator, at=at, key=key())
        assert list(refused.value.problems) == [field]
    assert not Attendance.objects.filter(is_present=True).exists()


# Items and notes


def test_an_item_is_finished_and_taken_up_again(meeting, coordinator, at):
    first = item(meeting, 1)
    workflow.finish_item(first.pk, by=coordinator, at=at, key=key(), version=0)
    assert item(meeting, 1).finished_at == at
    with pytest.raises(Conflict):
        workflow.finish_item(first.pk, by=coordinator, at=at, key=key(), version=0, done=False)
    workflow.finish_item(first.pk, by=coordinator, at=at, key=key(), version=1, done=False)
    assert item(meeting, 1).finished_at is None
    assert differences(meeting) == []


def test_a_note_that_two_write_keeps_both_texts(meeting, coordinator, coordinator_2, at):
    first = item(meeting, 1)
    note = workflow.save_note(first.pk, by=coordinator, at=at, version=0, text="  하늘\r\n")
    assert (note.text, note.version, note.edited_by) == ("하늘", 1, coordinator)
    with pytest.raises(Conflict) as lost:
        workflow.save_note(first.pk, by=coordinator_2, at=at, version=0, text="바다")
    assert (lost.value.mine, lost.value.theirs, lost.value.obj.edited_by) == ("바다", "하늘", coordinator)
    assert workflow.save_note(first.pk, by=coordinator_2, at=at, version=0, text="하늘").version == 1, "the same text"
    assert workflow.save_note(first.pk, by=coordinator_2, at=at, version=1, text="바다").version == 2
    with pytest.raises(Invalid):
        workflow.save_note(first.pk, by=coordinator_2, at=at, version=2, text="\0")
    assert Note.objects.get().text == "바다"


# The chair's remarks


def test_remarks_are_set_as_a_whole_in_their_order(meeting, coordinator, at):
    first = [Said("둘째", "Second", "https://source", Remark.Verified.SEEN), Said(""), Said("첫째")]
    workflow.set_remarks(meeting.pk, first, by=coordinator, at=at, key=key(), seen=workflow.mark_of([]))
    stands = workflow.remarks_of(meeting)
    assert [(one.text_ko, one.verified) for one in stands] == [("둘째", "V"), ("첫째", "B")]
    turned = stands[::-1]
    workflow.set_remarks(meeting.pk, turned, by=coordinator, at=at, key=key(), seen=workflow.mark_of(stands))
    assert [row.text_ko for row in Remark.objects.all()] == ["첫째", "둘째"]
    assert differences(meeting) == []


def test_remarks_refuse_what_is_half_and_what_is_old(meeting, coordinator, at):
    seen = workflow.mark_of([])
    with pytest.raises(Invalid) as refused:
        workflow.set_remarks(meeting.pk, [Said("", "Only English")], by=coordinator, at=at, key=key(), seen=seen)
    assert refused.value.problems == {"remark_1": ["Write down what was said."]}
    workflow.set_remarks(meeting.pk, [Said("그들의 말")], by=coordinator, at=at, key=key(), seen=seen)
    with pytest.raises(Conflict) as lost:
        workflow.set_remarks(meeting.pk, [Said("나의 말")], by=coordinator, at=at, key=key(), seen=seen)
    assert [lost.value.mine[0].text_ko, lost.value.theirs[0].text_ko] == ["나의 말", "그들의 말"]


# Two note-takers at once


@pytest.mark.django_db(transaction=True)
def test_two_recorders_get_two_numbers(meeting, coordinator, coordinator_2, at):
    """quality.md 2: nobody waits in vain, nobody gets the number of another."""
    for turn in range(3):
        results = at_once(
            *(
                partial(
                    workflow.record_decision, meeting.pk, exhortation(text_ko=f"{turn} {by}"), by=by, at=at, key=key()
                )
                for by in (coordinator, coordinator_2, coordinator)
            )
        )
        assert kinds(results) == ["Receipt"] * 3
    numbers = list(Decision.objects.order_by("no").values_list("no", flat=True))
    assert numbers == list(range(1, 10))
    assert differences(meeting) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_meetings_lock_two_get_one_number(meeting, coordinator, coordinator_2, at, monkeypatch):
    """The control: both look for the last number before either writes; the database refuses the second."""
    meet, real = threading.Barrier(2), recording._write

    def together(*args: Any) -> None:
        meet.wait(PATIENCE)
        real(*args)

    monkeypatch.setattr(common, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(recording, "_write", together)

    def write(by: Any) -> Any:
        try:
            return workflow.record_decision(meeting.pk, exhortation(), by=by, at=at, key=key())
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 (whatever the engine says)
            return error

    assert "IntegrityError" in kinds(at_once(partial(write, coordinator), partial(write, coordinator_2)))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_one_note_at_once_one_wins(meeting, coordinator, coordinator_2, at):
    """The other one gets both texts."""
    first = item(meeting, 1)
    for turn in range(3):
        save = partial(workflow.save_note, first.pk, at=at, version=turn)
        results = at_once(
            partial(save, by=coordinator, text=f"하늘 {turn}"), partial(save, by=coordinator_2, text=f"바다 {turn}")
        )
        assert kinds(results) == ["Conflict", "Note"]
        assert Note.objects.get().version == turn + 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_note_is_overwritten_silently(meeting, coordinator, coordinator_2, at, monkeypatch):
    """The control: both read the version before either writes, and nobody is told."""
    first, meet = item(meeting, 1), threading.Barrier(2)
    workflow.save_note(first.pk, by=coordinator, at=at, version=0, text="시작")

    def together(self: Note, *args: Any, **more: Any) -> None:
        meet.wait(PATIENCE)
        super(Note, self).save(*args, **more)

    monkeypatch.setattr(common, "lock", lambda *_args, **_more: None)
    monkeypatch.setattr(Note, "save", together)
    save = partial(workflow.save_note, first.pk, at=at, version=1)
    results = at_once(partial(save, by=coordinator, text="하늘"), partial(save, by=coordinator_2, text="바다"))
    assert kinds(results) == ["Note", "Note"]
    assert Note.objects.get().version == 2, "two texts were acknowledged, and one version was counted"
