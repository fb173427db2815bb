"""회의 계획: the office plans, changes and cancels a meeting and invites ministries; a ministry names its delegate.

Numbers and rounds are given out once: whoever plans, changes or cancels waits for the one before, then takes the
meeting's own lock, then the round's, so that a freeze stands before or after the change and never beside it. A meeting
whose round is frozen keeps its number and its round, and is not cancelled: its book exists. Its day may still move
until the outcome is circulated, with the reason. A cancelled meeting lets go of its round, which is then free for
another one, and keeps its number.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.directory import Directory
from ministries.models import Ministry, User
from records.errors import Invalid, WrongState
from records.locking import lock
from records.models import Receipt
from records.receipts import once
from tasks.models import Round
from tasks.workflow.common import lock_round
from tfportal.language import normalise

from .. import planning
from ..contents import name_of
from ..models import AgendaItem, Attendance, Comment, Decision, Meeting, Paper, Supporting
from ..notices import planning as notices
from ..planning import Plan
from ..transitions import permit
from .common import locked_meeting, problem_of, receipt_of, refuse, require_version, tell

REASON_LIMIT = 1000  # characters
POSITION = ("position_ko", "position_en")


def plan_meeting(plan: Plan, *, by: User, at: datetime, key: UUID) -> Receipt:
    """A new meeting, with every other member of the T/F that exists on its day invited. Raises Invalid with messages by
    field. The receipt's event is about the meeting."""
    with once("plan_meeting", by=by, at=at, key=key, target="meetings", body=plan.body()) as attempt:
        if not attempt.repeated:
            holder = permit(attempt.verb, Meeting(), by=by, at=at)
            lock("meetings")
            if plan.round_id is not None:
                _lock_rounds(plan.round_id)
            plan = plan.stored()
            refuse(planning.problems(plan))
            values = {name: getattr(plan, name) for name in planning.COLUMNS}
            meeting = Meeting.objects.create(version=1, **values)
            day = plan.date or timezone.localdate(at)
            members = planning.members(day)
            rows = [Attendance.objects.create(meeting=meeting, ministry=row) for row in members]
            event = tell(attempt, meeting, meeting, rows=[meeting, *rows], acting_for=holder)
            notices.invited(meeting, [row.ministry_id for row in rows], office=True, by=by, event=event)
    return receipt_of(attempt)


def change_meeting(
    meeting_id: int, plan: Plan, *, by: User, at: datetime, key: UUID, version: int, reason: str
) -> Receipt:
    """Give the meeting these columns. A reason is asked for where its number, its day or its time becomes another one.
    Raises Invalid with messages by field, Conflict where somebody changed it meanwhile."""
    reason = normalise(reason)
    body = [plan.body(), reason, version]
    with once("change_meeting", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            lock("meetings")
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(meeting, version)
            _lock_rounds(plan.round_id, meeting=meeting)
            stood = Plan.of(meeting)
            plan = plan.stored(stood)
            changed = plan.changed_from(stood)
            demand = _("Give the reason.") if planning.needs_reason(stood, plan) else ""
            found = planning.problems(plan, meeting)
            refuse(found | {"reason": problem_of(reason, empty=demand, limit=REASON_LIMIT)})
            if not changed:
                raise Invalid({"__all__": [_("Nothing is another one than before.")]})
            _write(meeting, stood, plan)
            event = tell(
                attempt, meeting, meeting, rows=[meeting], acting_for=holder, changed=_told(changed), reason=reason
            )
            notices.changed(meeting, stood, by=by, event=event)
    return receipt_of(attempt)


def _write(meeting: Meeting, stood: Plan, plan: Plan) -> None:
    """The columns. A note on the day spoke of the day that stood."""
    for name in planning.COLUMNS:
        setattr(meeting, name, getattr(plan, name))
    if plan.date != stood.date:
        meeting.date_note_ko = meeting.date_note_en = ""
    meeting.moves += planning.moves(stood, plan)
    meeting.version += 1
    meeting.save()


def _told(changed: dict[str, list[object]]) -> dict[str, list[object]]:
    """What the event says of it: rounds by their numbers, which people know them by."""
    if "round_id" not in changed:
        return changed
    numbers = dict(Round.objects.filter(pk__in=[pk for pk in changed["round_id"] if pk]).values_list("pk", "no"))
    rest = {name: pair for name, pair in changed.items() if name != "round_id"}
    return rest | {"round": [numbers.get(pk) for pk in changed["round_id"]]}  # type: ignore[call-overload]


def cancel_meeting(meeting_id: int, *, by: User, at: datetime, key: UUID, version: int, reason: str) -> Receipt:
    """Call it off, with the reason; its round is free for another meeting. Raises WrongState where the round is frozen:
    such a meeting has its book."""
    reason = normalise(reason)
    body = [reason, version]
    with once("cancel_meeting", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            lock("meetings")
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(meeting, version)
            _lock_rounds(meeting=meeting)
            if planning.keeps_its_round(meeting):
                raise WrongState(_("Its round is frozen, and its book exists: this meeting cannot be cancelled."))
            refuse({"reason": problem_of(reason, empty=_("Give the reason."), limit=REASON_LIMIT)})
            released = meeting.round and meeting.round.no
            meeting.cancelled_at, meeting.cancelled_reason, meeting.round = at, reason, None
            meeting.version += 1
            meeting.save()
            event = tell(attempt, meeting, meeting, rows=[meeting], acting_for=holder, reason=reason, round=released)
            notices.cancelled(meeting, by=by, event=event)
    return receipt_of(attempt)


def invite(meeting_id: int, ministries: Collection[int], *, by: User, at: datetime, key: UUID, version: int) -> Receipt:
    """Invite exactly these ministries (primary keys). Raises Invalid, with their names, where one would leave that has
    named its delegate, handed in papers, presents an item or was marked already."""
    wanted = set(ministries)
    body = [sorted(wanted), version]
    with once("invite", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            require_version(meeting, version)
            stand = {row.ministry_id: row for row in Attendance.objects.filter(meeting=meeting)}
            leaving = [row for pk, row in stand.items() if pk not in wanted]
            refuse({"ministries": _invitation_problems(meeting, wanted, set(stand), leaving, at)})
            gone = [name_of(row) for row in leaving]
            Attendance.objects.filter(pk__in=[row.pk for row in leaving]).delete()
            new = sorted(wanted - set(stand))
            rows = [Attendance.objects.create(meeting=meeting, ministry_id=pk) for pk in new]
            meeting.version += 1
            meeting.save(update_fields=("version",))
            event = tell(attempt, meeting, meeting, rows=[meeting, *rows], gone=gone, acting_for=holder)
            notices.invited(meeting, new, by=by, event=event)
            notices.uninvited(meeting, [row.ministry_id for row in leaving], by=by, event=event)
    return receipt_of(attempt)


def _invitation_problems(
    meeting: Meeting, wanted: set[int], invited: set[int], leaving: list[Attendance], at: datetime
) -> list[str]:
    if not wanted:
        return [_("Invite at least one ministry.")]
    day = meeting.date or timezone.localdate(at)
    known = set(Ministry.objects.existing_on(day).values_list("pk", flat=True))
    if wanted - known - invited:
        return [_("Choose ministries that exist on the day of the meeting.")]
    if wanted == invited:
        return [_("The same ministries are invited already.")]
    bound = committed(meeting)
    names = Directory(day).named(row.ministry_id for row in leaving if row.ministry_id in bound)
    if not names:
        return []
    text = _("They have prepared for the meeting already and stay invited: %(names)s.")
    return [text % {"names": ", ".join(name.name for name in names)}]


def committed(meeting: Meeting) -> set[int]:
    """The ministries that did something for the meeting, or of which something is kept there: they are not taken off
    its list unseen. Six queries."""
    stand = Attendance.objects.filter(meeting=meeting)
    named = {row.ministry_id for row in stand if row.position_ko or row.position_en or row.is_present is not None}
    papers = Paper.objects.filter(item__meeting=meeting, ministry__isnull=False)
    presenting = AgendaItem.objects.filter(meeting=meeting, presenter__isnull=False)
    leading = Decision.objects.filter(meeting=meeting, lead__isnull=False, withdrawn_at__isnull=True)
    supporting = Supporting.objects.filter(decision__meeting=meeting, decision__withdrawn_at__isnull=True)
    commenting = Comment.objects.filter(meeting=meeting)
    return named.union(
        commenting.values_list("ministry", flat=True),
        papers.values_list("ministry", flat=True),
        presenting.values_list("presenter", flat=True),
        leading.values_list("lead", flat=True),
        supporting.values_list("ministry", flat=True),
    )


def name_delegate(
    meeting_id: int,
    ministry: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    position_ko: str,
    position_en: str,
    is_deputy: bool,
) -> Receipt:
    """Whom the ministry sends, by position, and whether in its member's place. `version`: of its row of the attendance.
    After the meeting the office corrects it (`mark_attendance`)."""
    given: dict[str, str | bool] = {
        "position_ko": normalise(position_ko),
        "position_en": normalise(position_en),
        "is_deputy": is_deputy,
    }
    body = [ministry, *given.values(), version]
    with once("name_delegate", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=body) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at, ministry=ministry)
            row = Attendance.objects.filter(meeting=meeting, ministry=ministry).first()
            if row is None:
                raise WrongState(_("Your ministry is not invited to this meeting."))
            if row.is_present is not None:
                raise WrongState(_("The office has marked who was there. Ask the coordination office."))
            require_version(row, version)
            refuse(_position_problems(row, given))
            for name, value in given.items():
                setattr(row, name, value)
            row.version += 1
            row.save()
            tell(attempt, meeting, row, rows=[row], acting_for=holder)
    return receipt_of(attempt)


def _position_problems(row: Attendance, given: dict[str, str | bool]) -> planning.Problems:
    found: planning.Problems = {}
    for name in POSITION:
        try:
            Attendance._meta.get_field(name).run_validators(given[name])  # type: ignore[union-attr]
        except ValidationError as error:
            found[name] = list(error.messages)
    if not any(given[name] for name in POSITION):
        found["position_ko"] = [_("Give the position of whom you send.")]
    if not found and all(getattr(row, name) == value for name, value in given.items()):
        found["__all__"] = [_("Nothing is another one than before.")]
    return found


def _lock_rounds(*round_ids: int | None, meeting: Meeting | None = None) -> None:
    """Hold these rounds and the meeting's own against a freeze, in the order of their keys. The meeting's is then as it
    stands now."""
    own = meeting.round_id if meeting is not None else None
    for pk in sorted({pk for pk in (*round_ids, own) if pk is not None}):
        if pk == own and meeting is not None:
            meeting.round = lock_round(pk)
        else:
            lock(f"round:{pk}", exclusive=False)
