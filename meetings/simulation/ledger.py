"""The rows of one round while they are made in memory: with their primary keys, which are counted on from what stands
in the tables, so that each row may name the others before any of them is written."""

from collections import defaultdict
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models

from ministries.models import User
from records.chain import follow, sha256
from records.models import Event, Receipt, Seal, Stream
from tasks.models import (
    Answer,
    Contribution,
    ContributionCall,
    Draft,
    Extension,
    IndicatorValue,
    Message,
    MilestoneChange,
    Report,
    Request,
    Return,
    ReturnedField,
    Revision,
    Round,
    SignOff,
    Submission,
)

BATCH = 2000  # rows of one statement, where the engine takes as many
WRITTEN: tuple[type[models.Model], ...] = (
    Event,
    Receipt,
    Report,
    Draft,
    Extension,
    Submission,
    Revision,
    Request,
    MilestoneChange,
    IndicatorValue,
    SignOff,
    Return,
    ReturnedField,
    ContributionCall,
    Contribution,
    Answer,
    Message,
    Seal,
)

M = TypeVar("M", bound=models.Model)


class Ledger:
    """Keeps rows until `flush()`. Foreign keys are deferred on both engines: the order of the tables does not matter
    within a transaction, and the triggers of frozen rounds let rows in as long as the round bears no mark."""

    def __init__(self) -> None:
        self._last = {model: _last_key(model) for model in WRITTEN}
        self._rows: defaultdict[type[models.Model], list[Any]] = defaultdict(list)

    def keyed(self, row: M) -> M:
        """The row with the next key of its table; kept by whoever made it."""
        self._last[type(row)] += 1
        row.pk = self._last[type(row)]
        return row

    def add(self, row: M) -> M:
        """The row with the next key of its table, to be written."""
        self._rows[type(row)].append(self.keyed(row))
        return row

    def keep(self, row: models.Model) -> None:
        """A row that has its key, to be written."""
        self._rows[type(row)].append(row)

    def flush(self) -> None:
        """Write all that was noted, each table after those that it points at."""
        for model in WRITTEN:
            if rows := self._rows.pop(model, None):
                model._default_manager.bulk_create(rows, batch_size=BATCH)
        # PostgreSQL does not count rows that bring their own key.
        if resets := connection.ops.sequence_reset_sql(no_style(), list(WRITTEN)):
            with connection.cursor() as cursor:
                cursor.execute(" ".join(resets))


def _last_key(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0


class Chain:
    """The chain of one round in memory: each verb leaves its event and its receipt, as in `records.receipts.once`."""

    def __init__(self, ledger: Ledger, round_: Round) -> None:
        self.ledger, self.round = ledger, round_
        self.stream = Stream.objects.create(key=round_.stream_key)

    def record(
        self,
        verb: str,
        *,
        by: User,
        at: datetime,
        key: UUID,
        target: str,
        body: Any,
        about: models.Model,
        data: dict[str, Any],
        number: str | None = None,
    ) -> Event:
        """The next event of the chain, with the receipt of the form that it came by."""
        event = self.ledger.add(follow(self.stream, verb, by=by, at=at, obj=about, data=data))
        self.ledger.add(
            Receipt(
                user=by,
                key=key,
                verb=verb,
                object=target,
                body_sha256=sha256(body),
                number=number,
                event=event,
            )
        )
        return event

    def close(self) -> None:
        """Writes where the chain's head stands."""
        self.stream.save(update_fields=("head_seq", "head_hash"))
