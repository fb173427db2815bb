"""How people get in, what their pages carry, and how their access ends. (Who may go where: test_permissions.py.)"""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from ministries.models import Posting
from tests import builders
from tests.pages import HTMX, filled, page, visitor
from tfportal.settings import base

FAR = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "http:evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://testserver@evil.example/",
    "\x08//evil.example",
    " //evil.example",
    "/\t/evil.example",
]


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> None:
    """Postings are in force in March 2021."""


def pages_of(task_force, at) -> Iterator[tuple[Client, str]]:
    """Every kind of private page, with someone who may see it: refusals and missing pages are private as well."""
    people = task_force.people
    report = builders.report_in(
        "opened",
        task_force.reports["ME-01"],
        officer=people["me_officer"],
        coordinator=people["coordinator"],
        at=at,
    )
    number = builders.submission_of(report).number
    paths = {
        "me_officer": [
            "/my-tasks/",
            "/my-tasks/check/",
            f"/submissions/{number}/",
            f"/reports/{report.pk}/",
            "/rounds/",
        ],
        "fsc_approver": ["/sign-off/", "/rounds/1/", "/rounds/1/record/"],
        "coordinator": ["/board/", "/board/poll/", "/review/", f"/review/{report.pk}/", "/rounds/2/freeze/"],
        "administrator": ["/admin/", "/admin/tasks/task/", "/accounts/password/"],
        "reader": ["/my-tasks/", "/nowhere/", "/reports/999/", "/"],
        "stranger": ["/"],
    }
    for name, addresses in paths.items():
        browser = visitor(people[name])
        yield from ((browser, address) for address in addresses)


def test_private_pages_leave_no_copy_and_run_no_foreign_code(task_force, at):
    """quality.md 19: `no-store` on every private page, and a policy without `unsafe-*` that frames nothing."""
    for browser, path in pages_of(task_force, at):
        headers = browser.get(path).headers
        assert "no-store" in headers["Cache-Control"], path
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
            assert part in policy, path
        assert "http" not in policy.replace("https:", "http"), f"{path} lets another host in"
        assert "*" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/my-tasks/?ministry=ME&open=ME-01", "/review/?a=1&b=%ED%99%98", "/rounds/1/"])
def test_signing_in_leads_back_to_the_page(me_officer, path):
    """architecture.md: the page, with all that its address says, is `next`; signing in leads there."""
    me_officer.set_password("a long secret 2050")
    me_officer.save()
    browser = visitor()
    login = browser.get(path).headers["Location"]
    assert login == f"/accounts/login/?next={quote(path)}"
    form = filled(page(browser.get(login)), "/accounts/login/")
    assert form["next"] == [path]
    answer = browser.post("/accounts/login/", form | {"login": ["me_officer"], "password": ["a long secret 2050"]})
    assert answer.status_code == 302
    assert answer.headers["Location"] == path


def test_a_session_that_ended_under_htmx_leads_to_the_page_not_to_the_part(reports):
    """architecture.md: GET under htmx after the session ended: to sign in, with the *page* as `next`."""
    at_page = "http://testserver/my-tasks/?ministry=ME&open=ME-01"
    answer = visitor().get(f"/reports/{reports['ME-01'].pk}/form/", headers=HTMX | {"HX-Current-URL": at_page})
    assert answer.headers["HX-Redirect"] == f"/accounts/login/?next={quote('/my-tasks/?ministry=ME&open=ME-01', '')}"


@pytest.mark.parametrize("far", [*FAR, "http://testserver//evil.example", "http://[::1", ""])
def test_the_page_that_htmx_names_is_never_another_host(reports, far):
    """The browser's word on where it stands is a header like any other."""
    answer = visitor().get("/board/poll/", headers=HTMX | {"HX-Current-URL": far})
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2F"


@pytest.mark.parametrize("far", FAR)
def test_nobody_is_led_to_another_host(me_officer, far):
    """quality.md 20: open redirects in `next`, at the language switch and at the sign-in."""
    me_officer.set_password("a long secret 2050")
    me_officer.save()
    switched = visitor().post("/language/", {"language": "en", "next": far})
    assert switched.headers["Location"] == "/"
    given = {"login": "me_officer", "password": "a long secret 2050", "next": far}
    for answer in (
        visitor().post("/accounts/login/", given),
        visitor(me_officer).get("/accounts/login/", {"next": far}),
    ):
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("back", ["show_report", "home", "x", "tasks.views", "\n/rounds/", "/a\r\nSet-Cookie: x=1"])
def test_the_language_switch_survives_any_way_back(back, db):
    """`next` is an address: neither a view's name, which answered 500, nor the start of another header."""
    answer = visitor().post("/language/", {"language": "en", "next": back})
    assert answer.status_code == 302
    assert "\n" not in answer.headers["Location"]
    assert set(answer.cookies) == {"django_language"}


def test_the_language_is_kept_with_the_person(me_officer):
    """A switch on one machine holds on the next one."""
    visitor(me_officer, language="ko").post("/language/", {"language": "en", "next": "/rounds/"})
    assert visitor(me_officer, language="ko").get("/rounds/").headers["Content-Language"] == "en"
    visitor(me_officer).post("/language/", {"language": "xx", "next": "/rounds/"})
    assert visitor(me_officer, language="ko").get("/rounds/").headers["Content-Language"] == "en"


def test_disabling_a_person_ends_their_access_at_once(me_officer):
    """quality.md 22. The session is there still; the next request is an anonymous one."""
    browser = visitor(me_officer)
    assert browser.get("/my-tasks/").status_code == 200
    me_officer.is_active = False
    me_officer.save()
    assert browser.get("/my-tasks/").status_code == 302
    assert browser.post("/my-tasks/", {"do": "check"}).status_code == 401


def test_the_end_of_a_posting_ends_the_access_at_once(me_officer, at):
    """quality.md 22. The last day is included; the day after, nothing is left but an account."""
    browser, posting = visitor(me_officer), Posting.objects.get(user=me_officer)
    posting.ends_on = at.date()
    posting.save()
    assert browser.get("/my-tasks/").status_code == 200
    posting.ends_on = at.date() - timedelta(days=1)
    posting.save()
    assert browser.get("/my-tasks/").status_code == 403
    assert browser.post("/my-tasks/", {"do": "check"}).status_code == 403
    assert browser.get("/").status_code == 403


def test_a_demo_account_is_refused_outside_the_demo(me_officer, settings):
    """The demo's passwords are printed on its start page: elsewhere neither they nor a session of theirs open a door."""
    me_officer.set_password("demo-2050")
    me_officer.is_demo = True
    me_officer.save()
    given = {"login": "me_officer", "password": "demo-2050"}
    settings.DEMO = True
    browser = visitor()
    assert browser.post("/accounts/login/", given).status_code == 302
    assert browser.get("/my-tasks/").status_code == 200
    assert "me_officer" in visitor().get("/accounts/login/").content.decode()
    settings.DEMO = False
    assert browser.get("/my-tasks/").status_code == 302
    assert browser.post("/my-tasks/", {"do": "check"}).status_code == 401
    assert visitor().post("/accounts/login/", given).status_code == 200
    assert "me_officer" not in visitor().get("/accounts/login/").content.decode()


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(me_officer):
    """quality.md 22: the sign-in does not tell who has an account, in use or closed."""
    me_officer.set_password("a long secret 2050")
    me_officer.save()
    given = [("nobody", "x"), ("me_officer", "x"), ("me_officer", "x"), ("x\0", "x"), ("n" * 150, "p" * 128)]
    answers = []
    for number, (login, password) in enumerate(given):
        me_officer.is_active = number != 2
        me_officer.save()
        answer = visitor().post("/accounts/login/", {"login": login, "password": password})
        answers.append((answer.status_code, page(answer).one("div", class_="note-box error").text))
    assert answers[0][0] == 200
    assert answers[0] == answers[1] == answers[2] == answers[4]
    assert answers[3][0] == 200


@pytest.mark.parametrize("host", ["evil.example", "testserver:80@evil.example", "a b", "[::", ""])
def test_a_forged_host_is_turned_away(db, host):
    """quality.md 20: the answer is a plain page that names no foreign host in its links."""
    answer = visitor().get("/accounts/login/", headers={"host": host})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_wrong_passwords_are_counted_for_the_account(me_officer, coordinator, settings):
    """quality.md 22: throttled per account, so that guessing ends; others behind the same address go on undisturbed."""
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    cache.clear()
    for person in (me_officer, coordinator):
        person.set_password("a long secret 2050")
        person.save()
    told = []
    for number in range(8):
        answer = visitor().post("/accounts/login/", {"login": "me_officer", "password": f"guess {number}"})
        told.append(page(answer).one("div", class_="note-box error").text)
    assert len(set(told[:6])) == 1
    assert told[6] == told[7] != told[0]
    right = {"password": "a long secret 2050"}
    assert visitor().post("/accounts/login/", right | {"login": "me_officer"}).status_code == 200
    assert visitor().post("/accounts/login/", right | {"login": "coordinator"}).status_code == 302
    cache.clear()


def test_a_session_ends_by_itself_and_starts_anew_with_each_sign_in(me_officer, settings):
    """quality.md 22: a new session key at the sign-in, and a limit that reading does not push forward."""
    me_officer.set_password("a long secret 2050")
    me_officer.save()
    browser = visitor()
    browser.get("/accounts/login/")
    before = browser.session
    before["planted"] = "by somebody else"
    before.save()
    browser.cookies["sessionid"] = before.session_key or ""
    browser.post("/accounts/login/", {"login": "me_officer", "password": "a long secret 2050"})
    assert browser.cookies["sessionid"].value != before.session_key
    assert Session.objects.filter(session_key=before.session_key).count() == 0
    expires = Session.objects.get(session_key=browser.cookies["sessionid"].value).expire_date
    assert expires - timezone.now() <= timedelta(hours=12)
    browser.get("/my-tasks/")
    assert Session.objects.get(session_key=browser.cookies["sessionid"].value).expire_date == expires
    browser.post("/accounts/logout/")
    assert not Session.objects.filter(expire_date=expires).exists()
