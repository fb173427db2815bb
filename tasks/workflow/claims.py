"""Who of the office has a report open for review: opened, taken over from a colleague, given back.

Opening claims it: from then on it cannot be withdrawn, and nobody else gives a verdict on it. Taking over is as public
as opening: an event that names both. Given back it is nobody's, so that the ministry may withdraw it again.
"""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import WrongState
from records.models import Receipt
from records.receipts import once
from tfportal import dates
from tfportal.language import on_behalf

from .. import permissions
from ..models import Report, State
from ..transitions import permit
from .common import deputised, locked_place, move, receipt_of, record_for, require_version

UNCLAIMED = {"opened_by_office_at": None, "opened_by": None, "opened_for": None}


def open_for_review(report_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The office opens a report: from now on it cannot be withdrawn, and it is this person's to review. Opening it
    once more is no verb, it stays open."""
    with once("open_for_review", by=by, at=at, key=key, target=f"report/{report_id}", body=[version]) as attempt:
        if not attempt.repeated:
            report = for_office("open_for_review", report_id, by=by, at=at, version=version)
            if report.opened_by_office_at is not None:
                raise WrongState(_("%(code)s is open for review already.") % {"code": report.task.code})
            opened = {"opened_by_office_at": at, "opened_by": by, "opened_for": deputised(attempt, report)}
            move(report, State.SUBMITTED, **opened)
            record_for(attempt, [report], {"report": report.task.code})
    return receipt_of(attempt)


def take_over_review(report_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """A colleague goes on with what somebody else has open: the verdict is theirs now. The record names both."""
    with once("take_over_review", by=by, at=at, key=key, target=f"report/{report_id}", body=[version]) as attempt:
        if not attempt.repeated:
            report = for_office("take_over_review", report_id, by=by, at=at, version=version, anyones=True)
            require_opened(report)
            if permissions.holds_claim(by, report):
                raise WrongState(_("%(code)s is open for review already.") % {"code": report.task.code})
            before = report.opened_by.record_name() if report.opened_by else ""
            opened = {"opened_by_office_at": at, "opened_by": by, "opened_for": deputised(attempt, report)}
            move(report, State.SUBMITTED, **opened)
            record_for(attempt, [report], {"report": report.task.code, "from": before})
    return receipt_of(attempt)


def release_review(report_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Whoever has a report open gives it back without a verdict: it waits for anyone of the office, and can be
    withdrawn again."""
    with once("release_review", by=by, at=at, key=key, target=f"report/{report_id}", body=[version]) as attempt:
        if not attempt.repeated:
            report = for_office("release_review", report_id, by=by, at=at, version=version)
            require_opened(report)
            move(report, State.SUBMITTED, **UNCLAIMED)
            record_for(attempt, [report], {"report": report.task.code})
    return receipt_of(attempt)


def for_office(verb: str, report_id: int, *, by: User, at: datetime, version: int, anyones: bool = False) -> Report:
    """The locked report, where the verb is possible for this person, now, and in the version that they saw. What
    somebody else has open is refused first, with their name, unless it is `anyones` to do."""
    report = locked_place(report_id)
    permit(verb, report, by=by, at=at, has_open_return=False)
    if not anyones:
        require_free_or_own(report, by)
    require_version(report, version)
    return report


def require_free_or_own(report: Report, by: User) -> None:
    """Raises WrongState where somebody else has the report open."""
    if report.opened_by_office_at is not None and not permissions.holds_claim(by, report):
        raise WrongState(held_by(report))


def require_opened(report: Report) -> None:
    """Raises WrongState where nobody has opened the report."""
    if report.opened_by_office_at is None:
        raise WrongState(_("Open %(code)s for review first.") % {"code": report.task.code})


def held_by(report: Report) -> str:
    """Who has the report open, and what another one would have to do first."""
    opened_at = report.opened_by_office_at
    assert opened_at is not None  # noqa: S101 (asked of open ones alone)
    return _("%(who)s has %(code)s open for review (since %(when)s): take it over first.") % {
        "who": who_holds(report),
        "code": report.task.code,
        "when": dates.moment(opened_at, year=False),
    }


def who_holds(report: Report) -> str:
    """Who has it open, in the reader's language: "A", or "A for B"."""
    return on_behalf(report.opened_by, report.opened_for)
