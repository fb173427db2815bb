"""A page and its floor in turns, so that whatever else the machine does strikes both; and what a request costs."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from .serving import Answer, share

Ask = Callable[[], Answer]
WARM_UP = 6  # pairs: each worker has read its templates, and has a connection to the database


class WrongAnswer(Exception):
    """What came back is not what is measured: the time of a refusal says nothing."""


@dataclass(frozen=True)
class Patience:
    """How often each pair is asked: `most` times, or as often as `seconds` allow and at least `least` times."""

    least: int = 15
    most: int = 60
    seconds: float = 12.0


QUICK = Patience(2, 3, 1.0)


@dataclass(frozen=True)
class Times:
    """Milliseconds of one thing that was asked for again and again."""

    number: int = 0
    median: float = 0.0
    p95: float = 0.0

    @classmethod
    def of(cls, seconds: list[float]) -> "Times":
        return cls(len(seconds), 1000 * median(seconds), 1000 * share(seconds, 0.95))


@dataclass(frozen=True)
class Measured:
    """One row of the table. `within`: its bar, None where it is reported only."""

    name: str
    address: str
    floor: str
    within: float | None
    page: Times = Times()
    below: Times = Times()
    queries: int = 0
    database_ms: float = 0.0
    raw: int = 0
    packed: int = 0
    is_board: bool = False

    @property
    def ratio(self) -> float:
        return self.page.median / self.below.median if self.below.median else 0.0


def in_turns(floor: Ask, page: Ask, patience: Patience) -> tuple[Times, Times]:
    """The times of the floor and of the page, asked for in turns: floor, page, floor, page."""
    for _ in range(min(WARM_UP, patience.least)):
        floor(), page()
    of_floor: list[float] = []
    of_page: list[float] = []
    began = time.monotonic()
    while len(of_page) < patience.most:
        if len(of_page) >= patience.least and time.monotonic() - began > patience.seconds:
            break
        of_floor.append(floor().seconds)
        of_page.append(page().seconds)
    return Times.of(of_floor), Times.of(of_page)


def expect(status: int, answer: Answer, what: str) -> Answer:
    """The answer, if it is of that status."""
    if answer.status != status:
        raise WrongAnswer(f"{what} answered {answer.status} instead of {status}.")
    return answer
