"""What ministries do in a round that is written in bulk: the rows and events that their verbs leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ministries.models import User
from records.chain import sha256
from tasks import content, due_times
from tasks.content import Content, Raw
from tasks.models import (
    Answer,
    Contribution,
    ContributionCall,
    Draft,
    Extension,
    IndicatorValue,
    MilestoneChange,
    Request,
    Revision,
    SignOff,
    State,
    Submission,
)

from . import deeds
from .playing import Playing, Sheet


class MinistryDeeds(Playing):
    # Officers and approvers

    def save(self, deed: deeds.Save, by: User) -> None:
        """A draft as `workflow.save_draft` keeps it: no event."""
        sheet = self.sheets[deed.task]
        milestones = {row.order: row.pk for row in sheet.milestones}
        indicators = {row.order: row.pk for row in sheet.indicators}
        raw = content.tidy(deed.text.raw(milestones, indicators))
        draft = sheet.draft or self.ledger.keyed(Draft(report=sheet.report))
        draft.content, draft.edited_by, draft.edited_at = raw, by, deed.at
        sheet.draft = draft
        sheet.move(State.RETURNED if sheet.open_return else State.DRAFT)

    def submit(self, deed: deeds.Submit, by: User) -> None:
        """An answer of one or more reports, some of them as "no change"."""
        sheets = [self.sheets[code] for code in deed.tasks]
        body = [_items(sheets, deed.unchanged), deed.letter_no]
        made = []
        for sheet in sheets:
            unchanged = sheet.report.task.code in deed.unchanged
            raw = sheet.start if unchanged or sheet.draft is None else sheet.draft.content
            made.append((sheet, unchanged, raw))
        self._send("submit", deed, by, made, body)

    def ask_sign_off(self, deed: deeds.AskSignOff, by: User) -> None:
        """Puts the drafts before the approver; nothing is sent yet."""
        sheets = [self.sheets[code] for code in deed.tasks]
        body = _items(sheets, deed.unchanged)
        for sheet in sheets:
            if sheet.draft is None:
                draft = Draft(report=sheet.report, content=sheet.start, edited_by=by, edited_at=deed.at)
                sheet.draft = self.ledger.keyed(draft)
            sheet.draft.unchanged = sheet.report.task.code in deed.unchanged
            sheet.draft.asked_by, sheet.draft.asked_at = by, deed.at
            sheet.move(State.AWAITING)
        about = sheets[0].report if len(sheets) == 1 else None
        self.record("ask_sign_off", by, deed.at, "sign-off", body, {"reports": deed.tasks}, about=about)

    def sign_off(self, deed: deeds.SignOff, by: User) -> None:
        """The approver sends what was asked for."""
        sheets = [self.sheets[code] for code in deed.tasks]
        body = [_items(sheets, ()), deed.letter_no]
        drafts = [(sheet, sheet.draft) for sheet in sheets if sheet.draft]
        made = [(sheet, draft.unchanged, draft.content) for sheet, draft in drafts]
        asked = min(draft.asked_at for _sheet, draft in drafts if draft.asked_at)
        self._send("sign_off", deed, by, made, body, asked_at=asked)

    def _send(
        self,
        verb: str,
        deed: deeds.Send,
        by: User,
        made: Sequence[tuple[Sheet, bool, Raw]],
        body: Any,
        *,
        asked_at: datetime | None = None,
    ) -> None:
        round_, lead = self.round, made[0][0].report.lead
        self.answers[lead.code] += 1
        number = f"{round_.no}-{lead.code}-{self.answers[lead.code]:04d}"
        texts = [(sheet, unchanged, raw, self._judged(sheet, raw)) for sheet, unchanged, raw in made]
        sent: list[dict[str, Any]] = [
            {
                "code": sheet.report.task.code,
                "revision": sheet.texts + 1,
                "unchanged": unchanged,
                "sha256": sha256(text.hashed()),
            }
            for sheet, unchanged, _raw, text in texts
        ]
        data = {"number": number, "letter_no": deed.letter_no, "reports": sent, "approval_asked_at": asked_at}
        event = self.record(verb, by, deed.at, "submission", body, data, number=number)
        submission = self.ledger.add(
            Submission(
                round=round_,
                ministry=lead,
                number=number,
                by=by,
                received_at=deed.at,
                approval_asked_at=asked_at,
                letter_no=deed.letter_no,
                event=event,
            )
        )
        given = [(row.until, row.revoked_at) for row in self.extensions.get(lead.code, []) if row.until]
        due_at = due_times.in_force(round_.due_at, given, deed.at)
        for (sheet, unchanged, raw, text), told in zip(texts, sent, strict=True):
            self._revision(sheet, text, submission, due_at, unchanged=unchanged, digest=told["sha256"])
            sheet.raw = content.tidy(raw)

    def _judged(self, sheet: Sheet, raw: Raw) -> Content:
        """The text by the portal's own rules; raises Invalid where the script broke one."""
        lead = sheet.report.lead_id
        codes = {code: row.pk for code, row in self.portal.ministries.items() if row.pk != lead}
        milestones, indicators = tuple(sheet.open_milestones()), tuple(sheet.indicators)
        rules = content.Rules(self.round.as_of, milestones=milestones, codes=codes, indicators=indicators)
        return content.check(raw, rules)

    def _revision(
        self, sheet: Sheet, text: Content, submission: Submission, due_at: datetime, *, unchanged: bool, digest: str
    ) -> None:
        report, at, add = sheet.report, submission.received_at, self.ledger.add
        sheet.texts += 1
        revision = add(
            Revision(
                report=report,
                no=sheet.texts,
                submission=submission,
                light=text.light,
                progress=text.progress,
                results=text.results,
                plans=text.plans,
                issues=text.issues,
                completed_on=text.completed_on,
                unchanged=unchanged,
                also_reason=text.also_reason,
                due_then=sheet.open_return.due_at if sheet.open_return else due_at,
                sha256=digest,
            )
        )
        asked = sorted((self.portal.ministries[code] for code in text.addressed_to), key=lambda row: row.order)
        sheet.requests = [add(Request(revision=revision, addressed_to=ministry)) for ministry in asked]
        sheet.changes = [
            add(
                MilestoneChange(
                    revision=revision,
                    milestone=answer.milestone,
                    old_on=answer.milestone.current_on,
                    new_on=None if answer.done else answer.on,
                    done_on=answer.on if answer.done else None,
                    cause=answer.cause,
                    reason=answer.reason,
                )
            )
            for answer in text.milestones
        ]
        for value in text.indicators:
            add(IndicatorValue(revision=revision, indicator=value.indicator, value=value.value, note=value.note))
        if sheet.open_return:
            sheet.open_return.resolved_by, sheet.open_return = revision, None
        if sheet.draft and sheet.draft.asked_by:
            self._signed(sheet, sheet.draft, submission)
        sheet.draft = None
        columns: dict[str, Any] = {"current": revision, "opened_by_office_at": None, "opened_by": None}
        if report.first_received_at is None:
            late = at - due_at
            columns |= {"first_received_at": at, "late_by": late if late.total_seconds() > 0 else None}
        sheet.move(State.SUBMITTED, **columns)

    def _signed(self, sheet: Sheet, draft: Draft, submission: Submission) -> None:
        self.ledger.add(
            SignOff(
                report=sheet.report,
                draft_sha256=sha256(draft.content),
                asked_by=draft.asked_by,
                asked_at=draft.asked_at or submission.received_at,
                by=submission.by,
                decision=SignOff.Decision.APPROVED,
                at=submission.received_at,
            )
        )

    # Between ministries

    def call(self, deed: deeds.CallContributions, by: User) -> None:
        """Of all supporting ministries: the script lets nobody write before they are called, nor calls twice."""
        sheet = self.sheets[deed.task]
        helpers = [row.ministry for row in self.supports[sheet.report.task_id]]
        for ministry in sorted(helpers, key=lambda row: row.pk):
            self.ledger.add(ContributionCall(report=sheet.report, ministry=ministry, by=by, at=deed.at))
        codes = sorted(ministry.code for ministry in helpers)
        self.of_report("call_contributions", sheet, by, deed.at, [], {"ministries": codes})

    def contribute(self, deed: deeds.Contribute, by: User) -> None:
        """A supporting ministry's text, numbered within its ministry."""
        sheet, ministry = self.sheets[deed.task], self.portal.ministries[deed.ministry]
        sheet.contributions[ministry.pk] += 1
        no = sheet.contributions[ministry.pk]
        row = Contribution(report=sheet.report, ministry=ministry, no=no, text=deed.text, by=by, at=deed.at)
        self.ledger.add(row)
        data = {"ministry": ministry.code, "no": no, "sha256": sha256(deed.text)}
        self.of_report("contribute", sheet, by, deed.at, [ministry.pk, deed.text], data)

    def answer(self, deed: deeds.Answer, by: User) -> None:
        """The answer to what an issue asks of the ministry."""
        sheet = self.sheets[deed.task]
        row = next(row for row in sheet.requests if row.addressed_to.code == deed.ministry)
        self.ledger.add(Answer(request=row, text=deed.text, by=by, at=deed.at))
        data = {"ministry": deed.ministry, "revision": row.revision.no, "sha256": sha256(deed.text)}
        self.of_report("answer_request", sheet, by, deed.at, [row.pk, deed.text], data)

    # More time

    def ask_time(self, deed: deeds.AskTime, by: User) -> None:
        """A request for an extension, which the office has still to decide."""
        row = Extension(
            round=self.round,
            ministry=self.portal.ministries[deed.ministry],
            reason=deed.reason,
            asked_until=deed.until,
            asked_by=by,
            asked_at=deed.at,
        )
        self.extensions.setdefault(deed.ministry, []).append(self.ledger.add(row))
        told = {"until": deed.until, "reason": deed.reason}
        self.of_extension("ask_extension", deed.ministry, by, deed.at, [deed.until, deed.reason], told)

    def of_extension(self, verb: str, ministry: str, by: User, at: datetime, body: Any, told: dict[str, Any]) -> None:
        self.record(verb, by, at, f"round/{self.round.pk}/{ministry}", body, {"ministry": ministry} | told)


def _items(sheets: Sequence[Sheet], unchanged: Sequence[str]) -> list[list[Any]]:
    """As `workflow.Item.body` has them, in the order of the reports' keys."""
    rows = sorted(sheets, key=lambda sheet: sheet.report.pk)
    return [[row.report.pk, row.report.version, row.report.task.code in unchanged] for row in rows]
