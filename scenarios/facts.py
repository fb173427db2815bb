"""The working group's figures for a meeting's papers: what was published beside what is counted, never mixed."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tfportal import dates

from . import counting
from .models import PublishedFigure


@dataclass(frozen=True)
class GroupFact:
    """One number of the group. `code`: of the published figure, or what is counted; `words`: it in one sentence, in the
    reader's language; `sources` and `is_verified` of what was published: what is counted here has none."""

    code: str
    label: str
    number: int
    as_of: date
    precision: str
    words: str
    is_published: bool
    sources: tuple[str, ...] = ()
    is_verified: bool = True
    counted: int | None = None  # beside a published number: the rows registered as of `as_of`


def working_group_facts(as_of: date) -> list[GroupFact]:
    """What may be said of the group in papers of that day: every figure that was published until then, beside the rows
    that are registered, and then what is counted on the day itself. In the language that is active."""
    return [_published(one) for one in counting.published(as_of) if not _is_later(one, as_of)] + _counted(as_of)


def _is_later(one: counting.Compared, as_of: date) -> bool:
    """Whether the time that a figure speaks of began after the day: `Q1 2021` may be said of on any day of it."""
    return one.is_ahead and one.when != dates.period(as_of, one.figure.precision)


def _published(one: counting.Compared) -> GroupFact:
    figure = one.figure
    said = _("%(label)s: %(number)s published (%(occasion)s, %(when)s); %(counted)s registered as of %(day)s")
    words = said % {
        "label": figure.get_counts_display(),
        "number": figure.number,
        "occasion": figure.occasion,
        "when": one.period,
        "counted": one.counted,
        "day": dates.day(one.as_of),
    }
    return GroupFact(
        figure.code,
        str(figure.get_counts_display()),
        figure.number,
        one.as_of,
        figure.precision,
        words,
        is_published=True,
        sources=tuple(one.sources),
        is_verified=figure.verified == "V",
        counted=one.counted,
    )


def _counted(as_of: date) -> list[GroupFact]:
    kinds = (PublishedFigure.Counts.EXPERTS, PublishedFigure.Counts.MEETINGS, PublishedFigure.Counts.MINISTRIES)
    found = []
    for kind in kinds:
        number = counting.METRICS[kind](as_of, None)
        said = _("%(label)s: %(number)s registered as of %(day)s")
        words = said % {"label": kind.label, "number": number, "day": dates.day(as_of)}
        found.append(GroupFact(kind.value, str(kind.label), number, as_of, "day", words, is_published=False))
    return found
