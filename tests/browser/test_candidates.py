"""A candidate's whole life, before one browser: a call, the answer of a ministry outside the strategy, triage, the
meeting, and the new task on the next round's roster with where it comes from."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from meetings.models import AgendaItem
from records import clock
from tasks.models import Call, Report, Round, Task
from tests import builders
from tests.builders import kst
from tests.cast import AT, TaskForce
from tests.meetings import agenda_scene
from tests.tasks import candidates_scene

from .conftest import PASSWORD, Visit

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def at() -> object:
    return AT


@pytest.fixture
def next_round(live_server: LiveServer, task_force: TaskForce, monkeypatch: pytest.MonkeyPatch) -> Round:
    """The third round, planned; MOIS has an officer, and everybody who is needed can sign in. The second meeting has no
    agenda yet."""
    monkeypatch.setattr(clock, "now", lambda: AT)
    people = task_force.people
    officer = builders.person("mois_officer", "officer", candidates_scene.outside(), name_en="Seo Gaon")
    for person in (people["coordinator"], people["motie_officer"], officer):
        person.set_password(PASSWORD)
        person.save()
    agenda_scene.meeting(task_force.round_2, task_force.ministries["ME"], by=people["coordinator"], at=AT)
    return builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1), due_at=kst(2021, 6, 10))


def answer_of(page: Page, ministry: str) -> str:
    row = page.locator("table.of-call tbody tr").filter(has=page.locator(f"th:has-text('{ministry}')"))
    return row.locator("td").first.inner_text().strip()


def test_the_life_of_a_candidate(visit: Visit, next_round: Round, task_force: TaskForce) -> None:
    # The office calls on a ministry outside the strategy, beside those that the page proposes.
    office = visit(locale="en-GB").sign_in("coordinator")
    page = office.page
    page.goto("/candidates/")
    page.click("text=Call on ministries >> nth=0")
    page.fill("#title_ko", "탄소중립 과제 발굴")
    page.fill("#title_en", "Tasks for carbon neutrality")
    page.fill("#text", "ㅇ 맡을 수 있는 과제를 제안해 주시기 바람")
    page.fill("#due_at", "2021-03-26T18:00")
    page.check("[name=ministries][value=MOIS]")
    page.check("[name=ministries][value=MOTIE]")
    page.locator("summary", has_text="that lead tasks").click()
    page.check("[name=ministries][value=FSC]")
    assert office.look("making a call") == []
    page.click("text=Call on them")
    page.wait_for_url("**/candidates/1/")
    assert answer_of(page, "Interior") == "Not answered"

    # It answers with a candidate; another one has none and says why; a third is silent.
    mois = visit(locale="en-GB", width=390).sign_in("mois_officer")
    mine = mois.page
    mine.goto("/candidates/1/answer/")
    assert mois.look("answering") == []
    mine.click("text=Propose a candidate")
    mine.fill("#title_ko", "공공청사 에너지 절감")
    mine.select_option("#sector", "GEN")
    mine.fill("#text", "ㅇ 공공청사 120동을 고침")
    assert mois.look("proposing") == []
    mine.click("text=Send it to the office")
    expect(mine.locator("#messages")).to_contain_text("Candidate 1-01 is with the office.")
    motie = visit(locale="en-GB", js=False).sign_in("motie_officer").page
    motie.goto("/candidates/1/answer/")
    motie.fill("#reason", "소관 과제에 이미 담겨 있음")
    motie.click("text=Answer: none")
    expect(motie.locator("#messages")).to_contain_text("none, with the reason")

    # The board of the call tells the three apart.
    page.goto("/candidates/1/")
    assert [answer_of(page, name) for name in ("Interior", "Industry", "Financial")] == [
        "1 candidate",
        "None",
        "Not answered",
    ]
    assert "소관 과제에 이미 담겨 있음" in page.locator("table.of-call").inner_text()
    assert office.look("the call's board") == []
    page.click("dl.counts a[aria-label='Not answered 1']")
    assert page.locator("table.of-call tbody tr").count() == 1
    assert answer_of(page, "Financial") == "Not answered"

    # Triage: asked back, reworded, and shown with what is another one.
    page.goto("/candidates/1/1/judge/")
    assert office.look("judging") == []
    page.locator("summary", has_text="Ask back").click()
    page.fill("#b-comment", "기대효과를 적어 주시기 바람")
    page.click("details[open] button:has-text('Ask back')")
    page.wait_for_url("**/candidates/1/1/")
    mine.goto("/candidates/1/1/")
    expect(mine.locator(".note-box.early")).to_contain_text("기대효과를 적어 주시기 바람")
    mine.click("text=Reword it >> nth=0")
    mine.fill("#text", "ㅇ 공공청사 120동을 고침, 연 1만 톤 감축")
    mine.click("text=Send it reworded")
    mine.wait_for_url("**/candidates/1/1/")
    page.goto("/candidates/1/1/judge/")
    assert "1만" in " ".join(page.locator("ins").all_inner_texts())

    # The meeting: it is suggested and taken, its ministry is asked to come and reads what is discussed; spoken of, the
    # item is finished.
    page.goto("/meetings/2/agenda/")
    suggestion = page.locator(".suggestions li", has_text="Candidate tasks")
    suggestion.locator("button", has_text="Put on the agenda").click()
    item = page.locator("#order li", has_text="Candidate tasks")
    expect(item).to_contain_text("Not invited")
    assert office.look("the agenda") == []
    item.locator("a", has_text="Invite ministries").click()
    expect(page.locator("[name=ministries][value=MOIS]")).to_be_checked()
    assert office.look("inviting") == []
    page.click("text=Save the list")
    page.goto("/meetings/2/agenda/")
    page.click("button:has-text('Show the agenda')")
    page.wait_for_url("**/meetings/2/**")
    mine.goto("/meetings/2/")
    mine.click(".agenda-list .name a:has-text('Candidate tasks')")
    expect(mine.locator("main")).to_contain_text("연 1만 톤 감축")
    assert mois.look("the item before the meeting") == []
    page.goto("/meetings/2/session/")
    expect(page.locator("#candidates")).to_contain_text("1-01")
    assert office.look("the workspace") == []
    page.click("button[formaction$='/finish/']")
    page.wait_for_load_state()
    assert AgendaItem.objects.get().finished_at is not None

    # It is adopted there, and stands on the roster of the next round.
    page.goto("/candidates/1/1/judge/")
    page.fill("#a-title_en", "Energy saving in public buildings")
    page.select_option("#a-meeting_no", "2")
    page.press("#a-title_en", "Enter")
    page.wait_for_url("**/candidates/1/1/check/")
    assert office.look("what an adoption makes") == []
    page.click("button:has-text('Adopt it as MOIS-01')")
    page.wait_for_url("**/candidates/1/1/")
    expect(page.locator("#messages")).to_contain_text("Adopted: MOIS-01")
    page.goto("/tasks/MOIS-01/")
    lineage = page.locator("ul.lineage")
    expect(lineage).to_contain_text("From call 1, candidate 1-01 of Ministry of the Interior and Safety")
    expect(lineage).to_contain_text("decided at Second T/F meeting")
    assert office.look("the task") == []

    # The round is frozen, the next one prepared: the task is on its roster.
    page.goto("/rounds/2/freeze/")
    page.check("#sure")
    page.click("#confirm button")
    page.wait_for_url("**/rounds/2/")
    page.goto("/rounds/3/prepare/")
    page.click("#fix button")
    page.wait_for_url(lambda url: not url.endswith("/prepare/"))
    task = Task.objects.get(code="MOIS-01")
    assert Report.objects.get(task=task).round == next_round
    page.goto("/rounds/3/roster/")
    expect(page.locator("main")).to_contain_text("MOIS-01")
    assert office.look("the roster") == []
    page.goto("/tasks/MOIS-01/")
    expect(page.locator("ul.lineage")).to_contain_text("candidate 1-01 of Ministry of the Interior and Safety")
    assert candidates_scene.differences(Call.objects.get()) == []
