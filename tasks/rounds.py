"""The rounds: their list, the roster of a planned one, the record, and what a freeze would seal. Read-only."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ministries.directory import Directory
from ministries.models import Ministry, MinistryName, User
from records import verifications
from records.models import Event, Seal
from records.verifications import Result
from tfportal.language import on_behalf

from . import corrections, freezing
from .models import VERBS, CorrectionDecision, Lead, Phase, Report, Round, State, Task
from .selecting import Filters, Number, count, select
from .tiles import BETWEEN_VERBS, INNER_VERBS, LATER_VERBS, Also, Tile, Viewer, codes_of, read_tiles

EVENTS_ON_A_PAGE = 100
SHORT = 30  # tasks that a page before the freeze lists one by one
NAMED_TASKS = 6  # an event about more tasks names so many and counts the rest


@dataclass(frozen=True)
class Listed:
    """One round in the list."""

    round: Round
    phase: Phase
    tasks: int
    accepted: int
    root: str
    corrections: corrections.Count

    @property
    def short_root(self) -> str:
        return self.root[:8]

    @property
    def can_be_prepared(self) -> bool:
        return self.phase == Phase.PLANNED and follows_frozen(self.round)


def follows_frozen(round_: Round) -> bool:
    """A roster takes its baselines from the freeze before it; the first round needs none."""
    return round_.previous is None or round_.previous.frozen_at is not None


def list_all(at: datetime) -> list[Listed]:
    """Every round, the latest first. Four queries."""
    roots = dict(Seal.objects.values_list("stream__key", "root"))
    counted = Report.objects.order_by().values_list("round").annotate(Count("pk"), Count("accepted"))
    numbers = {round_id: (tasks, accepted) for round_id, tasks, accepted in counted}
    corrected, none = corrections.counts(), corrections.Count()
    return [
        Listed(
            row,
            row.phase(at),
            *numbers.get(row.pk, (0, 0)),
            roots.get(row.stream_key, ""),
            corrected.get(row.pk, none),
        )
        for row in Round.objects.select_related("previous").order_by("-no")
    ]


# Before the roster is fixed


@dataclass(frozen=True)
class Part:
    """The tasks of a roster that one ministry leads."""

    name: MinistryName
    tasks: int
    has_officer: bool


@dataclass(frozen=True)
class Roster:
    """What would be fixed if the round were prepared now."""

    round: Round
    day: date  # when its ministries need somebody to report
    tasks: list[Task]
    parts: list[Part]
    completed: list[Task]
    unled: list[Task]

    @property
    def is_possible(self) -> bool:
        return bool(self.tasks and not self.unled and follows_frozen(self.round))

    @property
    def unserved(self) -> list[Part]:
        return [part for part in self.parts if not part.has_officer]


def roster(round_: Round, *, at: datetime) -> Roster:
    """Tasks, leads and names as preparing the round would find them; officers as of its opening."""
    day = timezone.localdate(max(at, round_.opens_at))
    tasks = list(Task.objects.for_roster(round_).order_by("code"))
    completed = list(Task.objects.left_out_of(round_).order_by("code"))
    leads = dict(Lead.objects.in_force(round_.as_of).values_list("task", "ministry"))
    counted = Counter(leads[task.pk] for task in tasks if task.pk in leads)
    served = set(Ministry.objects.with_officer(day).values_list("pk", flat=True))
    names = Directory(round_.as_of)
    ordered = sorted((names[pk] for pk in counted), key=lambda name: (name.ministry.order, name.ministry.code))
    parts = [Part(name, counted[name.ministry_id], name.ministry_id in served) for name in ordered]
    return Roster(round_, day, tasks, parts, completed, [task for task in tasks if task.pk not in leads])


# The record


@dataclass(frozen=True)
class Record:
    """What the record holds of a round: the seal once it is frozen, and how its tasks stand."""

    round: Round
    seal: Seal | None
    who_sealed: str
    events: int
    tiles: list[Tile]
    corrections: corrections.Count
    verified: Result | None

    @property
    def numbers(self) -> list[Number]:
        """The same numbers as on the round's board, each with its list there."""
        sealed = self.seal is not None
        return [
            count(self.tiles, Filters(), _("Tasks")),
            self._in(State.ACCEPTED, _("Accepted")),
            self._in(State.SUBMITTED, _("Submitted, not reviewed") if sealed else _("Submitted")),
            self._in(
                State.RETURNED, pgettext("frozen state", "Returned, not resubmitted") if sealed else _("Returned")
            ),
            self._in(State.MISSING, _("No reply") if sealed else _("No text yet")),
            count(self.tiles, Filters(also=Also.LATE), str(Also.LATE.label)),
        ]

    def _in(self, state: State, label: str) -> Number:
        return count(self.tiles, Filters(state=state), label)


def read_record(round_: Round, *, user: User, at: datetime) -> Record:
    """The record of a round as everyone may see it: what was not sent does not count."""
    seal = Seal.objects.select_related("by").filter(stream__key=round_.stream_key).first()
    frozen = events_of(round_).filter(verb="freeze").select_related("acting_for").first() if seal else None
    who = on_behalf(seal.by, frozen and frozen.acting_for) if seal else ""
    tiles = read_tiles(round_, Viewer(user, at, closed=True), Directory(round_.as_of))
    corrected = corrections.counts().get(round_.pk, corrections.Count())
    verified = verifications.last_of(round_.stream_key)
    return Record(round_, seal, who, events_of(round_).count(), tiles, corrected, verified)


def verified() -> list[Result]:
    """What the last verifications say: of the whole record, and of single rounds since."""
    whole = verifications.last()
    return [*([whole] if whole else []), *verifications.since_last()]


def events_of(round_: Round) -> QuerySet[Event]:
    """The round's chain of events, from the first to the last."""
    of_round = Event.objects.filter(stream__key=round_.stream_key)
    return of_round.select_related("actor", "acting_for").order_by("seq")


@dataclass(frozen=True)
class Entry:
    """One event in words.

    The record is read outside the ministries. Of what went on inside one of them it shows that there is an event, with
    its number and its hash, so that the chain stays whole to the eye; not what, who, when or about which tasks. Outside
    the office the same holds for corrections, but for those that were approved.
    """

    event: Event
    for_office: bool = False

    @property
    def is_inner(self) -> bool:
        return self.event.verb in INNER_VERBS

    @property
    def is_closed(self) -> bool:
        """Whether the reader does not learn of it: inside a ministry, or between it and the office."""
        if self.event.verb in BETWEEN_VERBS:
            return not self.for_office
        return self.is_inner or (not self.for_office and self.event.verb in LATER_VERBS and not self._is_approval)

    @property
    def _is_approval(self) -> bool:
        return bool(self.event.data.get("decision") == CorrectionDecision.Decision.APPROVED)

    @property
    def verb(self) -> str:
        return str(VERBS.get(self.event.verb, self.event.verb))

    @property
    def number(self) -> str:
        """The receipt's number, where the verb gave one out."""
        return str(self.event.data.get("number") or "")

    @property
    def ministry(self) -> str:
        """The code of the ministry whose due time it is about."""
        return str(self.event.data.get("ministry") or "")

    @property
    def codes(self) -> list[str]:
        return codes_of(self.event)[:NAMED_TASKS]

    @property
    def more(self) -> int:
        """How many tasks it is about beside those that are named."""
        return len(codes_of(self.event)) - len(self.codes)

    @property
    def short_hash(self) -> str:
        return self.event.hash[:8]


def page_of(event: Event) -> int:
    """The page of the round's record that shows the event: its numbers have no holes."""
    return (event.seq - 1) // EVENTS_ON_A_PAGE + 1


def entries(events: Iterable[Event], *, for_office: bool) -> list[Entry]:
    return [Entry(event, for_office) for event in events]


# Before the freeze


@dataclass(frozen=True)
class OfMinistry:
    """The tasks of one ministry that stand alike."""

    name: MinistryName
    tiles: list[Tile]


@dataclass(frozen=True)
class Extended:
    """A ministry, and until when it is in time."""

    name: MinistryName
    until: datetime


@dataclass(frozen=True)
class Outcome:
    """What would be sealed if the round were frozen now. `head_seq` proves that it was this that was confirmed."""

    round: Round
    at: datetime
    names: Directory
    head_seq: int
    tiles: list[Tile]
    awaiting: frozenset[int] = frozenset()  # the reports (primary keys) that wait for a sign-off

    @property
    def phase(self) -> Phase:
        return self.round.phase(self.at)

    @property
    def is_possible(self) -> bool:
        return self.phase in (Phase.OPEN, Phase.PAST_DUE)

    @property
    def is_early(self) -> bool:
        """Whether ministries are still in time: all of them, or those with an extension."""
        return self.at <= self.round.due_at or bool(self.extended)

    @property
    def is_before_due(self) -> bool:
        return self.at <= self.round.due_at

    @property
    def extended(self) -> list[Extended]:
        """The ministries that have more time than the round gives and are in time now, in their order."""
        found = {tile.ministry_id: tile.extended_until for tile in self.tiles if tile.extended_until}
        rows = [Extended(self.names[pk], until) for pk, until in found.items() if self.at <= until]
        return sorted(rows, key=lambda row: (row.name.ministry.order, row.name.ministry.code))

    @property
    def overdue(self) -> timedelta:
        return self.at - self.round.due_at

    def _in(self, state: State) -> list[Tile]:
        return select(self.tiles, Filters(state=state))

    @property
    def accepted(self) -> int:
        return len(self._in(State.ACCEPTED))

    @property
    def no_reply(self) -> list[Tile]:
        return self._in(State.MISSING)

    @property
    def no_reply_by_ministry(self) -> list[OfMinistry]:
        return self._by_ministry(self.no_reply)

    @property
    def returned_by_ministry(self) -> list[OfMinistry]:
        return self._by_ministry(self.returned)

    @property
    def unreviewed_by_ministry(self) -> list[OfMinistry]:
        return self._by_ministry(self.unreviewed)

    @property
    def is_short(self) -> bool:
        """Whether all lists stand open side by side without hiding the confirmation below them."""
        return len(self.tiles) - self.accepted <= SHORT

    def _by_ministry(self, tiles: list[Tile]) -> list[OfMinistry]:
        mine: dict[int, list[Tile]] = {}
        for tile in tiles:
            mine.setdefault(tile.ministry_id, []).append(tile)
        ordered = sorted(mine, key=lambda pk: (self.names[pk].ministry.order, self.names[pk].ministry.code))
        return [OfMinistry(self.names[pk], mine[pk]) for pk in ordered]

    @property
    def unsent(self) -> int:
        """Texts that are written and not sent. Whose they are, and what they say, stays inside the ministry."""
        return sum(tile.has_draft for tile in self.tiles)

    @property
    def returned(self) -> list[Tile]:
        return self._in(State.RETURNED)

    @property
    def half_mended(self) -> int:
        """How many of the returned ones are mended and wait for a sign-off: there the board counts them until then."""
        return sum(tile.pk in self.awaiting for tile in self.returned)

    @property
    def unreviewed(self) -> list[Tile]:
        return self._in(State.SUBMITTED)


def outcome(round_: Round, *, user: User, at: datetime) -> Outcome:
    """What the freeze would seal now. The sequence is read first: what happens afterwards makes the freeze refuse."""
    head_seq, names = freezing.head_seq(round_), Directory(round_.as_of)
    awaiting = frozenset(Report.objects.in_round(round_).filter(state=State.AWAITING).values_list("pk", flat=True))
    return Outcome(round_, at, names, head_seq, read_tiles(round_, Viewer(user, at, closed=True), names), awaiting)
