"""The rounds: their list, the record of one, and what a freeze would seal. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event, Seal

from . import freezing
from .board import codes_of
from .models import Phase, Report, Round, State
from .tiles import Tile, Viewer, read_tiles

VERBS = {
    "prepare": gettext_lazy("Roster fixed"),
    "ask_sign_off": gettext_lazy("Sign-off asked"),
    "sign_off": gettext_lazy("Signed off and submitted"),
    "send_back": gettext_lazy("Sent back by the approver"),
    "submit": gettext_lazy("Submitted"),
    "withdraw": gettext_lazy("Withdrawn"),
    "open_for_review": gettext_lazy("Opened for review"),
    "return_for_changes": gettext_lazy("Returned"),
    "accept": gettext_lazy("Accepted"),
    "reopen": gettext_lazy("Acceptance reopened"),
    "freeze": gettext_lazy("Frozen"),
}
NAMED_TASKS = 6  # an event about more tasks names so many and counts the rest


@dataclass(frozen=True)
class Listed:
    """One round in the list."""

    round: Round
    phase: Phase
    tasks: int
    accepted: int
    root: str

    @property
    def short_root(self) -> str:
        return self.root[:8]


def list_all(at: datetime) -> list[Listed]:
    """Every round, the latest first. Three queries."""
    roots = dict(Seal.objects.values_list("stream__key", "root"))
    counted = Report.objects.order_by().values_list("round").annotate(Count("pk"), Count("accepted"))
    numbers = {round_id: (tasks, accepted) for round_id, tasks, accepted in counted}
    return [
        Listed(row, row.phase(at), *numbers.get(row.pk, (0, 0)), roots.get(row.stream_key, ""))
        for row in Round.objects.order_by("-no")
    ]


# The record


@dataclass(frozen=True)
class Record:
    """What the record holds of a round: the seal once it is frozen, and how many reports stand how."""

    round: Round
    seal: Seal | None
    events: int
    tasks: int
    with_text: int
    accepted: int
    unreviewed: int
    returned: int
    late: int

    @property
    def no_reply(self) -> int:
        return self.tasks - self.with_text

    @property
    def short_root(self) -> str:
        return self.seal.root[:8] if self.seal else ""


def read_record(round_: Round) -> Record:
    """The record of a round. Two queries and one for the number of events."""
    seal = Seal.objects.select_related("by").filter(stream__key=round_.stream_key).first()
    has_text = Q(current__isnull=False)
    numbers = Report.objects.in_round(round_).aggregate(
        tasks=Count("pk"),
        with_text=Count("pk", filter=has_text),
        accepted=Count("pk", filter=Q(state=State.ACCEPTED)),
        unreviewed=Count("pk", filter=Q(state=State.SUBMITTED)),
        returned=Count("pk", filter=has_text & ~Q(state__in=(State.ACCEPTED, State.SUBMITTED))),
        late=Count("pk", filter=Q(late_by__isnull=False)),
    )
    return Record(round_, seal, events_of(round_).count(), **numbers)


def events_of(round_: Round) -> QuerySet[Event]:
    """The round's chain of events, from the first to the last."""
    return Event.objects.filter(stream__key=round_.stream_key).order_by("seq")


@dataclass(frozen=True)
class Entry:
    """One event in words."""

    event: Event

    @property
    def verb(self) -> str:
        return str(VERBS.get(self.event.verb, self.event.verb))

    @property
    def about(self) -> str:
        """`2-ME-0007: ME-01, ME-02`; the round itself where no task is named."""
        codes = codes_of(self.event)
        text = ", ".join(codes[:NAMED_TASKS])
        if len(codes) > NAMED_TASKS:
            text += " " + _("and %(n)d more") % {"n": len(codes) - NAMED_TASKS}
        number = str(self.event.data.get("number") or "")
        return ": ".join(part for part in (number, text) if part)

    @property
    def short_hash(self) -> str:
        return self.event.hash[:8]


def entries(events: Iterable[Event]) -> list[Entry]:
    return [Entry(event) for event in events]


# Before the freeze


@dataclass(frozen=True)
class OfMinistry:
    """The tasks of one ministry that stand alike."""

    name: MinistryName
    tiles: list[Tile]


@dataclass(frozen=True)
class Outcome:
    """What would be sealed if the round were frozen now. `head_seq` proves that it was this that was confirmed."""

    round: Round
    at: datetime
    names: Directory
    head_seq: int
    tiles: list[Tile]

    @property
    def phase(self) -> Phase:
        return self.round.phase(self.at)

    @property
    def is_possible(self) -> bool:
        return self.phase in (Phase.OPEN, Phase.PAST_DUE)

    @property
    def is_early(self) -> bool:
        """Whether ministries are still in time."""
        return self.at <= self.round.due_at

    @property
    def overdue(self) -> timedelta:
        return self.at - self.round.due_at

    def _in(self, state: State) -> list[Tile]:
        return [tile for tile in self.tiles if tile.state is state]

    @property
    def accepted(self) -> int:
        return len(self._in(State.ACCEPTED))

    @property
    def no_reply(self) -> list[Tile]:
        return self._in(State.MISSING)

    @property
    def no_reply_by_ministry(self) -> list[OfMinistry]:
        mine: dict[int, list[Tile]] = {}
        for tile in self.no_reply:
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
    def unreviewed(self) -> list[Tile]:
        return self._in(State.SUBMITTED)


def outcome(round_: Round, *, user: User, at: datetime) -> Outcome:
    """What the freeze would seal now. The sequence is read first: what happens afterwards makes the freeze refuse."""
    head_seq, names = freezing.head_seq(round_), Directory(round_.as_of)
    return Outcome(round_, at, names, head_seq, read_tiles(round_, Viewer(user, at, closed=True), names))
