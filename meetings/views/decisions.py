"""지시·결정사항: the register, one decision over its whole life, and what is done with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records.errors import Invalid, Refused
from tasks.exports import file_name
from tasks.forms import posted_number
from tasks.views.exporting import send_list
from tfportal.htmx import respond
from tfportal.http import Request

from .. import exports, permissions, registers, workflow
from ..models import Progress
from ..outcome_forms import TextForm
from ..registers import Entry
from ..transitions import possible
from .common import REFUSED, only_office, only_visitors, typed, who

ON_A_PAGE = 50


@require_safe
@only_visitors
def list_decisions(request: Request) -> HttpResponse:
    """Every decision that the person may see, under the filters of the address, in pages."""
    register = registers.read(request.GET, user=request.user, at=request.arrived_at)
    page = Paginator(register.found, ON_A_PAGE).get_page(request.GET.get("page"))
    return respond(request, "meetings/list_decisions.html", {"register": register, "page": page})


@require_safe
@only_visitors
def export_decisions(request: Request, ending: str) -> HttpResponseBase:
    """The same rows as a file, under the same filters."""
    register = registers.read(request.GET, user=request.user, at=request.arrived_at)
    title, day = _("Decisions"), timezone.localdate(request.arrived_at)
    return send_list(
        ending,
        exports.columns(),
        exports.rows(register),
        title=title,
        name=file_name(title, ending=ending, day=day),
        about=[(_("As of"), request.arrived_at)],
        at=request.arrived_at,
    )


def get_decision(request: Request, pk: int) -> Entry:
    """The decision that the person may see, else 404."""
    entry = registers.by_pk(pk, user=request.user, at=request.arrived_at)
    if entry is None:
        raise Http404
    return entry


@require_safe
@only_visitors
def show_decision(request: Request, pk: int) -> HttpResponse:
    """What was decided, who carries it out, what was said of it since, and whether it is closed."""
    return _show(request, get_decision(request, pk))


def _show(request: Request, entry: Entry, error: Refused | None = None, refused: str = "") -> HttpResponse:
    """The page; after a refusal of the form `refused` with what was typed into it."""
    owns = permissions.can_follow_up(request.user, entry.decision)
    is_closed = entry.standing == registers.Standing.CLOSED
    context: dict[str, Any] = {
        "entry": entry,
        "refused": refused,
        "owns": owns,
        "runs": permissions.can_run_meetings(request.user),
        "can_follow_up": owns and entry.is_open and _may(request, entry, "follow_up"),
        "can_close": entry.is_open and _may(request, entry, "close_decision"),
        "can_reopen": is_closed and _may(request, entry, "reopen_decision"),
        "choices": Progress,
        "is_done": entry.last is not None and entry.last.progress == Progress.DONE,
        "next": _next(request),
        **typed(request, error),
    }
    return respond(request, "meetings/show_decision.html", context, status=error.status if error else 200)


def _may(request: Request, entry: Entry, verb: str) -> bool:
    whose = entry.decision.lead_id if verb == "follow_up" else None
    return possible(verb, entry.decision.meeting, by=request.user, at=request.arrived_at, ministry=whose)


def _next(request: Request) -> str:
    """Where the person came from, within the portal; empty for everything else."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return back if safe else ""


def _do(request: Request, pk: int, refused: str, verb: Callable[[], object], said: str) -> HttpResponse:
    """One verb on the decision, and back to where it was done; after a refusal the decision's page with what was
    typed."""
    try:
        verb()
    except REFUSED as error:
        return _show(request, get_decision(request, pk), error, refused)
    messages.success(request, said)
    return redirect(_next(request) or reverse("show_decision", args=[pk]))


def _text(request: Request, name: str) -> str:
    form = TextForm({"text": request.POST.get(name, "")})
    if not form.is_valid():
        raise Invalid({name: [str(text) for text in form.errors["text"]]})
    return str(form.cleaned_data["text"])


@require_POST
@only_visitors
def follow_up(request: Request, pk: int) -> HttpResponse:
    """How far its owner says it is."""
    entry = get_decision(request, pk)
    if not permissions.can_follow_up(request.user, entry.decision):
        raise PermissionDenied

    def report() -> None:
        workflow.follow_up(
            entry.decision.pk, progress=request.POST.get("progress", ""), text=_text(request, "text"), **who(request)
        )

    said = _("The follow-up on %(number)s is with the office.") % {"number": entry.number}
    return _do(request, pk, "follow-up", report, said)


@require_POST
@only_office
def close_decision(request: Request, pk: int) -> HttpResponse:
    """The office closes it."""
    entry = get_decision(request, pk)

    def close() -> None:
        seen = posted_number(request.POST, "seen")  # what is no number is no follow-up that the page showed
        workflow.close_decision(entry.decision.pk, seen=seen, reason=_text(request, "reason"), **who(request))

    return _do(request, pk, "close", close, _("%(number)s is closed.") % {"number": entry.number})


@require_POST
@only_office
def reopen_decision(request: Request, pk: int) -> HttpResponse:
    """The office takes the closing back."""
    entry = get_decision(request, pk)

    def reopen() -> None:
        workflow.reopen_decision(entry.decision.pk, reason=_text(request, "reason"), **who(request))

    return _do(request, pk, "reopen", reopen, _("%(number)s is open again.") % {"number": entry.number})
