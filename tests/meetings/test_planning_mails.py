"""Who is told that a meeting is planned, moved and called off: everyone concerned, once, in their own language."""

from datetime import date

import pytest

from meetings.models import Meeting
from ministries.models import Ministry
from outbox.letters import write
from outbox.models import Notice, Purpose
from records.errors import Invalid
from tests import builders
from tests.builders import kst
from tests.cast import AT
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import LATER, MOVES
from tests.pages import visitor

OFFICE = {"coordinator", "coordinator_2"}
MINISTRIES = {"me_officer", "me_officer_2", "msit_officer", "motie_officer", "fsc_officer", "fsc_approver"}


def told(purpose: Purpose) -> list[str]:
    rows = Notice.objects.filter(purpose=purpose, to__isnull=False)
    return sorted(rows.values_list("to__username", flat=True))


def test_an_invitation_goes_to_everyone_but_its_author(task_force, coordinator):
    """Officers and approvers of the invited ministries and the rest of the office; no reader, no administrator."""
    scene.planned(coordinator, AT)
    assert told(Purpose.MEETING_INVITED) == sorted(MINISTRIES | {"coordinator_2"})


def test_nobody_is_told_before_a_day_is_known_or_after_it(task_force, coordinator):
    open_ended = scene.planned(coordinator, AT, date=None, starts_at=None)
    scene.planned(coordinator, AT, 1, date=date(2021, 1, 13), round_id=task_force.round_1.pk)
    scene.change(open_ended, coordinator, AT, place_ko="세종청사", reason="")
    assert not Notice.objects.filter(purpose__startswith="meeting").exists()
    scene.change(open_ended, coordinator, AT, date=LATER, reason="")
    assert told(Purpose.MEETING_INVITED) == sorted(MINISTRIES | {"coordinator_2"})


@pytest.mark.parametrize("what", MOVES)
def test_a_move_tells_everyone_concerned_once(task_force, coordinator, what):
    meeting = scene.planned(coordinator, AT)
    scene.change(meeting, coordinator, AT, **MOVES[what])
    assert told(Purpose.MEETING_MOVED) == sorted(MINISTRIES | {"coordinator_2"})


@pytest.mark.parametrize("change", [{"chair": "국무총리"}, {"agenda_closes_at": kst(2021, 3, 22, 18)}, {"no": 3}])
def test_what_moves_nothing_tells_nobody(task_force, coordinator, change):
    scene.change(scene.planned(coordinator, AT), coordinator, AT, **change)
    assert told(Purpose.MEETING_MOVED) == []


def test_who_works_for_two_ministries_gets_one_mail(task_force, coordinator, me_officer, msit):
    builders.posting(me_officer, "officer", msit)
    scene.planned(coordinator, AT)
    assert told(Purpose.MEETING_INVITED).count("me_officer") == 1


def test_a_ministry_with_nobody_is_written_to_itself(task_force, coordinator, msit, msit_officer):
    msit_officer.postings.update(ends_on=date(2021, 3, 1))
    Ministry.objects.filter(pk=msit.pk).update(fallback_email="msit@example.org")
    scene.planned(coordinator, AT)
    assert Notice.objects.get(purpose=Purpose.MEETING_INVITED, to=None).address() == "msit@example.org"


def test_cancelling_tells_everyone_concerned(task_force, coordinator):
    scene.cancel(scene.planned(coordinator, AT), coordinator, AT)
    assert told(Purpose.MEETING_CANCELLED) == sorted(MINISTRIES | {"coordinator_2"})


def test_another_list_tells_only_whom_it_touches(task_force, coordinator):
    meeting, ministries = scene.planned(coordinator, AT), task_force.ministries
    Notice.objects.all().delete()
    scene.invite(meeting, [ministries["ME"], ministries["MOTIE"], ministries["MSIT"]], coordinator, AT)
    assert told(Purpose.MEETING_UNINVITED) == ["fsc_approver", "fsc_officer"]
    assert told(Purpose.MEETING_INVITED) == []
    scene.invite(meeting, [ministries["ME"], ministries["FSC"]], coordinator, AT)
    assert told(Purpose.MEETING_INVITED) == ["fsc_approver", "fsc_officer"]


def test_a_refused_move_tells_nobody(task_force, coordinator):
    meeting = scene.planned(coordinator, AT)
    count = Notice.objects.count()
    with pytest.raises(Invalid):
        scene.change(meeting, coordinator, AT, date=LATER, reason="")
    assert Notice.objects.count() == count


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_mail_reads_well(task_force, language):
    """In both languages, each kind of move: no empty value, no reason, no video link in a mailbox."""
    for person in task_force.people.values():
        person.language = language
        person.save()
    scene.every_mail(task_force, AT)
    notices = Notice.objects.filter(purpose__startswith="meeting")
    assert len({row.purpose for row in notices}) == 4
    for notice in notices:
        mail = write(notice)
        assert mail.subject
        assert "https://portal.example/meetings/" in mail.body
        assert ": \n" not in mail.body
        assert "\n\n\n" not in mail.body
        assert "meet.example" not in mail.body
        assert "비밀" not in mail.body


def test_the_addresses_in_a_mail_lead_somewhere(task_force, coordinator, me_officer, domain_time):
    scene.planned(coordinator, AT)
    letter = write(Notice.objects.get(purpose=Purpose.MEETING_INVITED, to=me_officer))
    browser = visitor(me_officer)
    found = [word for word in letter.body.split() if word.startswith("https://portal.example/")]
    assert [word.removeprefix("https://portal.example") for word in found] == [
        "/meetings/2/meeting.ics",
        "/meetings/2/delegate/",
    ]
    for address in found:
        assert browser.get(address.removeprefix("https://portal.example")).status_code == 200


def test_the_office_reads_what_a_mail_is_about(task_force, coordinator, domain_time):
    scene.planned(coordinator, AT)
    assert Meeting.objects.get().name_en in visitor(coordinator).get("/mail/").content.decode()
