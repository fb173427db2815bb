"""What the office sees beside a candidate when it judges: tasks that are like it, and what was reworded since it was
asked back. Read-only, and a help, not a verdict: the match is of words and sectors alone."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName
from records.models import Event
from records.rows import name_of

from .. import diffing
from ..diffing import Piece
from ..models import Candidate, Lead, Task, Verdict

SHOWN = 6
LIKE = 0.18  # of the pairs of letters in both titles; below, what is shared is chance
NEAR = 0.35  # from here on it is offered as the task into which the candidate could be merged
SECTOR = 0.08  # what the same sector is worth beside
COMMON = 0.2  # of the tasks: pairs in more of them, such as those of "carbon neutrality", say nothing
NO_LETTERS = re.compile(r"[\W\d_]+")
# What any task of the strategy may be called, whatever it is about. Longer ones first: they hold the shorter.
STOCK_KO = re.compile("이행계획|탄소중립|기후변화|온실가스|추진|계획|이행|수립|마련|방안|전략|과제")
STOCK_EN = frozenset(
    "a an and by for in of on the to with carbon neutral neutrality climate plan plans strategy task tasks prepare "
    "implement implementation promote promotion establish establishment".split()
)


@dataclass(frozen=True)
class Similar:
    """A task that is like the candidate. `share`: how much of the titles is the same, in percent."""

    task: Task
    lead: MinistryName | None
    share: int
    is_of_sector: bool

    @property
    def is_near(self) -> bool:
        """Whether it is so much like it that it may be the same."""
        return self.share >= 100 * NEAR


def similar(row: Candidate, *, at: datetime) -> list[Similar]:
    """The tasks that are most like it, the likest first; the one that it supplements is none of them, nor is what it
    became. Two queries."""
    became = Verdict.objects.filter(candidate=row.pk or 0, task__isnull=False).values("task")
    tasks = Task.objects.filter(completed_on__isnull=True).exclude(pk=row.supplements_id or 0).exclude(pk__in=became)
    listed = [(task, pairs(task.title_ko), pairs(task.title_en)) for task in tasks]
    counted = Counter(pair for _task, korean, english in listed for pair in korean | english)
    often = {pair for pair, times in counted.items() if times > max(len(listed) * COMMON, 3)}
    wanted = (pairs(row.title_ko) - often, pairs(row.title_en) - often)
    found = []
    for task, korean, english in listed:
        share = max(_share(wanted[0], korean - often), _share(wanted[1], english - often))
        is_of_sector = task.sector_id == row.sector_id
        if share >= LIKE:
            found.append((share + SECTOR * is_of_sector, share, is_of_sector, task))
    found.sort(key=lambda one: (-one[0], one[3].code))
    day = timezone.localdate(at)
    chosen = [task.pk for *_rest, task in found[:SHOWN]]
    leads = dict(Lead.objects.in_force(day).filter(task__in=chosen).values_list("task", "ministry"))
    names = Directory(day)
    return [
        Similar(task, names[leads[task.pk]] if task.pk in leads else None, round(100 * share), is_of_sector)
        for _weight, share, is_of_sector, task in found[:SHOWN]
    ]


def pairs(text: str) -> set[str]:
    """The pairs of neighbouring letters in each word that says something: Korean words change their endings, and share
    their stems."""
    words: Iterable[str] = NO_LETTERS.sub(" ", STOCK_KO.sub(" ", text.casefold())).split()
    told = [word for word in words if word not in STOCK_EN]
    return {word[place : place + 2] for word in told for place in range(len(word) - 1)}


def _share(one: set[str], other: set[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def following(row: Candidate) -> list[Candidate]:
    """The others that wait for the office: those after it first, as their numbers go."""
    rows = list(Candidate.objects.to_judge().exclude(pk=row.pk).select_related("call").order_by("call__no", "no"))
    return sorted(rows, key=lambda one: (one.call.no, one.no) < (row.call.no, row.no))


def told_too(row: Candidate, *, at: datetime) -> list[MinistryName]:
    """The ministries that hear of its adoption beside its own: those that lead the task which it supplements."""
    if row.supplements_id is None:
        return []
    day = timezone.localdate(at)
    leads = Lead.objects.in_force(day).filter(task=row.supplements_id).exclude(ministry=row.ministry_id)
    return Directory(day).named(set(leads.values_list("ministry", flat=True)))


def mended(row: Candidate) -> list[Piece]:
    """What its text says otherwise since it was last asked back; nothing where it was not, or stayed the same."""
    events = Event.objects.filter(stream__key=f"call/{row.call_id}", verb="ask_back_candidate")
    name = name_of(row)
    told = (event.data["rows"].get(name) for event in events.order_by("-seq"))
    before = next((content for content in told if content), None)
    if before is None or before["text"] == row.text:
        return []
    return diffing.compare(before["text"], row.text)
