"""제출기한 연장: who may ask and decide, what it moves, and what is late then (quality.md 8)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ministries.models import User
from outbox.letters import write
from outbox.models import Notice
from records import clock
from records.errors import Forbidden, Frozen, Invalid, WrongState
from records.models import Event
from tasks import due_times, workflow
from tasks.models import Extension
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import AT, DUE
from tests.pages import page, visitor

MICROSECOND = timedelta(microseconds=1)
LATER = kst(2021, 3, 22, 12)


def last_event() -> Event:
    return Event.objects.latest("pk")


@pytest.fixture
def asked(round_2, me, me_officer, task_force) -> Extension:
    return builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)


# The four verbs


def test_a_ministry_asks_and_the_office_grants_another_time(round_2, me, me_officer, coordinator, asked):
    assert (asked.decision, asked.until, asked.asked_until) == ("", None, LATER)
    assert due_times.due_of(round_2, me.pk, at=AT) == DUE, "asking moves nothing"
    event = last_event()
    assert (event.verb, event.object_type, event.data["ministry"], event.data["reason"]) == (
        "ask_extension", "tasks.round", "ME", "자료 취합 지연",
    )  # fmt: skip
    given = builders.grant_extension(asked, by=coordinator, at=AT, until=LATER - timedelta(hours=2), comment="오전까지")
    assert (given.decision, given.until, given.decided_by) == ("granted", LATER - timedelta(hours=2), coordinator)
    assert due_times.due_of(round_2, me.pk, at=AT) == LATER - timedelta(hours=2)
    data = last_event().data
    assert (data["ministry"], data["reason"], data["comment"]) == ("ME", "자료 취합 지연", "오전까지")
    assert datetime.fromisoformat(data["until"]) == given.until


def test_declining_moves_nothing_and_leaves_room_to_ask_again(round_2, me, me_officer, coordinator, asked):
    with pytest.raises(Invalid) as refusal:
        workflow.decline_extension(asked.pk, by=coordinator, at=AT, key=key(), comment=" ")
    assert list(refusal.value.problems) == ["comment"]
    declined = builders.decline_extension(asked, by=coordinator, at=AT)
    assert (declined.decision, due_times.due_of(round_2, me.pk, at=AT)) == ("declined", DUE)
    builders.ask_extension(round_2, me, by=me_officer, at=AT)
    assert Extension.objects.filter(ministry=me).count() == 2


def test_the_office_extends_unasked_and_revokes_from_now_on(round_2, me, msit, coordinator):
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    assert (given.asked_at, given.until, last_event().verb) == (None, LATER, "grant_extension")
    assert due_times.due_of(round_2, msit.pk, at=AT) == DUE, "another ministry's is none of it"
    builders.revoke_extension(given, by=coordinator, at=kst(2021, 3, 20, 9))
    assert due_times.due_of(round_2, me.pk, at=kst(2021, 3, 20, 9) - MICROSECOND) == LATER
    assert due_times.due_of(round_2, me.pk, at=kst(2021, 3, 20, 9)) == DUE


def test_the_latest_that_holds_decides(round_2, me, coordinator):
    first = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    second = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER + timedelta(days=2))
    assert due_times.due_of(round_2, me.pk, at=AT) == LATER + timedelta(days=2)
    builders.revoke_extension(second, by=coordinator, at=AT + timedelta(hours=1))
    assert due_times.due_of(round_2, me.pk, at=AT + timedelta(hours=1)) == first.until


# What is refused. Whoever is refused leaves nothing behind

UNTILS = [
    (None, "연장할 기한을 입력하세요"),
    (AT, "지금보다 뒤의 기한"),
    (DUE, "더 뒤의 기한"),
    (DUE + timedelta(days=60, minutes=1), "가장 늦은 기한"),
]


@pytest.mark.parametrize(("until", "words"), UNTILS)
def test_a_time_that_makes_no_sense(round_2, me, me_officer, coordinator, asked, until, words):
    before = (Event.objects.count(), Notice.objects.count())
    calls: list[Any] = [
        lambda: workflow.grant_extension(asked.pk, by=coordinator, at=AT, key=key(), until=until),
        lambda: (
            builders.decline_extension(asked, by=coordinator, at=AT),
            workflow.ask_extension(round_2.pk, me, by=me_officer, at=AT, key=key(), until=until, reason="자료"),
        ),
        lambda: (
            builders.decline_extension(asked, by=coordinator, at=AT),
            workflow.extend_unasked(round_2.pk, me, by=coordinator, at=AT, key=key(), until=until, reason="국회"),
        ),
    ]
    for call in calls:
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            call()
        assert words in refusal.value.problems["until"][0]
    assert (Event.objects.count(), Notice.objects.count()) == before


def test_a_time_before_the_one_in_force_is_no_extension(round_2, me, me_officer, coordinator):
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    with pytest.raises(Invalid, match="더 뒤의 기한"):
        builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)


@pytest.mark.parametrize("reason", ["", "  \r\n", "가" * 1001, "a\0b"])
def test_a_reason_is_needed(round_2, me, me_officer, coordinator, reason):
    for call, by in ((workflow.ask_extension, me_officer), (workflow.extend_unasked, coordinator)):
        with pytest.raises(Invalid) as refusal:
            call(round_2.pk, me, by=by, at=AT, key=key(), until=LATER, reason=reason)
        assert list(refusal.value.problems) == ["reason"]


def test_one_ask_waits_at_a_time(round_2, me, me_officer_2, coordinator, asked):
    with pytest.raises(WrongState):
        builders.ask_extension(round_2, me, by=me_officer_2, at=AT)
    with pytest.raises(WrongState):
        builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():  # whatever a verb would overlook
        Extension.objects.create(round=round_2, ministry=me, reason="x", asked_until=LATER, asked_at=AT)


def test_what_was_decided_is_decided(coordinator, coordinator_2, asked):
    builders.grant_extension(asked, by=coordinator, at=AT)
    for verb in (builders.grant_extension, builders.decline_extension):
        with pytest.raises(WrongState, match="승인"):
            verb(asked, by=coordinator_2, at=AT)


def test_only_what_holds_is_revoked(round_2, me, coordinator, asked):
    with pytest.raises(WrongState):
        builders.revoke_extension(asked, by=coordinator, at=AT)
    given = builders.grant_extension(asked, by=coordinator, at=AT)
    with pytest.raises(WrongState, match="기한이 지나 종료"):
        builders.revoke_extension(given, by=coordinator, at=LATER + MICROSECOND)
    builders.revoke_extension(given, by=coordinator, at=AT)
    with pytest.raises(WrongState):
        builders.revoke_extension(given, by=coordinator, at=AT)


WHEN = {
    "not yet open": (kst(2021, 3, 8, 9) - MICROSECOND, WrongState),
    "open": (AT, None),
    "past due": (DUE + timedelta(hours=1), None),
    "frozen": (kst(2021, 3, 22, 10), Frozen),
}
MAY = {
    "ask": {"me_officer", "me_approver"},
    "grant": {"coordinator"},
    "decline": {"coordinator"},
    "extend": {"coordinator"},
    "revoke": {"coordinator"},
}


@pytest.mark.parametrize("when", WHEN)
def test_who_may_do_what_and_when(task_force, round_2, me, msit, coordinator_2, when):
    """Written from product.md: officers and approvers of the ministry ask; the office decides, as long as it collects."""
    people = task_force.people | {"me_approver": builders.person("me_approver", "approver", me)}
    waits = builders.ask_extension(round_2, me, by=people["me_officer_2"], at=AT, until=LATER)
    given = builders.extend(round_2, msit, by=coordinator_2, at=AT, until=LATER)
    at, refusal = WHEN[when]
    if when == "frozen":
        builders.freeze(round_2, by=coordinator_2, at=at)

    def ask(by: User) -> None:
        if when != "frozen":
            Extension.objects.filter(pk=waits.pk).delete()
        builders.ask_extension(round_2, me, by=by, at=at, until=LATER)

    calls: dict[str, Any] = {
        "ask": ask,
        "grant": lambda by: builders.grant_extension(waits, by=by, at=at),
        "decline": lambda by: builders.decline_extension(waits, by=by, at=at),
        "extend": lambda by: builders.extend(round_2, task_force.ministries["FSC"], by=by, at=at, until=LATER),
        "revoke": lambda by: builders.revoke_extension(given, by=by, at=at),
    }
    wrong = []
    for name in ("me_officer", "me_approver", "msit_officer", "coordinator", "reader", "administrator", "stranger"):
        for verb, call in calls.items():
            expected = (refusal or type(None)) if name in MAY[verb] else Forbidden
            came: type = type(None)
            with transaction.atomic():
                try:
                    call(people[name])
                except (Forbidden, WrongState, Invalid) as error:
                    came = type(error)
                transaction.set_rollback(True)
            if came is not expected:
                wrong.append(f"{verb} by {name}: {came.__name__}, not {expected.__name__}")
    assert wrong == []


def test_nobody_decides_on_what_they_asked_for_themselves(round_2, me, me_officer, coordinator, coordinator_2):
    """Someone who holds both offices, and someone who is the deputy of who asked."""
    builders.posting(me_officer, "coordinator")
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    with pytest.raises(Forbidden):
        builders.grant_extension(asked, by=User.objects.get(pk=me_officer.pk), at=AT)
    builders.grant_extension(asked, by=coordinator_2, at=AT)


# What it moves: lateness, to the microsecond


@pytest.mark.parametrize(
    ("arrives", "late"),
    [(DUE + MICROSECOND, None), (LATER, None), (LATER + MICROSECOND, MICROSECOND)],
    ids=["beyond the round's", "with the extended instant", "a microsecond later"],
)
def test_the_extended_instant_is_in_time(round_2, me, reports, me_officer, coordinator, arrives, late):
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    builders.write(reports["ME-01"], by=me_officer, at=AT)
    builders.submit(reports["ME-01"], by=me_officer, at=arrives)
    report = fresh(reports["ME-01"])
    assert (report.late_by, builders.sent(report).due_then) == (late, LATER)


def test_a_returned_report_keeps_its_own_due_time(round_2, me, reports, me_officer, coordinator):
    report = builders.report_in("mended", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=AT)
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    builders.submit(report, by=me_officer, at=AT)
    assert builders.sent(report).due_then == AT + timedelta(days=1)


def test_what_came_under_an_extension_stays_in_time_when_it_is_revoked(round_2, me, reports, me_officer, coordinator):
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    for code in ("ME-01", "ME-03"):
        builders.write(reports[code], by=me_officer, at=AT)
    builders.submit(reports["ME-01"], by=me_officer, at=DUE + timedelta(hours=1))
    builders.revoke_extension(given, by=coordinator, at=DUE + timedelta(hours=2))
    builders.submit(reports["ME-03"], by=me_officer, at=DUE + timedelta(hours=3))
    assert [fresh(reports[code]).late_by for code in ("ME-01", "ME-03")] == [None, timedelta(hours=3)]


def test_signed_off_under_an_extension(round_2, fsc, reports, fsc_officer, fsc_approver, coordinator):
    """The approver's moment counts, as without one."""
    builders.extend(round_2, fsc, by=coordinator, at=AT, until=LATER)
    builders.write(reports["FSC-01"], by=fsc_officer, at=AT)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=AT)
    builders.sign_off(reports["FSC-01"], by=fsc_approver, at=LATER + timedelta(minutes=1))
    assert fresh(reports["FSC-01"]).late_by == timedelta(minutes=1)


# The mails


def test_each_step_is_told_to_whom_it_concerns(mails, round_2, me, me_officer, coordinator):
    builders.person("me_approver", "approver", me, email="a@example.org")
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    given = builders.grant_extension(asked, by=coordinator, at=AT)
    builders.revoke_extension(given, by=coordinator, at=AT)
    again = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    builders.decline_extension(again, by=coordinator, at=AT)
    told: dict[str, set[str]] = {}
    for row in Notice.objects.select_related("to"):
        assert row.to
        told.setdefault(row.purpose, set()).add(row.to.username)
        letter = write(row)
        assert "자료 취합 지연" not in letter.body, "reasons stay in the portal"
        assert "3. 22.(월) 12:00" in letter.subject + letter.body
    ministry = {"me_officer", "me_officer_2", "me_approver"}
    assert told == {
        "extension_asked": {"coordinator", "coordinator_2"},
        "extension_decided": ministry,
        "extension_revoked": ministry,
    }


@pytest.fixture
def mails(task_force) -> type[Notice]:
    Notice.objects.all().delete()
    return Notice


# On the pages


@pytest.fixture
def later(monkeypatch) -> Any:
    """Lets the domain's clock stand at another moment."""

    def stand(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    stand(AT)
    return stand


def head(browser: Any, path: str) -> str:
    return page(browser.get(path)).all("dl", class_="deadline")[0].text


def test_the_due_time_in_force_stands_wherever_the_ministry_looks(
    round_2, me, fsc, me_officer, fsc_approver, msit_officer, coordinator, later
):
    """My tasks, the check page, sign-off, the rounds: for the ministry that has it, and for no other one."""
    for ministry in (me, fsc):
        builders.extend(round_2, ministry, by=coordinator, at=AT, until=LATER)
    extended = "extended Mon 22 Mar, 12:00"
    for path in ("/my-tasks/", "/my-tasks/check/", "/rounds/2/extensions/ask/"):
        assert f"DueFri 19 Mar 2021, 18:00 → {extended} 5 days 22 hours left" in head(visitor(me_officer), path), path
        assert extended not in head(visitor(msit_officer), path)
    assert extended in head(visitor(fsc_approver), "/sign-off/")
    assert extended in page(visitor(me_officer).get("/rounds/")).text
    assert extended not in page(visitor(msit_officer).get("/rounds/")).text
    later(DUE + timedelta(hours=1))
    assert "2 days 17 hours left" in head(visitor(me_officer), "/my-tasks/")
    assert "past due" in head(visitor(msit_officer), "/my-tasks/")
    later(LATER + timedelta(hours=1))
    assert "1 hour past due: it is marked late" in head(visitor(me_officer), "/my-tasks/")


def test_the_ministry_sees_how_its_asking_stands(round_2, me, me_officer, coordinator, later):
    browser = visitor(me_officer)

    def state() -> str:
        return page(browser.get("/my-tasks/")).one("span", class_="due-tools").text

    assert state().startswith("Ask for more time")
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    assert state().startswith("More time asked 16 Mar 14:00, waiting")
    builders.decline_extension(asked, by=coordinator, at=AT, comment="회의 일정상 곤란")
    assert state().startswith("More time declined: 회의 일정상 곤란")
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    assert "extended" in head(browser, "/my-tasks/")
    builders.revoke_extension(given, by=coordinator, at=AT)
    assert state().startswith("Extension revoked")


def test_asking_through_the_page_and_deciding(round_2, me, me_officer, coordinator, later):
    ministry, office = visitor(me_officer), visitor(coordinator)
    form = {"until": "2021-03-22T12:00", "reason": "자료\r\n취합 지연", "ministry": "ME", "key": str(key())}
    path = "/rounds/2/extensions/ask/"
    for wrong in ({"until": ""}, {"until": "soon"}, {"until": "0001-01-01T00:00"}, {"reason": ""}):
        answer = ministry.post(path, form | wrong)
        assert answer.status_code == 422
        read = page(answer)
        assert read.one("textarea", id="reason").raw_text.strip() == (form | wrong)["reason"].replace("\r", "")
        assert read.all(id=f"{next(iter(wrong))}-error")
    answer = ministry.post(path, form)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-tasks/?ministry=ME")
    assert ministry.post(path, form).status_code == 302, "the same form again is the same ask"
    conflict = ministry.post(path, form | {"key": str(key()), "reason": "또 다른 까닭"})
    assert (conflict.status_code, "또 다른 까닭" in conflict.content.decode()) == (409, True)
    row = Extension.objects.get()
    assert page(office.get("/board/")).one("a", id="j-extensions").text == "Extensions asked for 1"
    shown = page(office.get("/rounds/2/extensions/"))
    assert "자료 취합 지연" in shown.text
    assert shown.one("input", id=f"until-{row.pk}")["value"] == "2021-03-22T12:00"
    address = f"/extensions/{row.pk}/decide/"
    refused = office.post(address, {"decision": "declined", "comment": "", "until": "2021-03-22T12:00"})
    assert (refused.status_code, bool(page(refused).all(id="comment-error"))) == (422, True)
    given = office.post(address, {"decision": "granted", "until": "2021-03-22T10:00", "comment": ""})
    assert given.headers["Location"] == "/rounds/2/extensions/"
    assert office.post(address, {"decision": "declined", "comment": "늦은 글"}).status_code == 409
    asked = page(office.get(f"/extensions/{row.pk}/revoke/"))
    assert "Fri 19 Mar 2021, 18:00 again" in asked.text
    assert office.post(f"/extensions/{row.pk}/revoke/", {}).status_code == 302
    assert office.post(f"/extensions/{row.pk}/revoke/", {}).status_code == 409


def test_giving_time_unasked_through_the_page(round_2, coordinator, later):
    office, path = visitor(coordinator), "/rounds/2/extensions/grant/"
    form = {"ministry": "MSIT", "until": "2021-03-23T12:00", "reason": "국회 일정"}
    for wrong in ({"ministry": ""}, {"ministry": "MOTIE"}, {"until": "2021-03-19T18:00"}, {"reason": " "}):
        answer = office.post(path, form | wrong)
        assert answer.status_code == 422
        assert page(answer).all(id=f"{next(iter(wrong))}-error")
    assert office.post(path, form).status_code == 302
    assert Extension.objects.get().ministry.code == "MSIT"


def test_the_board_counts_ministries_and_lists_their_tasks(round_2, me, fsc, coordinator, reader, later):
    for ministry in (me, fsc):
        builders.extend(round_2, ministry, by=coordinator, at=AT, until=LATER)
    read = page(visitor(coordinator).get("/board/"))
    assert read.one("a", id="n-also-extended").text == "2"
    assert "~22 Mar 12:00" in read.one("table").text
    listed = page(visitor(coordinator).get("/board/?also=extended"))
    assert "8 tasks" in listed.one("p", class_="result").text
    others = page(visitor(reader).get("/board/?also=extended"))
    assert (others.all("a", id="n-also-extended"), "22 Mar" in others.text) == ([], False)
    assert "0 tasks" in others.one("p", class_="result").text
    builders.freeze(round_2, by=coordinator, at=AT)
    assert page(visitor(reader).get("/rounds/2/")).one("a", id="n-also-extended").text == "2"


def test_the_freeze_page_names_who_still_has_time(round_2, me, coordinator, later):
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    later(DUE + timedelta(hours=1))
    note = page(visitor(coordinator).get("/rounds/2/freeze/")).one("div", class_="note-box early").text
    assert note.startswith("These ministries were given more time: Environment Mon 22 Mar, 12:00")
    later(LATER + MICROSECOND)
    assert page(visitor(coordinator).get("/rounds/2/freeze/")).all("div", class_="note-box early") == []


def test_an_event_of_an_extension_names_the_ministry_in_the_record(round_2, me, coordinator, reader, later):
    builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    last = page(visitor(coordinator).get("/rounds/2/record/")).one("tr", id="event-2")
    assert [cell.text for cell in last.all("td")][2:4] == ["Extension granted", "ME"]


def test_the_pages_queries_do_not_grow(task_force, round_2, coordinator, me_officer, later):
    """quality.md 28."""
    browsers = {"/rounds/2/extensions/": coordinator, "/rounds/2/extensions/ask/": me_officer, "/my-tasks/": me_officer}
    counts: list[list[int]] = []
    for _turn in range(3):
        told = []
        for path, person in browsers.items():
            browser = visitor(person)
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(path).status_code == 200
            told.append(len(queries))
        counts.append(told)
        for number in range(3 - len(counts)):  # at first three each, so that every page has a table
            for ministry in task_force.ministries.values():
                until = LATER + timedelta(days=len(counts), hours=number)
                builders.extend(round_2, ministry, by=coordinator, at=AT, until=until)
    assert counts[1] == counts[2]
