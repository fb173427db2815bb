"""후보과제 검토: the office adopts a candidate, merges it into a task, asks back, or declines it, each with its reason.

What an adoption writes into the strategy, the event tells beside the rows of the call: code, titles, lead.
"""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ministries.models import User
from records.errors import Invalid, WrongState
from records.locking import lock, lock_rows
from records.models import Event, Receipt
from records.receipts import Attempt, once
from records.rows import tell
from tfportal.language import normalise

from .. import providers
from ..candidates import notices
from ..candidates.contents import TOLD
from ..candidates.drafting import (
    ENGLISH_LIMIT,
    REASON_LIMIT,
    TITLE_LIMIT,
    Adoption,
    due_problem,
    require_reason,
    task_problem,
    until_problem,
)
from ..candidates.transitions import permit
from ..models import (
    Candidate,
    CandidateKind,
    CandidateState,
    Kind,
    Lead,
    Phase,
    Round,
    Sector,
    Task,
    Verdict,
    VerdictKind,
)
from ..problems import line_problem, refuse, text_problem
from .candidates import locked_candidate, move, require_version
from .common import lock_rosters, receipt_of

STATES = {
    VerdictKind.ADOPT: CandidateState.ADOPTED,
    VerdictKind.MERGE: CandidateState.MERGED,
    VerdictKind.ASK_BACK: CandidateState.ASKED_BACK,
    VerdictKind.DECLINE: CandidateState.DECLINED,
}


def give_english_title(candidate_id: int, *, by: User, at: datetime, key: UUID, version: int, title_en: str) -> Receipt:
    """The office gives a candidate the English title that its ministry left out: the meeting reads it in both
    languages, and an adoption finds it. WrongState where there is one by now; Invalid at `title_en`."""
    title_en, target = normalise(title_en), f"candidate/{candidate_id}"
    with once("give_english_title", by=by, at=at, key=key, target=target, body=[version, title_en]) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, candidate=row)
            require_version(row, version)
            if row.title_en:
                raise WrongState(_("This candidate has an English title already."))
            refuse({"title_en": line_problem(title_en, ENGLISH_LIMIT, empty=_("Give the task an English title."))})
            row.title_en = title_en
            move(row, CandidateState(row.state))
            tell(attempt, TOLD, row.call, row, rows=[row], acting_for=holder, no=row.call.no)
    return receipt_of(attempt)


def adopt_candidate(
    candidate_id: int, adoption: Adoption, *, by: User, at: datetime, key: UUID, version: int
) -> Receipt:
    """채택: a new candidate becomes a task, one that supplements a task makes it a supplemented one. The task is
    reported from the next round that is not prepared yet, or from the open one (`joins`), whose roster
    `add_to_roster` then puts it on; a supplemented task goes on as it was reported. Raises Invalid with messages by
    field."""
    adoption, target = adoption.tidied(), f"candidate/{candidate_id}"
    with once("adopt_candidate", by=by, at=at, key=key, target=target, body=[*adoption.body, version]) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, candidate=row)
            require_version(row, version)
            _check(row, adoption, at)
            _check_waiting(row, adoption)
            if row.kind == CandidateKind.SUPPLEMENT:
                task, told = _supplemented(row, adoption)
            else:
                task, told = _entered(row, adoption, at)
            more: dict[str, Any] = {"task": task, "meeting_no": adoption.meeting_no}
            _judge(attempt, row, VerdictKind.ADOPT, adoption.reason, holder, told=told, **more)
    return receipt_of(attempt)


def check_adoption(candidate_id: int, adoption: Adoption, *, by: User, at: datetime, version: int) -> Adoption:
    """The adoption as it would be carried out, for the page that shows what follows from it. Raises what
    `adopt_candidate` would, and writes nothing; that it waits for a meeting is asked there."""
    adoption = adoption.tidied()
    row = Candidate.objects.select_related("call", "ministry", "supplements").get(pk=candidate_id)
    permit("adopt_candidate", row.call, by=by, candidate=row)
    require_version(row, version)
    _check(row, adoption, at)
    return adoption


def merge_candidate(
    candidate_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    code: str,
    reason: str,
    meeting_no: int | None = None,
) -> Receipt:
    """A task that is there takes it up. Raises Invalid at `task` where none of that code is being carried out."""
    code, reason, target = normalise(code).upper(), normalise(reason), f"candidate/{candidate_id}"
    body = [version, code, reason, meeting_no]
    with once("merge_candidate", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, candidate=row)
            require_version(row, version)
            task = Task.objects.filter(code=code).first() if code else None
            problems = {"task": task_problem(task, code) if code else [_("Name the task.")]}
            problems["reason"] = text_problem(reason, empty=_("Give the reason."), limit=REASON_LIMIT)
            refuse(problems)
            _check_meeting(row, meeting_no)
            _judge(attempt, row, VerdictKind.MERGE, reason, holder, task=task, meeting_no=meeting_no)
    return receipt_of(attempt)


def ask_back_candidate(
    candidate_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    comment: str,
    due_at: datetime | None = None,
) -> Receipt:
    """보완요청: its ministry is asked to reword it, by `due_at` where one is given; later it is still taken."""
    comment, target = normalise(comment), f"candidate/{candidate_id}"
    body = [version, comment, due_at.isoformat() if due_at else None]
    with once("ask_back_candidate", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, candidate=row)
            require_version(row, version)
            problems = {"comment": text_problem(comment, empty=_("Say what is to be mended."), limit=REASON_LIMIT)}
            problems["due_at"] = due_problem(due_at, at=at)
            refuse(problems)
            _judge(attempt, row, VerdictKind.ASK_BACK, comment, holder, due_at=due_at)
    return receipt_of(attempt)


def decline_candidate(
    candidate_id: int,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: int,
    reason: str,
    meeting_no: int | None = None,
) -> Receipt:
    """미채택, with the reason. It may still be adopted later."""
    reason, target = normalise(reason), f"candidate/{candidate_id}"
    body = [version, reason, meeting_no]
    with once("decline_candidate", by=by, at=at, key=key, target=target, body=body) as attempt:
        if not attempt.repeated:
            row = locked_candidate(candidate_id)
            holder = permit(attempt.verb, row.call, by=by, candidate=row)
            require_version(row, version)
            require_reason(reason, empty=_("Give the reason."))
            _check_meeting(row, meeting_no)
            _judge(attempt, row, VerdictKind.DECLINE, reason, holder, meeting_no=meeting_no)
    return receipt_of(attempt)


def _judge(
    attempt: Attempt,
    row: Candidate,
    kind: VerdictKind,
    reason: str,
    holder: User | None,
    *,
    told: dict[str, Any] | None = None,
    **columns: Any,
) -> Event:
    """The verdict, the candidate's new state, the one event, the mail."""
    by: Any = attempt.by
    verdict = Verdict.objects.create(
        candidate=row, kind=kind, reason=reason, by=by, acting_for=holder, at=attempt.at, **columns
    )
    move(row, STATES[kind])
    data = {"task": told} if told else {}
    event = tell(attempt, TOLD, row.call, row, rows=[row, verdict], acting_for=holder, no=row.call.no, **data)
    notices.judged(row, verdict, by=by, event=event)
    return event


def _check_meeting(row: Candidate, no: int | None) -> None:
    """Only a meeting on whose agenda it stands can have decided on it, and only once it was held."""
    if no is None:
        return
    found = next((one for one in providers.spoken_of([row.pk]).get(row.pk, []) if one.no == no), None)
    if found is None:
        raise Invalid({"meeting_no": [_("This meeting does not speak of the candidate.")]})
    if not found.is_held:
        raise Invalid({"meeting_no": [_("This meeting has not been held yet.")]})


def _check(row: Candidate, adoption: Adoption, at: datetime) -> None:
    """Everything that an adoption may be refused for, whether or not it waits for a meeting."""
    _check_meeting(row, adoption.meeting_no)
    joining = _("Give the reason why it joins the open round.") if adoption.joins else ""
    refuse({"reason": text_problem(adoption.reason, empty=joining, limit=REASON_LIMIT)})
    if row.supplements is not None:
        joins = _("A task that is supplemented is not added to the roster: it is reported as before.")
        task = row.supplements
        refuse({"supplements": task_problem(task, task.code), "joins": [joins] if adoption.joins else []})
        return
    found = Sector.objects.filter(code=adoption.sector).exists()
    refuse(
        {
            "title_ko": line_problem(adoption.title_ko, TITLE_LIMIT, empty=_("Give the task a title.")),
            "title_en": line_problem(adoption.title_en, ENGLISH_LIMIT, empty=_("Give the task an English title.")),
            "sector": [] if found else [_("Choose a sector.")],
            "planned_until": until_problem(adoption.planned_until, today=timezone.localdate(at)),
        }
    )
    _open_round(adoption.joins, at)


def _check_waiting(row: Candidate, adoption: Adoption) -> None:
    """What stands on the agenda of a meeting that is still to speak of it is adopted before only by somebody who says
    so: the meeting would decide on what is decided."""
    if adoption.meeting_no is not None or adoption.without_meeting:
        return
    if any(not one.is_held for one in providers.spoken_of([row.pk]).get(row.pk, [])):
        told = _("It stands on the agenda of a meeting still to come. Tick that it is decided without one.")
        raise Invalid({"without_meeting": [told]})


# What an adoption writes into the strategy


def _supplemented(row: Candidate, adoption: Adoption) -> tuple[Task, dict[str, Any]]:
    (task,) = lock_rows(Task.objects.filter(pk=row.supplements_id or 0))
    refuse({"supplements": task_problem(task, task.code)})  # as it stands behind its lock
    task.kind = Kind.SUPPLEMENTED
    task.save(update_fields=("kind",))
    return task, {"code": task.code, "kind": task.kind}


def _entered(row: Candidate, adoption: Adoption, at: datetime) -> tuple[Task, dict[str, Any]]:
    """The new task, led by the ministry that proposed it, from today at the latest."""
    sector = Sector.objects.get(code=adoption.sector)  # asked for above
    today = timezone.localdate(at)
    open_round = _open_round(adoption.joins, at)
    lock_rosters()  # the next round is the next one until the task stands there for it
    lock("task codes")  # of two adoptions for one ministry in two calls each gets its own
    task = Task(code=free_code(row.ministry.code), kind=Kind.NEW, sector=sector)
    task.title_ko, task.title_en = adoption.title_ko, adoption.title_en
    task.planned_until = adoption.planned_until
    task.first_round_no = open_round.no if open_round else next_round_no()
    task.origin = f"제{row.call.no}차 발굴 요청 후보과제 {row.number}"
    task.source = task.origin  # nobody stored a page of it: it stays unseen, and its page names the candidate
    task.save()
    # Led on the as-of day of the round that it joins, which may lie behind: else that could not be prepared.
    first = open_round or Round.objects.filter(no=task.first_round_no).first()
    since = min(today, first.as_of) if first else today
    Lead.objects.create(task=task, ministry=row.ministry, valid_from=since)
    return task, _told(task, row, since)


def _told(task: Task, row: Candidate, since: date) -> dict[str, Any]:
    return {
        "code": task.code,
        "title_ko": task.title_ko,
        "title_en": task.title_en,
        "kind": task.kind,
        "sector": task.sector.code,
        "lead": row.ministry.code,
        "lead_from": since.isoformat(),
        "planned_until": task.planned_until.isoformat() if task.planned_until else None,
        "first_round_no": task.first_round_no,
    }


def _open_round(no: int | None, at: datetime) -> Round | None:
    """The round that the task is to join at once; WrongState where it is not collected any more."""
    if no is None:
        return None
    found = Round.objects.prepared().filter(no=no).first()
    if found is None or found.phase(at) is Phase.FROZEN:
        raise WrongState(_("This round is not collected any more: let the task begin with the next one."))
    return found


def free_code(ministry: str) -> str:
    """The next code of the ministry's tasks: `MOIS-01`. Codes of tasks that were are not given out again."""
    pattern = re.compile(rf"{re.escape(ministry)}-(\d+)")
    codes = Task.objects.filter(code__startswith=f"{ministry}-").values_list("code", flat=True)
    numbers = [int(found[1]) for code in codes if (found := pattern.fullmatch(code))]
    return f"{ministry}-{max(numbers, default=0) + 1:02}"


def next_round_no() -> int:
    """The number of the next round that is not prepared yet, whether or not anybody entered it."""
    planned = Round.objects.filter(prepared_at__isnull=True).order_by("no").values_list("no", flat=True).first()
    last = Round.objects.order_by("-no").values_list("no", flat=True).first() or 0
    return planned or last + 1
