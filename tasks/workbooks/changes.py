"""What one cell of a workbook would change, as its dry run shows it: old and new, and who changed what."""

from dataclasses import dataclass

from ..diffing import Piece, compare
from ..models import Light

COMPARED = 200_000  # characters of a page that are compared word by word; beyond, both texts stand whole


@dataclass(frozen=True)
class Change:
    """One field: where it stands in the workbook, what it is now and what it would be, in words. `theirs`: somebody
    changed it on the portal since the download, and to something else."""

    name: str
    label: str
    at: str
    old: str
    new: str
    pieces: list[Piece]
    theirs: bool
    light: Light | None = None  # that it would be, where the field is the light
    is_ministry_text: bool = False  # the words are somebody's own, and stay in their language


@dataclass
class Comparing:
    """Compares word by word, as long as a page is not too long for it."""

    left: int = COMPARED

    def change(
        self,
        name: str,
        label: str,
        at: str,
        old: str,
        new: str,
        *,
        is_text: bool = False,
        theirs: bool = False,
        light: Light | None = None,
    ) -> Change:
        """One change. `is_text`: it is a text, which is compared by words."""
        self.left -= len(old) + len(new)
        pieces = compare(old, new) if is_text and self.left > 0 else [Piece("gone", old), Piece("new", new)]
        shown = [piece for piece in pieces if piece.text]
        return Change(name, label, at, old, new, shown, theirs, light, is_text)
