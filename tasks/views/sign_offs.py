"""The approver's home: what waits for sign-off, as differences; and the officer's way back from there."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ministries.models import Ministry
from records.errors import Invalid, KeyReused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, signers, signing, workflow, worklist
from ..forms import (
    LetterForm,
    SendBackForm,
    posted_items,
    posted_key,
    posted_number,
    posted_recalls,
    posted_reports,
    problems_of_forms,
)
from ..models import Report, Round
from ..providers import errands_of
from ..tiles import codes_of
from .common import Unsaved, allowed, get_report, my_ministry, save_posted_page
from .my_tasks import list_again, show_unsaved

only_approvers = allowed(lambda user: bool(user.standing.approver_of))


def _ministries(request: Request, round_: Round | None) -> list[tuple[Ministry, int]]:
    """Those that the person signs off for, each with how many of its reports wait for them, as the menu counts."""
    own = [row for row in worklist.ministries_of(request.user) if row.pk in request.user.standing.approver_of]
    waiting = signers.waiting_of(request.user, round_)
    return [(row, waiting[row.pk]) for row in own]


def _chosen(request: Request, own: list[tuple[Ministry, int]], report: Report | None) -> Ministry:
    """The ministry of the page: the report's, the one that was asked for, else the first that waits for them."""
    wanted = report.lead.code if report else request.POST.get("ministry") or request.GET.get("ministry", "")
    named = [ministry for ministry, _n in own if ministry.code == wanted]
    if wanted and not named and request.method != "POST":
        raise Http404
    busy = [ministry for ministry, n in own if n]
    return (named or busy or [own[0][0]])[0]


def _desk(request: Request, ministry: Ministry, round_: Round, *, keeps_ticks: bool) -> signing.Desk:
    user, at, codes = request.user, request.arrived_at, workflow.ministry_codes()
    work = worklist.build(ministry, round_, user=user, at=at, codes=codes)
    marked = posted_reports(request.POST) if request.method == "POST" and keeps_ticks else None
    return signing.Desk(user, round_, at, ministry, work, marked)


def _show(
    request: Request,
    *,
    problems: dict[str, list[str]] | None = None,
    status: int = 200,
    sent_back: Report | None = None,
) -> HttpResponse:
    """The page; after a refusal with the same boxes ticked, or with what was to be said of the report `sent_back`."""
    round_ = Round.objects.current()
    own = _ministries(request, round_)
    ministry = _chosen(request, own, sent_back)
    desk = _desk(request, ministry, round_, keeps_ticks=sent_back is None) if round_ else None
    context = {
        "round": round_,
        "desk": desk,
        "own": own,
        "errands": errands_of(request.user, at=request.arrived_at),
        "ministry": ministry,
        "problems": problems or {},
        "letter_no": request.POST.get("letter_no", ""),
        "reasons": {sent_back.pk: request.POST.get("reason", "")} if sent_back else {},
        "sent_back": sent_back,
        "is_placed": sent_back is None or (desk is not None and desk.holds(sent_back)),
    }
    return respond(request, "tasks/sign_offs.html", context, status=status)


@require_safe
@only_approvers
def list_sign_offs(request: Request) -> HttpResponse:
    """What waits, what went out, what is still with the officers."""
    return _show(request)


@require_POST
@only_approvers
def give_sign_off(request: Request) -> HttpResponse:
    """승인: the ticked reports are submitted in this moment."""
    letter = LetterForm(request.POST)
    try:
        if not letter.is_valid():
            raise Invalid(problems_of_forms(letter))
        if not (items := posted_items(request.POST)):
            raise Invalid({"__all__": [_("Tick at least one report to sign off.")]})
        receipt = workflow.sign_off(
            items,
            by=request.user,
            at=request.arrived_at,
            key=posted_key(request.POST),
            letter_no=letter.cleaned_data["letter_no"].strip(),
        )
    except (Invalid, WrongState, KeyReused) as error:
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        return _show(request, problems=problems, status=error.status)
    return redirect("show_submission", number=receipt.number)


@require_POST
def send_back_report(request: Request, pk: int) -> HttpResponse:
    """Back to the officer, with a comment."""
    report = get_report(request, pk)
    if not permissions.can_sign_off(request.user, report):
        raise PermissionDenied
    form = SendBackForm(request.POST)
    try:
        workflow.send_back(
            report.pk,
            by=request.user,
            at=request.arrived_at,
            key=posted_key(request.POST),
            version=posted_number(request.POST, "version"),
            comment=form.cleaned_data["reason"] if form.is_valid() else "",
        )
    except (Invalid, WrongState, KeyReused) as error:
        refused = error.problems if isinstance(error, Invalid) else {"comment": [str(error)]}
        texts = problems_of_forms(form).get("reason") or refused["comment"]
        return _show(request, problems={report.task.code: texts}, status=error.status, sent_back=report)
    messages.success(request, _("%(code)s was sent back to its officer.") % {"code": report.task.code})
    return redirect(f"{reverse('list_sign_offs')}?ministry={report.lead.code}")


@require_POST
@allowed(permissions.can_report)
def recall_sign_off(request: Request) -> HttpResponse:
    """승인 요청 취소, by a button of *My tasks*: what the page sent beside it is kept first."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    if ministry.pk not in request.user.standing.officer_of:
        raise PermissionDenied
    reports = list(Report.objects.in_round(round_).led_by([ministry.pk])) if round_ else []
    try:
        save_posted_page(request, reports)
        receipt = workflow.recall(
            posted_recalls(request.POST), by=request.user, at=request.arrived_at, key=posted_key(request.POST)
        )
    except Unsaved as unsaved:
        assert round_ is not None  # noqa: S101 (without a round there are no rows to save)
        return show_unsaved(request, ministry, round_, unsaved)
    except (Invalid, WrongState, KeyReused) as error:
        if round_ is None:
            raise
        return list_again(request, ministry, round_, error)
    n = len(codes_of(receipt.event))
    said = ngettext("%(n)d request was taken back.", "%(n)d requests were taken back.", n) % {"n": n}
    messages.success(request, said + " " + _("You can go on writing."))
    return redirect(f"{reverse('list_my_tasks')}?ministry={ministry.code}")
