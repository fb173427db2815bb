"""What every page of a meeting shows in its head: when, where, who leads it, its numbers. Read-only."""

from dataclasses import dataclass

from django.db.models import Q

from ministries.models import User

from . import permissions
from .models import AgendaItem, Attendance, Decision, Meeting, Stage


@dataclass(frozen=True)
class Head:
    """The head of a meeting's pages. `present` of `invited` ministries, `deputies` among those who are present."""

    meeting: Meeting
    items: int
    invited: int
    present: int
    deputies: int
    decisions: int
    runs: bool  # whether the reader is the office
    enters: bool  # whether they may see the video link

    @property
    def stage(self) -> Stage:
        return self.meeting.stage


def head(meeting: Meeting, *, user: User) -> Head:
    """Three queries: what the person may see is what is counted."""
    runs = permissions.can_run_meetings(user)
    rows = list(Attendance.objects.filter(meeting=meeting).values_list("ministry", "is_present", "is_deputy"))
    items = AgendaItem.objects.visible_to(user).filter(meeting=meeting).count()
    decisions = Decision.objects.visible_to(user).standing().filter(meeting=meeting).count()
    return Head(
        meeting,
        items,
        len(rows),
        sum(present is True for _pk, present, _deputy in rows),
        sum(deputy for _pk, present, deputy in rows if present),
        decisions,
        runs,
        runs or any(pk in user.standing.ministries for pk, _present, _deputy in rows),
    )


def by_no(no: int, *, user: User) -> Meeting | None:
    """The meeting of that number that the person may see; None for all others. One query."""
    found = Meeting.objects.visible_to(user).select_related("round").filter(Q(no=no) & Q(no__lt=2**15))
    meeting: Meeting | None = found.first()
    return meeting
