"""엑셀: a ministry's drafts as a workbook, and a workbook that came back as a dry run. Knows nothing of the web."""

from .dry_run import KEPT_FOR, DryRun, dry_run
from .opening import SIZE_LIMIT, Problem, Unusable
from .reading import problem_of, read
from .writing import file_name, write

__all__ = [
    "KEPT_FOR",
    "SIZE_LIMIT",
    "DryRun",
    "Problem",
    "Unusable",
    "dry_run",
    "file_name",
    "problem_of",
    "read",
    "write",
]
