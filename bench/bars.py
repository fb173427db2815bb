"""The bars of speed and scale, and which of them a run misses. They hold at size M; other sizes are reported."""

from collections.abc import Iterable

from .building import SIZES
from .measuring import Measured
from .results import Result

FIRST_VISIT, LATER = 150_000, 25_000  # bytes, compressed, beside fonts
BOARD_HTML = 2_000_000  # bytes, as the browser reads them
WORKER_MB = 150
SURGE_P95, SURGE_P99 = 1.0, 3.0  # seconds


def missed(result: Result, smaller: Result | None = None) -> list[str]:
    """In words, each bar that a run at size M misses; `smaller`: the same at size S, for what must not grow."""
    return [*_too_slow(result), *_growing(result, smaller), *_too_large(result), *_memory(result), *_surge(result)]


# So many queries of a page are asked only where there is anything to ask about: returns, files, calls, answers, late
# texts. The small portal has not all of it. What grows with the number of rows grows by more than that.
WHERE_ANY = 8


def holds_at(size: str) -> bool:
    return size == SIZES["M"].name


def _too_slow(result: Result) -> Iterable[str]:
    for row in result.measured:
        if row.within is not None and row.ratio > row.within:
            yield f"{row.name} takes {row.ratio:.1f} times its floor; {row.within:g} are allowed."


def _growing(result: Result, smaller: Result | None) -> Iterable[str]:
    before = {row.name: row.queries for row in smaller.measured} if smaller else {}
    for row in result.measured:
        if (fewer := before.get(row.name)) is not None and fewer + WHERE_ANY < row.queries:
            yield f"{row.name} asks {row.queries} queries, and {fewer} at size S: the number may not grow."


def _too_large(result: Result) -> Iterable[str]:
    for visit in result.visits:
        if visit.total >= FIRST_VISIT:
            yield f"A first visit to {visit.name} takes {visit.total:,} bytes; {FIRST_VISIT:,} are the limit."
    for row in result.measured:
        if row.packed >= LATER:
            yield f"{row.name} takes {row.packed:,} bytes compressed; {LATER:,} are the limit."
        yield from _html(row)


def _html(row: Measured) -> Iterable[str]:
    if row.is_board and row.raw >= BOARD_HTML:
        yield f"{row.name} is {row.raw:,} bytes of HTML; it has to be folded or paginated."


def _memory(result: Result) -> Iterable[str]:
    for worker in result.workers:
        if worker.resident >= WORKER_MB:
            yield f"A worker holds {worker.resident:.0f} MB; {WORKER_MB} are the limit."


def _surge(result: Result) -> Iterable[str]:
    surge = result.surge
    if surge is None or not surge.number:
        return
    if surge.p95 >= SURGE_P95 or surge.p99 >= SURGE_P99:
        yield f"In the surge p95 is {surge.p95:.2f} s and p99 {surge.p99:.2f} s; 1 s and 3 s are the limits."
    if set(surge.answers) != {"302"}:
        yield f"In the surge not every submission was taken: {surge.answers}."
    if not surge.number == surge.acknowledged == surge.rows:
        yield f"In the surge {surge.acknowledged} were acknowledged and {surge.rows} are stored, of {surge.number}."
