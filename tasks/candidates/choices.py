"""The tasks among which somebody chooses one, under the ministries that lead them. Read-only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory

from ..models import Lead, Task


@dataclass(frozen=True)
class Group:
    """The tasks of one ministry, by their codes."""

    label: str
    tasks: list[Task]


def by_ministry(*, at: datetime) -> list[Group]:
    """The tasks that can take a candidate up, in the ministries' order; those that nobody leads last. Two queries, and
    the names."""
    day = timezone.localdate(at)
    lead = dict(Lead.objects.in_force(day).values_list("task", "ministry"))
    groups: dict[int | None, list[Task]] = {}
    for task in Task.objects.filter(completed_on__isnull=True).order_by("code"):
        groups.setdefault(lead.get(task.pk), []).append(task)
    names = Directory(day)
    ordered = [name for name in names.in_order() if name.ministry_id in groups]
    found = [Group(name.name, groups.pop(name.ministry_id)) for name in ordered]
    if left := [task for tasks in groups.values() for task in tasks]:
        found.append(Group(_("Led by nobody"), sorted(left, key=lambda task: task.code)))
    return found
