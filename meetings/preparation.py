"""The first page of a meeting: who is invited, what is missing before it, what was changed of it. Read-only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries import working_days
from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event
from tasks.permissions import can_see_board

from . import permissions, planning, standing
from .models import Attendance, Meeting, Stage
from .standing import Job
from .transitions import possible

CHANGES = ("plan_meeting", "change_meeting", "cancel_meeting", "recall_outcome")


@dataclass(frozen=True)
class Person:
    """One row of the attendance, with its ministry's name on the day of the meeting. `is_own`: the reader's."""

    row: Attendance
    name: MinistryName
    is_own: bool

    @property
    def is_named(self) -> bool:
        return bool(self.row.position_ko or self.row.position_en)


@dataclass(frozen=True)
class Difference:
    """One column that became another one."""

    column: str
    was: str | date | time | datetime | int | None
    now: str | date | time | datetime | int | None

    @property
    def label(self) -> str:
        return planning.names_of_columns([self.column])[0]

    @property
    def lang(self) -> str:
        """The language that its text is written in; empty for what is none."""
        if self.column == "chair" or self.column.endswith("_ko"):
            return "ko"
        return "en" if self.column.endswith("_en") else ""

    @property
    def kind(self) -> str:
        """How a page writes it: `day`, `moment`, `time` or `text`."""
        kinds = {"date": "day", "starts_at": "time", "papers_due_at": "moment", "agenda_closes_at": "moment"}
        return kinds.get(self.column, "text")


@dataclass(frozen=True)
class Change:
    """What one deed did. `who`: empty for those who are not told."""

    event: Event
    who: str

    @property
    def reason(self) -> str:
        return str(self.event.data.get("reason", ""))

    @property
    def differences(self) -> list[Difference]:
        """All but the video link, which is not for everybody: of that it says only that it is another one."""
        pairs = self.event.data.get("changed", {})
        names = [name.removesuffix("_id") for name in planning.COLUMNS if name != "video_link"]
        return [Difference(name, *map(_reader(name), pairs[name])) for name in names if name in pairs]

    @property
    def is_link_changed(self) -> bool:
        return "video_link" in self.event.data.get("changed", {})


def _reader(column: str) -> Any:
    """Reads a value of an event's JSON as what it was."""
    readers: dict[str, Any] = {
        "date": date.fromisoformat,
        "starts_at": time.fromisoformat,
        "papers_due_at": datetime.fromisoformat,
        "agenda_closes_at": datetime.fromisoformat,
    }
    return lambda value: readers[column](value) if column in readers and value else value


@dataclass(frozen=True)
class Preparation:
    """Everything that the first page shows beside agenda and decisions. `jobs`: what waits for the reader. `may`: the
    verbs that make sense for them now."""

    meeting: Meeting
    people: list[Person]
    jobs: list[Job]
    changes: list[Change]
    day_off: str
    may: frozenset[str]
    round_url: str
    has_to_follow: bool
    stand: str

    @property
    def own(self) -> list[Person]:
        return [person for person in self.people if person.is_own]

    @property
    def unnamed(self) -> int:
        return sum(not person.is_named for person in self.people)


def read(meeting: Meeting, *, user: User, at: datetime) -> Preparation:
    """The page's content. A constant number of queries."""
    today = timezone.localdate(at)
    names = Directory(meeting.date or today)
    rows = Attendance.objects.filter(meeting=meeting).select_related("ministry")
    people = [Person(row, names[row.ministry_id], row.ministry_id in user.standing.ministries) for row in rows]
    runs = permissions.can_run_meetings(user)
    return Preparation(
        meeting,
        people,
        _jobs(meeting, people, user, at),
        list(_changes(meeting, runs or user.standing.is_reader)),
        _day_off(meeting, today) if runs else "",
        _may(meeting, people, user, at),
        _round_url(meeting, user),
        runs and standing.has_to_follow(meeting),
        standing.stand_of(meeting, today),
    )


def _day_off(meeting: Meeting, today: date) -> str:
    """Why nobody works on its day; empty where somebody does, and once it is over or called off."""
    if meeting.date is None or meeting.date < today or meeting.cancelled_at is not None:
        return ""
    return working_days.calendar().day_off(meeting.date)


def _may(meeting: Meeting, people: list[Person], user: User, at: datetime) -> frozenset[str]:
    office = [verb for verb in ("change_meeting", "invite") if possible(verb, meeting, by=user, at=at)]
    mine = [row.row.ministry_id for row in people if row.is_own and row.row.is_present is None]
    may = any(possible("name_delegate", meeting, by=user, at=at, ministry=pk) for pk in mine)
    return frozenset([*office, *(["name_delegate"] if may else [])])


def _jobs(meeting: Meeting, people: list[Person], user: User, at: datetime) -> list[Job]:
    """What waits for the reader. That their own delegate is not named stands with their ministry's part."""
    found = standing.jobs_of([meeting], user, at=at).get(meeting.pk, [])
    rest = [job for job in found if not job.is_delegate]
    return rest + _more_jobs(meeting, people, permissions.can_run_meetings(user), timezone.localdate(at))


def _more_jobs(meeting: Meeting, people: list[Person], runs: bool, today: date) -> list[Job]:
    """What the office lacks besides: nobody invited, no agenda, a round that is not frozen."""
    if not runs or meeting.stage is not Stage.PREPARING or standing.is_past(meeting, today):
        return []
    jobs = []
    if not people:
        jobs.append(Job(_("Invite the ministries"), reverse("invite_ministries", args=[meeting.no])))
    if not meeting.items.exists():
        jobs.append(Job(_("No agenda yet"), "#agenda"))
    if meeting.round is not None and meeting.round.frozen_at is None and meeting.round.prepared_at is not None:
        text = _("Round %(no)d is not frozen yet") % {"no": meeting.round.no}
        jobs.append(Job(text, reverse("freeze_round", args=[meeting.round.no])))
    elif meeting.round is not None and meeting.round.prepared_at is None:
        text = _("The roster of round %(no)d is not fixed yet") % {"no": meeting.round.no}
        jobs.append(Job(text, reverse("prepare_round", args=[meeting.round.no])))
    return jobs


def _changes(meeting: Meeting, names_people: bool) -> Iterator[Change]:
    """The latest first. Who did it, the office and its readers are told, as of every record. One query."""
    rows = Event.objects.filter(stream__key=meeting.stream_key, verb__in=CHANGES)
    for event in rows.select_related("actor", "acting_for").order_by("-seq"):
        yield Change(event, event.who if names_people else "")


def _round_url(meeting: Meeting, user: User) -> str:
    """Where the reader sees the round that is collected for it."""
    if meeting.round is None:
        return ""
    if meeting.round.frozen_at is not None:
        return reverse("show_round", args=[meeting.round.no])
    if can_see_board(user) and meeting.round.prepared_at is not None:
        return reverse("show_board")
    return reverse("list_rounds")
