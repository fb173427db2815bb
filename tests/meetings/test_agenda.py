"""The verbs of the agenda: what each writes, whom and what it refuses, and that its chain tells all of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.utils import translation

from meetings import workflow
from meetings.contents import content_of
from meetings.drafting import FigureDraft
from meetings.figures import figure_in_words
from meetings.models import AgendaItem, AgendaTask, Decision, Figure, Meeting, Note
from meetings.workflow import agenda, common
from ministries.models import Ministry, User
from outbox.letters import write
from outbox.models import Notice
from records.errors import Conflict, Forbidden, Invalid, KeyReused, WrongState
from records.models import Event, Receipt
from tests.builders import key
from tests.cast import TaskForce
from tests.tasks.test_races import PATIENCE, at_once, kinds

from . import agenda_scene as scene

pytestmark = pytest.mark.django_db

EXPERTS = FigureDraft(
    text_ko="전문가 #명", text_en="experts", number=Decimal(82), until=date(2021, 2, 28), precision="month",
    source="https://example.go.kr/82", verified="V",
)  # fmt: skip
SITTINGS = FigureDraft(
    text_ko="회의", text_en="meetings", number=Decimal(36), since=date(2020, 12, 1), until=date(2021, 2, 28),
    precision="month",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force: TaskForce, coordinator: User, me: Ministry, msit: Ministry, at: datetime) -> Meeting:
    return scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)


@pytest.fixture
def three(meeting: Meeting, coordinator: User, at: datetime) -> list[AgendaItem]:
    return [scene.add(meeting, title, by=coordinator, at=at) for title in ("하나", "둘", "셋")]


def told(verb: str) -> dict[str, Any]:
    return dict(Event.objects.filter(verb=verb).latest("pk").data)


def refused(call: Any, **problems: str) -> None:
    """Invalid at just these fields, with these beginnings."""
    with pytest.raises(Invalid) as refusal:
        call()
    assert refusal.value.problems.keys() == problems.keys()
    for name, text in problems.items():
        assert refusal.value.problems[name][0].startswith(text)


# Adding and changing


def test_an_item_comes_with_its_tasks_and_figures_in_one_event(meeting, coordinator, at, me):
    item = scene.add(
        meeting,
        by=coordinator,
        at=at,
        presenter="ME",
        minutes=10,
        tasks=("ME-02", "ME-01"),
        figures=(EXPERTS, SITTINGS),
    )
    assert (item.order, item.presenter, item.minutes) == (1, me, 10)
    assert [row.task.code for row in item.of_tasks.all()] == ["ME-01", "ME-02"]
    assert [row.text_ko for row in item.figures.all()] == ["전문가 #명", "회의"]
    kinds = sorted(name.partition("/")[0] for name in told("add_item")["rows"])
    assert kinds == ["agendaitem", "agendatask", "agendatask", "figure", "figure"]
    assert scene.differences(meeting) == []


def test_a_double_click_adds_one_item(meeting, coordinator, at):
    sent = key()
    for _click in range(2):
        workflow.add_item(meeting.pk, scene.draft(), by=coordinator, at=at, key=sent)
    with pytest.raises(KeyReused):
        workflow.add_item(meeting.pk, scene.draft("다른 안건"), by=coordinator, at=at, key=sent)
    assert meeting.items.count() == 1


def test_what_no_item_can_be(meeting, coordinator, at):
    def add(**more: Any) -> Any:
        return lambda: scene.add(meeting, more.pop("title", "안건"), by=coordinator, at=at, **more)

    refused(add(title=" \u200b"), title_ko="Give a title")
    refused(add(title="가" * 201), title_ko="201 characters")
    refused(add(title="가\n나"), title_ko="Write it in one line")
    refused(add(title_en="x" * 301), title_en="301 characters")
    refused(add(kind="banquet", minutes=601), kind="Choose a kind", minutes="Give minutes")
    refused(add(presenter="XX"), presenter="Choose a ministry")
    refused(add(tasks=("ME-01", "ME-99")), tasks="There is no task ME-99")
    refused(add(summary_ko="가" * 100_000), summary_ko="100,000 characters")
    assert not meeting.items.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text_ko": ""}, "text_ko"),
        ({"number": Decimal("1.2345")}, "number"),
        ({"number": Decimal("1e12")}, "number"),
        ({"number": Decimal("-1e12")}, "number"),
        ({"number": Decimal("NaN")}, "number"),
        ({"number": Decimal("1e1000000")}, "number"),  # more than a context can reckon with, and yet finite
        ({"since": date(2021, 3, 1)}, "until"),
        ({"since": date(1, 1, 1)}, "since"),
        ({"until": date(9999, 12, 31)}, "until"),
        ({"precision": "hour"}, "precision"),
        ({"verified": "X"}, "verified"),
    ],
)
def test_what_no_figure_can_be(meeting, coordinator, at, changed, field):
    with pytest.raises(Invalid) as refusal:
        scene.add(meeting, by=coordinator, at=at, figures=(replace(EXPERTS, field="f3", **changed),))
    assert refusal.value.problems.keys() == {f"f3-{field}"}


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        ("999999999999.999", "999999999999.999"),
        ("-999999999999.999", "-999999999999.999"),
        ("123456789012.345", "123456789012.345"),
        ("-0", "0.000"),
        ("-0.000", "0.000"),
    ],
)
def test_a_figure_is_read_back_as_it_was_given(meeting, coordinator, at, given, stands):
    """Also where the database keeps fifteen digits, and signs of noughts."""
    scene.add(meeting, by=coordinator, at=at, figures=(replace(EXPERTS, number=Decimal(given)),))
    found = Figure.objects.get()
    assert str(found.number) == stands
    assert scene.differences(meeting) == []


def test_a_nought_with_a_sign_is_recorded_as_a_nought():
    assert content_of(Figure(number=Decimal("-0.000")))["number"] == "0"


def test_a_change_brings_and_takes_tasks_and_figures(meeting, coordinator, at):
    item = scene.add(meeting, by=coordinator, at=at, tasks=("ME-01", "ME-02"), figures=(EXPERTS, SITTINGS))
    kept = AgendaTask.objects.get(item=item, task__code="ME-02")
    draft = scene.draft("고친 제목", tasks=("me-02", "FSC-01"), figures=(SITTINGS,))
    with pytest.raises(Invalid):
        workflow.change_item(item.pk, draft, by=coordinator, at=at, key=key(), version=0)
    draft = replace(draft, tasks=("ME-02", "FSC-01"))
    workflow.change_item(item.pk, draft, by=coordinator, at=at, key=key(), version=0)
    item.refresh_from_db()
    assert (item.title_ko, item.version) == ("고친 제목", 1)
    assert [row.task.code for row in item.of_tasks.all()] == ["FSC-01", "ME-02"]
    assert kept in item.of_tasks.all(), "what stays keeps its row"
    assert [row.text_ko for row in item.figures.all()] == ["회의"]
    gone = [name for name, row in told("change_item")["rows"].items() if row is None]
    assert sorted(name.partition("/")[0] for name in gone) == ["agendatask", "figure"]
    assert scene.differences(meeting) == []


def test_the_second_of_two_who_change_an_item_is_told(meeting, coordinator, coordinator_2, at):
    item = scene.add(meeting, by=coordinator, at=at)
    workflow.change_item(item.pk, scene.draft("첫째"), by=coordinator, at=at, key=key(), version=0)
    with pytest.raises(Conflict):
        workflow.change_item(item.pk, scene.draft("둘째"), by=coordinator_2, at=at, key=key(), version=0)
    assert scene.order(meeting) == ["첫째"]


def test_the_record_notices_an_item_that_was_changed_behind_its_back(meeting, three, at):
    """The control of all `differences` here."""
    AgendaItem.objects.filter(pk=three[0].pk).update(minutes=99)
    assert any("minutes" in line for line in scene.differences(meeting))


# Leaving


def test_an_item_leaves_and_those_after_it_move_up(meeting, three, coordinator, at):
    scene.add(meeting, "넷", by=coordinator, at=at, tasks=("ME-01",), figures=(EXPERTS,))
    workflow.remove_item(three[1].pk, by=coordinator, at=at, key=key(), version=0)
    rows = meeting.items.order_by("order").values_list("order", "title_ko")
    assert list(rows) == [(1, "하나"), (2, "셋"), (3, "넷")]
    last = meeting.items.get(order=3)
    workflow.remove_item(last.pk, by=coordinator, at=at, key=key(), version=0)
    assert not AgendaTask.objects.exists()
    assert not Figure.objects.exists()
    assert scene.differences(meeting) == []


def test_an_item_of_which_the_outcome_speaks_stays(meeting, three, coordinator, at):
    for item, column in zip(three, ("outcome_ko", "outcome_en"), strict=False):
        AgendaItem.objects.filter(pk=item.pk).update(**{column: "text"})
        with pytest.raises(WrongState, match="outcome"):
            workflow.remove_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    assert meeting.items.count() == 3


@pytest.mark.django_db(transaction=True)
def test_what_is_written_at_an_item_that_leaves_is_refused_in_words(task_force, me, coordinator, coordinator_2, at):
    """Whoever comes second is told so; nothing breaks, and no note hangs in the air."""
    meeting = scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    for turn in range(6):
        item = scene.add(meeting, f"안건 {turn}", by=coordinator, at=at)
        remove = partial(workflow.remove_item, item.pk, by=coordinator, at=at, key=key(), version=0)
        noted = partial(workflow.save_note, item.pk, by=coordinator_2, at=at, version=0, text="메모")
        done = partial(workflow.finish_item, item.pk, by=coordinator_2, at=at, key=key(), version=0)
        came = at_once(remove, noted if turn % 2 else done)
        assert all(isinstance(one, Conflict | WrongState | Receipt | Note) for one in came), came
        assert any(isinstance(one, Conflict | WrongState) for one in came)
    assert scene.differences(meeting) == []


def test_an_item_with_papers_decisions_or_notes_stays(meeting, three, coordinator, at):
    one, two, three_ = three
    scene.paper(one, by=coordinator, at=at)
    Decision.objects.create(meeting=meeting, no=1, item=two, kind="exhortation", text_ko="당부", by=coordinator, at=at)
    Note.objects.create(item=three_, text="메모", edited_by=coordinator, edited_at=at)
    for item, said in ((one, "papers"), (two, "decisions"), (three_, "Notes")):
        with pytest.raises(WrongState, match=said):
            workflow.remove_item(item.pk, by=coordinator, at=at, key=key(), version=0)
    assert meeting.items.count() == 3


# The order


def test_the_whole_order_is_given_at_once(meeting, three, coordinator, at):
    one, two, three_ = (item.pk for item in three)
    workflow.order_items(meeting.pk, [three_, one, two], by=coordinator, at=at, key=key(), seen=[one, two, three_])
    assert scene.order(meeting) == ["셋", "하나", "둘"]
    assert set(AgendaItem.objects.values_list("version", flat=True)) == {0}, "whoever writes at an item loses nothing"
    assert scene.differences(meeting) == []


def test_an_order_of_another_agenda_is_a_conflict(meeting, three, coordinator, at):
    one, two, three_ = (item.pk for item in three)
    seen = [one, two, three_]
    order = {"by": coordinator, "at": at}
    for wrong in ([one, two], [one, one, two], [one, two, three_, 99]):
        with pytest.raises(Invalid):
            workflow.order_items(meeting.pk, wrong, key=key(), seen=seen, **order)
    workflow.order_items(meeting.pk, [two, one, three_], key=key(), seen=seen, **order)
    with pytest.raises(Conflict):
        workflow.order_items(meeting.pk, [one, three_, two], key=key(), seen=seen, **order)
    scene.add(meeting, "넷", **order)
    with pytest.raises(Conflict):
        workflow.order_items(meeting.pk, [one, two, three_], key=key(), seen=[two, one, three_], **order)
    assert scene.order(meeting) == ["둘", "하나", "셋", "넷"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_order_at_once_one_is_told(task_force, me, coordinator, coordinator_2, at):
    meeting = scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    for title in ("하나", "둘", "셋"):
        scene.add(meeting, title, by=coordinator, at=at)
    for _turn in range(5):
        one, two, three = seen = list(meeting.items.order_by("order").values_list("pk", flat=True))
        put = partial(workflow.order_items, meeting.pk, at=at, seen=seen)
        orders = [(coordinator, [two, one, three]), (coordinator_2, [one, three, two])]
        came = at_once(*(partial(put, order, by=by, key=key()) for by, order in orders))
        assert kinds(came) == ["Conflict", "Receipt"]
        assert sorted(meeting.items.values_list("order", flat=True)) == [1, 2, 3]
    assert scene.differences(meeting) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_meetings_lock_both_would_order(task_force, me, coordinator, coordinator_2, at, monkeypatch):
    """The control: both have looked before either writes, and what they leave is no order."""
    meeting, meet, real = scene.meeting(task_force.round_2, me, by=coordinator, at=at), Barrier(2), agenda._numbered
    one, two, three = seen = [scene.add(meeting, title, by=coordinator, at=at).pk for title in ("하나", "둘", "셋")]

    def together(items: Any) -> Any:
        meet.wait(PATIENCE)
        return real(items)

    monkeypatch.setattr(common, "lock", lambda _name: None)
    monkeypatch.setattr(agenda, "_numbered", together)
    put = partial(workflow.order_items, meeting.pk, at=at, seen=seen)
    orders = [(coordinator, [two, one, three]), (coordinator_2, [one, three, two])]
    came = at_once(*(partial(put, order, by=by, key=key()) for by, order in orders))
    assert kinds(came) == ["Receipt", "Receipt"]
    left = sorted(meeting.items.values_list("order", flat=True))
    assert left != [1, 2, 3], "whichever of the two writes last"


# Showing


def test_showing_the_agenda_is_told_and_owes_mails(
    meeting, three, coordinator, at, me_officer, me_officer_2, msit_officer
):
    shown = scene.show(meeting, by=coordinator, at=at)
    assert (shown.shown_at, shown.version) == (at, 2)
    to = set(Notice.objects.filter(purpose="agenda_shown").values_list("to", flat=True))
    assert to == {me_officer.pk, me_officer_2.pk, msit_officer.pk}, "those who are invited, and nobody else"
    with pytest.raises(WrongState):
        scene.show(meeting, by=coordinator, at=at)
    assert scene.differences(meeting) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_mail_of_an_agenda(meeting, three, coordinator, at, me_officer, language):
    me_officer.language = language
    me_officer.save()
    scene.show(meeting, by=coordinator, at=at)
    text = write(Notice.objects.get(purpose="agenda_shown", to=me_officer))
    assert {"ko": "제2차 범부처 T/F 회의", "en": "Second T/F meeting"}[language] in text.subject
    assert "/meetings/2/#agenda" in text.body
    assert "하나" not in text.body, "what is on it stands in the portal"
    assert ": \n" not in text.body


def test_an_empty_or_a_changed_agenda_is_not_shown(meeting, coordinator, at):
    with pytest.raises(Invalid):
        scene.show(meeting, by=coordinator, at=at)
    scene.add(meeting, by=coordinator, at=at)
    with pytest.raises(Conflict):
        workflow.show_agenda(meeting.pk, by=coordinator, at=at, key=key(), version=0)


def test_nobody_but_the_office_draws_up_an_agenda(meeting, three, me_officer, reader, at):
    item, draft = three[0], scene.draft()
    for by in (me_officer, reader):
        who: dict[str, Any] = {"by": by, "at": at}
        calls: list[Callable[[dict[str, Any]], object]] = [
            lambda who: workflow.add_item(meeting.pk, draft, key=key(), **who),
            lambda who: workflow.change_item(item.pk, draft, version=0, key=key(), **who),
            lambda who: workflow.remove_item(item.pk, version=0, key=key(), **who),
            lambda who: workflow.order_items(meeting.pk, [], seen=[], key=key(), **who),
            lambda who: workflow.show_agenda(meeting.pk, version=1, key=key(), **who),
        ]
        for call in calls:
            with pytest.raises(Forbidden):
                call(who)


def test_a_cancelled_meeting_keeps_its_agenda(meeting, three, coordinator, at):
    Meeting.objects.filter(pk=meeting.pk).update(cancelled_at=at)
    with pytest.raises(WrongState):
        scene.add(meeting, by=coordinator, at=at)


# Figures in words


@pytest.mark.parametrize(
    ("changed", "korean", "english"),
    [
        ({}, "전문가 82명(2021. 2.)", "82 experts (Feb 2021)"),
        ({"text_ko": "명"}, "82명(2021. 2.)", "82 experts (Feb 2021)"),
        ({"since": date(2020, 12, 1)}, "전문가 82명(2020. 12.~2021. 2.)", "82 experts (Dec 2020–Feb 2021)"),
        ({"since": date(2021, 2, 1)}, "전문가 82명(2021. 2.)", "82 experts (Feb 2021)"),
        ({"precision": "day"}, "전문가 82명(2021. 2. 28.(일))", "82 experts (Sun 28 Feb 2021)"),
        ({"number": Decimal("1163.50")}, "전문가 1,163.5명(2021. 2.)", "1,163.5 experts (Feb 2021)"),
        ({"number": None, "text_ko": "전국", "text_en": "nationwide"}, "전국(2021. 2.)", "nationwide (Feb 2021)"),
    ],
)
def test_a_figure_in_words(changed, korean, english):
    figure = Figure(**(EXPERTS.columns | changed))
    with translation.override("ko"):
        assert figure_in_words(figure).replace(" (", "(") == korean
    with translation.override("en"):
        assert figure_in_words(figure) == english


def test_a_figure_without_its_day_says_so():
    with translation.override("en"):
        for columns in ({"until": None}, {"precision": "unknown"}):
            assert figure_in_words(Figure(**(EXPERTS.columns | columns))) == "82 experts (as-of day not known)"
        since = Figure(**(EXPERTS.columns | {"until": None, "since": date(2020, 12, 1)}))
        assert figure_in_words(since) == "82 experts (since Dec 2020)"
