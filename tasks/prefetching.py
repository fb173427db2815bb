"""What is read along with reports, each in one query. Read-only.

Every query is ordered by its own columns: the models' own order names the report or the task first, which one report's
rows share, and which would join three more tables into each.
"""

from typing import Any, TypeAlias

from django.db.models import F, Prefetch, QuerySet

from .models import (
    Attached,
    Attachment,
    Contribution,
    ContributionCall,
    Indicator,
    IndicatorValue,
    Milestone,
    MilestoneChange,
    Request,
    Return,
    Revision,
    Support,
    Taken,
    Target,
)

Lookup: TypeAlias = "str | Prefetch[Any]"


def texts() -> list[Lookup]:
    """Everything that a page about reports shows of them."""
    revisions = Revision.objects.select_related("submission")
    returns = Return.objects.select_related("by").prefetch_related("fields", "revision", *_of_revision("revision__"))
    contributions = Contribution.objects.select_related("ministry", "by", "acting_for")
    return [
        Prefetch("current", revisions),
        *_of_revision("current__"),
        Prefetch("current__resolves", Return.objects.order_by("at")),
        Prefetch("baseline", revisions),
        *_of_baseline("baseline__"),
        Prefetch("task__milestones", Milestone.objects.order_by("order")),
        Prefetch("task__supports", Support.objects.order_by("ministry__order")),
        *_indicators("task__"),
        Prefetch("task__milestones__changes", _applied_moves()),
        "sign_offs",
        Prefetch("attachments", Attachment.objects.order_by("pk")),
        Prefetch("contributions", contributions.order_by("ministry__order", "no")),
        Prefetch("contribution_calls", ContributionCall.objects.order_by("at", "pk")),
        Prefetch("returns", returns.order_by("at")),
    ]


def _of_baseline(prefix: str) -> list[Lookup]:
    """What last round's text hands on."""
    return [
        Prefetch(f"{prefix}requests", Request.objects.select_related("addressed_to").order_by("addressed_to__order")),
        Prefetch(f"{prefix}milestone_changes", MilestoneChange.objects.order_by("milestone__order")),
    ]


def _of_revision(prefix: str) -> list[Lookup]:
    """All that belongs to a text that was sent."""
    return [
        *_of_baseline(prefix),
        Prefetch(f"{prefix}attached", Attached.objects.order_by("attachment_id")),
        Prefetch(f"{prefix}indicator_values", IndicatorValue.objects.order_by("indicator__order")),
        Prefetch(f"{prefix}taken", Taken.objects.order_by("contribution__ministry__order", "contribution__no")),
    ]


def _indicators(prefix: str) -> list[Lookup]:
    """A task's indicators with their targets and with what the texts that count say of them, in three queries; in one
    where there are none."""
    counting = IndicatorValue.objects.filter(revision__report__current=F("revision"))
    values = counting.select_related("revision__report__round").order_by("revision__report__round__no")
    return [
        Prefetch(f"{prefix}indicators", Indicator.objects.order_by("order")),
        Prefetch(f"{prefix}indicators__targets", Target.objects.order_by("year")),
        Prefetch(f"{prefix}indicators__values", values),
    ]


def _applied_moves() -> QuerySet[Any]:
    moved = MilestoneChange.objects.filter(applied_event__isnull=False, new_on__isnull=False)
    return moved.select_related("revision__report__round").order_by("revision__report__round__no", "revision__no")
