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

from .. import permissions, signing, workflow, worklist
from ..forms import (
    LetterForm,
    ReasonForm,
    posted_items,
    posted_key,
    posted_marks,
    posted_number,
    posted_recalls,
    problems_of_forms,
)
from ..models import Report, Round
from ..tiles import codes_of
from .common import Unsaved, allowed, get_report, my_ministry, require_on_page, save_posted_rows
from .my_tasks import list_again, show_unsaved

only_approvers = allowed(lambda user: bool(user.standing.approver_of))


def _ministries(request: Request, round_: Round | None) -> list[tuple[Ministry, int]]:
    """Those that the person signs off for, each with how many of its reports wait."""
    own = [row for row in worklist.ministries_of(request.user) if row.pk in request.user.standing.approver_of]
    waiting = Report.objects.in_round(round_).awaiting_sign_off().counts_by_lead() if round_ else {}
    return [(row, waiting.get(row.pk, 0)) for row in own]


def _chosen(request: Request, own: list[tuple[Ministry, int]], report: Report | None) -> Ministry:
    """The ministry of the page: the report's, the one that was asked for, else the first in which something waits."""
    wanted = report.lead.code if report else request.POST.get("ministry") or request.GET.get("ministry", "")
    named = [ministry for ministry, _n in own if ministry.code == wanted]
    if wanted and not named and request.method != "POST":
        raise Http404
    busy = [ministry for ministry, n in own if n]
    return (named or busy or [own[0][0]])[0]


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
    ministry, at = _chosen(request, own, sent_back), request.arrived_at
    desk = None
    if round_ is not None:
        work = worklist.build(ministry, round_, user=request.user, at=at, codes=workflow.ministry_codes())
        desk = signing.Desk(request.user, round_, at, ministry, work)
    waiting = desk.waiting if desk else []
    ticked = {one.report.pk for one in waiting if one.bar is None}
    if request.method == "POST" and sent_back is None:
        ticked &= {int(text) for mark in posted_marks(request.POST) if (text := mark.partition(":")[0]).isdecimal()}
    context = {
        "round": round_,
        "desk": desk,
        "own": own,
        "ministry": ministry,
        "ticked": ticked,
        "counts": {
            "changed": sum(one.report.pk in ticked and not one.is_unchanged for one in waiting),
            "unchanged": sum(one.report.pk in ticked and one.is_unchanged for one in waiting),
        },
        "problems": problems or {},
        "letter_no": request.POST.get("letter_no", ""),
        "reasons": {sent_back.pk: request.POST.get("reason", "")} if sent_back else {},
        "sent_back": sent_back,
        "is_placed": sent_back is None or any(one.report.pk == sent_back.pk for one in waiting),
        "deadline": desk.work.deadline if desk else None,
        "left": desk.work.deadline.left if desk else None,
        "phase": desk.work.deadline.phase if desk else "",
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
        receipt = workflow.sign_off(
            posted_items(request.POST),
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
    form = ReasonForm(request.POST)
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
        texts = problems_of_forms(form).get("reason", []) if isinstance(error, Invalid) else [str(error)]
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
        require_on_page(request, reports)
        save_posted_rows(request, reports)
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
