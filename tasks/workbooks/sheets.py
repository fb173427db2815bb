"""What any workbook of the portal is made of: sheets and columns, declared once, and the hidden sheet that tells what
was changed in it. Ministries' tasks and the working group's register are written and read by this."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from records.chain import sha256

from ..models.reporting import TEXT_LIMIT

HIDDEN = "tfportal"  # the sheet with the signature
HEAD_ROW = 1


class Kind(Enum):
    """What stands in a column's cells. All but the first two are for the officer to fill."""

    SHOWN = auto()
    HIDDEN = auto()  # a number that says which row it is
    TEXT = auto()
    LIGHT = auto()
    MINISTRIES = auto()
    PERCENT = auto()
    DATE = auto()
    CHOICE = auto()
    CAUSE = auto()
    NUMBER = auto()
    LISTED = auto()  # one of the words of a list that stands in the workbook
    WHOLE = auto()
    NAMES = auto()  # several, with commas between

    @property
    def is_filled(self) -> bool:
        return self not in (Kind.SHOWN, Kind.HIDDEN)


@dataclass(frozen=True)
class Column:
    """`key`: the field or the part of an answer that it fills, or what it shows. `was`: it shows last round's.
    `limit`: of the characters of a text."""

    key: str
    label: str | Promise
    width: int  # of some characters
    kind: Kind = Kind.SHOWN
    was: bool = False
    limit: int = TEXT_LIMIT

    @property
    def header(self) -> str:
        return _("Last round: %(field)s") % {"field": self.label} if self.was else str(self.label)


@dataclass(frozen=True)
class Sheet:
    key: str
    label: str | Promise
    columns: tuple[Column, ...]
    frozen: int  # so many columns stay in sight

    @property
    def title(self) -> str:
        return str(self.label)

    def number(self, key: str) -> int:
        """The number of the column with this key, from 1 on."""
        return next(number for number, column in enumerate(self.columns, 1) if column.key == key)

    @property
    def filled(self) -> list[tuple[int, Column]]:
        return [(number, column) for number, column in enumerate(self.columns, 1) if column.kind.is_filled]


def signature(row_id: int, field: str, value: Any) -> str:
    """What tells that a field is as it was: the same for the same value, and says nothing of it."""
    return sha256([row_id, field, value])
