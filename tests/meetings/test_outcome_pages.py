"""The page of an outcome, as each reader sees it, and what its forms keep of what was typed."""

from datetime import timedelta
from typing import Any

import pytest

from meetings import menu, workflow
from meetings.models import AgendaCandidate, AgendaItem, Attendance, Comment, Meeting
from meetings.workflow import Written
from ministries.models import User
from records.models import Seal
from tests import builders
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import dead_links, filled, form, page, visitor
from tests.tasks import candidates_scene

from . import outcome_scene as scene

pytestmark = pytest.mark.either

PAGE = "/meetings/1/outcome/"
TEXT = "기한을 4. 30.로"


@pytest.fixture
def people(task_force: TaskForce, domain_time: Any) -> dict[str, User]:
    return task_force.people


def bring(place: str, task_force: TaskForce, at: Any) -> Meeting:
    if place == "recalled":
        return scene.recall(scene.bring("commented", task_force, at=at), by=task_force.people["coordinator"], at=at)
    return scene.bring(place, task_force, at=at)


# What each reader sees in each place: D the decisions, T the form of the draft, C a comment's form, A another ministry's
# comment, K the way to the confirmation, N the notice to answer, L the list of all who were notified, – nothing yet.
SEEN = """
             coordinator me_officer motie_officer reader
writing      DTK         –          –             –
circulated   DTK         DC         DC            –
commented    DTKA        DCA        DC            –
recalled     DTA         A          –             –
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


def test_what_was_typed_is_circulated_or_still_there(task_force, people, at):
    """Refused for want of a time nothing is kept and everything is in the page; then one press does both, and says
    until when."""
    meeting = scene.planned(task_force)
    first, second = meeting.items.order_by("order")
    browser, address = visitor(people["coordinator"]), f"{PAGE}circulate/"
    sent = filled(page(browser.get(PAGE)), f"{PAGE}text/") | {f"ko-{first.pk}": ["ㅇ 점검함"]}
    assert sent["comments_until"] == ["2021-03-19T18:00"]  # suggested: three working days from now
    answer = browser.post(address, sent | {"comments_until": [""]})
    assert answer.status_code == 422
    found = page(answer)
    assert found.one("p", id="comments_until-error").text
    assert found.one("textarea", id=f"ko-{first.pk}").raw_text.strip() == "ㅇ 점검함"
    again = filled(found, f"{PAGE}text/") | {"comments_until": ["2021-04-01T18:00"]}
    answer = browser.post(address, again)
    found = page(answer)
    assert (answer.status_code, found.one("p", id="has_empty-error").text.split()[1]) == (422, "1")
    assert found.one("textarea", id=f"ko-{first.pk}").raw_text.strip() == "ㅇ 점검함"
    answer = browser.post(address, filled(found, f"{PAGE}text/") | {"has_empty": ["yes"]}, follow=True)
    assert "Apr 2021" in answer.content.decode() or "1 Apr" in answer.content.decode()
    first.refresh_from_db()
    assert first.outcome_ko == "ㅇ 점검함"
    assert scene.fresh(meeting).circulated_at is not None


def test_before_the_meeting_nothing_is_confirmed(task_force, people, at):
    """The page says on which day it can be, and has no form."""
    meeting = bring("circulated", task_force, at)
    Meeting.objects.filter(pk=meeting.pk).update(date=at.date() + timedelta(days=7))
    found = page(visitor(people["coordinator"]).get(f"{PAGE}confirm/"))
    assert found.all("form", id="confirm") == []
    assert "can be confirmed from that day on" in found.text


def test_the_confirmation_says_who_was_there(task_force, people, at):
    meeting = bring("circulated", task_force, at)
    meeting.attendances.filter(ministry=task_force.ministries["ME"]).update(is_present=True)
    text = page(visitor(people["coordinator"]).get(f"{PAGE}confirm/")).one("main").text
    assert "1/3" in text
    assert "Of 2 invited ministries nobody marked" in text


def test_a_draft_that_changed_after_an_answer_says_so(task_force, people, at):
    """To the office on both pages and to the ministry that answered; not to who answered since."""
    meeting = bring("circulated", task_force, at)
    scene.comment(meeting, task_force.ministries["ME"], "", by=people["me_officer"], at=at)
    before = {name: visitor(people[name]).get(PAGE).content.decode() for name in ("coordinator", "me_officer")}
    item, later = meeting.items.order_by("order")[0], at + timedelta(minutes=1)
    texts = [Written(item.pk, item.version, "ㅇ 달라짐", "")]
    workflow.write_outcome(meeting.pk, texts, by=people["coordinator"], at=later, key=key())
    assert "Draft changed since" not in before["coordinator"]
    assert "after your answer" not in before["me_officer"]
    office = visitor(people["coordinator"])
    assert "Draft changed since" in office.get(PAGE).content.decode()
    assert "after these ministries answered" in office.get(f"{PAGE}confirm/").content.decode()
    assert "after your answer" in visitor(people["me_officer"]).get(PAGE).content.decode()
    scene.comment(meeting, task_force.ministries["ME"], "", by=people["me_officer"], at=later + timedelta(minutes=1))
    assert "Draft changed since" not in office.get(PAGE).content.decode()


def test_the_last_word_of_a_ministry_counts(task_force, people, at):
    """An opinion that was taken back stands below and waits for nobody."""
    meeting = bring("commented", task_force, at)
    scene.comment(meeting, task_force.ministries["ME"], "", by=people["me_officer"], at=at)
    found = page(visitor(people["coordinator"]).get(PAGE))
    assert found.one("h2", id="comments").one("span", class_="num").text == "0", "no comment is none"
    assert TEXT in found.one("details", class_="earlier").text
    assert "comments 0 · no comment 1 · not answered 2" in found.one("ol", class_="way").text
    assert "to answer" not in found.one("ol", class_="way").text


def test_why_nobody_waited_is_read_afterwards(task_force, people, at):
    meeting = bring("circulated", task_force, at)
    scene.confirm(meeting, by=people["coordinator"], at=at, is_early=True, reason="보도 일정")
    assert "보도 일정" in visitor(people["coordinator"]).get(PAGE).content.decode()


def test_comments_are_counted_apart_from_their_absence(task_force, people, at):
    """The office's own ministry is silent only where a decision names it."""
    meeting = bring("commented", task_force, at)
    scene.comment(meeting, task_force.ministries["MOTIE"], "", by=people["motie_officer"], at=at)
    office = builders.ministry("OPC")
    Attendance.objects.create(meeting=meeting, ministry=office)
    browser, counted = visitor(people["coordinator"]), "comments 1 · no comment 1 · not answered {}"
    found = page(browser.get(PAGE))
    assert counted.format(1) in found.one("ol", class_="way").text
    assert counted.format(1) in found.one("h2", id="comments").text
    scene.record(meeting, "국조실이 점검", by=people["coordinator"], lead=office, due_on=at.date())
    assert counted.format(2) in page(browser.get(PAGE)).one("ol", class_="way").text


def test_a_circulation_is_taken_back(task_force, people, at):
    """From the page of the outcome, with its reason; each reader is told, and what was said is kept apart."""
    bring("commented", task_force, at)
    browser, address = visitor(people["coordinator"]), f"{PAGE}recall/"
    assert page(browser.get(PAGE)).all("a", href=address)
    assert page(browser.get("/meetings/1/change/")).all("a", href=address), "where the day is locked"
    sent = filled(page(browser.get(address)), address)
    refused = browser.post(address, sent | {"reason": [" "]})
    assert (refused.status_code, bool(page(refused).one("p", id="reason-error").text)) == (422, True)
    assert browser.post(address, sent | {"reason": ["안건이 빠짐"]}).status_code == 302
    for name in ("coordinator", "me_officer"):
        found = page(visitor(people[name]).get(PAGE))
        assert "안건이 빠짐" in found.one("main").text
        assert TEXT in found.one("details", class_="earlier").text
    assert "안건이 빠짐" not in page(visitor(people["fsc_officer"]).get(PAGE)).text
    changed = page(visitor(people["me_officer"]).get("/meetings/1/")).one("section", **{"aria-labelledby": "changes"})
    assert "Circulation of the outcome taken back" in changed.text
    answer = browser.post(
        address, filled(page(browser.get(PAGE)), f"{PAGE}text/") | {"reason": ["또"], "version": ["9"]}
    )
    assert (answer.status_code, "또" in page(answer).text) == (409, True), "what was typed is there"


def test_a_cancelled_meeting_has_no_outcome(task_force, people, at):
    meeting = scene.planned(task_force)
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=at)
    text = page(visitor(people["coordinator"]).get(PAGE)).one("main").text
    assert "This meeting was cancelled." in text
    assert "Circulated for comments" not in text
    for address in (PAGE, "/meetings/1/"):
        found = page(visitor(people["coordinator"]).get(address))
        assert not found.all("nav", **{"aria-label": "Steps of the meeting"})
        assert not found.all("ol", class_="way")
        assert "projector" not in found.one("main").text.lower()


def test_a_ministry_acknowledges_in_its_own_words(task_force, people, at):
    bring("notified", task_force, at)
    found = page(visitor(people["me_officer"]).get(PAGE))
    assert found.one("button", value="yes").text == "Acknowledge"


def test_what_an_outcome_asks_of_a_ministry(task_force, people, at):
    """In its list of meetings and in the number of the menu, until it answered; nothing of it to others."""
    meeting = bring("circulated", task_force, at)
    me, me_pk = people["me_officer"], task_force.ministries["ME"].pk
    asked, told = "Comment on the outcome", "Answer the notice of the outcome"

    def stands(user: User) -> tuple[int | None, bool, bool]:
        text = page(visitor(user).get("/meetings/")).one("main").text
        return menu.items(user)[0].number(), asked in text, told in text

    assert stands(me) == (1, True, False)
    assert stands(people["fsc_officer"])[0] is None
    scene.comment(meeting, task_force.ministries["ME"], "", by=me, at=at)
    assert stands(me) == (None, False, False)
    scene.confirm(meeting, by=people["coordinator"], at=at, is_early=True, reason="보도 일정")
    scene.notify(meeting, by=people["coordinator"], at=at)
    assert stands(me) == (2, False, True)  # and the decision that it leads
    assert stands(people["coordinator"]) == (None, False, False)
    who: dict[str, Any] = {"by": me, "at": at, "key": key()}
    workflow.answer_notification(meeting.pk, ministry=me_pk, agrees=True, **who)
    assert stands(me) == (1, False, False)


def test_what_the_meeting_adopted_is_proposed(task_force, people, at):
    """In the item that spoke of it, until something is written there; then what the text leaves out is told."""
    office, me = people["coordinator"], task_force.ministries["ME"]
    call = candidates_scene.call(me, by=office)
    told_of: list[dict[str, Any]] = [{}, {"kind": "supplement", "supplements": "ME-01"}, {}]
    new, more, other = (
        candidates_scene.propose(call, me, by=people["me_officer"], title=f"후보 {n}", **told)
        for n, told in enumerate(told_of)
    )
    meeting = scene.planned(task_force)
    item = meeting.items.order_by("order")[1]
    AgendaCandidate.objects.bulk_create(AgendaCandidate(item=item, candidate=row) for row in (new, more, other))
    AgendaItem.objects.filter(pk=item.pk).update(finished_at=at)
    task = candidates_scene.adopt(new, by=office, meeting_no=1)
    candidates_scene.adopt(more, by=office, meeting_no=1)
    candidates_scene.adopt(other, by=office)  # at no meeting
    browser = visitor(office)
    found = page(browser.get(PAGE))
    wanted = [
        f"ㅇ 후보과제 1-01 「공공청사 에너지 절감」 채택: 신규과제 {task.code}",
        "ㅇ 후보과제 1-02 「후보 1」 채택: ME-01 보완",
    ]
    assert found.one("textarea", id=f"ko-{item.pk}").raw_text.strip().splitlines() == wanted
    assert task.title_en in found.one("textarea", id=f"en-{item.pk}").raw_text
    assert browser.post(f"{PAGE}text/", filled(found, f"{PAGE}text/")).status_code == 302
    item.refresh_from_db()
    assert item.outcome_ko.splitlines() == wanted
    written = [Written(item.pk, item.version, wanted[1], "")]
    workflow.write_outcome(meeting.pk, written, by=office, at=at, key=key())
    found = page(browser.get(PAGE))
    assert found.one("textarea", id=f"ko-{item.pk}").raw_text.strip() == wanted[1]
    assert wanted[0] in found.one("form", id="text").text
    assert "which this meeting adopted" in found.one("form", id="text").text
