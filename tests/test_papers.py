"""The papers tell the truth: what they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PAPERS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
TEST = re.compile(r"`(?:(tests/[\w/]+\.py)::)?(test_\w+)`")


def promised() -> Iterator[tuple[str, str]]:
    """(file, test) of each test that docs/security.md names; a test without a file is of the last file named."""
    file = ""
    for path, name in TEST.findall((ROOT / "docs/security.md").read_text(encoding="utf-8")):
        file = path or file
        yield file, name


def test_every_promise_names_a_test_that_is_there() -> None:
    named = list(promised())
    missing = [
        f"{file}::{name}" for file, name in named if not re.search(rf"\bdef {name}\(", (ROOT / file).read_text())
    ]
    assert len(named) > 60
    assert missing == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_papers_lead_somewhere(paper: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text(encoding="utf-8"))
    assert [target for target in targets if not (paper.parent / target).exists()] == []
