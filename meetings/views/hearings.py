"""간담회·공청회: where stakeholders were heard, who came, and what they said."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from records.errors import Conflict, Invalid, Refused
from tasks.forms import posted_number, problems_of_forms
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..models import Group, Hearing
from ..opinions import hearings
from ..opinions.forms import FOLDED_ROWS, HearingForm, rows_of, shown_hearing
from .common import REFUSED, only_office, only_visitors, typed, who

FORMS = ["GET", "HEAD", "POST"]


@require_safe
@only_visitors
def list_hearings(request: Request) -> HttpResponse:
    """Every hearing, the latest first, with how many came and what the person may see of what they said."""
    context = {"rows": hearings.listed(request.user), "runs": permissions.can_run_meetings(request.user)}
    return respond(request, "meetings/list_hearings.html", context)


def get_hearing(no: int) -> Hearing:
    """The hearing of this number, else 404."""
    found = Hearing.objects.filter(no=no).first() if no < 2**15 else None
    if found is None:
        raise Http404
    return found


@require_safe
@only_visitors
def show_hearing(request: Request, no: int) -> HttpResponse:
    """When and where, who came, and what they said, as far as the person may see it."""
    page = hearings.read(get_hearing(no), user=request.user, at=request.arrived_at)
    context = {"page": page, "hearing": page.hearing, "runs": permissions.can_run_meetings(request.user)}
    return respond(request, "meetings/show_hearing.html", context)


@require_http_methods(FORMS)
@only_office
def record_hearing(request: Request) -> HttpResponse:
    """A hearing, under the next number."""
    if request.method != "POST":
        return _show_form(request, None)
    form = HearingForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        receipt = workflow.record_hearing(form.draft(request.POST), **who(request))
    except REFUSED as error:
        return _show_form(request, None, error)
    row = Hearing.objects.get(pk=receipt.event.object_id)
    messages.success(request, _("The hearing is recorded. Enter what was said at it."))
    return redirect("show_hearing", no=row.no)


@require_http_methods(FORMS)
@only_office
def change_hearing(request: Request, no: int) -> HttpResponse:
    """What is recorded of it becomes another."""
    row = get_hearing(no)
    if request.method != "POST":
        return _show_form(request, row)
    form = HearingForm(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        version = posted_number(request.POST, "version")
        workflow.change_hearing(row.pk, form.draft(request.POST), version=version, **who(request))
    except REFUSED as error:
        return _show_form(request, get_hearing(no), error)
    messages.success(request, _("The hearing was changed."))
    return redirect("show_hearing", no=no)


def _show_form(request: Request, row: Hearing | None, error: Refused | None = None) -> HttpResponse:
    """The form; after a refusal with what was typed, after a conflict with what stands now above it."""
    is_conflict = isinstance(error, Conflict)
    lines = rows_of(request.POST if error else None, row)
    context: dict[str, Any] = {
        "hearing": row,
        "f": request.POST if error else shown_hearing(row) if row else {},
        "lines": lines[:-FOLDED_ROWS],
        "folded": lines[-FOLDED_ROWS:],
        "groups": Group,
        "stands": row if is_conflict else None,
        "version": (row.version if is_conflict or not error else request.POST.get("version", "")) if row else "",
        **typed(request, error),
    }
    return respond(request, "meetings/edit_hearing.html", context, status=error.status if error else 200)
