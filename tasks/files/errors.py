"""Why a file could not be kept, or not be found again. What is wrong with the file itself is `Invalid`."""

from django.utils.translation import gettext as _

from records.errors import Refused


class NotKept(Refused):
    """The portal could not keep the file at this moment: the disk is full, or the scanner does not answer.

    507 and no other: proxies answer 503 themselves, and the page's script shows an answer of ours only.
    """

    status = 507


class FileMissing(Refused):
    """The row is there and its file is not. The record's check names it; the reader is told whom to ask."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("The file is recorded, but it is not on the server. Tell the system administrator: it is in the backup.")
        )
