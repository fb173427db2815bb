"""Days that nobody would choose: the page asks before everyone is told, and takes what is meant."""

import pytest

from meetings.models import Attendance, Meeting
from outbox.models import Notice
from tests.cast import AT
from tests.meetings import planning_scene as scene
from tests.meetings.planning_scene import REASON
from tests.pages import filled, page, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("domain_time")]
PLAN, CHANGE = "/meetings/plan/", "/meetings/2/change/"
SUNDAY, HOLIDAY, PAST = "2021-04-11", "2021-05-05", "2021-03-11"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (SUNDAY, "This is no working day: week-end."),
        (HOLIDAY, "This is no working day: Children's Day."),
        (PAST, "This day has passed already."),
    ],
)
def test_a_doubtful_day_is_asked_about_and_taken_when_it_is_meant(task_force, coordinator, day, said):
    browser = visitor(coordinator)
    answer = browser.post(PLAN, filled(page(browser.get(PLAN)), PLAN) | {"date": [day]})
    found = page(answer)
    assert answer.status_code == 422
    assert said in found.one("p", id="date-error").text
    assert not Meeting.objects.exists()
    assert not Notice.objects.filter(purpose="meeting_invited").exists(), "nobody is told before the day is meant"
    box = found.one("input", name="sure")
    assert (box["type"], box["value"]) == ("checkbox", day)
    assert "sure" not in filled(found, PLAN), "it is not ticked beforehand"
    assert browser.post(PLAN, filled(found, PLAN)).status_code == 422
    assert browser.post(PLAN, filled(found, PLAN) | {"sure": [day]}).status_code == 302
    assert str(Meeting.objects.get().date) == day


def test_what_was_meant_is_one_day_and_stays_with_other_problems(task_force, coordinator):
    browser = visitor(coordinator)
    sent = filled(page(browser.get(PLAN)), PLAN) | {"date": [SUNDAY], "sure": [SUNDAY], "video_link": ["x"]}
    again = filled(page(browser.post(PLAN, sent)), PLAN)
    assert again["sure"] == [SUNDAY]
    assert browser.post(PLAN, again | {"date": [HOLIDAY], "video_link": [""]}).status_code == 422
    assert browser.post(PLAN, again | {"video_link": [""]}).status_code == 302


def test_everything_that_is_wrong_is_told_at_once(task_force, coordinator):
    """The day that is asked about, what cannot be read, and what else would be refused."""
    browser = visitor(coordinator)
    sent = filled(page(browser.get(PLAN)), PLAN) | {"date": [SUNDAY], "starts_at": ["14:00"], "video_link": ["x"]}
    found = page(browser.post(PLAN, sent | {"papers_due_at": ["2021-04-12T09:00"], "round": ["nonsense"]}))
    named = {row["id"].removesuffix("-error") for row in found.all("p") if row["id"].endswith("-error")}
    assert named == {"date", "video_link", "papers_due_at", "round"}
    assert found.one("input", name="sure")["value"] == SUNDAY
    meeting = scene.planned(coordinator, AT)
    change = filled(page(browser.get(CHANGE)), CHANGE) | {"date": [SUNDAY], "video_link": ["x"], "reason": [""]}
    found = page(browser.post(CHANGE, change))
    named = {row["id"].removesuffix("-error") for row in found.all("p") if row["id"].endswith("-error")}
    assert named == {"date", "video_link", "reason"}
    found = page(browser.post(CHANGE, change | {"date": ["x"], "no": ["y"], "starts_at": ["z"]}))
    named = {row["id"].removesuffix("-error") for row in found.all("p") if row["id"].endswith("-error")}
    assert named == {"date", "no", "starts_at", "video_link"}, "what cannot be read is no other value"
    assert scene.now(meeting.pk).version == meeting.version


def test_a_working_day_ahead_is_taken_at_once(task_force, coordinator):
    browser = visitor(coordinator)
    sent = filled(page(browser.get(PLAN)), PLAN)
    assert browser.post(PLAN, sent | {"date": ["2021-03-16"]}).status_code == 302, "today has not passed"


def test_a_move_is_asked_about_and_a_day_that_stands_is_not(task_force, coordinator):
    meeting, browser = scene.planned(coordinator, AT), visitor(coordinator)
    sent = filled(page(browser.get(CHANGE)), CHANGE) | {"reason": [REASON]}
    assert browser.post(CHANGE, sent | {"date": [SUNDAY]}).status_code == 422
    assert browser.post(CHANGE, sent | {"date": [SUNDAY], "sure": [SUNDAY]}).status_code == 302
    sent = filled(page(browser.get(CHANGE)), CHANGE) | {"place_ko": ["세종청사"]}
    assert browser.post(CHANGE, sent).status_code == 302
    assert scene.now(meeting.pk).place_ko == "세종청사"


def test_the_office_does_not_invite_itself(task_force, coordinator, fsc):
    """Its ministry is a member of the T/F, and holds the meeting."""
    fsc.code = "OPC"
    fsc.save()
    browser = visitor(coordinator)
    found = page(browser.get(PLAN))
    assert found.one("p", class_="lead").text.startswith("3 members of the T/F are invited")
    browser.post(PLAN, filled(found, PLAN) | {"date": ["2021-03-23"]})
    assert set(Attendance.objects.values_list("ministry__code", flat=True)) == {"ME", "MOTIE", "MSIT"}
