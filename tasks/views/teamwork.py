"""협조: texts of supporting ministries for another one's report, and answers to the issues that ask a ministry."""

from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ministries.directory import Directory
from ministries.models import Ministry
from records.errors import Conflict, Invalid, KeyReused, Refused, WrongState
from tfportal.http import Request

from .. import permissions, teamwork, workflow, worklist
from ..content import TEXTS
from ..forms import has_row, posted_key, posted_raw, posted_text
from ..models import Contribution, Field, Report, Round
from ..models import Request as Asking
from .common import Unsaved, get_report, list_address, save_page_of, tell
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
    except (Invalid, KeyReused, WrongState) as error:
        return _refused(request, ministry, f"support-{pk}", error)
    said = _("Your text for %(code)s is with its lead ministry.") % {"code": report.task.code}
    return _to_row(request, ministry, f"support-{pk}", said)


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
    except (Invalid, KeyReused, WrongState) as error:
        return _refused(request, asked.addressed_to, f"request-{pk}", error)
    return _to_row(request, asked.addressed_to, f"request-{pk}", _("Your answer is with the ministry that asked."))


def _to_row(request: Request, ministry: Ministry, form: str, said: str) -> HttpResponse:
    """My tasks at the row of the form, which says that it was done."""
    tell(request, said, form)
    return redirect(f"{list_address(ministry, form)}#{form}")


def _in_the_name_of(request: Request) -> Ministry:
    """The one of the person's own ministries that the form names."""
    code = request.POST.get("ministry", "")
    own = [row for row in worklist.ministries_of(request.user) if row.code == code]
    if not own:
        raise PermissionDenied
    return own[0]


def _refused(request: Request, ministry: Ministry, form: str, error: Refused) -> HttpResponse:
    """My tasks again, with what was typed and why it was not accepted."""
    problems = error.problems if isinstance(error, Invalid) else {"text": [str(error)]}
    texts = [text for texts in problems.values() for text in texts]
    key = "" if isinstance(error, KeyReused) else str(posted_key(request.POST))  # used up, it would be refused for ever
    refused = teamwork.Refused(form, posted_text(request.POST), texts, key)
    return show_my_tasks(request, ministry, Round.objects.current(), refused, status=error.status)


@require_POST
def call_contributions(request: Request, pk: int) -> HttpResponse:
    """Keeps what the page sent, then asks the silent supporting ministries for their texts."""
    report = _own_report(request, pk)
    try:
        save_page_of(request, report)
    except Unsaved as unsaved:
        return show_unsaved(request, report.lead, report.round, unsaved)
    key = _button_key(request)
    workflow.call_contributions(pk, by=request.user, at=request.arrived_at, key=key)
    code = report.task.code
    tell(request, _("The supporting ministries of %(code)s were asked.") % {"code": code}, code)
    return row_saved(request, report)


@require_POST
def take_contribution(request: Request, pk: int) -> HttpResponse:
    """Keeps what the page sent, then appends a supporting ministry's text to one of the draft's."""
    contribution, report = _to_take(request, pk)
    into = request.POST.get("into", "")
    into = into if into in TEXTS else "results"
    try:
        _take(request, report, pk, into)
    except Unsaved as unsaved:
        return show_unsaved(request, report.lead, report.round, unsaved)
    name = Directory(report.round.as_of)[contribution.ministry_id].abbr
    said = _("The text of %(ministry)s stands under “%(field)s”.") % {"ministry": name, "field": Field(into).label}
    tell(request, said, report.task.code)
    return row_saved(request, report)


def _to_take(request: Request, pk: int) -> tuple[Contribution, Report]:
    """The contribution, and the report that the person writes: 404 where they see neither, 403 where only that."""
    if pk >= 2**63:  # beyond what a database can look for
        raise Http404
    contribution = get_object_or_404(Contribution, pk=pk)
    report = get_report(request, contribution.report_id)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied if _sees(request, report, contribution) else Http404
    return contribution, report


def _take(request: Request, report: Report, pk: int, into: str) -> None:
    """Save what came along, then take over. Raises Unsaved; a form that arrives twice has done its work."""
    prefix = f"r{report.pk}-"
    try:
        version = save_page_of(request, report)
    except Unsaved as unsaved:
        mine, _theirs = unsaved.conflicts.get(report.pk, (None, None))
        if mine is None or not workflow.is_taken_over(get_report(request, report.pk), pk, mine=mine, into=into):
            raise
        del unsaved.conflicts[report.pk]
        if unsaved.reports:
            raise
        return
    try:
        workflow.take_contribution(pk, by=request.user, at=request.arrived_at, version=version, into=into)
    except Conflict as error:
        crossed, has = Unsaved(), has_row(request.POST, prefix)
        mine = posted_raw(request.POST, prefix) if has else error.theirs
        crossed.conflicts[report.pk], crossed.versions[report.pk] = (mine, error.theirs), version
        raise crossed from error


def _sees(request: Request, report: Report, contribution: Contribution) -> bool:
    return permissions.can_see_contribution(request.user, report, contribution.ministry_id)


def _own_report(request: Request, pk: int) -> Report:
    report = get_report(request, pk)
    if not permissions.can_edit(request.user, report):
        raise PermissionDenied
    return report


def _button_key(request: Request) -> UUID:
    """The key of the button that was pressed: the form's own is that of the answer which may still follow."""
    try:
        return UUID(request.POST.get("call_key", ""))
    except ValueError:
        return uuid4()
