"""What the office does with what the public sent: admit it, or not, and remove personal data on request."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records.errors import Refused
from tasks.forms import posted_number
from tfportal.htmx import respond
from tfportal.http import Request

from .. import workflow
from ..models import Opinion
from ..opinions import moderating
from ..opinions.transitions import possible
from .common import REFUSED, only_office, typed, who

BIGGEST = 2**63  # beyond it no database can look


def _get(request: Request, pk: int) -> Opinion:
    opinion = Opinion.objects.visible_to(request.user).filter(pk=pk).first() if pk < BIGGEST else None
    if opinion is None:
        raise Http404
    return opinion


@require_POST
@only_office
def admit_opinion(request: Request, pk: int) -> HttpResponse:
    """It joins the others; who answers is said on its page."""
    opinion = _get(request, pk)
    workflow.admit_opinion(opinion.pk, version=posted_number(request.POST, "version"), **who(request))
    messages.success(request, _("The opinion was admitted. Say which ministry answers, and until when."))
    return redirect("show_opinion", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def reject_opinion(request: Request, pk: int) -> HttpResponse:
    """Not admitted, with the reason that the sender reads."""
    opinion = _get(request, pk)
    if request.method != "POST":
        return _show(request, "meetings/reject_opinion.html", opinion)
    seen = posted_number(request.POST, "version")
    try:
        workflow.reject_opinion(opinion.pk, reason=request.POST.get("reason", ""), version=seen, **who(request))
    except REFUSED as error:
        return _show(request, "meetings/reject_opinion.html", _get(request, pk), error)
    messages.success(request, _("The opinion was not admitted. Its sender reads the reason under its number."))
    return redirect("show_opinion", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def remove_personal_data(request: Request, pk: int) -> HttpResponse:
    """Asks what is to go, and says what stays."""
    opinion = _get(request, pk)
    if request.method != "POST":
        return _show(request, "meetings/remove_personal_data.html", opinion)
    words, organisation = "words" in request.POST, "organisation" in request.POST
    try:
        workflow.remove_personal_data(opinion.pk, words=words, organisation=organisation, **who(request))
    except REFUSED as error:
        return _show(request, "meetings/remove_personal_data.html", _get(request, pk), error)
    messages.success(request, _("The personal data were removed. The record keeps that they were, and when."))
    return redirect("show_opinion", pk=pk)


def _show(request: Request, template: str, opinion: Opinion, error: Refused | None = None) -> HttpResponse:
    """A page about one opinion; after a refusal with its status and what was typed."""
    context = {
        "opinion": opinion,
        "moderation": moderating.of(opinion, request.user),
        "days": settings.OPINION_SENDER_DAYS,
        "can_reject": possible("reject_opinion", opinion, by=request.user),
        **typed(request, error),
    }
    return respond(request, template, context, status=error.status if error else 200)
