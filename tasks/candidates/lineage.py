"""Where a task comes from: the candidates that became it or that it took up. Read-only."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User

from ..models import Candidate, CandidateState, Verdict, VerdictKind
from ..providers import SpokenOf, spoken_of


@dataclass(frozen=True)
class Origin:
    """One candidate of a task. `meeting`: where it was decided, if at one; `meeting_no` alone where that is not there
    any more. `is_seen`: whether the reader may open it; `who` they may learn."""

    verdict: Verdict
    name: MinistryName
    meeting: SpokenOf | None
    is_seen: bool
    names_people: bool

    @property
    def row(self) -> Candidate:
        return self.verdict.candidate

    @property
    def is_merged(self) -> bool:
        return self.verdict.kind == VerdictKind.MERGE


def of_task(task: int, *, user: User, at: datetime) -> list[Origin]:
    """The candidates that a task (primary key) comes from, the first first. One query where there are none."""
    became = (CandidateState.ADOPTED, CandidateState.MERGED)
    rows = Verdict.objects.filter(task=task, candidate__state__in=became)
    found = list(rows.select_related("candidate__call", "candidate__ministry", "by", "acting_for").order_by("pk"))
    if not found:
        return []
    spoken, names = spoken_of([row.candidate_id for row in found]), Directory(timezone.localdate(at))
    visible = Candidate.objects.visible_to(user).filter(pk__in=[row.candidate_id for row in found])
    seen = set(visible.values_list("pk", flat=True))
    told = user.standing.is_coordinator or user.standing.is_reader
    return [
        Origin(
            row,
            names[row.candidate.ministry_id],
            next((one for one in spoken.get(row.candidate_id, []) if one.no == row.meeting_no), None),
            row.candidate_id in seen,
            told,
        )
        for row in found
    ]
