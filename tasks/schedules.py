"""Milestones as a round saw them: dates that moved later stand where they stood then. Read-only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from .models import Milestone, MilestoneChange, Report, Round


@dataclass(frozen=True)
class AsOf:
    """A milestone's date in force in a round, and when it was done where that was known by then."""

    current_on: date
    done_on: date | None


def dates_as_of(round_: Round) -> dict[int, AsOf]:
    """Each milestone of the round's tasks, by its primary key, with what later rounds changed undone. Two queries."""
    reported = Report.objects.in_round(round_).order_by().values("task")
    rows = Milestone.objects.filter(task__in=reported).order_by()
    found = {pk: AsOf(on, done) for pk, on, done in rows.values_list("pk", "current_on", "done_on")}
    for pk, old_on, new_on in _later_changes(round_):
        if pk in found:
            found[pk] = AsOf(old_on, found[pk].done_on) if new_on else AsOf(found[pk].current_on, None)
    return found


def _later_changes(round_: Round) -> Any:
    """What took effect after the round, the last first: undone in this order, the dates go back to where they were."""
    later = MilestoneChange.objects.filter(applied_event__isnull=False, revision__report__round__no__gt=round_.no)
    ordered = later.order_by("-revision__report__round__no", "-revision__no")
    return ordered.values_list("milestone", "old_on", "new_on")


def behind(round_: Round) -> set[int]:
    """The tasks (primary keys) with a milestone whose date in force lies before the round's as-of date and is not done.
    In the round that is being collected one query, since no later one has moved anything yet."""
    if round_.frozen_at is None:
        late = Milestone.objects.filter(current_on__lt=round_.as_of, done_on__isnull=True)
        return set(late.order_by().values_list("task", flat=True))
    passed = [pk for pk, row in dates_as_of(round_).items() if row.current_on < round_.as_of and not row.done_on]
    return set(Milestone.objects.filter(pk__in=passed).order_by().values_list("task", flat=True))
