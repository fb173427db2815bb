"""Who and what there is in a simulated task force, decided from the seed alone: bodies, tasks, the calendar of rounds.

Nothing here knows the database. Every choice comes from a `random.Random` that is seeded with a text, so that it
depends neither on the order of sets nor on what was chosen elsewhere.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tasks.models import Indicator, Kind

SEOUL = ZoneInfo("Asia/Seoul")
FIRST_DAY = date(2021, 1, 4)  # a Monday: the first round opens
EVERY = timedelta(days=28)  # from the opening of one round to that of the next
OFFICE = ("coordinator", "coordinator-2", "coordinator-3")
STARTS, CLOSES, SATURDAY = 9, 18, 5
SMALLEST, MOST_MINISTRIES, MOST_TASKS, MOST_ROUNDS = 2, 200, 20_000, 100

# Sectors as in the strategy of 2020: their names are vocabulary, not somebody's data.
SECTORS = ("GEN", "TRN", "IND", "TRA", "BLD", "AGF", "WST", "SNK", "CCU", "HYD")
DIRECTIONS = {"A": 3, "B": 3, "C": 3, "D": 1}  # code -> how many items


class Temper:
    """How a body reports."""

    STEADY = "steady"
    SLIPS = "slips"  # its dates move again and again
    GREEN = "green"  # it never leaves green


@dataclass(frozen=True)
class Size:
    """What was asked for. The same size gives the same portal. `tasks`: how many are on the roster of each round."""

    ministries: int
    tasks: int
    rounds: int
    seed: int

    def random(self, *parts: object) -> Random:
        return Random("/".join(map(str, (self.seed, *parts))))  # noqa: S311 (no secret)

    def problems(self) -> list[str]:
        """Why it cannot be built; empty when it can."""
        bounds = (
            ("--ministries", self.ministries, SMALLEST, MOST_MINISTRIES),
            ("--tasks", self.tasks, self.ministries, MOST_TASKS),
            ("--rounds", self.rounds, 1, MOST_ROUNDS),
        )
        return [f"{name} is {value}: from {least} to {most}." for name, value, least, most in bounds
                if not least <= value <= most]  # fmt: skip


@dataclass(frozen=True)
class Body:
    """One simulated ministry. `renamed_on`: from when it has its second name; None where it keeps the first."""

    code: str
    number: int
    temper: str
    sign_off: bool
    has_officer: bool
    renamed_on: date | None

    @property
    def officer(self) -> str:
        return f"{self.code.lower()}-officer"

    @property
    def approver(self) -> str:
        return f"{self.code.lower()}-approver"


@dataclass(frozen=True)
class Job:
    """One simulated task. `milestones`: their dates in order; `indicators`: how often each is owed."""

    code: str
    number: int
    lead: Body
    supports: tuple[Body, ...]
    kind: Kind
    sector: str
    item: str
    first_round: int
    planned_from: date
    planned_until: date
    milestones: tuple[date, ...]
    indicators: tuple[Indicator.Every, ...]


@dataclass(frozen=True)
class Dates:
    """The calendar of one round: a Monday to the Friday of the week after, frozen on the Wednesday that follows."""

    no: int
    is_last: bool

    @property
    def monday(self) -> date:
        return FIRST_DAY + (self.no - 1) * EVERY

    @property
    def observes_from(self) -> date:
        return self.as_of - EVERY + timedelta(days=1)

    @property
    def as_of(self) -> date:
        return self.monday + timedelta(days=1)

    @property
    def prepared_at(self) -> datetime:
        return at(self.monday - timedelta(days=3), 10)

    @property
    def opens_at(self) -> datetime:
        return at(self.monday, 9)

    @property
    def due_at(self) -> datetime:
        return at(self.monday + timedelta(days=11), 18)

    @property
    def frozen_at(self) -> datetime:
        return at(self.monday + timedelta(days=16), 17)

    @property
    def until(self) -> datetime:
        """What comes later has not happened: the freeze, or in the last round the moment at which the clock stands."""
        return at(self.monday + timedelta(days=8), 14) if self.is_last else self.frozen_at


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Seoul."""
    return datetime.combine(day, time(hour, minute), SEOUL)


def at_work(moment: datetime) -> datetime:
    """The moment itself, where somebody is at work then; else the morning after, never an earlier one."""
    day = moment.date()
    if moment.hour >= CLOSES:
        day += timedelta(days=1)
    elif moment.hour >= STARTS and day.weekday() < SATURDAY:
        return moment
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return at(day, STARTS, moment.minute)


def calendar(size: Size) -> list[Dates]:
    return [Dates(no, is_last=no == size.rounds) for no in range(1, size.rounds + 1)]


def bodies(size: Size) -> list[Body]:
    """The first is renamed, the second never leaves green, the third slips and works with sign-off, the last has no
    officer (of three or more); the others are drawn."""
    renaming = size.rounds // 2 + 1
    renamed_on = Dates(renaming, is_last=False).monday - timedelta(days=10) if renaming > 1 else None
    made = []
    for number in range(1, size.ministries + 1):
        draw = size.random("body", number)
        temper = draw.choices((Temper.STEADY, Temper.SLIPS, Temper.GREEN), (6, 2, 2))[0]
        temper = {1: Temper.STEADY, 2: Temper.GREEN, 3: Temper.SLIPS}.get(number, temper)
        made.append(
            Body(
                code=f"SIM{number:03d}",
                number=number,
                temper=temper,
                sign_off=number % 3 == 0,
                has_officer=number < max(size.ministries, 3),
                renamed_on=renamed_on if number == 1 else None,
            )
        )
    return made


class Jobs:
    """Gives out tasks: every body leads its share, the one without an officer a smaller one."""

    def __init__(self, size: Size, listed: list[Body]) -> None:
        self.size, self.listed, self.given = size, listed, 0
        self.turns = [body for turn in range(4) for body in listed if body.has_officer or turn == 0]
        self.counts: dict[str, int] = {}
        self.digits = max(2, len(str(2 * size.tasks // size.ministries)))  # of a code; those that join have room

    def join(self, count: int, dates: Dates) -> list[Job]:
        """So many tasks that are reported from this round on."""
        return [self._next(dates) for _task in range(count)]

    def _next(self, dates: Dates) -> Job:
        lead = self.turns[self.given % len(self.turns)]
        self.given += 1
        self.counts[lead.code] = self.counts.get(lead.code, 0) + 1
        code = f"{lead.code}-{self.counts[lead.code]:0{self.digits}d}"
        return _job(self.size, self.listed, lead, dates, self.given, code)


def _job(size: Size, listed: list[Body], lead: Body, dates: Dates, number: int, code: str) -> Job:
    draw = size.random("task", number)
    others = [body for body in listed if body is not lead]
    supports = draw.sample(others, k=min(len(others), draw.choices((0, 1, 2), (70, 20, 10))[0]))
    kind = Kind.NEW if dates.no > 1 else draw.choices(list(Kind), (15, 15, 15, 55))[0]
    days = range(10, 85) if kind is Kind.FIRST_COMPLETED else range(20, 1100)  # those are due in the first quarter
    steps = sorted(draw.sample(days, k=draw.choices((1, 2, 3, 4), (25, 40, 25, 10))[0]))
    milestones = tuple(dates.monday + timedelta(days=step) for step in steps)
    direction = draw.choice(list(DIRECTIONS))
    indicators = draw.choices(
        ((), (Indicator.Every.YEAR,), (Indicator.Every.ROUND,), (Indicator.Every.YEAR, Indicator.Every.ROUND)),
        (80, 12, 5, 3),
    )[0]
    return Job(
        code=code,
        number=number,
        lead=lead,
        supports=tuple(sorted(supports, key=lambda body: body.number)),
        kind=kind,
        sector=draw.choice(SECTORS),
        item=f"{direction}{draw.randint(1, DIRECTIONS[direction])}",
        first_round=dates.no,
        planned_from=dates.monday - timedelta(days=draw.randint(10, 200)),
        planned_until=milestones[-1] + timedelta(days=draw.randint(0, 60)),
        milestones=milestones,
        indicators=indicators,
    )
