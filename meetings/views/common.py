"""What the views of meetings share: guards that fetch, the page under a meeting's head, what a refused form says."""

from typing import Any

from django.http import Http404, HttpResponse

from records.errors import Conflict, Invalid, KeyReused, Refused, WrongState
from tasks.forms import posted_key
from tasks.views.common import allowed
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, reading
from ..models import Meeting

only_office = allowed(permissions.can_run_meetings)
only_visitors = allowed(permissions.can_see_meetings)
REFUSED = (Invalid, WrongState, Conflict, KeyReused)


def get_meeting(request: Request, no: int) -> Meeting:
    """The meeting that the person may see, else 404."""
    meeting = reading.by_no(no, user=request.user)
    if meeting is None:
        raise Http404
    return meeting


def who(request: Request) -> dict[str, Any]:
    """The arguments that every verb takes."""
    return {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}


def typed(request: Request, error: Refused | None) -> dict[str, Any]:
    """What a refused form brought along, with its messages by field. It keeps its key, so that it counts once."""
    problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]} if error else {}
    return {
        "problems": problems,
        "posted": request.POST if error else {},
        "key": "" if isinstance(error, KeyReused) else request.POST.get("key", ""),
    }


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
