"""What forms and addresses of the working group and the scenarios may bring without a 500: a NUL in a code, which
PostgreSQL refuses to look for, and days of which no moment can be written. Both engines."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from scenarios import counting
from scenarios.drafting import number_problem
from scenarios.models import Expert, ScenarioComment
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import visitor
from tests.scenarios import group_scene, pathway_scene

NUL = "TWG-IND\0"


@pytest.fixture
def group(task_force: TaskForce, domain_time: datetime) -> TaskForce:
    group_scene.stand(task_force.people["coordinator"])
    return task_force


@pytest.mark.parametrize(
    "path",
    [
        "/scenarios/%00/",
        "/scenarios/%00/draft/",
        "/scenarios/%00/1/",
        "/scenarios/2050-A%00/1/",
        "/scenarios/sectors/%00/",
        "/working-group/divisions/%00/",
        "/working-group/divisions/TWG-IND%00/",
        "/working-group/divisions/%00/meetings/new/",
        f"/scenarios/2050-A/{'9' * 40}/",
        f"/scenarios/2050-A/{2**15}/",
        f"/scenarios/2050-A/{2**63}/",
    ],
)
def test_no_such_address(group: TaskForce, path: str) -> None:
    pathway_scene.loaded()
    assert visitor(group.people["coordinator"]).get(path).status_code == 404


@pytest.mark.parametrize("query", ["division=%00", "ministry=%00", "division=TWG-IND%00", "ministry=ME%00&state=all"])
def test_nobody_is_of_a_division_or_ministry_that_is_none(group: TaskForce, query: str) -> None:
    answer = visitor(group.people["coordinator"]).get(f"/working-group/experts/?{query}")
    assert (answer.status_code, answer.context["rows"]) == (200, [])


@pytest.mark.parametrize("field", ["division", "ministry"])
def test_a_form_with_a_code_that_is_none_is_refused(group: TaskForce, field: str) -> None:
    office, seat = visitor(group.people["coordinator"]), Expert.objects.get()
    for path in (reverse("register_expert"), reverse("change_expert", args=[seat.pk])):
        sent: dict[str, Any] = group_scene.body("register_expert") | {field: NUL, "version": str(seat.version)}
        answer = office.post(path, sent)
        assert answer.status_code == 422, path
        assert set(answer.context["problems"]) == {field}
    assert Expert.objects.count() == 1


@pytest.mark.parametrize(("field", "status"), [("ministry", 403), ("sector", 422), ("text", 422)])
def test_a_comment_with_a_nul_is_refused(task_force: TaskForce, domain_time: datetime, field: str, status: int) -> None:
    version = pathway_scene.bring("circulated", task_force, at=domain_time)
    sent = pathway_scene.body("comment_on_version") | {field: "TRN\0", "key": str(key())}
    path = reverse("comment_on_version", args=[version.pk])
    assert visitor(task_force.people["me_officer"]).post(path, sent).status_code == status
    assert not ScenarioComment.objects.exists()


STRANGE_DAYS = ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31", "2021-W10-1", "20210301", "2021-02-30", "\0")


@pytest.mark.parametrize("day", STRANGE_DAYS)
def test_a_day_that_none_can_mean_is_today(group: TaskForce, day: str) -> None:
    office = visitor(group.people["coordinator"])
    for path in ("/working-group/", "/working-group/divisions/TWG-IND/", "/working-group/experts/"):
        answer = office.get(path, {"as_of": day})
        assert (answer.status_code, answer.context["as_of"]) == (200, group_scene.DAY), path
    assert office.get("/working-group/export/divisions.csv", {"as_of": day}).status_code == 200


def test_the_first_and_the_last_day_that_can_be_asked_for(group: TaskForce) -> None:
    office = visitor(group.people["coordinator"])
    for day in (date(2000, 1, 1), date(2100, 12, 31)):
        answer = office.get("/working-group/", {"as_of": str(day), "weeks": "26"})
        assert (answer.status_code, answer.context["as_of"]) == (200, day)
        assert counting.thin(day, 26).since < day


@pytest.mark.parametrize("number", ["1e1000000", "-1e1000000", "1e400", "NaN", "inf", "9" * 5_000])
def test_a_number_that_is_no_figure_is_refused_at_its_field(number: str) -> None:
    assert number_problem(Decimal(number))
