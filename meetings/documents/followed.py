"""조치상황 as a document tells it: earlier decisions that are open, or were closed since the last round."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import pgettext

from tasks.models import Round
from tfportal import dates

from ..models import Closing, Decision, FollowUp, Meeting
from ..registers import is_carried_out


@dataclass(frozen=True)
class Followed:
    """One decision with the last word on it. `closed_on`: None while it is open."""

    decision: Decision
    last: FollowUp | None
    closed_on: date | None
    day: date
    is_carried_out: bool = False  # as its owner says: it waits for the office to close it

    @property
    def state(self) -> str:
        """Closed with its day, overdue, or open."""
        if self.closed_on is not None:
            return pgettext("follow-up", "Closed %(day)s") % {"day": dates.day(self.closed_on)}
        due = self.decision.due_on
        if due is not None and due < self.day and not self.is_carried_out:
            return pgettext("follow-up", "Open, past its day")
        return pgettext("follow-up", "Open")


def standing_on(meeting: Meeting, *, at: datetime) -> list[Followed]:
    """What earlier meetings decided, as it stood when the meeting's round was frozen, until then as it stands now. A
    decision that was closed after the freeze stands in the next book. Constant in queries."""
    moment = (meeting.round.frozen_at if meeting.round else None) or at
    since = _last_freeze(meeting.round)
    day = meeting.round.as_of if meeting.round else timezone.localdate(at)
    rows = (
        Decision.objects.actions()
        .filter(meeting__no__lt=meeting.no, meeting__frozen_at__lte=moment)
        .select_related("meeting")
        .prefetch_related(
            "supporting",
            "of_tasks__task",
            Prefetch("follow_ups", FollowUp.objects.filter(at__lte=moment).order_by("pk")),
            Prefetch("closings", Closing.objects.filter(at__lte=moment).order_by("pk")),
        )
        .order_by("meeting__no", "no")
    )
    return [found for row in rows if (found := _followed(row, since, day)) is not None]


def _last_freeze(round_: Round | None) -> datetime | None:
    """When the round before was frozen: what was closed by then stood in its book."""
    return round_.previous.frozen_at if round_ is not None and round_.previous is not None else None


def _followed(decision: Decision, since: datetime | None, day: date) -> Followed | None:
    last = ([None, *decision.follow_ups.all()])[-1]
    closing = ([None, *decision.closings.all()])[-1]
    if closing is None or not closing.closes:
        return Followed(decision, last, None, day, is_carried_out(last, list(decision.closings.all())))
    if since is not None and closing.at <= since:
        return None
    return Followed(decision, last, timezone.localdate(closing.at), day)
