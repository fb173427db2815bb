"""`dev.py bench`: its arithmetic, its table, and once all of it on next to nothing. The figures themselves are no test:
they are measured at size M, and judged there."""

import gzip
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench import bars, table
from bench.measuring import Measured, Patience, Times, in_turns
from bench.pages import AGGREGATE, PAGES
from bench.results import Export, Result, SurgeOutcome, Visit, Worker
from bench.serving import ROOT, Answer, as_multipart, hidden_fields
from bench.weighing import Cache, packed

pytestmark = pytest.mark.either

BOARD = Measured(
    "Board", "/board/", AGGREGATE, 3, Times(20, 60, 80), Times(20, 20, 25), 18, 9.5, 120_000, 12_000, is_board=True
)
SURGE = SurgeOutcome(300, 50, 49.5, 0.1, 0.5, 0.9, {"302": 300}, 300, 300)


def result(row: Measured = BOARD, **more: Any) -> Result:
    """A run in which every bar holds, but for what is named."""
    rest: dict[str, Any] = {
        "engine": "PostgreSQL",
        "size": "M",
        "visits": [Visit("Board", 20_000, 100_000)],
        "exports": [Export("/board/export.csv", 70_000, 200)],
        "workers": [Worker(120, 80)],
        "surge": SURGE,
    }
    return Result(measured=[row], **rest | more)


def test_a_run_that_keeps_every_bar():
    assert bars.missed(result(), result()) == []


@pytest.mark.parametrize(
    ("found", "smaller", "word"),
    [
        (result(replace(BOARD, page=Times(20, 60.1, 80))), None, "3.0 times its floor"),
        (result(), result(replace(BOARD, queries=9)), "18 queries, and 9 at size S"),
        (result(visits=[Visit("Board", 50_000, 100_000)]), None, "150,000 bytes"),
        (result(replace(BOARD, packed=25_000)), None, "25,000 bytes compressed"),
        (result(replace(BOARD, raw=2_000_000)), None, "folded or paginated"),
        (result(workers=[Worker(120, 80), Worker(150, 90)]), None, "holds 150 MB"),
        (result(surge=replace(SURGE, p95=1.0)), None, "p95 is 1.00 s"),
        (result(surge=replace(SURGE, p99=3.0)), None, "p99 3.00 s"),
        (result(surge=replace(SURGE, answers={"302": 299, "500": 1})), None, "not every submission"),
        (result(surge=replace(SURGE, rows=299)), None, "299 are stored"),
        (result(surge=replace(SURGE, acknowledged=299)), None, "299 were acknowledged"),
    ],
)
def test_each_bar_that_is_missed_is_told_alone(found, smaller, word):
    (text,) = bars.missed(found, smaller)
    assert word in text


def test_what_is_only_reported_has_no_bar():
    assert bars.missed(result(replace(BOARD, within=None, page=Times(20, 900, 900)))) == []
    assert [bars.holds_at(size) for size in ("S", "M", "L")] == [False, True, False]


def test_the_bars_of_the_design_stand_in_the_list():
    """Board, My tasks and Review within three times; an unchanged poll within two."""
    allowed = {page.name: page.within for page in PAGES if page.within}
    assert {name: allowed[name] for name in ("Board", "My tasks", "Review", "Poll, unchanged")} == {
        "Board": 3,
        "My tasks": 3,
        "Review": 3,
        "Poll, unchanged": 2,
    }


def test_a_result_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "result.json"
    result().write(path)
    assert Result.read(path) == result()


def test_the_floor_and_the_page_take_turns():
    asked: list[str] = []

    def ask(name: str, seconds: float) -> Answer:
        asked.append(name)
        return Answer(200, {}, b"", seconds)

    floor, page = in_turns(lambda: ask("floor", 0.01), lambda: ask("page", 0.03), Patience(2, 4, 60))
    assert asked == ["floor", "page"] * (len(asked) // 2)
    assert (floor, page) == (Times(4, 10, 10), Times(4, 30, 30))


def test_the_table_says_what_is_missed_and_where():
    slow = replace(BOARD, page=Times(20, 100, 150))
    text = table.report([result(slow)], ["PostgreSQL: Board is slow."], [result(replace(BOARD, queries=17))])
    row = next(line for line in text.splitlines() if line.startswith("| Board"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:9] == ["100.0", "150.0", "bare aggregate", "20.0", "**5.00**", "3", "18", "17"]
    assert "- PostgreSQL: Board is slow." in text
    assert "No bar is missed." in table.report([result()], [])
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(line) for line in lines}) == 1, "its columns stand in line"


def test_the_table_goes_between_the_marks_of_the_paper(tmp_path):
    paper = tmp_path / "performance.md"
    paper.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")
    table.write_into(paper, "new\n")
    table.write_into(paper, "newer\n")
    assert paper.read_text() == f"before\n{table.BEGIN}\n\nnewer\n\n{table.END}\nafter\n"
    (tmp_path / "bare.md").write_text("")
    with pytest.raises(ValueError, match="lacks the marks"):
        table.write_into(tmp_path / "bare.md", "new")


def test_our_paper_has_the_marks():
    text = (ROOT / "docs" / "performance.md").read_text()
    assert table.BEGIN in text
    assert table.END in text


class Files:
    """A browser before made-up static files."""

    FILES = {
        "/static/a.css": b'@import "sub/b.css"; @font-face { src: url("c.woff2") }',
        "/static/sub/b.css": b".x{}",
        "/static/a.js": b'import { x } from "./b.js";\n',
        "/static/b.js": b"export const x = 1;\n",
    }

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, path: str, **_headers: str) -> Answer:
        self.asked.append(path)
        return Answer(200, {"content-encoding": "gzip"}, gzip.compress(self.FILES[path]), 0.0)


def test_what_a_page_loads_is_weighed_once_and_without_fonts():
    files: Any = Files()
    cache = Cache(files)
    page = '<link rel="stylesheet" href="/static/a.css"><script src="/static/a.js" type="module"></script>'
    assert cache.load(page) == sum(len(gzip.compress(content)) for content in Files.FILES.values())
    assert sorted(files.asked) == sorted(Files.FILES)
    assert cache.load(page) == 0
    assert packed(b"a" * 1000) < 100


def test_forms_as_a_browser_sends_them():
    assert hidden_fields('<input type="hidden" name="next" value="/"> <input name="login">') == {"next": "/"}
    body = as_multipart({"a": "가", "b": ["1", "2"]}, "x").decode()
    assert body.count("--x\r\n") == 3
    assert body.endswith('name="b"\r\n\r\n2\r\n--x--\r\n')


def test_the_floors_are_refused_under_other_settings():
    """They would be a way to write into a portal that nobody watches over."""
    code = "import django; django.setup(); import bench.floors"
    outcome = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 1
    assert "under bench.settings only" in outcome.stderr


@pytest.mark.faults
def test_a_whole_run_on_next_to_nothing(tmp_path):
    """Every page is asked for, a draft saved, reports sent; what does not answer as it has to fails the run."""
    if not (ROOT / "var" / "static" / "staticfiles.json").exists():
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        demo = os.environ | {"DJANGO_SETTINGS_MODULE": "tfportal.settings.demo"}
        subprocess.run(collect, cwd=ROOT, env=demo, check=True)
    paper = tmp_path / "performance.md"
    paper.write_text(f"{table.BEGIN}{table.END}")
    command = [sys.executable, "-m", "bench", "--quick", "--engine", "sqlite", "--write", str(paper)]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    text = Path(paper).read_text()
    names = {page.name for page in PAGES if page.within} | {"A draft saved", "A submission"}
    assert {name for name in names if f"| {name} " not in text} == set()
    assert re.search(r"([1-9]) acknowledged, \1 stored", text), text
