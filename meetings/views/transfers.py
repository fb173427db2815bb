"""이송: an opinion that its ministry hands back, that the office passes on; and giving several out at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ministries.directory import Directory
from ministries.models import Ministry
from records.errors import Conflict, Invalid, Refused
from tasks.forms import posted_number, problems_of_forms
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..opinions import giving_out
from ..opinions.entries import Entry
from ..opinions.forms import OFFICE, GiveOutForm, HandBackForm, PassOnForm
from ..opinions.transitions import possible
from .common import REFUSED, only_office, only_visitors, typed, who
from .opinions import FORMS, get_opinion, show


@require_POST
@only_visitors
def hand_back_opinion(request: Request, pk: int) -> HttpResponse:
    """Not ours, because …; the form names the ministry, so that a second click is answered as the first one was."""
    entry = get_opinion(request, pk)
    code = request.POST.get("ministry", "").replace("\0", "")
    ministry = Ministry.objects.filter(code=code).values_list("pk", flat=True).first()
    if not permissions.can_answer_for(request.user, ministry):
        raise PermissionDenied
    form = HandBackForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        given = {"reason": form.cleaned_data["transfer"], "to": form.cleaned_data["to"], "ministry": ministry}
        version = posted_number(request.POST, "version")
        workflow.hand_back_opinion(entry.opinion.pk, **given, version=version, **who(request))
    except REFUSED as error:
        return show(request, get_opinion(request, pk), error)
    messages.success(request, _("The opinion was handed back. The coordination office is told, and passes it on."))
    return redirect("show_opinion", pk=pk)


@require_http_methods(FORMS)
@only_office
def pass_on_opinion(request: Request, pk: int) -> HttpResponse:
    """To which ministry, until when, and why."""
    entry = get_opinion(request, pk)
    if request.method != "POST":
        return _show_passing(request, entry)
    form = PassOnForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        version = posted_number(request.POST, "version")
        workflow.pass_on_opinion(entry.opinion.pk, **form.cleaned_data, version=version, **who(request))
    except REFUSED as error:
        return _show_passing(request, get_opinion(request, pk), error)
    messages.success(request, _("The opinion was passed on. Both ministries are told."))
    return redirect("show_opinion", pk=pk)


def _show_passing(request: Request, entry: Entry, error: Refused | None = None) -> HttpResponse:
    row, day = entry.opinion, timezone.localdate(request.arrived_at)
    proposed = giving_out.passing(row, entry, day, request.GET.get("to", ""))
    seen = request.POST.get("version", "") if error and not isinstance(error, Conflict) else row.version
    context: dict[str, Any] = {
        "entry": entry,
        "opinion": row,
        "may": possible("pass_on_opinion", row, by=request.user),
        "f": request.POST if error else proposed,
        "ministries": [name for name in entry.names.in_order() if name.ministry_id != row.ministry_id],
        "office": OFFICE,
        "version": seen,
        **typed(request, error),
    }
    return respond(request, "meetings/pass_on_opinion.html", context, status=error.status if error else 200)


@require_http_methods(FORMS)
@only_office
def reopen_opinion(request: Request, pk: int) -> HttpResponse:
    """Asks why the answer is to count no more, and leads on to whom it is given anew."""
    entry = get_opinion(request, pk)
    if request.method != "POST":
        return _show_reopening(request, entry)
    seen = posted_number(request.POST, "version")
    try:
        workflow.reopen_opinion(pk, reason=request.POST.get("reason", ""), version=seen, **who(request))
    except REFUSED as error:
        return _show_reopening(request, get_opinion(request, pk), error)
    messages.success(request, _("The opinion is open again. Say which ministry answers it now."))
    return redirect("pass_on_opinion", pk=pk)


def _show_reopening(request: Request, entry: Entry, error: Refused | None = None) -> HttpResponse:
    row = entry.opinion
    seen = request.POST.get("version", "") if error and not isinstance(error, Conflict) else row.version
    may = possible("reopen_opinion", row, by=request.user)
    context: dict[str, Any] = {"entry": entry, "opinion": row, "may": may, "version": seen, **typed(request, error)}
    return respond(request, "meetings/reopen_opinion.html", context, status=error.status if error else 200)


@require_http_methods(FORMS)
@only_office
def give_out_opinions(request: Request) -> HttpResponse:
    """Those that were chosen in the list, to one ministry until one day; the page lists them before."""
    if request.method != "POST":
        return _show_giving_out(request)
    form = GiveOutForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        number = workflow.give_out_opinions(giving_out.posted(request.POST), **form.cleaned_data, **who(request))
    except REFUSED as error:
        return _show_giving_out(request, error)
    text = ngettext("%(n)d opinion was given out.", "%(n)d opinions were given out.", number)
    messages.success(request, text % {"n": number})
    given = [*giving_out.posted(request.POST)]
    return redirect("show_opinion", pk=given[0]) if "here" in request.POST else redirect("list_opinions")


def _show_giving_out(request: Request, error: Refused | None = None) -> HttpResponse:
    day = timezone.localdate(request.arrived_at)
    asked = giving_out.posted(request.POST) if error else giving_out.asked(request.GET)
    entries = giving_out.chosen(asked, user=request.user, at=request.arrived_at)
    context: dict[str, Any] = {
        "entries": entries,
        "f": request.POST if error else giving_out.proposed([one.opinion for one in entries], day),
        "ministries": Directory(day).in_order(),
        **typed(request, error),
    }
    return respond(request, "meetings/give_out_opinions.html", context, status=error.status if error else 200)
