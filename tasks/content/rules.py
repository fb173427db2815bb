"""What the rules of one report depend on, and whether it may go as "no change"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar, cast

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from ministries.directory import Directory
from tfportal import dates

from ..models import Attachment, Contribution, Indicator, IndicatorValue, Light, Milestone, Report, Return
from .raw import Raw, raw_of, tidy

T = TypeVar("T")


@dataclass(frozen=True)
class Rules:
    """What the rules of one report depend on. `codes`: ministry code -> id, of every ministry that may be asked."""

    as_of: date
    milestones: tuple[Milestone, ...]
    codes: Mapping[str, int]
    returned: Return | None = None
    sent: Raw = field(default_factory=dict)  # the text that was returned
    files: Mapping[str, Attachment] = field(default_factory=dict)  # the report's own, by their ids
    indicators: tuple[Indicator, ...] = ()
    contributions: Mapping[str, Contribution] = field(default_factory=dict)  # of this report, by their ids
    owed: frozenset[int] = frozenset()  # the indicators of which this report has to say something

    @classmethod
    def of(cls, report: Report, codes: Mapping[str, int]) -> "Rules":
        """The rules of this report; reads its open milestones, indicators and return."""
        returned = open_return(report)
        return cls(
            as_of=report.round.as_of,
            milestones=tuple(open_milestones(report)),
            codes=_lazy(lambda: {code: pk for code, pk in codes.items() if pk != report.lead_id}),
            returned=returned,
            sent=tidy(raw_of(report.current)) if returned and report.current else {},
            files=_lazy(lambda: files_of(report)),
            contributions={str(row.pk): row for row in report.contributions.all()},
            indicators=tuple(open_indicators(report)),
            owed=frozenset(row.pk for row in owed_indicators(report)),
        )


def _lazy(read: Callable[[], Mapping[str, T]]) -> Mapping[str, T]:
    """What few texts name, read for the first that does."""
    return cast("Mapping[str, T]", SimpleLazyObject(read))


def files_of(report: Report) -> dict[str, Attachment]:
    """Every file that was ever attached to the report and is still there, by its id as a text carries it."""
    return {str(row.pk): row for row in report.attachments.all()}


def open_return(report: Report) -> Return | None:
    """The return that the ministry still owes an answer to; what was never sent cannot have been given back."""
    if report.current_id is None:
        return None
    return next((row for row in report.returns.all() if row.resolved_by_id is None), None)


def open_milestones(report: Report) -> list[Milestone]:
    """The task's milestones that are not done, in order."""
    return [row for row in report.task.milestones.all() if row.done_on is None]


def due_milestones(report: Report) -> list[Milestone]:
    """Open milestones whose date has come by the round's as-of date."""
    return [row for row in open_milestones(report) if row.current_on <= report.round.as_of]


def open_indicators(report: Report) -> list[Indicator]:
    """The task's indicators that are asked for on the as-of date, in order."""
    day = report.round.as_of
    return [row for row in report.task.indicators.all() if row.ended_on is None or row.ended_on > day]


def values_before(report: Report, indicator: Indicator) -> list[IndicatorValue]:
    """What the texts that count said of the indicator in earlier rounds, the oldest first."""
    rows = [row for row in indicator.values.all() if _counts(row) and row.revision.report.round.no < report.round.no]
    return sorted(rows, key=lambda row: row.revision.report.round.no)


def _counts(row: IndicatorValue) -> bool:
    return row.revision.report.current_id == row.revision_id


def owed_indicators(report: Report) -> list[Indicator]:
    """Those of which this report has to give the value, or say why there is none yet."""
    return [row for row in open_indicators(report) if _is_owed(report, row)]


def _is_owed(report: Report, indicator: Indicator) -> bool:
    if indicator.every == Indicator.Every.ROUND:
        return True
    told = (row for row in values_before(report, indicator) if row.value is not None)
    return all(row.revision.report.round.as_of.year != report.round.as_of.year for row in told)


def not_taken(report: Report) -> list[Contribution]:
    """What supporting ministries wrote in this round, and the text that was sent last does not name as taken over."""
    taken = {row.contribution_id for row in report.current.taken.all()} if report.current else set()
    return [row for row in report.contributions.all() if row.pk not in taken]


def unchanged_refusal(
    report: Report, names: Directory | None = None, *, unsaid: Callable[[Report], str] | None = None
) -> str:
    """Why "no change" is not possible for this report; empty when it is. The rules stand in `product.md`.
    `names`: those of the round's day, where they are at hand. `unsaid`: gives the number of the decision that the
    report owes a word of; asked last, because it looks into the database."""
    if open_return(report):
        return _("returned by the office")
    if report.baseline is None:
        return _("no earlier report to stand on")
    if due := due_milestones(report):
        return _("milestone due: %(title)s, %(day)s") % {
            "title": due[0].title,
            "day": dates.day(due[0].current_on, year=False),
        }
    if owed := owed_indicators(report):
        return _("indicator owed: %(title)s") % {"title": owed[0].title}
    if Light(report.baseline_light or report.baseline.light).needs_issue or Light(report.baseline.light).needs_issue:
        return _("light “%(light)s” last time") % {"light": Light(report.baseline_light or report.baseline.light).label}
    if written := not_taken(report):
        last = max(written, key=lambda row: row.at)
        return _("%(ministry)s wrote on %(day)s") % {
            "ministry": (names or Directory(report.round.as_of))[last.ministry_id].abbr,
            "day": dates.day(last.at, year=False),
        }
    if unsaid and (number := unsaid(report)):
        return _("a follow-up is owed on decision %(number)s") % {"number": number}
    return ""
