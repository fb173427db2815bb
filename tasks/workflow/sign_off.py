"""The verbs of sign-off inside a ministry: ask, take back, sign off, send back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Invalid
from records.models import Receipt
from records.receipts import once
from tfportal.language import normalise

from .. import content, notices, signers
from ..models import Draft, Report, SignOff, State
from ..providers import Owed
from ..transitions import permit
from .common import (
    Item,
    deputised,
    draft_of,
    locked_place,
    ministry_codes,
    move,
    receipt_of,
    record_for,
    require_version,
)
from .sending import (
    answer_reports,
    contents_to_send,
    judge_all,
    judged,
    keep_sign_off,
    owed_by,
    require_not_own,
    require_unchanged_is_possible,
    send,
)

COMMENT_LIMIT = 1000  # characters


def ask_sign_off(items: Sequence[Item], *, by: User, at: datetime, key: UUID, posted: Any = None) -> Receipt:
    """Put 1..n reports before the ministry's approver. They are not submitted by this. `posted`: as for `submit`."""
    body = posted or [item.body() for item in sorted(items, key=lambda item: item.report_id)]
    with once("ask_sign_off", by=by, at=at, key=key, target="sign-off", body=body) as attempt:
        if not attempt.repeated:
            reports = answer_reports(items)
            made = contents_to_send("ask_sign_off", items, reports, by=by, at=at)
            drafts = []
            for report, item, _content in made:
                holder = deputised(attempt, report)
                draft = draft_of(report) or Draft(
                    report=report, content=content.start_of(report), edited_by=by, edited_for=holder, edited_at=at
                )
                draft.unchanged, draft.asked_by, draft.asked_for, draft.asked_at = item.unchanged, by, holder, at
                draft.save()
                drafts.append(draft)
                move(report, State.AWAITING)
            event = record_for(attempt, reports, {"reports": [report.task.code for report in reports]})
            notices.sign_off_asked(reports, drafts, by=by, event=event)
    return receipt_of(attempt)


def recall(items: Sequence[Item], *, by: User, at: datetime, key: UUID) -> Receipt:
    """승인 요청 취소: an officer takes 1..n requests back while nobody decided on them. The texts are drafts again."""
    body = [item.body() for item in sorted(items, key=lambda item: item.report_id)]
    with once("recall", by=by, at=at, key=key, target="sign-off", body=body) as attempt:
        if not attempt.repeated:
            reports = answer_reports(items)
            seen = {item.report_id: item.version for item in items}
            asked = [draft for report in reports if (draft := draft_of(report))]
            told = notices.told_of_asking(asked)  # before what was asked is forgotten
            for report in reports:
                has_open_return = content.open_return(report) is not None
                target = permit("recall", report, by=by, at=at, has_open_return=has_open_return)
                require_version(report, seen[report.pk])
                _give_back(report, target)
            event = record_for(attempt, reports, {"reports": [report.task.code for report in reports]})
            notices.recalled(reports, told=told, by=by, event=event)
    return receipt_of(attempt)


def _give_back(report: Report, target: State) -> None:
    """What awaited sign-off is the officer's again; what was asked as "no change" leaves no draft behind."""
    draft = draft_of(report)
    if draft and draft.unchanged:
        draft.delete()
        target = State.MISSING
    elif draft:
        draft.asked_by = draft.asked_for = draft.asked_at = None
        draft.save()
    move(report, target)


def sign_off(items: Sequence[Item], *, by: User, at: datetime, key: UUID, letter_no: str = "") -> Receipt:
    """The approver lets 1..n reports go; they are submitted in this moment. Never one's own."""
    body = [[item.body() for item in sorted(items, key=lambda item: item.report_id)], letter_no]
    with once("sign_off", by=by, at=at, key=key, target="submission", body=body) as attempt:
        if not attempt.repeated:
            reports = answer_reports(items)
            drafts = {report.pk: draft_of(report) for report in reports}
            for report in reports:
                permit("sign_off", report, by=by, at=at, has_open_return=False)
                require_not_own(drafts[report.pk], by, deputised(attempt, report))
            codes, owed = ministry_codes(), owed_by(reports, at)
            made = judge_all(items, reports, lambda report, item: _asked_for(report, item, codes, owed))
            asked = min(draft.asked_at for draft in drafts.values() if draft and draft.asked_at)
            send(attempt, made, letter_no=letter_no, approval_asked_at=asked)
    return receipt_of(attempt)


def _asked_for(report: Report, item: Item, codes: dict[str, int], owed: Owed) -> tuple[Report, Item, content.Content]:
    """What goes out of a report that awaits sign-off; as "no change" where it was asked so, whatever the form says."""
    draft = draft_of(report)
    assert draft is not None  # noqa: S101 (awaiting reports have a draft)
    if draft.unchanged:
        require_unchanged_is_possible(report, owed)
    text = judged(report, content.tidy(draft.content), codes)
    return report, Item(report.pk, item.version, draft.unchanged), text


def send_back(report_id: int, *, by: User, at: datetime, key: UUID, version: int, comment: str) -> Receipt:
    """The approver gives one report back to its officer, with a comment."""
    body, why = [report_id, version, comment], normalise(comment)
    with once("send_back", by=by, at=at, key=key, target=f"report/{report_id}", body=body) as attempt:
        if not attempt.repeated:
            report = locked_place(report_id)
            target = permit("send_back", report, by=by, at=at, has_open_return=content.open_return(report) is not None)
            require_version(report, version)
            if problem := content.text_problem(why, COMMENT_LIMIT, empty=_("Say what is to be mended.")):
                raise Invalid({"comment": [problem]})
            draft = draft_of(report)
            deputy_of = deputised(attempt, report)
            require_not_own(draft, by, deputy_of, bars=[signers.Bar.ASKED])
            asked = draft.asked_by_id if draft else None
            decision = SignOff.Decision.SENT_BACK
            keep_sign_off(report, draft, decision, by=by, acting_for=deputy_of, at=at, comment=why)
            _give_back(report, target)
            event = record_for(attempt, [report], {"report": report.task.code, "comment": why})
            notices.sent_back(report, asked=asked, by=by, event=event)
    return receipt_of(attempt)
