"""The list of what came as "no change", and its acceptance at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from records.errors import Invalid, KeyReused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..forms import posted_items, posted_key
from ..models import Round
from ..unchanged import Unchanged
from .common import allowed

only_office = allowed(permissions.can_coordinate)


@require_safe
@only_office
def list_unchanged(request: Request) -> HttpResponse:
    """What can be accepted from this list; each line can be left out."""
    return _show(request)


def _show(
    request: Request, *, problems: dict[str, list[str]] | None = None, status: int = 200, key: str = ""
) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    page = Unchanged(Round.objects.current(), request.user, frozenset(asked.getlist("leave")))
    context: dict[str, Any] = {
        "page": page,
        "leave": sorted(line.code for line in page.left_out),
        "problems": problems or {},
        "key": key,
    }
    return respond(request, "tasks/unchanged.html", context, status=status)


@require_POST
@only_office
def accept_unchanged(request: Request) -> HttpResponse:
    """검토완료 of all that the page listed, or of none; refused, the page says which do not stand any more."""
    try:
        items = posted_items(request.POST)
        workflow.accept_unchanged(items, by=request.user, at=request.arrived_at, key=posted_key(request.POST))
    except workflow.Overtaken as error:
        return _show(request, problems=error.problems, status=error.status, key=request.POST.get("key", ""))
    except (Invalid, WrongState, KeyReused) as error:
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        return _show(request, problems=problems, status=error.status)
    count = len(items)
    said = ngettext("%(n)s unchanged report was accepted.", "%(n)s unchanged reports were accepted.", count)
    messages.success(request, said % {"n": count} + " " + _("Each can be taken back on its page until the freeze."))
    return redirect("list_reviews")
