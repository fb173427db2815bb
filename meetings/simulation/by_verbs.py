"""Carrying a script out through the verbs of the workflow, as its people would: slow, and true by nature. What the
other writer (`in_bulk.py`) makes is compared with this."""

from collections.abc import Callable
from typing import Any

from ministries.models import Ministry, User
from records.models import Receipt
from tasks import freezing, workflow
from tasks.models import Extension, Report, Request, Round
from tasks.workflow import Item

from . import deeds, world
from .deeds import Deed, Scene
from .keys import Keys
from .plan import OFFICE, Size


class ByVerbs:
    """Plays scenes one after the other."""

    def __init__(self, size: Size) -> None:
        self.size, self.keys, self.people = size, Keys(size.seed), world.people()
        self.ministries = {row.code: row for row in Ministry.objects.all()}
        self.round: Round

    def play(self, scene: Scene) -> int:
        """One round; returns how many reports it has."""
        world.add_tasks(self.size, scene.joining)
        self.round, dates = world.add_round(scene.dates), scene.dates
        office = self.people[OFFICE[0]]
        workflow.prepare(self.round.pk, by=office, at=dates.prepared_at, key=self.keys.next())
        self.round.refresh_from_db()
        for deed in scene.deeds:
            HOW[type(deed)](self, deed, self.people[deed.by])
        if not dates.is_last:
            seq = freezing.head_seq(self.round)
            freezing.freeze(self.round.pk, by=office, at=dates.until, key=self.keys.next(), head_seq=seq)
        return Report.objects.in_round(self.round).count()

    def report(self, code: str) -> Report:
        reports = Report.objects.in_round(self.round).select_related("current")
        return reports.get(task__code=code)

    def save(self, deed: deeds.Save, by: User) -> None:
        report = self.report(deed.task)
        milestones = dict(report.task.milestones.values_list("order", "pk"))
        indicators = dict(report.task.indicators.values_list("order", "pk"))
        raw = deed.text.raw(milestones, indicators)
        workflow.save_draft(report.pk, by=by, at=deed.at, version=report.version, raw=raw)

    def items(self, deed: deeds.Send) -> list[Item]:
        reports = {code: self.report(code) for code in deed.tasks}
        return [Item(row.pk, row.version, unchanged=code in deed.unchanged) for code, row in reports.items()]

    def submit(self, deed: deeds.Submit, by: User) -> None:
        workflow.submit(self.items(deed), by=by, at=deed.at, key=self.keys.next(), letter_no=deed.letter_no)

    def ask_sign_off(self, deed: deeds.AskSignOff, by: User) -> None:
        workflow.ask_sign_off(self.items(deed), by=by, at=deed.at, key=self.keys.next())

    def sign_off(self, deed: deeds.SignOff, by: User) -> None:
        workflow.sign_off(self.items(deed), by=by, at=deed.at, key=self.keys.next(), letter_no=deed.letter_no)

    def open(self, deed: deeds.Open, by: User) -> None:
        report = self.report(deed.task)
        workflow.open_for_review(report.pk, by=by, at=deed.at, key=self.keys.next(), version=report.version)

    def give_back(self, deed: deeds.GiveBack, by: User) -> None:
        report = self.report(deed.task)
        workflow.return_for_changes(
            report.pk,
            by=by,
            at=deed.at,
            key=self.keys.next(),
            version=report.version,
            comment=deed.comment,
            due_at=deed.due_at,
            fields=deed.fields,
        )

    def accept(self, deed: deeds.Accept, by: User) -> None:
        report = self.report(deed.task)
        workflow.accept(
            report.pk,
            by=by,
            at=deed.at,
            key=self.keys.next(),
            version=report.version,
            light=deed.light,
            reason=deed.reason,
            book_text_ko=deed.book_ko,
            book_text_en=deed.book_en,
        )

    def call(self, deed: deeds.CallContributions, by: User) -> None:
        workflow.call_contributions(self.report(deed.task).pk, by=by, at=deed.at, key=self.keys.next())

    def contribute(self, deed: deeds.Contribute, by: User) -> None:
        ministry, key = self.ministries[deed.ministry].pk, self.keys.next()
        workflow.contribute(self.report(deed.task).pk, by=by, at=deed.at, key=key, ministry=ministry, text=deed.text)

    def answer(self, deed: deeds.Answer, by: User) -> None:
        asked = Request.objects.standing().filter(revision__report=self.report(deed.task))
        request = asked.get(addressed_to__code=deed.ministry)
        workflow.answer_request(request.pk, by=by, at=deed.at, key=self.keys.next(), text=deed.text)

    def say(self, deed: deeds.Say, by: User) -> None:
        workflow.write_message(self.report(deed.task).pk, by=by, at=deed.at, key=self.keys.next(), text=deed.text)

    def ask_time(self, deed: deeds.AskTime, by: User) -> Receipt:
        words = {"until": deed.until, "reason": deed.reason}
        who = {"by": by, "at": deed.at, "key": self.keys.next()}
        return workflow.ask_extension(self.round.pk, self.ministries[deed.ministry], **words, **who)  # type: ignore[arg-type]

    def asked(self, ministry: str) -> int:
        """What the ministry asked for and nobody decided on."""
        return Extension.objects.filter(round=self.round, ministry__code=ministry).waiting().get().pk

    def grant_time(self, deed: deeds.GrantTime, by: User) -> None:
        asked, key = self.asked(deed.ministry), self.keys.next()
        workflow.grant_extension(asked, by=by, at=deed.at, key=key, until=deed.until, comment=deed.comment)

    def decline_time(self, deed: deeds.DeclineTime, by: User) -> None:
        asked, key = self.asked(deed.ministry), self.keys.next()
        workflow.decline_extension(asked, by=by, at=deed.at, key=key, comment=deed.comment)


HOW: dict[type[Deed], Callable[[ByVerbs, Any, User], object]] = {
    deeds.Save: ByVerbs.save,
    deeds.Submit: ByVerbs.submit,
    deeds.AskSignOff: ByVerbs.ask_sign_off,
    deeds.SignOff: ByVerbs.sign_off,
    deeds.Open: ByVerbs.open,
    deeds.GiveBack: ByVerbs.give_back,
    deeds.Accept: ByVerbs.accept,
    deeds.CallContributions: ByVerbs.call,
    deeds.Contribute: ByVerbs.contribute,
    deeds.Answer: ByVerbs.answer,
    deeds.Say: ByVerbs.say,
    deeds.AskTime: ByVerbs.ask_time,
    deeds.GrantTime: ByVerbs.grant_time,
    deeds.DeclineTime: ByVerbs.decline_time,
}
