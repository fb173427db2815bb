"""이송: an opinion that was given out to the wrong ministry. It hands the opinion back, and from then on owes nothing;
the office passes it on, with a reason. Neither is done once a disposition stands; the office may open the opinion again
then, where the answer was not for whoever gave it."""

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import User
from records.errors import Forbidden
from records.models import Receipt
from records.receipts import once
from records.rows import tell
from tasks.problems import Problems
from tfportal.language import normalise

from ..models import Opinion, Transfer, TransferKind
from ..opinions import notices
from ..opinions.contents import OPINION
from ..opinions.drafting import day_problems
from ..opinions.transitions import permit
from .common import problem_of, receipt_of, refuse, require_version
from .opinions import locked_opinion


def hand_back_opinion(
    opinion_id: int,
    *,
    reason: str,
    to: int | None,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    ministry: int | None,
) -> Receipt:
    """The ministry (primary key) that owes the answer says that it is not its own to give, and why; `to`: whose it
    might be, where it knows. The opinion lies with the office again, which is told."""
    reason = normalise(reason)
    body = [reason, to, version, ministry]
    with once("hand_back_opinion", by=by, at=at, key=key, target=f"opinion/{opinion_id}", body=body) as attempt:
        if not attempt.repeated:
            row = locked_opinion(opinion_id)
            holder = permit(attempt.verb, row, by=by, ministry=ministry)
            require_version(row, version)
            if ministry != row.ministry_id:
                raise Forbidden(_("This is not yours to do."))
            refuse({"transfer": _reason_problem(reason), "to": _ministry_problem(to, at, not_=ministry)})
            kind = TransferKind.HANDED_BACK
            made = Transfer.objects.create(
                opinion=row, kind=kind, ministry_id=ministry, to_id=to, reason=reason, by=by, acting_for=holder, at=at
            )
            row.ministry_id, row.due_on, row.version = None, None, version + 1
            row.save(update_fields=("ministry", "due_on", "version"))
            event = tell(attempt, OPINION, row, row, rows=[row, made], acting_for=holder)
            notices.handed_back(row, made, event=event)
    return receipt_of(attempt)


def pass_on_opinion(
    opinion_id: int,
    *,
    to: int | None,
    due_on: date | None,
    reason: str,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
) -> Receipt:
    """The office gives it to another ministry (primary key), with the reason and a day of its own; or to the one that
    handed it back, which then has to answer after all; or takes it back to itself (`to`: None). Both are told."""
    reason, day = normalise(reason), due_on.isoformat() if due_on else None
    body = [to, day, reason, version]
    with once("pass_on_opinion", by=by, at=at, key=key, target=f"opinion/{opinion_id}", body=body) as attempt:
        if not attempt.repeated:
            row = locked_opinion(opinion_id)
            holder = permit(attempt.verb, row, by=by)
            require_version(row, version)
            had = had_last(row)
            refuse(_passing_problems(row, to, due_on, reason, at))
            made = Transfer.objects.create(
                opinion=row,
                kind=TransferKind.PASSED_ON,
                ministry_id=had,
                to_id=to,
                reason=reason,
                by=by,
                acting_for=holder,
                at=at,
            )
            row.ministry_id, row.due_on, row.version = to, due_on if to is not None else None, version + 1
            row.save(update_fields=("ministry", "due_on", "version"))
            event = tell(attempt, OPINION, row, row, rows=[row, made], acting_for=holder)
            notices.given(row, by=by, event=event, had=had)
    return receipt_of(attempt)


def reopen_opinion(opinion_id: int, *, reason: str, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """The answer counts no more, and stays in the history; the opinion lies with the office, which passes it on or
    answers it. Whoever answered is told."""
    reason = normalise(reason)
    body = [reason, version]
    with once("reopen_opinion", by=by, at=at, key=key, target=f"opinion/{opinion_id}", body=body) as attempt:
        if not attempt.repeated:
            row = locked_opinion(opinion_id)
            holder = permit(attempt.verb, row, by=by)
            require_version(row, version)
            refuse({"reason": _reason_problem(reason)})
            had = row.ministry_id
            made = Transfer.objects.create(
                opinion=row,
                kind=TransferKind.REOPENED,
                ministry_id=had,
                reason=reason,
                by=by,
                acting_for=holder,
                at=at,
            )
            row.ministry_id, row.due_on, row.version = None, None, version + 1
            row.save(update_fields=("ministry", "due_on", "version"))
            event = tell(attempt, OPINION, row, row, rows=[row, made], acting_for=holder)
            notices.given(row, by=by, event=event, had=had)
    return receipt_of(attempt)


def had_last(row: Opinion) -> int | None:
    """The ministry that has to answer, or that handed the opinion back last; None where the office has it."""
    last = row.transfers.last()
    if row.ministry_id is None and last is not None and last.kind == TransferKind.HANDED_BACK:
        return last.ministry_id
    return row.ministry_id


def _passing_problems(row: Opinion, to: int | None, due_on: date | None, reason: str, at: datetime) -> Problems:
    problems: Problems = {"reason": _reason_problem(reason)}
    if to == row.ministry_id:
        problems["to"] = [_("It is there already: choose another ministry.")]
    else:
        problems["to"] = _ministry_problem(to, at)
    if to is not None:
        problems["due_on"] = day_problems(due_on, at)
    return problems


def _reason_problem(reason: str) -> list[str]:
    return problem_of(reason, empty=_("Give the reason."))


def _ministry_problem(to: int | None, at: datetime, *, not_: int | None = None) -> list[str]:
    if to is None:
        return []
    there = {name.ministry_id for name in Directory(timezone.localdate(at)).in_order()}
    return [] if to in there and to != not_ else [_("Choose another ministry.")]
