"""There is one technical working group: every page, number and sign-off speaks of it, and the admin adds no second."""

import pytest
from django.test import Client
from django.urls import reverse

from scenarios import counting, groups, standing
from scenarios.models import Division, WorkingGroup
from tests.cast import TaskForce
from tests.pages import visitor
from tests.scenarios import group_scene, pathway_scene

pytestmark = [pytest.mark.django_db, pytest.mark.either]


def second() -> WorkingGroup:
    """Another group, of a code that stands before the first one's, as only the database could be given it."""
    made = WorkingGroup.objects.create(code="AAA", name_ko="다른 작업반", name_en="Another group")
    Division.objects.create(group=made, code="AAA-1", order=1, name_ko="다른 분과", name_en="Another division")
    return made


def test_all_speak_of_the_same_group(task_force: TaskForce, domain_time) -> None:
    first = group_scene.group()
    second()
    version = pathway_scene.loaded()
    codes = ["TWG-IND", "TWG-TRA"]
    assert groups.working_group() == first
    assert [word.division.code for word in standing.read(version, at=domain_time).divisions] == codes
    assert [row.division.code for row in counting.by_division(group_scene.DAY)] == codes
    assert counting.divisions(group_scene.DAY) == 2
    shown = visitor(task_force.people["coordinator"]).get("/working-group/").context
    assert (shown["group"], shown["divisions"]) == (first, 2)


def test_the_admin_adds_the_first_group_alone_and_deletes_none(task_force: TaskForce, domain_time) -> None:
    browser: Client = visitor(task_force.people["administrator"])
    new = reverse("admin:scenarios_workinggroup_add")
    assert browser.get(new).status_code == 200
    made = group_scene.group()
    assert browser.get(new).status_code == 403
    assert browser.post(new, {"code": "AAA", "name_ko": "다른 작업반", "name_en": "Another"}).status_code == 403
    assert browser.get(reverse("admin:scenarios_workinggroup_change", args=[made.pk])).status_code == 200
    assert browser.get(reverse("admin:scenarios_workinggroup_delete", args=[made.pk])).status_code == 403
    assert WorkingGroup.objects.get() == made
