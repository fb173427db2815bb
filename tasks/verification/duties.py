"""Deputies, assignments and hand-overs against their events. Who does what, and who stood in for whom, is the
ministry's: findings name the row and what differs, and quote nothing."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from ministries.models import Delegation, Posting
from records.chain import sha256
from records.findings import Finding, Words, words
from records.models import Event, Receipt
from records.verify import Area, event_row, receipt_row

from ..models import Assignment
from ..workflow.duties import STREAM
from .told import differences, without_event, without_row

Row = Mapping[str, Any]
DELEGATION, ASSIGNMENT, POSTING = "ministries.Delegation", "tasks.Assignment", "ministries.Posting"


def of_deputy(pk: object) -> Words:
    return words(_("deputy no. %(no)s"), no=pk)


def of_assignment(code: str) -> Words:
    return words(_("the assignment of %(code)s"), code=code)


def of_posting(pk: object) -> Words:
    return words(_("the hand-over of posting no. %(no)s"), no=pk)


class DutiesChecker:
    """The checker of the stream of duties. What an event accounts for is taken out of the rows; what is left at the end
    has no event. How a row ends is compared once all events are seen."""

    def __init__(self, key: str) -> None:
        self.key = key
        columns = ("pk", "posting_id", "to_user_id", "starts_on", "ends_on", "reason", "named_by_id", "cancelled_at")
        self.deputies: dict[str, Row] = {
            str(row["pk"]): row for row in Delegation.objects.order_by("pk").values(*columns)
        }
        self.named: dict[str, tuple[Row, datetime | None]] = {}  # with the moment at which each was ended early
        self.assignments: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        given = Assignment.objects.order_by("pk").values(
            "ministry__code", "task__code", "posting_id", "starts_on", "ends_on", "given_by_id", "given_at"
        )
        for row in given:
            self.assignments[row["ministry__code"], row["task__code"]].append(row)
        self.standing: dict[tuple[str, str], Row] = {}
        self.ended: list[tuple[str, Row, date]] = []
        introduced = Posting.objects.filter(introduced_at__isnull=False).values_list("pk", "introduced_at")
        self.introduced: dict[str, Any] = {str(pk): at for pk, at in introduced}
        self.counts = Counter(deputies=len(self.deputies), assignments=sum(map(len, self.assignments.values())))

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]:
        verb = VERBS.get(event.verb)
        if verb is None:
            text = words(_("No verb of the portal leaves such an event: %(verb)s."), verb=event.verb)
            yield Finding(self.key, "records.Event", event_row(event.seq, self.key), text)
            return
        for receipt in receipts:
            pairs = [("object", TARGETS[event.verb](event), receipt.object), ("number", None, receipt.number)]
            yield from differences(self.key, "records.Receipt", receipt_row(receipt, event), pairs)
        yield from verb(self, event)

    def compare(self, kind: str, name: Words, pairs: Iterable[tuple[str, Any, Any]]) -> Iterator[Finding]:
        yield from differences(self.key, kind, name, pairs, quotes=False)

    def name_deputy(self, event: Event) -> Iterator[Finding]:
        name, row, data = of_deputy(event.object_id), self.deputies.pop(event.object_id, None), event.data
        if row is None:
            yield without_row(self.key, DELEGATION, name, event.seq)
            return
        self.named[event.object_id] = (row, None)
        pairs = [
            ("posting", data["posting"], row["posting_id"]),
            ("deputy", data["to"], row["to_user_id"]),
            ("starts_on", data["from"], row["starts_on"].isoformat()),
            ("ends_on", data["until"], row["ends_on"].isoformat()),
            ("reason", data["reason"], sha256(row["reason"])),
            ("by", event.actor_id, row["named_by_id"]),
        ]
        yield from self.compare(DELEGATION, name, pairs)

    def end_deputy(self, event: Event) -> Iterator[Finding]:
        if event.object_id in self.named:  # else it was missed when it was named
            row, _never = self.named[event.object_id]
            self.named[event.object_id] = (row, event.at)
            yield from self.compare(
                DELEGATION, of_deputy(event.object_id), [("posting", event.data["posting"], row["posting_id"])]
            )

    def assign(self, event: Event) -> Iterator[Finding]:
        for given in event.data["tasks"]:
            yield from self._hand_out(event, given["code"], given["posting"])

    def take_over(self, event: Event) -> Iterator[Finding]:
        found = self.introduced.pop(event.object_id, None)
        yield from self.compare(POSTING, of_posting(event.object_id), [("introduced_at", event.at, found)])
        for code in event.data["tasks"]:
            yield from self._hand_out(event, code, int(event.object_id))

    def _hand_out(self, event: Event, code: str, posting: int | None) -> Iterator[Finding]:
        place, name, day = (event.data["ministry"], code), of_assignment(code), timezone.localdate(event.at)
        if before := self.standing.pop(place, None):
            self.ended.append((code, before, day))
        if posting is None:
            return
        if not self.assignments[place]:
            yield without_row(self.key, ASSIGNMENT, name, event.seq)
            return
        row = self.standing[place] = self.assignments[place].pop(0)
        pairs = [
            ("posting", posting, row["posting_id"]),
            ("starts_on", day, row["starts_on"]),
            ("by", event.actor_id, row["given_by_id"]),
            ("at", event.at, row["given_at"]),
        ]
        yield from self.compare(ASSIGNMENT, name, pairs)

    def end(self) -> Iterator[Finding]:
        """After the last event: how each row stands now, and rows that no event tells of."""
        for pk, (row, ended) in self.named.items():
            yield from self.compare(DELEGATION, of_deputy(pk), [("cancelled_at", ended, row["cancelled_at"])])
        standing = [(code, row, None) for (_ministry, code), row in self.standing.items()]
        for code, row, day in [*self.ended, *standing]:
            yield from self.compare(ASSIGNMENT, of_assignment(code), [("ends_on", day, row["ends_on"])])
        for pk in self.deputies:
            yield without_event(self.key, DELEGATION, of_deputy(pk))
        for (_ministry, code), rows in self.assignments.items():
            if rows:
                yield without_event(self.key, ASSIGNMENT, of_assignment(code))
        for pk in self.introduced:
            yield without_event(self.key, POSTING, of_posting(pk))


VERBS: dict[str, Callable[[DutiesChecker, Event], Iterator[Finding]]] = {
    "name_deputy": DutiesChecker.name_deputy,
    "end_deputy": DutiesChecker.end_deputy,
    "assign": DutiesChecker.assign,
    "take_over": DutiesChecker.take_over,
}
TARGETS: dict[str, Callable[[Event], str]] = {
    "name_deputy": lambda event: f"posting/{event.data['posting']}",
    "end_deputy": lambda event: f"delegation/{event.object_id}",
    "assign": lambda event: f"ministry/{event.object_id}",
    "take_over": lambda event: f"posting/{event.object_id}",
}


def keys() -> list[str]:
    """The stream has to be there as soon as anything has been given out."""
    introduced = Posting.objects.filter(introduced_at__isnull=False)
    there = Delegation.objects.exists() or Assignment.objects.exists() or introduced.exists()
    return [STREAM] if there else []


AREA = Area(STREAM, keys, DutiesChecker)
