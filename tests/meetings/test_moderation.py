"""Moderation: until the office has admitted it nobody else sees an opinion of the public, on no page and in no file."""

from typing import Any

import pytest

from meetings import workflow
from meetings.models import Opinion, OpinionSender
from meetings.opinions import moderating
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Event
from tasks.providers import jobs_of
from tests.builders import key
from tests.meetings import public_scene as scene
from tests.pages import page, visitor
from tests.tasks.test_bad_input import MEGABYTE, XSS

EVERYBODY = ("me_officer", "msit_officer", "motie_officer", "fsc_approver", "reader", "coordinator", "administrator")
LIST = "/opinions/"


@pytest.fixture(autouse=True)
def _in_the_domain(task_force, domain_time):
    """The cast, on Tuesday 16 March 2021 at 14:00."""


def places(opinion: Opinion) -> list[str]:
    """Where an opinion could be seen."""
    own = f"/opinions/{opinion.pk}/"
    return [LIST, f"{LIST}?state=waiting", f"{LIST}?q=표본", own, f"{LIST}export.csv", "/tasks/ME-01/"]


def seen(person: Any, opinion: Opinion) -> list[str]:
    """The pages and files on which the person reads what was said."""
    client = visitor(person)
    found = []
    for path in places(opinion):
        answer = client.get(path)
        if answer.status_code == 200 and scene.WORDS in scene.raw(answer).decode("utf-8", "replace"):
            found.append(path)
    return found


@pytest.mark.parametrize("state", ["waiting", "rejected"])
def test_nobody_but_the_office_sees_what_is_not_admitted(task_force, at, coordinator, state):
    opinion = scene.sent(at=at)
    if state == "rejected":
        workflow.reject_opinion(opinion.pk, reason="홍보물임", by=coordinator, at=at, key=key(), version=0)
    for name in EVERYBODY:
        found = seen(task_force.people[name], opinion)
        assert bool(found) == (name == "coordinator"), (name, found)
    assert f"/opinions/{opinion.pk}/" in seen(coordinator, opinion)


def test_what_is_admitted_is_seen_by_those_whom_it_concerns(task_force, at, coordinator):
    """Readers, and the ministry whose task it is about; nobody else's."""
    opinion = scene.admitted(coordinator, at=at)
    who = {name for name in EVERYBODY if f"/opinions/{opinion.pk}/" in seen(task_force.people[name], opinion)}
    assert who == {"coordinator", "reader", "me_officer"}


@pytest.mark.parametrize("state", ["waiting", "admitted"])
def test_who_sent_it_is_for_the_office_alone(task_force, at, coordinator, state):
    """On no page and in no file of anybody else; in the office's own file neither."""
    opinion = scene.sent(at=at) if state == "waiting" else scene.admitted(coordinator, at=at)
    for name in EVERYBODY:
        client = visitor(task_force.people[name])
        for path in (*places(opinion), f"/opinions/{opinion.pk}/remove/", f"{LIST}export.xlsx"):
            raw = scene.raw(client.get(path))
            shown = scene.NAME.encode() in raw or scene.EMAIL.encode() in raw
            assert shown == (name == "coordinator" and path == f"/opinions/{opinion.pk}/"), (name, path)


def test_the_office_is_told_that_something_waits(at, coordinator, me_officer):
    scene.sent(at=at)
    job = next(row for row in jobs_of(coordinator, at=at) if "state=waiting" in row.url)
    assert job.number == 1
    assert page(visitor(coordinator).get(job.url)).text.count("P-") >= 1
    assert not [row for row in jobs_of(me_officer, at=at) if "waiting" in row.url]
    assert moderating.jobs(me_officer, at) == []


# The verbs


def test_admitting_changes_its_state_alone(at, coordinator):
    opinion = scene.admitted(coordinator, at=at)
    assert (opinion.state, opinion.ministry, opinion.version) == ("admitted", None, 1)
    assert scene.differences(opinion) == []


def test_what_was_not_admitted_may_be_admitted_after_all(at, coordinator):
    opinion = scene.sent(at=at)
    workflow.reject_opinion(opinion.pk, reason="과제와 무관함", by=coordinator, at=at, key=key(), version=0)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.state_reason) == ("rejected", "과제와 무관함")
    workflow.admit_opinion(opinion.pk, by=coordinator, at=at, key=key(), version=1)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.state_reason, opinion.version) == ("admitted", "", 2)
    assert scene.differences(opinion) == []


@pytest.mark.parametrize("reason", ["", "  ", "가" * 1_001, "a\x00"])
def test_a_rejection_says_why(at, coordinator, reason):
    opinion = scene.sent(at=at)
    with pytest.raises(Invalid) as refused:
        workflow.reject_opinion(opinion.pk, reason=reason, by=coordinator, at=at, key=key(), version=0)
    assert list(refused.value.problems) == ["reason"]
    assert not Event.objects.filter(verb="reject_opinion").exists()


def test_of_two_who_decide_the_second_is_told(at, coordinator, coordinator_2):
    opinion = scene.admitted(coordinator, at=at)
    with pytest.raises(WrongState):
        workflow.reject_opinion(opinion.pk, reason="?", by=coordinator_2, at=at, key=key(), version=0)
    other = scene.sent(at=at)
    workflow.remove_personal_data(other.pk, words=False, organisation=False, by=coordinator, at=at, key=key())
    with pytest.raises(Conflict):
        workflow.admit_opinion(other.pk, by=coordinator_2, at=at, key=key(), version=0)


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "coordinator"])
def test_nobody_else_decides(task_force, at, name):
    opinion, by = scene.sent(at=at), task_force.people[name]
    who: dict[str, Any] = {"by": by, "at": at, "key": key()}
    with pytest.raises(Forbidden):
        workflow.admit_opinion(opinion.pk, version=0, **who)
    with pytest.raises(Forbidden):
        workflow.reject_opinion(opinion.pk, version=0, reason="?", **who)
    with pytest.raises(Forbidden):
        workflow.remove_personal_data(opinion.pk, words=True, organisation=True, **who)


# The pages


def test_the_page_leads_through_both(at, coordinator):
    opinion, office = scene.sent(at=at), visitor(coordinator)
    own = f"/opinions/{opinion.pk}/"
    shown = page(office.get(own)).one("section", aria_labelledby="moderation")
    assert scene.EMAIL in shown.text
    assert [row["href"] for row in shown.all("a")] == [f"{own}reject/", f"{own}remove/"]
    answer = office.post(f"{own}reject/", {"reason": "", "version": "0"})
    assert answer.status_code == 422
    assert page(answer).one("p", id="reason-error").text
    assert office.post(f"{own}reject/", {"reason": "홍보물임", "version": "0"}).headers["Location"] == own
    again = office.post(f"{own}reject/", {"reason": "또", "version": "0"})
    assert again.status_code == 409
    assert "또" in page(again).text
    assert "홍보물임" in page(office.get(own)).one("section", aria_labelledby="moderation").text
    assert office.post(f"{own}admit/", {"version": "0"}).status_code == 409
    assert office.post(f"{own}admit/", {"version": "1"}).headers["Location"] == own
    assert not page(office.get(own)).all("form", action=f"{own}admit/")


def test_a_megabyte_and_huge_ids(at, coordinator):
    opinion, office = scene.sent(at=at), visitor(coordinator)
    answer = office.post(f"/opinions/{opinion.pk}/reject/", {"reason": MEGABYTE, "version": MEGABYTE})
    assert answer.status_code in (409, 422)
    assert MEGABYTE in answer.content.decode()
    for verb in ("admit", "reject", "remove"):
        assert office.post(f"/opinions/{10**30}/{verb}/", {"reason": "?"}).status_code == 404


@pytest.mark.parametrize("evil", XSS)
def test_stored_scripts_are_text_wherever_they_are_shown(task_force, at, coordinator, evil):
    """What the public writes is on pages of people who may do much."""
    opinion = scene.sent(at=at, text=f"ㅇ {evil}", organisation=evil, name=evil)
    people = task_force.people
    pages = [visitor(coordinator).get(path) for path in (f"/opinions/{opinion.pk}/", LIST)]
    pages += [visitor(coordinator).get(f"/opinions/{opinion.pk}/{verb}/") for verb in ("reject", "remove")]
    workflow.reject_opinion(opinion.pk, reason=evil, by=coordinator, at=at, key=key(), version=0)
    pages.append(visitor(coordinator).get(f"/opinions/{opinion.pk}/"))
    pages.append(scene.browser().post(scene.LOOK_UP, {"number": opinion.number}))
    workflow.admit_opinion(opinion.pk, by=coordinator, at=at, key=key(), version=1)
    for name in ("coordinator", "reader", "me_officer"):
        pages += [visitor(people[name]).get(path) for path in (f"/opinions/{opinion.pk}/", LIST, "/tasks/ME-01/")]
    pages.append(scene.browser().post(scene.SEND, scene.typed(text=evil, organisation=evil, name=evil, group="")))
    pages.append(scene.browser().post(scene.LOOK_UP, {"number": evil}))
    for answer in pages:
        assert answer.status_code in (200, 422)
        html, plain = answer.content.decode(), evil.strip()
        if "<" in plain or '"' in plain:
            assert plain not in html
        else:
            assert "debug" not in html.replace(plain, "")
    assert OpinionSender.objects.get().name == evil
