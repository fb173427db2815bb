"""Tasks that stand in the strategy and on no roster yet, such as adopted candidates: with which round they begin, and
who will report on them. Read-only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName

from .models import Lead, Round, Task


@dataclass(frozen=True)
class Coming:
    """One such task. `is_planned`: whether the round that it begins with is entered already."""

    task: Task
    lead: MinistryName | None
    is_planned: bool


def tasks(*, at: datetime, ministry: int | None = None) -> list[Coming]:
    """Those that begin with a round after the last that has a roster, in the order of the rounds; with a ministry
    (primary key) only what it leads today. None before there is any roster. Four queries."""
    last = Round.objects.prepared().order_by("-no").first()
    if last is None:
        return []
    rows = Task.objects.filter(first_round_no__gt=last.no, completed_on__isnull=True, reports__isnull=True)
    day = timezone.localdate(at)
    if ministry is not None:
        rows = rows.filter(pk__in=Lead.objects.in_force(day).filter(ministry=ministry).values("task"))
    found = list(rows.order_by("first_round_no", "code"))
    if not found:
        return []
    leads = dict(Lead.objects.in_force(day).filter(task__in=found).values_list("task", "ministry"))
    planned = set(Round.objects.values_list("no", flat=True))
    names = Directory(day)
    return [
        Coming(task, names[leads[task.pk]] if leads.get(task.pk) in names else None, task.first_round_no in planned)
        for task in found
    ]
