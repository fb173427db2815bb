"""The verbs of the coordination office: open for review, return, accept, reopen."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.chain import sha256
from records.errors import Invalid, WrongState
from records.locking import lock_rows
from records.models import Event, Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, notices
from ..models import Field, Light, Milestone, Report, Return, ReturnedField, Revision, State, Task
from ..models.reporting import TEXT_LIMIT
from ..transitions import permit
from .common import deputised, locked_place, move, receipt_of, record_for, require_version

COMMENT_LIMIT = 1000  # characters of a comment, or of why an acceptance is taken back


def open_for_review(report_id: int, *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The office opens a report: from now on it cannot be withdrawn. Opening it once more is no verb, it stays open."""
    with once("open_for_review", by=by, at=at, key=key, target=f"report/{report_id}", body=[version]) as attempt:
        if not attempt.repeated:
            report = _for_office("open_for_review", report_id, by=by, at=at, version=version)
            if report.opened_by_office_at is not None:
                raise WrongState(_("%(code)s is open for review already.") % {"code": report.task.code})
            opened = {"opened_by_office_at": at, "opened_by": by, "opened_for": deputised(attempt, report)}
            move(report, State.SUBMITTED, **opened)
            record_for(attempt, [report], {"report": report.task.code})
    return receipt_of(attempt)


def return_for_changes(
    report_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    comment: str,
    due_at: datetime | None,
    fields: Sequence[Field] = (),
    reason: str = "",
    book_text_ko: str = "",
    book_text_en: str = "",
) -> Receipt:
    """Return a report, or some of its fields, with a comment and an own due time.

    Refused beside what goes with an acceptance, a `reason` or a new book wording: nothing typed is dropped.
    """
    names, comment = sorted(Field(field).value for field in fields), normalise(comment)
    beside = _accepted_texts(reason, book_text_ko, book_text_en)
    body = [version, comment, due_at, names, *([beside] if any(beside.values()) else [])]
    with once("return_for_changes", by=by, at=at, key=key, target=f"report/{report_id}", body=body) as attempt:
        if not attempt.repeated:
            report = _for_office("return_for_changes", report_id, by=by, at=at, version=version)
            _require_open(report)
            problems: content.Problems = {}
            if problem := content.text_problem(comment, COMMENT_LIMIT, empty=_("Say what is to be mended.")):
                problems["comment"] = [problem]
            if due_at is None or due_at <= at:
                problems["due_at"] = [_("Give a due time that lies ahead.")]
            problems |= _lost_by_returning(report, beside)
            if problems or due_at is None:
                raise Invalid(problems)
            row = Return.objects.create(
                report=report,
                revision=report.current,  # type: ignore[misc]
                by=by,
                at=at,
                comment=comment,
                due_at=due_at,
            )
            ReturnedField.objects.bulk_create(ReturnedField(of=row, field=name) for name in names)
            move(report, State.RETURNED)
            record_for(
                attempt, [report], {"report": report.task.code, "comment": comment, "due_at": due_at, "fields": names}
            )
            notices.returned(row, by=by)
    return receipt_of(attempt)


def accept(
    report_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    light: str,
    reason: str = "",
    book_text_ko: str = "",
    book_text_en: str = "",
    comment: str = "",
) -> Receipt:
    """Accept a report with the office's light; moved dates and completion take effect now.

    Refused beside a `comment` for a return, or a reason for the ministry's own light: nothing typed is dropped.
    """
    texts = _accepted_texts(reason, book_text_ko, book_text_en)
    reason, book, comment = texts["reason"], (texts["book_text_ko"], texts["book_text_en"]), normalise(comment)
    body = [version, light, reason, book, *([comment] if comment else [])]
    with once("accept", by=by, at=at, key=key, target=f"report/{report_id}", body=body) as attempt:
        if not attempt.repeated:
            report = _for_office("accept", report_id, by=by, at=at, version=version)
            _require_open(report)
            revision = report.current
            assert revision is not None  # noqa: S101 (submitted reports have a revision)
            problems: content.Problems = {}
            if light not in Light.values:
                problems["light"] = [_("Choose the office's light.")]
            elif light != revision.light and not reason:
                problems["reason"] = [_("Your light differs from the ministry's: give the reason.")]
            elif light == revision.light and reason:
                problems["reason"] = [
                    _("A reason is written, but the light is the ministry's: choose another, or delete the reason.")
                ]
            if comment:
                problems["comment"] = [_("A comment is written: return the report with it, or delete it to accept.")]
            for name, text in texts.items():
                if problem := content.text_problem(text, TEXT_LIMIT):
                    problems[name] = [problem]
            if problems:
                raise Invalid(problems)
            move(
                report,
                State.ACCEPTED,
                accepted=revision,
                office_light=light,
                office_reason=reason,
                book_text_ko=book[0],
                book_text_en=book[1],
            )
            data = {
                "report": report.task.code,
                "revision": revision.no,
                "light": light,
                "ministry_light": revision.light,
                "reason": reason,
                "book": sha256(book) if any(book) else "",
            }
            _lock_dates(report)
            _apply(report, revision, record_for(attempt, [report], data))
    return receipt_of(attempt)


def reopen(report_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str) -> Receipt:
    """Take an acceptance back, with a reason, until the freeze; what it had moved moves back."""
    reason = normalise(reason)
    with once("reopen", by=by, at=at, key=key, target=f"report/{report_id}", body=[version, reason]) as attempt:
        if not attempt.repeated:
            report = _for_office("reopen", report_id, by=by, at=at, version=version)
            if problem := content.text_problem(reason, COMMENT_LIMIT, empty=_("Give the reason.")):
                raise Invalid({"reason": [problem]})
            revision = report.accepted
            assert revision is not None  # noqa: S101 (accepted reports have an accepted revision)
            had_completed = report.office_light == Light.COMPLETED
            move(report, State.SUBMITTED, accepted=None, office_light="", office_reason="")
            _lock_dates(report)
            event = record_for(attempt, [report], {"report": report.task.code, "reason": reason})
            notices.reopened(report, by=by, event=event)
            _unapply(report, revision, had_completed=had_completed)
    return receipt_of(attempt)


def _for_office(verb: str, report_id: int, *, by: User, at: datetime, version: int) -> Report:
    report = locked_place(report_id)
    permit(verb, report, by=by, at=at, has_open_return=False)
    require_version(report, version)
    return report


def _require_open(report: Report) -> None:
    if report.opened_by_office_at is None:
        raise WrongState(_("Open %(code)s for review first.") % {"code": report.task.code})


def _accepted_texts(reason: str, book_text_ko: str, book_text_en: str) -> dict[str, str]:
    """What is typed for an acceptance, by its field, as it is stored."""
    texts = {"reason": reason, "book_text_ko": book_text_ko, "book_text_en": book_text_en}
    return {name: normalise(text) for name, text in texts.items()}


def _lost_by_returning(report: Report, beside: dict[str, str]) -> content.Problems:
    """What was typed for an acceptance, and a return would drop. Book wording that stands as it came is no such text,
    nor is an emptied one."""
    problems: content.Problems = {}
    if beside["reason"]:
        problems["reason"] = [_("A reason for another light is written: accept with it, or delete it to return.")]
    for name in ("book_text_ko", "book_text_en"):
        if beside[name] not in ("", getattr(report, name)):
            problems[name] = [_("Book wording is written: accept with it, or delete it to return.")]
    return problems


def _lock_dates(report: Report) -> None:
    """The task's row and its milestones', which an acceptance moves: locked before the head, which is always last."""
    lock_rows(Task.objects.filter(pk=report.task_id))
    lock_rows(Milestone.objects.filter(task=report.task_id))


def _apply(report: Report, revision: Revision, event: Event) -> None:
    for change in revision.milestone_changes.select_related("milestone"):
        if change.done_on:
            change.milestone.done_on = change.done_on
        elif change.new_on:
            change.milestone.current_on = change.new_on
        change.milestone.save(update_fields=("current_on", "done_on"))
        change.applied_event = event
        change.save(update_fields=("applied_event",))
    if report.office_light == Light.COMPLETED:
        report.task.completed_on = revision.completed_on or report.round.as_of
        report.task.save(update_fields=("completed_on",))


def _unapply(report: Report, revision: Revision, *, had_completed: bool) -> None:
    for change in revision.milestone_changes.select_related("milestone"):
        if change.done_on:
            change.milestone.done_on = None
        else:
            change.milestone.current_on = change.old_on
        change.milestone.save(update_fields=("current_on", "done_on"))
        change.applied_event = None
        change.save(update_fields=("applied_event",))
    if had_completed:
        report.task.completed_on = None
        report.task.save(update_fields=("completed_on",))
