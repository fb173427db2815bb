"""What the office does to a round that stands: its dates move, it opens early, tasks join its roster and leave it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Forbidden, Frozen, Invalid, Refused, WrongState
from records.models import Event
from records.verify import Run
from tasks import freezing, owed, reminders, rosters, workflow
from tasks.models import Lead, Phase, Reminder, Report, Round, Task
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import AT, DUE, TaskForce

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
        assert row.facts["reports"][0]["code"] in write(row).subject


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
    with pytest.raises(WrongState, match=r"ME-05.*중복 과제"):
        workflow.save_draft(reports["ME-05"].pk, by=me_officer, at=AT, version=0, raw=builders.raw())
