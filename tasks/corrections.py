"""정정 as pages show them: what was sealed beside what was corrected, the round's table (정정표), what waits."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count as CountOf
from django.db.models import Q

from ministries.models import User

from . import permissions, reading
from .diffing import Piece, compare
from .models import Correction, CorrectionDecision, Field, Report, Revision, Round

# What is one text of the ministry's own. Ministries that are asked and milestones are many rows each: a wrong one is
# put right in the words of the issue, or in the next round.
CORRECTABLE = (Field.LIGHT, Field.RESULTS, Field.PLANS, Field.ISSUES, Field.PROGRESS)


def text_of(revision: Revision, field: Field) -> str:
    """The sealed text of one field, in the form in which a correction keeps its own."""
    value = getattr(revision, field.value)
    return "" if value is None else str(value)


def standing_text(report: Report, field: Field) -> str:
    """What stands of the field by now: its last approved correction, else the sealed text."""
    last = Correction.objects.filter(report=report, field=field).approved().last()
    if last is not None:
        return last.text
    return text_of(report.current, field) if report.current else ""


def part_of(field: Field, text: str) -> reading.Part:
    """One field's text in words."""
    if field is Field.LIGHT:
        light = reading.light_of(text)
        return reading.Part(field, str(light.label) if light else "", light)
    return reading.Part(field, f"{text}%" if field is Field.PROGRESS and text else text)


@dataclass(frozen=True)
class Entry:
    """One correction as a person may see it. `replaced_by`: the number of a later one of the same field, 0 where this
    one stands. `sees_people`: whether they may know who asked and who decided, as in histories; `sees_office`: and what
    the office said of it."""

    correction: Correction
    replaced_by: int = 0
    sees_people: bool = False
    sees_office: bool = False
    stands: str | None = None

    @property
    def standing(self) -> reading.Part | None:
        """Before it is decided on: what stands of the field by now, where that is no longer the sealed text."""
        return part_of(self.field, self.stands) if self.decision is None and self.stands is not None else None

    @property
    def pk(self) -> int:
        return self.correction.pk

    @property
    def report(self) -> Report:
        return self.correction.report

    @property
    def field(self) -> Field:
        return Field(self.correction.field)

    @property
    def decision(self) -> CorrectionDecision | None:
        """None while it waits for the office."""
        return getattr(self.correction, "decision", None)

    @property
    def is_approved(self) -> bool:
        return self.no > 0

    @property
    def comment(self) -> str:
        """The office's, on its decision."""
        return self.decision.comment if self.decision and self.sees_office else ""

    @property
    def no(self) -> int:
        """Its number in the round's table; 0 without one."""
        return (self.decision.no or 0) if self.decision else 0

    @property
    def difference(self) -> reading.Difference:
        """The sealed text against the corrected one."""
        old = part_of(self.field, text_of(self.correction.revision, self.field))
        new = part_of(self.field, self.correction.text)
        return reading.Difference(new, old, compare(old.text, new.text))

    @property
    def sealed_pieces(self) -> list[Piece]:
        """The sealed text, with what the correction takes away."""
        return [piece for piece in self.difference.pieces if piece.change != "new"]

    @property
    def corrected_pieces(self) -> list[Piece]:
        """The corrected text, with what is new in it."""
        return [piece for piece in self.difference.pieces if piece.change != "gone"]


def _entries(rows: Iterable[Correction], user: User | None) -> list[Entry]:
    """The corrections in their order; of approved ones of one field the last one stands. To nobody, no people."""
    found = list(rows)
    approved = [Entry(row) for row in found]
    approved = sorted((entry for entry in approved if entry.is_approved), key=lambda entry: entry.no)
    following: dict[int, int] = {}
    last: dict[tuple[int, str], int] = {}
    for entry in reversed(approved):
        place = (entry.correction.report_id, entry.correction.field)
        following[entry.pk] = last.get(place, 0)
        last[place] = entry.no
    sees_all_people = user is not None and permissions.can_see_board(user)
    entries = []
    for row in found:
        sees_office = user is not None and permissions.can_see_office_side(user, row.report)
        entries.append(Entry(row, following.get(row.pk, 0), sees_all_people or sees_office, sees_office))
    return entries


@dataclass(frozen=True)
class OfReport:
    """The corrections of one report, as far as a person may see them."""

    entries: list[Entry]

    @property
    def by_field(self) -> dict[str, list[Entry]]:
        """The approved ones at their field: the markers beside the sealed text."""
        marked: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.is_approved:
                marked.setdefault(entry.correction.field, []).append(entry)
        return marked

    @property
    def waiting(self) -> frozenset[str]:
        """The fields for which one is asked and not decided on."""
        return frozenset(entry.correction.field for entry in self.entries if entry.decision is None)


def of_report(report: Report, *, user: User) -> OfReport:
    """In the order in which they were asked for. One query."""
    rows = Correction.objects.visible_to(user).filter(report=report).with_people()
    return OfReport(_entries(rows.order_by("asked_at", "pk"), user))


@dataclass(frozen=True)
class Choice:
    """One field that can be corrected: how it was sealed, and what stands of it by now."""

    field: Field
    sealed: reading.Part
    text: str
    is_waiting: bool

    @property
    def standing(self) -> reading.Part:
        return part_of(self.field, self.text)

    @property
    def is_corrected(self) -> bool:
        return self.standing.text != self.sealed.text


def choices(report: Report, *, user: User) -> list[Choice]:
    """Every field of a sealed report that a correction may be asked for, in the order of the page. One query."""
    revision = report.current
    if revision is None:
        return []
    found = of_report(report, user=user)
    stands = {
        entry.correction.field: entry.correction.text for entry in found.entries if entry.no and not entry.replaced_by
    }
    return [
        Choice(field, part_of(field, sealed), stands.get(field, sealed), field in found.waiting)
        for field in CORRECTABLE
        for sealed in (text_of(revision, field),)
    ]


def table(round_: Round, *, user: User | None = None) -> list[Entry]:
    """정정표: the approved corrections of a round by their numbers, as the person may see them. One query."""
    return _entries(Correction.objects.in_round(round_).approved().with_people(), user)


def waiting(round_: Round, *, user: User) -> list[Entry]:
    """What waits for the office in a round, the earliest first, with what stands by now. Two queries."""
    approved = Correction.objects.in_round(round_).approved().values_list("report_id", "field", "text")
    stands = {(report_id, field): text for report_id, field, text in approved}  # the last one of each
    return [
        replace(entry, stands=stands.get((entry.correction.report_id, entry.correction.field)))
        for entry in _entries(Correction.objects.in_round(round_).undecided().with_people(), user)
    ]


@dataclass(frozen=True)
class Count:
    """How many corrections a round has, and how many more wait for the office."""

    approved: int = 0
    waiting: int = 0


def counts() -> dict[int, Count]:
    """By the round's primary key; rounds without a correction are missing. One query."""
    rows = (
        Correction.objects.order_by()
        .values_list("report__round")
        .annotate(
            approved=CountOf("pk", filter=Q(decision__no__isnull=False)),
            waiting=CountOf("pk", filter=Q(decision__isnull=True)),
        )
    )
    return {round_id: Count(approved, waiting) for round_id, approved, waiting in rows}


def number_waiting() -> int:
    """How many wait for the office, in all rounds."""
    return Correction.objects.undecided().count()
