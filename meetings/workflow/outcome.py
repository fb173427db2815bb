"""회의결과: written, circulated for comments, confirmed and sealed like a round, notified, answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ministries.models import User
from records.chain import sha256
from records.errors import Conflict, Forbidden, Invalid, WrongState
from records.models import Receipt, Seal, Stream
from records.receipts import once
from tfportal import dates
from tfportal.language import normalise

from ..contents import sealed_rows
from ..models import (
    AgendaItem,
    Comment,
    CommentAnswer,
    Decision,
    Meeting,
    Notification,
    NotificationAnswer,
    ObjectionAnswer,
)
from ..notices import outcome as notices
from ..outcomes import is_before_its_day, is_undated, owners, to_answer
from ..transitions import permit
from .common import locked_meeting, problem_of, receipt_of, refuse, require_version, tell

MANIFEST_FORMAT = 1
REASON_LIMIT = 1000  # characters


@dataclass(frozen=True)
class Written:
    """What the outcome says of one item, and the version of the item that the page showed."""

    item: int
    version: int
    ko: str
    en: str

    def body(self) -> list[Any]:
        return [self.item, self.version, normalise(self.ko), normalise(self.en)]


def write_outcome(meeting_id: int, texts: Sequence[Written], *, by: User, at: datetime, key: UUID) -> Receipt:
    """회의결과(안): what was said of each item. Only what differs is written; Conflict where somebody else wrote the
    same item meanwhile. Problems are named `ko-<item>` and `en-<item>`."""
    posted = [text.body() for text in sorted(texts, key=lambda text: text.item)]
    with once("write_outcome", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=posted) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            changed = _changed(meeting, posted)
            if not changed:
                raise Invalid({"__all__": [_("None of the texts is another one.")]})
            _keep(changed)
            tell(attempt, meeting, meeting, rows=changed, acting_for=holder)
    return receipt_of(attempt)


def _changed(meeting: Meeting, posted: list[list[Any]]) -> list[AgendaItem]:
    """The items whose texts differ, with their new ones; raises Invalid where one cannot be kept."""
    items = {item.pk: item for item in AgendaItem.objects.filter(meeting=meeting)}
    problems: dict[str, list[str]] = {}
    changed = []
    for pk, version, ko, en in posted:
        item = items.get(pk)
        if item is None:
            raise WrongState(_("An item was taken off the agenda meanwhile. Look at it again."))
        if (item.outcome_ko, item.outcome_en) == (ko, en):
            continue
        require_version(item, version)
        problems |= {f"ko-{pk}": problem_of(ko), f"en-{pk}": problem_of(en)}
        item.outcome_ko, item.outcome_en = ko, en
        changed.append(item)
    refuse(problems)
    return changed


def _keep(items: Sequence[AgendaItem]) -> None:
    for item in items:
        item.version += 1
        item.save(update_fields=("outcome_ko", "outcome_en", "version"))


def circulate_outcome(
    meeting_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    comments_until: datetime | None,
    texts: Sequence[Written] = (),
    has_empty: bool = False,
    is_ahead: bool = False,
) -> Receipt:
    """의견조회: the invited ministries read the draft and comment until then. Once more: with another time.

    `texts`: what the page held of the items, kept by the same press, so that nothing but what was typed is circulated.
    The first time, items of which nothing is said need `has_empty`, a meeting that was not held yet `is_ahead`."""
    posted = [text.body() for text in sorted(texts, key=lambda text: text.item)]
    body = [version, comments_until and comments_until.timestamp(), posted, has_empty, is_ahead]
    with once("circulate_outcome", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(meeting, version)
            changed = _changed(meeting, posted)
            _keep(changed)
            refuse({"comments_until": _time_problems(meeting, comments_until, at)} | _reasons_not_to_circulate(meeting))
            if meeting.circulated_at is None:
                refuse(_unasked(meeting, at, has_empty=has_empty, is_ahead=is_ahead))
            meeting.circulated_at = meeting.circulated_at or at
            meeting.comments_until = comments_until
            meeting.version += 1
            meeting.save(update_fields=("circulated_at", "comments_until", "version"))
            event = tell(attempt, meeting, meeting, rows=[meeting, *changed], acting_for=holder)
            notices.circulated(meeting, by=by, event=event)
    return receipt_of(attempt)


def _reasons_not_to_circulate(meeting: Meeting) -> dict[str, list[str]]:
    if not meeting.attendances.exists():
        return {"__all__": [_("Nobody is invited to this meeting yet.")]}
    is_written = meeting.items.exclude(outcome_ko="", outcome_en="").exists()
    if not (is_written or meeting.decisions.standing().exists()):
        return {"__all__": [_("There is nothing to circulate: no text of an agenda item and no decision.")]}
    return {}


def _unasked(meeting: Meeting, at: datetime, *, has_empty: bool, is_ahead: bool) -> dict[str, list[str]]:
    """What has to be ticked before the draft goes out for the first time."""
    problems = {}
    if not has_empty and (empty := empty_items(meeting)):
        said = ngettext(
            "Of %(n)d agenda item nothing is written or decided. Write it, or tick this.",
            "Of %(n)d agenda items nothing is written or decided. Write it, or tick this.",
            empty,
        )
        problems["has_empty"] = [said % {"n": empty}]
    if not is_ahead and is_before_its_day(meeting, at):
        problems["is_ahead"] = [_("The meeting has not been held yet. Tick this to circulate its outcome before.")]
    return problems


def empty_items(meeting: Meeting) -> int:
    """How many items say nothing: neither a text nor a decision."""
    decided = Decision.objects.standing().filter(meeting=meeting, item__isnull=False).values("item")
    return meeting.items.filter(outcome_ko="", outcome_en="").exclude(pk__in=decided).count()


def _time_problems(meeting: Meeting, until: datetime | None, at: datetime) -> list[str]:
    if until is None:
        return [_("Enter until when comments can be made.")]
    if until <= at:
        return [_("Choose a time that lies ahead.")]
    return [_("It ends at that time already.")] if until == meeting.comments_until else []


def recall_outcome(meeting_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str) -> Receipt:
    """의견조회 취소: a draft again, which no ministry reads until it is circulated once more. The meeting's day can
    then be changed. What ministries said stays, as said of this circulation. They are told by mail."""
    reason = normalise(reason)
    body = [version, reason]
    with once("recall_outcome", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(meeting, version)
            refuse({"reason": problem_of(reason, empty=_("Give the reason."), limit=REASON_LIMIT)})
            meeting.circulated_at = meeting.comments_until = None
            meeting.version += 1
            meeting.save(update_fields=("circulated_at", "comments_until", "version"))
            event = tell(attempt, meeting, meeting, rows=[meeting], acting_for=holder, reason=reason)
            notices.recalled(meeting, by=by, event=event)
    return receipt_of(attempt)


def comment_on_outcome(
    meeting_id: int, *, ministry: int, by: User, at: datetime, key: UUID, text: str = "", has_none: bool = False
) -> Receipt:
    """A ministry comments, or says that it has no comment (`has_none`), as long as the time runs."""
    text = normalise(text)
    body = [ministry, text, has_none]
    with once("comment_on_outcome", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at, ministry=ministry)
            _require_invited(meeting, ministry)
            if meeting.comments_until is None or at > meeting.comments_until:
                raise WrongState(_("The time for comments has passed. Ask the coordination office."))
            if has_none and text:
                raise Invalid({"text": [_("You wrote a text: send it as a comment, or empty it.")]})
            refuse({"text": [] if has_none else problem_of(text, empty=_("Enter the comment."))})
            comment = Comment.objects.create(
                meeting=meeting, ministry_id=ministry, text=text, by=by, acting_for=holder, at=at
            )
            tell(attempt, meeting, comment, rows=[comment], acting_for=holder)
    return receipt_of(attempt)


def _require_invited(meeting: Meeting, ministry: int) -> None:
    if not meeting.attendances.filter(ministry=ministry).exists():
        raise Forbidden(_("Your ministry is not invited to this meeting."))


def answer_comment(
    comment_id: int, *, by: User, at: datetime, key: UUID, is_taken_up: bool | None, text: str = ""
) -> Receipt:
    """The office says what it did with a comment: taken up, or not and why not. Once for each comment."""
    text = normalise(text)
    body = [is_taken_up, text]
    with once("answer_comment", by=by, at=at, key=key, target=f"comment/{comment_id}", body=body) as attempt:
        if not attempt.repeated:
            comment = Comment.objects.get(pk=comment_id)
            meeting = locked_meeting(comment.meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            if not comment.text:
                raise WrongState(_("The ministry had no comment: there is nothing to answer."))
            if meeting.circulated_at is not None and comment.at < meeting.circulated_at:
                raise WrongState(_("It was said of a circulation that was taken back: there is nothing to answer."))
            if CommentAnswer.objects.filter(comment=comment).exists():
                raise WrongState(_("This comment was answered already."))
            why = _("Say why it is not taken up.") if is_taken_up is False else ""
            choice = [_("Choose: taken up or not.")] if is_taken_up is None else []
            refuse({"is_taken_up": choice, "text": problem_of(text, empty=why)})
            answer = CommentAnswer.objects.create(
                comment=comment, is_taken_up=bool(is_taken_up), text=text, by=by, acting_for=holder, at=at
            )
            tell(attempt, meeting, answer, rows=[answer], acting_for=holder)
    return receipt_of(attempt)


def confirm_outcome(
    meeting_id: int, *, by: User, at: datetime, key: UUID, head_seq: int, is_early: bool = False, reason: str = ""
) -> Receipt:
    """확정: seals what the meeting's tables hold and closes them for ever. `head_seq` is the sequence that the page
    showed: Conflict where the meeting moved since. While the time for comments runs, and where nobody knows on which
    day the meeting is, it needs `is_early` and a reason; before the meeting's day, and while a comment waits for an
    answer, it is refused in any case."""
    reason = normalise(reason)
    body = [head_seq, is_early, reason]
    with once("confirm_outcome", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            stream = attempt.lock_head(meeting.stream_key)
            if stream.head_seq != head_seq:
                raise Conflict(_("The meeting changed since you opened this page. Look at it again, then confirm."))
            _require_held(meeting, at)
            waits = _waits_for_more(meeting, at)
            refuse(_reasons_to_wait(meeting, waits, is_early=is_early, reason=reason))
            meeting.frozen_at = at
            meeting.version += 1
            meeting.save(update_fields=("frozen_at", "version"))
            # The rows as they stand now that nothing can change them any more, with the moment that closed them.
            manifest = {"format": MANIFEST_FORMAT, "meeting": meeting.no, "rows": sealed_rows(meeting)}
            root = sha256(manifest)
            more = {"early": reason} if waits else {}
            tell(attempt, meeting, meeting, rows=[meeting], acting_for=holder, root=root, **more)
            Seal.objects.create(stream=stream, manifest=manifest, root=root, format=MANIFEST_FORMAT, at=at, by=by)
    return receipt_of(attempt)


def _end(meeting: Meeting) -> datetime:
    assert meeting.comments_until is not None  # noqa: S101 (it was circulated)
    return meeting.comments_until


def _require_held(meeting: Meeting, at: datetime) -> None:
    if meeting.date is not None and is_before_its_day(meeting, at):
        said = _("The meeting is on %(day)s: its outcome can be confirmed from that day on.")
        raise WrongState(said % {"day": dates.day(meeting.date)})


def _waits_for_more(meeting: Meeting, at: datetime) -> str:
    """Why the confirmation comes early, as the message at its tick; empty where nothing is left to wait for."""
    if at <= _end(meeting):
        return _("The time for comments still runs. Tick this to confirm before it ends.")
    if is_undated(meeting, at):
        return _("Nobody knows on which day the meeting is held. Tick this to confirm its outcome all the same.")
    return ""


def _reasons_to_wait(meeting: Meeting, waits: str, *, is_early: bool, reason: str) -> dict[str, list[str]]:
    if unanswered := to_answer(meeting).count():
        said = _("Answer all comments first: %(n)d wait for an answer.") % {"n": unanswered}
        return {"__all__": [said]}
    if not waits:
        return {}
    if not is_early:
        return {"is_early": [waits]}
    return {"reason": problem_of(reason, empty=_("Say why you do not wait."), limit=REASON_LIMIT)}


def head_seq(meeting: Meeting) -> int:
    """The sequence number of the meeting's last event; 0 before the first."""
    stream = Stream.objects.filter(key=meeting.stream_key).first()
    return stream.head_seq if stream else 0


def notify_outcome(meeting_id: int, *, by: User, at: datetime, key: UUID) -> Receipt:
    """회의결과 통보: to each ministry that a decision names, and to all invited where an exhortation names nobody."""
    with once("notify_outcome", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=[]) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            told = set(meeting.notifications.values_list("ministry", flat=True))
            owed = owners(meeting, list(Decision.objects.standing().filter(meeting=meeting)))
            if not owed:
                raise WrongState(_("No decision names a ministry: there is nobody to notify."))
            if not owed - told:
                raise WrongState(_("All of them were notified already."))
            rows = [
                Notification.objects.create(meeting=meeting, ministry_id=pk, by=by, acting_for=holder, at=at)
                for pk in sorted(owed - told)
            ]
            event = tell(attempt, meeting, meeting, rows=rows, acting_for=holder)
            notices.notified(meeting, rows, by=by, event=event)
    return receipt_of(attempt)


def answer_notification(
    meeting_id: int, *, ministry: int, by: User, at: datetime, key: UUID, agrees: bool | None, text: str = ""
) -> Receipt:
    """확인, or 이견 with its reason, by a notified ministry; the last one counts. The sealed outcome stays as it is."""
    text = normalise(text)
    body = [ministry, agrees, text]
    with once("answer_notification", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at, ministry=ministry)
            notification = meeting.notifications.filter(ministry=ministry).first()
            if notification is None:
                raise WrongState(_("Your ministry was not notified of this outcome."))
            if agrees is None:
                raise Invalid({"agrees": [_("Choose: confirm or object.")]})
            last = notification.answers.order_by("-pk").first()
            if last is not None and last.agrees and agrees:
                raise WrongState(_("Your ministry confirmed it already."))
            refuse({"text": problem_of(text, empty="" if agrees else _("Say what your ministry objects to."))})
            answer = NotificationAnswer.objects.create(
                notification=notification, agrees=agrees, text=text, by=by, acting_for=holder, at=at
            )
            event = tell(attempt, meeting, answer, rows=[answer], acting_for=holder)
            if not agrees:
                notices.objected(meeting, ministry, by=by, event=event)
    return receipt_of(attempt)


def answer_objection(objection_id: int, *, by: User, at: datetime, key: UUID, text: str) -> Receipt:
    """The office answers an objection, once for each, as long as it is the ministry's last word. The sealed outcome
    stays as it is."""
    text = normalise(text)
    with once("answer_objection", by=by, at=at, key=key, target=f"objection/{objection_id}", body=[text]) as attempt:
        if not attempt.repeated:
            found = NotificationAnswer.objects.select_related("notification")
            objection = found.get(pk=objection_id)
            meeting = locked_meeting(objection.notification.meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            if objection.agrees:
                raise WrongState(_("The ministry confirmed the outcome: there is nothing to answer."))
            if ObjectionAnswer.objects.filter(objection=objection).exists():
                raise WrongState(_("This objection was answered already."))
            if objection.notification.answers.filter(pk__gt=objection.pk).exists():
                raise Conflict(_("The ministry said something else meanwhile. Look at it again."))
            refuse({"text": problem_of(text, empty=_("Enter the answer."))})
            answer = ObjectionAnswer.objects.create(objection=objection, text=text, by=by, acting_for=holder, at=at)
            event = tell(attempt, meeting, answer, rows=[answer], acting_for=holder)
            notices.objection_answered(meeting, objection.notification.ministry_id, by=by, event=event)
    return receipt_of(attempt)
