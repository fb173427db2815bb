"""이해관계자 의견: those that a person may see, under the filters of the address, and each alone. Read-only.

Each number is the count of the list that its link opens: both come from the same conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from ministries.directory import Directory
from ministries.models import User
from scenarios.models import Uptake
from tfportal import dates

from .. import permissions
from ..models import (
    Channel,
    Disposition,
    Group,
    Hearing,
    Opinion,
    OpinionState,
    OpinionTask,
    Transfer,
    TransferKind,
)
from .entries import Entry, Standing
from .numbers import tidy

LABELS = {
    "": pgettext_lazy("opinions", "All"),
    "waiting": Standing.WAITING.label,
    "loose": Standing.LOOSE.label,
    "handed_back": Standing.HANDED_BACK.label,
    "owed": Standing.OWED.label,
    "overdue": gettext_lazy("of these overdue"),
    "answered": Standing.ANSWERED.label,
    "rejected": Standing.REJECTED.label,
}
OF_THE_OFFICE = ("waiting", "rejected")  # nobody else sees one
_DONE = Q(state=OpinionState.REJECTED) | Q(last_kind__isnull=False)


def condition(state: str, day: date) -> Q:
    """Which opinions stand there on the day; `known()` has to be asked before. What is owed holds what is overdue."""
    admitted = Q(state=OpinionState.ADMITTED, last_kind__isnull=True)
    owed, is_back = admitted & Q(ministry__isnull=False), Q(last_transfer=TransferKind.HANDED_BACK)
    nobodys = admitted & Q(ministry__isnull=True)
    found = {
        "": Q(),
        "admitted": Q(state=OpinionState.ADMITTED),  # no number of the page: what an agenda speaks of
        "waiting": Q(state=OpinionState.WAITING),
        "rejected": Q(state=OpinionState.REJECTED),
        "loose": nobodys & (Q(last_transfer__isnull=True) | ~is_back),
        "handed_back": nobodys & is_back,
        "owed": owed,
        "overdue": owed & Q(due_on__lt=day),
        "answered": Q(last_kind__isnull=False),
    }
    return found.get(state, Q(pk__in=()))


def known(user: User) -> QuerySet[Opinion]:
    """What the person may see, each with `last_kind`: what came of it, and `last_transfer`: whether it was handed back
    or passed on last; None where nobody has."""
    seen = Opinion.objects.filter(pk__in=Opinion.objects.visible_to(user).order_by().values("pk"))
    last, standing = _last(Transfer.objects.all()), _last(Disposition.objects.standing())
    return seen.annotate(last_kind=standing, last_transfer=last)


def _last(rows: QuerySet[Any]) -> Subquery:
    """The kind of an opinion's last row among these."""
    return Subquery(rows.filter(opinion=OuterRef("pk")).order_by("-pk").values("kind")[:1])


@dataclass(frozen=True)
class Filters:
    """What the address asks for. Of a value that nobody can choose there is no opinion. `since`: received that day or
    later."""

    group: str = ""
    channel: str = ""
    state: str = ""
    disposition: str = ""
    ministry: str = ""
    task: str = ""
    hearing: str = ""
    since: str = ""
    q: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        names = ("group", "channel", "state", "disposition", "ministry", "task", "hearing", "since")
        chosen = {name: query.get(name, "").replace("\0", "")[:100] for name in names}
        return cls(**chosen, q=" ".join(query.get("q", "").replace("\0", "").split())[:100])

    @property
    def asked(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}

    @property
    def query(self) -> str:
        return f"?{urlencode(self.asked)}" if self.asked else ""

    @property
    def beside_state(self) -> Q:
        """All but where it stands and what came of it."""
        found = Q()
        plain = {
            "group": self.group,
            "channel": self.channel,
            "ministry__code": self.ministry,
            "of_tasks__task__code": self.task.upper(),
        }
        for column, value in plain.items():
            if value:
                found &= Q(**{column: value})
        if self.hearing:
            found &= Q(hearing__no=int(self.hearing)) if _is_number(self.hearing) else Q(pk__in=())
        if self.since:
            found &= _since(self.since)
        for word in self.q.split():
            found &= _holds(word)
        return found


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6


def _since(text: str) -> Q:
    day = dates.asked(text)
    if day is None:
        return Q(pk__in=())
    moment = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return Q(received_at__gte=moment)


def _holds(word: str) -> Q:
    """Whether its words, its number, its organisation or a task's code hold the word."""
    tasks = OpinionTask.objects.filter(task__code__iexact=word).values("opinion")
    found = Q(words__text__icontains=word, words__removed_at__isnull=True)
    found |= Q(organisation__icontains=word) | Q(pk__in=tasks)
    return found | Q(number=tidy(word)) if tidy(word) else found


@dataclass(frozen=True)
class Number:
    """A count, and the address of its list."""

    state: str
    label: str
    count: int
    query: str
    is_here: bool


class Register:
    """The opinions that the person may see, and those of them that the filters leave."""

    def __init__(self, filters: Filters, *, user: User, at: datetime) -> None:
        self.filters, self.user, self.day = filters, user, timezone.localdate(at)
        self.names = Directory(self.day)
        self.runs = permissions.can_run_meetings(user)

    @cached_property
    def _beside(self) -> QuerySet[Opinion]:
        return known(self.user).filter(self.filters.beside_state)

    @property
    def found(self) -> QuerySet[Opinion]:
        """The rows that the filters leave, with what an Entry reads: first what waits for somebody, then what is done;
        each the latest first."""
        rows = self._beside.filter(condition(self.filters.state, self.day))
        if self.filters.disposition:
            rows = rows.filter(Q(last_kind=self.filters.disposition))
        is_done = Case(When(_DONE, then=1), default=0, output_field=IntegerField())
        return with_all(rows).order_by(is_done, "-received_at", "-pk")

    def entries(self, rows: Any) -> list[Entry]:
        return [Entry(row, self.names, self.day) for row in rows]

    @cached_property
    def _counts(self) -> dict[str, int]:
        """Every number of the page, in one query."""
        states = {f"state_{state}": Count("pk", filter=self._with_disposition(state)) for state in LABELS}
        kinds = {f"kind_{kind}": Count("pk", filter=self._of_kind(kind)) for kind in Uptake.values}
        counts: dict[str, int] = self._beside.aggregate(**states, **kinds)
        return counts

    def _with_disposition(self, state: str) -> Q:
        of_kind = Q(last_kind=self.filters.disposition) if self.filters.disposition else Q()
        return (condition(state, self.day) & of_kind) or Q(pk__isnull=False)

    def _of_kind(self, kind: str) -> Q:
        return condition(self.filters.state, self.day) & Q(last_kind=kind)

    @property
    def numbers(self) -> list[Number]:
        """By standing, under the other filters."""
        made = []
        for state, label in LABELS.items():
            if self.runs or state not in OF_THE_OFFICE:
                query = replace(self.filters, state=state).query or "?"
                is_here = state == self.filters.state
                made.append(Number(state, str(label), self._counts[f"state_{state}"], query, is_here))
        return made

    @property
    def kinds(self) -> list[Number]:
        """By what came of it, under the other filters."""
        made = []
        for kind in Uptake:
            is_here = kind.value == self.filters.disposition
            query = replace(self.filters, disposition=kind.value).query
            made.append(Number(kind.value, str(kind.label), self._counts[f"kind_{kind.value}"], query, is_here))
        return made

    @property
    def since(self) -> date | None:
        """The day that the address names; None where it names none."""
        return dates.asked(self.filters.since)

    @cached_property
    def is_empty(self) -> bool:
        """Whether there is nothing at all that the person may see."""
        return not Opinion.objects.visible_to(self.user).exists()

    @cached_property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What can be chosen, by filter. Three queries."""
        seen = Opinion.objects.visible_to(self.user).order_by()
        owners = seen.filter(ministry__isnull=False).values_list("ministry", flat=True).distinct()
        tasks = OpinionTask.objects.filter(opinion__in=seen.values("pk")).order_by("task__code")
        hearings = Hearing.objects.filter(opinions__in=seen.values("pk")).distinct()
        return {
            "group": [(row.value, str(row.label)) for row in Group],
            "channel": [(row.value, str(row.label)) for row in Channel],
            "ministry": [(name.ministry.code, name.abbr) for name in self.names.named(owners)],
            "task": [(code, code) for code in tasks.values_list("task__code", flat=True).distinct()],
            "hearing": [(str(row.no), row.title) for row in hearings],
        }


def read(query: Mapping[str, str], *, user: User, at: datetime) -> Register:
    """The register under the filters of an address."""
    return Register(Filters.of(query), user=user, at=at)


def with_all(rows: QuerySet[Opinion]) -> QuerySet[Opinion]:
    """With what an Entry reads."""
    return rows.select_related("words", "hearing", "scenario", "decision__meeting", "ministry").prefetch_related(
        Prefetch("of_tasks", OpinionTask.objects.select_related("task").order_by("task__code")),
        Prefetch("dispositions", Disposition.objects.with_standing().select_related("by", "acting_for").order_by("pk")),
    )


def by_pk(pk: int, *, user: User, at: datetime) -> Entry | None:
    """One opinion that the person may see; None for all others."""
    if pk >= 2**63:
        return None
    day = timezone.localdate(at)
    transfers = Prefetch("transfers", Transfer.objects.select_related("by", "acting_for", "ministry").order_by("pk"))
    row = with_all(known(user).filter(pk=pk)).prefetch_related(transfers).first()
    return Entry(row, Directory(day), day) if row else None
