"""What the pages of calls show: each call with its numbers, its board by ministry, and every candidate under filters.
Read-only; each number is the count of the list that its link opens."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import models
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ministries.directory import Directory
from ministries.models import MinistryName, User
from records.models import Event

from ..models import (
    Call,
    CallAddressee,
    Candidate,
    CandidateKind,
    CandidateState,
    Lead,
    NoCandidate,
    Verdict,
)
from ..providers import SpokenOf, spoken_of
from . import wordings

LOOKS = {
    CandidateState.SUBMITTED: "st-sent",
    CandidateState.ASKED_BACK: "st-back",
    CandidateState.ADOPTED: "st-ok",
    CandidateState.MERGED: "st-ok",
    CandidateState.DECLINED: "st-none",
    CandidateState.WITHDRAWN: "st-none",
}


class Answer(models.TextChoices):
    """Whether and how a ministry has answered a call. Derived, never stored."""

    CANDIDATES = "candidates", pgettext_lazy("call", "With candidates")
    NONE = "none", pgettext_lazy("call", "None, with the reason")
    SILENT = "silent", pgettext_lazy("call", "Not answered")

    @property
    def css(self) -> str:
        return {"candidates": "st-ok", "none": "st-sent", "silent": "st-none"}[self.value]


BESIDES = {"overdue": gettext_lazy("of these overdue"), "late": gettext_lazy("Late")}


@dataclass(frozen=True)
class Entry:
    """One candidate as the pages show it. `spoken`: the meetings that speak of it."""

    row: Candidate
    name: MinistryName
    spoken: list[SpokenOf]

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def state(self) -> CandidateState:
        return CandidateState(self.row.state)

    @property
    def css(self) -> str:
        return LOOKS[self.state]

    @property
    def verdicts(self) -> list[Verdict]:
        """The first first."""
        return list(self.row.verdicts.all())

    @property
    def last(self) -> Verdict | None:
        """The last verdict; None where nobody has judged, and while what it asked for has been mended."""
        return self.verdicts[-1] if self.verdicts else None

    @property
    def is_new(self) -> bool:
        return self.row.kind == CandidateKind.NEW

    @property
    def is_standing(self) -> bool:
        return self.state is not CandidateState.WITHDRAWN

    @property
    def is_mended(self) -> bool:
        """Whether it was reworded after the office had asked back."""
        return self.state is CandidateState.SUBMITTED and self.last is not None

    @property
    def late_by(self) -> timedelta | None:
        return late_by(self.row.at, self.row.call)

    @property
    def held(self) -> list[SpokenOf]:
        """The meetings that can have decided on it: those that were held."""
        return [one for one in self.spoken if one.is_held]

    @property
    def ahead(self) -> list[SpokenOf]:
        """The meetings that are still to speak of it."""
        return [one for one in self.spoken if not one.is_held]

    @property
    def meeting(self) -> SpokenOf | None:
        """The meeting at which the last verdict was decided."""
        no = self.last.meeting_no if self.last else None
        return next((spoken for spoken in self.spoken if spoken.no == no), None)


def late_by(at: datetime, call: Call) -> timedelta | None:
    """By how much an answer came after the due time; the due instant itself is in time."""
    return at - call.due_at if at > call.due_at else None


def entries(rows: Iterable[Candidate], names: Directory, *, user: User) -> list[Entry]:
    """With what their verdicts and meetings need. Three queries for all."""
    found = list(rows)
    spoken = spoken_of([row.pk for row in found], user=user) if found else {}
    return [Entry(row, names[row.ministry_id], spoken.get(row.pk, [])) for row in found]


def with_parts(rows: "models.QuerySet[Candidate]") -> "models.QuerySet[Candidate]":
    """The candidates with all that an entry shows of them."""
    verdicts = Verdict.objects.select_related("task", "by", "acting_for").order_by("pk")
    parts = ("call", "ministry", "sector", "supplements", "by", "acting_for")
    return rows.select_related(*parts).prefetch_related(Prefetch("verdicts", verdicts))


# The board of one call


@dataclass(frozen=True)
class Row:
    """One ministry that is called on. `candidates`: those that stand, as far as the reader may see them; `proposed`:
    how many do stand."""

    call: Call
    name: MinistryName
    candidates: list[Entry]
    withdrawn: list[Entry]
    proposed: int
    first_at: datetime | None
    none: NoCandidate | None
    at: datetime
    worded: Event | None = None  # the last wording of one of those that stand

    @property
    def reworded(self) -> Event | None:
        """The last wording, where it came after the first answer: by whom is told as it is of one that has none."""
        return self.worded if self.worded and self.worded.verb == "revise_candidate" else None

    @property
    def shown(self) -> list[Entry]:
        """What the list of its candidates holds for the reader, which its number counts: with what was taken back."""
        return sorted([*self.candidates, *self.withdrawn], key=lambda entry: entry.row.no) if self.proposed else []

    @property
    def answer(self) -> Answer:
        if self.proposed:
            return Answer.CANDIDATES
        return Answer.NONE if self.none else Answer.SILENT

    @property
    def answered_at(self) -> datetime | None:
        """When its answer came: the first candidate that stands, else the word that there is none."""
        return self.first_at or (self.none.at if self.none else None)

    @property
    def late_by(self) -> timedelta | None:
        return late_by(self.answered_at, self.call) if self.answered_at else None

    @property
    def is_overdue(self) -> bool:
        return self.answer is Answer.SILENT and self.call.closed_at is None and self.at > self.call.due_at

    @property
    def days_over(self) -> int:
        return (timezone.localdate(self.at) - timezone.localdate(self.call.due_at)).days

    def has(self, asked: str) -> bool:
        """Whether it belongs to the list of that name; all do to the one without a name."""
        besides = {"": True, "overdue": self.is_overdue, "late": self.late_by is not None}
        return besides.get(asked, self.answer.value == asked)


@dataclass(frozen=True)
class Number:
    """A number with the list that it counts."""

    label: str
    count: int
    query: str
    is_here: bool
    css: str = ""


@dataclass(frozen=True)
class CallBoard:
    """One call by ministry, as far as the person may see it. `asked`: the answer that the address asks for."""

    call: Call
    rows: list[Row] = field(repr=False)
    asked: str
    is_whole: bool
    at: datetime

    @property
    def is_open(self) -> bool:
        return self.call.closed_at is None

    @property
    def left(self) -> timedelta:
        return self.call.due_at - self.at

    @property
    def overdue(self) -> timedelta:
        return -self.left

    @cached_property
    def found(self) -> list[Row]:
        return [row for row in self.rows if row.has(self.asked)]

    def number(self, label: str, asked: str) -> Number:
        count = sum(row.has(asked) for row in self.rows)
        css = "due" if asked == "overdue" and count else "" if count else "zero"
        return Number(label, count, f"?answer={asked}" if asked else "?", self.asked == asked, css)

    @property
    def numbers(self) -> list[Number]:
        """Called on, then by answer; beside silence how much of it is overdue, beside the answers which were late."""
        made = [self.number(_("Called on"), "")]
        made += [self.number(str(one.label), one.value) for one in Answer]
        return made + [number for key, label in BESIDES.items() if (number := self.number(str(label), key)).count]

    @property
    def silent(self) -> int:
        """How many can be reminded."""
        return sum(row.answer is Answer.SILENT for row in self.rows)

    @property
    def heading(self) -> str:
        """What the list holds: whoever is called on, or those of the answer that the address asks for."""
        return next((one.label for one in self.numbers if one.is_here), _("Called on"))

    @cached_property
    def states(self) -> list[tuple[CandidateState, int]]:
        """How many candidates stand where, for those states that there are."""
        counted = Counter(entry.state for row in self.rows for entry in (*row.candidates, *row.withdrawn))
        return [(state, counted[state]) for state in CandidateState if counted[state]]


def board(call: Call, asked: str, *, user: User, at: datetime) -> CallBoard:
    """The call by ministry, in the ministries' order: for the office and its readers all of them, for a ministry its
    own row. A constant number of queries."""
    standing = user.standing
    is_whole = standing.is_coordinator or standing.is_reader
    addressees = CallAddressee.objects.filter(call=call)
    if not is_whole:
        addressees = addressees.filter(ministry__in=standing.ministries)
    names = Directory(timezone.localdate(at))
    visible = with_parts(Candidate.objects.visible_to(user).filter(call=call)).order_by("no")
    seen: dict[int, list[Entry]] = {}
    for entry in entries(visible, names, user=user):
        seen.setdefault(entry.row.ministry_id, []).append(entry)
    proposed: dict[int, list[Candidate]] = {}
    for row in Candidate.objects.filter(call=call).standing().only("call", "ministry", "at"):
        proposed.setdefault(row.ministry_id, []).append(row)
    worded = wordings.latest([row for rows in proposed.values() for row in rows])
    nones = {row.ministry_id: row for row in call.nones.select_related("by", "acting_for").order_by("pk")}
    made = []
    for ministry in addressees.order_by("ministry__order", "ministry__code").values_list("ministry", flat=True):
        own, there = seen.get(ministry, []), proposed.get(ministry, [])
        stands, gone = [row for row in own if row.is_standing], [row for row in own if not row.is_standing]
        first = min((row.at for row in there), default=None)
        last = max((worded[row.pk] for row in there if row.pk in worded), key=lambda event: event.seq, default=None)
        made.append(Row(call, names[ministry], stands, gone, len(there), first, nones.get(ministry), at, last))
    known = (*Answer.values, *BESIDES)
    return CallBoard(call, made, asked if asked in known else "", is_whole, at)


def not_called(call: Call, *, at: datetime) -> list[MinistryName]:
    """Whom the office may still call on: those that lead no task first. Three queries."""
    there = set(CallAddressee.objects.filter(call=call).values_list("ministry", flat=True))
    outside = in_no_task(timezone.localdate(at))
    left = [name for name in Directory(timezone.localdate(at)).in_order() if name.ministry_id not in there]
    return sorted(left, key=lambda name: name.ministry_id not in outside)


def in_no_task(day: date) -> set[int]:
    """The ministries (primary keys) that lead no task on the day. One query, and the names."""
    leads = set(Lead.objects.in_force(day).values_list("ministry", flat=True))
    return {name.ministry_id for name in Directory(day).in_order()} - leads


# All calls


@dataclass(frozen=True)
class Listed:
    """One call in the list, with its numbers. `candidates`, `to_judge`, `adopted`: of those that the reader's list
    holds, with what was taken back; who has answered, all the same, is told by what stands."""

    call: Call
    called: int
    silent: int
    candidates: int
    to_judge: int
    adopted: int
    own: Answer | None  # how the reader's own ministry answered; None where they have none, or several
    is_late: bool

    @property
    def answered(self) -> int:
        return self.called - self.silent


def calls(user: User, *, at: datetime) -> list[Listed]:
    """Every call that the person may see, the last first. A constant number of queries."""
    rows = list(Call.objects.visible_to(user).select_related("by", "acting_for").order_by("-no"))
    ids = [row.pk for row in rows]
    addressed: dict[int, set[int]] = {}
    for call, ministry in CallAddressee.objects.filter(call__in=ids).values_list("call", "ministry"):
        addressed.setdefault(call, set()).add(ministry)
    standing: dict[int, set[int]] = {}
    for call, ministry in Candidate.objects.filter(call__in=ids).standing().values_list("call", "ministry"):
        standing.setdefault(call, set()).add(ministry)
    seen: dict[int, Counter[str]] = {}
    for call, state in Candidate.objects.visible_to(user).filter(call__in=ids).values_list("call", "state"):
        seen.setdefault(call, Counter())[state] += 1
    nones: dict[int, set[int]] = {}
    for call, ministry in NoCandidate.objects.filter(call__in=ids).values_list("call", "ministry"):
        nones.setdefault(call, set()).add(ministry)
    own = user.standing.ministries
    whole = user.standing.is_coordinator or user.standing.is_reader
    made = []
    for row in rows:
        proposed = standing.get(row.pk, set()) if whole else standing.get(row.pk, set()) & own
        called = addressed.get(row.pk, set()) if whole else addressed.get(row.pk, set()) & own
        silent = called - proposed - nones.get(row.pk, set())
        states = seen.get(row.pk, Counter())
        mine = None
        if not whole and len(called) == 1:
            mine = Answer.CANDIDATES if proposed else Answer.SILENT if silent else Answer.NONE
        made.append(
            Listed(
                row,
                len(called),
                len(silent),
                states.total(),
                states[CandidateState.SUBMITTED],
                states[CandidateState.ADOPTED],
                mine,
                row.closed_at is None and bool(silent) and at > row.due_at,
            )
        )
    return made


def entry_of(row: Candidate, *, user: User, at: datetime) -> Entry:
    """One candidate as its page shows it."""
    (entry,) = entries([row], Directory(timezone.localdate(at)), user=user)
    return entry
