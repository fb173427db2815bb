"""Who gets into the admin; and every page of it answers, in both languages."""

from datetime import date
from pathlib import Path
from typing import Any

import polib
import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ministries.models import Ministry, Posting, User
from tests import builders
from tests.cast import TaskForce
from tfportal.admin import OUR_WORDS

from .common import address, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time"), pytest.mark.either]

NOT_OPEN_TO_ADMINISTRATORS = ("coordinator", "me_officer", "fsc_approver", "reader", "stranger")

# Who gets in


def test_only_chosen_models_are_registered() -> None:
    """Drafts, revisions and returns are never shown here, nor are groups, permissions and confirmed addresses."""
    shown = {model._meta.label for model in admin.site._registry}
    assert shown == {
        *("records.Stream", "records.Event", "records.Receipt", "records.Seal", "records.Verification"),
        *("ministries.Ministry", "ministries.User", "ministries.Posting", "ministries.Delegation"),
        *("ministries.SpecialDay", "outbox.Notice", "tasks.Assignment"),
        *("tasks.Sector", "tasks.Strategy", "tasks.Direction", "tasks.StrategyItem", "tasks.Task"),
        *("scenarios.WorkingGroup", "scenarios.PublishedFigure", "scenarios.Scenario", "scenarios.ScenarioVersion"),
        *("tasks.Indicator", "tasks.Round", "tasks.Report", "tasks.Submission", "meetings.Meeting"),
    }


@pytest.mark.parametrize("name", NOT_OPEN_TO_ADMINISTRATORS)
def test_others_are_refused(client: Client, task_force: TaskForce, name: str) -> None:
    client.force_login(task_force.people[name])
    for page in ("index", "ministries_ministry_changelist", "ministries_user_add", "login", "jsi18n"):
        assert client.get(address(page)).status_code == 403, page
    posted = client.post(address("ministries_ministry_rename", task_force.ministries["ME"].pk), {})
    assert posted.status_code == 403


def test_nobody_signed_in_is_sent_to_the_portals_sign_in(client: Client) -> None:
    page = address("ministries_ministry_changelist")
    for _ in range(3):
        response = client.get(page)
        assert response.status_code == 302
        page = response["Location"]
        if page.startswith(reverse("account_login")):
            return
    pytest.fail(f"Never reached the sign-in page: {page}")


def test_signing_in_leads_back_into_the_admin_and_nowhere_else(admin_client: Client) -> None:
    inside = address("tasks_task_changelist")
    assert admin_client.get(address("login"), {"next": inside})["Location"] == inside
    assert admin_client.get(address("login"), {"next": "https://example.com/"})["Location"] == address("index")


def test_administrator_whose_posting_ended_is_out(admin_client: Client, administrator: User) -> None:
    Posting.objects.filter(user=administrator).update(ends_on=date(2021, 3, 15))
    assert admin_client.get(address("index")).status_code == 403


def test_start_page_says_what_is_missing(admin_client: Client, msit: Ministry) -> None:
    assert "no officer today" not in words(admin_client.get(address("index")))
    Posting.objects.filter(ministry=msit).update(ends_on=date(2021, 3, 15))
    assert "1 ministry has no officer today" in words(admin_client.get(address("index")))


# Every page answers, in both languages, with a constant number of queries


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_list_and_form_opens(admin_client: Client, language: str) -> None:
    admin_client.cookies["django_language"] = language
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        assert admin_client.get(address(f"{name}_changelist")).status_code == 200, name
        assert admin_client.get(address(f"{name}_add")).status_code in (200, 403), name
        if row := model._default_manager.first():
            page = admin_client.get(address(f"{name}_change", row.pk))
            assert page.status_code == 200, name
            assert " style=" not in page.content.decode(), name
            assert admin_client.get(address(f"{name}_history", row.pk)).status_code == 200, name


@pytest.mark.parametrize("name", ["ministries_ministry", "ministries_user", "ministries_posting", "tasks_task"])
def test_lists_take_no_more_queries_for_more_rows(
    admin_client: Client, django_assert_num_queries: Any, task_force: TaskForce, name: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    page = address(f"{name}_changelist")
    admin_client.get(page)
    with CaptureQueriesContext(
        connection,
    ) as few:
        admin_client.get(page)
    for number in range(5):
        made = builders.ministry(f"X{number}")
        builders.posting(User.objects.create(username=f"x{number}"), "officer", made)
        builders.task(f"X{number}-01", made, ko="과제", en="Task")
    with django_assert_num_queries(len(few)):
        admin_client.get(page)


def test_our_words_are_djangos() -> None:
    """A sentence that Django words anew would silently fall back to Django's Korean."""
    folder = Path(admin.__file__).parent / "locale" / "ko" / "LC_MESSAGES"
    known = {entry.msgid for entry in polib.pofile(str(folder / "django.po"))}
    assert [sentence for sentence in OUR_WORDS if sentence not in known] == []
