"""One task on the board: what a person may know of its light and state, and what changed since an earlier round."""

from .reading import codes_of, read_tiles
from .tile import Tile, Viewer, letter_of, state_label
from .vocabulary import ACCEPTANCES, BETWEEN_VERBS, INNER_VERBS, LATER_VERBS, OPEN_VERBS, TEAM_VERBS, Also, Since

__all__ = [
    "ACCEPTANCES",
    "BETWEEN_VERBS",
    "INNER_VERBS",
    "LATER_VERBS",
    "OPEN_VERBS",
    "TEAM_VERBS",
    "Also",
    "Since",
    "Tile",
    "Viewer",
    "codes_of",
    "letter_of",
    "read_tiles",
    "state_label",
]
