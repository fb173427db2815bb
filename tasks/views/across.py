"""Pages across rounds: a task, a ministry, two rounds side by side, moved dates, both lights. Each as of a frozen round
where the address asks for one."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions
from ..across import of_ministry, of_task
from ..across.standpoint import Standpoint, stand
from ..forms import posted_number
from ..models import Round
from .common import allowed, get_round


def get_standpoint(request: Request) -> Standpoint:
    """As of the frozen round in the address, or as things stand now; 404 for a round that is not frozen."""
    if not request.GET.get("round"):
        return stand(request.user, request.arrived_at, None)
    round_ = get_round(max(posted_number(request.GET, "round"), 0))
    if round_.frozen_at is None:
        raise Http404
    return stand(request.user, request.arrived_at, round_)


def _frozen() -> list[Round]:
    """What can be chosen: the frozen rounds, the last one first."""
    return list(Round.objects.frozen().order_by("-no"))


@require_safe
@allowed(permissions.can_see_frozen)
def show_task(request: Request, code: str) -> HttpResponse:
    """이행과제: what, who, until when, and all its rounds."""
    task = None if "\0" in code else of_task.find(code)
    page = of_task.read(task, get_standpoint(request)) if task else None
    if page is None:
        raise Http404
    return respond(request, "tasks/task.html", {"page": page, "at": page.standpoint, "frozen_rounds": _frozen()})


@require_safe
@allowed(permissions.can_see_frozen)
def show_ministry(request: Request, code: str) -> HttpResponse:
    """부처: its tasks in a round, and its record over the rounds."""
    page = None if "\0" in code else of_ministry.read(code, get_standpoint(request))
    if page is None:
        raise Http404
    return respond(request, "tasks/ministry.html", {"page": page, "at": page.standpoint, "frozen_rounds": _frozen()})
