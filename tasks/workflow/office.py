"""The office's verdicts: return, accept, reopen; on what one has open for review (`claims.py`)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.chain import sha256
from records.errors import Invalid
from records.locking import lock_rows
from records.models import Event, Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, notices, permissions, review
from ..models import Field, Light, Milestone, Report, Return, ReturnedField, Revision, State, Task
from ..models.reporting import TEXT_LIMIT
from .claims import for_office, require_opened
from .common import move, receipt_of, record_for

COMMENT_LIMIT = 1000  # characters of a comment, or of why an acceptance is taken back


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
            report = for_office("return_for_changes", report_id, by=by, at=at, version=version)
            require_opened(report)
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
            report = for_office("accept", report_id, by=by, at=at, version=version)
            require_opened(report)
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
            lock_dates([report])
            take_effect(report, revision, record_for(attempt, [report], data))
    return receipt_of(attempt)


def reopen(
    report_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str = "", undo: bool = False
) -> Receipt:
    """Take an acceptance back until the freeze, with a reason; what it had moved moves back.

    `undo`: whoever gave it takes it back while it is the last thing that the record says of the report: no message, no
    contribution, nothing came since. That needs no words of theirs, and the record says that it was that.
    """
    reason = normalise(reason)
    body = [version, reason, *(["undo"] if undo else [])]
    with once("reopen", by=by, at=at, key=key, target=f"report/{report_id}", body=body) as attempt:
        if not attempt.repeated:
            report = for_office("reopen", report_id, by=by, at=at, version=version, anyones=True)
            undo = undo and permissions.holds_claim(by, report)
            went_on = undo and not review.was_just_accepted(report)
            if went_on or not undo:
                undo, empty = False, _("Give the reason.")
                if went_on:
                    empty = _("Something came after the acceptance: give a reason to take it back.")
                if problem := content.text_problem(reason, COMMENT_LIMIT, empty=empty):
                    raise Invalid({"reason": [problem]})
            revision = report.accepted
            assert revision is not None  # noqa: S101 (accepted reports have an accepted revision)
            had_completed = report.office_light == Light.COMPLETED
            move(report, State.SUBMITTED, accepted=None, office_light="", office_reason="")
            lock_dates([report])
            data = {"report": report.task.code, "reason": reason} | ({"undo": True} if undo else {})
            event = record_for(attempt, [report], data)
            notices.reopened(report, by=by, event=event)
            _unapply(report, revision, had_completed=had_completed)
    return receipt_of(attempt)


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


def lock_dates(reports: Sequence[Report]) -> None:
    """The tasks' rows and their milestones', which an acceptance moves: locked before the head, always the last."""
    tasks = [report.task_id for report in reports]
    lock_rows(Task.objects.filter(pk__in=tasks))
    lock_rows(Milestone.objects.filter(task__in=tasks))


def take_effect(report: Report, revision: Revision, event: Event) -> None:
    """Moved dates and a completion hold from the acceptance on."""
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
