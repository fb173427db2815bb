"""What the public may say an opinion is about: only what is public anyway."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from scenarios.models import Scenario, ScenarioKind, ScenarioVersion
from tasks.models import Report, Sector, Task


def public() -> "QuerySet[Task]":
    """The tasks that are public: a document that was published names them, or a frozen round told of them. What a
    ministry has only proposed is neither, nor what was adopted since: its source is the portal's own call (its
    origin), which nobody outside has read."""
    told = Report.objects.filter(round__frozen_at__isnull=False, task=OuterRef("pk"))
    return Task.objects.filter(~Q(source="") & ~Q(source=F("origin")) | Exists(told)).order_by("code")


def tasks() -> "QuerySet[Task]":
    """Those of them that are not completed."""
    return public().filter(completed_on__isnull=True)


def by_sector() -> list[tuple[str, list[Task]]]:
    """These under the names of their sectors, in the sectors' order, each by code. One query."""
    found: dict[Sector, list[Task]] = {}
    for task in tasks().select_related("sector"):
        found.setdefault(task.sector, []).append(task)
    return [(sector.name, found[sector]) for sector in sorted(found, key=lambda row: (row.order, row.pk))]


def scenarios() -> "QuerySet[Scenario]":
    """Scenarios and targets of which a version was published. An inventory counts what was: nobody speaks about it."""
    return _with(Q(is_published=True))


def for_the_office() -> "QuerySet[Scenario]":
    """What the office may say that an opinion is about: also those of which only a draft went round."""
    return _with(Q(is_published=True) | Q(circulated_at__isnull=False, withdrawn_at__isnull=True))


def _with(versions: Q) -> "QuerySet[Scenario]":
    shown = ScenarioVersion.objects.filter(versions, scenario=OuterRef("pk"))
    return Scenario.objects.filter(Exists(shown)).exclude(kind=ScenarioKind.INVENTORY).order_by("order")
