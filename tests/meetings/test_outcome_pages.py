"""The page of an outcome, as each reader sees it, and what its forms keep of what was typed."""

from typing import Any

import pytest

from meetings.models import Comment, Meeting
from ministries.models import User
from records.models import Seal
from tests.cast import TaskForce
from tests.pages import dead_links, filled, form, page, visitor

from . import outcome_scene as scene

pytestmark = pytest.mark.either

PAGE = "/meetings/1/outcome/"
TEXT = "기한을 4. 30.로"


@pytest.fixture
def people(task_force: TaskForce, domain_time: Any) -> dict[str, User]:
    return task_force.people


def bring(place: str, task_force: TaskForce, at: Any) -> Meeting:
    return scene.bring(place, task_force, at=at)


# What each reader sees in each place: D the decisions, T the form of the draft, C a comment's form, A another ministry's
# comment, K the way to the confirmation, N the notice to answer, L the list of all who were notified, – nothing yet.
SEEN = """
             coordinator me_officer motie_officer reader
writing      DTK         –          –             –
circulated   DTK         DC         DC            –
commented    DTKA        DCA        DC            –
confirmed    D           D          D             D
notified     DL          DN         DN            D
"""
MARKS = {
    "D": scene.DECIDED,
    "T": f'action="{PAGE}text/"',
    "C": f'action="{PAGE}comment/"',
    "A": TEXT,
    "K": f'href="{PAGE}confirm/"',
    "N": f'action="{PAGE}answer/"',
    "L": 'data-l="What it says"',
}


@pytest.mark.parametrize("row", SEEN.strip().splitlines()[1:], ids=lambda row: row.split()[0])
def test_who_sees_what_of_an_outcome(task_force, people, at, row):
    """The way to the confirmation is shown where a confirmation is possible."""
    place, *cells = row.split()
    bring(place, task_force, at)
    for name, wanted in zip(SEEN.split()[:4], cells, strict=True):
        html = visitor(people[name]).get(PAGE).content.decode()
        found = "".join(letter for letter, mark in MARKS.items() if mark in html) or "–"
        expected = wanted.replace("K", "") if place == "writing" else wanted
        assert sorted(found) == sorted(expected), name


def test_the_steps_say_how_far_it_is(task_force, people, at):
    """To the office alone, with the seal's first eight characters."""
    meeting = bring("notified", task_force, at)
    root = Seal.objects.get(stream__key=meeting.stream_key).root
    steps = page(visitor(people["coordinator"]).get(PAGE)).one("ol", class_="way")
    assert [row["class"] for row in steps.all("li")] == ["done", "done", "done", "now", "now"]
    assert root[:8] in steps.text
    assert root not in steps.text
    assert "confirmed 0 of 3" in steps.text
    assert "closed 0 of 2 · overdue 1" in steps.text
    assert not page(visitor(people["me_officer"]).get(PAGE)).all("ol", class_="way")


def test_a_refused_comment_is_still_there(task_force, people, at):
    """With its ministry, its key, and the message at the field."""
    bring("circulated", task_force, at)
    browser = visitor(people["me_officer"])
    sent = filled(page(browser.get(PAGE)), f"{PAGE}comment/") | {"text": ["가" * 3001], "do": ["comment"]}
    answer = browser.post(f"{PAGE}comment/", sent)
    found = page(answer)
    assert answer.status_code == 422
    assert found.one("textarea", name="text").raw_text.strip() == "가" * 3001
    assert found.one("p", id="text-error").text
    assert filled(found, f"{PAGE}comment/")["key"] == sent["key"]
    assert not Comment.objects.exists()


def test_two_write_the_draft_at_once(task_force, people, at):
    """The second sees both texts; pressed once more it is theirs."""
    meeting = bring("writing", task_force, at)
    item = meeting.items.order_by("order")[0]
    first, second = visitor(people["coordinator"]), visitor(people["coordinator_2"])
    seen = filled(page(second.get(PAGE)), f"{PAGE}text/")
    mine = filled(page(first.get(PAGE)), f"{PAGE}text/") | {f"ko-{item.pk}": ["ㅇ 먼저 씀"]}
    assert first.post(f"{PAGE}text/", mine).status_code == 302
    answer = second.post(f"{PAGE}text/", seen | {f"ko-{item.pk}": ["ㅇ 나중에 씀"]})
    found = page(answer)
    assert answer.status_code == 409
    assert found.one("textarea", id=f"ko-{item.pk}").raw_text.strip() == "ㅇ 나중에 씀"
    assert "ㅇ 먼저 씀" in form(found, f"{PAGE}text/").text
    assert second.post(f"{PAGE}text/", filled(found, f"{PAGE}text/")).status_code == 302
    item.refresh_from_db()
    assert (item.outcome_ko, item.version) == ("ㅇ 나중에 씀", 2)


def test_what_came_meanwhile_is_seen_before_it_is_sealed(task_force, people, at):
    """409, the box unticked again, the reason kept."""
    meeting = bring("circulated", task_force, at)
    browser, address = visitor(people["coordinator"]), f"{PAGE}confirm/"
    sent = filled(page(browser.get(address)), address)
    sent |= {"sure": ["yes"], "is_early": ["yes"], "reason": ["보도 일정"]}
    scene.comment(meeting, task_force.ministries["ME"], "", by=people["me_officer"], at=at)
    answer = browser.post(address, sent)
    found = page(answer)
    assert answer.status_code == 409
    assert found.one("textarea", id="reason").raw_text.strip() == "보도 일정"
    assert "checked" not in found.one("input", id="sure")
    assert scene.fresh(meeting).frozen_at is None


def test_without_the_tick_nothing_is_sealed(task_force, people, at):
    bring("circulated", task_force, at)
    browser, address = visitor(people["coordinator"]), f"{PAGE}confirm/"
    answer = browser.post(address, filled(page(browser.get(address)), address))
    assert answer.status_code == 422
    assert page(answer).one("p", id="sure-error").text


def test_a_comment_of_another_meeting_is_not_answered_here(task_force, people, at):
    bring("commented", task_force, at)
    scene.planned(task_force, no=5)
    address = f"/meetings/5/outcome/comments/{Comment.objects.get().pk}/"
    assert visitor(people["coordinator"]).post(address, {"is_taken_up": "yes"}).status_code == 404


@pytest.mark.parametrize("bad", ["", "x", "2021-13-40T99:99", "\0"])
def test_a_time_that_is_none(task_force, people, at, bad):
    meeting = bring("writing", task_force, at)
    form_of = {"version": meeting.version, "comments_until": bad}
    answer = visitor(people["coordinator"]).post(f"{PAGE}circulate/", form_of)
    assert answer.status_code == 422
    assert page(answer).one("p", id="comments_until-error").text


@pytest.mark.parametrize("place", ["writing", "commented", "notified", "closed"])
@pytest.mark.parametrize("name", ["coordinator", "me_officer", "reader"])
def test_no_link_leads_nowhere(task_force, people, at, place, name):
    bring(place, task_force, at)
    browser, known = visitor(people[name]), set[str]()
    for address in (PAGE, "/decisions/", "/decisions/?state=open", "/my-tasks/", "/board/"):
        answer = browser.get(address)
        if answer.status_code == 200:
            assert dead_links(browser, answer, known=known) == [], address
