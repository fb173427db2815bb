"""The vocabulary of reading: ministries and postings."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from .models import Delegation, Ministry, Posting, User  # noqa: F401 (named in the bases)


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

    def exercised_by(self, user: "User", day: date) -> "PostingQuerySet":
        """Postings in force by which the person may act on that day: their own, and those that they are the deputy of.
        An administrator's cannot be exercised by anyone else, and one of a closed account by nobody."""
        from .models import Delegation, Role

        to_them = Delegation.objects.in_force(day).filter(posting=OuterRef("pk"), to_user=user)
        lent = Exists(to_them) & Q(user__is_active=True) & ~Q(role=Role.ADMINISTRATOR)
        return self.in_force(day).filter(Q(user=user) | lent)


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> "DelegationQuerySet":
        """Deputies who may act on that day, first and last day included, and not ended early."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, cancelled_at__isnull=True)
