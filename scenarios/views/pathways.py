"""시나리오: the pathway by sector, one version, two versions side by side, and one sector beside its tasks."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from records.errors import Refused
from tasks.exports import file_name
from tasks.models import Sector
from tasks.views.exporting import send_list
from tfportal.htmx import respond
from tfportal.http import Request

from .. import asking, charting, figure_exports, pathways, sector_pages, trail, version_pages, work
from ..models import ScenarioVersion, Stage, Uptake
from ..querysets import ScenarioVersionQuerySet
from ..trail import Recalled
from ..transitions import possible
from .common import only_visitors, typed


@require_safe
@only_visitors
def list_scenarios(request: Request) -> HttpResponse:
    """The pathway by sector, A against B, and the table behind both; every scenario with its versions."""
    today = timezone.localdate(request.arrived_at)
    choices = pathways.choices(request.user, today, _asked(request))
    table = pathways.table(choice.shown for choice in choices)
    pair = pathways.compared(table)
    versions = [one.version for choice in choices for one in choice.versions]
    context = {
        "choices": choices,
        "work": work.of_all(request.user, versions, request.arrived_at),
        "asked": asking.of_all(request.user, versions, request.arrived_at),
        "table": table,
        "chart": charting.columns(table),
        "headline": pathways.headline(table),
        "pair": pathways.table(pair) if pair else None,
        "bars": charting.pairs(pathways.table(pair)) if pair else None,
        "sectors": Sector.objects.order_by("order"),
        "can_draft": possible("draft_version", by=request.user),
    }
    return respond(request, "scenarios/list_scenarios.html", context)


def _asked(request: Request) -> dict[str, str]:
    """Which versions are asked for, by the codes of their scenarios."""
    return {name: str(value) for name, value in request.GET.items()}


@require_safe
@only_visitors
def export_scenarios(request: Request, ending: str) -> HttpResponseBase:
    """Every figure and sum that the person may see, as a file."""
    day = timezone.localdate(request.arrived_at)
    columns, title = pathways.columns(_visible(request), day), _("2050 scenarios")
    return send_list(
        ending,
        figure_exports.heads(),
        figure_exports.rows(columns),
        title=title,
        name=file_name(title, ending=ending, day=day),
        about=[(_("As of"), request.arrived_at)],
        at=request.arrived_at,
    )


@require_safe
@only_visitors
def compare_scenarios(request: Request) -> HttpResponse:
    """Any two versions side by side: `?a=2050-A-1&b=2050-B-1`. A and B of 2050 where nothing is asked."""
    every = pathways.columns(_visible(request), timezone.localdate(request.arrived_at))
    shown = pathways.compared(pathways.table(every)) or tuple(every[-2:])
    chosen = []
    for place, name in enumerate(("a", "b")):
        asked = next((one for one in every if one.version.code == request.GET.get(name)), None)
        chosen.append(asked or (shown[place] if place < len(shown) else None))
    first, second = chosen
    table = pathways.table([first, second]) if first and second else None
    context = {
        "every": every,
        "first": first,
        "second": second,
        "table": table,
        "rows": pathways.differences(table) if table else [],
        "more": pathways.sum_differences(first, second) if first and second else None,
        "bars": charting.pairs(table) if table else None,
    }
    return respond(request, "scenarios/compare_scenarios.html", context)


@require_safe
@only_visitors
def show_sector_pathway(request: Request, code: str) -> HttpResponse:
    """One sector over the years, and its tasks with their lights beside it."""
    sector = get_object_or_404(Sector, code=code)
    at = request.arrived_at
    page = sector_pages.read(sector, user=request.user, at=at, today=timezone.localdate(at), asked=_asked(request))
    context = {"page": page, "every": Sector.objects.order_by("order")}
    return respond(request, "scenarios/show_sector.html", context)


@require_safe
@only_visitors
def show_scenario(request: Request, code: str) -> HttpResponse:
    """A scenario by the version that is in force, else the last one."""
    today = timezone.localdate(request.arrived_at)
    columns = pathways.columns(_visible(request).filter(scenario__code=code), today)
    if not columns:
        raise Http404
    return show(request, pathways.in_force(columns).version)


@require_safe
@only_visitors
def show_version(request: Request, code: str, no: int) -> HttpResponse:
    """One version: figures, sums, what divisions and ministries say of it, and how it came to be."""
    if no > 32767:  # beyond what the column can hold
        raise Http404
    version = pathways.with_all(_visible(request)).filter(scenario__code=code, no=no).first()
    if version is not None:
        return show(request, version)
    if (recalled := find_recalled(request, scenario__code=code, no=no)) is None:
        raise Http404
    return show_recalled(request, recalled)


def find_recalled(request: Request, **where: Any) -> Recalled | None:
    """A version that was taken back to be changed, for a ministry that was asked about it."""
    standing = request.user.standing
    if standing.is_coordinator or not standing.ministries:
        return None
    version = pathways.with_all(ScenarioVersion.objects.filter(**where)).first()
    recall = trail.of_version(version).recall if version and version.stage == Stage.DRAFT else None
    return Recalled(version, recall) if version and recall else None


def show_recalled(request: Request, recalled: Recalled, *, unsent: str = "") -> HttpResponse:
    """That the office is changing it and why, with what one's own ministry said. `unsent`: a comment that came late."""
    at = request.arrived_at
    page = version_pages.read(recalled.version, user=request.user, at=at, today=timezone.localdate(at))
    context = {"page": page, "recall": recalled.event, "unsent": unsent}
    return respond(request, "scenarios/being_changed.html", context, status=409 if unsent else 200)


def get_version(request: Request, pk: int) -> ScenarioVersion:
    """A version that the person may see, with its figures; else 404."""
    if pk >= 2**63:  # beyond what a database can look for
        raise Http404
    return get_object_or_404(pathways.with_all(_visible(request)), pk=pk)


def _visible(request: Request) -> ScenarioVersionQuerySet:
    return ScenarioVersion.objects.visible_to(request.user)


def show(request: Request, version: ScenarioVersion, error: Refused | None = None, refused: str = "") -> HttpResponse:
    """The page of a version; after a refusal of the form `refused` with what was typed into it."""
    at = request.arrived_at
    page = version_pages.read(version, user=request.user, at=at, today=timezone.localdate(at))
    context: dict[str, Any] = {
        "page": page,
        "asked": asking.of_version(page),
        "chart": charting.columns(page.table),
        "refused": refused,
        "uptakes": Uptake.choices,
        "sectors": Sector.objects.order_by("order"),
        **typed(request, error),
    }
    return respond(request, "scenarios/show_scenario.html", context, status=error.status if error else 200)
