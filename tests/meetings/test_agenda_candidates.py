"""Candidates on agendas: suggested with a number, ticked in the form, shown where the item is, told to tasks' pages."""

from datetime import timedelta
from typing import Any

import pytest

from meetings import suggesting, workflow
from meetings.models import AgendaCandidate, Meeting
from records.errors import Invalid, WrongState
from tasks import providers
from tasks.models import Candidate
from tests.builders import key
from tests.pages import filled, page, visitor
from tests.tasks import candidates_scene

from . import agenda_scene as scene

pytestmark = [pytest.mark.either, pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]


@pytest.fixture
def candidates(task_force, coordinator, me_officer, me) -> list[Candidate]:
    """Two of the Ministry of Environment."""
    call = candidates_scene.call(me, by=coordinator)
    return [candidates_scene.propose(call, me, by=me_officer, title=title) for title in ("하나", "둘")]


@pytest.fixture
def meeting(task_force, coordinator, at, me, msit) -> Meeting:
    return scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)


def suggested(meeting: Meeting, user: Any, at: Any) -> suggesting.Suggestion | None:
    return suggesting.read(meeting, user=user, at=at).find("candidates")


def test_they_are_suggested_with_their_number_until_an_item_speaks_of_them(candidates, meeting, coordinator, at):
    one = suggested(meeting, coordinator, at)
    assert one is not None
    assert one.titles == ("후보과제 검토", "Candidate tasks"), "without a number: one may be taken back"
    assert [(row.what, row.number) for row in one.reason.counted] == [("candidates", 2)]
    receipt = workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=key())
    item = meeting.items.get(pk=receipt.event.object_id)
    assert [row.candidate.number for row in item.of_candidates.all()] == ["1-01", "1-02"]
    assert suggested(meeting, coordinator, at) is None
    with pytest.raises(WrongState):
        workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=key())
    assert scene.differences(meeting) == []


def test_the_number_that_an_item_kept_leads_to_its_own_candidates(candidates, meeting, coordinator, at):
    """The list of those who wait holds none of them once they are judged; before, the suggestion leads there."""
    office, label = visitor(coordinator), "Candidates to judge: 2"
    suggestion = page(office.get("/meetings/2/agenda/")).one("a", **{"aria-label": label})
    assert suggestion["href"] == "/candidates/?state=submitted#candidates"
    one = suggested(meeting, coordinator, at)
    assert one is not None
    receipt = workflow.add_item(meeting.pk, one.draft, by=coordinator, at=at, key=key())
    here = f"/meetings/2/items/{receipt.event.object_id}/"
    for row in candidates:
        candidates_scene.decline(row, by=coordinator)
    for address in ("/meetings/2/agenda/", "/meetings/2/", here):
        kept = page(office.get(address)).one("a", **{"aria-label": label})
        assert kept["href"] == f"{here}#candidates", address
    assert page(office.get(here)).one("h2", id="candidates").text == "Candidate tasks 2"


def test_a_suggestion_of_some_of_those_who_wait_leads_nowhere(candidates, meeting, coordinator, at):
    scene.add(meeting, by=coordinator, at=at, candidates=("1-01",))
    one = suggested(meeting, coordinator, at)
    assert one is not None
    assert [(row.number, row.query) for row in one.reason.counted] == [(1, "")]


def test_a_meeting_decides_once_it_was_held(candidates, meeting, coordinator, at):
    item = scene.add(meeting, by=coordinator, at=at, candidates=("1-01",))
    office, address = visitor(coordinator), "/candidates/1/1/judge/"
    assert not page(office.get(address)).all("select", name="meeting_no")
    with pytest.raises(Invalid) as refusal:
        candidates_scene.adopt(candidates[0], by=coordinator, at=at, meeting_no=2)
    assert list(refusal.value.problems) == ["meeting_no"]
    workflow.finish_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    choice = page(office.get(address)).all("select", name="meeting_no")[0]
    assert [option["value"] for option in choice.all("option")] == ["", "2"]
    assert candidates_scene.adopt(candidates[0], by=coordinator, at=at, meeting_no=2).code


def test_what_waits_for_a_meeting_is_adopted_before_it_only_with_a_tick(candidates, meeting, coordinator, at):
    """And the task's page tells it from what the meeting decided, though the meeting spoke of it afterwards."""
    item = scene.add(meeting, by=coordinator, at=at, candidates=("1-01", "1-02"))
    with pytest.raises(Invalid) as refusal:
        candidates_scene.adopt(candidates[0], by=coordinator, at=at)
    assert list(refusal.value.problems) == ["without_meeting"]
    office, address = visitor(coordinator), "/candidates/1/1/"
    shown = page(office.get(f"{address}judge/"))
    assert "Still to come: adopted after the meeting" in shown.one("main").text
    sent = filled(shown, f"{address}check/") | {"title_en": ["One"]}
    asked = page(office.post(f"{address}check/", sent))
    deed = filled(asked, f"{address}adopt/")
    assert "without_meeting" not in deed, "nobody ticks it for them"
    refused = office.post(f"{address}adopt/", deed)
    assert refused.status_code == 422
    assert "Tick that it is decided" in page(refused).one("p", id="without_meeting-error").text
    again = filled(page(refused), f"{address}adopt/") | {"without_meeting": ["1"]}
    assert office.post(f"{address}adopt/", again).status_code == 302
    workflow.finish_item(item.pk, by=coordinator, at=at + timedelta(days=1), key=key(), version=0)
    candidates_scene.adopt(candidates[1], by=coordinator, at=at + timedelta(days=2), title_en="Two", meeting_no=2)
    by_number = {row.number: row.verdicts.get().task for row in candidates}
    told = {number: page(office.get(f"/tasks/{row.code}/")).text for number, row in by_number.items() if row}
    assert "without a meeting, discussed afterwards at Second T/F meeting" in told["1-01"]
    assert "decided at Second T/F meeting" in told["1-02"]
    assert "discussed" not in told["1-02"]


def test_a_missing_english_title_is_told_on_the_agenda(candidates, meeting, coordinator, me_officer, at):
    """To the office, with the way to the form; not of what is decided."""
    item = scene.add(meeting, by=coordinator, at=at, candidates=("1-01", "1-02"))
    candidates_scene.decline(candidates[1], by=coordinator)
    here, wanted = f"/meetings/2/items/{item.pk}/", "/candidates/1/1/judge/#english"
    flags = page(visitor(coordinator).get(here)).all("a", class_="flag")
    assert [row["href"] for row in flags] == [wanted]
    shown_from = Meeting.objects.get(pk=meeting.pk).version
    workflow.show_agenda(meeting.pk, by=coordinator, at=at, key=key(), version=shown_from)
    assert "no English title" not in visitor(me_officer).get(here).content.decode()


def test_they_are_ticked_and_left_out_in_the_form(candidates, meeting, coordinator, at):
    office = visitor(coordinator)
    item = scene.add(meeting, "신규과제 발굴", by=coordinator, at=at)
    address = f"/meetings/2/agenda/{item.pk}/"
    sent = filled(page(office.get(address)), address)
    assert "candidate" not in sent
    assert office.post(address, sent | {"candidate": ["1-02"]}).status_code == 302
    assert [row.candidate.number for row in item.of_candidates.all()] == ["1-02"]
    again = filled(page(office.get(address)), address)
    assert again["candidate"] == ["1-02"]
    assert office.post(address, again | {"candidate": []}).status_code == 302
    assert not AgendaCandidate.objects.exists()
    assert scene.differences(meeting) == []


@pytest.mark.parametrize("number", ["9-99", "x", "1-1", "²-01"])
def test_what_is_no_candidate_is_refused(candidates, meeting, coordinator, at, number):
    with pytest.raises(Invalid) as refusal:
        scene.add(meeting, by=coordinator, at=at, candidates=(number,))
    assert list(refusal.value.problems) == ["candidates"]


def test_an_item_with_candidates_leaves_the_agenda_whole(candidates, meeting, coordinator, at):
    item = scene.add(meeting, by=coordinator, at=at, candidates=("1-01",))
    workflow.remove_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    assert scene.differences(meeting) == []


def test_all_who_see_the_item_know_their_names_and_open_what_they_may(
    candidates, meeting, coordinator, me_officer, msit_officer, at
):
    item = scene.add(meeting, by=coordinator, at=at, candidates=("1-01", "1-02"))
    scene.show(meeting, by=coordinator, at=at)
    address = f"/meetings/2/items/{item.pk}/"
    for user, sees in ((coordinator, True), (me_officer, True), (msit_officer, False)):
        shown = page(visitor(user).get(address))
        assert "1-02" in shown.text
        assert bool(shown.all("a", href="/candidates/1/2/")) is sees, user
    workspace = page(visitor(coordinator).get("/meetings/2/session/"))
    assert "1-01" in workspace.one("details", id="candidates").text


def test_tasks_learn_which_meeting_spoke_of_a_candidate(candidates, meeting, coordinator, at):
    first, second = candidates
    item = scene.add(meeting, by=coordinator, at=at, candidates=("1-01",))
    (spoken,) = providers.spoken_of([first.pk, second.pk])[first.pk]
    assert (spoken.no, spoken.url, spoken.is_held) == (2, f"/meetings/2/items/{item.pk}/", False)
    workflow.finish_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    assert providers.spoken_of([first.pk])[first.pk][0].is_held
    office, judged = visitor(coordinator), "/candidates/1/1/"
    sent = filled(page(office.get(f"{judged}judge/")), f"{judged}check/")
    assert sent["meeting_no"] == ["2"], "the meeting that was held is proposed"
    assert office.post(f"{judged}adopt/", sent | {"title_en": "One"}).status_code == 302
    code = first.verdicts.get().task
    assert code is not None
    assert "decided at Second T/F meeting" in page(office.get(f"/tasks/{code.code}/")).text
