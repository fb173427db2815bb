"""A record with a row in every guarded table, made through the verbs: what verification is tested on.

Round 1 is the cast's, frozen, with two corrections after it. Round 2 has a report in every kind of history: returned and
mended, accepted and reopened, withdrawn, sent back and signed off, awaiting, unchanged; and extensions granted, revoked,
declined, withdrawn and given unasked.
"""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from ministries.models import Ministry, User
from records.chain import append, event_hash, lock_head, sha256
from records.models import GENESIS, REFERENCE, Event, Seal, Stream
from records.receipts import once
from tasks import freezing, workflow
from tasks.content import hashed_of
from tasks.models import Extension, Report, Return, Revision, Round
from tests import builders, cast
from tests.builders import kst
from tests.cast import AT
from tests.snapshot import Snapshot

LATER = kst(2021, 3, 22, 10)


def people() -> dict[str, User]:
    return {row.username: row for row in User.objects.all()}


def roster(no: int) -> dict[str, Report]:
    return {row.task.code: row for row in Report.objects.filter(round__no=no).select_related("task")}


def ministries() -> dict[str, Ministry]:
    return {row.code: row for row in Ministry.objects.all()}


def set_up() -> None:
    cast.set_up()
    who, reports = people(), roster(2)
    officer, office = who["me_officer"], who["coordinator"]
    builders.indicator(reports["ME-04"].task, ended_on=date(2021, 1, 1))  # nobody speaks of it, but a value could
    given = _extended(roster(2)["ME-01"].round, who)
    _mended_and_accepted(reports["ME-01"], officer, office)
    _accepted_and_reopened(reports["ME-02"], officer, office)
    builders.report_in("submitted", reports["ME-03"], officer=officer, coordinator=office, at=AT)
    builders.withdraw(reports["ME-03"], by=officer, at=AT + timedelta(minutes=5))
    builders.report_in("returned", reports["ME-04"], officer=officer, coordinator=office, at=AT)
    builders.submit(reports["MSIT-01"], by=who["msit_officer"], at=AT, unchanged=True)
    _signed_off(reports, who)
    _messages(reports, who)
    _exchanged(reports, who)
    _changed(given.round, who)
    _corrections(roster(1)["ME-01"], who)
    builders.revoke_extension(given, by=office, at=AT + timedelta(hours=1))
    asked = builders.ask_extension(given.round, ministries()["MSIT"], by=who["msit_officer"], at=AT)
    builders.withdraw_extension(asked, by=who["msit_officer"], at=AT + timedelta(minutes=30))
    asked = builders.ask_extension(
        given.round, ministries()["MSIT"], by=who["msit_officer"], at=AT + timedelta(minutes=40)
    )
    builders.decline_extension(asked, by=office, at=AT + timedelta(hours=1))
    _duties(who)
    with transaction.atomic():
        data = {"object": "ME-01", "fields": ["title_ko"]}
        task = reports["ME-01"].task
        append(lock_head(REFERENCE), "reference_changed", by=who["administrator"], at=AT, obj=task, data=data)


def _extended(round_: Round, who: dict[str, User]) -> Extension:
    """More time for ME, which asked for it, and for FSC, which did not; returns the first."""
    given = builders.ask_extension(round_, ministries()["ME"], by=who["me_officer"], at=AT - timedelta(hours=1))
    shorter = given.round.due_at + timedelta(days=1)
    given = builders.grant_extension(given, by=who["coordinator"], at=AT - timedelta(minutes=30), until=shorter)
    until = round_.due_at + timedelta(days=4)
    builders.extend(round_, ministries()["FSC"], by=who["coordinator"], at=AT - timedelta(minutes=20), until=until)
    return given


def _mended_and_accepted(report: Report, officer: User, office: User) -> None:
    milestone, indicator = report.task.milestones.get(), builders.indicator(report.task)
    answers = {str(indicator.pk): {"value": "1,250.5", "note": "잠정치"}}
    changes = {"milestones": builders.moved(milestone), "indicators": answers}
    text: dict[str, Any] = builders.troubled(addressed_to=["MSIT"], **changes)
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
    builders.attach(report, by=officer, at=AT, name="회의록.pdf")
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


def _messages(reports: dict[str, Report], who: dict[str, User]) -> None:
    """The office asked, the ministry answered; and a request for sign-off was taken back and made anew."""
    said = ((who["coordinator"], "기준일을 알려 주기 바람"), (who["me_officer"], "3. 12. 기준임"))
    for minutes, (by, text) in enumerate(said, 6):
        builders.say(reports["ME-01"], text, by=by, at=AT + timedelta(minutes=minutes))
    asked, officer = reports["FSC-02"], who["fsc_officer"]
    builders.recall(asked, by=officer, at=AT + timedelta(minutes=5))
    builders.ask_sign_off(asked, by=officer, at=AT + timedelta(minutes=6))


def _exchanged(reports: dict[str, Report], who: dict[str, User]) -> None:
    """Asked for, contributed twice, taken over and sent; and an answer to what ME-01 asks."""
    report, officer, supporter = reports["ME-06"], who["me_officer"], who["motie_officer"]
    builders.call_contributions(report, by=officer, at=AT + timedelta(minutes=5))
    builders.contribute(report, by=supporter, at=AT + timedelta(minutes=6))
    second = builders.contribute(report, by=supporter, at=AT + timedelta(minutes=7), text="ㅇ 고친 실적")
    builders.take(second, by=officer, at=AT + timedelta(minutes=8))
    builders.submit(report, by=officer, at=AT + timedelta(minutes=8))
    asked = builders.request_to("MSIT", reports["ME-01"])
    builders.answer(asked, by=who["msit_officer"], at=AT + timedelta(minutes=9))


def _changed(round_: Round, who: dict[str, User]) -> None:
    """Dates that moved, and a text that was sent since; a task that joined the roster, and one that came and went."""
    office, me = who["coordinator"], ministries()["ME"]
    builders.move_dates(round_, by=office, at=AT + timedelta(minutes=10), freeze_at=round_.due_at + timedelta(days=3))
    due_at = round_.due_at + timedelta(hours=2)
    builders.move_dates(round_, by=office, at=AT + timedelta(minutes=11), due_at=due_at)
    builders.write(roster(2)["ME-05"], by=who["me_officer"], at=AT + timedelta(minutes=12))
    builders.submit(roster(2)["ME-05"], by=who["me_officer"], at=AT + timedelta(minutes=12))
    for minutes, code in ((13, "ME-97"), (14, "ME-98")):
        added = builders.add_to_roster(round_, builders.task(code, me), by=office, at=AT + timedelta(minutes=minutes))
    assert added.task.code == "ME-98"
    builders.remove_from_roster(roster(2)["ME-97"], by=office, at=AT + timedelta(minutes=15))


def _corrections(report: Report, who: dict[str, User]) -> None:
    """Two corrections of a frozen text, one of them decided on."""
    asker, decider = who["coordinator"], who["coordinator_2"]
    first = builders.ask_correction(report, by=asker, at=AT)
    builders.ask_correction(report, by=asker, at=AT + timedelta(minutes=1), field="plans", text="ㅇ 바로잡은 계획")
    builders.decide_correction(first, by=decider, at=AT + timedelta(minutes=9))


def _duties(who: dict[str, User]) -> None:
    """Two deputies, one of them ended early; tasks handed out, taken away, and taken over from who has left."""
    officer, other, me = who["me_officer"], who["me_officer_2"], Ministry.objects.get(code="ME")
    mine, theirs = officer.postings.get(), other.postings.get()
    row = builders.deputise(officer, other, at=AT)
    workflow.end_deputy(row.pk, by=officer, at=AT + timedelta(minutes=1), key=builders.key())
    builders.deputise(other, officer, at=AT, starts_on=AT.date() + timedelta(days=3), ends_on=AT.date() + timedelta(9))
    builders.assign({"ME-01": mine, "ME-02": theirs, "ME-03": mine}, me, by=officer, at=AT)
    builders.assign({"ME-01": theirs, "ME-03": None}, me, by=other, at=AT + timedelta(days=1))
    new = builders.person("me_new")
    theirs.ends_on = AT.date() + timedelta(days=1)
    theirs.save()
    posting = builders.posting(new, "officer", me, starts_on=AT.date())
    workflow.take_over(posting.pk, by=new, at=AT + timedelta(days=2), key=builders.key(), with_tasks=True)


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


def chain_anew(stream: Stream, tell: Callable[[Event], object]) -> None:
    """Alter what the events say, with every hash to the end of the stream."""
    before = GENESIS
    for event in stream.events.order_by("seq"):
        tell(event)
        event.data = json.loads(json.dumps(event.data))
        event.prev_hash = before
        event.hash = before = event_hash(event, stream.key)
        event.save()
    Stream.objects.filter(pk=stream.pk).update(head_hash=before)


def rewrite(key: str) -> str:
    """What an owner of the database can do: other texts in a frozen round, and every hash anew. Returns the new root."""
    stream, round_ = Stream.objects.get(key=key), Round.objects.get(no=key.partition("/")[2])
    hashes = {}
    for text in Revision.objects.filter(report__round=round_).select_related("report__task"):
        text.results = "ㅇ 처음부터 이렇게 제출하였음"
        text.sha256 = hashes[text.report.task.code, text.no] = sha256(hashed_of(text))
        text.save()
    sealed = freezing.manifest(round_)

    def tell(event: Event) -> None:
        for sent in event.data["reports"] if event.verb in ("submit", "sign_off") else ():
            sent["sha256"] = hashes[sent["code"], sent["revision"]]
        if "sha256" in event.data:  # a correction's event names the sealed text
            event.data["sha256"] = hashes[event.data["report"], event.data["revision"]]
        if event.verb == "freeze":
            event.data["root"] = sha256(sealed)

    chain_anew(stream, tell)
    Seal.objects.filter(stream=stream).update(manifest=sealed, root=sha256(sealed))
    return sha256(sealed)
