"""What the shell of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from records import clock


def shell(request: HttpRequest) -> dict[str, Any]:
    """The demo band's clock and the person's standing."""
    user = getattr(request, "user", None)
    return {
        "demo": settings.DEMO,
        "now": clock.now() if settings.DEMO else None,
        "standing": user.standing if user is not None and user.is_authenticated else None,
    }
