"""What opinions owe others: mails, reminders, errands, the office's jobs, and what they suggest for an agenda."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings import suggesting, workflow
from meetings.models import AgendaItem, Opinion
from meetings.opinions import notices, owing, reminding
from meetings.opinions.drafting import About
from meetings.reasons import of_plain
from ministries import working_days
from ministries.models import Ministry, User
from outbox import sending
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, WrongState
from tasks import providers
from tests.builders import key, kst
from tests.cast import AT
from tests.pages import page, visitor

from . import agenda_scene
from . import opinion_scene as scene
from .opinion_scene import DUE, OWED, said

pytestmark = pytest.mark.either

OFFICERS = {"me_officer", "me_officer_2"}
AHEAD, MORNING, AFTER = kst(2021, 3, 16, 9), kst(2021, 3, 18, 9), kst(2021, 3, 19, 9)


@pytest.fixture
def early(task_force: Any, coordinator: Any, me: Any) -> Opinion:
    """Given out to ME on Friday 12 March, due on Thursday 18 March."""
    return scene.owed_to(me, by=coordinator, at=kst(2021, 3, 12, 10))


def told(purpose: Purpose) -> set[str]:
    return set(Notice.objects.filter(purpose=purpose, to__isnull=False).values_list("to__username", flat=True))


# mails


def test_who_has_to_answer_is_told_once(early, coordinator):
    assert told(Purpose.OPINION_GIVEN) == OFFICERS
    scene.change(early, by=coordinator, at=AT, codes=("ME-01",))
    assert Notice.objects.filter(purpose=Purpose.OPINION_GIVEN).count() == len(OFFICERS)


def given() -> list[tuple[str, list[int]]]:
    """Who is told of which opinions that were given out, mail by mail."""
    found = Notice.objects.filter(purpose=Purpose.OPINION_GIVEN).order_by("to__username", "pk")
    return [
        (row.to.username if row.to else "", [row.facts["pk"], *(one["pk"] for one in row.facts["others"])])
        for row in found
    ]


def test_another_day_is_told_anew(early, coordinator):
    sending.queue_owed()
    scene.change(early, by=coordinator, at=AT, due_on=date(2021, 3, 25))
    assert Notice.objects.filter(purpose=Purpose.OPINION_GIVEN).count() == 2 * len(OFFICERS)


def test_a_mail_that_has_not_left_tells_of_the_day_that_holds(early, coordinator):
    scene.change(early, by=coordinator, at=AT, due_on=date(2021, 3, 25))
    facts = Notice.objects.filter(purpose=Purpose.OPINION_GIVEN).values_list("facts__due_at", flat=True)
    assert list(facts) == ["2021-03-25T00:00:00+09:00"] * len(OFFICERS)


def test_what_is_given_out_before_the_mail_leaves_stands_in_the_same_mail(early, coordinator, me, motie):
    soon = kst(2021, 3, 12, 15)
    second = scene.owed_to(me, by=coordinator, at=soon, due_on=date(2021, 3, 17))
    scene.owed_to(motie, by=coordinator, at=soon)
    both = [second.pk, early.pk]  # the one that is due first stands first
    assert [row for row in given() if row[0] in OFFICERS] == [("me_officer", both), ("me_officer_2", both)]
    User.objects.filter(username="me_officer").update(language="en")
    letter = write(Notice.objects.get(to__username="me_officer", purpose=Purpose.OPINION_GIVEN))
    assert letter.subject == "2 stakeholder opinions to answer, the first due Wed 17 Mar 2021"
    assert all(row.number in letter.body for row in (second, early))
    assert "/opinions/?state=owed" in letter.body


def test_what_is_given_out_days_later_is_told_in_another(early, coordinator, me):
    third = scene.owed_to(me, by=coordinator, at=AT)
    assert [pks for to, pks in given() if to == "me_officer"] == [[early.pk], [third.pk]]


def test_what_is_given_out_after_the_mail_left_is_told_in_another(early, coordinator, me):
    sending.queue_owed()
    third = scene.owed_to(me, by=coordinator, at=AT)
    assert [pks for to, pks in given() if to == "me_officer"] == [[early.pk], [third.pk]]


def test_nobody_is_told_of_what_nobody_answers(task_force, coordinator):
    scene.enter(said(), by=coordinator, at=AT)
    assert not Notice.objects.filter(purpose__startswith="opinion").exists()


def test_a_ministry_without_officers_is_written_to_itself(task_force, coordinator, msit, msit_officer):
    msit_officer.postings.update(ends_on=date(2021, 3, 1))
    Ministry.objects.filter(pk=msit.pk).update(fallback_email="msit@example.org")
    scene.owed_to(msit, by=coordinator, at=AT)
    assert Notice.objects.get(to=None).address() == "msit@example.org"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_no_mail_says_what_was_said_or_by_whom(early, me_officer, language):
    me_officer.language = language
    me_officer.save()
    for moment in (AHEAD, AFTER):
        reminding.remind(moment)
    notices = Notice.objects.filter(to=me_officer, purpose__startswith="opinion").select_related("to")
    assert notices.count() == 3
    for notice in notices:
        letter = write(notice)
        assert letter.subject
        for words in (OWED, "한 모임"):
            assert words not in letter.subject + letter.body
        assert "/opinions/" in letter.body


# reminders


@pytest.mark.parametrize(
    ("moments", "mails"),
    [
        ([AHEAD - timedelta(minutes=1)], 0),
        ([AHEAD], 1),
        ([AHEAD, AHEAD, AHEAD + timedelta(hours=5)], 1),
        ([AHEAD, MORNING], 2),
        ([AHEAD, MORNING, AFTER], 3),
        ([AFTER + timedelta(days=9)], 1),
        ([AFTER, AFTER + timedelta(days=9)], 1),
    ],
)
def test_the_ladder(early, moments, mails):
    """Two working days before, in the morning of the day, and the working day after: each once, none made up for."""
    for moment in moments:
        reminding.remind(moment)
    assert Notice.objects.filter(purpose=Purpose.OPINION_DUE, to__username="me_officer").count() == mails


def test_a_day_off_is_no_working_day(task_force, coordinator, me):
    """Due on Sunday 21 March: reminded on Thursday, on Friday, and on Monday."""
    ladder = list(reminding.ladder(date(2021, 3, 21), working_days.calendar()))
    assert [moment.day for _step, moment in ladder] == [18, 19, 22]


def test_an_answer_ends_the_reminders(early, me_officer):
    scene.dispose(early, by=me_officer, at=AT)
    reminding.remind(AFTER)
    assert not Notice.objects.filter(purpose=Purpose.OPINION_DUE).exists()


def test_what_was_given_out_a_moment_ago_is_not_reminded_of(task_force, coordinator, me):
    """Due on Thursday, given out on Tuesday at two: the step of Tuesday morning is none, that of Thursday is."""
    scene.owed_to(me, by=coordinator, at=AT)
    reminding.remind(AT)
    assert not Notice.objects.filter(purpose=Purpose.OPINION_DUE).exists()
    reminding.remind(MORNING)
    assert told(Purpose.OPINION_DUE) == OFFICERS


def test_many_of_one_day_are_one_mail(early, coordinator, me):
    for _more in range(3):
        scene.owed_to(me, by=coordinator, at=kst(2021, 3, 12, 10))
    reminding.remind(AHEAD)
    facts = Notice.objects.filter(purpose=Purpose.OPINION_DUE).values_list("facts", flat=True)
    assert [fact["number"] for fact in facts] == [4, 4]


def test_one_ministry_that_fails_does_not_stand_in_the_way(early, coordinator, motie, monkeypatch):
    """It is named, and reminded by the next run."""
    scene.owed_to(motie, by=coordinator, at=kst(2021, 3, 12, 10))
    real = notices.due

    def fail(ministry: int, *args: Any, **more: Any) -> None:
        if ministry == early.ministry_id:
            raise ValueError
        real(ministry, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(notices, "due", fail)
        assert reminding.remind(AHEAD) == "opinions: 1 ministries; failed for ME, see the log"
    assert told(Purpose.OPINION_DUE) == {"motie_officer"}
    assert reminding.remind(AHEAD) == "opinions: 1 ministries"
    assert told(Purpose.OPINION_DUE) == OFFICERS | {"motie_officer"}


def test_who_answers_while_others_are_reminded_is_not(early, coordinator, motie, motie_officer, monkeypatch):
    """What is owed is read again behind the lock, not taken from the beginning of the run."""
    late = scene.owed_to(motie, by=coordinator, at=kst(2021, 3, 12, 10))
    real = notices.due

    def answer(ministry: int, *args: Any, **more: Any) -> None:
        real(ministry, *args, **more)
        if ministry == early.ministry_id:
            scene.dispose(late, by=motie_officer, at=AHEAD)

    monkeypatch.setattr(notices, "due", answer)
    assert reminding.remind(AHEAD) == "opinions: 1 ministries"
    assert told(Purpose.OPINION_DUE) == OFFICERS


def test_many_opinions_take_as_many_queries_as_few(early, coordinator, me):
    def queries(at: Any) -> int:
        with CaptureQueriesContext(connection) as ran:
            assert reminding.remind(at) == "opinions: 1 ministries"
        return len(ran)

    few = queries(AHEAD)
    for _more in range(5):
        scene.owed_to(me, by=coordinator, at=kst(2021, 3, 12, 10))
    assert queries(MORNING) == few


def test_mails_leave_by_run_due(early, me_officer):
    assert not mail.outbox
    assert "opinions" in reminding.remind(AFTER)


# errands and jobs


def test_a_ministry_owes_an_errand_until_it_answers(early, me_officer, motie_officer, coordinator):
    found = owing.errands(me_officer, AT)
    assert [(one.url, one.is_overdue) for one in found] == [(f"/opinions/{early.pk}/", False)]
    assert OWED not in found[0].text
    assert [one.is_overdue for one in owing.errands(me_officer, AFTER)] == [True]
    assert [owing.errands(user, AT) for user in (motie_officer, coordinator)] == [[], []]
    assert providers.errands_of(me_officer, at=AT) == found
    scene.dispose(early, by=me_officer, at=AT)
    assert owing.errands(me_officer, AT) == []


def test_many_errands_are_one_with_the_number_of_its_list(early, me_officer, coordinator, me, domain_time):
    for _more in range(6):
        scene.owed_to(me, by=coordinator, at=AT, due_on=date(2021, 3, 30))
    (one,) = owing.errands(me_officer, AT)
    shown = page(visitor(me_officer).get(one.url)).one("tbody").all("tr")
    assert one.text.startswith("7 ") or "7" in one.text
    assert len(shown) == 7
    assert one.due_at is not None
    assert one.due_at.date() == DUE


def test_the_offices_jobs_count_their_lists(early, coordinator, reader, me_officer, domain_time):
    scene.enter(said(), by=coordinator, at=AT)
    Opinion.objects.filter(pk=early.pk).update(due_on=date(2021, 3, 15))
    jobs = [job for job in providers.jobs_of(coordinator, at=AT) if "/opinions/" in job.url]
    assert [job.number for job in jobs] == [1, 1]
    for job in jobs:
        assert len(page(visitor(coordinator).get(job.url)).one("tbody").all("tr")) == job.number
    assert [owing.jobs(user, AT) for user in (reader, me_officer)] == [[], []]


# agenda


def suggested(meeting: Any, user: Any, at: Any) -> dict[str, tuple[int, str]]:
    found = suggesting.read(meeting, user=user, at=at).all
    return {
        one.key: (one.reason.counted[0].number, one.reason.counted[0].query) for one in found if "opinions" in one.key
    }


def test_opinions_suggest_themselves(early, coordinator, task_force, me, domain_time):
    """What is overdue, and all that came since the meeting before, whose number is its list."""
    scene.meeting(1, date=date(2021, 3, 14))
    meeting = scene.meeting(2, date=date(2021, 3, 23))
    scene.enter(said(), by=coordinator, at=AT)
    scene.sent(coordinator, AT)
    assert suggested(meeting, coordinator, AT) == {"opinions": (1, "?state=admitted&since=2021-03-14")}
    late = suggested(meeting, coordinator, AFTER)
    assert late["opinions_overdue"] == (1, "?state=overdue")
    rows = page(visitor(coordinator).get("/opinions/?state=admitted&since=2021-03-14")).one("tbody").all("tr")
    assert len(rows) == 1


def test_what_is_on_the_agenda_is_not_suggested_again(early, task_force, coordinator, me, msit, domain_time):
    meeting = agenda_scene.meeting(task_force.round_2, me, msit, by=coordinator, at=AT)
    one = suggesting.read(meeting, user=coordinator, at=AT).find("opinions")
    assert one is not None
    assert one.titles == ("이해관계자 의견", "Stakeholder opinions"), "no number: what comes later joins the item"
    workflow.add_item(meeting.pk, one.draft, by=coordinator, at=AT, key=key())
    assert suggested(meeting, coordinator, AT) == {}
    with pytest.raises(WrongState):
        workflow.add_item(meeting.pk, one.draft, by=coordinator, at=AT, key=key())
    scene.enter(said(about=About()), by=coordinator, at=AT)
    assert suggested(meeting, coordinator, AT) == {"opinions": (1, "")}


def test_what_came_later_joins_the_item_that_is_there(early, task_force, coordinator, me, msit, domain_time):
    meeting = agenda_scene.meeting(task_force.round_2, me, msit, by=coordinator, at=AT)
    browser, address = visitor(coordinator), f"/meetings/{meeting.no}/agenda/"
    first = {"take": "opinions", "seen": f"o{early.pk}", "key": str(key())}
    assert browser.post(f"{address}take/", first).status_code == 302
    later = scene.enter(said(about=About()), by=coordinator, at=AT)
    assert "Add to item" in page(browser.get(address)).one("section", class_="suggestions").text
    more = {"take": "opinions", "seen": f"o{later.pk}", "key": str(key())}
    for _click in range(2):
        assert browser.post(f"{address}take/", more).status_code == 302
    item = AgendaItem.objects.get(title_ko="이해관계자 의견")
    assert item.reason["opinions"] == [early.pk, later.pk]
    assert [row["number"] for row in item.reason["counted"]] == [2]
    assert suggested(meeting, coordinator, AT) == {}
    reason = of_plain(item.reason)
    assert reason is not None
    given: Any = {"by": coordinator, "at": AT, "key": key()}
    with pytest.raises(Conflict):
        workflow.extend_item(item.pk, reason, version=0, **given)
    with pytest.raises(WrongState):
        workflow.extend_item(item.pk, reason, version=item.version, **given)
    with pytest.raises(WrongState):
        workflow.extend_item(item.pk, replace(reason, kind="opinions_overdue"), version=item.version, **given)


def test_the_item_of_all_does_not_hide_what_is_overdue(early, task_force, coordinator, me, msit, domain_time):
    meeting = agenda_scene.meeting(task_force.round_2, me, msit, by=coordinator, at=AT)
    one = suggesting.read(meeting, user=coordinator, at=AFTER).find("opinions")
    assert one is not None
    workflow.add_item(meeting.pk, one.draft, by=coordinator, at=AT, key=key())
    assert suggested(meeting, coordinator, AFTER) == {"opinions_overdue": (1, "?state=overdue")}


def test_the_agenda_names_the_number_and_its_list(early, task_force, coordinator, me, msit, domain_time):
    meeting = agenda_scene.meeting(task_force.round_2, me, msit, by=coordinator, at=AT)
    browser = visitor(coordinator)
    shown = page(browser.get(f"/meetings/{meeting.no}/agenda/"))
    (link,) = [row for row in shown.all("a") if row["href"].startswith("/opinions/?")]
    assert len(page(browser.get(link["href"])).one("tbody").all("tr")) == int(link.text)
    sent = {"take": "opinions", "seen": f"o{early.pk}", "key": str(key())}
    assert browser.post(f"/meetings/{meeting.no}/agenda/take/", sent).status_code == 302
    assert AgendaItem.objects.filter(title_ko="이해관계자 의견").exists()
