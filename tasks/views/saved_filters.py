"""조건 저장: the board's filters that a person keeps, for themselves alone."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from records.errors import Invalid
from tfportal.htmx import respond
from tfportal.http import Request

from .. import board, permissions, saved_filters
from ..forms import SavedFilterForm, posted_number, problems_of_forms
from ..models import Round, SavedFilter
from ..selecting import Filters
from .common import allowed


def _round() -> Round:
    """The round whose board knows what can be filtered; 404 before there is any."""
    round_ = Round.objects.current() or Round.objects.last_frozen()
    if round_ is None:
        raise Http404
    return round_


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(permissions.can_see_board)
def save_filter(request: Request) -> HttpResponse:
    """What the person has saved, and one more of them."""
    takes = board.known(board.heads_of(_round()))
    if request.method != "POST":
        return _show(request, Filters.of(request.GET, takes))
    form, filters = SavedFilterForm(request.POST), saved_filters.read(request.POST.get("query", ""), takes)
    if not form.is_valid():
        return _show(request, filters, problems=problems_of_forms(form), status=422)
    name = form.cleaned_data["name"]
    try:
        replaced = saved_filters.save(request.user, name, filters, at=request.arrived_at)
    except Invalid as error:
        return _show(request, filters, problems=error.problems, status=error.status)
    said = _("“%(name)s” is saved anew.") if replaced else _("“%(name)s” is saved.")
    messages.success(request, said % {"name": name})
    return redirect(_board_of(request) + filters.query)


def _board_of(request: Request) -> str:
    """The board that the form stood on: that of a frozen round, else the open one's."""
    no = posted_number(request.POST, "round")
    if Round.objects.frozen().filter(no=no).exists():
        return reverse("show_round", args=[no])
    return reverse("show_board")


@require_POST
@allowed(permissions.can_see_board)
def delete_filter(request: Request, pk: int) -> HttpResponse:
    """One of the person's own; anyone else's is not there."""
    row = get_object_or_404(SavedFilter, pk=min(pk, 2**63 - 1), user=request.user)
    saved_filters.delete(row)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": row.name})
    return redirect(f"{reverse('save_filter')}{row.query}&{urlencode({'name': row.name})}")  # one press brings it back


def _show(
    request: Request, filters: Filters, *, problems: dict[str, list[str]] | None = None, status: int = 200
) -> HttpResponse:
    heads = board.heads_of(_round())
    context = {
        "saved": saved_filters.with_words(request.user, heads),
        "asked": saved_filters.Asked(filters, heads),
        "problems": problems or {},
        "name": request.POST.get("name") or request.GET.get("name", ""),
        "most": saved_filters.MOST,
    }
    return respond(request, "tasks/saved_filters.html", context, status=status)
