"""The workspace at the meeting: the agenda, the item that is spoken of, who is there, what was decided. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from django.db.models import Count, Prefetch, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event, Stream
from tasks.models import Candidate, CandidateState, Light, Task
from tasks.selecting import Filters, select
from tasks.tiles import Since, Tile, Viewer, read_tiles

from . import decisions
from .agenda import ItemCandidate, begins_of, candidates_of, candidates_seen
from .decisions import Row, day_of
from .figures import figure_in_words
from .item_opinions import NO_OPINIONS, ItemOpinions
from .item_opinions import of_items as opinions_of_items
from .item_versions import ItemVersion, of_items
from .models import AgendaItem, AgendaTask, Attendance, Figure, Meeting, Note, Paper
from .reasons import of_plain

TROUBLE = (Light.ATTENTION, Light.REVIEW_NEEDED)
MOST_CODES = 1000
NAMED_NEWS = 3  # so many changes are read out one by one, more are counted


def marked(is_present: bool, is_deputy: bool, position: str) -> str:
    """What is marked of a ministry, in one word to be compared."""
    return f"{int(is_present)}{int(is_deputy)}{position}"


@dataclass(frozen=True)
class Person:
    """One invited ministry, as the list of those who are there shows it."""

    row: Attendance
    name: MinistryName

    @property
    def prefix(self) -> str:
        """Of the names of its fields."""
        return f"p{self.row.ministry_id}-"

    @property
    def was(self) -> str:
        """What the page showed, in one word: whoever sends it back unchanged has marked nothing."""
        row = self.row
        return marked(bool(row.is_present), row.is_deputy, row.position_ko)


@dataclass(frozen=True)
class Entry:
    """One item of the agenda. `begins`: by the minutes planned, None where somebody left them out."""

    item: AgendaItem
    begins: time | None
    is_current: bool = False

    @property
    def is_finished(self) -> bool:
        return self.item.finished_at is not None


@dataclass(frozen=True)
class Linked:
    """A number with the list that it counts. `light` where it is that of one light."""

    label: str
    count: int
    address: str
    light: Light | None = None


@dataclass(frozen=True)
class AboutTask:
    """A task that an item is about; `tile` as the board shows it, None where it is on no roster of the meeting's."""

    task: Task
    tile: Tile | None
    lead: MinistryName | None


@dataclass(frozen=True)
class Current:
    """The item that is spoken of, with everything that lies on the table for it."""

    entry: Entry
    presenter: MinistryName | None
    tasks: list[AboutTask]
    numbers: list[Linked]
    reasons: list[Linked]
    figures: list[str]
    papers: list[Paper]
    note: Note | None
    candidates: list[ItemCandidate]
    versions: list[ItemVersion]
    opinions: ItemOpinions

    @property
    def item(self) -> AgendaItem:
        return self.entry.item


@dataclass(frozen=True)
class Workspace:
    """The page at the meeting. `position`: what a poll compares."""

    meeting: Meeting
    entries: list[Entry]
    current: Current | None
    people: list[Person]
    decisions: list[Row]
    names: Directory
    position: str
    to_judge: list[Candidate] = field(default_factory=list)  # of finished items: discussed, and not decided yet

    @property
    def present(self) -> int:
        return sum(bool(person.row.is_present) for person in self.people)

    @property
    def standing(self) -> list[Row]:
        return [row for row in self.decisions if not row.is_withdrawn]

    @property
    def uninvited(self) -> list[MinistryName]:
        """Who is named by what was decided and is not invited: they do not see this meeting."""
        there = {person.row.ministry_id for person in self.people}
        named = {name.ministry_id: name for row in self.standing for name in row.ministries}
        return [name for pk, name in named.items() if pk not in there]

    @property
    def next(self) -> Entry | None:
        """The item after the current one."""
        places = [no for no, entry in enumerate(self.entries, 1) if entry.is_current]
        return next(iter(self.entries[places[0] : places[0] + 1]), None) if places else None


def read(meeting: Meeting, *, user: User, at: datetime, item: int | None = None) -> Workspace:
    """The workspace with that item (primary key), else with the first that is not finished. A constant number of
    queries, however long the agenda is."""
    seen = position(meeting)  # first: whatever happens meanwhile, the next poll brings
    names = Directory(day_of(meeting))
    listed = entries(meeting, user=user, item=item)
    chosen = next((entry for entry in listed if entry.is_current), None)
    return Workspace(
        meeting=meeting,
        entries=listed,
        current=_current(meeting, chosen, names, user=user, at=at) if chosen else None,
        people=people(meeting, names),
        decisions=decisions.read(meeting, user=user, withdrawn=True, names=names),
        names=names,
        position=seen,
        to_judge=_to_judge([entry.item.pk for entry in listed if entry.is_finished]),
    )


def _to_judge(finished: list[int]) -> list[Candidate]:
    """The candidates of these items (primary keys) that wait for the office. One query."""
    rows = Candidate.objects.filter(on_agendas__item__in=finished, state=CandidateState.SUBMITTED)
    return list(rows.select_related("call").distinct().order_by("call__no", "no"))


def entries(meeting: Meeting, *, user: User, item: int | None = None) -> list[Entry]:
    """The items that the person may see, in their order, with one of them the current. One query."""
    rows = list(AgendaItem.objects.visible_to(user).filter(meeting=meeting).order_by("order", "pk"))
    unfinished = [row.pk for row in rows if row.finished_at is None]
    current = item if item in {row.pk for row in rows} else next(iter(unfinished or [row.pk for row in rows]), None)
    begins = begins_of(meeting, ((row.pk, row.minutes) for row in rows))
    return [Entry(row, begins[row.pk], row.pk == current) for row in rows]


def people(meeting: Meeting, names: Directory) -> list[Person]:
    """The invited ministries in the ministries' order."""
    rows = Attendance.objects.filter(meeting=meeting).order_by("ministry__order", "ministry__code")
    return [Person(row, names[row.ministry_id]) for row in rows if row.ministry_id in names]


def choices(names: Directory) -> list[MinistryName]:
    """The ministries that may be given something to do: the T/F's members first."""
    return sorted(names.in_order(), key=lambda name: not name.ministry.tf_member)


def codes() -> list[str]:
    """Of the tasks, for the field that names some; none where they are so many that nobody looks through them."""
    found = list(Task.objects.order_by("code").values_list("code", flat=True)[: MOST_CODES + 1])
    return found if len(found) <= MOST_CODES else []


# One item


def _current(meeting: Meeting, entry: Entry, names: Directory, *, user: User, at: datetime) -> Current:
    parts: tuple[Any, ...] = (
        Prefetch("of_tasks", AgendaTask.objects.select_related("task").order_by("task__code")),
        Prefetch("figures", Figure.objects.order_by("order", "pk")),
        Prefetch("papers", Paper.objects.current()),
        candidates_seen(user),
    )
    item = AgendaItem.objects.prefetch_related(*parts).get(pk=entry.item.pk)
    tiles = tiles_of(meeting, names, user=user, at=at) if item.of_tasks.all() or item.reason else []
    tasks = about([row.task for row in item.of_tasks.all()], tiles, names)
    note = Note.objects.select_related("edited_by", "edited_for").filter(item=item).first()
    return Current(
        entry=replace(entry, item=item),
        presenter=names[item.presenter_id] if item.presenter_id else None,
        tasks=tasks,
        numbers=_numbers(meeting, tasks, tiles),
        reasons=_reasons(meeting, item.reason),
        figures=[figure_in_words(figure) for figure in item.figures.all()],
        papers=list(item.papers.all()),
        note=note,
        candidates=candidates_of(item, names, meeting),
        versions=of_items([item], user, timezone.localdate(at)).get(item.pk, []),
        opinions=opinions_of_items([item], user).get(item.pk, NO_OPINIONS),
    )


def tiles_of(meeting: Meeting, names: Directory, *, user: User, at: datetime) -> list[Tile]:
    """The tiles of the meeting's round as its board shows them to the person; none where it has no roster."""
    round_ = meeting.round
    if round_ is None or round_.prepared_at is None:
        return []
    return read_tiles(round_, Viewer(user, at, closed=round_.frozen_at is not None), names)


def about(tasks: Iterable[Task], tiles: Iterable[Tile], names: Directory) -> list[AboutTask]:
    by_task = {tile.task_id: tile for tile in tiles}
    return [
        AboutTask(task, tile, names[tile.ministry_id] if tile and tile.ministry_id in names else None)
        for task in tasks
        for tile in [by_task.get(task.pk)]
    ]


def _numbers(meeting: Meeting, tasks: list[AboutTask], tiles: list[Tile]) -> list[Linked]:
    """How many of the item's tasks are in trouble, and how many moved a date. Each leads to the board's list where that
    is the very same list, else to the tasks on this page."""
    asked = [(str(light.label), Filters(light=light), light) for light in TROUBLE]
    counted = [(label, filters, light) for label, filters, light in asked]
    found = []
    for label, filters, light in [*counted, (str(Since.MOVED.label), Filters(since=Since.MOVED), None)]:
        own = select([row.tile for row in tasks if row.tile], filters)
        whole = len(select(tiles, filters)) == len(own)
        address = board_address(meeting, filters.query) if whole else "#tasks"
        if own:
            found.append(Linked(label, len(own), address, light))
    return found


def board_address(meeting: Meeting, query: str) -> str:
    """Where the lists of the meeting's round stand: its board as frozen, else the living one."""
    round_ = meeting.round
    frozen = round_ is not None and round_.frozen_at is not None
    return (reverse("show_round", args=[round_.no]) if frozen and round_ else reverse("show_board")) + query


def _reasons(meeting: Meeting, kept: Any) -> list[Linked]:
    """추천 사유: what was counted when the item was suggested."""
    reason = of_plain(kept)
    counted = reason.counted if reason else ()
    return [Linked(row.label, row.number, board_address(meeting, row.query) if row.query else "") for row in counted]


# What a poll compares


def position(meeting: Meeting) -> str:
    """It changes whenever something does that a note-taker has to see: `12-3`, the last event of the meeting's chain
    and how often its notes were saved. Two queries."""
    head = Stream.objects.filter(key=meeting.stream_key).values_list("head_seq", flat=True).first() or 0
    notes = Note.objects.filter(item__meeting=meeting).aggregate(saves=Sum("version"), notes=Count("pk"))
    return f"{head}-{notes['saves'] or 0}"


def seen_event(position_seen: str) -> int | None:
    """The sequence number in a position that came back; None where it was damaged."""
    text = position_seen.partition("-")[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def news(meeting: Meeting, since: int | None, *, user: User) -> str:
    """What others did after that event, to be read out: `2-03 added (윤슬)`."""
    if since is None:
        return ""
    verbs = {
        "record_decision": pgettext("decision, news", "added"),
        "change_decision": pgettext("decision, news", "changed"),
        "withdraw_decision": pgettext("decision, news", "withdrawn"),
    }
    events = Event.objects.filter(stream__key=meeting.stream_key, seq__gt=since, verb__in=verbs).exclude(actor=user)
    told = [f"{event.data['number']} {verbs[event.verb]} ({event.who})" for event in events.order_by("seq")]
    if len(told) > NAMED_NEWS:
        return _("%(n)d changes by others") % {"n": len(told)}
    return ", ".join(told)
