"""업무대행 as pages show it: who stands in for whom, past, now and coming. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import OF_A_MINISTRY, Delegation, MinistryName, Posting, Role, User

from . import permissions

PAST_SHOWN = 30


@dataclass(frozen=True)
class Line:
    """One deputy. `may_end`: whether the person who reads it may end it now."""

    row: Delegation
    name: MinistryName | None
    day: date
    is_effective: bool
    may_end: bool

    @property
    def is_over(self) -> bool:
        return self.row.cancelled_at is not None or self.row.ends_on < self.day

    @property
    def is_coming(self) -> bool:
        return not self.is_over and self.row.starts_on > self.day

    @property
    def never_began(self) -> bool:
        """Whether it was taken back before its first day."""
        ended = self.row.cancelled_at
        return ended is not None and timezone.localdate(ended) < self.row.starts_on

    @property
    def office(self) -> str:
        return str(Role(self.row.posting.role).label)


@dataclass(frozen=True)
class Lines:
    """The lines of one table: today's and coming ones first, by their first day; then the past, the latest first."""

    standing: list[Line]
    past: list[Line]

    @property
    def all(self) -> list[Line]:
        return self.standing + self.past


@dataclass(frozen=True)
class Choice:
    """One posting that a deputy can be named for."""

    posting: Posting
    name: MinistryName | None
    is_own: bool

    @property
    def key(self) -> str:
        """As the form names it."""
        return str(self.posting.pk)

    @property
    def office(self) -> str:
        return str(Role(self.posting.role).label)


@dataclass(frozen=True)
class House:
    """Where deputies come from: a ministry, or the office (None), with its people."""

    name: MinistryName | None
    people: list[User]


@dataclass(frozen=True)
class Page:
    day: date
    for_me: Lines
    by_me: Lines
    others: Lines  # of the ministry, for its approver
    choices: list[Choice]
    houses: list[House]

    @property
    def can_name(self) -> bool:
        """Whether there is anybody to be named."""
        return bool(self.choices) and any(house.people for house in self.houses)

    @property
    def is_approver(self) -> bool:
        return any(not choice.is_own for choice in self.choices) or bool(self.others.all)


def read(user: User, *, at: datetime) -> Page:
    """What the person's page shows, in a constant number of queries."""
    day = timezone.localdate(at)
    approved = {row.ministry_id for row in user.current_postings if row.role == Role.APPROVER}
    shown = Delegation.objects.visible_to(user)
    rows = list(shown.select_related("posting__user", "to_user", "named_by").order_by("-starts_on", "-pk"))
    effective = set(
        Delegation.objects.effective(day).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    names = Directory(day)

    def line(row: Delegation) -> Line:
        open_still = row.cancelled_at is None and row.ends_on >= day
        may_end = open_still and permissions.can_name_deputy(user, row.posting)
        return Line(row, _name(names, row.posting), day, row.pk in effective, may_end)

    choices = _choices(user, day, approved, names)
    return Page(
        day,
        _ordered(line(row) for row in rows if row.posting.user_id == user.pk),
        _ordered(line(row) for row in rows if row.to_user_id == user.pk),
        _ordered(line(row) for row in rows if user.pk not in (row.posting.user_id, row.to_user_id)),
        choices,
        _houses(choices, user, day, names),
    )


def _ordered(lines: Iterable[Line]) -> Lines:
    """Of the past so many of them."""
    found = list(lines)
    standing = sorted((line for line in found if not line.is_over), key=lambda line: (line.row.starts_on, line.row.pk))
    return Lines(standing, [line for line in found if line.is_over][:PAST_SHOWN])


def _name(names: Directory, posting: Posting) -> MinistryName | None:
    """The ministry whose posting it is; none for the office."""
    of_ministry = posting.role in OF_A_MINISTRY and posting.ministry_id
    return names[of_ministry] if of_ministry else None


def _choices(user: User, day: date, approved: Iterable[int | None], names: Directory) -> list[Choice]:
    """The postings that the person may name a deputy for, their own first."""
    own = Q(user=user, role__in=[*OF_A_MINISTRY, Role.COORDINATOR])
    others = Q(ministry__in=[pk for pk in approved if pk], role__in=OF_A_MINISTRY, user__is_active=True)
    rows = Posting.objects.in_force(day).filter(own | others).select_related("user")
    ordered = sorted(rows, key=lambda row: (row.user_id != user.pk, str(row.user), row.pk))
    return [Choice(row, _name(names, row), row.user_id == user.pk) for row in ordered]


def _houses(choices: Iterable[Choice], user: User, day: date, names: Directory) -> list[House]:
    """The people who may stand in, by ministry. One query."""
    wanted = {choice.name.ministry_id if choice.name else None for choice in choices}
    roles = Q(role=Role.COORDINATOR) if None in wanted else Q(pk__in=[])
    of_ministries = Q(role__in=OF_A_MINISTRY, ministry__in=[pk for pk in wanted if pk])
    there = Posting.objects.in_force(day).filter(roles | of_ministries, user__is_active=True).select_related("user")
    people: dict[int | None, dict[int, User]] = {pk: {} for pk in wanted}
    for row in there:
        people[row.ministry_id if row.role in OF_A_MINISTRY else None][row.user_id] = row.user
    alone = all(choice.is_own for choice in choices)
    return [House(names[pk] if pk else None, _listed(found.values(), user, alone)) for pk, found in people.items()]


def _listed(people: Iterable[User], user: User, alone: bool) -> list[User]:
    """By name. The reader, who may stand in for somebody else alone, comes last; where there is nobody else, not."""
    found = sorted(people, key=lambda one: (one == user, str(one)))
    return [one for one in found if one != user or not alone]
