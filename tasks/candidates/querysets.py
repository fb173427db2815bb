"""The vocabulary of reading calls and candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from ministries.models import User

    from ..models import Call, Candidate  # noqa: F401 (named in the bases)


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
        """The office sees all, a ministry its own, readers what was decided."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        if standing.is_reader:
            return self.exclude(state__in=("submitted", "asked_back", "withdrawn"))
        return self.filter(ministry__in=standing.ministries)

    def standing(self) -> CandidateQuerySet:
        """Those that were not taken back by their ministry."""
        return self.exclude(state="withdrawn")

    def to_judge(self) -> CandidateQuerySet:
        """Those that wait for the office."""
        return self.filter(state="submitted")
