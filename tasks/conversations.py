"""대화: what the office and the lead ministry said to each other about a report, for them alone. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ministries.directory import Directory
from ministries.models import User
from tfportal.language import on_behalf

from . import permissions
from .models import Message, Report
from .transitions import possible


@dataclass(frozen=True)
class Said:
    """One message. `side`: the ministry's short name; empty for the office."""

    row: Message
    side: str
    is_new: bool

    @property
    def who(self) -> str:
        return on_behalf(self.row.by, self.row.acting_for)


@dataclass(frozen=True)
class Conversation:
    """All that was said about one report, the oldest first. `can_write`: while its round is collected."""

    report: Report
    messages: list[Said]
    can_write: bool
    from_office: bool  # on which side the reader writes

    @property
    def new(self) -> int:
        """How many came since the reader last wrote."""
        return sum(said.is_new for said in self.messages)


def of_reports(
    reports: Iterable[Report], *, user: User, at: datetime, names: Directory | None = None
) -> dict[int, Conversation]:
    """The conversations that the person may read, by the report's primary key. One query, and one for names, unless
    those of the reports' day are at hand."""
    open_to = [report for report in reports if permissions.can_converse(user, report)]
    rows: dict[int, list[Message]] = {}
    for row in Message.objects.filter(report__in=open_to).select_related("by", "acting_for").order_by("at", "pk"):
        rows.setdefault(row.report_id, []).append(row)
    days = {report.round.as_of for report in open_to if report.pk in rows}
    by_day = {day: names if names and names.day == day else Directory(day) for day in days}
    made = {}
    for report in open_to:
        mine = rows.get(report.pk, [])
        last = max((place for place, row in enumerate(mine) if row.by_id == user.pk), default=-1)
        said = [
            Said(row, "" if row.from_office else by_day[report.round.as_of][report.lead_id].abbr, place > last)
            for place, row in enumerate(mine)
        ]
        can_write = possible("write_message", report, by=user, at=at)
        made[report.pk] = Conversation(report, said, can_write, permissions.speaks_for_office(user, report))
    return made


def of_report(report: Report, *, user: User, at: datetime) -> Conversation | None:
    """The conversation on one report; None for whoever may not read it."""
    return of_reports([report], user=user, at=at).get(report.pk)
