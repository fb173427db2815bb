"""제출 독려, after it was sent: every reminder of a round, by the ladder, by hand and before its freeze, with how far
each of its mails is. Read-only; that is asked of the outbox, and nowhere noted twice.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy, pgettext_lazy

from ministries.directory import Directory
from ministries.models import MinistryName, User
from outbox import reading
from outbox.models import Delivery, Notice, Problem, Purpose
from outbox.reading import Line
from records.models import Event

from . import freeze_warnings
from .models import Reminder, Round

PURPOSES = (Purpose.REMINDER, Purpose.FREEZE_WARNING)
EVERY = "all"  # as a run: the whole round


class Outcome(TextChoices):
    """Whether somebody was reached, as the office asks it."""

    REACHED = "sent", pgettext_lazy("reminder", "Reached")
    UNDER_WAY = "under_way", pgettext_lazy("reminder", "On its way")
    FAILED = "failed", pgettext_lazy("reminder", "Not reached")
    NO_CONTACT = "no_contact", gettext_lazy("No contact")


@dataclass(frozen=True)
class Told:
    """One mail of one reminder."""

    reminder: Reminder
    name: MinistryName
    line: Line

    @property
    def run(self) -> str:
        return run_of(self.reminder)

    @property
    def outcome(self) -> Outcome:
        notice = self.line.notice
        if notice.state is Delivery.SENT:
            return Outcome.REACHED
        if notice.problem == Problem.NO_ADDRESS or (notice.email is None and not self.line.address):
            return Outcome.NO_CONTACT
        return Outcome.UNDER_WAY if notice.state in (Delivery.OWED, Delivery.QUEUED) else Outcome.FAILED


def run_of(reminder: Reminder) -> str:
    """What was sent together has one name, in addresses: its moment, in microseconds of the epoch."""
    return str(int(reminder.at.timestamp()) * 1_000_000 + reminder.at.microsecond)


@dataclass(frozen=True)
class Number:
    """A number with the address of its list."""

    outcome: Outcome | None
    label: str
    count: int
    query: str


@dataclass(frozen=True)
class Run:
    """What was sent at one moment: one step of the ladder, or what somebody of the office sent by hand."""

    name: str
    reminders: list[Reminder]
    counts: Counter[Outcome]
    left_out: list[str]

    @property
    def first(self) -> Reminder:
        return self.reminders[0]

    @property
    def steps(self) -> list[str]:
        """One as a rule; more where ministries with another due time stood elsewhere on the ladder."""
        return list(dict.fromkeys(row.how for row in self.reminders))

    @property
    def numbers(self) -> list[Number]:
        return [Number(o, str(o.label), self.counts[o], f"?run={self.name}&state={o.value}") for o in Outcome]


@dataclass(frozen=True)
class Reminded:
    """The reminders of a round, narrowed to what an address asks for."""

    round: Round
    names: Directory
    mails: list[Told] = field(repr=False)  # the newest first
    left_out: Mapping[datetime, list[str]] = field(repr=False)
    asked_run: str = ""
    ministry: str = ""
    state: str = ""

    @cached_property
    def runs(self) -> list[Run]:
        """The newest first."""
        found: dict[str, list[Told]] = {}
        for told in self.mails:
            found.setdefault(told.run, []).append(told)
        return [self._run(name, rows) for name, rows in found.items()]

    def _run(self, name: str, rows: list[Told]) -> Run:
        reminders = list({told.reminder.pk: told.reminder for told in rows}.values())
        codes = self.names.by_code()
        names = [self.names[codes[code].pk].abbr for code in self.left_out.get(reminders[0].at, ()) if code in codes]
        return Run(name, reminders, Counter(told.outcome for told in rows), names)

    @property
    def run(self) -> Run | None:
        """The one that is shown: what is asked for, the newest where nothing is."""
        asked = next((run for run in self.runs if run.name == self.asked_run), None)
        narrowed = self.asked_run or self.ministry or self.state
        return asked or (self.runs[0] if self.runs and not narrowed else None)

    @cached_property
    def _of_place(self) -> list[Told]:
        run, code = self.run, self.ministry
        rows = [told for told in self.mails if run is None or told.run == run.name]
        return [told for told in rows if not code or told.name.ministry.code == code]

    @property
    def found(self) -> list[Told]:
        return [told for told in self._of_place if not self.state or told.outcome == self.state]

    @property
    def numbers(self) -> list[Number]:
        """All of the place that is shown, and those of each outcome."""
        place = f"?run={self.run.name if self.run else EVERY}" + (f"&ministry={self.ministry}" if self.ministry else "")
        counts = Counter(told.outcome for told in self._of_place)
        every = Number(None, str(gettext_lazy("Mails")), len(self._of_place), place)
        return [every, *(Number(o, str(o.label), counts[o], f"{place}&state={o.value}") for o in Outcome)]

    @property
    def is_under_way(self) -> bool:
        """Whether what is shown will say something else in a moment."""
        return any(told.outcome is Outcome.UNDER_WAY for told in self._of_place)

    @property
    def unreached(self) -> list[Told]:
        return [told for told in self._of_place if told.outcome is Outcome.NO_CONTACT]


def _mails_of(reminder: Reminder) -> str:
    """What the mails of a reminder are known by, in the outbox."""
    if reminder.step != Reminder.Step.FREEZE:
        return reminder.about
    return f"{freeze_warnings.about(reminder.round, reminder.due_at)}/{reminder.ministry_id}"


def _named(notice: Notice) -> str:
    is_warning = notice.purpose == Purpose.FREEZE_WARNING
    return f"{notice.about}/{notice.ministry_id}" if is_warning else notice.about


def read(round_: Round, query: Mapping[str, str], *, user: User) -> Reminded:
    """Every reminder of the round of which a mail was owed. A constant number of queries.

    A warning of the freeze goes to a person once, of all their ministries: it stands at the one that the mail names.
    """
    names = Directory(round_.as_of)
    rows = Reminder.objects.filter(round=round_, mails__gt=0).select_related("round", "ministry", "by", "acting_for")
    reminders = {_mails_of(row): row for row in rows.order_by("-at", "ministry__order", "ministry__code")}
    of_round = Notice.objects.filter(purpose__in=PURPOSES, about__startswith=f"{round_.stream_key}/")
    lines: dict[str, list[Line]] = {}
    for line in reading.lines(of_round.for_page().order_by("pk"), user=user):
        lines.setdefault(_named(line.notice), []).append(line)
    mails = [
        Told(row, names[row.ministry_id], line)
        for about, row in reminders.items()
        for line in lines.get(about, ())
    ]  # fmt: skip
    events = Event.objects.filter(stream__key=round_.stream_key, verb="remind").values_list("at", "data__left_out")
    asked = {name: query.get(name, "") for name in ("run", "ministry", "state")}
    ministry = asked["ministry"] if asked["ministry"] in names.by_code() else ""
    state = asked["state"] if asked["state"] in Outcome.values else ""
    return Reminded(round_, names, mails, dict(events), asked["run"], ministry, state)
