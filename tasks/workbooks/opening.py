"""A workbook that came back, before anybody asks what it is about: whether it is one, whether it is ours, and what
stands in its cells. Refused with a reason, bounded in time and memory, whatever the file is."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from records.errors import Refused

from .. import content
from ..files import packages
from ..models import FileKind
from . import values
from .package import Cell, Damaged, Rows, TooMuch, Workbook
from .sheets import HEAD_ROW, HIDDEN, Sheet

SIZE_LIMIT = 5 * 1024 * 1024  # bytes: 500 tasks full of text have one or two million
SHOWN_PROBLEMS = 100
BROKEN = "\0"  # the value of a cell that has none: no text is like it


@dataclass(frozen=True)
class Problem:
    """What is wrong, where (`at`: sheet and cell; empty for the whole file), and how to mend it. A `hint` is no reason
    to refuse: a draft may hold it, but it cannot be sent."""

    text: str
    at: str = ""
    hint: bool = False


class Unusable(Refused):
    """The workbook is not taken. `problems`: every reason that was found; the first hundred of them."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(" ".join(f"{row.at} {row.text}".strip() for row in problems))
        self.problems = list(problems[:SHOWN_PROBLEMS])
        self.more = max(len(problems) - SHOWN_PROBLEMS, 0)

    @property
    def has_hints(self) -> bool:
        return any(row.hint for row in self.problems)

    @property
    def is_whole(self) -> bool:
        """Whether it is about the file as a whole, and not about its cells."""
        return not self.problems[0].at


def refuse(text: str) -> Unusable:
    return Unusable(Problem(text))


@contextmanager
def opened(file: BinaryIO, too_big: Callable[[], str]) -> Iterator[Workbook]:
    """The workbook, to be read; whatever is wrong with the file as a whole raises Unusable, and so does what turns out
    while it is read."""
    judge(file, too_big)
    try:
        yield Workbook(file)
    except Damaged as error:
        raise refuse(damaged()) from error
    except TooMuch as error:
        raise refuse(_("The workbook holds far more rows, cells or text than the one that was downloaded.")) from error


def damaged() -> str:
    return _("The file is damaged. Save it again as .xlsx, then upload it.")


def judge(file: BinaryIO, too_big: Callable[[], str]) -> None:
    """Whether it is an .xlsx by its content, and of a size to be opened. `too_big`: what to say of one that is not."""
    size = packages.size_of(file)
    no_workbook = _("This is no Excel workbook. Upload the .xlsx file that you downloaded and filled in.")
    if not size:
        raise refuse(_("The file is empty."))
    if size > SIZE_LIMIT:
        raise refuse(too_big())
    file.seek(0)
    head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(_("An old Excel file (.xls), or one with a password. Save it as .xlsx, without a password."))
    if not head.startswith(b"PK\3\4"):
        raise refuse(no_workbook)
    try:
        if packages.kind_of(file, size) is not FileKind.XLSX:
            raise refuse(no_workbook)
    except packages.OtherKind as error:
        raise refuse(no_workbook) from error
    except packages.Damaged as error:
        raise refuse(damaged()) from error
    except packages.BadPackage as error:
        raise refuse(str(error)) from error
    file.seek(0)


def head_of(book: Workbook, format_: int, foreign: str) -> tuple[dict[str, Any], Rows]:
    """What the hidden sheet says in its first cell, and its rows. `foreign`: what to say of a workbook without one."""
    if HIDDEN not in book.titles:
        raise refuse(foreign)
    rows = book.sheet(HIDDEN)
    head = json_in(rows.get(1, {}).get(1))
    if head.get("format") != format_:
        raise refuse(_("This workbook is of another version of the portal. Download it again, and fill that one in."))
    return head, rows


@dataclass(frozen=True)
class Signed:
    """What the hidden sheet says of the others: their titles, and the headers of their columns, in the language in
    which the workbook was written."""

    titles: dict[str, str]
    headers: dict[str, dict[str, str]]

    @classmethod
    def of(cls, head: dict[str, Any]) -> "Signed":
        titles, headers = head.get("sheets", {}), head.get("headers", {})
        if not is_words(titles) or not isinstance(headers, dict) or not all(map(is_words, headers.values())):
            raise Damaged
        return cls(titles, headers)

    def rows(self, book: Workbook, what: Sheet) -> Rows:
        """The cells of a sheet below its header, which has to be as it was."""
        title, headers = self.titles.get(what.key, ""), self.headers.get(what.key, {})
        if title not in book.titles:
            raise refuse(missing_sheet() % {"title": title[:40]})
        rows = book.sheet(title)
        head = rows.pop(HEAD_ROW, {})
        for number, column in enumerate(what.columns, 1):
            if values.text_in(head.get(number)) != headers.get(column.key, ""):
                raise refuse(
                    moved_columns() % {"title": title[:40], "header": headers.get(column.key, column.key)[:60]}
                )
        return rows


def missing_sheet() -> str:
    return _("The sheet “%(title)s” is missing or was renamed. Copy your texts into a newly downloaded workbook.")


def moved_columns() -> str:
    return _("Sheet “%(title)s”: the header “%(header)s” was changed, or columns were moved. Put it back as it was.")


def is_words(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def json_in(cell: Cell | None) -> dict[str, Any]:
    try:
        found = json.loads(str(cell.value)) if cell else None
    except (ValueError, RecursionError) as error:
        raise Damaged from error
    if not isinstance(found, dict) or content.UNSTORABLE.search(json.dumps(found, ensure_ascii=False)):
        raise Damaged
    return found


def number_in(cell: Cell | None) -> int:
    """A whole number; -1 for anything else."""
    value = cell.value if cell and not cell.trouble else None
    return int(value) if isinstance(value, float) and value.is_integer() and 0 <= value < 2**53 else -1


def no_value(cell: Cell | None) -> str:
    """Why nothing can be read from a cell; empty where something can."""
    if cell and cell.trouble == "formula":
        return _("A formula stands here. Type the value itself.")
    if cell and cell.trouble:
        return _("The cell shows the error %(error)s. Type the value itself.") % {"error": str(cell.value)[:20]}
    return ""


def sound(value: Any, wrong: str, limit: int) -> values.Read:
    """What was read, unless no database could store it, or it is too long."""
    if content.UNSTORABLE.search(str(value)):
        return BROKEN, wrong or _("Remove the invisible null character: it cannot be stored.")
    if not wrong and isinstance(value, str) and len(value) > limit:
        wrong = content.too_long(len(value), limit)
    return value, wrong
