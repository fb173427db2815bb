"""합계: what the figures of a version sum to, and whether that is what their authors say. One function for each metric:
pages, charts, tables, exports and the book all ask here."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NOTHING = Decimal("0.0")
HALF_A_STEP = Decimal("0.05")  # to one decimal, so far each figure may lie from what it stands for


class Valued(Protocol):
    """A figure, stored or only typed; without a value where none is stated."""

    @property
    def value(self) -> Decimal | None: ...


class Totals(Protocol):
    """A version, as far as it says what its figures sum to."""

    @property
    def stated_total(self) -> Decimal | None: ...

    @property
    def stated_gross(self) -> Decimal | None: ...


def gross(figures: Iterable[Valued]) -> Decimal:
    """총배출량: what is emitted, in MtCO2eq: the figures above zero."""
    return sum((figure.value for figure in figures if figure.value is not None and figure.value > 0), NOTHING)


def sinks(figures: Iterable[Valued]) -> Decimal:
    """흡수·제거: what is taken up, captured or reduced abroad: the figures below zero, as one that is below zero."""
    return sum((figure.value for figure in figures if figure.value is not None and figure.value < 0), NOTHING)


def net(figures: Iterable[Valued]) -> Decimal:
    """순배출량: both together."""
    return sum((figure.value for figure in figures if figure.value is not None), NOTHING)


def difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """How much `other` is above `one`; None where either is not stated."""
    return None if one is None or other is None else other - one


def change(value: Decimal | None, base: Decimal | None) -> Decimal | None:
    """The change from the base in percent of it, to one decimal: of a sink that takes up less, below zero as well. None
    where there is nothing to compare with."""
    if value is None or base is None or not base:
        return None
    return ((value - base) / base * 100).quantize(Decimal("0.1"))


def written(value: Decimal | None, *, sign: bool = False) -> str:
    """`1,163.4`, `−55.1`; with `sign` `+0.1`; a dash where there is no value. The minus is a minus, not a hyphen."""
    if value is None:
        return "–"
    text = f"{value + 0:{'+' if sign and value else ''},.1f}"
    return text.replace("-", "−")


class Closing(StrEnum):
    """Whether figures sum to the stated total."""

    EXACT = "exact"
    ROUNDING = "rounding"  # not quite, and by no more than rounding can make
    DIFFERS = "differs"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class Check:
    """A sum beside what its authors state. `number`: of how many figures it is the sum; `is_published`: whether that
    statement is: Korean calls it 공표 then, and 명시 before."""

    computed: Decimal
    stated: Decimal | None
    number: int
    is_published: bool = False

    @property
    def difference(self) -> Decimal | None:
        """How much the figures sum to more than is stated."""
        return difference(self.stated, self.computed)

    @property
    def published(self) -> Decimal:
        """What its authors say, else what the figures sum to."""
        return self.computed if self.stated is None else self.stated

    @property
    def rounding(self) -> Decimal:
        """How far the sum can lie from the stated total when each of them was rounded for itself."""
        return HALF_A_STEP * (self.number + 1)

    @property
    def closing(self) -> Closing:
        if self.difference is None:
            return Closing.UNSTATED
        if not self.difference:
            return Closing.EXACT
        return Closing.ROUNDING if abs(self.difference) <= self.rounding else Closing.DIFFERS

    @property
    def closes(self) -> bool:
        """To the decimal, or nothing is stated that it could miss."""
        return self.closing in (Closing.EXACT, Closing.UNSTATED)

    @property
    def text(self) -> str:
        """In words, with the numbers."""
        if self.stated is None or self.difference is None:
            return _("No total is stated.")
        if self.closing is Closing.EXACT:
            if self.is_published:
                return pgettext("published", "The figures sum exactly to the stated total.")
            return _("The figures sum exactly to the stated total.")
        values = {
            "sum": written(self.computed),
            "stated": written(self.stated),
            "by": written(abs(self.difference)),
            "n": self.number,
        }
        more, less = (
            _("The figures sum to %(sum)s: %(by)s more than the stated %(stated)s."),
            _("The figures sum to %(sum)s: %(by)s less than the stated %(stated)s."),
        )
        if self.is_published:
            more, less = (
                pgettext("published", "The figures sum to %(sum)s: %(by)s more than the stated %(stated)s."),
                pgettext("published", "The figures sum to %(sum)s: %(by)s less than the stated %(stated)s."),
            )
        text = (more if self.difference > 0 else less) % values
        if self.closing is Closing.DIFFERS:
            return text
        why = ngettext(
            "Rounding explains it: %(n)d figure, each rounded to one decimal.",
            "Rounding explains it: %(n)d figures, each rounded to one decimal.",
            self.number,
        )
        return f"{text} {why % values}"


@dataclass(frozen=True)
class Sums:
    """All sums of one version."""

    gross: Check
    sinks: Decimal
    net: Check

    @property
    def closes(self) -> bool:
        return self.gross.closes and self.net.closes

    @property
    def open(self) -> list[str]:
        """What does not close, in words, the net first."""
        named = ((_("Net"), self.net), (_("Gross"), self.gross))
        return [f"{label}: {check.text}" for label, check in named if not check.closes]


def of(version: Totals, figures: Iterable[Valued]) -> Sums:
    """The sums of a version's figures, beside what it states."""
    stated = [figure for figure in figures if figure.value is not None]
    emitted = [figure for figure in stated if figure.value is not None and figure.value > 0]
    is_published = bool(getattr(version, "is_published", False))  # what is only typed has no such word
    return Sums(
        Check(gross(stated), version.stated_gross, len(emitted), is_published),
        sinks(stated),
        Check(net(stated), version.stated_total, len(stated), is_published),
    )
