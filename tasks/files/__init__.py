"""첨부 on the disk: what may come in, where it lies, how it is read again. Knows nothing of the web or of reports."""

from .arriving import FILE_LIMIT, Kept, arriving, too_big
from .errors import FileMissing, NotKept
from .kinds import refuse
from .store import let_go, no_room, opened, path_of, sweep_files

__all__ = [
    "FILE_LIMIT",
    "FileMissing",
    "Kept",
    "NotKept",
    "arriving",
    "let_go",
    "no_room",
    "opened",
    "path_of",
    "refuse",
    "sweep_files",
    "too_big",
]
