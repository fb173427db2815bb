"""제출기한 연장: a ministry asks for more time, or no more; the office grants it, also unasked, declines or revokes it.

Whoever moves a due time judges and writes while holding the head of the round's chain, and an answer reads its due time
while holding it (`sending.send`). So of an answer and a grant at once one is whole before the other begins, the chain
has them in that order, and whoever verifies the record judges the lateness as it was judged.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.errors import Forbidden, Invalid, WrongState
from records.models import Event, Receipt
from records.receipts import Attempt, once
from tfportal import dates
from tfportal.language import normalise, on_behalf

from .. import content, due_times, extensions, notices
from ..models import Extension, Round
from ..transitions import permit_extension
from .common import lock_round, receipt_of

REASON_LIMIT = 1000  # characters of a reason or a comment
DECIDED = ("decided_by", "decided_for", "decided_at")
LONGEST = timedelta(days=60)  # beyond the round's own due time: a later one is a slip of the pen


def ask_extension(
    round_id: int, ministry: Ministry, *, by: User, at: datetime, key: UUID, until: datetime | None, reason: str
) -> Receipt:
    """Ask the office for time until a moment, with a reason. Nothing moves by this."""
    reason = normalise(reason)
    target = _target(round_id, ministry)
    with once("ask_extension", by=by, at=at, key=key, target=target, body=[until, reason]) as attempt:
        if not attempt.repeated:
            round_, holder = _held(attempt, round_id, ministry.pk, by=by)
            _require_none_waiting(round_, ministry)
            wished = _checked(round_, ministry, until, at=at, reason=reason)
            row = Extension.objects.create(
                round=round_,
                ministry=ministry,
                reason=reason,
                asked_until=wished,
                asked_by=by,
                asked_for=holder,
                asked_at=at,
            )
            event = _record(attempt, row, {"until": wished, "reason": reason}, holder)
            notices.extension_asked(row, by=by, event=event)
    return receipt_of(attempt)


def withdraw_extension(extension_id: int, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Take back what was asked for and nobody decided on: the office has nothing to decide any more."""
    asked = _found(extension_id)
    target = _target(asked.round_id, asked.ministry)
    with once("withdraw_extension", by=by, at=at, key=key, target=target, body=[extension_id]) as attempt:
        if not attempt.repeated:
            row, holder = _read(attempt, asked, by=by)
            _require_undecided(row)
            row.decision = Extension.Decision.WITHDRAWN
            row.decided_by, row.decided_for, row.decided_at = by, holder, at
            row.save(update_fields=("decision", *DECIDED))
            _record(attempt, row, {"until": row.asked_until, "reason": row.reason, "asked_at": row.asked_at}, holder)
            notices.extension_withdrawn(row)
    return receipt_of(attempt)


def grant_extension(
    extension_id: int, *, by: User, at: datetime, key: UUID, until: datetime | None, comment: str = ""
) -> Receipt:
    """Give a ministry what it asked for, or another time. Raises WrongState where it was decided on already."""
    comment, asked = normalise(comment), _found(extension_id)
    target, body = _target(asked.round_id, asked.ministry), [extension_id, until, comment]
    with once("grant_extension", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            row, holder = _read(attempt, asked, by=by)
            _require_undecided(row)
            _require_other_person(row, by)
            given = _checked(row.round, row.ministry, until, at=at, comment=comment)
            _grant(attempt, row, given, comment, by=by, holder=holder)
    return receipt_of(attempt)


def extend_unasked(
    round_id: int, ministry: Ministry, *, by: User, at: datetime, key: UUID, until: datetime | None, reason: str
) -> Receipt:
    """Give a ministry more time that did not ask for it, with the office's reason. In the record it is a grant."""
    reason = normalise(reason)
    target = _target(round_id, ministry)
    with once("grant_extension", by=by, at=at, key=key, target=target, body=[None, until, reason]) as attempt:
        if not attempt.repeated:
            round_, holder = _held(attempt, round_id, ministry.pk, by=by)
            _require_none_waiting(round_, ministry)
            given = _checked(round_, ministry, until, at=at, reason=reason)
            row = Extension(round=round_, ministry=ministry, reason=reason)
            _grant(attempt, row, given, "", by=by, holder=holder)
    return receipt_of(attempt)


def decline_extension(extension_id: int, *, by: User, at: datetime, key: UUID, comment: str) -> Receipt:
    """Leave the due time as it is, and say why."""
    comment, asked = normalise(comment), _found(extension_id)
    target = _target(asked.round_id, asked.ministry)
    with once("decline_extension", by=by, at=at, key=key, target=target, body=[extension_id, comment]) as attempt:
        if not attempt.repeated:
            row, holder = _read(attempt, asked, by=by)
            _require_undecided(row)
            _require_other_person(row, by)
            if problem := content.text_problem(comment, REASON_LIMIT, empty=_("Say why it is declined.")):
                raise Invalid({"comment": [problem]})
            row.decision, row.comment = Extension.Decision.DECLINED, comment
            row.decided_by, row.decided_for, row.decided_at = by, holder, at
            row.save(update_fields=("decision", "comment", *DECIDED))
            told = {"until": row.asked_until, "reason": row.reason, "comment": comment, "asked_at": row.asked_at}
            event = _record(attempt, row, told, holder)
            notices.extension_decided(row, by=by, event=event)
    return receipt_of(attempt)


def revoke_extension(extension_id: int, *, by: User, at: datetime, key: UUID, reason: str) -> Receipt:
    """Take back what was granted, and say why: from now on the due time is what it would be without it. What came stays
    in time."""
    reason, given = normalise(reason), _found(extension_id)
    target = _target(given.round_id, given.ministry)
    with once("revoke_extension", by=by, at=at, key=key, target=target, body=[extension_id, reason]) as attempt:
        if not attempt.repeated:
            row, holder = _read(attempt, given, by=by)
            _require_other_person(row, by)
            if row.until is None or row.revoked_at is not None:
                raise WrongState(_("This extension does not hold any more."))
            if row.until < at:
                raise WrongState(_("This extension has ended by itself."))
            if problem := content.text_problem(reason, REASON_LIMIT, empty=_("Say why it is revoked.")):
                raise Invalid({"reason": [problem]})
            row.revoked_because, row.revoked_by, row.revoked_for, row.revoked_at = reason, by, holder, at
            row.save(update_fields=("revoked_because", "revoked_by", "revoked_for", "revoked_at"))
            told = {"until": row.until, "reason": row.reason, "asked_at": row.asked_at, "decided_at": row.decided_at}
            event = _record(attempt, row, told | {"because": reason}, holder)
            notices.extension_revoked(row, by=by, event=event)
    return receipt_of(attempt)


def _target(round_id: int, ministry: Ministry) -> str:
    """What a receipt is about: one ministry's due time in one round."""
    return f"round/{round_id}/{ministry.code}"


def _found(extension_id: int) -> Extension:
    """For what never changes of it: its round and its ministry."""
    return Extension.objects.select_related("ministry").get(pk=extension_id)


def _held(attempt: Attempt, round_id: int, ministry_id: int, *, by: User) -> tuple[Round, User | None]:
    """The round, with the head of its chain locked, and whom the person is the deputy of; refused if they may not."""
    round_ = lock_round(round_id)
    holder = permit_extension(attempt.verb, round_, ministry_id, by=by, at=attempt.at)
    attempt.lock_head(round_.stream_key)
    return round_, holder


def _read(attempt: Attempt, found: Extension, *, by: User) -> tuple[Extension, User | None]:
    """The extension as it stands under the head's lock, and whom the person is the deputy of."""
    round_, holder = _held(attempt, found.round_id, found.ministry_id, by=by)
    row = Extension.objects.with_people().get(pk=found.pk)
    row.round = round_
    return row, holder


def _grant(attempt: Attempt, row: Extension, until: datetime, comment: str, *, by: User, holder: User | None) -> None:
    row.decision, row.until, row.comment = Extension.Decision.GRANTED, until, comment
    row.decided_by, row.decided_for, row.decided_at = by, holder, attempt.at
    row.save()
    told = {"until": until, "reason": row.reason, "comment": comment, "asked_at": row.asked_at}
    event = _record(attempt, row, told, holder)
    notices.extension_decided(row, by=by, event=event)


def _record(attempt: Attempt, row: Extension, told: dict[str, Any], holder: User | None) -> Event:
    """The one event: about the round, of the ministry, without any key of the database. A verifier finds the row by the
    ministry and by the moment at which it was asked for, or else granted."""
    return attempt.record(row.round, {"ministry": row.ministry.code} | told, acting_for=holder)


def _require_none_waiting(round_: Round, ministry: Ministry) -> None:
    if Extension.objects.filter(round=round_, ministry=ministry).waiting().exists():
        raise WrongState(_("This ministry has asked for more time already. The office has to decide on that first."))


def _require_undecided(row: Extension) -> None:
    if row.decision:
        raise WrongState(
            _("This extension was decided on already: %(decision)s, by %(name)s.")
            % {"decision": row.get_decision_display(), "name": on_behalf(row.decided_by, row.decided_for)}
        )


def _require_other_person(row: Extension, by: User) -> None:
    if problem := extensions.bar(row, by):
        raise Forbidden(problem)


def _checked(round_: Round, ministry: Ministry, until: datetime | None, *, at: datetime, **words: str) -> datetime:
    """The new due time; raises Invalid with messages by field. `words`: what was typed beside it, by its field; a
    comment may be empty."""
    problems: content.Problems = {}
    for name, text in words.items():
        empty = _("Give the reason.") if name == "reason" else ""
        if problem := content.text_problem(text, REASON_LIMIT, empty=empty):
            problems[name] = [problem]
    standing, last = due_times.due_of(round_, ministry.pk, at=at), round_.due_at + LONGEST
    if until is None:
        problems["until"] = [_("Give a new due time.")]
    elif until <= at:
        problems["until"] = [_("Give a new due time that lies ahead.")]
    elif until <= standing:
        problems["until"] = [
            _("The due time is %(when)s already: give a later one.") % {"when": dates.moment(standing)}
        ]
    elif until > last:
        problems["until"] = [_("At the latest %(when)s.") % {"when": dates.moment(last)}]
    if problems or until is None:
        raise Invalid(problems)
    return until
