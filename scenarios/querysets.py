"""The vocabulary of reading the working group and the scenarios."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from ministries.models import User

    from .models import Expert, ScenarioVersion  # noqa: F401 (named in the bases)


Row = TypeVar("Row", bound=models.Model)


def by_code(rows: models.QuerySet[Row], code: str) -> Row | None:
    """The row of this code; None where there is none. With a NUL in it no code is one, and PostgreSQL is not asked: it
    refuses to look."""
    return None if "\0" in code else rows.filter(code=code).first()


class ExpertQuerySet(models.QuerySet["Expert"]):
    def serving(self, day: date) -> ExpertQuerySet:
        """Those who are in their division on that day, the first and the last included."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class ScenarioVersionQuerySet(models.QuerySet["ScenarioVersion"]):
    def visible_to(self, user: User) -> ScenarioVersionQuerySet:
        """The office sees all, ministries what was circulated and not withdrawn, and everybody what was published."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        published = Q(is_published=True)
        if standing.ministries:
            return self.filter(published | Q(circulated_at__isnull=False, withdrawn_at__isnull=True))
        return self.filter(published)

    def published(self) -> ScenarioVersionQuerySet:
        return self.filter(is_published=True)

    def circulated(self) -> ScenarioVersionQuerySet:
        """Those that ministries are asked about."""
        return self.filter(is_published=False, withdrawn_at__isnull=True, circulated_at__isnull=False)
