"""Experts named in texts: how they are found, where a text with a name is refused, and what the office is told of texts
that stand when somebody is registered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from meetings import workflow as meetings
from meetings.opinions.drafting import Came, HearingDraft
from ministries.models import User
from records.errors import Invalid
from records.models import Event
from scenarios import workflow
from scenarios.models import Expert
from scenarios.naming import is_named
from scenarios.workflow import Who
from tests import sheets
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import fields, form, page, visitor
from tests.scenarios import group_scene as group
from tests.scenarios import pathway_scene as pathways
from tests.scenarios.group_scene import AT, HONG
from tests.scenarios.test_scenario_pages import send

pytestmark = pytest.mark.usefixtures("domain_time", "_in_english")

SMITH = Who("John Smith", email="j.smith@example.org")
SAID = "It names an expert (%s): only the office may read names."


@pytest.fixture
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def office(task_force: TaskForce) -> User:
    group.group()
    return task_force.people["coordinator"]


def problems(call: Any) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        call()
    return refused.value.problems


# What is a name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("John Smith", "John Smith가 발표함"),
        ("John Smith", "위원 중 john  smith의 의견"),
        ("John Smith", "좌장:John Smith(제1분과)"),
        ("John Smith", "Smith, John 발표"),
        ("John Smith", "Ｊｏｈｎ Ｓｍｉｔｈ는"),
        ("Kim Minsu", "Kim Minsu의 제안"),
        ("Kim Minsu", "Minsu Kim이 발표"),
        ("Kim Min-su", "Kim Minsu가"),
        ("Kim Min-su", "Kim Min su가"),
        ("金哲洙", "金哲洙가 발표"),
        ("金哲洙", "위원金 哲洙"),
        ("李明", "李明은 반대함"),
        ("김 John", "김 John이 발표"),
        ("John 김", "John 김이 발표"),
        ("홍길동", "홍\u200b길동은 반대함"),
        ("홍길동", "홍\u3164길동은 반대함"),
        ("홍길동", "\u1112\u1169\u11bc길동과"),
        ("José Lee", "Jose\u0301 Lee가"),
    ],
)
def test_a_name_is_found_with_what_hangs_on_it(name, text):
    assert is_named(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("John Smith", "John Smithson이 발표"),
        ("John Smith", "Johnsmith"),
        ("Ann Lee", "Joann Lee가"),
        ("Lee", "sleepless"),
        ("李明", "李明博이 발표"),
        ("In Sung", "insung"),
        ("정수", "전력정수 공정"),
        ("이수", "이 수치는 확인함"),
    ],
)
def test_what_only_looks_like_a_name_is_none(name, text):
    assert not is_named(name, text)


@pytest.mark.parametrize("text", ["J. Smith가", "스미스 위원", "Jonathan Smith", "홍 위원", "홍○동", "길동이가"])
def test_what_cannot_be_found_is_said_to_be_so(text):
    """The limits that `is_named` and docs/security.md admit; whoever finds more takes these away."""
    assert not any(is_named(name, text) for name in ("John Smith", "홍길동"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("문의: kim@a.org", True),
        ("kim@a.org로 문의", True),
        ("KIM@A.ORG.", True),
        ("okim@a.org", False),
        ("kim@a.org.kr", False),
        ("kim@a.organic", False),
        ("kim (at) a.org", False),
    ],
)
def test_an_address_is_found_whole(text, found):
    assert is_named("홍길동", text, "kim@a.org") is found


# A text that is entered


@pytest.mark.parametrize(("text", "mark"), [("John Smith가 발표", SMITH.name), ("j.smith@example.org로", SMITH.email)])
def test_a_divisions_meeting_names_nobody(office, text, mark):
    group.expert(office, SMITH)
    for field, name in (("topic", "topic_ko"), ("topic_en", "topic_en"), ("outcome", "outcome")):
        assert problems(lambda field=field: group.meeting(office, **{field: text})) == {name: [SAID % mark]}
    assert not Event.objects.filter(verb="record_division_meeting").exists()


def test_what_the_office_writes_of_a_scenario_names_nobody(office, task_force, at):
    """Sign-offs, answers to comments, notes, and the reasons for publishing it or giving it up."""
    group.expert(office)
    version = pathways.bring("commented", task_force, at=at)
    said, division, named = version.comments.get(), pathways.divisions()[0], [SAID % HONG.name]
    more: dict[str, Any] = {"by": office, "at": at}
    refused = {
        "text": lambda: pathways.sign(version, division, **more, agrees=False, text="홍길동 위원 반대"),
        "reason": lambda: pathways.answer(said, **more, reason="홍길동 위원의 뜻"),
        "note_ko": lambda: pathways.draft(version, **more, note_ko="홍길동 작성"),
    }
    for field, call in refused.items():
        assert problems(call) == {field: named}, field
    for end in (pathways.publish, pathways.withdraw):
        assert problems(lambda end=end: end(version, **more, reason="홍길동의 반대")) == {"reason": named}
    told = repr(list(Event.objects.values_list("data", flat=True)))
    assert HONG.name not in told
    pathways.sign(version, division, **more, agrees=False, text="위원 1명 반대")
    pathways.answer(said, **more, reason="위원 1명의 뜻")


def test_a_figures_source_may_name_its_author(office, task_force, at):
    group.expert(office)
    version = pathways.bring("draft", task_force, at=at)
    drafted = pathways.with_value(version, "20.9")
    cited = "홍길동 (2020), 감축 경로"
    figures = (replace(drafted.figures[0], source=cited), *drafted.figures[1:])
    pathways.change(version, replace(drafted, figures=figures), by=office, at=at)
    assert version.figures.filter(source=cited).exists()


def test_what_a_ministry_writes_is_not_held_against_the_register(office, task_force, at):
    """A refusal would tell it who is in it."""
    group.expert(office)
    version = pathways.bring("circulated", task_force, at=at)
    people, me = task_force.people, task_force.ministries["ME"]
    assert pathways.comment(version, me, by=people["me_officer"], at=at, text="홍길동 박사에게 문의 바람").pk


def hearing(**more: Any) -> HearingDraft:
    told: dict[str, Any] = {"title_ko": "산업계 간담회", "held_on": date(2021, 3, 10)}
    return HearingDraft(**(told | more))


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title_ko", {"title_ko": "홍길동 박사 간담회"}),
        ("title_en", {"title_en": "Hearing with hong@example.org"}),
        ("place_ko", {"place_ko": "홍길동 연구실"}),
        ("summary", {"summary": "홍 길동이 발표함"}),
        ("p1-organisation", {"came": (Came("civic", "한 모임"), Came("experts", "홍길동", 1, "p1"))}),
    ],
)
def test_a_hearing_names_nobody(office, field, more):
    group.expert(office)
    record = {"by": office, "at": AT, "key": key()}
    assert list(problems(lambda: meetings.record_hearing(hearing(**more), **record))) == [field]
    made = meetings.record_hearing(hearing(), **record)
    change = {"by": office, "at": AT, "key": key(), "version": 0}
    assert list(problems(lambda: meetings.change_hearing(int(made.event.object_id), hearing(**more), **change))) == [
        field
    ]


def test_an_affiliation_is_no_person(office):
    group.expert(office)
    assert group.meeting(office, outcome=f"{HONG.affiliation}이 자료를 냄").outcome


def test_once_forgotten_nobody_knows_the_name(office):
    made = group.expert(office)
    workflow.forget_expert(made.pk, **group.deed(office), version=0)
    assert group.meeting(office, outcome="홍길동 발표").outcome


# Texts that stand already


@pytest.fixture
def written(office, task_force, at) -> list[str]:
    """A text of each kind with the name, entered before anybody knew it as an expert's; the addresses they are at."""
    version = pathways.bring("commented", task_force, at=at)
    more: dict[str, Any] = {"by": office, "at": at}
    pathways.sign(version, pathways.divisions()[0], **more, agrees=False, text="홍길동 반대")
    pathways.answer(version.comments.get(), **more, reason="홍길동의 뜻")
    noted = pathways.draft(version, **more, note_ko="홍길동 작성")
    met = group.meeting(office, outcome="홍길동 발표")
    group.meeting(office, outcome="위원 1명 발표")
    meetings.record_hearing(hearing(came=(Came("experts", "홍길동"),)), **more, key=key())
    shown = f"/scenarios/2050-A/{version.no}/"
    meeting_page = f"/working-group/meetings/{met.pk}/"
    return [meeting_page, f"/scenarios/2050-A/{noted.no}/", shown, shown, "/hearings/1/change/"]


def links(answer: Any) -> list[str]:
    return [row["href"] for row in page(answer).one("section", aria_labelledby="named").all("a")]


def test_whoever_registers_somebody_is_told_which_texts_name_them(office, written):
    browser = visitor(office)
    body = {"name": "홍길동", "division": "TWG-IND", "ministry": "ME", "starts_on": "2021-01-11", "key": str(key())}
    answer = browser.post("/working-group/experts/new/", body, follow=True)
    made = Expert.objects.get()
    assert answer.redirect_chain == [(f"/working-group/experts/{made.pk}/", 302)]
    assert links(answer) == written
    assert "5 texts name experts" in page(answer).text
    for address in written:
        assert browser.get(address).status_code == 200, address
    assert links(browser.get("/working-group/experts/")) == written


def test_where_nothing_names_them_nothing_is_said(office, written):
    browser = visitor(office)
    body = {"name": "임꺽정", "division": "TWG-IND", "ministry": "ME", "starts_on": "2021-01-11", "key": str(key())}
    answer = browser.post("/working-group/experts/new/", body, follow=True)
    assert answer.redirect_chain == [("/working-group/divisions/TWG-IND/", 302)]
    for address in (f"/working-group/experts/{Expert.objects.get().pk}/", "/working-group/experts/"):
        assert not page(browser.get(address)).all("section", aria_labelledby="named")


def test_a_text_that_is_put_right_leaves_the_list(office, written):
    browser, made = visitor(office), group.expert(office)
    address = written[0]
    sent = {"held_on": "2021-03-09", "topic_ko": "전망 전제", "outcome": "위원 발표", "version": "0", "no": "1"}
    assert send(browser, address, address, **sent).status_code == 302
    assert links(browser.get(f"/working-group/experts/{made.pk}/")) == written[1:]


def test_whoever_imports_a_workbook_is_told_as_well(office, written):
    browser = visitor(office)
    book = browser.get("/working-group/import/workbook.xlsx").content
    cells = {"A2": "Industry", "B2": "홍길동", "F2": "ME", "G2": date(2021, 2, 1)}
    file = SimpleUploadedFile("명부.xlsx", sheets.put(book, cells, number=0))
    dry = page(browser.post("/working-group/import/", {"file": file}))
    confirm = "/working-group/import/confirm/"
    answer = browser.post(confirm, fields(dry, form(dry, confirm)), follow=True)
    assert answer.redirect_chain == [("/working-group/experts/?state=all", 302)]
    assert links(answer) == written
