"""What the pages of one agenda item offer: whom and which tasks it can name, its papers by ministry. Read-only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from ministries.directory import Directory
from ministries.models import MinistryName, User
from tasks.models import Candidate, CandidateState, Task

from .agenda import Agenda, Entry
from .agenda_forms import Sheet
from .decisions import day_of
from .figures import PLACE
from .models import AgendaItem, Figure, ItemKind, Meeting, Paper
from .planning import OFFICE
from .transitions import possible

TASKS_OFFERED = 1000  # in the list that completes a code; beyond, codes are typed


Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """What an item's fields can be: values with their words. Presenters: the invited ministries, then the others,
    without the ministry of the office, which is the empty choice."""

    kinds: Pairs
    invited: Pairs
    others: Pairs


def choices(meeting: Meeting, names: Directory) -> Choices:
    """One query, and the names."""
    invited = set(meeting.attendances.values_list("ministry", flat=True))
    listed = [name for name in names.in_order() if name.ministry.code != OFFICE]
    pairs = [(name.ministry_id in invited, (name.ministry.code, name.abbr)) for name in listed]
    return Choices(
        [(kind.value, str(kind.label)) for kind in ItemKind],
        [pair for is_invited, pair in pairs if is_invited],
        [pair for is_invited, pair in pairs if not is_invited],
    )


@dataclass(frozen=True)
class FormPage:
    """What the form of an item offers. `ticked`: the tasks that are chosen, with their titles; `offered`: all others,
    to complete a code from."""

    choices: Choices
    ticked: list[tuple[str, str]]
    offered: list[tuple[str, str]]
    precisions: Pairs
    verified: Pairs
    place: str = PLACE
    candidates: list[Candidate] = field(default_factory=list)  # those to judge, and those that are ticked already


def form(meeting: Meeting, item: AgendaItem | None, sheet: Sheet) -> FormPage:
    """Five queries. Codes that nobody knows stay among what was typed."""
    titles = {task.code: task.title for task in _offered(meeting, sheet.codes)}
    return FormPage(
        choices(meeting, Directory(day_of(meeting))),
        [(code, titles[code]) for code in dict.fromkeys(sheet.codes) if code in titles],
        [(code, title) for code, title in titles.items() if code not in sheet.codes],
        [(value, str(label)) for value, label in Figure._meta.get_field("precision").flatchoices],
        [(one.value, str(one.label)) for one in Figure.Verified],
        candidates=_candidates(item),
    )


def _candidates(item: AgendaItem | None) -> list[Candidate]:
    """One query."""
    there = Q(state=CandidateState.SUBMITTED) | Q(on_agendas__item=item) if item else Q(state=CandidateState.SUBMITTED)
    rows = Candidate.objects.standing().filter(there).distinct().select_related("call", "ministry")
    return list(rows.order_by("call__no", "no"))


def _offered(meeting: Meeting, codes: Iterable[str]) -> list[Task]:
    """The tasks of the meeting's round, or all that are not completed; with those that are named already."""
    if meeting.round is not None and meeting.round.prepared_at is not None:
        listed = Task.objects.filter(reports__round=meeting.round)
    else:
        listed = Task.objects.filter(completed_on__isnull=True)
    found = {task.code: task for task in listed.order_by("code")[:TASKS_OFFERED]}
    found |= {task.code: task for task in Task.objects.filter(code__in=[code[:40] for code in codes])}
    return [found[code] for code in sorted(found)]


@dataclass(frozen=True)
class Pile:
    """One paper of a ministry for an item, or of the office (`name` None): the newest version, and those it replaced.
    `is_own`: whether the person may add its next version now."""

    name: MinistryName | None
    current: Paper
    earlier: list[Paper]
    is_own: bool

    @property
    def version(self) -> int:
        return len(self.earlier) + 1

    @property
    def numbered(self) -> list[tuple[int, Paper]]:
        """The earlier versions with their numbers, the latest first."""
        return [(self.version - place, paper) for place, paper in enumerate(self.earlier, 1)]


@dataclass(frozen=True)
class Papers:
    """`adds_for`: in whose names the person may add one now, by code; `adds_office`: in the office's. `is_late`: what
    comes now comes late."""

    piles: list[Pile]
    adds_for: Pairs
    adds_office: bool
    is_late: bool
    works_for: bool  # for a ministry that is invited: it is told when papers are due

    @property
    def can_add(self) -> bool:
        return self.adds_office or bool(self.adds_for)

    @property
    def replaceable(self) -> list[Pile]:
        """Those of which the person may add the next version."""
        return [pile for pile in self.piles if pile.is_own]


def papers(entry: Entry, read: Agenda, *, user: User, at: datetime) -> Papers:
    """One query."""
    meeting = read.meeting
    own = read.names.named(user.standing.ministries)
    adds = [name for name in own if possible("add_paper", meeting, by=user, at=at, ministry=name.ministry_id)]
    adds_office = possible("add_paper", meeting, by=user, at=at)
    may = {name.ministry_id for name in adds} | ({None} if adds_office else set())
    found: dict[tuple[int | None, str], list[Paper]] = {}
    rows = Paper.objects.visible_to(user).filter(item=entry.item)
    for paper in rows.select_related("by", "acting_for").order_by("ministry__order", "ministry__code", "no"):
        found.setdefault((paper.ministry_id, paper.name), []).insert(0, paper)
    piles = [Pile(read.names[pk] if pk else None, rows[0], rows[1:], pk in may) for (pk, _name), rows in found.items()]
    return Papers(
        sorted(piles, key=lambda pile: pile.name is not None),
        [(name.ministry.code, name.name) for name in adds],
        adds_office,
        meeting.papers_due_at is not None and at > meeting.papers_due_at,
        bool(own),
    )
