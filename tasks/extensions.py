"""제출기한 연장 as pages show it: what waits, what was decided, where each ministry stands. Read-only."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import cached_property

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries import working_days
from ministries.directory import Directory
from ministries.models import MinistryName, Role, User
from ministries.working_days import Calendar

from . import due_times, permissions
from .due_times import Deadline, Deadlines
from .models import Extension, Phase, Reminder, Report, Round, State
from .transitions import COLLECTING


@dataclass(frozen=True)
class Entry:
    """One extension. `name`: its ministry's; `bar`: why the reader is not the one of the office to decide on it."""

    extension: Extension
    name: MinistryName
    at: datetime
    calendar: Calendar | None = None
    bar: str = ""
    reports: int = 0
    arrived: int = 0

    @property
    def pk(self) -> int:
        return self.extension.pk

    @property
    def day_off(self) -> str:
        """Why nobody works on the day that was asked for; empty where somebody does."""
        asked = self.extension.asked_until
        return self.calendar.day_off(timezone.localdate(asked)) if asked and self.calendar else ""

    @property
    def holds(self) -> bool:
        return due_times.holds(self.extension.until, self.extension.revoked_at, self.at)

    @property
    def has_ended(self) -> bool:
        """Whether it ended by itself."""
        until = self.extension.until
        return self.holds and until is not None and until < self.at

    @property
    def can_be_revoked(self) -> bool:
        is_due = self.holds and not self.has_ended and not self.bar
        return is_due and self.extension.round.phase(self.at) in COLLECTING


@dataclass(frozen=True)
class Standing:
    """One ministry before its due time: how much arrived, and when somebody was last reminded of the rest."""

    name: MinistryName
    deadline: Deadline
    reports: int
    arrived: int
    reminder: Reminder | None


@dataclass(frozen=True)
class Overview:
    """All extensions of a round, and all of its ministries."""

    round: Round
    at: datetime
    user: User
    names: Directory
    calendar: Calendar
    deadlines: Deadlines
    counts: dict[int, tuple[int, int]]
    reminders: dict[int, Reminder]
    rows: list[Extension]

    @property
    def phase(self) -> Phase:
        return self.round.phase(self.at)

    @property
    def is_collecting(self) -> bool:
        return self.phase in COLLECTING

    @cached_property
    def entries(self) -> list[Entry]:
        return [
            Entry(
                row,
                self.names[row.ministry_id],
                self.at,
                self.calendar,
                bar(row, self.user),
                *self.counts.get(row.ministry_id, (0, 0)),
            )
            for row in self.rows
        ]

    @property
    def waiting(self) -> list[Entry]:
        """The earliest first. After the freeze nothing waits any more."""
        return [entry for entry in self.entries if not entry.extension.decision] if self.is_collecting else []

    @property
    def decided(self) -> list[Entry]:
        """The latest first; after the freeze with those that nobody decided on."""
        waiting = {entry.pk for entry in self.waiting}
        return [entry for entry in reversed(self.entries) if entry.pk not in waiting]

    @property
    def ministries(self) -> list[Standing]:
        """Those that lead a task of the round, in the ministries' order."""
        ordered = sorted(
            (self.names[pk] for pk in self.counts), key=lambda name: (name.ministry.order, name.ministry.code)
        )
        return [
            Standing(
                name,
                self.deadlines[name.ministry_id],
                *self.counts[name.ministry_id],
                self.reminders.get(name.ministry_id),
            )
            for name in ordered
        ]

    @property
    def extendable(self) -> list[Standing]:
        """Those that the reader may give more time."""
        return [one for one in self.ministries if permissions.can_decide_extension(self.user, one.name.ministry_id)]

    @property
    def proposal(self) -> datetime:
        return proposed_until(self.round, self.round.due_at, self.at, self.calendar)


def bar(extension: Extension, user: User) -> str:
    """Why someone else of the office has to decide on it; empty where this person may."""
    holder = user.acts_for((Role.COORDINATOR, None))
    if not {user.pk, *([holder.pk] if holder else [])}.isdisjoint({extension.asked_by_id, extension.asked_for_id}):
        return _("You asked for this extension yourself: someone else of the office has to decide on it.")
    if not permissions.can_decide_extension(user, extension.ministry_id):
        return _("You work for this ministry yourself: someone else of the office has to do this.")
    return ""


def overview(round_: Round, *, user: User, at: datetime) -> Overview:
    """What the office's page shows. A constant number of queries."""
    sent = Q(state__in=(State.SUBMITTED, State.ACCEPTED))
    counted = (
        Report.objects.in_round(round_)
        .order_by()
        .values_list("lead")
        .annotate(n=Count("pk"), sent=Count("pk", filter=sent))
    )
    reminders = Reminder.objects.filter(round=round_, mails__gt=0).order_by("at", "pk")
    return Overview(
        round_,
        at,
        user,
        Directory(round_.as_of),
        working_days.calendar(),
        due_times.deadlines(round_, at=at),
        {lead: (reports, arrived) for lead, reports, arrived in counted},
        {row.ministry_id: row for row in reminders},  # the last one of each
        list(Extension.objects.filter(round=round_).with_people().order_by("pk")),
    )


def of_ministry(round_: Round, ministry_id: int, *, at: datetime) -> list[Entry]:
    """The ministry's own, the latest first. Four queries."""
    name, calendar = Directory(round_.as_of)[ministry_id], working_days.calendar()
    rows = Extension.objects.filter(round=round_, ministry=ministry_id).with_people().order_by("-pk")
    return [Entry(row, name, at, calendar) for row in rows]


def proposed_until(round_: Round, due_at: datetime, at: datetime, calendar: Calendar | None = None) -> datetime:
    """The time that a form starts with: noon of the working day after what is due, or after today once that is past."""
    day = (calendar or working_days.calendar()).next_working_day(timezone.localdate(max(due_at, at)))
    return timezone.make_aware(datetime.combine(day, time(12)))


def leads(round_: Round) -> set[int]:
    """The ministries that lead a task of the round, by their primary keys: whose due time it is."""
    return set(Report.objects.in_round(round_).order_by().values_list("lead", flat=True))


def number_waiting(round_: Round) -> int:
    """How many ministries asked for more time in the round and wait for the office."""
    return Extension.objects.filter(round=round_).waiting().count()


def due_without(extension: Extension, *, at: datetime) -> datetime:
    """Until when its ministry would be in time if the extension were revoked. One query."""
    others = Extension.objects.filter(round=extension.round, ministry=extension.ministry_id).granted()
    given = others.exclude(pk=extension.pk).values_list("until", "revoked_at")
    return due_times.in_force(extension.round.due_at, [(until, gone) for until, gone in given if until], at)
