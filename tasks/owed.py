"""What each person of a ministry still owes in a round: what a reminder lists, and nothing else. Read-only.

Who does a task, who may sign off and what is unanswered say the same rules as for the pages (`assignments`, `signers`,
`RequestQuerySet.open`), and who is there at all those for every other mail (`recipients`). Officers owe their reports:
whoever a task was handed out to, with their deputies; all of them where it was not, or where that person has left.
Approvers owe the sign-off that they may give, supporting ministries the texts that they were asked for, and whoever an
issue asks owes an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from ministries.models import Ministry

from . import recipients, signers, teamwork
from .models import Assignment, ContributionCall, Report, Request, Round, State
from .transitions import BESIDE

UNSENT = (State.MISSING, State.DRAFT, State.RETURNED)


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


def ministries(round_: Round) -> set[int]:
    """Who may owe anything in the round at all: those that lead a task, were asked for a text, or by an issue."""
    asked = Request.objects.of_latest_texts().open().values_list("addressed_to", flat=True)
    called = ContributionCall.objects.filter(report__round=round_).values_list("ministry", flat=True)
    leads = Report.objects.in_round(round_).order_by().values_list("lead", flat=True)
    return {*asked.distinct(), *called.order_by().distinct(), *leads.distinct()}


def read(round_: Round, ministry: Ministry, *, at: datetime) -> dict[int | None, Demand]:
    """What is owed, by person (primary keys). Under None stands what nobody of the ministry can be asked for: that goes
    to its fall-back contact. A constant number of queries."""
    officers = recipients.officers(ministry.pk, at=at)
    doers = _doers(ministry, officers, at=at)
    present = signers.of_ministry(ministry.pk, timezone.localdate(at))
    found: dict[int | None, Demand] = {}

    def of(persons: Iterable[int]) -> list[Demand]:
        to: list[int | None] = [*sorted(persons)]
        return [found.setdefault(person, Demand()) for person in to or [None]]

    for report in _unsent(round_, ministry):
        for demand in of(doers.get(report.task_id) or officers):
            demand.reports.append(report)
    for report in _to_sign_off(round_, ministry):
        for demand in of(signer.person.pk for signer in signers.able(present, report.draft)):
            demand.sign_offs.append(report)
    for report in _awaited(round_, ministry):
        for demand in of(doers.get(report.task_id) or officers):
            demand.contributions.append(report)
    if number := Request.objects.of_latest_texts().asked_of([ministry.pk]).open().count():
        for demand in of(officers):
            demand.requests = number
    return found


def _doers(ministry: Ministry, officers: set[int], *, at: datetime) -> dict[int, set[int]]:
    """Which of the officers have the tasks that were handed out: the person, and who stands in for them."""
    given = Assignment.objects.in_force(timezone.localdate(at)).filter(ministry=ministry)
    postings = dict(given.values_list("task_id", "posting_id"))
    people = recipients.of_postings(postings.values(), at=at)
    return {task: people[posting] & officers for task, posting in postings.items()}


def _unsent(round_: Round, ministry: Ministry) -> list[Report]:
    rows = Report.objects.in_round(round_).led_by([ministry.pk]).filter(state__in=UNSENT)
    return list(rows.select_related("task").prefetch_related("returns").order_by("task__code"))


def _to_sign_off(round_: Round, ministry: Ministry) -> list[Report]:
    rows = Report.objects.in_round(round_).led_by([ministry.pk]).awaiting_sign_off()
    return list(rows.select_related("task", "draft").order_by("task__code"))


def _awaited(round_: Round, ministry: Ministry) -> list[Report]:
    """Reports whose lead asked the ministry for a text, can still take one over, and has none since it last asked."""
    rows = (
        Report.objects.in_round(round_).supported_by(ministry.pk).filter(state__in=BESIDE["call_contributions"].states)
    )
    rows = rows.with_contributions().order_by("task__code")
    return [report for report in rows if teamwork.is_awaited(report, ministry.pk)]


def _named(report: Report) -> dict[str, Any]:
    return {"code": report.task.code, "title": {"ko": report.task.title_ko, "en": report.task.title_en}}


def _state(report: Report) -> dict[str, Any]:
    """How it stands, and until when it is to be mended where it was returned."""
    returned = next((row for row in report.returns.all() if row.resolved_by_id is None), None)
    return {"state": report.state, "mend_by_at": returned.due_at.isoformat() if returned else ""}


def _asked_at(report: Report) -> str:
    return report.draft.asked_at.isoformat() if report.draft.asked_at else ""
