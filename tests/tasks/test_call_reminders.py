"""제출 독려 of a call by hand: who is written to, who is left out, and what the office sees of it."""

from datetime import timedelta
from typing import Any

import pytest

from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Invalid, WrongState
from records.models import Event
from tasks import workflow
from tasks.models import Call
from tests.builders import key
from tests.cast import AT
from tests.pages import page, visitor
from tests.tasks import candidates_scene as scene
from tests.tasks.candidates_scene import DUE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]
PAGE = "/candidates/1/remind/"


@pytest.fixture
def call(me, motie, fsc, coordinator) -> Call:
    made: Call = scene.call(me, motie, fsc, by=coordinator)
    return made


@pytest.fixture
def answered(call: Call, me, me_officer) -> Call:
    """Three are called on, and the first has answered."""
    scene.propose(call, me, by=me_officer)
    return call


def remind(call: Call, *codes: str, by: Any, at: Any = AT) -> Event:
    return workflow.remind_of_call(call.pk, codes, by=by, at=at, key=key()).event


def to() -> set[str]:
    owed = Notice.objects.filter(purpose=Purpose.CALL_REMINDER)
    return set(owed.values_list("ministry__code", flat=True))


def test_who_is_silent_is_written_to_and_who_answered_meanwhile_is_left_out(answered, coordinator):
    event = remind(answered, "ME", "MOTIE", by=coordinator)
    assert to() == {"MOTIE"}, "neither who has answered nor who was not ticked"
    assert (event.data["reminded"], event.data["left_out"]) == (["MOTIE"], ["ME"])
    assert scene.differences(answered) == []


def test_a_second_reminder_is_another_mail(answered, coordinator):
    for hours in (0, 1):
        remind(answered, "MOTIE", by=coordinator, at=AT + timedelta(hours=hours))
    owed = Notice.objects.filter(purpose=Purpose.CALL_REMINDER)
    assert owed.count() == 2 * owed.order_by().values("to").distinct().count()


@pytest.mark.parametrize(("codes", "refusal"), [((), Invalid), (("ME", "MSIT"), Invalid), (("ME",), WrongState)])
def test_nobody_to_remind(answered, coordinator, codes, refusal):
    with pytest.raises(refusal):
        remind(answered, *codes, by=coordinator)
    assert to() == set()


def test_a_closed_call_reminds_nobody(answered, coordinator):
    scene.close(answered, by=coordinator)
    with pytest.raises(WrongState):
        remind(answered, "MOTIE", by=coordinator)


def test_the_page_offers_who_is_silent_shows_the_mail_and_says_what_was_done(answered, coordinator):
    office = visitor(coordinator)
    assert page(office.get("/candidates/1/")).one("a", href=PAGE).text == "Remind 2"
    shown = page(office.get(PAGE))
    assert ticked(shown) == {"MOTIE", "FSC"}
    letter = shown.one("blockquote").text
    answer = office.post(PAGE, {"key": str(key()), "ministries": ["MOTIE"]}, follow=True)
    assert "1 ministry is reminded." in page(answer).one("div", id="messages").text
    notice = Notice.objects.get(purpose=Purpose.CALL_REMINDER, to__username="motie_officer")
    notice.to = coordinator
    assert write(notice).subject in letter
    assert ticked(page(office.get(PAGE))) == {"FSC"}, "today already"


def test_nothing_is_ticked_by_itself_after_a_refusal(answered, coordinator):
    answer = visitor(coordinator).post(PAGE, {"key": str(key())})
    assert answer.status_code == 422
    assert ticked(page(answer)) == set()
    assert to() == set()


def test_the_mail_says_who_reminds_and_that_it_is_overdue(answered, coordinator, motie_officer):
    motie_officer.language = "en"
    motie_officer.save()
    remind(answered, "MOTIE", by=coordinator, at=DUE + timedelta(minutes=1))
    letter = write(Notice.objects.get(purpose=Purpose.CALL_REMINDER, to=motie_officer))
    assert letter.subject.startswith("Not answered, due")
    assert f"Done by: {coordinator.name_en}" in letter.body


def ticked(shown: Any) -> set[str]:
    return {row["value"] for row in shown.all("input", type="checkbox") if "checked" in row}
