"""What a round's pages say about its meeting; registered with `tasks.providers`, because tasks may not look upwards."""

from django.urls import reverse

from ministries.models import User
from tasks.models import Round
from tasks.providers import RoundFact

from .models import Meeting


def of_round(round_: Round, user: User | None = None) -> list[RoundFact]:
    """The meeting's date with its note, and its address for a reader who may see it; nothing while no meeting is bound
    to the round or its date is unknown."""
    meeting = Meeting.objects.filter(round=round_).first()
    if meeting is None or meeting.date is None:
        return []
    url = reverse("show_meeting", args=[meeting.no]) if user is not None and _may_see(meeting, user) else ""
    return [RoundFact(kind="meeting", day=meeting.date, note=meeting.date_note, url=url)]


def _may_see(meeting: Meeting, user: User) -> bool:
    """The office and its readers see every meeting: of them nothing more is asked."""
    if user.standing.is_coordinator or user.standing.is_reader:
        return True
    return Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
