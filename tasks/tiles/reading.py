"""The tiles of a round. Read-only.

The rows come in one query of plain values, without the reports' texts: a board shows hundreds of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from ministries.directory import Directory
from ministries.models import Ministry
from records.models import Event

from .. import due_times, schedules
from ..models import Light, MilestoneChange, Report, Request, Return, Round, State
from .tile import Tile, Viewer
from .vocabulary import BETWEEN_VERBS, LATER_VERBS, OPEN_VERBS, TEAM_VERBS, Also, Since


@dataclass(frozen=True)
class _Before:
    """What an earlier round's board showed of a task."""

    light: str
    answered: bool


@dataclass(frozen=True)
class _Scene:
    """What all tiles of a round have in common. Everything is looked up once for all of them, in small queries of its
    own: one large query with a subquery for each answer takes longer to plan than all of these to run."""

    round: Round
    against: Round | None
    viewer: Viewer
    names: Directory
    visible: Collection[int] | None  # None: all of them
    before: Mapping[int, _Before]  # by task
    moved: Collection[int]  # tasks
    moved_between: Collection[int]  # tasks
    asks: Mapping[int, bool]  # by revision: whether every ministry has answered
    resubmitted: Collection[int]  # revisions
    return_due: Mapping[int, datetime]  # by report, of the open return
    asked_in_time: Collection[int]
    events: Mapping[str, datetime]
    staffed: frozenset[int] | None
    extended: Mapping[int, datetime]
    behind: Collection[int]  # tasks


def read_tiles(round_: Round, viewer: Viewer, names: Directory, against: Round | None = None) -> list[Tile]:
    """Every task on the round's roster, in the order of their codes, against an earlier frozen round, the previous one
    unless told otherwise. A constant number of queries."""
    against = against or round_.previous
    reports, rows = Report.objects.in_round(round_), list(_rows(round_))
    late = reports.late().asked_in_time().order_by() if any(row["late_by"] for row in rows) else reports.none()
    visible = None if viewer.is_office else reports.visible_to(viewer.user).order_by().values_list("pk", flat=True)
    returns = list(
        Return.objects.filter(report__round=round_).order_by().values_list("report", "resolved_by", "due_at")
    )
    scene = _Scene(
        round_,
        against,
        viewer,
        names,
        visible=None if visible is None else set(visible),
        before=_before(against),
        moved=_moved(round_),
        moved_between=_moved_between(round_, against),
        asks=_asks(round_),
        resubmitted={resolved for _report, resolved, _due in returns if resolved},
        return_due={report: due for report, resolved, due in returns if not resolved},
        asked_in_time=set(late.values_list("pk", flat=True)),
        events=_last_events(round_, viewer),
        staffed=_staffed(viewer),
        extended=_extended(round_, viewer),
        behind=schedules.behind(round_),
    )
    return [_tile(row, scene) for row in rows]


def _rows(round_: Round) -> Iterable[dict[str, Any]]:
    # What is copied at the freeze is empty before it.
    copied = ("lead_name_ko", "lead_name_en", "title_copied_ko", "title_copied_en") if round_.frozen_at else ()
    return (
        Report.objects.in_round(round_)
        .annotate(direction=Coalesce("item__direction__code", "task__direction__code", Value("")))
        .order_by("task__code")
        .values(
            "pk", "task_id", "task__planned_until", "state", "lead_id", "kind", "sector__code", "direction",
            "baseline_light", "office_light", "current_id", "late_by", "task__code", "task__title_ko", "task__title_en",
            "current__light", "current__unchanged", "current__submission__received_at", "draft__edited_at",
            "draft__asked_at", *copied,
        )
    )  # fmt: skip


def _before(against: Round | None) -> dict[int, _Before]:
    if against is None:
        return {}
    rows: Any = Report.objects.in_round(against).with_shown_light().order_by()
    return {
        task: _Before(light, bool(sent)) for task, light, sent in rows.values_list("task", "shown_light", "current")
    }


def _moved(round_: Round) -> set[int]:
    """The tasks whose text in this round moves a date."""
    moves = MilestoneChange.objects.filter(new_on__isnull=False, revision=F("revision__report__current"))
    return set(moves.filter(revision__report__round=round_).order_by().values_list("milestone__task", flat=True))


def _moved_between(round_: Round, against: Round | None) -> set[int]:
    """The tasks with a move that took effect in a round between the two. The office has accepted these: all know."""
    if against is None or against.pk == round_.previous_id:
        return set()
    between = {"revision__report__round__no__gt": against.no, "revision__report__round__no__lt": round_.no}
    moves = MilestoneChange.objects.filter(new_on__isnull=False, applied_event__isnull=False, **between)
    return set(moves.order_by().values_list("milestone__task", flat=True))


def _asks(round_: Round) -> dict[int, bool]:
    """The texts that ask other ministries, and whether each of these has answered."""
    rows = Request.objects.filter(revision=F("revision__report__current"), revision__report__round=round_)
    asked: Any = rows.with_answered()
    found: dict[int, bool] = {}
    for revision, is_answered in asked.order_by().values_list("revision", "is_answered"):
        found[revision] = found.get(revision, True) and is_answered
    return found


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
    earlier = scene.before.get(row["task_id"])
    sent, before = office or ministry, _light(earlier.light if earlier else "")
    light = sent or _light(row["baseline_light"])
    extended_until = scene.extended.get(row["lead_id"])
    return Tile(
        pk=row["pk"],
        task_id=row["task_id"],
        code=row["task__code"],
        title_ko=row.get("title_copied_ko") or row["task__title_ko"],
        title_en=row.get("title_copied_en") or row["task__title_en"],
        ministry_id=row["lead_id"],
        ministry=name.ministry.code,
        called=(name.name_ko, name.name_en, name.abbr_ko, name.abbr_en),
        lead_name_ko=row.get("lead_name_ko") or name.name_ko,
        lead_name_en=row.get("lead_name_en") or name.name_en,
        sector=row["sector__code"],
        kind=row["kind"],
        direction=row["direction"],
        state=state,
        closed=viewer.closed,
        resubmitted=row["current_id"] in scene.resubmitted,
        light=light,
        was=sent is None,
        before=before,
        ministry_light=ministry,
        office_light=office,
        since=frozenset(_since(row, scene, sent, earlier, knows)),
        also=frozenset(_also(row, scene, light, knows)) | (_EXTENDED if extended_until else _NOTHING),
        has_draft=viewer.is_office and row["draft__edited_at"] is not None,
        touched_at=_touched_at(row, viewer, scene.events.get(str(row["pk"]))),
        opens=_page(row, viewer, visible=scene.visible is None or row["pk"] in scene.visible),
        extended_until=extended_until,
    )


_NOTHING: frozenset[Also] = frozenset()
_EXTENDED = frozenset({Also.EXTENDED})
_LIGHTS: dict[str, Light] = {light.value: light for light in Light}


def _light(value: str) -> Light | None:
    return _LIGHTS.get(value)


def _since(
    row: dict[str, Any], scene: _Scene, light: Light | None, earlier: _Before | None, knows: bool
) -> list[Since]:
    found, before = [], _light(earlier.light) if earlier else None
    if light is Light.COMPLETED and before is not Light.COMPLETED:
        found.append(Since.COMPLETED)
    elif light and before and light.rank != before.rank:
        found.append(Since.BETTER if light.rank > before.rank else Since.WORSE)
    task_id = row["task_id"]
    if task_id in scene.moved_between or (knows and task_id in scene.moved):
        found.append(Since.MOVED)
    if scene.against and not earlier:
        found.append(Since.NEW)
    elif earlier and not earlier.answered:
        found.append(Since.NO_REPLY)
    return found


def _also(row: dict[str, Any], scene: _Scene, light: Light | None, knows: bool) -> list[Also]:
    viewer, found = scene.viewer, []
    if knows and row["current__unchanged"]:
        found.append(Also.UNCHANGED)
    if row["late_by"]:
        found.append(Also.LATE)
        if row["pk"] in scene.asked_in_time:
            found.append(Also.ASKED_IN_TIME)
    if knows and row["current_id"] in scene.asks:
        found += (Also.ASKS, Also.ANSWERED if scene.asks[row["current_id"]] else Also.UNANSWERED)
    if knows and row["office_light"] and row["office_light"] != row["current__light"]:
        found.append(Also.DIFFERS)
    ends_on = row["task__planned_until"]
    ended = ends_on is not None and ends_on < scene.round.as_of and light is not Light.COMPLETED
    if ended or row["task_id"] in scene.behind:
        found.append(Also.BEHIND)
    due_at = scene.return_due.get(row["pk"]) if viewer.sees_drafts else None
    if due_at is not None and due_at < viewer.at:
        found.append(Also.OVERDUE)
    if scene.staffed is not None and row["lead_id"] not in scene.staffed:
        found.append(Also.NO_OFFICER)
    return found


def _touched_at(row: dict[str, Any], viewer: Viewer, event_at: datetime | None) -> datetime | None:
    latest, received_at = event_at, row["current__submission__received_at"]
    if received_at and (latest is None or received_at > latest):
        latest = received_at
    if viewer.sees_drafts:
        for moment in (row["draft__edited_at"], row["draft__asked_at"]):
            if moment and (latest is None or moment > latest):
                latest = moment
    return latest


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
