"""An outcome from its draft to its answers: every refusal of its verbs, the seal, what the triggers refuse, the mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from meetings import waiting, workflow
from meetings.models import (
    AgendaItem,
    Comment,
    CommentAnswer,
    Decision,
    Meeting,
    Notification,
    NotificationAnswer,
)
from meetings.planning import Plan
from meetings.workflow import Written
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, Forbidden, Invalid, KeyReused, Refused, WrongState
from records.models import Event
from tests.builders import key, kst
from tests.cast import TaskForce

from . import outcome_scene as scene
from .outcome_scene import CIRCULATED, CONFIRMED, TOLD, UNTIL

DURING = kst(2021, 2, 18, 9)
PLACES: dict[str, Callable[[TaskForce], Meeting]] = {}


Make = Callable[[TaskForce], Meeting]


def place(name: str) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        PLACES[name] = make
        return make

    return keep


@place("writing")
def _writing(it: TaskForce) -> Meeting:
    return scene.decided(it)


@place("empty")
def _empty(it: TaskForce) -> Meeting:
    meeting = scene.planned(it)
    meeting.items.all().delete()
    return meeting


@place("uninvited")
def _uninvited(it: TaskForce) -> Meeting:
    return scene.decided(it, invited="")


@place("silent agenda")
def _silent_agenda(it: TaskForce) -> Meeting:
    """Two items of which nothing is written or decided."""
    return scene.planned(it)


def _on(meeting: Meeting, day: date | None) -> Meeting:
    """The same meeting on another day; nothing in its chain tells of it."""
    Meeting.objects.filter(pk=meeting.pk).update(date=day)
    return scene.fresh(meeting)


@place("ahead")
def _ahead(it: TaskForce) -> Meeting:
    return _on(scene.decided(it), date(2021, 2, 23))


@place("circulated ahead")
def _circulated_ahead(it: TaskForce) -> Meeting:
    return _on(_circulated(it), date(2021, 2, 23))


@place("circulated undated")
def _circulated_undated(it: TaskForce) -> Meeting:
    return _on(_circulated(it), None)


@place("taken back")
def _taken_back(it: TaskForce) -> Meeting:
    meeting = _commented(it)
    scene.comment(meeting, it.ministries["ME"], "", by=it.people["me_officer"])
    return meeting


@place("recalled")
def _recalled(it: TaskForce) -> Meeting:
    """Circulated, commented on by ME, and taken back."""
    return scene.recall(_commented(it), by=it.people["coordinator"], at=DURING)


@place("circulated again")
def _circulated_again(it: TaskForce) -> Meeting:
    return scene.circulate(_recalled(it), by=it.people["coordinator"], at=DURING + timedelta(hours=1))


@place("circulated")
def _circulated(it: TaskForce) -> Meeting:
    return scene.circulate(scene.decided(it), by=it.people["coordinator"])


@place("commented")
def _commented(it: TaskForce) -> Meeting:
    meeting = _circulated(it)
    scene.comment(meeting, it.ministries["ME"], "기한을 4. 30.로", by=it.people["me_officer"])
    return meeting


@place("silent")
def _silent(it: TaskForce) -> Meeting:
    meeting = _circulated(it)
    scene.comment(meeting, it.ministries["ME"], "", by=it.people["me_officer"])
    return meeting


@place("answered")
def _answered(it: TaskForce) -> Meeting:
    meeting = _commented(it)
    who: dict[str, Any] = {"by": it.people["coordinator"], "at": DURING, "key": key()}
    workflow.answer_comment(Comment.objects.get().pk, is_taken_up=False, text="예산 일정상 곤란", **who)
    return meeting


@place("confirmed")
def _confirmed(it: TaskForce) -> Meeting:
    return scene.confirmed(it)


@place("notified")
def _notified(it: TaskForce) -> Meeting:
    return scene.notify(_confirmed(it), by=it.people["coordinator"])


@place("agreed")
def _agreed(it: TaskForce) -> Meeting:
    meeting = _notified(it)
    who: dict[str, Any] = {"by": it.people["me_officer"], "at": TOLD, "key": key()}
    workflow.answer_notification(meeting.pk, ministry=it.ministries["ME"].pk, agrees=True, **who)
    return meeting


Call = Callable[[Meeting, TaskForce, dict[str, Any]], object]


def _text(ko: str, version: int = 0) -> Call:
    def call(meeting: Meeting, it: TaskForce, who: dict[str, Any]) -> object:
        item = AgendaItem.objects.filter(meeting=meeting).first()
        written = Written(item.pk if item else 1, version, ko, "")
        return workflow.write_outcome(meeting.pk, [written], **who)

    return call


def _time(until: Any, version: int | None = None, text: str = "", **more: Any) -> Call:
    """`text`: what the same press says of the first item."""

    def call(meeting: Meeting, it: TaskForce, who: dict[str, Any]) -> object:
        seen = scene.fresh(meeting).version if version is None else version
        texts = [Written(item.pk, item.version, text, "") for item in meeting.items.all()[:1] if text]
        return workflow.circulate_outcome(meeting.pk, version=seen, comments_until=until, texts=texts, **more, **who)

    return call


def _recalls(reason: str = "결과안 오류", version: int | None = None) -> Call:
    return lambda meeting, it, who: workflow.recall_outcome(
        meeting.pk, version=scene.fresh(meeting).version if version is None else version, reason=reason, **who
    )


def _says(code: str, text: str = "", has_none: bool = False) -> Call:
    return lambda meeting, it, who: workflow.comment_on_outcome(
        meeting.pk, ministry=it.ministries[code].pk, text=text, has_none=has_none, **who
    )


def _answers(is_taken_up: bool | None, text: str = "") -> Call:
    return lambda meeting, it, who: workflow.answer_comment(
        Comment.objects.get().pk, is_taken_up=is_taken_up, text=text, **who
    )


def _confirms(seq: int | None = None, **more: Any) -> Call:
    return lambda meeting, it, who: workflow.confirm_outcome(
        meeting.pk, head_seq=workflow.head_seq(meeting) if seq is None else seq, **more, **who
    )


def _notifies(meeting: Meeting, it: TaskForce, who: dict[str, Any]) -> object:
    return workflow.notify_outcome(meeting.pk, **who)


def _agrees(code: str, agrees: bool | None, text: str = "") -> Call:
    return lambda meeting, it, who: workflow.answer_notification(
        meeting.pk, ministry=it.ministries[code].pk, agrees=agrees, text=text, **who
    )


LATE = UNTIL + timedelta(microseconds=1)
LONG = "가" * 3001
UNTOLD = "done, of a meeting whose day the test changed beside its chain"
# place, who, when, what is called, what comes of it: a refusal, with the field where it is Invalid; None: it is done.
TABLE: list[tuple[str, str, Any, Call, type[Refused] | str | None]] = [
    ("writing", "coordinator", CIRCULATED, _text("ㅇ 논의함"), None),
    ("circulated", "coordinator", DURING, _text("ㅇ 논의함"), None),
    ("confirmed", "coordinator", TOLD, _text("ㅇ 논의함"), WrongState),
    ("writing", "me_officer", CIRCULATED, _text("ㅇ 논의함"), Forbidden),
    ("writing", "reader", CIRCULATED, _text("ㅇ 논의함"), Forbidden),
    ("writing", "coordinator", CIRCULATED, _text("ㅇ 논의함", version=7), Conflict),
    ("writing", "coordinator", CIRCULATED, _text(""), "__all__"),
    ("writing", "coordinator", CIRCULATED, _text(LONG), "ko-"),
    ("empty", "coordinator", CIRCULATED, _text("ㅇ 논의함"), WrongState),
    ("writing", "coordinator", CIRCULATED, _time(UNTIL), None),
    ("circulated", "coordinator", DURING, _time(UNTIL + timedelta(days=1)), None),
    ("circulated", "coordinator", DURING, _time(UNTIL), "comments_until"),
    ("silent agenda", "coordinator", CIRCULATED, _time(UNTIL), "__all__"),
    ("silent agenda", "coordinator", CIRCULATED, _time(UNTIL, has_empty=True), "__all__"),
    ("silent agenda", "coordinator", CIRCULATED, _time(UNTIL, text="ㅇ 논의함"), "has_empty"),
    ("silent agenda", "coordinator", CIRCULATED, _time(UNTIL, text="ㅇ 논의함", has_empty=True), None),
    ("silent agenda", "coordinator", CIRCULATED, _time(None, text="ㅇ 논의함", has_empty=True), "comments_until"),
    ("writing", "coordinator", CIRCULATED, _time(UNTIL, text=LONG), "ko-"),
    ("ahead", "coordinator", CIRCULATED, _time(UNTIL), "is_ahead"),
    ("ahead", "coordinator", CIRCULATED, _time(UNTIL, is_ahead=True), UNTOLD),
    ("circulated ahead", "coordinator", DURING, _confirms(is_early=True, reason="보도 일정"), WrongState),
    ("circulated ahead", "coordinator", kst(2021, 2, 22, 23), _confirms(), WrongState),
    ("circulated ahead", "coordinator", kst(2021, 2, 23, 0), _confirms(), UNTOLD),
    ("circulated undated", "coordinator", CONFIRMED, _confirms(), "is_early"),
    ("circulated undated", "coordinator", CONFIRMED, _confirms(is_early=True), "reason"),
    ("circulated undated", "coordinator", CONFIRMED, _confirms(is_early=True, reason="서면 회의"), UNTOLD),
    ("taken back", "coordinator", CONFIRMED, _confirms(), None),
    ("writing", "coordinator", CIRCULATED, _time(CIRCULATED), "comments_until"),
    ("writing", "coordinator", CIRCULATED, _time(None), "comments_until"),
    ("writing", "coordinator", CIRCULATED, _time(UNTIL, version=9), Conflict),
    ("writing", "me_officer", CIRCULATED, _time(UNTIL), Forbidden),
    ("empty", "coordinator", CIRCULATED, _time(UNTIL), "__all__"),
    ("uninvited", "coordinator", CIRCULATED, _time(UNTIL), "__all__"),
    ("confirmed", "coordinator", TOLD, _time(TOLD + timedelta(days=1)), WrongState),
    ("circulated", "coordinator", DURING, _recalls(), None),
    ("commented", "coordinator", DURING, _recalls(), None),
    ("answered", "coordinator", LATE, _recalls(), None),
    ("circulated again", "coordinator", LATE, _recalls(), None),
    ("circulated", "coordinator", DURING, _recalls(" "), "reason"),
    ("circulated", "coordinator", DURING, _recalls("가" * 1001), "reason"),
    ("circulated", "coordinator", DURING, _recalls(version=1), Conflict),
    ("circulated", "me_officer", DURING, _recalls(), Forbidden),
    ("circulated", "reader", DURING, _recalls(), Forbidden),
    ("writing", "coordinator", DURING, _recalls(), WrongState),
    ("recalled", "coordinator", DURING, _recalls(), WrongState),
    ("confirmed", "coordinator", TOLD, _recalls(), WrongState),
    ("recalled", "coordinator", DURING, _text("ㅇ 논의함"), None),
    ("recalled", "coordinator", LATE, _time(LATE + timedelta(days=1)), None),
    ("recalled", "coordinator", DURING, _answers(True), WrongState),
    ("recalled", "me_officer", DURING, _says("ME", "다시"), WrongState),
    ("recalled", "coordinator", CONFIRMED, _confirms(), WrongState),
    ("circulated again", "coordinator", LATE, _answers(True), WrongState),
    ("circulated again", "me_officer", DURING + timedelta(hours=2), _says("ME", "다시"), None),
    ("circulated again", "coordinator", CONFIRMED, _confirms(), None),
    ("circulated", "me_officer", DURING, _says("ME", "기한을 4. 30.로"), None),
    ("circulated", "me_officer", DURING, _says("ME", has_none=True), None),
    ("circulated", "me_officer", UNTIL, _says("ME", "제때"), None),
    ("circulated", "me_officer", LATE, _says("ME", "늦음"), WrongState),
    ("circulated", "me_officer", DURING, _says("ME"), "text"),
    ("circulated", "me_officer", DURING, _says("ME", "있음", has_none=True), "text"),
    ("circulated", "me_officer", DURING, _says("ME", LONG), "text"),
    ("circulated", "me_officer", DURING, _says("MSIT", "남의 이름"), Forbidden),
    ("circulated", "fsc_officer", DURING, _says("FSC", "초청받지 않음"), Forbidden),
    ("circulated", "coordinator", DURING, _says("ME", "국조실"), Forbidden),
    ("writing", "me_officer", DURING, _says("ME", "아직"), WrongState),
    ("confirmed", "me_officer", TOLD, _says("ME", "이미"), WrongState),
    ("commented", "coordinator", DURING, _answers(True), None),
    ("commented", "coordinator", DURING, _answers(False, "예산 일정상 곤란"), None),
    ("commented", "coordinator", DURING, _answers(False), "text"),
    ("commented", "coordinator", DURING, _answers(None), "is_taken_up"),
    ("commented", "me_officer", DURING, _answers(True), Forbidden),
    ("silent", "coordinator", DURING, _answers(True), WrongState),
    ("answered", "coordinator", DURING, _answers(True), WrongState),
    ("circulated", "coordinator", CONFIRMED, _confirms(), None),
    ("answered", "coordinator", CONFIRMED, _confirms(), None),
    ("silent", "coordinator", CONFIRMED, _confirms(), None),
    ("commented", "coordinator", CONFIRMED, _confirms(), "__all__"),
    ("commented", "coordinator", DURING, _confirms(is_early=True, reason="보도 일정"), "__all__"),
    ("circulated", "coordinator", DURING, _confirms(), "is_early"),
    ("circulated", "coordinator", UNTIL, _confirms(), "is_early"),
    ("circulated", "coordinator", LATE, _confirms(), None),
    ("circulated", "coordinator", DURING, _confirms(is_early=True), "reason"),
    ("circulated", "coordinator", DURING, _confirms(is_early=True, reason="보도 일정"), None),
    ("circulated", "coordinator", CONFIRMED, _confirms(seq=1), Conflict),
    ("circulated", "me_officer", CONFIRMED, _confirms(), Forbidden),
    ("writing", "coordinator", CONFIRMED, _confirms(), WrongState),
    ("confirmed", "coordinator", TOLD, _confirms(), WrongState),
    ("confirmed", "coordinator", TOLD, _notifies, None),
    ("notified", "coordinator", TOLD, _notifies, WrongState),
    ("circulated", "coordinator", DURING, _notifies, WrongState),
    ("confirmed", "me_officer", TOLD, _notifies, Forbidden),
    ("notified", "me_officer", TOLD, _agrees("ME", True), None),
    ("notified", "me_officer", TOLD, _agrees("ME", False, "기한이 다름"), None),
    ("agreed", "me_officer", TOLD, _agrees("ME", False, "다시 보니 기한이 다름"), None),
    ("notified", "me_officer", TOLD, _agrees("ME", False), "text"),
    ("notified", "me_officer", TOLD, _agrees("ME", None), "agrees"),
    ("agreed", "me_officer", TOLD, _agrees("ME", True), WrongState),
    ("notified", "me_officer", TOLD, _agrees("MSIT", True), Forbidden),
    ("notified", "coordinator", TOLD, _agrees("ME", True), Forbidden),
    ("notified", "fsc_officer", TOLD, _agrees("FSC", True), WrongState),
    ("confirmed", "me_officer", TOLD, _agrees("ME", True), WrongState),
]


@pytest.mark.parametrize(("where", "who", "when", "call", "wanted"), TABLE)
def test_a_verb_of_the_outcome(task_force, where, who, when, call, wanted):
    """Done once with one event that verification understands, or refused with nothing written."""
    meeting = PLACES[where](task_force)
    before = Event.objects.count()
    args = {"by": task_force.people[who], "at": when, "key": key()}
    if wanted in (None, UNTOLD):
        call(meeting, task_force, args)
        assert Event.objects.count() == before + 1
        assert wanted == UNTOLD or scene.differences(meeting) == []
        return
    with pytest.raises(Invalid if isinstance(wanted, str) else wanted) as caught:
        call(meeting, task_force, args)
    assert Event.objects.count() == before
    if isinstance(wanted, str) and isinstance(caught.value, Invalid):
        assert not AgendaItem.objects.exclude(outcome_ko="").exists()
        assert [name for name in caught.value.problems if name.startswith(wanted)] == list(caught.value.problems)


def test_sent_twice_it_is_done_once(task_force, coordinator):
    """The same form again is the first answer; with another time it is refused."""
    meeting, sent = scene.decided(task_force), key()
    form = {"by": coordinator, "at": CIRCULATED, "key": sent, "version": meeting.version}
    first = workflow.circulate_outcome(meeting.pk, comments_until=UNTIL, **form)
    assert workflow.circulate_outcome(meeting.pk, comments_until=UNTIL, **form) == first
    with pytest.raises(KeyReused):
        workflow.circulate_outcome(meeting.pk, comments_until=UNTIL + timedelta(days=1), **form)


def test_a_text_that_differs_is_all_that_is_written(task_force, coordinator):
    meeting = scene.decided(task_force)
    first, second = meeting.items.order_by("order")
    texts = [Written(first.pk, 0, "ㅇ 29개 과제 점검\r\n", "Checked"), Written(second.pk, 0, "", "")]
    workflow.write_outcome(meeting.pk, texts, by=coordinator, at=CIRCULATED, key=key())
    stands = [(row.outcome_ko, row.outcome_en, row.version) for row in meeting.items.order_by("order")]
    assert stands == [("ㅇ 29개 과제 점검", "Checked", 1), ("", "", 0)]


# Who is notified, and the mails


def test_whom_the_outcome_is_notified_to(task_force, coordinator):
    """Leads, those that support, and all invited, since an exhortation names nobody."""
    meeting = scene.decided(task_force)
    they = task_force.ministries
    scene.record(meeting, "금융권도 함께", by=coordinator, supporting=[they["FSC"]])
    scene.notify(scene.confirm(scene.circulate(meeting, by=coordinator), by=coordinator), by=coordinator)
    told = set(Notification.objects.values_list("ministry__code", flat=True))
    assert told == {"ME", "MOTIE", "MSIT", "FSC"}


def test_whom_an_exhortation_names_is_all_that_it_tells(task_force, coordinator):
    meeting = scene.planned(task_force)
    they = task_force.ministries
    scene.record(meeting, "과제를 발굴", by=coordinator, supporting=[they["MSIT"]])
    circulated = scene.circulate(meeting, by=coordinator, has_empty=True)
    scene.notify(scene.confirm(circulated, by=coordinator), by=coordinator)
    assert [row.ministry for row in Notification.objects.all()] == [they["MSIT"]]


def test_where_nothing_was_decided_nobody_is_notified(task_force, coordinator):
    meeting = scene.planned(task_force)
    texts = [Written(item.pk, item.version, "ㅇ 논의함", "") for item in meeting.items.all()]
    scene.confirm(scene.circulate(meeting, by=coordinator, texts=texts), by=coordinator)
    with pytest.raises(WrongState):
        scene.notify(meeting, by=coordinator)


def mails(purpose: Purpose) -> dict[str, Notice]:
    return {row.to.username if row.to else "": row for row in Notice.objects.filter(purpose=purpose)}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_mails(task_force, language):
    """To whom each goes; every one can be written in both languages, and none carries a text."""
    it = task_force
    for user in it.people.values():
        user.language = language
        user.save(update_fields=("language",))
    meeting = PLACES["notified"](it)
    assert mails(Purpose.OUTCOME_CIRCULATED).keys() == {"me_officer", "me_officer_2", "motie_officer", "msit_officer"}
    told = mails(Purpose.OUTCOME_NOTIFIED)
    assert told.keys() == {"me_officer", "me_officer_2", "motie_officer", "msit_officer"}
    who: dict[str, Any] = {"by": it.people["me_officer"], "at": TOLD, "key": key()}
    workflow.answer_notification(meeting.pk, ministry=it.ministries["ME"].pk, agrees=False, text="기한이 다름", **who)
    assert mails(Purpose.OUTCOME_OBJECTED).keys() == {"coordinator", "coordinator_2"}
    for notice in Notice.objects.filter(purpose__startswith="outcome"):
        letter = write(notice)
        assert f"/meetings/{meeting.no}/outcome/" in letter.body
        assert "기한이 다름" not in letter.body
        assert scene.DECIDED not in letter.body
    assert "1-01" in write(told["me_officer"]).body
    assert "1-02" not in write(told["me_officer"]).body
    assert "1-02" in write(told["msit_officer"]).body


def test_a_circulation_that_is_taken_back(task_force, coordinator):
    """Whoever was asked for comments is told, without the reason; the day can be changed again, and what was said stays.
    Once it is circulated again everybody is asked anew."""
    me = task_force.ministries["ME"]
    meeting = PLACES["recalled"](task_force)
    told = mails(Purpose.OUTCOME_RECALLED)
    assert told.keys() == mails(Purpose.OUTCOME_CIRCULATED).keys()
    assert "다른 회의의 결과안" not in write(told["me_officer"]).body
    assert (meeting.circulated_at, meeting.comments_until) == (None, None)
    assert Comment.objects.get().text == "기한을 4. 30.로"
    assert not waiting.of_ministries([me.pk], at=DURING)
    assert not [row for row in waiting.of_office(DURING) if row.kind is waiting.Kind.ANSWER]
    moved = replace(Plan.of(meeting), date=date(2021, 2, 25))
    who: dict[str, Any] = {"by": coordinator, "at": DURING, "key": key()}
    workflow.change_meeting(meeting.pk, moved, version=meeting.version, reason="회의 연기", **who)
    again = DURING + timedelta(days=8)
    scene.circulate(meeting, by=coordinator, at=again, until=again + timedelta(days=2))
    assert [row.kind for row in waiting.of_ministries([me.pk], at=again)] == [waiting.Kind.COMMENT]
    assert not [row for row in waiting.of_office(again) if row.kind is waiting.Kind.ANSWER]
    assert scene.differences(meeting) == []


def test_who_has_commented_stays_invited(task_force, coordinator):
    """Also after the circulation was taken back: what it said would be nobody's."""
    meeting, they = PLACES["recalled"](task_force), task_force.ministries
    Decision.objects.all().delete()
    who: dict[str, Any] = {"by": coordinator, "at": DURING, "key": key(), "version": meeting.version}
    with pytest.raises(Invalid):
        workflow.invite(meeting.pk, [they["MSIT"].pk, they["MOTIE"].pk], **who)


def test_agreeing_owes_no_mail(task_force):
    PLACES["agreed"](task_force)
    assert not Notice.objects.filter(purpose=Purpose.OUTCOME_OBJECTED).exists()
    assert NotificationAnswer.objects.get().agrees
    assert not CommentAnswer.objects.exists()


def test_one_press_keeps_the_texts_and_circulates_them(task_force, coordinator):
    """One event, which holds both; the same press again is the first answer."""
    meeting, sent = scene.planned(task_force), key()
    texts = [Written(item.pk, 0, f"ㅇ {item.order}", "") for item in meeting.items.order_by("order")]
    form: dict[str, Any] = {"version": meeting.version, "comments_until": UNTIL, "texts": texts, "key": sent}
    first = workflow.circulate_outcome(meeting.pk, by=coordinator, at=CIRCULATED, **form)
    assert workflow.circulate_outcome(meeting.pk, by=coordinator, at=CIRCULATED, **form) == first
    assert [row.outcome_ko for row in meeting.items.order_by("order")] == ["ㅇ 1", "ㅇ 2"]
    assert {name.split("/")[0] for name in Event.objects.latest("pk").data["rows"]} == {"meeting", "agendaitem"}
    assert scene.differences(meeting) == []
