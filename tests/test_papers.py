"""The papers tell the truth: what they name is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.either

ROOT = Path(settings.BASE_DIR)
PAPERS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
TEST = re.compile(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`")
ENGINES = {
    "either": "SQLite",
    "postgres": "PostgreSQL",
    "sqlite": "SQLite",
}  # by the mark of a test that is run on one engine only
ENGINE = re.compile(rf"\(({'|'.join(ENGINES.values())})\)")


def promised() -> Iterator[tuple[str, str, set[str]]]:
    """(file, test, engines said) of each test that docs/security.md names. A test without a file is of the last file
    named; an engine in brackets is said of all that stands between the same two semicolons."""
    file = ""
    for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines():
        for part in line.rpartition(" | ")[2].split(";"):
            engines = set(ENGINE.findall(part))
            for path, name in TEST.findall(part):
                file = path or file
                yield file, name, engines


@cache
def engines_of(file: str) -> dict[str, set[str]]:
    """The engines that each test of a file is bound to, by its own marks and its module's; none: it is run on both."""
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    of_all: set[str] = set()
    found: dict[str, set[str]] = {}
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            of_all = bound(node.value)
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = set().union(*map(bound, node.decorator_list))
    return {name: own | of_all for name, own in found.items()}


def bound(marks: ast.expr) -> set[str]:
    """The engines that these marks name."""
    return {engine for mark, engine in ENGINES.items() if re.search(rf"\bmark\.{mark}\b", ast.unparse(marks))}


def test_every_promise_names_a_test_that_is_there() -> None:
    named = list(promised())
    assert len(named) > 60
    assert [f"{file}::{name}" for file, name, _said in named if name not in engines_of(file)] == []


def test_a_promise_says_where_it_is_shown_on_one_engine_only() -> None:
    wrong = [
        f"{file}::{name} is run on {' and '.join(engines_of(file)[name]) or 'both'}, {' and '.join(said) or 'both'} is said"
        for file, name, said in promised()
        if engines_of(file).get(name, said) != said
    ]
    assert wrong == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_papers_lead_somewhere(paper: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text(encoding="utf-8"))
    assert [target for target in targets if not (paper.parent / target).exists()] == []
