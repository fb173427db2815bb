"""The verbs after the freeze: ask for a correction (정정 요청), decide on it. The sealed text stays as it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Forbidden, Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, corrections, notices
from ..models import Correction, CorrectionDecision, Field, Light, Report
from ..models.reporting import TEXT_LIMIT
from ..transitions import permit_addition
from .common import deputised, locked_place, receipt_of, record_for

REASON_LIMIT = 1000  # characters of a reason or a comment


def ask_correction(report_id: int, *, by: User, at: datetime, key: UUID, field: str, text: str, reason: str) -> Receipt:
    """Ask for another text of one field of a sealed report. Nothing is corrected by this: another person decides."""
    text, reason = normalise(text), normalise(reason)
    body = [field, text, reason]
    with once("ask_correction", by=by, at=at, key=key, target=f"report/{report_id}", body=body) as attempt:
        if not attempt.repeated:
            report = locked_place(report_id)
            permit_addition("ask_correction", report, by=by, at=at)
            revision = report.current
            assert revision is not None  # noqa: S101 (permitted only where a text was sealed)
            part, text = _checked(report, field, text, reason)
            if Correction.objects.filter(report=report, field=part).undecided().exists():
                raise WrongState(
                    _("A correction of “%(field)s” is asked for already. It has to be decided on first.")
                    % {"field": part.label}
                )
            row = Correction.objects.create(
                report=report,
                revision=revision,
                field=part,
                text=text,
                reason=reason,
                asked_by=by,
                asked_for=deputised(attempt, report),
                asked_at=at,
            )
            event = record_for(attempt, [report], told(row))
            notices.correction_asked(report, by=by, event=event)
    return receipt_of(attempt)


def decide_correction(
    correction_id: int, *, by: User, at: datetime, key: UUID, approve: bool, comment: str = ""
) -> Receipt:
    """Approve a correction, which numbers it in its round's table (정정표), or decline it with a comment. Never by the
    person who asked for it."""
    comment = normalise(comment)
    target, body = f"correction/{correction_id}", [approve, comment]
    with once("decide_correction", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            report_id = Correction.objects.values_list("report", flat=True).get(pk=correction_id)
            report = locked_place(report_id)
            permit_addition("decide_correction", report, by=by, at=at)
            row = Correction.objects.with_people().get(pk=correction_id)  # read after the report's lock
            deputy_of = deputised(attempt, report)
            _require_other_person(row, by, deputy_of)
            _require_undecided(row)
            _check_comment(comment, required=not approve)
            attempt.lock_head(report.round.stream_key)  # from here on nobody else gives out a number
            decision = CorrectionDecision.objects.create(
                correction=row,
                round=report.round,
                decision=_word(approve=approve),
                no=_next_no(report) if approve else None,
                comment=comment,
                asked_by=row.asked_by,
                by=by,
                acting_for=deputy_of,
                at=at,
            )
            data = {"decision": decision.decision, "no": decision.no, "comment": comment}
            event = record_for(attempt, [report], told(row) | data)
            notices.correction_decided(report, decision, by=by, event=event)
    return receipt_of(attempt)


def told(row: Correction) -> dict[str, Any]:
    """What the record's events say of a correction, without any key of the database: a verifier compares it with the
    row, and who asked with the actor of the event of that moment. `revision` and `sha256` name the sealed text."""
    return {
        "report": row.report.task.code,
        "revision": row.revision.no,
        "sha256": row.revision.sha256,
        "field": Field(row.field).value,
        "text": row.text,
        "reason": row.reason,
        "asked_at": row.asked_at,
    }


def _word(*, approve: bool) -> CorrectionDecision.Decision:
    return CorrectionDecision.Decision.APPROVED if approve else CorrectionDecision.Decision.DECLINED


def _next_no(report: Report) -> int:
    """The next number in the round's table; asked while the head is locked, so that none is given out twice."""
    last = CorrectionDecision.objects.filter(round=report.round).aggregate(Max("no"))["no__max"]
    return (last or 0) + 1


def _require_other_person(row: Correction, by: User, acting_for: User | None) -> None:
    deciding = {by.pk, *([acting_for.pk] if acting_for else [])}
    if not deciding.isdisjoint({row.asked_by_id, row.asked_for_id}):
        raise Forbidden(_("You asked for this correction yourself: someone else of the office has to decide on it."))


def _require_undecided(row: Correction) -> None:
    decision = getattr(row, "decision", None)
    if decision is not None:
        raise WrongState(
            _("This correction was decided on already: %(decision)s, by %(name)s.")
            % {"decision": decision.get_decision_display(), "name": decision.by}
        )


def _check_comment(comment: str, *, required: bool) -> None:
    empty = _("Say why it is declined.") if required else ""
    if problem := content.text_problem(comment, REASON_LIMIT, empty=empty):
        raise Invalid({"comment": [problem]})


def _checked(report: Report, field: str, text: str, reason: str) -> tuple[Field, str]:
    """The field and its text as it is stored; raises Invalid with messages by field."""
    if field not in corrections.CORRECTABLE:
        raise Invalid({"field": [_("Choose the field that is to be corrected.")]})
    part = Field(field)
    text, problem = _stored(part, text)
    if not problem and text == corrections.standing_text(report, part):
        problem = _("This is what stands already. Enter the corrected text.")
    problems: content.Problems = {"text": [problem]} if problem else {}
    if problem := content.text_problem(reason, REASON_LIMIT, empty=_("Give the reason.")):
        problems["reason"] = [problem]
    if problems:
        raise Invalid(problems)
    return part, text


def _stored(field: Field, text: str) -> tuple[str, str]:
    """The text as a report stores it, and why it cannot be (empty when it can). The rules are those of `content`."""
    if problem := content.text_problem(text, TEXT_LIMIT):
        return text, problem
    if field is Field.LIGHT:
        return text, "" if text in Light.values else _("Choose one of the five lights.")
    if field is Field.PROGRESS:
        number = text.removesuffix("%").strip()
        if not number:
            return "", ""
        if not (number.isascii() and number.isdigit() and len(number) <= 3 and int(number) <= 100):
            return text, _("Enter a whole number from 0 to 100, or leave it empty.")
        return str(int(number)), ""
    if not text and field is not Field.ISSUES:
        return text, _("Enter the results.") if field is Field.RESULTS else _("Enter the next steps.")
    return text, ""
