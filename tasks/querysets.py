"""The vocabulary of reading. Views, templates and commands compose these; they never filter by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery

if TYPE_CHECKING:
    from ministries.models import User

    from .models import Correction, Lead, Report, Round, Submission, Task  # noqa: F401 (named in the bases)


class DatedQuerySet(models.QuerySet["Lead"]):
    def in_force(self, day: date) -> DatedQuerySet:
        """The row in force on the day for each task: the latest that began by then."""
        latest = self.model._default_manager.filter(task=OuterRef("task"), valid_from__lte=day).order_by("-valid_from")
        return self.filter(pk=Subquery(latest.values("pk")[:1]))


class TaskQuerySet(models.QuerySet["Task"]):
    def for_roster(self, round_: Round) -> TaskQuerySet:
        """Tasks that belong on the roster of a round: already reported from, and not completed by the last freeze."""
        tasks = self.filter(first_round_no__lte=round_.no)
        if round_.previous_id:
            return tasks.exclude(completed_on__lte=round_.observes_from)
        return tasks

    def left_out_of(self, round_: Round) -> TaskQuerySet:
        """Tasks that would be on the roster of a round if they were not completed."""
        return self.filter(first_round_no__lte=round_.no).exclude(pk__in=self.for_roster(round_).values("pk"))


class RoundQuerySet(models.QuerySet["Round"]):
    def prepared(self) -> RoundQuerySet:
        return self.filter(prepared_at__isnull=False)

    def frozen(self) -> RoundQuerySet:
        return self.filter(frozen_at__isnull=False)

    def current(self) -> Round | None:
        """The round that is being collected: prepared and not yet frozen; None between rounds."""
        return self.prepared().filter(frozen_at__isnull=True).order_by("no").first()

    def last_frozen(self) -> Round | None:
        return self.frozen().order_by("-no").first()


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> ReportQuerySet:
        """Reports of which the person may see at least the state (`model.md`, "Who sees what of a report").

        Administrators see none: they keep reference data, never the records.
        """
        standing = user.standing
        if standing.is_coordinator:
            return self
        if not standing.is_reader and not standing.ministries:
            return self.none()
        visible = Q(state="accepted") | Q(round__frozen_at__isnull=False)
        if standing.is_reader:
            visible |= Q(state__in=("submitted", "returned"))
        if standing.ministries:
            visible |= Q(lead__in=standing.ministries) | Q(Exists(_support_by(standing.ministries)))
        return self.filter(visible)

    def led_by(self, ministry_ids: Any) -> ReportQuerySet:
        """Reports that these ministries write."""
        return self.filter(lead__in=ministry_ids)

    def in_round(self, round_: Round) -> ReportQuerySet:
        return self.filter(round=round_)

    def waiting_for_review(self) -> ReportQuerySet:
        """Submitted and not yet answered by the office, the earliest arrival first."""
        return self.filter(state="submitted").order_by("current__submission__received_at", "task__code")

    def with_asking(self) -> ReportQuerySet:
        """With `was_asked_in_time`: whether the sign-off of what came first was asked for before it was due."""
        return self.annotate(was_asked_in_time=self._asked_in_time())

    def asked_in_time(self) -> ReportQuerySet:
        """Those whose sign-off was asked for in time, whenever it was given."""
        return self.filter(self._asked_in_time())

    def _asked_in_time(self) -> Exists:
        from .models import SignOff

        signed = SignOff.objects.filter(
            report=OuterRef("pk"),
            decision=SignOff.Decision.APPROVED,
            at=OuterRef("first_received_at"),
            report__revisions__submission__received_at=OuterRef("first_received_at"),
            asked_at__lte=F("report__revisions__due_then"),
        )
        return Exists(signed)

    def awaiting_sign_off(self) -> ReportQuerySet:
        return self.filter(state="awaiting")

    def counts_by_lead(self) -> dict[int, int]:
        """How many there are of each leading ministry (primary keys)."""
        return dict(self.order_by().values_list("lead").annotate(models.Count("pk")))

    def unreviewed(self) -> ReportQuerySet:
        return self.filter(state="submitted")

    def without_answer(self) -> ReportQuerySet:
        """Reports of which the office has no text: they will be frozen as no reply."""
        return self.filter(current__isnull=True)

    def with_texts(self) -> ReportQuerySet:
        """With everything that a page about reports shows, in a constant number of queries."""
        from .models import Milestone, Return, Revision, Support

        revisions = Revision.objects.select_related("submission")
        returns = Return.objects.select_related("by").prefetch_related(
            "fields", "revision__requests__addressed_to", "revision__milestone_changes", "revision__attached"
        )
        return self.select_related(
            "round",
            "round__previous",
            "task",
            "sector",
            "lead",
            "draft",
            "draft__edited_by",
            "draft__asked_by",
            "draft__asked_for",
            "opened_by",
        ).prefetch_related(
            Prefetch("current", revisions),
            "current__requests__addressed_to",
            "current__milestone_changes",
            "current__attached",
            "current__resolves",
            Prefetch("baseline", revisions),
            "baseline__requests__addressed_to",
            "baseline__milestone_changes",
            Prefetch("task__milestones", Milestone.objects.order_by("order")),
            Prefetch("task__supports", Support.objects.all()),
            "sign_offs",
            "attachments",
            Prefetch("returns", returns),
        )


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User) -> CorrectionQuerySet:
        """Approved ones for everyone who may see what is frozen; the others for the office and the lead ministry."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        if not standing.is_reader and not standing.ministries:
            return self.none()
        return self.filter(Q(decision__decision="approved") | Q(report__lead__in=standing.ministries))

    def in_round(self, round_: Round) -> CorrectionQuerySet:
        return self.filter(report__round=round_)

    def approved(self) -> CorrectionQuerySet:
        """The round's table (정정표), in the order of its numbers."""
        return self.filter(decision__decision="approved").order_by("report__round", "decision__no")

    def undecided(self) -> CorrectionQuerySet:
        """What waits for the office, the earliest first."""
        return self.filter(decision__isnull=True).order_by("asked_at", "pk")

    def with_people(self) -> CorrectionQuerySet:
        """With everything that a page about corrections shows, in one query."""
        return self.select_related(
            "report__task", "report__round", "report__lead", "revision", "asked_by", "decision__by"
        )


def _support_by(ministry_ids: frozenset[int]) -> models.QuerySet[Any]:
    from .models import Support

    return Support.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=OuterRef("round__as_of")),
        task=OuterRef("task"),
        ministry__in=ministry_ids,
        valid_from__lte=OuterRef("round__as_of"),
    )


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> SubmissionQuerySet:
        """The receipts of the person's own ministries, all of them for the office."""
        return self if user.standing.is_coordinator else self.filter(ministry__in=user.standing.ministries)

    def numbered_like(self, number: str, letter: str) -> SubmissionQuerySet:
        """Those whose number holds the one text, or whose covering letter's the other; all for empty ones."""
        return self.filter(Q(number__icontains=number) | Q(letter_no__icontains=letter)) if number else self

    def with_names(self) -> SubmissionQuerySet:
        """With what a receipt names, in as many queries for one as for fifty."""
        return self.select_related("round", "ministry", "by", "acting_for", "event")
