"""A ministry's round on paper, and whom to call. Read-only."""

from dataclasses import dataclass
from functools import cached_property

from ministries.models import Posting, Role
from records import clock

from . import content, reading
from .measures import Measure, Schedule, measures_of
from .models import Field, Light, State
from .rows import Row


@dataclass(frozen=True)
class Sheet:
    """One task of the printed list: this round's text beside last round's."""

    row: Row

    @property
    def is_draft(self) -> bool:
        """Whether the text was not submitted."""
        return self.row.draft is not None

    @property
    def is_untouched(self) -> bool:
        """Whether this round's text is last round's, which nobody has touched yet."""
        return not self.is_draft and self.row.report.state == State.MISSING

    @property
    def goes_unchanged(self) -> bool:
        """Whether it can be sent as it stands, as "no change"."""
        return self.row.goes_as == "unchanged"

    @property
    def completed(self) -> tuple[str, str]:
        """The day of completion in this round's text and in last round's, as it stands behind the light's word."""
        this, last = (
            part.text.removeprefix(str(Light.COMPLETED.label)) if part.light is Light.COMPLETED else ""
            for part in (self.row.parts[0], self.row.before[Field.LIGHT])
        )
        return "" if self.is_untouched else this, last

    @property
    def _milestones_before(self) -> str:
        """The dates as the last text found them, and what it said of them."""
        before = self.row.report.baseline
        if before is None:
            return ""
        raw = content.blank() | {"milestones": content.milestones_of(before)}
        parts = reading.parts(raw, self.row.all_milestones, self.row.names, {})
        return next(part.text for part in parts if part.field is Field.MILESTONES)

    @property
    def lines(self) -> list[tuple[reading.Part, str, str]]:
        """Each field that either text speaks of, with this round's and last round's words."""
        before, found = self.row.before, []
        for part in self.row.parts:
            this, last = part.text, before[part.field.value].text
            if part.field is Field.LIGHT or (part.field is Field.MILESTONES and not this):
                continue
            if part.field is Field.INDICATORS:
                last = "\n".join(
                    f"{row.indicator.title}: {row.last.text} {row.indicator.unit}"
                    for row in self.row.measures
                    if row.last
                )
            if part.field is Field.MILESTONES:
                last = self._milestones_before
            elif self.is_untouched:
                this = ""
            if this or last or (part.field is Field.INDICATORS and self.measures):
                found.append((part, this, last))
        return found

    @cached_property
    def measures(self) -> list[Measure]:
        """The indicators with the value that was sent, too."""
        return measures_of(self.row.report, with_own=True)

    @property
    def schedules(self) -> list[Schedule]:
        return list(self.row.schedules.values())


def office_contacts() -> list[Posting]:
    """The coordinators of today, those with a telephone number first."""
    rows = Posting.objects.in_force(clock.today()).filter(role=Role.COORDINATOR).select_related("user")
    return sorted(rows, key=lambda row: (not row.telephone, row.pk))
