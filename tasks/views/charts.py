"""The board's charts: of the round that is being collected, and of a frozen one."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import board, figures, permissions
from ..models import Round
from .common import allowed, get_round


@require_safe
@allowed(permissions.can_see_board)
def show_charts(request: Request) -> HttpResponse:
    """The charts of the open round; between rounds, what the board says then."""
    round_ = Round.objects.current()
    if round_ is None:
        return respond(request, "tasks/board_empty.html", {"between": board.between_rounds()})
    return _show(request, round_)


@require_safe
@allowed(permissions.can_see_frozen)
def show_round_charts(request: Request, no: int) -> HttpResponse:
    """The charts as of a frozen round; the open one has its own page."""
    round_ = get_round(no)
    if round_.frozen_at is not None:
        return _show(request, round_)
    if not permissions.can_see_board(request.user):
        raise Http404
    return redirect("show_charts")


def _show(request: Request, round_: Round) -> HttpResponse:
    shown = board.build(round_, request.GET, user=request.user, at=request.arrived_at)
    return respond(request, "tasks/charts.html", {"board": shown, "figures": figures.build(shown, request.GET)})
