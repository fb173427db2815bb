"""What a round's pages say about its meeting; registered with `tasks.providers`, because tasks may not look upwards."""

from tasks.models import Round
from tasks.providers import RoundFact

from .models import Meeting


def of_round(round_: Round) -> list[RoundFact]:
    """The meeting's date with its note; nothing while no meeting is bound to the round or its date is unknown."""
    meeting = Meeting.objects.filter(round=round_).first()
    if meeting is None or meeting.date is None:
        return []
    return [RoundFact(kind="meeting", day=meeting.date, note=meeting.date_note)]
