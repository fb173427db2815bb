"""Receipts: found by number, read, printed for the director; and the way back of what was sent."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ministries.directory import Directory
from tfportal.htmx import respond
from tfportal.http import Request
from tfportal.language import normalise

from .. import permissions, receipts, workflow
from ..forms import posted_key
from ..models import Report, State, Submission
from ..tiles import codes_of
from .common import allowed

RECEIPTS_ON_A_PAGE = 50
NUMBER_LENGTH = 60  # as long as a covering letter's number can be


@require_safe
@allowed(permissions.can_see_receipts)
def list_submissions(request: Request) -> HttpResponse:
    """Receipts, the latest first; a whole number leads straight to its receipt, a part of one to all that hold it."""
    asked = request.GET.get("number", "").replace("\0", "").strip()[:NUMBER_LENGTH]
    wanted = receipts.tidy_number(asked)
    found = Submission.objects.visible_to(request.user).numbered_like(wanted, normalise(asked))
    if wanted and (exact := found.filter(number=wanted).first()):
        return redirect("show_submission", number=exact.number)
    page = Paginator(found.with_names(), RECEIPTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": receipts.listed(page.object_list), "number": asked}
    return respond(request, "tasks/submissions.html", context)


def get_submission(request: Request, number: str) -> Submission:
    """A receipt of the person's own ministry, or any for the office; else 404."""
    if "\0" in number:  # PostgreSQL cannot even look for it
        raise Http404
    return get_object_or_404(Submission.objects.visible_to(request.user).with_names(), number=number)


@require_safe
def show_submission(request: Request, number: str) -> HttpResponse:
    """The receipt: what arrived, when, by whom and in what office, and what happens next. Printed, it is one page."""
    submission = get_submission(request, number)
    standing, arrived = request.user.standing, receipts.read(submission)
    in_round = Report.objects.in_round(submission.round).led_by([submission.ministry_id])
    context = {
        "submission": submission,
        "arrived": arrived,
        "inside": submission.ministry_id in standing.ministries,
        "withdrawable": arrived.withdrawable if submission.ministry_id in standing.officer_of else [],
        "total": in_round.count(),
        "sent": in_round.filter(state__in=(State.SUBMITTED, State.ACCEPTED)).count(),
        "names": Directory(submission.round.as_of)[submission.ministry_id],
    }
    return respond(request, "tasks/submission.html", context)


@require_POST
def withdraw_submission(request: Request, number: str) -> HttpResponse:
    """회수: the texts become drafts again, as far as the office has not opened them."""
    submission = get_submission(request, number)
    if submission.ministry_id not in request.user.standing.officer_of:
        raise PermissionDenied
    receipt = workflow.withdraw(submission, by=request.user, at=request.arrived_at, key=posted_key(request.POST))
    n = len(codes_of(receipt.event))
    said = ngettext(
        "%(n)d report of receipt %(number)s was withdrawn. It is not submitted any more.",
        "%(n)d reports of receipt %(number)s were withdrawn. They are not submitted any more.",
        n,
    )
    messages.success(request, said % {"number": submission.number, "n": n})
    return redirect(f"{reverse('list_my_tasks')}?ministry={submission.ministry.code}")
