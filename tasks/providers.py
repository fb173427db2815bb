"""What higher apps owe the pages of tasks. They register here when they start; tasks never imports them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ministries.models import User

from .models import Round


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
