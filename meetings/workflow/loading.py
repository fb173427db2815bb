"""The reference content of a meeting, entered at once: what is known of a meeting from documents, not from work in this
portal. It comes from a checked file, by the hand of the office, into a meeting that holds nothing of the kind yet."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from ministries.models import Ministry, User
from records.errors import Invalid, WrongState
from records.models import Receipt
from records.receipts import once
from tasks.models import Task
from tfportal.language import normalise

from ..models import (
    AgendaItem,
    AgendaTask,
    Attendance,
    Decision,
    DecisionTask,
    Figure,
    Meeting,
    Remark,
    Supporting,
)
from ..transitions import permit
from .common import locked_meeting, receipt_of, tell

Content = Mapping[str, Any]
Rows = Iterator[models.Model]

# What the content may bring, and the rows of which the meeting may then hold none.
HOLDS: dict[str, type[models.Model]] = {
    "invited": Attendance,
    "items": AgendaItem,
    "remarks": Remark,
    "decisions": Decision,
}
OWN = ("chair", "chair_en", "rank_ko", "rank_en", "place_ko", "place_en")


def load_meeting(meeting_id: int, content: Content, *, by: User, at: datetime, key: UUID) -> Receipt:
    """Writes what `content` brings, all of it under one event: of the meeting itself `chair_en`, `rank_ko` and the
    like; `shown` (the agenda is shown to ministries); `invited`, `items` with their tasks and figures; `present`,
    `remarks`, `decisions`. Ministries and tasks are named by their codes; `from`: the sources of figures and remarks.

    WrongState where the meeting holds rows of that kind already; Invalid, by kind, where a code is of nothing."""
    with once("load_meeting", by=by, at=at, key=key, target=f"meeting/{meeting_id}", body=content) as attempt:
        if not attempt.repeated:
            meeting = locked_meeting(meeting_id)
            holder = permit(attempt.verb, meeting, by=by, at=at)
            _require_room(meeting, content)
            rows = list(_Loading(meeting, content, by, holder, at).rows())
            tell(attempt, meeting, meeting, rows=rows, acting_for=holder)
    return receipt_of(attempt)


def _require_room(meeting: Meeting, content: Content) -> None:
    """Nothing that somebody entered is written over or doubled."""
    for name, model in HOLDS.items():
        if content.get(name) and model._default_manager.filter(meeting=meeting).exists():
            raise WrongState(_("This meeting holds content of its own already."))


class _Loading:
    """One loading. Each method writes rows, and yields them for the event."""

    def __init__(self, meeting: Meeting, content: Content, by: User, holder: User | None, at: datetime) -> None:
        self.meeting, self.content, self.at = meeting, content, at
        self.by, self.holder = by, holder
        self.source = "\n".join(content.get("from", ()))
        self.ministries = {row.code: row for row in Ministry.objects.all()}
        self.tasks = {row.code: row for row in Task.objects.all()}
        self.items: dict[int, AgendaItem] = {}

    def rows(self) -> Rows:
        yield self._meeting()
        yield from self._invited()
        for order, entry in enumerate(self.content.get("items", ()), 1):
            yield from self._item(order, entry)
        yield from self._present()
        for order, entry in enumerate(self.content.get("remarks", ()), 1):
            texts = self._texts(entry, "text_ko", "text_en")
            yield Remark.objects.create(meeting=self.meeting, order=order, **self._sourced(entry), **texts)
        for no, entry in enumerate(self.content.get("decisions", ()), 1):
            yield from self._decision(no, entry)

    def _meeting(self) -> Meeting:
        for name in OWN:
            if name in self.content:
                setattr(self.meeting, name, normalise(self.content[name]))
        if self.content.get("shown"):
            self.meeting.shown_at = self.at
        self.meeting.version += 1
        self.meeting.save()
        return self.meeting

    def _invited(self) -> Rows:
        for code in self.content.get("invited", ()):
            yield Attendance.objects.create(meeting=self.meeting, ministry=_named(self.ministries, code, "invited"))

    def _present(self) -> Rows:
        """Who came; of the other invited ones it is then known that they did not."""
        if "present" not in self.content:
            return
        there = {_named(self.ministries, code, "present").pk for code in self.content["present"]}
        rows = list(Attendance.objects.filter(meeting=self.meeting))
        if there - {row.ministry_id for row in rows}:
            raise Invalid({"present": [_("Only invited ministries can be present.")]})
        for row in rows:
            row.is_present = row.ministry_id in there
            row.version += 1
            row.save()
            yield row

    def _item(self, order: int, entry: Content) -> Rows:
        texts = self._texts(entry, "title_ko", "title_en", "summary_ko", "summary_en")
        item = self.items[order] = AgendaItem.objects.create(
            meeting=self.meeting, order=order, kind=entry["kind"], **texts
        )
        yield item
        for code in entry.get("tasks", ()):
            yield AgendaTask.objects.create(item=item, task=_named(self.tasks, code, "items"))
        for place, figure in enumerate(entry.get("figures", ()), 1):
            yield Figure.objects.create(
                item=item,
                order=place,
                number=Decimal(figure["number"]),
                since=_day(figure.get("since")),
                until=_day(figure.get("until")),
                precision=figure["precision"],
                **self._sourced(figure),
                **self._texts(figure, "text_ko", "text_en"),
            )

    def _decision(self, no: int, entry: Content) -> Rows:
        items = self.items or {row.order: row for row in AgendaItem.objects.filter(meeting=self.meeting)}
        lead = entry.get("lead")
        decision = Decision.objects.create(
            meeting=self.meeting,
            no=no,
            kind=entry["kind"],
            item=items.get(entry.get("item", 0)),
            lead=_named(self.ministries, lead, "decisions") if lead else None,
            due_on=_day(entry.get("due_on")),
            by=self.by,
            acting_for=self.holder,
            at=self.at,
            **self._texts(entry, "text_ko", "text_en"),
        )
        yield decision
        for code in entry.get("supporting", ()):
            ministry = _named(self.ministries, code, "decisions")
            yield Supporting.objects.create(decision=decision, ministry=ministry)
        for code in entry.get("tasks", ()):
            yield DecisionTask.objects.create(decision=decision, task=_named(self.tasks, code, "decisions"))

    def _sourced(self, entry: Content) -> dict[str, str]:
        return {"source": self.source, "verified": entry["verified"]}

    @staticmethod
    def _texts(entry: Content, *names: str) -> dict[str, str]:
        return {name: normalise(entry.get(name, "")) for name in names}


def _named(rows: Mapping[str, Any], code: str, kind: str) -> Any:
    """The row of that code; Invalid, at the kind of content, where there is none."""
    if code not in rows:
        raise Invalid({kind: [_("Nothing is called %(code)s.") % {"code": code}]})
    return rows[code]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
