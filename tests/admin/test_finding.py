"""Searching and filtering in the admin, and addresses that nobody would type. On both engines: the database answers."""

from datetime import date
from unicodedata import normalize

import pytest
from django.test import Client

from ministries.models import Ministry, Posting, User
from tasks.models import Lead, Task
from tests import builders

from .common import TODAY, add_name, address, rows, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time")]


# Addresses and ticks that nobody would send


@pytest.mark.parametrize(
    "query",
    ["q=%00", "q=%ED%99%98%00", "ministry=%00", "officer=%00", "o=%00", "p=%00", "role__exact=%00", "e%00=1", "id=%00"],
)
def test_nul_in_an_address_is_no_error(admin_client: Client, query: str) -> None:
    for name in ("ministries_ministry", "ministries_posting", "tasks_task", "records_event"):
        response = admin_client.get(f"{address(name + '_changelist')}?{query}", follow=True)
        assert response.status_code in (200, 400), name
    terms = {"app_label": "ministries", "model_name": "posting", "field_name": "user", "term": "\0"}
    assert admin_client.get(address("autocomplete"), terms).status_code == 200


@pytest.mark.parametrize("ticked", ["\0", "abc", "9" * 40, "-1"])
def test_odd_ticks_are_a_bad_request(admin_client: Client, ticked: str) -> None:
    for action in ("delete_selected", "end_on"):
        sent = {"action": action, "_selected_action": [ticked], "index": "0"}
        assert admin_client.post(address("ministries_posting_changelist"), sent).status_code == 400


def test_huge_and_odd_keys_are_not_found(admin_client: Client) -> None:
    for key in ("9" * 40, "abc", "%00"):
        response = admin_client.get(f"/admin/tasks/task/{key}/change/", follow=True)
        assert response.status_code in (200, 404)


# Searching and filtering


@pytest.mark.parametrize(
    ("name", "wanted", "found"),
    [
        ("ministries_ministry", "환경", ["ME"]),
        ("ministries_ministry", "environment", ["ME"]),
        ("ministries_ministry", "과기정통부", ["MSIT"]),
        ("ministries_ministry", normalize("NFD", "환경"), ["ME"]),  # as macOS sends it
        ("ministries_user", "김하늘", ["Kim Haneul"]),
        ("ministries_user", "haneul", ["Kim Haneul"]),
        ("ministries_posting", "강나래", ["Kang Narae · Officer · MOTIE"]),
        ("ministries_posting", "Financial", ["Jung Maru · Approver · FSC", "Choi Sol · Officer · FSC"]),
        ("tasks_task", "미래차", ["ME-03 Strategy for future vehicles"]),
        ("tasks_task", "vehicles", ["ME-03 Strategy for future vehicles"]),
        ("tasks_task", "fsc-0", ["FSC-01 Climate risk supervision plan", "FSC-02 2021 green finance plan"]),
    ],
)
def test_search_reads_both_languages(admin_client: Client, name: str, wanted: str, found: list[str]) -> None:
    assert rows(admin_client.get(address(f"{name}_changelist"), {"q": wanted})) == found


def test_old_names_are_found_too(admin_client: Client, me: Ministry) -> None:
    add_name(me, date(2021, 3, 1))
    page = address("ministries_ministry_changelist")
    assert rows(admin_client.get(page, {"q": "환경부"})) == ["ME"]
    assert rows(admin_client.get(page, {"q": "기후환경부"})) == ["ME"]
    assert "Ministry of Climate" in words(admin_client.get(page))


def test_no_officer_filter(admin_client: Client, me: Ministry, motie: Ministry, msit: Ministry) -> None:
    """No officer is: one whose posting ended, one who cannot sign in, an approver. Abolished ministries need none."""
    Posting.objects.filter(ministry=me).update(ends_on=date(2021, 3, 15))
    User.objects.filter(username="motie_officer").update(is_active=False)
    Posting.objects.filter(ministry=msit).update(ends_on=TODAY)  # the last day is included
    builders.ministry("GONE", abolished_on=date(2021, 1, 1))
    page = address("ministries_ministry_changelist")
    assert rows(admin_client.get(page, {"officer": "none"})) == ["ME", "MOTIE"]
    assert rows(admin_client.get(page, {"officer": "some"})) == ["MSIT", "FSC"]
    assert rows(admin_client.get(page, {"existing": "no"})) == ["GONE"]
    assert "GONE" not in rows(admin_client.get(page, {"existing": "yes"}))


def test_people_and_postings_by_what_is_in_force(admin_client: Client, me_officer: User) -> None:
    Posting.objects.filter(user=me_officer).update(ends_on=date(2021, 3, 15))
    people, postings = address("ministries_user_changelist"), address("ministries_posting_changelist")
    assert rows(admin_client.get(people, {"posted": "none"})) == ["Kim Haneul", "Han Nuri"]
    assert rows(admin_client.get(people, {"posted": "reader"})) == ["Jang Hanbyeol"]
    me = str(me_officer.postings.get().ministry_id)
    assert rows(admin_client.get(people, {"ministry": me})) == ["Lee Bada"]
    assert rows(admin_client.get(postings, {"in_force": "ended"})) == ["Kim Haneul · Officer · ME"]
    assert rows(admin_client.get(postings, {"in_force": "yes", "ministry": me})) == ["Lee Bada · Officer · ME"]


def test_tasks_by_the_ministry_that_leads_today(admin_client: Client, me: Ministry, motie: Ministry) -> None:
    Lead.objects.create(task=Task.objects.get(code="ME-01"), ministry=motie, valid_from=date(2021, 3, 1))
    Lead.objects.create(task=Task.objects.get(code="ME-02"), ministry=motie, valid_from=date(2021, 4, 1))
    found = rows(admin_client.get(address("tasks_task_changelist"), {"lead": motie.pk}))
    assert found == ["ME-01 2021 plan"]
    assert len(rows(admin_client.get(address("tasks_task_changelist"), {"lead": me.pk}))) == 5
