"""What the draft of an outcome proposes of the candidates that its meeting adopted: a line for each, in both languages.
The office writes it otherwise, or leaves it out. Read-only."""

from dataclasses import dataclass

from tasks.models import Candidate, CandidateKind, CandidateState, Verdict, VerdictKind

from .models import AgendaCandidate, AgendaItem, Meeting
from .registers import Entry

# The office's own words, which the outcome keeps in both languages.
NEW = ("ㅇ 후보과제 {no} 「{ko}」 채택: 신규과제 {code}", "Candidate {no} adopted as the new task {code}: {en}")
SUPPLEMENT = (
    "ㅇ 후보과제 {no} 「{ko}」 채택: {code} 보완",
    "Candidate {no} adopted as a supplement to {code}: {en}",
)


@dataclass(frozen=True)
class Line:
    """One adopted candidate; `number` such as `1-03`."""

    number: str
    ko: str
    en: str


@dataclass(frozen=True)
class Draft:
    """One item of the draft. `adopted`: the candidates that the meeting adopted there."""

    item: AgendaItem
    entries: list[Entry]
    adopted: list[Line]

    @property
    def is_proposed(self) -> bool:
        """Whether its fields hold what is proposed, because nothing was written yet."""
        return bool(self.adopted) and not (self.item.outcome_ko or self.item.outcome_en)

    @property
    def ko(self) -> str:
        return "\n".join(line.ko for line in self.adopted) if self.is_proposed else self.item.outcome_ko

    @property
    def en(self) -> str:
        return "\n".join(line.en for line in self.adopted) if self.is_proposed else self.item.outcome_en

    @property
    def unsaid(self) -> list[Line]:
        """The adopted ones of which what is written says nothing."""
        return [] if self.is_proposed else [line for line in self.adopted if line.number not in self.item.outcome_ko]


def lines(meeting: Meeting) -> dict[int, list[Line]]:
    """By agenda item (primary key): what each of its candidates became by this meeting's decision, as long as that
    stands. A candidate of two items is told with the first. Two queries; one where nothing was adopted."""
    adopting = Verdict.objects.filter(kind=VerdictKind.ADOPT, meeting_no=meeting.no)
    verdicts = adopting.filter(candidate__state=CandidateState.ADOPTED).select_related("task").order_by("pk")
    task_of = {row.candidate_id: row.task for row in verdicts}
    if not task_of:
        return {}
    rows = AgendaCandidate.objects.filter(item__meeting=meeting, candidate__in=task_of)
    found: dict[int, list[Line]] = {}
    told = set()
    for row in rows.select_related("candidate__call").order_by("item__order", "item__pk", "candidate__no"):
        task = task_of[row.candidate_id]
        if task is not None and row.candidate_id not in told:
            told.add(row.candidate_id)
            found.setdefault(row.item_id, []).append(_line(row.candidate, task.code, task.title_ko, task.title_en))
    return found


def _line(row: Candidate, code: str, ko: str, en: str) -> Line:
    """A new task by the title that it was entered with, a supplement by the candidate's own."""
    is_new = row.kind == CandidateKind.NEW
    words = {"no": row.number, "code": code}
    words |= {"ko": ko, "en": en} if is_new else {"ko": row.title_ko, "en": row.title_en or row.title_ko}
    korean, english = NEW if is_new else SUPPLEMENT
    return Line(row.number, korean.format(**words), english.format(**words))
