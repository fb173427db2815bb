"""제출기한 연장: a ministry asks for more time, the office decides; and the due time as an entry for a calendar."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.directory import Directory
from ministries.models import Ministry, User
from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import calendars, due_times, extensions, permissions, workflow, worklist
from ..extension_forms import AskForm, DecideForm, GivenForm, RevokeForm
from ..forms import posted_key, problems_of_forms
from ..models import Extension, Round
from .common import allowed, get_round, my_ministry

only_office = allowed(permissions.can_coordinate)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.works_for_a_ministry)
def ask_extension(request: Request, no: int) -> HttpResponse:
    """연장 요청: until when, and why; with what was asked and decided before."""
    ministry, round_ = my_ministry(request), get_round(no)
    if request.method != "POST":
        return _show_ask(request, round_, ministry)
    form = AskForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        who = {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}
        workflow.ask_extension(round_.pk, ministry, **who, **form.cleaned_data)  # type: ignore[arg-type]
    except (Invalid, WrongState, KeyReused) as error:
        return _show_ask(request, round_, ministry, error)
    messages.success(request, _("The office was asked for more time. Until it decides, the due time stays as it is."))
    return _to_list(request, ministry)


def _to_list(request: Request, ministry: Ministry) -> HttpResponse:
    """Back to the ministry's tasks, of whoever writes them, or to its sign-offs."""
    home = "list_my_tasks" if worklist.may_write(request.user, ministry) else "list_sign_offs"
    return redirect(f"{reverse(home)}?ministry={ministry.code}")


@require_POST
def withdraw_extension(request: Request, pk: int) -> HttpResponse:
    """The ministry does not ask any more."""
    asked = _get_extension(request, pk, may=permissions.can_ask_extension)
    try:
        workflow.withdraw_extension(pk, by=request.user, at=request.arrived_at, key=posted_key(request.POST))
    except (WrongState, KeyReused) as error:
        return _show_ask(request, asked.round, asked.ministry, error)
    messages.success(request, _("The request was withdrawn. The due time stays as it is."))
    return _to_list(request, asked.ministry)


def _show_ask(request: Request, round_: Round, ministry: Ministry, error: Refused | None = None) -> HttpResponse:
    """The page; after a refusal with everything that was typed."""
    deadline = due_times.deadline(round_, ministry.pk, at=request.arrived_at)
    context = {
        "round": round_,
        "ministry": ministry,
        "deadline": deadline,
        "name": Directory(round_.as_of)[ministry.pk],
        "entries": extensions.of_ministry(round_, ministry.pk, at=request.arrived_at),
        "proposal": extensions.proposed_until(round_, deadline.due_at, request.arrived_at),
        "writes": worklist.may_write(request.user, ministry),
        **_typed(request, error),
    }
    return respond(request, "tasks/ask_extension.html", context, status=error.status if error else 200)


def _typed(request: Request, error: Refused | None) -> dict[str, Any]:
    """What a refused form brought along, with its messages. It keeps its key, so that it counts once."""
    problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]} if error else {}
    names = ("until", "reason", "comment", "ministry")
    return {
        "problems": problems,
        "posted": {name: request.POST[name] for name in names if name in request.POST} if error else {},
        "key": "" if isinstance(error, KeyReused) else request.POST.get("key", ""),
    }


@require_safe
@only_office
def list_extensions(request: Request, no: int) -> HttpResponse:
    """What was asked for, what was given, and where each ministry stands before its due time."""
    return _show_all(request, get_round(no))


def _show_all(
    request: Request, round_: Round, *, error: Refused | None = None, refused: Extension | None = None
) -> HttpResponse:
    """The page; after a refusal with what was typed at the extension `refused`, or where none was asked for."""
    overview = extensions.overview(round_, user=request.user, at=request.arrived_at)
    pk = refused.pk if refused else None
    context = {
        "overview": overview,
        "round": round_,
        "refused": pk,
        "is_placed": pk in [entry.pk for entry in overview.waiting] if pk else overview.is_collecting,
        **_typed(request, error),
    }
    return respond(request, "tasks/extensions.html", context, status=error.status if error else 200)


@require_POST
@only_office
def grant_extension(request: Request, no: int) -> HttpResponse:
    """More time for a ministry that did not ask for it."""
    round_ = get_round(no)
    names, leads = Directory(round_.as_of), extensions.leads(round_)
    may = partial(permissions.can_decide_extension, request.user)
    ministries = {code: one for code, one in names.by_code().items() if one.pk in leads and may(one.pk)}
    form = GivenForm(request.POST, codes=list(ministries))
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        ministry = ministries[form.cleaned_data.pop("ministry")]
        who = {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}
        workflow.extend_unasked(round_.pk, ministry, **who, **form.cleaned_data)  # type: ignore[arg-type]
    except (Invalid, WrongState, KeyReused) as error:
        return _show_all(request, round_, error=error)
    messages.success(request, _("The due time was extended: %(ministry)s.") % {"ministry": names[ministry.pk].name})
    return redirect("list_extensions", no=no)


def _get_extension(
    request: Request, pk: int, *, may: Callable[[User, int], bool] = permissions.can_decide_extension
) -> Extension:
    """The extension, if the person may know of it (else 404) and do this for its ministry (else 403)."""
    if pk >= 2**63:
        raise Http404
    found: Extension = get_object_or_404(Extension.objects.visible_to(request.user).with_people(), pk=pk)
    if not may(request.user, found.ministry_id):
        raise PermissionDenied
    return found


@require_POST
def decide_extension(request: Request, pk: int) -> HttpResponse:
    """Grants what was asked for, until that time or another one, or declines it."""
    asked, form = _get_extension(request, pk), DecideForm(request.POST)
    who = {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        comment = form.cleaned_data["comment"]
        granted = form.cleaned_data["decision"] == Extension.Decision.GRANTED
        if granted:
            workflow.grant_extension(pk, until=form.cleaned_data["until"], comment=comment, **who)  # type: ignore[arg-type]
        else:
            workflow.decline_extension(pk, comment=comment, **who)  # type: ignore[arg-type]
    except (Invalid, WrongState, KeyReused) as error:
        return _show_all(request, asked.round, error=error, refused=asked)
    said = _("%(ministry)s has more time.") if granted else _("The extension of %(ministry)s was declined.")
    messages.success(request, said % {"ministry": asked.ministry})
    return redirect("list_extensions", no=asked.round.no)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_extension(request: Request, pk: int) -> HttpResponse:
    """What revoking does, then the deed, with its reason."""
    given = _get_extension(request, pk)
    if request.method != "POST":
        return _show_revoke(request, given)
    form = RevokeForm(request.POST)
    who = {"by": request.user, "at": request.arrived_at, "key": posted_key(request.POST)}
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.revoke_extension(pk, **who, **form.cleaned_data)  # type: ignore[arg-type]
    except (Invalid, WrongState, KeyReused) as error:
        return _show_revoke(request, given, error)
    messages.success(request, _("The extension was revoked. The ministry is told."))
    return redirect("list_extensions", no=given.round.no)


def _show_revoke(request: Request, given: Extension, error: Refused | None = None) -> HttpResponse:
    name, bar = Directory(given.round.as_of)[given.ministry_id], extensions.bar(given, request.user)
    entry = extensions.Entry(given, name, request.arrived_at, bar=bar)
    context = {"entry": entry, "round": given.round, **_typed(request, error)}
    context["falls_to"] = extensions.due_without(given, at=request.arrived_at)
    return respond(request, "tasks/revoke_extension.html", context, status=error.status if error else 200)


@require_safe
@allowed(permissions.works_for_a_ministry)
def due_calendar(request: Request, no: int) -> HttpResponse:
    """The ministry's due time in force, as a file for a calendar."""
    ministry, round_ = my_ministry(request), get_round(no)
    deadline = due_times.deadline(round_, ministry.pk, at=request.arrived_at)
    name = Directory(round_.as_of)[ministry.pk]
    file = calendars.due_calendar(deadline, name, at=request.arrived_at)
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="due-{no}-{ministry.code}.ics"'
    return response
