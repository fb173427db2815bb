"""Rounds: their list, the board as of a frozen one, its record, and the freeze."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.http import Request

from .. import permissions
from .common import allowed


@require_safe
@allowed(permissions.can_see_frozen)
def list_rounds(request: Request) -> HttpResponse:
    return HttpResponse()


@require_safe
@allowed(permissions.can_see_frozen)
def show_round(request: Request, no: int) -> HttpResponse:
    return HttpResponse()


@require_safe
@allowed(permissions.can_see_frozen)
def show_record(request: Request, no: int) -> HttpResponse:
    return HttpResponse()


@allowed(permissions.can_coordinate)
def freeze_round(request: Request, no: int) -> HttpResponse:
    return HttpResponse()
