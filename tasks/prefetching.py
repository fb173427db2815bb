"""What is read along with reports, each in one query. Read-only.

Every query is ordered by its own columns: the models' own order names the report or the task first, which one report's
rows share, and which would join three more tables into each.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects

from .models import (
    Attached,
    Attachment,
    Contribution,
    ContributionCall,
    Indicator,
    IndicatorValue,
    Milestone,
    MilestoneChange,
    Report,
    Request,
    Return,
    Revision,
    SignOff,
    State,
    Support,
    Taken,
    Target,
)

Lookup: TypeAlias = "str | Prefetch[Any]"


def texts() -> list[Lookup]:
    """Everything that a page about reports shows of them."""
    return [*list_texts(), *_of_forms()]


def forms(reports: Sequence[Report]) -> None:
    """Read along what the forms of these reports show beside the fields, and no list does. Two queries, or none."""
    prefetch_related_objects(reports, *_of_forms())


def _of_forms() -> list[Lookup]:
    """The targets of the indicators, and how the milestones came to their dates."""
    return [
        Prefetch("task__indicators__targets", Target.objects.order_by("year")),
        Prefetch("task__milestones__changes", _applied_moves()),
    ]


def list_texts() -> list[Lookup]:
    """The same without what stands beside the fields of a form alone."""
    revisions = Revision.objects.select_related("submission")
    returns = Return.objects.select_related("by").prefetch_related("fields", "revision", *_of_revision("revision__"))
    return [
        Prefetch("current", revisions),
        *_of_revision("current__"),
        Prefetch("current__resolves", Return.objects.order_by("at")),
        Prefetch("baseline", revisions),
        *_of_baseline("baseline__"),
        Prefetch("task__milestones", Milestone.objects.order_by("order")),
        Prefetch("task__supports", Support.objects.order_by("ministry__order")),
        *_indicators("task__"),
        "sign_offs",
        Prefetch("attachments", Attachment.objects.order_by("pk")),
        *_written(),
        Prefetch("returns", returns.order_by("at")),
    ]


def contributions() -> list[Lookup]:
    """What the supporting ministries have to do with a report."""
    return [
        Prefetch("task__supports", Support.objects.order_by("ministry__order")),
        *_written(),
        Prefetch("current__resolves", Return.objects.order_by("at")),
        Prefetch("current__taken", Taken.objects.order_by("pk")),
    ]


def _written() -> list[Lookup]:
    named = Contribution.objects.select_related("ministry", "by", "acting_for")
    return [
        Prefetch("contributions", named.order_by("ministry__order", "no")),
        Prefetch("contribution_calls", ContributionCall.objects.order_by("at", "pk")),
    ]


def starts() -> list[Lookup]:
    """What a draft began with; the text sent last for itself, because few drafts have one."""
    return [Prefetch("current", Revision.objects.all()), _requests("current__"), _requests("baseline__")]


def rules(year: int) -> list[Lookup]:
    """What decides whether a report could go now: nothing that a page would show beside it. Of an indicator, what was
    said of it in the year: no other figure decides whether one is owed."""
    said = _values().filter(value__isnull=False, revision__report__round__as_of__year=year)
    return [
        _requests("baseline__"),
        Prefetch("task__milestones", Milestone.objects.order_by("order")),
        Prefetch("task__indicators", Indicator.objects.order_by("order")),
        Prefetch("task__indicators__values", said),
        Prefetch("sign_offs", SignOff.objects.order_by("at")),
        Prefetch("contributions", Contribution.objects.order_by("pk")),
    ]


def sending() -> list[Lookup]:
    """The same for texts that are to go: with every figure said before."""
    return [
        _requests("baseline__"),
        Prefetch("task__milestones", Milestone.objects.order_by("order")),
        *_indicators("task__"),
        Prefetch("sign_offs", SignOff.objects.order_by("at")),
        Prefetch("contributions", Contribution.objects.order_by("pk")),
    ]


def named_by_rules(reports: list[Report]) -> None:
    """Read along what few of these texts name: what the office gave back, and files. No query where none does."""
    sent = [row for row in reports if row.current_id and row.state not in (State.SUBMITTED, State.ACCEPTED)]
    prefetch_related_objects(sent, Prefetch("returns", Return.objects.order_by("at").prefetch_related("fields")))
    back = [report for report in reports if report.state == State.RETURNED]
    prefetch_related_objects(back, Prefetch("current", Revision.objects.all()), *_of_revision("current__"))
    drafts = {report: getattr(report, "draft", None) for report in reports}
    filed = [report for report, draft in drafts.items() if draft and draft.content.get("attachments")]
    prefetch_related_objects(filed, Prefetch("attachments", Attachment.objects.order_by("pk")))


def _requests(prefix: str) -> Lookup:
    return Prefetch(f"{prefix}requests", Request.objects.select_related("addressed_to").order_by("addressed_to__order"))


def _of_baseline(prefix: str) -> list[Lookup]:
    """What last round's text hands on."""
    return [
        _requests(prefix),
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
    """A task's indicators with what the texts that count say of them, in two queries; in one where there are none."""
    return [
        Prefetch(f"{prefix}indicators", Indicator.objects.order_by("order")),
        Prefetch(f"{prefix}indicators__values", _values()),
    ]


def _values() -> QuerySet[Any]:
    """The figures of texts that count, the earliest round first, without those texts: a task has two dozen rounds."""
    counting = IndicatorValue.objects.filter(revision__report__current=F("revision"))
    read = counting.select_related("revision__report__round").order_by("revision__report__round__no")
    return read.only(
        *("indicator", "value", "note", "revision__report__task", "revision__report__current"),
        *("revision__report__round__no", "revision__report__round__as_of", "revision__report__round__frozen_at"),
    )


def _applied_moves() -> QuerySet[Any]:
    moved = MilestoneChange.objects.filter(applied_event__isnull=False, new_on__isnull=False)
    read = moved.select_related("revision__report__round").order_by("revision__report__round__no", "revision__no")
    return read.defer(*(f"revision__{name}" for name in ("results", "plans", "issues", "also_reason")))
