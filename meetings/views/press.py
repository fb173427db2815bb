"""보도자료: the draft of a press release as a page, with what it lacks, and as a file."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from tfportal.http import Request

from .. import permissions
from ..documents import page, pdf, press_gaps, press_release, shelf
from ..documents.making import Wanted
from ..models import DocumentKind, Meeting
from .common import get_meeting, only_visitors, show
from .documents import language_of, not_given_out, send


def _get_meeting(request: Request, no: int) -> Meeting:
    """The meeting whose press release the person may read: 404 for one they do not see, else 403."""
    meeting = get_meeting(request, no)
    if not permissions.can_read_press_release(request.user, meeting):
        raise PermissionDenied
    return meeting


@require_safe
@only_visitors
def show_press_release(request: Request, no: int) -> HttpResponse:
    """The draft as it would go out, and beside it what is missing and where that is entered."""
    meeting, language = _get_meeting(request, no), language_of(request)
    wanted, runs = Wanted(DocumentKind.PRESS_RELEASE, meeting, language), permissions.can_run_meetings(request.user)
    if not shelf.may_have(request.user, wanted):
        return not_given_out(request, wanted, status=200)  # a step of the meeting leads here
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
def download_press_release(request: Request, no: int, ending: str) -> HttpResponseBase:
    """The same as a file: the kept one, for the office also one made anew; 404 for what this machine cannot write."""
    return send(request, Wanted(DocumentKind.PRESS_RELEASE, _get_meeting(request, no), language_of(request)), ending)
