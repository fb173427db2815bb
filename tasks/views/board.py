"""The board: who has reported, what is in trouble, what changed since last time."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.http import Request

from .. import permissions
from .common import allowed


@require_safe
@allowed(permissions.can_see_board)
def show_board(request: Request) -> HttpResponse:
    return HttpResponse()


@require_safe
@allowed(permissions.can_see_board)
def poll_board(request: Request) -> HttpResponse:
    return HttpResponse(status=204)
