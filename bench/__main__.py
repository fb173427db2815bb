"""`python3 dev.py bench`: builds, measures, prints the table, and fails where a bar is missed."""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from . import bars, table
from .building import QUICK, SIZES, Databases, Size, databases
from .results import Result
from .serving import ROOT

ENGINES = {"postgres": "PostgreSQL", "sqlite": "SQLite"}


@dataclass
class Bench:
    """What was found on all engines, and what is missed."""

    quick: bool
    results: list[Result] = field(default_factory=list)
    smaller: list[Result] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def measure(self, engine: str, size: Size) -> None:
        """The size on that engine; where the bars hold, the smallest size first, for its queries alone."""
        with databases(engine) as made:
            smaller = None
            if bars.holds_at(size.name) and not self.quick:
                smaller = self._run(made, SIZES["S"], "--queries")
                self.smaller.append(smaller)
            result = self._run(made, size, *(["--quick"] if self.quick else []))
            self.results.append(result)
        if bars.holds_at(size.name):
            self.missed += [f"{result.engine}: {text}" for text in bars.missed(result, smaller)]
        self.missed += [f"{row.engine}, {row.size}: {text}" for row in (smaller, result) if row for text in row.wrong]

    def _run(self, made: Databases, size: Size, *options: str) -> Result:
        say(f"{ENGINES[made.engine]}: simulating {size}")
        began = time.monotonic()
        env = made.build(size)
        built_in = time.monotonic() - began
        say(f"{ENGINES[made.engine]}: built in {built_in:.0f} s, measuring")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "result.json"
            code = subprocess.run(
                [sys.executable, "-m", "bench.run", str(path), *options], cwd=ROOT, env=env, check=False
            ).returncode
            if code:
                raise SystemExit(f"The measurements of {ENGINES[made.engine]} at {size.name} broke off, see above.")
            result = Result.read(path)
        result.engine, result.size, result.built_in = ENGINES[made.engine], str(size), built_in
        return result


def say(text: str) -> None:
    """Progress, one line each."""
    print(text, flush=True)  # noqa: T201 (the terminal is its page)


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dev.py bench", description="Measures the portal against floors in the same run.", allow_abbrev=False
    )
    parser.add_argument("--size", choices=sorted(SIZES), default="M", help="how much is simulated (default: M)")
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="postgres", help="default: postgres")
    parser.add_argument("--quick", action="store_true", help="try everything on next to nothing; nothing is judged")
    parser.add_argument("--write", type=Path, metavar="PAPER", help="put the table into docs/performance.md as well")
    return parser


def main(arguments: Sequence[str]) -> int:
    """Measure; returns 1 where a bar is missed or something did not answer as it has to."""
    options = command_line().parse_args(arguments)
    bench = Bench(options.quick)
    for engine in ENGINES if options.engine == "both" else [options.engine]:
        bench.measure(engine, QUICK if options.quick else SIZES[options.size])
    text = table.report(bench.results, bench.missed, bench.smaller)
    say("\n" + text)
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    paper = folder / f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}.md"
    paper.write_text(text, encoding="utf-8")
    say(f"Written to {paper.relative_to(ROOT)}")
    if options.write:
        table.write_into(options.write, text)
    return 1 if bench.missed else 0


def interrupt(signum: int, frame: object) -> None:
    """However this program is asked to end, the servers that it started go as well."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    sys.exit(main(sys.argv[1:]))
