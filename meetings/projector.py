"""보고 화면 of a meeting: its agenda, its items and what was decided, slide by slide. Read-only.

Notes never come here. Lights are those of a frozen round: what is still collected is shown to no hall.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, TypeVar

from django.db.models import Prefetch
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Stream

from . import decisions
from .agenda import ItemCandidate, candidates_of, candidates_seen
from .decisions import Row, day_of
from .figures import figure_in_words
from .item_opinions import NO_OPINIONS, ItemOpinion, ItemOpinions
from .item_opinions import of_items as opinions_of_items
from .item_versions import ItemVersion, of_items
from .models import AgendaItem, AgendaTask, Figure, Meeting
from .session import AboutTask, Entry, about, entries, tiles_of

TASKS_ON_A_SLIDE = 9
CANDIDATES_ON_A_SLIDE = 4
OPINIONS_ON_A_SLIDE = 6
DECISIONS_ON_A_SLIDE = 6
ITEMS_ON_A_SLIDE = 10

T = TypeVar("T")


@dataclass(frozen=True)
class Slide:
    """One page; `part` of `parts`, where a list goes over several. Of the lists one is filled, or none. `heard`: all
    opinions of the item, of which `opinions` stand on this page."""

    kind: str  # agenda, item, decisions
    entries: Sequence[Entry] = ()
    item: AgendaItem | None = None
    presenter: MinistryName | None = None
    figures: Sequence[str] = ()
    tasks: Sequence[AboutTask] = ()
    candidates: Sequence[ItemCandidate] = ()
    versions: Sequence[ItemVersion] = ()
    heard: ItemOpinions = NO_OPINIONS
    opinions: Sequence[ItemOpinion] = ()
    decisions: Sequence[Row] = ()
    part: int = 1
    parts: int = 1


@dataclass(frozen=True)
class Show:
    """Everything that is shown of one meeting to one person. `position`: what a poll compares."""

    meeting: Meeting
    slides: list[Slide]
    position: str
    with_lights: bool

    def page(self, asked: str) -> int:
        """The number of the slide that an address asks for: the nearest one that there is."""
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        return min(max(wanted, 1), len(self.slides))

    @property
    def of_decisions(self) -> int:
        """The slide on which the decisions begin; 0 where the person sees none."""
        return next((no for no, slide in enumerate(self.slides, 1) if slide.kind == "decisions"), 0)


def build(meeting: Meeting, *, user: User, at: datetime) -> Show:
    """The slides. A constant number of queries, however long the agenda is."""
    seen = position(meeting)
    names = Directory(day_of(meeting))
    listed = entries(meeting, user=user)
    frozen = meeting.round is not None and meeting.round.frozen_at is not None
    tiles = tiles_of(meeting, names, user=user, at=at) if frozen else []
    slides = [Slide("agenda", entries=rows, part=no, parts=of) for no, of, rows in _shares(listed, ITEMS_ON_A_SLIDE)]
    parts: tuple[Any, ...] = (
        Prefetch("of_tasks", AgendaTask.objects.select_related("task").order_by("task__code")),
        Prefetch("figures", Figure.objects.order_by("order", "pk")),
        candidates_seen(user),
    )
    shown = AgendaItem.objects.filter(pk__in=[entry.item.pk for entry in listed]).order_by("order", "pk")
    rows_of = list(shown.prefetch_related(*parts))
    versions = of_items(rows_of, user, timezone.localdate(at))
    opinions = opinions_of_items(rows_of, user)
    for item in rows_of:
        heard = opinions.get(item.pk, NO_OPINIONS)
        told: dict[str, Any] = {
            "item": item,
            "heard": heard,
            "presenter": names[item.presenter_id] if item.presenter_id else None,
            "figures": [figure_in_words(figure) for figure in item.figures.all()],
            # What the office took back to be changed is shown to no hall.
            "versions": [one for one in versions.get(item.pk, []) if one.is_out],
        }
        tasks = about([row.task for row in item.of_tasks.all()], tiles, names)
        candidates = [one for one in candidates_of(item, names, meeting) if one.is_standing]
        slides += _of_item(told, tasks, candidates, heard.in_order)
    slides += _decided(meeting, user, names)
    return Show(meeting, slides, seen, frozen)


def _of_item(
    told: dict[str, Any],
    tasks: Sequence[AboutTask],
    candidates: Sequence[ItemCandidate],
    opinions: Sequence[ItemOpinion],
) -> list[Slide]:
    """Its tasks, then its candidates, then opinions; one slide where it is about none of them. `told`: what the item
    says itself, which stands on the first."""
    listed: list[tuple[str, Sequence[Any], int]] = [
        ("tasks", tasks, TASKS_ON_A_SLIDE),
        ("candidates", candidates, CANDIDATES_ON_A_SLIDE),
        ("opinions", opinions, OPINIONS_ON_A_SLIDE),
    ]
    pages: list[dict[str, Any]] = [
        {name: shown} for name, rows, size in listed if rows for _no, _of, shown in _shares(rows, size)
    ] or [{}]
    return [Slide("item", **told, part=no, parts=len(pages), **page) for no, page in enumerate(pages, 1)]


def _decided(meeting: Meeting, user: User, names: Directory) -> list[Slide]:
    """In the order of their numbers. A person who may not see decisions yet has no such slide; the office has one from
    the beginning, on which they appear."""
    rows = decisions.read(meeting, user=user, names=names)[::-1]
    if not rows and not user.standing.is_coordinator:
        return []
    return [
        Slide("decisions", decisions=part, part=no, parts=of) for no, of, part in _shares(rows, DECISIONS_ON_A_SLIDE)
    ]


def _shares(rows: Sequence[T], size: int) -> Iterator[tuple[int, int, Sequence[T]]]:
    """At least one page, in equal shares: of twelve six and six, not ten and two."""
    pages = max(ceil(len(rows) / size), 1)
    share = max(ceil(len(rows) / pages), 1)
    for no in range(pages):
        yield no + 1, pages, rows[no * share : (no + 1) * share]


def position(meeting: Meeting) -> str:
    """The last event of the meeting's chain: saved notes, of which nobody here may learn, do not move it."""
    head = Stream.objects.filter(key=meeting.stream_key).values_list("head_seq", flat=True).first()
    return str(head or 0)
