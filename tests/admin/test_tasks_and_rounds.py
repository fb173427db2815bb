"""Tasks, rounds and indicators in the admin: what may be done, and what is refused with which words."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from meetings.models import Meeting
from ministries.models import Ministry
from tasks.models import Indicator, Milestone, Round, Task
from tests import builders
from tests.builders import kst
from tests.cast import TaskForce
from tests.pages import page

from .common import address, events, fields_of, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time"), pytest.mark.either]


# Tasks


def test_leads_that_a_frozen_round_shows_stay(admin_client: Client, motie: Ministry) -> None:
    task = Task.objects.get(code="ME-01")
    page = address("tasks_task_change", task.pk)
    sent = fields_of(admin_client.get(page))
    forged = sent | {"leads-0-ministry": motie.pk, "leads-0-valid_from": "2021-02-01", "leads-0-DELETE": "on"}
    assert admin_client.post(page, forged).status_code == 302
    assert [row.ministry.code for row in task.leads.all()] == ["ME"]
    later = {"leads-TOTAL_FORMS": "2", "leads-1-ministry": motie.pk, "leads-1-task": task.pk}
    refused = admin_client.post(page, sent | later | {"leads-1-valid_from": "2021-01-29"})
    assert "A round is frozen as of Fri 29 Jan 2021" in words(refused)
    assert admin_client.post(page, sent | later | {"leads-1-valid_from": "2021-04-01"}).status_code == 302
    assert [row.ministry.code for row in task.leads.all()] == ["ME", "MOTIE"]


def test_milestones_that_a_frozen_round_shows_stay(admin_client: Client) -> None:
    """Their words stay as they were sealed, and their dates move by reports alone."""
    task = Task.objects.get(code="ME-01")
    page = address("tasks_task_change", task.pk)
    sent = fields_of(admin_client.get(page))
    forged = {"order": "7", "title_ko": "다른 일정", "title_en": "Plan", "current_on": "2021-12-31", "DELETE": "on"}
    typed = sent | {f"milestones-0-{name}": value for name, value in forged.items()}
    assert admin_client.post(page, typed).status_code == 302
    milestone = Milestone.objects.get(task=task)
    assert (milestone.order, milestone.title_ko, milestone.title_en) == (1, "세부일정 1", "Milestone 1")
    assert milestone.current_on == date(2021, 6, 30)
    assert events() == []


def test_milestones_that_no_frozen_round_shows_can_be_changed(admin_client: Client) -> None:
    """MSIT-02 is new in round 2, which is open."""
    milestone = Milestone.objects.create(
        task=Task.objects.get(code="MSIT-02"),
        title_ko="로드맵",
        title_en="Roadmap",
        baseline_on=date(2021, 6, 30),
        current_on=date(2021, 6, 30),
    )
    page = address("tasks_task_change", milestone.task_id)
    typed = fields_of(admin_client.get(page)) | {"milestones-0-title_en": "Plan"}
    assert admin_client.post(page, typed).status_code == 302
    milestone.refresh_from_db()
    assert milestone.title_en == "Plan"
    [event] = events()
    assert event.data["rows"] == [{"row": f"tasks.milestone/{milestone.pk}", "verb": "changed", "fields": ["title_en"]}]


@pytest.mark.parametrize(("name", "code"), [("tasks_task", "ME-01"), ("ministries_ministry", "ME")])
def test_codes_are_given_once(admin_client: Client, name: str, code: str) -> None:
    """The manifests of frozen rounds name tasks and ministries by them."""
    model = next(m for m in admin.site._registry if f"{m._meta.app_label}_{m._meta.model_name}" == name)
    row = model._default_manager.get(code=code)
    page = address(f"{name}_change", row.pk)
    sent = fields_of(admin_client.get(page))
    assert "code" not in sent
    assert admin_client.post(page, sent | {"code": "OTHER"}).status_code == 302
    row.refresh_from_db()
    assert row.code == code  # type: ignore[attr-defined]
    assert events() == []


def test_task_needs_a_lead(admin_client: Client, me: Ministry) -> None:
    page = address("tasks_task_add")
    filled = {"code": "ME-99", "title_ko": "새 과제", "title_en": "New task", "sector": Task.objects.all()[0].sector_id}
    sent = fields_of(admin_client.get(page)) | filled
    assert admin_client.post(page, sent).status_code == 200
    lead = {"leads-0-ministry": me.pk, "leads-0-valid_from": "2021-03-01"}
    assert admin_client.post(page, sent | lead).status_code == 302
    assert Task.objects.get(code="ME-99").loaded_digest == ""


# Rounds


THIRD = {
    "observes_from": "2021-03-12",
    "as_of": "2021-06-04",
    "opens_at_0": "2021-06-01",
    "opens_at_1": "09:00:00",
    "due_at_0": "2021-06-10",
    "due_at_1": "18:00:00",
}


@pytest.fixture
def planned(task_force: TaskForce) -> Round:
    """Round 3, whose roster nobody has fixed yet."""
    return builders.round_(3, as_of=date(2021, 6, 4), opens_at=kst(2021, 6, 1, 9), due_at=kst(2021, 6, 10, 18))


def test_round_is_planned_after_the_last_one(admin_client: Client, round_2: Round) -> None:
    page = address("tasks_round_add")
    offered = admin_client.get(page).context["adminform"].form.initial
    assert offered == {"no": 3, "previous": round_2.pk, "observes_from": round_2.as_of}
    sent = THIRD | {"no": "3", "previous": str(round_2.pk)}
    assert admin_client.post(page, sent).status_code == 302
    made = Round.objects.get(no=3)
    assert (made.previous, made.opens_at, made.due_at) == (round_2, kst(2021, 6, 1, 9), kst(2021, 6, 10, 18))
    assert (made.prepared_at, made.frozen_at) == (None, None)
    [event] = events("reference_added")
    assert (event.object_type, event.object_id, event.data["object"]) == ("tasks.round", str(made.pk), "3")


def test_the_first_round_of_all_follows_none(admin_client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Round, "objects", Round.objects.none())
    assert admin_client.get(address("tasks_round_add")).context["adminform"].form.initial == {"no": 1}


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"no": "5"}, "The next round is number 3."),
        ({"no": "2"}, "The next round is number 3."),
        ({"previous": ""}, "A round follows the last one."),
        ({"due_at_0": "2021-06-01", "due_at_1": "09:00:00"}, "It is due before it opens."),
        ({"observes_from": "2021-06-05"}, "It lies after the as-of date."),
        ({"as_of": "2021-03-12"}, "The round before is as of Fri 12 Mar 2021: choose a later day."),
        ({"opens_at_0": "0001-01-01"}, "Check the year."),
        ({"due_at_0": "9999-12-31"}, "Check the year."),
        ({"due_at_1": "soon"}, "Enter a valid time."),
    ],
)
def test_rounds_that_do_not_follow_are_refused(
    admin_client: Client, round_2: Round, typed: dict[str, str], reason: str
) -> None:
    sent = THIRD | {"no": "3", "previous": str(round_2.pk)} | typed
    response = admin_client.post(address("tasks_round_add"), sent)
    assert response.status_code == 200
    assert reason in words(response)
    assert not Round.objects.filter(no__gt=2).exists()
    assert events() == []


def test_planned_round_can_be_changed_but_not_renumbered(admin_client: Client, planned: Round) -> None:
    page = address("tasks_round_change", planned.pk)
    assert "no" not in admin_client.get(page).context["adminform"].form.fields
    typed = THIRD | {"no": "9", "previous": "", "due_at_0": "2021-06-11", "prepared_at_0": "2021-06-01"}
    assert admin_client.post(page, typed).status_code == 302
    planned.refresh_from_db()
    assert (planned.no, planned.previous_id is None, planned.due_at) == (3, False, kst(2021, 6, 11, 18))
    assert planned.prepared_at is None
    assert set(events()[-1].data["fields"]) == {"observes_from", "due_at"}


def test_planned_round_stays_between_its_neighbours(admin_client: Client, planned: Round) -> None:
    builders.round_(4, as_of=date(2021, 9, 3), opens_at=kst(2021, 9, 1, 9), due_at=kst(2021, 9, 10, 18))
    response = admin_client.post(address("tasks_round_change", planned.pk), THIRD | {"as_of": "2021-09-03"})
    assert "The round after is as of Fri 3 Sep 2021: choose an earlier day." in words(response)


def test_planned_round_can_be_deleted(admin_client: Client, planned: Round) -> None:
    """The last one first: those after it lean on it."""
    fourth = builders.round_(4)
    refused = admin_client.post(address("tasks_round_delete", planned.pk), {"post": "yes"})
    assert "Reporting rounds: 1" in words(refused)
    for round_ in (fourth, planned):
        assert admin_client.post(address("tasks_round_delete", round_.pk), {"post": "yes"}).status_code == 302
    assert Round.objects.count() == 2
    assert [event.data["object"] for event in events("reference_deleted")] == ["4", "3"]


@pytest.mark.parametrize("no", [1, 2])
def test_of_a_prepared_round_only_the_guide_can_be_worded_until_the_freeze(admin_client: Client, no: int) -> None:
    round_ = Round.objects.get(no=no)
    page, is_frozen = address("tasks_round_change", round_.pk), no == 1
    opened = admin_client.get(page)
    assert "Prepared" in words(opened)
    assert set(opened.context["adminform"].form.fields) == (set() if is_frozen else {"guide_ko", "guide_en"})
    saved = admin_client.post(page, THIRD | {"guide_ko": "기준일을 밝혀 주십시오."})
    assert saved.status_code == (403 if is_frozen else 302)
    assert Round.objects.get(no=no).guide_ko == ("" if is_frozen else "기준일을 밝혀 주십시오.")
    assert [event.data["fields"] for event in events()] == ([] if is_frozen else [["guide_ko"]])
    assert admin_client.post(address("tasks_round_delete", round_.pk), {"post": "yes"}).status_code == 403
    ticked = {"action": "delete_selected", "_selected_action": [round_.pk], "post": "yes"}
    assert admin_client.post(address("tasks_round_changelist"), ticked).status_code == 200  # it has no actions
    assert admin_client.post(address("tasks_round_history", round_.pk)).status_code == 200
    unchanged = Round.objects.get(no=no)
    assert (unchanged.as_of, unchanged.prepared_at) == (round_.as_of, round_.prepared_at)


# Indicators


MEASURE = {
    "title_ko": "보급 대수", "title_en": "Vehicles", "unit_ko": "천 대", "unit_en": "thousand", "order": "1",
    "every": "year", "ended_on": "", "source": "", "verified": "B",
}  # fmt: skip


def targets(*rows: tuple[str, str], known: Any = ()) -> dict[str, str]:
    """The inline's fields."""
    sent = {"targets-TOTAL_FORMS": str(len(rows)), "targets-INITIAL_FORMS": str(len(known))}
    for place, (year, value) in enumerate(rows):
        sent |= {f"targets-{place}-year": year, f"targets-{place}-value": value}
        sent[f"targets-{place}-id"] = str(known[place].pk) if place < len(known) else ""
    return sent


def test_an_indicator_is_added_with_its_targets(admin_client: Client, task_force: TaskForce) -> None:
    task = task_force.reports["ME-01"].task
    sent = MEASURE | targets(("2021", "15"), ("2022", "20.5")) | {"task": str(task.pk)}
    assert admin_client.post(address("tasks_indicator_add"), sent).status_code == 302
    made = Indicator.objects.get()
    assert [(row.year, row.value) for row in made.targets.all()] == [(2021, Decimal(15)), (2022, Decimal("20.5"))]
    [event] = events("reference_added")
    assert event.object_type == "tasks.indicator"
    assert admin_client.get(address("tasks_indicator_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ((("2021", "15"), ("2021", "16")), "Please correct the duplicate data for year."),
        ((("21", "15"),), "Check the year."),
        ((("2021", "1e30"),), "no more than"),
        ((("2021", "15.00001"),), "no more than 4 decimal places"),
        ((("2021", "many"),), "Enter a number."),
    ],
)
def test_targets_that_cannot_be_are_refused(
    admin_client: Client, task_force: TaskForce, rows: Any, reason: str
) -> None:
    sent = MEASURE | targets(*rows) | {"task": str(task_force.reports["ME-01"].task.pk)}
    response = admin_client.post(address("tasks_indicator_add"), sent)
    assert response.status_code == 200
    assert reason in response.content.decode()
    assert not Indicator.objects.exists()


def test_what_a_report_spoke_of_keeps_its_words(admin_client: Client, task_force: TaskForce) -> None:
    """Sent values mean this unit; and the hash of a sent text names the indicator by its place."""
    report, officer = task_force.reports["ME-01"], task_force.people["me_officer"]
    made = builders.indicator(report.task, targets={2021: "15"})
    page, known = address("tasks_indicator_change", made.pk), list(made.targets.all())
    sent = MEASURE | targets(("2021", "18"), known=known) | {"unit_ko": "만 대", "order": "4", "ended_on": "2021-12-31"}
    assert admin_client.post(page, sent | {"unit_ko": "백 대"}).status_code == 302
    made.refresh_from_db()
    assert (made.unit_ko, made.order) == ("백 대", 4), "nobody has spoken of it yet"
    builders.write(report, by=officer, at=kst(2021, 3, 16, 13), indicators={str(made.pk): {"value": "7"}})
    builders.submit(report, by=officer, at=kst(2021, 3, 16, 14))
    assert admin_client.post(page, sent | {"order": "9"}).status_code == 302
    made.refresh_from_db()
    assert (made.unit_ko, made.order, made.ended_on) == ("백 대", 4, date(2021, 12, 31))
    assert made.targets.get().value == 18
    refused = admin_client.post(address("tasks_indicator_delete", made.pk), {"post": "yes"})
    assert "Enter the day from which it is not asked for any more." in words(refused)
    assert Indicator.objects.exists()


def test_a_meeting_whose_round_is_frozen_keeps_its_number_here_too(admin_client: Client, task_force: TaskForce) -> None:
    """Also one that the reference file brought, and the office's own pages never changed."""
    meeting = Meeting.objects.create(no=1, name_ko="제1차 회의", name_en="Meeting 1", round=task_force.round_1)
    where = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    shown = page(admin_client.get(where))
    assert not shown.all("input", name="no")
    assert shown.all("input", name="name_ko")
    admin_client.post(where, {"no": 77, "name_ko": "제1차 회의", "name_en": "Meeting 1", "verified": "B"})
    meeting.refresh_from_db()
    assert meeting.no == 1
