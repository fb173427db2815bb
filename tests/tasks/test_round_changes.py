"""What the office does to a round that stands: its dates move, it opens early, tasks join its roster and leave it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.models import Meeting
from ministries.models import SpecialDay
from ministries.working_days import calendar
from outbox.letters import write
from outbox.models import Notice, Purpose
from records import clock
from records.errors import Conflict, Forbidden, Frozen, Invalid, Refused, WrongState
from records.models import Event
from records.verify import Run
from tasks import due_times, freezing, moving, owed, reminders, rosters, workflow
from tasks.models import Lead, Phase, Reminder, Report, Round, Task
from tasks.moving import Dates
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import AT, DUE, TaskForce
from tests.pages import fields, page, visitor

MEETING, LATER = date(2021, 3, 23), date(2021, 3, 30)
REASON = "회의 연기"


def differences() -> list[str]:
    run = Run(only="round/2")
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


def move(round_: Round, by: Any, at: datetime = AT, **more: Any) -> Round:
    return builders.move_dates(round_, by=by, at=at, **more)


def add(round_: Round, code: str, by: Any, **more: Any) -> Report:
    return builders.add_to_roster(round_, Task.objects.get(code=code), by=by, at=AT, **more)


def remove(report: Report, by: Any) -> None:
    builders.remove_from_roster(report, by=by, at=AT)


@pytest.fixture
def third(task_force: TaskForce, coordinator) -> Round:
    """Round 3, prepared on 22 March for 1 June."""
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    planned = builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1, 9), due_at=kst(2021, 6, 10, 18))
    builders.prepare(planned, by=coordinator, at=kst(2021, 3, 22, 11))
    return planned


# Who and when

WHEN = """
                    planned  prepared  open  past_due  frozen
move_dates          yes      yes       yes   yes       Frozen
open_early          Wrong    yes       Wrong Wrong     Frozen
add_to_roster       Wrong    yes       yes   yes       Frozen
remove_from_roster  Wrong    yes       yes   yes       Frozen
"""
MOMENTS = {"planned": AT, "prepared": kst(2021, 3, 5), "open": AT, "past_due": DUE + timedelta(hours=1), "frozen": AT}


def call(verb: str, round_: Round, by: Any, at: datetime) -> None:
    calls: dict[str, Any] = {
        "move_dates": lambda: move(round_, by, at, due_at=kst(2021, 3, 25, 18)),
        "open_early": lambda: workflow.open_early(round_.pk, by=by, at=at, key=key()),
        "add_to_roster": lambda: workflow.add_to_roster(
            round_.pk, Task.objects.get(code="ME-90").pk, by=by, at=at, key=key(), reason=REASON
        ),
        "remove_from_roster": lambda: workflow.remove_from_roster(
            round_.pk, Task.objects.get(code="ME-05").pk, by=by, at=at, key=key(), version=0, reason=REASON
        ),
    }
    calls[verb]()


@pytest.mark.parametrize("line", WHEN.strip().splitlines()[1:], ids=lambda line: line.split()[0])
def test_who_and_when(task_force, me, coordinator, line):
    """Only the office, and while the round stands where the table says."""
    builders.task("ME-90", me)
    verb, *cells = line.split()
    for phase, cell in zip(WHEN.split()[:5], cells, strict=True):
        round_, at = task_force.round_2, MOMENTS[phase]
        with transaction.atomic():
            if phase == "planned":
                round_ = builders.round_(3, due_at=kst(2021, 3, 24, 18))
            if phase == "frozen":
                builders.freeze(round_, by=coordinator, at=AT)
            count = Event.objects.count()
            for name in ("reader", "me_officer", "fsc_approver", "administrator"):
                with pytest.raises(Forbidden), transaction.atomic():
                    call(verb, round_, task_force.people[name], at)
            if cell == "yes":
                call(verb, round_, coordinator, at)
                assert Event.objects.count() == count + 1
            else:
                with pytest.raises({"Wrong": WrongState, "Frozen": Frozen}[cell]), transaction.atomic():
                    call(verb, round_, coordinator, at)
                assert Event.objects.count() == count
            transaction.set_rollback(True)


# Moving a meeting proposes new dates


def planned_for(round_: Round, day: date, meeting: date) -> Round:
    Meeting.objects.update_or_create(no=2, defaults={"round": round_, "date": meeting, "name_ko": "회의"})
    Round.objects.filter(pk=round_.pk).update(planned_for=day)
    return Round.objects.get(pk=round_.pk)


SHIFTS = """
meeting  at            as_of   opens        due          freeze
03-23    03-01T09:00   03-12   03-08T09:00  03-19T18:00  03-22T18:00
03-30    03-01T09:00   03-19   03-15T09:00  03-26T18:00  03-29T18:00
03-24    03-01T09:00   03-15   03-09T09:00  03-22T18:00  03-23T18:00
03-19    03-01T09:00   03-10   03-04T09:00  03-17T18:00  03-18T18:00
03-27    03-01T09:00   03-17   03-11T09:00  03-24T18:00  03-26T18:00
03-02    03-05T09:00   02-18   03-08T09:00  03-08T18:00  03-09T18:00
03-30    03-16T14:00   03-19   03-08T09:00  03-26T18:00  03-29T18:00
05-06    03-16T14:00   04-26   03-08T09:00  05-03T18:00  05-04T18:00
"""


@pytest.mark.parametrize("line", SHIFTS.strip().splitlines()[1:], ids=lambda line: "-".join(line.split()[:2]))
def test_the_proposal(task_force, line):
    """By as many working days as the meeting moved, over holidays (5 May), at the same hour and never into the past; an
    open round's opening stays. The freeze is proposed for the working day before the meeting."""
    meeting, at, *cells = line.split()
    round_ = planned_for(task_force.round_2, MEETING, date.fromisoformat(f"2021-{meeting}"))
    plan = moving.plan(round_, at=datetime.fromisoformat(f"2021-{at}").replace(tzinfo=builders.KST))
    got = plan.proposed
    assert got.freeze_at is None, "nobody plans a freeze unnoticed: a tick takes the proposed one"
    assert plan.first_freeze is not None
    moments = [timezone.localtime(row) for row in (got.opens_at, got.due_at, plan.first_freeze)]
    assert [f"{got.as_of:%m-%d}", *(f"{row:%m-%dT%H:%M}" for row in moments)] == cells
    assert plan.has_moved == (meeting != "03-23")


def test_working_days_between_and_back(db):
    """Each day so many steps from another is found again, over week-ends, holidays and special days."""
    SpecialDay.objects.create(day=date(2021, 3, 17), name_ko="지정", is_working_day=False)
    days = calendar()
    for gap in range(-40, 41):
        first = date(2021, 3, 15)
        moved = days.shift(first, gap)
        assert days.is_working_day(moved)
        assert days.distance(first, moved) == gap
    assert days.nearest(date(2021, 3, 20)) == date(2021, 3, 19)
    assert days.nearest(date(2021, 3, 21)) == date(2021, 3, 22)
    assert days.nearest(date(2021, 3, 17)) == date(2021, 3, 18)


def test_a_moved_meeting_moves_nothing_until_somebody_confirms(task_force, coordinator):
    round_ = planned_for(task_force.round_2, MEETING, LATER)
    assert moving.moved_meetings([round_], at=AT) == {round_.pk: LATER}
    assert Round.objects.get(no=2).due_at == DUE
    moved = move(round_, coordinator, due_at=kst(2021, 3, 26, 18))
    assert (moved.due_at, moved.planned_for) == (kst(2021, 3, 26, 18), LATER)
    assert moving.moved_meetings([moved], at=AT) == {}
    assert differences() == []


def test_preparing_notes_for_which_day_the_dates_were_made(task_force, coordinator):
    builders.freeze(task_force.round_2, by=coordinator, at=AT)
    planned = builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1, 9), due_at=kst(2021, 6, 10, 18))
    Meeting.objects.create(no=3, round=planned, date=date(2021, 6, 15), name_ko="회의")
    builders.prepare(planned, by=coordinator, at=AT)
    assert Round.objects.get(no=3).planned_for == date(2021, 6, 15)


def test_what_moved_meanwhile_is_shown_again(task_force, coordinator):
    """Somebody else's dates, and another day of the meeting: both are looked at again before anything is confirmed."""
    round_ = planned_for(task_force.round_2, MEETING, MEETING)
    given = replace(Dates.of(round_), due_at=kst(2021, 3, 22, 18))
    stale: dict[str, Any] = {"by": coordinator, "at": AT, "reason": REASON, "meeting": MEETING}
    move(round_, coordinator, due_at=kst(2021, 3, 20, 18))
    with pytest.raises(Conflict):
        workflow.move_dates(round_.pk, given, key=key(), seen=Dates.of(round_).mark, **stale)
    now = Round.objects.get(no=2)
    Meeting.objects.filter(no=2).update(date=LATER)
    with pytest.raises(Conflict):
        workflow.move_dates(round_.pk, given, key=key(), seen=Dates.of(now).mark, **stale)


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "no reason": ("reason", {"reason": " ", "due_at": kst(2021, 3, 22, 18)}),
    "due in the past": ("due_at", {"due_at": AT}),
    "due before it opens": ("due_at", {"due_at": kst(2021, 3, 8, 9)}),
    "opened already": ("opens_at", {"opens_at": kst(2021, 3, 17, 9)}),
    "before the day observed": ("as_of", {"as_of": date(2021, 1, 30)}),
    "not after the round before": ("as_of", {"as_of": date(2021, 1, 29)}),
    "frozen before it is due": ("freeze_at", {"freeze_at": DUE}),
    "nothing": ("__all__", {}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_dates_that_cannot_be(task_force, coordinator, what):
    """Each is told at its field, and nothing is changed."""
    field, more = REFUSED[what]
    if what == "not after the round before":
        Round.objects.filter(no=2).update(observes_from=date(2021, 1, 1))
    count = Event.objects.count()
    with pytest.raises(Invalid) as refused:
        move(task_force.round_2, coordinator, **more)
    assert list(refused.value.problems) == [field]
    assert Event.objects.count() == count


def test_the_as_of_date_stays_once_a_text_speaks_of_it(reports, round_2, me_officer, coordinator):
    move(round_2, coordinator, as_of=date(2021, 3, 15))
    builders.write(reports["ME-01"], by=me_officer, at=AT)
    builders.submit(reports["ME-01"], by=me_officer, at=AT)
    with pytest.raises(Invalid) as refused:
        move(round_2, coordinator, as_of=date(2021, 3, 16))
    assert list(refused.value.problems) == ["as_of"]


def test_a_freeze_is_planned_by_a_tick_and_never_unnoticed(round_2, coordinator, at, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at)
    browser = visitor(coordinator)
    found = page(browser.get("/rounds/2/dates/"))
    form = fields(found, found.one("form", id="move")) | {"reason": "기한 조정", "due_at": "2021-03-22T18:00"}
    assert (form["freeze_at"], "first_freeze" in form) == ([""], False)
    ticked = {"first_freeze": found.one("input", name="first_freeze")["value"]}
    both = browser.post("/rounds/2/dates/", form | ticked | {"freeze_at": "2021-03-25T18:00"})
    assert both.status_code == 422
    answer = browser.post("/rounds/2/dates/", form)
    assert answer.status_code == 302, page(answer).one("div", class_="note-box error").text
    assert Round.objects.get(no=2).freeze_at is None
    found = page(browser.get("/rounds/2/dates/"))
    form = fields(found, found.one("form", id="move")) | {"reason": "최종확정 예정"}
    tick = found.one("input", name="first_freeze")["value"]
    assert browser.post("/rounds/2/dates/", form | {"first_freeze": tick}).status_code == 302
    planned = Round.objects.get(no=2).freeze_at
    assert planned is not None
    assert f"{timezone.localtime(planned):%Y-%m-%dT%H:%M}" == tick


def test_a_freeze_is_planned_after_the_due_time_or_not_at_all(round_2):
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=round_2.pk).update(freeze_at=DUE)


# What depends on the due time


def test_lateness_is_judged_by_the_due_time_then_in_force(reports, round_2, me, me_officer, coordinator):
    """Sent late before the move, in time after it; and an extension holds as long as it is the later one."""
    late, soon = DUE + timedelta(hours=1), DUE + timedelta(hours=2)
    builders.write(reports["ME-01"], by=me_officer, at=late)
    builders.submit(reports["ME-01"], by=me_officer, at=late)
    moved = move(round_2, coordinator, at=soon, due_at=kst(2021, 3, 24, 18))
    builders.write(reports["ME-03"], by=me_officer, at=soon)
    builders.submit(reports["ME-03"], by=me_officer, at=soon)
    assert fresh(reports["ME-01"]).late_by == timedelta(hours=1)
    assert (fresh(reports["ME-03"]).late_by, builders.sent(reports["ME-03"]).due_then) == (None, moved.due_at)
    builders.extend(moved, me, by=coordinator, at=soon, until=kst(2021, 3, 26, 18))
    assert due_times.due_of(moved, me.pk, at=soon) == kst(2021, 3, 26, 18)
    moved = move(moved, coordinator, at=soon, due_at=kst(2021, 3, 29, 18))
    assert due_times.due_of(moved, me.pk, at=soon) == kst(2021, 3, 29, 18)
    assert differences() == []


def test_those_who_owe_something_are_told_of_the_new_due_time(task_force, reports, coordinator, at):
    """Nobody whose reports are all in, and nobody before the opening; with an extension the later time."""
    fsc, msit = task_force.ministries["FSC"], task_force.ministries["MSIT"]
    for code in ("MSIT-01", "MSIT-02"):
        builders.write(reports[code], by=task_force.people["msit_officer"], at=at)
        builders.submit(reports[code], by=task_force.people["msit_officer"], at=at)
    builders.extend(task_force.round_2, fsc, by=coordinator, at=at, until=kst(2021, 3, 31, 18))
    Notice.objects.all().delete()
    move(task_force.round_2, coordinator, due_at=kst(2021, 3, 24, 18))
    told = Notice.objects.filter(purpose=Purpose.DATES_MOVED)
    assert {row.to.username for row in told if row.to} == {"me_officer", "me_officer_2", "fsc_officer", "fsc_approver"}
    assert not told.filter(ministry=msit).exists()
    subject, body = _letter(told.get(to__username="fsc_officer"))
    assert "3. 31.(수) 18:00" in subject
    assert "3. 24.(수) 18:00" in body
    Notice.objects.all().delete()
    third = task_force.round_2
    move(third, coordinator, freeze_at=kst(2021, 4, 1, 18))  # the due time is as it was
    assert not Notice.objects.exists()


def _letter(notice: Notice) -> tuple[str, str]:
    letter = write(notice)
    return letter.subject, letter.body


def test_the_ladder_begins_anew_towards_the_new_due_time(round_2, coordinator):
    """What had come before the move is not sent again: its mail said it. The next steps come in their time."""
    move(round_2, coordinator, at=kst(2021, 3, 17, 10), due_at=kst(2021, 3, 26, 18))
    assert reminders.remind(kst(2021, 3, 17, 11)) == ""
    assert reminders.remind(kst(2021, 3, 19, 9)) != ""  # five working days before the 26th
    steps = set(Reminder.objects.filter(round=round_2).values_list("step", "due_at"))
    assert steps == {("five_days", kst(2021, 3, 26, 18))}


def test_a_calendar_learns_of_the_move(round_2, me, coordinator):
    before = due_times.deadline(round_2, me.pk, at=AT).changes
    moved = move(round_2, coordinator, due_at=kst(2021, 3, 24, 18))
    assert due_times.deadline(moved, me.pk, at=AT).changes == before + 1


# Opening early


def test_opened_early_it_is_open_and_tells_so(third, task_force, coordinator, me_officer):
    at = kst(2021, 5, 28, 10)
    assert third.phase(at) is Phase.PREPARED
    assert reminders.remind(at) == ""
    workflow.open_early(third.pk, by=coordinator, at=at, key=key())
    opened = Round.objects.get(no=3)
    assert (opened.opens_at, opened.due_at, opened.phase(at)) == (at, third.due_at, Phase.OPEN)
    reminders.remind(at)
    assert set(Reminder.objects.filter(round=third).values_list("step", flat=True)) == {"opening"}
    builders.write(Report.objects.get(round=third, task__code="ME-01"), by=me_officer, at=at)
    run = Run(only="round/3")
    list(run.walk())
    assert run.ok


# The roster


def test_an_added_task_is_in_every_number(round_2, me, coordinator, reports):
    """With what it would have copied at the preparation; and off again it is in none, nor in the seal."""
    builders.task("ME-90", me)
    report = add(round_2, "ME-90", coordinator)
    assert (report.lead, report.kind, report.baseline) == (me, "existing", None)
    count = Report.objects.in_round(round_2).count()
    assert count == len(reports) + 1
    demands = owed.read(round_2, me, at=AT)
    assert "ME-90" in {row.task.code for demand in demands.values() for row in demand.reports}
    assert differences() == []
    remove(report, coordinator)
    assert Report.objects.in_round(round_2).count() == count - 1
    assert differences() == []
    again = add(round_2, "ME-90", coordinator)
    remove(reports["ME-05"], coordinator)
    builders.freeze(round_2, by=coordinator, at=AT)
    sealed = {row["task"] for row in freezing.manifest(round_2)["reports"]}
    assert sealed == (set(reports) - {"ME-05"}) | {again.task.code}
    assert differences() == []


def test_whoever_reports_it_is_told(round_2, me, coordinator, me_officer, reports):
    builders.task("ME-90", me)
    Notice.objects.all().delete()
    add(round_2, "ME-90", coordinator)
    remove(reports["ME-05"], coordinator)
    told = Notice.objects.filter(purpose=Purpose.ROSTER_CHANGED, to=me_officer).order_by("pk")
    assert [(row.facts["reports"][0]["code"], row.facts["is_added"]) for row in told] == [
        ("ME-90", True),
        ("ME-05", False),
    ]
    for row in told:
        assert row.facts["reports"][0]["code"] in _letter(row)[0]


def test_a_completed_task_can_be_kept_when_the_roster_is_fixed(task_force, coordinator, me):
    """It needs a reason; its baseline is what the last round showed. Of another task nobody may say that it is kept."""
    builders.freeze(task_force.round_2, by=coordinator, at=AT)
    Task.objects.filter(code__in=("ME-01", "ME-03")).update(completed_on=date(2021, 1, 5))
    third = builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1, 9), due_at=kst(2021, 6, 10, 18))
    who: dict[str, Any] = {"by": coordinator, "at": AT}
    for keep, reason, field in ((["ME-01"], " ", "reason"), (["ME-04"], "계속", "keep")):
        with pytest.raises(Invalid) as refused:
            workflow.prepare(third.pk, keep=keep, reason=reason, key=key(), **who)
        assert list(refused.value.problems) == [field]
    workflow.prepare(third.pk, keep=["ME-01"], reason="이행 후 계속추진", key=key(), **who)
    codes = set(Report.objects.in_round(third).values_list("task__code", flat=True))
    assert ("ME-01" in codes, "ME-03" in codes) == (True, False)
    kept = rosters.read(Round.objects.get(no=3), at=AT).kept
    assert kept == rosters.Kept(["ME-01"], "이행 후 계속추진")
    baseline = Report.objects.get(round=third, task__code="ME-01").baseline
    assert baseline == task_force.reports["ME-01"].baseline
    added = add(third, "ME-03", coordinator)  # and one that was left out can still join
    assert added.baseline_light == "attention"
    run = Run(only="round/3")
    list(run.walk())
    assert run.ok


def test_a_task_comes_back_with_the_last_text_that_it_had(task_force, reports, coordinator):
    """It was on no roster of the round before: its baseline is that of the last one."""
    first = task_force.first["ME-01"]
    Report.objects.filter(pk=reports["ME-01"].pk).delete()
    again = add(task_force.round_2, "ME-01", coordinator)
    assert again.baseline == fresh(first).current


def test_a_task_without_a_lead_cannot_join(round_2, me, coordinator):
    task = builders.task("ME-90", me)
    Lead.objects.filter(task=task).update(valid_from=date(2021, 3, 13))
    with pytest.raises(WrongState, match="ME-90"):
        add(round_2, "ME-90", coordinator)
    with pytest.raises(WrongState, match="이미"):
        add(round_2, "ME-01", coordinator)
    with pytest.raises(Invalid):
        add(round_2, "ME-01", coordinator, reason=" ")


PLACES = ["draft", "submitted", "returned", "accepted"]


@pytest.mark.parametrize("place", [*PLACES, "withdrawn", "message", "called", "contributed"])
def test_what_was_begun_stays_on_the_roster(task_force, reports, round_2, me_officer, coordinator, at, place):
    """Whatever was written about it, by whomever: nothing is deleted with it."""
    report = reports["ME-06"]
    if place in PLACES:
        builders.report_in(place, report, officer=me_officer, coordinator=coordinator, at=at)
    elif place == "withdrawn":
        builders.report_in("submitted", report, officer=me_officer, coordinator=coordinator, at=at)
        builders.withdraw(report, by=me_officer, at=at)
    elif place == "message":
        builders.say(report, "이 과제를 제외할 수 있습니까?", by=me_officer, at=at)
    elif place == "called":
        builders.call_contributions(report, by=me_officer, at=at)
    else:
        builders.contribute(report, by=task_force.people["motie_officer"], at=at)
    count = Event.objects.count()
    with pytest.raises(Refused):
        remove(report, coordinator)
    assert (fresh(report).pk, Event.objects.count()) == (report.pk, count)
    assert report.pk not in {row.pk for row in rosters.read(round_2, at=at).removable}
    with pytest.raises(WrongState, match="이미"):
        remove(report, coordinator)


def test_who_saves_a_text_of_what_was_taken_off_is_told(reports, me_officer, coordinator):
    """And keeps the text on the page: the refusal is the one that its view knows."""
    remove(reports["ME-05"], coordinator)
    with pytest.raises(WrongState, match="점검 대상에서 빠진"):
        workflow.save_draft(reports["ME-05"].pk, by=me_officer, at=AT, version=0, raw=builders.raw())
