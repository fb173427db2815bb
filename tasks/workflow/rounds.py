"""The verbs on a round: prepare. (Its freeze stands in `tasks/freezing.py`.)"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import Role, User
from records.errors import Forbidden, WrongState
from records.models import Receipt
from records.receipts import once

from .. import permissions
from ..models import Lead, Report, Round, Task
from .common import lock_round, receipt_of


def prepare(round_id: int, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Fix the roster: one report for each task, with lead, kind, sector and baseline copied. It is the denominator of
    every percentage; a task that changes later does not change it."""
    with once("prepare", by=by, at=at, key=key, target=f"round/{round_id}", body=[]) as attempt:
        if not attempt.repeated:
            if not permissions.can_coordinate(by):
                raise Forbidden(_("The coordination office prepares rounds."))
            round_ = lock_round(round_id, exclusive=True)
            if round_.prepared_at is not None:
                raise WrongState(_("The roster of this round is fixed already."))
            if round_.previous is not None and round_.previous.frozen_at is None:
                raise WrongState(_("The round before is not frozen yet."))
            reports = Report.objects.bulk_create(roster_of(round_))
            round_.prepared_at = at
            round_.save(update_fields=("prepared_at",))
            attempt.lock_head(round_.stream_key)
            data = {"round": round_.no, "dates": dates_of(round_), "roster": [report.task.code for report in reports]}
            attempt.record(
                round_,
                data | {"copied": {report.task.code: copied(report) for report in reports}},
                acting_for=by.acts_for((Role.COORDINATOR, None)),
            )
    return receipt_of(attempt)


def dates_of(round_: Round) -> dict[str, Any]:
    """What a round keeps from here on, as the record tells it: its dates, and the round before it."""
    return {
        "previous": round_.previous.no if round_.previous else None,
        "observes_from": round_.observes_from.isoformat(),
        "as_of": round_.as_of.isoformat(),
        "opens_at": round_.opens_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "due_at": round_.due_at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


def copied(report: Report) -> dict[str, Any]:
    """What a report keeps from here on; tasks may change later, and nothing else would say what was copied."""
    return {
        "lead": report.lead.code,
        "kind": report.kind,
        "sector": report.sector_id,
        "item": report.item_id,
        "baseline": report.baseline_id,
        "baseline_light": report.baseline_light,
    }


def roster_of(round_: Round) -> list[Report]:
    """The reports that fixing the roster makes; not written yet."""
    leads = {row.task_id: row.ministry for row in Lead.objects.in_force(round_.as_of).select_related("ministry")}
    earlier = (
        {
            report.task_id: report
            for report in Report.objects.in_round(round_.previous).select_related("current", "baseline", "accepted")
        }
        if round_.previous
        else {}
    )
    roster = []
    for task in Task.objects.for_roster(round_).order_by("code"):
        if task.pk not in leads:
            raise WrongState(_("%(code)s has no leading ministry on the as-of date.") % {"code": task.code})
        before = earlier.get(task.pk)
        # The last accepted text, or what the last freeze showed; where there was no reply, what stood before that.
        baseline = (before.accepted or before.current or before.baseline) if before else None
        roster.append(
            Report(
                round=round_,
                task=task,
                lead=leads[task.pk],
                kind=task.kind,
                sector_id=task.sector_id,
                item_id=task.item_id,
                baseline=baseline,
                baseline_light=_shown_light(before),
            )
        )
    return roster


def _shown_light(before: Report | None) -> str:
    """The light that the last round's board showed: the office's, else the ministry's, else the one before."""
    if before is None:
        return ""
    return before.office_light or (before.current.light if before.current else before.baseline_light)
