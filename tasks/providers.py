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
    """One item of the main menu that a higher app adds. `pages`: the names of the addresses that belong to it;
    `count`: how much waits there, asked only where it is shown. Of nothing the menu says nothing."""

    label: str
    name: str
    pages: tuple[str, ...] = ()
    count: Callable[[], int] | None = None

    def number(self) -> int | None:
        return (self.count() or None) if self.count else None


Menu = Callable[[User], list[MenuItem]]
_menus: list[Menu] = []


def register_menu(menu: Menu) -> None:
    """Add items to the main menu; called once from an AppConfig's ready()."""
    if menu not in _menus:
        _menus.append(menu)


def menu_items(user: User) -> list[MenuItem]:
    """The items that higher apps have for the person, in their order."""
    return [item for menu in _menus for item in menu(user)]


# The pages on which the strategy grows


_sections: list[Menu] = []


def register_sections(menu: Menu) -> None:
    """Add pages to the menu's item *Strategy*; called once from an AppConfig's ready()."""
    if menu not in _sections:
        _sections.append(menu)


def sections(user: User) -> list[MenuItem]:
    """The pages under *Strategy* that the person may open, in the order in which their apps stand."""
    return [item for menu in _sections for item in menu(user)]


# What somebody's ministries owe, and what waits for the office


@dataclass(frozen=True)
class Errand:
    """One thing that is to be done beside the reports: `text` says what, `url` is where. `is_optional`: it may be left,
    as a comment that only those write who have one."""

    text: str
    url: str
    due_at: datetime | None = None
    is_overdue: bool = False
    is_optional: bool = False


Errands = Callable[[User, datetime], list[Errand]]
_errands: list[Errands] = []
NEVER = datetime.max.replace(tzinfo=UTC)


def register_errands(provider: Errands) -> None:
    """Say what is owed; called once from an AppConfig's ready()."""
    if provider not in _errands:
        _errands.append(provider)


def errands_of(user: User, *, at: datetime) -> list[Errand]:
    """What waits for the person, in order."""
    return in_order([errand for one in _errands for errand in one(user, at)])


def in_order(errands: list[Errand]) -> list[Errand]:
    """What is overdue and what is due soonest first, what may be left last."""
    return sorted(errands, key=lambda errand: (not errand.is_overdue, errand.is_optional, errand.due_at or NEVER))


@dataclass(frozen=True)
class Job:
    """Something of which a number waits for the office: `text` says what, `url` is its list. `slug` names it in the
    page."""

    text: str
    url: str
    number: int
    slug: str = ""


Jobs = Callable[[User, datetime], list[Job]]
_jobs: list[Jobs] = []


def register_jobs(provider: Jobs) -> None:
    """Say what waits for the office; called once from an AppConfig's ready()."""
    if provider not in _jobs:
        _jobs.append(provider)


def jobs_of(user: User, *, at: datetime) -> list[Job]:
    """What waits for the office beside the reports; nothing that is none."""
    return [job for one in _jobs for job in one(user, at) if job.number]


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


class Decisions(Protocol):
    """What a higher app knows of decisions."""

    def of_ministries(self, ministries: Collection[int], *, round_: Round | None, at: datetime) -> list[OwedDecision]:
        """The open ones that these ministries lead, the earliest due first."""

    def on_task(self, task: int, *, round_: Round | None, user: User, at: datetime) -> list[OwedDecision]:
        """Those about a task that the person may see, open ones first."""


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


# Meetings that spoke of a candidate


@dataclass(frozen=True)
class SpokenOf:
    """That a candidate stands on the agenda of a meeting: its number, name and address; no address where its reader may
    not open it. `held_at`: since when the meeting counts as held."""

    no: int
    name: str
    url: str
    is_held: bool
    held_at: datetime | None = None


Agendas = Callable[[Collection[int], User | None], dict[int, list[SpokenOf]]]
_agendas: list[Agendas] = []


def register_agendas(provider: Agendas) -> None:
    """Say which meetings speak of candidates; called once from an AppConfig's ready()."""
    if provider not in _agendas:
        _agendas.append(provider)


def spoken_of(candidates: Collection[int], *, user: User | None = None) -> dict[int, list[SpokenOf]]:
    """The meetings that speak of each of these candidates (primary keys), the latest last. `user`: who reads it."""
    found: dict[int, list[SpokenOf]] = {}
    for one in _agendas:
        for pk, rows in one(candidates, user).items():
            found.setdefault(pk, []).extend(rows)
    return found


# What stakeholders said about a task


@dataclass(frozen=True)
class OpinionOn:
    """One opinion about a task. `said_by`: who said it, in words; `text` is empty where its words were removed;
    `outcome`: what came of it, in words, with the class of its look; `reason`: why."""

    number: str
    url: str
    said_by: str
    said_on: date
    text: str
    outcome: str
    css: str
    reason: str = ""


OpinionsOn = Callable[[int, User, datetime], list[OpinionOn]]
_opinions: list[OpinionsOn] = []


def register_opinions(provider: OpinionsOn) -> None:
    """Say what stakeholders said about tasks; called once from an AppConfig's ready()."""
    if provider not in _opinions:
        _opinions.append(provider)


def opinions_on(task: int, *, user: User, at: datetime) -> list[OpinionOn]:
    """What was said about a task (primary key), as far as the person may see it, the latest first."""
    return [row for one in _opinions for row in one(task, user, at)]
