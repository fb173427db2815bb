"""The vocabulary of reading. Views, templates and commands compose these; they never filter by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

if TYPE_CHECKING:
    from ministries.models import Posting, User

    from .models import (  # noqa: F401 (named in the bases)
        Assignment,
        Correction,
        Extension,
        Lead,
        Message,
        Report,
        Request,
        Round,
        Submission,
        Task,
        WorkbookUpload,
    )


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

    def of_ministry(self, ministry: int, day: date) -> TaskQuerySet:
        """Tasks that a ministry leads or supports on that day and that are still to be done: not completed, or on the
        roster of the round that is being collected."""
        from .models import Lead, Round, Support

        led = Lead.objects.in_force(day).filter(ministry=ministry).values("task")
        supported = Support.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), ministry=ministry, valid_from__lte=day
        ).values("task")
        collected = Round.objects.prepared().filter(frozen_at__isnull=True)
        return self.filter(
            Q(completed_on__isnull=True) | Q(completed_on__gt=day) | Q(reports__round__in=collected),
            Q(pk__in=led) | Q(pk__in=supported),
        ).distinct()

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
        return self.prepared().filter(frozen_at__isnull=True).select_related("previous").order_by("no").first()

    def last_frozen(self) -> Round | None:
        return self.frozen().order_by("-no").first()


# Who wrote on a draft, and who put it before the approver.
DRAFTED_BY = ("draft__edited_by", "draft__edited_for", "draft__asked_by", "draft__asked_for")


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

    def supported_by(self, ministry_id: int) -> ReportQuerySet:
        """Reports that others write, and that this ministry contributes to on the round's day."""
        return self.filter(Exists(_support_by(frozenset({ministry_id})))).exclude(lead=ministry_id)

    def in_round(self, round_: Round) -> ReportQuerySet:
        return self.filter(round=round_)

    def waiting_for_review(self) -> ReportQuerySet:
        """Submitted and not yet answered by the office, the earliest arrival first."""
        return self.filter(state="submitted").order_by("current__submission__received_at", "task__code")

    def asked_in_time(self) -> ReportQuerySet:
        """Those whose sign-off was asked for in time, whenever it was given."""
        from .models import SignOff

        signed = SignOff.objects.filter(
            report=OuterRef("pk"),
            decision=SignOff.Decision.APPROVED,
            at=OuterRef("first_received_at"),
            report__revisions__submission__received_at=OuterRef("first_received_at"),
            asked_at__lte=F("report__revisions__due_then"),
        )
        return self.filter(Exists(signed))

    def with_shown_light(self) -> ReportQuerySet:
        """With `shown_light`: the light that the round's board shows as frozen; empty where none was ever given."""
        said = Case(
            When(~Q(office_light=""), then=F("office_light")),
            When(current__isnull=False, then=F("current__light")),
            default=F("baseline_light"),
        )
        return self.annotate(shown_light=said)

    def late(self) -> ReportQuerySet:
        """Those whose first answer came after it was due."""
        return self.filter(late_by__isnull=False)

    def awaiting_sign_off(self) -> ReportQuerySet:
        return self.filter(state="awaiting")

    def unreviewed(self) -> ReportQuerySet:
        return self.filter(state="submitted")

    def without_answer(self) -> ReportQuerySet:
        """Reports of which the office has no text: they will be frozen as no reply."""
        return self.filter(current__isnull=True)

    def with_contributions(self) -> ReportQuerySet:
        """With what a supporting ministry sees of a report, never the lead's draft; a constant number of queries."""
        from . import prefetching

        named = self.select_related("task", "lead", "baseline", "current__submission")
        return named.prefetch_related(*prefetching.contributions())

    def with_place(self) -> ReportQuerySet:
        """With what decides who may do what with a report, and none of the rest: in one query, for a deed on one that
        asks for no more of its texts than the one that stands."""
        return self.select_related("round", "round__previous", "task", "lead", "draft", "current__submission")

    def with_start(self) -> ReportQuerySet:
        """With the text that stands and what it began with, for a draft that is saved while somebody types: what a page
        shows beside them is left out."""
        from . import prefetching

        return self.select_related("round", "draft", "baseline").prefetch_related(*prefetching.starts())

    def with_rules(self, round_: Round) -> ReportQuerySet:
        """Those of the round with what decides which could go now, for numbers alone; a constant number of queries.
        What few of them name is read by `prefetching.named_by_rules`."""
        from . import prefetching

        read = self.in_round(round_).select_related("task", "draft", "baseline")
        return read.prefetch_related(*prefetching.rules(round_.as_of.year))

    def with_sending(self) -> ReportQuerySet:
        """With what decides whether they may go and what goes out, for an answer of a few or of all. What few of them
        name is read by `prefetching.named_by_rules`."""
        from . import prefetching

        places = ("round", "round__previous", "task", "lead", "draft", "baseline", "current__submission")
        return self.select_related(*places).prefetch_related(*prefetching.sending())

    def with_texts(self) -> ReportQuerySet:
        """With everything that a page about reports shows, in a constant number of queries."""
        from . import prefetching

        places = ("round", "round__previous", "task", "lead", "draft", "opened_by", "opened_for", "sector")
        return self.select_related(*places, *DRAFTED_BY).prefetch_related(*prefetching.texts())

    def with_list_texts(self, round_: Round) -> ReportQuerySet:
        """The same of one round that is at hand: eight tables less to join, which takes longer to plan than to do. What
        stands beside the fields of a form is read by `prefetching.forms`."""
        from . import prefetching

        named = self.in_round(round_).select_related("task", "sector", *DRAFTED_BY)
        return named.prefetch_related(*prefetching.list_texts())


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def not_taken_away(self) -> AssignmentQuerySet:
        """The one row of each task and ministry that stands, be it that of someone who has left."""
        return self.filter(ends_on__isnull=True)

    def in_force(self, day: date) -> AssignmentQuerySet:
        """Those of people who are still there: with the posting the assignment ends."""
        posted = Q(posting__ends_on__isnull=True) | Q(posting__ends_on__gte=day)
        return self.not_taken_away().filter(posted, posting__user__is_active=True)

    def of_ministry(self, ministry: int) -> AssignmentQuerySet:
        """Those of a ministry's tasks, with the people."""
        return self.filter(ministry=ministry).select_related("posting__user", "task")

    def left_by(self, posting: Posting, day: date) -> AssignmentQuerySet:
        """What an ended posting was to do and nobody has taken over since, by code."""
        rows = self.not_taken_away().filter(posting=posting, posting__ends_on__lt=day)
        return rows.select_related("task").order_by("task__code")


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
            "report__task",
            "report__round",
            "report__lead",
            "revision",
            "asked_by",
            "asked_for",
            "decision__by",
            "decision__acting_for",
        )


def _support_by(ministry_ids: frozenset[int]) -> models.QuerySet[Any]:
    from .models import Support

    return Support.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=OuterRef("round__as_of")),
        task=OuterRef("task"),
        ministry__in=ministry_ids,
        valid_from__lte=OuterRef("round__as_of"),
    )


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: User) -> RequestQuerySet:
        """Requests that the person may know of: all for the office, else what their ministries ask or are asked."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        own = standing.ministries
        return self.filter(Q(addressed_to__in=own) | Q(revision__report__lead__in=own))

    def standing(self) -> RequestQuerySet:
        """Those of the text that the office holds of a report: not of one that was taken back or replaced."""
        return self.filter(revision=F("revision__report__current"))

    def of_latest_texts(self) -> RequestQuerySet:
        """Standing ones, of the latest text of their task: none that a later round's text has left behind."""
        from .models import Report

        later = Report.objects.filter(
            task=OuterRef("revision__report__task"),
            round__no__gt=OuterRef("revision__report__round__no"),
            current__isnull=False,
        )
        return self.standing().filter(~Exists(later))

    def asked_of(self, ministry_ids: Any) -> RequestQuerySet:
        return self.filter(addressed_to__in=ministry_ids)

    def with_answered(self) -> RequestQuerySet:
        """`is_answered`: whether the ministry answered this very wording, in this round or in an earlier one."""
        from .models import Answer

        answers = Answer.objects.filter(
            request__revision__report__task=OuterRef("revision__report__task"),
            request__addressed_to=OuterRef("addressed_to"),
            request__revision__issues=OuterRef("revision__issues"),
            request__revision__report__round__no__lte=OuterRef("revision__report__round__no"),
        )
        return self.annotate(is_answered=Exists(answers))

    def open(self) -> RequestQuerySet:
        """Those that wait for an answer."""
        return self.with_answered().filter(Q(is_answered=False))


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


class MessageQuerySet(models.QuerySet["Message"]):
    def unanswered(self, round_: Round) -> MessageQuerySet:
        """With which a ministry had the last word on a report of the round, the longest waiting first: what the office
        has not answered."""
        later = self.model.objects.filter(report=OuterRef("report")).filter(
            Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
        )
        rows = self.filter(report__round=round_, from_office=False).exclude(Exists(later))
        return rows.select_related("report__task", "report__lead").order_by("at", "pk")


class ExtensionQuerySet(models.QuerySet["Extension"]):
    PEOPLE = ("asked_by", "asked_for", "decided_by", "decided_for", "revoked_by", "revoked_for")

    def visible_to(self, user: User) -> ExtensionQuerySet:
        """The office's and the ministry's own: what is asked for is nobody else's business while it is collected."""
        return self if user.standing.is_coordinator else self.filter(ministry__in=user.standing.ministries)

    def granted(self) -> ExtensionQuerySet:
        """Those that were given, whether they still hold or not."""
        return self.filter(decision="granted")

    def waiting(self) -> ExtensionQuerySet:
        """What waits for the office, the earliest first."""
        return self.filter(decision="").order_by("asked_at", "pk")

    def with_people(self) -> ExtensionQuerySet:
        """With everything that a page about extensions names, in one query."""
        return self.select_related("round", "ministry", *self.PEOPLE)


class WorkbookUploadQuerySet(models.QuerySet["WorkbookUpload"]):
    def visible_to(self, user: User) -> WorkbookUploadQuerySet:
        """The person's own, as long as they write for its ministry."""
        return self.filter(by=user, ministry__in=user.standing.officer_of)

    def since(self, moment: datetime) -> WorkbookUploadQuerySet:
        return self.filter(at__gte=moment)

    def before(self, moment: datetime) -> WorkbookUploadQuerySet:
        return self.filter(at__lt=moment)
