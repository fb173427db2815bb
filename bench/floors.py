"""The floors: the least that a page of a kind has to do. Each is an honest view behind the portal's whole middleware,
for whoever is signed in; none is slowed down or spared anything that every page pays for."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tasks.models import Light, Report, Round, State
from tfportal.http import Request

from .models import Line

if not getattr(settings, "BENCH", False):
    raise ImproperlyConfigured("The floors are for measurements alone: they are served under bench.settings only.")


@require_safe
def answer(request: Request) -> HttpResponse:
    """A static answer with session: 204, after what every page asks, who this is and what they may do today."""
    return HttpResponse(status=204, headers={"X-Ministries": str(len(request.user.standing.ministries))})


@require_safe
def aggregate(request: Request) -> HttpResponse:
    """A bare aggregate view: the sums that the board's ledger and table stand on, and nothing else.

    Two queries: the open round's reports counted by ministry, and all reports counted by round, each into its states
    and its lights, by the database. Rendered as two plain tables in the portal's shell; no rule of who may know what,
    no names, no links, no single task.
    """
    round_ = Round.objects.current()
    by_ministry = _counted(Report.objects.filter(round=round_), "lead__code")
    by_round = _counted(Report.objects.all(), "round__no")
    context = {"round": round_, "heads": [*State.values, *Light.values], "tables": (by_ministry, by_round)}
    return render(request, "bench/aggregate.html", context)


def _counted(reports: Any, by: str) -> list[dict[str, Any]]:
    counts = {state: Count("pk", filter=Q(state=state)) for state in State.values}
    counts |= {light: Count("pk", filter=Q(current__light=light)) for light in Light.values}
    rows = reports.order_by(by).values(by).annotate(**counts)
    return [{"of": row[by], "numbers": [row[name] for name in counts]} for row in rows]


@require_POST
def insert(request: Request) -> HttpResponse:
    """A bare one-row insert: for officers, what was posted, as JSON, in one row and one transaction. 204."""
    if not request.user.standing.officer_of:
        raise PermissionDenied
    with transaction.atomic():
        Line.objects.create(by=request.user, at=request.arrived_at, content=request.POST.dict())
    return HttpResponse(status=204)
