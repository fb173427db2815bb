"""첨부: attaching to a draft, removing from it, downloading from wherever the text may be read."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records.errors import Conflict
from tfportal.http import Request

from .. import files, permissions, workflow
from ..models import Attachment, Report
from .common import Unsaved, get_report, save_page_of
from .my_tasks import row_again, row_saved


def get_attachment(request: Request, token: UUID) -> Attachment:
    """The attachment with its report, if the person may read a text that carries it; else 404."""
    attachment = get_object_or_404(Attachment.objects.prefetch_related("attached"), token=token)
    attachment.report = get_report(request, attachment.report_id, texts=False)
    if not permissions.can_see_file(request.user, attachment):
        raise Http404
    return attachment


def _refused(report: Report, message: str, status: int) -> Unsaved:
    unsaved = Unsaved()
    unsaved.files[report.pk], unsaved.file_status = [message], status
    return unsaved


@require_POST
def attach_files(request: Request, pk: int) -> HttpResponse:
    """Keeps what the page sent, and attaches the files chosen for this report."""
    report = get_report(request, pk)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    try:
        save_page_of(request, report)
        if not request.FILES.getlist(f"r{pk}-file"):
            raise _refused(report, _("Choose a file first."), 422)
    except Unsaved as unsaved:
        return row_again(request, report, unsaved, with_files=True)
    return row_saved(request, report, with_files=True)


@require_POST
def remove_attachment(request: Request, token: UUID) -> HttpResponse:
    """Keeps what the page sent, and takes one file out of the draft."""
    attachment = get_attachment(request, token)
    report = attachment.report
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    try:
        version = save_page_of(request, report)
        try:
            workflow.detach(attachment, by=request.user, at=request.arrived_at, version=version)
        except Conflict as error:
            raise _refused(report, str(error), error.status) from error
    except Unsaved as unsaved:
        return row_again(request, report, unsaved, with_files=True)
    return row_saved(request, report, with_files=True)


@require_safe
def download_attachment(request: Request, token: UUID) -> FileResponse:
    """The file, to be saved and never to be shown by the browser: it is somebody else's content on our address."""
    attachment = get_attachment(request, token)
    response = FileResponse(
        files.opened(attachment),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
