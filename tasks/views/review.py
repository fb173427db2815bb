"""The office's review: the queue, one report, the verdicts."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ministries.directory import Directory
from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, review, workflow
from ..forms import AcceptForm, ReasonForm, ReturnForm, posted_key, posted_number, problems_of_forms
from ..models import Field, Message, Report, Round
from .common import allowed, get_report

TYPED = ("comment", "reason", "book_text_ko", "book_text_en")  # the texts of the verdict

only_office = allowed(permissions.can_coordinate)


@require_safe
@only_office
def list_reviews(request: Request) -> HttpResponse:
    """What waits for the office, the earliest arrival first."""
    round_ = Round.objects.current()
    waiting = review.queue(round_)
    missing = Report.objects.in_round(round_).without_answer().count() if round_ else 0
    context = {
        "round": round_,
        "waiting": waiting,
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
    sheet = review.Sheet(view, request.user, request.arrived_at)
    base = request.GET.get("against", "")
    base = base if base in ("return", "baseline", "text") else view.default_base
    context = {
        "report": report,
        "view": view,
        "sheet": sheet,
        "base": base,
        "differences": view.against(base),
        "problems": problems or {},
        "key": key,
        **_typed(request, sheet),
    }
    return respond(request, "tasks/review_report.html", context, status=status)


def _typed(request: Request, sheet: review.Sheet) -> dict[str, Any]:
    """What stands in the form of the verdict: what was typed, else what the report has or the portal proposes."""
    posted, report = request.POST, sheet.report
    due: Any = posted.get("due_at") or review.proposed_due(report.round, request.arrived_at)
    return {
        "posted": posted,
        "book": {name: posted.get(name, getattr(report, name)) for name in ("book_text_ko", "book_text_en")},
        # What was typed into a form that the page does not bring any more, because someone else moved the report on.
        "unplaced": [] if sheet.takes_verdict else [posted[name] for name in TYPED if posted.get(name)],
        "chosen_light": posted.get("light") or (review.proposed_light(report) or ""),
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


@require_POST
@only_office
def open_report(request: Request, pk: int) -> HttpResponse:
    """Opens a report for review: from now on it cannot be withdrawn."""
    get_report(request, pk, texts=False)
    try:
        workflow.open_for_review(pk, **_verdict(request))
    except WrongState as error:
        return _refused(request, pk, error)
    return redirect("review_report", pk=pk)


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
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.accept(pk, **form.cleaned_data, **_verdict(request))
    except (Invalid, WrongState, KeyReused) as error:
        return _refused(request, pk, error)
    messages.success(request, _("%(code)s was accepted.") % {"code": report.task.code})
    return _to_next(request, report, opens=True)


@require_POST
@only_office
def reopen_report(request: Request, pk: int) -> HttpResponse:
    """Takes an acceptance back, with a reason."""
    report, form = get_report(request, pk, texts=False), ReasonForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        workflow.reopen(pk, reason=form.cleaned_data["reason"], **_verdict(request))
    except (Invalid, WrongState, KeyReused) as error:
        return _refused(request, pk, error)
    messages.success(request, _("The acceptance of %(code)s was taken back.") % {"code": report.task.code})
    return redirect("review_report", pk=pk)


def _to_next(request: Request, report: Report, *, opens: bool) -> HttpResponse:
    """The next report that waits, in the order of arrival; the queue when none is left. *Accept, then next* opens it
    for review, as the button says; a return leaves the others withdrawable."""
    waiting = [row for row in review.queue(report.round) if row.pk != report.pk]
    if not waiting:
        return redirect("list_reviews")
    arrived = report.current.submission.received_at if report.current else request.arrived_at
    place = (arrived, report.task.code)
    later = [row for row in waiting if row.current and (row.current.submission.received_at, row.task.code) > place]
    following = (later or waiting)[0]
    if opens and following.opened_by_office_at is None:
        with suppress(Refused):  # withdrawn or opened in this very moment, or one's own: its page says so
            workflow.open_for_review(
                following.pk, by=request.user, at=request.arrived_at, key=uuid4(), version=following.version
            )
    return redirect("review_report", pk=following.pk)
