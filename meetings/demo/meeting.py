"""The demo's second meeting: what the source document says of it, entered by the office at the script's moments."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ministries.models import User

from .. import workflow
from ..models import Meeting
from .script import moment

PARTS = ("before", "held")  # what is known when it is planned, and what only its own day brings


def load(content: list[dict[str, Any]], people: dict[str, User]) -> None:
    """Each entry's part through the verb, by whoever enters it: facts with their sources, in the portal's words."""
    for entry in content:
        meeting = Meeting.objects.get(no=entry["no"])
        for part in PARTS:
            if part in entry:
                workflow.load_meeting(
                    meeting.pk,
                    {"from": entry["from"], **entry[part]},
                    by=people[entry["by"]],
                    at=moment(entry["at"]),
                    key=uuid5(NAMESPACE_URL, f"demo/meeting/{entry['no']}/{part}"),
                )
