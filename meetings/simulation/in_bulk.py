"""Carrying a script out in bulk: the rows, events and receipts that the verbs would leave, made in memory and written a
round at a time.

That they are the very same ones is shown by tests/simulation, which plays one script through the verbs and through
here, and compares every row. What the verbs share with this is used and not written again: the event after another
(`records.chain.follow`), the roster, the rules and the hash of a text (`tasks.content`), the sealed manifest. Mail is
not owed: nobody waits for it.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ministries.directory import Directory
from ministries.models import Ministry, User
from records.chain import sha256
from records.models import Event, Seal
from tasks import content, due_times
from tasks.content import Content, Raw
from tasks.freezing import MANIFEST_FORMAT, manifest
from tasks.models import (
    Answer,
    Contribution,
    ContributionCall,
    Draft,
    Extension,
    Indicator,
    IndicatorValue,
    Light,
    Message,
    Milestone,
    MilestoneChange,
    Report,
    Request,
    Return,
    ReturnedField,
    Revision,
    Round,
    SignOff,
    State,
    Submission,
    Support,
    Task,
)
from tasks.workflow.rounds import copied, dates_of, roster_of

from . import deeds, world
from .deeds import Deed, Scene
from .keys import Keys
from .ledger import BATCH, Chain, Ledger
from .plan import OFFICE, Size


@dataclass
class Sheet:
    """One report while its round is played. `start`: the raw text that it began with; `raw`: what was sent last."""

    report: Report
    milestones: list[Milestone]
    indicators: list[Indicator]
    start: Raw
    raw: Raw | None = None
    draft: Draft | None = None
    texts: int = 0  # how many revisions it has
    open_return: Return | None = None
    requests: list[Request] = field(default_factory=list)  # of the current text
    changes: list[MilestoneChange] = field(default_factory=list)  # likewise
    contributions: Counter[int] = field(default_factory=Counter)  # ministry -> how many

    def move(self, state: State, **columns: Any) -> None:
        self.report.state = state
        self.report.version += 1
        for name, value in columns.items():
            setattr(self.report, name, value)

    def open_milestones(self) -> list[Milestone]:
        return [row for row in self.milestones if row.done_on is None]


class InBulk:
    """Plays scenes one after the other, each in a transaction of its own."""

    def __init__(self, size: Size) -> None:
        self.size, self.keys, self.people = size, Keys(size.seed), world.people()
        self.ministries = {row.code: row for row in Ministry.objects.all()}
        self.codes = {code: row.pk for code, row in self.ministries.items()}
        self.ledger = Ledger()
        self.stands: dict[int, Raw] = {}  # task -> the raw text of its baseline

    def play(self, scene: Scene) -> int:
        """One round; returns how many reports it has."""
        with transaction.atomic():
            world.add_tasks(self.size, scene.joining)
            playing = _Playing(self, world.add_round(scene.dates))
            playing.prepare(scene.dates.prepared_at)
            for deed in scene.deeds:
                HOW[type(deed)](playing, deed, self.people[deed.by])
            playing.write(is_frozen=not scene.dates.is_last)
            if not scene.dates.is_last:
                playing.freeze(scene.dates.until)
            playing.chain.close()
            return len(playing.sheets)


class _Playing:
    """One round while it is played."""

    def __init__(self, writer: InBulk, round_: Round) -> None:
        self.writer, self.round = writer, round_
        self.ledger, self.people = writer.ledger, writer.people
        self.chain = Chain(self.ledger, round_)
        self.sheets: dict[str, Sheet] = {}
        self.supports: dict[int, list[Support]] = {}  # by the task
        self.answers: Counter[str] = Counter()  # ministry -> its submissions
        self.extensions: dict[str, list[Extension]] = {}
        self.moved_milestones: dict[int, Milestone] = {}
        self.completed: list[Task] = []

    # The round itself

    def prepare(self, at: datetime) -> None:
        round_, by = self.round, self.people[OFFICE[0]]
        milestones = _by_task(Milestone.objects.order_by("task", "order"))
        indicators = _by_task(Indicator.objects.order_by("task", "order"))
        self.supports = _by_task(Support.objects.select_related("ministry"))
        reports = [self.ledger.add(report) for report in roster_of(round_)]
        for report in reports:
            task = report.task_id
            start = self.writer.stands.get(task) or content.tidy(content.blank())
            own = indicators.get(task, [])
            self.sheets[report.task.code] = Sheet(report, milestones.get(task, []), own, start)
        round_.prepared_at = at
        round_.save(update_fields=("prepared_at",))
        data = {"round": round_.no, "dates": dates_of(round_), "roster": list(self.sheets)}
        data["copied"] = {report.task.code: copied(report) for report in reports}
        self._record("prepare", by, at, f"round/{round_.pk}", [], data)

    def write(self, *, is_frozen: bool) -> None:
        """Everything that was played, with the copies that the freeze makes, before the round bears its mark."""
        names = Directory(self.round.as_of)
        for sheet in self.sheets.values():
            report = sheet.report
            if is_frozen:
                name = names[report.lead_id]
                report.lead_name_ko, report.lead_name_en = name.name_ko, name.name_en
                report.title_copied_ko, report.title_copied_en = report.task.title_ko, report.task.title_en
            if sheet.draft:
                self.ledger.keep(sheet.draft)
            if sheet.raw is not None:
                kept = {"milestones": {}, "indicators": {}, "also_reason": ""}
                self.writer.stands[report.task_id] = sheet.raw | kept
        self.ledger.flush()
        Milestone.objects.bulk_update(self.moved_milestones.values(), ("current_on", "done_on"), batch_size=BATCH)
        Task.objects.bulk_update(self.completed, ("completed_on",), batch_size=BATCH)

    def freeze(self, at: datetime) -> None:
        round_, by = self.round, self.people[OFFICE[0]]
        entries = manifest(round_)
        root, seq = sha256(entries), self.chain.stream.head_seq
        data = {"round": round_.no, "root": root, "reports": len(entries["reports"])}
        self._record("freeze", by, at, f"round/{round_.pk}", [seq], data)
        sealed = Seal(stream=self.chain.stream, manifest=entries, root=root, format=MANIFEST_FORMAT, at=at, by=by)
        self.ledger.add(sealed)
        self.ledger.flush()
        round_.frozen_at = at
        round_.save(update_fields=("frozen_at",))

    def _record(
        self,
        verb: str,
        by: User,
        at: datetime,
        target: str,
        body: Any,
        data: dict[str, Any],
        *,
        about: Report | None = None,
        number: str | None = None,
    ) -> Event:
        """The verb's event, about the round unless it is about one report, and its receipt."""
        key, obj = self.writer.keys.next(), about or self.round
        return self.chain.record(
            verb, by=by, at=at, key=key, target=target, body=body, about=obj, data=data, number=number
        )

    def _of_report(self, verb: str, sheet: Sheet, by: User, at: datetime, body: Any, data: dict[str, Any]) -> Event:
        report = sheet.report
        data = {"report": report.task.code} | data
        return self._record(verb, by, at, f"report/{report.pk}", body, data, about=report)

    # Officers and approvers

    def save(self, deed: deeds.Save, by: User) -> None:
        sheet = self.sheets[deed.task]
        milestones = {row.order: row.pk for row in sheet.milestones}
        indicators = {row.order: row.pk for row in sheet.indicators}
        raw = content.tidy(deed.text.raw(milestones, indicators))
        draft = sheet.draft or self.ledger.keyed(Draft(report=sheet.report))
        draft.content, draft.edited_by, draft.edited_at = raw, by, deed.at
        sheet.draft = draft
        sheet.move(State.RETURNED if sheet.open_return else State.DRAFT)

    def submit(self, deed: deeds.Submit, by: User) -> None:
        sheets = [self.sheets[code] for code in deed.tasks]
        body = [_items(sheets, deed.unchanged), deed.letter_no]
        made = []
        for sheet in sheets:
            unchanged = sheet.report.task.code in deed.unchanged
            raw = sheet.start if unchanged or sheet.draft is None else sheet.draft.content
            made.append((sheet, unchanged, raw))
        self._send("submit", deed, by, made, body)

    def ask_sign_off(self, deed: deeds.AskSignOff, by: User) -> None:
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
        self._record("ask_sign_off", by, deed.at, "sign-off", body, {"reports": deed.tasks}, about=about)

    def sign_off(self, deed: deeds.SignOff, by: User) -> None:
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
        event = self._record(verb, by, deed.at, "submission", body, data, number=number)
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
        codes = {code: pk for code, pk in self.writer.codes.items() if pk != sheet.report.lead_id}
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
        asked = sorted((self.writer.ministries[code] for code in text.addressed_to), key=lambda row: row.order)
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
        self._of_report("call_contributions", sheet, by, deed.at, [], {"ministries": codes})

    def contribute(self, deed: deeds.Contribute, by: User) -> None:
        sheet, ministry = self.sheets[deed.task], self.writer.ministries[deed.ministry]
        sheet.contributions[ministry.pk] += 1
        no = sheet.contributions[ministry.pk]
        row = Contribution(report=sheet.report, ministry=ministry, no=no, text=deed.text, by=by, at=deed.at)
        self.ledger.add(row)
        data = {"ministry": ministry.code, "no": no, "sha256": sha256(deed.text)}
        self._of_report("contribute", sheet, by, deed.at, [ministry.pk, deed.text], data)

    def answer(self, deed: deeds.Answer, by: User) -> None:
        sheet = self.sheets[deed.task]
        row = next(row for row in sheet.requests if row.addressed_to.code == deed.ministry)
        self.ledger.add(Answer(request=row, text=deed.text, by=by, at=deed.at))
        data = {"ministry": deed.ministry, "revision": row.revision.no, "sha256": sha256(deed.text)}
        self._of_report("answer_request", sheet, by, deed.at, [row.pk, deed.text], data)

    # The office

    def open(self, deed: deeds.Open, by: User) -> None:
        sheet = self.sheets[deed.task]
        body = [sheet.report.version]
        sheet.move(State.SUBMITTED, opened_by_office_at=deed.at, opened_by=by)
        self._of_report("open_for_review", sheet, by, deed.at, body, {})

    def give_back(self, deed: deeds.GiveBack, by: User) -> None:
        sheet, names = self.sheets[deed.task], sorted(name.value for name in deed.fields)
        body = [sheet.report.version, deed.comment, deed.due_at, names]
        returned = Return(
            report=sheet.report,
            revision=sheet.report.current,
            by=by,
            at=deed.at,
            comment=deed.comment,
            due_at=deed.due_at,
        )
        sheet.open_return = self.ledger.add(returned)
        for name in names:
            self.ledger.add(ReturnedField(of=returned, field=name))
        sheet.move(State.RETURNED)
        data = {"comment": deed.comment, "due_at": deed.due_at, "fields": names}
        self._of_report("return_for_changes", sheet, by, deed.at, body, data)

    def accept(self, deed: deeds.Accept, by: User) -> None:
        sheet, book, reason = self.sheets[deed.task], (deed.book_ko, deed.book_en), deed.reason
        report, revision = sheet.report, sheet.report.current
        assert revision is not None  # noqa: S101 (the script accepts what was sent)
        body = [report.version, deed.light, reason, book]
        sheet.move(
            State.ACCEPTED,
            accepted=revision,
            office_light=deed.light,
            office_reason=reason,
            book_text_ko=book[0],
            book_text_en=book[1],
        )
        data = {
            "revision": revision.no,
            "light": deed.light,
            "ministry_light": revision.light,
            "reason": reason,
            "book": sha256(book) if any(book) else "",
        }
        event = self._of_report("accept", sheet, by, deed.at, body, data)
        for change in sheet.changes:
            milestone, change.applied_event = change.milestone, event
            if change.done_on:
                milestone.done_on = change.done_on
            elif change.new_on:
                milestone.current_on = change.new_on
            self.moved_milestones[milestone.pk] = milestone
        if deed.light == Light.COMPLETED:
            report.task.completed_on = revision.completed_on or self.round.as_of
            self.completed.append(report.task)

    def say(self, deed: deeds.Say, by: User) -> None:
        sheet, from_office = self.sheets[deed.task], by.standing.is_coordinator
        row = Message(report=sheet.report, from_office=from_office, text=deed.text, by=by, at=deed.at)
        self.ledger.add(row)
        data = {"from_office": from_office, "sha256": sha256(deed.text)}
        self._of_report("write_message", sheet, by, deed.at, [deed.text], data)

    # More time

    def ask_time(self, deed: deeds.AskTime, by: User) -> None:
        row = Extension(
            round=self.round,
            ministry=self.writer.ministries[deed.ministry],
            reason=deed.reason,
            asked_until=deed.until,
            asked_by=by,
            asked_at=deed.at,
        )
        self.extensions.setdefault(deed.ministry, []).append(self.ledger.add(row))
        told = {"until": deed.until, "reason": deed.reason}
        self._of_extension("ask_extension", deed.ministry, by, deed.at, [deed.until, deed.reason], told)

    def grant_time(self, deed: deeds.GrantTime, by: User) -> None:
        row = self.extensions[deed.ministry][-1]
        row.decision, row.until, row.comment = Extension.Decision.GRANTED, deed.until, deed.comment
        row.decided_by, row.decided_at = by, deed.at
        told = {"until": deed.until, "reason": row.reason, "comment": deed.comment, "asked_at": row.asked_at}
        body = [row.pk, deed.until, deed.comment]
        self._of_extension("grant_extension", deed.ministry, by, deed.at, body, told)

    def decline_time(self, deed: deeds.DeclineTime, by: User) -> None:
        row = self.extensions[deed.ministry][-1]
        row.decision, row.comment = Extension.Decision.DECLINED, deed.comment
        row.decided_by, row.decided_at = by, deed.at
        told = {"until": row.asked_until, "reason": row.reason, "comment": deed.comment, "asked_at": row.asked_at}
        self._of_extension("decline_extension", deed.ministry, by, deed.at, [row.pk, deed.comment], told)

    def _of_extension(self, verb: str, ministry: str, by: User, at: datetime, body: Any, told: dict[str, Any]) -> None:
        self._record(verb, by, at, f"round/{self.round.pk}/{ministry}", body, {"ministry": ministry} | told)


def _items(sheets: Sequence[Sheet], unchanged: Sequence[str]) -> list[list[Any]]:
    """As `workflow.Item.body` has them, in the order of the reports' keys."""
    rows = sorted(sheets, key=lambda sheet: sheet.report.pk)
    return [[row.report.pk, row.report.version, row.report.task.code in unchanged] for row in rows]


def _by_task(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return found


HOW: dict[type[Deed], Callable[[_Playing, Any, User], object]] = {
    deeds.Save: _Playing.save,
    deeds.Submit: _Playing.submit,
    deeds.AskSignOff: _Playing.ask_sign_off,
    deeds.SignOff: _Playing.sign_off,
    deeds.Open: _Playing.open,
    deeds.GiveBack: _Playing.give_back,
    deeds.Accept: _Playing.accept,
    deeds.CallContributions: _Playing.call,
    deeds.Contribute: _Playing.contribute,
    deeds.Answer: _Playing.answer,
    deeds.Say: _Playing.say,
    deeds.AskTime: _Playing.ask_time,
    deeds.GrantTime: _Playing.grant_time,
    deeds.DeclineTime: _Playing.decline_time,
}
