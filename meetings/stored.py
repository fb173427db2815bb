"""Which rows of meetings name files, so that a backup brings each file with its row and the sweep spares it."""

from records.stored import Stored

STORED = [Stored("meetings.Paper"), Stored("meetings.KeptDocument")]
