"""Differences within a text, word by word, for people: what went, what came."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|\s|[^\w\s]|_")
TOO_MANY = 4000  # tokens: beyond it the comparison goes by lines, which is read as easily and costs little

Change = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Piece:
    change: Change
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order. Joining all but the new ones gives `old`, all but the gone `new`."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    if len(before) + len(after) > TOO_MANY:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(before[i1:i2])))
            continue
        if i1 < i2:
            pieces.append(Piece("gone", "".join(before[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("new", "".join(after[j1:j2])))
    return _joined(pieces)


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
