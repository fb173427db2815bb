"""What stands above a refused form: each problem is called by its field and leads to it."""

from datetime import datetime

import pytest
from django.utils import translation

from meetings import field_words
from meetings.agenda_forms import FigureForm, ItemForm
from meetings.models import Meeting
from meetings.planning_forms import DelegateForm, PlanForm
from ministries.models import Ministry, User
from tests.cast import TaskForce
from tests.meetings import agenda_scene
from tests.pages import filled, page, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]
PLAN = "/meetings/plan/"


def summary(answer: object) -> dict[str, str]:
    """The lines of the summary, by where they lead."""
    box = page(answer).one("div", role="alert", class_="note-box error")
    return {line["href"]: line.text for line in box.all("a")}


def test_a_refused_plan_names_its_fields(task_force: TaskForce, coordinator: User) -> None:
    browser = visitor(coordinator)
    sent = filled(page(browser.get(PLAN)), PLAN) | {"video_link": ["x"], "name_ko": ["가" * 101], "reason": [""]}
    answer = browser.post(PLAN, sent)
    lines = summary(answer)
    assert lines["#video_link"].startswith("Video link: ")
    assert lines["#name_ko"].startswith("Name (Korean): ")
    found = page(answer)
    assert all(found.one("input", id=place.removeprefix("#")) for place in lines)


@pytest.fixture
def meeting(task_force: TaskForce, coordinator: User, me: Ministry, at: datetime) -> Meeting:
    return agenda_scene.meeting(task_force.round_2, me, by=coordinator, at=at)


def test_a_figure_is_named_by_the_number_that_the_page_gives_it(meeting: Meeting, coordinator: User) -> None:
    """A row that was left empty before it is not counted: the page shows it no more."""
    address = "/meetings/2/agenda/add/"
    rows = {"f0-text_ko": "하나", "f1-text_ko": "", "f2-text_ko": "", "f2-number": "열"}
    sent = {"kind": "report", "title_ko": "안건", "minutes": "5분", **rows}
    answer = visitor(coordinator).post(address, sent)
    assert answer.status_code == 422
    lines = summary(answer)
    assert lines["#f2-number"] == "Figure 2, Number: Give a number."
    assert lines["#minutes"] == "Give a whole number of minutes.", "it says so itself"
    wrong = page(answer).one("input", id="f2-number")
    assert wrong["aria-invalid"] == "true"


@pytest.mark.parametrize("text", ["52,1", "1,00,0"])
def test_a_figure_with_a_comma_that_groups_no_thousands_is_refused(
    meeting: Meeting, coordinator: User, text: str
) -> None:
    sent = {"kind": "report", "title_ko": "안건", "minutes": "5", "f0-text_ko": "하나", "f0-number": text}
    answer = visitor(coordinator).post("/meetings/2/agenda/add/", sent)
    assert answer.status_code == 422
    assert "decimal point as a point" in summary(answer)["#f0-number"]


def test_only_the_wrong_one_of_three_is_marked(meeting: Meeting, coordinator: User) -> None:
    sent = {"kind": "report", "title_ko": "안건", "minutes": "5분"}
    found = page(visitor(coordinator).post("/meetings/2/agenda/add/", sent))
    marked = [span.all("input", "select")[0]["id"] for span in found.all("span", class_="is-error")]
    assert marked == ["minutes"]


def test_every_field_has_its_word() -> None:
    """Whatever can be wrong with a field, the summary says with which."""
    fields = {*PlanForm.base_fields, *DelegateForm.base_fields, *ItemForm.base_fields} - {"sure", "is_deputy"}
    fields |= {f"f0-{name}" for name in FigureForm.base_fields}
    with translation.override("en"):
        words = {line.name for line in field_words.lines({name: ["!"] for name in fields}, {})}
    assert "" not in words


def test_what_belongs_to_no_field_stands_alone() -> None:
    (line,) = field_words.lines({"__all__": ["Nothing is another one than before."]}, {})
    assert (line.name, line.place) == ("", "")
