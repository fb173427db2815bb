"""The register of decisions, its filters and its files; and the page of one decision."""

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from meetings import registers
from meetings.models import Closing, Decision, Meeting
from tests.cast import AT, TaskForce
from tests.pages import filled, page, visitor

from . import outcome_scene as scene
from .test_follow_ups import DONE, close, numbered, say


@pytest.fixture
def meeting(task_force: TaskForce) -> Meeting:
    """Confirmed and notified on 22 February."""
    return scene.notify(scene.confirmed(task_force), by=task_force.people["coordinator"])


def listed(user: Any, query: str = "") -> list[str]:
    found = page(visitor(user).get(f"/decisions/{query}"))
    return [row.text for table in found.all("table") for row in table.one("tbody").all("th")]


def test_who_sees_which_decisions(meeting, task_force, coordinator, reader, me_officer, fsc_officer, domain_time):
    """The office also those that are only written; a ministry those of its meetings; readers the confirmed ones."""
    scene.record(scene.planned(task_force, no=2), "검토", by=coordinator)
    confirmed = ["1-01", "1-02", "1-03"]
    assert listed(coordinator) == ["2-01", *confirmed]
    assert [listed(user) for user in (reader, me_officer, fsc_officer)] == [confirmed, confirmed, []]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?state=open", ["1-01", "1-02"]),
        ("?state=overdue", ["1-02"]),
        ("?state=closed", []),
        ("?state=exhortation", ["1-03"]),
        ("?ministry=MOTIE", ["1-01"]),
        ("?ministry=ME&state=open", ["1-01"]),
        ("?kind=exhortation", ["1-03"]),
        ("?meeting=1", ["1-01", "1-02", "1-03"]),
        ("?meeting=9", []),
        ("?ministry=FSC", []),
        ("?state=to_close", []),
        ("?q=충전", ["1-01"]),
        ("?q=me-01", ["1-01"]),
        ("?q=1-02", ["1-02"]),
        ("?q=%00", ["1-01", "1-02", "1-03"]),
        ("?state=x", []),
        ("?kind=y", []),
    ],
)
def test_the_filters(meeting, coordinator, domain_time, query, wanted):
    assert listed(coordinator, query) == wanted


@pytest.mark.parametrize("query", ["", "?ministry=ME", "?q=추진"])
def test_each_number_is_the_count_of_its_list(meeting, me_officer, coordinator, domain_time, query):
    close(1, "확인", by=coordinator)
    browser = visitor(coordinator)
    links = page(browser.get(f"/decisions/{query}")).one("dl", class_="counts").all("a")
    assert len(links) == 6
    for link in links:
        found = page(browser.get(link["href"]))
        rows = [row for table in found.all("table") for row in table.one("tbody").all("tr")]
        assert len(rows) == int(link.text), link["href"]


def test_as_a_file(meeting, me_officer, coordinator, domain_time):
    """The same rows under the same filters; a text that begins like a formula is a text."""
    say(1, text="=1+1", by=me_officer)
    answer: Any = visitor(coordinator).get("/decisions/export.xlsx?ministry=ME")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    head, *rows = sheet.iter_rows(values_only=True)
    assert len(rows) == 1
    row = dict(zip(head, rows[0], strict=True))
    assert (row["No."], row["Decision"], row["Lead"], row["Supporting"]) == (
        "1-01",
        scene.DECIDED,
        "Environment",
        "Industry",
    )
    assert str(row["Due"]).startswith("2021-04-09")
    assert (row["What was said"], row["State"]) == ("=1+1", "Open")
    lines: Any = visitor(coordinator).get("/decisions/export.csv")
    text = b"".join(lines.streaming_content).decode("utf-8-sig")
    assert len(text.strip().split("\r\n")) == 4
    assert visitor(coordinator).get("/decisions/export.pdf").status_code == 404


def test_empty_says_what_comes_next(task_force, coordinator, meeting, domain_time):
    found = page(visitor(coordinator).get("/decisions/?state=closed")).one("div", class_="empty-page")
    assert found.one("a")["href"] == "/decisions/"


def test_before_the_first_decision(task_force, coordinator, domain_time):
    assert "no decision yet" in page(visitor(coordinator).get("/decisions/")).one("div", class_="empty-page").text


def test_a_withdrawn_decision_is_in_no_list(task_force, coordinator, domain_time):
    meeting = scene.decided(task_force)
    Decision.objects.filter(meeting=meeting, no=2).update(withdrawn_at=AT)
    assert listed(coordinator) == ["1-01", "1-03"]
    found = registers.by_pk(numbered(2).pk, user=coordinator, at=AT)
    assert found is not None
    assert found.standing == "withdrawn"


# One decision's page


def test_the_office_closes_and_opens_again_on_its_page(meeting, me_officer, coordinator, domain_time):
    say(1, "done", by=me_officer)
    browser, address = visitor(coordinator), f"/decisions/{numbered(1).pk}/"
    found = page(browser.get(address))
    assert DONE in found.text
    assert browser.post(f"{address}close/", filled(found, f"{address}close/")).status_code == 302
    found = page(browser.get(address))
    form = filled(found, f"{address}reopen/")
    refused = browser.post(f"{address}reopen/", form)
    assert refused.status_code == 422
    assert page(refused).one("p", id="reason-error").text
    assert browser.post(f"{address}reopen/", form | {"reason": ["실적 확인 필요"]}).status_code == 302
    assert list(Closing.objects.values_list("closes", flat=True)) == [True, False]
    assert "실적 확인 필요" in page(browser.get(address)).text


def test_what_came_meanwhile_is_shown_before_it_is_closed(meeting, me_officer, coordinator, domain_time):
    address = f"/decisions/{numbered(1).pk}/"
    browser = visitor(coordinator)
    form = filled(page(browser.get(address)), f"{address}close/") | {"reason": ["확인"]}
    say(1, by=me_officer)
    answer = browser.post(f"{address}close/", form)
    assert answer.status_code == 409
    assert DONE in page(answer).text
    assert page(answer).one("textarea", id="reason").raw_text.strip() == "확인"


def test_a_number_beyond_the_database_is_nowhere(coordinator, domain_time):
    assert visitor(coordinator).get(f"/decisions/{2**70}/").status_code == 404


def test_what_the_owner_carried_out_waits_for_the_office(meeting, me_officer, coordinator, domain_time):
    """Until it is closed; a page that does not say what it showed closes nothing."""
    say(1, text="마침", progress="done", by=me_officer)
    assert listed(coordinator, "?state=to_close") == ["1-01"]
    pk = Decision.objects.get(no=1).pk
    for seen in ("", "x", "-1"):
        answer = visitor(coordinator).post(f"/decisions/{pk}/close/", {"seen": seen, "reason": "확인"})
        assert answer.status_code == 409, seen
    close(1, "확인", by=coordinator)
    assert listed(coordinator, "?state=to_close") == []


def test_the_list_of_meetings_leads_to_the_register(meeting, coordinator, domain_time):
    links = [link for link in page(visitor(coordinator).get("/meetings/")).all("a") if "/decisions/" in link["href"]]
    assert [(link["href"], link.text) for link in links] == [("/decisions/?state=open", "Decisions 2 Open")]
