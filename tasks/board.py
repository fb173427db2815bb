"""The board: the tasks of a round by ministry, the sums over them, and the list behind each sum. Read-only.

Every number is a `selecting.Number`: the count of the list that its link opens.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from outbox.models import Delivery, Notice

from . import extensions, owed
from .board_rows import Row
from .candidates import answers
from .candidates.answers import Told
from .grouping import NONE, By, Group, Heads, groups
from .models import Direction, Kind, Light, Phase, Round, Sector, State
from .providers import Errand, Job, RoundFact, errands_of, jobs_of, round_facts
from .selecting import Filters, Number, Tally, count, select, tally
from .tiles import Also, Since, Tile, Viewer, letter_of, read_tiles, state_label

FOLDED_FROM = 200  # tasks: beyond, a row shows sums in place of its tasks
HIDDEN_ALSO = (Also.ASKED_IN_TIME,)  # a part of what is late: not a choice of its own


@dataclass(frozen=True)
class Board:
    """A round as one person sees it at one moment."""

    round: Round
    viewer: Viewer
    heads: Heads
    filters: Filters
    tiles: list[Tile] = field(repr=False)
    facts: list[RoundFact]
    asked_extensions: int = 0  # how many ministries wait for the office to decide on more time
    other_jobs: Sequence[Job] = ()  # what waits for the office beside the reports; none where nobody asks
    calls: dict[int, list[Told]] = field(default_factory=dict, repr=False)  # how who is called on answered
    errands: Sequence[Errand] = ()  # what else waits for the person
    stuck_mails: int = 0  # without an address; where nobody asks, none

    @property
    def phase(self) -> Phase:
        return self.round.phase(self.viewer.at)

    @property
    def is_frozen(self) -> bool:
        return self.round.frozen_at is not None

    @property
    def left(self) -> timedelta:
        """The time until the round is due; negative when it has passed."""
        return self.round.due_at - self.viewer.at

    @property
    def overdue(self) -> timedelta:
        return -self.left

    @cached_property
    def found(self) -> list[Tile]:
        return select(self.tiles, self.filters)

    @property
    def names(self) -> Directory:
        return self.heads.names

    @property
    def by(self) -> By:
        """What the rows are."""
        return By(self.filters.by or By.MINISTRY)

    @property
    def found_ministries(self) -> int:
        """Of how many ministries the tasks are, where the number that led here counts these; else 0."""
        of_ministries = {Also.EXTENDED, Also.NO_OFFICER} & {*self.filters.also_values}
        return len({tile.ministry for tile in self.found}) if of_ministries else 0

    @property
    def arranged(self) -> str:
        """What the rows are, as it stands in the address: nothing for ministries."""
        return self.filters.by

    @property
    def row_kind(self) -> str:
        return str(self.by.label)

    @property
    def whole_codes(self) -> bool:
        """Whether the tiles have to say whose task they are."""
        return self.by is not By.MINISTRY

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters.asked)

    @cached_property
    def is_folded(self) -> bool:
        """Too many tasks for one page: the rows show sums, and each opens its ministry's own list."""
        return len(self.found) > FOLDED_FROM and not getattr(self.filters, self.by)

    def number(self, label: str, **asked: str) -> Number:
        return count(self.tiles, Filters(**asked, by=self.filters.by), label, self._tally)

    @cached_property
    def _tally(self) -> Tally:
        return tally(self.tiles)

    @property
    def collected(self) -> Number:
        return self.number(_("Collected"))

    @property
    def shown_states(self) -> list[State]:
        """Whoever may not know of drafts has no number for them either."""
        hidden = () if self.viewer.sees_drafts else (State.DRAFT, State.AWAITING)
        return [state for state in State if state not in hidden]

    @property
    def states(self) -> list[Number]:
        return [self.number(self.state_label(state), state=state) for state in self.shown_states]

    def state_label(self, state: State) -> str:
        return state_label(state, closed=self.viewer.closed)

    @property
    def key(self) -> list[dict[str, str]]:
        """The legend of the states: their look, letter and word."""
        return [
            {"css": state.css, "letter": letter_of(state, closed=self.viewer.closed), "label": self.state_label(state)}
            for state in self.shown_states
        ]

    @property
    def knows_all(self) -> bool:
        """Whether sums over what was sent are true for this reader: the others would read zeros that are none."""
        return self.viewer.is_office or self.viewer.closed

    @property
    def besides(self) -> list[Number]:
        return (
            []
            if not self.knows_all
            else [self.number(str(also.label), also=also) for also in (Also.UNCHANGED, Also.LATE)] + self._in_time
        )

    @property
    def _in_time(self) -> list[Number]:
        """How many of the late ones were asked for in time; said only where there are some."""
        also = Also.ASKED_IN_TIME
        return [number] if (number := self.number(str(also.label), also=also)).count else []

    @property
    def requests(self) -> list[Number]:
        """Tasks that ask other ministries, and how many of them have all their answers. While the round is collected,
        those that wait for one are among the day's work."""
        shown = (Also.ASKS, Also.ANSWERED, Also.UNANSWERED) if self.is_frozen else (Also.ASKS, Also.ANSWERED)
        return [self.number(str(also.label), also=also) for also in shown] if self.knows_all else []

    @property
    def extended(self) -> Number | None:
        """How many ministries have more time: the rows of that list. None where the reader does not learn of it."""
        return self._ministries(str(Also.EXTENDED.label), Also.EXTENDED) if self.knows_all else None

    def _ministries(self, label: str, also: Also) -> Number:
        filters = Filters(also=also, by=self.filters.by)
        return Number(label, filters, len({tile.ministry for tile in select(self.tiles, filters)}))

    @property
    def lit(self) -> Number:
        return self.number(_("Lights"), light="any")

    @property
    def lights(self) -> list[Number]:
        """With the change against the last round, on the same tasks: one that left the roster changes nothing."""
        made = []
        for light in Light:
            number = self.number(str(light.label), light=light)
            before = sum(tile.before is light for tile in self.tiles)
            made.append(replace(number, light=light, change=number.count - before if self.round.previous_id else 0))
        return made

    @property
    def unlit(self) -> Number:
        return self.number(_("No light yet"), light="none")

    @property
    def since(self) -> list[Number]:
        known = self.round.previous_id and self.knows_all
        return [self.number(str(since.label), since=since) for since in Since] if known else []

    @property
    def jobs(self) -> list[Number]:
        """What waits for the office today. Without an officer are counted ministries, the rows of that list."""
        overdue = self.number(str(Also.OVERDUE.label), also=Also.OVERDUE)
        unanswered = self.number(_("Requests not answered"), also=Also.UNANSWERED)
        return [overdue, unanswered, self._ministries(_("Ministries without an officer"), Also.NO_OFFICER)]

    @property
    def owing(self) -> int:
        """How many ministries owe a report: the first part of the page of reminders. Whoever owes nothing but an answer
        or a contribution stands in its second part; the board counts requests that wait among its jobs."""
        return len({tile.ministry_id for tile in self.tiles if tile.state in owed.OWED})

    @property
    def waiting(self) -> int:
        """How many reports wait for review: the queue of the review page."""
        return len(select(self.tiles, Filters(state=State.SUBMITTED)))

    @cached_property
    def rows(self) -> list[Row]:
        """Every head in order, with the members of the T/F that have no tasks and whoever is called on; under a filter
        only those with something left."""
        found = groups(self.found, self.by, self.heads)
        whole = groups(self.tiles, self.by, self.heads) if self.is_filtered else found
        own = {group.code: group.tiles for group in whole}
        rows = [self._row(group, own.get(group.code, [])) for group in found]
        others = self.filters.asked.keys() - {self.by.value}
        wanted = getattr(self.filters, self.by)
        shows_empty = self.by is By.MINISTRY and not others
        return [row for row in rows if row.tiles or (shows_empty and wanted in ("", row.code))]

    def _row(self, group: Group, own: list[Tile]) -> Row:
        """The row's numbers are of its own tasks: what its address asks besides narrows nothing among them."""
        filters = replace(self.filters, **{self.by.value: group.code})
        counted = tally(group.tiles, ("since", "light") if self.is_folded else ("since",))
        since = [Since(self.filters.since)] if self.filters.since else Since
        found = [(one, counted["since", one]) for one in since]
        words = self._row_words
        lit = [(one, counted["light", one or "none"]) for one in (*Light, None)] if self.is_folded else []
        return Row(
            group,
            own,
            [Number(words[one], replace(filters, since=one), number) for one, number in found if number],
            [
                Number(words[one or "none"], replace(filters, light=one or "none"), number, one)
                for one, number in lit
                if number
            ],
            filters,
            Filters(**{self.by.value: group.code}, by=self.filters.by),
            self.calls.get(group.name.ministry_id, []) if group.name else [],
        )

    @cached_property
    def _row_words(self) -> dict[str, str]:
        """The words of a row's numbers, where the column's head says against what."""
        return {light: str(light.label) for light in Light} | {
            "none": _("No light yet"),
            Since.BETTER: _("better"),
            Since.WORSE: _("worse"),
            Since.MOVED: _("moved"),
            Since.NEW: _("new"),
            Since.COMPLETED: _("completed"),
            Since.NO_REPLY: _("no reply"),
        }

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What can be chosen in the filters, by field."""
        return {
            "ministry": self._heads(By.MINISTRY),
            "sector": self._heads(By.SECTOR),
            "kind": self._heads(By.KIND),
            "direction": self._heads(By.DIRECTION),
            "light": [(light.value, str(light.label)) for light in Light],
            "state": [(state.value, self.state_label(state)) for state in self.shown_states],
            "since": [(since.value, str(since.label)) for since in Since] if self.since else [],
            "by": [("" if by is By.MINISTRY else by.value, str(by.label)) for by in By],
        }

    def _heads(self, by: By) -> list[tuple[str, str]]:
        return [(group.code, group.label) for group in self.heads.of(by, self.tiles)]

    @cached_property
    def also_choices(self) -> list[Number]:
        """What else a task may be: those that some task is, and those that are chosen."""
        numbers = [self.number(str(also.label), also=also) for also in Also if also not in HIDDEN_ALSO]
        return [number for number in numbers if number.count or number.filters.also in self.filters.also_values]

    @property
    def more_asked(self) -> int:
        """How many filters are set that the form shows when it is unfolded."""
        return sum(map(bool, (self.filters.direction, self.filters.since, self.filters.by))) + len(
            self.filters.also_values
        )

    @property
    def filter_words(self) -> list[str]:
        """The filters that the form's fields do not show by themselves."""
        extra = {"any": _("Lights"), "none": _("No light yet")}.get(self.filters.light)
        words = [extra] if extra else []
        words += [label for value, label in self.choices["direction"] if value == self.filters.direction]
        words += [str(Since(self.filters.since).label)] if self.filters.since else []
        return words + [str(Also(value).label) for value in self.filters.also_values]


def build(round_: Round, query: Mapping[str, str], *, user: User, at: datetime) -> Board:
    """The board of a round: as it stands now, or as it was frozen. A constant number of queries."""
    viewer = Viewer(user, at, closed=round_.frozen_at is not None)
    calls = {} if viewer.closed else _calls(round_)
    heads = replace(heads_of(round_), called=frozenset(calls))
    tiles = read_tiles(round_, viewer, heads.names)
    asked = extensions.number_waiting(round_) if viewer.sees_drafts else 0
    others = jobs_of(user, at=at) if viewer.sees_drafts else []
    facts = round_facts(round_, user)
    filters = Filters.of(query, known(heads))
    errands = errands_of(user, at=at) if viewer.sees_drafts else []
    stuck = Notice.objects.in_state(Delivery.STUCK).count() if viewer.sees_drafts else 0
    return Board(round_, viewer, heads, filters, tiles, facts, asked, others, calls, errands, stuck)


def _calls(round_: Round) -> dict[int, list[Told]]:
    """How every body that is called on for candidates answered, with tasks or without: calls that are open, or were
    when the round before had been frozen. Two queries."""
    return answers.by_ministry(round_.previous.frozen_at if round_.previous else None)


def as_sealed(round_: Round, *, user: User, at: datetime) -> Board:
    """The whole board as the freeze shows it, or would show it now: what was not sent is no reply. As many queries."""
    viewer, heads = Viewer(user, at, closed=True), heads_of(round_)
    return Board(round_, viewer, heads, Filters(), read_tiles(round_, viewer, heads.names), round_facts(round_))


def heads_of(round_: Round) -> Heads:
    """What the tasks of a round can be put together under. Three queries."""
    return Heads(Directory(round_.as_of), list(Sector.objects.all()), list(Direction.objects.all()))


def known(heads: Heads) -> dict[str, Collection[str]]:
    """The values that each filter takes, for `Filters.of`."""
    return {
        "ministry": heads.names.by_code().keys(),
        "sector": {sector.code for sector in heads.sectors},
        "kind": Kind.values,
        "direction": {*(direction.code for direction in heads.directions), NONE},
        "light": [*Light.values, "any", "none"],
        "state": State.values,
        "since": Since.values,
        "also": Also.values,
        "by": By.values,
    }


@dataclass(frozen=True)
class Between:
    """No round is being collected: what comes next, and what was last."""

    next: Round | None
    last: Round | None


def between_rounds() -> Between:
    planned = Round.objects.filter(prepared_at__isnull=True).order_by("no")
    return Between(planned.first(), Round.objects.last_frozen())
