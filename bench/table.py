"""The one table, in Markdown: it reads as well in a terminal as in docs/performance.md."""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from .bars import holds_at
from .measuring import Measured
from .pages import FLAGGED, FLOORS
from .results import Result
from .serving import ROOT

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def report(results: Sequence[Result], missed: Sequence[str], smaller: Sequence[Result] = ()) -> str:
    """Everything that was measured, with the machine and the date; `smaller`: the same at size S, by engine."""
    counts = {(result.engine, row.name): row.queries for result in smaller for row in result.measured}
    blocks = [_machine()]
    for result in results:
        blocks += [f"**{result.engine}, {result.size}** (built in {result.built_in:.0f} s; load {result.load:.1f})"]
        blocks += [_rows(result, counts), _rest(result)]
    if missed:
        blocks += ["Missed:", "\n".join(f"- {text}" for text in missed)]
    elif all(holds_at(result.size[:1]) for result in results):
        blocks += ["No bar is missed."]
    else:
        blocks += ["Reported, not judged: the bars hold at size M."]
    return "\n\n".join(block for block in blocks if block) + "\n"


HEAD = ("Page", "ms", "p95", "Floor", "ms", "Ratio", "Bar", "Queries", "at S", "in the database", "HTML", "gzip")


def _rows(result: Result, counts: dict[tuple[str, str], int]) -> str:
    rows = [_cells(row, counts.get((result.engine, row.name))) for row in result.measured]
    return _table([HEAD, *rows])


def _cells(row: Measured, at_s: int | None) -> tuple[str, ...]:
    over = row.ratio > (row.within or FLAGGED)
    return (
        row.name,
        f"{row.page.median:.1f}",
        f"{row.page.p95:.1f}",
        FLOORS[row.floor],
        f"{row.below.median:.1f}",
        f"**{row.ratio:.2f}**" if over else f"{row.ratio:.2f}",
        f"{row.within:g}" if row.within else "–",
        str(row.queries),
        "–" if at_s is None else str(at_s),
        f"{row.database_ms:.1f} ms",
        f"{row.raw / 1000:.1f} kB",
        f"{row.packed / 1000:.1f} kB",
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Markdown with its columns in line."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    numbers = [column for column in range(len(rows[0])) if column not in (0, 3)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            text.rjust(w) if n in numbers else text.ljust(w)
            for n, (text, w) in enumerate(zip(cells, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    rule = [f"{'-' * (w - 1)}:" if n in numbers else "-" * w for n, w in enumerate(widths)]
    return "\n".join([line(rows[0]), f"| {' | '.join(rule)} |", *map(line, rows[1:])])


def _rest(result: Result) -> str:
    return "\n".join(f"- {text}" for text in _lines(result))


def _lines(result: Result) -> Iterable[str]:
    if surge := result.surge:
        yield (
            f"Surge: {surge.number} submissions at {surge.rate:.0f} a second, answered at {surge.answered:.0f}; "
            f"p50 {surge.p50:.2f} s, p95 {surge.p95:.2f} s, p99 {surge.p99:.2f} s; answers {surge.answers}; "
            f"{surge.acknowledged} acknowledged, {surge.rows} stored."
        )
    for visit in result.visits:
        yield (
            f"First visit, {visit.name}: {visit.total / 1000:.1f} kB compressed beside fonts, {visit.page / 1000:.1f} "
            f"kB of it pages (that of the sign-in as well)."
        )
    for export in result.exports:
        yield f"Export {export.address}: {export.size / 1000:.1f} kB in {export.ms:.0f} ms."
    if result.workers:
        held = ", ".join(f"{row.resident:.0f} MB ({row.proportional:.0f})" for row in result.workers)
        yield f"Memory of each worker after all of it (shared parts counted once among them): {held}."
    if result.absent:
        yield f"Not there: {', '.join(result.absent)}."
    for text in result.wrong:
        yield f"**Wrong:** {text}"


def _machine() -> str:
    """The date and what it was measured on."""
    info, memory = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    model = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    total = re.search(r"MemTotal:\s*(\d+)", memory.read_text()) if memory.exists() else None
    git = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    parts = [
        f"{datetime.now().astimezone():%Y-%m-%d %H:%M}",
        f"{os.cpu_count()} cores of {model.group(1) if model else platform.machine()}",
        f"{int(total.group(1)) / 1024**2:.0f} GB of memory" if total else "",
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        f"at {commit}" if commit else "",
    ]
    return "Measured on " + ", ".join(part for part in parts if part) + "."


def write_into(paper: Path, text: str) -> None:
    """Put the table between the paper's two marks."""
    before, begin, rest = paper.read_text(encoding="utf-8").partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{paper.name} lacks the marks {BEGIN} and {END}.")
    paper.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
