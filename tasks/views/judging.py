"""후보과제 검토: everything that the office decides on a candidate, from one page."""

from collections.abc import Callable
from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from records.errors import Invalid, Refused
from records.models import Receipt
from tfportal.htmx import respond
from tfportal.http import Request

from .. import workflow
from ..candidates import choices, judging, reading, wordings
from ..candidates.drafting import Adoption
from ..candidates.forms import AdoptionForm, AskBackForm, CandidateForm, MergeForm, VerdictForm
from ..candidates.transitions import possible
from ..forms import posted_key, posted_number
from ..models import Candidate, CandidateKind, Report, Round, Sector, Task, Verdict
from .calls import only_office
from .candidates import get_candidate, valid
from .common import REFUSED, typed, who

VERDICTS = ("adopt", "merge", "ask_back", "decline")
FORMS = (*VERDICTS, "english")


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
    following = judging.following(row)
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
        "following": next(iter(following), None),
        "reworded": wordings.reworded(row),
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
        adoption = workflow.check_adoption(row.pk, valid(form).adoption, version=version, **told)
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
        return workflow.adopt_candidate(row.pk, valid(form).adoption, **more)

    done = _adopted(request, get_candidate(request, no, pno), form, verb)
    if isinstance(done, HttpResponse):
        return done
    task = Verdict.objects.filter(candidate=done, task__isnull=False).latest("pk").task
    assert task is not None  # noqa: S101 (asked for above)
    _say(request, done, _("Adopted: %(code)s %(title)s.") % {"code": task.code, "title": task.title})
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
        given = valid(MergeForm(request.POST)).cleaned_data
        told = {"code": given["task"], "reason": given["reason"], "meeting_no": given["meeting_no"]}
        return workflow.merge_candidate(row.pk, **told, **more)

    return _done(request, _decide(request, no, pno, "merge", verb), _("Merged."))


@require_POST
@only_office
def ask_back_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """Its ministry is asked to reword it."""

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        given = valid(AskBackForm(request.POST)).cleaned_data
        return workflow.ask_back_candidate(row.pk, comment=given["comment"], due_at=given["due_at"], **more)

    return _done(request, _decide(request, no, pno, "ask_back", verb), _("Asked back. The ministry is told by mail."))


@require_POST
@only_office
def decline_candidate(request: Request, no: int, pno: int) -> HttpResponse:
    """미채택, with the reason."""

    def verb(row: Candidate, more: dict[str, Any]) -> Receipt:
        given = valid(VerdictForm(request.POST)).cleaned_data
        return workflow.decline_candidate(row.pk, reason=given["reason"], meeting_no=given["meeting_no"], **more)

    return _done(request, _decide(request, no, pno, "decline", verb), _("Declined. The ministry is told by mail."))


def _done(request: Request, done: Candidate | HttpResponse, said: str) -> HttpResponse:
    if isinstance(done, HttpResponse):
        return done
    _say(request, done, f"{done.number}: {said}")
    return redirect("show_candidate", no=done.call.no, pno=done.no)


def _say(request: Request, done: Candidate, said: str) -> None:
    """What was done, with the way to the next one that waits."""
    if following := judging.following(done):
        url = reverse("judge_candidate", args=[following[0].call.no, following[0].no])
        next_one = format_html('<a class="link" href="{}">{}</a>', url, _("Next: %(no)s") % {"no": following[0].number})
        messages.success(request, format_html("{} {}", said, next_one))
    else:
        messages.success(request, said)
