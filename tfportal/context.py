"""What the shell of every page needs."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from records import clock


def _here(request: HttpRequest) -> str:
    """The address that shows this page again: its own, or that of the page whose form it answers."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        before = urlsplit(request.headers.get("Referer", ""))
        ours = (before.scheme, before.netloc) == (request.scheme, request.get_host())
    except (ValueError, DisallowedHost):  # no address; or no host of ours, as the page that is shown then says
        return "/"
    return urlunsplit(("", "", before.path, before.query, "")) if ours else "/"


def shell(request: HttpRequest) -> dict[str, Any]:
    """The demo band's clock and the person's standing."""
    user = getattr(request, "user", None)
    return {
        "demo": settings.DEMO,
        "now": clock.now() if settings.DEMO else None,
        "here": _here(request),
        "standing": user.standing if user is not None and user.is_authenticated else None,
    }
