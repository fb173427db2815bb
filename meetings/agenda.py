"""The agenda as one person may see it: the items in their order, with tasks, figures, papers and times. Read-only."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User
from tasks.models import Candidate, CandidateKind, CandidateState, Light, Verdict
from tasks.permissions import can_see_frozen
from tasks.tiles import Since, Tile, Viewer, read_tiles
from tfportal.language import pick

from . import permissions
from .decisions import day_of
from .figures import figure_in_words, sources
from .item_opinions import NO_OPINIONS, ItemOpinions
from .item_opinions import of_items as opinions_of_items
from .item_versions import ItemVersion, of_items
from .models import AgendaCandidate, AgendaItem, AgendaTask, Figure, Meeting, Paper
from .planning import OFFICE
from .reasons import Reason, board_is_frozen, of_plain

TROUBLE = (Light.REVIEW_NEEDED, Light.ATTENTION)  # the dearest first


@dataclass(frozen=True)
class ItemTask:
    """One task of an item. `tile`: as the board of the meeting's round shows it to this person; None where the task is
    on no roster of it."""

    task_id: int
    code: str
    title: str
    lead: MinistryName | None
    tile: Tile | None

    @property
    def light(self) -> Light | None:
        return self.tile.light if self.tile else None

    @property
    def was(self) -> bool:
        """Whether the light is last round's."""
        return self.tile is not None and self.tile.was

    @property
    def is_moved(self) -> bool:
        return self.tile is not None and Since.MOVED in self.tile.since


@dataclass(frozen=True)
class ItemCandidate:
    """One candidate of an item. Whoever may read the item may read what the candidate says, there and nowhere else: a
    meeting cannot discuss what it does not know. `may_open`: its own page, too, with who wrote it and what went to and
    fro with the office. `verdict`: what this meeting decided on it."""

    row: Candidate
    name: MinistryName
    may_open: bool
    verdict: Verdict | None

    @property
    def is_standing(self) -> bool:
        """Whether its text is for the meeting: what its ministry took back is not discussed any more."""
        return self.row.state != CandidateState.WITHDRAWN

    @property
    def lacks_english(self) -> bool:
        """Whether it becomes a task only once somebody gives it an English title."""
        waits = self.row.state in (CandidateState.SUBMITTED, CandidateState.ASKED_BACK)
        return waits and self.row.kind == CandidateKind.NEW and not self.row.title_en


@dataclass(frozen=True)
class Told:
    """One figure in words, with what it comes from."""

    figure: Figure

    @property
    def words(self) -> str:
        return figure_in_words(self.figure)

    @property
    def sources(self) -> list[str]:
        return sources(self.figure)

    @property
    def is_seen(self) -> bool:
        """Whether somebody saw it in its source."""
        return self.figure.verified == Figure.Verified.SEEN


@dataclass(frozen=True)
class Entry:
    """One item. `presenter` is None where the office itself presents it; `begins` where no hour is known, or an item
    before it has no length. `papers`: the newest of each ministry that the person may see. Told to the office alone:
    `is_uninvited`, whether its presenter is not invited and so does not see it; `uninvited`, who proposed one of its
    candidates and is not invited either."""

    item: AgendaItem
    presenter: MinistryName | None
    begins: time | None
    tasks: list[ItemTask]
    figures: list[Told]
    papers: list[Paper]
    is_uninvited: bool = False
    candidates: list["ItemCandidate"] = field(default_factory=list)
    uninvited: list[MinistryName] = field(default_factory=list)
    versions: list[ItemVersion] = field(default_factory=list)
    opinions: ItemOpinions = NO_OPINIONS

    @property
    def no(self) -> int:
        return self.item.order

    @property
    def title(self) -> str:
        return self.item.title

    @property
    def reason(self) -> Reason | None:
        """Why it was suggested; None where the office thought of it itself."""
        return of_plain(self.item.reason)

    @cached_property
    def lights(self) -> list[tuple[Light, int]]:
        """How many of its tasks are in trouble, by their light."""
        counted = Counter(row.light for row in self.tasks)
        return [(light, counted[light]) for light in TROUBLE if counted[light]]

    @property
    def moved(self) -> int:
        """How many of its tasks moved a date."""
        return sum(row.is_moved for row in self.tasks)


@dataclass(frozen=True)
class Agenda:
    """What a person may see of a meeting's agenda. `runs`: whether they are the office. `sees_reasons`: whether they
    may see why an item was suggested, which tells the lights of all."""

    meeting: Meeting
    entries: list[Entry]
    names: Directory
    runs: bool
    sees_reasons: bool
    is_closed: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out: it was shown, or the reader is the office."""
        return self.runs or self.meeting.shown_at is not None

    @property
    def order(self) -> str:
        """The order as the page shows it, to be sent back with a change of it."""
        return ",".join(str(entry.item.pk) for entry in self.entries)

    def entry(self, pk: int) -> Entry | None:
        return next((entry for entry in self.entries if entry.item.pk == pk), None)


def read(meeting: Meeting, *, user: User, at: datetime, only: int | None = None) -> Agenda:
    """The agenda, or one item of it (`only`: its primary key). A constant number of queries, however many items."""
    of_meeting = AgendaItem.objects.filter(meeting=meeting)
    begins = begins_of(meeting, of_meeting.order_by("order", "pk").values_list("pk", "minutes"))
    seen = of_meeting.visible_to(user)
    items = _with_parts(seen if only is None else seen.filter(pk=only), user)
    names = Directory(day_of(meeting))
    tiles = _tiles(meeting, items, names, user=user, at=at)
    versions = of_items(items, user, timezone.localdate(at))
    opinions = opinions_of_items(items, user)
    runs = permissions.can_run_meetings(user)
    invited = set(meeting.attendances.values_list("ministry", flat=True)) if runs else None
    candidates = {item.pk: candidates_of(item, names, meeting) for item in items}
    entries = [
        Entry(
            item,
            names[item.presenter_id] if item.presenter_id else None,
            begins[item.pk],
            [_task(row, tiles.get(row.task_id), names) for row in item.of_tasks.all()],
            [Told(figure) for figure in item.figures.all()],
            list(item.papers.all()),
            invited is not None and item.presenter_id is not None and item.presenter_id not in invited,
            candidates[item.pk],
            [] if invited is None else names.named(proposers(candidates[item.pk]) - invited),
            versions.get(item.pk, []),
            opinions.get(item.pk, NO_OPINIONS),
        )
        for item in items
    ]
    sees_reasons = runs or (board_is_frozen(meeting) and can_see_frozen(user))
    return Agenda(meeting, entries, names, runs, sees_reasons, meeting.agenda_is_closed(at))


def _with_parts(items: Iterable[AgendaItem], user: User) -> list[AgendaItem]:
    parts = (
        Prefetch("of_tasks", AgendaTask.objects.select_related("task").order_by("task__code")),
        Prefetch("figures", Figure.objects.order_by("order", "pk")),
        Prefetch("papers", Paper.objects.visible_to(user).current().select_related("by", "acting_for")),
        candidates_seen(user),
    )
    return list(items.prefetch_related(*parts).order_by("order", "pk"))  # type: ignore[attr-defined]


def candidates_seen(user: User) -> "Prefetch[str, QuerySet[AgendaCandidate], str]":
    """The candidates of items, for whoever may read these: with what they say, their verdicts, and whether the person
    may open their pages. Two queries."""
    theirs = Candidate.objects.visible_to(user).filter(pk=OuterRef("candidate"))
    rows = AgendaCandidate.objects.annotate(may_open=Exists(theirs))
    rows = rows.select_related("candidate__call", "candidate__ministry", "candidate__sector", "candidate__supplements")
    rows = rows.prefetch_related(Prefetch("candidate__verdicts", Verdict.objects.select_related("task").order_by("pk")))
    return Prefetch("of_candidates", rows.order_by("candidate__call__no", "candidate__no"))


def candidates_of(item: AgendaItem, names: Directory, meeting: Meeting) -> list[ItemCandidate]:
    """What was read of them, with the ministries that proposed them."""
    rows: Any = item.of_candidates.all()
    return [
        ItemCandidate(row.candidate, names[row.candidate.ministry_id], row.may_open, _decided(row.candidate, meeting))
        for row in rows
    ]


def _decided(row: Candidate, meeting: Meeting) -> Verdict | None:
    """What this meeting decided on it, if that stands: what was asked back of its ministry is no decision."""
    last = next(iter(reversed(row.verdicts.all())), None)
    is_of_this = last is not None and last.meeting_no == meeting.no and CandidateState(row.state).is_decided
    return last if is_of_this else None


def proposers(candidates: Iterable[ItemCandidate]) -> set[int]:
    """The ministries (primary keys) that are to be there because their candidates are spoken of; the office always
    is."""
    standing = [one.row.ministry for one in candidates if one.is_standing]
    return {ministry.pk for ministry in standing if ministry.code != OFFICE}


def _tiles(
    meeting: Meeting, items: list[AgendaItem], names: Directory, *, user: User, at: datetime
) -> Mapping[int, Tile]:
    """The tiles of the meeting's round by task, where any item is about a task: the same that the board draws."""
    round_ = meeting.round
    if round_ is None or round_.prepared_at is None or not any(item.of_tasks.all() for item in items):
        return {}
    viewer = Viewer(user, at, closed=round_.frozen_at is not None)
    return {tile.task_id: tile for tile in read_tiles(round_, viewer, names)}


def _task(row: AgendaTask, tile: Tile | None, names: Directory) -> ItemTask:
    task = row.task
    title = tile.title if tile else pick(task.title_ko, task.title_en)
    lead = names[tile.ministry_id] if tile else None
    return ItemTask(task.pk, task.code, title, lead, tile)


def begins_of(meeting: Meeting, lengths: Iterable[tuple[int, int | None]]) -> dict[int, time | None]:
    """When each item begins: those before it are added up, also those that the reader does not see."""
    found: dict[int, time | None] = {}
    starts = meeting.starts_at
    now = starts.hour * 60 + starts.minute if starts else None
    for pk, minutes in lengths:
        found[pk] = None if now is None else time(now // 60 % 24, now % 60)
        now = now + minutes if now is not None and minutes else None
    return found
