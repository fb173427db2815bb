"""제출기한 연장: who may ask and decide, what it moves, and what is late then (quality.md 8)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ministries.models import User
from outbox.letters import write
from outbox.models import Notice
from outbox.sending import queue
from records.errors import Forbidden, Frozen, Invalid, WrongState
from records.models import Event
from tasks import due_times, workflow
from tasks.models import Extension
from tests import builders
from tests.builders import fresh, key, kst
from tests.cast import AT, DUE

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


def test_a_ministry_withdraws_what_nobody_decided_on(round_2, me, me_officer, me_officer_2, coordinator, asked):
    """Any of its people; nothing waits then, and it may ask again."""
    gone = builders.withdraw_extension(asked, by=me_officer_2, at=AT + timedelta(hours=1))
    assert (gone.decision, gone.until, gone.decided_by) == ("withdrawn", None, me_officer_2)
    assert (last_event().verb, last_event().data["reason"]) == ("withdraw_extension", "자료 취합 지연")
    assert Extension.objects.waiting().count() == 0
    for verb in (builders.grant_extension, builders.decline_extension):
        with pytest.raises(WrongState):
            verb(asked, by=coordinator, at=AT + timedelta(hours=2))
    with pytest.raises(WrongState):
        builders.withdraw_extension(asked, by=me_officer, at=AT + timedelta(hours=2))
    again = builders.ask_extension(round_2, me, by=me_officer, at=AT + timedelta(hours=2), until=LATER)
    builders.grant_extension(again, by=coordinator, at=AT + timedelta(hours=3))
    with pytest.raises(WrongState, match="조아라"):
        builders.withdraw_extension(again, by=me_officer, at=AT + timedelta(hours=4))
    assert due_times.due_of(round_2, me.pk, at=AT + timedelta(hours=4)) == LATER


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


@pytest.mark.parametrize("reason", ["", "  \r\n", "가" * 1001, "a\0b"])
def test_revoking_needs_a_reason_too(round_2, me, coordinator, reason):
    given = builders.extend(round_2, me, by=coordinator, at=AT, until=LATER)
    with pytest.raises(Invalid) as refusal:
        builders.revoke_extension(given, by=coordinator, at=AT, reason=reason)
    assert list(refusal.value.problems) == ["reason"]
    assert due_times.due_of(round_2, me.pk, at=AT) == LATER
    revoked = builders.revoke_extension(given, by=coordinator, at=AT)
    assert (revoked.revoked_because, last_event().data["because"]) == ("회의가 앞당겨짐", "회의가 앞당겨짐")


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
    "ask": {"me_officer", "me_approver", "both"},
    "grant": {"coordinator"},
    "withdraw": {"me_officer", "me_approver", "both"},
    "decline": {"coordinator"},
    "extend": {"coordinator"},
    "revoke": {"coordinator"},
}


@pytest.mark.parametrize("when", WHEN)
def test_who_may_do_what_and_when(task_force, round_2, me, msit, coordinator_2, when):
    """Written from product.md: officers and approvers of the ministry ask; the office decides, as long as it collects.
    `both` is of the office, and works for each of the ministries: nobody gives their own ministry more time."""
    people = task_force.people | {"me_approver": builders.person("me_approver", "approver", me)}
    people["both"] = builders.person("both", "coordinator")
    for role, code in (("officer", "ME"), ("approver", "MSIT"), ("officer", "FSC")):
        builders.posting(people["both"], role, task_force.ministries[code])
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
        "withdraw": lambda by: builders.withdraw_extension(waits, by=by, at=at),
        "grant": lambda by: builders.grant_extension(waits, by=by, at=at),
        "decline": lambda by: builders.decline_extension(waits, by=by, at=at),
        "extend": lambda by: builders.extend(round_2, task_force.ministries["FSC"], by=by, at=at, until=LATER),
        "revoke": lambda by: builders.revoke_extension(given, by=by, at=at),
    }
    wrong = []
    names = ("me_officer", "me_approver", "both", "msit_officer", "coordinator", "reader", "administrator", "stranger")
    for name in names:
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


@pytest.mark.parametrize(
    ("by", "verb", "words"),
    [
        ("both", "grant", "본인이 속한 부처"),
        ("both", "extend", "본인이 속한 부처"),
        ("coordinator", "ask", "이 부처에 대해서는"),
        ("coordinator", "withdraw", "이 부처에 대해서는"),
        ("msit_officer", "grant", "이 부처에 대해서는"),
    ],
)
def test_the_words_for_who_may_not(task_force, round_2, me, asked, by, verb, words):
    """Nobody is told that they work for a ministry which they do not work for."""
    people = task_force.people | {"both": builders.person("both", "coordinator")}
    builders.posting(people["both"], "officer", me)
    calls: dict[str, Any] = {
        "ask": lambda by: builders.ask_extension(round_2, me, by=by, at=AT),
        "withdraw": lambda by: builders.withdraw_extension(asked, by=by, at=AT),
        "grant": lambda by: builders.grant_extension(asked, by=by, at=AT),
        "extend": lambda by: builders.extend(round_2, me, by=by, at=AT, until=LATER),
    }
    with pytest.raises(Forbidden, match=words):
        calls[verb](people[by])


def test_nobody_decides_on_what_they_asked_for_themselves(round_2, me, me_officer, coordinator, coordinator_2):
    """Not even after they left the ministry for the office; and not their deputy there. Nor do they revoke it."""
    asked = builders.ask_extension(round_2, me, by=me_officer, at=AT, until=LATER)
    me_officer.postings.update(role="coordinator", ministry=None)
    both = (builders.forget(me_officer), in_the_office_of(me_officer, coordinator))
    for by in both:
        for verb in (builders.grant_extension, builders.decline_extension):
            with pytest.raises(Forbidden, match="본인이 요청"):
                verb(asked, by=by, at=AT)
    given = builders.grant_extension(asked, by=coordinator_2, at=AT)
    for by in both:
        with pytest.raises(Forbidden, match="본인이 요청"):
            builders.revoke_extension(given, by=by, at=AT)
    builders.revoke_extension(given, by=coordinator_2, at=AT)


def in_the_office_of(holder: User, deputy: User) -> User:
    """The deputy as if they had the holder's office alone. (Whoever stands in for a coordinator is one by themselves.)"""
    found = User.objects.get(pk=deputy.pk)
    found.__dict__["offices"] = [holder.postings.select_related("user", "ministry").get()]
    return found


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
        for reason in ("자료 취합 지연", "회의가 앞당겨짐", "회의 일정상 곤란"):
            assert reason not in letter.body, "reasons stay in the portal"
        assert "3. 22.(월) 12:00" in letter.subject + letter.body
    ministry = {"me_officer", "me_officer_2", "me_approver"}
    assert told == {
        "extension_asked": {"coordinator", "coordinator_2"},
        "extension_decided": ministry,
        "extension_revoked": ministry,
    }


def test_what_was_withdrawn_before_its_mail_went_is_told_to_nobody(mails, round_2, me, msit, me_officer, msit_officer):
    """Another ministry's asking, and an own one of later, are told; nor is a mail taken back that is on its way."""
    first = builders.ask_extension(round_2, me, by=me_officer, at=AT)
    builders.ask_extension(round_2, msit, by=msit_officer, at=AT)
    builders.withdraw_extension(first, by=me_officer, at=AT)
    assert sorted({row.ministry.code for row in mails.objects.all() if row.ministry}) == ["MSIT"]
    second = builders.ask_extension(round_2, me, by=me_officer, at=AT + timedelta(minutes=1))
    owed = mails.objects.filter(ministry=me, purpose="extension_asked")
    on_its_way, _owed = owed.order_by("pk")
    assert queue(on_its_way.pk) == "queued"
    builders.withdraw_extension(second, by=me_officer, at=AT + timedelta(minutes=2))
    assert list(owed) == [on_its_way]


@pytest.fixture
def mails(task_force) -> type[Notice]:
    Notice.objects.all().delete()
    return Notice
