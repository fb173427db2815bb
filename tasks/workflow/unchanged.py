"""검토완료 of many at once: what came as "no change", after a list to look over."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Frozen, Invalid, WrongState
from records.models import Receipt
from records.receipts import once

from ..content import Problems
from ..models import Report, State
from ..transitions import permit
from .claims import require_free_or_own
from .common import Item, deputised, locked, move, receipt_of, record_for, require_version
from .office import lock_dates, take_effect


class Overtaken(WrongState):
    """Some of many do not stand any more as the page showed them: each is named, and none of them was accepted."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(" ".join(text for texts in problems.values() for text in texts))
        self.problems = problems


def not_acceptable_unread(report: Report) -> str:
    """Why this text has to be read by itself; empty where it may be accepted from a list.

    It may where the ministry said "no change", and its light is the one that the last round's board showed, which is
    the office's where it had set one; and where no supporting ministry wrote since.
    """
    text = report.current
    if text is None or not text.unchanged or report.baseline_id is None:
        return _("not submitted as “no change”")
    if text.light != report.baseline_light:
        return _("another light than last round's")
    if any(row.at > text.submission.received_at for row in report.contributions.all()):
        return _("a supporting ministry wrote since")
    return ""


def accept_unchanged(items: Sequence[Item], *, by: User, at: datetime, key: UUID) -> Receipt:
    """Accept these with the ministry's own light: all, or none. Where one was changed, withdrawn, opened by a colleague
    or is none of the kind, Overtaken names each. What nobody had open yet is opened by this, too."""
    body = [item.body() for item in sorted(items, key=lambda item: item.report_id)]
    with once("accept_unchanged", by=by, at=at, key=key, target="review", body=body) as attempt:
        if not attempt.repeated:
            if not items or len({item.report_id for item in items}) != len(items):
                raise Invalid({"__all__": [_("Nothing is left to accept.")]})
            reports = locked(item.report_id for item in items)
            _require_all({item.report_id: item.version for item in items}, reports, by=by, at=at)
            for report in reports:
                opened = {}
                if report.opened_by_office_at is None:
                    opened = {"opened_by_office_at": at, "opened_by": by, "opened_for": deputised(attempt, report)}
                light = report.current.light if report.current else ""
                move(report, State.ACCEPTED, accepted=report.current, office_light=light, office_reason="", **opened)
            lock_dates(reports)
            event = record_for(attempt, reports, told(reports))
            for report in reports:
                assert report.accepted is not None  # noqa: S101 (it was accepted a moment ago)
                take_effect(report, report.accepted, event)
    return receipt_of(attempt)


def told(reports: Sequence[Report]) -> dict[str, object]:
    """What the record's event says of them."""
    texts = [(report.task.code, report.current) for report in reports]
    return {"reports": [{"code": code, "revision": text.no, "light": text.light} for code, text in texts if text]}


def _require_all(versions: dict[int, int], reports: Sequence[Report], *, by: User, at: datetime) -> None:
    problems: Problems = {}
    for report in reports:
        try:
            permit("accept_unchanged", report, by=by, at=at, has_open_return=False)
            require_free_or_own(report, by)
            require_version(report, versions[report.pk])
            if why := not_acceptable_unread(report):
                raise WrongState(_("%(code)s has to be read: %(why)s.") % {"code": report.task.code, "why": why})
        except Frozen:
            raise
        except WrongState as error:
            problems[report.task.code] = [str(error)]
    if problems:
        raise Overtaken(problems)
