"""보도자료: the draft of a press release as a page, with what it lacks, and as a file."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tasks.exports import file_name
from tfportal.http import Request

from .. import permissions
from ..documents import hwpx, page, pdf, press_gaps, press_release
from ..documents.blocks import Document
from ..models import Meeting
from .common import get_meeting, only_visitors, show

WRITERS: dict[str, tuple[Callable[[Document], bytes], str]] = {
    "hwpx": (hwpx.write_hwpx, "application/hwp+zip"),
    "pdf": (pdf.write_pdf, "application/pdf"),
}


def _get_meeting(request: Request, no: int) -> Meeting:
    """The meeting whose press release the person may read: 404 for one they do not see, else 403."""
    meeting = get_meeting(request, no)
    if not permissions.can_read_press_release(request.user, meeting):
        raise PermissionDenied
    return meeting


def _language(request: Request) -> str:
    """That of the document: the one asked for, else the reader's."""
    asked = request.GET.get("language") or get_language() or ""
    return asked if asked in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@require_safe
@only_visitors
def show_press_release(request: Request, no: int) -> HttpResponse:
    """The draft as it would go out, and beside it what is missing and where that is entered."""
    meeting, language = _get_meeting(request, no), _language(request)
    runs = permissions.can_run_meetings(request.user)
    context = {
        "document": page.render(press_release.compose(meeting, language=language, at=request.arrived_at)),
        "written_in": language,
        "languages": settings.LANGUAGES,
        "has_pdf": pdf.is_available(),
        "missing": press_gaps.missing(meeting, at=request.arrived_at) if runs else [],
        "sources": press_gaps.sources(meeting) if runs else [],
    }
    return show(request, "meetings/press_release.html", meeting, context)


@require_safe
@only_visitors
def download_press_release(request: Request, no: int, ending: str) -> HttpResponse:
    """The same as a file; 404 for what this machine cannot write."""
    meeting, language = _get_meeting(request, no), _language(request)
    if ending not in WRITERS or (ending == "pdf" and not pdf.is_available()):
        raise Http404
    write, kind = WRITERS[ending]
    document = press_release.compose(meeting, language=language, at=request.arrived_at)
    with translation.override(language):
        draft = pgettext("document", "Draft") if document.draft else ""
        name = file_name(meeting.name.replace("/", ""), _("Press release"), draft, ending=ending)
    headers = {"Content-Disposition": content_disposition_header(True, name) or ""}
    return HttpResponse(write(document), content_type=kind, headers=headers)
