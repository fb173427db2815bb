"""A ministry's round on paper, and whom to call. Read-only."""

from dataclasses import dataclass

from ministries.models import Posting, Role
from records import clock

from . import reading
from .measures import Measure, Schedule, measures_of
from .models import Field, State
from .worklist import Row


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
            if part.field is Field.MILESTONES:  # dates stand as they are now: last round's are in their own history
                last = ""
            elif self.is_untouched:
                this = ""
            if this or last:
                found.append((part, this, last))
        return found

    @property
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
