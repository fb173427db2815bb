"""The tiles of a round. Read-only.

The rows come in one query of plain values, without the reports' texts: a board shows hundreds of them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, FilteredRelation, Max, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Ministry
from records.models import Event
from tfportal.language import pick

from .. import due_times, schedules
from ..models import Light, MilestoneChange, Report, Request, Return, Round, State
from .tile import Tile, Viewer
from .vocabulary import BETWEEN_VERBS, LATER_VERBS, OPEN_VERBS, TEAM_VERBS, Also, Since


@dataclass(frozen=True)
class _Scene:
    """What all tiles of a round have in common: looked up once, not by row."""

    round: Round
    against: Round | None
    viewer: Viewer
    names: Directory
    visible: Collection[int]
    events: dict[str, datetime]
    staffed: frozenset[int] | None
    extended: dict[int, datetime]
    behind: Collection[int]


def read_tiles(round_: Round, viewer: Viewer, names: Directory, against: Round | None = None) -> list[Tile]:
    """Every task on the round's roster, in the order of their codes, against an earlier frozen round, the previous one
    unless told otherwise. Five queries, one or two more for the office."""
    scene = _Scene(
        round_,
        against or round_.previous,
        viewer,
        names,
        visible=set(Report.objects.in_round(round_).visible_to(viewer.user).values_list("pk", flat=True)),
        events=_last_events(round_, viewer),
        staffed=_staffed(viewer),
        extended=_extended(round_, viewer),
        behind=schedules.behind(round_),
    )
    return [_tile(row, scene) for row in _rows(round_, scene.against)]


def _rows(round_: Round, against: Round | None) -> Iterable[dict[str, Any]]:
    earlier = Report.objects.filter(round=against, task=OuterRef("task"))
    asked = Request.objects.filter(revision=OuterRef("current"))
    moved: Any = Exists(MilestoneChange.objects.filter(revision=OuterRef("current"), new_on__isnull=False))
    before: Any = F("baseline_light")  # what the previous round's board showed is copied
    if against is not None and against.pk != round_.previous_id:
        moved |= Exists(_moved_between(against, round_))
        shown: Any = earlier.with_shown_light()
        before = Coalesce(shown.values("shown_light")[:1], Value(""))
    return (
        Report.objects.in_round(round_)
        .with_asking()
        .annotate(
            moved=moved,
            asks=Exists(asked),
            unanswered=Exists(asked.open()),
            resubmitted=Exists(Return.objects.filter(resolved_by=OuterRef("current"))),
            listed_before=Exists(earlier),
            answered_before=Exists(earlier.filter(current__isnull=False)),
            open_return=FilteredRelation("returns", condition=Q(returns__resolved_by__isnull=True)),
            before=before,
            direction=Coalesce("item__direction__code", "task__direction__code", Value("")),
        )
        .order_by("task__code")
        .values(
            "pk", "task_id", "task__planned_until", "state", "lead_id", "lead_name_ko", "lead_name_en", "kind",
            "sector__code", "direction", "baseline_light", "before", "office_light", "current_id", "late_by",
            "task__code", "task__title_ko", "task__title_en", "title_copied_ko", "title_copied_en", "current__light",
            "current__unchanged", "current__submission__received_at", "draft__edited_at", "draft__asked_at",
            "open_return__due_at", "moved", "resubmitted", "listed_before", "answered_before", "was_asked_in_time",
            "asks", "unanswered",
        )
    )  # fmt: skip


def _moved_between(against: Round, round_: Round) -> Any:
    """Moves that took effect after the one round and before the other."""
    rounds = {"revision__report__round__no__gt": against.no, "revision__report__round__no__lt": round_.no}
    moves = MilestoneChange.objects.filter(milestone__task=OuterRef("task"), new_on__isnull=False, **rounds)
    return moves.filter(applied_event__isnull=False)


def _last_events(round_: Round, viewer: Viewer) -> dict[str, datetime]:
    """When something last happened to each report alone, by its key in the record."""
    events = Event.objects.filter(stream__key=round_.stream_key, object_type=Report._meta.label_lower)
    silent = (*LATER_VERBS, *BETWEEN_VERBS, *TEAM_VERBS)
    events = events.exclude(verb__in=silent) if viewer.is_office else events.filter(verb__in=OPEN_VERBS)
    return dict(events.order_by().values_list("object_id").annotate(Max("at")))


def _staffed(viewer: Viewer) -> frozenset[int] | None:
    """The ministries for which somebody can report today; None where nobody asks."""
    if not viewer.sees_drafts:
        return None
    return frozenset(Ministry.objects.with_officer(timezone.localdate(viewer.at)).values_list("pk", flat=True))


def _extended(round_: Round, viewer: Viewer) -> dict[int, datetime]:
    """The ministries with more time, and until when: between them and the office until the freeze."""
    if not (viewer.is_office or viewer.closed):
        return {}
    return due_times.deadlines(round_, at=viewer.at).extended


def _tile(row: dict[str, Any], scene: _Scene) -> Tile:
    viewer, name = scene.viewer, scene.names[row["lead_id"]]
    state, knows = viewer.state_of(row), viewer.may_know(row)
    office, ministry = (_light(row["office_light"]), _light(row["current__light"])) if knows else (None, None)
    sent, before = office or ministry, _light(row["before"])
    light = sent or _light(row["baseline_light"])
    extended_until = scene.extended.get(row["lead_id"])
    return Tile(
        pk=row["pk"],
        task_id=row["task_id"],
        code=row["task__code"],
        title_ko=row["title_copied_ko"] or row["task__title_ko"],
        title_en=row["title_copied_en"] or row["task__title_en"],
        ministry_id=row["lead_id"],
        ministry=name.ministry.code,
        called=(name.name_ko, name.name_en, name.abbr_ko, name.abbr_en),
        lead_name=pick(row["lead_name_ko"], row["lead_name_en"]) or name.name,
        sector=row["sector__code"],
        kind=row["kind"],
        direction=row["direction"],
        state=state,
        closed=viewer.closed,
        resubmitted=row["resubmitted"],
        light=light,
        was=sent is None,
        before=before,
        ministry_light=ministry,
        office_light=office,
        since=frozenset(_since(row, scene, sent, before)),
        also=frozenset(_also(row, scene, light)) | (_EXTENDED if extended_until else _NOTHING),
        has_draft=viewer.is_office and row["draft__edited_at"] is not None,
        touched_at=_touched_at(row, viewer, scene.events.get(str(row["pk"]))),
        opens=_page(row, viewer, visible=row["pk"] in scene.visible),
        extended_until=extended_until,
    )


_NOTHING: frozenset[Also] = frozenset()
_EXTENDED = frozenset({Also.EXTENDED})
_LIGHTS: dict[str, Light] = {light.value: light for light in Light}


def _light(value: str) -> Light | None:
    return _LIGHTS.get(value)


def _since(row: dict[str, Any], scene: _Scene, light: Light | None, before: Light | None) -> Iterable[Since]:
    if light is Light.COMPLETED and before is not Light.COMPLETED:
        yield Since.COMPLETED
    elif light and before and light.rank != before.rank:
        yield Since.BETTER if light.rank > before.rank else Since.WORSE
    if row["moved"] and scene.viewer.may_know(row):
        yield Since.MOVED
    if scene.against and not row["listed_before"]:
        yield Since.NEW
    elif scene.against and not row["answered_before"]:
        yield Since.NO_REPLY


def _also(row: dict[str, Any], scene: _Scene, light: Light | None) -> Iterable[Also]:
    viewer, knows = scene.viewer, scene.viewer.may_know(row)
    if knows and row["current__unchanged"]:
        yield Also.UNCHANGED
    if row["late_by"]:
        yield Also.LATE
        if row["was_asked_in_time"]:
            yield Also.ASKED_IN_TIME
    if knows and row["asks"]:
        yield from (Also.ASKS, Also.UNANSWERED if row["unanswered"] else Also.ANSWERED)
    if knows and row["office_light"] and row["office_light"] != row["current__light"]:
        yield Also.DIFFERS
    ends_on = row["task__planned_until"]
    ended = ends_on is not None and ends_on < scene.round.as_of and light is not Light.COMPLETED
    if ended or row["task_id"] in scene.behind:
        yield Also.BEHIND
    if viewer.sees_drafts and row["open_return__due_at"] and row["open_return__due_at"] < viewer.at:
        yield Also.OVERDUE
    if scene.staffed is not None and row["lead_id"] not in scene.staffed:
        yield Also.NO_OFFICER


def _touched_at(row: dict[str, Any], viewer: Viewer, event_at: datetime | None) -> datetime | None:
    moments = [event_at, row["current__submission__received_at"]]
    if viewer.sees_drafts:
        moments += [row["draft__edited_at"], row["draft__asked_at"]]
    return max((moment for moment in moments if moment), default=None)


def _page(row: dict[str, Any], viewer: Viewer, *, visible: bool) -> str:
    if not visible:
        return ""
    return "review" if viewer.sees_drafts and State(row["state"]).was_sent else "report"


def codes_of(event: Event) -> list[str]:
    """The tasks that an event is about."""
    listed = event.data.get("reports")
    if isinstance(listed, list):
        return [row["code"] if isinstance(row, dict) else str(row) for row in listed]
    return [str(event.data["report"])] if event.data.get("report") else []
