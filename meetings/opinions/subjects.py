"""What the public may say an opinion is about: only what is public anyway."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from ministries.directory import Directory
from scenarios.models import Scenario, ScenarioKind
from tasks.models import Lead, Report, Task


def tasks() -> "QuerySet[Task]":
    """The tasks that are not completed and public: a document that was published names them, or a frozen round told of
    them. What a ministry has only proposed is neither, nor what was adopted since: its source is the portal's own call
    (its origin), which nobody outside has read."""
    told = Report.objects.filter(round__frozen_at__isnull=False, task=OuterRef("pk"))
    known = Task.objects.filter(~Q(source="") & ~Q(source=F("origin")) | Exists(told))
    return known.filter(completed_on__isnull=True).order_by("code")


def by_ministry(day: date) -> list[tuple[str, list[Task]]]:
    """These under the names of the ministries that lead them on the day, in the ministries' order, each by code."""
    leads = dict(Lead.objects.in_force(day).order_by("valid_from").values_list("task", "ministry"))
    found: dict[int | None, list[Task]] = {}
    for task in tasks():
        found.setdefault(leads.get(task.pk), []).append(task)
    groups = [
        (name.name, found.pop(name.ministry_id)) for name in Directory(day).in_order() if name.ministry_id in found
    ]
    rest = sorted((task for left in found.values() for task in left), key=lambda task: task.code)
    return groups + ([("–", rest)] if rest else [])


def scenarios() -> "QuerySet[Scenario]":
    """Scenarios and targets of which a version was published."""
    published = Scenario.objects.filter(versions__is_published=True)
    return published.exclude(kind=ScenarioKind.INVENTORY).order_by("order").distinct()
