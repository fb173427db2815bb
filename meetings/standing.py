"""Where a meeting stands in words, and what about it waits for one person. Read-only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ministries.directory import Directory
from ministries.models import User

from . import permissions, waiting
from .models import AgendaItem, Attendance, Decision, Meeting, Paper, Stage

LOOKS = {Stage.CONFIRMED: "st-ok", Stage.CIRCULATED: "st-sent", Stage.CANCELLED: "st-none", Stage.PREPARING: "st-draft"}


@dataclass(frozen=True)
class Job:
    """Something that waits, and where it is done. `ministry`: whose it is, where the reader works for several.
    `is_delegate`: that somebody is named."""

    text: str
    url: str
    ministry: str = ""
    is_delegate: bool = False


@dataclass(frozen=True)
class Row:
    """One meeting of the list."""

    meeting: Meeting
    today: date
    items: int
    decisions: int
    jobs: list[Job] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether its day has passed, and it was not called off."""
        return is_past(self.meeting, self.today)

    @property
    def lies_ahead(self) -> bool:
        """Until its outcome is confirmed or its day has passed; a cancelled one until the day that it had."""
        meeting = self.meeting
        if meeting.stage is Stage.CANCELLED:
            return meeting.date is not None and meeting.date >= self.today
        return meeting.stage is not Stage.CONFIRMED and not self.is_held

    @property
    def stand(self) -> str:
        return stand_of(self.meeting, self.today)

    @property
    def look(self) -> str:
        return "st-wait" if self.is_held and self.meeting.stage is Stage.PREPARING else LOOKS[self.meeting.stage]


def is_past(meeting: Meeting, today: date) -> bool:
    return meeting.cancelled_at is None and meeting.date is not None and meeting.date < today


def stand_of(meeting: Meeting, today: date) -> str:
    """Its stage in words; "held" where its day has passed and no outcome was circulated yet."""
    if meeting.stage is Stage.PREPARING and is_past(meeting, today):
        return pgettext("meeting", "Held")
    return str(meeting.stage.label)


@dataclass(frozen=True)
class Listing:
    """The meetings of one person: those that lie ahead, the next one first, and those that are over, the latest
    first."""

    upcoming: list[Row]
    past: list[Row]
    open_decisions: int = 0

    @property
    def past_asks(self) -> bool:
        """Whether something waits for the person in a meeting that is over."""
        return any(row.jobs for row in self.past)


def listing(user: User, *, at: datetime) -> Listing:
    """Every meeting that the person may see. The same number of queries for however many there are."""
    today = timezone.localdate(at)
    meetings = list(Meeting.objects.visible_to(user).select_related("round"))
    jobs, items, decisions = jobs_of(meetings, user, at=at), _items(meetings, user), _decisions(meetings, user)
    rows = [
        Row(meeting, today, items.get(meeting.pk, 0), decisions.get(meeting.pk, 0), jobs.get(meeting.pk, []))
        for meeting in meetings
    ]
    ahead = [row for row in rows if row.lies_ahead]
    over = [row for row in rows if row not in ahead]
    return Listing(
        sorted(ahead, key=lambda row: (row.meeting.date or date.max, row.meeting.no)),
        sorted(over, key=lambda row: (row.meeting.date or date.min, row.meeting.no), reverse=True),
        Decision.objects.visible_to(user).open().count(),
    )


def _items(meetings: Sequence[Meeting], user: User) -> dict[int, int]:
    rows = AgendaItem.objects.visible_to(user).filter(meeting__in=meetings).order_by()
    return dict(rows.values_list("meeting").annotate(number=Count("pk", distinct=True)))


def _decisions(meetings: Sequence[Meeting], user: User) -> dict[int, int]:
    rows = Decision.objects.visible_to(user).standing().filter(meeting__in=meetings).order_by()
    return dict(rows.values_list("meeting").annotate(number=Count("pk", distinct=True)))


def jobs_of(meetings: Sequence[Meeting], user: User, *, at: datetime) -> dict[int, list[Job]]:
    """What waits for the person before each meeting (primary key): of its ministries, else of the office; of meetings
    that are over what their outcomes ask of its ministries."""
    today = timezone.localdate(at)
    open_ones = [row for row in meetings if row.stage is Stage.PREPARING and not is_past(row, today)]
    found: dict[int, list[Job]] = {}
    for row in open_ones:
        found[row.pk] = _office(row) if permissions.can_run_meetings(user) else []
    for pk, job in _outcomes(meetings, user, at):
        found.setdefault(pk, []).append(job)
    if not open_ones:
        return found
    if permissions.can_run_meetings(user):
        for pk, job in _unnamed(open_ones):
            found[pk].append(job)
    if user.standing.ministries:
        for pk, job in (*_delegates(open_ones, user, today), *_papers(open_ones, user, today)):
            found[pk].append(job)
    return found


def _office(meeting: Meeting) -> list[Job]:
    """What is not planned yet, and dates that have not followed."""
    change = reverse("change_meeting", args=[meeting.no])
    jobs = []
    if meeting.date is None:
        jobs.append(Job(_("Fix the day"), f"{change}#date"))
    if meeting.round is None:
        jobs.append(Job(_("Choose the round that is collected for it"), f"{change}#round"))
    elif has_to_follow(meeting):
        text = _("Move the dates of round %(no)d along") % {"no": meeting.round.no}
        jobs.append(Job(text, reverse("move_dates", args=[meeting.round.no])))
    return jobs


def has_to_follow(meeting: Meeting) -> bool:
    """Whether the dates of its round were made for another day than the one it has now."""
    round_ = meeting.round
    if round_ is None or round_.frozen_at is not None or round_.planned_for is None or meeting.date is None:
        return False
    return round_.planned_for != meeting.date


def _unnamed(meetings: Sequence[Meeting]) -> list[tuple[int, Job]]:
    unmarked = Attendance.objects.filter(meeting__in=meetings, is_present__isnull=True)  # who was there needs no naming
    rows = unmarked.filter(position_ko="", position_en="").order_by()
    by_pk = {row.pk: row for row in meetings}
    numbers: dict[int, int] = dict(rows.values_list("meeting").annotate(number=Count("pk")))
    said = [(pk, n, reverse("show_meeting", args=[by_pk[pk].no]) + "#people") for pk, n in numbers.items()]
    return [
        (pk, Job(ngettext("%(n)d delegate not named", "%(n)d delegates not named", n) % {"n": n}, url))
        for pk, n, url in said
    ]


def _delegates(meetings: Sequence[Meeting], user: User, today: date) -> list[tuple[int, Job]]:
    """The delegates that the person's own ministries have not named."""
    rows = Attendance.objects.of(user).filter(meeting__in=meetings, position_ko="", position_en="", is_present=None)
    by_pk = {row.pk: row for row in meetings}
    several, names = len(user.standing.ministries) > 1, Directory(today)
    jobs = []
    for row in rows.select_related("ministry"):
        url = f"{reverse('name_delegate', args=[by_pk[row.meeting_id].no])}?ministry={row.ministry.code}"
        whose = names[row.ministry_id].abbr if several else ""
        jobs.append((row.meeting_id, Job(_("Name your delegate"), url, whose, is_delegate=True)))
    return jobs


def _outcomes(meetings: Sequence[Meeting], user: User, at: datetime) -> list[tuple[int, Job]]:
    """What the outcomes of the meetings ask of the person's own ministries, and of the office."""
    if not meetings:
        return []
    known = {row.pk for row in meetings}
    several, names = len(user.standing.ministries) > 1, Directory(timezone.localdate(at))
    return [
        (row.meeting, Job(row.text, row.url, names[row.ministry].abbr if several and row.ministry else ""))
        for row in waiting.of_user(user, at=at)
        if row.meeting in known and row.kind is not waiting.Kind.DELEGATE  # `_delegates` knows undated ones too
    ]


def _papers(meetings: Sequence[Meeting], user: User, today: date) -> list[tuple[int, Job]]:
    """The items that the person's own ministries present, and have no paper for yet."""
    there = Paper.objects.filter(item=OuterRef("pk"), ministry=OuterRef("presenter"))
    own = user.standing.ministries
    rows = AgendaItem.objects.visible_to(user).filter(~Exists(there), meeting__in=meetings, presenter__in=own)
    by_pk = {row.pk: row for row in meetings}
    several, names = len(own) > 1, Directory(today)
    jobs = []
    for row in rows:
        meeting = by_pk[row.meeting_id]
        whose = names[row.presenter_id].abbr if several and row.presenter_id else ""
        text = _("Hand in the paper for item %(no)d") % {"no": row.order}
        jobs.append((meeting.pk, Job(text, reverse("show_item", args=[meeting.no, row.pk]) + "#papers", whose)))
    return jobs
