"""Opinions and hearings at the same time: one disposition, one decision on admitting, one number for each hearing, and
no more opinions than an address may send. Each with its control."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Barrier, local
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError

from meetings import workflow
from meetings.models import Hearing, Opinion
from meetings.workflow import hearings, moderation, opinions
from meetings.workflow.common import refuse
from records.models import Receipt
from tests.builders import key
from tests.cast import AT
from tests.tasks.test_races import PATIENCE, at_once, kinds
from tfportal.settings import base

from . import opinion_scene as scene
from . import public_scene as public

pytestmark = pytest.mark.django_db(transaction=True)


def meeting_at(real: Callable[..., Any], number: int = 2) -> Callable[..., Any]:
    """The function, which each thread leaves only once all of them are through it."""
    barrier = Barrier(number)

    def together(*given: Any, **more: Any) -> Any:
        found = real(*given, **more)
        barrier.wait(PATIENCE)
        return found

    return together


def without_lock(monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
    monkeypatch.setattr(module, "lock", lambda *_args, **_more: None)


# Two answers to one opinion


@pytest.fixture
def answers(coordinator, me, me_officer, me_officer_2) -> Callable[[], tuple[Opinion, list[Any]]]:
    """An opinion that ME owes, and two of ME who say what comes of it."""

    def ready() -> tuple[Opinion, list[Any]]:
        row = scene.owed_to(me, by=coordinator, at=AT)
        told: dict[str, Any] = {"reason": "검토함", "ministry": me.pk, "at": AT, "version": 0}
        dispose = partial(workflow.dispose_of_opinion, row.pk, **told)
        first = partial(dispose, kind="taken_up", by=me_officer, key=key())
        return row, [first, partial(dispose, kind="not", by=me_officer_2, key=key())]

    return ready


def test_of_two_dispositions_at_once_one_counts_and_the_other_is_told(task_force, answers):
    for _turn in range(3):
        row, calls = answers()
        assert kinds(at_once(*calls)) == ["Conflict", "Receipt"]
        assert row.dispositions.count() == 1
    assert scene.differences() == []


@pytest.mark.postgres
def test_without_the_opinions_lock_it_is_answered_twice(task_force, answers, monkeypatch):
    """The control: both have looked before either writes, and the second one takes the place of the first unseen."""
    row, calls = answers()
    without_lock(monkeypatch, opinions)
    monkeypatch.setattr(opinions, "refuse", meeting_at(refuse))
    assert kinds(at_once(*calls)) == ["Receipt", "Receipt"]
    assert (row.dispositions.count(), scene.now(row.pk).version) == (2, 1)


# Admitted or not


@pytest.fixture
def decisions(coordinator, coordinator_2) -> Callable[[], tuple[Opinion, list[Any]]]:
    """An opinion of the public, and two of the office who decide on it: the one admits it, the other does not."""

    def ready() -> tuple[Opinion, list[Any]]:
        row, told = public.sent(at=AT), dict[str, Any](at=AT, version=0)
        admit = partial(workflow.admit_opinion, row.pk, by=coordinator, key=key(), **told)
        return row, [
            admit,
            partial(workflow.reject_opinion, row.pk, reason="광고", by=coordinator_2, key=key(), **told),
        ]

    return ready


def test_of_two_who_decide_on_one_opinion_one_has_decided(task_force, decisions):
    for _turn in range(3):
        row, calls = decisions()
        admitted, rejected = at_once(*calls)
        assert [isinstance(one, Receipt) for one in (admitted, rejected)].count(True) == 1
        assert scene.now(row.pk).state == ("admitted" if isinstance(admitted, Receipt) else "rejected")
        assert public.differences(row) == []


@pytest.mark.postgres
def test_without_the_opinions_lock_both_have_decided(task_force, decisions, monkeypatch):
    """The control: an opinion that one of them let through and the other kept back, and each was told that it is so."""
    _row, calls = decisions()
    without_lock(monkeypatch, opinions)
    monkeypatch.setattr(moderation, "refuse", meeting_at(refuse))
    assert kinds(at_once(*calls)) == ["Receipt", "Receipt"]


# Numbers of hearings


def recording(*people: Any) -> list[Any]:
    return [partial(workflow.record_hearing, scene.HEARING, by=by, at=AT, key=key()) for by in people]


def test_each_hearing_has_a_number_of_its_own(task_force, coordinator, coordinator_2):
    assert kinds(at_once(*recording(*[coordinator, coordinator_2] * 3))) == ["Receipt"] * 6
    assert sorted(Hearing.objects.values_list("no", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert scene.differences() == []


@pytest.mark.postgres
def test_without_the_lock_two_hearings_get_one_number_and_the_database_refuses(
    task_force, coordinator, coordinator_2, monkeypatch
):
    """The control: both have read the last number before either writes."""
    without_lock(monkeypatch, hearings)
    monkeypatch.setattr(hearings, "Hearing", _Numbered(meeting_at(lambda: None)))
    with pytest.raises(IntegrityError):
        at_once(*recording(coordinator, coordinator_2))


class _Numbered:
    """Hearing, whose rows are made once everybody has read the last number."""

    objects = Hearing.objects

    def __init__(self, wait: Callable[[], None]) -> None:
        self.wait = wait

    def __call__(self, **columns: Any) -> Hearing:
        self.wait()
        return Hearing(**columns)


# How many opinions an address may send


@pytest.fixture
def counted(settings, task_force) -> Iterator[None]:
    """As in production: the limits, and the cache that all workers share, in the database."""
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS
    shared = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}
    settings.CACHES = {"default": shared}
    call_command("createcachetable", "portal_cache")
    cache.clear()
    yield
    cache.clear()


def flood(number: int) -> list[int]:
    """So many forms of one address that start together, and the statuses of their answers."""
    send = [partial(public.browser().post, public.SEND, public.typed(text=f"ㅇ {no}")) for no in range(number)]
    return sorted(answer.status_code for answer in at_once(*send))


@pytest.mark.postgres
def test_of_a_flood_of_one_address_five_opinions_come_in(counted):
    assert flood(12) == [302] * 5 + [429] * 7
    assert Opinion.objects.count() == 5


@pytest.mark.postgres
def test_without_the_counters_lock_all_of_a_flood_come_in(counted, monkeypatch):
    """The control: all have read the counter before any has counted itself."""
    meet, seen, real = Barrier(7), local(), ratelimit.apply_rate

    @contextmanager
    def unlocked(_key: str) -> Iterator[bool]:
        yield True

    def together(*given: Any, **more: Any) -> Any:
        if not getattr(seen, "once", False):
            seen.once = True
            meet.wait(PATIENCE)
        return real(*given, **more)

    monkeypatch.setattr(ratelimit, "cache_lock", unlocked)
    monkeypatch.setattr(ratelimit, "apply_rate", together)
    assert flood(7) == [302] * 7
    assert Opinion.objects.count() == 7
