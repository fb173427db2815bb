"""The content of a report: from what was typed (`raw`, plain JSON) to what may be sent (`Content`), with its rules.

`raw.py` the text as typed · `sent.py` what may be sent, and its hash · `rules.py` what the rules depend on ·
`reader.py` the rules.
"""

from .raw import (
    INDICATOR_STRINGS,
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
    open_indicators,
    open_milestones,
    open_return,
    owed_indicators,
    unchanged_refusal,
    values_before,
)
from .sent import (
    Content,
    IndicatorAnswer,
    MilestoneAnswer,
    hashed_of,
)

__all__ = [
    "FILES_LIMIT",
    "INDICATOR_STRINGS",
    "MILESTONE_STRINGS",
    "STORED_LIMIT",
    "STRINGS",
    "TEXTS",
    "UNSTORABLE",
    "Content",
    "IndicatorAnswer",
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
    "open_indicators",
    "open_milestones",
    "open_return",
    "owed_indicators",
    "problems_of",
    "raw_of",
    "start_of",
    "tidy",
    "too_long",
    "too_many_files",
    "unchanged_refusal",
    "unstorable",
    "values_before",
]
