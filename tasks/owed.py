"""What each person of a ministry still owes in a round: what a reminder lists, and nothing else. Read-only.

Who does a task, who may sign off and what is unanswered say the same rules as for the pages (`assignments`, `signers`,
`RequestQuerySet.open`), and who is there at all those for every other mail (`recipients`). Officers owe their reports:
whoever a task was handed out to, with their deputies; all of them where it was not, or where that person has left.
Approvers owe the sign-off that they may give, supporting ministries the texts that they were asked for, and whoever an
issue asks owes an answer.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from ministries.models import Ministry, Role

from . import permissions, recipients, signers, teamwork
from .models import Assignment, Contribution, ContributionCall, Report, Request, Round, State, Support
from .signers import Signer
from .transitions import BESIDE

UNSENT = (State.MISSING, State.DRAFT, State.RETURNED)
OWED = (*UNSENT, State.AWAITING)
ASSIGNED = ("ministry_id", "task_id", "posting_id")


@dataclass
class Demand:
    """What one person owes."""

    reports: list[Report] = field(default_factory=list)
    sign_offs: list[Report] = field(default_factory=list)
    contributions: list[Report] = field(default_factory=list)
    requests: int = 0

    def facts(self) -> dict[str, Any]:
        """Codes, titles, states and moments: what the office's board shows as well, and no text of a report."""
        return {
            "reports": [_named(row) | _state(row) for row in self.reports],
            "sign_offs": [_named(row) | {"asked_at": _asked_at(row)} for row in self.sign_offs],
            "contributions": [_named(row) for row in self.contributions],
            "requests": self.requests,
            "number": len(self.reports) + len(self.sign_offs) + len(self.contributions) + self.requests,
        }


@dataclass
class Owing:
    """What one ministry owes, and who of it: people by their primary keys. Under None stands what nobody of the
    ministry can be asked for: that goes to its fall-back contact."""

    unsent: list[Report] = field(default_factory=list)
    sign_offs: list[Report] = field(default_factory=list)
    contributions: list[Report] = field(default_factory=list)
    requests: int = 0
    demands: dict[int | None, Demand] = field(default_factory=dict)
    holders: list[Signer] = field(default_factory=list)  # who may sign off what waits for it

    def ask(self, persons: Iterable[int]) -> list[Demand]:
        """The demands on these persons, or on nobody in particular."""
        to: list[int | None] = [*sorted(persons)]
        return [self.demands.setdefault(person, Demand()) for person in to or [None]]


def ministries(round_: Round) -> set[int]:
    """Who may owe anything in the round at all: those that lead a task, were asked for a text, or by an issue."""
    asked = Request.objects.of_latest_texts().open().values_list("addressed_to", flat=True)
    called = ContributionCall.objects.filter(report__round=round_).values_list("ministry", flat=True)
    leads = Report.objects.in_round(round_).order_by().values_list("lead", flat=True)
    return {*asked.distinct(), *called.order_by().distinct(), *leads.distinct()}


def owing_ministries(round_: Round) -> set[int]:
    """Who does owe something: those that `of_all` finds anything for. Three queries."""
    unsent = Report.objects.in_round(round_).filter(state__in=OWED)
    called = _standing_calls(round_).exclude(ministry=F("report__lead"))
    leads = set(unsent.order_by().values_list("lead", flat=True).distinct())
    return leads | {*_open_requests(None), *called.values_list("ministry", flat=True)}


def read(round_: Round, ministry: Ministry, *, at: datetime) -> dict[int | None, Demand]:
    """What one ministry owes, by person. A constant number of queries."""
    return of_all(round_, [ministry.pk], at=at)[ministry.pk].demands


def of_all(round_: Round, ministries: Iterable[int], *, at: datetime) -> dict[int, Owing]:
    """What each of the ministries (primary keys) owes; nothing at all where it has sent everything. A constant number
    of queries, however many they are."""
    wanted, day = sorted(set(ministries)), timezone.localdate(at)
    officers = recipients.posted([Role.OFFICER], wanted, at=at)
    doers, present = _doers(officers, at=at), signers.of_ministries(wanted, day)
    found = {pk: Owing() for pk in wanted}

    for report in _unsent(round_, wanted):
        owing = found[report.lead_id]
        owing.unsent.append(report)
        for demand in owing.ask(doers.get((report.lead_id, report.task_id)) or officers[report.lead_id]):
            demand.reports.append(report)
    for report in _to_sign_off(round_, wanted):
        owing, able = found[report.lead_id], signers.able(present[report.lead_id], report.draft)
        owing.sign_offs.append(report)
        owing.holders += [signer for signer in able if signer not in owing.holders]
        for demand in owing.ask(signer.person.pk for signer in able):
            demand.sign_offs.append(report)
    for report, ministry in _awaited(round_, wanted):
        owing = found[ministry]
        owing.contributions.append(report)
        for demand in owing.ask(doers.get((ministry, report.task_id)) or officers[ministry]):
            demand.contributions.append(report)
    for ministry, number in _open_requests(wanted).items():
        found[ministry].requests = number
        for demand in found[ministry].ask(officers[ministry]):
            demand.requests = number
    return found


def _doers(officers: dict[int, set[int]], *, at: datetime) -> dict[tuple[int, int], set[int]]:
    """By ministry and task, which of its officers have what was handed out: the person, and who stands in for them."""
    given = Assignment.objects.in_force(timezone.localdate(at)).filter(ministry__in=officers)
    postings = {(ministry, task): posting for ministry, task, posting in given.values_list(*ASSIGNED)}
    people = recipients.of_postings(postings.values(), at=at)
    return {place: people[posting] & officers[place[0]] for place, posting in postings.items()}


def _unsent(round_: Round, ministries: list[int]) -> list[Report]:
    rows = Report.objects.in_round(round_).led_by(ministries).filter(state__in=UNSENT)
    return list(rows.select_related("task").prefetch_related("returns").order_by("task__code"))


def _to_sign_off(round_: Round, ministries: list[int]) -> list[Report]:
    rows = Report.objects.in_round(round_).led_by(ministries).awaiting_sign_off()
    return list(rows.select_related("task", "draft").order_by("task__code"))


def _awaited(round_: Round, ministries: list[int] | None) -> list[tuple[Report, int]]:
    """Reports whose lead asked one of the ministries (None: any) for a text, can still take one over, and has none
    since it last asked; with that ministry."""
    calls = _standing_calls(round_)
    calls = calls if ministries is None else calls.filter(ministry__in=ministries)
    asked: dict[int, set[int]] = {}
    for report, ministry in calls.values_list("report_id", "ministry_id"):
        asked.setdefault(report, set()).add(ministry)
    if not asked:
        return []
    rows = Report.objects.filter(pk__in=asked)
    return [
        (report, ministry)
        for report in rows.with_contributions().select_related("round").order_by("task__code")
        for ministry in sorted(asked[report.pk])
        if permissions.supports(report, ministry) and teamwork.is_awaited(report, ministry)
    ]


def _standing_calls(round_: Round) -> QuerySet[ContributionCall]:
    """Calls of supporting ministries that nothing was written after, for reports that can still take a text over: the
    rules of `permissions.supports` and `teamwork.is_awaited`, for the database."""
    since = Contribution.objects.filter(
        report=OuterRef("report"), ministry=OuterRef("ministry"), at__gte=OuterRef("at")
    )
    still = Q(valid_until__isnull=True) | Q(valid_until__gte=round_.as_of)
    supports = Support.objects.filter(still, valid_from__lte=round_.as_of, task=OuterRef("report__task"))
    calls = ContributionCall.objects.filter(report__round=round_, report__state__in=BESIDE["call_contributions"].states)
    return calls.filter(~Exists(since), Exists(supports.filter(ministry=OuterRef("ministry")))).order_by()


def _open_requests(ministries: list[int] | None) -> Counter[int]:
    """How many requests wait for an answer of each of the ministries (None: of any)."""
    rows = Request.objects.of_latest_texts().open()
    rows = rows if ministries is None else rows.asked_of(ministries)
    return Counter(rows.order_by().values_list("addressed_to_id", flat=True))


def _named(report: Report) -> dict[str, Any]:
    return {"code": report.task.code, "title": {"ko": report.task.title_ko, "en": report.task.title_en}}


def _state(report: Report) -> dict[str, Any]:
    """How it stands, and until when it is to be mended where it was returned."""
    returned = next((row for row in report.returns.all() if row.resolved_by_id is None), None)
    return {"state": report.state, "mend_by_at": returned.due_at.isoformat() if returned else ""}


def _asked_at(report: Report) -> str:
    return report.draft.asked_at.isoformat() if report.draft.asked_at else ""
