"""One report to read: what was sent, what the office said, as far as the person may see it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from ministries.models import User
from tfportal.htmx import respond
from tfportal.http import Request

from .. import conversations, corrections, histories, permissions, providers, requests, review, teamwork
from ..models import Report
from ..transitions import can_be_added
from .common import get_report


@require_safe
def show_report(request: Request, pk: int) -> HttpResponse:
    """The submitted text; only the state where the text is not open to the person. The ministry sees its own draft."""
    return show_report_again(request, get_report(request, pk), {})


def show_report_again(request: Request, report: Report, typed: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page; `typed`: a message that could not be sent, with `text`, `problems` and the form's `key`."""
    view, found = review.read(report), corrections.of_report(report, user=request.user)
    context = _seen(request.user, report, view) | {
        "report": report,
        "view": view,
        "corrections": found.entries,
        "marks": found.by_field,
        "schedules": view.schedules,
        "talk": conversations.of_report(report, user=request.user, at=request.arrived_at),
        "typed": typed,
        "decisions": providers.decisions_on(
            report.task_id, round_=report.round, user=request.user, at=request.arrived_at
        ),
        "can_ask": can_be_added("ask_correction", report, by=request.user, at=request.arrived_at),
    }
    return respond(request, "tasks/report.html", context, status=status)


def _seen(user: User, report: Report, view: review.Reading) -> dict[str, Any]:
    """What of the report the person may see."""
    sees_text, sees_office = permissions.can_see_text(user, report), permissions.can_see_office_side(user, report)
    inside = permissions.works_for_lead(user, report)
    return {
        "sees_text": sees_text,
        "sees_office": sees_office,
        "inside": inside,
        "draft_parts": view.draft_parts if inside else [],
        "sees_history": permissions.can_see_history(user, report),
        "history": review.history(report, inside=inside) if sees_office else [],
        "team": teamwork.seen_by(user, report, view.names),
        "asked": requests.seen_by(user, report, view.names) if sees_text else [],
        "measures": view.measures(with_own=sees_text),
    }


@require_safe
def show_history(request: Request, pk: int) -> HttpResponse:
    """Every step of the report with what each sent text changed, as far as the person may see it."""
    report = get_report(request, pk)
    if not permissions.can_see_history(request.user, report):
        raise PermissionDenied
    context = {"report": report, "history": histories.read(report, user=request.user)}
    return respond(request, "tasks/report_history.html", context)
