"""엑셀: the working group's register as a workbook, and one that came back as a dry run. Opened, read and written by
what ministries' workbooks are (`tasks/workbooks`): here stands only what is in it."""

from . import dry_run
from .dry_run import DryRun
from .reading import read, too_big
from .writing import file_name, write

__all__ = ["DryRun", "dry_run", "file_name", "read", "too_big", "write"]
