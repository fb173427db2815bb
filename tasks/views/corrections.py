"""정정: asking for a correction of a sealed text, deciding on it, and the round's table (정정표)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import corrections, permissions, review, workflow
from ..correction_forms import AskForm, DecideForm
from ..forms import posted_key, problems_of_forms
from ..models import Correction, CorrectionDecision, Report
from ..transitions import can_be_added
from .common import allowed, get_report, get_round


@require_http_methods(["GET", "HEAD", "POST"])
def ask_correction(request: Request, pk: int) -> HttpResponse:
    """정정 요청: one field of a sealed report, what it should say, and why."""
    report = get_report(request, pk)
    if not permissions.can_ask_correction(request.user, report):
        raise PermissionDenied
    if request.method != "POST":
        if not can_be_added("ask_correction", report, by=request.user, at=request.arrived_at):
            raise Http404
        return _show_ask(request, report)
    form = AskForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.ask_correction(
            pk, by=request.user, at=request.arrived_at, key=posted_key(request.POST), **form.cleaned_data
        )
    except (Invalid, WrongState, KeyReused) as error:
        if not can_be_added("ask_correction", report, by=request.user, at=request.arrived_at):
            raise  # nothing is sealed yet: there is no such page
        return _show_ask(request, report, error)
    messages.success(request, _("The correction is asked for. Someone of the office decides on it."))
    return redirect("show_report", pk=pk)


def _show_ask(request: Request, report: Report, error: Refused | None = None) -> HttpResponse:
    """The page for one field; after a refusal with everything that was typed."""
    choices = corrections.choices(report, user=request.user)
    asked = request.POST.get("field", "") or request.GET.get("field", "")
    chosen = next((row for row in choices if row.field == asked), choices[1])  # the results are what most is about
    posted, problems = request.POST, _problems(error)
    context = {
        "report": report,
        "view": review.read(report),
        "choices": choices,
        "chosen": chosen,
        "text": posted.get("text", chosen.text),
        "reason": posted.get("reason", ""),
        "unplaced": [posted.get(name) for name in ("text", "reason") if chosen.is_waiting and posted.get(name)],
        "problems": problems,
        "key": _key(request, error),
    }
    return respond(request, "tasks/ask_correction.html", context, status=error.status if error else 200)


def _problems(error: Refused | None) -> dict[str, list[str]]:
    if isinstance(error, Invalid):
        return error.problems
    return {"__all__": [str(error)]} if error else {}


def _key(request: Request, error: Refused | None) -> str:
    """A refused form keeps its key, so that it counts once; a key that is used up is not offered again."""
    return "" if isinstance(error, KeyReused) else request.POST.get("key", "")


@require_safe
@allowed(permissions.can_see_frozen)
def list_corrections(request: Request, no: int) -> HttpResponse:
    """정정표; above it, for the office, what waits."""
    return _show_table(request, no)


def _show_table(
    request: Request, no: int, *, error: Refused | None = None, refused: Correction | None = None
) -> HttpResponse:
    """The page; after a refused decision with what was typed at the correction `refused`."""
    round_ = get_round(no)
    if round_.frozen_at is None:
        raise Http404
    coordinates = permissions.can_coordinate(request.user)
    waiting = corrections.waiting(round_, user=request.user) if coordinates else []
    context: dict[str, Any] = {
        "round": round_,
        "entries": corrections.table(round_, user=request.user),
        "waiting": waiting,
        "coordinates": coordinates,
        "refused": refused.pk if refused else None,
        "problems": _problems(error),
        "comment": request.POST.get("comment", ""),
        "is_placed": refused is None or refused.pk in [entry.pk for entry in waiting],
        "key": _key(request, error),
    }
    return respond(request, "tasks/corrections.html", context, status=error.status if error else 200)


@require_POST
def decide_correction(request: Request, pk: int) -> HttpResponse:
    """Approves or declines, by a coordinator who is not the one who asked."""
    if pk >= 2**63:
        raise Http404
    correction = get_object_or_404(Correction.objects.visible_to(request.user).with_people(), pk=pk)
    if not permissions.can_decide_correction(request.user, correction.report):
        raise PermissionDenied
    form, no = DecideForm(request.POST), correction.report.round.no
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        approve = form.cleaned_data["decision"] == CorrectionDecision.Decision.APPROVED
        workflow.decide_correction(
            pk,
            by=request.user,
            at=request.arrived_at,
            key=posted_key(request.POST),
            approve=approve,
            comment=form.cleaned_data["comment"],
        )
    except (Invalid, WrongState, KeyReused) as error:
        return _show_table(request, no, error=error, refused=correction)
    messages.success(request, _("The correction was approved.") if approve else _("The correction was declined."))
    return redirect("list_corrections", no=no)
