"""The vocabulary of reading meetings: what a person may see, and what is still to be done."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from ministries.models import User
from records import clock

if TYPE_CHECKING:
    from .models import AgendaItem, Attendance, Decision, Disposition, Meeting, Opinion, Paper  # noqa: F401


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> "MeetingQuerySet":
        """The office and its readers see all of them, a ministry those that it is invited to or notified of."""
        standing = user.standing
        if standing.is_coordinator or standing.is_reader:
            return self
        from .models import Notification

        notified = Notification.objects.filter(ministry__in=standing.ministries).values("meeting")
        return self.filter(Q(pk__in=_meetings_of(standing.ministries)) | Q(pk__in=notified))

    def standing(self) -> "MeetingQuerySet":
        """Those that were not cancelled."""
        return self.filter(cancelled_at__isnull=True)


def _meetings_of(ministries: Any) -> Any:
    from .models import Attendance

    return Attendance.objects.filter(ministry__in=ministries).values("meeting")


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def of(self, user: User) -> "AttendanceQuerySet":
        """The rows of the ministries that the person works for."""
        return self.filter(ministry__in=user.standing.ministries)


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: User) -> "AgendaItemQuerySet":
        """The office sees all items. Others see an agenda once it was shown, or once the outcome was circulated, which
        speaks of every item; a ministry sees early what it presents or what is about a task that it leads in the
        meeting's round."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        shown = Q(meeting__shown_at__isnull=False) | Q(meeting__frozen_at__isnull=False)
        if standing.is_reader:
            return self.filter(shown)
        shown |= Q(meeting__circulated_at__isnull=False)
        from tasks.models import Report

        from .models import AgendaTask

        led = Report.objects.filter(lead__in=standing.ministries, round=OuterRef("item__meeting__round"))
        theirs = AgendaTask.objects.filter(Exists(led.filter(task=OuterRef("task"))), item=OuterRef("pk"))
        early = Q(presenter__in=standing.ministries) | Q(Exists(theirs))
        return self.filter(shown | early, meeting__in=_meetings_of(standing.ministries))


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: User) -> "PaperQuerySet":
        """The papers of the items that the person may see. Until the agenda is shown, a ministry sees its own and the
        office's: what another one works on is between that one and the office."""
        from .models import AgendaItem

        standing = user.standing
        if standing.is_coordinator:
            return self
        seen = self.filter(item__in=AgendaItem.objects.visible_to(user))
        shown = Q(item__meeting__shown_at__isnull=False)
        if standing.is_reader:
            return seen.filter(shown)
        return seen.filter(shown | Q(ministry__isnull=True) | Q(ministry__in=standing.ministries))

    def current(self) -> "PaperQuerySet":
        """The newest version of every paper: of what each ministry, or the office, gave for an item under one name."""
        newer = self.model._default_manager.filter(item=OuterRef("item"), name=OuterRef("name"), no__gt=OuterRef("no"))
        same = newer.filter(ministry=OuterRef("ministry"))
        of_office = newer.filter(ministry__isnull=True)
        return self.exclude(Exists(same)).exclude(Q(ministry__isnull=True) & Q(Exists(of_office)))


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> "DecisionQuerySet":
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def with_closing(self) -> "DecisionQuerySet":
        """Each with `is_closed`: what its last closing says; False where there is none."""
        from .models import Closing

        last = Closing.objects.filter(decision=OuterRef("pk")).order_by("-pk")
        # A row without any is NULL, which no comparison of SQL finds, not even its negation.
        return self.annotate(is_closed=Coalesce(Subquery(last.values("closes")[:1]), False))

    def actions(self) -> "DecisionQuerySet":
        """추진, confirmed with their meeting's outcome and not withdrawn: what has to be carried out."""
        return self.standing().filter(kind="action", meeting__frozen_at__isnull=False)

    def open(self) -> "DecisionQuerySet":
        """What has to be carried out and was not closed."""
        return self.actions().with_closing().filter(is_closed=False)  # type: ignore[misc]

    def with_word(self) -> "DecisionQuerySet":
        """Each with `is_carried_out`: whether its owner said last that it was; opening it again takes that back."""
        from .models import Closing, FollowUp, Progress

        since = Closing.objects.filter(decision=OuterRef("decision"), at__gt=OuterRef("at"))
        word = FollowUp.objects.filter(~Exists(since), decision=OuterRef("pk")).order_by("-pk").values("progress")[:1]
        done = Case(When(last_word=Progress.DONE, then=True), default=False, output_field=models.BooleanField())
        return self.annotate(last_word=Subquery(word)).annotate(is_carried_out=done)

    def carried_out(self) -> "DecisionQuerySet":
        """Open, and carried out as their owners say: they wait for the office to close them."""
        return self.open().with_word().filter(is_carried_out=True)  # type: ignore[misc]

    def overdue(self, day: date) -> "DecisionQuerySet":
        """Due before the day, and to be carried out still: what waits for the office is not late any more."""
        return self.open().with_word().filter(is_carried_out=False, due_on__lt=day)  # type: ignore[misc]

    def owed_by(self, ministries: Any) -> "DecisionQuerySet":
        """Led by one of these ministries."""
        return self.filter(lead__in=ministries)

    def visible_to(self, user: User) -> "DecisionQuerySet":
        """The office and its readers see all that is confirmed, the office also what is being written; a ministry what
        was decided where it was invited, once the outcome was circulated, and what it has to carry out or to
        support."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        if standing.is_reader:
            return self.standing().filter(meeting__frozen_at__isnull=False)
        from .models import Supporting

        helped = Supporting.objects.filter(ministry__in=standing.ministries).values("decision")
        theirs = Q(Q(lead__in=standing.ministries) | Q(pk__in=helped), meeting__frozen_at__isnull=False)
        invited = Q(meeting__in=_meetings_of(standing.ministries), meeting__circulated_at__isnull=False)
        return self.standing().filter(theirs | invited)


def _about_tasks_of(ministries: Any) -> Any:
    """The opinions on tasks that these ministries lead or support today: who handed a task over is told no more."""
    from tasks.models import Lead, Support

    from .models import OpinionTask

    day = clock.today()
    led = Lead.objects.in_force(day).filter(ministry__in=ministries).values("task")
    until = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
    supported = Support.objects.filter(until, ministry__in=ministries, valid_from__lte=day).values("task")
    return OpinionTask.objects.filter(Q(task__in=led) | Q(task__in=supported)).values("opinion")


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def with_standing(self) -> "DispositionQuerySet":
        """Each with `stands`: whether the office did not open the opinion again after it. One of the same moment came
        after it: whoever answers has seen that it was opened."""
        from .models import Transfer, TransferKind

        since = Transfer.objects.filter(opinion=OuterRef("opinion"), kind=TransferKind.REOPENED, at__gt=OuterRef("at"))
        return self.annotate(stands=~Exists(since))

    def standing(self) -> "DispositionQuerySet":
        """Those after which the office did not open their opinion again."""
        return self.with_standing().filter(stands=True)  # type: ignore[misc]


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> "OpinionQuerySet":
        """The office sees all; nobody else sees what is not admitted. Readers see the rest, a ministry what it owes an
        answer to or did once, and what is about a task that it leads or supports today."""
        standing = user.standing
        if standing.is_coordinator:
            return self
        admitted = self.filter(state="admitted")
        if standing.is_reader:
            return admitted
        from .models import Transfer

        had = Transfer.objects.filter(ministry__in=standing.ministries).values("opinion")
        owed_or_had = Q(ministry__in=standing.ministries) | Q(pk__in=had)
        return admitted.filter(owed_or_had | Q(pk__in=_about_tasks_of(standing.ministries)))

    def waiting(self) -> "OpinionQuerySet":
        """Those that nobody of the office has looked at."""
        return self.filter(state="waiting")

    def owed(self) -> "OpinionQuerySet":
        """Those that were given out to a ministry and have no disposition that counts yet."""
        from .models import Disposition

        given = Disposition.objects.standing().filter(opinion=OuterRef("pk"))
        return self.filter(~Exists(given), state="admitted", ministry__isnull=False)
