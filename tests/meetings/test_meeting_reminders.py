"""What reminds of decisions and of notices without an answer: when, whom, how often, and that it stops by itself.

1-01 is due on Friday 9 April, 1-02 was due on Friday 12 March; they are confirmed and notified on Monday 22 February.
"""

from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import Any

import pytest
from django.utils import timezone, translation

from meetings import reminders, workflow
from meetings.models import Decision, Meeting
from ministries.models import Posting
from ministries.working_days import calendar
from outbox import due
from outbox.letters import write
from outbox.models import Notice, Purpose
from tests import builders
from tests.builders import key, kst
from tests.cast import TaskForce
from tests.tasks.test_races import at_once

from . import outcome_scene as scene

pytestmark = pytest.mark.either

MINUTE = timedelta(minutes=1)


@pytest.fixture
def meeting(task_force: TaskForce) -> Meeting:
    """Notified; nothing is owed yet."""
    made = scene.notify(scene.confirmed(task_force), by=task_force.people["coordinator"])
    Notice.objects.all().delete()
    return made


def day(text: str, hour: int = 9) -> datetime:
    month, of_month = map(int, text.split("-"))
    return kst(2021, month, of_month, hour)


def owed(purpose: Purpose = Purpose.DECISION_DUE) -> list[str]:
    """Each step that was owed, once for however many people: `1 today 04-09`, by the decision's number."""
    numbers = {row.pk: row.no for row in Decision.objects.all()}
    rows = Notice.objects.filter(purpose=purpose).order_by("pk").values_list("about", "owed_at")
    said = []
    for about, at in rows:
        _kind, pk, step = about.split("/", 2)
        first = f"{numbers[int(pk)]} " if purpose is Purpose.DECISION_DUE else ""
        said.append(f"{first}{step} {timezone.localtime(at):%m-%d}")
    return list(dict.fromkeys(said))


def people(about: str) -> set[str]:
    rows = Notice.objects.filter(about=about).select_related("to")
    return {row.to.username if row.to else "contact" for row in rows}


def pass_days(first: str, last: str) -> None:
    """Each day in the morning and in the evening, twice."""
    at, end = day(first), day(last, 18)
    while at <= end:
        for moment in (at, at, at + timedelta(hours=9)):
            reminders.remind(moment)
        at += timedelta(days=1)


def say(no: int, progress: str, *, by: Any, at: datetime) -> None:
    pk = Decision.objects.get(no=no).pk
    workflow.follow_up(pk, by=by, at=at, key=key(), progress=progress, text="ㅇ 협의")


# When

# due on · five working days before · on the day · overdue, three times
LADDERS = """
04-09   04-02   04-09   04-12  04-19  04-26
03-21   03-15   03-19   03-22  03-29  04-05
05-07   04-29   05-07   05-10  05-17  05-24
02-09   02-02   02-09   02-10  02-17  02-24
04-28   04-21   04-28   04-29  05-06  05-13
"""


@pytest.mark.parametrize("line", LADDERS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_the_steps_of_a_decision(db, line):
    """At 09:00, in working days: a day off before the day, and what falls on one after it."""
    due_on, *wanted = (date.fromisoformat(f"2021-{cell}") for cell in line.split())
    steps = list(islice(reminders.ladder(due_on, calendar()), 5))
    assert [timezone.localtime(step.moment).date() for step in steps] == wanted
    assert {timezone.localtime(step.moment).time() for step in steps} == {time(9)}
    assert [step.name for step in steps] == ["ahead", "today", "overdue/1", "overdue/2", "overdue/3"]


def test_each_step_is_owed_once_however_often_it_is_asked(meeting):
    """Both decisions, from before the first step until two weeks after the day of the later one."""
    pass_days("03-01", "04-20")
    overdue = [f"2 overdue/{n} {when}" for n, when in enumerate("03-15 03-22 03-29 04-05 04-12 04-19".split(), 1)]
    assert [row for row in owed() if row.startswith("2")] == ["2 ahead 03-05", "2 today 03-12", *overdue]
    first = [row for row in owed() if row.startswith("1")]
    assert first == ["1 ahead 04-02", "1 today 04-09", "1 overdue/1 04-12", "1 overdue/2 04-19"]
    assert Notice.objects.filter(purpose=Purpose.DECISION_DUE, to__username="me_officer").count() == 4


def test_the_instant_counts(meeting):
    reminders.remind(day("03-05") - timedelta(microseconds=1))
    assert owed() == []
    reminders.remind(day("03-05"))
    assert owed() == ["2 ahead 03-05"]


def test_what_was_missed_is_left_out(meeting):
    """Nothing ran for weeks: the latest step of each, and no heap."""
    said = reminders.remind(day("03-25"))
    assert owed() == ["2 overdue/2 03-25"]
    assert said == "reminders of meetings: 4 steps"  # and the notices of three ministries


def test_nothing_tells_of_a_time_before_the_ministry_knew(task_force):
    """Confirmed on the day itself, after its mail would have gone."""
    office = task_force.people["coordinator"]
    meeting = scene.circulate(scene.decided(task_force), by=office)
    scene.confirm(meeting, by=office, at=kst(2021, 3, 12, 10))
    Notice.objects.all().delete()
    pass_days("03-12", "03-14")
    assert owed() == []
    pass_days("03-15", "03-15")
    assert owed() == ["2 overdue/1 03-15"]


def test_before_it_is_confirmed_nobody_is_reminded(task_force):
    scene.circulate(scene.decided(task_force), by=task_force.people["coordinator"])
    Notice.objects.all().delete()
    assert reminders.remind(day("03-25")) == ""
    assert not Notice.objects.exists()


# That it stops


def test_carried_out_ends_it_and_another_word_begins_it_anew(task_force, meeting):
    officer = task_force.people["msit_officer"]
    say(2, "under_way", by=officer, at=day("03-11"))
    pass_days("03-12", "03-15")
    assert owed() == ["2 today 03-12", "2 overdue/1 03-15"]
    say(2, "done", by=officer, at=day("03-16"))
    pass_days("03-17", "03-31")
    assert owed() == ["2 today 03-12", "2 overdue/1 03-15"]
    say(2, "difficult", by=officer, at=day("04-01"))
    pass_days("04-05", "04-05")
    assert owed()[2:] == ["1 ahead 04-05", "2 overdue/4 04-05"]


def test_the_closing_ends_it_and_opening_it_again_does_not_catch_up(task_force, meeting):
    pk, office = Decision.objects.get(no=2).pk, task_force.people["coordinator"]
    who: dict[str, Any] = {"by": office, "key": key()}
    workflow.close_decision(pk, seen=0, reason="회의에서 확인", at=day("03-10"), **who)
    pass_days("03-10", "03-23")
    assert owed() == []
    workflow.reopen_decision(pk, reason="실적 확인 필요", at=day("03-24"), **(who | {"key": key()}))
    pass_days("03-24", "03-28")
    assert owed() == []
    pass_days("03-29", "03-29")
    assert owed() == ["2 overdue/3 03-29"]


def test_an_exhortation_reminds_nobody(meeting):
    pass_days("03-01", "04-20")
    assert not [row for row in owed() if row.startswith("3")]


# Whom, and with which words


def test_officers_of_the_ministry_that_carries_it_out(meeting):
    pass_days("04-02", "04-02")
    assert people(f"decision/{Decision.objects.get(no=1).pk}/ahead") == {"me_officer", "me_officer_2"}


def test_who_comes_later_is_not_told_of_an_old_step(task_force, meeting):
    """The step was carried out; the next one reaches them."""
    pass_days("04-02", "04-02")
    builders.posting(task_force.people["motie_officer"], "officer", task_force.ministries["ME"])
    pass_days("04-05", "04-06")
    pk = Decision.objects.get(no=1).pk
    assert people(f"decision/{pk}/ahead") == {"me_officer", "me_officer_2"}
    pass_days("04-09", "04-09")
    assert people(f"decision/{pk}/today") == {"me_officer", "me_officer_2", "motie_officer"}


def test_where_nobody_is_posted_the_ministrys_contact(meeting):
    Posting.objects.filter(user__username__startswith="me_officer").delete()
    pass_days("04-02", "04-02")
    assert people(f"decision/{Decision.objects.get(no=1).pk}/ahead") == {"contact"}


WORDS = {"ahead": "five working days until", "today": "is due on", "overdue/1": "was due on"}


def test_the_letters_say_what_is_due_and_what_ends_them(task_force, meeting):
    for person in task_force.people.values():
        person.language = "en"
        person.save()
    say(1, "difficult", by=task_force.people["me_officer"], at=day("04-08"))
    pass_days("04-02", "04-12")
    pk = Decision.objects.get(no=1).pk
    with translation.override("ko"):  # the reader's language counts, not that of who runs it
        letters = {step: write(Notice.objects.filter(about=f"decision/{pk}/{step}")[0]) for step in WORDS}
    for step, words in WORDS.items():
        assert letters[step].subject.startswith("Decision 1-01")
        assert words in letters[step].subject
        assert f"/decisions/{pk}/" in letters[step].body
        assert scene.DECIDED not in letters[step].body
        assert "In difficulty" in letters[step].body
    assert "3 days overdue" in letters["overdue/1"].body
    assert "overdue" not in letters["today"].body


# Notices

NOTICES = ["unanswered/1 02-25", "unanswered/2 03-04", "unanswered/3 03-11", "unanswered/4 03-18"]


def test_a_notice_without_an_answer(task_force, meeting):
    """Three working days after it, then once a week, to officers and approvers, until the ministry answers."""
    pass_days("02-22", "03-19")
    assert owed(Purpose.OUTCOME_UNANSWERED) == NOTICES
    pk = meeting.notifications.get(ministry=task_force.ministries["ME"]).pk
    assert people(f"notification/{pk}/unanswered/1") == {"me_officer", "me_officer_2"}
    letter = write(Notice.objects.filter(purpose=Purpose.OUTCOME_UNANSWERED)[0])
    assert "/meetings/1/outcome/" in letter.body


@pytest.mark.parametrize("agrees", [True, False])
def test_an_answer_ends_it_for_that_ministry_alone(task_force, meeting, agrees):
    who: dict[str, Any] = {"by": task_force.people["me_officer"], "at": day("02-24"), "key": key()}
    me = task_force.ministries["ME"]
    workflow.answer_notification(meeting.pk, ministry=me.pk, agrees=agrees, text="" if agrees else "기한", **who)
    pass_days("02-25", "03-05")
    told = set(Notice.objects.filter(purpose=Purpose.OUTCOME_UNANSWERED).values_list("ministry__code", flat=True))
    assert told == {"MOTIE", "MSIT"}


# How it runs


def test_it_runs_with_all_that_is_due(task_force, meeting):
    list(due.run_all(day("04-02")))
    assert "1 ahead 04-02" in owed()


def test_one_that_fails_does_not_stand_in_the_way(task_force, meeting, monkeypatch):
    """It is named, and owed by the next run."""
    from meetings.notices import reminding

    broken, real = Decision.objects.get(no=2).pk, reminding.decision_due

    def fail(decision: Decision, *args: Any, **more: Any) -> None:
        if decision.pk == broken:
            raise ValueError
        real(decision, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(reminding, "decision_due", fail)
        said = reminders.remind(day("04-12"))
    assert f"failed for decision/{broken}/overdue/5" in said
    assert [row for row in owed() if row.startswith("1")] == ["1 overdue/1 04-12"]
    reminders.remind(day("04-12") + MINUTE)
    assert "2 overdue/5 04-12" in owed()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_owe_each_mail_once(meeting):
    results = at_once(*[partial(reminders.remind, day("04-09"))] * 3)
    assert all(isinstance(said, str) for said in results)
    rows = Notice.objects.filter(purpose=Purpose.DECISION_DUE, about=f"decision/{Decision.objects.get(no=1).pk}/today")
    assert rows.count() == 2  # the ministry's two officers


def test_what_it_asks_does_not_grow(task_force, meeting, django_assert_max_num_queries):
    """A run that owes nothing: the calendar, the decisions with their closings, the notices, what was told of both."""
    reminders.remind(day("04-09"))
    with django_assert_max_num_queries(6):
        assert reminders.remind(day("04-09", 10)) == ""
