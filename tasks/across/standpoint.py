"""From where a page across rounds is read: as of a frozen round, or as things stand now."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import User

from .. import permissions
from ..models import Round
from ..querysets import RoundQuerySet
from ..tiles import Viewer


@dataclass(frozen=True)
class Standpoint:
    """`asked`: the frozen round as of which the page is read; None as things stand now. `current`: the one collected
    now, `last`: the one frozen last."""

    user: User
    at: datetime
    asked: Round | None
    current: Round | None
    last: Round | None

    @property
    def is_as_of(self) -> bool:
        return self.asked is not None

    @property
    def round(self) -> Round | None:
        """The round whose board the person may see from here: the one asked for, else the one collected for those who
        see it, else the last frozen one."""
        if self.asked:
            return self.asked
        return self.current if self.current and permissions.can_see_board(self.user) else self.last

    @property
    def day(self) -> date:
        """Whose names hold: the day of the round that is told of last."""
        told = self.asked or self.current
        return told.as_of if told else timezone.localdate(self.at)

    @cached_property
    def names(self) -> Directory:
        return Directory(self.day)

    @property
    def until(self) -> int | None:
        """The number of the last round that is told of; None where nothing is left out."""
        return self.asked.no if self.asked else None

    @property
    def rounds(self) -> RoundQuerySet:
        """The rounds that are told of, as far as their rosters are fixed, the first first."""
        rounds = Round.objects.prepared().order_by("no")
        return rounds.filter(no__lte=self.asked.no) if self.asked else rounds

    @property
    def query(self) -> str:
        """What a link to another such page carries on."""
        return f"?round={self.asked.no}" if self.asked else ""

    def viewer(self, round_: Round) -> Viewer:
        return Viewer(self.user, self.at, closed=round_.frozen_at is not None)


def stand(user: User, at: datetime, asked: Round | None) -> Standpoint:
    """Two queries."""
    return Standpoint(user, at, asked, Round.objects.current(), Round.objects.last_frozen())
