"""The office's review: the queue, one report, the verdicts."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ministries.directory import Directory
from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, review, workflow
from ..forms import AcceptForm, ReasonForm, ReturnForm, posted_key, posted_number, problems_of_forms
from ..models import Field, Message, Report, Round, State
from ..providers import OwedDecision, decisions_on
from ..queueing import ON_A_PAGE, Order, Queue, Wanted
from .common import allowed, get_report

UNDO = "undo-"  # of a message about an acceptance: its report's primary key, and the version that it left
UNDO_TAG = re.compile(UNDO + r"(\d+)-(\d+)")
UNDO_MANY = "undo-many-"  # of a message about an acceptance from a list: the primary key of its event
UNDO_MANY_TAG = re.compile(UNDO_MANY + r"(\d+)")
TYPED = ("comment", "reason", "book_text_ko", "book_text_en")  # the texts of the verdict

only_office = allowed(permissions.can_coordinate)


@require_safe
@only_office
def list_reviews(request: Request) -> HttpResponse:
    """What waits for the office, in the order of the address and narrowed down to what it names, in pages."""
    round_ = Round.objects.current()
    queue = Queue(round_, request.user, Wanted.of(request.GET), counts=True)
    page = Paginator(queue.rows, ON_A_PAGE).get_page(request.GET.get("page"))
    missing = Report.objects.in_round(round_).without_answer().count() if round_ else 0
    context = {
        "round": round_,
        "queue": queue,
        "page": page,
        "lines": queue.lines(page),
        "orders": Order,
        **_done(request),
        "missing": missing,
        "names": Directory(round_.as_of).by_id if round_ else {},
        "messages_to_answer": Message.objects.unanswered(round_) if round_ else [],
    }
    return respond(request, "tasks/reviews.html", context)


@require_safe
@only_office
def review_report(request: Request, pk: int) -> HttpResponse:
    """One report with its differences. Reading it changes nothing; opening it for review is a button."""
    return _show(request, get_report(request, pk))


def _show(
    request: Request, report: Report, *, problems: dict[str, list[str]] | None = None, status: int = 200, key: str = ""
) -> HttpResponse:
    """The review page; after a refused verdict with everything that was typed."""
    view = review.read(report)
    queue = Queue(report.round, request.user, Wanted.of(request.GET))
    sheet = review.Sheet(view, request.user, request.arrived_at, queue)
    base = request.GET.get("against", "")
    base = base if base in ("return", "baseline", "text") else view.default_base
    context = {
        "report": report,
        "view": view,
        "sheet": sheet,
        "wanted": queue.wanted,
        **_done(request),
        "base": base,
        "differences": view.against(base),
        "decisions": [row for row in _decided(request, report) if not row.is_closed],
        "problems": problems or {},
        "key": key,
        **_typed(request, sheet),
    }
    return respond(request, "tasks/review_report.html", context, status=status)


def _decided(request: Request, report: Report) -> list[OwedDecision]:
    """What was decided about the report's task."""
    return decisions_on(report.task_id, round_=report.round, user=request.user, at=request.arrived_at)


def _typed(request: Request, sheet: review.Sheet) -> dict[str, Any]:
    """What stands in the form of the verdict: what was typed, else what the report has or the portal proposes."""
    posted, report = request.POST, sheet.report
    before = sheet.undone if sheet.takes_verdict and not posted else {}
    # The form that takes an acceptance back has a reason of its own: another one than the reason of a verdict.
    reopens = bool(posted) and "light" not in posted and report.state == State.ACCEPTED
    due: Any = posted.get("due_at") or review.proposed_due(report.round, request.arrived_at)
    return {
        "posted": posted or before,
        "reopening": posted.get("reason", "") if reopens else "",
        "book": {name: posted.get(name, getattr(report, name)) for name in ("book_text_ko", "book_text_en")},
        # What was typed into a form that the page does not bring any more, because someone else moved the report on.
        "unplaced": [] if sheet.takes_verdict else [posted[name] for name in TYPED if posted.get(name) and not reopens],
        "chosen_light": posted.get("light") or before.get("light") or (review.proposed_light(report) or ""),
        "chosen_fields": posted.getlist("fields_returned"),
        "due": due if isinstance(due, datetime) else None,
        "due_text": due if isinstance(due, str) else "",
    }


def _refused(request: Request, pk: int, error: Refused) -> HttpResponse:
    """The page again after a refusal: the newest text, what was typed, and why."""
    problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
    key = "" if isinstance(error, KeyReused) else request.POST.get("key", "")
    return _show(request, get_report(request, pk), problems=problems, status=error.status, key=key)


def _verdict(request: Request) -> dict[str, Any]:
    """What every verdict needs."""
    return {
        "by": request.user,
        "at": request.arrived_at,
        "key": posted_key(request.POST),
        "version": posted_number(request.POST, "version"),
    }


def to_report(request: Request, pk: int) -> HttpResponse:
    """The page of one report, in the order and with the filters that one goes through the queue with."""
    return redirect(reverse("review_report", args=[pk]) + Wanted.of(request.GET).query)


@require_POST
@only_office
def open_report(request: Request, pk: int) -> HttpResponse:
    """Opens a report for review: from now on it cannot be withdrawn, and it is this person's."""
    get_report(request, pk, texts=False)
    try:
        workflow.open_for_review(pk, **_verdict(request))
    except WrongState as error:
        return _refused(request, pk, error)
    return to_report(request, pk)


@require_POST
@only_office
def take_over_report(request: Request, pk: int) -> HttpResponse:
    """Goes on with what a colleague has open."""
    report = get_report(request, pk, texts=False)
    try:
        workflow.take_over_review(pk, **_verdict(request))
    except WrongState as error:
        return _refused(request, pk, error)
    messages.success(request, _("You review %(code)s now.") % {"code": report.task.code})
    return to_report(request, pk)


@require_POST
@only_office
def release_report(request: Request, pk: int) -> HttpResponse:
    """Gives a report back without a verdict."""
    report = get_report(request, pk, texts=False)
    try:
        workflow.release_review(pk, **_verdict(request))
    except WrongState as error:
        return _refused(request, pk, error)
    messages.success(request, _("%(code)s waits for anyone of the office again.") % {"code": report.task.code})
    return redirect(reverse("list_reviews") + Wanted.of(request.GET).query)


@require_POST
@only_office
def return_report(request: Request, pk: int) -> HttpResponse:
    """보완요청, of the whole report or of the ticked fields."""
    report, form = get_report(request, pk, texts=False), ReturnForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        data = form.cleaned_data
        workflow.return_for_changes(
            pk,
            comment=data["comment"],
            due_at=data["due_at"],
            fields=[Field(name) for name in data["fields_returned"]],
            **{name: data[name] for name in ("reason", "book_text_ko", "book_text_en")},
            **_verdict(request),
        )
    except (Invalid, WrongState, KeyReused) as error:
        return _refused(request, pk, error)
    messages.success(request, _("%(code)s was returned.") % {"code": report.task.code})
    return _to_next(request, report, opens=False)


@require_POST
@only_office
def accept_report(request: Request, pk: int) -> HttpResponse:
    """검토완료, then the next one that waits."""
    report, form = get_report(request, pk, texts=False), AcceptForm(request.POST)
    verdict = _verdict(request)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.accept(pk, **form.cleaned_data, **verdict)
    except (Invalid, WrongState, KeyReused) as error:
        return _refused(request, pk, error)
    undo = f"{UNDO}{pk}-{verdict['version'] + 1}"
    messages.success(request, _("%(code)s was accepted.") % {"code": report.task.code}, extra_tags=undo)
    return _to_next(request, report, opens=True)


@require_POST
@only_office
def reopen_report(request: Request, pk: int) -> HttpResponse:
    """Takes an acceptance back: with a reason, or at once by whoever gave it."""
    report, form = get_report(request, pk, texts=False), ReasonForm(request.POST)
    undo = "undo" in request.POST
    try:
        if not undo and not form.is_valid():
            raise Invalid(problems_of_forms(form))
        reason = "" if undo else form.cleaned_data["reason"]
        workflow.reopen(pk, reason=reason, undo=undo, **_verdict(request))
    except (Invalid, WrongState, KeyReused) as error:
        return _refused(request, pk, error)
    messages.success(request, _("The acceptance of %(code)s was taken back.") % {"code": report.task.code})
    return to_report(request, pk)


def _done(request: Request) -> dict[str, Any]:
    """What was accepted a moment ago, for the button that takes it back. Said here, and not at the top once more."""
    for message in messages.get_messages(request):
        if many := UNDO_MANY_TAG.fullmatch(message.extra_tags or ""):
            return {"undo": {"event": int(many[1]), "text": message.message}, "told": [message.extra_tags]}
        found = UNDO_TAG.fullmatch(message.extra_tags or "")
        if found:
            undo = {"pk": int(found[1]), "version": int(found[2]), "text": message.message}
            return {"undo": undo, "told": [message.extra_tags]}
    return {}


def _to_next(request: Request, report: Report, *, opens: bool) -> HttpResponse:
    """The next report that waits, in the chosen order and with the filters kept; the queue when none is left that no
    colleague has. *Accept, then next* opens it, as the button says; a return leaves the others withdrawable."""
    queue = Queue(report.round, request.user, Wanted.of(request.GET))
    following = queue.after(report)
    if following is None:
        return redirect(reverse("list_reviews") + queue.wanted.query)
    if opens and following.opened_by_office_at is None:
        with suppress(Refused):  # withdrawn or opened in this very moment, or one's own: its page says so
            workflow.open_for_review(
                following.pk, by=request.user, at=request.arrived_at, key=uuid4(), version=following.version
            )
    return to_report(request, following.pk)
