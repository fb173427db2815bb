"""The words of findings: what a column is called, how a row is named. Read in either language (`records.findings`)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from records.findings import Finding, Words, words

COLUMNS = {
    "accepted": _("the accepted text"),
    "applied": _("the event that its dates took effect with"),
    "approval_asked_at": _("the time at which approval was asked for"),
    "as_of": _("the as-of date"),
    "asked_at": _("the time at which it was asked for"),
    "asked_by": _("who asked for it"),
    "asked_for": _("for whom it was asked"),
    "asked_until": _("the due time that was asked for"),
    "at": _("the time"),
    "baseline": _("the text of the last round"),
    "baseline_light": _("the light of the last round"),
    "book": _("the book wording"),
    "book_text_en": _("the book wording (English)"),
    "book_text_ko": _("the book wording (Korean)"),
    "by": _("who did it"),
    "cancelled_at": _("the time at which it was ended early"),
    "acting_for": _("for whom it was done"),
    "comment": _("the comment"),
    "current": _("the text that counts"),
    "decided_at": _("the time of the decision"),
    "decided_by": _("who decided"),
    "decided_for": _("for whom it was decided"),
    "decision": _("the decision"),
    "deputy": _("the deputy"),
    "due_at": _("the due time"),
    "due_moved_at": _("the time at which the due time was moved"),
    "due_moves": _("how often the due time was moved"),
    "due_then": _("the due time then in force"),
    "ends_on": _("the last day"),
    "field": _("the field"),
    "fields": _("the returned fields"),
    "first_received_at": _("the time of first receipt"),
    "format": _("the format"),
    "freeze_at": _("the planned time of the freeze"),
    "from_office": _("which side wrote it"),
    "frozen_at": _("the time of the freeze"),
    "introduced_at": _("the time at which the hand-over was read"),
    "item": _("the strategy item"),
    "kind": _("the kind of task"),
    "late_by": _("the lateness"),
    "late_microseconds": _("the lateness"),
    "lead": _("the leading ministry"),
    "lead_name_en": _("the lead's name (English)"),
    "lead_name_ko": _("the lead's name (Korean)"),
    "letter_no": _("the letter number"),
    "light": _("the ministry's light"),
    "mails": _("the number of mails"),
    "ministry": _("the ministry"),
    "no": _("the number"),
    "number": _("the receipt number"),
    "object": _("what it is about"),
    "observes_from": _("the first day observed"),
    "office_light": _("the office's light"),
    "office_reason": _("the reason for the office's light"),
    "opened_by": _("who opened it for review"),
    "opened_for": _("for whom it was opened for review"),
    "opened_by_office_at": _("the time of opening for review"),
    "opens_at": _("the opening time"),
    "planned_for": _("the meeting’s day that the dates were made for"),
    "posting": _("the posting"),
    "prepared_at": _("the time at which the roster was fixed"),
    "previous": _("the previous round"),
    "reason": _("the reason"),
    "reports": _("the number of reports"),
    "resolved_by": _("the text that answers it"),
    "revision": _("the sealed text"),
    "revoked_at": _("the time of the revocation"),
    "revoked_because": _("the reason for the revocation"),
    "revoked_by": _("who revoked it"),
    "revoked_for": _("for whom it was revoked"),
    "root": _("the root"),
    "round": _("the round"),
    "said": _("what was written"),
    "sector": _("the sector"),
    "sha256": _("the text's hash"),
    "starts_on": _("the first day"),
    "state": _("the state"),
    "submission": _("the submission"),
    "task": _("the task"),
    "text": _("the corrected text"),
    "title_en": _("the title (English)"),
    "title_ko": _("the title (Korean)"),
    "unchanged": _("“no change”"),
    "until": _("the extended due time"),
}  # fmt: skip


def column(name: str) -> Words:
    return words(COLUMNS.get(name, name))


def of_report(code: str) -> Words:
    return words(_("the report %(code)s"), code=code)


def of_text(code: str, no: object) -> Words:
    return words(_("text %(no)s of %(code)s"), no=no, code=code)


def of_submission(number: str) -> Words:
    return words(_("submission %(number)s"), number=number)


def of_return(code: str, no: object) -> Words:
    return words(_("the return of text %(no)s of %(code)s"), no=no, code=code)


def of_sign_off(code: str, seq: int) -> Words:
    return words(_("the approver's decision on %(code)s (event %(seq)s)"), seq=seq, code=code)


def of_round(no: object) -> Words:
    return words(_("round %(no)s"), no=no)


def plain(value: Any) -> str:
    """A value as a finding quotes it: times in Seoul, nothing for None."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ")
    return str(value)


def differences(
    stream: str, kind: str, row: Words, pairs: Iterable[tuple[str, Any, Any]], *, quotes: bool = True
) -> Iterator[Finding]:
    """A finding for each (column, what the events say, what the row says) that differs. Without `quotes` it does not
    repeat either: what went on inside a ministry is not the office's to read."""
    for name, expected, found in pairs:
        if expected == found:
            continue
        problem = words(_("%(what)s is not what the events say."), what=column(name))
        told = (plain(expected), plain(found)) if quotes else ("", "")
        yield Finding(stream, kind, row, problem, *told)


def without_row(stream: str, kind: str, row: Words, seq: int) -> Finding:
    return Finding(stream, kind, row, words(_("It is missing: event %(seq)s tells of it."), seq=seq))


def without_event(stream: str, kind: str, row: Words) -> Finding:
    return Finding(stream, kind, row, words(_("It stands here, but no event tells of it.")))
