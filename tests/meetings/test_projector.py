"""What a poll brings to a note-taker, what the hall sees, and what holds of every page at the meeting."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from meetings.models import AgendaItem, Decision, Meeting
from tests import builders
from tests.meetings.session_scene import (
    NOTE,
    SENTENCE,
    action,
    begin,
    exhortation,
    item,
    note,
    record,
    typed,
)
from tests.pages import HTMX, dead_links, page, visitor
from tests.test_site import forms, heading, inline, references, spoken

pytestmark = pytest.mark.either

SESSION = "/meetings/2/session/"


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    """Postings are in force in March 2021."""
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force, coordinator, at) -> Meeting:
    return begin(by=coordinator, at=at, round_=task_force.round_2, codes=("ME-01", "ME-06"))


@pytest.fixture
def office(meeting, coordinator):
    return visitor(coordinator)


# Polls


def seq(answer: Any) -> str:
    return str(page(answer).one("input", id="session-seen")["value"])


def test_a_poll_answers_204_until_something_changes(office, meeting, coordinator, coordinator_2, at):
    seen = seq(office.get(SESSION))

    def poll(position: str, **more: Any) -> Any:
        return office.get(SESSION + "poll/", {"seq": position} | more, headers=HTMX)

    assert (poll(seen).status_code, poll(seen).content) == (204, b"")
    record(meeting, action(), by=coordinator_2, at=at)
    answer = poll(seen)
    shown = page(answer)
    assert shown.one("p", id="session-news").text == "2-01 added (Yoon Seul)"
    assert shown.one("section", id="decisions").one("th", scope="row").text == "2-01"
    assert not [row for row in shown.walk() if row.tag in ("form", "textarea", "select") or row["name"] == "text_ko"]
    seen = seq(answer)
    assert poll(seen).status_code == 204
    note(meeting, coordinator_2, at)
    answer = poll(seen, item=item(meeting, 1).pk, version=0)
    assert NOTE in page(answer).one("div", id="note-news").text
    assert not page(answer).all("p", id="session-news")
    seen = seq(answer)
    record(meeting, exhortation(), by=coordinator, at=at)
    assert not page(poll(seen, item=item(meeting, 1).pk, version=1)).all("p", id="session-news"), "my own is no news"
    for broken in ("", "x", "-", "99999999999999999999-1"):
        assert poll(broken).status_code == 200


# The projector


def texts(client: Any) -> str:
    answer = client.get("/meetings/2/projector/?page=all")
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_the_hall_sees_agenda_items_and_decisions_but_never_a_note(task_force, office, meeting, coordinator, at):
    for order in (1, 2, 3):
        note(meeting, coordinator, at, order)
    record(meeting, action(), by=coordinator, at=at)
    everything = texts(office)
    assert NOTE not in everything
    for words in ("Progress by task", "ME-06", "82 experts", SENTENCE, "2-01"):
        assert words in everything, words
    for name in ("me_officer", "reader"):
        assert texts(visitor(task_force.people[name])) == "404", "the agenda was not shown yet"
    Meeting.objects.filter(pk=meeting.pk).update(shown_at=at)
    for name in ("me_officer", "reader", "fsc_approver"):
        shown = texts(visitor(task_force.people[name]))
        assert "Progress by task" in shown
        assert NOTE not in shown
        assert SENTENCE not in shown, "decisions are theirs once they are circulated"
    assert visitor(task_force.people["administrator"]).get("/meetings/2/projector/").status_code == 403
    meeting.attendances.filter(ministry__code="MSIT").delete()
    assert texts(visitor(task_force.people["msit_officer"])) == "404", "not invited"


def test_no_note_is_on_any_page_of_a_ministry(task_force, meeting, coordinator, at):
    note(meeting, coordinator, at)
    Meeting.objects.filter(pk=meeting.pk).update(shown_at=at)
    for name in ("me_officer", "reader"):
        browser = visitor(task_force.people[name])
        for path in ("/meetings/2/", "/meetings/2/projector/?page=2", SESSION, SESSION + "poll/", "/meetings/"):
            assert NOTE not in browser.get(path).content.decode(), (name, path)
    assert NOTE not in visitor(coordinator).get("/meetings/2/projector/poll/", headers=HTMX).content.decode()


def test_lights_are_shown_to_the_hall_once_the_round_is_frozen(task_force, office, meeting, coordinator, at):
    """What is still collected is shown to no hall."""
    slide = "/meetings/2/projector/?page=3"
    assert not page(office.get(slide)).one("ul", class_="slide-tasks").all("svg")
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    shown = page(office.get(slide)).one("ul", class_="slide-tasks")
    assert [row.text for row in shown.all("span", class_="sr-only")] == ["On track", "Attention"]


def test_the_hall_is_told_of_a_decision_and_not_of_notes(office, meeting, coordinator, at):
    def poll(position: str) -> Any:
        return office.get("/meetings/2/projector/poll/", {"page": "5", "seq": position}, headers=HTMX)

    seen = str(page(office.get("/meetings/2/projector/?page=5")).one("input", id="projector-seen")["value"])
    note(meeting, coordinator, at)
    assert poll(seen).status_code == 204
    record(meeting, action(), by=coordinator, at=at)
    shown = page(poll(seen))
    assert SENTENCE in shown.text
    assert poll(str(shown.one("input", id="projector-seen")["value"])).status_code == 204


@pytest.mark.parametrize("asked", ["", "0", "x", "99", "all", "1", "²"])
def test_every_slide_has_an_address(office, meeting, asked):
    assert office.get("/meetings/2/projector/", {"page": asked}).status_code == 200


def test_long_lists_go_over_several_slides_in_equal_shares(office, meeting, coordinator, at):
    for no in range(8):
        record(meeting, exhortation(text_ko=f"당부 {no}"), by=coordinator, at=at)
    shown = page(office.get("/meetings/2/projector/?page=all"))
    assert [len(row.all("li")) for row in shown.all("ol", class_="slide-decisions")] == [4, 4]


# What holds of every page


def every_page(meeting: Meeting, office: Any) -> Iterator[tuple[str, Any]]:
    row = Decision.objects.earliest("no")
    first, second = item(meeting, 1), item(meeting, 2)
    here = f"/meetings/2/decisions/{row.pk}/"
    paths = (SESSION, f"{SESSION}?item={second.pk}", here, "/meetings/2/remarks/", "/meetings/2/projector/")
    for path in (*paths, "/meetings/2/projector/?page=all"):
        yield path, office.get(path)
    yield "422 of a decision", office.post("/meetings/2/decisions/", typed(kind="action", lead="", codes="XX"))
    yield "422 of a change", office.post(here, typed(text_ko="", version="0"))
    yield "409 of a change", office.post(here, typed(version="7"))
    yield "409 of a note", office.post(f"/meetings/2/session/items/{first.pk}/note/", {"text": "나", "version": "7"})
    yield "409 of an item", office.post(f"/meetings/2/session/items/{second.pk}/finish/", {"item_version": "7"})
    yield "409 of remarks", office.post("/meetings/2/remarks/", {"remark-1-ko": "말", "seen": "x"})


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_keeps_the_rules(task_force, meeting, coordinator, at, language):
    """The rules of tests/test_site.py: one heading, the reader's language, nothing inline, forms that go once."""
    record(meeting, action(text_en="Report on it", codes=("ME-01",), item=item(meeting, 2).pk), by=coordinator, at=at)
    record(meeting, exhortation(), by=coordinator, at=at)
    note(meeting, coordinator, at)
    AgendaItem.objects.filter(pk=item(meeting, 2).pk).update(title_en="", summary_ko="보완과제를 함께 살핌")
    meeting.attendances.filter(ministry__code="ME").update(position_ko="국장", is_deputy=True, is_present=True)
    coordinator.language = language
    coordinator.save()
    wrong = []
    for where, answer in every_page(meeting, visitor(coordinator, language=language)):
        found = page(answer)
        path = answer.wsgi_request.path
        rules = (heading(found), spoken(found, answer, language), inline(answer), forms(found, path), references(found))
        wrong += [f"{where}: {text}" for texts in rules for text in texts]
    assert not wrong, "\n".join(wrong)


def test_every_link_leads_somewhere(meeting, office, coordinator, at):
    """Also from the pages of refusals, which stand at a form's address; the agenda's own pages are not looked at."""
    record(meeting, action(codes=("ME-01",), item=item(meeting, 2).pk), by=coordinator, at=at)
    dead = [text for _where, answer in every_page(meeting, office) for text in dead_links(office, answer)]
    assert [text for text in dead if "agenda/" not in text] == []
