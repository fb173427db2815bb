"""보고 화면: a frozen round on a projector, slide by slide. Read-only.

First the lights of each ministry, now and last time; then the tasks at *review needed* and *attention*, with what their
issues say and whom they ask. What does not fit on one slide goes on the next, and says so. Every number is the count of
the list that its link opens on the frozen board.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from math import ceil

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ministries.models import User
from records.models import Seal

from . import board, corrections, requests
from .board import Board
from .grouping import By, groups
from .models import Light, Report, Round, State
from .providers import RoundFact
from .requests import Asked
from .selecting import Filters, Number, count, select
from .tiles import Tile

ROWS_ON_A_SLIDE = 16  # ministries of the T/F, legible from the last row of a hall
LINES_ON_A_SLIDE = 14  # of the tasks in trouble
LINE = 92  # halves of an em that a line holds: a Hangul syllable takes two
ROOM_FOR_A_SHAPE = 8  # hundredths of a bar
ISSUE_LINES = 2
TROUBLED = (Light.REVIEW_NEEDED, Light.ATTENTION)


@dataclass(frozen=True)
class Piece:
    """One light's part of a bar, in hundredths of the longest one."""

    css: str
    x: float
    width: float

    @property
    def has_room(self) -> bool:
        """Whether the light's shape fits into it: colour alone tells nobody anything."""
        return self.width >= ROOM_FOR_A_SHAPE


@dataclass(frozen=True)
class Row:
    """The lights of one ministry, or of all. `last`: how many of its tasks had each light last time."""

    label: str
    title: str
    all: Number
    lights: list[Number]
    unlit: Number
    last: dict[Light, int]
    longest: int

    @property
    def now_bar(self) -> list[Piece]:
        return self._bar({number.light: number.count for number in self.lights if number.light})

    @property
    def last_bar(self) -> list[Piece]:
        return self._bar(self.last)

    def _bar(self, counts: dict[Light, int]) -> list[Piece]:
        pieces, x = [], 0.0
        for light in Light:
            width = 100 * counts.get(light, 0) / max(self.longest, 1)
            pieces.append(Piece(light.css, round(x, 2), round(width, 2)))
            x += width
        return [piece for piece in pieces if piece.width]


@dataclass(frozen=True)
class Case:
    """A task in trouble: the gist of its issue, the ministries that it asks, what was corrected since."""

    tile: Tile
    ministry: str
    issue: str
    waiting: list[str]  # asked, without an answer
    answers: list[tuple[str, str]]  # who answered, and what
    corrected: list[int]

    @property
    def lines(self) -> int:
        """How many lines it takes at the most."""
        head = _lines(f"{self.tile.code}   {self.tile.title} {self.ministry}     ")
        return (
            head + _lines(self.issue) + bool(self.waiting) + sum(_lines(f"{who}  {text}") for who, text in self.answers)
        )


@dataclass(frozen=True)
class Slide:
    """One page. `part` of `parts`: where a list goes over several."""

    rows: Sequence[Row] = ()
    cases: Sequence[Case] = ()
    part: int = 1
    parts: int = 1
    is_trouble: bool = False


@dataclass(frozen=True)
class Briefing:
    """Everything that is shown of one frozen round."""

    board: Board
    rows: list[Row]
    total: Row
    cases: list[Case]
    root: str
    corrections: int

    @property
    def round(self) -> Round:
        return self.board.round

    @property
    def facts(self) -> list[RoundFact]:
        return self.board.facts

    @property
    def no_reply(self) -> Number:
        return self.board.number(self.board.state_label(State.MISSING), state=State.MISSING)

    @property
    def troubled(self) -> list[Number]:
        """How many tasks are at *review needed* and at *attention*."""
        return [number for light in TROUBLED for number in self.total.lights if number.light is light]

    @property
    def without_tasks(self) -> int:
        """How many ministries have no task in this round, and so no line."""
        return len(self.board.heads.members(self.board.tiles)) - len(self.rows)

    @property
    def short_root(self) -> str:
        return self.root[:8]

    @cached_property
    def slides(self) -> list[Slide]:
        lists = _cut(self.rows, ROWS_ON_A_SLIDE) or [[]]
        made = [Slide(rows=rows, part=no, parts=len(lists)) for no, rows in enumerate(lists, 1)]
        packs = list(_packed(self.cases)) or [[]]
        return made + [
            Slide(cases=cases, part=no, parts=len(packs), is_trouble=True) for no, cases in enumerate(packs, 1)
        ]

    def page(self, asked: str) -> int:
        """The number of the slide that an address asks for: the nearest one that there is."""
        wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
        return min(max(wanted, 1), len(self.slides))


def _cut(rows: list[Row], size: int) -> list[list[Row]]:
    """Equal shares: of 20 ministries ten and ten, not sixteen and four."""
    pages = ceil(len(rows) / size)
    share = ceil(len(rows) / pages) if pages else size
    return [rows[start : start + share] for start in range(0, len(rows), share)]


def _packed(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """As many on a slide as have room, in their order, and at least one."""
    slide: list[Case] = []
    for case in cases:
        if slide and sum(one.lines for one in slide) + case.lines > LINES_ON_A_SLIDE:
            yield slide
            slide = []
        slide.append(case)
    if slide:
        yield slide


def build(round_: Round, *, user: User, at: datetime) -> Briefing:
    """The briefing of a frozen round, the same for all who may see what is frozen. A constant number of queries."""
    return of_board(board.build(round_, {}, user=user, at=at))


def of_board(shown: Board) -> Briefing:
    """The same of a board that is at hand, such as one that is not frozen yet (`board.as_sealed`)."""
    round_ = shown.round
    found = [group for group in groups(shown.tiles, By.MINISTRY, shown.heads) if group.tiles]
    longest = max((len(group.tiles) for group in found), default=0)
    rows = [_row(group.label, group.title, group.tiles, group.code, longest, round_) for group in found]
    total = _row(_("All"), _("All"), shown.tiles, "", len(shown.tiles), round_)
    table = corrections.table(round_)
    corrected = {pk: [entry.no for entry in of] for pk, of in groupby(sorted(table, key=_place), key=_report)}
    root = Seal.objects.filter(stream__key=round_.stream_key).values_list("root", flat=True).first()
    return Briefing(shown, rows, total, list(_cases(shown, corrected)), root or "", len(table))


def _report(entry: corrections.Entry) -> int:
    return entry.correction.report_id


def _place(entry: corrections.Entry) -> tuple[int, int]:
    return _report(entry), entry.no


def _row(label: str, title: str, tiles: list[Tile], ministry: str, longest: int, round_: Round) -> Row:
    last = {light: sum(tile.before is light for tile in tiles) for light in Light}
    filters, lights = Filters(ministry=ministry), []
    for light in Light:
        number = count(tiles, replace(filters, light=light), str(light.label))
        lights.append(replace(number, light=light, change=number.count - last[light] if round_.previous_id else 0))
    unlit = count(tiles, replace(filters, light="none"), _("No light yet"))
    return Row(label, title, count(tiles, filters, _("Tasks")), lights, unlit, last, longest)


def _cases(shown: Board, corrected: dict[int, list[int]]) -> Iterator[Case]:
    tiles = [tile for light in TROUBLED for tile in select(shown.tiles, Filters(light=light))]
    reports = Report.objects.filter(pk__in=[tile.pk for tile in tiles], current__isnull=False)
    texts = {pk: (text, issue) for pk, text, issue in reports.values_list("pk", "current", "current__issues")}
    asked = requests.of_revisions([text for text, _issue in texts.values()], shown.names)
    for tile in tiles:
        text, issue = texts.get(tile.pk, (0, ""))
        said = asked.get(text, [])
        yield Case(
            tile,
            shown.names[tile.ministry_id].abbr,
            _gist(issue, ISSUE_LINES),
            [row.name.abbr for row in said if not row.last],
            [(row.name.abbr, _gist(_answer(row), 1, len(row.name.abbr) * 2 + 12)) for row in said if row.last],
            corrected.get(tile.pk, []),
        )


def _answer(asked: Asked) -> str:
    return asked.last.answer.text if asked.last else ""


# Fitting


def _width(text: str) -> int:
    """In halves of an em: what East Asian typography calls wide takes two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _lines(text: str) -> int:
    return ceil(_width(text) / LINE)


def _gist(text: str, lines: int, taken: int = 0) -> str:
    """The text in one paragraph, cut with an ellipsis where it is longer than so many lines."""
    flat, room = " ".join(text.split()), lines * LINE - taken
    if _width(flat) <= room:
        return flat
    while _width(flat) > room - 2:
        flat = flat[: len(flat) - max(1, (_width(flat) - room) // 2)]
    return flat.rstrip() + "…"
