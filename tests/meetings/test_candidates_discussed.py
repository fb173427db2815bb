"""What a meeting has before it of the candidates that it discusses, on the item's page, before the hall and in its book;
and that whoever proposed them is asked to come."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from meetings import workflow
from meetings.documents import book
from meetings.models import AgendaItem, Meeting
from ministries.models import User
from tasks.models import Candidate
from tests import builders
from tests.builders import key, kst
from tests.meetings.book_scene import again, whole
from tests.pages import dead_links, filled, page, visitor
from tests.tasks import candidates_scene

from . import agenda_scene as scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]
TEXT, REASON = "ㅇ 공공청사 120동을 고침\n- 연 1만 톤 감축", "회의에서 함께 추진하기로 함"
HERE, BACK = "/meetings/2/", "문구를 다듬어 주시기 바람"


@pytest.fixture
def candidate(task_force, coordinator, mois, mois_officer, motie) -> Candidate:
    """Of a ministry outside the T/F, to a task of the Ministry of Environment; it was asked back once."""
    call = candidates_scene.call(mois, motie, by=coordinator)
    told: dict[str, Any] = {"kind": "supplement", "supplements": "ME-01", "title": "공공청사 녹색 전환", "text": TEXT}
    row = candidates_scene.propose(call, mois, by=mois_officer, **told)
    candidates_scene.ask_back(row, by=coordinator, comment=BACK)
    return candidates_scene.revise(row, by=mois_officer, **told)


@pytest.fixture
def meeting(task_force, coordinator, at, me, msit) -> Meeting:
    return scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)


@pytest.fixture
def item(candidate, meeting, coordinator, at) -> AgendaItem:
    return scene.add(meeting, "후보과제 검토", by=coordinator, at=at, candidates=("1-01",))


def item_page(user: User, item: AgendaItem) -> Any:
    return visitor(user).get(f"{HERE}items/{item.pk}/")


# The item's page


def test_whoever_may_read_the_item_reads_what_the_candidate_says(
    item, meeting, coordinator, me_officer, msit_officer, motie_officer, mois_officer, reader, at
):
    guests = (me_officer, msit_officer, reader)
    assert [item_page(user, item).status_code for user in guests] == [404] * 3, "the agenda was not shown"
    scene.show(meeting, by=coordinator, at=at)
    for user in guests:
        answer = item_page(user, item)
        shown = page(answer).one("table", class_="tb stack named").text
        for words in ("1-01", "Interior", "공공청사 녹색 전환", "120동", "1만 톤", "Supplement to ME-01 2021 plan"):
            assert words in shown, (user, words)
        assert BACK not in shown, "what went to and fro with the office is not the meeting's"
        assert visitor(user).get("/candidates/1/1/").status_code == 404
        assert dead_links(visitor(user), answer, known=set()) == []
    assert [item_page(user, item).status_code for user in (motie_officer, mois_officer)] == [404, 404], "not invited"


def test_what_its_ministry_took_back_is_not_read_out(
    item, meeting, candidate, coordinator, me_officer, mois_officer, at
):
    scene.show(meeting, by=coordinator, at=at)
    candidates_scene.withdraw(candidate, by=mois_officer)
    shown = page(item_page(me_officer, item)).one("table", class_="tb stack named").text
    assert "Withdrawn" in shown
    assert "120동" not in shown
    assert "120동" not in visitor(me_officer).get(f"{HERE}projector/?page=all").content.decode()


def test_what_this_meeting_decided_stands_beside_with_its_reason(
    item, meeting, candidate, coordinator, msit_officer, at
):
    scene.show(meeting, by=coordinator, at=at)
    workflow.finish_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    candidates_scene.adopt(candidate, by=coordinator, reason=REASON, meeting_no=2)
    shown = page(item_page(msit_officer, item)).one("table", class_="tb stack named").text
    assert "Adopted → ME-01" in shown
    assert REASON in shown


def test_what_was_decided_at_no_meeting_is_told_without_its_reason(
    item, meeting, candidate, coordinator, msit_officer, at
):
    scene.show(meeting, by=coordinator, at=at)
    candidates_scene.decline(candidate, by=coordinator, reason=REASON)
    shown = page(item_page(msit_officer, item)).text
    assert "Declined" in shown
    assert REASON not in shown


def test_what_the_office_asks_back_is_read_by_its_ministry_alone(
    item, meeting, candidate, coordinator, msit_officer, at
):
    scene.show(meeting, by=coordinator, at=at)
    candidates_scene.ask_back(candidate, by=coordinator, comment=BACK)
    for address in (f"{HERE}items/{item.pk}/", f"{HERE}projector/?page=all"):
        assert BACK not in visitor(msit_officer).get(address).content.decode(), address
    assert "Asked back" in page(item_page(msit_officer, item)).text


def test_items_are_read_as_often_for_many_candidates_as_for_few(
    item, candidate, meeting, mois, mois_officer, coordinator, at
):
    office = visitor(coordinator)
    addresses = (f"{HERE}items/{item.pk}/", f"{HERE}agenda/", f"{HERE}projector/?page=all", f"{HERE}session/")

    def queries() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert office.get(address).status_code == 200
            found.append(len(asked))
        return found

    queries()
    few = queries()
    for no in range(4):
        candidates_scene.propose(candidate.call, mois, by=mois_officer, title=f"후보 {no}")
    sent = filled(page(office.get(f"{HERE}agenda/{item.pk}/")), f"{HERE}agenda/{item.pk}/")
    office.post(f"{HERE}agenda/{item.pk}/", sent | {"candidate": [f"1-0{no}" for no in range(1, 6)]})
    assert item.of_candidates.count() == 5
    queries()  # the first page says that it was changed
    assert queries() == few


# Before the hall, and in the book


def test_the_hall_sees_them_in_short_on_slides_of_their_own(
    item, candidate, meeting, mois, mois_officer, coordinator, me_officer, at
):
    for no in range(5):
        candidates_scene.propose(candidate.call, mois, by=mois_officer, title=f"후보 {no}", text="ㅇ 길게 " * 60)
    office = visitor(coordinator)
    sent = filled(page(office.get(f"{HERE}agenda/{item.pk}/")), f"{HERE}agenda/{item.pk}/")
    office.post(f"{HERE}agenda/{item.pk}/", sent | {"task": ["ME-01"], "candidate": [f"1-0{no}" for no in range(1, 7)]})
    scene.show(meeting, by=coordinator, at=at)
    shown = page(visitor(me_officer).get(f"{HERE}projector/?page=all"))
    slides = shown.all("section", class_="slide of-item")
    assert ["1/3" in slides[0].text, "2/3" in slides[1].text, "3/3" in slides[2].text] == [True] * 3
    assert [len(slide.all("ul", class_="slide-tasks")) for slide in slides] == [1, 0, 0]
    assert [len(one.all("li")) for slide in slides for one in slide.all("ul", class_="slide-candidates")] == [3, 3]
    assert "공공청사 녹색 전환 Interior Supplement to ME-01" in slides[1].text
    assert "길게 " * 40 not in shown.text, "in short"


def test_an_item_without_either_has_its_one_slide(meeting, coordinator, at):
    scene.add(meeting, by=coordinator, at=at)
    shown = page(visitor(coordinator).get(f"{HERE}projector/?page=all"))
    (slide,) = shown.all("section", class_="slide of-item")
    assert not slide.all("ul", class_="slide-candidates")


def composed(meeting: Meeting, user: User, at: Any) -> str:
    with translation.override("en"):
        return whole(book.compose(again(meeting), language="en", user=user, at=at))


def test_the_book_holds_what_they_say_below_the_agenda(
    item, candidate, task_force, meeting, coordinator, me_officer, mois_officer, at
):
    head = "Candidate tasks of item 1: 후보과제 검토"
    for line in (
        head,
        "1-01 공공청사 녹색 전환 (Interior, supplement to ME-01)",
        "공공청사 120동을 고침",
        "연 1만 톤 감축",
    ):
        assert line in composed(meeting, coordinator, at)
    assert head not in composed(meeting, me_officer, at), "the agenda was not shown"
    scene.show(meeting, by=coordinator, at=at)
    assert head in composed(meeting, me_officer, at)
    assert BACK not in composed(meeting, coordinator, at)
    later = kst(2021, 3, 23, 9)
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    before = composed(meeting, me_officer, later)
    candidates_scene.revise(candidate, by=mois_officer, at=later, title="고친 이름", text="ㅇ 고친 글")
    assert composed(meeting, me_officer, later) == before, "as it was frozen"


# Who proposed it


def test_the_agenda_says_who_is_not_there_and_the_invitations_propose_them(
    item, meeting, coordinator, mois, mois_officer, at
):
    office = visitor(coordinator)
    row = page(office.get(f"{HERE}agenda/")).one("li", id=f"item-{item.pk}")
    assert "Interior Not invited Who proposed it does not see this meeting." in row.text
    assert row.all("a", href=f"{HERE}invite/")
    shown = page(office.get(f"{HERE}invite/"))
    (group,) = [one for one in shown.all("fieldset") if "the agenda speaks of their candidates" in one.text]
    assert "Ministry of the Interior and Safety 1-01" in group.text
    assert len(shown.all("input", name="ministries", value="MOIS")) == 1
    sent = filled(shown, f"{HERE}invite/")
    assert sorted(sent["ministries"]) == ["ME", "MOIS", "MSIT"], "ticked beforehand"
    assert visitor(mois_officer).get(HERE).status_code == 404
    assert office.post(f"{HERE}invite/", sent).status_code == 302
    assert "Not invited" not in page(office.get(f"{HERE}agenda/")).text
    assert "Proposed:" not in page(office.get(f"{HERE}invite/")).text
    assert visitor(mois_officer).get(HERE).status_code == 200
    meeting.refresh_from_db()
    scene.show(meeting, by=coordinator, at=at)
    assert "120동" in page(item_page(mois_officer, item)).text


def test_a_proposal_that_is_not_taken_is_left_out(item, meeting, coordinator, mois_officer):
    office = visitor(coordinator)
    sent = filled(page(office.get(f"{HERE}invite/")), f"{HERE}invite/")
    answer = office.post(f"{HERE}invite/", sent | {"ministries": ["ME", "MSIT"]})
    assert answer.status_code == 422, "the same are invited already"
    boxes = {box["value"]: "checked" in box for box in page(answer).all("input", name="ministries")}
    assert (boxes["MOIS"], boxes["ME"]) == (False, True)
    assert visitor(mois_officer).get(HERE).status_code == 404


def test_nobody_is_proposed_for_what_was_taken_back(item, candidate, meeting, coordinator, mois_officer):
    candidates_scene.withdraw(candidate, by=mois_officer)
    office = visitor(coordinator)
    assert "Proposed:" not in page(office.get(f"{HERE}invite/")).text
    assert "Not invited" not in page(office.get(f"{HERE}agenda/")).text


def test_its_ministry_gets_no_link_to_a_meeting_that_it_may_not_open(
    item, meeting, coordinator, mois_officer, me_officer, at
):
    shown = page(visitor(mois_officer).get("/candidates/1/1/"))
    assert "Second T/F meeting" in shown.text
    assert not shown.all("a", href=f"{HERE}items/{item.pk}/")
    assert page(visitor(coordinator).get("/candidates/1/1/")).all("a", href=f"{HERE}items/{item.pk}/")
