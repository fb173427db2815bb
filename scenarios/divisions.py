"""What a division's page shows: who is in it, recommended by whom, and its meetings with who was there."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from ministries.directory import Directory
from ministries.models import MinistryName, User

from . import counting, permissions
from .models import Division, DivisionMeeting, Expert, ExpertPerson, Seat
from .querysets import ExpertQuerySet


@dataclass(frozen=True)
class Seated:
    """One expert. `person`: for the office, as long as the personal data are kept; `times`: at how many meetings."""

    expert: Expert
    person: ExpertPerson | None
    ministry: MinistryName
    times: int

    @property
    def word(self) -> str:
        """What the seat is called: by its person where that may be seen, else by its number."""
        return self.person.name if self.person else f"#{self.expert.pk}"


@dataclass(frozen=True)
class Met:
    """One meeting with who of the experts was there; `expected`: who was in the division on that day."""

    meeting: DivisionMeeting
    present: int
    expected: int
    people: list[str]  # for the office alone


@dataclass(frozen=True)
class Page:
    """One division as of a day. `seated` and `gone` are for the office alone; everybody sees how many."""

    division: Division
    as_of: date
    experts: int
    recommending: list[tuple[MinistryName, int]]
    meetings: list[Met]
    seated: list[Seated]
    gone: list[Seated]


def read(division: Division, *, user: User, as_of: date) -> Page:
    """The division's page as the person may see it."""
    sees, names = permissions.can_see_people(user), Directory(as_of)
    everybody = seated(Expert.objects.filter(division=division), names) if sees else []
    numbers = counting.experts_by_ministry(as_of, division)
    return Page(
        division=division,
        as_of=as_of,
        experts=sum(numbers.values()),
        recommending=counting.named(numbers, names),
        meetings=met(division, as_of=as_of, sees=sees),
        seated=[one for one in everybody if serves(one.expert, as_of)],
        gone=[one for one in everybody if not serves(one.expert, as_of)],
    )


def serves(expert: Expert, day: date) -> bool:
    """The same as `ExpertQuerySet.serving`, of a row that is read already."""
    return expert.starts_on <= day and (expert.ends_on is None or expert.ends_on >= day)


def seated(experts: ExpertQuerySet, names: Directory) -> list[Seated]:
    """The experts with who they are: for the office alone."""
    rows = experts.select_related("person", "division", "ministry").order_by("division__order", "starts_on", "pk")
    times = Counter(Seat.objects.filter(expert__in=experts).values_list("expert", flat=True))
    return [Seated(row, getattr(row, "person", None), names[row.ministry_id], times[row.pk]) for row in rows]


def met(division: Division | None, *, as_of: date, sees: bool) -> list[Met]:
    """The meetings held until that day, the last one first; of one division, or of all."""
    held = DivisionMeeting.objects.filter(held_on__lte=as_of).select_related("division", "by", "acting_for")
    held = held.filter(division=division) if division else held
    people = Seat.objects.select_related("expert__person") if sees else Seat.objects.all()
    rows = list(held.prefetch_related(Prefetch("seats", people.order_by("expert"))))
    serving = list(Expert.objects.filter(division__in={row.division_id for row in rows}))
    return [
        Met(
            row,
            present=len(row.seats.all()),
            expected=sum(one.division_id == row.division_id and serves(one, row.held_on) for one in serving),
            people=_names(row.seats.all()) if sees else [],
        )
        for row in rows
    ]


def _names(seats: Iterable[Seat]) -> list[str]:
    return [person.name if (person := getattr(seat.expert, "person", None)) else f"#{seat.expert_id}" for seat in seats]


def serving_on(division: Division, day: date) -> list[Seated]:
    """Those whom a form may tick."""
    return seated(Expert.objects.filter(division=division).serving(day), Directory(day))
