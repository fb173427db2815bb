"""Tasks that were adopted for a later round: the office and their ministry see what waits, and the mail says what comes
next."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outbox.letters import write
from outbox.models import Notice, Purpose
from tasks import coming
from tests.cast import AT
from tests.pages import dead_links, page, visitor
from tests.tasks import candidates_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]


@pytest.fixture
def candidate(task_force, coordinator, mois, mois_officer):
    return scene.propose(scene.call(mois, by=coordinator), mois, by=mois_officer)


def test_what_waits_for_its_first_round_is_listed_for_the_office(candidate, coordinator, reader, me_officer):
    office = visitor(coordinator)
    assert not page(office.get("/rounds/")).all("h2", id="coming")
    task = scene.adopt(candidate, by=coordinator)
    assert task.first_round_no == 3
    answer = office.get("/rounds/")
    shown = page(answer).one("section", aria_labelledby="coming")
    assert [cell.text for cell in shown.all("td")] == [
        "Interior",
        "Round 3 not planned yet: rounds are entered in the administration",
    ]
    assert dead_links(office, answer, known=set()) == []
    for user in (reader, me_officer):
        assert not page(visitor(user).get("/rounds/")).all("h2", id="coming")


def test_the_page_of_its_ministry_says_from_which_round(candidate, coordinator, reader):
    task = scene.adopt(candidate, by=coordinator)
    for user in (coordinator, reader):
        shown = page(visitor(user).get("/ministries/MOIS/")).one("section", aria_labelledby="coming")
        assert f"{task.code} {scene.ENGLISH} from round 3" in shown.text, user
    assert not page(visitor(coordinator).get("/ministries/ME/")).all("h2", id="coming")
    assert not page(visitor(coordinator).get("/ministries/MOIS/?round=1")).all("h2", id="coming")


def test_what_is_on_a_roster_or_completed_waits_for_none(candidate, coordinator):
    task = scene.adopt(candidate, by=coordinator)
    assert [one.task for one in coming.tasks(at=AT)] == [task]
    task.first_round_no = 2
    task.save()
    assert coming.tasks(at=AT) == [], "that round's roster is fixed: it was taken off"
    task.first_round_no = 3
    task.completed_on = AT.date()
    task.save()
    assert coming.tasks(at=AT) == []


def test_the_list_is_read_as_often_for_many_as_for_one(candidate, coordinator, mois, mois_officer):
    scene.adopt(candidate, by=coordinator)
    office = visitor(coordinator)

    def queries() -> list[int]:
        found = []
        for address in ("/rounds/", "/ministries/MOIS/"):
            with CaptureQueriesContext(connection) as asked:
                assert office.get(address).status_code == 200
            found.append(len(asked))
        return found

    queries()
    few = queries()
    for no in range(3):
        row = scene.propose(candidate.call, mois, by=mois_officer, title=f"후보 {no}")
        scene.adopt(row, by=coordinator, title_ko=f"후보 {no}", title_en=f"Candidate {no}")
    assert queries() == few


def mail_to(user) -> str:
    user.language = "en"
    user.save()
    return write(Notice.objects.filter(purpose=Purpose.CANDIDATE_JUDGED, to=user).latest("pk")).body


def test_the_mail_of_an_adoption_says_what_comes_next(candidate, coordinator, mois, mois_officer, me_officer):
    scene.adopt(candidate, by=coordinator)
    who = "Ministry of the Interior and Safety"
    assert f"What comes next: {who} reports on it from reporting round 3 on" in mail_to(mois_officer)
    told: dict[str, Any] = {"kind": "supplement", "supplements": "ME-01", "title": "보완"}
    scene.adopt(scene.propose(candidate.call, mois, by=mois_officer, **told), by=coordinator)
    for user in (mois_officer, me_officer):
        assert "What comes next: Ministry of Environment reports on it with the task, as before" in mail_to(user)
    scene.decline(scene.propose(candidate.call, mois, by=mois_officer, title="셋"), by=coordinator)
    assert "What comes next" not in mail_to(mois_officer)
