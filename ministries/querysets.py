"""The vocabulary of reading: ministries and postings."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from .models import Ministry, Posting  # noqa: F401 (named in the bases)


class MinistryQuerySet(models.QuerySet["Ministry"]):
    def existing_on(self, day: date) -> "MinistryQuerySet":
        """Ministries not abolished by that day."""
        return self.filter(Q(abolished_on__isnull=True) | Q(abolished_on__gt=day))

    def without_officer(self, day: date) -> "MinistryQuerySet":
        """Ministries for which nobody can report on that day."""
        return self.exclude(Exists(_officers(day)))

    def with_officer(self, day: date) -> "MinistryQuerySet":
        return self.filter(Exists(_officers(day)))


def _officers(day: date) -> "models.QuerySet[Any]":
    from .models import Posting, Role

    return Posting.objects.in_force(day).filter(ministry=OuterRef("pk"), role=Role.OFFICER, user__is_active=True)


class PostingQuerySet(models.QuerySet["Posting"]):
    def in_force(self, day: date) -> "PostingQuerySet":
        """Postings that run on that day, first and last day included."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
