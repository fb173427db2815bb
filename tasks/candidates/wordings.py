"""When candidates were worded last, and by whom: a row keeps its first wording alone, the record each. Read-only."""

from collections.abc import Collection

from records.models import Event

from ..models import Candidate
from .contents import PREFIX

VERBS = ("propose_candidate", "revise_candidate")


def latest(rows: Collection[Candidate]) -> dict[int, Event]:
    """The event of the last wording of each candidate, by its primary key. One query; none for none."""
    if not rows:
        return {}
    wanted = {str(row.pk) for row in rows}
    streams = {f"{PREFIX}{row.call_id}" for row in rows}
    events = Event.objects.filter(stream__key__in=streams, verb__in=VERBS, object_id__in=wanted)
    return {int(event.object_id): event for event in events.select_related("actor", "acting_for").order_by("seq")}


def reworded(row: Candidate) -> Event | None:
    """That of its last rewording; None while it stands as it was proposed."""
    found = latest([row]).get(row.pk)
    return found if found is not None and found.verb == "revise_candidate" else None
