"""What the public may say an opinion is about: only what was published anyway."""

from django.db.models import QuerySet

from scenarios.models import Scenario, ScenarioKind
from tasks.models import Task


def tasks() -> "QuerySet[Task]":
    """Tasks that a frozen round told the T/F of and that are not completed, with their sectors, by these."""
    told = Task.objects.filter(reports__round__frozen_at__isnull=False, completed_on__isnull=True)
    return told.select_related("sector").order_by("sector__order", "code").distinct()


def scenarios() -> "QuerySet[Scenario]":
    """Scenarios and targets of which a version was published."""
    published = Scenario.objects.filter(versions__is_published=True)
    return published.exclude(kind=ScenarioKind.INVENTORY).order_by("order").distinct()
