"""One report to read: what was sent, what the office said, as far as the person may see it."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import corrections, histories, permissions, requests, review, teamwork
from ..transitions import can_be_added
from .common import get_report


@require_safe
def show_report(request: Request, pk: int) -> HttpResponse:
    """The submitted text; only the state where the text is not open to the person. The ministry sees its own draft."""
    report = get_report(request, pk)
    sees_text = permissions.can_see_text(request.user, report)
    sees_office = permissions.can_see_office_side(request.user, report)
    inside = permissions.works_for_lead(request.user, report)
    view, found = review.read(report), corrections.of_report(report, user=request.user)
    context = {
        "report": report,
        "view": view,
        "sees_text": sees_text,
        "sees_office": sees_office,
        "inside": inside,
        "draft_parts": view.draft_parts if inside else [],
        "sees_history": permissions.can_see_history(request.user, report),
        "history": review.history(report, inside=inside) if sees_office else [],
        "team": teamwork.seen_by(request.user, report, view.names),
        "asked": requests.seen_by(request.user, report, view.names) if sees_text else [],
        "corrections": found.entries,
        "marks": found.by_field,
        "can_ask": can_be_added("ask_correction", report, by=request.user, at=request.arrived_at),
    }
    return respond(request, "tasks/report.html", context)


@require_safe
def show_history(request: Request, pk: int) -> HttpResponse:
    """Every step of the report with what each sent text changed, as far as the person may see it."""
    report = get_report(request, pk)
    if not permissions.can_see_history(request.user, report):
        raise PermissionDenied
    context = {"report": report, "history": histories.read(report, user=request.user)}
    return respond(request, "tasks/report_history.html", context)
