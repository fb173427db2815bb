"""What higher apps owe the pages of tasks. They register here when they start; tasks never imports them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Protocol

from ministries.models import User

from .models import Report, Round


@dataclass(frozen=True)
class MenuItem:
    """One item of the main menu that a higher app adds. `pages`: the names of the addresses that belong to it."""

    label: str
    name: str
    pages: tuple[str, ...] = ()
    number: int | None = None


Menu = Callable[[User], list[MenuItem]]
_menus: list[Menu] = []


def register_menu(menu: Menu) -> None:
    """Add items to the main menu; called once from an AppConfig's ready()."""
    if menu not in _menus:
        _menus.append(menu)


def menu_items(user: User) -> list[MenuItem]:
    """The items that higher apps have for the person, in their order."""
    return [item for menu in _menus for item in menu(user)]


@dataclass(frozen=True)
class RoundFact:
    """A dated fact about a round, such as the day of its meeting. `url`: where its reader sees more of it, if any."""

    kind: str
    day: date
    note: str = ""
    url: str = ""


RoundFacts = Callable[[Round, User | None], list[RoundFact]]
_round_facts: list[RoundFacts] = []


def register_round_facts(provider: RoundFacts) -> None:
    """Add a provider; called once from an AppConfig's ready()."""
    if provider not in _round_facts:
        _round_facts.append(provider)


def meeting_day(round_: Round) -> date | None:
    """The day of the meeting that the round is collected for, as it stands now; None while nobody knows it."""
    return next((fact.day for fact in round_facts(round_) if fact.kind == "meeting"), None)


def round_facts(round_: Round, user: User | None = None) -> list[RoundFact]:
    """All facts that higher apps know about the round, with addresses where a reader is given who may open them."""
    return [fact for provider in _round_facts for fact in provider(round_, user)]


# Decisions of meetings that a ministry carries out


@dataclass(frozen=True)
class OwedDecision:
    """One decision as the pages of tasks show it. `last`: in words what its owner said last; `owes_now`: nothing was
    said since the round was opened; `answer_url` takes the form with one of `choices` as `progress`, and `text`."""

    number: str
    text: str
    lead: int
    due_on: date
    is_overdue: bool
    is_closed: bool
    url: str
    answer_url: str
    codes: tuple[str, ...] = ()
    last: str = ""
    last_text: str = ""
    owes_now: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Overdue:
    """How many open decisions are past their day, and the address of their list."""

    number: int
    url: str


class Decisions(Protocol):
    """What a higher app knows of decisions."""

    def of_ministries(self, ministries: Collection[int], *, round_: Round | None, at: datetime) -> list[OwedDecision]:
        """The open ones that these ministries lead, the earliest due first."""

    def on_task(self, task: int, *, round_: Round | None, user: User, at: datetime) -> list[OwedDecision]:
        """Those about a task that the person may see, open ones first."""

    def overdue(self, *, at: datetime) -> Overdue:
        """How many are overdue."""


_decisions: list[Decisions] = []


def register_decisions(provider: Decisions) -> None:
    """Say what is decided; called once from an AppConfig's ready()."""
    if provider not in _decisions:
        _decisions.append(provider)


def decisions_of(ministries: Collection[int], *, round_: Round | None, at: datetime) -> list[OwedDecision]:
    """What the ministries (primary keys) have to carry out. One query where there is nothing."""
    return [row for one in _decisions for row in one.of_ministries(ministries, round_=round_, at=at)]


def decisions_on(task: int, *, round_: Round | None, user: User, at: datetime) -> list[OwedDecision]:
    """What was decided about a task (primary key), as far as the person may see it."""
    return [row for one in _decisions for row in one.on_task(task, round_=round_, user=user, at=at)]


def overdue_decisions(at: datetime) -> Overdue | None:
    """The overdue ones; None where there are none. One query."""
    return next((found for one in _decisions if (found := one.overdue(at=at)).number), None)


class Owed:
    """What the reports of some ministries owe by decisions, asked for once, when the first of them needs to know."""

    def __init__(self, leads: Collection[int], round_: Round | None, at: datetime) -> None:
        self._leads, self._round, self._at = leads, round_, at

    @cached_property
    def rows(self) -> list[OwedDecision]:
        return decisions_of(self._leads, round_=self._round, at=self._at)

    def on(self, report: Report) -> list[OwedDecision]:
        """Those about the report's task that its own ministry carries out."""
        return [row for row in self.rows if row.lead == report.lead_id and report.task.code in row.codes]

    def unsaid(self, report: Report) -> str:
        """The number of the first of them of which nothing was said since the round was opened; else empty."""
        return next((row.number for row in self.on(report) if row.owes_now), "")


# What else waits for a person


@dataclass(frozen=True)
class Errand:
    """Something that waits for a person, and where it is done. `due_at`: until when, if it has an end."""

    text: str
    url: str
    due_at: datetime | None = None
    is_overdue: bool = False


Errands = Callable[[User, datetime], list[Errand]]
_errands: list[Errands] = []
NEVER = datetime.max.replace(tzinfo=UTC)


def register_errands(provider: Errands) -> None:
    """Say what waits for whom; called once from an AppConfig's ready()."""
    if provider not in _errands:
        _errands.append(provider)


def errands_of(user: User, at: datetime) -> list[Errand]:
    """What waits for the person in higher apps: what is overdue and what is due soonest first."""
    rows = [row for provider in _errands for row in provider(user, at)]
    return sorted(rows, key=lambda row: (not row.is_overdue, row.due_at or NEVER))
