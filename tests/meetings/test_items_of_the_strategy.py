"""What a meeting has before it of opinions and of versions of scenarios: on the item's page, before the hall and at the
session; and that what was discussed is decided from there."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings import workflow
from meetings.item_opinions import of_items
from meetings.models import AgendaItem, Meeting
from ministries.models import User
from tests.builders import key
from tests.meetings import agenda_scene, opinion_scene
from tests.pages import dead_links, page, visitor
from tests.scenarios import pathway_scene
from tests.tasks import candidates_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]

HERE = "/meetings/2/"
SENDER = "한 모임"


@pytest.fixture
def meeting(task_force, coordinator, at, me, msit) -> Meeting:
    return agenda_scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)


def item_about(meeting: Meeting, by: User, at: Any, **reason: Any) -> AgendaItem:
    item = agenda_scene.add(meeting, "의견과 시나리오", by=by, at=at)
    kept = {"kind": "opinions", "counted": [], "round": None, "decisions": []} | reason
    AgendaItem.objects.filter(pk=item.pk).update(reason=kept)
    item.refresh_from_db()
    return item


@pytest.fixture
def opinions(coordinator, me_officer, me, at) -> list[Any]:
    """One of a civic group that is answered, one of industry that is not, and one that the office never admitted."""
    answered = opinion_scene.owed_to(me, by=coordinator, at=at, text="충전소를 늘려 달라")
    opinion_scene.dispose(answered, by=me_officer, at=at, kind="partly")
    open_one = opinion_scene.owed_to(me, by=coordinator, at=at, text="기준을 미리 알려 달라", group="industry")
    return [answered, open_one, opinion_scene.sent(coordinator, at, text="아무도 보지 않은 말")]


def test_a_meeting_reads_opinions_in_short_by_group_and_outcome_and_no_sender(
    meeting, opinions, coordinator, me_officer, msit_officer, at
):
    item = item_about(meeting, coordinator, at, opinions=[row.pk for row in opinions])
    agenda_scene.show(meeting, by=coordinator, at=at)
    for user in (coordinator, me_officer, msit_officer):
        answer = visitor(user).get(f"{HERE}items/{item.pk}/")
        shown = page(answer).one("section", aria_labelledby="opinions")
        assert shown.one("h2").text == "Stakeholder opinions 2 Partly taken up 1 · Not answered yet 1"
        assert [row.text for row in shown.all("th", scope="row")] == ["Industry 1", "Civic and social groups 1"]
        assert "충전소를 늘려 달라" in shown.text
        assert dead_links(visitor(user), answer, known=set()) == []
        everything = answer.content.decode() + visitor(user).get(f"{HERE}projector/?page=all").content.decode()
        assert SENDER not in everything
        assert "아무도 보지 않은 말" not in everything, "not admitted"
    own = page(visitor(me_officer).get(f"{HERE}items/{item.pk}/")).one("section", aria_labelledby="opinions")
    assert len(own.all("a")) == 2, "they answer them"
    other = page(visitor(msit_officer).get(f"{HERE}items/{item.pk}/")).one("section", aria_labelledby="opinions")
    assert not other.all("a")


def test_an_answer_that_the_office_opened_again_counts_no_more(meeting, opinions, coordinator, at):
    item = item_about(meeting, coordinator, at, opinions=[row.pk for row in opinions])
    opinion_scene.reopen(opinions[0], by=coordinator, at=at + timedelta(minutes=1))
    with translation.override("en"):
        assert of_items([item], coordinator)[item.pk].counted == [("Not answered yet", 2)]


def test_the_hall_sees_them_in_equal_shares(meeting, opinions, coordinator, me, at):
    more = [opinion_scene.owed_to(me, by=coordinator, at=at, text=f"의견 {no} " + "길게 " * 60) for no in range(6)]
    item_about(meeting, coordinator, at, opinions=[row.pk for row in (*opinions, *more)])
    shown = page(visitor(coordinator).get(f"{HERE}projector/?page=all"))
    slides = shown.all("section", class_="slide of-item")
    assert [len(slide.all("li")) for slide in slides] == [4, 4]
    assert "8 opinions · Partly taken up 1 · Not answered yet 7" in slides[0].text
    assert not slides[1].all("p", class_="heard")
    assert "길게 " * 40 not in shown.text, "in short"


def test_a_version_stands_with_its_difference_its_divisions_and_comments(
    meeting, task_force, coordinator, msit_officer, at
):
    version = pathway_scene.draft(pathway_scene.loaded(), by=coordinator, at=at)
    pathway_scene.change(version, pathway_scene.with_value(version, "22.0"), by=coordinator, at=at)
    first, _second = pathway_scene.divisions()
    pathway_scene.circulate(version, by=coordinator, at=at)
    pathway_scene.sign(version, first, by=coordinator, at=at)
    pathway_scene.comment(version, task_force.ministries["ME"], by=task_force.people["me_officer"], at=at)
    item = item_about(meeting, coordinator, at, kind="scenario", versions=[version.pk])
    agenda_scene.show(meeting, by=coordinator, at=at)
    slide = page(visitor(coordinator).get(f"{HERE}projector/?page=2")).text
    assert "Gross 73.1 (+1.3)" in slide
    assert "Net 1.3 (+1.3)" in slide
    assert "Divisions signed off 1/2 · 1 comment" in slide
    shown = page(visitor(msit_officer).get(f"{HERE}items/{item.pk}/")).one("section", aria_labelledby="versions")
    assert "1 of 2 divisions" in shown.text
    assert "1 comment" in shown.text
    assert "to answer" not in shown.text, "that is the office's"
    assert "상향 검토" not in visitor(msit_officer).get(f"{HERE}items/{item.pk}/").content.decode()
    pathway_scene.sign(version, first, by=coordinator, at=at, agrees=False, text="근거 부족")
    assert "0 of 2 divisions" in page(visitor(msit_officer).get(f"{HERE}items/{item.pk}/")).text


def test_a_first_version_has_nothing_to_differ_from(meeting, coordinator, at):
    item_about(meeting, coordinator, at, kind="scenario", versions=[pathway_scene.loaded().pk])
    shown = page(visitor(coordinator).get(f"{HERE}projector/?page=2"))
    assert "Net 0.0" in shown.text
    assert "against version" not in shown.text


def test_items_are_read_as_often_for_many_opinions_as_for_few(meeting, opinions, coordinator, me, at):
    item = item_about(meeting, coordinator, at, opinions=[opinions[0].pk])
    office = visitor(coordinator)
    addresses = (f"{HERE}items/{item.pk}/", f"{HERE}projector/?page=all", f"{HERE}session/")

    def queries() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert office.get(address).status_code == 200
            found.append(len(asked))
        return found

    queries()
    few = queries()
    more = [opinion_scene.owed_to(me, by=coordinator, at=at, text=f"의견 {no}").pk for no in range(5)]
    AgendaItem.objects.filter(pk=item.pk).update(reason=item.reason | {"opinions": [opinions[0].pk, *more]})
    assert queries() == few


def test_the_session_leads_to_what_the_item_is_about(meeting, opinions, coordinator, at):
    item = item_about(meeting, coordinator, at, opinions=[row.pk for row in opinions])
    answer = visitor(coordinator).get(f"{HERE}session/?item={item.pk}")
    links = {row["href"] for row in page(answer).all("a")}
    assert {f"/opinions/{row.pk}/" for row in opinions[:2]} <= links
    assert f"/opinions/{opinions[2].pk}/" not in links
    assert dead_links(visitor(coordinator), answer, known=set()) == []


def test_what_was_discussed_is_decided_from_the_session(meeting, coordinator, me_officer, me, at):
    row = candidates_scene.propose(candidates_scene.call(me, by=coordinator, at=at), me, by=me_officer, at=at)
    item = agenda_scene.add(meeting, "후보과제 검토", by=coordinator, at=at, candidates=("1-01",))
    other = agenda_scene.add(meeting, "다른 안건", by=coordinator, at=at)
    here = f"{HERE}session/?item={item.pk}"
    office = visitor(coordinator)
    assert not page(office.get(here)).all("div", id="to-judge"), "it is still to be discussed"
    assert "Decide on it" not in page(office.get(here)).text
    workflow.finish_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    assert "Decide on it 1-01" in page(office.get(here)).text
    box = page(office.get(f"{HERE}session/?item={other.pk}")).one("div", id="to-judge")
    assert [link["href"] for link in box.all("a")] == ["/candidates/1/1/judge/"], "also from the item after it"
    candidates_scene.adopt(row, by=coordinator, at=at, meeting_no=2)
    assert not page(office.get(here)).all("div", id="to-judge")
    assert "Decide on it" not in page(office.get(here)).text
