"""What a ministry's workbook holds: its sheets and columns, declared once. Writing, reading and the dry run go by it.

A *field* is what one cell, or one row of the milestones or indicators, fills in a report's raw text: `light`,
`results`, …, `milestone-12`, `indicator-3`. Another sheet of things that a report says is one more `Sheet`, its fields
in `fields_of()` and `with_fields()`, its rows in `writing.py` and its cells in `reading.py`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from .. import content
from ..models import Field, Indicator, Milestone
from .sheets import Column, Kind, Sheet, signature

__all__ = [
    "INDICATOR",
    "INDICATORS",
    "MILESTONE",
    "MILESTONES",
    "SHEETS",
    "TASKS",
    "fields_of",
    "part_of",
    "place_of",
    "signature",
    "with_fields",
]

FORMAT = 1  # of the workbook: one that changes has to read the older ones as long as a round lasts
MILESTONE, INDICATOR = "milestone-", "indicator-"  # + primary key: the field that one row of these sheets fills
PARTS = {MILESTONE: "milestones", INDICATOR: "indicators"}  # of a raw text, by what their fields begin with


TASKS = Sheet(
    "tasks",
    gettext_lazy("Tasks"),
    (
        Column("code", gettext_lazy("Code"), 10),
        Column("title", gettext_lazy("Task"), 26),
        Column("state", gettext_lazy("State"), 11),
        Column("was-light", Field.LIGHT.label, 12, was=True),
        Column("light", Field.LIGHT.label, 13, Kind.LIGHT),
        Column("was-results", Field.RESULTS.label, 30, was=True),
        Column("results", Field.RESULTS.label, 46, Kind.TEXT),
        Column("was-plans", Field.PLANS.label, 30, was=True),
        Column("plans", Field.PLANS.label, 42, Kind.TEXT),
        Column("was-issues", Field.ISSUES.label, 26, was=True),
        Column("issues", Field.ISSUES.label, 36, Kind.TEXT),
        Column("addressed_to", Field.ADDRESSED_TO.label, 18, Kind.MINISTRIES),
        Column("progress", gettext_lazy("Progress (%)"), 10, Kind.PERCENT),
        Column("completed_on", gettext_lazy("Completed on"), 13, Kind.DATE),
        Column("also_reason", gettext_lazy("Also changed"), 26, Kind.TEXT),
        Column("report", "report", 8, Kind.HIDDEN),
        Column("version", "version", 8, Kind.HIDDEN),
    ),
    frozen=2,
)
MILESTONES = Sheet(
    "milestones",
    Field.MILESTONES.label,
    (
        Column("code", gettext_lazy("Code"), 10),
        Column("title", gettext_lazy("Task"), 26),
        Column("milestone", gettext_lazy("Milestone"), 30),
        Column("current", gettext_lazy("Current date"), 16),
        Column("choice", pgettext_lazy("milestone", "Answer"), 12, Kind.CHOICE),
        Column("on", gettext_lazy("Date"), 13, Kind.DATE),
        Column("cause", gettext_lazy("Cause"), 24, Kind.CAUSE),
        Column("reason", gettext_lazy("Reason"), 46, Kind.TEXT),
        Column("report", "report", 8, Kind.HIDDEN),
        Column("key", "milestone", 8, Kind.HIDDEN),
    ),
    frozen=3,
)
INDICATORS = Sheet(
    "indicators",
    Field.INDICATORS.label,
    (
        Column("code", gettext_lazy("Code"), 10),
        Column("title", gettext_lazy("Task"), 26),
        Column("indicator", gettext_lazy("Indicator"), 30),
        Column("unit", gettext_lazy("Unit"), 10),
        Column("target", gettext_lazy("Target"), 18),
        Column("last", gettext_lazy("Last value"), 18),
        Column("owed", pgettext_lazy("indicator", "Asked for"), 12),
        Column("value", gettext_lazy("Value"), 16, Kind.NUMBER),
        Column("note", pgettext_lazy("indicator", "Note"), 46, Kind.TEXT, limit=content.NOTE_LIMIT),
        Column("report", "report", 8, Kind.HIDDEN),
        Column("key", "indicator", 8, Kind.HIDDEN),
    ),
    frozen=3,
)
SHEETS = (TASKS, MILESTONES, INDICATORS)
TASK_FIELDS = tuple(column.key for _number, column in TASKS.filled)


def part_of(name: str) -> tuple[str, str]:
    """The beginning and the key of a field that one row of a sheet fills; two empty ones for any other."""
    prefix = next((prefix for prefix in PARTS if name.startswith(prefix)), "")
    return prefix, name.removeprefix(prefix) if prefix else ""


def fields_of(raw: content.Raw, milestones: Iterable[Milestone], indicators: Iterable[Indicator]) -> dict[str, Any]:
    """What a raw text holds of what the workbook has. The answer to a milestone that is kept is None, and so is that to
    an indicator of which nothing is said."""
    fields: dict[str, Any] = {name: raw[name] for name in TASK_FIELDS}
    fields |= {f"{MILESTONE}{row.answer_key}": raw["milestones"].get(row.answer_key) for row in milestones}
    return fields | {f"{INDICATOR}{row.pk}": raw["indicators"].get(str(row.pk)) for row in indicators}


def with_fields(raw: content.Raw, fields: Mapping[str, Any]) -> content.Raw:
    """The raw text with these fields in it; what the workbook knows nothing of stays."""
    made = raw | {part: dict(raw[part]) for part in PARTS.values()}
    for name, value in fields.items():
        prefix, key = part_of(name)
        if not prefix:
            made[name] = value
        elif value is None:
            made[PARTS[prefix]].pop(key, None)
        else:
            made[PARTS[prefix]][key] = value
    return content.tidy(made)


def place_of(places: Mapping[str, str], name: str, part: str = "") -> str:
    """The cell of a field, or of one part of its answer; empty where the workbook has none."""
    return places.get(f"{name}.{part}") or places.get(name, "")
