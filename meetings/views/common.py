"""What the views of meetings share: guards that fetch, the page under a meeting's head, what a refused form says."""

from typing import Any

from django.http import Http404, HttpResponse

from records.errors import Refused
from tasks.views.common import REFUSED, allowed, typed, who
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, reading
from ..models import Meeting

__all__ = ("REFUSED", "get_meeting", "only_office", "only_visitors", "show", "typed", "who")

only_office = allowed(permissions.can_run_meetings)
only_visitors = allowed(permissions.can_see_meetings)


def get_meeting(request: Request, no: int) -> Meeting:
    """The meeting that the person may see, else 404."""
    meeting = reading.by_no(no, user=request.user)
    if meeting is None:
        raise Http404
    return meeting


def show(
    request: Request,
    template: str,
    meeting: Meeting,
    context: dict[str, Any],
    *,
    error: Refused | None = None,
    partial: str = "",
) -> HttpResponse:
    """A page under the meeting's head; after a refusal with its status and what was typed."""
    context = {"meeting": meeting, "head": reading.head(meeting, user=request.user), **typed(request, error), **context}
    return respond(request, template, context, partial=partial, status=error.status if error else 200)
