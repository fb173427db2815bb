"""보고 화면: what the hall sees while the meeting goes on."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, projector
from ..models import Meeting
from .common import get_meeting, only_visitors

ALL = "all"  # every slide one below the other, as they are printed


def get_shown(request: Request, no: int) -> Meeting:
    """The meeting, if its agenda was shown, or for the office; else 404."""
    meeting = get_meeting(request, no)
    if meeting.shown_at is None and not permissions.can_run_meetings(request.user):
        raise Http404
    return meeting


@require_safe
@only_visitors
def show_projector(request: Request, no: int) -> HttpResponse:
    """One slide, by `?page=`; all of them to print."""
    shown = projector.build(get_shown(request, no), user=request.user, at=request.arrived_at)
    return respond(request, "meetings/projector.html", _context(shown, request.GET.get("page", "")))


@require_safe
@only_visitors
def poll_projector(request: Request, no: int) -> HttpResponse:
    """204 while nothing changed, else the slide that is looked at, and the way on from it."""
    meeting = get_shown(request, no)
    if projector.position(meeting) == request.GET.get("seq", ""):
        return HttpResponse(status=204)
    shown = projector.build(meeting, user=request.user, at=request.arrived_at)
    return respond(request, "meetings/projector_live.html", _context(shown, request.GET.get("page", "")))


def _context(shown: projector.Show, asked: str) -> dict[str, Any]:
    page = 0 if asked == ALL else shown.page(asked)
    slides = [shown.slides[page - 1]] if page else shown.slides
    return {
        "shown": shown,
        "meeting": shown.meeting,
        "slides": list(enumerate(slides, page or 1)),
        "page": page,
        "earlier": page - 1 if page else 0,
        "later": page + 1 if page and page < len(shown.slides) else 0,
        "seconds": settings.MEETING_POLL_SECONDS,
    }
