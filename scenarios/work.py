"""What is being worked on: the versions that are drafts or circulated, with how far each has come. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import User

from . import permissions, standing
from .models import ScenarioVersion, Stage
from .standing import Standing


@dataclass(frozen=True)
class Counts:
    """How far a version has come, for the office. `silent`: ministries that have said nothing of it."""

    url: str
    signed: int
    divisions: int
    objecting: int
    comments: int
    waiting: int
    silent: int
    is_circulated: bool


@dataclass(frozen=True)
class Work:
    """One version. `counts`: none for ministries, which are not told what others said."""

    version: ScenarioVersion
    url: str
    counts: Counts | None

    @property
    def is_circulated(self) -> bool:
        return self.version.stage == Stage.CIRCULATED


def counts_of(stands: Standing, names: Directory) -> Counts:
    """From the version's standing."""
    spoke = {said.comment.ministry_id for said in stands.comments}
    return Counts(
        url=address(stands.version),
        signed=stands.signed,
        divisions=len(stands.divisions),
        objecting=len(stands.objecting),
        comments=len(stands.comments),
        waiting=len(stands.waiting),
        silent=sum(name.ministry_id not in spoke for name in names.in_order()),
        is_circulated=stands.version.stage == Stage.CIRCULATED,
    )


def of_all(user: User, versions: Iterable[ScenarioVersion], at: datetime) -> list[Work]:
    """Of these versions (with their figures) those that are worked on. For the office four queries each: there are few
    at a time."""
    asked = [row for row in versions if row.stage in (Stage.DRAFT, Stage.CIRCULATED)]
    if not asked:
        return []
    names = Directory(timezone.localdate(at)) if permissions.can_edit_scenarios(user) else None
    return [Work(row, address(row), counts_of(standing.read(row, at=at), names) if names else None) for row in asked]


def address(version: ScenarioVersion) -> str:
    return reverse("show_version", args=[version.scenario.code, version.no])
