"""Pages across rounds: a task, a ministry, two rounds side by side, moved dates, both lights. Each as of a frozen round
where the address asks for one."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from tfportal.htmx import respond
from tfportal.http import Request

from .. import permissions, workflow
from ..across import both_lights, comparing, of_ministry, of_task
from ..across.standpoint import Standpoint, stand
from ..candidates import lineage
from ..forms import posted_number
from ..models import Round
from ..providers import OpinionOn, OwedDecision, decisions_on, opinions_on
from .common import allowed, get_round

ON_A_PAGE, IN_LIGHTS = 50, 25


def get_standpoint(request: Request) -> Standpoint:
    """As of the frozen round in the address, or as things stand now; 404 for a round that is not frozen."""
    if not request.GET.get("round"):
        return stand(request.user, request.arrived_at, None)
    round_ = get_round(max(posted_number(request.GET, "round"), 0))
    if round_.frozen_at is None:
        raise Http404
    return stand(request.user, request.arrived_at, round_)


def frozen_rounds() -> list[Round]:
    """What can be chosen: the frozen rounds, the last one first."""
    return list(Round.objects.frozen().order_by("-no"))


@require_safe
@allowed(permissions.can_see_frozen)
def show_task(request: Request, code: str) -> HttpResponse:
    """이행과제: what, who, until when, and all its rounds."""
    task = None if "\0" in code else of_task.find(code)
    page = of_task.read(task, get_standpoint(request)) if task else None
    if page is None:
        raise Http404
    context = {"page": page, "at": page.standpoint, "frozen_rounds": frozen_rounds(), "decisions": _decided(page)}
    if not page.standpoint.is_as_of:  # of what was known as of a round this says nothing
        context["origins"] = lineage.of_task(page.task.pk, user=request.user, at=request.arrived_at)
    context["opinions"] = _said(page)
    if page.changes_kind:
        context["next_round"] = workflow.next_round_no()
    return respond(request, "tasks/task.html", context)


def _decided(page: of_task.TaskPage) -> list[OwedDecision]:
    """What was decided about the task, as it stands now; as of a round nothing is said of it."""
    at = page.standpoint
    if at.is_as_of:
        return []
    return decisions_on(page.task.pk, round_=at.current, user=at.user, at=at.at)


def _said(page: of_task.TaskPage) -> list[OpinionOn]:
    """What stakeholders said about the task, as it stands now."""
    at = page.standpoint
    return [] if at.is_as_of else opinions_on(page.task.pk, user=at.user, at=at.at)


@require_safe
@allowed(permissions.can_see_frozen)
def show_ministry(request: Request, code: str) -> HttpResponse:
    """부처: its tasks in a round, and its record over the rounds."""
    page = None if "\0" in code else of_ministry.read(code, get_standpoint(request))
    if page is None:
        raise Http404
    return respond(
        request, "tasks/ministry.html", {"page": page, "at": page.standpoint, "frozen_rounds": frozen_rounds()}
    )


@require_safe
@allowed(permissions.can_see_frozen)
def compare_rounds(request: Request) -> HttpResponse:
    """Two rounds side by side; unless told otherwise the last two."""
    at = stand(request.user, request.arrived_at, None)
    rounds = comparing.rounds_for(at)
    earlier, later = _chosen(request, rounds, "from", 1), _chosen(request, rounds, "to", 0)
    context: dict[str, Any] = {"rounds": rounds, "frozen_rounds": [row for row in rounds if row.frozen_at]}
    if earlier and later and earlier.no > later.no:
        earlier, later = later, earlier
    context |= {"earlier": earlier, "later": later}
    if earlier and later and earlier != later:
        found = comparing.read(earlier, later, request.GET, at)
        context |= {"found": found, "sections": _sections(request, found)}
    return respond(request, "tasks/compare.html", context)


def _chosen(request: Request, rounds: list[Round], name: str, place: int) -> Round | None:
    """The round in the address, 404 where it cannot be compared; without one that at this place of the list."""
    if not request.GET.get(name):
        return rounds[place] if len(rounds) > place else None
    no = posted_number(request.GET, name)
    found = next((row for row in rounds if row.no == no), None)
    if found is None:
        raise Http404
    return found


def _sections(request: Request, found: comparing.Comparison) -> list[dict[str, Any]]:
    """Every list with its first rows; the one that is asked for in pages."""
    if found.chosen:
        page = Paginator(found.chosen.tiles, ON_A_PAGE).get_page(request.GET.get("page"))
        return [{"list": found.chosen, "entries": found.entries(page), "page": page}]
    shown = [one for one in found.lists if one.count and one.key != "same"]
    return [{"list": one, "entries": found.entries(one.tiles[: comparing.SHOWN])} for one in shown]


@require_safe
@allowed(permissions.can_see_board)
def list_lights(request: Request) -> HttpResponse:
    """국조실 점등 beside 부처 자체점검: where they differ, how often, and who never leaves green."""
    lights = both_lights.read(request.GET, get_standpoint(request))
    page = Paginator(lights.found, IN_LIGHTS).get_page(request.GET.get("page"))
    reasons = both_lights.reasons(page, lights.standpoint)
    context = {"lights": lights, "page": page, "reasons": reasons, "at": lights.standpoint}
    return respond(request, "tasks/lights.html", context | {"frozen_rounds": frozen_rounds()})
