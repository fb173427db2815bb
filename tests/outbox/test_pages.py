"""The pages of the mail: what was sent, what failed and why, and once more."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from post_office.models import STATUS, Email

from ministries.models import User
from outbox import letters
from outbox.models import Notice
from outbox.reading import why_not_sent
from tasks import workflow
from tests import builders
from tests.outbox.conftest import run_due
from tests.pages import filled, page, visitor
from tests.smtp import mail_server

pytestmark = [pytest.mark.either, pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


@pytest.fixture
def each_state(outbox, reports, me_officer, me_officer_2, msit_officer, coordinator, at, post) -> None:
    """One mail sent, one refused for good, one to be tried again, one without an address, one queued, one owed."""
    me_officer.email = ""
    me_officer.save()
    builders.report_in("returned", reports["ME-01"], officer=me_officer_2, coordinator=coordinator, at=at)
    refuses = {"me_officer_2@example.org": "550 no such person", "msit_officer@example.org": "450 later"}
    builders.report_in("submitted", reports["MSIT-01"], officer=msit_officer, coordinator=coordinator, at=at)
    with mail_server(refuses=refuses) as postbox:
        post(postbox.port)
        run_due()
    sent = Notice.objects.get(purpose="receipt", to=me_officer_2)
    Email.objects.filter(pk=sent.email_id).update(status=STATUS.sent)
    builders.report_in("submitted", reports["ME-04"], officer=me_officer_2, coordinator=coordinator, at=at)
    Notice.objects.filter(about="submission/2-ME-0002").update(
        email=Email.objects.create(from_email="p@example.org", to=["x@example.org"], status=STATUS.queued)
    )
    builders.report_in("submitted", reports["ME-06"], officer=me_officer_2, coordinator=coordinator, at=at)


def rows(answer: Any) -> list[str]:
    return [row.text for row in page(answer).one("tbody").all("tr")]


@pytest.mark.usefixtures("each_state")
def test_the_page_says_how_far_each_mail_is_and_why(coordinator):
    found = rows(visitor(coordinator).get("/mail/"))
    assert len(found) == 6
    owed, queued, later, refused, missing, sent = found[0], found[1], found[2], found[3], found[4], found[5]
    assert "Receipt 2-ME-0003 · Environment" in owed, (
        "the ministry that it is about stands there, not beside the person"
    )
    assert "To send" in owed
    assert "Being sent" in queued
    assert "next try" in later
    assert "The mail server refuses the address." in later
    states = " | ".join([refused, missing, sent])
    assert "given up" in states
    assert "Cannot be sent no e-mail address" in states
    assert "Sent" in states
    assert [("Send again" in text) for text in found] == ["Failed" in text or "Cannot" in text for text in found]


@pytest.mark.usefixtures("each_state")
@pytest.mark.parametrize(("state", "number"), [("owed", 1), ("queued", 1), ("sent", 1), ("failed", 2), ("stuck", 1)])
def test_every_number_leads_to_its_rows(coordinator, state, number):
    answer = visitor(coordinator).get(f"/mail/?state={state}")
    shown = page(answer)
    link = shown.one("a", href=f"/mail/?state={state}")
    assert (link.text, link["aria-current"]) == (str(number), "page")
    assert len(rows(answer)) == number
    assert shown.one("a", href="/mail/").text == "6"


def test_an_empty_outbox_says_what_will_be_there(coordinator):
    browser = visitor(coordinator)
    assert "No mail yet." in page(browser.get("/mail/")).text
    assert "No mail is in this state." in page(browser.get("/mail/?state=failed")).text
    assert "No mail yet." in page(browser.get("/mail/?state=%00&page=x")).text


@pytest.mark.usefixtures("each_state")
def test_sending_again_from_the_page(coordinator, me_officer):
    """The office has the address entered, presses the button, and the next run delivers. What was sent stays sent."""
    browser = visitor(coordinator)
    stuck = Notice.objects.get(to=me_officer)
    me_officer.email = "haneul@example.org"
    me_officer.save()
    again = f"/mail/{stuck.pk}/again/"
    answer = browser.post(again, filled(page(browser.get(f"/mail/{stuck.pk}/")), again), follow=True)
    assert "It goes out with the next run." in page(answer).text
    assert "To send" in page(answer).text
    assert browser.post(again).status_code == 302, "once more changes nothing"
    failed = Notice.objects.filter(email__status__in=(STATUS.failed, STATUS.requeued))
    for notice in failed:
        browser.post(f"/mail/{notice.pk}/again/")
    assert not failed.all().exists()
    sent = Notice.objects.in_state("sent").get()
    assert browser.post(f"/mail/{sent.pk}/again/").status_code == 409


@pytest.mark.usefixtures("each_state")
def test_one_mail_as_text_and_what_the_server_said(coordinator):
    notice = Notice.objects.get(email__status=STATUS.failed)
    shown = page(visitor(coordinator).get(f"/mail/{notice.pk}/"))
    assert "ME-01" in shown.one("h1").text
    assert shown.one("code").text == "550 no such person"
    assert "https://portal.example/reports/" in shown.one("div", class_="letter").text
    owed = Notice.objects.in_state("owed").get()
    assert "2-ME-0003" in page(visitor(coordinator).get(f"/mail/{owed.pk}/")).one("div", class_="letter").text
    assert visitor(coordinator).get("/mail/99999999999999999999/").status_code == 404


def test_a_text_that_cannot_be_written_is_no_server_error(reports, me_officer, coordinator, at):
    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    Notice.objects.update(facts={"received_at": "yesterday"})
    run_due()
    answer = visitor(coordinator).get(f"/mail/{Notice.objects.get().pk}/")
    assert answer.status_code == 200
    assert "the text could not be written" in page(answer).text


def test_in_the_demo_everyone_reads_their_own_mail_and_no_one_elses(
    reports, me_officer, me_officer_2, at, coordinator, settings
):
    builders.report_in("returned", reports["ME-01"], officer=me_officer, coordinator=coordinator, at=at)
    theirs = Notice.objects.get(to=me_officer_2)
    assert visitor(me_officer_2).get("/mail/mine/").status_code == 404, "outside the demo they have it in their postbox"
    assert visitor(me_officer_2).get(f"/mail/{theirs.pk}/").status_code == 404
    settings.DEMO = True
    browser = visitor(me_officer_2)
    (row,) = rows(browser.get("/mail/mine/"))
    subject = letters.write(theirs).subject
    assert row.startswith(f"{subject} Returned")
    assert "ME-01" in subject, "it tells which one"
    assert "To send" not in row, "it is read here, and goes nowhere"
    assert browser.get(f"/mail/{theirs.pk}/").status_code == 200
    assert browser.get("/mail/").status_code == 403
    assert visitor(me_officer).get(f"/mail/{theirs.pk}/").status_code == 404
    assert page(browser.get("/my-tasks/")).one("a", href="/mail/mine/").text == "Mail to me"
    assert "No mail to you yet." in page(visitor(coordinator).get("/mail/mine/")).text


def test_the_newest_mail_stands_first_and_takes_no_query_of_its_own(reports, me, me_officer, coordinator, at, settings):
    settings.DEMO = True
    browser = visitor(me_officer)
    counts = []
    for no in range(3):
        about, when = f"opinion/{no}/given/1", at - timedelta(days=no)
        facts = {"pk": no, "number": f"P-{no}", "others": [], "due_at": when.isoformat()}
        by = {"ko": "국조실", "en": "Office"}
        facts |= {"happened_at": when.isoformat(), "by": by}
        given = {"purpose": "opinion_given", "to": me_officer, "ministry": me, "about": about, "owed_at": when}
        Notice.objects.create(facts=facts, **given)
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get("/mail/mine/")
        counts.append(len(queries))
    moments = [row["datetime"] for row in page(answer).one("tbody").all("time")]
    assert moments == sorted(moments, reverse=True)
    assert counts[0] == counts[2]


@pytest.fixture
def inside(reports, fsc_officer, fsc_approver, at) -> list[Notice]:
    """Sign-off was asked for and refused: a mail to the approver, and one back to the officer."""
    builders.write(reports["FSC-01"], by=fsc_officer, at=at)
    builders.ask_sign_off(reports["FSC-01"], by=fsc_officer, at=at)
    version = builders.fresh(reports["FSC-01"]).version
    workflow.send_back(
        reports["FSC-01"].pk, by=fsc_approver, at=at, key=builders.key(), version=version, comment="근거?"
    )
    return [Notice.objects.get(purpose=purpose) for purpose in ("sign_off_asked", "sent_back")]


@pytest.mark.parametrize(
    ("state", "label"),
    [
        ("owed", "To send"),
        ("sent", "Sent"),
        ("failed", "Failed given up The mail could not be"),
        ("stuck", "Cannot be sent no e-mail address"),
    ],
)
def test_the_office_helps_to_deliver_what_is_kept_inside_a_ministry_and_reads_none_of_it(
    inside, coordinator, fsc_officer, fsc_approver, state, label
):
    """ADR 0007. Not what it is about, who did what, or when: only to whom it goes, and why it does not arrive."""
    if state == "stuck":
        User.objects.filter(pk__in=(fsc_officer.pk, fsc_approver.pk)).update(email="")
    if state != "owed":
        run_due()
    if state == "failed":
        Email.objects.update(status=STATUS.failed)
    browser = visitor(coordinator)
    answers = [browser.get("/mail/"), *(browser.get(f"/mail/{notice.pk}/") for notice in inside)]
    for answer, people in zip(answers, [(fsc_officer, fsc_approver), (fsc_approver,), (fsc_officer,)], strict=True):
        shown = page(answer).one("main").text
        assert "nside the ministry" in shown
        for person in people:
            assert person.name_en in shown
        assert "Financial Services" in shown
        assert ("Send again" in shown) == (state in ("failed", "stuck"))
        html = answer.content.decode()
        for told in ("FSC-01", "Sent back", "Sign-off requested", "2021 plan", "/form/", "2021-03-16", "16 Mar"):
            assert told not in html.partition("<main")[2], told
    assert all(label in text for text in rows(answers[0]))
    for notice in inside:
        again = browser.post(f"/mail/{notice.pk}/again/")
        assert again.status_code == (409 if state in ("sent", "stuck") else 302), "there has to be an address"


def test_whom_it_is_addressed_to_reads_it_whole(inside, fsc_officer, fsc_approver, settings):
    settings.DEMO = True
    for notice, person, words in zip(
        inside, (fsc_approver, fsc_officer), ("Sign-off requested", "Sent back"), strict=True
    ):
        browser = visitor(person)
        (row,) = rows(browser.get("/mail/mine/"))
        assert "FSC-01" in row
        assert words in row
        shown = page(browser.get(f"/mail/{notice.pk}/"))
        assert "FSC-01" in shown.one("div", class_="letter").text


def test_the_admin_leaves_out_what_is_kept_inside_a_ministry(inside, administrator):
    browser = visitor(administrator)
    for query in ("", "?purpose__exact=sent_back", "?q=event"):
        html = browser.get(f"/admin/outbox/notice/{query}").content.decode()
        assert "round/2/event" not in html
        assert "0 mails" in html
    for notice in inside:
        assert browser.get(f"/admin/outbox/notice/{notice.pk}/change/").status_code == 302, "there is no such row"


@pytest.mark.parametrize("approve", [True, False])
def test_a_decided_correction_is_about_the_task_and_not_about_a_number(
    task_force, me_officer, coordinator, coordinator_2, at, approve
):
    row = builders.ask_correction(task_force.first["ME-01"], by=me_officer, at=at)
    builders.decide_correction(row, by=coordinator_2, at=at, approve=approve)
    notice = Notice.objects.get(purpose="correction_decided", to=me_officer)
    (found,) = [text for text in rows(visitor(coordinator).get("/mail/")) if "Kim Haneul" in text]
    assert found.startswith("Correction decided on ME-01 ")
    subject = letters.write(notice).subject
    assert subject == ("정정 제1호 승인: ME-01, 제1차 이행점검" if approve else "정정 미승인: ME-01, 제1차 이행점검")


@pytest.mark.usefixtures("each_state")
def test_what_was_dropped_stands_under_its_state_and_can_be_sent_again(coordinator, at):
    Notice.objects.update(owed_at=at - timedelta(seconds=1))
    call_command("run_due", forget_before=at.isoformat(), stdout=StringIO())
    browser = visitor(coordinator)
    answer = browser.get("/mail/?state=dropped")
    assert page(answer).one("a", href="/mail/?state=dropped").text == "3"
    for text in rows(answer):
        assert "Skipped not sent: dropped after a restore Send again" in text
    assert len(rows(browser.get("/mail/?state=stuck"))) == 1
    notice = Notice.objects.in_state("dropped").first()
    assert notice is not None
    again = f"/mail/{notice.pk}/again/"
    answer = browser.post(again, filled(page(browser.get(f"/mail/{notice.pk}/")), again), follow=True)
    assert "To send" in page(answer).text


def test_queries_do_not_grow_with_the_mail(reports, me, me_officer, coordinator, at):
    """quality.md 28."""
    browser = visitor(coordinator)
    counts = []
    for number in (1, 60):
        for no in range(number):
            builders.person(f"p{number}-{no}", "officer", me, email="p@example.org")
        code = "ME-01" if number == 1 else "ME-03"
        builders.report_in("returned", reports[code], officer=me_officer, coordinator=coordinator, at=at)
        run_due()
        Email.objects.update(status=STATUS.requeued, scheduled_time=timezone.now() + timedelta(minutes=1))
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get("/mail/")
        assert answer.status_code == 200
        counts.append(len(queries))
    assert len(rows(answer)) == 50
    assert len(rows(browser.get("/mail/?page=2"))) > 10
    assert counts[0] == counts[1]


@pytest.mark.parametrize("failure", ["SMTPRecipientsRefused", "ConnectionRefusedError", "TimeoutError", "Whatever", ""])
def test_every_failure_has_its_words(failure):
    assert why_not_sent(failure).endswith(".")


def test_the_admin_shows_what_is_owed_and_nothing_of_the_queue(administrator, reports, me_officer, at):
    """post_office's own pages would let an administrator write mail."""
    from django.contrib import admin

    builders.submit(reports["ME-01"], by=me_officer, at=at, unchanged=True)
    browser = visitor(administrator)
    assert browser.get("/admin/outbox/notice/").status_code == 200
    assert browser.get(f"/admin/outbox/notice/{Notice.objects.get().pk}/change/").status_code == 200
    assert browser.get("/admin/outbox/notice/add/").status_code == 403
    assert not [model for model in admin.site._registry if model._meta.app_label == "post_office"]
    assert browser.get("/admin/post_office/email/").status_code == 404
