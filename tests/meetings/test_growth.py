"""The book's part on how the strategy grows: as it stood when the round was frozen, whatever came after; and what of it
goes to the press."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation

from meetings import workflow as meetings_workflow
from meetings.documents import book, press_release
from meetings.documents.blocks import Document, Heading, Table
from meetings.models import AgendaCandidate, AgendaItem, Meeting
from ministries.models import User
from scenarios import counting, facts
from scenarios import workflow as scenarios_workflow
from scenarios.models import DivisionMeeting
from scenarios.workflow import Who
from tasks import workflow
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.meetings import book_scene, opinion_scene, public_scene
from tests.meetings.book_scene import tables, whole, words
from tests.scenarios import group_scene, pathway_scene
from tests.tasks import candidates_scene

pytestmark = pytest.mark.either

PART = "Growing the strategy"
LATER = kst(2021, 3, 23, 9)


@pytest.fixture(autouse=True)
def _in_the_domain(domain_time: datetime) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force: TaskForce) -> Meeting:
    return book_scene.meeting(2, task_force.round_2)


def compose(meeting: Meeting, user: User, at: datetime) -> Document:
    return book.compose(book_scene.again(meeting), language="en", user=user, at=at)


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading)]


def part_of(document: Document) -> list[Table]:
    return tables(document, next(text for text in headings(document) if PART in text))


def column(table: Table, label: str) -> list[str]:
    """The texts below the head of that name."""
    heads = [words(cell.content) for cell in table.head[-1]]
    return [words(row[heads.index(label)].content) for row in table.body]


def test_there_is_no_part_where_there_is_nothing_to_say(meeting, coordinator, at):
    assert not any(PART in text for text in headings(compose(meeting, coordinator, at)))


def test_answers_and_verdicts_are_those_of_the_freeze(meeting, task_force, coordinator, me_officer, at):
    me, msit, fsc = (task_force.ministries[code] for code in ("ME", "MSIT", "FSC"))
    call = candidates_scene.call(me, msit, fsc, by=coordinator, at=at)
    first = candidates_scene.propose(call, me, by=me_officer, at=at)
    second = candidates_scene.propose(call, me, by=me_officer, at=at, title="수소 충전소 확충")
    candidates_scene.none(call, msit, by=task_force.people["msit_officer"], at=at)
    candidates_scene.decline(first, by=coordinator, at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    before = whole(compose(meeting, coordinator, LATER))
    assert "3 asked, 1 with candidates, 1 with none, 1 silent" in before
    (table,) = part_of(compose(meeting, coordinator, LATER))
    assert column(table, "State") == ["Declined", "To be judged"]
    candidates_scene.adopt(second, by=coordinator, at=LATER)
    workflow.call_on(call.pk, "MOTIE", by=coordinator, at=LATER, key=builders.key())
    candidates_scene.propose(call, me, by=me_officer, at=LATER, title="나중에 낸 것")
    assert whole(compose(meeting, coordinator, LATER + timedelta(hours=1))).count("나중에 낸 것") == 0
    assert column(part_of(compose(meeting, coordinator, LATER))[0], "State") == ["Declined", "To be judged"]


def test_what_was_reworded_waits_and_what_is_withdrawn_later_stood_there(
    meeting, task_force, coordinator, me_officer, at
):
    call = candidates_scene.call(task_force.ministries["ME"], by=coordinator, at=at)
    row = candidates_scene.propose(call, task_force.ministries["ME"], by=me_officer, at=at)
    candidates_scene.revise(candidates_scene.ask_back(row, by=coordinator, at=at), by=me_officer, at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    candidates_scene.withdraw(row, by=me_officer, at=LATER)
    (table,) = part_of(compose(meeting, coordinator, LATER + timedelta(hours=1)))
    assert (column(table, "State"), column(table, "Reason")) == (["To be judged"], ["-"])


def test_what_was_asked_back_of_one_ministry_is_not_read_out_to_all(meeting, task_force, coordinator, me_officer, at):
    call = candidates_scene.call(task_force.ministries["ME"], by=coordinator, at=at)
    asked, taken = (
        candidates_scene.propose(call, task_force.ministries["ME"], by=me_officer, at=at, title=title)
        for title in ("되물은 것", "채택한 것")
    )
    candidates_scene.ask_back(asked, by=coordinator, at=at, comment="참여 지자체 수를 적어 주시기 바람")
    candidates_scene.adopt(taken, by=coordinator, at=at, reason="함께 추진하기로 함")
    document = compose(meeting, coordinator, LATER)
    (table,) = part_of(document)
    assert column(table, "State") == ["Asked back", "Adopted"]
    assert column(table, "Reason")[0] == "-"
    assert "함께 추진하기로 함" in column(table, "Reason")[1]
    said = whole(document) + whole(press_release.compose(book_scene.again(meeting), language="ko", at=at))
    assert "참여 지자체 수" not in said


def test_opinions_are_counted_and_never_quoted(meeting, task_force, coordinator, me_officer, at):
    me = task_force.ministries["ME"]
    answered = opinion_scene.owed_to(me, by=coordinator, at=at)
    opinion_scene.dispose(answered, by=me_officer, at=at, kind="partly")
    opinion_scene.owed_to(me, by=coordinator, at=at, text="둘째 의견")
    opinion_scene.sent(coordinator, at, text="아직 아무도 보지 않은 의견")
    document = compose(meeting, coordinator, at + timedelta(hours=1))
    (table,) = part_of(document)
    assert table.caption == "Opinions 2"
    numbers = [column(table, label) for label in ("Partly taken up", "Not answered yet")]
    assert [row[-1] for row in numbers] == ["1", "1"], "the row of sums"
    assert sum(int(number) for row in numbers for number in row[:-1] if number != "-") == 2
    assert "둘째 의견" not in whole(document)
    assert "아직 아무도" not in whole(document)


def test_no_document_says_two_numbers_of_opinions(meeting, task_force, coordinator, me_officer, at):
    me = task_force.ministries["ME"]
    first = opinion_scene.owed_to(me, by=coordinator, at=at)
    reason = {"kind": "opinions", "counted": [], "round": None, "decisions": [], "opinions": [first.pk]}
    titles = {"title_ko": "이해관계자 의견", "title_en": "Stakeholder opinions"}
    for order in (1, 2):
        AgendaItem.objects.create(meeting=meeting, order=order, kind="report", reason=reason, **titles)
    second = opinion_scene.owed_to(me, by=coordinator, at=at, text="나중 의견")
    opinion_scene.dispose(second, by=me_officer, at=at, kind="partly")
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    meeting.shown_at = at
    meeting.save()
    opinion_scene.enter(opinion_scene.said("동결 뒤 의견"), by=coordinator, at=LATER)
    after = LATER + timedelta(hours=1)
    said = whole(compose(meeting, coordinator, after))
    assert "Opinions 2" in said
    released = whole(press_release.compose(book_scene.again(meeting), language="en", at=after))
    assert released.count("Stakeholder opinions 2: Partly taken up 1, Not answered yet 1") == 1, "once"


def test_an_answer_that_the_office_opened_again_is_none(meeting, task_force, coordinator, me_officer, at):
    answered = opinion_scene.owed_to(task_force.ministries["ME"], by=coordinator, at=at)
    opinion_scene.dispose(answered, by=me_officer, at=at, kind="not")
    opinion_scene.reopen(answered, by=coordinator, at=at + timedelta(hours=1))
    (table,) = part_of(compose(meeting, coordinator, at + timedelta(hours=2)))
    assert [column(table, label)[-1] for label in ("Not taken up", "Not answered yet")] == ["-", "1"]


def test_an_opinion_that_is_admitted_later_was_not_there(meeting, task_force, coordinator, at):
    sent = public_scene.sent(at=at)
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    admitting: dict[str, Any] = {"by": coordinator, "at": LATER, "key": builders.key(), "version": 0}
    meetings_workflow.admit_opinion(sent.pk, **admitting)
    assert not any(PART in text for text in headings(compose(meeting, coordinator, LATER + timedelta(hours=1))))


def test_the_working_group_is_counted_beside_what_was_published_and_nobody_is_named(meeting, coordinator, at):
    group_scene.group()
    group_scene.expert(coordinator)
    said = whole(compose(meeting, coordinator, at))
    assert "82 published" in said
    assert "홍길동" not in said


def test_a_scenario_that_was_published_later_is_not_in_it(meeting, coordinator, at):
    pathway_scene.loaded("2050-A", published_on=date(2021, 10, 27))
    assert "Emissions by sector" not in whole(compose(meeting, coordinator, at))


def test_the_press_hears_of_what_was_taken_up_alone(meeting, task_force, coordinator, me_officer, at):
    me = task_force.ministries["ME"]
    call = candidates_scene.call(me, by=coordinator, at=at)
    taken, other, elsewhere = (
        candidates_scene.propose(call, me, by=me_officer, at=at, title=title)
        for title in ("채택할 것", "남을 것", "다음 회의의 것")
    )
    item = AgendaItem.objects.create(meeting=meeting, order=1, kind="discussion", title_ko="발굴", finished_at=at)
    for row in (taken, other, elsewhere):
        AgendaCandidate.objects.create(item=item, candidate=row)
    candidates_scene.adopt(taken, by=coordinator, at=at, meeting_no=2)
    candidates_scene.adopt(elsewhere, by=coordinator, at=at)
    told: dict[str, Any] = {"language": "ko", "at": at}
    said = whole(press_release.compose(book_scene.again(meeting), **told))
    assert "채택할 것" in said
    assert "남을 것" not in said
    assert "다음 회의의 것" not in said, "it was taken up elsewhere"


def test_what_ministries_are_asked_about_is_named_without_its_figures(meeting, task_force, coordinator, at):
    pathway_scene.bring("commented", task_force, at=at)
    said = whole(compose(meeting, coordinator, at + timedelta(hours=1)))
    assert "version 2: circulated until" in said
    assert "comments 1" in said


def test_the_working_groups_numbers_are_those_of_the_freeze(meeting, task_force, coordinator):
    group_scene.group()
    group_scene.meeting(coordinator, group_scene.expert(coordinator))
    leaving = group_scene.expert(coordinator, Who("임꺽정"), ministry="MOTIE")
    builders.freeze(task_force.round_2, by=coordinator, at=kst(2021, 3, 22, 10))
    before = [text for text in whole(compose(meeting, coordinator, LATER)).splitlines() if "registered" in text]
    assert any("Experts: 2 registered" in text for text in before), before
    assert any("Division meetings: 1 registered" in text for text in before), before
    later: dict[str, Any] = {"by": coordinator, "at": LATER, "key": builders.key()}
    scenarios_workflow.register_expert(Who("장길산"), group_scene.serving("TRA", "MSIT"), **later)
    later["key"] = builders.key()
    scenarios_workflow.end_expert(leaving.pk, ends_on=date(2021, 1, 12), version=leaving.version, **later)
    for on in (date(2021, 2, 2), date(2021, 3, 10)):  # held before the freeze, entered after it
        later["key"] = builders.key()
        scenarios_workflow.record_division_meeting(group_scene.held(on=on), **later)
    entered = DivisionMeeting.objects.order_by("pk").first()
    assert entered is not None
    later["key"] = builders.key()
    moved = group_scene.held(on=date(2021, 3, 23), attended=frozenset(), no=entered.no)
    scenarios_workflow.change_division_meeting(entered.pk, moved, version=entered.version, **later)
    after = whole(compose(meeting, coordinator, LATER + timedelta(hours=1)))
    assert [text for text in after.splitlines() if "registered" in text] == before


def test_the_register_of_now_counts_as_the_tables_do(task_force, coordinator, at):
    group_scene.group()
    first = group_scene.expert(coordinator)
    group_scene.expert(coordinator, Who("임꺽정"), ministry="MOTIE", ends_on=date(2021, 2, 1))
    group_scene.meeting(coordinator, first)
    group_scene.meeting(coordinator, on=date(2021, 2, 1))
    metrics = facts.Register.at(LATER).metrics
    counted = {kind: count for kind, count in counting.METRICS.items() if kind != "institutes"}
    assert metrics.keys() - {"institutes"} == counted.keys()
    for since in (None, date(2021, 2, 2)):
        for day in (date(2021, 1, 10), date(2021, 2, 1), date(2021, 2, 2), date(2021, 3, 16)):
            assert {kind: metrics[kind](day, since) for kind in counted} == {
                kind: count(day, since) for kind, count in counted.items()
            }, (day, since)
