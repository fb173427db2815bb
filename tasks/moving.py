"""A round's dates: what they are, and what they would be if they followed the meeting. Read-only; a person confirms
(`workflow/dates.py`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property

from django.utils import timezone

from ministries import working_days
from ministries.working_days import Calendar
from records.models import Event

from . import providers
from .models import Lead, Phase, Report, Revision, Round

FREEZE_AT = time(18)  # of the day that is proposed for the freeze


@dataclass(frozen=True)
class Dates:
    """The four dates of a round that may move."""

    as_of: date
    opens_at: datetime
    due_at: datetime
    freeze_at: datetime | None = None

    @classmethod
    def of(cls, round_: Round) -> "Dates":
        return cls(round_.as_of, round_.opens_at, round_.due_at, round_.freeze_at)

    @property
    def mark(self) -> str:
        """What tells these dates from others: a form brings it back, so that nobody moves what moved meanwhile."""
        moments = (self.opens_at, self.due_at, self.freeze_at)
        return "/".join([str(self.as_of), *(str(moment.timestamp()) if moment else "none" for moment in moments)])


@dataclass(frozen=True)
class Plan:
    """A round's dates beside those that are proposed for it. `meeting`: the day that its meeting has now."""

    round: Round
    at: datetime
    meeting: date | None
    calendar: Calendar
    has_texts: bool
    drafts: list[str]  # the tasks of which somebody has begun a draft

    @property
    def has_moved(self) -> bool:
        """Whether the meeting has another day than the one that the dates were made for."""
        planned = self.round.planned_for
        return planned is not None and self.meeting is not None and planned != self.meeting

    @property
    def steps(self) -> int:
        """By how many working days the meeting moved; negative where it is earlier."""
        planned = self.round.planned_for
        return self.calendar.distance(planned, self.meeting) if planned and self.meeting else 0

    @property
    def is_opened(self) -> bool:
        return self.round.prepared_at is not None and self.round.opens_at <= self.at

    @property
    def keeps_as_of(self) -> bool:
        """Texts that were sent speak of the as-of date: it stays."""
        return self.has_texts

    @cached_property
    def led_otherwise(self) -> list[str]:
        """The tasks whose lead is another one on the as-of date that is proposed."""
        return led_otherwise(self.round, self.proposed.as_of)

    @cached_property
    def proposed(self) -> Dates:
        """Each date as many working days on or back as the meeting moved, its hour kept, and nothing in the past."""
        now, steps = Dates.of(self.round), self.steps if self.has_moved else 0
        if not steps:
            return Dates(now.as_of, now.opens_at, now.due_at, now.freeze_at)
        opens_at = now.opens_at if self.is_opened else self._ahead(self._shifted(now.opens_at, steps))
        due_at = self._ahead(self._shifted(now.due_at, steps))
        if due_at <= opens_at:
            due_at = self._on(self.calendar.next_working_day(timezone.localdate(opens_at)), now.due_at)
        freeze_at = self._shifted(now.freeze_at, steps) if now.freeze_at else None
        if freeze_at is not None and freeze_at <= due_at:
            freeze_at = self._freeze_after(due_at)
        return Dates(self._as_of(steps), opens_at, due_at, freeze_at)

    @property
    def first_freeze(self) -> datetime | None:
        """What is proposed where no freeze is planned yet. It takes a tick: nobody plans one unnoticed."""
        return None if self.round.freeze_at else self._freeze_after(self.proposed.due_at)

    def _as_of(self, steps: int) -> date:
        """Between the rounds before and after, which speak of other days."""
        round_, moved = self.round, self.calendar.shift(self.round.as_of, steps)
        following = getattr(round_, "next", None)
        stays = (
            self.keeps_as_of
            or moved < round_.observes_from
            or (round_.previous is not None and moved <= round_.previous.as_of)
            or (following is not None and moved >= following.as_of)
        )
        return round_.as_of if stays else moved

    def _freeze_after(self, due_at: datetime) -> datetime:
        """The working day before the meeting, else the one after the due time."""
        day = self.calendar.next_working_day(timezone.localdate(due_at))
        if self.meeting is not None:
            day = max(day, self.calendar.working_days_before(self.meeting, 1))
        return timezone.make_aware(datetime.combine(day, FREEZE_AT))

    def _shifted(self, moment: datetime, steps: int) -> datetime:
        return self._on(self.calendar.shift(timezone.localdate(moment), steps), moment)

    def _ahead(self, moment: datetime) -> datetime:
        """The moment, or its hour on the next working day where it has passed."""
        if moment > self.at:
            return moment
        return self._on(self.calendar.next_working_day(timezone.localdate(self.at)), moment)

    @staticmethod
    def _on(day: date, moment: datetime) -> datetime:
        return timezone.make_aware(datetime.combine(day, timezone.localtime(moment).time()))


def plan(round_: Round, *, at: datetime) -> Plan:
    """The round's dates, and those that are proposed."""
    texts = Revision.objects.filter(report__round=round_).exists()
    begun = Report.objects.in_round(round_).filter(draft__isnull=False).order_by("task__code")
    drafts = list(begun.values_list("task__code", flat=True))
    return Plan(round_, at, providers.meeting_day(round_), working_days.calendar(), texts, drafts)


def led_otherwise(round_: Round, day: date) -> list[str]:
    """The tasks of a fixed roster whose lead on that day is not the one that the roster copied: they stay with the
    ministry that has them. Two queries; none for the round's own day."""
    if day == round_.as_of:
        return []
    leads = dict(Lead.objects.in_force(day).values_list("task", "ministry"))
    rows = Report.objects.in_round(round_).order_by("task__code").values_list("task__code", "task", "lead")
    return [code for code, task, lead in rows if leads.get(task) != lead]


@dataclass(frozen=True)
class Change:
    """One deed that changed dates, for the page: each date that became another one, before and after."""

    event: Event

    @property
    def is_opening(self) -> bool:
        return self.event.verb == "open_early"

    @property
    def reason(self) -> str:
        return str(self.event.data.get("reason", ""))

    @property
    def was(self) -> dict[str, date | datetime | None]:
        """What each date was that is another one since."""
        told = self.event.data
        if self.is_opening:
            return {"opens_at": _read(told["was"])}
        now = told["dates"]
        return {name: _read(told["was"][name]) for name in NAMES if told["was"][name] != now[name]}

    @property
    def now(self) -> dict[str, date | datetime | None]:
        """What these became."""
        told = self.event.data if self.is_opening else self.event.data["dates"]
        return {name: _read(told[name]) for name in self.was}


NAMES = ("as_of", "opens_at", "due_at", "freeze_at")


def _read(text: str | None) -> date | datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def changes(round_: Round) -> list[Change]:
    """What was changed of the round's dates, the latest first. One query."""
    rows = Event.objects.filter(stream__key=round_.stream_key, verb__in=("move_dates", "open_early"))
    return [Change(row) for row in rows.select_related("actor", "acting_for").order_by("-seq")]


def moved_meetings(rounds: Iterable[Round], *, at: datetime) -> dict[int, date]:
    """The new day of the meeting of each round (primary key) that has not followed it yet. One query for each round
    that can still move."""
    asked = [row for row in rounds if row.phase(at) is not Phase.FROZEN and row.planned_for is not None]
    days = {row.pk: providers.meeting_day(row) for row in asked}
    return {row.pk: day for row in asked if (day := days[row.pk]) is not None and day != row.planned_for}
