"""What becomes of a decision: followed up by its owner, in their list and report, closed by the office."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from meetings import workflow
from meetings.models import Decision, FollowUp, Meeting
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, Forbidden, Invalid, Refused, WrongState
from records.models import Event
from tasks import content, providers
from tasks.models import Report
from tests import builders
from tests.builders import key, kst
from tests.cast import AT, TaskForce
from tests.pages import filled, page, visitor

from . import outcome_scene as scene

SAID = kst(2021, 3, 15, 10)
DONE = "ㅇ 두 부처가 3. 15. 일정을 정함"


@pytest.fixture
def meeting(task_force: TaskForce) -> Meeting:
    """Confirmed and notified on 22 February."""
    return scene.notify(scene.confirmed(task_force), by=task_force.people["coordinator"])


def numbered(no: int) -> Decision:
    return Decision.objects.get(no=no)


def say(no: int, progress: str = "under_way", text: str = DONE, *, by: Any, at: Any = SAID) -> FollowUp:
    workflow.follow_up(numbered(no).pk, by=by, at=at, key=key(), progress=progress, text=text)
    return FollowUp.objects.latest("pk")


def close(no: int, reason: str = "", *, by: Any, at: Any = SAID) -> None:
    last = numbered(no).follow_ups.order_by("-pk").first()
    seen = last.pk if last else 0
    workflow.close_decision(numbered(no).pk, by=by, at=at, key=key(), seen=seen, reason=reason)


def reopen(no: int, reason: str = "실적 확인 필요", *, by: Any, at: Any = SAID) -> None:
    workflow.reopen_decision(numbered(no).pk, by=by, at=at, key=key(), reason=reason)


# The verbs

ME, MSIT, OFFICE = "me_officer", "msit_officer", "coordinator"
Do = Callable[[TaskForce], object]


def _said(progress: str) -> Do:
    return lambda it: say(1, progress, by=it.people[ME])


def _closed(it: TaskForce) -> None:
    close(1, "회의에서 확인", by=it.people[OFFICE])


# what went before, who, what is called, what comes of it: a refusal, or its field, or None where it is done
TABLE: list[tuple[str, str, Callable[[Any], object], type[Refused] | str | None]] = [
    ("", ME, lambda by: say(1, by=by), None),
    ("", ME, lambda by: say(1, "done", by=by), None),
    ("", ME, lambda by: say(1, "difficult", "ㅇ 예산 미확보", by=by), None),
    ("", ME, lambda by: say(1, "", by=by), "progress"),
    ("", ME, lambda by: say(1, "closed", by=by), "progress"),
    ("", ME, lambda by: say(1, text=" ", by=by), "text"),
    ("", ME, lambda by: say(1, text="가" * 3001, by=by), "text"),
    ("", MSIT, lambda by: say(1, by=by), Forbidden),
    ("", "motie_officer", lambda by: say(1, by=by), Forbidden),
    ("", OFFICE, lambda by: say(1, by=by), Forbidden),
    ("", ME, lambda by: say(3, by=by), Forbidden),
    ("closed", ME, lambda by: say(1, by=by), WrongState),
    ("", OFFICE, lambda by: close(1, by=by), "reason"),
    ("", OFFICE, lambda by: close(1, "회의에서 확인", by=by), None),
    ("under_way", OFFICE, lambda by: close(1, by=by), "reason"),
    ("done", OFFICE, lambda by: close(1, by=by), None),
    ("closed", OFFICE, lambda by: close(1, "또", by=by), WrongState),
    ("", ME, lambda by: close(1, "우리가", by=by), Forbidden),
    ("", OFFICE, lambda by: close(3, "당부", by=by), WrongState),
    ("", OFFICE, lambda by: reopen(1, by=by), WrongState),
    ("closed", OFFICE, lambda by: reopen(1, by=by), None),
    ("closed", OFFICE, lambda by: reopen(1, "", by=by), "reason"),
    ("closed", ME, lambda by: reopen(1, by=by), Forbidden),
]


@pytest.mark.parametrize(("before", "who", "call", "wanted"), TABLE)
def test_a_verb_on_a_decision(task_force, meeting, before, who, call, wanted):
    if before in ("under_way", "done"):
        _said(before)(task_force)
    elif before == "closed":
        _closed(task_force)
    events = Event.objects.count()
    if wanted is None:
        call(task_force.people[who])
        assert Event.objects.count() == events + 1
        assert scene.differences(meeting) == []
        return
    with pytest.raises(Invalid if isinstance(wanted, str) else wanted) as caught:
        call(task_force.people[who])
    assert Event.objects.count() == events
    if isinstance(wanted, str) and isinstance(caught.value, Invalid):
        assert list(caught.value.problems) == [wanted]


def test_nothing_is_followed_up_before_it_is_confirmed(task_force, me_officer):
    scene.circulate(scene.decided(task_force), by=task_force.people["coordinator"])
    with pytest.raises(WrongState):
        say(1, by=me_officer)


def test_who_closes_has_read_the_last_word(meeting, me_officer, coordinator):
    say(1, "done", by=me_officer)
    with pytest.raises(Conflict):
        workflow.close_decision(numbered(1).pk, by=coordinator, at=SAID, key=key(), seen=0)


def test_a_follow_up_belongs_to_the_round_that_is_collected(meeting, me_officer, round_2):
    assert say(1, by=me_officer).round == round_2


def test_its_owner_is_told_that_it_is_closed(meeting, me_officer, coordinator):
    say(1, "done", by=me_officer)
    close(1, by=coordinator)
    told = Notice.objects.filter(purpose=Purpose.DECISION_CLOSED)
    assert {row.to.username for row in told if row.to} == {"me_officer", "me_officer_2"}
    assert "1-01" in write(told[0]).subject


def test_what_was_said_and_closed_cannot_be_changed(meeting, me_officer, coordinator):
    say(1, "done", by=me_officer)
    close(1, by=coordinator)
    for sql in ("UPDATE meetings_followup SET text = 'x'", "DELETE FROM meetings_closing"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# Open and overdue


def test_what_is_open_and_what_is_overdue(task_force, meeting, coordinator):
    """By its last closing; the day itself is in time; exhortations are neither."""
    assert [row.no for row in Decision.objects.open().order_by("no")] == [1, 2]
    assert not Decision.objects.overdue(date(2021, 3, 12)).exists()
    assert [row.no for row in Decision.objects.overdue(date(2021, 3, 13))] == [2]
    close(2, "확인", by=coordinator)
    assert [row.no for row in Decision.objects.open()] == [1]
    reopen(2, by=coordinator)
    assert [row.no for row in Decision.objects.open().order_by("no")] == [1, 2]


# "No change"


def refusal(report: Report) -> str:
    row = Report.objects.with_texts().get(pk=report.pk)
    owed = providers.Owed([row.lead_id], row.round, AT)
    with translation.override("en"):
        return content.unchanged_refusal(row, unsaid=owed.unsaid)


def test_no_change_is_refused_until_something_is_said_in_this_round(meeting, reports, me_officer, round_2, coordinator):
    """By the rule and by the verb; what was said before the round was opened does not count."""
    assert refusal(reports["ME-01"]) == "a follow-up is owed on decision 1-01"
    with pytest.raises(Invalid, match="1-01"):
        builders.submit(reports["ME-01"], by=me_officer, at=AT, unchanged=True)
    say(1, by=me_officer, at=round_2.opens_at - timedelta(seconds=1))
    assert "1-01" in refusal(reports["ME-01"])
    say(1, by=me_officer, at=round_2.opens_at)
    assert refusal(reports["ME-01"]) == ""
    builders.submit(reports["ME-01"], by=me_officer, at=AT, unchanged=True)


def test_no_change_is_possible_once_it_is_closed(meeting, reports, coordinator):
    assert refusal(reports["ME-01"])
    close(1, "확인", by=coordinator)
    assert refusal(reports["ME-01"]) == ""


def test_the_approver_does_not_let_it_through_either(task_force, reports, fsc_officer, fsc_approver, coordinator):
    """A decision that came after sign-off was asked for."""
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=AT, unchanged=True)
    meeting = scene.planned(task_force, no=7)
    fsc = task_force.ministries["FSC"]
    scene.record(meeting, "기한 앞당김", by=coordinator, lead=fsc, due_on=date(2021, 4, 9), tasks=["FSC-01"])
    scene.confirm(scene.circulate(meeting, by=coordinator, has_empty=True), by=coordinator)
    with pytest.raises(Invalid, match="7-01"):
        builders.sign_off(reports["FSC-01"], by=fsc_approver, at=AT)


def test_another_ministrys_decision_is_no_reason(task_force, reports, coordinator):
    """MOTIE has to say something about ME-01; ME's report is not held up by that."""
    meeting = scene.planned(task_force, no=7)
    motie = task_force.ministries["MOTIE"]
    scene.record(meeting, "협의", by=coordinator, lead=motie, due_on=date(2021, 4, 9), tasks=["ME-01"])
    scene.confirm(scene.circulate(meeting, by=coordinator, has_empty=True), by=coordinator)
    assert refusal(reports["ME-01"]) == ""


# Pages of tasks


def test_my_tasks_shows_what_is_to_be_carried_out(meeting, me_officer, domain_time):
    """With number, sentence, day, and a form that leads back; in the row of the task as well."""
    browser = visitor(me_officer)
    found = page(browser.get("/my-tasks/"))
    section = found.one("section", id="decided")
    assert section.one("span", class_="num").text == "1"
    assert scene.DECIDED in section.text
    assert "Fri 9 Apr" in section.text
    row = found.one("details", id=f"row-{Report.objects.get(round__no=2, task__code='ME-01').pk}")
    assert "1-01" in row.text
    action = f"/decisions/{numbered(1).pk}/follow-up/"
    form = filled(found, action) | {"progress": ["under_way"], "text": [DONE]}
    answer = browser.post(action, form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-tasks/")
    assert FollowUp.objects.get().text == DONE
    again = page(browser.get("/my-tasks/")).one("section", id="decided").text
    assert DONE in again
    assert "Nothing said yet" not in again


def test_overdue_is_said_in_words(meeting, msit_officer, domain_time):
    assert "Overdue" in page(visitor(msit_officer).get("/my-tasks/")).one("section", id="decided").text


def test_between_rounds_it_stands_there_as_well(meeting, task_force, me_officer, coordinator, domain_time, round_2):
    builders.freeze(round_2, by=coordinator, at=AT)
    assert scene.DECIDED in page(visitor(me_officer).get("/my-tasks/")).one("section", id="decided").text


def test_a_form_that_is_refused_keeps_what_was_typed(meeting, me_officer, domain_time):
    address = f"/decisions/{numbered(1).pk}/follow-up/"
    answer = visitor(me_officer).post(address, {"text": DONE, "next": "/my-tasks/"})
    found = page(answer)
    assert answer.status_code == 422
    assert found.one("textarea", id="text").raw_text.strip() == DONE
    assert filled(found, address)["next"] == ["/my-tasks/"]
    assert found.one("p", id="progress-error").text


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(meeting, me_officer, domain_time, back):
    address = f"/decisions/{numbered(1).pk}/follow-up/"
    answer = visitor(me_officer).post(address, {"text": DONE, "progress": "done", "next": back})
    assert answer.headers["Location"] == f"/decisions/{numbered(1).pk}/"


def test_the_check_page_says_why_it_is_not_unchanged(meeting, me_officer, domain_time):
    assert "a follow-up is owed on decision 1-01" in page(visitor(me_officer).get("/my-tasks/check/")).text


def test_report_review_and_task_show_what_was_decided(meeting, reports, me_officer, coordinator, domain_time, at):
    say(1, by=me_officer)
    builders.report_in("submitted", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    pk = reports["ME-01"].pk
    for address in (f"/reports/{pk}/", f"/review/{pk}/", "/tasks/ME-01/"):
        found = page(visitor(coordinator).get(address)).text
        assert scene.DECIDED in found, address
        assert DONE in found, address
    close(1, "확인", by=coordinator)
    assert scene.DECIDED not in page(visitor(coordinator).get(f"/review/{pk}/")).text
    assert scene.DECIDED in page(visitor(coordinator).get("/tasks/ME-01/")).text


def test_the_board_counts_what_is_overdue(meeting, coordinator, reader, domain_time):
    """One number that leads to its list, only where there are any."""
    found = page(visitor(coordinator).get("/board/")).one("a", id="j-decisions")
    assert (found["href"], found.one("b").text) == ("/decisions/?state=overdue", "1")
    listed = page(visitor(coordinator).get(found["href"])).one("table", class_="tb stack named decisions")
    assert [row.one("th").text for row in listed.one("tbody").all("tr")] == ["1-02"]
    close(2, "확인", by=coordinator)
    assert not page(visitor(coordinator).get("/board/")).all("a", id="j-decisions")


def test_the_menu_counts_what_waits_for_a_ministry(meeting, me_officer, fsc_officer, coordinator, domain_time):
    """The decision that it carries out, and the notice that it has not answered."""

    def number(user: Any) -> str:
        link = page(visitor(user).get("/decisions/")).one("nav", class_="gnb").one("a", href="/meetings/")
        return "".join(row.text for row in link.all("b"))

    assert [number(user) for user in (me_officer, fsc_officer, coordinator)] == ["2", "", ""]
