"""One task on the board: what a person may know of its light and state, and what changed since the last round.

Read-only. The rows come in one query of plain values, without the reports' texts: a board shows hundreds of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, FilteredRelation, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ministries.directory import Directory
from ministries.models import Ministry, User
from records.models import Event
from tfportal.language import Bilingual, normalise, pick

from . import due_times
from .models import Light, MilestoneChange, Report, Request, Return, Round, State

# What happens between an officer and their approver stays in the ministry: readers do not see when it happened either.
OFFICE_VERBS = ("open_for_review", "take_over_review", "release_review", "return_for_changes", "reopen")
ACCEPTANCES = ("accept", "accept_unchanged")
OPEN_VERBS = ("submit", "sign_off", "withdraw", *OFFICE_VERBS, *ACCEPTANCES)
INNER_VERBS = ("ask_sign_off", "send_back", "recall")
BETWEEN_VERBS = ("write_message",)  # between the office and the lead: neither the board nor a record's reader is told
TEAM_VERBS = ("call_contributions", "contribute", "answer_request")  # between ministries: the report stays as it is
LATER_VERBS = ("ask_correction", "decide_correction")  # after the freeze: the board as frozen does not know of them


class Since(models.TextChoices):
    """지난 점검 대비. A newly completed task is *completed*, not also *better*."""

    BETTER = "better", gettext_lazy("Better")
    WORSE = "worse", gettext_lazy("Worse")
    MOVED = "moved", gettext_lazy("Dates moved")
    NEW = "new", pgettext_lazy("since last round", "New")
    COMPLETED = "completed", pgettext_lazy("since last round", "Completed")
    NO_REPLY = "no_reply", gettext_lazy("No reply last time")


class Also(models.TextChoices):
    """What else a task may be, whatever its state."""

    UNCHANGED = "unchanged", gettext_lazy("No change")
    LATE = "late", pgettext_lazy("sent after the due time", "Late")
    ASKED_IN_TIME = "asked_in_time", gettext_lazy("Late, sign-off asked in time")
    ASKS = "request", pgettext_lazy("task that asks a ministry", "Requests")
    ANSWERED = "request_answered", pgettext_lazy("request", "Answered")
    UNANSWERED = "request_open", gettext_lazy("Not answered")
    OVERDUE = "overdue", gettext_lazy("Returned, past due")
    NO_OFFICER = "no_officer", gettext_lazy("Without an officer")
    EXTENDED = "extended", pgettext_lazy("due time", "Extended")


@dataclass(frozen=True)
class Tile:
    """One task of a round as one person may see it. `was`: the light is last round's, nothing was sent since.

    `opens`: the page behind it, `review` or `report`; empty where there is none for this person.
    """

    pk: int
    code: str
    title_ko: str
    title_en: str
    ministry_id: int
    ministry: str
    lead_name: str
    sector: str
    kind: str
    state: State
    word: str
    letter: str
    light: Light | None
    was: bool
    before: Light | None
    since: frozenset[Since]
    also: frozenset[Also]
    has_draft: bool
    touched_at: datetime | None
    opens: str
    haystack: str
    extended_until: datetime | None = None  # its ministry's, where the reader may know of it

    title = Bilingual()

    @property
    def number(self) -> str:
        """`03` of `ME-03`: the row names the ministry already."""
        return self.code.rpartition("-")[2]

    @property
    def has_arrived(self) -> bool:
        """Whether the office holds the answer and does not wait for another one."""
        return self.state in (State.SUBMITTED, State.ACCEPTED)

    @property
    def label(self) -> str:
        """The accessible name: `ME-01 2021 plan, last round On track, Draft`."""
        if self.light is None:
            light = _("no light yet")
        elif self.was:
            light = _("last round %(light)s") % {"light": self.light.label}
        else:
            light = str(self.light.label)
        return f"{self.code} {self.title}, {light}, {self.word}"


@dataclass(frozen=True)
class Viewer:
    """For whom, when, and as what the round is read. `closed`: as the freeze shows it, or will show it."""

    user: User
    at: datetime
    closed: bool

    @property
    def is_office(self) -> bool:
        return self.user.standing.is_coordinator

    @property
    def sees_drafts(self) -> bool:
        """Whether it may be told apart who has begun to write: the office alone, and only until the freeze."""
        return self.is_office and not self.closed

    def state_of(self, row: dict[str, Any]) -> State:
        """The state as it is shown: whoever may not know of drafts sees what was there before them."""
        state = State(row["state"])
        if state in (State.DRAFT, State.AWAITING) and not self.sees_drafts:
            return State.RETURNED if row["current_id"] else State.MISSING
        return state

    def may_know(self, row: dict[str, Any]) -> bool:
        """Whether what was sent may be known, not only that it was sent."""
        return bool(row["current_id"]) and (self.closed or self.is_office or row["state"] == State.ACCEPTED)


def read_tiles(round_: Round, viewer: Viewer, names: Directory) -> list[Tile]:
    """Every task on the round's roster, in the order of their codes; three queries, one or two more for the office."""
    visible = set(Report.objects.in_round(round_).visible_to(viewer.user).values_list("pk", flat=True))
    events = _last_events(round_, viewer)
    staffed, extended = _staffed(viewer), _extended(round_, viewer)
    return [
        _tile(
            row,
            round_,
            viewer,
            names,
            visible=row["pk"] in visible,
            event_at=events.get(str(row["pk"])),
            staffed=staffed,
            extended_until=extended.get(row["lead_id"]),
        )
        for row in _rows(round_)
    ]


def _rows(round_: Round) -> Iterable[dict[str, Any]]:
    earlier = Report.objects.filter(round=round_.previous_id, task=OuterRef("task"))
    moved = MilestoneChange.objects.filter(revision=OuterRef("current"), new_on__isnull=False)
    asked = Request.objects.filter(revision=OuterRef("current"))
    return (
        Report.objects.in_round(round_)
        .with_asking()
        .annotate(
            moved=Exists(moved),
            asks=Exists(asked),
            unanswered=Exists(asked.open()),
            resubmitted=Exists(Return.objects.filter(resolved_by=OuterRef("current"))),
            listed_before=Exists(earlier),
            answered_before=Exists(earlier.filter(current__isnull=False)),
            open_return=FilteredRelation("returns", condition=Q(returns__resolved_by__isnull=True)),
        )
        .order_by("task__code")
        .values(
            "pk", "state", "lead_id", "lead_name_ko", "lead_name_en", "kind", "sector__code", "baseline_light",
            "office_light", "current_id", "late_by", "task__code", "task__title_ko", "task__title_en",
            "current__light", "current__unchanged", "current__submission__received_at", "draft__edited_at",
            "draft__asked_at", "open_return__due_at", "moved", "resubmitted", "listed_before", "answered_before",
            "was_asked_in_time",
            "asks", "unanswered",
        )
    )  # fmt: skip


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


def _tile(
    row: dict[str, Any],
    round_: Round,
    viewer: Viewer,
    names: Directory,
    *,
    visible: bool,
    event_at: datetime | None,
    staffed: frozenset[int] | None,
    extended_until: datetime | None,
) -> Tile:
    state, name = viewer.state_of(row), names[row["lead_id"]]
    sent = (row["office_light"] or row["current__light"]) if viewer.may_know(row) else ""
    light = sent or row["baseline_light"]
    before = Light(row["baseline_light"]) if row["baseline_light"] else None
    words = (row["task__code"], row["task__title_ko"], row["task__title_en"])
    called = (name.name_ko, name.name_en, name.abbr_ko, name.abbr_en)
    return Tile(
        pk=row["pk"],
        code=row["task__code"],
        title_ko=row["task__title_ko"],
        title_en=row["task__title_en"],
        ministry_id=row["lead_id"],
        ministry=name.ministry.code,
        lead_name=pick(row["lead_name_ko"], row["lead_name_en"]) or name.name,
        sector=row["sector__code"],
        kind=row["kind"],
        state=state,
        word=_word(state, closed=viewer.closed, resubmitted=row["resubmitted"]),
        letter=letter_of(state, viewer),
        light=Light(light) if light else None,
        was=not sent,
        before=before,
        since=frozenset(_since(row, round_, viewer, Light(sent) if sent else None, before)),
        also=frozenset([*_also(row, viewer, staffed), *([Also.EXTENDED] if extended_until else [])]),
        has_draft=viewer.is_office and row["draft__edited_at"] is not None,
        touched_at=_touched_at(row, viewer, event_at),
        opens=_page(row, viewer, visible=visible),
        haystack=normalise("\n".join((*words, *called))).casefold(),
        extended_until=extended_until,
    )


def letter_of(state: State, viewer: Viewer) -> str:
    """The state's letter in a tile. What is missing in an open round is no reply in a frozen one."""
    return pgettext("tile letter", "NR") if viewer.closed and state is State.MISSING else state.letter


def _word(state: State, *, closed: bool, resubmitted: bool) -> str:
    if state is State.SUBMITTED and resubmitted:
        return _("Resubmitted")
    if closed and state is State.MISSING:
        return _("No reply")
    if closed and state is State.RETURNED:
        return pgettext("frozen state", "Returned, not resubmitted")
    return str(state.label)


def _since(
    row: dict[str, Any], round_: Round, viewer: Viewer, light: Light | None, before: Light | None
) -> Iterable[Since]:
    if light is Light.COMPLETED and before is not Light.COMPLETED:
        yield Since.COMPLETED
    elif light and before and light.rank != before.rank:
        yield Since.BETTER if light.rank > before.rank else Since.WORSE
    if row["moved"] and viewer.may_know(row):
        yield Since.MOVED
    if round_.previous_id and not row["listed_before"]:
        yield Since.NEW
    elif round_.previous_id and not row["answered_before"]:
        yield Since.NO_REPLY


def _also(row: dict[str, Any], viewer: Viewer, staffed: frozenset[int] | None) -> Iterable[Also]:
    if row["current__unchanged"] and viewer.may_know(row):
        yield Also.UNCHANGED
    if row["late_by"]:
        yield Also.LATE
        if row["was_asked_in_time"]:
            yield Also.ASKED_IN_TIME
    if row["asks"] and viewer.may_know(row):
        yield from (Also.ASKS, Also.UNANSWERED if row["unanswered"] else Also.ANSWERED)
    if viewer.sees_drafts and row["open_return__due_at"] and row["open_return__due_at"] < viewer.at:
        yield Also.OVERDUE
    if staffed is not None and row["lead_id"] not in staffed:
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
