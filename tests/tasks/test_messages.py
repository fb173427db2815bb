"""대화: the office and the lead ministry about one report; nobody else, neither before nor after the freeze."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ministries.models import Ministry, User
from outbox.letters import write
from outbox.models import Notice
from records.chain import sha256
from records.errors import Invalid, Refused
from records.models import Event
from tasks import board, polling, workflow
from tasks.models import Message, Report
from tasks.views import my_tasks
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import TaskForce
from tests.pages import HTMX, filled, page, visitor

SECRET = "기준일을 3월 12일로 맞춰 주시기 바람"

pytestmark = pytest.mark.usefixtures("domain_time")


@pytest.fixture
def people(task_force: TaskForce) -> dict[str, User]:
    approver = builders.person("me_approver", "approver", task_force.ministries["ME"])
    return task_force.people | {"me_approver": approver}


@pytest.fixture
def report(reports: dict[str, Report]) -> Report:
    """ME-06: led by ME, supported by MOTIE."""
    return reports["ME-06"]


WHO = {
    "me_officer": False,  # from the office?
    "me_approver": False,
    "coordinator": True,
    "motie_officer": None,
    "msit_officer": None,
    "reader": None,
    "administrator": None,
    "stranger": None,
}
WHEN = {
    "not yet open": kst(2021, 3, 8, 9) - timedelta(microseconds=1),
    "open": kst(2021, 3, 16, 14),
    "past due": kst(2021, 3, 19, 18) + timedelta(microseconds=1),
    "frozen": kst(2021, 3, 22, 10),
}


@pytest.mark.parametrize("place", builders.PLACES)
def test_who_may_write_when(task_force, people, report, at, place):
    """Whatever the report's state, while the round is collected; it moves neither state nor version."""
    if "awaiting" in place:
        Ministry.objects.filter(code="ME").update(sign_off=True)
    cast: dict[str, Any] = {"officer": people["me_officer"], "coordinator": people["coordinator"], "at": at}
    if place == "awaiting_again":
        cast["approver"] = people["me_approver"]
    report = builders.report_in(place, report, **cast)
    wrong = []
    for phase, moment in WHEN.items():
        if phase == "frozen":
            builders.freeze(task_force.round_2, by=people["coordinator"], at=moment)
        for name, from_office in WHO.items():
            wanted = "Forbidden" if from_office is None else str(from_office)
            if wanted != "Forbidden" and phase not in ("open", "past due"):
                wanted = "Frozen" if phase == "frozen" else "WrongState"
            before = (fresh(report).state, fresh(report).version, Event.objects.count(), Message.objects.count())
            try:
                row = builders.say(report, SECRET, by=people[name], at=moment)
                came, more = str(row.from_office), 1
            except Refused as refusal:
                came, more = type(refusal).__name__, 0
            state, version, events, messages = before
            after = (fresh(report).state, fresh(report).version, Event.objects.count(), Message.objects.count())
            if came != wanted or after != (state, version, events + more, messages + more):
                wrong.append(f"{phase} {name}: {came}, not {wanted}; {before} -> {after}")
    assert not wrong, "\n".join(wrong)


def test_the_event_holds_the_hash_and_not_the_words(report, me_officer, at):
    row = builders.say(report, unicodedata.normalize("NFD", SECRET) + "\r\n끝 ", by=me_officer, at=at)
    assert row.text == f"{SECRET}\n끝"
    data = Event.objects.latest("pk").data
    assert data["sha256"] == sha256(row.text)
    assert SECRET not in str(data)


@pytest.mark.parametrize(
    "text", ["", "  \n", "가" * 1001, "가\0", "\ud800"], ids=["none", "blank", "long", "nul", "half"]
)
def test_what_cannot_be_said_is_refused(report, me_officer, at, text):
    with pytest.raises(Invalid):
        workflow.write_message(report.pk, by=me_officer, at=at, key=key(), text=text)
    assert not Message.objects.exists()


def test_an_officer_who_is_typing_meets_no_conflict(report, me_officer, coordinator, at):
    """The office writes while the officer's page is open: the draft is saved in the version that the page brought."""
    seen = fresh(report).version
    builders.say(report, SECRET, by=coordinator, at=at)
    saved = workflow.save_draft(report.pk, by=me_officer, at=at, version=seen, raw=builders.raw())
    assert saved.version == seen + 1


# Mail


def test_the_other_side_is_told_and_never_what_was_said(report, people, at):
    """The ministry's officers, or the office; not who wrote it, and nobody's own side."""
    told = {}
    for name in ("coordinator", "me_officer", "me_approver"):
        Notice.objects.all().delete()
        builders.say(report, SECRET, by=people[name], at=at)
        notices = Notice.objects.filter(purpose="message")
        told[name] = sorted(row.to.username for row in notices if row.to)
        for notice in notices:
            letter = write(notice)
            assert SECRET not in letter.subject + letter.body + str(notice.facts)
            assert "ME-06" in letter.subject
            assert f"/reports/{report.pk}/#conversation" in letter.body
    office = ["coordinator", "coordinator_2"]
    assert told == {"coordinator": ["me_officer", "me_officer_2"], "me_officer": office, "me_approver": office}


# Pages


def test_it_is_written_and_read_on_three_pages(people, report, at):
    """Without a script one comes back to where it was written."""
    officer, office = visitor(people["me_officer"]), visitor(people["coordinator"])
    builders.report_in("submitted", report, officer=people["me_officer"], coordinator=people["coordinator"], at=at)
    places = [
        (officer, f"/reports/{report.pk}/", f"/reports/{report.pk}/#conversation"),
        (office, f"/review/{report.pk}/", f"/review/{report.pk}/#conversation"),
        (officer, "/my-tasks/?open=ME-06", "/my-tasks/?ministry=ME&open=ME-06#talk-ME-06"),
    ]
    address = f"/reports/{report.pk}/messages/"
    for number, (browser, path, back) in enumerate(places):
        sent = filled(page(browser.get(path)), address) | {"text": [f"{SECRET} {number}"]}
        assert [browser.post(address, sent).headers["Location"] for _ in range(2)] == [back, back]
    assert [row.text for row in Message.objects.all()] == [f"{SECRET} {number}" for number in range(3)]
    for browser, path, _back in places:
        said = page(browser.get(path)).one("ol", id=f"said-{report.pk}").all("li")
        assert [SECRET in row.text for row in said] == [True] * 3


@pytest.mark.parametrize("shipped", [0, 10])
def test_on_a_long_list_too_one_reads_that_it_was_sent(people, report, at, monkeypatch, shipped):
    """At the conversation; at the top, where the list is too long to bring the conversations along."""
    builders.say(report, "앞선 말", by=people["coordinator"], at=at)
    officer, address = visitor(people["me_officer"]), f"/reports/{report.pk}/messages/"
    sent = filled(page(officer.get("/my-tasks/?open=ME-06")), address) | {"text": [SECRET]}
    monkeypatch.setattr(my_tasks, "SHIPPED_FORMS", shipped)
    found = page(officer.post(address, sent, follow=True))
    assert len(found.all("details", id="talk-ME-06")) == (1 if shipped else 0)
    assert found.text.count("Your message was sent.") == 1


def test_under_htmx_it_is_appended_and_announced(report, me_officer, at):
    """The list, an empty error, the next form's key, and a word in the live region; the field is left to the script."""
    officer, address = visitor(me_officer), f"/reports/{report.pk}/messages/"
    sent = filled(page(officer.get(f"/reports/{report.pk}/")), address) | {"text": [SECRET]}
    answer = officer.post(address, sent, headers=HTMX)
    found = page(answer)
    assert answer.status_code == 200
    assert SECRET in found.one("ol", id=f"said-{report.pk}").text
    assert found.one("span", id=f"talk-{report.pk}-saved").text == "Message sent 14:00"
    assert found.one("input", id=f"talk-key-{report.pk}")["value"] != sent["key"][0]
    refused = officer.post(address, sent | {"text": [""], "key": [str(key())]}, headers=HTMX)
    assert refused.status_code == 422
    assert page(refused).one("p", id=f"say-{report.pk}-error").text == "Write something first."
    assert not page(refused).all("span", id=f"talk-{report.pk}-saved")


def test_a_refused_text_stands_in_its_field(report, me_officer):
    officer, address, long = visitor(me_officer), f"/reports/{report.pk}/messages/", "가" * 1001
    answer = officer.post(address, {"text": long, "key": str(key())})
    found = page(answer)
    assert answer.status_code == 422
    assert filled(found, address)["text"] == [long]
    assert "1000" in found.one("p", id=f"say-{report.pk}-error").text


def test_new_is_what_came_since_one_last_wrote(report, me_officer, me_officer_2, coordinator, at):
    """By count; nobody's reading is written down."""

    def new(user: User) -> str:
        return page(visitor(user).get(f"/reports/{report.pk}/")).one("b", id=f"talk-n-{report.pk}").text

    for minute, by in enumerate((coordinator, coordinator, me_officer, coordinator)):
        builders.say(report, f"말 {minute}", by=by, at=at + timedelta(minutes=minute))
    assert [new(me_officer), new(coordinator), new(me_officer_2)] == ["4 1 new", "4", "4 4 new"]


PAGES = (
    "/my-tasks/",
    "/my-tasks/check/",
    "/sign-off/",
    "/board/",
    "/review/",
    "/review/{pk}/",
    "/reports/{pk}/",
    "/reports/{pk}/history/",
    "/reports/{pk}/form/",
    "/rounds/2/",
    "/rounds/2/record/",
    "/submissions/",
    "/submissions/2-ME-0001/",
    "/mail/",
    "/mail/mine/",
    "/mail/{mail}/",
)
OWN = {"/my-tasks/", "/review/", "/review/{pk}/", "/reports/{pk}/"}  # where it stands, for those whose it is


def test_a_message_is_seen_without_opening_anything(report, me_officer, coordinator, at):
    """At the closed row, and beside the office's queue until somebody of the office has answered."""
    builders.say(report, SECRET, by=me_officer, at=at)
    office = visitor(coordinator)
    assert page(office.get("/review/")).one("section", aria_labelledby="messages-to-answer").text.count(SECRET) == 1
    builders.say(report, "확인하였음", by=coordinator, at=at + timedelta(minutes=1))
    assert not page(office.get("/review/")).all("section", aria_labelledby="messages-to-answer")
    row = page(visitor(me_officer).get("/my-tasks/")).one("summary", id="ME-06")
    assert "New message" in row.text


@pytest.mark.either
@pytest.mark.parametrize("place", ["returned", "accepted", "frozen"])
def test_nobody_else_reads_it_anywhere(task_force, people, report, at, settings, place):
    """Every page that shows reports, for everyone; the supporting ministry included, and after the freeze as well."""
    settings.DEMO = True  # then everyone has a page of their own mails
    cast: dict[str, Any] = {"officer": people["me_officer"], "coordinator": people["coordinator"], "at": at}
    builders.report_in("accepted" if place == "frozen" else place, report, **cast)
    builders.say(report, SECRET, by=people["coordinator"], at=at)
    builders.say(report, SECRET, by=people["me_officer"], at=at)
    if place == "frozen":
        builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    mail = Notice.objects.filter(purpose="message", to=people["me_officer"]).get().pk
    seen = set()
    for name, from_office in WHO.items():
        browser = visitor(people[name])
        for path in PAGES:
            html = browser.get(path.format(pk=report.pk, mail=mail)).content.decode()
            if SECRET in html:
                seen.add((path, name))
                assert path in OWN, path
                assert from_office is not None, name
            if from_office is None:
                assert f"said-{report.pk}" not in html, (path, name)
    wanted = {("/reports/{pk}/", name) for name, side in WHO.items() if side is not None} | {
        ("/review/{pk}/", "coordinator")
    }
    if place != "frozen":
        wanted |= {("/my-tasks/", "me_officer"), ("/review/", "coordinator")}
    assert seen == wanted


def test_after_the_freeze_it_is_read_only(task_force, people, report, at):
    builders.say(report, SECRET, by=people["coordinator"], at=at)
    builders.freeze(task_force.round_2, by=people["coordinator"], at=at)
    address = f"/reports/{report.pk}/messages/"
    for name in ("me_officer", "coordinator"):
        browser = visitor(people[name])
        found = page(browser.get(f"/reports/{report.pk}/"))
        assert SECRET in found.text
        assert not found.all("form", action=address)
        answer = browser.post(address, {"text": "늦은 말"})
        assert answer.status_code == 409
        assert "늦은 말" in [row.text for row in page(answer).all("blockquote")]


def test_the_board_does_not_announce_it(report, coordinator, reader, at):
    """Neither as news nor as something that happened to the task; the record keeps its place closed to readers."""
    seen = Event.objects.filter(stream__key="round/2").count()
    builders.say(report, SECRET, by=coordinator, at=at + timedelta(minutes=1))
    made = board.build(report.round, {}, user=coordinator, at=at)
    assert polling.news(made, f"2-{seen}-open-0-0-0-0.60") == ""
    tile = next(tile for tile in made.tiles if tile.code == "ME-06")
    assert tile.touched_at is None
    builders.freeze(report.round, by=coordinator, at=at + timedelta(hours=1))
    event = Event.objects.get(verb="write_message")
    for user, words in ((coordinator, "Message"), (reader, "between ministry and office")):
        line = page(visitor(user).get("/rounds/2/record/")).one("tr", id=f"event-{event.seq}").text
        assert words in line


def test_queries_do_not_grow_with_messages(report, me_officer, coordinator, at):
    counts: list[int] = []
    browser = visitor(me_officer)
    for _ in range(2):
        for minute in range(3):
            builders.say(report, f"말 {minute}", by=coordinator, at=at + timedelta(minutes=minute))
        with CaptureQueriesContext(connection) as queries:
            browser.get("/my-tasks/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
