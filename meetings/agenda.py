"""A meeting's agenda as one person sees it. Read-only."""

from dataclasses import dataclass

from ministries.models import User

from .models import AgendaItem, Meeting


@dataclass(frozen=True)
class Agenda:
    """The items that the person may see, in their order."""

    meeting: Meeting
    items: list[AgendaItem]


def read(meeting: Meeting, *, user: User) -> Agenda:
    """One query."""
    items = AgendaItem.objects.visible_to(user).filter(meeting=meeting).select_related("presenter")
    return Agenda(meeting, list(items))
