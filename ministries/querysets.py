"""The vocabulary of reading: ministries and postings."""

from collections.abc import Iterable
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

    def reporting(self, ministry: int, day: date) -> "PostingQuerySet":
        """The officers of a ministry on that day, whose accounts are open."""
        return self.in_force(day).filter(ministry=ministry, role="officer", user__is_active=True)

    def approving(self, ministries: Iterable[int], day: date) -> "PostingQuerySet":
        """Their approvers on that day, whose accounts are open."""
        return self.in_force(day).filter(ministry__in=list(ministries), role="approver", user__is_active=True)

    def held_by(self, user: "User", day: date) -> "PostingQuerySet":
        """The person's own postings in force; `deputises`: whether somebody made them a deputy for that day, which
        nobody is who has no posting of their own."""
        from .models import Delegation

        lent = Delegation.objects.in_force(day).filter(to_user=OuterRef("user"))
        return self.in_force(day).filter(user=user).annotate(deputises=Exists(lent))  # type: ignore[no-redef]

    def exercised_by(self, user: "User", day: date) -> "PostingQuerySet":
        """Postings in force by which the person may act on that day: their own, and those that they are the deputy
        of."""
        from .models import Delegation

        lent = Delegation.objects.effective(day).filter(to_user=user).values("posting")
        return self.in_force(day).filter(Q(user=user) | Q(pk__in=lent))


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> "DelegationQuerySet":
        """Deputies who may act on that day, first and last day included, and not ended early."""
        return self.filter(starts_on__lte=day, ends_on__gte=day, cancelled_at__isnull=True)

    def effective(self, day: date) -> "DelegationQuerySet":
        """Those by which somebody may act on that day: in force, of a posting in force, both accounts open, and the
        deputy still one of the same ministry; of the office, still a coordinator. Nobody else's posting can be
        exercised by anyone else."""
        from .models import OF_A_MINISTRY, Posting, Role

        own = Posting.objects.in_force(day).filter(user=OuterRef("to_user"))
        beside = own.filter(ministry=OuterRef("posting__ministry"), role__in=OF_A_MINISTRY)
        colleague = own.filter(role=Role.COORDINATOR)
        return self.in_force(day).filter(
            Q(Exists(beside), posting__role__in=OF_A_MINISTRY) | Q(Exists(colleague), posting__role=Role.COORDINATOR),
            posting__in=Posting.objects.in_force(day),
            posting__user__is_active=True,
            to_user__is_active=True,
        )

    def visible_to(self, user: "User") -> "DelegationQuerySet":
        """Those of the person's own postings, those to them, and those of the ministry for its approvers."""
        from .models import OF_A_MINISTRY, Role

        approved = [row.ministry_id for row in user.current_postings if row.role == Role.APPROVER]
        of_ministry = Q(posting__ministry__in=approved, posting__role__in=OF_A_MINISTRY)
        return self.filter(Q(posting__user=user) | Q(to_user=user) | of_ministry)

    def overlapping(self, first: date, last: date) -> "DelegationQuerySet":
        """Those, not ended early, with a day in common with the days from the first to the last."""
        return self.filter(starts_on__lte=last, ends_on__gte=first, cancelled_at__isnull=True)
