"""Which rows name files, so that a backup brings each file with its row."""

from records.stored import Stored

STORED = [Stored("tasks.Attachment")]
