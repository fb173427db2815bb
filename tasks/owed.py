"""What each person of a ministry still owes in a round: what a reminder lists, and nothing else. Read-only.

Officers owe their reports: whoever a task was handed out to, with their deputies; all of them where it was not, or
where that person has left. Approvers owe their sign-off, supporting ministries the texts that they were asked for, and
whoever an issue asks owes an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from ministries.models import Delegation, Ministry, Posting, Role

from .models import Assignment, ContributionCall, Report, Request, Round, State

UNSENT = (State.MISSING, State.DRAFT, State.RETURNED)
OPEN = (*UNSENT, State.AWAITING)  # what the lead can still take a contribution into


@dataclass
class Demand:
    """What one person owes."""

    reports: list[Report] = field(default_factory=list)
    sign_offs: list[Report] = field(default_factory=list)
    contributions: list[Report] = field(default_factory=list)
    requests: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.reports or self.sign_offs or self.contributions or self.requests)

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
    asked = Request.objects.filter(revision__report__round=round_).values_list("addressed_to", flat=True)
    called = ContributionCall.objects.filter(report__round=round_).values_list("ministry", flat=True)
    leads = Report.objects.in_round(round_).order_by().values_list("lead", flat=True)
    return {*asked.distinct(), *called.order_by().distinct(), *leads.distinct()}


def read(round_: Round, ministry: Ministry, *, at: datetime) -> dict[int | None, Demand]:
    """What is owed, by person (primary keys). Under None stands what nobody of the ministry can be asked for: that goes
    to its fall-back contact. A constant number of queries."""
    people = _People(ministry, timezone.localdate(at))
    found: dict[int | None, Demand] = {}

    def of(persons: Iterable[int]) -> list[Demand]:
        return [found.setdefault(person, Demand()) for person in sorted(persons)] or [found.setdefault(None, Demand())]

    for report in _unsent(round_, ministry):
        for demand in of(people.doing(report.task_id)):
            demand.reports.append(report)
    for report in _awaiting(round_, ministry):
        for demand in of(people.approvers - {report.draft.asked_by_id, report.draft.asked_for_id}):
            demand.sign_offs.append(report)
    for report in _silent(round_, ministry):
        for demand in of(people.doing(report.task_id)):
            demand.contributions.append(report)
    if number := _unanswered(round_, ministry):
        for demand in of(people.officers):
            demand.requests = number
    return {person: demand for person, demand in found.items() if not demand.is_empty}


class _People:
    """Who acts for a ministry on a day: by its postings in force, and as deputies of who holds them."""

    def __init__(self, ministry: Ministry, day: date) -> None:
        held = Posting.objects.in_force(day).filter(ministry=ministry, user__is_active=True)
        lent = Delegation.objects.in_force(day).filter(to_user__is_active=True, posting__in=held)
        self._by_posting: dict[int, set[int]] = {}
        self._roles: dict[str, set[int]] = {}
        roles = {}
        for pk, role, user in held.values_list("pk", "role", "user_id"):
            self._by_posting[pk], roles[pk] = {user}, role
        for posting, deputy in lent.values_list("posting_id", "to_user_id"):
            self._by_posting[posting].add(deputy)
        for pk, persons in self._by_posting.items():
            self._roles.setdefault(roles[pk], set()).update(persons)
        given = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
        officers = [pk for pk, role in roles.items() if role == Role.OFFICER]
        given = given.filter(ministry=ministry, posting__in=officers).order_by("starts_on", "pk")
        self._given = dict(given.values_list("task_id", "posting_id"))

    @property
    def officers(self) -> set[int]:
        return self._roles.get(Role.OFFICER, set())

    @property
    def approvers(self) -> set[int]:
        return self._roles.get(Role.APPROVER, set())

    def doing(self, task: int) -> set[int]:
        """Whose the task is: the person it was handed out to, with deputies, else every officer."""
        return self._by_posting[self._given[task]] if task in self._given else self.officers


def _unsent(round_: Round, ministry: Ministry) -> list[Report]:
    rows = Report.objects.in_round(round_).led_by([ministry.pk]).filter(state__in=UNSENT)
    return list(rows.select_related("task").prefetch_related("returns").order_by("task__code"))


def _awaiting(round_: Round, ministry: Ministry) -> list[Report]:
    rows = Report.objects.in_round(round_).led_by([ministry.pk]).awaiting_sign_off()
    return list(rows.select_related("task", "draft").order_by("task__code"))


def _silent(round_: Round, ministry: Ministry) -> list[Report]:
    """Reports whose lead asked the ministry for a text, and has none since it last asked."""
    calls = ContributionCall.objects.filter(report__round=round_, report__state__in=OPEN, ministry=ministry)
    last = {row.report_id: row for row in calls.order_by("at", "pk")}
    reports = Report.objects.filter(pk__in=last).select_related("task").prefetch_related("contributions")
    return [
        report
        for report in reports.order_by("task__code")
        if not any(
            row.ministry_id == ministry.pk and row.at >= last[report.pk].at for row in report.contributions.all()
        )
    ]


def _unanswered(round_: Round, ministry: Ministry) -> int:
    """How many issues of texts that count ask the ministry, and have no answer."""
    asked = Request.objects.filter(addressed_to=ministry, answers__isnull=True)
    return asked.filter(revision__report__round=round_, revision__report__current=F("revision")).count()


def _named(report: Report) -> dict[str, Any]:
    return {"code": report.task.code, "title": {"ko": report.task.title_ko, "en": report.task.title_en}}


def _state(report: Report) -> dict[str, Any]:
    """How it stands, and until when it is to be mended where it was returned."""
    returned = next((row for row in report.returns.all() if row.resolved_by_id is None), None)
    return {"state": report.state, "mend_by_at": returned.due_at.isoformat() if returned else ""}


def _asked_at(report: Report) -> str:
    return report.draft.asked_at.isoformat() if report.draft.asked_at else ""
