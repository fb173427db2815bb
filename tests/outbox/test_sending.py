"""From the row to the postbox: real SMTP against a server that accepts, refuses, is down, or hangs (quality.md 6)."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from django.utils import timezone
from post_office import mail
from post_office.models import STATUS, Email

from meetings import reminders as meeting_reminders
from meetings.models import Meeting
from meetings.opinions import reminding
from outbox import due, sending
from outbox.management.commands import run_due as command
from outbox.models import Notice, Purpose
from outbox.turns import turn
from records.errors import WrongState
from tasks import freeze_warnings, reminders, workflow
from tasks.candidates import reminding as candidate_reminders
from tasks.models import Task
from tests import builders
from tests.builders import kst
from tests.meetings import agenda_scene, opinion_scene, outcome_scene, planning_scene
from tests.outbox.conftest import run_due
from tests.pages import filled, page, visitor
from tests.scenarios import pathway_scene
from tests.smtp import mail_server
from tests.tasks import candidates_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def returned(reports: Any, by: Any, office: Any, at: Any) -> None:
    """A receipt to one officer and a return to both."""
    builders.report_in("returned", reports["ME-01"], officer=by, coordinator=office, at=at)


def wait_is_over() -> None:
    """Let a quarter of an hour pass for what is to be tried again."""
    Email.objects.filter(status=STATUS.requeued).update(scheduled_time=timezone.now() - timedelta(seconds=1))


def free_port() -> int:
    with mail_server() as postbox:
        return postbox.port


def submit_through_the_page(officer: Any) -> Any:
    """Confirm one task as unchanged, as a browser would; the answer and the seconds it took."""
    browser = visitor(officer)
    sent = filled(page(browser.get("/my-tasks/check/")), "/my-tasks/submit/")
    started = time.monotonic()
    return browser.post("/my-tasks/submit/", sent), time.monotonic() - started


# The server accepts


def test_each_person_gets_one_mail_that_reads_well(reports, me_officer, me_officer_2, coordinator, at, post):
    me_officer_2.language = "en"
    me_officer_2.save()
    returned(reports, me_officer, coordinator, at)
    with mail_server() as postbox:
        post(postbox.port)
        assert run_due() == "3 queued, 3 sent, 0 failed, 0 cannot be sent"
        assert run_due() == "0 queued, 0 sent, 0 failed, 0 cannot be sent"
    assert postbox.addressees() == ["me_officer@example.org"] * 2 + ["me_officer_2@example.org"]
    (letter,) = [one for one in postbox.mails() if one["To"] == "me_officer_2@example.org"]
    assert letter["Subject"] == "Returned: ME-01 2021 plan"
    text = letter.get_content()
    assert "Dear Lee Bada," in text
    assert "Ministry of Environment" in text
    assert "Wed 17 Mar 2021, 14:00" in text, "until when it is to be mended"
    assert f"https://portal.example/reports/{reports['ME-01'].pk}/form/" in text
    assert "근거를 보완 바람" not in text, "mails name things, the portal shows them"
    assert (letter["Auto-Submitted"], letter.get_content_type(), letter.get_content_charset()) == (
        "auto-generated",
        "text/plain",
        "utf-8",
    )


def test_without_a_chosen_language_it_is_korean(reports, me_officer, coordinator, at, post):
    returned(reports, me_officer, coordinator, at)
    with mail_server() as postbox:
        post(postbox.port)
        run_due()
    (letter,) = [one for one in postbox.mails() if "2-ME-0001" in one.get_content()]
    text = letter.get_content()
    assert "환경부" in text
    assert "접수번호: 2-ME-0001" in text
    assert "2021. 3. 16.(화) 14:00" in text
    assert "https://portal.example/submissions/2-ME-0001/" in text


NASTY = "{{ portal }} {% now 'Y' %} <b>R&D</b>\r\nBcc: evil@example.org\n\x00탄소·\u2028NDC"


def test_names_and_titles_are_taken_literally(reports, me, me_officer, coordinator, at, post):
    """No template syntax, no entities, no second header: whatever administrators type in is a text."""
    literal = NASTY.replace("\x00", "") if connections["default"].vendor == "postgresql" else NASTY
    Task.objects.filter(code="ME-01").update(title_ko=literal, title_en=literal)
    me_officer.name_ko = "김 {{ x }}\n& 하늘"
    me_officer.save()
    returned(reports, me_officer, coordinator, at)
    with mail_server() as postbox:
        post(postbox.port)
        run_due()
    (letter,) = [one for one in postbox.mails() if "ME-01" in one["Subject"] and one["To"] == "me_officer@example.org"]
    wanted = "{{ portal }} {% now 'Y' %} <b>R&D</b> Bcc: evil@example.org 탄소· NDC"
    assert letter["Subject"].endswith(f"ME-01 {wanted}")
    assert letter["Bcc"] is None
    assert f"- ME-01 {wanted}" in letter.get_content().splitlines()
    assert "김 {{ x }} & 하늘" in letter.get_content()
    assert "evil@example.org" not in postbox.addressees()


def test_a_subject_is_cut_off_at_its_limit(reports, me_officer, coordinator, at):
    Task.objects.filter(code="ME-01").update(title_ko="가" * 200, title_en="a" * 200)
    returned(reports, me_officer, coordinator, at)
    run_due()
    assert {len(email.subject) for email in Email.objects.filter(notice__purpose="returned")} == {150}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_purpose_has_its_text(task_force, me_officer, coordinator, at, language):
    """The whole life of a round, in both languages: nothing is left unwritten, no subject is empty."""
    people, reports = task_force.people, task_force.reports
    for person in people.values():
        person.language = language
        person.save()
    builders.report_in("returned", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    builders.report_in("accepted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=at)
    builders.reopen(reports["ME-03"], by=coordinator, at=at)
    builders.call_contributions(reports["ME-06"], by=me_officer, at=at)
    builders.contribute(reports["ME-06"], by=people["motie_officer"], at=at)
    builders.write(reports["ME-06"], by=me_officer, at=at, issues="ㅇ 협의 필요", addressed_to=["MSIT"])
    builders.submit(reports["ME-06"], by=me_officer, at=at)
    builders.answer(builders.request_to("MSIT", reports["ME-06"]), by=people["msit_officer"], at=at)
    builders.withdraw(reports["ME-06"], by=people["me_officer_2"], at=at)
    for no in range(2):
        builders.write(reports["FSC-01"], by=people["fsc_officer"], at=at, results=f"ㅇ {no}")
        builders.ask_sign_off(reports["FSC-01"], by=people["fsc_officer"], at=at)
        version = builders.fresh(reports["FSC-01"]).version
        if no == 0:
            sending_back = {"by": people["fsc_approver"], "at": at, "key": builders.key(), "version": version}
            workflow.send_back(reports["FSC-01"].pk, comment="근거?", **sending_back)
    builders.recall(reports["FSC-01"], by=people["fsc_officer"], at=at)
    builders.say(reports["ME-01"], "확인 바랍니다", by=coordinator, at=at)
    second, me = people["me_officer_2"], task_force.ministries["ME"]
    builders.decline_extension(
        builders.ask_extension(task_force.round_2, me, by=me_officer, at=at), by=coordinator, at=at
    )
    more = builders.ask_extension(task_force.round_2, me, by=me_officer, at=at)
    builders.revoke_extension(builders.grant_extension(more, by=coordinator, at=at), by=coordinator, at=at)
    reminders.remind(at)
    moved = builders.move_dates(task_force.round_2, by=coordinator, at=at, freeze_at=kst(2021, 3, 22, 18))
    builders.move_dates(moved, by=coordinator, at=at, due_at=kst(2021, 3, 19, 20))
    extra = builders.task("ME-90", me)
    builders.add_to_roster(task_force.round_2, extra, by=coordinator, at=at)
    freeze_warnings.warn(kst(2021, 3, 19, 18))
    builders.assign({"ME-01": second.postings.get()}, me, by=me_officer, at=at)
    builders.deputise(me_officer, second, at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    for approve in (True, False):
        asked = builders.ask_correction(reports["ME-01"], by=me_officer, at=at, text=f"ㅇ {approve}")
        builders.decide_correction(asked, by=coordinator, at=at, approve=approve)
    # meetings: the agenda
    agenda_scene.stand(task_force.round_2, me, by=coordinator, at=at, shown=True)
    agenda_scene.add(Meeting.objects.get(no=2), "하나 더", by=coordinator, at=at)
    planning_scene.every_mail(task_force, at, no=9)
    outcome_scene.whole(task_force, at=at)
    meeting_reminders.remind(at + timedelta(days=7))
    # stakeholders' opinions
    opinion_scene.owed_to(me, by=coordinator, at=at)
    wrong = opinion_scene.owed_to(me, by=coordinator, at=at)
    opinion_scene.hand_back(wrong, by=me_officer, at=at)
    opinion_scene.pass_on(wrong, task_force.ministries["MOTIE"], by=coordinator, at=at)
    reminding.remind(kst(2021, 3, 18, 9))
    # calls for candidates
    asked_of = candidates_scene.call(me, task_force.ministries["MSIT"], by=coordinator, at=at)
    candidates_scene.decline(candidates_scene.propose(asked_of, me, by=me_officer, at=at), by=coordinator, at=at)
    told: dict[str, Any] = {"by": coordinator, "at": at, "key": builders.key(), "version": 0}
    workflow.change_call(asked_of.pk, candidates_scene.draft(due_at=at + timedelta(days=3)), **told)
    candidate_reminders.remind(at + timedelta(days=2))
    # versions of scenarios
    pathway_scene.recall(pathway_scene.bring("answered", task_force, at=at), by=coordinator, at=at)
    assert "0 cannot be sent" in run_due()
    purposes = set(Notice.objects.filter(email__isnull=False).values_list("purpose", flat=True))
    assert purposes == set(Purpose.values)
    for email in Email.objects.all():
        assert email.subject
        assert "https://portal.example/" in email.message
        assert "\n\n\n" not in email.message
        assert ": \n" not in email.message, "a name without its value"


# Addresses


def test_the_ministrys_contact_stands_in_for_a_missing_address(reports, me, me_officer, me_officer_2, coordinator, at):
    me_officer.email = me_officer_2.email = ""
    me_officer.save()
    me_officer_2.save()
    returned(reports, me_officer, coordinator, at)
    assert run_due() == "0 queued, 0 sent, 0 failed, 3 cannot be sent"
    assert set(Notice.objects.values_list("problem", flat=True)) == {"no_address"}
    assert run_due() == "0 queued, 0 sent, 0 failed, 0 cannot be sent", "it is said once, and not tried for ever"
    me.fallback_email = "desk@example.org"
    me.save()
    for notice in Notice.objects.all():
        sending.send_again(notice.pk)
    assert run_due() == "3 queued, 3 sent, 0 failed, 0 cannot be sent"
    assert {tuple(email.to) for email in Email.objects.all()} == {("desk@example.org",)}


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"email": "nonsense"}, "bad_address"),
        ({"email": '"a,b@x.org,c"@example.org'}, "bad_address"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "bad_address"),
        ({"is_active": False}, "closed"),
    ],
)
def test_what_cannot_be_sent_says_why_and_holds_up_nobody(
    reports, me_officer, me_officer_2, coordinator, at, columns, problem
):
    returned(reports, me_officer, coordinator, at)
    for name, value in columns.items():
        setattr(me_officer_2, name, value)
    me_officer_2.save()
    assert run_due() == "2 queued, 2 sent, 0 failed, 1 cannot be sent"
    assert Notice.objects.get(to=me_officer_2).problem == problem


def test_a_text_that_cannot_be_written_holds_up_nobody(reports, me_officer, coordinator, at):
    returned(reports, me_officer, coordinator, at)
    Notice.objects.filter(purpose="receipt").update(facts={"received_at": "yesterday"})
    assert run_due() == "2 queued, 2 sent, 0 failed, 1 cannot be sent"
    assert Notice.objects.get(purpose="receipt").problem == "not_written"


# The server refuses


def test_a_refusal_for_good_is_not_repeated_until_somebody_mends_it(
    reports, me_officer, me_officer_2, coordinator, at, post
):
    returned(reports, me_officer, coordinator, at)
    with mail_server(refuses={"me_officer_2@example.org": "550 5.1.1 no such person"}) as postbox:
        post(postbox.port)
        assert run_due() == "3 queued, 2 sent, 1 failed, 0 cannot be sent"
        wait_is_over()
        assert run_due() == "0 queued, 0 sent, 0 failed, 0 cannot be sent"
        notice = Notice.objects.get(to__username="me_officer_2")
        assert Email.objects.get(notice=notice).status == STATUS.failed
        me_officer_2.email = "bada@example.org"
        me_officer_2.save()
        sending.send_again(notice.pk)
        assert run_due() == "0 queued, 1 sent, 0 failed, 0 cannot be sent"
    assert postbox.addressees() == ["bada@example.org", "me_officer@example.org", "me_officer@example.org"]
    with pytest.raises(WrongState):
        sending.send_again(notice.pk)


def test_a_refusal_for_now_is_tried_again(reports, me_officer, coordinator, at, post):
    returned(reports, me_officer, coordinator, at)
    with mail_server(refuses={"me_officer_2@example.org": "450 4.2.1 later"}) as postbox:
        post(postbox.port)
        run_due()
        assert run_due() == "0 queued, 0 sent, 0 failed, 0 cannot be sent", "not before its time"
        postbox.refuses.clear()
        wait_is_over()
        assert run_due() == "0 queued, 1 sent, 0 failed, 0 cannot be sent"
    assert len(postbox.received) == 3


# The server is down, or hangs


@pytest.mark.parametrize("trouble", ["down", "hangs"])
def test_submitting_does_not_mind_and_a_later_run_delivers(me_officer, reports, post, trouble):
    """quality.md 6: submitting answers at once, the queue tries again, and everyone gets one mail in the end."""
    with mail_server(hangs=trouble == "hangs") as postbox:
        port = postbox.port if trouble == "hangs" else free_port()
        post(port)
        answer, seconds = submit_through_the_page(me_officer)
        assert answer.status_code == 302
        assert seconds < 0.3, "shorter than the patience with the mail server: it was not asked"
        started = time.monotonic()
        assert run_due() == "1 queued, 0 sent, 1 failed, 0 cannot be sent"
        assert time.monotonic() - started < 5
    with mail_server() as postbox:
        post(postbox.port)
        wait_is_over()
        assert run_due() == "0 queued, 1 sent, 0 failed, 0 cannot be sent"
        run_due()
    assert postbox.addressees() == ["me_officer@example.org"]


def test_a_long_queue_before_a_hanging_server_ends_the_run_after_one_batch(
    me, reports, coordinator, at, post, settings
):
    """A run is bounded however much is queued; what was not tried keeps its turn."""
    for no in range(25):
        builders.person(f"officer_{no}", "officer", me, email=f"officer_{no}@example.org")
    builders.report_in("returned", reports["ME-01"], officer=me.postings.first().user, coordinator=coordinator, at=at)
    with mail_server(hangs=True) as postbox:
        post(postbox.port)
        started = time.monotonic()
        assert run_due() == "28 queued, 0 sent, 10 failed, 0 cannot be sent"
        assert time.monotonic() - started < 5
    assert Email.objects.filter(status=STATUS.queued).count() == 18
    with mail_server() as postbox:
        post(postbox.port)
        wait_is_over()
        assert run_due() == "0 queued, 28 sent, 0 failed, 0 cannot be sent"
    assert len(postbox.received) == 28


# Two runs at once


def twice_at_once() -> list[str]:
    return at_once(command.Command().run_once)


def at_once(call: Callable[[], Any]) -> list[Any]:
    """The same call in two threads that start together."""
    barrier = threading.Barrier(2)

    def run() -> Any:
        try:
            barrier.wait(10)
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(30) for future in [pool.submit(run) for _ in range(2)]]


def slow_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs have read the queue before either of them sends, if nothing keeps them apart."""
    real, meet = mail.send_queued, threading.Barrier(2)

    def together(**more: Any) -> Any:
        found = list(mail.get_queued())
        try:
            meet.wait(1)
        except threading.BrokenBarrierError:
            return real(**more)
        return mail._send_bulk(found, uses_multiprocessing=False, log_level=2) if found else (0, 0, 0)

    monkeypatch.setattr(sending, "send_queued", together)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_one_mail(reports, me_officer, coordinator, at, post, monkeypatch):
    returned(reports, me_officer, coordinator, at)
    slow_batches(monkeypatch)
    with mail_server() as postbox:
        post(postbox.port)
        lines = twice_at_once()
    assert len(postbox.received) == 3
    assert sum("another run is under way" in line for line in lines) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_turn_mails_go_twice(reports, me_officer, coordinator, at, post, monkeypatch):
    """The control: the same two runs, and nobody asks whose turn it is."""
    returned(reports, me_officer, coordinator, at)

    @contextmanager
    def everyone(_name: str) -> Any:
        yield True

    sending.queue_owed()
    slow_batches(monkeypatch)
    monkeypatch.setattr(command, "turn", everyone)
    with mail_server() as postbox:
        post(postbox.port)
        twice_at_once()
    assert len(postbox.received) == 6


@pytest.mark.django_db(transaction=True)
def test_one_notice_becomes_one_email_even_without_the_turn(reports, me_officer, at, monkeypatch):
    """Two at the same row: one makes the e-mail, the other passes over it or finds it made."""
    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    notice = Notice.objects.get()
    results = at_once(lambda: sending.queue(notice.pk))
    assert sorted(map(str, results)) == ["None", "queued"]
    assert Email.objects.count() == 1


# After a restore


def test_what_was_owed_before_a_restore_is_dropped_and_nothing_is_sent(reports, me_officer, coordinator, at, post):
    """One queued, one to be tried again, one owed; what was owed at that moment or later is left alone."""
    before = at - timedelta(seconds=1)
    returned(reports, me_officer, coordinator, before)
    with mail_server() as postbox:
        post(postbox.port)
        run_due()
        queued, later, sent = Notice.objects.order_by("pk")
        Email.objects.filter(pk=queued.email_id).update(status=STATUS.queued)
        Email.objects.filter(pk=later.email_id).update(status=STATUS.requeued)
        builders.report_in("submitted", reports["ME-03"], officer=me_officer, coordinator=coordinator, at=before)
        builders.report_in("submitted", reports["ME-04"], officer=me_officer, coordinator=coordinator, at=at)
        owed, fresh = Notice.objects.order_by("pk")[3:]
        for _twice in range(2):
            out = StringIO()
            call_command("run_due", f"--forget-before={at.isoformat()}", stdout=out)
            assert out.getvalue().startswith("0 dropped" if _twice else "3 dropped")
        assert len(postbox.mails()) == 3, "what was sent before"
        assert set(Notice.objects.in_state("dropped")) == {queued, later, owed}
        assert {row.state for row in Notice.objects.in_state("dropped")} == {"dropped"}
        assert run_due() == "1 queued, 1 sent, 0 failed, 0 cannot be sent"
        assert Email.objects.count() == 2
        assert set(Notice.objects.in_state("sent")) == {sent, fresh}
        for row in (queued, queued, later, owed):
            sending.send_again(row.pk)
        assert run_due() == "3 queued, 3 sent, 0 failed, 0 cannot be sent"


@pytest.mark.parametrize("moment", ["2021-03-16T05:00:00", "2021-03-16", "2999-01-01T00:00:00Z", "yesterday", ""])
def test_a_moment_without_a_zone_or_ahead_drops_nothing(reports, me_officer, coordinator, at, moment):
    returned(reports, me_officer, coordinator, at)
    with pytest.raises(CommandError, match="--forget-before"):
        call_command("run_due", f"--forget-before={moment}")
    assert Notice.objects.in_state("owed").count() == 3


@pytest.mark.django_db(transaction=True)
def test_nothing_is_dropped_while_a_run_is_under_way(reports, me_officer, coordinator, at):
    returned(reports, me_officer, coordinator, at)
    with ThreadPoolExecutor(1) as pool, turn("run_due") as mine:
        assert mine
        with pytest.raises(CommandError, match="under way"):
            pool.submit(in_its_own_connection, at.isoformat()).result(20)
    assert Notice.objects.in_state("owed").count() == 3


def in_its_own_connection(moment: str) -> None:
    try:
        call_command("run_due", f"--forget-before={moment}")
    finally:
        connections.close_all()


# The command


def test_run_due_does_what_is_registered_and_mail_last(monkeypatch, at):
    done = []

    def remind(moment: Any) -> str:
        done.append(moment)
        return "reminders: 2"

    monkeypatch.setattr(due, "_registered", {})
    due.register("reminders", remind)
    due.register("broken", lambda _moment: str(1 / 0))
    assert list(due.run_all(at)) == [
        "reminders: 2",
        "broken: failed, see the log",
        "mail: 0 queued, 0 sent, 0 failed, 0 cannot be sent",
    ]
    assert done == [at]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_is_waited_for(monkeypatch, capsys):
    """`--every` says so in one line, and goes on with a new connection."""
    stop = threading.Event()
    tries: list[int] = []

    def first_in_vain(self: Any) -> str:
        tries.append(len(tries))
        if len(tries) == 1:
            raise OperationalError("server closed the connection")
        stop.set()
        return "done"

    monkeypatch.setattr(command.Command, "run_once", first_in_vain)
    monkeypatch.setattr(stop, "wait", lambda _seconds: None)
    command.Command().run_on(10, stop=stop)
    out, err = capsys.readouterr()
    assert (tries, out) == ([0, 1], "done\n")
    assert err.splitlines() == ["The database did not answer, next try in 10 s: server closed the connection"]
