"""Fixing the roster of a planned round: what the page shows first, and what its one button does."""

from datetime import date

import pytest

from ministries.models import Posting
from records.models import Event, Receipt
from tasks.models import Lead, Report, Round, Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import dead_links, filled, page, visitor
from tests.snapshot import OWN_APPS

pytestmark = pytest.mark.either

PREPARE = "/rounds/3/prepare/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> None:
    """Postings are in force in March 2021."""


@pytest.fixture
def planned(task_force: TaskForce) -> Round:
    """Round 3, entered while round 2 is still open."""
    return builders.round_(
        3,
        as_of=date(2021, 6, 4),
        observes_from=date(2021, 3, 12),
        opens_at=kst(2021, 6, 1, 9),
        due_at=kst(2021, 6, 10, 18),
    )


@pytest.fixture
def due_to_be_prepared(planned: Round, task_force: TaskForce, at) -> Round:
    """The round before is frozen."""
    builders.freeze(task_force.round_2, by=task_force.people["coordinator"], at=at)
    return planned


def section(answer, name: str) -> str:
    return str(next(row for row in answer.all("section") if row["aria-labelledby"] == name).text)


def roster(no: int = 3) -> set[str]:
    return set(Report.objects.filter(round__no=no).values_list("task__code", flat=True))


# The way there


def test_the_list_leads_to_it_once_the_round_before_is_frozen(planned, task_force, coordinator, at):
    def links(person) -> set[str]:
        listed = page(visitor(person).get("/rounds/")).one("table").all("a")
        return {row["href"] for row in listed if row.text.startswith("Fix the roster")}

    assert PREPARE not in links(coordinator)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    assert PREPARE in links(coordinator)
    assert PREPARE not in links(task_force.people["reader"])
    builders.prepare(planned, by=coordinator)
    assert PREPARE not in links(coordinator)


def test_only_planned_rounds_are_asked_about(due_to_be_prepared, coordinator):
    browser = visitor(coordinator)
    prepared = page(browser.get("/rounds/2/prepare/"))  # its checklist can still be read
    assert prepared.all("ul")
    assert not [row for row in prepared.all("form") if row["action"] == "/rounds/2/prepare/"]
    for no in (0, 1, 9, 10**9):
        assert browser.get(f"/rounds/{no}/prepare/").status_code == 404
    assert browser.post("/rounds/9/prepare/").status_code == 404


@pytest.mark.parametrize("name", ["reader", "me_officer", "fsc_approver", "administrator", "stranger"])
def test_only_the_office_prepares(due_to_be_prepared, task_force, name):
    browser = visitor(task_force.people[name])
    assert browser.get(PREPARE).status_code == 403
    assert browser.post(PREPARE).status_code == 403
    assert roster() == set()


# What it shows


def test_the_page_shows_what_will_be_fixed(due_to_be_prepared, task_force, coordinator, msit):
    """Leads of the as-of date; completed tasks left out; who could not report when it opens."""
    Task.objects.filter(code="ME-03").update(completed_on=date(2021, 3, 12))
    Task.objects.filter(code="ME-04").update(completed_on=date(2021, 3, 13))  # after the day it observes from
    Lead.objects.create(task=Task.objects.get(code="ME-01"), ministry=msit, valid_from=date(2021, 6, 4))
    Posting.objects.filter(user__username="fsc_officer").update(ends_on=date(2021, 5, 31))
    answer = page(visitor(coordinator).get(PREPARE))
    rows = next(row for row in answer.all("section") if row["aria-labelledby"] == "roster").one("tbody").all("tr")
    assert [(row.one("th").text, row.one("td").text) for row in rows] == [
        ("Ministry of Environment", "4"),
        ("Ministry of Science and ICT", "3"),
        ("Financial Services Commission", "2"),
    ]
    assert "Left out 1" in section(answer, "completed")
    assert "ME-03" in section(answer, "completed")
    assert "ME-04" not in section(answer, "completed")
    assert "Financial Services Commission" in section(answer, "unserved")
    assert "Tue 1 Jun 2021" in section(answer, "unserved")
    assert "Ministry of Environment" not in section(answer, "unserved")
    assert "Fix the roster with 9 tasks" in answer.text
    visitor(coordinator).post(PREPARE, filled(answer, PREPARE))
    assert len(roster()) == 9


@pytest.mark.parametrize(("language", "heading"), [("ko", "점검 대상 확정"), ("en", "Fix the roster of round 3")])
def test_the_page_and_its_refusal_in_both_languages(due_to_be_prepared, coordinator, language, heading):
    browser = visitor(coordinator, language=language)
    answer = browser.get(PREPARE)
    assert heading in page(answer).one("h1").text
    assert not dead_links(browser, answer)
    form = filled(page(answer), PREPARE)
    browser.post(PREPARE, form)
    refused = browser.post(PREPARE, form | {"key": [str(builders.key())]})
    assert refused.status_code == 409
    assert heading in page(refused).one("h1").text


def test_looking_changes_nothing(due_to_be_prepared, coordinator):
    from django.apps import apps

    own = [model for model in apps.get_models() if model._meta.app_label in OWN_APPS]

    def everything() -> list[object]:
        return [list(model._default_manager.order_by("pk").values_list()) for model in own]

    browser, before = visitor(coordinator), everything()
    for method in (browser.get, browser.head):
        assert method(PREPARE).status_code == 200
    assert everything() == before


# The deed


def test_preparing_leads_to_the_board(due_to_be_prepared, coordinator, at):
    browser = visitor(coordinator)
    answer = browser.post(PREPARE, filled(page(browser.get(PREPARE)), PREPARE), follow=True)
    assert answer.redirect_chain == [("/board/", 302)]
    assert "The roster of reporting round 3 is fixed." in page(answer).text
    assert roster() == set(Task.objects.values_list("code", flat=True))
    assert Round.objects.get(no=3).prepared_at == at
    [event] = Event.objects.filter(stream__key="round/3")
    assert (event.verb, event.actor, set(event.data["roster"])) == ("prepare", coordinator, roster())


def test_sending_twice_prepares_once(due_to_be_prepared, coordinator):
    """The same form again is answered as before; a new one learns that it is too late."""
    browser = visitor(coordinator)
    form = filled(page(browser.get(PREPARE)), PREPARE)
    for _ in range(2):
        assert browser.post(PREPARE, form).headers["Location"] == "/board/"
    answer = browser.post(PREPARE, form | {"key": [str(builders.key())]})
    assert answer.status_code == 409
    assert "The roster of this round is fixed already." in page(answer).one("div", class_="note-box error").text
    assert not [row for row in page(answer).all("form") if row["action"] == PREPARE]
    assert Receipt.objects.filter(verb="prepare", object=f"round/{due_to_be_prepared.pk}").count() == 1
    assert Event.objects.filter(stream__key="round/3").count() == 1


def test_a_round_whose_forerunner_is_open_cannot_be_prepared(planned, coordinator):
    browser = visitor(coordinator)
    answer = page(browser.get(PREPARE))
    assert "once the round before is frozen" in answer.text
    assert not [row for row in answer.all("form") if row["action"] == PREPARE]
    refused = browser.post(PREPARE)
    assert refused.status_code == 409
    assert "The round before is not frozen yet." in page(refused).text
    assert roster() == set()


def test_a_task_without_a_lead_is_named_before_anything_is_fixed(due_to_be_prepared, coordinator):
    Lead.objects.filter(task__code="ME-05").update(valid_from=date(2021, 6, 5))
    browser = visitor(coordinator)
    answer = page(browser.get(PREPARE))
    assert "ME-05" in section(answer, "unled")
    assert not [row for row in answer.all("form") if row["action"] == PREPARE]
    refused = browser.post(PREPARE)
    assert refused.status_code == 409
    assert "ME-05 has no leading ministry on the as-of date." in page(refused).text
    assert roster() == set()
