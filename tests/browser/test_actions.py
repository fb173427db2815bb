"""Five minutes for the officer: the actions from sign-in to receipt, counted."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from ministries.models import Ministry, User
from records import clock
from tasks.models import Submission, Task
from tests import builders
from tests.builders import kst

from .conftest import Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AT = kst(2021, 3, 16, 14)


@pytest.fixture
def six_tasks(live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> User:
    """A ministry with six tasks, all reported and accepted in a frozen first round; the second one is open."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    ministry = builders.ministry("ME")
    officer = builders.person("officer", "officer", ministry)
    officer.set_password("demo-2050")
    officer.save()
    office = builders.person("office", "coordinator")
    for no in range(1, 7):
        builders.task(f"ME-{no:02d}", ministry, milestones=[date(2021, 6, 30)])
    opens, sent = kst(2021, 1, 25, 9), kst(2021, 2, 3, 10)
    first = builders.round_(1, as_of=date(2021, 1, 29), opens_at=opens, due_at=kst(2021, 2, 5, 18))
    reports = builders.prepare(first, by=office).values()
    for report in reports:
        builders.write(report, by=officer, at=sent)
    builders.submit(*reports, by=officer, at=sent)
    for report in reports:
        builders.open_for_review(report, by=office, at=sent)
        builders.accept(report, by=office, at=sent)
    builders.freeze(first, by=office, at=kst(2021, 2, 10, 10))
    builders.prepare(builders.round_(2, observes_from=date(2021, 2, 1)), by=office)
    return officer


def row(code: str, field: str) -> str:
    return f"details.row:has(#{code}) textarea[name$='-{field}']"


def test_six_tasks_in_at_most_nine_actions(six_tasks: User, visit: Visit) -> None:
    """Four unchanged, two changed in two fields each."""
    officer = visit().sign_in(six_tasks.username)
    for code in ("ME-01", "ME-02"):
        officer.click(f"#{code}")
        officer.fill(row(code, "results"), f"ㅇ {code} 초안을 확정함")
        officer.fill(row(code, "plans"), f"ㅇ {code} 4월 중 공표 예정")
    officer.click("button[value='check']")
    expect(officer.page.locator("#go button[type='submit']")).to_have_text(re.compile("변경 2.*변동 없음 4"))
    officer.click("#go button[type='submit']")
    expect(officer.page.locator(".receipt .id")).to_have_text("2-ME-0001")
    assert officer.actions <= 9
    assert Submission.objects.get(number="2-ME-0001").revisions.filter(unchanged=True).count() == 4


@pytest.fixture
def approver(six_tasks: User) -> User:
    """The same ministry with sign-off."""
    ministry = Ministry.objects.get(code="ME")
    ministry.sign_off = True
    ministry.save()
    person = builders.person("approver", "approver", ministry)
    person.set_password("demo-2050")
    person.save()
    return person


def ask(officer: Visitor) -> None:
    """The officer's job, to the request for sign-off."""
    for code in ("ME-01", "ME-02"):
        officer.click(f"#{code}")
        officer.fill(row(code, "results"), f"ㅇ {code} 초안을 확정함")
        officer.fill(row(code, "plans"), f"ㅇ {code} 4월 중 공표 예정")
    officer.click("button[value='check']")
    officer.click("#go button[type='submit']")
    expect(officer.page.locator(".note-box.awaiting")).to_contain_text("approver")


def test_with_sign_off_the_approver_adds_at_most_three(six_tasks: User, approver: User, visit: Visit) -> None:
    """The officer's nine as before; the approver's page is the first after signing in, and one press lets all go."""
    officer = visit().sign_in(six_tasks.username)
    ask(officer)
    assert officer.actions <= 9
    assert not Submission.objects.filter(round__no=2).exists()
    boss = visit().sign_in(approver.username)
    expect(boss.page.locator("#give [data-n='changed']")).to_have_text("2")
    expect(boss.page.locator("#give [data-n='unchanged']")).to_have_text("4")
    boss.click("#give button")
    expect(boss.page.locator(".receipt .id")).to_have_text("2-ME-0001")
    assert boss.actions <= 3
    assert Submission.objects.get(number="2-ME-0001").revisions.filter(unchanged=True).count() == 4


def test_what_the_approver_takes_out_is_counted_out(six_tasks: User, approver: User, visit: Visit) -> None:
    """The control: the button says what would go, and just that goes."""
    ask(visit().sign_in(six_tasks.username))
    boss = visit().sign_in(approver.username)
    boss.click("tr:has-text('ME-01') input[name='changed']")
    expect(boss.page.locator("#give [data-n='changed']")).to_have_text("1")
    boss.click("#give button")
    expect(boss.page.locator(".receipt .id")).to_have_text("2-ME-0001")
    assert boss.actions <= 3
    assert Submission.objects.get(number="2-ME-0001").revisions.count() == 5
    assert Task.objects.get(code="ME-01").reports.get(round__no=2).state == "awaiting"


def test_a_task_whose_date_has_come_does_not_go_as_unchanged(six_tasks: User, visit: Visit) -> None:
    """The control: the button says three, the page names the task and the reason, and forcing it is refused."""
    late = Task.objects.get(code="ME-06")
    late.milestones.update(current_on=date(2021, 3, 1))
    officer = visit().sign_in(six_tasks.username)
    page = officer.page
    for code in ("ME-01", "ME-02"):
        page.click(f"#{code}")
        page.fill(row(code, "results"), f"ㅇ {code} 초안을 확정함")
    page.click("button[value='check']")
    expect(page.locator("#go button[type='submit']")).to_have_text(re.compile("변경 2.*변동 없음 3"))
    expect(page.locator("section", has=page.locator("#c3")).locator("tr", has_text="ME-06")).to_contain_text(
        "3. 1.(월)"
    )
    assert force_unchanged(page, late) == 422
    assert not Submission.objects.filter(round__no=2).exists()


def force_unchanged(page: Page, task: Task) -> int:
    """Send the page's answer with one more report than it offers; returns the status."""
    report = task.reports.get(round__no=2)
    form: dict[str, str | float | bool] = {
        "csrfmiddlewaretoken": page.locator("input[name='csrfmiddlewaretoken']").first.input_value(),
        "ministry": "ME",
        "unchanged": f"{report.pk}:{report.version}",
    }
    return page.request.post("/my-tasks/submit/", form=form).status
