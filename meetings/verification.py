"""Verifying meetings: the rows that the events of one tell of, played from the first to the last, against the tables
and against what was sealed with its outcome."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_noop as _

from records.findings import Finding, words
from records.models import Event, Receipt, Seal
from records.verify import Area

from . import filed
from .contents import AFTER, Content, rows_of
from .models import Meeting

PREFIX = "meeting/"
LATER = {model._meta.model_name for model in AFTER}


class MeetingChecker:
    """One meeting's stream."""

    def __init__(self, key: str) -> None:
        self.key, self.counts = key, Counter[str]()
        self.rows: dict[str, Content] = {}
        self.sealed: dict[str, Content] | None = None

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]:
        for name, content in event.data["rows"].items():
            if content is None:
                self.rows.pop(name, None)
            else:
                self.rows[name] = content
        if "root" in event.data:
            self.sealed = {name: row for name, row in self.rows.items() if name.partition("/")[0] not in LATER}
        yield from ()

    def end(self) -> Iterator[Finding]:
        pk = self.key.removeprefix(PREFIX)
        meeting = Meeting.objects.filter(pk=pk).first() if pk.isdecimal() else None
        if meeting is None:
            yield self._finding("meeting/" + pk, _("It is missing."))
            return
        there = rows_of(meeting)
        self.counts["rows of meetings"] += len(there)
        for name in sorted(self.rows.keys() | there.keys()):
            yield from self._compare(name, self.rows.get(name), there.get(name))
        for wrong in filed.differing(meeting):
            yield self._finding(wrong.name, wrong.text, wrong.expected, wrong.found)
        seal = Seal.objects.filter(stream__key=self.key).first()
        if seal is not None and self.sealed != seal.manifest["rows"]:
            yield self._finding("seal", _("Its manifest is not what the events before it tell of."))

    def _compare(self, name: str, told: Content | None, found: Content | None) -> Iterator[Finding]:
        if told is None:
            yield self._finding(name, _("No event tells of it."))
        elif found is None:
            yield self._finding(name, _("It is missing."))
        else:
            wrong = [column for column in told.keys() | found.keys() if told.get(column) != found.get(column)]
            for column in sorted(wrong):
                text = words(_("Column %(column)s is not what its events tell."), column=column)
                yield self._finding(name, text, told.get(column), found.get(column))

    def _finding(self, name: str, text: Any, expected: Any = "", found: Any = "") -> Finding:
        kind, _slash, pk = name.partition("/")
        said = text if not isinstance(text, str) else words(text)
        row = words(_("%(kind)s %(pk)s of %(stream)s"), kind=kind, pk=pk, stream=self.key)
        return Finding(self.key, f"meetings.{kind}", row, said, str(expected), str(found))


def keys() -> Iterable[str]:
    """The streams that have to be there: those of meetings that were planned or changed here."""
    return [row.stream_key for row in Meeting.objects.filter(version__gt=0)]


AREA = Area(PREFIX, keys, MeetingChecker)
