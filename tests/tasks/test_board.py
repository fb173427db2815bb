"""The board: its numbers are its lists, and it tells each person what they may know. (Its poll: test_board_poll.py.)"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import translation

from tasks import board, selecting
from tasks.grouping import By
from tasks.models import Light, Report, Round, State
from tasks.tiles import Also, Since
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import page, visitor


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: object) -> Iterator[None]:
    """Postings are in force in March 2021; words are English."""
    with translation.override("en"):
        yield


@pytest.fixture
def worked_on(task_force: TaskForce, at: datetime) -> Round:
    """The second round with a report in every place that the board knows."""
    people, reports = task_force.people, task_force.reports
    office = people["coordinator"]
    places = {
        "ME-01": "draft",
        "ME-02": "missing",
        "ME-04": "submitted",
        "ME-05": "mended",
        "MSIT-01": "accepted",
    }
    for code, place in places.items():
        officer = people[f"{code.partition('-')[0].lower()}_officer"]
        builders.report_in(place, reports[code], officer=officer, coordinator=office, at=at - timedelta(hours=1))
    for code, place in {"FSC-01": "awaiting", "FSC-02": "awaiting_again"}.items():
        builders.report_in(
            place,
            reports[code],
            officer=people["fsc_officer"],
            approver=people["fsc_approver"],
            coordinator=office,
            at=at - timedelta(hours=1),
        )
    # On track by its ministry, *review needed* by the office: worse than last round's *attention*.
    builders.report_in("opened", reports["ME-03"], officer=people["me_officer"], coordinator=office, at=at)
    builders.accept(reports["ME-03"], by=office, at=at, light="review_needed", reason="지연 우려")
    return task_force.round_2


def build(round_: Round, user, at, **query: str) -> board.Board:
    return board.build(round_, query, user=user, at=at)


def tile(found: board.Board, code: str):
    return next(row for row in found.tiles if row.code == code)


# Numbers and lists


def numbers_of(found: board.Board) -> list[selecting.Number]:
    """Every number that the page shows."""
    above = [found.collected, found.lit, found.unlit, *found.states, *found.besides, *found.lights, *found.since]
    return [*above, *(number for row in found.rows for number in row.since)]


@pytest.mark.parametrize("name", ["coordinator", "reader"])
def test_every_number_equals_the_list_behind_it(task_force, worked_on, at, name):
    """B: every number links to its list; they are counted here on the pages themselves."""
    browser = visitor(task_force.people[name])
    home = page(browser.get("/board/"))
    links = [row for row in home.walk() if row.tag == "a" and re.match(r"[ns]-", row["id"] or "")]
    assert len(links) > 12
    for link in links:
        shown = int(re.findall(r"\d+", link.text)[-1])
        behind = page(browser.get("/board/" + link["href"]))
        tiles = [row for row in behind.walk() if "tile" in (row["class"] or "").split() and row.tag in ("a", "span")]
        assert len(tiles) == shown, link["href"]


def test_the_states_of_all_tasks_add_up(worked_on, coordinator, at):
    found = build(worked_on, coordinator, at)
    assert sum(number.count for number in found.states) == found.collected.count == len(found.tiles) == 10
    assert found.lit.count + found.unlit.count == 10
    assert sum(number.count for number in found.lights) == found.lit.count


def test_the_jobs_lead_to_what_they_count(task_force, worked_on, at):
    """Reports to review are those of the review page's queue; a ministry without an officer is a row of its list."""
    office = task_force.people["coordinator"]
    posting = task_force.people["msit_officer"].postings.get()
    posting.ends_on = at.date() - timedelta(days=1)
    posting.save()
    assert build(worked_on, office, at).jobs[0].count == 0, "the return's own due time lies ahead"
    later = at + timedelta(days=2)
    found = build(worked_on, office, later)
    overdue, unanswered, unstaffed = found.jobs
    assert unanswered.count == len(build(worked_on, office, later, also="request_open").found)
    assert found.waiting == Report.objects.in_round(worked_on).waiting_for_review().count() == 1
    assert overdue.count == len(build(worked_on, office, later, also="overdue").found) == 2
    assert unstaffed.count == len(build(worked_on, office, later, also="no_officer").rows) == 1
    assert {row.code for row in build(worked_on, office, later, also="no_officer").rows} == {"MSIT"}


def test_a_change_is_counted_on_the_same_tasks(worked_on, coordinator, at):
    """ME-03 went from attention to review needed, FSC-02 keeps its light, ME-05 got its first."""
    changes = {number.light: number.change for number in build(worked_on, coordinator, at).lights}
    assert changes[Light.REVIEW_NEEDED] == 1
    assert changes[Light.ATTENTION] == -1
    assert changes[Light.ON_TRACK] == 1


# What a tile tells


def test_what_changed_since_the_last_round(task_force, worked_on, coordinator, at):
    found = build(worked_on, coordinator, at)
    assert tile(found, "ME-03").since == {Since.WORSE}
    assert tile(found, "ME-05").since == {Since.NO_REPLY}
    assert tile(found, "MSIT-02").since == {Since.NEW}
    assert tile(found, "MSIT-01").since == frozenset()


def test_a_moved_date_and_a_completed_task(task_force, at):
    people, reports = task_force.people, task_force.reports
    officer, office = people["me_officer"], people["coordinator"]
    milestone = reports["ME-01"].task.milestones.get()
    builders.write(reports["ME-01"], by=officer, at=at, **builders.troubled(milestones=builders.moved(milestone)))
    builders.write(reports["ME-04"], by=officer, at=at, light="completed", completed_on="2021-03-10")
    builders.submit(reports["ME-01"], reports["ME-04"], by=officer, at=at)
    found = build(task_force.round_2, office, at)
    assert tile(found, "ME-01").since == {Since.WORSE, Since.MOVED}
    assert tile(found, "ME-04").since == {Since.COMPLETED}


def test_no_change_and_lateness_are_told(task_force, at):
    people, reports = task_force.people, task_force.reports
    late = task_force.round_2.due_at + timedelta(microseconds=1)
    builders.submit(reports["ME-01"], by=people["me_officer"], at=late, unchanged=True)
    found = build(task_force.round_2, people["coordinator"], late)
    assert tile(found, "ME-01").also == {Also.UNCHANGED, Also.LATE}
    assert tile(build(task_force.round_2, people["reader"], late), "ME-01").also == {Also.LATE}


def test_a_draft_shows_the_last_rounds_light_never_its_own(task_force, coordinator, at):
    """Neither in the open round nor in a frozen one."""
    report = task_force.reports["ME-01"]
    builders.write(report, by=task_force.people["me_officer"], at=at, **builders.troubled())
    shown = tile(build(task_force.round_2, coordinator, at), "ME-01")
    assert (shown.state, shown.light, shown.was) == (State.DRAFT, Light.ON_TRACK, True)
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    shown = tile(build(task_force.round_2, coordinator, at), "ME-01")
    assert (shown.state, shown.light, shown.was, shown.letter) == (State.MISSING, Light.ON_TRACK, True, "NR")


def test_the_offices_light_counts_as_soon_as_it_is_set(worked_on, coordinator, at):
    shown = tile(build(worked_on, coordinator, at), "ME-03")
    assert (shown.light, shown.was, shown.before) == (Light.REVIEW_NEEDED, False, Light.ATTENTION)
    assert shown.label == "ME-03 Strategy for future vehicles, Review needed, Accepted"


def test_a_resubmitted_report_says_so(task_force, coordinator, at):
    report = task_force.reports["ME-01"]
    officer = task_force.people["me_officer"]
    builders.report_in("mended", report, officer=officer, coordinator=coordinator, at=at)
    builders.submit(report, by=officer, at=at)
    assert tile(build(task_force.round_2, coordinator, at), "ME-01").word == "Resubmitted"


# What a reader may know


def test_a_reader_does_not_learn_of_drafts(worked_on, reader, at):
    """model.md: of drafts and sign-offs readers see nothing; a half-mended return is a return."""
    found = build(worked_on, reader, at)
    states = {row.code: row.state for row in found.tiles}
    assert states["ME-01"] is states["FSC-01"] is State.MISSING
    assert states["ME-05"] is states["FSC-02"] is State.RETURNED
    assert {number.label for number in found.states} == {"Missing", "Submitted", "Returned", "Accepted"}
    for code in ("ME-01", "FSC-01"):
        assert tile(found, code).touched_at is None
        assert tile(found, code).opens == ""


def test_a_reader_does_not_learn_of_submitted_lights(task_force, reader, coordinator, at):
    """model.md: submitted, returned: the state only. What follows from the light is not told either."""
    report = task_force.reports["ME-01"]
    milestone = report.task.milestones.get()
    officer = task_force.people["me_officer"]
    builders.write(report, by=officer, at=at, **builders.troubled(milestones=builders.moved(milestone)))
    builders.submit(report, by=officer, at=at)
    shown = tile(build(task_force.round_2, reader, at), "ME-01")
    assert (shown.state, shown.light, shown.was, shown.since) == (State.SUBMITTED, Light.ON_TRACK, True, frozenset())
    builders.open_for_review(report, by=coordinator, at=at)
    builders.accept(report, by=coordinator, at=at)
    shown = tile(build(task_force.round_2, reader, at), "ME-01")
    assert (shown.light, shown.was, shown.since) == (Light.ATTENTION, False, {Since.WORSE, Since.MOVED})


def test_a_tile_leads_where_its_reader_may_go(task_force, worked_on, at):
    """Coordinators to the review where a text was sent; nobody to a page that would refuse them."""
    for name in ("coordinator", "reader"):
        browser = visitor(task_force.people[name])
        for link in page(browser.get("/board/")).all("a", class_="tile"):
            assert browser.get(link["href"]).status_code == 200, (name, link["href"])
    found = build(worked_on, task_force.people["coordinator"], at)
    assert {row.code for row in found.tiles if row.opens == "review"} == {"ME-03", "ME-04", "ME-05", "MSIT-01"}


# Filters


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"ministry": "FSC"}, {"FSC-01", "FSC-02"}),
        ({"sector": "CCU"}, {"MSIT-02"}),
        ({"kind": "new"}, {"MSIT-01"}),
        ({"state": "returned"}, {"ME-05"}),
        ({"since": "worse"}, {"ME-03"}),
        ({"ministry": "ME", "light": "attention"}, {"ME-06"}),
        ({"q": "ccu"}, {"MSIT-02"}),
        ({"q": "과학기술"}, {"MSIT-01", "MSIT-02"}),
        ({"q": "science AND ict"}, {"MSIT-01", "MSIT-02"}),
        ({"q": "순환경제"}, {"ME-04"}),
        ({"q": "  me-0 "}, {f"ME-0{n}" for n in range(1, 7)}),
    ],
)
def test_filters(worked_on, coordinator, at, query, codes):
    assert {row.code for row in build(worked_on, coordinator, at, **query).found} == codes


@pytest.mark.parametrize(
    "query",
    [
        "state=%00",
        "state=nonsense&light=%FF&kind=new%00",
        "q=%00",
        "q=" + "%EA%B0%80" * 3000,
        "q=%25%5C%27%22%3Cscript%3E",
        "ministry=NOBODY&sector=ME",
        "since=&also=&q=%20",
        "state=missing&state=draft",
        "ministry=ME&ministry=%00",
    ],
)
def test_no_address_breaks_the_board(task_force, coordinator, query):
    browser = visitor(coordinator)
    for path in ("/board/", "/board/poll/", "/rounds/1/"):
        assert browser.get(f"{path}?{query}").status_code == 200, path


def test_an_unknown_value_is_left_out_and_an_empty_list_leads_back(task_force, coordinator, at):
    assert not build(task_force.round_2, coordinator, at, ministry="NOBODY").is_filtered
    answer = page(visitor(coordinator).get("/board/?q=nothing-like-this"))
    assert answer.one("a", id="board-clear")["href"] == "?"
    assert "0 tasks" in answer.one("p", class_="result").text


def test_the_filters_stand_in_the_address_and_in_the_form(worked_on, coordinator):
    answer = page(visitor(coordinator).get("/board/?ministry=ME&since=worse&q=strategy"))
    chosen = [row["value"] for row in answer.all("option") if "selected" in row]
    assert chosen == ["ME", "worse"]
    assert answer.one("input", name="q")["value"] == "strategy"
    assert "ministry=ME" in answer.one("div", id="board-poll")["hx-get"]


def test_filters_combine_and_what_is_unknown_is_not_asked(task_force, worked_on, coordinator, at):
    """A task has to be all that is ticked; the same values may stand joined in a link, and repeated as a form sends."""
    tiles = build(worked_on, coordinator, at).tiles
    both = {row.code for row in tiles if {Also.DIFFERS, Also.ASKS} <= row.also}
    assert "ME-03" in {row.code for row in build(worked_on, coordinator, at, also="differs").found}
    assert {row.code for row in build(worked_on, coordinator, at, also="differs,request").found} == both
    form = QueryDict("also=differs&also=request&also=nonsense")
    assert board.build(worked_on, form, user=coordinator, at=at).filters.also == "differs,request"
    combined = build(worked_on, coordinator, at, ministry="ME", light="review_needed", also="differs", q="me-0")
    assert [row.code for row in combined.found] == ["ME-03"]
    assert build(worked_on, coordinator, at, direction="none").found == [row for row in tiles if not row.direction]


@pytest.mark.parametrize("by", list(By))
def test_rows_are_put_together_by_anything(worked_on, coordinator, at, by):
    """Every task stands in one row, the row's address opens just that row, and other links keep the arrangement."""
    found = build(worked_on, coordinator, at, by=by.value)
    assert sorted(row.code for line in found.rows for row in line.tiles) == sorted(row.code for row in found.tiles)
    for line in found.rows:
        assert selecting.select(found.tiles, line.filters) == line.tiles
        assert f"by={by.value}" in line.filters.query
    assert f"by={by.value}" in found.collected.query


# Rows


def test_members_without_tasks_have_a_row_unless_something_is_filtered(task_force, coordinator, at):
    """B: bodies without tasks stand there too; others lead none and are no members."""
    builders.ministry("MOFA", ko="외교부", en="Foreign Affairs")
    builders.ministry("OTHER", tf_member=False)
    round_ = task_force.round_2
    assert [row.code for row in build(round_, coordinator, at).rows] == ["ME", "MOTIE", "MSIT", "FSC", "MOFA"]
    assert [row.code for row in build(round_, coordinator, at, state="missing").rows] == ["ME", "MSIT", "FSC"]
    assert [row.code for row in build(round_, coordinator, at, ministry="MOFA").rows] == ["MOFA"]


def test_a_large_board_shows_sums_and_each_ministry_its_own_list(worked_on, coordinator, at):
    found = build(worked_on, coordinator, at)
    many = replace(found, tiles=found.tiles * 21)
    assert many.is_folded
    row = many.rows[0]
    assert [number.count for number in row.lights] == [
        len(selecting.select(many.tiles, number.filters)) for number in row.lights
    ]
    assert not replace(many, filters=selecting.Filters(ministry="ME")).is_folded


# Frozen rounds, and none


def test_a_frozen_round_is_shown_as_it_was(task_force, worked_on, coordinator, at):
    """Everyone with a part in the T/F sees it: with the ministries' lights, without drafts, under the names of then."""
    builders.freeze(worked_on, by=coordinator, at=at)
    found = build(worked_on, task_force.people["motie_officer"], at + timedelta(days=400))
    words = {row.code: row.word for row in found.tiles}
    assert words["ME-01"] == words["FSC-01"] == "No reply"
    assert words["ME-05"] == words["FSC-02"] == "Returned, not resubmitted"
    assert (tile(found, "ME-04").word, tile(found, "ME-04").was) == ("Submitted", False)
    assert {row.opens for row in found.tiles} == {"report"}
    answer = page(visitor(task_force.people["motie_officer"]).get(f"/rounds/{worked_on.no}/"))
    assert not answer.all("div", id="board-poll")
    assert not answer.all("a", id="board-review")


def test_a_ministry_keeps_the_name_of_then(task_force, coordinator, me, at):
    me.names.create(
        valid_from=date(2021, 2, 15), name_ko="기후부", name_en="Climate Ministry", abbr_ko="기후부", abbr_en="Climate"
    )
    assert build(task_force.round_1, coordinator, at).rows[0].label == "Environment"
    assert build(task_force.round_1, coordinator, at).rows[0].title == "Ministry of Environment"
    assert build(task_force.round_2, coordinator, at).rows[0].label == "Climate"


def test_who_sees_an_open_round_under_its_number(task_force):
    """Its board for those who have one; for all others there is nothing yet."""
    people = task_force.people
    assert visitor(people["coordinator"]).get("/rounds/2/").headers["Location"] == "/board/"
    assert visitor(people["me_officer"]).get("/rounds/2/").status_code == 404
    assert visitor(people["me_officer"]).get("/rounds/1/").status_code == 200
    assert visitor(people["administrator"]).get("/rounds/1/").status_code == 403
    assert visitor(people["coordinator"]).get("/rounds/99999999999999999999/").status_code == 404


def test_between_rounds_the_board_says_what_comes_next(task_force, coordinator, at):
    builders.freeze(task_force.round_2, by=coordinator, at=at)
    builders.round_(3, as_of=date(2021, 4, 30), opens_at=kst(2021, 4, 26, 9), due_at=kst(2021, 5, 4, 18))
    text = page(visitor(coordinator).get("/board/")).one("div", class_="empty-page")
    assert "26 Apr 2021" in text.text
    assert [row["href"] for row in text.all("a")] == ["/rounds/3/prepare/", "/rounds/2/"]
