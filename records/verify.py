"""Verifying the record: every chain, receipt and seal computed again from its rows, and every row from its events.

The chains are judged here. What the events of a stream mean for other tables their own app knows: it registers an
`Area`. Nothing is written, and nothing is trusted but the rows themselves: it works without triggers, and names the
first row of each stream that does not hold (docs/adr/0010-what-verification-proves.md).
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop as _

from . import triggers
from .chain import event_hash, sha256
from .findings import Finding, Words, words
from .models import GENESIS, REFERENCE, Event, Receipt, Seal, Stream

CHUNK = 2000  # events held in memory at once
# What altered rows make of reading them: a date that is none, a text that is no JSON, a key that is not there.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ValidationError)
SHORT_ROOT = 8  # characters of a root that pages print; it proves less than the whole
WHOLE_ROOT = 64  # characters of all of it


class Checker(Protocol):
    """What an app knows of one stream. `see` gets each event in its order, with its receipts; `end` comes after them.

    `counts` names what was compared, for the summary.
    """

    counts: Counter[str]

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]: ...

    def end(self) -> Iterator[Finding]: ...


@dataclass(frozen=True)
class Area:
    """The streams whose keys begin with `prefix`: which there have to be, and who compares them with other tables."""

    prefix: str
    keys: Callable[[], Iterable[str]]
    check: Callable[[str], Checker]


_areas: list[Area] = []


def register(area: Area) -> None:
    """Add an area; called once from an AppConfig's ready()."""
    if area not in _areas:
        _areas.append(area)


def stream_keys() -> list[str]:
    """The keys of all streams that are there or ought to be: by area, numbered ones by their number."""

    def place(key: str) -> tuple[str, int, str]:
        area, _slash, name = key.partition("/")
        return area, int(name) if name.isdecimal() else 0, name

    there = set(Stream.objects.values_list("key", flat=True))
    return sorted(there.union(*(area.keys() for area in _areas)), key=place)


@dataclass(frozen=True)
class Progress:
    """How far the walk is: `done` of about `total` events of one stream. `ok` is None until the stream is through."""

    stream: str
    done: int
    total: int
    ok: bool | None = None


class Run:
    """One verification. `walk()` does the work and yields its progress; then the outcome stands here.

    `only`: the key of one stream. `roots`: of seals, kept outside the database, whole or their beginnings.
    `every`: go on after a stream's first bad row; what follows from it is then found as well.
    """

    def __init__(self, *, only: str = "", roots: Sequence[str] = (), every: bool = False) -> None:
        self.only, self.roots, self.every = only, [root.lower() for root in roots], every
        self.compared: dict[str, str] = {}  # sealed stream -> the given root that its seal bears; empty: none of them
        self.unborne: list[str] = []  # the given roots that are of no one seal
        self.findings: list[Finding] = []
        self.checked: dict[str, dict[str, int | bool]] = {}
        self.counts: Counter[str] = Counter()
        self.seconds = 0.0
        self._chains: dict[str, Chain] = {}

    @property
    def ok(self) -> bool:
        """Whether the data hold. A missing guard is a warning: it says what may happen, not what has happened."""
        return not any(finding.is_difference for finding in self.findings)

    @property
    def events(self) -> int:
        return sum(int(row["events"]) for row in self.checked.values())

    def walk(self) -> Iterator[Progress]:
        started = time.monotonic()
        with snapshot():
            for key in [self.only] if self.only else stream_keys():
                yield from self._through(key)
            if not self.only:
                self.findings += _astray()
            self.findings += self._compare()
            self.findings += _unguarded()
        self.seconds = time.monotonic() - started

    def _through(self, key: str) -> Iterator[Progress]:
        bad = 0
        for step in self._judged(key):
            if isinstance(step, Progress):
                yield step
                continue
            self.findings.append(step)
            bad += 1
            if not self.every:
                break
        chain = self._chains.get(key)
        done, total = (chain.count, chain.stream.head_seq) if chain else (0, 0)
        self.checked[key] = {"events": done, "ok": not bad}
        yield Progress(key, done, total, not bad)

    def _judged(self, key: str) -> Iterator[Progress | Finding]:
        """The findings of one stream as they come, with the progress in between."""
        stream = Stream.objects.filter(key=key).first()
        if stream is None:
            yield Finding(key, "records.Stream", words(key), words(_("The stream is missing.")))
            return
        checker = next((area.check(key) for area in _areas if key.startswith(area.prefix)), None)
        chain = self._chains[key] = Chain(stream)
        try:
            for event in stream.events.order_by("seq").prefetch_related("receipts").iterator(chunk_size=CHUNK):
                yield from chain.see(event)
                if checker:
                    yield from checker.see(event, list(event.receipts.all()))
                if chain.count % CHUNK == 0:
                    yield Progress(key, chain.count, stream.head_seq)
            yield Progress(key, chain.count, stream.head_seq)
            yield from chain.end()
            if checker:
                yield from checker.end()
                self.counts += checker.counts
        except UNREADABLE as error:
            row = words(_("event %(seq)s of %(stream)s, or a row that it tells of"), seq=chain.seq + 1, stream=key)
            yield Finding(key, "records.Event", row, words(_("It cannot be read: %(error)s"), error=str(error)[:200]))

    def _compare(self) -> Iterator[Finding]:
        """Compares the roots kept outside with the stored ones: only they tell a record that was rewritten whole. Each
        belongs to one seal. It proves nothing of the others, so which were not compared is kept as well."""
        seals = Seal.objects.order_by("pk").values_list("stream__key", "root")
        stored = dict(seals.filter(stream__key=self.only) if self.only else seals)
        self.compared = dict.fromkeys(stored, "")
        for root in self.roots:
            bearers = [key for key, one in stored.items() if one.startswith(root)]
            if len(bearers) == 1:
                self.compared[bearers[0]] = max(root, self.compared[bearers[0]], key=len)
            else:
                self.unborne.append(root)
        left = {key: stored[key] for key, root in self.compared.items() if not root}
        for root in self.unborne:
            bearers = [key for key, one in stored.items() if one.startswith(root)]
            yield _several_begin(root, bearers) if bearers else _borne_by_none(root, left or stored, self.only)


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database for all that is read: what people write meanwhile is no difference. Nothing is locked,
    and nothing can be written. Within a transaction that is under way already it does nothing."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # atomic() would begin an immediate transaction: it holds up every writer, and a read-only file refuses it.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


class Chain:
    """One stream, event by event: numbers without a hole, each hash over its content and the hash before it, one
    receipt for each verb, the stream's own row at its end, the seal among its events."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.count, self.seq, self.hash = 0, 0, GENESIS
        self.sealing: Event | None = None  # the event that tells of the seal

    def see(self, event: Event) -> Iterator[Finding]:
        row, key = event_row(event.seq, self.stream.key), self.stream.key
        if event.seq != self.seq + 1:
            missing = event_row(self.seq + 1, key)
            text = words(_("It is missing: event %(seq)s comes next."), seq=event.seq)
            yield Finding(key, "records.Event", missing, text)
        if event.hash != (computed := event_hash(event, key)):
            text = words(_("Its content is not the one its hash was computed from."))
            yield Finding(key, "records.Event", row, text, computed, event.hash)
        if event.prev_hash != self.hash:
            text = words(_("It does not continue the event that stands before it."))
            yield Finding(key, "records.Event", row, text, self.hash, event.prev_hash)
        yield from self._receipts(event)
        if "root" in event.data:
            self.sealing = event
        self.count, self.seq, self.hash = self.count + 1, event.seq, event.hash

    def _receipts(self, event: Event) -> Iterator[Finding]:
        key, receipts = self.stream.key, list(event.receipts.all())
        wanted = 0 if key == REFERENCE else 1
        if len(receipts) != wanted:
            text = words(_("It has %(found)s receipts, not %(wanted)s."), found=len(receipts), wanted=wanted)
            yield Finding(key, "records.Receipt", event_row(event.seq, key), text)
        for receipt in receipts:
            name = receipt_row(receipt, event)
            if receipt.verb != event.verb:
                text = words(_("Its verb is not that of its event."))
                yield Finding(key, "records.Receipt", name, text, event.verb, receipt.verb)
            if receipt.user_id != event.actor_id:
                text = words(_("It is not made out to the one who acted."))
                yield Finding(key, "records.Receipt", name, text, str(event.actor_id), str(receipt.user_id))

    def end(self) -> Iterator[Finding]:
        key, stream = self.stream.key, self.stream
        if stream.head_seq != self.seq:
            text = words(_("The stream ends elsewhere than its own row says: events were cut off or added."))
            row = words(_("the end of %(stream)s"), stream=key)
            yield Finding(key, "records.Stream", row, text, str(stream.head_seq), str(self.seq))
        elif stream.head_hash != self.hash:
            text = words(_("The last event has another hash than the stream's own row says."))
            yield Finding(key, "records.Stream", event_row(self.seq, key), text, stream.head_hash, self.hash)
        seal = Seal.objects.filter(stream=stream).first()
        row = words(_("the seal of %(stream)s"), stream=key)
        if seal is not None:
            for wrong, expected, found in self._seal(seal):
                yield Finding(key, "records.Seal", row, words(wrong), str(expected), str(found))
        elif self.sealing is not None:
            text = words(_("It is missing: event %(seq)s tells of it."), seq=self.sealing.seq)
            yield Finding(key, "records.Seal", row, text)

    def _seal(self, seal: Seal) -> Iterator[tuple[str, object, object]]:
        """(what is wrong, what it should be, what it is)."""
        if seal.root != (computed := sha256(seal.manifest)):
            yield _("Its root is not that of its manifest."), computed, seal.root
        if seal.format != seal.manifest["format"]:
            yield _("Its format is not that of its manifest."), seal.manifest["format"], seal.format
        event = self.sealing
        if event is None:
            yield _("No event of the stream tells of it."), seal.root, ""
            return
        if event.data["root"] != seal.root:
            yield _("Its root is another than the one in its event."), event.data["root"], seal.root
        if event.at != seal.at:
            yield _("It was not made in the moment of its event."), event.at, seal.at
        if event.actor_id != seal.by_id:
            yield _("It was not made by the one who acted."), event.actor_id, seal.by_id


def event_row(seq: int, stream: str) -> Words:
    return words(_("event %(seq)s of %(stream)s"), seq=seq, stream=stream)


def receipt_row(receipt: Receipt, event: Event) -> Words:
    if receipt.number:
        return words(_("receipt %(number)s (event %(seq)s)"), number=receipt.number, seq=event.seq)
    return words(_("the receipt of event %(seq)s"), seq=event.seq)


def _astray() -> Iterator[Finding]:
    """Rows that point at nothing, which no walk along a stream meets. Databases refuse them unless told otherwise."""
    nowhere = words(_("It points at a row that is not there."))
    for receipt in Receipt.objects.filter(~Exists(Event.objects.filter(pk=OuterRef("event_id")))).order_by("pk")[:1]:
        name = receipt.number or str(receipt.key)
        yield Finding("", "records.Receipt", words(_("receipt %(number)s"), number=name), nowhere)
    streams = Stream.objects.filter(pk=OuterRef("stream_id"))
    for event in Event.objects.filter(~Exists(streams)).order_by("pk")[:1]:
        row = words(_("an event with the number %(seq)s, of %(at)s"), seq=event.seq, at=str(event.at))
        yield Finding("", "records.Event", row, nowhere)
    for seal in Seal.objects.filter(~Exists(streams)).order_by("pk")[:1]:
        row = words(_("the seal with the root %(root)s"), root=seal.root[:SHORT_ROOT])
        yield Finding("", "records.Seal", row, nowhere)


def _several_begin(root: str, keys: list[str]) -> Finding:
    text = words(_("They begin with the same root that was kept outside: give it whole."))
    return Finding("", "records.Seal", _seals_of(keys), text, root)


def _borne_by_none(root: str, stored: dict[str, str], only: str) -> Finding:
    """A root that no seal bears. `stored` are those it may be of: of which one it was, only its keeper knows."""
    if not stored:
        row = words(_("the seal of %(stream)s"), stream=only) if only else words(_("the seals"))
        return Finding(only, "records.Seal", row, words(_("Nothing is sealed, so there is no root to compare.")), root)
    text = words(_("The root that was kept outside is another one. If it was typed rightly, the record was rewritten."))
    stream = next(iter(stored)) if len(stored) == 1 else only
    found = ", ".join(f"{key}: {one}" for key, one in stored.items())
    return Finding(stream, "records.Seal", _seals_of(stored), text, root, found)


def _seals_of(keys: Iterable[str]) -> Words:
    first, *more = keys
    if not more:
        return words(_("the seal of %(stream)s"), stream=first)
    return words(_("the seals of %(streams)s"), streams=", ".join([first, *more]))


def _unguarded() -> Iterator[Finding]:
    """Triggers that are not installed as they should be: nothing is wrong yet, but anything can be altered."""
    wanted, there = triggers.expected(connection), triggers.installed(connection)
    missing = sorted(name for name, definition in wanted.items() if there.get(name) != definition)
    if missing:
        row = words(_("%(n)s of %(of)s triggers"), n=len(missing), of=len(wanted))
        text = words(_("They are missing or altered: tables stand unguarded. `manage.py migrate` installs them."))
        yield Finding("", "trigger", row, text, found=", ".join(missing[:3]))
