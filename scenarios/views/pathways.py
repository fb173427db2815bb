"""시나리오: versions with their figures, side by side."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .common import only_visitors


@require_safe
@only_visitors
def list_scenarios(request: Request) -> HttpResponse:
    """Every scenario with its versions, as far as the person may see them."""
    return respond(request, "scenarios/list_scenarios.html", {})
