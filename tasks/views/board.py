"""The coordinator's home: who has reported, what is in trouble, what changed since last time."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from tfportal.htmx import respond
from tfportal.http import Request

from .. import board, permissions, polling, saved_filters
from ..models import Round
from ..providers import errands_of, jobs_of
from .common import allowed

STOP_POLLING = 286  # htmx's own status: take this answer, and ask no more


def board_context(request: Request, round_: Round) -> dict[str, Any]:
    """What the board's page and its live parts show; also for a frozen round."""
    return {
        "board": board.build(round_, request.GET, user=request.user, at=request.arrived_at),
        "checked_at": _clock(request),
        "coordinates": permissions.can_coordinate(request.user),
    }


def _clock(request: Request) -> str:
    return f"{timezone.localtime(request.arrived_at):%H:%M}"


def _seen(request: Request, round_: Round) -> str:
    """The round's position, and the time left as far as the page tells it: hours, within the last day minutes."""
    minutes = abs(int((round_.due_at - request.arrived_at).total_seconds()) // 60)
    told = minutes // 60 * 60 if minutes >= 24 * 60 else minutes
    return f"{polling.position(round_, user=request.user, at=request.arrived_at)}.{told}"


@require_safe
@allowed(permissions.can_see_board)
def show_board(request: Request) -> HttpResponse:
    """The round that is being collected; between rounds, what comes next."""
    round_ = Round.objects.current()
    if round_ is None:
        coordinates = permissions.can_coordinate(request.user)
        jobs = jobs_of(request.user, at=request.arrived_at) if coordinates else []
        context = {"between": board.between_rounds(), "coordinates": coordinates, "jobs": jobs}
        context["errands"] = errands_of(request.user, at=request.arrived_at)
        return respond(request, "tasks/board_empty.html", context)
    # The position is read first: whatever happens while the page is made, the next poll brings.
    seen = _seen(request, round_)
    context = board_context(request, round_) | {"seen": seen, "seconds": settings.BOARD_POLL_SECONDS}
    context["saved"] = saved_filters.of(request.user)
    return respond(request, "tasks/board.html", context)


def _say_it_is_over(request: Request, shown: str) -> HttpResponse:
    """What was being read stays as it is, with a word on it. Where the page shows no such round, it is made anew."""
    no = shown.partition("-")[0]
    known = no.isascii() and no.isdigit() and len(no) < 5
    frozen = Round.objects.frozen().filter(no=no).first() if known else None
    if frozen is None:
        return HttpResponseClientRefresh()
    return respond(request, "tasks/board_over.html", {"round": frozen}, status=STOP_POLLING)


@require_safe
@allowed(permissions.can_see_board)
def poll_board(request: Request) -> HttpResponse:
    """204 while nothing changed, else the parts that did. Once its round is frozen the page says so and stops."""
    round_, shown = Round.objects.current(), request.GET.get("seen", "")
    if round_ is None or (shown and shown.partition("-")[0] != str(round_.no)):
        return _say_it_is_over(request, shown)
    seen = _seen(request, round_)
    if seen == shown:
        response = HttpResponse(status=204)
    elif seen.partition(".")[0] == shown.partition(".")[0]:
        context = {"round": round_, "phase": round_.phase(request.arrived_at), "seen": seen, "part": True}
        context |= {"left": round_.due_at - request.arrived_at, "overdue": request.arrived_at - round_.due_at}
        response = respond(request, "tasks/board_due.html", context)
    else:
        live = board_context(request, round_) | {"seen": seen, "part": True}
        live["news"] = polling.news(live["board"], shown)
        response = respond(request, "tasks/board_live.html", live)
    response.headers["X-Checked-At"] = _clock(request)
    return response
