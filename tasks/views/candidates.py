"""발굴: calls on ministries, their candidates, and what the office decides on them."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from ministries.models import User
from tfportal.htmx import respond
from tfportal.http import Request

from .common import allowed


def _sees_calls(user: User) -> bool:
    standing = user.standing
    return standing.is_coordinator or standing.is_reader or bool(standing.ministries)


@require_safe
@allowed(_sees_calls)
def list_calls(request: Request) -> HttpResponse:
    """Every call that the person may see."""
    return respond(request, "tasks/list_calls.html", {})
