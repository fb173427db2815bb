"""Every move of a date that the office accepted, and where a date stood as of a round."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ..models import Cause, Milestone, MilestoneChange
from .standpoint import Standpoint


@dataclass(frozen=True)
class Dates:
    """One milestone from one standpoint: the date in force, the day on which it was done, and its moves, the first
    first."""

    milestone: Milestone
    current_on: date
    done_on: date | None
    moves: tuple[MilestoneChange, ...]

    @property
    def slipped(self) -> int:
        """By how many days the date in force lies after the one that was promised first."""
        return (self.current_on - self.milestone.baseline_on).days

    @property
    def causes(self) -> list[tuple[str, int]]:
        """Each cause with how often it was given, in the order of the list of causes."""
        given = [move.cause for move in self.moves]
        return [(str(cause.label), given.count(cause)) for cause in Cause if cause in given]

    def is_behind(self, day: date) -> bool:
        """Whether the date has passed by that day without being done."""
        return self.done_on is None and self.current_on < day


# A page of moves shows no texts: they are long, and there are many.
TEXTS = ("results", "plans", "issues", "also_reason")
NOTES = ("office_reason", "book_text_ko", "book_text_en")
LEFT_OUT = (*(f"revision__{name}" for name in TEXTS), *(f"revision__report__{name}" for name in NOTES))


def applied(task_id: int | None = None) -> dict[int, list[MilestoneChange]]:
    """Every accepted change, of one task or of all, by its milestone and the first first. One query."""
    rows = MilestoneChange.objects.filter(applied_event__isnull=False)
    if task_id is not None:
        rows = rows.filter(milestone__task=task_id)
    found: defaultdict[int, list[MilestoneChange]] = defaultdict(list)
    named = rows.select_related("revision__report__round", "revision__report__sector").defer(*LEFT_OUT)
    for row in named.order_by("revision__report__round__no", "revision__no"):
        found[row.milestone_id].append(row)
    return dict(found)


def between(after: int, until: int) -> list[MilestoneChange]:
    """Every move that a text of these rounds asks for, accepted or not, the first first; after the one number and up to
    the other. One query."""
    numbers = {"revision__report__round__no__gt": after, "revision__report__round__no__lte": until}
    rows = MilestoneChange.objects.filter(new_on__isnull=False, **numbers)
    named = rows.select_related("milestone", "revision__report__round").defer(*LEFT_OUT)
    return list(named.order_by("revision__report__round__no", "revision__no", "milestone__order"))


def dates_of(milestone: Milestone, changes: Iterable[MilestoneChange], until: int | None) -> Dates:
    """Where the milestone stood as of round `until`: what later rounds changed is put back. `changes`: all accepted
    ones, the first first."""
    told: list[MilestoneChange] = []
    later: list[MilestoneChange] = []
    for row in changes:
        (told if until is None or row.revision.report.round.no <= until else later).append(row)
    current_on = later[0].old_on if later else milestone.current_on
    done_on = None if any(row.done_on for row in later) else milestone.done_on
    return Dates(milestone, current_on, done_on, tuple(row for row in told if row.new_on is not None))


def read(
    standpoint: Standpoint, milestones: Iterable[Milestone], changes: dict[int, list[MilestoneChange]]
) -> list[Dates]:
    """The milestones from a standpoint, in their order."""
    return [dates_of(row, changes.get(row.pk, ()), standpoint.until) for row in milestones]
