"""The admin in a real browser: nothing to complain of, and its own scripts at work."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from ministries.models import Ministry, User
from tasks.models import Task

from .common import address, ends

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("task_force", "domain_time")]


def _complaints(page: Any) -> list[str]:
    """What the browser says against the page from now on: violations of the content security policy above all."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def signed_in(page: Any, settings: Any, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """A page of the administrator's browser; `page.base` is the server's address, which serves what was collected."""
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    server = request.getfixturevalue("live_server")
    client = Client()
    client.force_login(User.objects.get(username="administrator"))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    page.context.set_extra_http_headers({"accept-language": "en"})
    page.base = server.url
    return page


@pytest.mark.browser
@pytest.mark.either
@pytest.mark.django_db(transaction=True)
def test_browser_has_nothing_against_any_page(signed_in: Any) -> None:
    """Scripts and styles run under the strict policy, axe finds nothing, and no page is wider than a phone."""
    complaints = _complaints(signed_in)
    examined = signed_in.context.new_page()  # axe tries styles of its own, of which the browser complains as well
    me, person = Ministry.objects.get(code="ME").pk, User.objects.get(username="me_officer").pk
    task = Task.objects.get(code="ME-01").pk
    for path in (
        address("index"),
        *(address(f"{name}_changelist") for name in ("ministries_ministry", "ministries_posting", "records_event")),
        *(address("ministries_ministry_change", me), address("ministries_ministry_delete", me)),
        *(address("ministries_ministry_rename", me), address("ministries_user_change", person)),
        *(reverse("admin:auth_user_password_change", args=[person]), address("ministries_user_add")),
        *(address("ministries_posting_add"), address("tasks_task_change", task), address("tasks_task_add")),
    ):
        for width in (1280, 390):
            signed_in.set_viewport_size({"width": width, "height": 800})
            assert signed_in.goto(signed_in.base + path).status == 200, path
            assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        assert complaints == [], path
        examined.goto(signed_in.base + path)
        assert [found["id"] for found in Axe().run(examined).response["violations"]] == [], path


@pytest.mark.browser
@pytest.mark.either
@pytest.mark.django_db(transaction=True)
def test_postings_are_ended_in_the_browser(signed_in: Any) -> None:
    """With the admin's own scripts: tick, choose, pick the day, read the warning, confirm."""
    complaints = _complaints(signed_in)
    signed_in.goto(signed_in.base + address("ministries_posting_changelist") + "?q=박가람")
    signed_in.check("#result_list tbody input.action-select")
    signed_in.select_option("select[name=action]", "end_on")
    signed_in.click("button[name=index]")
    signed_in.fill("#id_day", "2021-03-31")
    signed_in.click("input[name=confirmed]")
    assert "Ministry of Science and ICT" in signed_in.inner_text("[role=alert]")
    signed_in.click("input[name=confirmed]")
    assert "1 posting ends on Wed 31 Mar 2021." in signed_in.inner_text(".messagelist")
    assert ends("msit_officer") == [date(2021, 3, 31)]
    assert complaints == []
