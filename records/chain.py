"""Appending to the record: canonical JSON, SHA-256, one chain for each stream."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import models, transaction

from .locking import lock_rows
from .models import Event, Stream


class Actor(Protocol):
    """Whoever runs a verb: a person whose name, and the office they held in that moment, are copied into the record."""

    pk: Any

    def record_name(self) -> str: ...

    def record_capacity(self) -> list[dict[str, str]]: ...


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value: sorted keys, no blanks, UTF-8, times in UTC with microseconds."""

    def plain(item: Any) -> str:
        if isinstance(item, datetime):
            return item.astimezone(UTC).isoformat(timespec="microseconds")
        return str(item)

    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain).encode()


def sha256(value: Any) -> str:
    """The hexadecimal SHA-256 (64 characters) of the value's canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def event_hash(event: Event, stream_key: str) -> str:
    """The hash that `event` must carry: over every column but its own primary key and the hash itself."""
    return sha256(
        {
            "stream": stream_key,
            "seq": event.seq,
            "at": event.at,
            "verb": event.verb,
            "actor": event.actor_id,
            "actor_name": event.actor_name,
            "acting_for": event.acting_for_id,
            "object_type": event.object_type,
            "object_id": event.object_id,
            "data": event.data,
            "prev_hash": event.prev_hash,
        }
    )


def lock_head(key: str) -> Stream:
    """The stream's row, locked until the transaction ends: always the last lock that a verb takes."""
    rows = Stream.objects.filter(key=key)
    locked = lock_rows(rows)
    if not locked:
        Stream.objects.get_or_create(key=key)
        locked = lock_rows(rows)
    return locked[0]


def follow(
    stream: Stream,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    obj: models.Model,
    data: dict[str, Any],
    acting_for: Actor | None = None,
) -> Event:
    """The event that comes next in a stream, whose head moves on to it. Neither is written: see `append()`."""
    deputised = {"for": acting_for.record_name()} if acting_for else {}
    event = Event(
        stream=stream,
        seq=stream.head_seq + 1,
        at=at,
        verb=verb,
        actor_id=by.pk,
        actor_name=by.record_name(),
        acting_for_id=acting_for.pk if acting_for else None,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        data=json.loads(canonical(data | {"as": by.record_capacity()} | deputised)),
        prev_hash=stream.head_hash,
    )
    event.hash = event_hash(event, stream.key)
    stream.head_seq, stream.head_hash = event.seq, event.hash
    return event


def append(
    stream: Stream,
    verb: str,
    *,
    by: Actor,
    at: datetime,
    obj: models.Model,
    data: dict[str, Any],
    acting_for: Actor | None = None,
) -> Event:
    """Add one event to a stream whose head the caller has locked; returns it. The data must be JSON already.

    `acting_for`: whom the actor is the deputy of in this. Their name is kept as well, as it is in that moment.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("append() belongs into the transaction of its verb")
    event = follow(stream, verb, by=by, at=at, obj=obj, data=data, acting_for=acting_for)
    event.save(force_insert=True)
    stream.save(update_fields=("head_seq", "head_hash"))
    return event
