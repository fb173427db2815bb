"""One ministry: its names over time, its tasks in a round, and its record over the rounds.

A number of a frozen round is the count of the list that the round's board opens for it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import MinistryName, Posting, Role
from tfportal.language import pick

from .. import coming, permissions
from ..coming import Coming
from ..models import Light, MilestoneChange, Report, Round, State
from ..selecting import Filters, Number, count, select
from ..tiles import Also, Since, Tile, read_tiles
from .standpoint import Standpoint


def board_address(round_: Round) -> str:
    """Where the round's board stands: the open one has its own page."""
    return reverse("show_round", args=[round_.no]) if round_.frozen_at else reverse("show_board")


@dataclass(frozen=True)
class Counted:
    """A number of one round with the address of its list there."""

    label: str
    count: int
    url: str
    light: Light | None = None


@dataclass(frozen=True)
class Line:
    """One of its tasks in the round, with what it is since the last one, in words."""

    tile: Tile
    since: list[str]


@dataclass(frozen=True)
class Chapter:
    """What the ministry did in one frozen round."""

    round: Round
    lead_name: str
    tasks: Counted
    in_time: int
    late: Counted
    no_reply: Counted
    moved: Counted
    lights: list[Counted]


@dataclass(frozen=True)
class MinistryPage:
    """A ministry from one standpoint. `round`: whose tasks are shown; None before the first."""

    standpoint: Standpoint
    name: MinistryName
    earlier_names: list[tuple[MinistryName, date]]  # each with its last day
    round: Round | None
    tasks: list[Line]
    numbers: list[Counted]
    lights: list[Counted]
    chapters: list[Chapter]
    officers: list[Posting]
    approvers: list[Posting]
    sees_contacts: bool
    coming: list[Coming] = field(default_factory=list)  # what it leads that is on no roster yet; as of now alone

    @property
    def board(self) -> str:
        """The ministry's own list on the round's board."""
        return board_address(self.round) + Filters(ministry=self.name.ministry.code).query if self.round else ""


def read(code: str, standpoint: Standpoint) -> MinistryPage | None:
    """The page; None where no ministry has that code. Constant in queries."""
    round_ = standpoint.round
    names = Directory(round_.as_of) if round_ else standpoint.names
    ministry = names.by_code().get(code)
    if ministry is None:
        return None
    name, chapters = names[ministry.pk], _chapters(ministry.pk, code, standpoint)
    tiles = read_tiles(round_, standpoint.viewer(round_), names) if round_ else []
    own = select(tiles, Filters(ministry=code))
    sees_contacts = permissions.can_coordinate(standpoint.user) and not standpoint.is_as_of
    posted = _posted(ministry.pk, timezone.localdate(standpoint.at)) if sees_contacts else []
    return MinistryPage(
        standpoint=standpoint,
        name=name,
        earlier_names=_names(ministry.pk, names.day),
        round=round_,
        tasks=[Line(tile, [str(one.label) for one in Since if one in tile.since]) for tile in own],
        numbers=_numbers(tiles, code, round_, standpoint) if round_ else [],
        lights=_lights(tiles, code, round_) if round_ else [],
        chapters=chapters,
        officers=[row for row in posted if row.role == Role.OFFICER],
        approvers=[row for row in posted if row.role == Role.APPROVER],
        sees_contacts=sees_contacts,
        coming=[] if standpoint.is_as_of else coming.tasks(at=standpoint.at, ministry=ministry.pk),
    )


def _names(ministry_id: int, day: date) -> list[tuple[MinistryName, date]]:
    """What it was called before the name of that day, and until when, the last name first."""
    names = list(MinistryName.objects.filter(ministry=ministry_id, valid_from__lte=day).order_by("-valid_from"))
    return [(name, later.valid_from - timedelta(days=1)) for later, name in pairwise(names)]


def _posted(ministry_id: int, day: date) -> list[Posting]:
    rows = Posting.objects.in_force(day).filter(ministry=ministry_id, user__is_active=True)
    return list(rows.select_related("user").order_by("pk"))


def _counted(number: Number, round_: Round) -> Counted:
    return Counted(number.label, number.count, board_address(round_) + number.query, number.light)


def _numbers(tiles: list[Tile], code: str, round_: Round, standpoint: Standpoint) -> list[Counted]:
    """How its answers of the round stand: as on the board, each with its list there."""
    viewer = standpoint.viewer(round_)
    hidden = () if viewer.sees_drafts else (State.DRAFT, State.AWAITING)
    labels = {state: str(state.label) for state in State if state not in hidden}
    if viewer.closed:
        labels[State.MISSING] = _("No reply")
    numbers = [count(tiles, Filters(ministry=code, state=state), label) for state, label in labels.items()]
    numbers.append(count(tiles, Filters(ministry=code, also=Also.LATE), str(Also.LATE.label)))
    return [_counted(number, round_) for number in numbers]


def _lights(tiles: list[Tile], code: str, round_: Round) -> list[Counted]:
    made = []
    for light in Light:
        number = count(tiles, Filters(ministry=code, light=light), str(light.label))
        made.append(Counted(number.label, number.count, board_address(round_) + number.query, light))
    return made


def _chapters(ministry_id: int, code: str, standpoint: Standpoint) -> list[Chapter]:
    """Its frozen rounds, the last one first. Two queries."""
    rounds = {row.pk: row for row in standpoint.rounds.frozen()}
    moved = MilestoneChange.objects.filter(revision=OuterRef("current"), new_on__isnull=False)
    rows = Report.objects.led_by([ministry_id]).filter(round__in=rounds).annotate(moved=Exists(moved))
    of_round: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.values(
        "round", "current", "late_by", "office_light", "current__light", "baseline_light", "moved",
        "lead_name_ko", "lead_name_en",
    ):  # fmt: skip
        of_round[row["round"]].append(row)
    made = [_chapter(rounds[pk], code, listed) for pk, listed in of_round.items()]
    return sorted(made, key=lambda chapter: -chapter.round.no)


def _chapter(round_: Round, code: str, rows: list[dict[str, Any]]) -> Chapter:
    def counted(found: Iterable[Any], label: str = "", shape: Light | None = None, **asked: str) -> Counted:
        filters = Filters(ministry=code, **asked)
        return Counted(label, len(list(found)), board_address(round_) + filters.query, shape)

    def shown(row: dict[str, Any]) -> str:
        return str(row["office_light"] or row["current__light"] or row["baseline_light"])

    late = [row for row in rows if row["late_by"]]
    silent = [row for row in rows if row["current"] is None]
    lights = [
        counted((row for row in rows if shown(row) == light), str(light.label), light, light=light) for light in Light
    ]
    return Chapter(
        round_,
        pick(rows[0]["lead_name_ko"], rows[0]["lead_name_en"]),
        counted(rows),
        len(rows) - len(silent) - sum(row["current"] is not None for row in late),
        counted(late, also=Also.LATE),
        counted(silent, state=State.MISSING),
        counted((row for row in rows if row["moved"]), since=Since.MOVED),
        [one for one in lights if one.count],
    )
