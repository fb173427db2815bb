"""담당 배정: who in the ministry does which task."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ministries.models import Ministry
from records.errors import Conflict, Invalid, KeyReused
from tfportal.htmx import respond
from tfportal.http import Request

from .. import assignments, permissions, workflow, worklist
from ..duty_forms import posted_given
from ..forms import posted_key
from .common import allowed, my_ministry


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.works_for_a_ministry)
def list_assignments(request: Request) -> HttpResponse:
    """Each task of the ministry with whoever does it. A POST hands out those that were changed."""
    ministry = my_ministry(request)
    if request.method != "POST":
        return _show(request, ministry)
    key = posted_key(request.POST)
    try:
        workflow.assign(ministry.pk, posted_given(request.POST), by=request.user, at=request.arrived_at, key=key)
    except (Invalid, Conflict, KeyReused) as error:
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        # The page shows what stands now, with what was chosen beside it: sent again, it is another form.
        fresh = str(key) if isinstance(error, Invalid) else ""
        return _show(request, ministry, problems=problems, key=fresh, status=error.status)
    messages.success(request, _("The tasks are handed out. Whoever got one was told by mail."))
    return redirect(f"{reverse('list_assignments')}?ministry={ministry.code}")


def _show(
    request: Request,
    ministry: Ministry,
    *,
    problems: dict[str, list[str]] | None = None,
    key: str = "",
    status: int = 200,
) -> HttpResponse:
    named = [name for name in request.POST if name.startswith("task-")]
    chosen = {name.removeprefix("task-"): request.POST.get(name, "") for name in named}
    page = assignments.read(ministry, user=request.user, at=request.arrived_at, chosen=chosen, problems=problems)
    context = {"page": page, "problems": problems or {}, "key": key, "ministries": worklist.ministries_of(request.user)}
    return respond(request, "tasks/assignments.html", context, status=status)
