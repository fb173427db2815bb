"""That the pages of calls and candidates say what is so: whom a mail reaches, who leads, where a task comes from, which
field is wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ministries.models import Ministry, Posting
from records.errors import Invalid
from tasks.candidates import judging, lineage
from tasks.models import Task
from tests import builders
from tests.cast import AT
from tests.pages import filled, page, visitor
from tests.tasks import candidates_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]
TODAY = timezone.localdate(AT)


def summary(answer: Any) -> dict[str, str]:
    """The lines above a refused form, by where they lead."""
    assert answer.status_code == 422
    box = page(answer).one("div", role="alert", class_="note-box error")
    assert len(box.all("a")) == len(box.all("li")), "each line is a link"
    return {line["href"]: line.text for line in box.all("a")}


# Whom a mail reaches


@pytest.fixture
def nobody(mois: Ministry) -> Ministry:
    """Neither officer nor approver, nor a fall-back contact."""
    assert not Posting.objects.filter(ministry=mois).exists()
    assert not mois.fallback_email
    return mois


def test_a_call_says_whom_no_mail_reaches(nobody, coordinator, motie, motie_officer):
    office = visitor(coordinator)
    form = page(office.get("/candidates/make/"))
    marked = [row.text for row in form.all("li") if "no mail reaches anybody" in row.text]
    assert any("Interior" in row for row in marked)
    assert not any("Industry" in row for row in marked)
    sent = filled(form, "/candidates/make/") | {"title_ko": ["발굴"], "text": ["제안"], "due_at": ["2021-03-26T18:00"]}
    made = page(office.post("/candidates/make/", sent | {"ministries": ["MOTIE", "MOIS"]}, follow=True))
    assert "The mails go out." in made.text
    assert "No mail reaches anybody in: Interior." in made.one("div", id="messages").text
    assert "No mail reaches anybody in: Interior." in made.one("p", class_="note-box early").text
    Ministry.objects.filter(pk=nobody.pk).update(fallback_email="desk@mois.example")
    assert not page(office.get("/candidates/1/")).all("p", class_="note-box early")


def test_one_ministry_more_that_no_mail_reaches_is_not_said_to_be_told(nobody, coordinator, motie, motie_officer):
    scene.call(motie, by=coordinator)
    office = visitor(coordinator)
    board = page(office.get("/candidates/1/"))
    assert "no mail reaches anybody" in board.one("option", value="MOIS").text
    sent = filled(board, "/candidates/1/call-on/") | {"ministry": ["MOIS"]}
    said = page(office.post("/candidates/1/call-on/", sent, follow=True)).one("div", id="messages").text
    assert "No mail reaches anybody in: Interior." in said
    assert "The mails go out." not in said


# Where a task comes from, and who leads it


def test_the_page_of_an_adopted_task_shows_its_lead_and_where_it_comes_from(
    candidate, coordinator, mois_officer, motie_officer, round_2
):
    assert round_2.as_of < TODAY, "the lead begins after the day of the round that is collected"
    task = scene.adopt(candidate, by=coordinator)
    assert task.verified == Task.Verified.BACKGROUND
    shown = page(visitor(coordinator).get(f"/tasks/{task.code}/"))
    assert "LeadMinistry of the Interior and Safety" in shown.one("dl", class_="facts who").text
    assert "mois_officer" in shown.text or str(mois_officer) in shown.text, "whom to call"
    source = shown.one("a", href="#lineage").text
    assert source == "Candidate task of this portal"
    assert "Seen in a stored page" not in shown.text
    assert "Background knowledge" not in shown.text
    links = [link["href"] for link in shown.one("ul", class_="lineage").all("a")]
    assert links == ["/candidates/1/", "/candidates/1/1/"]
    seen = page(visitor(motie_officer).get(f"/tasks/{task.code}/")).one("ul", class_="lineage")
    assert [link["href"] for link in seen.all("a")] == ["/candidates/1/"], "its call, not another's candidate"


def test_a_call_that_one_may_not_open_is_no_link(candidate, coordinator, me_officer):
    task = scene.adopt(candidate, by=coordinator)
    (origin,) = lineage.of_task(task.pk, user=me_officer, at=AT)
    assert (origin.sees_call, origin.is_seen) == (False, False)


def test_what_it_became_is_not_like_it(candidate, coordinator):
    task = scene.adopt(candidate, by=coordinator)
    row = scene.fresh(candidate)
    assert task.pk not in [one.task.pk for one in judging.similar(row, at=AT)]
    shown = page(visitor(coordinator).get("/candidates/1/1/judge/"))
    titles = [title.text for title in shown.all("h2")]
    assert len(titles) == len(set(titles))


# Days


@pytest.mark.parametrize(("days", "is_taken"), [(-1, False), (0, True), (1, True)])
def test_a_planned_completion_lies_ahead(call, candidate, mois, mois_officer, coordinator, days, is_taken):
    until = TODAY + timedelta(days=days)
    verbs = (
        lambda: scene.propose(call, mois, by=mois_officer, planned_until=until),
        lambda: scene.revise(candidate, by=mois_officer, planned_until=until),
        lambda: scene.adopt(candidate, by=coordinator, planned_until=until),
    )
    for verb in verbs:
        if is_taken:
            verb()
            continue
        with pytest.raises(Invalid) as refusal:
            verb()
        assert list(refusal.value.problems) == ["planned_until"]


def test_a_day_that_stood_may_have_passed(call, mois, mois_officer):
    row = scene.propose(call, mois, by=mois_officer, planned_until=TODAY)
    later = AT + timedelta(days=3)
    assert scene.revise(row, by=mois_officer, at=later, planned_until=TODAY, title="고침").title_ko == "고침"


# Words


def test_a_refused_call_names_its_fields(task_force, coordinator):
    sent = {"key": str(builders.key()), "title_ko": "", "text": "", "due_at": ""}
    lines = summary(visitor(coordinator).post("/candidates/make/", sent))
    assert lines["#title_ko"] == "Title of the call: Give the call a title."
    assert lines["#due_at"] == "Due: Give a date and a time."
    assert set(lines) == {"#title_ko", "#text", "#due_at", "#whom"}


def test_a_refused_verdict_names_the_fields_of_its_form(candidate, coordinator):
    office, address = visitor(coordinator), "/candidates/1/1/"
    sent = filled(page(office.get(f"{address}judge/")), f"{address}check/")
    answer = office.post(
        f"{address}check/", sent | {"title_ko": [""], "title_en": [""], "planned_until": ["2020-01-01"]}
    )
    lines = summary(answer)
    assert lines["#a-title_ko"] == "Task title: Give the task a title."
    assert lines["#a-title_en"] == "Task title (English): Give the task an English title."
    assert lines["#a-planned_until"].startswith("Planned until: ")
    ids = {element["id"] for element in page(answer).walk() if element["id"]}
    assert {place.removeprefix("#") for place in lines} <= ids
    sent = filled(page(office.get(f"{address}judge/")), f"{address}ask-back/")
    assert list(summary(office.post(f"{address}ask-back/", sent))) == ["#b-comment"]


def test_a_refused_candidate_names_its_fields(call, mois, mois_officer):
    answer = visitor(mois_officer).post("/candidates/1/propose/", {"key": str(builders.key()), "ministry": "MOIS"})
    lines = summary(answer)
    assert set(lines) == {"#kinds", "#title_ko", "#sector", "#text"}
    ids = {element["id"] for element in page(answer).walk() if element["id"]}
    assert {place.removeprefix("#") for place in lines} <= ids


def test_one_word_for_silence_and_a_heading_for_what_is_counted(call, candidate, coordinator):
    office = visitor(coordinator)
    board = page(office.get("/candidates/1/"))
    assert board.one("h2", id="answers").text.startswith("Called on 3")
    assert "Close it: ministries cannot answer then" in [row.text for row in board.all("summary")]
    silent = page(office.get("/candidates/1/?answer=silent"))
    assert silent.one("h2", id="answers").text.startswith("Not answered 2")
    rows = silent.one("table", class_="tb stack named of-call").all("tr", class_="a-silent")
    assert [row.all("td")[0].text for row in rows] == ["Not answered", "Not answered"]
