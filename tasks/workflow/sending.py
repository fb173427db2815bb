"""Sending an answer: judged on the database's state, numbered under the head's lock, kept as revisions."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.chain import sha256
from records.errors import Forbidden, Invalid, WrongState
from records.models import Receipt
from records.receipts import Attempt, earlier

from .. import content, notices, signers
from ..due_times import due_of
from ..models import Attached, Draft, MilestoneChange, Report, Request, Revision, SignOff, State, Submission, Taken
from ..models.indicators import IndicatorValue
from ..providers import Owed
from ..transitions import permit
from .common import Item, deputised, draft_of, locked_to_send, ministry_codes, move, require_version


def sent_before(verb: str, *, by: User, key: UUID, posted: Any) -> Receipt | None:
    """The receipt of one report that went out under this key before, with the very same text; else as `earlier`.
    `verb`: `submit` or `ask_sign_off`."""
    target = "sign-off" if verb == "ask_sign_off" else "submission"
    return earlier(verb, by=by, key=key, target=target, body=posted)


class Switched(WrongState):
    """The ministry works with sign-off by now, or without it: the other one of *submit* and *ask* is meant for it."""


def _require_way(verb: str, ministry: Ministry) -> None:
    """Nothing goes in another way than its button said: what was to be submitted is not put before the approver
    instead, and what was to be put before them is not submitted."""
    if verb == "submit" and ministry.sign_off:
        raise Switched(_("Your ministry works with sign-off by now: nothing was submitted. Request sign-off instead."))
    if verb == "ask_sign_off" and not ministry.sign_off:
        raise Switched(_("Your ministry works without sign-off by now: nobody was asked. Submit it instead."))


def content_to_send(report: Report, item: Item, codes: dict[str, int], owed: Owed) -> content.Content:
    """What goes out for one item, judged again on the database's state; raises Invalid, named by the task's code."""
    if item.unchanged:
        require_unchanged_is_possible(report, owed)
        if draft_of(report) is not None:
            raise Invalid({report.task.code: [_("There is a draft: send it, or discard it.")]})
        raw = content.raw_of(report.baseline, with_dates=False)
    else:
        draft = draft_of(report)
        if draft is None:
            raise Invalid({report.task.code: [_("Nothing was written yet.")]})
        raw = content.tidy(draft.content)
    return judged(report, raw, codes)


def judged(report: Report, raw: content.Raw, codes: dict[str, int]) -> content.Content:
    """The text as it goes out, by the rules of this moment; raises Invalid, named by the task's code."""
    try:
        return content.check(raw, content.Rules.of(report, codes))
    except Invalid as error:
        first = next(iter(error.problems.values()))[0]
        raise Invalid({report.task.code: [first]}) from error


def require_unchanged_is_possible(report: Report, owed: Owed) -> None:
    """Raises Invalid, named by the task's code: a supporting ministry may have written since it was asked for, or a
    decision may have come that it owes a word of."""
    if refusal := content.unchanged_refusal(report, unsaid=owed.unsaid):
        raise Invalid({report.task.code: [_("“No change” is not possible: %(reason)s.") % {"reason": refusal}]})


def contents_to_send(
    verb: str, items: Sequence[Item], reports: Sequence[Report], *, by: User, at: datetime
) -> list[tuple[Report, Item, content.Content]]:
    """Everything of one answer, or Invalid with the problems of all."""
    codes, owed = ministry_codes(), owed_by(reports, at)
    for report in reports:
        permit(verb, report, by=by, at=at, has_open_return=content.open_return(report) is not None)
    _require_way(verb, reports[0].lead)
    return judge_all(items, reports, lambda report, item: (report, item, content_to_send(report, item, codes, owed)))


def owed_by(reports: Sequence[Report], at: datetime) -> Owed:
    """What these reports of one round owe by decisions; read when one of them is to go as "no change"."""
    return Owed({report.lead_id for report in reports}, reports[0].round, at)


def judge_all(
    items: Sequence[Item],
    reports: Sequence[Report],
    judge: Callable[[Report, Item], tuple[Report, Item, content.Content]],
) -> list[tuple[Report, Item, content.Content]]:
    """What `judge` makes of each report in the version that was seen; Invalid with the problems of all."""
    by_id = {item.report_id: item for item in items}
    made: list[tuple[Report, Item, content.Content]] = []
    problems: content.Problems = {}
    for report in reports:
        require_version(report, by_id[report.pk].version)
        try:
            made.append(judge(report, by_id[report.pk]))
        except Invalid as error:
            problems |= error.problems
    if problems:
        raise Invalid(problems)
    return made


def answer_reports(items: Sequence[Item]) -> list[Report]:
    """The locked reports of one answer: at least one, each once, all of one ministry."""
    if not items or len({item.report_id for item in items}) != len(items):
        raise Invalid({"__all__": [_("Nothing is left to send.")]})
    reports = locked_to_send(item.report_id for item in items)
    if len({report.lead_id for report in reports}) != 1:
        raise Forbidden(_("One answer holds the reports of one ministry."))
    return reports


def send(
    attempt: Attempt,
    made: Sequence[tuple[Report, Item, content.Content]],
    *,
    letter_no: str,
    approval_asked_at: datetime | None = None,
) -> None:
    """Write submission and revisions. The number is given out under the head's lock: no gap, no twin."""
    round_, ministry, at = made[0][0].round, made[0][0].lead, attempt.at
    attempt.lock_head(round_.stream_key)
    count = Submission.objects.filter(round=round_, ministry=ministry).count()
    number = f"{round_.no}-{ministry.code}-{count + 1:04d}"
    numbers = _next_numbers([report for report, _item, _text in made])
    sent = [
        {
            "code": report.task.code,
            "revision": numbers[report.pk],
            "unchanged": item.unchanged,
            "sha256": sha256(text.hashed()),
        }
        for report, item, text in made
    ]
    data = {"number": number, "letter_no": letter_no, "reports": sent, "approval_asked_at": approval_asked_at}
    acting_for = deputised(attempt, made[0][0])
    event = attempt.record(round_, data, number=number, acting_for=acting_for)
    submission = Submission.objects.create(
        round=round_,
        ministry=ministry,
        number=number,
        by=attempt.by,  # type: ignore[misc]
        acting_for=acting_for,
        received_at=at,
        approval_asked_at=approval_asked_at,
        letter_no=letter_no,
        event=event,
    )
    drafts = [draft_of(report) for report, _item, _text in made]
    due_at = due_of(round_, ministry.pk, at=at)  # under the head: nobody moves it meanwhile (see extensions.py)
    news = newly_asked(made)
    for report, item, text in made:
        _write_revision(report, numbers[report.pk], item, text, submission, due_at)
    asked = {draft.asked_by_id for draft in drafts if draft}
    moments = {draft.report_id: draft.asked_at for draft in drafts if draft and draft.asked_at}
    notices.receipt(submission, [report for report, _item, _text in made], asked=asked, moments=moments)
    notices.requested(submission, news)


def newly_asked(made: Sequence[tuple[Report, Item, content.Content]]) -> dict[int, list[Report]]:
    """The reports whose issue asks a ministry (primary key) in words in which its task never asked it before. Two
    queries; none where nobody is asked."""
    asking = [(report, text) for report, _item, text in made if text.addressed_to]
    if not asking:
        return {}
    codes = ministry_codes()
    before = Request.objects.filter(
        revision__report__task__in=[report.task_id for report, _text in asking],
        revision__issues__in=[text.issues for _report, text in asking],
    )
    known = set(before.values_list("revision__report__task", "addressed_to", "revision__issues"))
    news: dict[int, list[Report]] = {}
    for report, text in asking:
        for ministry in sorted(codes[code] for code in text.addressed_to):
            if (report.task_id, ministry, text.issues) not in known:
                news.setdefault(ministry, []).append(report)
    return news


def _next_numbers(reports: Sequence[Report]) -> dict[int, int]:
    """The number that each report's next text gets, by the report's primary key; one query."""
    sent = Revision.objects.filter(report__in=reports).order_by().values_list("report").annotate(Count("pk"))
    counts: dict[int, int] = dict(sent)
    return {report.pk: counts.get(report.pk, 0) + 1 for report in reports}


def _write_revision(
    report: Report, no: int, item: Item, text: content.Content, submission: Submission, due_at: datetime
) -> None:
    returned, at = content.open_return(report), submission.received_at
    due = returned.due_at if returned else due_at
    revision = Revision.objects.create(
        report=report,
        no=no,
        submission=submission,
        light=text.light,
        progress=text.progress,
        results=text.results,
        plans=text.plans,
        issues=text.issues,
        completed_on=text.completed_on,
        unchanged=item.unchanged,
        also_reason=text.also_reason,
        due_then=due,
        sha256=sha256(text.hashed()),
    )
    asked = Ministry.objects.filter(code__in=text.addressed_to)
    Request.objects.bulk_create(Request(revision=revision, addressed_to=ministry) for ministry in asked)
    MilestoneChange.objects.bulk_create(
        MilestoneChange(
            revision=revision,
            milestone=answer.milestone,
            old_on=answer.milestone.current_on,
            new_on=None if answer.done else answer.on,
            done_on=answer.on if answer.done else None,
            cause=answer.cause,
            reason=answer.reason,
        )
        for answer in text.milestones
    )
    IndicatorValue.objects.bulk_create(
        IndicatorValue(revision=revision, indicator=answer.indicator, value=answer.value, note=answer.note)
        for answer in text.indicators
    )
    Attached.objects.bulk_create(Attached(revision=revision, attachment=file) for file in text.attachments)
    Taken.objects.bulk_create(Taken(revision=revision, contribution=row) for row in text.contributions)
    if returned:
        returned.resolved_by = revision
        returned.save(update_fields=("resolved_by",))
    draft = draft_of(report)
    if draft and draft.asked_by_id:
        deputy_of = submission.acting_for
        keep_sign_off(report, draft, SignOff.Decision.APPROVED, by=submission.by, acting_for=deputy_of, at=at)
    if draft:
        draft.delete()
    columns: dict[str, Any] = {"current": revision, "opened_by_office_at": None, "opened_by": None, "opened_for": None}
    if report.first_received_at is None:
        late = at - due_at
        columns |= {"first_received_at": at, "late_by": late if late.total_seconds() > 0 else None}
    move(report, State.SUBMITTED, **columns)


def require_not_own(
    draft: Draft | None, by: User, acting_for: User | None, *, bars: Collection[signers.Bar] = tuple(signers.Bar)
) -> None:
    """Refuses whoever is kept from deciding on the draft, by one of these bars."""
    found = signers.bar(draft, by.pk, acting_for.pk if acting_for else None)
    if found is not None and found in bars:
        raise Forbidden(str(found.label))


def keep_sign_off(
    report: Report,
    draft: Draft | None,
    decision: str,
    *,
    by: User,
    acting_for: User | None,
    at: datetime,
    comment: str = "",
) -> None:
    if draft is None or draft.asked_by_id is None or draft.asked_at is None:
        return
    SignOff.objects.create(
        report=report,
        draft_sha256=sha256(draft.content),
        asked_by_id=draft.asked_by_id,
        asked_for_id=draft.asked_for_id,
        asked_at=draft.asked_at,
        by=by,
        acting_for=acting_for,
        decision=decision,
        comment=comment,
        at=at,
    )
