"""Who has answered a call and who is silent: a candidate that stands is an answer, and so is that there is none.
Queries alone."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from ..models import Call, CallAddressee, Candidate, NoCandidate


def unanswered() -> QuerySet[CallAddressee]:
    """The ministries that are called on and silent, in all calls."""
    here = {"call": OuterRef("call"), "ministry": OuterRef("ministry")}
    proposed = Candidate.objects.standing().filter(**here)
    return CallAddressee.objects.exclude(Exists(proposed)).exclude(Exists(NoCandidate.objects.filter(**here)))


def silent(call: Call) -> set[int]:
    """The ministries (primary keys) that have not answered this call."""
    return set(unanswered().filter(call=call).values_list("ministry", flat=True))


def silent_ministries(ministries: Collection[int]) -> dict[int, list[Call]]:
    """Which of these ministries have not answered which open calls, by the ministry's primary key. One query."""
    rows = unanswered().filter(call__closed_at__isnull=True, ministry__in=ministries).select_related("call")
    found: dict[int, list[Call]] = {}
    for row in rows.order_by("call__no"):
        found.setdefault(row.ministry_id, []).append(row.call)
    return found


def overdue(at: datetime) -> QuerySet[CallAddressee]:
    """Those who are silent past the due time of an open call."""
    return unanswered().filter(call__closed_at__isnull=True, call__due_at__lt=at)
