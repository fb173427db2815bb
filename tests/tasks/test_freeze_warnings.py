"""최종확정 예고: who is warned of a planned freeze, when, and once."""

from datetime import datetime
from functools import partial

import pytest
from django.db import connection

from outbox.letters import write
from outbox.models import Notice, Purpose
from tasks import freeze_warnings
from tasks.models import Reminder, Round
from tests import builders
from tests.builders import kst
from tests.cast import AT, TaskForce
from tests.pages import page, visitor

from .test_races import at_once

FREEZE_AT, WARNS_AT = kst(2021, 3, 24, 18), kst(2021, 3, 23, 9)


@pytest.fixture
def planned(task_force: TaskForce, reports, coordinator, me_officer) -> Round:
    """Round 2 is to be frozen on the 24th. MSIT has sent all of its tasks, FSC asked its approver for one; of ME one is
    returned and the others are missing or accepted; MOTIE leads nothing."""
    people = task_force.people
    for code in ("MSIT-01", "MSIT-02"):
        builders.write(reports[code], by=people["msit_officer"], at=AT)
        builders.submit(reports[code], by=people["msit_officer"], at=AT)
    builders.report_in("returned", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=AT)
    builders.report_in("accepted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=AT)
    builders.write(reports["FSC-01"], by=people["fsc_officer"], at=AT)
    builders.ask_sign_off(reports["FSC-01"], by=people["fsc_officer"], at=AT)
    moved = builders.move_dates(task_force.round_2, by=coordinator, at=AT, freeze_at=FREEZE_AT)
    Notice.objects.all().delete()
    return moved


def told() -> dict[str, set[str]]:
    """Whom the warnings name which tasks; the ministry's own contact as its code."""
    rows = Notice.objects.filter(purpose=Purpose.FREEZE_WARNING).select_related("to", "ministry")
    return {
        (row.to.username if row.to else row.ministry.code if row.ministry else ""): {
            report["code"] for report in row.facts["reports"]
        }
        for row in rows
    }


def test_those_of_what_is_not_in_are_warned_a_working_day_ahead(planned):
    """Officers and approvers; what is returned or waits for its sign-off is not in."""
    assert freeze_warnings.warn(WARNS_AT.replace(hour=8, minute=59)) == ""
    assert freeze_warnings.warn(WARNS_AT) == "freeze warnings: 4 mails"
    me, fsc = {"ME-01", "ME-02", "ME-04", "ME-05", "ME-06"}, {"FSC-01", "FSC-02"}
    assert told() == {"me_officer": me, "me_officer_2": me, "fsc_officer": fsc, "fsc_approver": fsc}
    letter = write(Notice.objects.get(to__username="fsc_approver"))
    assert "3. 24.(수) 18:00" in letter.subject
    assert "FSC-01" in letter.body
    assert "승인 대기" in letter.body
    assert freeze_warnings.warn(kst(2021, 3, 23, 15)) == ""
    assert Reminder.objects.filter(step="freeze", due_at=FREEZE_AT).count() == 2


def test_whoever_works_for_two_ministries_gets_one_mail(planned, task_force):
    builders.posting(task_force.people["me_officer"], "officer", task_force.ministries["FSC"])
    freeze_warnings.warn(WARNS_AT)
    assert {"ME-01", "FSC-01"} <= told()["me_officer"]
    assert Notice.objects.filter(to=task_force.people["me_officer"]).count() == 1


def test_without_people_the_ministry_itself_is_written_to(planned, task_force):
    for name in ("fsc_officer", "fsc_approver"):
        task_force.people[name].postings.all().delete()
    freeze_warnings.warn(WARNS_AT)
    assert told()["FSC"] == {"FSC-01", "FSC-02"}


def test_another_planned_time_is_warned_of_anew(planned, coordinator):
    """And the one that is not planned any more is not warned of."""
    later = kst(2021, 3, 30, 18)
    builders.move_dates(planned, by=coordinator, at=AT, freeze_at=later)
    assert freeze_warnings.warn(WARNS_AT) == ""
    assert freeze_warnings.warn(kst(2021, 3, 29, 9)) != ""


@pytest.mark.parametrize("at", [FREEZE_AT, kst(2021, 3, 25, 9)])
def test_what_is_past_is_not_warned_of(planned, at):
    assert freeze_warnings.warn(at) == ""


def test_a_frozen_round_is_not_warned_of(planned, coordinator):
    builders.freeze(planned, by=coordinator, at=kst(2021, 3, 22, 10))
    assert freeze_warnings.warn(WARNS_AT) == ""


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (AT, "The warning has not gone out yet: it is due Tue 23 Mar 2021, 09:00"),
        (WARNS_AT, "The warning went out Tue 23 Mar 2021, 09:00"),
    ],
)
def test_the_freeze_page_says_who_was_warned(planned, coordinator, at: datetime, said: str, monkeypatch):
    """It never stands in the way."""
    from records import clock

    freeze_warnings.warn(at)
    monkeypatch.setattr(clock, "now", lambda: at)
    answer = page(visitor(coordinator).get("/rounds/2/freeze/"))
    assert said in answer.text
    assert [row for row in answer.all("form") if row["action"] == "/rounds/2/freeze/"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_warn_once(planned):
    assert connection.in_atomic_block is False
    results = at_once(*[partial(freeze_warnings.warn, WARNS_AT)] * 2)
    assert sorted(results) == ["", "freeze warnings: 4 mails"]
    assert len(told()) == 4
