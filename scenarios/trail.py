"""처리 경과: how a version came to be, played from its events: which figure changed from what to what, which words of
ministries and divisions were about earlier figures, and which source was given for an earlier value. Read-only."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from records.models import Event
from records.rows import name_of
from tfportal.language import Bilingual

from .contents import SCENARIO
from .models import ScenarioVersion, SectorFigure

FIGURE = f"{SectorFigure._meta.model_name}/"
TOTALS = ("stated_total", "stated_gross")
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One figure before and after. `is_new`, `is_gone`: its row came or left."""

    name_ko: str
    name_en: str
    before: Decimal | None
    after: Decimal | None
    is_new: bool = False
    is_gone: bool = False

    name = Bilingual()


@dataclass(frozen=True)
class Recalled:
    """A version that was taken back to be changed, and the event in which it was."""

    version: ScenarioVersion
    event: Event


@dataclass(frozen=True)
class Step:
    """One event with the figures as they stood after it, by what the record calls them."""

    event: Event
    figures: Mapping[str, Content]
    totals: Content


@dataclass(frozen=True)
class Trail:
    """Everything that was done to one version, the first first. What was loaded has none."""

    steps: tuple[Step, ...]

    def changes(self, place: int) -> list[Change]:
        """What the step changed; nothing for the first one, which made the version."""
        return _between(self.steps[place - 1], self.steps[place]) if place else []

    def since(self, row: models.Model) -> list[Change]:
        """What has changed since the row was written, from what it was then to what it is now: a figure that was
        changed and changed back has not."""
        name = name_of(row)
        found = next((step for step in self.steps if name in step.event.data.get("rows", {})), None)
        return _between(found, self.steps[-1]) if found else []

    @property
    def since_circulated(self) -> list[Change]:
        """What has changed since ministries were asked the last time; nothing where they never were."""
        found = next((step for step in reversed(self.steps) if step.event.verb == "circulate_version"), None)
        return _between(found, self.steps[-1]) if found else []

    @property
    def recall(self) -> Event | None:
        """That the office took the version back, as long as it has not circulated it again."""
        verbs = ("circulate_version", "recall_version")
        last = next((step.event for step in reversed(self.steps) if step.event.verb in verbs), None)
        return last if last and last.verb == "recall_version" else None

    @property
    def publication(self) -> Event | None:
        return next((step.event for step in self.steps if step.event.verb == "publish_version"), None)

    @cached_property
    def outdated_sources(self) -> frozenset[int]:
        """The figures whose source was given for an earlier value: since the value changed, nobody gave another source,
        and nobody said that the value was seen in this one."""
        sourced: dict[str, Content] = {}
        for step in self.steps:
            for name, row in step.figures.items():
                given = sourced.get(name)
                was_seen = given is not None and given["verified"] != row["verified"] == SectorFigure.Verified.SEEN
                if given is None or given["value"] is None or given["source"] != row["source"] or was_seen:
                    sourced[name] = row
                else:
                    sourced[name] = {**given, "verified": row["verified"]}
        last = self.steps[-1].figures if self.steps else {}
        return frozenset(
            int(name.removeprefix(FIGURE)) for name, row in last.items() if row["value"] != sourced[name]["value"]
        )


def of_version(version: ScenarioVersion) -> Trail:
    """The version's trail. One query."""
    key = SCENARIO.key(version.scenario)
    found = Event.objects.filter(stream__key=key, data__version=version.code).order_by("seq")
    figures: dict[str, Content] = {}
    totals: Content = {}
    steps = []
    for event in found.select_related("actor", "acting_for"):
        rows = event.data.get("rows", {})
        for name, row in rows.items():
            if name.startswith(FIGURE):
                figures = {one: content for one, content in figures.items() if one != name}
                figures |= {name: row} if row else {}
        totals = rows.get(name_of(version)) or totals
        steps.append(Step(event, figures, totals))
    return Trail(tuple(steps))


def _between(first: Step, second: Step) -> list[Change]:
    found = []
    for name in sorted(first.figures.keys() | second.figures.keys(), key=lambda name: _place(name, first, second)):
        before, after = first.figures.get(name), second.figures.get(name)
        stands = after or before or {}
        values = _value(before, "value"), _value(after, "value")
        if before is None or after is None or values[0] != values[1]:
            names = stands["name_ko"], stands["name_en"]
            found.append(Change(*names, *values, is_new=before is None, is_gone=after is None))
    labels = {"stated_total": _("Stated total, net"), "stated_gross": _("Stated gross total")}
    for total in TOTALS:
        values = _value(first.totals, total), _value(second.totals, total)
        if values[0] != values[1]:
            found.append(Change(labels[total], labels[total], *values))
    return found


def _place(name: str, first: Step, second: Step) -> tuple[int, str]:
    row = second.figures.get(name) or first.figures[name]
    return int(row["order"]), name


def _value(row: Content | None, column: str) -> Decimal | None:
    """As the record keeps it, a text."""
    told = row.get(column) if row else None
    return None if told is None else Decimal(told)
