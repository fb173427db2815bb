"""인계: whoever goes on with another's posting is shown what they left, once."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ministries.models import Posting, User
from records.errors import Forbidden, WrongState
from records.models import Event
from tasks import hand_over, workflow
from tasks.models import Assignment
from tests import builders
from tests.builders import key
from tests.pages import dead_links, filled, page, visitor

TODAY = date(2021, 3, 16)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> None:
    """Tuesday 16 March 2021, 14:00."""


@pytest.fixture
def new(me) -> User:
    """An officer of ME from the 10th of March on; nobody has left yet."""
    person = builders.person("me_new")
    builders.posting(person, "officer", me, starts_on=date(2021, 3, 10))
    return person


def leaves(person: User, on: date = date(2021, 3, 9)) -> Posting:
    person.postings.update(ends_on=on)
    return person.postings.get()


def home(person: User) -> str:
    return str(visitor(person).get("/").headers["Location"])


# Who has a predecessor


@pytest.mark.parametrize(
    ("ends_on", "role", "ministry", "found"),
    [
        ("2021-03-09", "officer", "ME", True),
        ("2021-03-15", "officer", "ME", True),  # they overlapped for some days
        ("2021-03-16", "officer", "ME", False),  # today is their last day
        ("2020-03-10", "officer", "ME", True),
        ("2020-03-09", "officer", "ME", False),  # more than a year before
        ("2021-03-09", "approver", "ME", False),
        ("2021-03-09", "officer", "MSIT", False),
    ],
)
def test_whose_work_a_posting_goes_on_with(task_force, new, ends_on, role, ministry, found):
    before = builders.person("before")
    last = date.fromisoformat(ends_on)
    starts_on = min(last, builders.SINCE)
    where = task_force.ministries[ministry]
    builders.posting(before, role, where, starts_on=starts_on, ends_on=last)
    assert (hand_over.predecessor(new.postings.get(), TODAY) is not None) is found
    assert home(new) == ("/hand-over/" if found else "/my-tasks/")
    assert visitor(new).get("/hand-over/").status_code == (200 if found else 404)


def test_who_only_changed_the_unit_has_not_left(me, new, me_officer):
    """Another posting of theirs goes on: nobody takes over from them, least of all they from themselves."""
    leaves(me_officer)
    builders.posting(me_officer, "officer", me, starts_on=date(2021, 3, 10))
    assert home(new) == home(me_officer) == "/my-tasks/"


def test_the_one_whose_tasks_wait_comes_first(me, new, me_officer, me_officer_2, at):
    builders.assign({"ME-01": me_officer.postings.get()}, me, by=me_officer, at=at)
    leaves(me_officer, date(2021, 3, 1))
    leaves(me_officer_2, date(2021, 3, 9))
    before = hand_over.predecessor(new.postings.get(), TODAY)
    assert before is not None
    assert before.user == me_officer


def test_nobody_else_is_led_astray(me_officer, fsc_approver, coordinator, reader, administrator):
    """Those without a predecessor reach their work as before."""
    homes = [home(person) for person in (me_officer, fsc_approver, coordinator, reader, administrator)]
    assert homes == ["/my-tasks/", "/sign-off/", "/board/", "/board/", "/admin/"]


def test_of_a_holder_their_deputy_takes_nothing_over(me, new, me_officer, me_officer_2, at):
    """The hand-over is the holder's own."""
    builders.deputise(new, me_officer_2, at=at)
    leaves(me_officer)
    posting = Posting.objects.get(user=new)
    Posting.objects.filter(user=me_officer_2).update(introduced_at=at)
    assert home(me_officer_2) == "/my-tasks/"
    with pytest.raises(Forbidden):
        workflow.take_over(posting.pk, by=User.objects.get(pk=me_officer_2.pk), at=at, key=key(), with_tasks=True)


# The page


def test_the_page_shows_what_was_left(task_force, me, new, me_officer, me_officer_2, coordinator, reports, at):
    """Tasks with their drafts, the last round with its lights, receipts and returns, the predecessor's tasks."""
    builders.assign(
        {"ME-02": me_officer.postings.get(), "ME-03": me_officer_2.postings.get()}, me, by=me_officer, at=at
    )
    builders.write(reports["ME-01"], by=me_officer, at=at)
    builders.report_in("returned", reports["ME-05"], officer=me_officer, coordinator=coordinator, at=at)
    leaves(me_officer)
    answer = visitor(new).get("/hand-over/")
    found = page(answer)
    rows = {row.one("span", class_="code").text: row.text for row in found.all("tr") if row.all("span", class_="code")}
    assert "last edited 16 Mar 14:00 by Kim Haneul, who left on Tue 9 Mar" in rows["ME-01"]
    assert "left to you" in rows["ME-02"]
    assert "Lee Bada" in rows["ME-03"]
    assert "Attention" in rows["ME-03"], "the office's light of round 1"
    assert "Returned" in rows["ME-05"]
    assert "No reply" in rows["ME-05"]
    text = found.one("main").text
    for words in ("Kim Haneul", "근거를 보완 바람", "1-ME-0001", "6 tasks to report"):
        assert words in text
    assert dead_links(visitor(new), answer) == []


def test_of_another_ministrys_draft_it_tells_the_state_alone(task_force, motie, me_officer, motie_officer, reports, at):
    """MOTIE supports ME-06."""
    builders.posting(builders.person("motie_new"), "officer", motie, starts_on=TODAY)
    leaves(motie_officer)
    builders.write(reports["ME-06"], by=me_officer, at=at)
    found = page(visitor(User.objects.get(username="motie_new")).get("/hand-over/"))
    row = next(row.text for row in found.all("tr") if "ME-06" in row.text)
    assert "Draft" in row
    assert "last edited" not in row


# Taking over


@pytest.fixture
def left(me, new, me_officer, me_officer_2, at) -> Posting:
    """ME-01 and ME-02 were the predecessor's; ME-03 is somebody's who is there."""
    mine, theirs = me_officer.postings.get(), me_officer_2.postings.get()
    builders.assign({"ME-01": mine, "ME-02": mine, "ME-03": theirs}, me, by=me_officer, at=at - timedelta(days=9))
    return leaves(me_officer)


def press(browser: Client, do: str) -> str:
    form = filled(page(browser.get("/hand-over/")), "/hand-over/take/")
    answer = browser.post("/hand-over/take/", form | {"do": do})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def mine(person: User) -> list[str]:
    rows = Assignment.objects.in_force(TODAY).filter(posting__user=person)
    return sorted(rows.values_list("task__code", flat=True))


def test_one_button_takes_over_and_goes_on(new, left, at):
    """One event; from then on home is the work, and the page stays to be looked at."""
    browser = visitor(new)
    assert home(new) == "/hand-over/"
    assert press(browser, "take") == "/my-tasks/"
    assert mine(new) == ["ME-01", "ME-02"]
    event = Event.objects.latest("pk")
    assert (event.verb, event.actor, event.data["tasks"]) == ("take_over", new, ["ME-01", "ME-02"])
    assert new.postings.get().introduced_at == at
    assert home(new) == "/my-tasks/"
    assert not page(browser.get("/hand-over/")).all("form", action="/hand-over/take/")


def test_the_other_button_only_goes_on(new, left):
    assert press(visitor(new), "go") == "/my-tasks/"
    assert mine(new) == []
    assert home(new) == "/my-tasks/"
    assert Event.objects.latest("pk").data["tasks"] == []


def test_what_somebody_has_by_now_is_not_taken(me, new, me_officer_2, left, at):
    builders.assign({"ME-01": me_officer_2.postings.get()}, me, by=me_officer_2, at=at)
    press(visitor(new), "take")
    assert (mine(new), mine(me_officer_2)) == (["ME-02"], ["ME-01", "ME-03"])


def test_it_is_read_once(new, left, at):
    posting = new.postings.get()
    workflow.take_over(posting.pk, by=new, at=at, key=key(), with_tasks=False)
    with pytest.raises(WrongState):
        workflow.take_over(posting.pk, by=new, at=at, key=key(), with_tasks=True)


def test_an_approver_goes_on_to_the_sign_offs(fsc, fsc_approver):
    builders.posting(builders.person("fsc_new"), "approver", fsc, starts_on=TODAY)
    leaves(fsc_approver)
    browser = visitor(User.objects.get(username="fsc_new"))
    assert browser.get("/").headers["Location"] == "/hand-over/"
    assert press(browser, "go") == "/sign-off/"


def test_no_more_queries_for_more_tasks(me, new, left, me_officer_2, coordinator, reports, at):
    browser, counts = visitor(new), []
    for codes in (["ME-04"], ["ME-01", "ME-03", "ME-05"]):
        for code in codes:
            builders.report_in("returned", reports[code], officer=me_officer_2, coordinator=coordinator, at=at)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/hand-over/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] < 40
