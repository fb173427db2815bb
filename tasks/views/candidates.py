"""후보과제: a ministry's answer to a call, and what the office decides on each candidate."""

from collections.abc import Callable
from typing import Any
from uuid import uuid5

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
from records.models import Receipt
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..candidates import choices, judging, reading
from ..candidates.drafting import Adoption
from ..candidates.forms import AdoptionForm, CandidateForm, MergeForm, VerdictForm
from ..candidates.transitions import possible
from ..forms import posted_key, posted_number, problems_of_forms
from ..models import Call, Candidate, CandidateKind, Report, Round, Sector, Task, Verdict
from .calls import get_call, only_office, only_visitors, require_ministry
from .common import REFUSED, typed, who

VERDICTS = ("adopt", "merge", "ask_back", "decline")
FORMS = (*VERDICTS, "english")


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
        draft = _valid(CandidateForm(request.POST)).draft
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
        draft, version = _valid(CandidateForm(request.POST)).draft, posted_number(request.POST, "version")
        workflow.revise_candidate(row.pk, draft, version=version, **who(request))
    except REFUSED as error:
        return _form(request, row.call, row.ministry_id, get_candidate(request, no, pno), error)
    messages.success(request, _("Candidate %(number)s was reworded.") % {"number": row.number})
    return redirect("show_candidate", no=no, pno=pno)


def _valid(form: Any) -> Any:
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
    context = {
        "entry": entry,
        "call": row.call,
        "hides_call": not Call.objects.visible_to(request.user).filter(pk=row.call_id).exists(),
        "hides_people": is_guest,
        # Who carries it out reads what was decided in the end, not what went to and fro with another ministry before.
        "verdicts": entry.verdicts[-1:] if is_guest else entry.verdicts,
        "runs": permissions.can_coordinate(request.user),
        "can_revise": possible("revise_candidate", row.call, **told),  # type: ignore[arg-type]
        "can_judge": possible("adopt_candidate", row.call, **told),  # type: ignore[arg-type]
        **typed(request, error),
    }
    return respond(request, "tasks/show_candidate.html", context, status=error.status if error else 200)


# The office


@require_safe
@only_office
def judge_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """The candidate beside the tasks that are like it, with everything that can be decided on it."""
    return _judge(request, get_candidate(request, no, pno))


def _judge(request: Request, row: Candidate, error: Refused | None = None, refused: str = "") -> HttpResponse:
    """The page; after a refusal of the form `refused` with what was typed into it."""
    told: dict[str, Any] = {"by": request.user, "candidate": row}
    entry = reading.entry_of(row, user=request.user, at=request.arrived_at)
    similar = judging.similar(row, at=request.arrived_at)
    held = [str(spoken.no) for spoken in entry.held]
    stands = CandidateForm.values_of(row)
    stands |= {"task": "", "meeting_no": held[-1] if held else ""}
    near = [one for one in similar if one.is_near]
    following = list(Candidate.objects.to_judge().exclude(pk=row.pk).select_related("call").order_by("call__no", "no"))
    later = [one for one in following if (one.call.no, one.no) > (row.call.no, row.no)]
    brought, open_round = typed(request, error), Round.objects.current()
    context: dict[str, Any] = {
        "entry": entry,
        "verdicts": entry.verdicts,
        "call": row.call,
        "similar": similar,
        "mended": judging.mended(row),
        "may": {name for name in VERDICTS if possible(f"{name}_candidate", row.call, **told)},
        "refused": refused,
        "can_title": not row.title_en and possible("give_english_title", row.call, **told),
        # Several forms stand on the page: what was typed, and what is wrong with it, belongs to one of them.
        "values_of": {name: stands | (request.POST.dict() if name == refused else {}) for name in FORMS},
        "problems_of": {name: brought["problems"] if name == refused else {} for name in FORMS},
        "sectors": Sector.objects.all(),
        "groups": choices.by_ministry(at=request.arrived_at),
        "near": near,
        "near_codes": {one.task.code for one in near},
        "code": workflow.free_code(row.ministry.code) if row.kind == CandidateKind.NEW else "",
        "next_round": workflow.next_round_no(),
        "open_round": open_round,
        "is_on_roster": open_round is not None
        and Report.objects.filter(round=open_round, task=row.supplements_id).exists(),
        "following": next(iter(later or following), None),
        "left": len(following),
        **brought,
    }
    return respond(request, "tasks/judge_candidate.html", context, status=error.status if error else 200)


def _decide(
    request: Request, no: int, pno: int, refused: str, verb: Callable[[Candidate, dict[str, Any]], Receipt]
) -> Candidate | HttpResponse:
    """One verdict; the candidate, or after a refusal the page with its reason."""
    row = get_candidate(request, no, pno)
    more = who(request) | {"version": posted_number(request.POST, "version")}
    try:
        verb(row, more)
    except REFUSED as error:
        return _judge(request, get_candidate(request, no, pno), error, refused)
    return row


@require_POST
@only_office
def give_english_title(request: Request, no: int, pno: int) -> HttpResponse:
    """What the ministry left out, before anything is decided."""

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        return workflow.give_english_title(row.pk, title_en=request.POST.get("title_en", ""), **more)

    done = _decide(request, no, pno, "english", verb)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, _("The English title is saved."))
    return redirect("judge_candidate", no=no, pno=pno)


@require_POST
@only_office
def check_adoption(request: Request, no: int, pno: int) -> HttpResponse:
    """What would be made of the candidate, to be adopted from there; nothing is written yet."""
    row, form = get_candidate(request, no, pno), AdoptionForm(request.POST)
    if "back" in request.POST:
        return _judge(request, row, refused="adopt")
    told: dict[str, Any] = {"by": request.user, "at": request.arrived_at}
    try:
        version = posted_number(request.POST, "version")
        adoption = workflow.check_adoption(row.pk, _valid(form).adoption, version=version, **told)
    except REFUSED as error:
        return _judge(request, row, error, "adopt")
    return _check(request, row, adoption)


def _check(request: Request, row: Candidate, adoption: Adoption, error: Refused | None = None) -> HttpResponse:
    """The page from which a candidate is adopted."""
    entry = reading.entry_of(row, user=request.user, at=request.arrived_at)
    task = row.supplements
    context = {
        "entry": entry,
        "call": row.call,
        "adoption": adoption,
        "version": request.POST.get("version", ""),
        "code": task.code if task else workflow.free_code(row.ministry.code),
        "sector": Sector.objects.filter(code=adoption.sector).first(),
        "first_round": adoption.joins or (task.first_round_no if task else workflow.next_round_no()),
        "meeting": next((one for one in entry.held if one.no == adoption.meeting_no), None),
        "waits_for": entry.ahead if adoption.meeting_no is None else [],
        "others": judging.told_too(row, at=request.arrived_at),
        **typed(request, error),
    }
    return respond(request, "tasks/check_adoption.html", context, status=error.status if error else 200)


@require_POST
@only_office
def adopt_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """채택; and where it is ticked, onto the roster of the open round at once, with the same reason."""
    form = AdoptionForm(request.POST)

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        return workflow.adopt_candidate(row.pk, _valid(form).adoption, **more)

    done = _adopted(request, get_candidate(request, no, pno), form, verb)
    if isinstance(done, HttpResponse):
        return done
    task = Verdict.objects.filter(candidate=done, task__isnull=False).latest("pk").task
    assert task is not None  # noqa: S101 (asked for above)
    messages.success(request, _("Adopted: %(code)s %(title)s.") % {"code": task.code, "title": task.title})
    if form.adoption.joins:
        _join(request, task, form.adoption.joins, form.adoption.reason)
    return redirect("show_candidate", no=no, pno=pno)


def _adopted(
    request: Request, row: Candidate, form: AdoptionForm, verb: Callable[[Candidate, dict[str, Any]], Receipt]
) -> Candidate | HttpResponse:
    """The candidate; after a refusal the page on which it can be mended: that of the tick, else that of the fields."""
    try:
        verb(row, who(request) | {"version": posted_number(request.POST, "version")})
    except Invalid as error:
        if set(error.problems) == {"without_meeting"}:
            return _check(request, row, form.adoption.tidied(), error)
        return _judge(request, row, error, "adopt")
    except REFUSED as error:
        return _judge(request, get_candidate(request, row.call.no, row.no), error, "adopt")
    return row


def _join(request: Request, task: Task, no: int, reason: str) -> None:
    """Onto the roster, by its own verb; where that is refused, the adoption stands and the person is told."""
    round_ = Round.objects.get(no=no)
    told = who(request) | {"key": uuid5(posted_key(request.POST), "roster")}
    try:
        workflow.add_to_roster(round_.pk, task.pk, reason=reason, **told)
    except REFUSED as error:
        messages.warning(request, _("It did not join round %(no)d: %(why)s") % {"no": no, "why": error})
    else:
        messages.success(request, _("It is on the roster of round %(no)d.") % {"no": no})


@require_POST
@only_office
def merge_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """A task that is there takes it up."""

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        given = _valid(MergeForm(request.POST)).cleaned_data
        told = {"code": given["task"], "reason": given["reason"], "meeting_no": given["meeting_no"]}
        return workflow.merge_candidate(row.pk, **told, **more)

    return _done(request, _decide(request, no, pno, "merge", verb), _("Merged."))


@require_POST
@only_office
def ask_back_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """Its ministry is asked to reword it."""

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        return workflow.ask_back_candidate(row.pk, comment=request.POST.get("comment", ""), **more)

    return _done(request, _decide(request, no, pno, "ask_back", verb), _("Asked back. The ministry is told by mail."))


@require_POST
@only_office
def decline_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """미채택, with the reason."""

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        given = _valid(VerdictForm(request.POST)).cleaned_data
        return workflow.decline_candidate(row.pk, reason=given["reason"], meeting_no=given["meeting_no"], **more)

    return _done(request, _decide(request, no, pno, "decline", verb), _("Declined. The ministry is told by mail."))


def _done(request: Request, done: Candidate | HttpResponse, said: str) -> HttpResponse:
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, f"{done.number}: {said}")
    return redirect("show_candidate", no=done.call.no, pno=done.no)
