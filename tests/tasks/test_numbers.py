"""Every number of the office's pages is the count of the list behind it: on simulated data, under filters drawn by
chance, for each kind of reader. A number's address is read back as the page behind it would read it."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.http import QueryDict
from django.test import override_settings
from django.urls import resolve
from django.utils import translation

from meetings import simulation
from meetings.simulation import Size
from ministries.models import User
from records import clock
from tasks import board, figures, reminded, reminding, workflow
from tasks.across import both_lights, comparing, of_ministry, slippage
from tasks.across.standpoint import stand
from tasks.exports import board as exported
from tasks.grouping import By
from tasks.models import Light, Report, Revision, Round, State
from tasks.queueing import Queue, Wanted
from tasks.selecting import Filters, Number, select
from tasks.tiles import Also, Since
from tests import builders
from tests.builders import fresh
from tests.snapshot import Snapshot

pytestmark = [pytest.mark.django_db, pytest.mark.either]

PORTAL = Snapshot(lambda: list(simulation.simulate(Size(ministries=6, tasks=40, rounds=4, seed=11))))
DRAWN = 6  # filters for each reader of each round
FILTERS: dict[str, list[str]] = {
    "ministry": ["SIM001", "SIM003", "SIM005"],
    "kind": ["new", "existing"],
    "light": [*Light.values, "any", "none"],
    "state": State.values,
    "since": Since.values,
    "also": [*Also.values, "late,unchanged", "behind,differs"],
    "direction": ["1", "none"],
    "q": ["모의", "sim00", "zzz"],
}


@pytest.fixture(autouse=True)
def portal() -> Iterator[None]:
    with override_settings(DEMO=True), translation.override("en"):
        clock.shift.cache_clear()
        PORTAL.restore()
        yield
    clock.shift.cache_clear()


def readers(round_: Round) -> list[User]:
    """The office and a reader; of a frozen round also somebody of a ministry."""
    names = ["coordinator", "reader", *(["sim001-officer"] if round_.frozen_at else [])]
    return [User.objects.get(username=name) for name in names]


def drawn(chance: Random) -> QueryDict:
    """Up to three filters and an arrangement, as an address says them."""
    asked = {name: chance.choice(FILTERS[name]) for name in chance.sample(sorted(FILTERS), chance.randint(0, 3))}
    query = QueryDict(mutable=True)
    query.update(asked | {"by": chance.choice(["", *By.values])})
    return query


def boards() -> Iterator[board.Board]:
    """Each round as each of its readers sees it, under filters drawn by chance."""
    chance = Random(2050)
    for round_ in Round.objects.select_related("previous").order_by("no"):
        for user in readers(round_):
            for _time in range(DRAWN):
                yield board.build(round_, drawn(chance), user=user, at=clock.now())


def numbers_of(found: board.Board) -> list[Number]:
    """Every number of the board that counts tasks."""
    above = [found.collected, found.lit, found.unlit, *found.states, *found.besides, *found.lights, *found.since]
    above += [*found.requests, *found.also_choices, *found.jobs[:2]]
    return [*above, *(number for row in found.rows for number in (*row.since, *row.lights))]


def reread(found: board.Board, query: str) -> Filters:
    """The filters as the page behind the address reads them."""
    return Filters.of(QueryDict(query.removeprefix("?")), board.known(found.heads))


def test_the_boards_numbers() -> None:
    seen = 0
    for found in boards():
        for number in numbers_of(found):
            behind = select(found.tiles, reread(found, number.query))
            assert number.count == len(behind), (found.round.no, str(found.viewer.user), found.filters, number)
            seen += bool(number.count)
        for row in found.rows:
            assert select(found.tiles, reread(found, row.filters.query)) == row.tiles
            assert select(found.tiles, reread(found, row.whole.query)) == row.own
    assert seen > 500, "the data are so thin that the numbers prove nothing"


def test_the_charts_numbers_and_the_rows_that_leave() -> None:
    """Bars, trend and export are of the very list that the board shows."""
    chance = Random(1)
    for found in boards():
        if chance.random() < 0.7:
            continue
        drawn_ = figures.build(found, QueryDict())
        for chart in (*drawn_.by, drawn_.trend_bars):
            for bar in chart.bars:
                assert bar.total.count == sum(number.count for number in bar.numbers)
                if bar.turn is None:
                    assert bar.total.count == len(select(found.tiles, reread(found, bar.total.query)))
                    for number in (each for each in bar.numbers if each.count):  # a zero is no link
                        assert number.count == len(select(found.tiles, reread(found, number.query)))
        codes = [getattr(row["code"], "text", row["code"]) for row in exported.rows(found)]
        assert codes == [tile.code for tile in found.found]


def test_the_numbers_across_rounds() -> None:
    rounds = list(Round.objects.select_related("previous").order_by("no"))
    for name in ("coordinator", "reader"):
        user = User.objects.get(username=name)
        standpoint: Any = stand(user, clock.now(), None)
        for earlier, later in ((rounds[0], rounds[1]), (rounds[0], rounds[3]), (rounds[2], rounds[3])):
            whole = comparing.read(earlier, later, {}, standpoint)
            for one in whole.lists:
                chosen = comparing.read(earlier, later, QueryDict(one.query.removeprefix("?")), standpoint).chosen
                assert chosen is not None
                assert [tile.code for tile in chosen.tiles] == [tile.code for tile in one.tiles]
            moved = next(one for one in whole.lists if one.key == Since.MOVED)
            assert {tile.code for tile in moved.tiles} == {
                tile.code for tile in whole.tiles if Since.MOVED in tile.since
            }
        lights = both_lights.read(QueryDict(), standpoint)
        for said, cells in lights.table:
            for cell in cells:
                behind = both_lights.read(QueryDict(cell.query.removeprefix("?")), standpoint).found
                assert (cell.count, said) == (len(behind), cell.ministry)
        for habit in lights.habits:
            for address, counted in ((habit.query, habit.differing), (habit.worse_query, habit.harsher)):
                assert len(both_lights.read(QueryDict(address.removeprefix("?")), standpoint).found) == counted
        ledger = slippage.read(QueryDict(), standpoint)
        assert ledger.by_ministry
        for total in (ledger.total, *ledger.by_ministry, *ledger.by_cause):
            found = slippage.read(QueryDict(total.query.removeprefix("?")), standpoint).found
            assert [row.milestone.pk for row in found] == [row.milestone.pk for row in total.rows]


def test_a_ministrys_numbers() -> None:
    """Of its page, now and as of a frozen round: the board that each address opens shows as many tasks."""
    frozen = list(Round.objects.frozen().order_by("no"))
    seen = 0
    for name, asked in (("coordinator", None), ("coordinator", frozen[0]), ("reader", frozen[-1]), ("reader", None)):
        user = User.objects.get(username=name)
        for code in ("SIM001", "SIM003", "SIM005"):
            found = of_ministry.read(code, stand(user, clock.now(), asked))
            assert found is not None
            assert len(found.tasks) == behind(found.board, user)
            lines = [each for one in found.chapters for each in (one.tasks, one.late, one.no_reply, one.moved)]
            of_chapters = [*lines, *(light for one in found.chapters for light in one.lights)]
            for number in (*found.numbers, *found.lights, *of_chapters):
                assert number.count == behind(number.url, user), (name, code, number)
                seen += bool(number.count)
    assert seen > 50, "the data are so thin that the numbers prove nothing"


def behind(address: str, user: User) -> int:
    """How many tasks the board at this address shows."""
    path, _mark, query = address.partition("?")
    given = resolve(path).kwargs
    round_ = Round.objects.get(no=given["no"]) if given else Round.objects.current()
    assert round_ is not None
    return len(board.build(round_, QueryDict(query), user=user, at=clock.now()).found)


def test_the_queues_numbers() -> None:
    """Under each ministry and light the page has as many lines as the number said."""
    user, round_ = User.objects.get(username="coordinator"), Round.objects.current()
    assert round_ is not None
    for no, report in enumerate(Report.objects.in_round(round_).filter(state=State.ACCEPTED).order_by("task__code")):
        builders.reopen(report, by=user, at=clock.now())
        holder = fresh(report).opened_by
        if no % 2 and holder is not None:
            builders.release_review(report, by=holder, at=clock.now())
    whole = Queue(round_, user, Wanted(), counts=True)
    assert sum(bool(number.count) for number in whole.numbers) > 2
    for asked in ("", *(f"ministry={row.code}" for row in whole.ministries), *(f"light={row}" for row in whole.lights)):
        listed = Queue(round_, user, Wanted.of(QueryDict(asked).dict()), counts=True)
        assert listed.rows, "a filter is offered, and nothing is behind it"
        for number in listed.numbers:
            query = QueryDict(number.query.removeprefix("?")).dict()
            assert number.count == len(Queue(round_, user, Wanted.of(query), counts=True).rows), (asked, number)


def test_the_numbers_of_reminders() -> None:
    """Whoever is offered owes something, and each number of what was sent opens as many mails."""
    user, round_ = User.objects.get(username="coordinator"), Round.objects.current()
    assert round_ is not None
    at = clock.now()
    choice = reminding.choose(round_, reminding.Asked(tick="all"), at=at)
    assert listed_as_owing_reports(choice) == counted_on_the_board(round_) > 0
    for one in choice.candidates:
        for state, count in one.states:
            query = QueryDict(f"ministry={one.code}&state={state.value}")
            assert count == len(board.build(round_, query, user=user, at=at).found)
    workflow.remind(round_.pk, choice.codes[:3], by=user, at=at, key=builders.key())
    workflow.remind(round_.pk, choice.codes[:1], by=user, at=at + timedelta(minutes=1), key=builders.key())
    whole = reminded.read(round_, QueryDict(), user=user)
    assert len(whole.runs) >= 2
    for asked in ("run=all", *(f"run={run.name}" for run in whole.runs), f"run=all&ministry={choice.codes[0]}"):
        page = reminded.read(round_, QueryDict(asked), user=user)
        for number in (*page.numbers, *(number for run in page.runs for number in run.numbers)):
            assert number.count == len(reminded.read(round_, QueryDict(number.query[1:]), user=user).found), number


def counted_on_the_board(round_: Round) -> int:
    """How many ministries the board's button says that there are to remind."""
    return board.build(round_, {}, user=User.objects.get(username="coordinator"), at=clock.now()).owing


def listed_as_owing_reports(choice: reminding.Choice) -> int:
    """How many ministries stand in the part of the page that the button leads to."""
    return next((len(found) for name, _heading, found in choice.parts if name == "reports"), 0)


def test_whom_the_board_counts_is_whom_the_page_of_reminders_lists() -> None:
    round_ = Round.objects.current()
    assert round_ is not None
    choice = reminding.choose(round_, reminding.Asked(), at=clock.now())
    assert counted_on_the_board(round_) == listed_as_owing_reports(choice) > 1
    assert [one for _name, _heading, found in choice.parts for one in found if one not in choice.candidates] == []
    assert sum(len(found) for _name, _heading, found in choice.parts) == len(choice.candidates)
    # Whoever has sent everything may still owe a text or an answer, and is listed apart.
    Report.objects.in_round(round_).update(state=State.SUBMITTED, current=Revision.objects.order_by("pk").first())
    choice = reminding.choose(round_, reminding.Asked(), at=clock.now())
    assert counted_on_the_board(round_) == listed_as_owing_reports(choice) == 0
