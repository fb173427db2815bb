"""지시·결정사항 as pages show them: numbered, with the ministries' names of the meeting's day. Read-only."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records import clock
from tfportal.language import is_korean

from .models import Decision, DecisionKind, Meeting


@dataclass(frozen=True)
class Row:
    """One decision. `supporting` are those who help, of an exhortation those that it speaks to: nobody is all."""

    decision: Decision
    number: str
    kind: DecisionKind
    lead: MinistryName | None
    supporting: list[MinistryName]
    codes: list[str]

    @property
    def is_action(self) -> bool:
        return self.kind is DecisionKind.ACTION

    @property
    def is_withdrawn(self) -> bool:
        return self.decision.withdrawn_at is not None

    @property
    def due_on(self) -> date | None:
        return self.decision.due_on

    @property
    def ministries(self) -> list[MinistryName]:
        """The lead, then those who support it."""
        return [*([self.lead] if self.lead else []), *self.supporting]

    @property
    def text(self) -> str:
        """In the reader's language where somebody wrote it so."""
        return self.decision.text_ko if self.is_in_korean else self.decision.text_en

    @property
    def is_in_korean(self) -> bool:
        """Whether `text` is the Korean one: in an English page it is marked as such."""
        return bool(self.decision.text_ko) if is_korean() else not self.decision.text_en


def number_of(meeting: Meeting, no: int) -> str:
    """`2-01`: the meeting's number, and the decision's within it."""
    return f"{meeting.no}-{no:02}"


def day_of(meeting: Meeting) -> date:
    """The day whose names hold: the meeting's; while nobody knows it, the latest that it can be, else today."""
    if meeting.date is not None:
        return meeting.date
    return meeting.not_after or timezone.localdate(meeting.frozen_at or clock.now())


def read(meeting: Meeting, *, user: User, withdrawn: bool = False, names: Directory | None = None) -> list[Row]:
    """The meeting's decisions that the person may see, the latest first. With `withdrawn`, the office's own list: also
    those that were taken back. Four queries at the most, however many there are."""
    found = Decision.objects.visible_to(user).filter(meeting=meeting)
    if not withdrawn:
        found = found.standing()
    listed = found.select_related("lead").prefetch_related("supporting", "of_tasks__task").order_by("-no")
    return rows_of(meeting, list(listed), names or Directory(day_of(meeting)))


def rows_of(meeting: Meeting, decisions: list[Decision], names: Directory) -> list[Row]:
    """Decisions that are loaded with what belongs to them, as rows."""
    return [
        Row(
            decision=row,
            number=number_of(meeting, row.no),
            kind=DecisionKind(row.kind),
            lead=names[row.lead_id] if row.lead_id else None,
            supporting=[names[one.ministry_id] for one in row.supporting.all()],
            codes=[one.task.code for one in row.of_tasks.all()],
        )
        for row in decisions
    ]


def addressees(decision: Decision) -> tuple[list[int], list[int]]:
    """To whom a letter on it is written, and who gets it as well, each by primary key: the lead, and those who support
    it. An exhortation without a lead is written to all that it speaks to; one that names nobody, to all that were
    invited."""
    named = [row.ministry_id for row in decision.supporting.all()]
    if decision.lead_id is not None:
        return [decision.lead_id], [pk for pk in named if pk != decision.lead_id]
    return named or [row.ministry_id for row in decision.meeting.attendances.all()], []
