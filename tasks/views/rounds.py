"""Rounds: their list, the roster to be fixed, the board of a frozen one, its record, and the freeze."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import (
    coming,
    corrections,
    due_times,
    freeze_warnings,
    freezing,
    moving,
    permissions,
    preparing,
    rounds,
    saved_filters,
    workflow,
)
from ..forms import FreezeForm, posted_key, posted_number, problems_of_forms
from ..models import Round
from .board import board_context
from .common import allowed, get_entered_round, get_round
from .round_changes import typed


@require_safe
@allowed(permissions.can_see_frozen)
def list_rounds(request: Request) -> HttpResponse:
    """Every round with what may be opened of it."""
    listed = rounds.list_all(request.arrived_at)
    context = {
        "rounds": listed,
        "extended": due_times.own(request.user, [one.round for one in listed], at=request.arrived_at),
        "sees_board": permissions.can_see_board(request.user),
        "coordinates": permissions.can_coordinate(request.user),
    }
    if context["coordinates"]:
        context["results"] = rounds.verified()
        context["coming"] = coming.tasks(at=request.arrived_at)
        context["moved"] = moving.moved_meetings([one.round for one in listed], at=request.arrived_at)
    return respond(request, "tasks/rounds.html", context)


@require_safe
@allowed(permissions.can_see_frozen)
def show_round(request: Request, no: int) -> HttpResponse:
    """The board as of a frozen round; the open one has its own page."""
    round_ = get_round(no)
    if round_.frozen_at is not None:
        corrected = corrections.counts().get(round_.pk, corrections.Count()).approved
        saved = saved_filters.of(request.user) if permissions.can_see_board(request.user) else None
        context = board_context(request, round_) | {"corrected": corrected, "saved": saved}
        return respond(request, "tasks/board.html", context)
    if not permissions.can_see_board(request.user):
        raise Http404
    return redirect("show_board")


@require_safe
@allowed(permissions.can_see_frozen)
def show_record(request: Request, no: int) -> HttpResponse:
    """What is sealed, and what proves it. Only the office and the readers see who did what."""
    round_, user = get_round(no), request.user
    if round_.frozen_at is None and not permissions.can_coordinate(user):
        raise Http404
    context: dict[str, Any] = {"record": rounds.read_record(round_, user=user, at=request.arrived_at)}
    context["coordinates"] = permissions.can_coordinate(user)
    context["extended"] = due_times.own(user, [round_], at=request.arrived_at)
    if permissions.can_see_board(user):
        page = Paginator(rounds.events_of(round_), rounds.EVENTS_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "entries": rounds.entries(page.object_list, for_office=permissions.can_coordinate(user)),
        }
    return respond(request, "tasks/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.can_coordinate)
def prepare_round(request: Request, no: int) -> HttpResponse:
    """The checklist, the roster that will be fixed, and the question before it. Once it is fixed the checklist stays
    readable until the freeze."""
    round_ = get_entered_round(no)
    if request.method != "POST":
        if not preparing.is_readable(round_, at=request.arrived_at):
            raise Http404
        return _show_roster(request, round_)
    keep, key = request.POST.getlist("keep"), posted_key(request.POST)
    reason = request.POST.get("reason", "") if keep else ""
    try:
        workflow.prepare(round_.pk, by=request.user, at=request.arrived_at, key=key, keep=keep, reason=reason)
    except (Invalid, WrongState, KeyReused) as error:
        return _show_roster(request, round_, error)
    messages.success(request, _("The roster of reporting round %(no)d is fixed.") % {"no": round_.no})
    return redirect("show_board")


def _show_roster(request: Request, round_: Round, error: Refused | None = None) -> HttpResponse:
    """The page, always with what preparing would find now; after a refusal with what was ticked and typed."""
    planned = round_.prepared_at is None
    roster = rounds.roster(round_, at=request.arrived_at) if planned else None
    context = {
        "roster": roster,
        "round": round_,
        "checklist": preparing.check(round_, roster, at=request.arrived_at),
        "kept": request.POST.getlist("keep") if error else [],
        **typed(request, error, ("reason",)),
    }
    return respond(request, "tasks/prepare.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.can_coordinate)
def freeze_round(request: Request, no: int) -> HttpResponse:
    """What will be sealed, and the last question before it."""
    round_ = get_round(no)
    if request.method != "POST":
        return _show_freeze(request, no)
    form, key = FreezeForm(request.POST), posted_key(request.POST)
    if not form.is_valid():
        return _show_freeze(request, no, problems=problems_of_forms(form), status=422, key=str(key))
    seen = posted_number(request.POST, "head_seq")
    try:
        freezing.freeze(round_.pk, by=request.user, at=request.arrived_at, key=key, head_seq=seen)
    except (WrongState, KeyReused) as error:
        return _show_freeze(request, no, problems={"__all__": [str(error)]}, status=error.status)
    record = format_html('<a class="link" href="{}">{}</a>', reverse("show_record", args=[no]), _("To its record"))
    messages.success(request, format_html("{} {}", _("Reporting round %(no)d is frozen.") % {"no": no}, record))
    return redirect("show_round", no=no)


def _show_freeze(
    request: Request, no: int, *, problems: dict[str, list[str]] | None = None, status: int = 200, key: str = ""
) -> HttpResponse:
    """The page, always with what stands in the database now."""
    outcome = rounds.outcome(get_round(no), user=request.user, at=request.arrived_at)
    context = {"outcome": outcome, "round": outcome.round, "problems": problems or {}, "key": key}
    context["warning"] = freeze_warnings.read(outcome.round, outcome.names, at=request.arrived_at)
    context |= {"left": outcome.round.due_at - request.arrived_at, "phase": outcome.phase}
    return respond(request, "tasks/freeze.html", context, status=status)
