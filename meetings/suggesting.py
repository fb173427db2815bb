"""What might come to the agenda: what is red, moved, asked between ministries, not answered, or left open last time.

Each suggestion counts with the board's own filters (`tasks.selecting`), so that its number is that of the list behind
it. What an item of the meeting is about already is not suggested again.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import MinistryName, User
from scenarios.models import ScenarioVersion
from tasks.models import Candidate, Light, Round, State
from tasks.selecting import Filters, count, select
from tasks.tiles import Also, Since, Tile, Viewer, read_tiles
from tfportal.language import pick

from .decisions import day_of
from .drafting import TASKS_LIMIT, ItemDraft
from .models import (
    AgendaCandidate,
    AgendaItem,
    AgendaTask,
    Decision,
    ItemKind,
    Meeting,
    Opinion,
    OpinionState,
)
from .reasons import Counted, Reason, of_plain

BY_MINISTRY = 4  # so many ministries with a task to be reviewed get a suggestion each; more of them, one together

# What a suggested item is called: the office's own words, stored with it in both languages.
TITLES = {
    "review_needed": ("재검토 필요 과제 점검", "Tasks that need review"),
    "attention": ("관심필요 과제 점검", "Tasks that need attention"),
    "moved": ("일정변경 과제 점검", "Tasks whose dates moved"),
    "requests": ("부처 간 협의 필요 사항", "Requests between ministries"),
    "no_reply": ("미회신 과제 점검", "Tasks without a reply"),
    "decisions": ("지난 회의 지시·결정사항 조치상황", "Follow-up of earlier decisions"),
    "scenario": ("검토", "Review of a scenario"),
    "candidates": ("후보과제 검토", "Candidate tasks"),  # without their number: one may be taken back
    # as these: what comes later joins the item
    "opinions_overdue": ("이해관계자 의견 미회신", "Stakeholder opinions without an answer"),
    "opinions": ("이해관계자 의견", "Stakeholder opinions"),
}
# And while its round is open: what a report says that nobody accepted yet is not told by a title that all may read.
NEUTRAL = ("이행 현황 점검이 필요한 과제", "Tasks to be gone through")
NEUTRAL_OF_ONE = ("과제 점검", "Tasks")
BETWEEN_MINISTRIES = ("부처 간 협의 사항", "Matters between ministries")
KINDS = {
    "requests": ItemKind.DISCUSSION,
    "decisions": ItemKind.REPORT,
    "no_reply": ItemKind.REPORT,
    "scenario": ItemKind.DISCUSSION,
    "candidates": ItemKind.DISCUSSION,
    "opinions_overdue": ItemKind.REPORT,
    "opinions": ItemKind.REPORT,
}


@dataclass(frozen=True)
class Suggestion:
    """One item that might come. `tasks`: those that it would be about; `covered`: how many of the list behind its
    numbers are on the agenda already. `key` names it in the form that takes it. `speaks`: whether its title may say
    what the tasks are suggested for, since the round is frozen or it is about none."""

    key: str
    kind: str
    reason: Reason
    tasks: list[Tile]
    presenter: MinistryName | None
    speaks: bool
    covered: int = 0
    decisions: tuple[Decision, ...] = ()
    version: ScenarioVersion | None = None  # of a scenario that was circulated
    candidates: tuple[Candidate, ...] = ()
    opinions: tuple[int, ...] = ()
    extends: AgendaItem | None = None  # the item that takes such opinions up already: these join it

    @property
    def titles(self) -> tuple[str, str]:
        """What the item is called, Korean and English: all may read it."""
        if self.speaks:
            return self._named(TITLES[self.kind])
        if self.kind == "requests":
            return self._named(BETWEEN_MINISTRIES)
        return self._named(NEUTRAL_OF_ONE if self.presenter else NEUTRAL)

    def _named(self, titles: tuple[str, str]) -> tuple[str, str]:
        """Of one ministry alone with its name, of a version with its scenario's."""
        korean, english = titles
        if self.version is not None:
            scenario = self.version.scenario
            return f"{scenario.name_ko} {korean}", f"{english}: {scenario.name_en}"
        if self.presenter is None:
            return korean, english
        return f"{self.presenter.abbr_ko} {korean}", f"{english}: {self.presenter.abbr_en}"

    @property
    def title(self) -> str:
        """What the office reads: it knows why."""
        return pick(*self._named(TITLES[self.kind]))

    @property
    def goes_out_as(self) -> str:
        """The title that the item gets, where it is another one; else empty."""
        return "" if self.speaks else pick(*self.titles)

    @property
    def item_kind(self) -> ItemKind:
        return KINDS.get(self.kind, ItemKind.REVIEW)

    @property
    def mark(self) -> str:
        """What it stands for, as the page shows it: taken, it is taken as it was seen."""
        named = [*(f"d{row.pk}" for row in self.decisions), *(f"c{row.pk}" for row in self.candidates)]
        named += [f"v{self.version.pk}"] if self.version is not None else []
        return ",".join([*(tile.code for tile in self.tasks), *named, *(f"o{pk}" for pk in self.opinions)])

    @property
    def draft(self) -> ItemDraft:
        """The item that it becomes."""
        korean, english = self.titles
        codes = [tile.code for tile in self.tasks]
        codes += [row.task.code for decision in self.decisions for row in decision.of_tasks.all()]
        return ItemDraft(
            kind=self.item_kind,
            title_ko=korean,
            title_en=english,
            presenter=self.presenter.ministry.code if self.presenter else "",
            tasks=tuple(dict.fromkeys(codes))[:TASKS_LIMIT],
            reason=self.reason,
            candidates=tuple(row.number for row in self.candidates),
        )


@dataclass(frozen=True)
class Suggestions:
    """All of them, the dearest first. `round`: whose board is counted; None where the meeting has none yet."""

    round: Round | None
    all: list[Suggestion]

    def find(self, key: str) -> Suggestion | None:
        return next((one for one in self.all if one.key == key), None)


def read(meeting: Meeting, *, user: User, at: datetime) -> Suggestions:
    """What might come to the agenda of this meeting. A constant number of queries."""
    round_ = meeting.round if meeting.round is not None and meeting.round.prepared_at is not None else None
    names = Directory(day_of(meeting))
    items = AgendaItem.objects.filter(meeting=meeting)
    on_agenda = set(AgendaTask.objects.filter(item__in=items).values_list("task", flat=True))
    found: list[Suggestion] = []
    if round_ is not None:
        tiles = read_tiles(round_, Viewer(user, at, closed=round_.frozen_at is not None), names)
        found = [one for one in _of_tiles(round_, tiles, names, at) if one is not None]
    found = [left for one in found if (left := _without(one, on_agenda)) is not None]
    reasons = [of_plain(kept) for kept in items.values_list("reason", flat=True)]
    taken = {pk for reason in reasons if reason for pk in reason.decisions}
    open_ones = _of_decisions(meeting, taken, timezone.localdate(at))
    # What was decided and is not done comes before what merely moved.
    heads = [one for one in found if one.kind in ("review_needed", "attention")]
    rest = [one for one in found if one not in heads]
    discussed = {pk for reason in reasons if reason for pk in reason.versions}
    overdue, received = _of_opinions(meeting, items, timezone.localdate(at))
    standing = [one for one in (open_ones, _of_candidates(items), overdue) if one]
    return Suggestions(round_, [*heads, *standing, *rest, *_of_scenarios(discussed), *received])


def _without(one: Suggestion, on_agenda: Collection[int]) -> Suggestion | None:
    """The suggestion without what is on the agenda already; None where nothing is left of it."""
    left = [tile for tile in one.tasks if tile.task_id not in on_agenda]
    return replace(one, tasks=left, covered=len(one.tasks) - len(left)) if left else None


def _of_tiles(round_: Round, tiles: list[Tile], names: Directory, at: datetime) -> list[Suggestion | None]:
    def of(kind: str, *asked: tuple[str, Filters], key: str = "") -> Suggestion | None:
        """One suggestion about the tasks of these lists; None where they are empty."""
        counted = [Counted(what, count(tiles, filters, "").count, filters.query) for what, filters in asked]
        listed = {tile.code: tile for _what, filters in asked for tile in select(tiles, filters)}
        if not listed:
            return None
        tasks = [listed[code] for code in sorted(listed)]
        leads = {tile.ministry_id for tile in tasks}
        presenter = names[leads.pop()] if len(leads) == 1 else None
        reason = Reason(kind, tuple(row for row in counted if row.number), round_.no)
        return Suggestion(key or kind, kind, reason, tasks, presenter, speaks=round_.frozen_at is not None)

    red = Filters(light=Light.REVIEW_NEEDED)
    ministries = list(dict.fromkeys(tile.ministry for tile in select(tiles, red)))
    if len(ministries) <= BY_MINISTRY:
        reds = [
            of("review_needed", ("review_needed", replace(red, ministry=code)), key=f"review_needed-{code}")
            for code in ministries
        ]
    else:
        reds = [of("review_needed", ("review_needed", red))]
    silent = [("no_reply", Filters(state=State.MISSING))] if _is_over(round_, at) else []
    return [
        *reds,
        of("attention", ("attention", Filters(light=Light.ATTENTION))),
        of(
            "requests",
            ("request_open", Filters(also=Also.UNANSWERED)),
            ("request_answered", Filters(also=Also.ANSWERED)),
        ),
        of("moved", ("moved", Filters(since=Since.MOVED))),
        of("no_reply", *silent),
    ]


def _is_over(round_: Round, at: datetime) -> bool:
    """Before it is due, most tasks are without a reply, and that is nobody's fault."""
    return round_.frozen_at is not None or at > round_.due_at


def _of_candidates(items: QuerySet[AgendaItem]) -> Suggestion | None:
    """The candidates that wait to be judged, but for those that an item speaks of already. Two queries."""
    there = set(AgendaCandidate.objects.filter(item__in=items).values_list("candidate", flat=True))
    rows = list(Candidate.objects.to_judge().select_related("call", "ministry").order_by("call__no", "no"))
    left = tuple(row for row in rows if row.pk not in there)
    if not left:
        return None
    # The list is that of all who wait: it has this number as long as no item speaks of any.
    counted = Counted("candidates", len(left), "?state=submitted" if len(left) == len(rows) else "")
    reason = Reason("candidates", (counted,))
    return Suggestion("candidates", "candidates", reason, [], None, speaks=True, candidates=left)


def _of_decisions(meeting: Meeting, taken: Collection[int], day: date) -> Suggestion | None:
    """What earlier meetings decided and nobody closed, but for what an item takes up already."""
    earlier = Decision.objects.open().with_word().filter(meeting__no__lt=meeting.no)
    rows = earlier.select_related("meeting").prefetch_related("of_tasks__task").order_by("meeting__no", "no")
    left: list[Any] = [row for row in rows if row.pk not in taken]
    if not left:
        return None
    late = sum(row.due_on is not None and row.due_on < day and not row.is_carried_out for row in left)
    counted = [Counted("open_decisions", len(left))] + ([Counted("overdue_decisions", late)] if late else [])
    reason = Reason("decisions", tuple(counted), None, tuple(row.pk for row in left))
    return Suggestion("decisions", "decisions", reason, [], None, speaks=True, decisions=tuple(left))


def _of_scenarios(discussed: Collection[int]) -> list[Suggestion]:
    """The versions of scenarios that ministries are asked about, but for those that an item is about already."""
    rows: Any = ScenarioVersion.objects.circulated().exclude(pk__in=list(discussed)).select_related("scenario")
    counts = rows.annotate(
        said=Count("comments", distinct=True),
        unanswered=Count("comments", filter=Q(comments__answers__isnull=True), distinct=True),
    )
    found = []
    for row in counts.order_by("scenario__order", "no"):
        counted = [Counted("scenario_comments", row.said)]
        counted += [Counted("scenario_unanswered", row.unanswered)] if row.unanswered else []
        reason = Reason("scenario", tuple(counted), versions=(row.pk,))
        found.append(Suggestion(f"scenario-{row.pk}", "scenario", reason, [], None, speaks=True, version=row))
    return found


def _of_opinions(
    meeting: Meeting, items: QuerySet[AgendaItem], day: date
) -> tuple[Suggestion | None, list[Suggestion]]:
    """Stakeholders' opinions, but for those that an item takes up already: whose answer is overdue, until an item is
    about that; and what came since the meeting before. Four queries."""
    rows = [(item, reason) for item in items.order_by("order", "pk") if (reason := of_plain(item.reason))]
    of_late = [(item, reason) for item, reason in rows if reason.kind == "opinions_overdue"]
    late = Opinion.objects.owed().filter(due_on__lt=day).order_by("pk").values_list("pk", flat=True)
    overdue = _said("opinions_overdue", list(late), of_late, "?state=overdue")
    before = Meeting.objects.standing().filter(no__lt=meeting.no, date__isnull=False).order_by("-no").first()
    came = Opinion.objects.filter(state=OpinionState.ADMITTED).order_by("pk")
    query = "?state=admitted"
    if before is not None and before.date is not None:
        came = came.filter(received_at__gte=timezone.make_aware(datetime.combine(before.date, time.min)))
        query += f"&since={before.date.isoformat()}"
    received = _said("opinions", list(came.values_list("pk", flat=True)), rows, query)
    return overdue, [received] if received else []


def _said(kind: str, opinions: list[int], taken: list[tuple[AgendaItem, Reason]], query: str) -> Suggestion | None:
    """One suggestion about those of the opinions that no item (`taken`) takes up; they join the first that is about
    such. Its number has a list as long as it is about all."""
    heard = {pk for _item, reason in taken for pk in reason.opinions}
    there = next((item for item, reason in taken if reason.kind == kind), None)
    left = tuple(pk for pk in opinions if pk not in heard)
    if not left:
        return None
    counted = Counted(kind, len(left), query if len(left) == len(opinions) else "")
    reason = Reason(kind, (counted,), opinions=left)
    return Suggestion(kind, kind, reason, [], None, speaks=True, opinions=left, extends=there)
