"""A record with a row in every guarded table, made through the verbs: what verification is tested on.

Round 1 is the cast's, frozen, with two corrections after it. Round 2 has a report in every kind of history: returned and
mended, accepted and reopened, withdrawn, sent back and signed off, awaiting, unchanged.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from ministries.models import User
from records.chain import append, lock_head
from records.models import REFERENCE
from records.receipts import once
from tasks import workflow
from tasks.models import Correction, CorrectionDecision, Report, Return, Round
from tests import builders, cast
from tests.builders import kst
from tests.cast import AT
from tests.snapshot import Snapshot

LATER = kst(2021, 3, 22, 10)


def people() -> dict[str, User]:
    return {row.username: row for row in User.objects.all()}


def roster(no: int) -> dict[str, Report]:
    return {row.task.code: row for row in Report.objects.filter(round__no=no).select_related("task")}


def set_up() -> None:
    cast.set_up()
    who, reports = people(), roster(2)
    officer, office = who["me_officer"], who["coordinator"]
    _mended_and_accepted(reports["ME-01"], officer, office)
    _accepted_and_reopened(reports["ME-02"], officer, office)
    builders.report_in("submitted", reports["ME-03"], officer=officer, coordinator=office, at=AT)
    builders.withdraw(reports["ME-03"], by=officer, at=AT + timedelta(minutes=5))
    builders.report_in("returned", reports["ME-04"], officer=officer, coordinator=office, at=AT)
    builders.submit(reports["MSIT-01"], by=who["msit_officer"], at=AT, unchanged=True)
    _signed_off(reports, who)
    _corrections(roster(1)["ME-01"], who)
    with transaction.atomic():
        data = {"object": "ME-01", "fields": ["title_ko"]}
        task = reports["ME-01"].task
        append(lock_head(REFERENCE), "reference_changed", by=who["administrator"], at=AT, obj=task, data=data)


def _mended_and_accepted(report: Report, officer: User, office: User) -> None:
    milestone = report.task.milestones.get()
    text: dict[str, Any] = builders.troubled(addressed_to=["MSIT"], milestones=builders.moved(milestone))
    builders.write(report, by=officer, at=AT, **text)
    builders.attach(report, by=officer, at=AT)
    builders.submit(report, by=officer, at=AT)
    builders.open_for_review(report, by=office, at=AT + timedelta(minutes=1))
    builders.return_for_changes(report, by=office, at=AT + timedelta(minutes=2), fields=["results", "plans"])
    builders.write(report, by=officer, at=AT, **(text | {"results": "ㅇ 근거를 덧붙임"}))
    builders.submit(report, by=officer, at=AT + timedelta(minutes=3))
    builders.open_for_review(report, by=office, at=AT + timedelta(minutes=4))
    verdict = {"light": "review_needed", "reason": "일정 지연", "book_text_ko": "회의자료 문구"}
    builders.accept(report, by=office, at=AT + timedelta(minutes=5), **verdict)


def _accepted_and_reopened(report: Report, officer: User, office: User) -> None:
    milestone = report.task.milestones.get()
    builders.write(report, by=officer, at=AT, progress="40", milestones=builders.done(milestone))
    builders.submit(report, by=officer, at=AT)
    builders.open_for_review(report, by=office, at=AT + timedelta(minutes=1))
    builders.accept(report, by=office, at=AT + timedelta(minutes=2))
    builders.reopen(report, by=office, at=AT + timedelta(minutes=3))


def _signed_off(reports: dict[str, Report], who: dict[str, User]) -> None:
    officer, approver = who["fsc_officer"], who["fsc_approver"]
    one, other = reports["FSC-01"], reports["FSC-02"]
    for report in (one, other):
        builders.write(report, by=officer, at=AT)
    builders.ask_sign_off(one, other, by=officer, at=AT + timedelta(minutes=1))
    version = builders.fresh(one).version
    workflow.send_back(
        one.pk, by=approver, at=AT + timedelta(minutes=2), key=builders.key(), version=version, comment="근거 보완"
    )
    builders.write(one, by=officer, at=AT, results="ㅇ 보완함")
    builders.ask_sign_off(one, by=officer, at=AT + timedelta(minutes=3))
    builders.sign_off(one, by=approver, at=AT + timedelta(minutes=4))


def _corrections(report: Report, who: dict[str, User]) -> None:
    """Two corrections of a frozen text, one of them decided on, as their verbs leave them."""
    revision, asker, decider = builders.sent(report), who["coordinator"], who["coordinator_2"]
    for number, field in enumerate(("results", "plans")):
        at = AT + timedelta(minutes=number)
        row = Correction.objects.create(
            report=report, revision=revision, field=field, text="바로잡음", reason="오기", asked_by=asker, asked_at=at
        )
        told = {"report": "ME-01", "revision": revision.no, "field": field, "text": row.text, "reason": row.reason}
        told["asked_at"] = at
        leave("ask_correction", report, f"report/{report.pk}", told, by=asker, at=at)
        if number == 0:
            later = AT + timedelta(minutes=9)
            CorrectionDecision.objects.create(
                correction=row, round=report.round, decision="approved", no=1, asked_by=asker, by=decider, at=later
            )
            decided = told | {"decision": "approved", "no": 1, "comment": ""}
            leave("decide_correction", report, f"correction/{row.pk}", decided, by=decider, at=later)


def leave(verb: str, report: Report, target: str, data: dict[str, Any], *, by: User, at: Any) -> None:
    """An event with its receipt, as a verb leaves them."""
    with once(verb, by=by, at=at, key=builders.key(), target=target, body=[]) as attempt:
        attempt.lock_head(report.round.stream_key)
        attempt.record(report, data)


OPEN = Snapshot(set_up)


def freeze() -> Round:
    """Freeze round 2 as it stands."""
    round_ = Round.objects.get(no=2)
    assert Return.objects.filter(report__round=round_, resolved_by=None).exists()
    builders.freeze(round_, by=people()["coordinator"], at=LATER)
    return round_
