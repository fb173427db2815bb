"""업무대행: who stands in for whom, naming a deputy, ending one early."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ministries.models import Delegation
from records.errors import Invalid, KeyReused
from tfportal.htmx import respond
from tfportal.http import Request

from .. import deputies, permissions, workflow
from ..duty_forms import DeputyForm
from ..forms import posted_key, problems_of_forms
from .common import allowed


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.has_deputies)
def list_deputies(request: Request) -> HttpResponse:
    """Who stands in for the person, and for whom the person stands in. A POST names a deputy."""
    if request.method != "POST":
        return _show(request)
    form, key = DeputyForm(request.POST, deputies.read(request.user, at=request.arrived_at)), posted_key(request.POST)
    try:
        if not form.is_valid():
            raise Invalid(problems_of_forms(form))
        named = dict(form.cleaned_data)
        posting = named.pop("posting")
        workflow.name_deputy(
            posting, by=request.user, at=request.arrived_at, key=key, to_user_id=named.pop("to_user"), **named
        )
    except (Invalid, KeyReused) as error:
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        fresh = "" if isinstance(error, KeyReused) else str(key)
        return _show(request, problems=problems, key=fresh, status=error.status)
    messages.success(request, _("The deputy is named, and was told by mail."))
    return redirect("list_deputies")


def _show(
    request: Request, *, problems: dict[str, list[str]] | None = None, key: str = "", status: int = 200
) -> HttpResponse:
    """The page; after a refusal with what was chosen and typed."""
    page = deputies.read(request.user, at=request.arrived_at)
    context = {"page": page, "problems": problems or {}, "typed": request.POST, "key": key}
    return respond(request, "tasks/deputies.html", context, status=status)


@require_POST
def end_deputy(request: Request, pk: int) -> HttpResponse:
    """End one before its last day, or take it back before its first."""
    if pk >= 2**63:  # beyond what a database can look for
        raise Http404
    row = get_object_or_404(Delegation.objects.visible_to(request.user), pk=pk)
    workflow.end_deputy(row.pk, by=request.user, at=request.arrived_at, key=posted_key(request.POST))
    is_coming = row.starts_on > timezone.localdate(request.arrived_at)
    messages.success(request, _("The naming was taken back.") if is_coming else _("The deputy has ended."))
    return redirect("list_deputies")
