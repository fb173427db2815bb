"""The list of what came as "no change", and its acceptance at once."""

from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from records.errors import Invalid, KeyReused, Refused, WrongState
from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..forms import posted_items, posted_key, posted_number
from ..models import Round
from ..unchanged import Unchanged, batches
from .common import allowed
from .review import UNDO_MANY

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
        key = posted_key(request.POST)
        receipt = workflow.accept_unchanged(items, by=request.user, at=request.arrived_at, key=key)
    except workflow.Overtaken as error:
        return _show(request, problems=error.problems, status=error.status, key=request.POST.get("key", ""))
    except (Invalid, WrongState, KeyReused) as error:
        problems = error.problems if isinstance(error, Invalid) else {"__all__": [str(error)]}
        return _show(request, problems=problems, status=error.status)
    count = len(items)
    said = ngettext("%(n)s unchanged report was accepted.", "%(n)s unchanged reports were accepted.", count)
    text = said % {"n": count} + " " + _("Each can be taken back on its page until the freeze.")
    messages.success(request, text, extra_tags=f"{UNDO_MANY}{receipt.event.pk}")
    return redirect("list_reviews")


@require_POST
@only_office
def undo_unchanged(request: Request) -> HttpResponse:
    """Takes back what an acceptance from the list did, each by itself and by the rules of *undo*: what something
    happened to since stays as it is, and is counted."""
    round_, pk = Round.objects.current(), posted_number(request.POST, "event")
    batch = next((row for row in batches(round_, request.user) if row.event.pk == pk), None) if round_ else None
    key, undone, kept = posted_key(request.POST), 0, []
    for report in batch.reports if batch else ():
        own = uuid5(key, str(report.pk))  # the same press sent twice takes each back once
        who: dict[str, Any] = {"by": request.user, "at": request.arrived_at, "key": own}
        try:
            workflow.reopen(report.pk, version=report.version, undo=True, **who)
            undone += 1
        except (Refused, KeyReused):
            kept.append(report.task.code)
    said = ngettext("%(n)s acceptance was taken back.", "%(n)s acceptances were taken back.", undone) % {"n": undone}
    if kept:
        said += " " + _("Changed meanwhile, and left as they are: %(codes)s.") % {"codes": ", ".join(kept)}
    if batch is None:
        said = _("Nothing of this acceptance is left to take back.")
    messages.success(request, said)
    return redirect("list_unchanged")
