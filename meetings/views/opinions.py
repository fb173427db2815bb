"""이해관계자 의견: what stakeholders said, and what came of it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .common import only_visitors


@require_safe
@only_visitors
def list_opinions(request: Request) -> HttpResponse:
    """Every opinion that the person may see."""
    return respond(request, "meetings/list_opinions.html", {})
