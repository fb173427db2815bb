"""The way of an opinion as each of its readers sees it: who sends it, the office that gives it out, who answers."""

from typing import Any

import pytest
from django.utils import translation

from meetings import workflow
from meetings.models import Opinion
from meetings.opinions.looking_up import look_up
from ministries.models import Posting, Role
from tasks.models import Sector, Task
from tests.builders import key
from tests.pages import filled, page, visitor

from . import opinion_scene, public_scene

TELEPHONE, UNIT = "044-000-0000", "표본과"


@pytest.fixture(autouse=True)
def _in_the_domain(task_force, domain_time):
    """The cast, on Tuesday 16 March 2021 at 14:00. The coordinator can be called."""
    Posting.objects.filter(user=task_force.people["coordinator"]).update(unit_ko=UNIT, unit_en="", telephone=TELEPHONE)
    with translation.override("en"):
        yield


def offered() -> list[tuple[str, list[str]]]:
    """The groups of the form's tasks, each with the codes that it offers."""
    groups = page(visitor(None).get(public_scene.SEND)).one("div", id="tasks").all("fieldset")
    return [(group.one("legend").text, [one["value"] for one in group.all("input")]) for group in groups]


def test_every_task_that_is_not_completed_can_be_named_by_sector_and_code(task_force, at):
    Task.objects.update(source="제1차 T/F 회의자료")
    Task.objects.filter(code="ME-03").update(completed_on=at.date())
    groups = offered()
    codes = [code for _label, found in groups for code in found]
    assert sorted(codes) == sorted(Task.objects.exclude(code="ME-03").values_list("code", flat=True))
    assert all(found == sorted(found) for _label, found in groups)
    labels = [label for label, _found in groups]
    assert labels == [row.name for row in Sector.objects.all() if row.name in labels]
    assert len(labels) == len(set(labels)) == Task.objects.exclude(code="ME-03").values("sector").distinct().count()


def test_a_task_that_a_published_document_names_can_be_named_before_a_round_told_of_it(task_force, at):
    new = Task.objects.exclude(reports__round__frozen_at__isnull=False).get(code="MSIT-02")
    codes = [code for _label, found in offered() for code in found]
    assert "MSIT-02" not in codes
    Task.objects.filter(pk=new.pk).update(source="제1차 T/F 회의자료")
    codes = [code for _label, found in offered() for code in found]
    assert "MSIT-02" in codes
    opinion = public_scene.sent(at=at, tasks=("MSIT-02",))
    assert [row.task for row in opinion.of_tasks.all()] == [new]


def test_the_office_reads_what_it_is_about_before_it_admits_it(task_force, coordinator, at):
    opinion = public_scene.sent(at=at, tasks=("ME-01",))
    found = page(visitor(coordinator).get(f"/opinions/{opinion.pk}/"))
    assert "ME-01" in found.one("dl", class_="fields opinion-about").text
    assert "As its sender chose." in found.text


def give(opinion: Opinion, by: Any) -> Any:
    return page(visitor(by).get(f"/opinions/{opinion.pk}/change/"))


def test_giving_it_out_is_named_and_proposes_who_and_until_when(task_force, coordinator, at):
    opinion = public_scene.admitted(coordinator, at=at)  # about ME-01
    found = give(opinion, coordinator)
    chosen = [one["value"] for one in found.one("select", id="ministry").all("option") if "selected" in one.attrs]
    assert chosen == ["ME"]
    assert found.one("input", id="due_on")["value"] == "2021-03-30"
    assert "Give it out" in found.one("p", class_="acts send").text
    assert Opinion.objects.get().ministry is None
    opinion_scene.change(opinion, by=coordinator, at=at, ministry=task_force.ministries["ME"].pk, due_on=at.date())
    again = give(opinion, coordinator)
    assert again.one("input", id="due_on")["value"] == "2021-03-16"
    assert "Change the opinion" in again.one("p", class_="acts send").text


def test_its_page_leads_with_whom_it_goes_to(task_force, coordinator, me_officer, reader, at):
    opinion = public_scene.admitted(coordinator, at=at)  # about ME-01
    own, office = f"/opinions/{opinion.pk}/", visitor(coordinator)
    shown = page(office.get(own))
    assert "The office answers it itself" in shown.one("details", class_="office-answers").text
    sent = filled(shown, "/opinions/give-out/")
    assert (sent["ministry"], sent["due_on"]) == (["ME"], ["2021-03-30"])
    refused = office.post("/opinions/give-out/", sent | {"ministry": ""})
    assert refused.status_code == 422
    for _click in range(2):
        assert office.post("/opinions/give-out/", sent).headers["Location"] == own
    given = Opinion.objects.get()
    assert given.ministry == task_force.ministries["ME"]
    for person in (coordinator, me_officer, reader):
        assert "/opinions/give-out/" not in visitor(person).get(own).content.decode()


def test_of_no_task_only_the_day_is_proposed(task_force, coordinator, at):
    found = give(opinion_scene.enter(opinion_scene.said(), by=coordinator, at=at), coordinator)
    assert not [
        one for one in found.one("select", id="ministry").all("option") if one["value"] and "selected" in one.attrs
    ]
    assert found.one("input", id="due_on")["value"] == "2021-03-30"


def test_whom_to_call_stands_where_it_is_needed_and_names_nobody(task_force, coordinator, me_officer, at):
    looked = page(visitor(None).get(public_scene.LOOK_UP)).text
    assert TELEPHONE in looked
    assert UNIT in looked
    assert str(coordinator) not in looked
    opinion = opinion_scene.owed_to(task_force.ministries["ME"], by=coordinator, at=at)
    shown = page(visitor(me_officer).get(f"/opinions/{opinion.pk}/")).one("details", class_="office-answers")
    assert "Not a matter of your ministry?" in shown.text
    assert TELEPHONE in shown.text
    own = page(visitor(coordinator).get(f"/opinions/{opinion.pk}/"))
    assert "Not a matter of your ministry?" not in own.text


def test_without_a_posting_nobody_is_named(task_force, at):
    Posting.objects.filter(role=Role.COORDINATOR).update(unit_ko="", unit_en="", telephone="")
    assert "Whom to call" not in page(visitor(None).get(public_scene.LOOK_UP)).text


def test_the_sender_reads_that_it_was_sent_and_who_looks_at_it(task_force, coordinator, at):
    opinion = public_scene.sent(at=at)
    found = look_up(opinion.number)
    assert found is not None
    assert found.state == "The coordination office is looking at it"
    workflow.admit_opinion(opinion.pk, by=coordinator, at=at, key=key(), version=0)
    found = look_up(opinion.number)
    assert found is not None
    assert found.state.startswith("Admitted")
