"""What tests of mail share: an empty outbox, the command, and a real connection to a mail server of our own."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from outbox import due
from outbox.models import Notice
from tests.cast import TaskForce


@pytest.fixture(autouse=True)
def no_reminders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail alone: what a round owes because time has passed has tests of its own (tests/tasks/test_reminders.py)."""
    monkeypatch.delitem(due._registered, "reminders")


@pytest.fixture
def outbox(task_force: TaskForce, domain_time: Any) -> Iterator[type[Notice]]:
    """The outbox without what the cast's first round owed."""
    Notice.objects.all().delete()
    yield Notice
    if connection.vendor == "sqlite":
        Path(f"{connection.settings_dict['NAME']}.run_due").unlink(missing_ok=True)


def run_due() -> str:
    """`manage.py run_due`; returns its line."""
    out = StringIO()
    call_command("run_due", stdout=out)
    return out.getvalue().partition(" mail: ")[2].strip() or out.getvalue()


@pytest.fixture
def post(settings: Any) -> Callable[[int], None]:
    """Lets mail go to the server on this port, with little patience."""

    def to(port: int) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3

    return to
