"""What a workbook that was read would do, against the drafts as they stand at this moment. Read-only.

A cell that was changed in the file and not on the portal fills the draft. One that was changed on both sides to
different values is a conflict: the person chooses for the row. What was submitted meanwhile takes nothing any more,
and of a milestone or an indicator that no form asks for any more nothing is taken.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tfportal import dates

from .. import content, reading
from ..models import Indicator, Milestone, WorkbookUpload
from ..rows import Row
from ..workflow import Filling
from ..worklist import Worklist
from . import values
from .changes import Change, Comparing
from .columns import (
    INDICATOR,
    INDICATORS,
    MILESTONE,
    MILESTONES,
    TASKS,
    fields_of,
    part_of,
    place_of,
    signature,
    with_fields,
)

KEPT_FOR = timedelta(days=2)
WRITTEN = frozenset({*content.TEXTS, "also_reason"})  # the fields that are texts of the ministry


@dataclass(frozen=True)
class Line:
    """One task of the workbook with what it would change. `ended`: what it would, had it not ended since; `taken`: the
    raw text that its draft would become; `places`: where each field stands in the workbook."""

    row: Row
    changes: list[Change]
    ended: list[Change]
    taken: content.Raw
    moved: bool  # since the download
    places: dict[str, str]

    @property
    def is_conflict(self) -> bool:
        return any(change.theirs for change in self.changes)

    @cached_property
    def warnings(self) -> list[tuple[str, str]]:
        """Why it could not be sent like that, each at its cell. A draft may hold it all the same."""
        problems = content.problems_of(self.taken, self.row.rules)
        return [
            (place_of(self.places, name, getattr(text, "part", "")), text)
            for name, texts in problems.items()
            for text in dict.fromkeys(texts)
        ]


@dataclass(frozen=True)
class DryRun:
    """`ready` may be filled; `blocked` were sent or are with the approver by now; `ended` say something of what has
    ended since; `same`: how many change nothing."""

    upload: WorkbookUpload
    work: Worklist
    ready: list[Line]
    blocked: list[Line]
    ended: list[Line]
    same: int

    @property
    def not_taken(self) -> int:
        """How many cells are left out because what they speak of has ended."""
        return sum(len(line.ended) for line in self.ended)

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.ready if line.is_conflict]

    @property
    def clean(self) -> list[Line]:
        return [line for line in self.ready if not line.is_conflict]

    def fillings(self, versions: dict[int, int], mine: Collection[int]) -> list[Filling]:
        """What is to be filled: all without a conflict, and of those with one the ones of which the person chose their
        own text. `versions`: in which each was seen."""
        return [
            Filling(line.row.report.pk, versions.get(line.row.report.pk, -1), line.taken)
            for line in self.ready
            if not line.is_conflict or line.row.report.pk in mine
        ]


def dry_run(upload: WorkbookUpload, work: Worklist) -> DryRun:
    """`work`: the ministry's reports of the upload's round as they stand now."""
    rows = {row.report.pk: row for row in work.rows}
    words, comparing = values.Words(work.names, work.round.as_of), Comparing()
    ready: list[Line] = []
    blocked: list[Line] = []
    ended: list[Line] = []
    same = 0
    for entry in upload.rows:
        row = rows.get(entry["report"])
        if row is None:  # another ministry leads it by now
            continue
        line = _line(row, entry, words, comparing)
        if line.ended:
            ended.append(line)
        if line.changes:
            (ready if row.editable else blocked).append(line)
        elif not line.ended:
            same += 1
    return DryRun(upload, work, ready, blocked, ended, same)


def _line(row: Row, entry: dict[str, Any], words: values.Words, comparing: Comparing) -> Line:
    standing = fields_of(row.raw, row.all_milestones, row.indicators)
    asked_for = fields_of(row.raw, row.milestones, row.rules.indicators)
    changes: list[Change] = []
    ended: list[Change] = []
    fields: dict[str, Any] = {}
    for name, cell in entry["cells"].items():
        value = cell["value"]
        if name in standing and standing[name] == value:
            continue  # somebody typed the very same
        if name not in asked_for:
            new = _words(row, name, value, words) if name in standing else ""
            ended.append(
                Change(name, _label(row, name), cell["at"], "", new, [], False, is_ministry_text=name in WRITTEN)
            )
            continue
        fields[name] = value
        old, new = (_words(row, name, one, words) for one in (standing[name], value))
        theirs = signature(row.report.pk, name, standing[name]) != cell["was"]
        light = reading.light_of(value) if name == "light" else None
        at = place_of(entry.get("places", {}), name, _first_part(standing[name], value)) or cell["at"]
        is_text = name in WRITTEN
        made = comparing.change(name, _label(row, name), at, old, new, is_text=is_text, theirs=theirs, light=light)
        changes.append(made)
    is_moved = row.report.version != entry["version"]
    return Line(row, changes, ended, with_fields(row.raw, fields), is_moved, entry.get("places", {}))


def _first_part(old: Any, new: Any) -> str:
    """Of two answers to a milestone or of an indicator, the first part in which they differ; of anything else none."""
    before, after = (value if isinstance(value, dict) else {} for value in (old, new))
    parts = (*content.MILESTONE_STRINGS, *content.INDICATOR_STRINGS)  # in the workbook's order: a database keeps none
    return next((part for part in parts if before.get(part, "") != after.get(part, "")), "")


def _label(row: Row, name: str) -> str:
    prefix, key = part_of(name)
    if prefix:
        what = MILESTONES if prefix == MILESTONE else INDICATORS
        known: list[Milestone | Indicator] = [*(row.all_milestones if prefix == MILESTONE else row.indicators)]
        title = next((one.title for one in known if str(one.pk) == key), "")  # empty: deleted since
        return f"{what.title}: {title}" if title else what.title
    return TASKS.columns[TASKS.number(name) - 1].header


def _milestone(row: Row, name: str) -> Milestone:
    return next(one for one in row.all_milestones if one.answer_key == part_of(name)[1])


def _indicator(row: Row, name: str) -> Indicator:
    return next(one for one in row.indicators if str(one.pk) == part_of(name)[1])


def _words(row: Row, name: str, value: Any, words: values.Words) -> str:
    """A raw value as people read it."""
    if name == "light":
        return values.word_of_light(value)
    if name == "addressed_to":
        return ", ".join(words.word_of_ministry(code) for code in value)
    if name == "progress":
        return f"{value}%" if value.isdigit() else str(value)
    if name == "completed_on":
        return _day(value)
    prefix, _key = part_of(name)
    if not prefix:
        return str(value)
    if prefix == INDICATOR:
        return reading.measured(_indicator(row, name), value) if value else ""
    if value is None:
        milestone = _milestone(row, name)
        return f"{values.word_of_answer('keep')} ({dates.period(milestone.current_on, milestone.precision)})"
    return _answer(value)


def _answer(answer: dict[str, str]) -> str:
    """`변경 2021. 7. 31.(토) (예산: 협의 지연)`."""
    why = ": ".join(text for text in (values.word_of_cause(answer["cause"]), answer["reason"]) if text)
    parts = [values.word_of_answer(answer["choice"]), _day(answer["on"]), f"({why})" if why else ""]
    return " ".join(part for part in parts if part)


def _day(text: str) -> str:
    try:
        return dates.day(date.fromisoformat(text))
    except ValueError:
        return text
