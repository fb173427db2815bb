"""Receipts to read: what arrived with one answer, by whom, and what of it was taken back. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ministries.capacity import Capacity, capacities
from ministries.directory import Directory, dated_names
from ministries.models import MinistryName
from records.models import Event

from . import reading
from .models import Report, Revision, SignOff, State, Submission
from .tiles import codes_of


@dataclass(frozen=True)
class Line:
    """One report of an answer."""

    revision: Revision
    is_withdrawn: bool
    asked_at: datetime | None = None  # when its sign-off was asked for: one answer may hold requests of several moments

    @property
    def report(self) -> Report:
        return self.revision.report

    @property
    def is_replaced(self) -> bool:
        return self.report.current_id != self.revision.pk

    @property
    def state_word(self) -> str:
        return reading.state_word(self.report)

    @property
    def is_late(self) -> bool:
        return self.revision.submission.received_at > self.revision.due_then

    @property
    def is_asked_in_time(self) -> bool:
        """Whether the approver was asked before what was then due."""
        return self.asked_at is not None and self.asked_at <= self.revision.due_then


@dataclass(frozen=True)
class Arrived:
    """What one answer brought. `withdrawals`: the events, the first one first."""

    submission: Submission
    lines: list[Line]
    withdrawals: list[Event]

    @property
    def capacities(self) -> list[Capacity]:
        """In what office the sender stood when it was sent; empty for receipts from before this was kept."""
        day = timezone.localdate(self.submission.received_at)
        return capacities(self.submission.event.data.get("as", ()), Directory(day))

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing is left of it."""
        return all(line.is_withdrawn for line in self.lines)

    @property
    def withdrawable(self) -> list[Line]:
        """What the office has not opened yet."""
        if self.submission.round.frozen_at is not None:
            return []
        standing = [line for line in self.lines if not line.is_replaced and line.report.state == State.SUBMITTED]
        return [line for line in standing if line.report.opened_by_office_at is None]


def read(submission: Submission) -> Arrived:
    """The record tells what was withdrawn: a text that came later, or before, does not. Five queries."""
    events = Event.objects.filter(stream__key=submission.round.stream_key, verb="withdraw")
    withdrawals = list(
        events.filter(data__number=submission.number).select_related("actor", "acting_for").order_by("seq")
    )
    codes = {code for event in withdrawals for code in codes_of(event)}
    revisions = submission.revisions.select_related(
        "submission", "report__task", "report__round", "report__current"
    ).prefetch_related("report__current__resolves", "attached__attachment")
    asked = asked_of(submission)
    lines = [
        Line(row, row.report.task.code in codes, asked.get(row.report_id))
        for row in revisions.order_by("report__task__code")
    ]
    return Arrived(submission, lines, withdrawals)


def asked_of(submission: Submission) -> dict[int, datetime]:
    """When the sign-off of each report of an answer was asked for, by the report's primary key."""
    if submission.approval_asked_at is None:
        return {}
    signed = SignOff.objects.filter(report__revisions__submission=submission, at=submission.received_at)
    return dict(signed.filter(decision=SignOff.Decision.APPROVED).values_list("report", "asked_at"))


@dataclass(frozen=True)
class Listed:
    """One receipt in the list. `reports`: how many it brought; `withdrawn`: how many of them were taken back."""

    submission: Submission
    name: MinistryName
    reports: int
    withdrawn: int


def tidy_number(text: str) -> str:
    """A number as people type or paste it, in the form in which it was given out: `2-me-0007 ` is `2-ME-0007`."""
    return "".join(text.split()).upper().replace("–", "-").replace("—", "-")


def listed(submissions: Iterable[Submission]) -> list[Listed]:
    """The receipts of one page of the list. Two queries, and one for each round's names."""
    rows = list(submissions)
    keys = {row.round.stream_key for row in rows}
    withdrawn: dict[str, set[str]] = {}
    for event in Event.objects.filter(stream__key__in=keys, verb="withdraw"):
        withdrawn.setdefault(event.data["number"], set()).update(codes_of(event))
    every = dated_names()  # read once for all days
    names = {day: Directory(day, every) for day in {row.round.as_of for row in rows}}
    return [
        Listed(
            row,
            names[row.round.as_of][row.ministry_id],
            len(codes_of(row.event)),
            len(withdrawn.get(row.number, ())),
        )
        for row in rows
    ]
