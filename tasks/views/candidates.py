"""후보과제: a ministry's answer to a call, and what the office decides on each candidate."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ministries.directory import Directory
from records.errors import Conflict, Invalid, Refused
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..candidates import choices, judging, reading, wordings
from ..candidates.forms import CandidateForm
from ..candidates.transitions import possible
from ..forms import posted_number, problems_of_forms
from ..models import Call, Candidate, CandidateKind, Sector
from .calls import get_call, only_visitors, require_ministry
from .common import REFUSED, typed, who


def get_candidate(request: Request, no: int, pno: int) -> Candidate:
    """The candidate that the person may see, else 404."""
    found = None
    if no < 2**15 and pno < 2**15:
        rows = Candidate.objects.visible_to(request.user)
        found = reading.with_parts(rows).filter(call__no=no, no=pno).first()
    if found is None:
        raise Http404
    return found


# The ministry


@require_safe
@only_visitors
def answer_call(request: Request, no: int) -> HttpResponse:
    """What is asked, what the ministry has answered, and the ways to answer."""
    return _answer(request, get_call(request, no))


def _answer(request: Request, call: Call, error: Refused | None = None) -> HttpResponse:
    ministry = require_ministry(request, call)
    board = reading.board(call, "", user=request.user, at=request.arrived_at)
    row = next(row for row in board.rows if row.name.ministry_id == ministry)
    context = {
        "board": board,
        "call": call,
        "row": row,
        "rows": board.rows,
        "may": possible("propose_candidate", call, by=request.user, ministry=ministry),
        **typed(request, error),
    }
    return respond(request, "tasks/answer_call.html", context, status=error.status if error else 200)


@require_POST
@only_visitors
def answer_none(request: Request, no: int) -> HttpResponse:
    """해당 없음, with the reason."""
    call = get_call(request, no)
    ministry, reason = require_ministry(request, call), request.POST.get("reason", "")
    try:
        workflow.answer_none(call.pk, ministry=ministry, reason=reason, **who(request))
    except REFUSED as error:
        return _answer(request, call, error)
    messages.success(request, _("The office has your answer: none, with the reason."))
    return redirect(_answer_address(call, ministry, request))


def _answer_address(call: Call, ministry: int, request: Request) -> str:
    name = Directory(timezone.localdate(request.arrived_at))[ministry]
    return f"{reverse('answer_call', args=[call.no])}?ministry={name.ministry.code}"


@require_http_methods(["GET", "HEAD", "POST"])
@only_visitors
def propose_candidate(request: Request, no: int) -> HttpResponse:
    """A new candidate of the ministry."""
    call = get_call(request, no)
    ministry = require_ministry(request, call)
    if request.method != "POST":
        return _form(request, call, ministry, None)
    try:
        draft = valid(CandidateForm(request.POST)).draft
        receipt = workflow.propose_candidate(call.pk, draft, ministry=ministry, **who(request))
    except REFUSED as error:
        return _form(request, call, ministry, None, error)
    row = Candidate.objects.select_related("call").get(pk=receipt.event.object_id)
    said = _("Candidate %(number)s is with the office. It can be reworded until it is judged.")
    messages.success(request, said % {"number": row.number})
    return redirect(_answer_address(call, ministry, request))


@require_http_methods(["GET", "HEAD", "POST"])
@only_visitors
def revise_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """The ministry rewords its candidate."""
    row = get_candidate(request, no, pno)
    if row.ministry_id not in request.user.standing.ministries:
        raise PermissionDenied
    if request.method != "POST":
        return _form(request, row.call, row.ministry_id, row)
    try:
        draft, version = valid(CandidateForm(request.POST)).draft, posted_number(request.POST, "version")
        workflow.revise_candidate(row.pk, draft, version=version, **who(request))
    except REFUSED as error:
        return _form(request, row.call, row.ministry_id, get_candidate(request, no, pno), error)
    messages.success(request, _("Candidate %(number)s was reworded.") % {"number": row.number})
    return redirect("show_candidate", no=no, pno=pno)


def valid(form: Any) -> Any:
    """The form, where it can be read at all."""
    if not form.is_valid():
        raise Invalid(problems_of_forms(form))
    return form


def _form(
    request: Request, call: Call, ministry: int, row: Candidate | None, error: Refused | None = None
) -> HttpResponse:
    """The form of a candidate; after a refusal with what was typed."""
    verb = "revise_candidate" if row else "propose_candidate"
    name = Directory(timezone.localdate(request.arrived_at))[ministry]
    stands = CandidateForm.values_of(row) if row else {"kind": CandidateKind.NEW}
    context: dict[str, Any] = {
        "call": call,
        "row": row,
        "entry": reading.entry_of(row, user=request.user, at=request.arrived_at) if row else None,
        "name": name,
        "values": request.POST if error else stands,
        "theirs": row if isinstance(error, Conflict) else None,
        "kinds": CandidateKind.choices,
        "sectors": Sector.objects.all(),
        "groups": choices.by_ministry(at=request.arrived_at),
        # What it supplements may be completed by now, and stands there all the same until another one is chosen.
        "gone": row.supplements if row and row.supplements and row.supplements.completed_on else None,
        "may": possible(verb, call, by=request.user, ministry=ministry, candidate=row),
        **typed(request, error),
    }
    return respond(request, "tasks/candidate_form.html", context, status=error.status if error else 200)


@require_POST
@only_visitors
def withdraw_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """The ministry takes it back."""
    row = get_candidate(request, no, pno)
    if row.ministry_id not in request.user.standing.ministries:
        raise PermissionDenied
    try:
        workflow.withdraw_candidate(row.pk, version=posted_number(request.POST, "version"), **who(request))
    except REFUSED as error:
        return _show(request, get_candidate(request, no, pno), error)
    messages.success(request, _("Candidate %(number)s was withdrawn.") % {"number": row.number})
    return redirect(_answer_address(row.call, row.ministry_id, request))


@require_safe
@only_visitors
def show_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """One candidate: what is proposed, where it stands, what was decided and where it was spoken of."""
    return _show(request, get_candidate(request, no, pno))


def _show(request: Request, row: Candidate, error: Refused | None = None) -> HttpResponse:
    told = {"by": request.user, "ministry": row.ministry_id, "candidate": row}
    entry = reading.entry_of(row, user=request.user, at=request.arrived_at)
    is_guest = not permissions.can_see_whole_candidate(request.user, row)
    is_own = permissions.can_coordinate(request.user) or row.ministry_id in request.user.standing.ministries
    context = {
        "entry": entry,
        "call": row.call,
        "hides_call": not Call.objects.visible_to(request.user).filter(pk=row.call_id).exists(),
        "hides_people": is_guest,
        "reworded": wordings.reworded(row) if is_own else None,
        "mended": judging.mended(row) if is_own else [],
        # Who carries it out reads what was decided in the end, not what went to and fro with another ministry before.
        "verdicts": entry.verdicts[-1:] if is_guest else entry.verdicts,
        "runs": permissions.can_coordinate(request.user),
        "can_revise": possible("revise_candidate", row.call, **told),  # type: ignore[arg-type]
        "can_judge": possible("adopt_candidate", row.call, **told),  # type: ignore[arg-type]
        **typed(request, error),
    }
    return respond(request, "tasks/show_candidate.html", context, status=error.status if error else 200)
