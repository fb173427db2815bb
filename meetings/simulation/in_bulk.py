"""Carrying a script out in bulk: the rows, events and receipts that the verbs would leave, made in memory and written a
round at a time.

That they are the very same ones is shown by tests/test_simulation.py, which plays scripts through the verbs and through
here, and compares every row. What the verbs share with this is used and not written again: the event after another
(`records.chain.follow`), the roster, the rules and the hash of a text (`tasks.content`), the sealed manifest. Mail is
not owed: nobody waits for it.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from ministries.models import User
from records.chain import sha256
from tasks.models import Extension, Light, Message, Return, ReturnedField, State

from . import deeds, world
from .bulk_ministry import MinistryDeeds
from .deeds import Deed, Scene
from .plan import Size
from .playing import Portal


class InBulk:
    """Plays scenes one after the other, each in a transaction of its own."""

    def __init__(self, size: Size) -> None:
        self.portal = Portal(size)

    def play(self, scene: Scene) -> int:
        """One round; returns how many reports it has."""
        with transaction.atomic():
            world.add_tasks(self.portal.size, scene.joining)
            playing = _Deeds(self.portal, world.add_round(scene.dates))
            playing.prepare(scene.dates.prepared_at)
            for deed in scene.deeds:
                HOW[type(deed)](playing, deed, self.portal.people[deed.by])
            playing.write(is_frozen=not scene.dates.is_last)
            if not scene.dates.is_last:
                playing.freeze(scene.dates.until)
            playing.chain.close()
            return len(playing.sheets)


class _Deeds(MinistryDeeds):
    """Those of ministries, and those of the office."""

    def open(self, deed: deeds.Open, by: User) -> None:
        sheet = self.sheets[deed.task]
        body = [sheet.report.version]
        sheet.move(State.SUBMITTED, opened_by_office_at=deed.at, opened_by=by)
        self.of_report("open_for_review", sheet, by, deed.at, body, {})

    def give_back(self, deed: deeds.GiveBack, by: User) -> None:
        """A return, of the whole report or of some fields."""
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
        self.of_report("return_for_changes", sheet, by, deed.at, body, data)

    def accept(self, deed: deeds.Accept, by: User) -> None:
        """An acceptance with the office's light; moved dates and a completion take effect."""
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
        event = self.of_report("accept", sheet, by, deed.at, body, data)
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
        self.of_report("write_message", sheet, by, deed.at, [deed.text], data)

    def grant_time(self, deed: deeds.GrantTime, by: User) -> None:
        """The last request of the ministry is granted."""
        row = self.extensions[deed.ministry][-1]
        row.decision, row.until, row.comment = Extension.Decision.GRANTED, deed.until, deed.comment
        row.decided_by, row.decided_at = by, deed.at
        told = {"until": deed.until, "reason": row.reason, "comment": deed.comment, "asked_at": row.asked_at}
        body = [row.pk, deed.until, deed.comment]
        self.of_extension("grant_extension", deed.ministry, by, deed.at, body, told)

    def decline_time(self, deed: deeds.DeclineTime, by: User) -> None:
        """The last request of the ministry is declined."""
        row = self.extensions[deed.ministry][-1]
        row.decision, row.comment = Extension.Decision.DECLINED, deed.comment
        row.decided_by, row.decided_at = by, deed.at
        told = {"until": row.asked_until, "reason": row.reason, "comment": deed.comment, "asked_at": row.asked_at}
        self.of_extension("decline_extension", deed.ministry, by, deed.at, [row.pk, deed.comment], told)


HOW: dict[type[Deed], Callable[[_Deeds, Any, User], object]] = {
    deeds.Save: _Deeds.save,
    deeds.Submit: _Deeds.submit,
    deeds.AskSignOff: _Deeds.ask_sign_off,
    deeds.SignOff: _Deeds.sign_off,
    deeds.Open: _Deeds.open,
    deeds.GiveBack: _Deeds.give_back,
    deeds.Accept: _Deeds.accept,
    deeds.CallContributions: _Deeds.call,
    deeds.Contribute: _Deeds.contribute,
    deeds.Answer: _Deeds.answer,
    deeds.Say: _Deeds.say,
    deeds.AskTime: _Deeds.ask_time,
    deeds.GrantTime: _Deeds.grant_time,
    deeds.DeclineTime: _Deeds.decline_time,
}
