"""What came as "no change" and may be accepted from a list, after a look at each line. Read-only."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event

from . import permissions, workflow
from .models import Light, Milestone, Report, Round, State


@dataclass(frozen=True)
class Line:
    """One report of the list. `stays_because`: why it is not accepted with the others; empty where it is."""

    report: Report
    name: MinistryName
    stays_because: str = ""

    @property
    def code(self) -> str:
        return self.report.task.code

    @property
    def light(self) -> Light:
        assert self.report.current is not None  # noqa: S101 (what waits was sent)
        return Light(self.report.current.light)

    @property
    def last_line(self) -> str:
        """The last line of the results: what one would read first of a text that one knows."""
        text = self.report.current.results if self.report.current else ""
        return next((line for line in reversed(text.splitlines()) if line.strip()), "")

    @property
    def is_second(self) -> bool:
        """Whether the ministry said "no change" in the round before as well."""
        return bool(self.report.baseline and self.report.baseline.unchanged)

    @property
    def next_milestone(self) -> Milestone | None:
        ahead = [row for row in self.report.task.milestones.all() if row.done_on is None]
        return min(ahead, key=lambda row: row.current_on, default=None)


@dataclass
class Unchanged:
    """The page: what goes, what this person leaves out (by code), and what has to be read by itself and why."""

    round: Round | None
    user: User
    leave: frozenset[str] = frozenset()

    @cached_property
    def _lines(self) -> list[Line]:
        if self.round is None:
            return []
        reports = Report.objects.in_round(self.round).waiting_for_review().filter(current__unchanged=True)
        named = reports.select_related("task", "lead", "current__submission", "baseline", "opened_by", "opened_for")
        names = Directory(self.round.as_of)
        rows = named.prefetch_related("task__milestones", "contributions", "sign_offs")
        return [Line(row, names[row.lead_id], self._stays_because(row)) for row in rows]

    def _stays_because(self, report: Report) -> str:
        if not permissions.can_review(self.user, report):
            return _("you submitted it yourself")
        if report.opened_by_office_at is not None and not permissions.holds_claim(self.user, report):
            return _("%(who)s has it open for review") % {"who": workflow.who_holds(report)}
        return workflow.not_acceptable_unread(report)

    @property
    def going(self) -> list[Line]:
        return [line for line in self._lines if not line.stays_because and line.code not in self.leave]

    @property
    def left_out(self) -> list[Line]:
        return [line for line in self._lines if not line.stays_because and line.code in self.leave]

    @property
    def staying(self) -> list[Line]:
        return [line for line in self._lines if line.stays_because]

    @property
    def not_going(self) -> int:
        return len(self.left_out) + len(self.staying)

    @cached_property
    def accepted(self) -> list["Batch"]:
        """What this person accepted from the list and may take back in one press, the latest first."""
        return batches(self.round, self.user) if self.round else []


@dataclass(frozen=True)
class Batch:
    """One acceptance from the list. `reports`: those of it that nothing happened to since."""

    event: Event
    reports: list[Report]

    @property
    def codes(self) -> list[str]:
        return [report.task.code for report in self.reports]


def batches(round_: Round, user: User) -> list[Batch]:
    """The acceptances of which something still stands as they left it, in this person's own hand. A constant number of
    queries."""
    events = Event.objects.filter(stream__key=round_.stream_key)
    made = list(events.filter(verb="accept_unchanged").order_by("-seq"))
    if not made:
        return []
    accepted = Report.objects.in_round(round_).filter(state=State.ACCEPTED).select_related("task", "accepted")
    mine = {report.task.code: report for report in accepted if permissions.holds_claim(user, report)}
    reopened = events.filter(verb="reopen", object_type=Report._meta.label_lower).order_by("seq")
    last = {int(pk): seq for pk, seq in reopened.values_list("object_id", "seq")}
    found = []
    for event in made:
        texts = {row["code"]: row["revision"] for row in event.data["reports"]}
        standing = [
            report
            for code in sorted(texts.keys() & mine.keys())
            if (report := mine[code]).accepted
            and report.accepted.no == texts[code]
            and last.get(report.pk, 0) < event.seq
        ]
        if standing:
            found.append(Batch(event, standing))
    return found
