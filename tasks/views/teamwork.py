"""협조: texts of supporting ministries for another one's report, and answers to the issues that ask a ministry."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ministries.models import Ministry
from records.errors import Conflict, Invalid
from tfportal.http import Request

from .. import permissions, teamwork, workflow, worklist
from ..content import TEXTS
from ..forms import has_row, posted_key, posted_number, posted_raw, posted_text
from ..models import Contribution, Report, Round
from ..models import Request as Asking
from .common import Unsaved, get_report, require_on_page, save_posted_rows
from .my_tasks import row_saved, show_my_tasks, show_unsaved


@require_POST
def write_contribution(request: Request, pk: int) -> HttpResponse:
    """Keeps a supporting ministry's own text for the report, and tells the lead."""
    report = get_report(request, pk)
    ministry = _in_the_name_of(request)
    if not permissions.can_contribute(request.user, report, ministry.pk):
        raise PermissionDenied
    key, text = posted_key(request.POST), posted_text(request.POST)
    who = {"by": request.user, "at": request.arrived_at, "key": key}
    try:
        workflow.contribute(pk, ministry=ministry.pk, text=text, **who)  # type: ignore[arg-type]
    except Invalid as error:
        return _refused(request, ministry, f"support-{pk}", error)
    messages.success(request, _("Your text for %(code)s is with its lead ministry.") % {"code": report.task.code})
    return redirect(f"{reverse('list_my_tasks')}?ministry={ministry.code}#support-{pk}")


@require_POST
def answer_request(request: Request, pk: int) -> HttpResponse:
    """Keeps the answer of a ministry that an issue asks, and tells whoever asked."""
    if pk >= 2**63:  # beyond what a database can look for
        raise Http404
    asked = get_object_or_404(Asking.objects.visible_to(request.user).select_related("addressed_to"), pk=pk)
    if not permissions.can_answer(request.user, asked.addressed_to_id):
        raise PermissionDenied
    key, text = posted_key(request.POST), posted_text(request.POST)
    try:
        workflow.answer_request(pk, by=request.user, at=request.arrived_at, key=key, text=text)
    except Invalid as error:
        return _refused(request, asked.addressed_to, f"request-{pk}", error)
    messages.success(request, _("Your answer is with the ministry that asked."))
    return redirect(f"{reverse('list_my_tasks')}?ministry={asked.addressed_to.code}#asked")


def _in_the_name_of(request: Request) -> Ministry:
    """The one of the person's own ministries that the form names."""
    code = request.POST.get("ministry", "")
    own = [row for row in worklist.ministries_of(request.user) if row.code == code]
    if not own:
        raise PermissionDenied
    return own[0]


def _refused(request: Request, ministry: Ministry, form: str, error: Invalid) -> HttpResponse:
    """My tasks again, with what was typed and why it was not accepted."""
    text, problems = posted_text(request.POST), [text for texts in error.problems.values() for text in texts]
    refused = teamwork.Refused(form, text, problems, str(posted_key(request.POST)))
    return show_my_tasks(request, ministry, Round.objects.current(), refused, status=error.status)


@require_POST
def call_contributions(request: Request, pk: int) -> HttpResponse:
    """Keeps what the page sent, then asks the silent supporting ministries for their texts."""
    report = _own_report(request, pk)
    try:
        _save(request, report)
    except Unsaved as unsaved:
        return show_unsaved(request, report.lead, report.round, unsaved)
    key = _button_key(request)
    workflow.call_contributions(pk, by=request.user, at=request.arrived_at, key=key)
    messages.success(request, _("The supporting ministries of %(code)s were asked.") % {"code": report.task.code})
    return row_saved(request, report)


@require_POST
def take_contribution(request: Request, pk: int) -> HttpResponse:
    """Keeps what the page sent, then appends a supporting ministry's text to one of the draft's."""
    if pk >= 2**63:
        raise Http404
    contribution = get_object_or_404(Contribution, pk=pk)
    report = get_report(request, contribution.report_id)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied if _sees(request, report, contribution) else Http404
    into = request.POST.get("into", "")
    who = {"by": request.user, "at": request.arrived_at}
    try:
        version = _save(request, report)
        try:
            workflow.take_contribution(
                pk,
                version=version,
                into=into if into in TEXTS else "results",
                **who,  # type: ignore[arg-type]
            )
        except Conflict as error:
            unsaved = Unsaved()
            mine = (
                posted_raw(request.POST, f"r{report.pk}-") if has_row(request.POST, f"r{report.pk}-") else error.theirs
            )
            unsaved.conflicts[report.pk], unsaved.versions[report.pk] = (mine, error.theirs), version
            raise unsaved from error
    except Unsaved as unsaved:
        return show_unsaved(request, report.lead, report.round, unsaved)
    return row_saved(request, report)


def _sees(request: Request, report: Report, contribution: Contribution) -> bool:
    return permissions.can_see_contribution(request.user, report, contribution.ministry_id)


def _own_report(request: Request, pk: int) -> Report:
    report = get_report(request, pk)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    return report


def _save(request: Request, report: Report) -> int:
    """Keep every row that came along; returns this report's version. Raises Unsaved."""
    reports = list(Report.objects.in_round(report.round).led_by([report.lead_id]))
    require_on_page(request, reports)
    return save_posted_rows(request, reports).get(report.pk, posted_number(request.POST, f"r{report.pk}-version"))


def _button_key(request: Request) -> UUID:
    """The key of the button that was pressed: the form's own is that of the answer which may still follow."""
    try:
        return UUID(request.POST.get("call_key", ""))
    except ValueError:
        return uuid4()
