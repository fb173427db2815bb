"""보고 화면: what is shown in the meeting."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import briefing, permissions
from .common import allowed, get_round

ALL = "all"  # every slide one below the other, as they are printed


@require_safe
@allowed(permissions.can_see_frozen)
def show_briefing(request: Request, no: int) -> HttpResponse:
    """One slide of a frozen round, by `?page=`; all of them to print. What is still collected is shown to no hall."""
    round_ = get_round(no)
    if round_.frozen_at is None:
        raise Http404
    shown, asked = briefing.build(round_, user=request.user, at=request.arrived_at), request.GET.get("page", "")
    page = shown.page(asked)
    slides = shown.slides if asked == ALL else [shown.slides[page - 1]]
    context = {
        "briefing": shown,
        "slides": list(enumerate(slides, 1 if asked == ALL else page)),
        "page": 0 if asked == ALL else page,
        "earlier": page - 1 if asked != ALL else 0,
        "trouble": next(no for no, slide in enumerate(shown.slides, 1) if slide.is_trouble),
        "later": page + 1 if asked != ALL and page < len(shown.slides) else 0,
    }
    return respond(request, "tasks/briefing.html", context)
