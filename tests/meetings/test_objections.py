"""이견: the office answers an objection to a notified outcome, and the ministry reads it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from meetings import workflow
from meetings.models import Meeting, NotificationAnswer, ObjectionAnswer
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Event
from tests.builders import key
from tests.cast import TaskForce
from tests.pages import filled, page, visitor

from . import outcome_scene as scene

pytestmark = pytest.mark.either

PAGE = "/meetings/1/outcome/"
TEXT = "회의에서 정한 기한임"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def meeting(task_force: TaskForce, at: Any, domain_time: Any) -> Meeting:
    """Notified; the Ministry of Environment objects."""
    return scene.bring("objected", task_force, at=at)


@pytest.fixture
def objection(meeting: Meeting) -> NotificationAnswer:
    return NotificationAnswer.objects.get()


def answer(objection: NotificationAnswer, *, by: Any, at: Any, text: str = TEXT) -> None:
    workflow.answer_objection(objection.pk, by=by, at=at, key=key(), text=text)


def say(meeting: Meeting, task_force: TaskForce, at: Any, *, agrees: bool, text: str = "") -> None:
    who: dict[str, Any] = {"by": task_force.people["me_officer"], "at": at, "key": key()}
    workflow.answer_notification(meeting.pk, ministry=task_force.ministries["ME"].pk, agrees=agrees, text=text, **who)


def test_the_office_answers_once(meeting, objection, coordinator, at):
    events = Event.objects.count()
    answer(objection, by=coordinator, at=at)
    assert objection.answer.text == TEXT
    assert Event.objects.count() == events + 1
    assert scene.differences(meeting) == []
    with pytest.raises(WrongState, match="already"):
        answer(objection, by=coordinator, at=at)
    assert Event.objects.count() == events + 1


@pytest.mark.parametrize("text", [" ", "가" * 3001])
def test_it_needs_a_text(objection, coordinator, at, text):
    with pytest.raises(Invalid) as caught:
        answer(objection, by=coordinator, at=at, text=text)
    assert list(caught.value.problems) == ["text"]
    assert not ObjectionAnswer.objects.exists()


@pytest.mark.parametrize("name", ["me_officer", "motie_officer", "reader"])
def test_nobody_else_answers(task_force, objection, at, name):
    with pytest.raises(Forbidden):
        answer(objection, by=task_force.people[name], at=at)


def test_what_was_confirmed_asks_for_no_answer(meeting, task_force, coordinator, at):
    say(meeting, task_force, at, agrees=True)
    with pytest.raises(WrongState, match="nothing to answer"):
        answer(NotificationAnswer.objects.latest("pk"), by=coordinator, at=at)


@pytest.mark.parametrize("agrees", [True, False])
def test_only_the_last_word_is_answered(meeting, objection, task_force, coordinator, at, agrees):
    """Who answers has read what the ministry said last."""
    say(meeting, task_force, at, agrees=agrees, text="다시 검토 바람")
    with pytest.raises(Conflict):
        answer(objection, by=coordinator, at=at)


def test_the_ministry_gets_a_mail_without_the_text(objection, coordinator, at):
    answer(objection, by=coordinator, at=at)
    mails = Notice.objects.filter(purpose=Purpose.OBJECTION_ANSWERED)
    assert {row.to.username for row in mails if row.to} == {"me_officer", "me_officer_2"}
    letter = write(mails[0])
    assert "your objection is answered" in letter.subject or "이견" in letter.subject
    assert PAGE in letter.body
    assert TEXT not in letter.body


def test_an_answer_cannot_be_changed(objection, coordinator, at):
    answer(objection, by=coordinator, at=at)
    for sql in ("UPDATE meetings_objectionanswer SET text = 'x'", "DELETE FROM meetings_objectionanswer"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# The page


def test_the_office_answers_on_the_page(task_force, meeting, objection):
    """The form stands there while the objection waits; refused with the message at its field, then done and shown."""
    browser, address = visitor(task_force.people["coordinator"]), f"{PAGE}objections/{objection.pk}/"
    shown = page(browser.get(PAGE))
    assert "1 to answer" in shown.one("ol", class_="way").text
    refused = browser.post(address, filled(shown, address) | {"text": [""]})
    found = page(refused)
    assert refused.status_code == 422
    assert found.one("p", id="text-error").text
    answered = browser.post(address, filled(found, address) | {"text": [TEXT]}, follow=True)
    text = page(answered).one("main").text
    assert TEXT in text
    assert "1 to answer" not in text
    assert address not in answered.content.decode()


def test_what_the_office_typed_is_kept_when_the_ministry_spoke_meanwhile(task_force, meeting, objection, at):
    browser, address = visitor(task_force.people["coordinator"]), f"{PAGE}objections/{objection.pk}/"
    sent = filled(page(browser.get(PAGE)), address) | {"text": [TEXT]}
    say(meeting, task_force, at, agrees=False, text="다시 검토 바람")
    refused = browser.post(address, sent)
    assert refused.status_code == 409
    assert TEXT in refused.content.decode()


def test_the_ministry_reads_the_answer_and_nobody_else(task_force, objection, coordinator, at):
    answer(objection, by=coordinator, at=at)
    assert TEXT in visitor(task_force.people["me_officer"]).get(PAGE).content.decode()
    assert TEXT not in visitor(task_force.people["motie_officer"]).get(PAGE).content.decode()
    assert TEXT not in visitor(task_force.people["reader"]).get(PAGE).content.decode()


def test_an_earlier_objection_stays_with_its_answer(task_force, meeting, objection, coordinator, at):
    """The ministry confirmed after all: both can still be read."""
    answer(objection, by=coordinator, at=at)
    say(meeting, task_force, at, agrees=True)
    for name in ("coordinator", "me_officer"):
        html = visitor(task_force.people[name]).get(PAGE).content.decode()
        assert objection.text in html, name
        assert TEXT in html, name


def test_another_meetings_objection_is_not_found(task_force, meeting, objection):
    scene.planned(task_force, no=7)
    browser = visitor(task_force.people["coordinator"])
    for address in (f"/meetings/7/outcome/objections/{objection.pk}/", f"{PAGE}objections/{2**70}/"):
        assert browser.post(address, {"text": TEXT}).status_code == 404
