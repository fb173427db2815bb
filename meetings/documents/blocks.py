"""What a document is made of: paragraphs in the levels of the government's own style, tables with merged cells, page
breaks. Frozen values without a query in them: whoever composes a document reads, whoever writes it only writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tasks.models import Light


class Level(StrEnum):
    """개조식: the levels of a government paper, with the mark that each paragraph of it begins with. TEXT has none."""

    TOPIC = "□"
    ITEM = "ㅇ"
    DETAIL = "-"
    NOTE = "*"
    TEXT = ""


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Span:
    """A piece of a line. `light`: its shape stands before the text in the light's colour. `is_struck`: taken out by a
    correction, and so shown struck through."""

    text: str
    is_bold: bool = False
    light: Light | None = None
    is_struck: bool = False


Inline = str | Sequence[Span]


@dataclass(frozen=True)
class Title:
    """The document's own heading, once, centred."""

    text: str
    under: str = ""


@dataclass(frozen=True)
class Heading:
    """`level` 1: a chapter, which the index and a PDF's outline name; 2: a part of it. `name`: by which an index finds
    its page."""

    text: str
    level: int = 1
    name: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of a level, its mark not in the text. A text of several lines keeps them."""

    content: Inline
    level: Level = Level.TEXT
    align: Align = Align.LEFT


@dataclass(frozen=True)
class Cell:
    """A cell, and over how many columns and rows it goes. A cell under a merged one is left out, as in HTML."""

    content: Inline = ""
    columns: int = 1
    rows: int = 1
    align: Align = Align.LEFT
    is_head: bool = False


@dataclass(frozen=True)
class Table:
    """`head` rows are repeated on each page. `widths`: shares of the text's width, one for each column. `pages`: of an
    index, for each row the name of the heading that it leads to: a writer that knows pages adds a column of them."""

    caption: str
    head: Sequence[Sequence[Cell]]
    body: Sequence[Sequence[Cell]]
    widths: Sequence[int]
    pages: Sequence[str] = ()


@dataclass(frozen=True)
class Boxed:
    """Paragraphs in a frame, such as the mark on how a paper is to be handled."""

    blocks: Sequence[Paragraph]


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page. `is_first`: that page is number 1, those before it are the cover and have
    none."""

    is_first: bool = False


Block = Title | Heading | Paragraph | Table | Boxed | PageBreak


@dataclass(frozen=True)
class Document:
    """One document. `draft`: stands on every page of one that is not final, empty for a final one. `handling`: the mark
    on how it is to be handled, on every page. `made_at`, `author`: its metadata; never the machine's clock or account.
    `language`: "ko" or "en", that of its own words; texts of ministries stay in theirs."""

    title: str
    language: str
    author: str
    made_at: datetime
    blocks: Sequence[Block] = field(default_factory=tuple)
    subject: str = ""
    draft: str = ""
    handling: str = ""
    header: str = ""  # at the head of every page, such as the meeting and its day
