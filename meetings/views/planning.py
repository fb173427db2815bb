"""The list of meetings, and the first page of each."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from ..models import Meeting
from .common import get_meeting, only_visitors, show


@require_safe
@only_visitors
def list_meetings(request: Request) -> HttpResponse:
    """Every meeting that the person may see, the latest first."""
    meetings = Meeting.objects.visible_to(request.user).select_related("round").order_by("-no")
    return respond(request, "meetings/list_meetings.html", {"meetings": meetings})


@require_safe
@only_visitors
def show_meeting(request: Request, no: int) -> HttpResponse:
    """When and where it is, who is invited, what is on its agenda."""
    return show(request, "meetings/show_meeting.html", get_meeting(request, no), {})
