"""What the office does to a round besides preparing and freezing it: its dates, its opening, its roster."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.errors import Conflict, Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import moving, permissions, providers, rosters, workflow
from ..forms import posted_key, problems_of_forms
from ..models import Round, Task
from ..moving import Dates
from ..round_forms import AddForm, DatesForm, RemoveForm
from ..transitions import possible_round
from .common import allowed, get_entered_round, get_round

only_office = allowed(permissions.can_coordinate)
REFUSED = (Invalid, WrongState, Conflict, KeyReused)


def typed(request: Request, error: Refused | None, names: tuple[str, ...]) -> dict[str, Any]:
    """What a refused form brought along, with its messages. It keeps its key, so that it counts once."""
    problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]} if error else {}
    return {
        "problems": problems,
        "posted": {name: request.POST[name] for name in names if name in request.POST} if error else {},
        "key": "" if isinstance(error, KeyReused) else request.POST.get("key", ""),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@only_office
def move_dates(request: Request, no: int) -> HttpResponse:
    """The dates as they are beside those that are proposed, as when the meeting moved; a person confirms."""
    round_ = get_entered_round(no)
    if request.method != "POST":
        return _show_dates(request, round_)
    form = DatesForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.move_dates(
            round_.pk,
            form.dates(Dates.of(round_)),
            by=request.user,
            at=request.arrived_at,
            key=posted_key(request.POST),
            **{name: form.cleaned_data[name] for name in ("reason", "seen", "meeting")},
        )
    except REFUSED as error:
        return _show_dates(request, get_entered_round(no), error)
    messages.success(request, _("The dates of reporting round %(no)d were changed.") % {"no": no})
    if codes := moving.led_otherwise(round_, form.cleaned_data["as_of"]):
        text = _("Led by another ministry on the new day, but still with the one on the roster: %(codes)s.")
        messages.warning(request, text % {"codes": ", ".join(codes)})
    return redirect("move_dates", no=no)


def _show_dates(request: Request, round_: Round, error: Refused | None = None) -> HttpResponse:
    """The page; after a refusal with what was typed, but for what moved meanwhile: that is shown anew."""
    plan = moving.plan(round_, at=request.arrived_at)
    names = ("as_of", "opens_at", "due_at", "freeze_at", "first_freeze", "reason")
    context = {
        "plan": plan,
        "facts": providers.round_facts(round_, request.user),
        "round": round_,
        "phase": round_.phase(request.arrived_at),
        "stand": Dates.of(round_),
        "changes": moving.changes(round_),
        "can_move": possible_round("move_dates", round_, by=request.user, at=request.arrived_at),
        "can_open": possible_round("open_early", round_, by=request.user, at=request.arrived_at),
        **typed(request, error, names),
    }
    return respond(request, "tasks/move_dates.html", context, status=error.status if error else 200)


@require_POST
@only_office
def open_early(request: Request, no: int) -> HttpResponse:
    """Opens a prepared round now."""
    round_ = get_round(no)
    try:
        workflow.open_early(round_.pk, by=request.user, at=request.arrived_at, key=posted_key(request.POST))
    except (WrongState, KeyReused) as error:
        return _show_dates(request, round_, error)
    messages.success(request, _("Reporting round %(no)d is open.") % {"no": no})
    return redirect("show_board")


@require_safe
@only_office
def show_roster(request: Request, no: int) -> HttpResponse:
    """The roster by ministry, what may be added or taken off, and what was."""
    return _show_roster(request, get_round(no))


def _show_roster(request: Request, round_: Round, error: Refused | None = None, refused: str = "") -> HttpResponse:
    """The page; after a refusal of the form `refused` with what was typed into it."""
    roster = rosters.read(round_, at=request.arrived_at)
    context = {"roster": roster, "round": round_, "refused": refused, **typed(request, error, ("task", "reason"))}
    return respond(request, "tasks/roster.html", context, status=error.status if error else 200)


@require_POST
@only_office
def add_to_roster(request: Request, no: int) -> HttpResponse:
    """Puts a task on the fixed roster, with the reason."""
    round_ = get_round(no)

    def add(form: AddForm) -> str:
        task = Task.objects.filter(code=form.cleaned_data["task"]).first()
        if task is None:
            raise Invalid({"task": [_("Choose a task.")]})
        workflow.add_to_roster(round_.pk, task.pk, **_who(request), reason=form.cleaned_data["reason"])
        return _("%(code)s is on the roster.") % {"code": task.code}

    return _change(request, round_, AddForm(request.POST), add, "add")


@require_POST
@only_office
def remove_from_roster(request: Request, no: int) -> HttpResponse:
    """Takes a task off the fixed roster, with the reason."""
    round_ = get_round(no)

    def remove(form: AddForm) -> str:
        code, _colon, version = form.cleaned_data["task"].partition(":")
        task = Task.objects.filter(code=code).first()
        if task is None or not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Invalid({"task": [_("Choose a task.")]})
        seen = {"version": int(version), "reason": form.cleaned_data["reason"]}
        workflow.remove_from_roster(round_.pk, task.pk, **seen, **_who(request))
        return _("%(code)s is off the roster.") % {"code": code}

    return _change(request, round_, RemoveForm(request.POST), remove, "remove")


def _who(request: Request) -> dict[str, Any]:
    return {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}


def _change(request: Request, round_: Round, form: AddForm, do: Callable[[AddForm], str], name: str) -> HttpResponse:
    """One change of the roster, and back to it; after a refusal the page with what was typed."""
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        said = do(form)
    except REFUSED as error:
        return _show_roster(request, round_, error, name)
    messages.success(request, said)
    return redirect("show_roster", no=round_.no)
