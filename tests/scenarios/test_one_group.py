"""There is one technical working group, of which every page, number and sign-off speaks: nothing adds a second."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from scenarios import counting, groups
from scenarios.models import WorkingGroup
from tests.cast import TaskForce
from tests.pages import visitor
from tests.scenarios import group_scene

pytestmark = pytest.mark.django_db  # on either engine: what forbids a second is the database's own


def test_the_database_takes_no_second_group(task_force: TaskForce) -> None:
    first = group_scene.group()
    other = WorkingGroup(code="AAA", name_ko="다른 작업반", name_en="Another group")
    with translation.override("en"), pytest.raises(ValidationError, match="one technical working group"):
        other.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()
    assert groups.working_group() == first
    first.full_clean()
    first.save()
    assert [row.division.code for row in counting.by_division(group_scene.DAY)] == ["TWG-IND", "TWG-TRA"]


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
