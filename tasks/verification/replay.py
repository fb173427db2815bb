"""The events of one round played again: what they leave in the tables, and whether it stands there."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, words
from records.models import Event, Receipt
from records.verify import event_row, receipt_row

from ..models import Round
from ..workflow.rounds import dates_of
from .attached import against_files
from .exchanged import Exchanged
from .extensions import Extensions
from .reminders import Reminders
from .rows import Rows
from .sealed import against_seal
from .story import Story, final_differences
from .told import differences, of_report, of_return, of_round, of_submission, of_text, without_event, without_row

Verb = Callable[["Replay", Event], Iterator[Finding]]
VERBS: dict[str, Verb] = {}  # what an event of each verb has to have left
TARGETS: dict[str, Callable[["Replay", Event], str]] = {}  # what its receipt is about, where that is not the report


class RoundChecker:
    """The checker of one round's stream. Whatever stands in its tables is told by an event, and the other way round."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.counts: Counter[str] = Counter()
        number = key.partition("/")[2]
        round_ = Round.objects.select_related("previous").filter(no=number).first() if number.isdecimal() else None
        self.replay = Replay(key, round_) if round_ else None

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]:
        return self.replay.see(event, receipts) if self.replay else iter(())

    def end(self) -> Iterator[Finding]:
        if self.replay is None:
            yield Finding(self.key, "tasks.Round", of_round(self.key.partition("/")[2]), words(_("It is missing.")))
            return
        yield from self.replay.end()
        self.counts = self.replay.counts


class Replay:
    """The round, its rows, and where each report of the roster stands by the events so far (`stories`)."""

    def __init__(self, key: str, round_: Round) -> None:
        self.key, self.round = key, round_
        self.rows = Rows(round_)
        self.exchanged = Exchanged(round_)
        self.stories: dict[str, Story] = {}
        self.extensions = Extensions(round_)
        self.reminders = Reminders(round_)
        self.texts = {text.pk: text for text in self.rows.texts.values()}
        self.counts = Counter(reports=len(self.rows.reports), texts=len(self.texts))
        self.is_prepared = self.is_frozen = False
        self.roster: dict[str, int] = {}  # the tasks that are on it, and the event that put each there
        self.dates: dict[str, Any] = {}
        self.due_moved_at: datetime | None = None
        self.due_moves = 0

    def tell_dates(self, dates: dict[str, Any]) -> None:
        """The round's dates, as an event leaves them."""
        self.dates |= dates
        if due_at := dates.get("due_at"):
            self.extensions.due_at = datetime.fromisoformat(due_at)

    def put_on_roster(self, code: str, seq: int, copied: Any) -> None:
        """A task that is on the roster from here on, with the columns that its report copied."""
        self.stories[code] = Story(code, copied=copied)
        self.roster[code] = seq

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]:
        verb = VERBS.get(event.verb)
        if verb is None:
            text = words(_("No verb of the portal leaves such an event: %(verb)s."), verb=event.verb)
            yield Finding(self.key, "records.Event", event_row(event.seq, self.key), text)
            return
        target = TARGETS[event.verb](self, event) if event.verb in TARGETS else f"report/{event.object_id}"
        number = event.data["number"] if event.verb in ("submit", "sign_off") else None
        for receipt in receipts:
            pairs = [("object", target, receipt.object), ("number", number, receipt.number)]
            yield from differences(self.key, "records.Receipt", receipt_row(receipt, event), pairs)
        yield from verb(self, event)

    def end(self) -> Iterator[Finding]:
        """After the last event: the rows as they have to stand now, and rows that no event tells of."""
        round_, rows = self.round, self.rows
        yield from against_seal(round_)
        marks = [
            ("prepared_at", self.is_prepared, round_.prepared_at is not None),
            ("frozen_at", self.is_frozen, round_.frozen_at is not None),
        ]
        marks += [(name, told, now) for name, told, now in self._dates()]
        yield from differences(self.key, "tasks.Round", of_round(round_.no), marks)
        yield from self._off_roster()
        for code, row in rows.reports.items():
            if code in self.roster:
                yield from final_differences(self.key, self.stories[code], row, rows)
        yield from self._left_over()
        yield from self.extensions.differences(self.key)
        yield from self.exchanged.left_over(self.key)
        yield from self.reminders.left_over(self.key)
        yield from against_files(self.key, round_)

    def _dates(self) -> Iterator[tuple[str, Any, Any]]:
        """Each date as the events leave it and as it stands. Of a round that is only planned nothing is told."""
        if not self.is_prepared:
            return
        now = dates_of(self.round)
        yield from ((name, told, now[name]) for name, told in self.dates.items())
        yield "due_moved_at", self.due_moved_at, self.round.due_moved_at
        yield "due_moves", self.due_moves, self.round.due_moves

    def _off_roster(self) -> Iterator[Finding]:
        """Reports that the events put on the roster and that are not there, and the other way round."""
        for code in self.roster.keys() - self.rows.reports.keys():
            yield without_row(self.key, "tasks.Report", of_report(code), self.roster[code])
        for code in self.rows.reports.keys() - self.roster.keys():
            yield without_event(self.key, "tasks.Report", of_report(code))

    def _left_over(self) -> Iterator[Finding]:
        rows, key = self.rows, self.key
        for row in rows.submissions.values():
            yield without_event(key, "tasks.Submission", of_submission(row["number"]))
        for code, no in rows.texts:
            yield without_event(key, "tasks.Revision", of_text(code, no))
        for code, pk in rows.returns:
            of = str(self.texts[pk].no) if pk in self.texts else "?"
            yield without_event(key, "tasks.Return", of_return(code, of))
        for code, decisions in rows.sign_offs.items():
            if decisions:
                yield without_event(key, "tasks.SignOff", of_report(code))
        for row in rows.messages:
            yield without_event(key, "tasks.Message", of_report(row["report__task__code"]))
        for row in rows.corrections:
            yield without_event(key, "tasks.Correction", of_report(row["report__task__code"]))
        for _decision in rows.decisions:
            yield without_event(key, "tasks.CorrectionDecision", of_round(self.round.no))
