"""What verification finds, in words that are kept in the database and read in either language."""

from dataclasses import dataclass
from typing import Any

from django.utils import translation

_translated = translation.gettext  # of texts that are marked where they are written
LIMIT = 160  # characters of a value that a finding quotes


@dataclass(frozen=True)
class Words:
    """A source text with its values, translated when it is read. A value may be Words itself."""

    text: str
    values: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        text = _translated(self.text)
        return text % {name: str(value) for name, value in self.values} if self.values else text

    def to_json(self) -> dict[str, Any]:
        values = {name: value.to_json() if isinstance(value, Words) else str(value) for name, value in self.values}
        return {"text": self.text, "values": values}

    @classmethod
    def from_json(cls, stored: Any) -> "Words":
        read = {
            name: cls.from_json(value) if isinstance(value, dict) else value for name, value in stored["values"].items()
        }
        return cls(stored["text"], tuple(read.items()))


def words(text: str, **values: Any) -> Words:
    """Words from a source text (mark it with gettext_noop) and the values for its places."""
    return Words(text, tuple(values.items()))


@dataclass(frozen=True)
class Finding:
    """One row that does not hold: in which stream, what kind of row (a model, or `trigger`), which, and why.

    `expected` is what the rest of the record says, `found` what the row says; both may be empty.
    """

    stream: str
    kind: str
    row: Words
    problem: Words
    expected: str = ""
    found: str = ""

    @property
    def is_difference(self) -> bool:
        """Whether the data differ; a missing trigger only warns."""
        return self.kind != "trigger"

    @property
    def quotes(self) -> tuple[str, str]:
        """`expected` and `found`, cut to what a line can hold."""
        return _cut(self.expected), _cut(self.found)

    def line(self) -> str:
        """The finding in one English line, for a terminal."""
        with translation.override("en"):
            expected, found = self.quotes
            told = f"{self.row}: {self.problem}"
            told += f" Expected: {expected}." if expected else ""
            return told + (f" Found: {found}." if found else "")

    def to_json(self) -> dict[str, Any]:
        expected, found = self.quotes
        return {
            "stream": self.stream,
            "kind": self.kind,
            "row": self.row.to_json(),
            "problem": self.problem.to_json(),
            "expected": expected,
            "found": found,
        }

    @classmethod
    def from_json(cls, stored: Any) -> "Finding":
        named = {name: Words.from_json(stored[name]) for name in ("row", "problem")}
        return cls(stored["stream"], stored["kind"], **named, expected=stored["expected"], found=stored["found"])


def _cut(text: str) -> str:
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"
