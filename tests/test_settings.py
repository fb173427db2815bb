"""Settings that refuse to start, and the demo that stays on its own machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse

from tfportal.middleware import LoopbackOnly

pytestmark = pytest.mark.either

ROOT = Path(__file__).resolve().parent.parent
SAFE = {
    "SECRET_KEY": "x" * 25 + "abcdefghijklmnopqrstuvwxyz0123456789",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://portal@localhost/portal",
    "FILES_ROOT": "/srv/portal/files",
    "PORTAL_URL": "https://portal.example",
    "EMAIL_HOST": "mail.example",
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Start production settings in a process of their own."""
    base = {name: value for name, value in os.environ.items() if name not in {*SAFE, "DEBUG", "SCAN_COMMAND"}}
    env = base | {"DJANGO_SETTINGS_MODULE": "tfportal.settings.production"} | environment
    code = "import django; django.setup(); print('started')"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_production_starts_with_everything_it_needs() -> None:
    assert start(**SAFE).stdout.strip() == "started"


@pytest.mark.parametrize("name", sorted(SAFE))
def test_production_refuses_to_start_without(name: str) -> None:
    """Without a secret key, hosts or a database it says which one is missing."""
    result = start(**{key: value for key, value in SAFE.items() if key != name})
    assert result.returncode != 0
    assert f"Set {name}" in result.stderr


@pytest.mark.parametrize(
    "extra",
    [
        {"DEBUG": "1"},
        {"DEBUG": "true"},
        {"ALLOWED_HOSTS": "*"},
        {"ALLOWED_HOSTS": ","},
        {"FILES_ROOT": str(ROOT / "var" / "static" / "files")},
        {"FILES_ROOT": str(ROOT / "var")},
    ],
)
def test_production_refuses_what_is_unsafe(extra: dict[str, str]) -> None:
    result = start(**(SAFE | extra))
    assert result.returncode != 0
    assert "ImproperlyConfigured" in result.stderr


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403)])
def test_demo_answers_on_its_own_machine_only(address: str, status: int) -> None:
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = address
    assert LoopbackOnly(lambda _request: HttpResponse())(request).status_code == status
