"""What becomes of an agenda that was shown already: who has read it hears of what comes."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from meetings import workflow
from meetings.models import Meeting
from ministries.models import Ministry, MinistryName, User
from outbox import sending
from outbox.letters import write
from outbox.models import Notice
from tests.builders import key, kst
from tests.cast import TaskForce
from tests.meetings import agenda_scene as scene
from tests.pages import page, visitor

pytestmark = [pytest.mark.either, pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]


@pytest.fixture
def meeting(task_force: TaskForce, coordinator: User, me: Ministry, msit: Ministry, at: datetime) -> Meeting:
    """The second meeting, with an agenda that was shown to ME and MSIT."""
    made = scene.meeting(task_force.round_2, me, msit, by=coordinator, at=at)
    scene.add(made, "하나", by=coordinator, at=at)
    return scene.show(made, by=coordinator, at=at)


def told() -> set[str]:
    rows = Notice.objects.filter(purpose="agenda_changed").select_related("to")
    return {row.to.username if row.to else "" for row in rows}


def test_an_item_that_is_added_is_told_to_all_who_saw_the_agenda(
    meeting, coordinator, at, me_officer, me_officer_2, msit_officer
):
    scene.add(meeting, "비밀 제목", by=coordinator, at=at, presenter="ME")
    assert told() == {one.username for one in (me_officer, me_officer_2, msit_officer)}
    me_officer.language = msit_officer.language = "en"
    me_officer.save()
    msit_officer.save()
    mails = {row.to: write(row) for row in Notice.objects.filter(purpose="agenda_changed")}
    assert mails[me_officer].subject.endswith("Second T/F meeting: the agenda changed")
    assert "Your ministry presents it." in mails[me_officer].body
    assert "Your ministry presents it." not in mails[msit_officer].body
    assert "/meetings/2/#agenda" in mails[me_officer].body
    assert not any("비밀" in mail.body for mail in mails.values()), "what is on it stands in the portal"
    assert scene.differences(meeting) == []


def mails_to(user: User) -> list[str]:
    user.language = "en"
    user.save()
    return [write(row).body for row in Notice.objects.filter(purpose="agenda_changed", to=user).order_by("pk")]


def test_what_is_added_one_after_another_is_one_mail(meeting, coordinator, at, me_officer, msit_officer):
    for minutes, presenter in enumerate(("", "ME", "")):
        scene.add(meeting, f"안건 {minutes}", by=coordinator, at=at + timedelta(minutes=minutes), presenter=presenter)
    (only,) = mails_to(msit_officer)
    assert "The office has added 3 items to the agenda." in only
    assert "Agenda items: 4" in only
    first, own = mails_to(me_officer)
    assert "The office has added 2 items to the agenda." in first
    assert "Your ministry presents it." in own, "the presenter's own"


def test_what_is_added_much_later_or_after_it_left_is_a_mail_of_its_own(meeting, coordinator, at, msit_officer):
    scene.add(meeting, "둘", by=coordinator, at=at)
    scene.add(meeting, "셋", by=coordinator, at=at + timedelta(hours=12))
    assert len(mails_to(msit_officer)) == 2, "half a day later"
    sending.queue_owed()
    scene.add(meeting, "넷", by=coordinator, at=at + timedelta(hours=12, minutes=1))
    assert len(mails_to(msit_officer)) == 3, "the others have left"


def test_another_meetings_mail_is_left_alone(meeting, task_force, coordinator, me, msit, at, msit_officer):
    other = Meeting.objects.create(no=3, name_ko="제3차 회의", name_en="Third", date=date(2021, 3, 30), shown_at=at)
    other.attendances.create(ministry=msit)
    scene.add(meeting, "둘", by=coordinator, at=at)
    scene.add(other, "셋", by=coordinator, at=at)
    assert len(mails_to(msit_officer)) == 2


def test_before_it_is_shown_nobody_is_told(task_force, coordinator, me, at):
    made = scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    scene.add(made, by=coordinator, at=at)
    assert told() == set()


def test_what_is_added_at_the_meeting_is_heard_there(meeting, coordinator, at):
    begins = kst(2021, 3, 23, 14)
    scene.add(meeting, "둘", by=coordinator, at=begins)
    assert told() == set()
    scene.add(meeting, "셋", by=coordinator, at=begins - timedelta(microseconds=1))
    assert told()


def test_who_becomes_the_presenter_is_told_alone(meeting, coordinator, at, msit_officer):
    item = scene.add(meeting, by=coordinator, at=at)
    Notice.objects.filter(purpose="agenda_changed").delete()
    for version, presenter in enumerate(("MSIT", "MSIT", "FSC", "")):  # FSC is not invited, and sees nothing of it
        draft = scene.draft(presenter=presenter)
        workflow.change_item(item.pk, draft, by=coordinator, at=at, key=key(), version=version)
    (notice,) = Notice.objects.filter(purpose="agenda_changed")
    assert notice.to == msit_officer
    msit_officer.language = "en"
    msit_officer.save()
    assert "Your ministry now presents an item" in write(Notice.objects.get(pk=notice.pk)).body


def test_the_page_says_that_they_are_told(meeting, coordinator):
    text = page(visitor(coordinator).get("/meetings/2/agenda/")).one("form", id="add-form").text
    assert "are told by mail of each item that is added" in text
    for changed in ({"date": date(2021, 3, 15)}, {"shown_at": None}):  # the day before: it was held
        Meeting.objects.filter(pk=meeting.pk).update(**changed)
        found = page(visitor(coordinator).get("/meetings/2/agenda/"))
        assert "told by mail" not in found.one("form", id="add-form").text


def test_a_cancelled_meeting_asks_for_no_agenda(task_force, coordinator, me, at):
    made = scene.meeting(task_force.round_2, me, by=coordinator, at=at)
    Meeting.objects.filter(pk=made.pk).update(cancelled_at=timezone.now())
    found = page(visitor(coordinator).get("/meetings/2/"))
    assert "Nothing was put on the agenda." in found.one("main").text
    assert not [link for link in found.one("main").all("a") if link.text == "Draw up the agenda"]


def test_the_names_of_the_meetings_day_hold_on_every_page(task_force, meeting, coordinator, me, at):
    """Also those of an agenda whose round speaks of an earlier day."""
    scene.add(meeting, "둘", by=coordinator, at=at, presenter="ME")
    MinistryName.objects.create(
        ministry=me,
        valid_from=date(2021, 3, 20),  # after the day of the round, before that of the meeting
        name_ko="기후환경부",
        name_en="Ministry of Climate",
        abbr_ko="기후부",
        abbr_en="Climate",
    )
    browser = visitor(coordinator)
    for address in ("/meetings/2/", "/meetings/2/agenda/", "/meetings/2/session/"):
        text = page(browser.get(address)).one("main").text
        assert "Climate" in text, address
        assert "Environment" not in text, address
