"""Beside *my tasks*: the ministry's earlier rounds, the earlier texts of a task, the guide, and the list on paper."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ministries.directory import Directory
from records import clock
from tfportal.htmx import respond
from tfportal.http import Request

from .. import earlier, papers, permissions, workflow, worklist
from ..models import Round
from ..models.reporting import LINES_WANTED, TEXT_LIMIT
from .common import allowed, get_report, my_ministry

ROUNDS_ON_A_PAGE = 8


@require_safe
@allowed(permissions.works_for_a_ministry)
def list_earlier_rounds(request: Request) -> HttpResponse:
    """The ministry's frozen rounds: what it reported, and what the office said."""
    ministry = my_ministry(request)
    page = Paginator(earlier.rounds_of(ministry), ROUNDS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "ministry": ministry,
        "name": Directory(clock.today())[ministry.pk],
        "ministries": worklist.ministries_of(request.user),
        "page": page,
        "chapters": earlier.chapters(list(page.object_list), ministry, user=request.user),
    }
    return respond(request, "tasks/earlier_rounds.html", context)


@require_safe
def show_earlier_reports(request: Request, pk: int) -> HttpResponse:
    """The texts of all earlier rounds of one task, for those who write the next one."""
    report = get_report(request, pk)
    if not permissions.works_for_lead(request.user, report):
        raise PermissionDenied
    context = {"report": report, "reports": earlier.of_task(report, user=request.user)}
    return respond(request, "tasks/earlier_reports.html", context, partial="texts")


@require_safe
@allowed(permissions.can_see_guide)
def show_guide(request: Request) -> HttpResponse:
    """작성요령: what each field wants, with the office's words for the round that is being collected."""
    limits = {"wanted": LINES_WANTED, "limit": f"{TEXT_LIMIT:,}"}
    context = limits | {"round": Round.objects.current(), "contacts": papers.office_contacts()}
    return respond(request, "tasks/guide.html", context, partial="body")


@require_safe
@allowed(permissions.works_for_a_ministry)
def print_my_tasks(request: Request) -> HttpResponse:
    """All tasks of the ministry in the round that is being collected, as one document."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    if round_ is None:
        return redirect("list_my_tasks")
    codes = workflow.ministry_codes()
    work = worklist.build(ministry, round_, user=request.user, at=request.arrived_at, codes=codes)
    sheets = [papers.Sheet(row) for row in sorted(work.rows, key=lambda row: row.code)]
    return respond(request, "tasks/print_my_tasks.html", {"work": work, "sheets": sheets})
