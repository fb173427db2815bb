"""A round's dates: proposed when its meeting moved, moved by a person, and what depends on them."""

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
from records.errors import Conflict, Invalid
from records.models import Event
from records.verify import Run
from tasks import due_times, moving, reminders, workflow
from tasks.models import Lead, Reminder, Round
from tasks.moving import Dates
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import AT, DUE
from tests.pages import fields, filled, page, visitor

MEETING, LATER = date(2021, 3, 23), date(2021, 3, 30)
REASON = "회의 연기"


def differences(no: int = 2) -> list[str]:
    run = Run(only=f"round/{no}")
    for _progress in run.walk():
        pass
    return [row.line() for row in run.findings if row.is_difference]


def move(round_: Round, by: Any, at: datetime = AT, **more: Any) -> Round:
    return builders.move_dates(round_, by=by, at=at, **more)


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
    "due before the day that texts speak of": ("as_of", {"as_of": date(2021, 3, 20)}),
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


def test_a_planned_rounds_dates_move_and_it_is_prepared(task_force, coordinator):
    """Nobody was told of a due time before it was prepared: no move is counted, by the writer or by verification."""
    planned = builders.round_(3, as_of=date(2021, 4, 2), opens_at=kst(2021, 4, 1, 9), due_at=kst(2021, 4, 9, 18))
    moved = move(planned, coordinator, due_at=kst(2021, 4, 12, 18))
    assert (moved.due_moves, moved.due_moved_at) == (0, None)
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    builders.prepare(moved, by=coordinator, at=kst(2021, 3, 22, 11))
    assert differences(3) == []
    move(moved, coordinator, at=kst(2021, 3, 22, 12), due_at=kst(2021, 4, 13, 18))
    assert differences(3) == []


@pytest.mark.usefixtures("domain_time")
@pytest.mark.parametrize("freeze_at", ["", "2021-03-23T18:00"])
def test_the_pages_own_form_comes_back(round_2, coordinator, freeze_at):
    """With a due time that has seconds, and with the planned freeze left empty or filled in."""
    Round.objects.filter(pk=round_2.pk).update(due_at=DUE + timedelta(seconds=30))
    browser, path = visitor(coordinator), "/rounds/2/dates/"
    sent = filled(page(browser.get(path)), path) | {"freeze_at": [freeze_at], "reason": [REASON]}
    sent["due_at"] = sent["due_at"] if freeze_at else ["2021-03-22T18:00"]
    assert browser.post(path, sent).status_code == 302
    now = Round.objects.get(no=2)
    assert (now.freeze_at is None, now.due_moves) == (not freeze_at, 0 if freeze_at else 1)


@pytest.mark.usefixtures("domain_time")
def test_another_as_of_date_is_told_and_what_it_meets_is_named(task_force, reports, coordinator, me_officer):
    """The mail says both days; the page names drafts that were begun, and tasks that another ministry leads then."""
    builders.write(reports["ME-01"], by=me_officer, at=AT)
    motie = task_force.ministries["MOTIE"]
    Lead.objects.create(task=reports["ME-03"].task, ministry=motie, valid_from=date(2021, 3, 14))
    browser, path = visitor(coordinator), "/rounds/2/dates/"
    found = page(browser.get(path))
    assert "1 draft was begun for this day: ME-01" in found.text
    Notice.objects.all().delete()
    answer = browser.post(path, filled(found, path) | {"as_of": ["2021-03-15"], "reason": [REASON]}, follow=True)
    assert "Led by another ministry on the new day, but still with the one on the roster: ME-03." in page(answer).text
    subject, body = _letter(Notice.objects.get(purpose=Purpose.DATES_MOVED, to__username="fsc_officer"))
    assert "3. 15.(월)" in subject
    assert "3. 12.(금)" in body
    assert differences() == []
    planned_for(task_force.round_2, MEETING, LATER)  # proposed with the meeting: 22 March
    assert "Led by another ministry on the new day: ME-03" in page(browser.get(path)).text


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
