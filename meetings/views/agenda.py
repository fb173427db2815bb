"""The agenda: drawn up by the office, each item on its own page, with its papers."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tasks import files
from tfportal.http import Request

from .. import agenda
from ..models import Paper
from .common import get_meeting, only_office, only_visitors, show


@require_safe
@only_office
def edit_agenda(request: Request, no: int) -> HttpResponse:
    """The items in their order, and what is suggested beside them."""
    meeting = get_meeting(request, no)
    read = agenda.read(meeting, user=request.user, at=request.arrived_at)
    return show(request, "meetings/edit_agenda.html", meeting, {"agenda": read})


@require_safe
@only_visitors
def show_item(request: Request, no: int, pk: int) -> HttpResponse:
    """One item: what it is about, its figures, tasks and papers."""
    meeting = get_meeting(request, no)
    read = agenda.read(meeting, user=request.user, at=request.arrived_at, only=pk)
    if not read.entries:
        raise Http404
    return show(request, "meetings/show_item.html", meeting, {"agenda": read, "entry": read.entries[0]})


@require_safe
@only_visitors
def download_paper(request: Request, token: UUID) -> HttpResponse:
    """The file, to be saved and never to be shown by the browser."""
    get_object_or_404(Paper.objects.visible_to(request.user), token=token)
    raise files.FileMissing
