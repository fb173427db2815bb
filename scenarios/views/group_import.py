"""엑셀: the working group's register as a workbook, its way back, and the dry run in between.

What was read of a workbook is kept nowhere: it holds personal data. It goes to the page of the dry run, signed, and
comes back with its confirmation.
"""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records.errors import Conflict, Invalid, KeyReused, Refused
from tasks.files.names import clean_name
from tasks.forms import posted_key
from tasks.views.workbooks import XLSX
from tasks.workbooks import KEPT_FOR, Problem, Unusable
from tfportal.htmx import respond
from tfportal.http import Request

from .. import named_texts, workbooks, workflow
from ..models import Expert
from ..workbooks.columns import Register
from .common import only_office, who
from .working_group import FORMS

SALT = "scenarios.import"
CARRIED_LIMIT = 8 * 1024 * 1024  # characters of what a page carries: a form brings at most twelve million


def _register(request: Request) -> Register:
    return Register(timezone.localdate(request.arrived_at))


@require_safe
@only_office
def download_working_group(request: Request) -> HttpResponse:
    """The register as it stands now, with empty rows for what is new, as an .xlsx."""
    register = _register(request)
    headers = {"Content-Disposition": content_disposition_header(True, workbooks.file_name(register)) or ""}
    return HttpResponse(workbooks.write(register), content_type=XLSX, headers=headers)


@require_http_methods(FORMS)
@only_office
def upload_working_group(request: Request) -> HttpResponse:
    """Reads a workbook that was filled in, and shows what it would do; or says what is wrong with the file."""
    if request.method != "POST":
        return respond(request, "scenarios/upload_working_group.html", {})
    name = clean_name(str(getattr(request.FILES.get("file"), "name", "")))
    try:
        carried = {"name": name, **_read(request), "by": request.user.pk}
        return _show(request, carried, signed=_signed(carried))
    except Unusable as error:
        context = {"error": error, "name": name}
        return respond(request, "scenarios/upload_working_group.html", context, status=error.status)


def _read(request: Request) -> dict[str, Any]:
    """The rows of the workbook that came, and what could not be read of it; raises Unusable."""
    file = request.FILES.get("file")
    if file is None:
        raise Unusable(Problem(_("Choose a file first.")))
    if problem := getattr(file, "problem", ""):
        no_room = _("There is no room for the file on the server at this moment.")
        raise Unusable(Problem(workbooks.too_big() if problem == "too big" else no_room))
    rows, problems = workbooks.read(file, _register(request))  # type: ignore[arg-type]
    return {"rows": rows, "problems": [[problem.text, problem.at] for problem in problems]}


def _signed(carried: dict[str, Any]) -> str:
    signed = signing.dumps(carried, salt=SALT, compress=True)
    if len(signed) > CARRIED_LIMIT:
        raise Unusable(Problem(_("The workbook brings too much at once. Upload it in parts.")))
    return signed


@require_POST
@only_office
def import_working_group(request: Request) -> HttpResponse:
    """The confirmed dry run, all or nothing; what moved meanwhile brings it back, judged anew."""
    signed = request.POST.get("rows", "")
    if workflow.is_imported(by=request.user, key=posted_key(request.POST)):
        return redirect("show_working_group")
    try:
        carried = signing.loads(signed, salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        carried = {}
    if carried.get("by") != request.user.pk:
        error = Unusable(Problem(_("This page is no longer valid. Upload the workbook again.")))
        return respond(request, "scenarios/upload_working_group.html", {"error": error}, status=error.status)
    try:
        _import(request, carried)
    except (Conflict, Invalid, KeyReused) as refused:
        return _show(request, carried, signed=signed, error=refused)
    messages.success(request, _("“%(name)s” is in the register.") % {"name": carried["name"]})
    everybody = Expert.objects.select_related("person")
    if named_texts.naming(everybody):  # the list says which
        return redirect(f"{reverse('list_experts')}?state=all")
    return redirect("show_working_group")


def _import(request: Request, carried: dict[str, Any]) -> None:
    """Carries the dry run out. What the page did not show, or showed otherwise, raises Conflict."""
    register = _register(request)
    run = _run(request, carried, register)
    if run.mark != request.POST.get("seen"):
        raise Conflict(_("Something was changed on the portal since this page was shown. Look at it again."))
    if run.problems:
        raise Invalid({"__all__": [_("Mend the cells first, then upload the workbook again.")]})
    chosen = {line.take: request.POST.get(line.take, "") for line in run.conflicts}
    if any(choice not in ("mine", "theirs") for choice in chosen.values()):
        raise Invalid({"__all__": [_("Choose for each row that was changed on both sides which is to stay.")]})
    mine = [name for name, choice in chosen.items() if choice == "mine"]
    workflow.import_working_group(workbooks.dry_run.writable(run, register, mine), **who(request))


def _run(request: Request, carried: dict[str, Any], register: Register) -> workbooks.DryRun:
    problems = [Problem(text, at) for text, at in carried["problems"]]
    return workbooks.dry_run.dry_run(carried["rows"], problems, register, by=request.user, at=request.arrived_at)


def _show(request: Request, carried: dict[str, Any], *, signed: str, error: Refused | None = None) -> HttpResponse:
    run = _run(request, carried, _register(request))
    context = {
        "run": run,
        "name": carried["name"],
        "signed": signed,
        "problem": str(error) if error else "",
        "chosen": request.POST,
        "key": "" if isinstance(error, KeyReused) else request.POST.get("key", ""),
    }
    status = error.status if error else 422 if run.problems else 200
    return respond(request, "scenarios/import_working_group.html", context, status=status)
