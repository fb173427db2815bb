"""The roster: what is copied when it is fixed, and its two verbs from then on, each with a reason.

Both hold the whole round, as the freeze does: of a removal and a draft saved at the same time one is whole before the
other begins, and so is of an addition and the freeze.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, notices, rosters
from ..models import Lead, Report, Round, Task
from ..transitions import permit_round
from .common import lock_round, receipt_of, require_version

REASON_LIMIT = 1000  # characters


def add_to_roster(round_id: int, task_id: int, *, by: User, at: datetime, key: UUID, reason: str) -> Receipt:
    """Put a task on a roster that is fixed already: a new one, one that is completed and goes on, one that was taken
    off. What a report copies is copied now."""
    reason, target = normalise(reason), f"round/{round_id}"
    with once("add_to_roster", by=by, at=at, key=key, target=target, body=[task_id, reason]) as attempt:
        if not attempt.repeated:
            round_ = lock_round(round_id, exclusive=True)
            holder = permit_round(attempt.verb, round_, by=by, at=at)
            _require_reason(reason)
            task = Task.objects.get(pk=task_id)
            if Report.objects.in_round(round_).filter(task=task).exists():
                raise WrongState(_("%(code)s is on the roster already.") % {"code": task.code})
            (report,) = rows_of(round_, [task])
            report.save()
            attempt.lock_head(round_.stream_key)
            data = {"report": task.code, "reason": reason, "copied": copied(report)}
            event = attempt.record(report, data, acting_for=holder)
            notices.roster_changed(report, is_added=True, by=by, event=event)
    return receipt_of(attempt)


def remove_from_roster(
    round_id: int, task_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str
) -> Receipt:
    """Take a task off the roster, as long as nobody has written anything about it: nothing is lost by that, and its row
    goes with all that it had copied into the event. Raises WrongState where anything hangs on it."""
    reason, target = normalise(reason), f"round/{round_id}"
    body = [task_id, version, reason]
    with once("remove_from_roster", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            round_ = lock_round(round_id, exclusive=True)
            holder = permit_round(attempt.verb, round_, by=by, at=at)
            _require_reason(reason)
            report = Report.objects.in_round(round_).with_place().filter(task=task_id).first()
            if report is None:
                raise WrongState(_("This task is not on the roster any more."))
            require_version(report, version)
            if rosters.written_about([report.pk]):
                raise WrongState(
                    _("Something was written about %(code)s in this round already: it stays on the roster.")
                    % {"code": report.task.code}
                )
            attempt.lock_head(round_.stream_key)
            data = {"report": report.task.code, "reason": reason, "copied": copied(report)}
            event = attempt.record(report, data, acting_for=holder)
            notices.roster_changed(report, is_added=False, by=by, event=event)
            Report.objects.filter(pk=report.pk).delete()
    return receipt_of(attempt)


def _require_reason(reason: str) -> None:
    if problem := content.text_problem(reason, REASON_LIMIT, empty=_("Give the reason.")):
        raise Invalid({"reason": [problem]})


def rows_of(round_: Round, tasks: Sequence[Task]) -> list[Report]:
    """A report for each of the tasks, not saved yet. Raises WrongState where nobody leads one of them."""
    leads = {row.task_id: row.ministry for row in Lead.objects.in_force(round_.as_of).select_related("ministry")}
    earlier = _earlier(round_, tasks)
    rows = []
    for task in tasks:
        if task.pk not in leads:
            raise WrongState(_("%(code)s has no leading ministry on the as-of date.") % {"code": task.code})
        before = earlier.get(task.pk)
        # The last accepted text, or what the last freeze showed; where there was no reply, what stood before that.
        baseline = (before.accepted or before.current or before.baseline) if before else None
        rows.append(
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
    return rows


def _earlier(round_: Round, tasks: Sequence[Task]) -> dict[int, Report]:
    """The report of each task in the round before; of a task that had left the roster, in the last one that it was
    on."""
    texts = ("current", "baseline", "accepted")
    found: dict[int, Report] = {}
    if round_.previous:
        found = {row.task_id: row for row in Report.objects.in_round(round_.previous).select_related(*texts)}
    rest = [task.pk for task in tasks if task.pk not in found]
    before = Report.objects.filter(task__in=rest, round__no__lt=round_.no).select_related(*texts)
    return found | {row.task_id: row for row in before.order_by("round__no")}


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


def _shown_light(before: Report | None) -> str:
    """The light that the last round's board showed: the office's, else the ministry's, else the one before."""
    if before is None:
        return ""
    return before.office_light or (before.current.light if before.current else before.baseline_light)
