"""What a ministry reported before: its earlier rounds with what the office said, and the earlier texts of one task.
Read-only, of frozen rounds alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ministries.directory import Directory, dated_names
from ministries.models import Ministry, MinistryName, User

from . import permissions, reading
from .models import Correction, Field, Report, Round, Submission
from .models.reporting import Return
from .querysets import ReportQuerySet, RoundQuerySet

TEXTS = (Field.RESULTS, Field.PLANS, Field.ISSUES)
GOES_ON = ("-", "–", "·", "*", "※")  # a line that begins so belongs to the one before it


def paragraphs(text: str) -> list[str]:
    """A text as the phrases that one would copy: each item with the lines below it."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        if found and (line[0].isspace() or line.startswith(GOES_ON)):
            found[-1].append(line)
        else:
            found.append([line])
    return ["\n".join(lines) for lines in found]


@dataclass(frozen=True)
class Phrases:
    """One field of an earlier text, to be copied from; `correction` is the number of the one that replaced it, or 0."""

    field: Field
    paragraphs: list[str]
    correction: int = 0

    @property
    def whole(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Earlier:
    """One report of a frozen round. `sees_office`: whether the person may read what the office said of it."""

    report: Report
    names: Directory
    sees_office: bool
    corrected: dict[str, Correction] = field(default_factory=dict)

    @property
    def no(self) -> int:
        return self.report.round.no

    @property
    def lead_name(self) -> str:
        return self.report.lead_name or self.names[self.report.lead_id].name

    @property
    def state_word(self) -> str:
        return reading.state_word(self.report)

    @cached_property
    def texts(self) -> list[Phrases]:
        """Results, plans and issues as they were sealed; after each of them what an approved correction put there."""
        found = []
        for name in TEXTS if self.report.current else ():
            sealed = paragraphs(getattr(self.report.current, name.value))
            if sealed:
                found.append(Phrases(name, sealed))
            if row := self.corrected.get(name.value):
                found.append(Phrases(name, paragraphs(row.text), row.decision.no or 0))
        return found

    @property
    def returns(self) -> list[Return]:
        return sorted(self.report.returns.all(), key=lambda row: row.at) if self.sees_office else []

    @property
    def office_reason(self) -> str:
        return self.report.office_reason if self.sees_office else ""

    @property
    def book_texts(self) -> list[tuple[str, str]]:
        """The book's wording where the office gave one: language and text."""
        both = (("ko", self.report.book_text_ko), ("en", self.report.book_text_en))
        return [(language, text) for language, text in both if text] if self.sees_office else []

    @property
    def office_said(self) -> bool:
        return bool(self.returns or self.office_reason or self.book_texts)


def of_task(report: Report, *, user: User, most: int | None = None, names: Directory | None = None) -> list[Earlier]:
    """The task's reports of earlier rounds, the last one first, at `most` so many. Constant in queries. `names`: those
    of the report's day, where they are at hand."""
    frozen = Report.objects.filter(task=report.task_id, round__no__lt=report.round.no, round__frozen_at__isnull=False)
    rows = list(_with_words(frozen).order_by("-round__no")[:most])
    corrected = _corrected(rows)
    every = dated_names()  # read once for all days
    days = {row.round.as_of: Directory(row.round.as_of, every) for row in rows if not row.lead_name}
    today = names or Directory(report.round.as_of)
    return [
        Earlier(row, days.get(row.round.as_of, today), permissions.can_see_office_side(user, row), corrected[row.pk])
        for row in rows
    ]


def _corrected(reports: Iterable[Report]) -> defaultdict[int, dict[str, Correction]]:
    """By report and field the last correction that was approved."""
    corrected: defaultdict[int, dict[str, Correction]] = defaultdict(dict)
    for row in Correction.objects.filter(report__in=reports).approved().select_related("decision"):
        corrected[row.report_id][row.field] = row
    return corrected


@dataclass(frozen=True)
class Chapter:
    """One frozen round of a ministry: its reports in the order of their codes, and its receipts, the first first."""

    round: Round
    name: MinistryName
    reports: list[Earlier]
    submissions: list[Submission]

    @property
    def accepted(self) -> int:
        return sum(row.report.accepted_id is not None for row in self.reports)

    @property
    def returned(self) -> int:
        return sum(len(row.returns) for row in self.reports)


def rounds_of(ministry: Ministry) -> RoundQuerySet:
    """The frozen rounds in which the ministry had something to report, the last one first."""
    return Round.objects.frozen().filter(reports__lead=ministry).distinct().order_by("-no")


def chapters(rounds: Sequence[Round], ministry: Ministry, *, user: User) -> list[Chapter]:
    """These rounds of the ministry. A query for each table, and one for each round's names."""
    reports: defaultdict[int, list[Report]] = defaultdict(list)
    for row in _with_words(Report.objects.filter(round__in=rounds).led_by([ministry.pk])).order_by("task__code"):
        reports[row.round_id].append(row)
    corrected = _corrected(row for rows in reports.values() for row in rows)
    submissions: defaultdict[int, list[Submission]] = defaultdict(list)
    for sent in Submission.objects.filter(round__in=rounds, ministry=ministry).select_related("by").order_by("pk"):
        submissions[sent.round_id].append(sent)
    found = []
    for round_ in rounds:
        names = Directory(round_.as_of)
        rows = [
            Earlier(row, names, permissions.can_see_office_side(user, row), corrected[row.pk])
            for row in reports[round_.pk]
        ]
        found.append(Chapter(round_, names[ministry.pk], rows, submissions[round_.pk]))
    return found


def _with_words(reports: ReportQuerySet) -> ReportQuerySet:
    """With what these pages show of a report, in a constant number of queries."""
    named = reports.select_related("round", "task", "lead", "current__submission")
    return named.prefetch_related("current__resolves", "current__milestone_changes__milestone", "returns__fields")
