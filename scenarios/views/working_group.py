"""기술작업반: divisions, experts, meetings, and what was published of them."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .common import only_visitors


@require_safe
@only_visitors
def show_working_group(request: Request) -> HttpResponse:
    """The divisions with how many are in them."""
    return respond(request, "scenarios/show_working_group.html", {})
