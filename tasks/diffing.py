"""Differences within a text, word by word, for people: what went, what came."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import partial
from typing import Literal

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|\s|[^\w\s]|_")
TOO_LONG = 15_000_000  # steps, one or two seconds: more than long texts take. "......" against ".,.,.," took minutes

Change = Literal["same", "gone", "new"]
Opcode = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order. Joining all but the new ones gives `old`, all but the gone `new`."""
    before, after, opcodes = _matched(old, new)
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in opcodes:
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece("gone", "".join(before[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("new", "".join(after[j1:j2])))
    return _joined(pieces)


class _TooLongError(Exception):
    pass


class _Matcher(SequenceMatcher[str]):
    """Gives up where the standard library's matcher would go on for minutes: it is cubic for texts of few words."""

    def __init__(self, before: list[str], after: list[str], steps: int) -> None:
        super().__init__(None, before, after, autojunk=False)
        often = Counter(after)
        self.looks_at = [often[part] for part in before]
        self.steps_left = steps

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self.steps_left -= sum(self.looks_at[alo:ahi])
        if self.steps_left < 0:
            raise _TooLongError
        return super().find_longest_match(alo, ahi, blo, bhi)


def _matched(old: str, new: str) -> tuple[list[str], list[str], Sequence[Opcode]]:
    """Both texts cut into parts and how these match: by words; where that takes too long by lines, or not at all."""
    by_words, by_lines = TOKEN.findall, partial(str.splitlines, keepends=True)
    finest_first: tuple[tuple[Callable[[str], list[str]], int], ...] = (
        (by_words, TOO_LONG),
        (by_lines, TOO_LONG // 10),
    )
    for cut, steps in finest_first:
        before, after = cut(old), cut(new)
        with suppress(_TooLongError):
            return before, after, _Matcher(before, after, steps).get_opcodes()
    return [old], [new], [("replace", 0, 1, 0, 1)]


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Two changes with nothing but blanks between them read as one."""
    result: list[Piece] = []
    gone, new = "", ""

    def flush() -> None:
        nonlocal gone, new
        result.extend(Piece(change, text) for change, text in (("gone", gone), ("new", new)) if text)  # type: ignore[arg-type]
        gone, new = "", ""

    for index, piece in enumerate(pieces):
        if piece.change == "gone":
            gone += piece.text
        elif piece.change == "new":
            new += piece.text
        elif piece.text.isspace() and "\n" not in piece.text and (gone and new) and index < len(pieces) - 1:
            gone, new = gone + piece.text, new + piece.text
        else:
            flush()
            result.append(piece)
    flush()
    return result
