"""개시 점검표: what has to be in place before a round is prepared, and what still is not afterwards. Read-only.

What *blocks* keeps the roster from being fixed; what *warns* does not, and says what to do and where.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ministries.directory import Directory
from ministries.models import Ministry, Role
from tfportal import dates as words

from . import moving, recipients
from .models import Phase, Report, Round
from .rounds import Roster, follows_frozen


class Weight(models.TextChoices):
    """What a line of the checklist means for the preparation."""

    BLOCKS = "blocks", gettext_lazy("Blocks")
    WARNS = "warns", gettext_lazy("Warning")
    FINE = "fine", gettext_lazy("In order")


@dataclass(frozen=True)
class Link:
    """Where to do something about a line."""

    address: str
    label: str


@dataclass(frozen=True)
class Named:
    """A task or a ministry that a line is about; `address`: the page that shows what is wrong with it."""

    label: str
    address: str = ""


@dataclass(frozen=True)
class Line:
    """One question of the checklist. `named`: the tasks or ministries that it is about."""

    weight: Weight
    what: str
    do: str = ""
    named: list["Named"] = field(default_factory=list)
    link: Link | None = None


@dataclass(frozen=True)
class Checklist:
    """The lines, what blocks first."""

    lines: list[Line]

    def _of(self, weight: Weight) -> list[Line]:
        return [line for line in self.lines if line.weight is weight]

    @property
    def blocking(self) -> list[Line]:
        return self._of(Weight.BLOCKS)

    @property
    def warning(self) -> list[Line]:
        return self._of(Weight.WARNS)

    @property
    def fine(self) -> list[Line]:
        return self._of(Weight.FINE)

    @property
    def ordered(self) -> list[Line]:
        return [*self.blocking, *self.warning, *self.fine]


def check(round_: Round, roster: Roster | None, *, at: datetime) -> Checklist:
    """The checklist as of now. `roster`: what would be fixed; None once it is."""
    plan = moving.plan(round_, at=at)
    before = [_previous(round_), *([_leads(roster)] if roster else [])]
    ministries = _ministries(round_, roster)
    day = timezone.localdate(max(at, round_.opens_at))
    return Checklist(
        [
            *before,
            *_people(round_, ministries, day),
            *_days_off(plan),
            *_order(plan),
            _meeting(plan),
            _freeze(plan),
        ]
    )


def _previous(round_: Round) -> Line:
    if round_.previous is None:
        return Line(Weight.FINE, _("This is the first round: there is none before it."))
    no = round_.previous.no
    if follows_frozen(round_):
        return Line(Weight.FINE, _("Round %(no)d is frozen: baselines come from it.") % {"no": no})
    where = "freeze_round" if round_.previous.prepared_at else "prepare_round"
    link = Link(reverse(where, args=[no]), _("Freeze round %(no)d") % {"no": no})
    return Line(
        Weight.BLOCKS,
        _("Round %(no)d is not frozen yet.") % {"no": no},
        _("The roster can be fixed once the round before is frozen."),
        link=link if round_.previous.prepared_at else Link(reverse(where, args=[no]), _("Prepare it first")),
    )


def _leads(roster: Roster) -> Line:
    if not roster.tasks:
        do = _("Tasks are entered in the administration, with the round from which they report.")
        return Line(Weight.BLOCKS, _("There is no task to report in this round."), do)
    if roster.unled:
        return Line(
            Weight.BLOCKS,
            _("Tasks without a leading ministry on the as-of date"),
            _("Tasks without a leading ministry cannot be put on a roster. An administrator has to enter it first."),
            [Named(task.code) for task in roster.unled],
            Link("#unled", _("Show them")),
        )
    return Line(Weight.FINE, _("Every task has a leading ministry on the as-of date."))


def _ministries(round_: Round, roster: Roster | None) -> list[Ministry]:
    """Those that lead a task, in their order."""
    if roster is not None:
        return [part.name.ministry for part in roster.parts]
    leads = Report.objects.in_round(round_).order_by().values("lead")
    return list(Ministry.objects.filter(pk__in=leads).order_by("order", "code"))


def _people(round_: Round, ministries: list[Ministry], day: date) -> Iterator[Line]:
    names = Directory(round_.as_of)
    served = set(Ministry.objects.with_officer(day).values_list("pk", flat=True))
    without = [row for row in ministries if row.pk not in served]
    told = {"day": words.day(day)}
    if without:
        yield Line(
            Weight.WARNS,
            _("Ministries without an officer on %(day)s") % told,
            _("Nobody can report for them. An administrator enters their officers."),
            _named(names, without),
        )
    else:
        yield Line(Weight.FINE, _("Every ministry has an officer on %(day)s.") % told)
    signing = [row for row in ministries if row.sign_off]
    at = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    approvers = recipients.posted([Role.APPROVER], [row.pk for row in signing], at=at)
    without = [row for row in signing if not approvers[row.pk]]
    if without:
        unreached = [row for row in without if not row.fallback_email]
        do = _("Nobody can sign off there. An administrator enters an approver, or switches sign-off off.")
        if unreached:
            text = _("No fall-back contact either, so that no mail arrives: %(names)s.")
            do += " " + text % {"names": ", ".join(names[row.pk].abbr for row in unreached)}
        yield Line(Weight.WARNS, _("Ministries with sign-off, but without an approver"), do, _named(names, without))
    elif signing:
        yield Line(Weight.FINE, _("Every ministry with sign-off has an approver."))


def _named(names: Directory, ministries: list[Ministry]) -> list[Named]:
    return [Named(names[row.pk].abbr, reverse("show_ministry", args=[row.code])) for row in ministries]


def _days_off(plan: moving.Plan) -> Iterator[Line]:
    """Each date on which nobody works, with the nearest working day."""
    round_, calendar, found = plan.round, plan.calendar, False
    days: list[tuple[str, date | None]] = [
        (_("As of"), round_.as_of),
        (pgettext("round", "Opens"), timezone.localdate(round_.opens_at)),
        (_("Due"), timezone.localdate(round_.due_at)),
        (_("Planned freeze"), timezone.localdate(round_.freeze_at) if round_.freeze_at else None),
        (_("Meeting"), plan.meeting),
    ]
    for label, day in days:
        if day is None or not (why := calendar.day_off(day)):
            continue
        found = True
        told: dict[str, Any] = {"what": label, "day": words.day(day), "why": why}
        what = _("%(what)s: nobody works on %(day)s (%(why)s)") % told
        if (label == _("As of") and plan.keeps_as_of) or (label == pgettext("round", "Opens") and plan.is_opened):
            yield Line(Weight.FINE, what, _("This has passed, and stays as it is."))  # no advice that nobody can take
            continue
        nearest = words.day(calendar.nearest(day))
        is_meeting = day == plan.meeting and label == _("Meeting")
        text = (
            _("The nearest working day is %(day)s. The meeting is moved in the administration.")
            if is_meeting
            else _("The nearest working day is %(day)s.")
        )
        yield Line(Weight.WARNS, what, text % {"day": nearest}, link=None if is_meeting else _dates(round_))
    if not found:
        yield Line(Weight.FINE, _("All dates are working days."))


def _order(plan: moving.Plan) -> Iterator[Line]:
    round_, meeting = plan.round, plan.meeting
    due_on = timezone.localdate(round_.due_at)
    if round_.as_of > due_on:
        what = _("The as-of date lies after the due time.")
        yield Line(Weight.WARNS, what, _("Nobody can report of days that have not come yet."), link=_dates(round_))
    if meeting is not None and due_on >= meeting:
        what = _("The round is due on the day of the meeting or after it.")
        do = _("The book is made of what was reported before the meeting.")
        yield Line(Weight.WARNS, what, do, link=_dates(round_))


def _meeting(plan: moving.Plan) -> Line:
    round_ = plan.round
    if plan.meeting is None:
        do = _("An administrator enters the meeting’s date. Until then no date can be proposed from it.")
        return Line(Weight.WARNS, _("No meeting with a date is bound to the round."), do)
    told = {"day": words.day(plan.meeting)}
    if plan.has_moved:
        do = _("New dates are proposed. They take effect when you confirm them.")
        return Line(Weight.WARNS, _("The meeting moved to %(day)s.") % told, do, link=_dates(round_))
    return Line(Weight.FINE, _("The meeting is on %(day)s.") % told)


def _freeze(plan: moving.Plan) -> Line:
    round_ = plan.round
    if round_.freeze_at is None:
        do = _("Without it nobody is warned a day ahead of what is missing.")
        return Line(Weight.WARNS, _("No time is planned for the freeze."), do, link=_dates(round_))
    if plan.meeting is not None and timezone.localdate(round_.freeze_at) >= plan.meeting:
        what = _("The freeze is planned for the day of the meeting or after it.")
        return Line(Weight.WARNS, what, _("The book is made of the frozen record."), link=_dates(round_))
    return Line(Weight.FINE, _("The freeze is planned for %(when)s.") % {"when": words.moment(round_.freeze_at)})


def _dates(round_: Round) -> Link:
    return Link(reverse("move_dates", args=[round_.no]), _("Change the dates"))


def is_readable(round_: Round, *, at: datetime) -> bool:
    """Whether the checklist still says anything: until the freeze."""
    return round_.phase(at) is not Phase.FROZEN
