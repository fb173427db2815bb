"""The content of a report: from what was typed (`raw`, plain JSON) to what may be sent (`Content`), with its rules.

`raw.py` the text as typed · `sent.py` what may be sent, and its hash · `rules.py` what the rules depend on ·
`reader.py` the rules.
"""

from .raw import (
    MILESTONE_STRINGS,
    STRINGS,
    TEXTS,
    Problems,
    Raw,
    baseline_of,
    blank,
    changed_fields,
    raw_of,
    start_of,
    tidy,
)
from .reader import (
    FILES_LIMIT,
    STORED_LIMIT,
    UNSTORABLE,
    check,
    count_words,
    problems_of,
    too_long,
    too_many_files,
    unstorable,
)
from .rules import (
    Rules,
    due_milestones,
    files_of,
    open_milestones,
    open_return,
    unchanged_refusal,
)
from .sent import (
    Content,
    MilestoneAnswer,
    hashed_of,
)

__all__ = [
    "FILES_LIMIT",
    "MILESTONE_STRINGS",
    "STORED_LIMIT",
    "STRINGS",
    "TEXTS",
    "UNSTORABLE",
    "Content",
    "MilestoneAnswer",
    "Problems",
    "Raw",
    "Rules",
    "baseline_of",
    "blank",
    "changed_fields",
    "check",
    "count_words",
    "due_milestones",
    "files_of",
    "hashed_of",
    "open_milestones",
    "open_return",
    "problems_of",
    "raw_of",
    "start_of",
    "tidy",
    "too_long",
    "too_many_files",
    "unchanged_refusal",
    "unstorable",
]
