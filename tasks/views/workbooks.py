"""엑셀: the workbook of the ministry's drafts, its way back, and the dry run in between."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from ministries.directory import Directory
from ministries.models import Ministry
from records.errors import Conflict, Frozen, Invalid, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workbooks, workflow, worklist
from ..files.names import clean_name
from ..forms import posted_number, posted_rows
from ..models import Round, WorkbookUpload
from .common import allowed, my_ministry

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _work(request: Request, ministry: Ministry, round_: Round) -> worklist.Worklist:
    return worklist.build(ministry, round_, user=request.user, at=request.arrived_at, codes=workflow.ministry_codes())


def _list_of(ministry: Ministry) -> str:
    return f"{reverse('list_my_tasks')}?ministry={ministry.code}"


@require_safe
@allowed(permissions.can_report)
def download_workbook(request: Request) -> HttpResponse:
    """The ministry's tasks as they stand now, as an .xlsx."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    if round_ is None:
        return redirect(_list_of(ministry))
    work = _work(request, ministry, round_)
    headers = {"Content-Disposition": content_disposition_header(True, workbooks.file_name(work)) or ""}
    return HttpResponse(workbooks.write(work), content_type=XLSX, headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.can_report)
def upload_workbook(request: Request) -> HttpResponse:
    """Reads a workbook that was filled in, and leads to its dry run; or says all that is wrong with it."""
    ministry, round_ = my_ministry(request), Round.objects.current()
    if not worklist.may_write(request.user, ministry):
        raise PermissionDenied
    if round_ is None:
        raise WrongState(_("No round is being collected."))
    if request.method != "POST":
        return _ask_for_file(request, ministry, round_)
    try:
        return redirect("fill_from_workbook", token=_read(request, ministry, round_).token)
    except workbooks.Unusable as error:
        name = clean_name(str(getattr(request.FILES.get("file"), "name", "")))
        return _ask_for_file(request, ministry, round_, error=error, name=name, status=error.status)


def _ask_for_file(
    request: Request, ministry: Ministry, round_: Round, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {"ministry": ministry, "called": Directory(round_.as_of)[ministry.pk].name, "round": round_} | more
    return respond(request, "tasks/workbook_upload.html", context, status=status)


def _read(request: Request, ministry: Ministry, round_: Round) -> WorkbookUpload:
    """The workbook that came, read and kept for its dry run; raises Unusable."""
    file = request.FILES.get("file")
    if file is None:
        raise workbooks.Unusable(workbooks.Problem(_("Choose a file first.")))
    if getattr(file, "problem", ""):
        raise workbooks.Unusable(workbooks.Problem(workbooks.problem_of(file.problem)))  # type: ignore[attr-defined]
    rows = workbooks.read(file, _work(request, ministry, round_))  # type: ignore[arg-type]
    name = clean_name(str(file.name)) or "xlsx"
    return WorkbookUpload.objects.create(
        round=round_, ministry=ministry, by=request.user, at=request.arrived_at, name=name, rows=rows
    )


@require_http_methods(["GET", "HEAD", "POST"])
def fill_from_workbook(request: Request, token: UUID) -> HttpResponse:
    """The dry run. Confirmed, it fills the drafts, all or none; what moved meanwhile brings it back, judged anew."""
    uploads = WorkbookUpload.objects.visible_to(request.user).since(request.arrived_at - workbooks.KEPT_FOR)
    upload = get_object_or_404(uploads.select_related("round", "ministry"), token=token)
    if request.method != "POST":
        return _show(request, upload)
    if upload.applied_at:
        return redirect(_list_of(upload.ministry))
    try:
        count = _fill(request, upload)
    except Frozen:
        raise
    except (WrongState, Invalid) as error:
        return _show(request, upload, problem=str(error), status=error.status)
    said = ngettext("%(n)d draft was filled from “%(name)s”.", "%(n)d drafts were filled from “%(name)s”.", count)
    messages.success(request, said % {"n": count, "name": upload.name})
    return redirect(_list_of(upload.ministry))


def _fill(request: Request, upload: WorkbookUpload) -> int:
    """Carries the confirmed dry run out. What the page did not show, or showed otherwise, raises Conflict."""
    run = workbooks.dry_run(upload, _work(request, upload.ministry, upload.round))
    versions = {line.row.report.pk: posted_number(request.POST, f"r{line.row.report.pk}-version") for line in run.ready}
    chosen = {line.row.report.pk: request.POST.get(f"r{line.row.report.pk}-take", "") for line in run.conflicts}
    seen = {str(pk) for pk in versions} == posted_rows(request.POST)
    seen = seen and request.POST.get("ended", "0") == str(run.not_taken)
    if not seen or any(line.row.report.version != versions[line.row.report.pk] for line in run.ready):
        raise Conflict(_("Something was changed on the portal since this page was shown. Look at it again."))
    if any(choice not in ("mine", "theirs") for choice in chosen.values()):
        raise Invalid({"__all__": [_("Choose for each task that was changed on both sides which text is to stay.")]})
    fillings = run.fillings(versions, [pk for pk, choice in chosen.items() if choice == "mine"])
    return workflow.fill_drafts(upload, fillings, by=request.user, at=request.arrived_at)


def _show(request: Request, upload: WorkbookUpload, *, problem: str = "", status: int = 200) -> HttpResponse:
    work = _work(request, upload.ministry, upload.round)
    chosen = {
        line.report.pk: request.POST.get(f"{line.prefix}take", "") for line in work.rows if request.method == "POST"
    }
    context = {
        "upload": upload,
        "run": workbooks.dry_run(upload, work),
        "problem": problem,
        "chosen": chosen,
    }
    return respond(request, "tasks/workbook.html", context, status=status)
