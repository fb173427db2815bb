"""Doing a verb once: the same key gives the first answer again, whatever clicks, retries and tunnels do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from .chain import Actor, append, lock_head, sha256
from .errors import KeyReused
from .locking import lock, waiting
from .models import Event, Receipt, Stream


class Attempt:
    """One try at a verb. `repeated` says that it was carried out before; then `receipt` is the first answer."""

    def __init__(self, verb: str, by: Actor, at: datetime, receipt: Receipt | None) -> None:
        self.verb, self.by, self.at = verb, by, at
        self.receipt = receipt
        self.repeated = receipt is not None
        self.event: Event | None = None
        self.number: str | None = None
        self.stream: Stream | None = None

    def lock_head(self, stream_key: str) -> Stream:
        """Lock the chain's head: the last lock, and the place where numbers are given out."""
        self.stream = lock_head(stream_key)
        return self.stream

    def record(
        self,
        obj: models.Model,
        data: dict[str, Any],
        *,
        number: str | None = None,
        acting_for: Actor | None = None,
    ) -> Event:
        """Write the verb's one event; `number` becomes the receipt's, `acting_for` is whom a deputy acts for."""
        if self.stream is None or self.event is not None:
            raise RuntimeError("A verb locks the head, then leaves exactly one event")
        self.number = number
        self.event = append(self.stream, self.verb, by=self.by, at=self.at, obj=obj, data=data, acting_for=acting_for)
        return self.event


def earlier(verb: str, *, by: Actor, key: UUID, target: str, body: Any) -> Receipt | None:
    """The receipt of the very same thing, carried out under this key before; KeyReused where it was another thing."""
    receipt = Receipt.objects.filter(user_id=by.pk, key=key).first()
    if receipt and (receipt.verb, receipt.object, receipt.body_sha256) != (verb, target, sha256(body)):
        raise KeyReused
    return receipt


@contextmanager
def once(verb: str, *, by: Actor, at: datetime, key: UUID, target: str, body: Any) -> Iterator[Attempt]:
    """The transaction of one verb under one receipt key.

    Yields the Attempt. A refused attempt leaves nothing, so it can be mended and sent again under the same key; the
    same key with another verb, target or body after it was carried out raises KeyReused.
    """
    with waiting(), transaction.atomic():
        lock(f"receipt:{by.pk}:{key}")
        attempt = Attempt(verb, by, at, earlier(verb, by=by, key=key, target=target, body=body))
        yield attempt
        if attempt.repeated:
            return
        if attempt.event is None:
            raise RuntimeError(f"{verb} left no event")
        attempt.receipt = Receipt.objects.create(
            user_id=by.pk,
            key=key,
            verb=verb,
            object=target,
            body_sha256=sha256(body),
            number=attempt.number,
            event=attempt.event,
        )
