"""The workflow against a plain model of it: dictionaries, written from product.md and model.md, knowing nothing of
`tasks/transitions.py`. Hypothesis walks both through the same steps, and both have to give the same answers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from records.errors import KeyReused, Refused
from records.models import Event, Receipt
from tasks import content, freezing, workflow
from tasks.models import Correction, CorrectionDecision, Draft, Report, Return, Revision, Submission
from tests import builders, record
from tests.builders import key
from tests.cast import TaskForce

OFFICERS = {"ME": {"me_officer", "me_officer_2"}, "FSC": {"fsc_officer"}}
APPROVERS = {"ME": set[str](), "FSC": {"fsc_approver"}}
OFFICE = {"coordinator", "coordinator_2"}
SIGNING = {"FSC"}  # the ministries whose answers need a sign-off
LAST_ROUND = {"ME-01", "FSC-01"}  # on track and accepted, nothing due since: "no change" may be said of them
CODES = ("FSC-01", "ME-01", "ME-05")
# What people type. `last`: the text of the last round, or nothing where there was none. `bad`: it cannot be sent.
TEXTS: dict[str, content.Raw] = {
    "one": builders.raw(results="ㅇ 하나"),
    "two": builders.raw(results="ㅇ 둘"),
    "bad": builders.raw(results="ㅇ 셋", plans=""),
}

codes = st.sampled_from(CODES)
texts = st.sampled_from(["last", *TEXTS])
stale = st.sampled_from([0, 0, 0, 0, 1])  # by how much the page is behind
officers = st.sampled_from(["me_officer", "me_officer_2", "fsc_officer", "fsc_officer", "fsc_approver", "coordinator"])
approvers = st.sampled_from(["fsc_approver", "fsc_approver", "fsc_approver", "fsc_officer"])
office = st.sampled_from(["coordinator", "coordinator_2", "coordinator", "me_officer"])
seldom = st.sampled_from([0] * 9 + [1])
mostly = st.sampled_from([True, True, True, True, False])
# What a report goes through from one end to the other: chance alone hardly ever takes so many right steps in a row.
COURSES = (
    "save send open",
    "save send open withdraw return save",
    "save send open return save send withdraw send",
    "save send open return save send open return save send withdraw",
    "save send withdraw send open accept withdraw reopen withdraw return",
    "unchanged withdraw unchanged open accept reopen accept",
    "save send open take_over release withdraw save send open release open accept",
    "save ask recall ask recall unchanged",
)
courses = st.sampled_from(COURSES)
OFFICE_VERBS = (
    "open_for_review", "open_for_review", "return_for_changes", "accept", "reopen", "take_over_review", "release_review"
)  # fmt: skip


class Told(Exception):
    """The model refuses, with the name of the refusal."""


@dataclass
class Sent:
    """A text that went out, as the report's no. 1, 2, 3 … `mends`: the text whose return it resolved."""

    no: int
    text: str
    unchanged: bool
    answer: int
    mends: "Sent | None"


@dataclass
class Row:
    """One report as the model knows it."""

    code: str
    state: str = "missing"
    version: int = 0
    draft: str | None = None
    asked_unchanged: bool = False
    sent: list[Sent] = field(default_factory=list)
    current: Sent | None = None
    returned: Sent | None = None  # the text of the return that is open
    opened: str = ""  # by whom of the office: the verdict is theirs

    @property
    def ministry(self) -> str:
        return self.code.partition("-")[0]

    @property
    def start(self) -> str:
        """What the form shows before anybody typed."""
        return self.current.text if self.current else "last"

    @property
    def unresolved(self) -> int | None:
        """The number of the text whose return is open."""
        return self.returned.no if self.returned else None

    def may_go(self, text: str) -> bool:
        return text in ("one", "two") or (text == "last" and self.code in LAST_ROUND)

    def move(self, state: str) -> None:
        self.state = "returned" if state == "draft" and self.returned else state
        self.version += 1


@dataclass
class Asked:
    """A correction of a sealed text's results. `no`: of the round's table, once it is approved."""

    code: str
    by: str
    text: str
    decided: bool = False
    no: int | None = None


class Model:
    """The whole round. Each verb changes it, or raises Told and changes nothing."""

    def __init__(self) -> None:
        self.rows = {code: Row(code) for code in CODES}
        self.frozen = False
        self.events = 0
        self.answers: list[list[str]] = []  # the codes of each submission
        self.corrections: list[Asked] = []

    def judge(self, row: Row, allowed: bool, states: str) -> None:
        """Who comes first, then the round, then the report's state."""
        if not allowed:
            raise Told("Forbidden")
        if self.frozen:
            raise Told("Frozen")
        if row.state not in states.split():
            raise Told("WrongState")

    def save(self, code: str, by: str, behind: int, text: str) -> None:
        row = self.rows[code]
        same = text == (row.draft or row.start)
        try:
            self.judge(row, by in OFFICERS[row.ministry], "missing draft awaiting returned")
        except Told as told:
            if str(told) == "WrongState" and (same or text == "last"):
                return  # a page that was opened before the report went brings it along untouched
            raise
        if same:
            return
        if behind:
            raise Told("Conflict")
        row.draft, row.asked_unchanged = (None if text == row.start else text), False
        row.move("draft" if row.draft else ("returned" if row.returned else "missing"))

    def _goes(self, chosen: list[str], by: str, behind: int, unchanged: bool, signing: bool) -> list[Row]:
        """The rows of an answer that may go out, or to the approver."""
        rows = [self.rows[code] for code in sorted(chosen)]
        if len({row.ministry for row in rows}) > 1:
            raise Told("Forbidden")
        wrong = False
        for row in rows:
            self.judge(row, by in OFFICERS[row.ministry], "missing draft returned")
        if (rows[0].ministry in SIGNING) != signing:
            raise Told("Switched")
        for row in rows:
            if behind:
                raise Told("Conflict")
            if unchanged:
                wrong |= bool(row.returned) or row.code not in LAST_ROUND or row.draft is not None
            else:
                wrong |= row.draft is None or not row.may_go(row.draft)
        if wrong:
            raise Told("Invalid")
        return rows

    def _send(self, rows: list[Row]) -> str:
        """They are submitted: one answer, one number."""
        ministry = rows[0].ministry
        self.answers.append([row.code for row in rows])
        for row in rows:
            no, answer = len(row.sent) + 1, len(self.answers) - 1
            row.current = Sent(no, row.draft or "last", row.asked_unchanged, answer, row.returned)
            row.sent.append(row.current)
            row.draft, row.returned, row.opened, row.asked_unchanged = None, None, "", False
            row.move("submitted")
        self.events += 1
        return f"2-{ministry}-{sum(codes[0].startswith(ministry) for codes in self.answers):04d}"

    def submit(self, chosen: list[str], by: str, behind: int, unchanged: bool) -> str:
        rows = self._goes(chosen, by, behind, unchanged, signing=False)
        for row in rows:
            row.asked_unchanged = unchanged
        return self._send(rows)

    def ask(self, chosen: list[str], by: str, behind: int, unchanged: bool) -> None:
        for row in self._goes(chosen, by, behind, unchanged, signing=True):
            row.draft, row.asked_unchanged = row.draft or row.start, unchanged
            row.move("awaiting")
        self.events += 1

    def recall(self, code: str, by: str, behind: int) -> None:
        row = self.rows[code]
        self.judge(row, by in OFFICERS[row.ministry], "awaiting")
        if behind:
            raise Told("Conflict")
        self._give_back(row)

    def _give_back(self, row: Row) -> None:
        """What awaited sign-off is the officer's again."""
        if row.asked_unchanged:
            row.draft = None
        row.asked_unchanged = False
        row.move("draft" if row.draft else "missing")
        self.events += 1

    def sign(self, code: str, by: str, behind: int) -> str:
        row = self.rows[code]
        self.judge(row, by in APPROVERS[row.ministry], "awaiting")
        if behind:
            raise Told("Conflict")
        return self._send([row])

    def send_back(self, code: str, by: str, behind: int, comment: bool) -> None:
        row = self.rows[code]
        self.judge(row, by in APPROVERS[row.ministry], "awaiting")
        if behind:
            raise Told("Conflict")
        if not comment:
            raise Told("Invalid")
        self._give_back(row)

    def withdraw(self, answer: int, by: str) -> None:
        """What the office has not opened of one answer becomes a draft again."""
        rows = [self.rows[code] for code in self.answers[answer]]
        mine = [row for row in rows if row.current and row.current.answer == answer]
        free = [row for row in mine if row.state == "submitted" and not row.opened]
        for row in free or mine or rows:
            self.judge(row, by in OFFICERS[row.ministry], "submitted")
        if not free:
            raise Told("WrongState")
        for row in free:
            taken = row.current
            assert taken is not None
            row.draft = None if taken.unchanged else taken.text
            row.current = row.returned = taken.mends
            row.move("draft" if row.draft or row.returned else "missing")
        self.events += 1

    def review(self, verb: str, code: str, by: str, behind: int, complete: bool) -> None:
        row = self.rows[code]
        self.judge(row, by in OFFICE, "accepted" if verb == "reopen" else "submitted")
        somebody_elses = row.opened not in ("", by)
        if somebody_elses and verb not in ("take_over_review", "reopen"):
            raise Told("WrongState")
        if behind:
            raise Told("Conflict")
        if bool(row.opened) == (verb == "open_for_review") or (verb == "take_over_review" and not somebody_elses):
            raise Told("WrongState")
        if not complete and verb in ("return_for_changes", "accept", "reopen"):
            raise Told("Invalid")
        if verb in ("open_for_review", "take_over_review", "release_review"):
            row.opened = "" if verb == "release_review" else by
        if verb == "return_for_changes":
            row.returned = row.current
        row.move({"return_for_changes": "returned", "accept": "accepted"}.get(verb, "submitted"))
        self.events += 1

    def freeze(self, by: str, behind: int) -> None:
        if by not in OFFICE:
            raise Told("Forbidden")
        if self.frozen:
            raise Told("Frozen")
        if behind:
            raise Told("Conflict")
        self.frozen = True
        self.events += 1

    def ask_correction(self, code: str, by: str, text: str, reason: bool) -> None:
        row = self.rows[code]
        if by not in OFFICERS[row.ministry] | APPROVERS[row.ministry] | OFFICE:
            raise Told("Forbidden")
        if not self.frozen or row.current is None:
            raise Told("WrongState")
        mine = [one for one in self.corrections if one.code == code]
        approved = sorted((one.no, one.text) for one in mine if one.no)
        if text in ("", approved[-1][1] if approved else row.current.text) or not reason:
            raise Told("Invalid")
        if any(not one.decided for one in mine):
            raise Told("WrongState")
        self.corrections.append(Asked(code, by, text))
        self.events += 1

    def decide_correction(self, which: int, by: str, approve: bool, comment: bool) -> None:
        one = self.corrections[which]
        if by not in OFFICE or by == one.by:
            raise Told("Forbidden")
        if one.decided:
            raise Told("WrongState")
        if not approve and not comment:
            raise Told("Invalid")
        one.decided = True
        if approve:
            one.no = 1 + sum(other.no is not None for other in self.corrections)
        self.events += 1


class Machine(RuleBasedStateMachine):
    """Each rule is one press, on the portal and on the model."""

    task_force: TaskForce
    at: datetime

    @initialize()
    def begin(self) -> None:
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.model = Model()
        self.reports = {code: self.task_force.reports[code].pk for code in CODES}
        self.before = self.rows()
        self.numbers: list[str] = []
        self.done: list[tuple[Any, dict[str, Any], Receipt]] = []  # what was carried out: the call, and its receipt
        self.last = {code: content.baseline_of(self.task_force.reports[code]) for code in CODES}

    def teardown(self) -> None:
        if hasattr(self, "undo"):
            damage = record.damage()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            assert damage == []

    # Both at once

    def rows(self) -> list[int]:
        return [Event.objects.count(), Receipt.objects.count(), Submission.objects.count()]

    def person(self, by: str) -> Any:
        return self.task_force.people[by]

    def text(self, code: str, name: str) -> content.Raw:
        return TEXTS.get(name) or self.last[code]

    def version(self, code: str, behind: int) -> int:
        """As the page shows it: the one that stands, or an older one."""
        return self.model.rows[code].version - behind

    def both(self, verb: Any, arguments: dict[str, Any], expected: Any) -> None:
        """The portal's answer has to be the model's: the same refusal, or the same success with the same number."""
        try:
            wanted = expected()
        except Told as told:
            wanted = told
        try:
            came = verb(**arguments)
        except Refused as refused:
            came = refused
        if isinstance(wanted, Told) or isinstance(came, Refused):
            assert type(came).__name__ == str(wanted), f"{verb.__name__}: {came!r}, not {wanted!r}"
            return
        if isinstance(came, Receipt):
            assert came.number == wanted
            self.done.append((verb, arguments, came))
            if came.number:
                self.numbers.append(came.number)

    def who(self, by: str) -> dict[str, Any]:
        return {"by": self.person(by), "at": self.at, "key": key()}

    # The verbs

    @rule(code=codes, by=officers, behind=stale, text=texts)
    def save(self, code: str, by: str, behind: int, text: str) -> None:
        raw = self.text(code, text)
        arguments = {"by": self.person(by), "at": self.at, "version": self.version(code, behind), "raw": raw}
        self.both(
            workflow.save_draft,
            {"report_id": self.reports[code], **arguments},
            lambda: self.model.save(code, by, behind, text),
        )

    @rule(
        chosen=st.sampled_from([["FSC-01"], ["ME-01"], ["ME-05"], ["ME-01", "ME-05"], ["ME-01", "FSC-01"]]),
        by=officers,
        behind=stale,
        unchanged=st.booleans(),
        asks=st.booleans(),
    )
    def send(self, chosen: list[str], by: str, behind: int, unchanged: bool, asks: bool) -> None:
        items = [workflow.Item(self.reports[code], self.version(code, behind), unchanged) for code in chosen]
        verb, expected = (workflow.ask_sign_off, self.model.ask) if asks else (workflow.submit, self.model.submit)
        self.both(verb, {"items": items, **self.who(by)}, lambda: expected(chosen, by, behind, unchanged))

    @rule(code=codes, by=approvers, behind=stale)
    def sign(self, code: str, by: str, behind: int) -> None:
        items = [workflow.Item(self.reports[code], self.version(code, behind))]
        self.both(workflow.sign_off, {"items": items, **self.who(by)}, lambda: self.model.sign(code, by, behind))

    @rule(code=codes, by=officers, behind=stale)
    def recall(self, code: str, by: str, behind: int) -> None:
        items = [workflow.Item(self.reports[code], self.version(code, behind))]
        self.both(workflow.recall, {"items": items, **self.who(by)}, lambda: self.model.recall(code, by, behind))

    @rule(code=codes, by=approvers, behind=stale, comment=mostly)
    def send_back(self, code: str, by: str, behind: int, comment: bool) -> None:
        arguments = {"report_id": self.reports[code], "version": self.version(code, behind), **self.who(by)}
        self.both(
            workflow.send_back,
            {**arguments, "comment": "다시 봐 주기 바람" if comment else " "},
            lambda: self.model.send_back(code, by, behind, comment),
        )

    @precondition(lambda self: self.numbers)
    @rule(which=st.integers(0, 99), by=officers)
    def withdraw(self, which: int, by: str) -> None:
        self.take_back(len(self.numbers) - 1 - which % min(2, len(self.numbers)), by)

    def take_back(self, answer: int, by: str) -> None:
        submission = Submission.objects.get(number=self.numbers[answer])
        self.both(workflow.withdraw, {"submission": submission, **self.who(by)}, lambda: self._withdrawn(answer, by))

    def _withdrawn(self, answer: int, by: str) -> None:
        self.model.withdraw(answer, by)

    @rule(
        verb=st.sampled_from(OFFICE_VERBS),
        code=codes,
        by=office,
        behind=stale,
        complete=mostly,
    )
    def review(self, verb: str, code: str, by: str, behind: int, complete: bool) -> None:
        more: dict[str, dict[str, Any]] = {
            "open_for_review": {},
            "take_over_review": {},
            "release_review": {},
            "return_for_changes": {"comment": "왜?" if complete else "", "due_at": self.at + timedelta(days=1)},
            "accept": {"light": "on_track" if complete else "green"},
            "reopen": {"reason": "오기" if complete else ""},
        }
        arguments = {"report_id": self.reports[code], "version": self.version(code, behind), **self.who(by)}
        self.both(
            getattr(workflow, verb),
            {**arguments, **more[verb]},
            lambda: self.model.review(verb, code, by, behind, complete),
        )

    @rule(by=office, behind=stale, sure=st.sampled_from([False, False, False, True]))
    def freeze(self, by: str, behind: int, sure: bool) -> None:
        """Rarely: nothing but corrections and refusals comes after it."""
        if sure or behind:
            round_ = self.task_force.round_2
            arguments = {"round_id": round_.pk, "head_seq": freezing.head_seq(round_) - behind, **self.who(by)}
            self.both(freezing.freeze, arguments, lambda: self.model.freeze(by, behind))

    # After the freeze

    @rule(code=codes, by=st.one_of(officers, office), text=st.sampled_from(["one", "two", ""]), reason=mostly)
    def ask_correction(self, code: str, by: str, text: str, reason: bool) -> None:
        results = TEXTS[text]["results"] if text else ""
        said = {"field": "results", "text": results, "reason": "오기" if reason else " "}
        self.both(
            workflow.ask_correction,
            {"report_id": self.reports[code], **said, **self.who(by)},
            lambda: self.model.ask_correction(code, by, text, reason),
        )

    @precondition(lambda self: self.model.corrections)
    @rule(which=st.integers(0, 99), by=office, approve=st.booleans(), comment=mostly)
    def decide_correction(self, which: int, by: str, approve: bool, comment: bool) -> None:
        which = len(self.model.corrections) - 1 - which % min(2, len(self.model.corrections))
        asked = Correction.objects.filter(report__in=self.reports.values()).order_by("pk")[which]
        self.both(
            workflow.decide_correction,
            {"correction_id": asked.pk, "approve": approve, "comment": "원문" * comment, **self.who(by)},
            lambda: self.model.decide_correction(which, by, approve, comment),
        )

    @rule(sure=st.sampled_from([False, False, True]), asks=st.sampled_from(["coordinator", "me_officer"]), yes=mostly)
    def correct(self, sure: bool, asks: str, yes: bool) -> None:
        """Seal two reports, and correct both: nobody asks twice at a time, decides on their own, or decides again."""
        if not (sure or self.model.frozen):
            return
        self.course("ME-01", "save send", second=False)
        self.course("FSC-01", "save send", second=False)
        self.freeze("coordinator", 0, sure=True)
        for code, by in (("ME-01", asks), ("FSC-01", "coordinator_2"), ("ME-01", "me_officer_2")):
            for text in ("one", "two", "one"):
                self.ask_correction(code, by, text, reason=True)
            if self.model.corrections:
                for decides in (by, "coordinator_2", "coordinator", "coordinator"):
                    self.decide_correction(0, decides, approve=yes, comment=True)
            self.both_stand_alike()

    # What people mostly do: the next step, by whoever may do it, now and then from a page that is behind

    @rule(code=codes, which=st.integers(0, 5), second=st.booleans(), behind=seldom, text=texts)
    def go_on(self, code: str, which: int, second: bool, behind: int, text: str) -> None:
        row = self.model.rows[code]
        writes = "fsc_officer" if row.ministry in SIGNING else "me_officer_2" if second else "me_officer"
        reviews = "coordinator_2" if second else "coordinator"
        asks = row.ministry in SIGNING
        save = partial(self.save, code=code, by=writes, behind=behind, text=text)
        send = partial(self.send, chosen=[code], by=writes, behind=behind, asks=asks)
        steps: dict[str, list[Callable[[], None]]] = {
            "missing": [save, save, partial(send, unchanged=True)],
            "draft": [partial(send, unchanged=False), partial(send, unchanged=False), save],
            "returned": [partial(send, unchanged=False), save, save],
            "awaiting": [
                partial(self.sign, code=code, by="fsc_approver", behind=behind),
                partial(self.send_back, code=code, by="fsc_approver", behind=behind, comment=True),
                partial(self.recall, code=code, by=writes, behind=behind),
                save,
            ],
            "submitted": [
                partial(self.review, verb=verb, code=code, by=reviews, behind=behind, complete=True)
                for verb in (
                    ("open_for_review",)
                    if not row.opened
                    else ("accept", "return_for_changes", "release_review")
                    if row.opened == reviews
                    else ("take_over_review",)
                )
            ],
            "accepted": [partial(self.review, verb="reopen", code=code, by=reviews, behind=behind, complete=True)],
        }
        if row.current and not row.opened:
            steps["submitted"] += [partial(self.take_back, answer=row.current.answer, by=writes)]
        possible = steps[row.state]
        possible[which % len(possible)]()

    @rule(code=codes, which=st.integers(0, 5), second=st.booleans(), text=texts)
    def go_on_again(self, code: str, which: int, second: bool, text: str) -> None:
        self.go_on(code=code, which=which, second=second, behind=0, text=text)

    @rule(code=codes, course=courses, second=st.booleans())
    def course(self, code: str, course: str, second: bool) -> None:
        """One report, step by step, wherever it stands at first: what is not its turn, both refuse."""
        for step in course.split():
            self.step(step, code, second)
            self.both_stand_alike()

    def step(self, step: str, code: str, second: bool) -> None:
        row = self.model.rows[code]
        signs = row.ministry in SIGNING
        writes = "fsc_officer" if signs else "me_officer_2" if second else "me_officer"
        reviews = "coordinator_2" if second else "coordinator"
        if step == "save":
            self.save(code=code, by=writes, behind=0, text="two" if (row.draft or row.start) == "one" else "one")
        elif step in ("send", "unchanged"):
            self.send(chosen=[code], by=writes, behind=0, unchanged=step == "unchanged", asks=signs)
            if signs:
                self.sign(code=code, by="fsc_approver", behind=0)
        elif step == "ask":
            self.send(chosen=[code], by=writes, behind=0, unchanged=False, asks=signs)
        elif step == "recall":
            self.recall(code=code, by=writes, behind=0)
        elif step == "withdraw":
            if row.current:
                self.take_back(row.current.answer, writes)
        else:
            verbs = {"open": "open_for_review", "return": "return_for_changes"}
            verb = (verbs | {"take_over": "take_over_review", "release": "release_review"}).get(step, step)
            if verb == "take_over_review":  # by the other one, who then gives it back
                reviews = next(iter(OFFICE - {reviews}))
            if verb == "release_review" and row.opened:
                reviews = row.opened
            self.review(verb=verb, code=code, by=reviews, behind=0, complete=True)

    @rule(opened=st.sampled_from(["ME-01", "ME-05"]), second=st.booleans())
    def one_of_two(self, opened: str, second: bool) -> None:
        """One answer of two reports, of which the office has opened one: only the other can be taken back."""
        pair = ["ME-01", "ME-05"]
        for code in pair:
            self.step("save", code, second)
        self.send(chosen=pair, by="me_officer", behind=0, unchanged=False, asks=False)
        self.step("open", opened, second)
        self.step("withdraw", opened, second)

    # The same form again

    @precondition(lambda self: self.done)
    @rule(which=st.integers(0, 999))
    def again(self, which: int) -> None:
        """Whatever happened since: the same receipt, and nothing else."""
        verb, arguments, receipt = self.done[which % len(self.done)]
        assert verb(**arguments) == receipt

    @precondition(lambda self: self.done)
    @rule(which=st.integers(0, 999))
    def another_form_under_its_key(self, which: int) -> None:
        _verb, arguments, receipt = self.done[which % len(self.done)]
        sent: UUID = arguments["key"]
        body: dict[str, Any] = {"report_id": self.reports["ME-01"], "version": 10_000, "reason": "다른 내용"}
        with pytest.raises(KeyReused):
            workflow.reopen(by=arguments["by"], at=self.at, key=sent, **body)
        assert Receipt.objects.get(pk=receipt.pk).key == sent

    # What has to be so after each step

    @invariant()
    def both_stand_alike(self) -> None:
        if not hasattr(self, "model"):
            return
        rows = {
            row.task.code: row
            for row in Report.objects.filter(pk__in=self.reports.values()).select_related("task", "opened_by")
        }
        drafts = dict(
            Draft.objects.filter(report__in=self.reports.values()).values_list("report__task__code", "content")
        )
        sent: dict[str, list[tuple[int, bool, str]]] = {code: [] for code in CODES}
        numbers: dict[int | None, int] = {}  # of each text in its report, by the primary key
        texts = Revision.objects.filter(report__in=self.reports.values()).order_by("no")
        for pk, code, no, same, results in texts.values_list("pk", "report__task__code", "no", "unchanged", "results"):
            sent[code].append((no, same, results))
            numbers[pk] = no
        unresolved = dict(
            Return.objects.filter(report__in=self.reports.values(), resolved_by=None).values_list(
                "report__task__code", "revision__no"
            )
        )
        for code, row in self.model.rows.items():
            report = rows[code]
            assert (report.state, report.version) == (row.state, row.version), code
            wanted = None if row.draft is None else content.tidy(self.text(code, row.draft))
            assert drafts.get(code) == wanted, code
            assert (report.opened_by.username if report.opened_by else "") == row.opened, code
            assert (report.opened_by_office_at is not None) == bool(row.opened), code
            assert (report.accepted_id is not None) == (row.state == "accepted"), code
            assert sent[code] == [(one.no, one.unchanged, self.text(code, one.text)["results"]) for one in row.sent]
            assert numbers.get(report.current_id) == (row.current.no if row.current else None), code
            assert unresolved.get(code) == row.unresolved, code
        if self.model.frozen:
            decisions = CorrectionDecision.objects.filter(correction__report__in=self.reports.values())
            assert sorted(decisions.exclude(no=None).values_list("no", "correction__text")) == sorted(
                (one.no, TEXTS[one.text]["results"]) for one in self.model.corrections if one.no
            )
        made = [now - before for now, before in zip(self.rows(), self.before, strict=True)]
        assert made == [self.model.events, self.model.events, len(self.model.answers)]


def test_the_workflow_is_the_model(task_force, at, domain_time):
    """The same refusals, the same states, versions, texts, numbers and events, whatever is pressed in whatever order."""
    bound = type("Workflow", (Machine,), {"task_force": task_force, "at": at})
    run_state_machine_as_test(
        bound,
        settings=settings(
            max_examples=14,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
