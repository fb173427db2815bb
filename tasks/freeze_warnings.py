"""최종확정 예고: one working day before the planned freeze, whoever has something to send or to sign off is told what
is not in. It bars nothing: a round may be frozen without it.

Carried out by `run_due`, once for each ministry and planned time: a `Reminder` row of the step *freeze* says so. A
person is told once, of all their ministries. Another planned time is warned of anew.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from ministries import working_days
from ministries.directory import Directory
from ministries.models import MinistryName, Role
from ministries.working_days import Calendar
from outbox.models import Purpose
from outbox.owing import owe
from records.locking import waiting

from . import recipients
from .models import Reminder, Report, Round
from .notices import NOT_IN
from .reminders import MORNING_AT
from .workflow.common import lock_round

ROLES = (Role.OFFICER, Role.APPROVER)


def warn(at: datetime) -> str:
    """Owe the warnings whose time has come; says how many mails, or nothing. May be called by two at once."""
    days, mails = working_days.calendar(), 0
    for round_ in Round.objects.prepared().filter(frozen_at__isnull=True, opens_at__lte=at, freeze_at__gt=at):
        moment = warns_at(round_, days)
        if moment is not None and moment <= at:
            mails += _warn(round_.pk, at)
    return f"freeze warnings: {mails} mails" if mails else ""


def warns_at(round_: Round, days: Calendar) -> datetime | None:
    """When the warning is due: in the morning of the working day before the planned freeze."""
    if round_.freeze_at is None:
        return None
    day = days.working_days_before(timezone.localdate(round_.freeze_at), 1)
    return timezone.make_aware(datetime.combine(day, MORNING_AT))


def _warn(round_id: int, at: datetime) -> int:
    """Of two runs at once one waits for the other's rows, and finds nothing left to do: the table's constraint
    decides."""
    with waiting(), transaction.atomic():
        round_ = lock_round(round_id)
        if round_.frozen_at is not None or round_.freeze_at is None or round_.freeze_at <= at:
            return 0
        mine: defaultdict[int, list[Report]] = defaultdict(list)
        rows = Report.objects.in_round(round_).filter(state__in=NOT_IN).select_related("task", "lead")
        for report in rows.order_by("lead__order", "task__code"):
            mine[report.lead_id].append(report)
        claimed = {pk: row for pk in sorted(mine) if (row := _claim(round_, pk, at)) is not None}
        people = recipients.posted(ROLES, claimed, at=at)
        for person, ministries in sorted(_by_person(people).items()):
            _owe(round_, [person], [row for pk in ministries for row in mine[pk]], at)
        for ministry in (pk for pk, found in people.items() if not found):
            _owe(round_, [], mine[ministry], at)
        for pk, row in claimed.items():
            row.mails = len(people[pk]) or 1
            row.save(update_fields=("mails",))
        return len(_by_person(people)) + sum(not found for found in people.values())


def _claim(round_: Round, ministry: int, at: datetime) -> Reminder | None:
    named = {"round": round_, "ministry_id": ministry, "step": Reminder.Step.FREEZE, "due_at": round_.freeze_at}
    row, is_new = Reminder.objects.get_or_create(**named, defaults={"at": at})
    return row if is_new else None


def _by_person(people: dict[int, set[int]]) -> dict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for ministry, persons in people.items():
        for person in persons:
            found[person].append(ministry)
    return found


def _owe(round_: Round, people: Iterable[int], reports: list[Report], at: datetime) -> None:
    assert round_.freeze_at is not None  # noqa: S101 (who calls this has looked)
    facts: dict[str, Any] = {
        "round": round_.no,
        "code": reports[0].lead.code,
        "freeze_at": round_.freeze_at.isoformat(),
        "number": len(reports),
        "is_of_several": len({report.lead_id for report in reports}) > 1,
        "reports": [_named(report) for report in reports],
    }
    of_freeze = about(round_, round_.freeze_at)
    owe(Purpose.FREEZE_WARNING, people, about=of_freeze, facts=facts, at=at, ministry=reports[0].lead_id)


def about(round_: Round, freeze_at: datetime) -> str:
    """What the mails of one planned freeze are about, in the outbox."""
    return f"{round_.stream_key}/freeze/{freeze_at.astimezone(UTC).isoformat()}"


def _named(report: Report) -> dict[str, Any]:
    title = {"ko": report.task.title_ko, "en": report.task.title_en}
    return {"code": report.task.code, "title": title, "state": report.state}


# For the page before the freeze


@dataclass(frozen=True)
class Warned:
    """One ministry that was warned of the planned freeze."""

    name: MinistryName
    at: datetime
    mails: int


@dataclass(frozen=True)
class Ahead:
    """How it stands with the warning before a freeze. `due_at`: when it goes out; None without a planned time."""

    freeze_at: datetime | None
    due_at: datetime | None
    at: datetime
    warned: list[Warned]

    @property
    def went_out_at(self) -> datetime | None:
        return max((row.at for row in self.warned), default=None)

    @property
    def is_waiting(self) -> bool:
        return self.freeze_at is not None and self.at < self.freeze_at and not self.warned


def read(round_: Round, names: Directory, *, at: datetime) -> Ahead:
    """Who was warned of the freeze that is planned now. Two queries."""
    if round_.freeze_at is None:
        return Ahead(None, None, at, [])
    rows = Reminder.objects.filter(round=round_, step=Reminder.Step.FREEZE, due_at=round_.freeze_at).order_by("at")
    warned = [Warned(names[row.ministry_id], row.at, row.mails) for row in rows]
    return Ahead(round_.freeze_at, warns_at(round_, working_days.calendar()), at, warned)
