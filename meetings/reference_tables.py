"""What the reference file holds, table by table, and how a row of it stands in the database.

A column's rules (type, length, choices, whether it may be empty) are those of the model's field, so that they are
declared once. Values are compared *in the file's terms*: a foreign key is the other row's code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from django.db import models

from meetings.models import Meeting
from ministries.models import Ministry, MinistryName, Sourced
from scenarios.models import Division, PublishedFigure, Scenario, ScenarioVersion, SectorFigure, WorkingGroup
from tasks.models import Direction, Lead, Milestone, Precision, Sector, Strategy, StrategyItem, Support, Task
from tfportal.language import normalise

Field: TypeAlias = "models.Field[Any, Any]"
Values = dict[str, Any]
Found = Mapping[tuple[str, str], Sourced]  # (name of the table, code) -> the loaded row

SINCE_EVER = date(1900, 1, 1)  # stands for null: since before anyone knows
SOURCED = ("source", "verified")


def fields_of(model: type[models.Model], *names: str) -> dict[str, Field]:
    return {name: model._meta.get_field(name) for name in names}  # type: ignore[misc]


def _in_file_terms(value: Any) -> Any:
    """A row as its code, a text as the file would hold it: a browser's CRLF line ends are no edit."""
    if isinstance(value, models.Model):
        return getattr(value, "code", value.pk)
    return normalise(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class Table:
    """One list of the file. `key` names a row for ever, `label` is what messages call it; `lists` are JSON lists in the
    file; `null_means` is what null stands for; `not_loaded` columns are there for readers of the file only.
    `is_single`: there is one row at most, in the file and in the database."""

    name: str
    model: type[Sourced]
    key: tuple[str, ...]
    fields: dict[str, Field]
    label: tuple[str, ...] = ("code",)
    lists: tuple[str, ...] = ("source",)
    null_means: Values = field(default_factory=dict)
    not_loaded: tuple[str, ...] = ()
    is_single: bool = False

    @property
    def own_columns(self) -> list[str]:
        """The columns that are the row's own, in the file and in the database."""
        names = {field.name for field in self.model._meta.get_fields()}
        return [name for name in self.fields if name in names and name not in self.not_loaded]

    def rows(self) -> models.QuerySet[Any]:
        """Every row in the database, with what `current` reads."""
        relations = [name for name in self.fields if name in self.own_columns and self.fields[name].is_relation]
        return self.model._default_manager.select_related(*relations)

    def wanted(self, row: Values) -> Values:
        """What the file's row asks for, as `current` would read it."""
        return {name: row[name] for name in self.own_columns}

    def current(self, row: Any) -> Values:
        """What stands in the database, in the file's terms."""
        return {name: _in_file_terms(getattr(row, name)) for name in self.own_columns}

    def resolved(self, row: Values, found: Found) -> Values:
        """The row's own columns with codes replaced by the rows that they name."""
        return {
            name: found[table_of(self.fields[name]), row[name]]
            if self.fields[name].is_relation and row[name] is not None
            else row[name]
            for name in self.own_columns
        }

    def write(self, stored: Any, row: Values, found: Found) -> None:
        """Put the file's row into the database; `stored` may be new."""
        for name, value in self.resolved(row, found).items():
            setattr(stored, name, value)
        stored.save()


class Tasks(Table):
    """Who leads and supports a task is dated in the database. The file knows one lead from one day on: as soon as
    someone adds a dated row here, the task counts as edited here."""

    def rows(self) -> models.QuerySet[Any]:
        return super().rows().prefetch_related("leads__ministry", "supports__ministry")

    def wanted(self, row: Values) -> Values:
        return super().wanted(row) | {
            "leads": [[row["led_from"], row["ministry"]]],
            "supports": sorted([code, row["led_from"], None] for code in row["co_ministries"]),
        }

    def current(self, row: Any) -> Values:
        return super().current(row) | {
            "leads": sorted([lead.valid_from, lead.ministry.code] for lead in row.leads.all()),
            "supports": sorted(
                ([one.ministry.code, one.valid_from, one.valid_until] for one in row.supports.all()),
                key=lambda line: line[:2],
            ),
        }

    def write(self, stored: Any, row: Values, found: Found) -> None:
        super().write(stored, row, found)
        start = row["led_from"]
        supporting = [found["ministries", code] for code in row["co_ministries"]]
        Lead.objects.filter(task=stored).delete()
        Lead.objects.create(task=stored, ministry=found["ministries", row["ministry"]], valid_from=start)  # type: ignore[misc]
        Support.objects.filter(task=stored).delete()
        Support.objects.bulk_create(
            Support(task=stored, ministry=ministry, valid_from=start)  # type: ignore[misc]
            for ministry in supporting
        )


class Milestones(Table):
    """The file knows the date once promised. The one in force moves with accepted reports: a milestone that has moved
    keeps its date, also when the file mends the promised one."""

    def write(self, stored: Any, row: Values, found: Found) -> None:
        if stored.pk is None or stored.current_on == stored.baseline_on:
            stored.current_on = row["baseline_on"]
        super().write(stored, row, found)


TABLES: tuple[Table, ...] = (
    Table("ministries", Ministry, ("code",), fields_of(Ministry, "code", "order", "tf_member", *SOURCED)),
    Table(
        "names",
        MinistryName,
        ("ministry", "valid_from"),
        fields_of(MinistryName, "ministry", "valid_from", "name_ko", "name_en", "abbr_ko", "abbr_en", *SOURCED),
        label=("valid_from",),
        null_means={"valid_from": SINCE_EVER},
    ),
    Table("sectors", Sector, ("code",), fields_of(Sector, "code", "order", "name_ko", "name_en", *SOURCED)),
    Table(
        "strategies", Strategy, ("code",), fields_of(Strategy, "code", "title_ko", "title_en", "decided_on", *SOURCED)
    ),
    Table(
        "directions",
        Direction,
        ("strategy", "code"),
        fields_of(Direction, "strategy", "code", "order", "tag_ko", "title_ko", "title_en", *SOURCED),
    ),
    Table(
        "items",
        StrategyItem,
        ("direction", "code"),
        fields_of(StrategyItem, "direction", "code", "order", "title_ko", "title_en", *SOURCED),
    ),
    Tasks(
        "tasks",
        Task,
        ("code",),
        {
            **fields_of(Task, "code", "title_ko", "title_en", "origin", "kind", "sector", "direction", "item"),
            **fields_of(Lead, "ministry"),
            "co_ministries": Support._meta.get_field("ministry"),
            "led_from": Lead._meta.get_field("valid_from"),
            **fields_of(Task, "planned_from", "planned_until", "planned_precision", "first_round_no"),
            **fields_of(Task, "note_ko", "note_en"),
            "done": Task._meta.get_field("completed_on"),
            "done_note": Task._meta.get_field("note_en"),
            **fields_of(Task, *SOURCED),
        },
        lists=("source", "co_ministries"),
        null_means={"planned_precision": Precision.DAY.value},
        not_loaded=("done", "done_note"),
    ),
    Milestones(
        "milestones",
        Milestone,
        ("task", "order"),
        fields_of(Milestone, "task", "order", "title_ko", "title_en", "baseline_on", "precision", *SOURCED),
        label=("task", "order"),
    ),
    Table(
        "meetings",
        Meeting,
        ("no",),
        fields_of(
            Meeting, "no", "name_ko", "name_en", "date", "not_before", "not_after", "chair", "agenda_ko", *SOURCED
        ),
        label=("no",),
        lists=("source", "agenda_ko"),
    ),
    Table(
        "working_groups",
        WorkingGroup,
        ("code",),
        fields_of(WorkingGroup, "code", "name_ko", "name_en", "led_by_ko", "led_by_en", "ministry", *SOURCED),
        is_single=True,
    ),
    Table(
        "divisions",
        Division,
        ("code",),
        fields_of(Division, "group", "code", "order", "name_ko", "name_en", "sector", *SOURCED),
    ),
    Table(
        "published_figures",
        PublishedFigure,
        ("code",),
        {
            **fields_of(PublishedFigure, "group", "code", "order", "counts", "number", "since", "as_of", "precision"),
            **fields_of(PublishedFigure, "occasion_ko", "occasion_en", *SOURCED),
        },
    ),
    Table(
        "scenarios",
        Scenario,
        ("code",),
        fields_of(Scenario, "code", "order", "kind", "year", "name_ko", "name_en", *SOURCED),
    ),
    Table(
        "scenario_versions",
        ScenarioVersion,
        ("code",),
        {
            **fields_of(ScenarioVersion, "scenario", "code", "no", "note_ko", "note_en", "stated_total"),
            **fields_of(ScenarioVersion, "stated_gross", "is_published", "published_on", "precision", *SOURCED),
        },
        null_means={"precision": Precision.DAY.value},
    ),
    Table(
        "sector_figures",
        SectorFigure,
        ("of", "order"),
        fields_of(
            SectorFigure, "of", "order", "sector", "name_ko", "name_en", "value", "vintage_ko", "vintage_en", *SOURCED
        ),
        label=("of", "order"),
    ),
)
BY_NAME = {table.name: table for table in TABLES}


def table_of(relation: Field) -> str:
    """The name of the table that a foreign key points into."""
    return next(table.name for table in TABLES if table.model is relation.related_model)
