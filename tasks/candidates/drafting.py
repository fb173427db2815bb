"""What a call, a candidate or an adoption is to say: as a form brings it, and what is wrong with it. Reads the database
for the tasks, sectors and ministries that it names, and writes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ministries.models import Ministry
from records.errors import Invalid
from tfportal.language import normalise

from ..models import CandidateKind, Sector, Task
from ..problems import Problems, line_problem, refuse, text_problem

TITLE_LIMIT = 200  # characters, as its column holds
CALL_ENGLISH_LIMIT, ENGLISH_LIMIT = 300, 250
REASON_LIMIT = 1000
YEARS = range(2000, 2101)


def require_reason(reason: str, *, empty: str, name: str = "reason") -> None:
    """Raises Invalid for a normalised reason that says nothing, cannot be stored, or is too long."""
    refuse({name: text_problem(reason, empty=empty, limit=REASON_LIMIT)})


def due_problem(due_at: datetime | None, *, at: datetime) -> list[str]:
    """What is wrong with a due time that may be left out."""
    if due_at is None:
        return []
    if due_at.year not in YEARS:
        return [_("Check the year.")]
    return [_("Choose a time that lies ahead.")] if due_at <= at else []


@dataclass(frozen=True)
class CallDraft:
    """발굴 요청: what it is called, what is asked, until when."""

    title_ko: str
    title_en: str
    text: str
    due_at: datetime | None

    def tidied(self) -> "CallDraft":
        """With its texts as they are stored."""
        texts = {name: normalise(getattr(self, name)) for name in ("title_ko", "title_en", "text")}
        return replace(self, **texts)  # type: ignore[arg-type]

    @property
    def body(self) -> list[Any]:
        """Everything that was posted, for the receipt."""
        return [self.title_ko, self.title_en, self.text, self.due_at and self.due_at.isoformat()]


def check_call(draft: CallDraft, *, at: datetime, stood: datetime | None = None) -> Problems:
    """Judges a tidied call. `stood`: its due time before, which may lie in the past as long as it stays."""
    problems: Problems = {
        "title_ko": line_problem(draft.title_ko, TITLE_LIMIT, empty=_("Give the call a title.")),
        "title_en": line_problem(draft.title_en, CALL_ENGLISH_LIMIT),
        "text": text_problem(draft.text, empty=_("Say what is asked.")),
    }
    if draft.due_at is None:
        problems["due_at"] = [_("Give a date and a time.")]
    elif draft.due_at.year not in YEARS:
        problems["due_at"] = [_("Check the year.")]
    elif draft.due_at != stood and draft.due_at <= at:
        problems["due_at"] = [_("Choose a time that lies ahead.")]
    return problems


def called_on(codes: Iterable[str], *, day: date) -> list[Ministry]:
    """The ministries of these codes, in their order. Raises Invalid at `ministries` where one is not there."""
    wanted = set(codes)  # whatever was posted: no database is asked for it
    existing = Ministry.objects.existing_on(day).order_by("order", "code")
    found = [ministry for ministry in existing if ministry.code in wanted]
    if not wanted:
        raise Invalid({"ministries": [_("Choose at least one ministry.")]})
    if len(found) != len(wanted):
        raise Invalid({"ministries": [_("Choose a ministry.")]})
    return found


@dataclass(frozen=True)
class CandidateDraft:
    """후보과제. `supplements`: the code of a task, `sector`: that of a sector."""

    kind: str
    title_ko: str
    text: str
    sector: str
    title_en: str = ""
    supplements: str = ""
    planned_until: date | None = None

    def tidied(self) -> "CandidateDraft":
        """With its texts as they are stored. What is new supplements nothing."""
        texts = {name: normalise(getattr(self, name)) for name in ("title_ko", "title_en", "text")}
        code = normalise(self.supplements).upper() if self.kind == CandidateKind.SUPPLEMENT else ""
        return replace(self, supplements=code, **texts)  # type: ignore[arg-type]

    @property
    def body(self) -> list[Any]:
        """Everything that was posted, for the receipt."""
        until = self.planned_until.isoformat() if self.planned_until else None
        return [self.kind, self.title_ko, self.title_en, self.text, self.sector, self.supplements, until]


@dataclass(frozen=True)
class Checked:
    """What a candidate names, found."""

    sector: Sector
    supplements: Task | None


def until_problem(until: date | None, *, today: date, stood: date | None = None) -> list[str]:
    """What is wrong with a planned completion: it lies ahead, unless it is the one that stood before."""
    if until is None or until == stood:
        return []
    if until.year not in YEARS:
        return [_("Check the year.")]
    return [_("Choose a day that lies ahead, or today.")] if until < today else []


def check_candidate(draft: CandidateDraft, *, today: date, stood: date | None = None) -> Checked:
    """Judges a tidied candidate. `stood`: its planned completion before, which may lie in the past as long as it stays.
    Raises Invalid with messages by field. Two queries at most."""
    sector = Sector.objects.filter(code=draft.sector).first()
    task = Task.objects.filter(code=draft.supplements).first() if draft.supplements else None
    problems: Problems = {
        "kind": [] if draft.kind in CandidateKind.values else [_("Choose a kind.")],
        "title_ko": line_problem(draft.title_ko, TITLE_LIMIT, empty=_("Give the task a title.")),
        "title_en": line_problem(draft.title_en, ENGLISH_LIMIT),
        "text": text_problem(draft.text, empty=_("Say what is to be done, and what it brings.")),
        "sector": [] if sector else [_("Choose a sector.")],
        "supplements": _supplement_problem(draft, task),
        "planned_until": until_problem(draft.planned_until, today=today, stood=stood),
    }
    refuse(problems)
    assert sector is not None  # noqa: S101 (refused above)
    return Checked(sector, task)


def _supplement_problem(draft: CandidateDraft, task: Task | None) -> list[str]:
    if draft.kind != CandidateKind.SUPPLEMENT:
        return []
    if not draft.supplements:
        return [_("Name the task that it supplements.")]
    return task_problem(task, draft.supplements)


def task_problem(task: Task | None, code: str) -> list[str]:
    """What keeps a candidate from being taken up by the task of this code. What is completed takes up nothing: it is on
    no roster any more, and nobody would ever report on what was added."""
    if task is None:
        return [_("There is no task %(code)s.") % {"code": code[:20]}]
    return [] if task.completed_on is None else [completed(task)]


def completed(task: Task) -> str:
    """That the task takes up nothing any more, in words."""
    return _("This task is completed: %(code)s. Choose one that is still being carried out.") % {"code": task.code}


@dataclass(frozen=True)
class Adoption:
    """채택: how the task is entered. `meeting_no`: the meeting at which it was decided, None where it was at none.
    `joins`: the number of the open round whose roster a new task is to join at once; None for the next one. What
    supplements a task joins nothing: the task is on its rosters already. `without_meeting`: that it is not to wait for
    the meeting on whose agenda it stands."""

    title_ko: str = ""
    title_en: str = ""
    sector: str = ""
    planned_until: date | None = None
    reason: str = ""
    meeting_no: int | None = None
    joins: int | None = None
    without_meeting: bool = False

    def tidied(self) -> "Adoption":
        """With its texts as they are stored."""
        return replace(self, **{name: normalise(getattr(self, name)) for name in ("title_ko", "title_en", "reason")})  # type: ignore[arg-type]

    @property
    def body(self) -> list[Any]:
        """Everything that was posted, for the receipt."""
        until = self.planned_until.isoformat() if self.planned_until else None
        told = [self.title_ko, self.title_en, self.sector, until, self.reason, self.meeting_no, self.joins]
        return [*told, self.without_meeting]
