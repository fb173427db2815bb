"""Verifying meetings: the rows that the events of one tell of, against the tables, against the files that were kept,
and against what was sealed with its outcome."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop as _

from records.findings import Finding
from records.models import Event, Receipt, Seal
from records.rows import Content, RowsChecker
from records.verify import Area

from . import filed
from .contents import AFTER, TOLD
from .models import Meeting

LATER = {model._meta.model_name for model in AFTER}


class MeetingChecker(RowsChecker):
    """One meeting's stream."""

    def __init__(self, key: str) -> None:
        super().__init__(TOLD, key)
        self.sealed: dict[str, Content] | None = None

    def see(self, event: Event, receipts: list[Receipt]) -> Iterator[Finding]:
        yield from super().see(event, receipts)
        if "root" in event.data:
            self.sealed = {name: row for name, row in self.rows.items() if name.partition("/")[0] not in LATER}

    def end(self) -> Iterator[Finding]:
        yield from super().end()
        pk = self.key.removeprefix(TOLD.prefix)
        meeting = Meeting.objects.filter(pk=pk).first() if pk.isdecimal() else None
        if meeting is None:
            return
        for wrong in filed.differing(meeting):
            yield self.finding(wrong.name, wrong.text, wrong.expected, wrong.found)
        seal = Seal.objects.filter(stream__key=self.key).first()
        if seal is not None and self.sealed != seal.manifest["rows"]:
            yield self.finding("seal", _("Its manifest is not what the events before it tell of."))


AREA = Area(TOLD.prefix, TOLD.keys, MeetingChecker)
