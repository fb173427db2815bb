"""건의 답변: a ministry that an issue asks says something to it, while the round is collected and after the freeze."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.chain import sha256
from records.errors import Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import notices
from ..models import Answer, Request
from ..transitions import permit_beside
from .common import deputised, locked_place, receipt_of, record_for, require_text


def answer_request(request_id: int, *, by: User, at: datetime, key: UUID, text: str) -> Receipt:
    """Answer the issue of a report in the words in which it stands now. Further answers may follow: the last one
    counts. An issue that was mended, taken back or sent anew in a later round is not answered unread: WrongState."""
    text = normalise(text)
    posted = Request.objects.select_related("revision").get(pk=request_id)
    target, body = f"report/{posted.revision.report_id}", [request_id, text]
    with once("answer_request", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            report = locked_place(posted.revision.report_id)
            ministry = posted.addressed_to_id
            permit_beside("answer_request", report, by=by, at=at, ministry=ministry)
            standing = Request.objects.of_latest_texts().asked_of([ministry]).filter(revision__report=report)
            row = standing.filter(revision__issues=posted.revision.issues).select_related("revision").first()
            if row is None:
                raise WrongState(
                    _("%(code)s does not ask this any more: the issue was changed or taken back. Look at it again.")
                    % {"code": report.task.code}
                )
            require_text(text, empty=_("Enter your ministry's answer."))
            last = Answer.objects.filter(request=row).order_by("at", "pk").last()
            if last and last.text == text:
                raise Invalid({"text": [_("This is word for word what you answered last. It is there already.")]})
            answer = Answer.objects.create(
                request=row, text=text, by=by, acting_for=deputised(attempt, report, ministry=ministry), at=at
            )
            event = record_for(attempt, [report], told(answer), ministry=ministry)
            notices.answered(report, ministry, by=by, event=event)
    return receipt_of(attempt)


def told(row: Answer) -> dict[str, Any]:
    """What the record's event says of it: not the text, which not everyone may read who reads the record."""
    revision = row.request.revision
    return {
        "report": revision.report.task.code,
        "ministry": row.request.addressed_to.code,
        "revision": revision.no,
        "sha256": sha256(row.text),
    }
