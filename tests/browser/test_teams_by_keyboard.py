"""Work between people without a mouse, with the portal's scripts and without them: tasks handed out, a deputy, a
successor; a supporting ministry's text, and the answer to a request."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import Delegation
from records import clock
from tasks.models import Assignment
from tests import builders
from tests.builders import fresh
from tests.cast import AT, TaskForce

from .conftest import PASSWORD, Visit, tab_to
from .test_by_keyboard import press, scripts, write

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _portal(live_server: LiveServer, task_force: TaskForce, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast on Tuesday 16 March 2021, 14:00; whoever is needed can sign in."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    for name in ("fsc_approver", "fsc_officer", "stranger", "me_officer", "motie_officer", "msit_officer"):
        person = task_force.people[name]
        person.set_password(PASSWORD)
        person.save()


@scripts
def test_a_task_is_handed_out_a_deputy_named_and_ended_and_a_successor_takes_over(
    visit: Visit, task_force: TaskForce, js: bool
) -> None:
    officer, new = task_force.people["fsc_officer"], task_force.people["stranger"]
    page = visit(js=js, locale="en-GB").sign_in("fsc_approver").page
    page.goto("/assignments/")
    press(page, "#task-FSC-01", "ArrowDown")
    press(page, "section.dock button")
    expect(page.locator("#led ~ table tr", has_text="FSC-01").locator("td").first).to_contain_text("Choi Sol")

    page = visit(js=js, locale="en-GB").sign_in("fsc_officer").page
    page.goto("/deputies/")
    press(page, "#to_user", "ArrowDown")
    tab_to(page, "#ends_on")
    page.keyboard.type("04042021")  # the same day, whichever part the browser begins with
    write(page, "#reason", "국외 출장")
    press(page, ".line-form button")
    expect(page.locator("#for-me ~ table")).to_contain_text("국외 출장")
    named = Delegation.objects.get()
    press(page, f"#deputy-{named.pk} summary")
    press(page, f"#deputy-{named.pk} form button")
    expect(page.locator(f"#deputy-{named.pk}")).to_contain_text("ended early")
    assert (named.to_user.username, str(named.ends_on)) == ("fsc_approver", "2021-04-04")

    officer.postings.update(ends_on=AT.date() - timedelta(days=1))
    posting = builders.posting(new, "officer", task_force.ministries["FSC"], starts_on=AT.date())
    page = visit(js=js, locale="en-GB").sign_in("stranger").page
    expect(page).to_have_url(re.compile("/hand-over/"))
    press(page, "button[value='take']")
    expect(page).to_have_url(re.compile("/my-tasks/"))
    assert Assignment.objects.in_force(AT.date()).get().posting == posting


@scripts
def test_a_supporting_ministry_writes_the_lead_takes_over_and_a_request_is_answered(
    visit: Visit, task_force: TaskForce, js: bool
) -> None:
    supported, asking, officer = (
        task_force.reports["ME-06"],
        task_force.reports["ME-03"],
        task_force.people["me_officer"],
    )
    builders.write(asking, by=officer, at=AT, **builders.troubled(addressed_to=["MSIT"]))
    builders.submit(asking, by=officer, at=AT)
    page = visit(js=js).sign_in("motie_officer").page
    row = f"details:has(#text-{supported.pk})"
    press(page, f"{row} > summary")
    write(page, f"#text-{supported.pk}", "산업부 소관 실적")
    press(page, f"#contribution-{supported.pk} button")
    expect(page.locator(f"{row} .wrote li")).to_contain_text("산업부 소관 실적")

    page = visit(js=js).sign_in("me_officer").page
    page.goto("/my-tasks/?open=ME-06#ME-06")
    press(page, f"#team-{supported.pk} button[value='results']")
    expect(page.locator("[name$='-results']:visible")).to_have_value(re.compile("산업부 소관 실적"))
    assert "산업부 소관 실적" in fresh(supported).draft.content["results"]

    request = builders.request_to("MSIT", asking)
    page = visit(js=js).sign_in("msit_officer").page
    press(page, f"details:has(#answer-{request.pk}) > summary")
    write(page, f"#answer-text-{request.pk}", "4월 중 협의")
    press(page, f"#answer-{request.pk} button")
    expect(page.locator("#asked .wrote li")).to_contain_text("4월 중 협의")
