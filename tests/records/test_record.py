"""The record: the chain recomputes from its rows, and so does the seal (architecture.md "The record")."""

from datetime import timedelta
from typing import Any

import pytest

from records.chain import event_hash, sha256
from records.models import GENESIS, Event, Seal, Stream
from tasks import freezing
from tests.cast import TaskForce


def test_the_chain_recomputes(task_force):
    """Each event's hash covers its columns and the hash before it, from the genesis to the head."""
    assert Stream.objects.count() == 2
    for stream in Stream.objects.all():
        before = GENESIS
        for number, event in enumerate(stream.events.order_by("seq"), 1):
            assert (event.seq, event.prev_hash) == (number, before)
            assert event.hash == event_hash(event, stream.key)
            before = event.hash
        assert (stream.head_seq, stream.head_hash) == (number, before)


@pytest.fixture
def last(task_force: TaskForce) -> Event:
    """The newest event: that round 2 was prepared."""
    return Event.objects.latest("pk")


@pytest.mark.parametrize(
    "column", [f.name for f in Event._meta.concrete_fields if f.name not in ("id", "hash", "stream")]
)
def test_a_change_of_any_column_breaks_the_chain(task_force: TaskForce, last: Event, column: str):
    """The control of the test above: nothing of an event can be altered without its hash telling."""
    other: dict[str, Any] = {
        "seq": last.seq + 1,
        "at": last.at + timedelta(microseconds=1),
        "actor": task_force.people["me_officer"],
        "acting_for": task_force.people["me_officer"],
        "data": last.data | {"more": 1},
    }
    assert last.hash == event_hash(last, last.stream.key)
    setattr(last, column, other.get(column, "x"))
    assert last.hash != event_hash(last, last.stream.key)


def test_an_event_belongs_to_its_stream(last):
    """An event of one round, moved whole into another's chain, is told by its hash."""
    assert last.hash != event_hash(last, "round/1")


def test_the_seal_holds(task_force):
    """The manifest, recomputed from the rows, is what was sealed; and its root is its hash."""
    seal = Seal.objects.get()
    assert seal.stream.key == "round/1"
    assert freezing.manifest(task_force.round_1) == seal.manifest
    assert seal.root == sha256(seal.manifest)
