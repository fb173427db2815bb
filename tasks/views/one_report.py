"""One task sent alone from *My tasks*, with whatever else its page holds."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from records.errors import Invalid, Refused, WrongState
from records.models import Receipt
from tfportal.http import Request

from .. import permissions, workflow
from ..forms import has_row, posted_key, posted_number, posted_raw
from ..models import Report, State
from .common import Unsaved, get_report, list_address, require_on_page, save_posted_page, save_posted_rows
from .my_tasks import list_again, row_of, show_unsaved, way_of


@require_POST
def submit_report(request: Request, pk: int) -> HttpResponse:
    """Keeps what the page sent, then sends this one report alone."""
    report = get_report(request, pk)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    key, prefix, way = posted_key(request.POST), f"r{pk}-", way_of(request, report.lead)
    posted = [pk, posted_number(request.POST, f"{prefix}version"), posted_raw(request.POST, prefix)]
    sent = {"by": request.user, "key": key, "posted": posted}
    if receipt := workflow.sent_before(way, **sent):  # type: ignore[arg-type]
        return _sent_already(request, report, receipt)
    try:
        receipt = _send_one(request, report, way, posted)
    except (Unsaved, WrongState, Invalid) as error:
        # The same form may have arrived twice at once: then the other one has done the work.
        if receipt := workflow.sent_before(way, **sent):  # type: ignore[arg-type]
            return _sent_meanwhile(request, report, receipt, error)
        return _not_sent(request, report, error)
    return _to_receipt(report, receipt)


def _sent_already(request: Request, report: Report, receipt: Receipt) -> HttpResponse:
    """The receipt of the form that came before; the list, where the page brings something new in other rows."""
    others = [row for row in _on_page(request, report) if row.pk != report.pk and _is_news(request, row)]
    if not others:
        return _to_receipt(report, receipt)
    try:
        save_posted_rows(request, others)
    except Unsaved as unsaved:
        return _sent_meanwhile(request, report, receipt, unsaved)
    code = others[0].task.code
    messages.success(request, _has_gone(report, receipt) + " " + _("What you typed into other tasks is saved."))
    return redirect(f"{list_address(report.lead, code)}#{code}")


def _is_news(request: Request, report: Report) -> bool:
    """Whether the form brings more of this row than stands there."""
    prefix = f"r{report.pk}-"
    if not has_row(request.POST, prefix):
        return False
    raw = posted_raw(request.POST, prefix)
    return f"{prefix}file" in request.FILES or workflow.is_news(report, raw, by=request.user, at=request.arrived_at)


def _sent_meanwhile(
    request: Request, report: Report, receipt: Receipt, error: Unsaved | WrongState | Invalid
) -> HttpResponse:
    """The receipt, unless something that was typed into other rows could not be saved: then the list with it."""
    if isinstance(error, Unsaved):
        error.gone.pop(report.pk, None)
        if error.reports:
            messages.success(request, _has_gone(report, receipt))
            return show_unsaved(request, report.lead, report.round, error)
    return _to_receipt(report, receipt)


def _has_gone(report: Report, receipt: Receipt) -> str:
    """Says where a report is that went out before."""
    words = {"code": report.task.code, "number": receipt.number}
    if receipt.number:
        return _("%(code)s was sent: receipt %(number)s.") % words
    return _("%(code)s was put before your approver.") % words


def _on_page(request: Request, report: Report) -> list[Report]:
    """The reports of the list that the form stands on."""
    reports = list(Report.objects.in_round(report.round).led_by([report.lead_id]).with_texts())
    require_on_page(request, reports)
    return reports


def _send_one(request: Request, report: Report, way: str, posted: list[Any]) -> Receipt:
    """Save every row that came along, then send this one, or put it before the approver."""
    reports = list(Report.objects.in_round(report.round).led_by([report.lead_id]))
    version = save_posted_page(request, reports).get(report.pk, -1)
    item = workflow.Item(report.pk, version, unchanged=row_of(request, report.pk).goes_as == "unchanged")
    send = workflow.ask_sign_off if way == "ask_sign_off" else workflow.submit
    return send([item], by=request.user, at=request.arrived_at, key=posted_key(request.POST), posted=posted)


def _not_sent(request: Request, report: Report, error: Unsaved | Refused) -> HttpResponse:
    """The list again, with what could not be saved, or why what is saved did not go."""
    if isinstance(error, workflow.Switched):
        return list_again(request, report.lead, report.round, error, opened=report.task.code)
    if isinstance(error, Invalid):
        refused, row = Unsaved(), row_of(request, report.pk)
        refused.invalid[report.pk] = (row.raw, row.problems or {"results": next(iter(error.problems.values()))})
        refused.unsent = report.task.code
        error = refused
    if isinstance(error, Unsaved):
        return show_unsaved(request, report.lead, report.round, error)
    raise error


def _to_receipt(report: Report, receipt: Receipt) -> HttpResponse:
    """Where a report stands after it went: on its receipt, or among those that await sign-off."""
    if receipt.number:
        return redirect("show_submission", number=receipt.number)
    return redirect(f"{reverse('list_my_tasks')}?ministry={report.lead.code}&state={State.AWAITING}")
