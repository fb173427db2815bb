"""Which documents of a meeting a person may have, in one language: drafts, final ones, and what was kept. Read-only."""

from dataclasses import dataclass
from functools import cached_property

from ministries.directory import Directory
from ministries.models import MinistryName, User
from tasks.models import CorrectionDecision, Report

from .. import permissions
from ..decisions import addressees, day_of
from ..models import Decision, DocumentKind, KeptDocument, Meeting
from . import keeping, making, words
from .making import Wanted

SHOWN = (DocumentKind.BOOK, DocumentKind.TABLES, DocumentKind.OUTCOME, DocumentKind.PRESS_RELEASE)


@dataclass(frozen=True)
class Entry:
    """One document. `last`: what was given out of it, by format; `corrections`: how many were approved since."""

    wanted: Wanted
    last: dict[str, KeptDocument]
    corrections: int
    to: str = ""  # of a letter
    runs: bool = True  # whether the reader may have what was not kept

    @property
    def kind(self) -> DocumentKind:
        return self.wanted.kind

    @property
    def form_key(self) -> str:
        """Tells its form from the others on the page."""
        return f"{self.kind}-{self.wanted.decision.pk}" if self.wanted.decision else str(self.kind)

    @property
    def name(self) -> str:
        """`title` is of the document, in its own language."""
        return self.wanted.name

    @property
    def files(self) -> list[tuple[str, str, KeptDocument | None]]:
        """Each format: what it is called in an address and for people, and what was kept of it."""
        endings = list(dict.fromkeys([*(self.wanted.at_once if self.runs else ()), *self.last]))
        return [(ending, "Excel" if ending == "xlsx" else ending.upper(), self.last.get(ending)) for ending in endings]

    @property
    def is_kept(self) -> bool:
        return bool(self.files) and all(kept for _ending, _label, kept in self.files)


@dataclass(frozen=True)
class Shelf:
    """What the page of documents shows."""

    meeting: Meeting
    language: str
    entries: list[Entry]
    letters: list[Entry]
    kept: list[KeptDocument]
    runs: bool
    own_pages: bool  # whether a ministry of the person's has pages in the book

    @cached_property
    def has_round(self) -> bool:
        return self.meeting.round is not None and self.meeting.round.prepared_at is not None

    @cached_property
    def waiting(self) -> int:
        """How many final documents, in this language, nobody outside the office can have yet."""
        listed = [*self.entries, *self.letters]
        return sum(entry.wanted.is_final and not entry.last for entry in listed) if self.runs else 0

    @property
    def no_pdf(self) -> str:
        return making.no_pdf() if self.runs else ""

    @property
    def too_large(self) -> str:
        """Why the book has no PDF here, where the machine would write one."""
        if not self.runs or self.no_pdf:
            return ""
        waits = any(entry.wanted.is_large and "pdf" not in entry.last for entry in self.entries)
        return making.too_large() if waits else ""


def read(meeting: Meeting, *, user: User, language: str) -> Shelf:
    """A constant number of queries."""
    runs = permissions.can_run_meetings(user)
    kept = [
        row
        for row in keeping.of_meeting(meeting)
        if permissions.can_read_document(user, row.kind, is_final=True, decision=row.decision)
    ]
    approved = _approvals(meeting)
    entries = [
        _entry(wanted, kept, approved, runs=runs)
        for kind in SHOWN
        if _may(user, wanted := Wanted(kind, meeting, language)) and _exists(wanted)
    ]
    names = Directory(day_of(meeting))
    letters = [
        _entry(wanted, kept, (), _addressed(decision, names), runs=runs)
        for decision in _decisions(meeting, user)
        if addressees(decision)[0] and _may(user, wanted := Wanted(DocumentKind.LETTER, meeting, language, decision))
    ]
    return Shelf(meeting, language, entries, letters, kept, runs, _has_pages(meeting, user))


def _may(user: User, wanted: Wanted) -> bool:
    return permissions.can_read_document(user, wanted.kind, is_final=wanted.is_final, decision=wanted.decision)


def _exists(wanted: Wanted) -> bool:
    round_ = wanted.meeting.round
    return wanted.kind != DocumentKind.TABLES or (round_ is not None and round_.prepared_at is not None)


def _decisions(meeting: Meeting, user: User) -> list[Decision]:
    rows = Decision.objects.visible_to(user).standing().filter(meeting=meeting)
    rows = rows.select_related("meeting").prefetch_related("supporting", "meeting__attendances")
    return list(rows.order_by("no"))


def _addressed(decision: Decision, names: Directory) -> str:
    """Whom its letter is for, in short."""
    helping = words.supporters_of(decision, names)
    if decision.lead_id is None:
        return helping
    lead = names[decision.lead_id].abbr
    return f"{lead} ({helping})" if helping else lead


def _approvals(meeting: Meeting) -> list[CorrectionDecision]:
    if meeting.round is None or meeting.round.frozen_at is None:
        return []
    return list(CorrectionDecision.objects.filter(round=meeting.round, no__isnull=False).only("at"))


def _entry(
    wanted: Wanted,
    kept: list[KeptDocument],
    approved: "list[CorrectionDecision] | tuple[()]",
    to: str = "",
    *,
    runs: bool,
) -> Entry:
    of = [
        row
        for row in kept
        if (row.kind, row.language) == (wanted.kind, wanted.language)
        and row.decision_id == (wanted.decision.pk if wanted.decision else None)
    ]
    last = {row.format: row for row in reversed(of)}
    since = min((row.at for row in last.values()), default=None)
    counts = wanted.kind in making.OF_THE_ROUND and since is not None
    return Entry(wanted, last, sum(row.at > since for row in approved) if counts and since else 0, to, runs)


def _has_pages(meeting: Meeting, user: User) -> bool:
    own = user.standing.ministries
    if not own or meeting.round is None or meeting.round.prepared_at is None:
        return False
    return Report.objects.in_round(meeting.round).led_by(own).exists()


def chapters(meeting: Meeting, *, user: User, whole: bool) -> list[MinistryName]:
    """The ministries whose pages of the book the person may read: of the `whole` book all, else their own. Two
    queries."""
    if meeting.round is None or meeting.round.prepared_at is None:
        return []
    reports = Report.objects.in_round(meeting.round)
    if not whole:
        reports = reports.led_by(user.standing.ministries)
    leads = set(reports.order_by().values_list("lead", flat=True))
    names = Directory(meeting.round.as_of)
    listed = names.named(leads)
    return listed + [names[pk] for pk in sorted(leads - {name.ministry_id for name in listed})]


def may_have(user: User, wanted: Wanted) -> bool:
    """Whether the person may read the document as it stands: the office always; everybody else once it was given out,
    so that what they read lies kept with its hash. At most one query."""
    return _may(user, wanted) and (permissions.can_run_meetings(user) or keeping.is_given_out(wanted))
