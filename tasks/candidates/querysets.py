"""The vocabulary of reading calls and candidates."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from records import clock

if TYPE_CHECKING:
    from ministries.models import User

    from ..models import Call, Candidate, Verdict  # noqa: F401 (named in the bases)


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> CallQuerySet:
        """The office and its readers see all calls, a ministry those on it."""
        standing = user.standing
        if standing.is_coordinator or standing.is_reader:
            return self
        return self.filter(addressees__ministry__in=standing.ministries).distinct()

    def open(self) -> CallQuerySet:
        """Those that can still be answered, in time or late."""
        return self.filter(closed_at__isnull=True)


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible_to(self, user: User) -> CandidateQuerySet:
        """The office sees all, readers what was decided. A ministry sees its own, and what was adopted for or merged
        into a task that it leads today: it has to carry that out, and to report on it."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        if standing.is_reader:
            return self.exclude(state__in=("submitted", "asked_back", "withdrawn"))
        return self.filter(Q(ministry__in=standing.ministries) | Q(pk__in=_taken_up_by(standing.ministries)))

    def standing(self) -> CandidateQuerySet:
        """Those that were not taken back by their ministry."""
        return self.exclude(state="withdrawn")

    def to_judge(self) -> CandidateQuerySet:
        """Those that wait for the office."""
        return self.filter(state="submitted")


def _taken_up_by(ministries: Collection[int]) -> models.QuerySet[Verdict, int]:
    """The candidates (primary keys) that became part of the tasks that these ministries lead today."""
    from ..models import Lead, Verdict

    led = Lead.objects.in_force(clock.today()).filter(ministry__in=ministries).values("task")
    taken = Verdict.objects.filter(task__in=led, candidate__state__in=("adopted", "merged"))
    return taken.values_list("candidate", flat=True)
