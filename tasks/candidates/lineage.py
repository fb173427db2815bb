"""Where a task comes from: the candidates that became it or that it took up. Read-only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User

from ..models import Call, Candidate, CandidateKind, CandidateState, Verdict, VerdictKind
from ..providers import SpokenOf, spoken_of


@dataclass(frozen=True)
class Origin:
    """One candidate of a task. `meetings`: where it was decided, else where it was discussed; empty where the meeting
    is not there any more. `is_seen`, `sees_call`: whether the reader may open it, with its text, and its call; that it
    is there, its title and why it was taken up are for everybody who has the task."""

    verdict: Verdict
    name: MinistryName
    meetings: list[SpokenOf]
    is_seen: bool
    sees_call: bool
    names_people: bool

    @property
    def row(self) -> Candidate:
        return self.verdict.candidate

    @property
    def is_merged(self) -> bool:
        return self.verdict.kind == VerdictKind.MERGE

    @property
    def before(self) -> list[SpokenOf]:
        """Where it was discussed before it was decided at no meeting."""
        return [one for one in self.meetings if one not in self.after]

    @property
    def after(self) -> list[SpokenOf]:
        """Where it was discussed when it had been decided."""
        return [one for one in self.meetings if one.held_at is not None and one.held_at > self.verdict.at]

    @property
    def is_supplement(self) -> bool:
        """Whether it added something to a task that was there."""
        return self.row.kind == CandidateKind.SUPPLEMENT and not self.is_merged


def of_task(task: int, *, user: User, at: datetime) -> list[Origin]:
    """The candidates that a task (primary key) comes from, the first first. One query where there are none."""
    became = (CandidateState.ADOPTED, CandidateState.MERGED)
    rows = Verdict.objects.filter(task=task, candidate__state__in=became)
    found = list(rows.select_related("candidate__call", "candidate__ministry", "by", "acting_for").order_by("pk"))
    if not found:
        return []
    spoken = spoken_of([row.candidate_id for row in found], user=user)
    names = Directory(timezone.localdate(at))
    visible = Candidate.objects.visible_to(user).filter(pk__in=[row.candidate_id for row in found])
    seen = set(visible.values_list("pk", flat=True))
    calls = set(Call.objects.visible_to(user).values_list("pk", flat=True))
    told = user.standing.is_coordinator or user.standing.is_reader
    return [
        Origin(
            row,
            names[row.candidate.ministry_id],
            [one for one in spoken.get(row.candidate_id, []) if _is_of(one, row)],
            row.candidate_id in seen,
            row.candidate.call_id in calls,
            told,
        )
        for row in found
    ]


def _is_of(meeting: SpokenOf, verdict: Verdict) -> bool:
    """Whether the meeting decided it; where none did, whether it was held and spoke of it."""
    return meeting.is_held if verdict.meeting_no is None else meeting.no == verdict.meeting_no
