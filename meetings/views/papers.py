"""One item of the agenda as everybody sees it who may, and its papers."""

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records.errors import Invalid, Refused
from tasks import files
from tfportal.http import Request

from .. import agenda, item_pages, permissions, workflow
from ..models import Meeting, Paper
from .common import REFUSED, get_meeting, only_visitors, show, who


@require_safe
@only_visitors
def show_item(request: Request, no: int, pk: int) -> HttpResponse:
    """One item: what it is about, its figures, tasks and papers."""
    return _show(request, get_meeting(request, no), pk)


def _show(request: Request, meeting: Meeting, pk: int, error: Refused | None = None) -> HttpResponse:
    """The page, 404 where the person does not see the item; after a refused paper with the reason."""
    read = agenda.read(meeting, user=request.user, at=request.arrived_at, only=pk if pk < 2**63 else 0)
    if not read.entries:
        raise Http404
    entry = read.entries[0]
    papers = item_pages.papers(entry, read, user=request.user, at=request.arrived_at)
    context = {"agenda": read, "entry": entry, "papers": papers}
    return show(request, "meetings/show_item.html", meeting, context, error=error)


@require_POST
@only_visitors
def add_paper(request: Request, no: int, pk: int) -> HttpResponse:
    """Adds a file in the name of a ministry, or in the office's."""
    meeting = get_meeting(request, no)
    read = agenda.read(meeting, user=request.user, at=request.arrived_at, only=pk if pk < 2**63 else 0)
    if not read.entries:
        raise Http404
    item = read.entries[0].item
    ministry = read.names.by_code().get(request.POST.get("ministry", ""))
    ministry_id = ministry.pk if ministry else None
    if not permissions.can_add_paper(request.user, item, ministry_id):
        raise PermissionDenied
    try:
        file, replaces = _upload(request), _replaces(request)
        given: dict[str, Any] = {"ministry": ministry_id, "file": file, "name": str(file.name), "replaces": replaces}
        workflow.add_paper(item.pk, **given, **who(request))
    except (*REFUSED, files.NotKept) as error:
        return _show(request, meeting, pk, error)
    messages.success(request, _("The paper has arrived."))
    return redirect("show_item", no=no, pk=pk)


def _replaces(request: Request) -> UUID | None:
    """Of which paper it is the next version, by its token; None for another paper."""
    text = request.POST.get("replaces", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid({"replaces": [_("Choose one of the papers that are there, or another paper.")]}) from None


def _upload(request: Request) -> BinaryIO:
    """The file that came; raises Invalid or NotKept where there is none, or none that could be taken in."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Invalid({"file": [_("Choose a file first.")]})
    if problem := getattr(upload, "problem", ""):
        raise files.no_room() if problem == "no room" else Invalid({"file": [files.too_big()]})
    return cast("BinaryIO", upload)


@require_safe
@only_visitors
def download_paper(request: Request, token: UUID) -> FileResponse:
    """The file, to be saved and never to be shown by the browser: it is somebody else's content on our address."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user), token=token)
    response = FileResponse(
        files.opened(paper), as_attachment=True, filename=paper.name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
