"""Any report's history: every step in its order, with who took it in what office, and what each sent text changed.

Read-only, and shown as far as the person may see it: what a ministry took back before the office opened it stays in the
ministry, like all that went on between an officer and their approver.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from ministries.capacity import Capacity, capacities
from ministries.directory import Directory
from ministries.models import User
from records.models import Event

from . import content, permissions, reading
from .models import Field, Light, Report, Revision
from .review import events_about, words_of
from .rounds import page_of
from .tiles import ACCEPTANCES, INNER_VERBS, OPEN_VERBS, TEAM_VERBS

SENDS = ("submit", "sign_off")
AFTERWARDS = (*SENDS, *ACCEPTANCES)  # what those outside see of a frozen report: its texts and that it was accepted


@dataclass(frozen=True)
class Step:
    """One event of a report. `number` is a receipt's; `text` the number of the text that went with it, if any, and
    `differences` what that changed against `against`: the number of the one before it, 0 for the last round's, None."""

    event: Event
    capacities: list[Capacity] = field(default_factory=list)
    who: str = ""
    number: str = ""
    comment: str = ""
    fields: list[str] = field(default_factory=list)
    due_at: datetime | None = None
    light: Light | None = None
    text: int | None = None
    against: int | None = None
    differences: list[reading.Difference] = field(default_factory=list)
    also_reason: str = ""
    is_withdrawn: bool = False
    record_page: int = 0  # the page of the round's record with this event; 0 where the person does not see events there

    @property
    def changed(self) -> list[reading.Difference]:
        return [row for row in self.differences if row.changed]


@dataclass
class History:
    """The steps of one report as one person may see them."""

    report: Report
    user: User

    @cached_property
    def names(self) -> Directory:
        return Directory(self.report.round.as_of)

    @property
    def inside(self) -> bool:
        return permissions.works_for_lead(self.user, self.report)

    @property
    def sees_office(self) -> bool:
        """Whether comments, reasons and the office's lights are open to the person, as they stood at each step."""
        return permissions.can_see_office_side(self.user, self.report)

    @property
    def sees_people(self) -> bool:
        """Who did what: the office and the readers see it in every record, a ministry in its own reports."""
        return self.sees_office or permissions.can_see_board(self.user)

    @property
    def _links(self) -> bool:
        frozen = self.report.round.frozen_at is not None
        return permissions.can_coordinate(self.user) or (frozen and permissions.can_see_board(self.user))

    @cached_property
    def steps(self) -> list[Step]:
        """The oldest first. Constant in queries."""
        for_office = (*OPEN_VERBS, *TEAM_VERBS)
        verbs = (*for_office, *INNER_VERBS) if self.inside else for_office if self.sees_office else AFTERWARDS
        events = [event for event in self._events if event.verb in verbs]
        if not self.sees_office:  # an acceptance that was taken back is the office's affair
            given = [event.seq for event in events if event.verb in ACCEPTANCES and self.report.accepted_id]
            last = max(given, default=0)
            events = [event for event in events if event.verb not in ACCEPTANCES or event.seq == last]
        return list(self._steps(events))

    @cached_property
    def _events(self) -> list[Event]:
        return events_about(self.report)

    def _steps(self, events: list[Event]) -> Iterator[Step]:
        texts = {row.no: row for row in self._revisions()}
        withdrawn = self._withdrawn(self._events)
        before: Revision | None = None
        for event in events:
            no = self._text_of(event)
            revision = texts.get(no) if no else None
            if revision is None:
                yield self._step(event)
            elif no in withdrawn and not self.inside:
                if self.sees_office:  # that it came and went is in the record; what it said is the ministry's again
                    yield self._step(event, text=no, is_withdrawn=True)
            else:
                against = before.no if before else 0 if self.report.baseline else None
                yield self._step(
                    event,
                    text=no,
                    against=against,
                    differences=self._differences(before, revision),
                    also_reason=revision.also_reason if self.sees_office else "",
                    is_withdrawn=no in withdrawn,
                )
                before = revision

    def _step(self, event: Event, **of_text: object) -> Step:
        data, sees = event.data, self.sees_office
        light = self._light_given(event)
        return Step(
            event=event,
            capacities=capacities(event.data.get("as", ()), self.names) if self.sees_people else [],
            who=event.who if self.sees_people else "",
            number=str(data.get("number") or ""),
            comment=words_of(event) if sees else "",
            fields=[str(name.label) for name in Field if sees and name in data.get("fields", ())],
            due_at=datetime.fromisoformat(data["due_at"]) if sees and data.get("due_at") else None,
            light=reading.light_of(light),
            record_page=page_of(event) if self._links else 0,
            **of_text,  # type: ignore[arg-type]
        )

    def _light_given(self, event: Event) -> str:
        """The office's light, by an acceptance of this report alone or of many."""
        if event.verb == "accept_unchanged":
            mine = (row["light"] for row in event.data["reports"] if row["code"] == self.report.task.code)
            return next(mine, "")
        return str(event.data.get("light") or "") if event.verb == "accept" else ""

    def _revisions(self) -> list[Revision]:
        rows = self.report.revisions.prefetch_related(
            "requests__addressed_to", "milestone_changes", "attached", "indicator_values", "taken"
        )
        return list(rows.order_by("no"))

    def _text_of(self, event: Event) -> int | None:
        """The number of the report's text that an event sent."""
        if event.verb not in SENDS:
            return None
        mine = (row for row in event.data["reports"] if row["code"] == self.report.task.code)
        return next((int(row["revision"]) for row in mine), None)

    def _withdrawn(self, events: list[Event]) -> set[int]:
        """The texts that were taken back: each withdrawal takes the one sent before it."""
        taken, last = set(), 0
        for event in events:
            last = self._text_of(event) or last
            if event.verb == "withdraw":
                taken.add(last)
        return taken

    def _differences(self, before: Revision | None, after: Revision) -> list[reading.Difference]:
        baseline = self.report.baseline if before is None else None
        old = content.raw_of(baseline, with_dates=False) if baseline else content.raw_of(before)
        new = content.raw_of(after)
        # Dates may have moved since: what a text does not speak of stands as the other one says that it was.
        said = new["milestones"] | old["milestones"]
        kept = {key: {"choice": "keep", "old": answer["old"]} for key, answer in said.items()}
        old, new = (raw | {"milestones": kept | raw["milestones"]} for raw in (old, new))
        milestones = [row for row in self.report.task.milestones.all() if str(row.pk) in kept]
        files = content.files_of(self.report)
        indicators = list(self.report.task.indicators.all())
        return reading.differences(
            reading.parts(old, milestones, self.names, files, indicators),
            reading.parts(new, milestones, self.names, files, indicators),
        )


def read(report: Report, *, user: User) -> History:
    return History(report, user)
