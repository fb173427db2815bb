"""What stays inside a ministry: texts taken back or never sent, and what went on between an officer and their approver."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import User
from records.models import Event
from tasks import review, workflow
from tasks.models import Report
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import DUE, TaskForce
from tests.pages import Element, page, visitor

SECRET = "ㅇ 아직 밖에 알릴 수 없는 문안"
COMMENT = "장관 보고 뒤에 다시 올려 주시기 바람"
INNER = ("Sign-off asked", "Sent back by the approver", COMMENT)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def sent_back(reports: dict[str, Report], fsc_officer: User, fsc_approver: User, at: datetime) -> Report:
    """FSC-01: asked for, sent back, asked for again together with FSC-02, and signed off with it."""
    report, other = reports["FSC-01"], reports["FSC-02"]
    builders.write(report, by=fsc_officer, at=at)
    builders.ask_sign_off(report, by=fsc_officer, at=at)
    version = fresh(report).version
    workflow.send_back(report.pk, by=fsc_approver, at=at, key=key(), version=version, comment=COMMENT)
    builders.write(other, by=fsc_officer, at=at)
    builders.ask_sign_off(report, other, by=fsc_officer, at=at)
    builders.sign_off(report, other, by=fsc_approver, at=at)
    return fresh(report)


def look(user: User, address: str) -> Element:
    answer = visitor(user).get(address)
    assert answer.status_code == 200
    return page(answer)


def rows(found: Element) -> dict[str, str]:
    """The words of a receipt's rows, by task code."""
    lines = [row for row in found.all("tr") if row.all("span", class_="code")]
    return {row.one("span", class_="code").text: row.text for row in lines}


# Taken back


def test_a_withdrawn_text_shows_nothing_outside(reports, me_officer, coordinator, at):
    """Neither light nor whether it was a text; its own people still see both, and what was opened stays as it was."""
    texts = {"ME-01": {}, "ME-03": {"light": "attention", "issues": "ㅇ 지연"}}
    for code, more in texts.items():
        builders.write(reports[code], by=me_officer, at=at, **more)
    number = builders.submit(*(reports[code] for code in texts), by=me_officer, at=at).number
    builders.open_for_review(reports["ME-01"], by=coordinator, at=at)
    builders.withdraw(reports["ME-03"], by=me_officer, at=at)
    address = f"/submissions/{number}/"
    outside, inside = rows(look(coordinator, address)), rows(look(me_officer, address))
    for word in ("Attention", "Text 1"):
        assert word not in outside["ME-03"]
        assert word in inside["ME-03"]
    assert outside["ME-03"].endswith("withdrawn")
    assert "On track" in outside["ME-01"]
    assert outside["ME-01"] == inside["ME-01"]


def test_what_came_after_a_withdrawal_opens_it_to_nobody(reports, me_officer, coordinator, at):
    """Sent again, frozen: the first text is still withdrawn, not replaced."""
    builders.write(reports["ME-05"], by=me_officer, at=at, light="attention", issues="ㅇ 지연")
    number = builders.submit(reports["ME-05"], by=me_officer, at=at).number
    builders.withdraw(reports["ME-05"], by=me_officer, at=at)
    builders.write(reports["ME-05"], by=me_officer, at=at)
    builders.submit(reports["ME-05"], by=me_officer, at=at)
    for _ in range(2):
        row = rows(look(coordinator, f"/submissions/{number}/"))["ME-05"]
        assert "Attention" not in row
        assert row.endswith("withdrawn")
        if fresh(reports["ME-05"]).round.frozen_at is None:
            builders.freeze(reports["ME-05"].round, by=coordinator, at=at)


def test_a_mended_text_taken_back_leaves_the_first_one_standing(reports, me_officer, coordinator, at):
    """The first receipt says what is true again: returned, not replaced."""
    report = builders.report_in("mended", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    second = builders.submit(report, by=me_officer, at=at).number
    assert "replaced" in rows(look(coordinator, "/submissions/2-ME-0001/"))["ME-01"]
    assert "Resubmitted" in rows(look(me_officer, f"/submissions/{second}/"))["ME-01"]
    builders.withdraw(report, by=me_officer, at=at)
    assert rows(look(coordinator, "/submissions/2-ME-0001/"))["ME-01"].endswith("Returned")


def test_a_withdrawn_receipt_says_when_and_by_whom(reports, me_officer, at):
    """It promises no review any more, and the list says what was done."""
    builders.write(reports["ME-05"], by=me_officer, at=at)
    number = builders.submit(reports["ME-05"], by=me_officer, at=at).number
    officer, address = visitor(me_officer), f"/submissions/{number}/"
    assert page(officer.get(address)).one("h1").text == "1 report received"
    answer = officer.post(f"{address}withdraw/", {"key": str(key())}, follow=True)
    assert f"1 report of receipt {number} was withdrawn" in page(answer).one("div", id="messages").text
    found = page(officer.get(address))
    assert found.one("h1").text == "Withdrawn"
    assert f"14:00:00 by {me_officer.name_en}" in found.one("ol", class_="next").text
    assert "The office reads it" not in found.text


# Between an officer and their approver


def test_the_office_does_not_read_what_the_approver_said(sent_back, coordinator, fsc_officer, fsc_approver):
    """On neither of the two pages that show a history; the sign-off stands there as the submission that it is."""
    for address in (f"/reports/{sent_back.pk}/", f"/review/{sent_back.pk}/"):
        text = look(coordinator, address).text
        assert not [word for word in INNER if word in text]
        assert "Signed off and submitted" in text
    for user in (fsc_officer, fsc_approver):
        text = look(user, f"/reports/{sent_back.pk}/").text
        assert [word for word in INNER if word in text] == list(INNER)


def test_the_record_keeps_its_chain_and_not_the_ministrys_steps(task_force, sent_back, coordinator, reader, at):
    """Every number and hash stands there; of the inner events nothing else does, before the freeze and after it."""
    inner = ("ask_sign_off", "send_back")
    for user in (coordinator, coordinator, reader):
        found = look(user, "/rounds/2/record/").one("table", class_="tb stack runin events").one("tbody")
        events = list(Event.objects.filter(stream__key="round/2").order_by("seq"))
        lines = found.all("tr")
        assert [line.one("code").text for line in lines] == [event.hash[:8] for event in events]
        assert sum(event.verb in inner for event in events) == 3
        for event, line in zip(events, lines, strict=True):
            cells = [cell.text for cell in line.all("th", "td")]
            nothing = [str(event.seq), "–", "–", "inside the ministry", "–", event.hash[:8]]
            assert (cells == nothing) is (event.verb in inner)
        if not task_force.round_2.frozen_at:
            builders.freeze(task_force.round_2, by=coordinator, at=at)


# A history is whole


def test_a_history_holds_what_was_done_to_several_reports_at_once(sent_back, reports, me_officer, at):
    """Asking and withdrawing are events on the round where they are about more reports than one."""
    verbs = [step.verb for step in review.history(sent_back, inside=True)]
    assert verbs == ["ask_sign_off", "send_back", "ask_sign_off", "sign_off"]
    assert [step.verb for step in review.history(sent_back)] == ["sign_off"]
    both = [reports["ME-01"], reports["ME-05"]]
    for report in both:
        builders.write(report, by=me_officer, at=at)
    builders.submit(*both, by=me_officer, at=at)
    builders.withdraw(both[0], by=me_officer, at=at)
    for report in both:
        assert [step.verb for step in review.history(report)] == ["submit", "withdraw"]
    assert review.history(reports["ME-03"]) == []


def test_a_code_within_another_code_is_another_task(task_force, me, me_officer, coordinator, at):
    """ME-01 does not take up what happened to ME-011."""
    builders.task("ME-011", me, first_round_no=3)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    planned = builders.round_(3, opens_at=kst(2021, 3, 16, 9), due_at=kst(2021, 6, 10))
    roster = builders.prepare(planned, by=coordinator, at=at)
    builders.write(roster["ME-011"], by=me_officer, at=at)
    builders.submit(roster["ME-011"], by=me_officer, at=at)
    assert review.history(roster["ME-01"]) == []
    assert len(review.history(roster["ME-011"])) == 1


def test_a_history_is_one_query(sent_back):
    with CaptureQueriesContext(connection) as queries:
        review.history(sent_back, inside=True)
    assert len(queries) == 1


# Never sent


@pytest.mark.parametrize("place", ["draft", "awaiting"])
def test_a_ministry_reads_its_own_unsent_text(task_force: TaskForce, place, at):
    """Its approver too, and after the freeze; it says that it is no part of the record. Nobody else sees it."""
    people, report = task_force.people, task_force.reports["FSC-01"]
    builders.write(report, by=people["fsc_officer"], at=at, results=SECRET)
    if place == "awaiting":
        builders.ask_sign_off(report, by=people["fsc_officer"], at=at)
    address, own = f"/reports/{report.pk}/", ("fsc_officer", "fsc_approver")
    for name in own:
        text = look(people[name], address).text
        assert SECRET in text
        assert "Draft, not submitted" in text
    assert SECRET not in look(people["coordinator"], address).text
    builders.freeze(task_force.round_2, by=people["coordinator"], at=DUE + timedelta(days=3))
    for name in (*own, "coordinator", "reader", "me_officer"):
        text = look(people[name], address).text
        assert "No reply was given in this round." in text
        assert (SECRET in text) is (name in own)
        assert ("Draft, never submitted" in text) is (name in own)
        assert "opens when the office has accepted" not in text


def test_a_mended_text_stands_beside_the_one_that_was_sent(reports, me_officer, coordinator, at):
    """Its ministry sees both, the office the one it returned."""
    report = builders.report_in("mended", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    assert "덧붙임" in look(me_officer, f"/reports/{report.pk}/").text
    assert "덧붙임" not in look(coordinator, f"/reports/{report.pk}/").text


# Asked in time


def test_asked_in_time_and_signed_off_late_is_said_wherever_it_is_late(reports, fsc_officer, fsc_approver, coordinator):
    """product.md: marked as just that, on the receipt, the report and the review page."""
    words, late = "asked in time, signed off late", DUE + timedelta(hours=2)
    for code, asked in (("FSC-01", DUE), ("FSC-02", late)):
        builders.write(reports[code], by=fsc_officer, at=DUE)
        builders.ask_sign_off(reports[code], by=fsc_officer, at=asked)
        number = builders.sign_off(reports[code], by=fsc_approver, at=late).number
        pk = reports[code].pk
        for address in (f"/submissions/{number}/", f"/reports/{pk}/", f"/review/{pk}/"):
            text = look(coordinator, address).text
            assert "late" in text
            assert (words in text) is (asked == DUE)
