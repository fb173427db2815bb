"""The office's light beside the ministry's: where they differ and why, how often, and who never leaves green.

A report counts once the office has accepted it: from then on everyone who sees the board may know both lights. Why they
differ is a note of the office, for itself and for the ministry.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from ministries.models import MinistryName
from tfportal.language import pick

from ..models import Light, Milestone, Report, Round, State
from . import moves
from .standpoint import Standpoint

GREEN = (Light.ON_TRACK, Light.COMPLETED)
ROUNDS_WANTED = 3  # fewer say little of a habit


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to. `scope`: `all` rounds up to the standpoint, or else the last of them alone; `way`:
    `worse` where the office's light is to be the worse one."""

    ministry: str = ""
    said: str = ""
    lit: str = ""
    scope: str = ""
    way: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], known: Mapping[str, Iterable[str]]) -> "Asked":
        """From an address. A value that names nothing known is left out."""
        return cls(**{name: query.get(name, "") for name in known if query.get(name, "") in known[name]})

    @property
    def told(self) -> dict[str, str]:
        return {entry.name: value for entry in fields(self) if (value := getattr(self, entry.name))}


@dataclass(frozen=True)
class Entry:
    """One sent report with what the ministry said of it; `office`: None until the office has accepted it."""

    pk: int
    no: int
    task_id: int
    code: str
    title: str
    lead: MinistryName
    ministry: Light
    office: Light | None

    @property
    def differs(self) -> bool:
        return self.office is not None and self.office != self.ministry

    @property
    def is_worse(self) -> bool:
        """Whether the office's light is the worse one."""
        return self.office is not None and self.office.rank < self.ministry.rank


def select(entries: Iterable[Entry], asked: Asked, no: int | None) -> list[Entry]:
    """The accepted reports that are meant, the last round first: those with two lights that differ, or, where both are
    named, those with just these two. `no`: the round that the list is about unless it is about all."""
    named = bool(asked.said and asked.lit)
    found = [
        entry
        for entry in entries
        if entry.office is not None
        and (asked.scope == "all" or entry.no == no)
        and asked.ministry in ("", entry.lead.ministry.code)
        and asked.said in ("", entry.ministry)
        and asked.lit in ("", entry.office)
        and (named or entry.differs)
        and (not asked.way or entry.is_worse)
    ]
    return sorted(found, key=lambda entry: (-entry.no, entry.code))


@dataclass(frozen=True)
class Cell:
    """How many accepted reports have this light of the ministry and that of the office, and where they are listed."""

    ministry: Light
    office: Light
    count: int
    query: str

    @property
    def differs(self) -> bool:
        return self.ministry != self.office


@dataclass(frozen=True)
class Habit:
    """How often the two lights of a ministry differed over the rounds."""

    lead: MinistryName
    accepted: int
    harsher: int
    differing: int
    query: str
    worse_query: str

    @property
    def share(self) -> int:
        """Of a hundred."""
        return round(100 * self.differing / self.accepted) if self.accepted else 0


@dataclass(frozen=True)
class Evergreen:
    """A task, or a ministry with all its tasks, that said green in every round in which it reported. `office`, `dates`:
    in how many of these reports the office's light or a date said otherwise."""

    lead: MinistryName
    code: str
    title: str
    rounds: int
    reports: int
    office: int
    dates: int


@dataclass(frozen=True)
class Lights:
    """Both lights from one standpoint."""

    standpoint: Standpoint
    asked: Asked
    round: Round | None
    entries: list[Entry]
    passed: frozenset[tuple[int, int]]  # round and task where a date was moved or had passed

    @cached_property
    def found(self) -> list[Entry]:
        return select(self.entries, self.asked, self._no)

    @property
    def _no(self) -> int | None:
        return self.round.no if self.round else None

    @property
    def accepted(self) -> int:
        """Of the rounds that the list is about."""
        asked = self.asked
        return sum(
            entry.office is not None
            and (asked.scope == "all" or entry.no == self._no)
            and asked.ministry in ("", entry.lead.ministry.code)
            for entry in self.entries
        )

    @property
    def table(self) -> list[tuple[Light, list[Cell]]]:
        """The ministry's lights as rows, the office's as columns."""
        base = replace(self.asked, said="", lit="", way="")
        return [
            (said, [self._cell(said, lit, replace(base, said=said.value, lit=lit.value)) for lit in Light])
            for said in Light
        ]

    def _cell(self, said: Light, lit: Light, asked: Asked) -> Cell:
        return Cell(said, lit, len(select(self.entries, asked, self._no)), self.address(asked))

    def address(self, asked: Asked) -> str:
        until = self.standpoint.until
        return "?" + urlencode(asked.told | ({"round": until} if until else {}))

    @property
    def scopes(self) -> list[tuple[str, bool]]:
        """The two scopes of the list: address, and whether it is this one; the one round first."""
        return [(self.address(replace(self.asked, scope=scope)), self.asked.scope == scope) for scope in ("", "all")]

    @property
    def clear(self) -> str:
        return self.address(Asked(scope=self.asked.scope))

    @cached_property
    def habits(self) -> list[Habit]:
        """By ministry over all rounds, whoever differs the most often first."""
        of_lead: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.office is not None:
                of_lead[entry.lead.ministry.code].append(entry)
        found = [self._habit(code, rows) for code, rows in of_lead.items()]
        return sorted(found, key=lambda one: (-one.differing, -one.accepted, one.lead.ministry.order))

    def _habit(self, code: str, rows: list[Entry]) -> Habit:
        asked = Asked(ministry=code, scope="all")
        differing = select(rows, asked, self._no)
        worse = replace(asked, way="worse")
        harsher = len(select(rows, worse, self._no))
        return Habit(rows[0].lead, len(rows), harsher, len(differing), self.address(asked), self.address(worse))

    @cached_property
    def green_tasks(self) -> list[Evergreen]:
        """Tasks that never left green, those first of which the office or the dates said otherwise."""
        found = self._evergreen({entry.task_id: [] for entry in self.entries}, lambda entry: entry.task_id)
        return sorted(found, key=lambda one: (-(one.office + one.dates), one.code))

    @cached_property
    def green_ministries(self) -> list[Evergreen]:
        found = self._evergreen(
            {entry.lead.ministry_id: [] for entry in self.entries}, lambda entry: entry.lead.ministry_id
        )
        return sorted(found, key=lambda one: (-(one.office + one.dates), one.lead.ministry.order))

    def _evergreen(self, heads: dict[int, list[Entry]], key: Any) -> list[Evergreen]:
        for entry in self.entries:
            heads[key(entry)].append(entry)
        return [
            _green(rows, self.passed)
            for rows in heads.values()
            if all(row.ministry in GREEN for row in rows) and len({row.no for row in rows}) >= ROUNDS_WANTED
        ]


def _green(rows: list[Entry], passed: frozenset[tuple[int, int]]) -> Evergreen:
    last = max(rows, key=lambda row: row.no)
    return Evergreen(
        last.lead,
        last.code,
        last.title,
        len({row.no for row in rows}),
        len(rows),
        sum(row.office is not None and row.office not in GREEN for row in rows),
        sum((row.no, row.task_id) in passed for row in rows),
    )


def read(query: Mapping[str, str], standpoint: Standpoint) -> Lights:
    """Both lights. Constant in queries."""
    rounds = {row.pk: row for row in standpoint.rounds}
    entries = [_entry(row, rounds, standpoint) for row in _rows(rounds)]
    known: dict[str, Iterable[str]] = {
        "ministry": standpoint.names.by_code().keys(),
        "said": Light.values,
        "lit": Light.values,
        "scope": ["all"],
        "way": ["worse"],
    }
    passed = _passed(entries, list(rounds.values()))
    return Lights(standpoint, Asked.of(query, known), standpoint.round, entries, passed)


def _rows(rounds: Iterable[int]) -> Iterable[Any]:
    """What was sent, as far as everyone may know of it: of a round that is still collected what the office accepted."""
    sent = Report.objects.filter(round__in=list(rounds), current__isnull=False)
    known = sent.filter(round__frozen_at__isnull=False) | sent.filter(state=State.ACCEPTED)
    return known.order_by("round__no", "task__code").values(
        "pk", "round", "task", "task__code", "task__title_ko", "task__title_en", "title_copied_ko", "title_copied_en",
        "lead", "current__light", "state", "office_light",
    )  # fmt: skip


def _entry(row: Any, rounds: Mapping[int, Round], standpoint: Standpoint) -> Entry:
    is_accepted = row["state"] == State.ACCEPTED
    return Entry(
        row["pk"],
        rounds[row["round"]].no,
        row["task"],
        row["task__code"],
        pick(row["title_copied_ko"] or row["task__title_ko"], row["title_copied_en"] or row["task__title_en"]),
        standpoint.names[row["lead"]],
        Light(row["current__light"]),
        Light(row["office_light"]) if is_accepted else None,
    )


def _passed(entries: list[Entry], rounds: list[Round]) -> frozenset[tuple[int, int]]:
    """The rounds and tasks in which a date was moved, or had passed by the round's day without being done."""
    counted = Counter(entry.task_id for entry in entries)
    changes, found = moves.applied(), set()
    for milestone in Milestone.objects.order_by("task", "order"):
        if milestone.task_id not in counted:
            continue
        for round_ in rounds:
            dates = moves.dates_of(milestone, changes.get(milestone.pk, ()), round_.no)
            is_moved = any(move.revision.report.round_id == round_.pk for move in dates.moves)
            if is_moved or dates.is_behind(round_.as_of):
                found.add((round_.no, milestone.task_id))
    return frozenset(found)


def reasons(entries: Iterable[Entry], standpoint: Standpoint) -> dict[int, str]:
    """Why the office set another light, by report: for the office itself and the ministry's own. One query."""
    listed = [entry.pk for entry in entries]
    reports = Report.objects.filter(pk__in=listed).exclude(office_reason="")
    if not standpoint.user.standing.is_coordinator:
        reports = reports.led_by(standpoint.user.standing.ministries)
    return dict(reports.values_list("pk", "office_reason"))
