"""대화: a line between the office and the lead ministry about one report. It moves neither state nor version."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.chain import sha256
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import notices, permissions
from ..models import Message
from ..transitions import permit
from .common import deputised, locked_place, receipt_of, record_for, require_text

MESSAGE_LIMIT = 1000  # characters


def write_message(report_id: int, *, by: User, at: datetime, key: UUID, text: str) -> Receipt:
    """Say something about a report to the other side, while its round is collected. The event holds the text's hash
    only: others may read it there."""
    text = normalise(text)
    with once("write_message", by=by, at=at, key=key, target=f"report/{report_id}", body=[text]) as attempt:
        if not attempt.repeated:
            report = locked_place(report_id)
            permit("write_message", report, by=by, at=at, has_open_return=False)
            require_text(text, empty=_("Write something first."), limit=MESSAGE_LIMIT)
            row = Message.objects.create(
                report=report,
                from_office=permissions.speaks_for_office(by, report),
                text=text,
                by=by,
                acting_for=deputised(attempt, report),
                at=at,
            )
            data = {"report": report.task.code, "from_office": row.from_office, "sha256": sha256(text)}
            notices.message(row, event=record_for(attempt, [report], data))
    return receipt_of(attempt)
