"""The working group's figures for a meeting's papers: what was published beside what is counted, never mixed.

Rows are counted as they stood at a moment, played from the record: a paper that was frozen then says the same for ever,
whatever is entered or put right later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from records.rows import Content, rows_at
from tfportal import dates

from . import counting, groups
from .contents import GROUP
from .counting import Metric
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


@dataclass(frozen=True)
class Register:
    """The group's register as it stood at a moment: the same numbers as `counting` finds in the tables."""

    experts: list[Content]
    meetings: list[Content]

    @classmethod
    def at(cls, at: datetime) -> "Register":
        """One query."""
        group = groups.working_group()
        rows = rows_at(GROUP, at).get(GROUP.key(group), {}) if group else {}
        named = [(name.partition("/")[0], row) for name, row in rows.items()]
        return cls(
            [row for kind, row in named if kind == "expert"],
            [row for kind, row in named if kind == "divisionmeeting"],
        )

    def serving(self, day: date) -> list[Content]:
        """As `ExpertQuerySet.serving`: the first day and the last included."""
        on = day.isoformat()
        return [row for row in self.experts if row["starts_on"] <= on <= (row["ends_on"] or on)]

    def held(self, until: date, since: date | None) -> list[Content]:
        first = since.isoformat() if since else ""
        return [row for row in self.meetings if first <= row["held_on"] <= until.isoformat()]

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Affiliations are personal data, stand in no event and may leave: papers do not count them."""
        kinds = PublishedFigure.Counts
        return {
            kinds.EXPERTS: lambda as_of, since: len(self.serving(as_of)),
            kinds.MEETINGS: lambda as_of, since: len(self.held(as_of, since)),
            kinds.DIVISIONS: counting.METRICS[kinds.DIVISIONS],
            kinds.INSTITUTES: lambda as_of, since: None,
            kinds.MINISTRIES: lambda as_of, since: len({row["ministry_id"] for row in self.serving(as_of)}),
        }


def working_group_facts(as_of: date, at: datetime) -> list[GroupFact]:
    """What may be said of the group in papers of that day: every figure that was published until then, beside the rows
    that were registered by `at`, and then what is counted on the day itself. In the language that is active."""
    metrics = Register.at(at).metrics
    published = [_published(one) for one in counting.published(as_of, metrics) if not _is_later(one, as_of)]
    return published + _counted(as_of, metrics)


def _is_later(one: counting.Compared, as_of: date) -> bool:
    """Whether the time that a figure speaks of began after the day: `Q1 2021` may be said of on any day of it."""
    return one.is_ahead and one.when != dates.period(as_of, one.figure.precision)


def _published(one: counting.Compared) -> GroupFact:
    figure = one.figure
    said = _("%(label)s: %(number)s published (%(occasion)s, %(when)s); %(counted)s registered as of %(day)s")
    if one.counted is None:
        said = _("%(label)s: %(number)s published (%(occasion)s, %(when)s)")
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


def _counted(as_of: date, metrics: Mapping[str, Metric]) -> list[GroupFact]:
    kinds = (PublishedFigure.Counts.EXPERTS, PublishedFigure.Counts.MEETINGS, PublishedFigure.Counts.MINISTRIES)
    found = []
    for kind in kinds:
        number = metrics[kind](as_of, None) or 0
        said = _("%(label)s: %(number)s registered as of %(day)s")
        words = said % {"label": kind.label, "number": number, "day": dates.day(as_of)}
        found.append(GroupFact(kind.value, str(kind.label), number, as_of, "day", words, is_published=False))
    return found
