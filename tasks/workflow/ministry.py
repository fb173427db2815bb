"""The verbs of officers: save a draft, submit, withdraw."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Conflict, Frozen, Invalid, WrongState
from records.locking import waiting
from records.models import Receipt
from records.receipts import once

from .. import content, notices
from ..models import Draft, Report, State, Submission
from ..transitions import acting_for, permit, possible
from .common import Item, draft_of, locked, locked_start, move, receipt_of, record_for
from .sending import answer_reports, contents_to_send, send


def save_draft(report_id: int, *, by: User, at: datetime, version: int, raw: content.Raw) -> Report:
    """Keep what was typed, valid or not. Returns the report with its new version; leaves neither event nor receipt.
    What is attached stays attached, and what was taken over is remembered, whatever `raw` says of it: other verbs are
    about files and contributions.

    A text equal to what stands there already changes nothing, in whatever version it was seen; a text equal to the
    start is no draft at all. Another version raises Conflict with both texts; what cannot be stored raises Invalid.
    """
    raw = content.tidy(raw)
    if problems := content.unstorable(raw):
        raise Invalid(problems)
    with waiting(), transaction.atomic():
        return _keep(report_id, by=by, at=at, version=version, raw=raw)


def _keep(report_id: int, *, by: User, at: datetime, version: int, raw: content.Raw) -> Report:
    report = locked_start(report_id)
    standing, start = standing_text(report), content.start_of(report)
    untouched = raw | content.no_ids() == content.baseline_of(report)
    raw = raw | {name: standing[name] for name in content.UNTYPED}
    try:
        target = permit("save_draft", report, by=by, at=at, has_open_return=content.open_return(report) is not None)
    except Frozen:
        raise
    except WrongState:
        # A page that was opened before the report went brings the row along untouched.
        if raw == standing or untouched:
            return report
        raise
    if raw == standing:
        return report
    if report.version != version:
        raise Conflict(
            _("%(code)s was changed by someone else while you were typing.") % {"code": report.task.code},
            mine=raw,
            theirs=standing,
            obj=report,
        )
    write_draft(report, raw, start=start, target=target, by=by, at=at)
    return report


def is_news(report: Report, raw: content.Raw, *, by: User, at: datetime) -> bool:
    """Whether a form that comes once more holds another text than stands there. Of a row that is not to be written any
    more, the start that its page was opened with is none."""
    raw = content.tidy(raw)
    if raw | content.no_ids() == content.baseline_of(report) and not possible("save_draft", report, by=by, at=at):
        return False
    standing = standing_text(report)
    return raw | {name: standing[name] for name in content.UNTYPED} != standing


def standing_text(report: Report) -> content.Raw:
    """The text as it stands now: the draft's, else what the form starts with."""
    draft = draft_of(report)
    return content.tidy(draft.content) if draft else content.start_of(report)


def write_draft(report: Report, raw: content.Raw, *, start: content.Raw, target: State, by: User, at: datetime) -> None:
    """Make `raw` the draft, and move the report on; a text equal to the start is no draft."""
    if raw == start:
        if draft := draft_of(report):
            draft.delete()
        move(report, State.RETURNED if target is State.RETURNED else State.MISSING)
        return
    # The report's row is held: its draft, or that there is none, cannot have changed since it was read.
    draft = draft_of(report) or Draft(report=report)
    draft.content, draft.edited_by, draft.edited_at = raw, by, at
    draft.edited_for, draft.unchanged = acting_for("save_draft", report, by=by), False
    draft.asked_by = draft.asked_for = draft.asked_at = None
    draft.save()
    move(report, target)


def submit(
    items: Sequence[Item], *, by: User, at: datetime, key: UUID, letter_no: str = "", posted: Any = None
) -> Receipt:
    """One answer of one ministry, of 1..n reports; returns the receipt with its number.

    `posted`: what the form held, where that tells two forms apart better than the versions that stand here.
    Ministries with sign-off do not submit, they ask: Switched.
    """
    body = posted or [[item.body() for item in sorted(items, key=lambda item: item.report_id)], letter_no]
    with once("submit", by=by, at=at, key=key, target="submission", body=body) as attempt:
        if not attempt.repeated:
            reports = answer_reports(items)
            made = contents_to_send("submit", items, reports, by=by, at=at)
            send(attempt, made, letter_no=letter_no)
    return receipt_of(attempt)


def withdraw(submission: Submission, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Take back what the office has not opened yet of one submission: the texts become drafts again."""
    with once("withdraw", by=by, at=at, key=key, target=submission.number, body=[]) as attempt:
        if not attempt.repeated:
            ids = submission.revisions.values_list("report_id", flat=True)
            reports = locked(ids)
            mine = [row for row in reports if row.current and row.current.submission_id == submission.pk]
            free = [row for row in mine if row.state == State.SUBMITTED and row.opened_by_office_at is None]
            for report in free or mine or reports:
                permit("withdraw", report, by=by, at=at, has_open_return=False)
            if not free:
                raise WrongState(_("The office has opened it already: ask the office to return it."))
            for report in free:
                _take_back(report, by=by, at=at)
            data = {"number": submission.number, "reports": [row.task.code for row in free]}
            notices.withdrawn(submission, free, by=by, event=record_for(attempt, free, data))
    return receipt_of(attempt)


def _take_back(report: Report, *, by: User, at: datetime) -> None:
    """The text sent last becomes the draft again; what was current before it is current again."""
    revision = report.current
    assert revision is not None  # noqa: S101 (submitted reports have a revision)
    resolved = [row for row in report.returns.all() if row.resolved_by_id == revision.pk]
    for row in resolved:
        row.resolved_by = None
        row.save(update_fields=("resolved_by",))
    if not revision.unchanged:
        holder = acting_for("withdraw", report, by=by)
        typed = {"content": content.raw_of(revision), "edited_by": by, "edited_for": holder, "edited_at": at}
        Draft.objects.update_or_create(report=report, defaults=typed | {"unchanged": False})
    before = resolved[0].revision if resolved else None
    state = State.RETURNED if resolved else (State.MISSING if revision.unchanged else State.DRAFT)
    columns: dict[str, Any] = {"current": before}
    if before is None:
        columns |= {"first_received_at": None, "late_by": None}
    move(report, state, **columns)
