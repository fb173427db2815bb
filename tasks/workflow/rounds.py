"""The verbs on a round: prepare, open early. (Its dates: `dates.py`, its freeze: `tasks/freezing.py`.)"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import Role, User
from records.errors import Forbidden, Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, permissions, providers
from ..models import Report, Round, Task
from ..transitions import permit_round
from .common import lock_rosters, lock_round, receipt_of
from .roster import REASON_LIMIT, copied, rows_of


def prepare(
    round_id: int, *, by: User, at: datetime, key: UUID, keep: Collection[str] = (), reason: str = ""
) -> Receipt:
    """Fix the roster: one report for each task, with lead, kind, sector and baseline copied. It is the denominator of
    every percentage; a task that changes later does not change it. `keep`: the codes of completed tasks that stay on it
    (이행 후 계속추진), with the office's reason."""
    codes, reason = sorted(set(keep)), normalise(reason)
    body = [codes, reason] if codes else []
    with once("prepare", by=by, at=at, key=key, target=f"round/{round_id}", body=body) as attempt:
        if not attempt.repeated:
            if not permissions.can_coordinate(by):
                raise Forbidden(_("The coordination office prepares rounds."))
            lock_rosters(exclusive=True)  # a task that is adopted in this moment is on it, or begins with the next one
            round_ = lock_round(round_id, exclusive=True)
            if round_.prepared_at is not None:
                raise WrongState(_("The roster of this round is fixed already."))
            if round_.previous is not None and round_.previous.frozen_at is None:
                raise WrongState(_("The round before is not frozen yet."))
            kept = _kept(round_, codes, reason)
            reports = Report.objects.bulk_create(roster_of(round_, kept))
            mark_prepared(round_, at)
            attempt.lock_head(round_.stream_key)
            data = {"round": round_.no, "dates": dates_of(round_), "roster": [report.task.code for report in reports]}
            data |= {"kept": codes, "reason": reason} if codes else {}
            attempt.record(
                round_,
                data | {"copied": {report.task.code: copied(report) for report in reports}},
                acting_for=by.acts_for((Role.COORDINATOR, None)),
            )
    return receipt_of(attempt)


def _kept(round_: Round, codes: list[str], reason: str) -> list[Task]:
    """The completed tasks that stay on the roster; raises Invalid where one cannot, or where nobody says why."""
    if not codes:
        return []
    if problem := content.text_problem(reason, REASON_LIMIT, empty=_("Say why completed tasks are kept.")):
        raise Invalid({"reason": [problem]})
    found = {task.code: task for task in Task.objects.left_out_of(round_).filter(code__in=codes)}
    if missing := [code for code in codes if code not in found]:
        raise Invalid({"keep": [_("%(code)s is not one of the tasks left out.") % {"code": missing[0]}]})
    return list(found.values())


def mark_prepared(round_: Round, at: datetime) -> None:
    """That the roster is fixed, and for which day of the meeting the dates were made."""
    round_.prepared_at = at
    round_.planned_for = round_.planned_for or providers.meeting_day(round_)
    round_.save(update_fields=("prepared_at", "planned_for"))


def roster_of(round_: Round, kept: Iterable[Task] = ()) -> list[Report]:
    """The reports that fixing the roster makes, with those of completed tasks that are kept; not written yet."""
    tasks = sorted([*Task.objects.for_roster(round_), *kept], key=lambda task: task.code)
    return rows_of(round_, tasks)


def open_early(round_id: int, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Open a prepared round now. Its due time stays; whoever is to be told of the opening is told by the ladder of
    reminders, which counts from the opening."""
    with once("open_early", by=by, at=at, key=key, target=f"round/{round_id}", body=[]) as attempt:
        if not attempt.repeated:
            round_ = lock_round(round_id, exclusive=True)
            holder = permit_round(attempt.verb, round_, by=by, at=at)
            attempt.lock_head(round_.stream_key)
            was = round_.opens_at
            round_.opens_at = at
            round_.save(update_fields=("opens_at",))
            data = {"round": round_.no, "opens_at": moment_of(at), "was": moment_of(was)}
            attempt.record(round_, data, acting_for=holder)
    return receipt_of(attempt)


def dates_of(round_: Round) -> dict[str, Any]:
    """What a round keeps from here on, as the record tells it: its dates, and the round before it."""
    return {
        "previous": round_.previous.no if round_.previous else None,
        "observes_from": round_.observes_from.isoformat(),
        "as_of": round_.as_of.isoformat(),
        "opens_at": moment_of(round_.opens_at),
        "due_at": moment_of(round_.due_at),
        "freeze_at": round_.freeze_at and moment_of(round_.freeze_at),
        "planned_for": round_.planned_for and round_.planned_for.isoformat(),
    }


def moment_of(moment: datetime) -> str:
    """A moment as the record tells it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
